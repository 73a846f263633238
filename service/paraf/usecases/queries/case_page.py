"""A case: the search over all one may see, where it stands, its history, its picture, its dossier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.documents.route_picture import route_svg
from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation
from paraf.domain.standing import UNDER_WAY
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases import papers
from paraf.usecases.desk import RECORDS
from paraf.usecases.queries import course, parts, standing
from paraf.usecases.reading import visible_case
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told, tell

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

STATES = ("running", "completed", "withdrawn", "cancelled", "suspended", "incident")


def instances(
    office: Office,
    actor: Actor,
    *,
    q: str | None = None,
    unit: str | None = None,
    route: str | None = None,
    state: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Cases one may see, newest first, each with its open steps."""
    if state and state not in STATES:
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"state": [N_("There is no such state.")]}
        )
    at = office.now()
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        scope = policy.reading_scope(organisation, actor, at)
        rows = uow.cases.search(
            everything=scope.everything,
            units=sorted(scope.units),
            positions=scope.positions,
            person_id=scope.person_id,
            text=(q or "").strip() or None,
            unit_code=unit or None,
            route_key=route or None,
            state=state or None,
            after=after,
            limit=limit + 1,
        )
        page = rows[:limit]
        open_tasks = uow.tasks.open_of_cases([case.id for case in page])
        items = []
        for case in page:
            shelved = office.shelf.take(uow, case.route_key, case.route_version)
            items.append(
                {
                    **parts.case_head(organisation, shelved, case),
                    "open_steps": [
                        {
                            "task_id": task.id,
                            "element_id": task.element_id,
                            "name": shelved.compiled.route.elements[task.element_id].name,
                            "due_at": task.due_at,
                        }
                        for task in open_tasks.get(case.id, [])
                    ],
                }
            )
    last = page[-1] if len(rows) > limit else None
    return {"items": items, "next": (last.started_at, last.id) if last else None}


def instance(office: Office, actor: Actor, instance_id: str) -> dict[str, Any]:
    """Readable number, state, end, route version, open tasks with whom they wait for."""
    at = office.now()
    with office.store.read() as uow:
        case, organisation, route = _case(office, uow, actor, instance_id)
        tasks = [parts.as_held(organisation, task, at) for task in uow.tasks.of_case(case.id)]
        elements = route.compiled.route.elements
        return {
            **parts.case_head(organisation, route, case),
            "held": standing.held(
                organisation, case.state, [] if case.state == "running" else tell(uow, case.id)
            ),
            "tasks": [
                {
                    "id": task.id,
                    "element_id": task.element_id,
                    "visit": task.visit,
                    "item": task.item,
                    "name": elements[task.element_id].name,
                    "due_at": task.due_at,
                    "created_at": task.opened_at,
                    "assignee": parts.holder(organisation, task.assignee),
                    "positions": [parts.position(organisation, p, at) for p in json.loads(task.positions)],
                }
                for task in tasks
                if task.state == "open"
            ],
            "steps": parts.steps(
                office,
                organisation,
                case,
                course.steps_of(course.course_of(route.compiled.route, case), tasks, case.state in UNDER_WAY),
                at,
            ),
            "documents": [parts.paper(d) for d in uow.cases.documents(case.id)],
            "tembusan": [
                {
                    "kind": row["kind"],
                    "title": papers.title_of(row["kind"]),
                    "way": row["way"],
                    "position": {
                        "id": row["position_id"],
                        "title": organisation.title(row["position_id"]),
                    },
                    "sent_at": row["sent_at"],
                    "read_at": row["read_at"],
                }
                for row in uow.copies.of_case(case.id)
            ],
        }


def events(
    office: Office, actor: Actor, instance_id: str, *, after: int = 0, limit: int = 50
) -> dict[str, Any]:
    """Facts exactly as hashed, oldest first; `opened` holds what sealed values say, where it may
    still be read: seq -> path -> {salt, value}."""
    with office.store.read() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
        rows = uow.history.read(case.id, after=after, limit=limit + 1)
        page = rows[:limit]
        opened: dict[str, dict[str, Any]] = {}
        if page:
            for row in uow.history.openings(case.id, after=after, until=page[-1].seq):
                if row.value is not None:
                    opened.setdefault(str(row.seq), {})[row.path] = {
                        "salt": row.salt,
                        "value": json.loads(row.value),
                    }
    return {
        "items": [row.event() for row in page],
        "opened": opened,
        "next": page[-1].seq if len(rows) > limit else None,
    }


