"""The life of a route at rest: the row that is its lock, and the chain of what was done with it.

Knows the tables `route` and `route_event`; must not know what the facts mean. Words that somebody
typed are kept beside those of the cases (`opening`), under the name `route:<key>`, so that erasing a
person erases them too.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from paraf.domain.facts import GENESIS, Entry, Fact, Opening, Randomness, build_events
from paraf.storage.tables import opening, route, route_event


@dataclass(frozen=True, slots=True)
class LifeRow:
    """A route as its life has it: number and hash of the newest fact."""

    key: str
    seq: int
    head: str


_ROW = select(route.c.key, route.c.seq, route.c.head).where(route.c.key == bindparam("key"))
_EVENTS = (
    select(route_event.c.seq, route_event.c.body, route_event.c.hash)
    .where(route_event.c.route_key == bindparam("key"))
    .order_by(route_event.c.seq)
)
_OPENINGS = (
    select(opening.c.seq, opening.c.path, opening.c.person_id, opening.c.salt, opening.c.value)
    .where(opening.c.instance_id == bindparam("id"))
    .order_by(opening.c.seq, opening.c.path)
)
_KEYS = select(route.c.key).order_by(route.c.key)
_BEGIN = {
    "postgresql": postgresql_insert(route).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(route).on_conflict_do_nothing(),
}


def words_id(key: str) -> str:
    """Under which id the typed words of a route's life are kept."""
    return f"route:{key}"


class RouteLife:
    """The repository of lives on one connection; every method is one statement unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, key: str) -> LifeRow:
        """Two statements: the life of a route, begun if there is none, locked until the transaction
        ends. Of two publishers at one moment the second waits here."""
        begun = {"key": key, "seq": 0, "head": GENESIS}
        self._connection.execute(_BEGIN[self._connection.dialect.name], begun)
        return LifeRow(*self._connection.execute(_ROW.with_for_update(), {"key": key}).one())

    def append(
        self,
        life: LifeRow,
        at: str,
        facts: Sequence[Fact],
        randomness: Randomness = secrets.token_bytes,
    ) -> LifeRow:
        """Two statements, and one more for typed words: carry on the chain of a locked life."""
        built = build_events(life.seq, life.head, at, facts, randomness)
        self._connection.execute(
            insert(route_event),
            [
                {"route_key": life.key, "seq": entry.seq, "body": entry.body, "hash": entry.hash}
                for entry in built.entries
            ],
        )
        words = [
            {
                "instance_id": words_id(life.key),
                "seq": one.seq,
                "path": one.path,
                "person_id": one.person_id,
                "salt": one.salt,
                "value": one.value,
            }
            for one in built.openings
        ]
        if words:
            self._connection.execute(insert(opening), words)
        newest = update(route).where(route.c.key == life.key).values(seq=built.seq, head=built.head)
        self._connection.execute(newest)
        return LifeRow(life.key, built.seq, built.head)

    def row(self, key: str) -> LifeRow | None:
        found = self._connection.execute(_ROW, {"key": key}).first()
        return LifeRow(*found) if found else None

    def keys(self) -> list[str]:
        """Every route whose life has begun."""
        return list(self._connection.execute(_KEYS).scalars())

    def read(self, key: str) -> list[Entry]:
        """Every fact of a life, in order."""
        return [Entry(*row) for row in self._connection.execute(_EVENTS, {"key": key})]

    def openings(self, key: str) -> list[Opening]:
        """What opens the sealed words of a life; erased ones without words."""
        found = self._connection.execute(_OPENINGS, {"id": words_id(key)})
        return [Opening(*row) for row in found]
