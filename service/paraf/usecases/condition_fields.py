"""Conditions without code, as fields of a form: the names a condition may read, rows, and the text.

Knows which steps, answers, options, form fields and outputs of decision tables a route's conditions can
read; must not know pages. Every name comes with its words, the kind of value it has and the values it can take.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paraf.domain.route import Element, Kind, Route
from paraf.engine.condition_rows import OPERATORS, ConditionRow, read_value, rows_of, text_of
from paraf.engine.expressions import ExpressionError, Value, compile_condition
from paraf.engine.route_limits import ANSWERS
from paraf.engine.table_sheet import read_sheet, result_value
from paraf.language import N_, Language

ANSWER_WORDS = {
    "naskah_complete.complete": N_("Answer: the draft is complete"),
    "naskah_complete.round": N_("Answer: round of the review"),
    "hardcopy_current.current": N_("Answer: the printed draft is the current one"),
}
_KINDS = {"boolean": "boolean", "integer": "number", "count": "number", "number": "number"}


@dataclass(frozen=True, slots=True)
class ConditionName:
    """A dotted name that conditions may read, its words, "boolean", "number" or "text", and the
    values it can have (empty: any)."""

    name: str
    label: str
    kind: str
    values: tuple[tuple[str, str], ...] = ()


def condition_names(
    route: Route,
    forms: Mapping[str, str],
    tables: Mapping[str, str],
    say: Language,
    beside: Element | None = None,
) -> list[ConditionName]:
    """Every name, those of steps in the order of the route. `forms` and `tables` are the texts a step may
    name; `beside` is the gateway that reads: only steps of its own scope are within its sight."""
    scope = beside.scope if beside is not None else None
    found = [
        ConditionName(f"option.{option.name}", say.translate(N_("Option: {name}"),
                      name=option.documentation or option.name), _kind_of(option.value))
        for option in route.options.values()
    ]  # fmt: skip
    asked = {element.answer for element in route.elements.values() if element.answer}
    for answer, fields in ANSWERS.items():
        if answer in asked:
            for field, kind in fields.items():
                name = f"{answer}.{field}"
                label = say.translate(ANSWER_WORDS.get(name, name))
                found.append(ConditionName(name, label, _KINDS.get(kind, "text")))
    for element in route.elements.values():
        if element.scope == scope:
            found += _of_step(element, forms, say) if element.is_person else ()
            found += _of_decision(element, tables, say) if element.kind is Kind.RULE else ()
    return found


def _kind_of(value: object) -> str:
    return "boolean" if isinstance(value, bool) else "number" if isinstance(value, int) else "text"


def _of_step(step: Element, forms: Mapping[str, str], say: Language) -> Iterator[ConditionName]:
    name = step.name or step.id
    outcomes = tuple((outcome.id, outcome.label) for outcome in step.outcomes)
    yield ConditionName(
        f"{step.id}.outcome", say.translate(N_("Outcome of: {step}"), step=name), "text", outcomes
    )
    targets = tuple((target, target) for outcome in step.outcomes for target in outcome.to)
    if targets:
        label = say.translate(N_("Returned to, from: {step}"), step=name)
        yield ConditionName(f"{step.id}.return_to", label, "text", targets)
    if step.each is not None:
        for outcome in step.outcomes:
            label = say.translate(
                N_("How many said “{outcome}” at: {step}"), outcome=outcome.label, step=name
            )
            yield ConditionName(f"{step.id}.{outcome.id}", label, "number")
    for field, title, kind, values in _engine_fields(forms.get(step.form or "", "")):
        label = say.translate(N_("Field “{field}” of: {step}"), field=title, step=name)
        yield ConditionName(f"{step.id}.{field}", label, kind, values)


def _of_decision(step: Element, tables: Mapping[str, str], say: Language) -> Iterator[ConditionName]:
    """What the table of a decision step gives. A column that names no values can have those of its rows."""
    sheet, _ = read_sheet(tables.get(step.decision or "", "").encode())
    if sheet is None:
        return
    for place, column in enumerate(sheet.outputs):
        kind = _KINDS.get(column.type, "text")
        given = [result_value(row.results[place]) for row in sheet.rows]
        words = dict.fromkeys(_shown_value(value) for value in column.values or given)
        values = () if kind == "boolean" else tuple((word, word) for word in words if word)
        label = say.translate(
            N_("Decision “{column}” of: {step}"), column=column.label or column.name, step=step.name or step.id
        )
        yield ConditionName(f"{step.id}.{column.name}", label, kind, values)


def _engine_fields(text: str) -> Iterator[tuple[str, str, str, tuple[tuple[str, str], ...]]]:
    try:
        fields = dict(json.loads(text)["properties"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if {"kriteria_a", "kriteria_b", "kriteria_c"} <= fields.keys():
        yield "all_conform", "Semua kriteria sesuai", "boolean", ()
    for name, part in fields.items():
        if isinstance(part, dict) and part.get("x-engine"):
            values = tuple((str(value), str(value)) for value in part.get("enum", ()))
            yield name, str(part.get("title") or name), _KINDS.get(str(part.get("type")), "text"), values


# --- a condition as fields ------------------------------------------------------------------------


def shown(text: str | None) -> dict[str, Any]:
    """A condition as the fields of a form: rows where it can be said in rows, else its text."""
    rows = rows_of(text) if text else ()
    said = [
        {
            "joined": row.joined,
            "name": row.name,
            "operator": row.operator,
            "value": ", ".join(_shown_value(value) for value in row.values),
        }
        for row in rows or ()
    ]
    return {"rows": said, "text": "" if rows is not None else text or "", "was": text or ""}


def _shown_value(value: Value) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)


def given(fields: Mapping[str, Any], names: Sequence[ConditionName]) -> tuple[str | None, list[str]]:
    """The condition that was filled in, None for none, and what is wrong with it (msgids). A text
    that was typed goes before rows; rows that mean what was there leave its text as it was."""
    typed = str(fields.get("text") or "").strip()
    was = str(fields.get("was") or "").strip()
    if typed:
        return typed, _faults(typed)
    kinds = {name.name: name.kind for name in names}
    rows: list[ConditionRow] = []
    for n, row in enumerate(fields.get("rows") or ()):
        name = str(row.get("name") or "")
        if not name:
            continue
        operator = str(row.get("operator") or "=")
        if operator not in OPERATORS:
            return None, [N_("Please choose how the value is compared.")]
        value = str(row.get("value") or "")
        parts = [part.strip() for part in value.split(",")] if "in" in operator else [value]
        values = tuple(read_value(part, kinds.get(name, "any")) for part in parts)
        joined = "or" if n == 0 or row.get("joined") == "or" else "and"
        rows.append(ConditionRow(name, operator, values, joined))
    if not rows:
        return None, []
    if was and rows_of(was) == tuple(rows):
        return was, []
    text = text_of(rows)
    return text, _faults(text)


def _faults(text: str) -> list[str]:
    try:
        compile_condition(text)
    except ExpressionError as fault:
        return [fault.message]
    return []
