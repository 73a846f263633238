"""Drafts of routes at rest: what is being drawn, by whom, and how often it was saved.

Knows the table `route_draft`; must not know what a route means. The row is the lock of its draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from paraf.storage.tables import route_draft


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft. `way` is "publish", "restore" (of `of_version`) or "retire"; `state` "open",
    "published" or "discarded". `forms` and `tables` are JSON objects (name to text), `authors` a JSON
    list of person ids: everybody who saved it."""

    id: str
    route_key: str
    name: str
    base_version: int | None
    way: str
    of_version: int | None
    state: str
    revision: int
    content: bytes
    forms: str
    tables: str
    authors: str
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str
    published_version: int | None = None


_DRAFT = select(*(route_draft.c[name] for name in DraftRow.__dataclass_fields__))
_ONE = _DRAFT.where(route_draft.c.id == bindparam("id"))
_OPEN = _DRAFT.where(route_draft.c.state == "open").order_by(
    route_draft.c.updated_at.desc(), route_draft.c.id.desc()
)


class Drafts:
    """The repository of drafts on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def insert(self, row: DraftRow) -> None:
        self._connection.execute(insert(route_draft), asdict(row))

    def one(self, draft_id: str) -> DraftRow | None:
        return _row(self._connection.execute(_ONE, {"id": draft_id}).first())

    def lock(self, draft_id: str) -> DraftRow | None:
        """The draft, locked until the transaction ends."""
        return _row(self._connection.execute(_ONE.with_for_update(), {"id": draft_id}).first())

    def update(self, draft_id: str, values: Mapping[str, Any]) -> None:
        """Set the given columns of the locked draft."""
        self._connection.execute(update(route_draft).where(route_draft.c.id == draft_id).values(**values))

    def open(self, route_key: str | None = None, limit: int = 200) -> list[DraftRow]:
        """Drafts still being drawn, of one route or of all, the one saved last first."""
        statement = _OPEN if route_key is None else _OPEN.where(route_draft.c.route_key == route_key)
        return [DraftRow(*_plain(row)) for row in self._connection.execute(statement.limit(limit))]


def _row(found: Sequence[Any] | None) -> DraftRow | None:
    return None if found is None else DraftRow(*_plain(found))


def _plain(row: Sequence[Any]) -> list[Any]:
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]
