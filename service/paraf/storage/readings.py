"""What somebody opened by the right to read everything: rows that are added and read, never changed.

Knows the table `reading`; must not know who reads by which right (`usecases/readings.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from paraf.storage.cases import all_rows
from paraf.storage.tables import instance, reading


class Readings:
    """The repository of readings on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(reading), values)

    def opened_since(self, person_id: str, what: str, subject: str, since: str) -> bool:
        """Whether the person opened this very thing at or after the instant `since`."""
        statement = (
            select(reading.c.id)
            .where(
                reading.c.person_id == person_id,
                reading.c.at >= since,
                reading.c.what == what,
                reading.c.subject == subject,
            )
            .limit(1)
        )
        return self._connection.execute(statement).first() is not None

    def page(
        self,
        *,
        people: Sequence[str] | None,
        instance_id: str | None,
        since: str | None,
        until: str | None,
        after: tuple[str, str] | None,
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        """Readings with the number of their case, newest first. `people` are person ids, None for
        everybody; `since` is included, `until` is not."""
        statement = select(reading, instance.c.number).join_from(
            reading, instance, instance.c.id == reading.c.instance_id, isouter=True
        )
        if people is not None:
            statement = statement.where(reading.c.person_id.in_(people))
        if instance_id is not None:
            statement = statement.where(reading.c.instance_id == instance_id)
        if since:
            statement = statement.where(reading.c.at >= since)
        if until:
            statement = statement.where(reading.c.at < until)
        if after is not None:
            statement = statement.where(
                or_(reading.c.at < after[0], and_(reading.c.at == after[0], reading.c.id < after[1]))
            )
        statement = statement.order_by(reading.c.at.desc(), reading.c.id.desc()).limit(limit)
        return all_rows(self._connection.execute(statement))
