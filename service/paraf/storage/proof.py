"""Rows that only the proof of a case asks for: what no command reads is laid beside the facts too.

Knows how the rows of one case are found; must not know what the facts say (`usecases/verify_rows.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from paraf.storage.cases import all_rows, one_row
from paraf.storage.tables import inbox, instance, person, proposal, sop, task

_SIZE = select(func.count(), func.coalesce(func.sum(instance.c.seq), 0)).select_from(instance)

_HEADS = (
    select(instance.c.id, instance.c.number, instance.c.seq, instance.c.head)
    .where(instance.c.id > bindparam("after"))
    .order_by(instance.c.id)
    .limit(2_000)
)


class Proof:
    """What the proof reads on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def proposal(self, proposal_id: str) -> Mapping[str, Any] | None:
        return one_row(self._connection.execute(select(proposal).where(proposal.c.id == proposal_id)))

    def offers(self, instance_id: str) -> Sequence[Mapping[str, Any]]:
        """Every inbox row of the case's tasks."""
        statement = select(inbox).join(task, task.c.id == inbox.c.task_id)
        return all_rows(self._connection.execute(statement.where(task.c.instance_id == instance_id)))

    def successors(self, sop_id: str) -> Sequence[Mapping[str, Any]]:
        """Register entries that took the place of this one."""
        return all_rows(self._connection.execute(select(sop).where(sop.c.supersedes == sop_id)))

    def heads(self) -> Iterator[tuple[str, str, int, str]]:
        """(case, its number, newest fact, its hash) of every case as its row says, by case, in pages."""
        after = ""
        while page := self._connection.execute(_HEADS, {"after": after}).all():
            for row in page:
                yield row[0], row[1], row[2], row[3]
            after = page[-1][0]

    def size(self) -> tuple[int, int]:
        """How many cases there are, and how many facts their rows say they have."""
        cases, facts = self._connection.execute(_SIZE).one()
        return int(cases), int(facts)

    def erased(self, person_ids: Collection[str]) -> frozenset[str]:
        """Those of these persons whose data was erased."""
        if not person_ids:
            return frozenset()
        statement = select(person.c.id).where(
            person.c.id.in_(sorted(person_ids)), person.c.erased_at.is_not(None)
        )
        return frozenset(self._connection.execute(statement).scalars())
