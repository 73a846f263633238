"""What a repair will do to a case, and doing it.

Knows each kind of repair: when it is possible, what it changes, which facts tell it. Must not know who
asked or who answers (`repairs.py`). What the second person is shown and what is carried out come from
the same question, asked again under the lock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain import policy, standing
from paraf.domain.facts import Sealed
from paraf.domain.organisation import Actor, Organisation
from paraf.domain.route import Element, Route
from paraf.engine import spiff
from paraf.errors import InvalidForm, RuleBroken, Stale
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.storage.open_work import Offer
from paraf.storage.tasks import due_key
from paraf.usecases import decision_rules, rebuild
from paraf.usecases.follow_organisation import follow_case
from paraf.usecases.progress import Progress
from paraf.usecases.verify import verify_case

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

WHAT = ("facts", "offer")
"""What may be set right: engine state and rows by the facts, or whom an open task is offered to."""

MOST_FOUND = 50
"""Names of what was out of step that a fact holds; a case with more of them is told by the first."""

IMPOSSIBLE = {
    "suspend": N_("Only a case that is running can be suspended."),
    "resume": N_("Only a case that is suspended can be resumed."),
    "cancel": N_("The case has ended; there is nothing left to repair."),
    "set_right": N_("The case has ended; there is nothing left to repair."),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Whom an open task may be offered to: the role its row will name, the positions it means now,
    and by which way: `drawn` in the route, or `above` in the same line while nobody holds it.
    `signs` is the step of an act for which a review must not come to the same person."""

    role: str
    positions: tuple[str, ...]
    way: str
    signs: str | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What will happen. `found` names what is out of step, `task` and `target` an offer."""

    kind: str
    before: str
    after: str
    found: tuple[str, ...] = ()
    made: rebuild.Rebuilt | None = None
    task: TaskRow | None = None
    target: Target | None = None


def foresee(
    office: Office, uow: UnitOfWork, case: CaseRow, kind: str, data: Mapping[str, Any], at: str
) -> Foreseen:
    """What the repair does to the case as it is now. Raises Stale when the case does not stand so
    that it is possible, RuleBroken when something was set or the history does not hold."""
    if kind == "set_right" and data.get("what") != "offer":
        return _by_the_facts(office, uow, case)
    _refuse_impossible(kind, case.state)
    before, after = case.state, standing.after(kind, case.state)
    if kind == "cancel":
        if any(paper["act"] == "penetapan" for paper in uow.cases.documents(case.id)):
            raise RuleBroken(N_("An SOP has been set in this case. What is set is not cancelled."))
        return Foreseen(kind, before, after, made=rebuild.state_of(office, uow, case))
    if kind == "set_right":
        task, target = _offer(office, uow, case, data, at)
        return Foreseen(kind, before, after, task=task, target=target)
    return Foreseen(kind, before, after)


def _refuse_impossible(kind: str, state: str) -> None:
    if state not in standing.REPAIRS[kind].possible_in:
        raise Stale(IMPOSSIBLE[kind], present={"state": state})


def _by_the_facts(office: Office, uow: UnitOfWork, case: CaseRow) -> Foreseen:
    """How the case stands is asked of its facts here: its row may be what is wrong."""
    made = rebuild.rebuilt(office, uow, case)
    state = made.case.get("state", case.state)
    _refuse_impossible("set_right", state)
    if not made.found and state != standing.INCIDENT:
        raise Stale(
            N_("The case agrees with its history; there is nothing to set right."), present={"state": state}
        )
    return Foreseen("set_right", state, standing.after("set_right", state), tuple(made.found), made)


# --- whom a task may be offered to ---------------------------------------------------------------


def _offer(
    office: Office, uow: UnitOfWork, case: CaseRow, data: Mapping[str, Any], at: str
) -> tuple[TaskRow, Target]:
    task = next((t for t in uow.tasks.open_of_case(case.id) if t.id == data.get("task_id")), None)
    if task is None:
        raise Stale(N_("This task is no longer open."), present={"state": case.state})
    organisation = office.organisation(uow, case.organisation_revision)
    route = office.shelf.take(uow, case.route_key, case.route_version)
    found = _in_line(organisation, case, task, route.compiled.route, at)
    target = next((one for one in found if one.role == data.get("role")), None)
    if target is not None and target.signs is not None:
        raise RuleBroken(
            N_("{title} has a signature to give in this case, at the step “{step}”; another person reviews."),
            rule="A5; INT-28",
            title=organisation.title(target.positions[0]),
            step=route.compiled.route.elements[target.signs].name,
        )
    if target is None:
        raise InvalidForm(
            N_("The task cannot be offered to this position by a repair."),
            errors={"role": [N_("Choose one of the positions listed.")]},
            rule="A1; A6",
        )
    return task, target


def targets(organisation: Organisation, case: CaseRow, task: TaskRow, route: Route, at: str) -> list[Target]:
    """Whom a repair may offer the open task to (A1, A5, A6, P1): whoever the role drawn in the route
    means now; and while nobody holds the positions, for a step that is no act of an office, the heads
    of the units above in the same line, a review only to one who signs nothing in the case. An act
    waits for who is appointed to it, Plt. or Plh. if need be."""
    return [one for one in _in_line(organisation, case, task, route, at) if one.signs is None]


def _in_line(organisation: Organisation, case: CaseRow, task: TaskRow, route: Route, at: str) -> list[Target]:
    element = route.elements[task.element_id]
    kept, constants = json.loads(task.positions), json.loads(case.pinned)["case"]
    role = _drawn_role(element, bool(task.closer))
    drawn = organisation.resolve(role, case.unit_code, constants, task.item, at)
    found = [Target(role, drawn, "drawn")] if drawn and list(drawn) != kept else []
    if _is_act(element) or _anybody(organisation, kept, at):
        return found
    signing = {}
    if decision_rules.keeps_duties_apart(element, bool(task.closer)):
        signing = _signing(organisation, case, route, at)
    unit = organisation.unit_of_position(kept[0]) if kept else None
    for above in organisation.chain(unit.code if unit else case.unit_code):
        head = organisation.head_of(above.code, at)
        if head is not None and head not in kept and _anybody(organisation, [head], at):
            signs = (signing.get(held.person_id) for held in organisation.holders(head, at))
            step = next((one for one in signs if one is not None), None)
            found.append(Target(f"pimpinan({above.code})", (head,), "above", step))
    return found


def _is_act(element: Element) -> bool:
    """Whether the step does an act of an office, with whatever outcome."""
    return not {decision_rules.act_of(element, one) for one in element.outcomes} <= policy.ROUTINE_ACTS


def _signing(organisation: Organisation, case: CaseRow, route: Route, at: str) -> dict[str, str]:
    """Who may do an act of an office in the case as it is drawn, by person: the first such step."""
    constants = json.loads(case.pinned)["case"]
    found: dict[str, str] = {}
    for element in filter(_is_act, route.elements.values()):
        for position in organisation.resolve(element.role or "", case.unit_code, constants, None, at):
            for held in organisation.holders(position, at):
                found.setdefault(held.person_id, element.id)
    return found


def _drawn_role(element: Element, closer: bool) -> str:
    if element.each is not None:
        return (element.each.closer or "") if closer else "item"
    return element.role or ""


def _anybody(organisation: Organisation, positions: list[str], at: str) -> bool:
    """Whether somebody who may come in holds one of the positions."""
    return any(
        not organisation.is_disabled(held.person_id)
        for position in positions
        for held in organisation.holders(position, at)
    )


# --- doing it -----------------------------------------------------------------------------------


def carry(
    office: Office,
    uow: UnitOfWork,
    case: CaseRow,
    foreseen: Foreseen,
    repair: Mapping[str, Any],
    actor: Actor,
    at: str,
) -> int:
    """Write the facts and rows of a repair of the locked case; gives the newest fact's number then. Raises
    RuleBroken when the case still does not agree with its history after it was set right."""
    made = foreseen.made
    if made is not None and foreseen.kind == "set_right":
        rebuild.write(uow, case, made)
    organisation = office.organisation(uow, case.organisation_revision)
    route = office.shelf.take(uow, case.route_key, case.route_version)
    progress = Progress(office, uow, case, route, organisation, at, {"actor": actor.person_id})
    progress.changes["state"] = foreseen.after
    progress.add(standing.REPAIRS[foreseen.kind].fact, _told(foreseen, repair))
    if foreseen.kind == "cancel" and made is not None:
        progress.take(spiff.cancel(route.compiled, case.id, at, made.state))
        progress.changes["ended_at"] = at
    offer = _offer_anew(progress, foreseen, repair["id"])
    seq = progress.write()
    uow.repairs.answer(repair["id"], "done", actor.person_id, at)
    if offer is not None and foreseen.target is not None:
        uow.open_work.offer_anew([offer])
        uow.repairs.set_task(offer.task_id, {"role": foreseen.target.role})
    # while it was held up, changes of the organisation passed it by
    if foreseen.after == standing.RUNNING and follow_case(office, uow, at, case.id):
        seq, _ = uow.history.head(case.id) or (seq, "")
    if foreseen.kind == "set_right":
        _prove(office, uow, case)
    return seq


def _told(foreseen: Foreseen, repair: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "state": foreseen.after,
        "repair": repair["id"],
        "asked_by": repair["asked_by"],
        "reason": Sealed(repair["reason"], repair["asked_by"]),
    }
    if foreseen.kind == "set_right":
        data["what"] = "offer" if foreseen.target is not None else "facts"
        data["found"] = list(foreseen.found[:MOST_FOUND])
    return data


def _offer_anew(progress: Progress, foreseen: Foreseen, repair_id: str) -> Offer | None:
    task, target = foreseen.task, foreseen.target
    if task is None or target is None:
        return None
    stays = policy.standing_claim(progress.organisation, task.assignee, target.positions, progress.at)
    if task.assignee is not None and stays is None:
        left = {"position": task.assignee_position, "repair": repair_id}
        progress.add("task.released", left, task.element_id, task.visit)
    data = {"positions": list(target.positions), "role": target.role, "repair": repair_id}
    seq = progress.add("task.reassigned", data, task.element_id, task.visit)
    return Offer(
        task_id=task.id,
        positions=json.dumps(target.positions),
        to=target.positions,
        due_key=due_key(task.due_at),
        assignee=stays,
        assignee_position=task.assignee_position if stays else None,
        seq=seq,
    )


def _prove(office: Office, uow: UnitOfWork, case: CaseRow) -> None:
    fault = verify_case(office, uow, case.id, rerun=True).fault
    if fault is not None:
        raise RuleBroken(
            N_("The case cannot be set right from its facts: {reason}"),
            reason=office.language.translate(fault.reason, **fault.values),
            seq=fault.seq,
        )
