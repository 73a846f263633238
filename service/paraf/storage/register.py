"""The register of SOPs at rest: what is in force, what it took the place of, what is kept.

Knows the rows of `sop`; must not know how an SOP came into force (`usecases/papers.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from paraf.storage.cases import all_rows, one_row
from paraf.storage.tables import sop

LIVE = ("in_force", "transitional")
"""States of an SOP that is in force; an earlier one, set before the regulation, is transitional (53)."""


class Register:
    """The repository of SOPs on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(sop), values)

    def one(self, sop_id: str) -> Mapping[str, Any] | None:
        return one_row(self._connection.execute(select(sop).where(sop.c.id == sop_id)))

    def of_case(self, instance_id: str) -> Mapping[str, Any] | None:
        return one_row(self._connection.execute(select(sop).where(sop.c.instance_id == instance_id)))

    def end(self, sop_id: str, status: str, at: str) -> bool:
        """False when it was not in force any more: of two cases only one takes its place."""
        statement = update(sop).where(sop.c.id == sop_id, sop.c.status.in_(LIVE))
        return self._connection.execute(statement.values(status=status, ended_at=at)).rowcount == 1

    def page(
        self,
        *,
        in_force: bool | None,
        unit_code: str | None,
        text: str | None,
        after: tuple[str, str] | None,
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        statement = select(sop)
        if in_force is not None:
            live = sop.c.status.in_(LIVE)
            statement = statement.where(live if in_force else ~live)
        if unit_code:
            statement = statement.where(sop.c.unit_code == unit_code)
        if text:
            like = f"%{text.lower()}%"
            statement = statement.where(
                or_(
                    func.lower(sop.c.title).like(like),
                    func.lower(func.coalesce(sop.c.number, "")).like(like),
                    func.lower(func.coalesce(sop.c.instrument_number, "")).like(like),
                )
            )
        if after is not None:
            statement = statement.where(
                or_(sop.c.title > after[0], and_(sop.c.title == after[0], sop.c.id > after[1]))
            )
        statement = statement.order_by(sop.c.title, sop.c.id).limit(limit)
        return all_rows(self._connection.execute(statement))
