"""Answers already given, by person and Idempotency-Key.

Knows the rows; must not know the commands (`usecases/once.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select

from paraf.storage.rows import insert_rows
from paraf.storage.sending import Ready, ask
from paraf.storage.tables import idempotency


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first request with a key was and what it was told; `answer` is JSON text."""

    request_sha256: str
    status: int
    answer: str
    at: str


_COLUMNS = ("person_id", "key", "request_sha256", "status", "answer", "at")
_FIND = Ready(
    select(idempotency.c.request_sha256, idempotency.c.status, idempotency.c.answer, idempotency.c.at).where(
        idempotency.c.person_id == bindparam("the_person"), idempotency.c.key == bindparam("the_key")
    )
)


class Idempotency:
    """The repository of answers on one connection; every method is one statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, person_id: str, key: str) -> StoredAnswer | None:
        rows = ask(self._connection, _FIND, {"the_person": person_id, "the_key": key})
        return StoredAnswer(*rows[0]) if rows else None

    def keep(
        self, person_id: str, key: str, request_sha256: str, answer: str, at: str, status: int = 200
    ) -> None:
        """Keep the answer (JSON text) under a key that nobody had. A request with the same key that
        has just been answered is waited for, and this command is then in its way (Contention): carried
        out again, it finds that answer."""
        row = (person_id, key, request_sha256, status, answer, at)
        insert_rows(self._connection, "idempotency", _COLUMNS, [row])

    def forget(self, before: str) -> int:
        """Remove answers given before this instant; gives their number."""
        return self._connection.execute(delete(idempotency).where(idempotency.c.at < before)).rowcount
