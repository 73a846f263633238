"""A process owner edits a decision table of a draft row by row, and tries it before it is published.

Knows the rows of a table and what is said of them; must not know DMN (`engine/table_sheet.py`), its
columns (`edit_columns.py`) or pages. A table that every route shares is published with this route for
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.domain.route import Finding, Scalar
from paraf.engine.condition_rows import literal, read_value
from paraf.engine.decision_table import read_table
from paraf.engine.expressions import ExpressionError, Value, compile_test, read_literal
from paraf.engine.sheet_checks import check_sheet
from paraf.engine.table_sheet import (
    SheetColumn,
    SheetRow,
    TableSheet,
    cell_of,
    chosen_values,
    read_sheet,
    result_value,
    with_row,
    with_row_moved,
    write_sheet,
)
from paraf.errors import BrokenRoute, InvalidForm, NoRoute, NotFound, RuleBroken
from paraf.language import N_
from paraf.usecases import draft_route
from paraf.usecases.edit_draft import packed

if TYPE_CHECKING:
    from paraf.usecases.office import Office
    from paraf.usecases.once import Once

_ATTENTION = N_("Some fields need your attention.")
KINDS = {"boolean": "boolean", "number": "number", "integer": "number"}
"""The kind of value that a column of this type holds; any other holds text."""


def draft_decision(
    office: Office, actor: Actor, draft_id: str, name: str, tried: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One table: {draft, name, sheet, rows, findings, shared, answer}; `answer` tells which row decides
    the inputs in `tried`. `sheet` is None when the file is no table. Raises NotFound."""
    draft, text = _table(office, actor, draft_id, name)
    sheet, found = read_sheet(text.encode(), f"{name}.dmn")
    if sheet is not None and not found:
        found = check_sheet(sheet, f"{name}.dmn")
    say = office.language.translate
    told = [
        {
            "element": _place(sheet, finding),
            "severity": finding.severity,
            "message": say(finding.message, **finding.values),
        }
        for finding in found
    ]
    return {
        "draft": draft,
        "name": name,
        "sheet": sheet,
        "rows": [row_values(sheet, row) for row in sheet.rows] if sheet else [],
        "findings": told,
        "shared": name in draft_route.with_shared_tables(office, {}),
        "answer": _answer(sheet, text, tried) if sheet and tried else None,
    }


def _place(sheet: TableSheet | None, finding: Finding) -> str:
    """The number of the row that a finding is about, or the name of the column; "" for the whole."""
    row, column = finding.values.get("row"), finding.values.get("name")
    if sheet is None or finding.rule == "overlap":
        return finding.element
    if isinstance(row, int):
        return str(row)
    return str(column) if column in {one.name for one in (*sheet.inputs, *sheet.outputs)} else ""


def _table(office: Office, actor: Actor, draft_id: str, name: str) -> tuple[dict[str, Any], str]:
    draft = draft_route.read(office, actor, draft_id)
    text = draft_route.with_shared_tables(office, draft["tables"]).get(name)
    if text is None:
        raise NotFound(N_("There is no such decision table in this draft."))
    return draft, text


def _answer(sheet: TableSheet, text: str, tried: Mapping[str, str]) -> dict[str, Any]:
    """What the table decides for these inputs: {row} or {several} or {none}; {broken} when it cannot."""
    inputs: dict[str, Scalar] = {}
    for column in sheet.inputs:
        value = read_value(tried.get(column.name, ""), KINDS.get(column.type, "text"))
        inputs[column.name] = value if value is None or isinstance(value, (str, int, bool)) else str(value)
    try:
        row = read_table(text.encode()).decide(inputs)
    except NoRoute as refused:
        rows = refused.values.get("rows")
        several = list(rows) if isinstance(rows, tuple) else []
        return {"several": several} if several else {"none": True}
    except BrokenRoute:
        return {"broken": True}
    shown = {name: "" if value is None else str(value) for name, value in row.outputs.items()}
    return {"row": row.index, "outputs": shown, "remark": row.annotation}


