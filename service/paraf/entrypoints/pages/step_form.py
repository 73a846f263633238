"""The form of one step as a browser posts it: flat names into the fields of a step, rows and all.

Knows how rows are named and which buttons add or take one away; must not know what a step may say.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from flask import request

from paraf.engine.condition_rows import OPERATORS
from paraf.entrypoints.auth import actor, office
from paraf.entrypoints.pages.frame import page, same_form_once, words
from paraf.forms import parse_posted
from paraf.language import N_
from paraf.usecases.queries.workshop_words import workshop_words

if TYPE_CHECKING:
    from paraf.usecases.once import Once

OPERATOR_WORDS = {
    "=": N_("is"),
    "!=": N_("is not"),
    "<": N_("is less than"),
    "<=": N_("is at most"),
    ">": N_("is more than"),
    ">=": N_("is at least"),
    "in": N_("is one of"),
    "not in": N_("is none of"),
}
DUE_UNITS = {"D": N_("working days"), "H": N_("working hours"), "M": N_("minutes")}


@page.app_template_global()
def fresh_key() -> str:
    """A key for one sending of a form. An edit answers with the page itself, whose forms are new."""
    return secrets.token_urlsafe(18)


def once_of_edit() -> Once | None:
    """The key of the form that was sent, one for each content it is sent with: what is sent again after
    going back is another edit, and the revision it was drawn for decides."""
    once = same_form_once()
    return None if once is None else (f"{once[0]}.{once[1][:16]}", once[1])


_ROW = re.compile(r"(outcomes|documents|branches)(?:\.(\d{1,3}))?")


def _text(kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "title": kind}


def _group(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "title": "group", "additionalProperties": False, "properties": parts}


def _rows(**parts: Any) -> dict[str, Any]:
    return {"type": "array", "title": "rows", "items": _group(**parts)}


_CONDITION = _group(
    rows=_rows(joined=_text(), name=_text(), operator=_text(), value=_text()), text=_text(), was=_text()
)
_STEP = _group(
    **{
        name: _text()
        for name in (
            "name", "documentation", "lane", "role", "due_value", "due_unit", "form", "cites", "each", "closer",
            "question", "operation", "operation_kind", "operation_to", "operation_key", "next", "answer",
            "decision",
        )
    },
    edits=_text("boolean"),
    documents=_rows(kind=_text(), act=_text()),
    outcomes=_rows(
        id=_text(), label=_text(), comment=_text("boolean"), role=_text(), returns=_text("boolean"),
        when=_CONDITION, ways=_rows(target=_text(), label=_text(), extra=_CONDITION),
    ),
    branches=_rows(flow=_text(), target=_text(), label=_text(), default=_text("boolean"), condition=_CONDITION),
)  # fmt: skip


def posted_step() -> dict[str, Any]:
    """The fields of a step out of this request, rows that were left blank dropped."""
    posted = {name: request.form.getlist(name) for name in request.form if name.isascii()}
    fields: dict[str, Any] = parse_posted(_STEP, posted, "form.")
    if "form.next" in request.form:
        fields.setdefault("next", "")
    for row in fields.get("outcomes", []):
        row["ways"] = [way for way in row.get("ways", []) if way.get("target")]
    return fields


def blanks(sort: str) -> dict[str, Any]:
    """What a posted form leaves out because it is empty."""
    empty = {name: "" for name, part in _STEP["properties"].items() if part["type"] == "string"}
    lists: dict[str, Any] = {name: [] for name in ("documents", "outcomes", "branches")}
    return {**empty, **lists, "edits": False}


def row_button() -> tuple[str, str, int | None] | None:
    """The row that a button adds or takes away without a script: ("tambah", list, None) or ("hapus",
    list, its number)."""
    for act in ("tambah", "hapus"):
        found = _ROW.fullmatch(request.form.get(act, "").removeprefix("form."))
        if found:
            return act, found[1], int(found[2]) if found[2] else None
    return None


def with_row_changed(button: tuple[str, str, int | None]) -> dict[str, Any]:
    """The posted fields with the row of the button added or taken away."""
    act, name, number = button
    prefix = f"form.{name}."
    if act == "hapus" and number is not None:
        kept = [key for key in request.form if not key.startswith(f"{prefix}{number}.")]
        posted = {key: request.form.getlist(key) for key in kept}
        return dict(parse_posted(_STEP, posted, "form."))
    fields = posted_step()
    return {**fields, name: [*fields.get(name, []), {}]}


def roles(draft_id: str) -> list[tuple[str, str]]:
    """The roles of the organisation with their words."""
    return [(one["id"], one["label"]) for one in workshop_words(office(), actor(), draft_id)["roles"]]


def word_choices(known: dict[str, Any]) -> dict[str, Any]:
    """The lists of the workshop as the selects of a form want them."""
    say = words()

    def pairs(name: str) -> list[tuple[str, str]]:
        return [(one["id"], one["label"]) for one in known[name]]

    return {
        "roles": pairs("roles"),
        "forms": [(one["name"], one["title"]) for one in known["forms"]],
        "document_kinds": pairs("documents"),
        "acts": pairs("acts"),
        "operations": pairs("operations"),
        "sets": pairs("sets"),
        "answers": pairs("answers"),
        "outcome_words": pairs("outcomes"),
        "route_keys": [(one["key"], one["name"]) for one in known["routes"]],
        "operators": [(sign, say(OPERATOR_WORDS[sign])) for sign in OPERATORS],
        "due_units": [(unit, say(label)) for unit, label in DUE_UNITS.items()],
        "joins": [("and", say(N_("and"))), ("or", say(N_("or")))],
    }
