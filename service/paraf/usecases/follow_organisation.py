"""Open tasks follow the organisation: whoever holds the position now has them (P4).

Knows which open tasks a change concerns and the facts it leaves; must not know who changed what
(`administer.py`). A task is offered to positions, so that an appointment alone moves nothing: it only
ends claims of people who have left. New or changed units and positions are asked of every open task,
in pages and batches, because a role may mean others now. The past stays as it was signed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.facts import Fact, build_events
from paraf.domain.organisation import Organisation
from paraf.storage.cases import TaskRow
from paraf.storage.open_work import CaseHead, Offer
from paraf.storage.tasks import due_key

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

BATCH = 500
"""Cases locked and written together: a few statements for all of them."""


def follow_organisation(
    office: Office, uow: UnitOfWork, at: str, positions: Collection[str] | None = None
) -> int:
    """After a change of the organisation, in its transaction. `positions` are those to which somebody
    was appointed, or whose appointment ended; None when units or positions themselves changed.

    Gives the number of tasks that were offered anew or became free. Each case is locked first.
    """
    # not the shared snapshot: the change that calls this may still be undone
    organisation = uow.organisation.load()
    meaning = _Meaning(organisation, at)
    if positions is None:
        concerned = _offered_to_others(uow, meaning)
    else:
        people = sorted({a.person_id for a in organisation.appointments if a.position_id in positions})
        concerned = _held_by_leavers(uow, meaning, people)
    batches = (concerned[start : start + BATCH] for start in range(0, len(concerned), BATCH))
    return sum(_move(office, uow, meaning, at, batch) for batch in batches)


def follow_case(office: Office, uow: UnitOfWork, at: str, instance_id: str) -> int:
    """The open tasks of one running case follow what the organisation is now; the same for a case that
    was held up while it changed."""
    return _move(office, uow, _Meaning(uow.organisation.load(), at), at, [instance_id])


# --- which cases ------------------------------------------------------------------------------


def _held_by_leavers(uow: UnitOfWork, meaning: _Meaning, people: Sequence[str]) -> list[str]:
    """Cases with a task that one of these persons holds and may hold no longer."""
    return sorted(
        {
            task.instance_id
            for start in range(0, len(people), BATCH)
            for task in uow.open_work.held_by(people[start : start + BATCH])
            if meaning.left(task, task.positions)
        }
    )


def _offered_to_others(uow: UnitOfWork, meaning: _Meaning) -> list[str]:
    """Cases with a task whose role means other positions now, or whose holder has left."""
    concerned = set()
    for task, case in uow.open_work.every_open():
        now = meaning.of(task, case)
        if now != task.positions or meaning.left(task, now):
            concerned.add(case.id)
    return sorted(concerned)


class _Meaning:
    """What roles and claims mean at one instant, each asked once for all the tasks that share it."""

    def __init__(self, organisation: Organisation, at: str) -> None:
        def resolve(role: str, unit_code: str, pinned: str, item: str | None) -> str:
            return json.dumps(organisation.resolve(role, unit_code, json.loads(pinned)["case"], item, at))

        def stands(person_id: str, positions: str) -> bool:
            return policy.standing_claim(organisation, person_id, json.loads(positions), at) is not None

        self._resolve, self._stands = cache(resolve), cache(stands)

    def of(self, task: TaskRow, case: CaseHead) -> str:
        """The positions the task is for now, as its row keeps them."""
        return self._resolve(task.role, case.unit_code, case.pinned, task.item)

    def left(self, task: TaskRow, positions: str) -> bool:
        """Whether somebody holds the task who holds none of these positions."""
        return task.assignee is not None and not self._stands(task.assignee, positions)


# --- moving them ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Moves:
    """What one batch writes: facts by case, tasks offered anew, tasks set free."""

    facts: dict[str, list[Fact]] = field(default_factory=dict)
    offered: list[Offer] = field(default_factory=list)
    freed: list[str] = field(default_factory=list)


def _move(office: Office, uow: UnitOfWork, meaning: _Meaning, at: str, instance_ids: Sequence[str]) -> int:
    # read again under the lock: somebody may just have decided
    cases = uow.open_work.lock_heads(instance_ids)
    moves = _Moves()
    for case_id, tasks in uow.tasks.open_of_cases(list(cases)).items():
        for task in tasks:
            _follow(moves, task, cases[case_id], meaning)
    built = {
        case_id: build_events(cases[case_id].seq, cases[case_id].head, at, facts, office.randomness)
        for case_id, facts in moves.facts.items()
    }
    if built:
        uow.history.add_many(built)
        uow.open_work.carry_heads({case_id: (one.seq, one.head) for case_id, one in built.items()})
    if moves.freed:
        uow.open_work.set_free(moves.freed)
    if moves.offered:
        uow.open_work.offer_anew(moves.offered)
    return len(moves.offered) + len(moves.freed)


def _follow(moves: _Moves, task: TaskRow, case: CaseHead, meaning: _Meaning) -> None:
    now = meaning.of(task, case)
    left, elsewhere = meaning.left(task, now), now != task.positions
    if not left and not elsewhere:
        return
    facts = moves.facts.setdefault(case.id, [])
    if left:
        facts.append(_fact(task, "task.released", {"position": task.assignee_position}))
    if not elsewhere:
        moves.freed.append(task.id)
        return
    to = json.loads(now)
    facts.append(_fact(task, "task.reassigned", {"positions": to}))
    moves.offered.append(
        Offer(
            task_id=task.id,
            positions=now,
            to=to,
            due_key=due_key(task.due_at),
            assignee=None if left else task.assignee,
            assignee_position=None if left else task.assignee_position,
            seq=case.seq + len(facts),
        )
    )


def _fact(task: TaskRow, type_: str, data: Mapping[str, Any]) -> Fact:
    told = {**data, "reason": "organisation"}
    return Fact(type=type_, element_id=task.element_id, visit=task.visit, data=told)
