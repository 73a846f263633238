"""SQLite: opened the safe way, locked before the first question, and its troubles told in words."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from databases import Database
from paraf.errors import Unavailable
from paraf.storage import sqlite
from paraf.storage.store import Store
from paraf.storage.trouble import Contention
from paraf.storage.unit_of_work import UnitOfWork
from storage.cases import carry_on, counted, fact, open_case, set_counter


def _other_process(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=0.05)


def test_sqlite_is_opened_the_safe_way(sqlite_store: Store) -> None:
    with sqlite_store.write() as uow:
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
        found = {name: uow.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names}
    assert found == {
        "journal_mode": "wal" if sqlite.WAL_IS_SAFE else "truncate",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
    }


def test_sqlite_takes_the_lock_before_the_first_question(sqlite_database: Database) -> None:
    store = Store(sqlite_database.url)
    with store.write():
        other = _other_process(sqlite_database.url)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    store.close()


def test_a_lock_that_is_not_given_back_is_told_in_words(sqlite_database: Database) -> None:
    store = Store(sqlite_database.url, lock_timeout_ms=50)
    other = _other_process(sqlite_database.url)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="busy"):
        store.run(counted)
    other.execute("ROLLBACK")
    assert store.run(counted) == 0
    other.close()
    store.close()


def test_a_commit_that_a_reader_holds_up_leaves_nothing_open(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite without a write-ahead log cannot commit while somebody reads; nothing may be kept locked then."""
    monkeypatch.setattr(sqlite, "WAL_IS_SAFE", False)
    store = Store(sqlite_database.url, lock_timeout_ms=50)
    other = _other_process(sqlite_database.url)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM counter").fetchall()
    with pytest.raises(Contention), store.write() as uow:
        set_counter(uow, "late", 1)
    with store.read() as uow:
        assert counted(uow) == 0
    other.execute("COMMIT")
    with store.write() as uow:
        set_counter(uow, "in time", 2)
    with store.read() as uow:
        assert counted(uow) == 2
    other.close()
    store.close()


def test_a_thread_that_waits_too_long_for_its_turn_is_told(sqlite_database: Database) -> None:
    store = Store(sqlite_database.url, lock_timeout_ms=50)
    told: list[Exception] = []

    def second() -> None:
        try:
            store.run(counted)
        except Unavailable as error:
            told.append(error)

    with store.write():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join()
    assert len(told) == 1
    store.close()


def test_a_full_disk_is_told_and_leaves_nothing_half_written(sqlite_database: Database) -> None:
    store = Store(sqlite_database.url, lock_timeout_ms=200)
    case_id = open_case(store)

    def fill(uow: UnitOfWork) -> None:
        raw = uow.connection.connection.driver_connection
        assert raw is not None
        raw.set_authorizer(None)
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages + 2}")
        sqlite.guard(raw)
        for _ in range(100):
            carry_on(uow, case_id, *(fact("f" * 2_000) for _ in range(10)))

    with pytest.raises(Unavailable, match="full"):
        store.run(fill)
    store.close()
    again = Store(sqlite_database.url)
    with again.write() as uow:
        assert uow.history.read(case_id) == []
        carry_on(uow, case_id, fact())
        assert uow.connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    again.close()


def test_a_file_that_is_no_database_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("broken") / "paraf.sqlite3"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="administrator"), store.read() as uow:
        counted(uow)
    store.close()
