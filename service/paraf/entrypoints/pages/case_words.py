"""How a case is put in words: what changed in a draft, what was filled in, each fact of the history.

Knows the facts of conventions 6 and the fields of a draft; must not know requests or rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paraf import forms
from paraf.domain import naskah as naskah_rules
from paraf.entrypoints.pages.words import ACTS, ENDS, LETTERS, PARTS, ROLES, Words
from paraf.language import N_

IDENTITY = {
    "peringatan": N_("Warnings"),
    "kualifikasi_pelaksana": N_("Qualification of the executors"),
    "pencatatan_pendataan": N_("Recording"),
}
STEP_FIELDS = {
    "kegiatan": N_("activity"),
    "pelaksana": N_("executor"),
    "symbol": N_("symbol"),
    "kelengkapan": N_("completeness"),
    "waktu": N_("time"),
    "output": N_("output"),
    "keterangan": N_("remark"),
    "ya": N_("target of yes"),
    "tidak": N_("target of no"),
    "next": N_("next step"),
}
FACTS = {
    "instance.started": N_("The case began on the route {route}, version {version}."),
    "naskah.saved": N_("Version {version} of the draft was saved."),
    "attachment.added": N_("{role} was attached."),
    "attachment.removed": N_("{role} was removed."),
    "task.opened": N_("{step} was opened for {positions}."),
    "task.claimed": N_("{step} was taken."),
    "task.released": N_("{step} was released."),
    "task.reassigned": N_("{step} was handed over."),
    "task.decided": N_("{step}: {outcome}."),
    "element.passed": N_("The system passed {step}."),
    "document.made": N_("{document} was drafted."),
    "document.signed": N_("{document} was {act}."),
    "document.delivered": N_("{document} was delivered to {receivers}."),
    "tembusan.sent": N_("A copy of {document} was sent to {receivers}."),
    "tembusan.read": N_("The copy of {document} was read."),
    "instance.ended": N_("The case ended: {end}."),
    "instance.withdrawn": N_("The proposal was withdrawn."),
    "instance.suspended": N_("The case was suspended."),
    "instance.resumed": N_("The case was resumed."),
    "instance.cancelled": N_("The case was cancelled."),
    "incident.raised": N_("A fault held up the case."),
    "timer.fired": N_("The target of {step} has passed."),
}
RECORD_MADE = N_("{document} was made.")
QUIET = frozenset({"element.passed", "task.claimed", "task.released"})
"""Facts that prove the course but tell a reader little; a page may fold them away."""


def change_label(say: Words, change: Mapping[str, Any]) -> str:
    """Where in the draft something changed: `g. Diagram alir, langkah 4, waktu`."""
    part = str(change["part"])
    where = str(change.get("where") or "")
    if where == "lanes":
        where = say(N_("executors"))
    if part == "identitas":
        return say(IDENTITY.get(where, where))
    label = f"{LETTERS.get(part, '')}. {say(PARTS.get(part, part))}"
    if where:
        label += (
            f", {say(N_('step {no}'), no=where)}"
            if change.get("field") or where.isdecimal()
            else f", {where}"
        )
    field = change.get("field")
    return f"{label}, {say(STEP_FIELDS.get(field, field))}" if field else label


def answers(say: Words, decision: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was filled in with a decision, as questions and answers; what was left empty is left out."""
    schema, values = decision.get("form_schema"), decision.get("form")
    if not schema or not values:
        return []
    return list(_answers(say, forms.fields(schema, values, blank_rows=0)))


def _answers(say: Words, fields: Iterable[forms.Field]) -> Iterable[tuple[str, str]]:
    for field in fields:
        if field.type == "group":
            yield from _answers(say, field.parts)
        elif field.type in ("rows", "texts"):
            rows = [" · ".join(value for _, value in _answers(say, row)) for row in field.rows]
            if any(rows):
                yield field.title, "\n".join(f"{n}. {row}" for n, row in enumerate(rows, 1))
        elif field.type == "boolean":
            yield field.title, say(N_("Yes")) if field.value is True else say(N_("No"))
        elif field.type in ("choice", "choices"):
            chosen = ", ".join(option.label for option in field.options if option.chosen)
            if chosen:
                yield field.title, chosen
        elif field.type == "date" and field.value:
            yield field.title, say.day(str(field.value))
        elif field.value not in ("", None):
            yield field.title, str(field.value)


def fact(say: Words, entry: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    """One fact of the history as a sentence."""
    data = entry.get("data") or {}
    decision = entry.get("decision") or {}
    values = {
        "step": entry.get("name") or entry.get("element_id") or "",
        "route": case.get("route_name", ""),
        "version": data.get("version") or data.get("route_version") or "",
        "role": say(ROLES.get(data.get("role", ""), str(data.get("role", "")))),
        "positions": ", ".join(entry.get("positions") or []) or say(N_("a vacant position")),
        "outcome": decision.get("outcome_label", ""),
        "document": entry.get("document_title") or "",
        "act": say(ACTS.get(data.get("act", ""), str(data.get("act", "")))),
        "receivers": ", ".join(entry.get("receivers") or [str(data.get("to") or "")]),
        "end": say(ENDS.get(data.get("end", ""), str(data.get("end", "")))),
    }
    known = FACTS.get(str(entry["type"]))
    if entry.get("record") and entry["type"] == "document.made":
        known = RECORD_MADE
    return say(known, **values) if known else str(entry["type"])


def filters(say: Words) -> dict[str, Any]:
    """The filters of this file for one reader."""
    return {
        "change_label": lambda change: change_label(say, change),
        "answers": lambda decision: answers(say, decision),
        "identity_words": lambda field: say(IDENTITY[field]),
        "naskah": lambda body: naskah_rules.normalise(
            {name: part for name, part in (body or {}).items() if name in (*PARTS, "identitas")}
        ),
        "fact_words": lambda entry, case: fact(say, entry, case),
        "said": lambda told: say(told["sentence"], **told.get("values", {})),
    }
