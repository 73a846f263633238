"""A process owner edits the columns of a decision table: what is asked, what is given, in which order.

Knows what a column may be called and which columns Paraf itself needs; must not know DMN
(`engine/table_sheet.py`), rows (`edit_tables.py`) or pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.domain.route_choice import CHOOSE_ROUTE, INPUTS, OUTPUTS
from paraf.engine.condition_rows import read_value
from paraf.engine.decision_table import MAX_COLUMNS
from paraf.engine.route_limits import WORD
from paraf.engine.table_sheet import UNIQUE, SheetColumn, TableSheet, with_column, with_column_moved
from paraf.errors import InvalidForm, RuleBroken
from paraf.language import N_
from paraf.usecases.condition_fields import ConditionName, condition_names
from paraf.usecases.edit_draft import opened
from paraf.usecases.edit_tables import KINDS, edit_sheet

if TYPE_CHECKING:
    from paraf.usecases.office import Office
    from paraf.usecases.once import Once

TYPES = ("string", "number", "boolean")
SIDES = ("inputs", "outputs")
_ATTENTION = N_("Some fields need your attention.")
CASE_WORDS = {
    "sop_kind": N_("Kind of SOP"),
    "request_kind": N_("Kind of request"),
    "proposer_unit_kind": N_("Kind of the proposing unit"),
}
"""What every case is told of its proposal, and a table may ask."""


def names_asked(office: Office, actor: Actor, draft_id: str, name: str) -> list[ConditionName]:
    """What a column of this table may ask, with its words: what Paraf tells a table that it asks itself,
    else what the conditions of the route may read."""
    say = office.language.translate
    own = {one: say(words) for one, words in CASE_WORDS.items()}
    if name == CHOOSE_ROUTE:
        return [ConditionName(one, own.get(one, one), "text") for one in INPUTS]
    found = opened(office, actor, draft_id)
    if found.route is None:
        return []
    of_case = [ConditionName(f"case.{one}", words, "text") for one, words in own.items()]
    of_route = condition_names(found.route, found.forms, found.tables, office.language)
    itself = {element.id for element in found.route.elements.values() if element.decision == name}
    return [*(one for one in of_route if one.name.partition(".")[0] not in itself), *of_case]


def save_column(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    side: str,
    place: int | None,
    given: Mapping[str, str],
    once: Once | None = None,
) -> dict[str, Any]:
    """Save the column at `place` (from 0) of "inputs" or "outputs", or a new one at the end. `given`:
    name, label, type, and the only values it may have, one a line. Raises InvalidForm per field, Stale."""
    asked = [one.name for one in names_asked(office, actor, draft_id, name)]

    def change(sheet: TableSheet) -> TableSheet:
        columns = sheet.columns(side)
        before = columns[place] if place is not None and place < len(columns) else None
        called = given.get("name", "").strip()
        errors = _faults(sheet, side, before, called, name, asked)
        kind = given.get("type", "").strip()
        if kind not in TYPES and (before is None or kind != before.type):
            errors["type"] = [N_("Please choose what the column holds.")]
        lines = dict.fromkeys(line.strip() for line in given.get("values", "").splitlines() if line.strip())
        values = tuple(read_value(line, KINDS.get(kind, "text")) for line in lines)
        if kind in {"number", "boolean"} and any(isinstance(value, str) for value in values):
            errors["values"] = [N_("Each line is a value of the kind that the column holds.")]
        if errors:
            raise InvalidForm(_ATTENTION, errors=errors)
        column = SheetColumn(called, given.get("label", "").strip() or called, kind, values)
        return with_column(sheet, side, len(columns) if before is None or place is None else place, column)

    return edit_sheet(office, actor, draft_id, revision, name, change, once)


def _faults(
    sheet: TableSheet, side: str, before: SheetColumn | None, called: str, table: str, asked: list[str]
) -> dict[str, list[str]]:
    if before is not None and before.name == called:
        return {}
    others = {one.name.replace(".", "_") for one in (*sheet.inputs, *sheet.outputs) if one is not before}
    if called.replace(".", "_") in others:
        return {"name": [N_("Another column has this name.")]}
    if side == "outputs" and not WORD.fullmatch(called):
        return {"name": [N_("What a row gives is called by a lower case word, such as approver.")]}
    if side == "inputs" and called not in asked:
        if table == CHOOSE_ROUTE:
            told = N_("Paraf tells this table nothing by that name. Please choose one of the names offered.")
            return {"name": [told]}
        return {"name": [N_("Nothing in this route has that name. Please choose one of the names offered.")]}
    if before is not None and side == "outputs" and table == CHOOSE_ROUTE and before.name in OUTPUTS:
        return {"name": [N_("Paraf reads this column by its name, so that it keeps it.")]}
    if before is None and len(sheet.inputs) + len(sheet.outputs) >= MAX_COLUMNS:
        return {"name": [N_("A decision table has no room for a further column.")]}
    return {}


def move_column(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, side: str, place: int, up: bool,
    once: Once | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Move a column towards the first or the last of its side; the table decides the same."""
    return edit_sheet(
        office, actor, draft_id, revision, name, lambda s: with_column_moved(s, side, place, up), once
    )


def remove_column(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, side: str, place: int,
    once: Once | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Take a column away with its cells. Raises RuleBroken for the last of its side, and for what Paraf
    reads of a table that it asks itself."""

    def change(sheet: TableSheet) -> TableSheet:
        columns = sheet.columns(side)
        if place >= len(columns):
            return sheet
        if len(columns) < 2:
            raise RuleBroken(
                N_("A decision table asks for something and gives something; one column of each stays.")
            )
        if side == "outputs" and name == CHOOSE_ROUTE and columns[place].name in OUTPUTS:
            raise RuleBroken(
                N_("Paraf reads the column “{name}” of this table; it stays."), name=columns[place].name
            )
        return with_column(sheet, side, place, None)

    return edit_sheet(office, actor, draft_id, revision, name, change, once)


def make_unique(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, once: Once | None = None
) -> dict[str, Any]:
    """Let exactly one row decide, in a table that came with another hit policy."""
    return edit_sheet(office, actor, draft_id, revision, name, lambda s: replace(s, policy=UNIQUE), once)
