"""What a database means when it fails: three words a caller can act on.

Knows the error codes of SQLite and PostgreSQL; must not know commands. Contention may be tried
again from the start, Disconnected too unless a commit was under way, other trouble is told to the
person at once. An error that is none of these is a defect and is passed on as it is.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from paraf.errors import Stale, Unavailable
from paraf.language import N_

_BUSY = N_("The database is busy at the moment. Nothing was saved. Please try again.")
_LOST = N_("The connection to the database was lost. Please see whether your work was saved, then try again.")
_FULL = N_("The storage of the server is full. Nothing was saved. Please tell the administrator.")
_SLOW = N_("The database took too long to answer. Nothing was saved. Please try again.")
MOVED_ON = N_("The case has moved on meanwhile. Please read it again.")
_BROKEN = N_("The database cannot be read or written at the moment. Please tell the administrator.")


class Contention(Unavailable):
    """Two commands were in each other's way; this one was undone whole and may be tried again."""


class Disconnected(Unavailable):
    """The connection broke. `committing` tells that the outcome of the command is unknown."""

    def __init__(self, detail: str, *, committing: bool) -> None:
        super().__init__(detail)
        self.committing = committing


def in_words(error: Exception, *, committing: bool = False) -> Unavailable | Stale | None:
    """The trouble behind a database error, or None when it is a defect of ours."""
    if isinstance(error, PoolTimeout):
        return Unavailable(_BUSY)
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, sqlite3.Error):
        return _of_sqlite(getattr(origin, "sqlite_errorcode", None))
    if isinstance(error, DBAPIError):
        return _of_postgresql(error, committing)
    return None


def _of_sqlite(code: int | None) -> Unavailable | None:
    match None if code is None else code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Contention(_BUSY)
        case sqlite3.SQLITE_FULL:
            return Unavailable(_FULL)
        case (
            sqlite3.SQLITE_IOERR
            | sqlite3.SQLITE_READONLY
            | sqlite3.SQLITE_CANTOPEN
            | sqlite3.SQLITE_CORRUPT
            | sqlite3.SQLITE_NOTADB
        ):
            return Unavailable(_BROKEN)
    return None


def _of_postgresql(error: DBAPIError, committing: bool) -> Unavailable | Stale | None:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == "23505":
        return _of_taken(getattr(getattr(error.orig, "diag", None), "constraint_name", None))
    if state in {"40001", "40P01", "55P03"}:
        return Contention(_BUSY)
    if state == "53300":
        return Unavailable(_BUSY)
    if state == "57014":
        return Unavailable(_SLOW)
    if state == "53100":
        return Unavailable(_FULL)
    never_connected = isinstance(error, OperationalError) and not state
    if error.connection_invalidated or never_connected or state[:2] in {"08", "57"}:
        return Disconnected(_LOST, committing=committing)
    if state[:2] in {"53", "58", "XX"}:
        return Unavailable(_BROKEN)
    return None


def _of_taken(constraint: str | None) -> Unavailable | Stale | None:
    """A place was taken meanwhile: that of an answer, which the command finds when it is carried out
    again, or that of a fact."""
    match constraint:
        case "pk_idempotency":
            return Contention(_BUSY)
        case "pk_event":
            return Stale(MOVED_ON)
    return None
