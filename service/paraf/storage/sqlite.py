"""The embedded database, opened the one safe way.

Knows SQLite's settings and its authorizer; must not know commands. An ordinary connection can read,
insert, and change what may change; it can neither touch the history nor loosen its own guards.
"""

from __future__ import annotations

import sqlite3

from paraf.storage.tables import FROZEN

WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Versions 3.7.0 to 3.51.2 can corrupt a WAL database when it is reset under load."""

_FREELY = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
        sqlite3.SQLITE_RECURSIVE,
    }
)
_LOOKING = frozenset(
    {
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
        "wal_checkpoint",
    }
)
_SCHEMA = ("sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema")


def prepare(connection: sqlite3.Connection, busy_timeout_ms: int) -> None:
    """Settings that SQLite forgets when a connection closes."""
    for setting in (
        f"busy_timeout = {busy_timeout_ms:d}",
        "journal_mode = " + ("WAL" if WAL_IS_SAFE else "TRUNCATE"),
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
        "cache_size = -16000",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def guard(connection: sqlite3.Connection) -> None:
    """Refuse, from here on, whatever a command has no business doing (security finding 7)."""
    connection.set_authorizer(_allowed)


def _allowed(
    action: int, first: str | None, second: str | None, _database: str | None, _inside: str | None
) -> int:
    if action in _FREELY:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_INSERT:
        return sqlite3.SQLITE_DENY if first in _SCHEMA else sqlite3.SQLITE_OK
    if action in (sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
        return sqlite3.SQLITE_DENY if first in FROZEN or first in _SCHEMA else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if second == "load_extension" else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA:
        # asking is harmless, setting is not
        asked = second is None or first in _LOOKING
        return sqlite3.SQLITE_OK if asked else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_DENY