def row_values(sheet: TableSheet, row: SheetRow) -> dict[str, Any]:
    """A row as a page shows and edits it: cells {chosen, text}, results as plain words."""
    cells = []
    for column, cell in zip(sheet.inputs, row.cells, strict=True):
        chosen = chosen_values(cell)
        inside = chosen is not None and set(chosen) <= set(column.values)
        words = [] if chosen is None else [_plain(value) for value in chosen]
        cells.append(
            {
                "chosen": words,
                "text": "" if inside or not words and chosen == () else cell,
                "any": chosen == (),
            }
        )
    return {
        "cells": cells,
        "results": [_plain(result_value(cell)) for cell in row.results],
        "remark": row.remark,
    }


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)


# --- editing --------------------------------------------------------------------------------------


def save_row(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    place: int | None,
    values: Mapping[str, Any],
    once: Once | None = None,
) -> dict[str, Any]:
    """Save the row at `place` (from 0), or a new one at the end. `values`: cells [{chosen: [], text}],
    results [], remark. Raises InvalidForm per field, Stale."""

    def change(sheet: TableSheet) -> TableSheet:
        errors: dict[str, list[str]] = {}
        cells = [
            _cell(column, n, values["cells"][n], errors) if n < len(values["cells"]) else "-"
            for n, column in enumerate(sheet.inputs)
        ]
        results = [
            _result(column, n, values["results"][n] if n < len(values["results"]) else "", errors)
            for n, column in enumerate(sheet.outputs)
        ]
        if errors:
            raise InvalidForm(_ATTENTION, errors=errors)
        row = SheetRow(tuple(cells), tuple(results), " ".join(str(values.get("remark") or "").split()))
        return with_row(sheet, len(sheet.rows) if place is None else place, row)

    return edit_sheet(office, actor, draft_id, revision, name, change, once)


def _cell(column: SheetColumn, n: int, given: Mapping[str, Any], errors: dict[str, list[str]]) -> str:
    typed = str(given.get("text") or "").strip()
    if not typed:
        by_word = {_plain(value): value for value in column.values}
        return cell_of([by_word[word] for word in given.get("chosen", ()) if word in by_word])
    try:
        compile_test(typed)
    except ExpressionError as fault:
        errors[f"cells.{n}"] = [fault.message]
    return typed


def _result(column: SheetColumn, n: int, given: str, errors: dict[str, list[str]]) -> str:
    value = read_value(given, KINDS.get(column.type, "text"))
    text = literal(value)
    try:
        read_literal(text)
    except ExpressionError as fault:
        errors[f"results.{n}"] = [fault.message]
    return text


def move_row(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, place: int, up: bool,
    once: Once | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Move a row up or down; a UNIQUE table decides the same in any order."""
    return edit_sheet(office, actor, draft_id, revision, name, lambda s: with_row_moved(s, place, up), once)


def remove_row(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    place: int,
    once: Once | None = None,
) -> dict[str, Any]:
    """Take a row away; the last one stays."""

    def change(sheet: TableSheet) -> TableSheet:
        if len(sheet.rows) < 2:
            raise RuleBroken(N_("A decision table keeps at least one row."))
        return with_row(sheet, place, None)

    return edit_sheet(office, actor, draft_id, revision, name, change, once)


def edit_sheet(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    change: Callable[[TableSheet], TableSheet],
    once: Once | None,
) -> dict[str, Any]:
    """Save a table of the draft as `change` gives it. Gives what `save` gives and "before", the packed
    state that `undo` takes. Raises RuleBroken for what is no table, Stale."""
    policy.require(actor, "route.draft")
    draft, text = _table(office, actor, draft_id, name)
    sheet, _ = read_sheet(text.encode(), f"{name}.dmn")
    if sheet is None:
        raise RuleBroken(N_("This file cannot be read as a decision table. Its findings say why."))
    changed = change(sheet)
    tables = dict(draft["tables"])
    if changed != sheet:
        tables[name] = write_sheet(changed).decode()
    saved = draft_route.save(office, actor, draft_id, revision, tables=tables, once=once)
    return {**saved, "before": packed(draft) if tables != draft["tables"] else ""}
