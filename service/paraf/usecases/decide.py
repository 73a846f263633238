"""A person decides a task: the one path of every decision, from any page, call or list.

Read this first. The beats: the lock, the repeated request, authority and separation of duty, what
the step asks, the engine's step, the facts and rows, the answer. One transaction, nothing remote.
A refusal changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy, standing
from paraf.domain.facts import Sealed
from paraf.domain.moves import Step
from paraf.domain.organisation import Actor, Appointment, Organisation
from paraf.domain.route import Context, Element, Outcome
from paraf.engine import spiff
from paraf.errors import AlreadyDecided, Corrupt, HeldByOther, NotAllowed, NotFound, Stale
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.usecases import decision_rules, papers
from paraf.usecases.forms_of_step import FilledForm, fill
from paraf.usecases.incidents import watching
from paraf.usecases.once import Once, earlier_answer, keep_answer
from paraf.usecases.progress import Progress
from paraf.usecases.reading import may_see
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def decide(
    office: Office,
    actor: Actor,
    task_id: str,
    outcome: str,
    comment: str | None = None,
    form: Mapping[str, Any] | None = None,
    seq: int | None = None,
    position: str | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Decide the task and carry the case on.

    `seq` is the newest fact the deciding person saw: older than the last one that concerns the
    task is refused (Stale). `position` chooses the hat when several fit. Gives the task as decided,
    the case's state and the tasks now open.
    """
    with watching(office, lambda uow: (uow.cases.lock_with_task(task_id) or (None,))[0]):
        return office.store.run(
            lambda uow: _decide(
                office, uow, actor, task_id, outcome, comment, form or {}, seq, position, once
            )
        )


def _decide(
    office: Office,
    uow: UnitOfWork,
    actor: Actor,
    task_id: str,
    outcome_id: str,
    comment: str | None,
    form: Mapping[str, Any],
    seen_seq: int | None,
    position: str | None,
    once: Once | None,
) -> dict[str, Any]:
    # 1. the lock: whoever comes second sees what the first one did, and acts after it
    found = uow.cases.lock_with_task(task_id)
    if found is None:
        raise NotFound(N_("There is no such task."))
    at = office.now()
    case, task = found
    # 2. the same request again gets the same answer
    answered = earlier_answer(uow, actor.person_id, once)
    if answered is not None:
        return dict(answered)
    route = office.shelf.take(uow, case.route_key, case.route_version)
    organisation = office.organisation(uow, case.organisation_revision)
    element = route.compiled.route.elements[task.element_id]
    pinned = json.loads(case.pinned)
    # 3. no stranger, still open, still the page that was read, and his to decide
    refuse_stranger(office, uow, actor, case, task, at)
    _refuse_what_is_over(uow, case, task, element)
    outcome = decision_rules.offered(element, outcome_id, pinned, case.engine_state)
    appointment = authority(organisation, actor, case, task, element, outcome, at, position)
    _refuse_another_holder(uow, organisation, task, actor, at)
    if seen_seq is not None and seen_seq < task.seq:
        raise Stale(
            N_("The case has changed since you opened this page. Please read it again before deciding."),
            seq=task.seq,
            present={"seq": task.seq},
        )
    # 4. what the step asks: a reason, a form, a target, a whole draft, the rules of the text
    filled = fill(route, element, outcome, form, comment)
    text = filled.comment
    progress = Progress(office, uow, case, route, organisation, at, facts_actor(actor, appointment))
    decision_rules.check(progress, task, element, outcome, filled, actor)
    progress.current = Told(
        seq=case.seq + 1,
        at=at,
        type="task.decided",
        element_id=element.id,
        visit=task.visit,
        actor=actor.person_id,
        capacity=appointment.capacity,
        on_behalf_of=appointment.on_behalf_of,
        data={
            "outcome": outcome.id,
            "position": appointment.position_id,
            "form": filled.values,
            "context": filled.engine,
        },
        hash="",
    )
    # 5. the engine's step, on a copy that is thrown away unless everything below succeeds
    context = _context(outcome, filled)
    step = _stepped(route, case, task, at, context, progress)
    # 6. facts and rows: the act, its documents, what was passed and opened
    if task.assignee != actor.person_id:
        progress.end_lapsed_claim(task)
        progress.add("task.claimed", {"position": appointment.position_id}, task.element_id, task.visit)
    progress.add(
        "task.decided",
        _decided(case, task, appointment, outcome, filled, text, context, step.answers, step.each)
        | {"documents": papers.read_for(progress, element)},
        task.element_id,
        task.visit,
    )
    decision_rules.note(progress, task, element, outcome, actor)
    papers.act_on(progress, element, outcome, filled, task.visit, appointment, bool(task.closer))
    progress.take(step)
    progress.decide(task, outcome.id, appointment)
    with uow.at_once():
        seq = progress.write()
        # 7. the answer, kept for a repeated request
        answer = {
            "id": task.id,
            "instance_id": case.id,
            "proposal_id": case.proposal_id,
            "element_id": task.element_id,
            "state": "done",
            "outcome": outcome.id,
            "seq": seq,
            "instance": {
                "id": case.id,
                "number": case.number,
                "state": progress.changes.get("state", case.state),
                "end": progress.changes.get("end_id", case.end_id),
            },
            "opened": [{"id": row["id"], "element_id": row["element_id"]} for row in progress.opened],
        }
        keep_answer(uow, actor.person_id, once, answer, at)
    return answer


