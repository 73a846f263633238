"""A proposal as its unit sees it: its draft and versions, where it is and when it will be done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import format_rules, policy
from paraf.domain import naskah as naskah_rules
from paraf.domain.organisation import Actor, Organisation
from paraf.domain.route import Route
from paraf.domain.standing import UNDER_WAY
from paraf.errors import NotFound, ParafError
from paraf.language import N_
from paraf.storage.cases import TaskRow
from paraf.usecases.queries import course, parts, standing
from paraf.usecases.reading import visible_case
from paraf.usecases.telling import Told, tell

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def proposal(office: Office, actor: Actor, proposal_id: str) -> dict[str, Any]:
    """Header, current draft with what it lacks and its format findings, versions, attachments,
    the course of the case with its expected end, and what this reader may do."""
    at = office.now()
    with office.store.read() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_proposal(proposal_id))
        organisation = office.organisation(uow, case.organisation_revision)
        route = office.shelf.take(uow, case.route_key, case.route_version)
        tasks = [parts.as_held(organisation, task, at) for task in uow.tasks.of_case(case.id)]
        attachments = uow.cases.attachments(proposal_id)
        row = uow.cases.naskah(proposal_id, case.naskah_version) if case.naskah_version else None
        body = json.loads(row["body"]) if row else {}
        elements = route.compiled.route.elements
        mine = {appointment.position_id for appointment in actor.appointments}
        drafting = [
            task
            for task in tasks
            if task.state == "open"
            and case.state == "running"
            and elements[task.element_id].edits == "naskah"
            and task.assignee in (None, actor.person_id)
            and mine & set(json.loads(task.positions))
        ]
        unit = organisation.units[case.unit_code]
        told = [] if case.state == "running" else tell(uow, case.id)
        changed = uow.register.one(case.sop_in_force) if case.sop_in_force else None
        return {
            "id": proposal_id,
            "title": case.title,
            "sop_kind": case.sop_kind,
            "request_kind": case.request_kind,
            "unit_id": case.unit_code,
            "unit": {"code": unit.code, "name": unit.name},
            "sop_in_force": (
                {"id": changed["id"], "title": changed["title"], "number": changed["number"]}
                if changed
                else None
            ),
            "route_key": case.route_key,
            "instance_id": case.id,
            "number": case.number,
            "state": case.state,
            "created_at": case.created_at,
            "created_by": {"id": case.created_by, "name": organisation.name_of(case.created_by)},
            "case": parts.case_head(organisation, route, case),
            "naskah": {"version": case.naskah_version, "sha256": case.naskah_sha256, **body},
            "complete": bool(case.naskah_complete),
            "missing": parts.missing(case, body, attachments),
            "findings": findings(body),
            "versions": [
                {
                    "version": v["version"],
                    "sha256": v["sha256"],
                    "saved_at": v["saved_at"],
                    "saved_by": {"id": v["saved_by"], "name": organisation.name_of(v["saved_by"])},
                }
                for v in uow.cases.naskah_versions(proposal_id)
            ],
            "attachments": [parts.attachment(a) for a in attachments],
            "documents": [parts.paper(d) for d in uow.cases.documents(case.id)],
            "steps": parts.steps(
                office,
                organisation,
                case,
                course.steps_of(course.course_of(route.compiled.route, case), tasks, case.state in UNDER_WAY),
                at,
            ),
            "expected_at": course.expected_end(
                course.course_of(route.compiled.route, case), tasks, at, unit.zone, office.holidays
            )
            if case.state == "running"
            else None,
            "picture_at": _across(route.compiled.route, tasks),
            "drafting_task": drafting[0].id if drafting else None,
            "held": standing.held(organisation, case.state, told),
            "tasks": [
                {
                    "id": task.id,
                    "element_id": task.element_id,
                    "name": elements[task.element_id].name,
                    "assignee": organisation.name_of(task.assignee),
                    "item_title": organisation.item_title(task.item) if task.item else None,
                    "due_at": task.due_at,
                    "waiting_for": [parts.position(organisation, p, at) for p in json.loads(task.positions)],
                }
                for task in tasks
                if task.state == "open"
            ],
            "ending": None if case.state in UNDER_WAY else _ending(organisation, told),
            "may": {"edit": bool(drafting), "withdraw": _may_withdraw(organisation, actor, case, at)},
        }


def _ending(organisation: Organisation, history: Sequence[Told]) -> dict[str, Any] | None:
    """The act that ended the case: who, when, which decision, and the reason given."""
    for fact in reversed(history):
        if fact.type in ("instance.withdrawn", "instance.cancelled", "task.decided"):
            return {
                "type": fact.type,
                "at": fact.at,
                "who": organisation.name_of(fact.actor),
                "position_title": organisation.title(fact.data["position"])
                if "position" in fact.data
                else None,
                "outcome": fact.data.get("outcome"),
                "reason": fact.data.get("reason") or fact.data.get("comment"),
            }
    return None


def _across(route: Route, tasks: Sequence[TaskRow]) -> float:
    """How far across the drawing of the route the case stands, from 0 to 1."""
    boxes = route.geometry.boxes
    here = [boxes[task.element_id] for task in tasks if task.state == "open" and task.element_id in boxes]
    if not here:
        return 0.0
    left, right = min(b.x for b in boxes.values()), max(b.x + b.width for b in boxes.values())
    return round((here[0].x + here[0].width / 2 - left) / (right - left), 3)


def _may_withdraw(organisation: Organisation, actor: Actor, case: Any, at: str) -> bool:
    if case.state != "running":
        return False
    try:
        policy.may_withdraw(organisation, actor, case.unit_code, json.loads(case.pinned)["case"], at)
    except ParafError:
        return False
    return True


def findings(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Format findings F1-F10 of the draft's flow (records.md 5), as msgids with values."""
    return [
        {
            "rule": found.rule,
            "where": found.where,
            "sentence": found.sentence,
            "values": dict(found.values),
            "cite": found.cite,
        }
        for found in format_rules.findings(naskah_rules.normalise(body))
    ]


def naskah_version(
    office: Office, actor: Actor, proposal_id: str, version: int, compared_to: int | None = None
) -> dict[str, Any]:
    """One version of the draft, for ever readable, with what changed against an earlier one."""
    with office.store.read() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_proposal(proposal_id))
        organisation = office.organisation(uow, case.organisation_revision)
        row = uow.cases.naskah(proposal_id, version)
        if row is None:
            raise NotFound(N_("There is no such version of the draft."))
        body = json.loads(row["body"])
        against = compared_to if compared_to is not None else version - 1
        earlier = uow.cases.naskah(proposal_id, against) if against > 0 else None
        return {
            "proposal_id": proposal_id,
            "title": case.title,
            "number": case.number,
            "version": version,
            "newest": case.naskah_version,
            "sha256": row["sha256"],
            "saved_at": row["saved_at"],
            "saved_by": {"id": row["saved_by"], "name": organisation.name_of(row["saved_by"])},
            "naskah": body,
            "findings": findings(body),
            "compared_to": against if earlier else None,
            "changes": parts.changes(
                naskah_rules.normalise(json.loads(earlier["body"])), naskah_rules.normalise(body)
            )
            if earlier
            else [],
        }
