"""The schema of a database: which revision it has, which one this release needs, and the way there.

Knows Alembic and the folder of revisions, which the caller names; must not know what they change.
An upgrade is one transaction on both databases: all of it, or nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event, inspect
from sqlalchemy.pool import NullPool

from paraf.errors import Misconfigured
from paraf.language import N_
from paraf.storage import sqlite
from paraf.storage.store import database_url
from paraf.storage.trouble import in_words

if TYPE_CHECKING:
    from alembic.config import Config

_ONE_UPGRADE_AT_A_TIME = 0x70617261  # an advisory lock of PostgreSQL
_WAIT_MS = 30_000


def upgrade(url: str, folder: Path, revision: str = "head") -> str:
    """Bring the database to `revision`; gives the revision it then has. Raises Misconfigured when it
    was made by a newer release, Unavailable when it cannot be reached."""
    with transaction(url) as connection:
        _refuse_unknown(connection, folder)
        return _move(connection, folder, "upgrade", revision)


def downgrade(url: str, folder: Path, revision: str) -> str | None:
    """Take the database back to `revision` ("base" for none). Removed columns take their data along."""
    with transaction(url) as connection:
        _refuse_unknown(connection, folder)
        return _move(connection, folder, "downgrade", revision) or None


def current(url: str) -> str | None:
    """The revision the database has; None for an empty one."""
    with transaction(url, writes=False) as connection:
        return _revision_of(connection)


@lru_cache(maxsize=8)
def expected(folder: Path) -> str:
    """The revision this release needs."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_config(folder)).get_current_head()
    if head is None:
        raise Misconfigured(N_("The folder {folder} holds no database revisions."), folder=folder)
    return head


def check(url: str, folder: Path) -> None:
    """Raise Misconfigured unless the database has the revision this release needs."""
    found, needed = current(url), expected(folder)
    if found is None:
        raise Misconfigured(N_("The database is empty. Run: paraf db upgrade"))
    if found != needed:
        raise Misconfigured(
            N_("The database has revision {found}, this release needs {needed}. Run: paraf db upgrade"),
            found=found,
            needed=needed,
        )


@contextmanager
def transaction(url: str, writes: bool = True) -> Iterator[Connection]:
    """A connection that may change the schema, in one transaction, alone with it. Commits at the end
    unless the foreign keys do not hold."""
    target = database_url(url)
    is_sqlite = target.get_backend_name() == "sqlite"
    if is_sqlite and writes:
        Path(target.database or "").parent.mkdir(parents=True, exist_ok=True)
    if is_sqlite and not writes and not Path(target.database or "").exists():
        target = target.set(database=":memory:")
    arguments: dict[str, Any] = (
        {"isolation_level": None, "timeout": _WAIT_MS / 1000} if is_sqlite else {"connect_timeout": 5}
    )
    engine = create_engine(target, poolclass=NullPool, connect_args=arguments)
    if is_sqlite:
        _prepare_sqlite(engine, writes)
    try:
        with engine.begin() as connection:
            if not is_sqlite and writes:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_UPGRADE_AT_A_TIME})")
            yield connection
            if is_sqlite and writes and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise sqlite3.IntegrityError("a revision left rows that refer to nothing")
    except Exception as error:
        trouble = in_words(error)
        if trouble is not None:
            raise trouble from error
        raise
    finally:
        engine.dispose()


def _prepare_sqlite(engine: Any, writes: bool) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        sqlite.prepare(connection, _WAIT_MS)
        # a table that is rebuilt is dropped under its references; they are checked at the end
        connection.execute("PRAGMA foreign_keys = OFF").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if driver is not None:
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _refuse_unknown(connection: Connection, folder: Path) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    found = _revision_of(connection)
    if found is None:
        return
    try:
        ScriptDirectory.from_config(_config(folder)).get_revision(found)
    except CommandError as error:
        raise Misconfigured(
            N_("The database has revision {found}, which this release does not know."), found=found
        ) from error


def _move(connection: Connection, folder: Path, way: str, revision: str) -> str:
    from alembic import command

    config = _config(folder)
    config.attributes["connection"] = connection
    getattr(command, way)(config, revision)
    return _revision_of(connection) or ""


def _config(folder: Path) -> Config:
    from alembic.config import Config

    if not (folder / "env.py").is_file():
        raise Misconfigured(N_("The folder {folder} holds no database revisions."), folder=folder)
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
