"""Answers already given, by person and Idempotency-Key.

Knows the rows; must not know the commands (`usecases/once.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from paraf.storage.tables import idempotency


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first request with a key was and what it was told; `answer` is JSON text."""

    request_sha256: str
    status: int
    answer: str
    at: str


_COLUMNS = ("person_id", "key", "request_sha256", "status", "answer", "at")
_TAKE = {
    "postgresql": postgresql_insert(idempotency)
    .values({name: bindparam(name) for name in _COLUMNS})
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True),
    "sqlite": sqlite_insert(idempotency)
    .values({name: bindparam(name) for name in _COLUMNS})
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True),
}
_MINE = (idempotency.c.person_id == bindparam("the_person"), idempotency.c.key == bindparam("the_key"))
_FIND = select(
    idempotency.c.request_sha256, idempotency.c.status, idempotency.c.answer, idempotency.c.at
).where(*_MINE)
_ANSWER = (
    update(idempotency).where(*_MINE).values(status=bindparam("the_status"), answer=bindparam("the_answer"))
)


class Idempotency:
    """The repository of answers on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._take = _TAKE[connection.dialect.name]

    def take(self, person_id: str, key: str, request_sha256: str, at: str) -> bool:
        """Take the key for this request. False when it was taken before; a request under way with
        the same key is waited for first, so that its answer is there to be found."""
        values = (person_id, key, request_sha256, 0, "null", at)
        result = self._connection.execute(self._take, dict(zip(_COLUMNS, values, strict=True)))
        return result.rowcount == 1

    def find(self, person_id: str, key: str) -> StoredAnswer | None:
        row = self._connection.execute(_FIND, {"the_person": person_id, "the_key": key}).first()
        return StoredAnswer(*row) if row else None

    def answer(self, person_id: str, key: str, answer: str, status: int = 200) -> None:
        """Keep the answer (JSON text) under a key taken in this transaction."""
        self._connection.execute(
            _ANSWER,
            {"the_person": person_id, "the_key": key, "the_status": status, "the_answer": answer},
        )

    def forget(self, before: str) -> int:
        """Remove answers given before this instant; gives their number."""
        return self._connection.execute(delete(idempotency).where(idempotency.c.at < before)).rowcount
