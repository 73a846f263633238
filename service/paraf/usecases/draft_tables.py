"""The decision tables of a draft: which there are, which step asks which; one is begun or taken away.

Knows which tables a draft has and who reads them; must not know what stands in one (`edit_tables.py`),
DMN or pages. A table that a step asks is the route's own; one that every route shares stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.domain.route import Kind
from paraf.domain.route_choice import CHOOSE_ROUTE
from paraf.engine.condition_rows import read_value
from paraf.engine.route_limits import WORD
from paraf.engine.table_sheet import SheetColumn, SheetRow, TableSheet, read_sheet, write_sheet
from paraf.engine.tidy import rewritten
from paraf.errors import InvalidForm, NotFound, RuleBroken
from paraf.language import N_
from paraf.usecases import draft_route
from paraf.usecases.edit_columns import names_asked
from paraf.usecases.edit_draft import OpenDraft, opened, packed

if TYPE_CHECKING:
    from paraf.usecases.office import Office
    from paraf.usecases.once import Once

_ATTENTION = N_("Some fields need your attention.")


def draft_tables(office: Office, actor: Actor, draft_id: str) -> dict[str, Any]:
    """Every table the draft may name: {draft, tables: [{name, title, own, shared, used_by: [(step,
    name)]}], steps: [(step, name)] that decide by a table, names: what a column may ask,
    missing: names of tables that steps ask and that do not exist}."""
    found = opened(office, actor, draft_id)
    shared = draft_route.with_shared_tables(office, {})
    texts = found.tables
    listed = [
        {
            "name": name,
            "title": _title(text, name),
            "own": name in found.draft["tables"] and text != shared.get(name),
            "shared": name in shared,
            "used_by": used_by(found, name),
        }
        for name, text in texts.items()
    ]
    asked = {e.decision for e in found.route.elements.values() if e.decision} if found.route else set()
    return {
        "draft": found.draft,
        "tables": listed,
        "steps": _deciding(found),
        "names": [(one.name, one.label) for one in names_asked(office, actor, draft_id, "")],
        "missing": sorted(asked - texts.keys()),
    }


def tables_to_ask(found: OpenDraft) -> list[tuple[str, str]]:
    """The tables that a step of the draft may decide by: name and title."""
    return [(name, _title(text, name)) for name, text in found.tables.items() if name != CHOOSE_ROUTE]


def _title(text: str, name: str) -> str:
    sheet, _ = read_sheet(text.encode(), f"{name}.dmn")
    return sheet.name if sheet is not None else name


def _deciding(found: OpenDraft) -> list[tuple[str, str]]:
    if found.route is None:
        return []
    return [(e.id, e.name or e.id) for e in found.route.elements.values() if e.kind is Kind.RULE]


def used_by(found: OpenDraft, name: str) -> list[tuple[str, str]]:
    """The steps of the draft that decide by this table: id and name."""
    if found.route is None:
        return []
    return [(e.id, e.name or e.id) for e in found.route.elements.values() if e.decision == name]


def begin_table(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    title: str,
    asks: str,
    step: str,
    once: Once | None = None,
) -> dict[str, Any]:
    """Begin a table of this route that asks for `asks` and gives one result, with a row for every case;
    `step`, if given, decides by it from now on. Raises InvalidForm per field, Stale."""
    policy.require(actor, "route.draft")
    found = opened(office, actor, draft_id)
    names = {one.name: one for one in names_asked(office, actor, draft_id, "")}
    errors = {}
    if not WORD.fullmatch(name) or name in found.tables:
        errors["name"] = [N_("A decision table is called by a lower case word that no other table has.")]
    if not title:
        errors["title"] = [N_("A decision table needs a title.")]
    if asks not in names:
        errors["asks"] = [N_("Please choose what the table asks for first.")]
    if step and step not in dict(_deciding(found)):
        errors["step"] = [N_("This step does not decide by a table.")]
    if errors:
        raise InvalidForm(_ATTENTION, errors=errors)
    known = names[asks]
    kind = "string" if known.kind == "text" else known.kind
    asked = SheetColumn(
        asks, known.label, kind, tuple(read_value(one, known.kind) for one, _ in known.values)
    )
    result = SheetColumn("result", office.language.translate(N_("What is decided")))
    sheet = TableSheet(name, title, "", (asked,), (result,), (SheetRow(("-",), ("null",)),))
    content = None
    if step and found.route is not None:
        elements = dict(found.route.elements)
        elements[step] = replace(elements[step], decision=name)
        content = rewritten(found.draft["bpmn"].encode(), replace(found.route, elements=elements))
    tables = {**found.draft["tables"], name: write_sheet(sheet).decode()}
    saved = draft_route.save(office, actor, draft_id, revision, content, tables=tables, once=once)
    return {**saved, "before": packed(found.draft)}


def remove_table(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, once: Once | None = None
) -> dict[str, Any]:
    """Take a table away that no step asks; a shared one stays. Raises RuleBroken, NotFound, Stale."""
    policy.require(actor, "route.draft")
    found = opened(office, actor, draft_id)
    tables = {key: text for key, text in found.draft["tables"].items() if key != name}
    if name in draft_route.with_shared_tables(office, {}):
        raise RuleBroken(N_("Every route shares this table; it stays."))
    if name not in found.draft["tables"]:
        raise NotFound(N_("There is no such decision table in this draft."))
    if found.route is None:
        raise RuleBroken(N_("This draft cannot be read as a route yet. Its findings say why."))
    steps = used_by(found, name)
    if steps:
        raise RuleBroken(N_("The step “{step}” decides by this table; it stays."), step=steps[0][1])
    saved = draft_route.save(office, actor, draft_id, revision, tables=tables, once=once)
    return {**saved, "before": packed(found.draft)}
