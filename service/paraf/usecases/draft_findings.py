"""What is wrong with a draft, and the same draft drawn tidily.

Knows how a draft's file, forms and tables are put together before they are looked at; must not know
the rules a route is held against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.engine.route_file import parse_route
from paraf.errors import Unavailable
from paraf.storage.drafts import DraftRow
from paraf.usecases import draft_route
from paraf.usecases.examiner import examiner
from paraf.usecases.route_findings import Question, Report, as_json, question, report

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def findings(
    office: Office,
    actor: Actor,
    draft_id: str,
    content: bytes | None = None,
    forms: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Every finding of a draft as `{findings, decided, bound}`; what is given stands in for what is
    saved, so that an editor may ask before it saves. Raises NotFound, InvalidForm, TooLarge; Unavailable
    when too many files are being examined."""
    policy.require(actor, "workshop.read")
    draft_route.checked(content, forms, tables)
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
        given = (
            row.content if content is None else content,
            json.loads(row.forms) if forms is None else forms,
            json.loads(row.tables) if tables is None else tables,
        )
        asked = _question(office, uow, row, *given)
    found = report(asked)
    if given == (row.content, json.loads(row.forms), json.loads(row.tables)):
        _remember(office, row, found)
    return told(office, found)


def question_of(office: Office, uow: UnitOfWork, row: DraftRow) -> Question:
    """What is asked of a draft as it is saved, shared forms and tables added."""
    return _question(office, uow, row, row.content, json.loads(row.forms), json.loads(row.tables))


def _question(
    office: Office,
    uow: UnitOfWork,
    row: DraftRow,
    content: bytes,
    forms: Mapping[str, str],
    tables: Mapping[str, str],
) -> Question:
    with_forms = draft_route.with_shared_forms(office, forms)
    with_tables = draft_route.with_shared_tables(office, tables)
    return question(office, uow, content, with_forms, with_tables, row.route_key)


def _remember(office: Office, row: DraftRow, found: Report) -> None:
    """Keep how many faults and warnings the saved draft has, for lists that do not examine it. What was
    put aside unexamined is not known; a database that takes nothing leaves the list without a number."""
    severities = [finding.severity for finding in found.findings]
    errors, warnings = severities.count("error"), severities.count("warning")
    if found.too_heavy or (row.errors, row.warnings) == (errors, warnings):
        return
    try:
        office.store.run(lambda uow: uow.drafts.examined(row.id, row.revision, errors, warnings))
    except Unavailable:
        return


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
