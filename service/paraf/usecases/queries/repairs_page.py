"""The page of repairs: cases that are held up, what was asked for, and a stuck case seen from outside.

Knows what an operator may see of a case: its number, route, state, open steps and proof, never its
title, papers or what anybody wrote in it. Must not know how a repair is carried out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy, standing
from paraf.domain.organisation import Actor, Organisation
from paraf.errors import Corrupt, InvalidForm, NotFound, ParafError
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases import repair_effects
from paraf.usecases.queries import parts
from paraf.usecases.queries.inbox import due_words
from paraf.usecases.queries.standing import held
from paraf.usecases.repairs import foreseen_now
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import tell
from paraf.usecases.verify import UNREADABLE, verify_case

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

STATES = ("asked", "done", "refused", "taken_back")
MOST_HELD = 100


def repairs(
    office: Office,
    actor: Actor,
    *,
    state: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Repairs in this state, or all of them, newest first."""
    policy.require(actor, "repair.read")
    if state and state not in STATES:
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"state": [N_("There is no such state.")]}
        )
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        rows = uow.repairs.page(states=(state,) if state else STATES, after=after, limit=limit + 1)
        items = [_item(office, uow, organisation, actor, row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": items, "next": (last["asked_at"], last["id"]) if last else None}


def answered(office: Office, actor: Actor, after: tuple[str, str] | None, limit: int) -> dict[str, Any]:
    """Repairs that have their answer, newest first."""
    policy.require(actor, "repair.read")
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        rows = uow.repairs.page(states=STATES[1:], after=after, limit=limit + 1)
        items = [_item(office, uow, organisation, actor, row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": items, "next": (last["asked_at"], last["id"]) if last else None}


def held_cases(office: Office, actor: Actor) -> list[dict[str, Any]]:
    """Cases that are suspended or held up by a fault, faults first, then the oldest; 100 at most."""
    policy.require(actor, "repair.read")
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        rows = [
            row
            for state in (standing.INCIDENT, standing.SUSPENDED)
            for row in uow.repairs.held_cases(state, MOST_HELD)
        ]
        return [
            {**_outside(office, uow, organisation, row), "state": row["state"]} for row in rows[:MOST_HELD]
        ]


def find_case(office: Office, actor: Actor, number: str) -> str | None:
    """The id of the case of this number, written with or without capitals."""
    policy.require(actor, "repair.read")
    with office.store.read() as uow:
        case = uow.cases.by_number(number.strip().upper())
    return case.id if case else None


def condition(office: Office, actor: Actor, instance_id: str) -> dict[str, Any]:
    """A case from outside: where it stands, its open steps with whom they wait for, what its proof
    says, its repairs, and what the one that waits would do."""
    policy.require(actor, "repair.read")
    at = office.now()
    with office.store.snapshot() as uow:
        case = uow.cases.by_id(instance_id)
        if case is None:
            raise NotFound(N_("There is no such case."))
        organisation = office.organisation(uow, case.organisation_revision)
        verdict = verify_case(office, uow, case.id, rerun=True)
        asked = uow.repairs.asked_of(case.id)
        found = {
            **_outside(office, uow, organisation, case_columns(case)),
            "state": case.state,
            "ended_at": case.ended_at,
            "seq": case.seq,
            "held": held(organisation, case.state, _history(uow, case)),
            "tasks": _tasks(office, uow, organisation, case, at),
            "verification": {
                "intact": verdict.intact,
                "facts": verdict.facts,
                "fault": _fault(office, verdict.fault),
            },
            "repairs": [_item(office, uow, organisation, actor, row) for row in uow.repairs.of_case(case.id)],
            "possible": [kind for kind, turn in standing.REPAIRS.items() if case.state in turn.possible_in],
            "effect": _effect(office, uow, case, asked, at) if asked else None,
        }
    return {**found, "may_ask": policy.may(actor, "repair.ask") and asked is None}


def case_columns(case: CaseRow) -> dict[str, Any]:
    """What `_outside` asks of a case."""
    names = ("id", "number", "unit_code", "route_key", "route_version", "started_at")
    return {name: getattr(case, name) for name in names}


# --- parts of it ----------------------------------------------------------------------------------


def _outside(
    office: Office, uow: UnitOfWork, organisation: Organisation, row: Mapping[str, Any]
) -> dict[str, Any]:
    """A case by number, unit and route; a route that cannot be read is named by its key."""
    route = _route(office, uow, row["route_key"], row["route_version"])
    unit = organisation.units.get(row["unit_code"])
    return {
        "id": row["id"],
        "number": row["number"],
        "unit": {"code": row["unit_code"], "name": unit.name if unit else row["unit_code"]},
        "route": {
            "key": row["route_key"],
            "version": row["route_version"],
            "name": route.name if route else row["route_key"],
        },
        "started_at": row["started_at"],
    }


def _route(office: Office, uow: UnitOfWork, key: str, version: int) -> ShelvedRoute | None:
    try:
        return office.shelf.take(uow, key, version)
    except ParafError:
        return None


def _history(uow: UnitOfWork, case: CaseRow) -> list[Any]:
    try:
        return tell(uow, case.id)
    except UNREADABLE:
        return []


def _tasks(
    office: Office, uow: UnitOfWork, organisation: Organisation, case: CaseRow, at: str
) -> list[dict[str, Any]] | None:
    """The open steps; None when what is stored of them cannot be read."""
    route = _route(office, uow, case.route_key, case.route_version)
    if route is None:
        return None
    try:
        return [
            _task(office, organisation, case, route, task, at) for task in uow.tasks.open_of_case(case.id)
        ]
    except UNREADABLE:
        return None


def _task(
    office: Office, organisation: Organisation, case: CaseRow, route: ShelvedRoute, task: Any, at: str
) -> dict[str, Any]:
    element = route.compiled.route.elements[task.element_id]
    offers = (
        repair_effects.targets(organisation, case, task, route.compiled.route, at)
        if case.state in standing.UNDER_WAY
        else []
    )
    return {
        "id": task.id,
        "element_id": task.element_id,
        "visit": task.visit,
        "name": element.name,
        "item_title": organisation.item_title(task.item) if task.item else None,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "due": due_words(office, organisation, case.unit_code, task.due_at, at),
        "assignee": organisation.name_of(task.assignee),
        "positions": [parts.position(organisation, p, at) for p in json.loads(task.positions)],
        "targets": [
            {
                "role": offer.role,
                "way": offer.way,
                "titles": [organisation.title(position) for position in offer.positions],
            }
            for offer in offers
        ],
    }


def _fault(office: Office, fault: Any) -> dict[str, Any] | None:
    if fault is None:
        return None
    return {"seq": fault.seq, "reason": office.language.translate(fault.reason, **fault.values)}


def _item(
    office: Office, uow: UnitOfWork, organisation: Organisation, actor: Actor, row: Mapping[str, Any]
) -> dict[str, Any]:
    asked, own = row["state"] == "asked", row["asked_by"] == actor.person_id
    data = json.loads(row["data"])
    return {
        "id": row["id"],
        "instance": {
            **_outside(office, uow, organisation, {**row, "id": row["instance_id"], "started_at": None}),
            "state": row["case_state"],
        },
        "kind": row["kind"],
        "what": data.get("what"),
        "reason": row["reason"],
        "seq": row["seq"],
        "state": row["state"],
        "asked_by": parts.holder(organisation, row["asked_by"]),
        "asked_at": row["asked_at"],
        "answered_by": parts.holder(organisation, row["answered_by"]),
        "answered_at": row["answered_at"],
        "answer": row["answer"],
        "may": {
            "answer": asked and not own and policy.may(actor, "repair.answer"),
            "take_back": asked and own and policy.may(actor, "repair.ask"),
        },
    }


def _effect(
    office: Office, uow: UnitOfWork, case: CaseRow, asked: Mapping[str, Any], at: str
) -> dict[str, Any]:
    """What will happen when the repair is carried out now, or why it cannot be any more."""
    organisation = office.organisation(uow, case.organisation_revision)
    try:
        foreseen = foreseen_now(office, uow, case, asked, at)
    except UNREADABLE:
        return _impossible(case, Corrupt(N_("What is stored of this case cannot be read as a case.")))
    except ParafError as refusal:
        return _impossible(case, refusal)
    return {
        "before": foreseen.before,
        "after": foreseen.after,
        "found": list(foreseen.found),
        "task": foreseen.task.element_id if foreseen.task else None,
        "titles": [organisation.title(p) for p in foreseen.target.positions] if foreseen.target else [],
        "why": None,
    }


def _impossible(case: CaseRow, refusal: ParafError) -> dict[str, Any]:
    why = {"detail": refusal.detail, "values": refusal.values, "rule": refusal.rule}
    return {"before": case.state, "after": None, "found": [], "task": None, "titles": [], "why": why}
