"""Who holds a task: claiming, releasing, handing on.

A task is offered to positions and held by at most one person; deciding needs no claim. None of
these makes a page stale (conventions 8). What a change of holders does is `follow_organisation.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from paraf.domain import policy, standing
from paraf.domain.facts import Sealed
from paraf.domain.organisation import Actor, Appointment, Organisation
from paraf.errors import AlreadyDecided, HeldByOther, InvalidForm, NotAllowed, NotFound
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.usecases.decide import facts_actor, refuse_stranger
from paraf.usecases.incidents import watching
from paraf.usecases.once import Once, carried_out_once
from paraf.usecases.progress import Progress

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def claim(
    office: Office, actor: Actor, task_id: str, position: str | None = None, once: Once | None = None
) -> dict[str, Any]:
    """Take the task; 409 names the holder when somebody else has it. Claiming twice is no change."""
    return _once(office, actor, once, task_id, lambda uow: _claim(office, uow, actor, task_id, position))


def _claim(
    office: Office, uow: UnitOfWork, actor: Actor, task_id: str, position: str | None
) -> dict[str, Any]:
    case, task = _locked(uow, task_id)
    at = office.now()
    refuse_stranger(office, uow, actor, case, task, at)
    _refuse_closed(case, task)
    organisation = office.organisation(uow, case.organisation_revision)
    appointment = _offered_to(organisation, actor, case, task, at, position)
    if task.assignee == actor.person_id:
        return _holder(task, actor.person_id, actor.name, case.seq)
    claimant = policy.standing_claim(organisation, task.assignee, json.loads(task.positions), at)
    if claimant is not None:
        name = uow.people.name(claimant) or "—"
        raise HeldByOther(N_("{who} already holds this task."), who=name, present={"holder": name})
    progress = _progress(office, uow, case, organisation, at, actor, appointment)
    progress.end_lapsed_claim(task)
    progress.add("task.claimed", {"position": appointment.position_id}, task.element_id, task.visit)
    uow.tasks.hold(task.id, actor.person_id, appointment.position_id)
    return _holder(task, actor.person_id, actor.name, progress.write())


def release(office: Office, actor: Actor, task_id: str, once: Once | None = None) -> dict[str, Any]:
    """Give the task back to all it is offered to. Only its holder may."""
    return _once(office, actor, once, task_id, lambda uow: _release(office, uow, actor, task_id))


def _release(office: Office, uow: UnitOfWork, actor: Actor, task_id: str) -> dict[str, Any]:
    case, task = _locked(uow, task_id)
    at = office.now()
    refuse_stranger(office, uow, actor, case, task, at)
    _refuse_closed(case, task)
    if task.assignee != actor.person_id:
        if not set(json.loads(task.positions)) & {a.position_id for a in actor.appointments}:
            raise NotAllowed(N_("This task is not offered to any of your positions."), rule="A1")
        raise HeldByOther(
            N_("You do not hold this task."),
            present={"holder": uow.people.name(task.assignee) if task.assignee else None},
        )
    organisation = office.organisation(uow, case.organisation_revision)
    held = next((a for a in actor.appointments if a.position_id == task.assignee_position), None)
    progress = _progress(office, uow, case, organisation, at, actor, held)
    progress.add("task.released", {"position": task.assignee_position}, task.element_id, task.visit)
    uow.tasks.hold(task.id, None, None)
    return _holder(task, None, None, progress.write())


def hand_over(
    office: Office,
    actor: Actor,
    task_id: str,
    person_id: str,
    reason: str | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Hand a task one holds (or whose position one has) to a colleague it is offered to as well."""
    return _once(
        office, actor, once, task_id, lambda uow: _hand_over(office, uow, actor, task_id, person_id, reason)
    )


def _hand_over(
    office: Office, uow: UnitOfWork, actor: Actor, task_id: str, person_id: str, reason: str | None
) -> dict[str, Any]:
    case, task = _locked(uow, task_id)
    at = office.now()
    refuse_stranger(office, uow, actor, case, task, at)
    _refuse_closed(case, task)
    organisation = office.organisation(uow, case.organisation_revision)
    appointment = _offered_to(organisation, actor, case, task, at, None)
    claimant = policy.standing_claim(organisation, task.assignee, json.loads(task.positions), at)
    if claimant not in (None, actor.person_id):
        name = uow.people.name(claimant or "") or "—"
        raise HeldByOther(N_("{who} already holds this task."), who=name, present={"holder": name})
    receiving = next(
        (
            held
            for position in json.loads(task.positions)
            for held in organisation.holders(position, at)
            if held.person_id == person_id and not organisation.is_disabled(person_id)
        ),
        None,
    )
    if receiving is None:
        raise InvalidForm(
            N_("The task can only be handed to a colleague it is offered to."),
            errors={"person_id": [N_("Choose one of the colleagues listed.")]},
        )
    progress = _progress(office, uow, case, organisation, at, actor, appointment)
    if claimant is None:
        progress.end_lapsed_claim(task)
    data: dict[str, Any] = {"position": receiving.position_id, "to": person_id}
    if reason and reason.strip():
        data["reason"] = Sealed(reason.strip())
    progress.add("task.reassigned", data, task.element_id, task.visit)
    uow.tasks.hold(task.id, person_id, receiving.position_id)
    return _holder(task, person_id, uow.people.name(person_id), progress.write())


def _once(
    office: Office,
    actor: Actor,
    once: Once | None,
    task_id: str,
    command: Callable[[UnitOfWork], dict[str, Any]],
) -> dict[str, Any]:
    with watching(office, lambda uow: (uow.cases.lock_with_task(task_id) or (None,))[0]):
        return carried_out_once(office, actor, once, command, lambda uow: _locked(uow, task_id))


def _locked(uow: UnitOfWork, task_id: str) -> tuple[CaseRow, TaskRow]:
    found = uow.cases.lock_with_task(task_id)
    if found is None:
        raise NotFound(N_("There is no such task."))
    return found


def _refuse_closed(case: CaseRow, task: TaskRow) -> None:
    if task.state != "open":
        raise AlreadyDecided(N_("This task has already been decided."), present={"state": task.state})
    standing.refuse_while_held(case.state)


def _offered_to(
    organisation: Organisation,
    actor: Actor,
    case: CaseRow,
    task: TaskRow,
    at: str,
    position: str | None,
) -> Appointment:
    constants = json.loads(case.pinned)["case"]
    return policy.authority_for(
        organisation, actor, json.loads(task.positions), None, "claim", constants, at, position
    )


def _progress(
    office: Office,
    uow: UnitOfWork,
    case: CaseRow,
    organisation: Organisation,
    at: str,
    actor: Actor,
    appointment: Appointment | None,
) -> Progress:
    route = office.shelf.take(uow, case.route_key, case.route_version)
    names = facts_actor(actor, appointment) if appointment else {"actor": actor.person_id, "capacity": None}
    return Progress(office, uow, case, route, organisation, at, names)


def _holder(task: TaskRow, person_id: str | None, name: str | None, seq: int) -> dict[str, Any]:
    return {
        "id": task.id,
        "state": task.state,
        "assignee": {"id": person_id, "name": name} if person_id else None,
        "seq": seq,
    }
