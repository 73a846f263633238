"""What is wrong with a draft, and the same draft drawn tidily.

Knows how a draft's file, forms and tables are put together before they are looked at; must not know
the rules a route is held against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.facts import digest
from paraf.domain.organisation import Actor
from paraf.engine.route_file import parse_route
from paraf.storage.drafts import DraftRow
from paraf.usecases import draft_route
from paraf.usecases.examiner import examiner
from paraf.usecases.route_findings import Report, as_json, report

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

MOST_COUNTED = 500
_counted: dict[tuple[str, str, int], tuple[int, int]] = {}


def findings(
    office: Office,
    actor: Actor,
    draft_id: str,
    content: bytes | None = None,
    forms: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Every finding of a draft as `{findings, decided, bound}`; what is given stands in for what is
    saved, so that an editor may ask before it saves."""
    policy.require(actor, "workshop.read")
    draft_route.checked(content, forms, tables)
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
        found = report_of(
            office,
            uow,
            row,
            row.content if content is None else content,
            json.loads(row.forms) if forms is None else forms,
            json.loads(row.tables) if tables is None else tables,
        )
    return told(office, found)


def report_of(
    office: Office,
    uow: UnitOfWork,
    row: DraftRow,
    content: bytes,
    forms: Mapping[str, str],
    tables: Mapping[str, str],
) -> Report:
    """The findings of this content as a draft of the route of `row`, shared forms and tables added."""
    return report(
        office,
        uow,
        content,
        draft_route.with_shared_forms(office, forms),
        draft_route.with_shared_tables(office, tables),
        row.route_key,
    )


def counts(office: Office, uow: UnitOfWork, row: DraftRow) -> dict[str, int]:
    """How many faults and warnings a draft has. Told once for each content and organisation."""
    known = (
        row.route_key,
        digest(row.content + row.forms.encode() + row.tables.encode()),
        office.organisation(uow).revision,
    )
    counted = _counted.get(known)
    if counted is None:
        found = report_of(office, uow, row, row.content, json.loads(row.forms), json.loads(row.tables))
        if len(_counted) >= MOST_COUNTED:
            _counted.clear()
        severities = [finding.severity for finding in found.findings]
        counted = (severities.count("error"), severities.count("warning"))
        _counted[known] = counted
    return {"errors": counted[0], "warnings": counted[1]}


def names(bpmn: str) -> dict[str, str]:
    """What the elements of a file are called, as far as it can be read: id -> name."""
    route = parse_route(bpmn.encode())[0]
    return {one.id: one.name for one in route.elements.values() if one.name} if route else {}


def told(office: Office, found: Report) -> dict[str, Any]:
    """A report for the API and the pages."""
    say = office.language
    return {
        "findings": [as_json(finding, say) for finding in found.findings],
        "decided": found.decided,
        "bound": say.translate(found.bound) if found.bound else None,
    }


def tidy(office: Office, actor: Actor, draft_id: str, content: bytes) -> dict[str, Any]:
    """The route of `content` drawn anew as `{bpmn}`; ids stay. A file with faults is drawn as far as
    it can be read. Raises BrokenRoute with the findings when nothing can be read or drawing takes too long."""
    policy.require(actor, "workshop.read")
    draft_route.refuse_too_large(content)
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
    return {"bpmn": examiner().drawn(content, f"{row.route_key}.bpmn").decode()}
