"""Repairs asked for, carried out and refused, and the rows that setting a case right writes anew.

Knows the table `repair` and how rows of one case are replaced; must not know who may repair or what
the history says (`usecases/repairs.py`, `usecases/rebuild.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from paraf.storage.cases import all_rows, one_row
from paraf.storage.rows import insert_rows
from paraf.storage.tables import inbox, instance, proposal, repair, task

_INBOX = ("position_id", "due_at", "task_id", "assignee")
_WITH_CASE = select(
    repair,
    instance.c.number,
    instance.c.unit_code,
    instance.c.route_key,
    instance.c.route_version,
    instance.c.state.label("case_state"),
).join(instance, instance.c.id == repair.c.instance_id)


class Repairs:
    """The repository of repairs on one connection; every method is one statement unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- asked and answered

    def insert(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(repair), values)

    def one(self, repair_id: str) -> Mapping[str, Any] | None:
        """A repair with its case's number, unit, route and state."""
        return one_row(self._connection.execute(_WITH_CASE.where(repair.c.id == repair_id)))

    def lock(self, repair_id: str) -> Mapping[str, Any] | None:
        """The same, locked until the transaction ends; the case is locked before it."""
        statement = _WITH_CASE.where(repair.c.id == repair_id).with_for_update(of=repair)
        return one_row(self._connection.execute(statement))

    def asked_of(self, instance_id: str) -> Mapping[str, Any] | None:
        """The repair of the case that waits for its answer; there is one at most."""
        statement = select(repair).where(repair.c.instance_id == instance_id, repair.c.state == "asked")
        return one_row(self._connection.execute(statement))

    def of_case(self, instance_id: str) -> Sequence[Mapping[str, Any]]:
        """Every repair of the case, newest first."""
        statement = _WITH_CASE.where(repair.c.instance_id == instance_id)
        return all_rows(
            self._connection.execute(statement.order_by(repair.c.asked_at.desc(), repair.c.id.desc()))
        )

    def answer(self, repair_id: str, state: str, person_id: str, at: str, words: str | None = None) -> None:
        """What became of a repair: `done`, `refused` or `taken_back`."""
        self._connection.execute(
            update(repair)
            .where(repair.c.id == repair_id)
            .values(state=state, answered_by=person_id, answered_at=at, answer=words)
        )

    def page(
        self, *, states: Collection[str], after: tuple[str, str] | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Repairs in these states, newest first, with their cases."""
        statement = _WITH_CASE.where(repair.c.state.in_(states))
        if after is not None:
            statement = statement.where(
                or_(repair.c.asked_at < after[0], and_(repair.c.asked_at == after[0], repair.c.id < after[1]))
            )
        statement = statement.order_by(repair.c.asked_at.desc(), repair.c.id.desc()).limit(limit)
        return all_rows(self._connection.execute(statement))

    def held_cases(self, state: str, limit: int) -> Sequence[Mapping[str, Any]]:
        """Cases in this state, the longest running first: no title, no papers."""
        statement = (
            select(
                instance.c.id,
                instance.c.number,
                instance.c.unit_code,
                instance.c.route_key,
                instance.c.route_version,
                instance.c.state,
                instance.c.started_at,
            )
            .where(instance.c.state == state)
            .order_by(instance.c.started_at, instance.c.id)
            .limit(limit)
        )
        return all_rows(self._connection.execute(statement))

    def erase_words_of(self, person_id: str) -> None:
        """Two statements: what this person typed when asking and when answering is gone."""
        self._connection.execute(update(repair).where(repair.c.asked_by == person_id).values(reason=""))
        self._connection.execute(
            update(repair)
            .where(repair.c.answered_by == person_id, repair.c.answer.is_not(None))
            .values(answer="")
        )

    # --- rows written anew from the facts

    def set_proposal(self, proposal_id: str, values: Mapping[str, Any]) -> None:
        self._connection.execute(update(proposal).where(proposal.c.id == proposal_id).values(**values))

    def set_task(self, task_id: str, values: Mapping[str, Any]) -> None:
        self._connection.execute(update(task).where(task.c.id == task_id).values(**values))

    def insert_task(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(task), values)

    def drop_tasks(self, task_ids: Sequence[str]) -> None:
        """Two statements: rows of tasks that never were leave the task lists and the case."""
        self._connection.execute(delete(inbox).where(inbox.c.task_id.in_(task_ids)))
        self._connection.execute(delete(task).where(task.c.id.in_(task_ids)))

    def set_offers(self, instance_id: str, offers: Sequence[tuple[str, str, str, str | None]]) -> None:
        """Two statements: the task lists hold exactly these (position, due, task, holder) of the case."""
        own = select(task.c.id).where(task.c.instance_id == instance_id)
        self._connection.execute(delete(inbox).where(inbox.c.task_id.in_(own)))
        if offers:
            insert_rows(self._connection, "inbox", _INBOX, offers)
