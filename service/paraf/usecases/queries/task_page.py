"""One task as its page shows it: what to read, what changed, where the case stands, how to decide.

Knows how the parts of the page are gathered; must not know HTML. What may be done is asked of the
very functions that the commands enforce.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import naskah as naskah_rules
from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation
from paraf.domain.route import Element, Outcome
from paraf.domain.standing import UNDER_WAY
from paraf.errors import NotFound, ParafError
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.usecases import decide, decision_rules, papers
from paraf.usecases.decision_rules import STILL_OPEN
from paraf.usecases.queries import course, parts, standing
from paraf.usecases.queries.inbox import due_words
from paraf.usecases.queries.proposal_page import findings
from paraf.usecases.reading import visible_case
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told, decisions, tell
from paraf.usecases.verify import UNREADABLE

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def task(office: Office, actor: Actor, task_id: str) -> dict[str, Any]:
    """Everything the task page needs, in one reading. NotFound for a case one may not see."""
    at = office.now()
    with office.store.read() as uow:
        found = uow.cases.with_task(task_id)
        if found is None:
            raise NotFound(N_("There is no such task."))
        case = visible_case(office, uow, actor, found[0])
        organisation = office.organisation(uow, case.organisation_revision)
        row = parts.as_held(organisation, found[1], at)
        route = office.shelf.take(uow, case.route_key, case.route_version)
        element = route.compiled.route.elements[row.element_id]
        history = tell(uow, case.id)
        tasks = uow.tasks.of_case(case.id)
        naskah = uow.cases.naskah(case.proposal_id, case.naskah_version) if case.naskah_version else None
        body = json.loads(naskah["body"]) if naskah else {}
        attachments = uow.cases.attachments(case.proposal_id)
        offers = _offers(organisation, actor, case, row, route, at)
        documents = uow.cases.documents(case.id)
        waits_for = _waits_for(organisation, row, tasks)
        unit = organisation.units[case.unit_code]
        return {
            "id": row.id,
            "instance_id": case.id,
            "element_id": row.element_id,
            "visit": row.visit,
            "item": row.item,
            "item_title": organisation.item_title(row.item) if row.item else None,
            "closer": bool(row.closer),
            "name": element.name,
            "documentation": element.documentation,
            "cites": list(element.cites),
            "state": row.state,
            "outcome": row.outcome,
            "decided_by": organisation.name_of(row.decided_by),
            "closed_at": row.closed_at,
            "positions": [parts.position(organisation, p, at) for p in json.loads(row.positions)],
            "assignee": parts.holder(organisation, row.assignee),
            "created_at": row.opened_at,
            "due_at": row.due_at,
            "due": due_words(office, organisation, case.unit_code, row.due_at, at),
            "seq": row.seq,
            "proposal": {
                "id": case.proposal_id,
                "title": case.title,
                "unit": {"code": unit.code, "name": unit.name},
            },
            "case": parts.case_head(organisation, route, case),
            "held": standing.held(organisation, case.state, history),
            "outcomes": offers,
            "form": route.forms.get(element.form) if element.form else None,
            "prefilled": _fitting(
                route.forms.get(element.form) if element.form else None,
                papers.proposed_form(office, uow, case, route, element, history, organisation, at),
            )
            if row.state == "open"
            else {},
            "edits": element.edits,
            "hats": _hats(organisation, actor, row, at),
            "may": _may(actor, row, case, offers, waits_for),
            "waits_for": waits_for,
            "documents": [parts.paper(d) for d in documents],
            "decisions": [parts.decision(organisation, route, fact) for fact in decisions(history)],
            "steps": parts.steps(
                office,
                organisation,
                case,
                course.steps_of(course.course_of(route.compiled.route, case), tasks, case.state in UNDER_WAY),
                at,
            ),
            "naskah": {"version": case.naskah_version, "sha256": case.naskah_sha256, **body},
            "attachments": [parts.attachment(a) for a in attachments],
            "changes": _changes(uow, actor, case, history, body),
            "missing": parts.missing(case, body, attachments),
            "findings": findings(body) if body and row.state == "open" else [],
            "colleagues": _colleagues(organisation, actor, row, at),
        }


def _offers(
    organisation: Organisation,
    actor: Actor,
    case: CaseRow,
    row: TaskRow,
    route: ShelvedRoute,
    at: str,
) -> list[dict[str, Any]]:
    """Each outcome the step offers now, with whether this reader may give it and if not why."""
    pinned = json.loads(case.pinned)
    elements = route.compiled.route.elements
    element = elements[row.element_id]
    offers = []
    for outcome in element.outcomes:
        if not _is_offered(outcome, pinned, case):
            continue
        why = _refusal(organisation, actor, case, row, element, outcome, at)
        offers.append(
            {
                "id": outcome.id,
                "label": outcome.label,
                "comment": outcome.comment,
                "to": [{"id": target, "name": elements[target].name} for target in outcome.to],
                "may": why is None,
                "why": why,
            }
        )
    return offers


def _is_offered(outcome: Outcome, pinned: Mapping[str, Any], case: CaseRow) -> bool:
    try:
        return decision_rules.is_offered(outcome, pinned, case.engine_state)
    except UNREADABLE:
        # a page only reads: the command that meets this state tells what is wrong with it
        return True


def _refusal(
    organisation: Organisation,
    actor: Actor,
    case: CaseRow,
    row: TaskRow,
    element: Element,
    outcome: Outcome,
    at: str,
) -> Mapping[str, Any] | None:
    try:
        decide.authority(organisation, actor, case, row, element, outcome, at, None)
    except ParafError as refusal:
        return {"detail": refusal.detail, "values": refusal.values, "rule": refusal.rule}
    return None


def _hats(organisation: Organisation, actor: Actor, row: TaskRow, at: str) -> list[dict[str, Any]]:
    positions = set(json.loads(row.positions))
    return [
        {
            "position_id": held.position_id,
            "title": organisation.signing_title(held),
            "capacity": held.capacity,
            "label": held.printed_label,
            "on_behalf_of": organisation.name_of(held.on_behalf_of),
        }
        for held in organisation.appointments_of(actor.person_id, at)
        if held.position_id in positions
    ]


def _waits_for(organisation: Organisation, row: TaskRow, tasks: Sequence[TaskRow]) -> list[str]:
    """The parties that must answer before this one may close the step; empty for everybody else."""
    if not row.closer or row.state != "open":
        return []
    return [
        organisation.item_title(other.item or "")
        for other in tasks
        if other.element_id == row.element_id and other.state == "open" and other.id != row.id
    ]


def _may(
    actor: Actor,
    row: TaskRow,
    case: CaseRow,
    offers: Sequence[Mapping[str, Any]],
    waits_for: Sequence[str],
) -> dict[str, Any]:
    running = row.state == "open" and case.state == "running"
    free = row.assignee in (None, actor.person_id)
    decides = running and free and not waits_for and any(offer["may"] for offer in offers)
    offered = bool(
        {a.position_id for a in actor.appointments} & set(json.loads(row.positions))
    ) and policy.may(actor, "task.decide")
    why = standing.why_held(case.state) or next((offer["why"] for offer in offers if offer["why"]), None)
    if waits_for and why is None:
        why = {"detail": STILL_OPEN, "values": {"units": ", ".join(waits_for)}, "rule": "INT-06"}
    return {
        "decide": decides,
        "claim": running and offered and row.assignee is None,
        "release": running and row.assignee == actor.person_id,
        "hand_over": running and offered and free,
        "why": None if decides else why,
    }


def _fitting(form: Mapping[str, Any] | None, proposed: Mapping[str, Any]) -> dict[str, Any]:
    """What is proposed for a form, cut where a long title would make it longer than the form takes."""
    limits = {
        name: int(field["maxLength"])
        for name, field in (form or {}).get("properties", {}).items()
        if "maxLength" in field
    }
    return {
        name: value[: limits[name] - 1].rstrip() + "…"
        if isinstance(value, str) and len(value) > limits.get(name, len(value))
        else value
        for name, value in proposed.items()
    }


def _colleagues(organisation: Organisation, actor: Actor, row: TaskRow, at: str) -> list[dict[str, Any]]:
    """Whom the task could be handed to: everyone else it is offered to who may come in."""
    seen: dict[str, dict[str, Any]] = {}
    for position in json.loads(row.positions):
        for held in organisation.holders(position, at):
            if held.person_id != actor.person_id and not organisation.is_disabled(held.person_id):
                seen.setdefault(
                    held.person_id,
                    {
                        "id": held.person_id,
                        "name": organisation.name_of(held.person_id),
                        "title": organisation.signing_title(held),
                    },
                )
    return list(seen.values())


def _changes(
    uow: UnitOfWork,
    actor: Actor,
    case: CaseRow,
    history: Sequence[Told],
    body: Mapping[str, Any],
) -> dict[str, Any] | None:
    """What changed in the draft since this reader last decided in the case; None if nothing."""
    seen = None
    for fact in history:
        if fact.type == "task.decided" and fact.actor == actor.person_id and "naskah" in fact.data:
            seen = int(fact.data["naskah"]["version"])
    if seen is None or seen >= case.naskah_version:
        return None
    earlier = uow.cases.naskah(case.proposal_id, seen)
    if earlier is None:
        return None
    return {
        "from_version": seen,
        "to_version": case.naskah_version,
        "items": parts.changes(
            naskah_rules.normalise(json.loads(earlier["body"])), naskah_rules.normalise(body)
        ),
    }
