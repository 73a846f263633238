"""Tasks and the inbox: one row per open task and position it is offered to.

Knows how work is offered, held and listed; must not know what a decision means. The inbox is a
projection written in the transaction of the facts: a closed task has no inbox row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)

from paraf.storage.cases import TaskRow, all_rows
from paraf.storage.rows import insert_rows
from paraf.storage.sending import Ready, tell
from paraf.storage.tables import NO_DUE, appointment, inbox, instance, person, proposal, task, tembusan

_OPEN_OF_CASE = (
    select(task)
    .where(task.c.instance_id == bindparam("id"), task.c.state == literal_column("'open'"))
    .order_by(task.c.opened_at, task.c.id)
)
_OF_CASE = select(task).where(task.c.instance_id == bindparam("id")).order_by(task.c.opened_seq, task.c.id)
_NEW_TASK = (
    "id",
    "instance_id",
    "element_id",
    "visit",
    "item",
    "closer",
    "role",
    "positions",
    "state",
    "assignee",
    "assignee_position",
    "opened_at",
    "opened_seq",
    "due_at",
    "seq",
)
_OFFER = ("position_id", "due_at", "task_id", "assignee")
_CLOSE = Ready(
    update(task)
    .where(task.c.id == bindparam("the_id"), task.c.state == literal_column("'open'"))
    .values(
        state="done",
        closed_at=bindparam("at"),
        outcome=bindparam("the_outcome"),
        decided_by=bindparam("person"),
        capacity=bindparam("the_capacity"),
        assignee=bindparam("person"),
        assignee_position=bindparam("position"),
        seq=bindparam("the_seq"),
    )
)
_LEAVE_INBOX = Ready(delete(inbox).where(inbox.c.task_id == bindparam("the_id")))
_HOLD = (
    update(task)
    .where(task.c.id == bindparam("the_id"), task.c.state == literal_column("'open'"))
    .values(assignee=bindparam("person"), assignee_position=bindparam("position"))
)
_HOLD_INBOX = update(inbox).where(inbox.c.task_id == bindparam("the_id")).values(assignee=bindparam("person"))
_TOUCH_OPEN = Ready(
    update(task)
    .where(task.c.instance_id == bindparam("the_id"), task.c.state == literal_column("'open'"))
    .values(seq=bindparam("the_seq"))
)


class Tasks:
    """The repository of tasks on one connection; every method is one statement unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, rows: Sequence[Mapping[str, Any]], offers: Sequence[Mapping[str, Any]]) -> None:
        """Two statements: the tasks opened by one command, and whom they are offered to."""
        insert_rows(
            self._connection, "task", _NEW_TASK, [tuple(row.get(name) for name in _NEW_TASK) for row in rows]
        )
        if offers:
            insert_rows(
                self._connection, "inbox", _OFFER, [tuple(offer[name] for name in _OFFER) for offer in offers]
            )

    def close(
        self,
        task_id: str,
        at: str,
        outcome: str,
        person_id: str,
        position_id: str,
        seq: int,
        capacity: str | None = None,
    ) -> None:
        """Two statements: a task that its command has locked and found open is decided."""
        values = {
            "the_id": task_id,
            "at": at,
            "the_outcome": outcome,
            "person": person_id,
            "position": position_id,
            "the_seq": seq,
            "the_capacity": capacity,
        }
        tell(self._connection, _CLOSE, values)
        tell(self._connection, _LEAVE_INBOX, {"the_id": task_id})

    def close_unasked(self, task_ids: Sequence[str], at: str, seq: int) -> None:
        """Two statements: tasks taken away without a decision."""
        self._connection.execute(
            update(task).where(task.c.id.in_(task_ids)).values(state="closed", closed_at=at, seq=seq)
        )
        self._connection.execute(delete(inbox).where(inbox.c.task_id.in_(task_ids)))

    def hold(self, task_id: str, person_id: str | None, position_id: str | None) -> None:
        """Two statements: who holds the task now; None frees it."""
        values = {"the_id": task_id, "person": person_id, "position": position_id}
        self._connection.execute(_HOLD, values)
        self._connection.execute(_HOLD_INBOX, {"the_id": task_id, "person": person_id})

    def touch_open(self, instance_id: str, seq: int) -> None:
        """A fact concerns every open task of the case: pages drawn before it are stale."""
        tell(self._connection, _TOUCH_OPEN, {"the_id": instance_id, "the_seq": seq})

    def open_of_case(self, instance_id: str) -> list[TaskRow]:
        return [TaskRow(*row) for row in self._connection.execute(_OPEN_OF_CASE, {"id": instance_id})]

    def open_of_cases(self, instance_ids: Sequence[str]) -> dict[str, list[TaskRow]]:
        """Open tasks by case, in the order they were opened."""
        found: dict[str, list[TaskRow]] = {}
        if instance_ids:
            statement = (
                select(task)
                .where(task.c.instance_id.in_(instance_ids), task.c.state == literal_column("'open'"))
                .order_by(task.c.opened_seq, task.c.id)
            )
            for row in self._connection.execute(statement):
                opened = TaskRow(*row)
                found.setdefault(opened.instance_id, []).append(opened)
        return found

    def of_case(self, instance_id: str) -> list[TaskRow]:
        return [TaskRow(*row) for row in self._connection.execute(_OF_CASE, {"id": instance_id})]

    def took_part(self, instance_id: str, person_id: str, positions: Sequence[str]) -> bool:
        """Whether this person, or one of these positions, has or had a task or a copy in the case."""
        offered: Select[Any] = (
            select(literal_column("1"))
            .select_from(task.join(inbox, inbox.c.task_id == task.c.id))
            .where(task.c.instance_id == instance_id, inbox.c.position_id.in_(positions))
        )
        decided: Select[Any] = select(literal_column("1")).where(
            task.c.instance_id == instance_id,
            or_(
                task.c.decided_by == person_id,
                task.c.assignee == person_id,
                task.c.assignee_position.in_(positions),
            ),
        )
        copied: Select[Any] = select(literal_column("1")).where(
            tembusan.c.instance_id == instance_id, tembusan.c.position_id.in_(positions)
        )
        statement = select(or_(offered.exists(), decided.exists(), copied.exists()))
        return bool(self._connection.execute(statement).scalar())

    # --- the inbox

    def page(
        self,
        positions: Sequence[str],
        person_id: str,
        *,
        at: str,
        mine: bool,
        limit: int,
        after: tuple[str, str] | None = None,
        route_key: str | None = None,
        unit_code: str | None = None,
        text: str | None = None,
        due_before: str | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        """The most urgent open tasks offered to these positions, one row per task and position.

        `mine` leaves out what a colleague holds at the instant `at`. Each position is one short index
        scan, so that a person with 100,000 tasks waits no longer than one with fifty.
        """
        if not positions:
            return []
        filtered = bool(route_key or unit_code or text)
        scans = []
        for position_id in positions:
            scan = select(inbox.c.due_at, inbox.c.task_id, inbox.c.position_id).where(
                inbox.c.position_id == position_id
            )
            if mine:
                scan = scan.where(_free_for(person_id, at))
            if after is not None:
                scan = scan.where(
                    or_(
                        inbox.c.due_at > after[0],
                        and_(inbox.c.due_at == after[0], inbox.c.task_id > after[1]),
                    )
                )
            if due_before:
                scan = scan.where(inbox.c.due_at < due_before)
            if filtered:
                scan = (
                    scan.join(task, task.c.id == inbox.c.task_id)
                    .join(instance, instance.c.id == task.c.instance_id)
                    .join(proposal, proposal.c.id == instance.c.proposal_id)
                )
                if route_key:
                    scan = scan.where(instance.c.route_key == route_key)
                if unit_code:
                    scan = scan.where(instance.c.unit_code == unit_code)
                if text:
                    like = f"%{text.lower()}%"
                    scan = scan.where(
                        or_(func.lower(proposal.c.title).like(like), func.lower(instance.c.number).like(like))
                    )
            scan = scan.order_by(inbox.c.due_at, inbox.c.task_id).limit(limit)
            scans.append(select(scan.subquery()))
        offered = union_all(*scans).subquery() if len(scans) > 1 else scans[0].subquery()
        statement = (
            select(
                task,
                offered.c.position_id,
                offered.c.due_at.label("urgency"),
                instance.c.number,
                instance.c.state.label("case_state"),
                instance.c.route_key,
                instance.c.route_version,
                instance.c.proposal_id,
                instance.c.unit_code,
                instance.c.pinned,
                proposal.c.title,
                proposal.c.sop_kind,
            )
            .select_from(offered)
            .join(task, task.c.id == offered.c.task_id)
            .join(instance, instance.c.id == task.c.instance_id)
            .join(proposal, proposal.c.id == instance.c.proposal_id)
            .order_by(offered.c.due_at, offered.c.task_id, offered.c.position_id)
            .limit(limit)
        )
        return all_rows(self._connection.execute(statement))

    def counts(self, positions: Sequence[str], person_id: str, *, at: str, most: int) -> tuple[int, int]:
        """(offered to me, of these late at `at`), each counted up to `most` so that the cost stays flat."""
        if not positions:
            return 0, 0
        scans = []
        for position_id in positions:
            base = select(inbox.c.due_at).where(inbox.c.position_id == position_id, _free_for(person_id, at))
            scans.append(select(base.order_by(inbox.c.due_at).limit(most).subquery()))
        offered = union_all(*scans).subquery() if len(scans) > 1 else scans[0].subquery()
        late = func.sum(func.cast(offered.c.due_at < at, task.c.visit.type))
        statement = select(func.count(), func.coalesce(late, 0)).select_from(offered)
        total, overdue = self._connection.execute(statement).one()
        return min(int(total), most), min(int(overdue), most)

    def decided_by(
        self, person_id: str, after: tuple[str, str] | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Tasks this person decided, newest first."""
        statement = (
            select(
                task,
                instance.c.number,
                instance.c.state.label("case_state"),
                instance.c.route_key,
                instance.c.route_version,
                instance.c.proposal_id,
                instance.c.unit_code,
                instance.c.pinned,
                proposal.c.title,
                proposal.c.sop_kind,
            )
            .join(instance, instance.c.id == task.c.instance_id)
            .join(proposal, proposal.c.id == instance.c.proposal_id)
            .where(task.c.decided_by == person_id, task.c.state == "done")
        )
        if after is not None:
            statement = statement.where(
                or_(task.c.closed_at < after[0], and_(task.c.closed_at == after[0], task.c.id < after[1]))
            )
        statement = statement.order_by(task.c.closed_at.desc(), task.c.id.desc()).limit(limit)
        return all_rows(self._connection.execute(statement))


def _free_for(person_id: str, at: str) -> ColumnElement[bool]:
    """Nobody else holds the task of this inbox row. A claim stands as long as its holder may come in
    and is appointed to one of the positions the task is offered to (`policy.standing_claim`)."""
    offered = inbox.alias("offered_to")
    stands: Select[Any] = (
        select(literal_column("1"))
        .select_from(
            offered.join(appointment, appointment.c.position_id == offered.c.position_id).join(
                person, person.c.id == appointment.c.person_id
            )
        )
        .where(
            offered.c.task_id == inbox.c.task_id,
            appointment.c.person_id == inbox.c.assignee,
            person.c.disabled_at.is_(None),
            appointment.c.valid_from <= at,
            or_(appointment.c.valid_to.is_(None), appointment.c.valid_to > at),
        )
    )
    return or_(inbox.c.assignee.is_(None), inbox.c.assignee == person_id, ~stands.exists())


def due_key(due_at: str | None) -> str:
    """The value of `inbox.due_at`: tasks without a target come last."""
    return due_at or NO_DUE
