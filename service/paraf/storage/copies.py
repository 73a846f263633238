"""Copies and deliveries at rest: which paper reached which position, and when it was first read.

Knows the rows of `tembusan`; must not know who may read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select, update

from paraf.storage.cases import all_rows, one_row
from paraf.storage.rows import insert_rows
from paraf.storage.tables import instance, proposal, tembusan

_NEW_COPY = ("id", "instance_id", "kind", "sha256", "position_id", "sent_at", "way")


class Copies:
    """The repository of copies on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        copies = [tuple(row[name] for name in _NEW_COPY) for row in rows]
        insert_rows(self._connection, "tembusan", _NEW_COPY, copies)

    def of_case(self, instance_id: str) -> Sequence[Mapping[str, Any]]:
        statement = select(tembusan).where(tembusan.c.instance_id == instance_id)
        statement = statement.order_by(tembusan.c.sent_at, tembusan.c.id)
        return all_rows(self._connection.execute(statement))

    def one(self, tembusan_id: str) -> Mapping[str, Any] | None:
        statement = select(tembusan).where(tembusan.c.id == tembusan_id)
        return one_row(self._connection.execute(statement))

    def mark_read(self, tembusan_id: str, at: str, person_id: str, position_id: str) -> bool:
        statement = (
            update(tembusan)
            .where(tembusan.c.id == tembusan_id, tembusan.c.read_at.is_(None))
            .values(read_at=at, read_by=person_id, read_position=position_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def page(
        self, positions: Iterable[str], unread: bool | None, after: tuple[str, str] | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Copies and deliveries to these positions, unread first, then newest first."""
        read_rank: ColumnElement[int] = literal_column("CASE WHEN tembusan.read_at IS NULL THEN 0 ELSE 1 END")
        statement = (
            select(
                tembusan,
                instance.c.number,
                proposal.c.title,
                proposal.c.unit_code,
                proposal.c.id.label("proposal"),
            )
            .join(instance, instance.c.id == tembusan.c.instance_id)
            .join(proposal, proposal.c.id == instance.c.proposal_id)
            .where(tembusan.c.position_id.in_(list(positions)))
        )
        if unread is not None:
            statement = statement.where(
                tembusan.c.read_at.is_(None) if unread else tembusan.c.read_at.is_not(None)
            )
        if after is not None:
            rank, rest = after[0][:1], after[0][1:]
            statement = statement.where(
                or_(
                    read_rank > int(rank),
                    and_(
                        read_rank == int(rank),
                        or_(
                            tembusan.c.sent_at < rest,
                            and_(tembusan.c.sent_at == rest, tembusan.c.id < after[1]),
                        ),
                    ),
                )
            )
        statement = statement.order_by(read_rank, tembusan.c.sent_at.desc(), tembusan.c.id.desc())
        return all_rows(self._connection.execute(statement.limit(limit)))

    def unread(self, positions: Sequence[str], most: int) -> int:
        """How many unread copies these positions have, counted up to `most`."""
        inner = (
            select(literal_column("1"))
            .select_from(tembusan)
            .where(tembusan.c.position_id.in_(positions), tembusan.c.read_at.is_(None))
            .limit(most)
            .subquery()
        )
        return int(self._connection.execute(select(func.count()).select_from(inner)).scalar_one())
