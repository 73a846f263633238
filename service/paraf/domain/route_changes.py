"""What differs between two versions of a route, one change at a time, and how it is said.

Knows the kinds of change and their sentences (msgids), so that page, API and command line say the
same; must not know how two routes are laid side by side (`engine/compare.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from paraf.language import N_, Language

ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is added, removed, moved or changed; `element` is the id in the diagram
    (an element, flow or lane, an option's name, "forms/<name>" or "tables/<name>"); `what` names the
    part that differs, a key of `NOUNS`; `before` and `after` are its values as text, None for none;
    `name` is what the element is called."""

    kind: str
    element: str
    what: str
    before: str | None
    after: str | None
    name: str


NOUNS: Final[Mapping[str, str]] = {
    "element": N_("Step"),
    "flow": N_("Flow"),
    "lane": N_("Lane"),
    "option": N_("Option"),
    "outcome": N_("Decision"),
    "form": N_("Form"),
    "table": N_("Decision table"),
    "field": N_("Field"),
    "column": N_("Column"),
    "row": N_("Row"),
    "label": N_("Name"),
    "documentation": N_("Explanation"),
    "kind": N_("Kind of element"),
    "scope": N_("Place in the sub-process"),
    "role": N_("Role"),
    "time": N_("Standard time"),
    "citation": N_("Citation"),
    "document": N_("Document"),
    "operation": N_("Operation of the system"),
    "answer": N_("Question of the branch"),
    "edits": N_("Right to edit the draft"),
    "each": N_("Set of participants"),
    "timer": N_("Time of the event"),
    "event": N_("Code of the event"),
    "host": N_("Task of the event"),
    "interrupting": N_("Interruption of the task"),
    "called": N_("Route that is started"),
    "decision": N_("Decision table of the step"),
    "default": N_("Default flow"),
    "condition": N_("Condition"),
    "source": N_("Origin of the flow"),
    "target": N_("Target"),
    "comment": N_("Duty to give a reason"),
    "offer": N_("Condition of the offer"),
    "order": N_("Order"),
    "value": N_("Value"),
    "required": N_("Duty to fill in"),
    "choices": N_("Choices"),
    "limits": N_("Limits of the field"),
    "type": N_("Type"),
    "engine": N_("Use in conditions"),
    "content": N_("Content"),
}
"""The parts of a route that can differ, as nouns."""

_WHOLE: Final = frozenset({"element", "flow", "lane", "option", "form", "table"})
"""Things that stand by themselves; anything else is a part of one."""


def told(change: Change, language: Language) -> str:
    """The change as one sentence in this language."""
    noun = language.translate(NOUNS[change.what])
    nothing = language.translate(N_("(none)"))
    before, after = _short(change.before) or nothing, _short(change.after) or nothing
    words = {"noun": noun, "name": change.name, "before": before, "after": after}
    if change.kind == MOVED:
        return language.translate(
            N_("“{name}” moves from the lane “{before}” to the lane “{after}”."), **_only(words, "noun")
        )
    if change.what in _WHOLE and change.kind in (ADDED, REMOVED):
        text = N_("{noun} “{name}” is added.") if change.kind == ADDED else N_("{noun} “{name}” is removed.")
        return language.translate(text, noun=noun, name=change.name)
    if change.kind == ADDED:
        return language.translate(N_("{noun} of “{name}” is added: “{after}”."), **_only(words, "before"))
    if change.kind == REMOVED:
        return language.translate(N_("{noun} of “{name}” is removed: “{before}”."), **_only(words, "after"))
    return language.translate(N_("{noun} of “{name}” changes from “{before}” to “{after}”."), **words)


def as_json(change: Change, language: Language) -> dict[str, str | None]:
    """The change for the API and the canvas, with its sentence."""
    return {
        "kind": change.kind,
        "element": change.element,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "name": change.name,
        "message": told(change, language),
    }


def _only(words: Mapping[str, str], left_out: str) -> dict[str, str]:
    return {name: value for name, value in words.items() if name != left_out}


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= 300 else f"{text[:299]}…"