def history(office: Office, actor: Actor, instance_id: str) -> dict[str, Any]:
    """The history in words: each fact with its step, who, position, capacity, version, papers."""
    with office.store.read() as uow:
        case, organisation, route = _case(office, uow, actor, instance_id)
        told = tell(uow, case.id)
        documents = {d["sha256"]: d for d in uow.cases.documents(case.id)}
        return {
            "case": parts.case_head(organisation, route, case),
            "held": standing.held(organisation, case.state, told),
            "facts": [told_entry(organisation, route, documents, fact) for fact in told],
            "head": told[-1].hash if told else None,
        }


def told_entry(
    organisation: Organisation,
    route: ShelvedRoute,
    documents: Mapping[str, Mapping[str, Any]],
    fact: Told,
) -> dict[str, Any]:
    """One fact with the names it needs to be told in words; `documents` are the papers by digest."""
    element = route.compiled.route.elements.get(fact.element_id or "")
    data = fact.data
    entry: dict[str, Any] = {
        "seq": fact.seq,
        "at": fact.at,
        "type": fact.type,
        "element_id": fact.element_id,
        "visit": fact.visit,
        "name": element.name if element else None,
        "cites": list(element.cites) if element else [],
        "who": organisation.name_of(fact.actor),
        "capacity": fact.capacity,
        "on_behalf_of": organisation.name_of(fact.on_behalf_of),
        "position_title": organisation.title(data["position"]) if data.get("position") else None,
        "hash": fact.hash,
        "data": data,
        "erased": list(fact.erased),
    }
    if fact.type == "task.decided":
        entry["decision"] = parts.decision(organisation, route, fact)
    if data.get("asked_by"):
        entry["asked_by"] = organisation.name_of(data["asked_by"])
    if fact.type in ("task.opened", "task.reassigned"):
        entry["positions"] = [organisation.title(p) for p in data.get("positions", [])]
    if "kind" in data:
        entry["document_title"] = papers.title_of(data["kind"])
        entry["record"] = data["kind"] in RECORDS
        found = documents.get(data.get("sha256") or "")
        entry["document_id"] = found["id"] if found else None
    if isinstance(data.get("to"), list):
        entry["receivers"] = [organisation.title(p) for p in data["to"]]
    return entry


def case_picture(office: Office, actor: Actor, instance_id: str, focus: str | None = None) -> str:
    """The route of the case as SVG, with what is done, open and ahead."""
    with office.store.read() as uow:
        case, _, route = _case(office, uow, actor, instance_id)
        tasks = uow.tasks.of_case(case.id)
        passed: set[str] = set()
        for event in (json.loads(row.body) for row in uow.history.read(case.id)):
            if event["type"] == "element.passed":
                passed.add(event["element_id"])
                passed.add(event["data"].get("flow") or event["element_id"])
    rounds: dict[str, set[str]] = {}
    for task in tasks:
        rounds.setdefault(task.element_id, set()).add(task.opened_at)
    visits = {element: len(times) for element, times in rounds.items()}
    return route_svg(route.compiled.route, course.picture_states(tasks, passed), visits=visits, focus=focus)


def dossier(office: Office, actor: Actor, instance_id: str) -> dict[str, Any]:
    """Everything of a case for one print: head, history in words, draft, papers with their texts."""
    with office.store.read() as uow:
        case, organisation, route = _case(office, uow, actor, instance_id)
        naskah = uow.cases.naskah(case.proposal_id, case.naskah_version) if case.naskah_version else None
        documents = [
            {**parts.paper(d), "html": (uow.cases.content(d["sha256"]) or b"").decode()}
            for d in uow.cases.documents(case.id)
        ]
        attachments = [parts.attachment(a) for a in uow.cases.attachments(case.proposal_id)]
        head = parts.case_head(organisation, route, case)
    told = history(office, actor, instance_id)
    return {
        "case": head,
        "facts": told["facts"],
        "head": told["head"],
        "naskah": json.loads(naskah["body"]) if naskah else {},
        "naskah_version": case.naskah_version,
        "documents": documents,
        "attachments": attachments,
        "picture": case_picture(office, actor, instance_id),
        "printed_at": office.now(),
    }


def _case(
    office: Office, uow: UnitOfWork, actor: Actor, instance_id: str
) -> tuple[CaseRow, Organisation, ShelvedRoute]:
    case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
    organisation = office.organisation(uow, case.organisation_revision)
    return case, organisation, office.shelf.take(uow, case.route_key, case.route_version)
