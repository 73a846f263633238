"""How a case is put in words: what changed in a draft, what was filled in, each fact of the history.

Knows the facts of conventions 6 and the fields of a draft; must not know requests or rights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from paraf import forms
from paraf.domain import naskah as naskah_rules
from paraf.entrypoints.pages.words import LETTERS, PARTS, Words
from paraf.language import N_
from paraf.usecases import fact_words, repair_words

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
fact = fact_words.sentence
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


def filters(say: Words) -> dict[str, Any]:
    """The filters of this file for one reader."""
    return {
        "change_label": lambda change: change_label(say, change),
        "answers": lambda decision: answers(say, decision),
        "identity_words": lambda field: say(IDENTITY[field]),
        "naskah": lambda body: naskah_rules.normalise(
            {name: part for name, part in (body or {}).items() if name in (*PARTS, "identitas")}
        ),
        "found_words": lambda names: "; ".join(repair_words.found_in_words(say, names, {})),
        "incident_words": lambda what: say(repair_words.INCIDENTS[what]),
        "fact_words": lambda entry, case: fact(say, entry, case),
        "said": lambda told: say(told["sentence"], **told.get("values", {})),
    }