def authority(
    organisation: Organisation,
    actor: Actor,
    case: CaseRow,
    task: TaskRow,
    element: Element,
    outcome: Outcome,
    at: str,
    position: str | None,
) -> Appointment:
    """The appointment by which this person may give this outcome; raises NotAllowed. The question
    the task page asks when it draws the buttons, and the one this use case enforces."""
    constants = json.loads(case.pinned)["case"]
    if outcome.role is not None:
        positions = organisation.resolve(outcome.role, case.unit_code, constants, task.item, at)
    else:
        positions = tuple(json.loads(task.positions))
    appointment = policy.authority_for(
        organisation,
        actor,
        positions,
        decision_rules.act_of(element, outcome),
        outcome.id,
        constants,
        at,
        position,
        "; ".join(element.cites) or None,
    )
    decision_rules.separate_duties(organisation, actor, appointment, case, task, element)
    return appointment


def facts_actor(actor: Actor, appointment: Appointment) -> dict[str, str | None]:
    """Who a fact names: the person, the capacity, and the absent holder he stands in for."""
    return {
        "actor": actor.person_id,
        "capacity": appointment.capacity,
        "on_behalf_of": appointment.on_behalf_of,
    }


def refuse_stranger(
    office: Office, uow: UnitOfWork, actor: Actor, case: CaseRow, task: TaskRow, at: str
) -> None:
    """Who neither sees the case nor is, was or will be offered the task learns whose task it is, by
    which article, and nothing of what happened to it."""
    positions = json.loads(task.positions)
    organisation = office.organisation(uow, case.organisation_revision)
    ever = {held.position_id for held in organisation.appointments_of(actor.person_id)}
    if not ever.isdisjoint(positions) or may_see(office, uow, actor, case, at):
        return
    route = office.shelf.take(uow, case.route_key, case.route_version)
    cites = "; ".join(route.compiled.route.elements[task.element_id].cites)
    constants = json.loads(case.pinned)["case"]
    policy.authority_for(organisation, actor, positions, None, "claim", constants, at, None, cites)
    raise NotAllowed(N_("This task is not offered to any of your positions."), rule="A1")


def _refuse_what_is_over(uow: UnitOfWork, case: CaseRow, task: TaskRow, element: Element) -> None:
    if task.state == "open" and case.state == "running":
        return
    if task.state == "open":
        standing.refuse_while_held(case.state)
    if task.state == "done":
        winner = uow.people.name(task.decided_by) if task.decided_by else None
        raise AlreadyDecided(
            N_("{who} has already decided this task: {outcome}."),
            who=winner or "—",
            outcome=_label(element, task.outcome),
            present={"state": "done", "outcome": task.outcome, "decided_by": winner, "at": task.closed_at},
        )
    raise AlreadyDecided(
        N_("This task is no longer open: the case has ended."),
        present={"state": task.state, "case": case.state},
    )


def _stepped(
    route: ShelvedRoute, case: CaseRow, task: TaskRow, at: str, context: Context, progress: Progress
) -> Step:
    try:
        return spiff.complete(
            route.compiled, case.id, at, case.engine_state, task.element_id, task.visit, context, progress
        )
    except (AlreadyDecided, NotFound) as error:
        # the row, locked, says that the task is open: state and row do not agree
        raise Corrupt(N_("The engine state does not know this open task.")) from error


def _label(element: Element, outcome_id: str | None) -> str:
    outcome = element.outcome(outcome_id) if outcome_id else None
    return outcome.label if outcome else "—"


def _refuse_another_holder(
    uow: UnitOfWork, organisation: Organisation, task: TaskRow, actor: Actor, at: str
) -> None:
    claimant = policy.standing_claim(organisation, task.assignee, json.loads(task.positions), at)
    if claimant is None or claimant == actor.person_id:
        return
    holder = uow.people.name(claimant) or "—"
    raise HeldByOther(
        N_("{who} holds this task. Ask for it to be released first."), who=holder, present={"holder": holder}
    )


def _context(outcome: Outcome, filled: FilledForm) -> Context:
    context = {"outcome": outcome.id, **filled.engine}
    if filled.return_to is not None:
        context["return_to"] = filled.return_to
    return context


def _decided(
    case: CaseRow,
    task: TaskRow,
    appointment: Appointment,
    outcome: Outcome,
    filled: FilledForm,
    comment: str | None,
    context: Context,
    answers: Mapping[str, Context],
    each: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "position": appointment.position_id,
        "outcome": outcome.id,
        "context": dict(context),
        "answers": {name: dict(values) for name, values in answers.items()},
        "each": {name: list(members) for name, members in each.items()},
        "form": filled.sealed,
    }
    if case.naskah_version:
        data["naskah"] = {"version": case.naskah_version, "sha256": case.naskah_sha256}
    if appointment.instrument:
        data["instrument"] = appointment.instrument
    if filled.return_to is not None:
        data["return_to"] = filled.return_to
    if task.item is not None:
        data["item"] = task.item
    if comment is not None:
        data["comment"] = Sealed(comment)
    return data
