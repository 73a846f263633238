"""The database of one installation: how connections are opened and transactions begin and end.

Knows SQLite and PostgreSQL; must not know tables. A write is one transaction, kept whole or not at
all; on SQLite it takes the write lock before it reads anything, so that what a command checked is
still so when it acts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL

from paraf.errors import Misconfigured
from paraf.language import N_
from paraf.storage import sqlite
from paraf.storage.trouble import Contention, Disconnected, in_words
from paraf.storage.unit_of_work import UnitOfWork

Result = TypeVar("Result")

RETRIES = 3
_PATIENCE_S = 10.0
_PAUSE_S = 0.02
_POOL_WAIT_S = 10.0


def database_url(text: str) -> URL:
    """The URL with its driver. Raises Misconfigured for any other database or SQLite in memory."""
    url = make_url(text)
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+pysqlite")
    raise Misconfigured(N_("The database must be an SQLite file or PostgreSQL."))


class Store:
    """The database behind one process. Safe to share between threads; after a fork call `after_fork`.

    `lock_timeout_ms` is how long a command waits for another one; `statement_timeout_ms` bounds a
    single statement on PostgreSQL; `pool_size` is the number of connections kept open.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        lock_timeout_ms: int | None = None,
        statement_timeout_ms: int = 30_000,
        pool_size: int = 8,
    ) -> None:
        self.url = database_url(url)
        self.clock = clock
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._lock_timeout_ms = lock_timeout_ms or (5_000 if self.is_sqlite else 2_000)
        # SQLite's waiting writers poll, and the lucky one wins; threads of one process queue here.
        self._turn = threading.Lock() if self.is_sqlite else None
        pool: dict[str, Any] = {
            "pool_size": pool_size,
            "max_overflow": pool_size,
            "pool_timeout": _POOL_WAIT_S,
            "pool_use_lifo": True,
        }
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, self._lock_timeout_ms, pool)
            self._reader = self.engine.execution_options()
            self._archivist = self._reader
        else:
            self.engine = _postgresql_engine(self.url, self._lock_timeout_ms, statement_timeout_ms, pool)
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._archivist = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            event.listen(self._archivist, "before_cursor_execute", _refuse_writing)
        event.listen(self._reader, "before_cursor_execute", _refuse_writing)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One transaction: committed when the block ends, undone when it raises."""
        if self._turn is None:
            with self._transaction() as uow:
                yield uow
            return
        if not self._turn.acquire(timeout=self._lock_timeout_ms / 1000):
            raise Contention(N_("The database is busy at the moment. Nothing was saved. Please try again."))
        try:
            with self._transaction() as uow:
                yield uow
        finally:
            self._turn.release()

    @contextmanager
    def _transaction(self) -> Iterator[UnitOfWork]:
        committing = False
        try:
            with self.engine.connect() as connection:
                self._begin(connection, "BEGIN IMMEDIATE")
                transaction = connection.begin()
                try:
                    yield UnitOfWork(connection)
                    committing = True
                    transaction.commit()
                except BaseException:
                    # SQLite has sometimes rolled back by itself (a full disk); the error that
                    # brought us here is the one to tell
                    if connection.invalidated:
                        raise
                    if transaction.is_active:
                        transaction.rollback()
                    else:
                        # a commit that a reader holds up leaves SQLite's transaction open with its
                        # locks, while SQLAlchemy takes it for ended
                        connection.connection.rollback()
                    raise
        except Exception as error:
            self._tell(error, committing)
            raise

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Reading without a lock. SQLite: one snapshot; PostgreSQL: each statement sees the newest
        committed state, and nothing but the statement itself is sent."""
        try:
            with self._reader.connect() as connection:
                self._begin(connection, "BEGIN")
                yield UnitOfWork(connection)
        except Exception as error:
            self._tell(error, committing=False)
            raise

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """Reading of what belongs together: every statement of the block sees the same state, as
        verification and evidence need it while the case goes on."""
        try:
            with self._archivist.connect() as connection:
                self._begin(connection, "BEGIN")
                yield UnitOfWork(connection)
        except Exception as error:
            self._tell(error, committing=False)
            raise

    def _begin(self, connection: Connection, on_sqlite: str) -> None:
        """Tell SQLite here that a transaction begins: a listener of the engine would cost every
        statement. PostgreSQL's driver does it with the first statement."""
        if self.is_sqlite:
            driver = connection.connection.driver_connection
            assert driver is not None  # noqa: S101 - a connection just opened is open
            driver.execute(on_sqlite)

    def run(self, command: Callable[[UnitOfWork], Result]) -> Result:
        """Carry out a command in a transaction of its own. When another command was in the way, or
        the connection broke before the commit, it is carried out again from its first line, at most
        three times; so it must do nothing outside the transaction. Raises Unavailable after that."""
        started = time.monotonic()
        for attempt in range(RETRIES + 1):
            try:
                with self.write() as uow:
                    return command(uow)
            except (Contention, Disconnected) as trouble:
                hopeless = isinstance(trouble, Disconnected) and trouble.committing
                if hopeless or attempt == RETRIES or time.monotonic() - started > _PATIENCE_S:
                    raise
                time.sleep(_PAUSE_S * (attempt + 1))
        raise AssertionError("unreachable")

    def after_fork(self) -> None:
        """Leave the parent's connections to the parent."""
        self.engine.dispose(close=False)
        if self._turn is not None:
            self._turn = threading.Lock()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @staticmethod
    def _tell(error: Exception, committing: bool) -> None:
        trouble = in_words(error, committing=committing)
        if trouble is not None:
            raise trouble from error


def _refuse_writing(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
    """What reads must not write: PostgreSQL would keep it at once, SQLite would drop it."""
    if statement.startswith(("INSERT", "UPDATE", "DELETE")):
        raise RuntimeError(f"a reading unit of work was asked to write: {statement[:60]}")


def _sqlite_engine(url: URL, lock_timeout_ms: int, pool: dict[str, Any]) -> Engine:
    engine = create_engine(
        url,
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": lock_timeout_ms / 1000,
            "cached_statements": 512,
        },
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        sqlite.prepare(connection, lock_timeout_ms)
        sqlite.guard(connection)

    return engine


def _postgresql_engine(
    url: URL, lock_timeout_ms: int, statement_timeout_ms: int, pool: dict[str, Any]
) -> Engine:
    settings = {
        "lock_timeout": f"{lock_timeout_ms}",
        "statement_timeout": f"{statement_timeout_ms}",
        "idle_in_transaction_session_timeout": "60000",
        "default_transaction_isolation": r"read\ committed",
        "timezone": "UTC",
    }
    engine = create_engine(
        url,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "application_name": "paraf",
            "connect_timeout": 5,
        },
        use_native_hstore=False,
        skip_autocommit_rollback=True,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.prepared_max = 400

    return engine
