"""Drafts of routes at rest: what is being drawn, by whom, and how often it was saved.

Knows the table `route_draft`; must not know what a route means. The row is the lock of its draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from paraf.storage.tables import route_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftHeading:
    """A draft without its content. `way` is "publish", "restore" (of `of_version`) or "retire"; `state`
    "open", "published" or "discarded"; `authors` a JSON list of person ids: everybody who saved it.
    `highest_flow` is the greatest number of a flow f<n> that any revision has used; `errors` and
    `warnings` are how many the newest revision was found to have, None while it was not examined."""

    id: str
    route_key: str
    name: str
    base_version: int | None
    way: str
    of_version: int | None
    state: str
    revision: int
    authors: str
    created_by: str
    created_at: str
    updated_by: str
    updated_at: str
    published_version: int | None = None
    highest_flow: int = 0
    errors: int | None = None
    warnings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow(DraftHeading):
    """A whole draft. `forms` and `tables` are JSON objects (name to text)."""

    content: bytes
    forms: str
    tables: str


_DRAFT = select(*(route_draft.c[name] for name in DraftRow.__dataclass_fields__))
_ONE = _DRAFT.where(route_draft.c.id == bindparam("id"))
_OPEN = (
    select(*(route_draft.c[name] for name in DraftHeading.__dataclass_fields__))
    .where(route_draft.c.state == "open")
    .order_by(route_draft.c.updated_at.desc(), route_draft.c.id.desc())
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

    def examined(self, draft_id: str, revision: int, errors: int, warnings: int) -> None:
        """Remember what this revision was found to have; nothing when another one was saved since."""
        row = (route_draft.c.id == draft_id) & (route_draft.c.revision == revision)
        self._connection.execute(update(route_draft).where(row).values(errors=errors, warnings=warnings))

    def open(self, route_key: str | None = None, limit: int = 200) -> list[DraftHeading]:
        """Drafts still being drawn, of one route or of all, the one saved last first."""
        statement = _OPEN if route_key is None else _OPEN.where(route_draft.c.route_key == route_key)
        found = self._connection.execute(statement.limit(limit))
        return [DraftHeading(**row) for row in found.mappings()]


def _row(found: Row[Any] | None) -> DraftRow | None:
    return None if found is None else DraftRow(**{**found._mapping, "content": bytes(found.content)})
