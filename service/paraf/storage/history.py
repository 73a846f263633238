"""The history of a case: appended to, read, never changed.

Knows the tables `event` and `opening`; must not know what the facts mean. The guards against change
are in `guards.py` and `sqlite.py`; the chain itself is `domain/facts.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from paraf.domain.facts import Built, Entry, Fact, Opening, Randomness, build_events
from paraf.errors import Stale
from paraf.storage.rows import insert_rows
from paraf.storage.tables import event, opening
from paraf.storage.trouble import MOVED_ON

_PAGE = 2_000

_OF_CASE = (
    select(event.c.seq, event.c.body, event.c.hash)
    .where(event.c.instance_id == bindparam("id"), event.c.seq > bindparam("after"))
    .order_by(event.c.seq)
    .limit(bindparam("most"))
)
_NEWEST = (
    select(event.c.seq, event.c.hash)
    .where(event.c.instance_id == bindparam("id"))
    .order_by(event.c.seq.desc())
    .limit(1)
)
_OPENINGS = (
    select(opening.c.seq, opening.c.path, opening.c.person_id, opening.c.salt, opening.c.value)
    .where(
        opening.c.instance_id == bindparam("id"),
        opening.c.seq > bindparam("after"),
        opening.c.seq <= bindparam("until"),
    )
    .order_by(opening.c.seq, opening.c.path)
)
_ALL = (
    select(event.c.instance_id, event.c.seq, event.c.body, event.c.hash)
    .where(tuple_(event.c.instance_id, event.c.seq) > tuple_(bindparam("id"), bindparam("after")))
    .order_by(event.c.instance_id, event.c.seq)
    .limit(bindparam("most"))
)
_ERASE = update(opening).where(opening.c.person_id == bindparam("person")).values(salt=None, value=None)
_EVENT = ("instance_id", "seq", "body", "hash")
_OPENING = ("instance_id", "seq", "path", "person_id", "salt", "value")
_LAST = 2**31 - 1


class History:
    """The repository of facts on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(
        self,
        instance_id: str,
        prev_seq: int,
        prev_hash: str,
        at: str,
        facts: Sequence[Fact],
        randomness: Randomness = secrets.token_bytes,
    ) -> tuple[int, str]:
        """Carry on the chain of a locked case; one statement, and one more for sealed words.

        `prev_seq` and `prev_hash` are what the case row says is newest (0 and GENESIS for a new
        one). Gives the newest number and hash. Raises Stale when the place is taken already, and
        InvalidForm when a fact holds what cannot be recorded.
        """
        built = build_events(prev_seq, prev_hash, at, facts, randomness)
        self.add(instance_id, built)
        return built.seq, built.head

    def add(self, instance_id: str, built: Built) -> None:
        """Keep events that were built elsewhere."""
        self.add_many({instance_id: built})

    def add_many(self, built: Mapping[str, Built]) -> None:
        """Keep what was built for several locked cases, by case; the statements of one."""
        rows = [(case_id, e.seq, e.body, e.hash) for case_id, one in built.items() for e in one.entries]
        if not rows:
            return
        try:
            insert_rows(self._connection, "event", _EVENT, rows)
        except IntegrityError as error:
            raise Stale(MOVED_ON) from error
        openings = [
            (case_id, o.seq, o.path, o.person_id, o.salt, o.value)
            for case_id, one in built.items()
            for o in one.openings
        ]
        if openings:
            insert_rows(self._connection, "opening", _OPENING, openings)

    def head(self, instance_id: str) -> tuple[int, str] | None:
        """Number and hash of the newest event as the history itself has it."""
        row = self._connection.execute(_NEWEST, {"id": instance_id}).first()
        return (row[0], row[1]) if row else None

    def read(self, instance_id: str, after: int = 0, limit: int | None = None) -> list[Entry]:
        """Events after number `after`, in order, at most `limit`."""
        values = {"id": instance_id, "after": after, "most": _LAST if limit is None else limit}
        return [Entry(*row) for row in self._connection.execute(_OF_CASE, values)]

    def walk(self, instance_id: str) -> Iterator[Entry]:
        """Every event of a case in order, read in pages so that memory stays flat."""
        after = 0
        while page := self.read(instance_id, after, _PAGE):
            yield from page
            after = page[-1].seq

    def walk_all(self) -> Iterator[tuple[str, int, str, str]]:
        """Every event there is as (case, number, body, hash), by case and number, read in pages so that
        memory stays flat; plain rows, for there may be very many."""
        place = ("", 0)
        while True:
            values = {"id": place[0], "after": place[1], "most": _PAGE}
            with self._connection.execute(_ALL, values) as result:
                # the driver's own rows: these columns need nothing made of them
                page: Sequence[Any] = result.cursor.fetchall() if result.cursor else []
            yield from page
            if len(page) < _PAGE:
                return
            place = page[-1][0], page[-1][1]

    def openings(self, instance_id: str, after: int = 0, until: int = _LAST) -> list[Opening]:
        """What opens the sealed words of events `after` < seq <= `until`; erased ones without words."""
        values = {"id": instance_id, "after": after, "until": until}
        return [Opening(*row) for row in self._connection.execute(_OPENINGS, values)]

    def erase_words_of(self, person_id: str) -> int:
        """Erase what this person typed, in every case; the chain holds. Gives the number of texts."""
        return self._connection.execute(_ERASE, {"person": person_id}).rowcount
