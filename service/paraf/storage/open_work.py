"""Open tasks of many cases at once, for a change that concerns all of them.

Knows how the open work of the whole office is walked, locked and offered anew in few statements;
must not know why it moves (`usecases/follow_organisation.py`). One task of one case is `tasks.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, literal_column, select, update

from paraf.storage.cases import TaskRow
from paraf.storage.rows import insert_rows
from paraf.storage.tables import inbox, instance, task

_PAGE = 2_000
_OPEN = task.c.state == literal_column("'open'")
_RUNNING = instance.c.state == literal_column("'running'")
_HEAD = (instance.c.id, instance.c.unit_code, instance.c.pinned, instance.c.seq, instance.c.head)
_EVERY = select(*task.c, *_HEAD).join(instance, instance.c.id == task.c.instance_id).where(_OPEN, _RUNNING)
_CARRY = (
    update(instance)
    .where(instance.c.id == bindparam("the_id"))
    .values(seq=bindparam("the_seq"), head=bindparam("the_head"))
)
_OFFER = (
    update(task)
    .where(task.c.id == bindparam("the_id"))
    .values(
        positions=bindparam("the_positions"),
        assignee=bindparam("person"),
        assignee_position=bindparam("position"),
        seq=bindparam("the_seq"),
    )
)
_INBOX = ("position_id", "due_at", "task_id", "assignee")


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a change needs of a case: whose it is, its constants, and where its history ends."""

    id: str
    unit_code: str
    pinned: str
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An open task as it is offered from now on: to `positions` (JSON, as its row keeps them; the same
    as a list in `to`), held by `assignee`, since fact `seq`."""

    task_id: str
    positions: str
    to: Sequence[str]
    due_key: str
    assignee: str | None
    assignee_position: str | None
    seq: int


class OpenWork:
    """The repository of open tasks across cases, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def every_open(self) -> Iterator[tuple[TaskRow, CaseHead]]:
        """Every open task of a running case, read through a cursor so that memory stays flat; nothing
        may be written until all are read."""
        width = len(task.c)
        reading = {"stream_results": True, "yield_per": _PAGE}
        for row in self._connection.execute(_EVERY, execution_options=reading):
            yield TaskRow(*row[:width]), CaseHead(*row[width:])

    def held_by(self, person_ids: Sequence[str]) -> list[TaskRow]:
        """Open tasks that one of these persons holds; one statement."""
        held = select(inbox.c.task_id).where(inbox.c.assignee.in_(person_ids))
        statement = select(task).where(task.c.id.in_(held), _OPEN)
        return [TaskRow(*row) for row in self._connection.execute(statement)]

    def lock_heads(self, instance_ids: Sequence[str]) -> dict[str, CaseHead]:
        """Lock these cases, always in the order of their ids; only those still running; one statement."""
        # the state is asked of the rows found: as a condition it leads SQLite away from the key
        statement = select(*_HEAD, instance.c.state).where(instance.c.id.in_(instance_ids))
        rows = self._connection.execute(statement.order_by(instance.c.id).with_for_update(of=instance))
        return {row.id: CaseHead(*row[:-1]) for row in rows if row.state == "running"}

    def carry_heads(self, heads: Mapping[str, tuple[int, str]]) -> None:
        """The newest number and hash of each locked case; one statement, carried out for each."""
        self._connection.execute(
            _CARRY,
            [{"the_id": case_id, "the_seq": seq, "the_head": head} for case_id, (seq, head) in heads.items()],
        )

    def set_free(self, task_ids: Sequence[str]) -> None:
        """Two statements: nobody holds these tasks any more."""
        nobody = {"assignee": None}
        self._connection.execute(
            update(task).where(task.c.id.in_(task_ids)).values(**nobody, assignee_position=None)
        )
        self._connection.execute(update(inbox).where(inbox.c.task_id.in_(task_ids)).values(**nobody))

    def offer_anew(self, offers: Sequence[Offer]) -> None:
        """Three statements, the first carried out for each task: other positions have them now."""
        self._connection.execute(
            _OFFER,
            [
                {
                    "the_id": offer.task_id,
                    "the_positions": offer.positions,
                    "person": offer.assignee,
                    "position": offer.assignee_position,
                    "the_seq": offer.seq,
                }
                for offer in offers
            ],
        )
        self._connection.execute(delete(inbox).where(inbox.c.task_id.in_([o.task_id for o in offers])))
        rows = [(p, o.due_key, o.task_id, o.assignee) for o in offers for p in o.to]
        if rows:
            insert_rows(self._connection, "inbox", _INBOX, rows)
