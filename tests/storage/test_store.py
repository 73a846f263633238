"""A command is whole or nothing, waits its turn, and says in words when the database cannot serve."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from cluster import Cluster
from databases import MIGRATIONS, Counting, Database
from paraf.errors import NotAllowed, Unavailable
from paraf.storage import sqlite
from paraf.storage.store import RETRIES, Store
from paraf.storage.tables import counter
from paraf.storage.trouble import Contention, Disconnected
from paraf.storage.unit_of_work import UnitOfWork
from storage.cases import AT, carry_on, fact, open_case

ROOT = MIGRATIONS.parent


def _count(uow: UnitOfWork) -> int:
    return int(uow.connection.exec_driver_sql("SELECT coalesce(sum(value), 0) FROM counter").scalar_one())


def _set(uow: UnitOfWork, kind: str, value: int) -> None:
    uow.connection.execute(insert(counter).values(kind=kind, unit_code="AFR", year=2026, value=value))


# --- whole or nothing


def test_what_a_command_wrote_is_there_afterwards_or_not_at_all(store: Store) -> None:
    with store.write() as uow:
        _set(uow, "kept", 1)
    with pytest.raises(NotAllowed), store.write() as uow:
        _set(uow, "refused", 10)
        raise NotAllowed("No.")
    with store.read() as uow:
        assert _count(uow) == 1


def test_a_read_asks_the_database_nothing_but_its_question(store: Store, statements: Counting) -> None:
    with statements(store) as sent, store.read() as uow:
        assert _count(uow) == 0
    assert len(sent) == 1


def test_a_reader_sees_nothing_half_done(store: Store) -> None:
    with store.write() as uow:
        _set(uow, "first", 1)
        _set(uow, "second", 2)
        with store.read() as other:
            assert _count(other) == 0
    with store.read() as other:
        assert _count(other) == 3


def test_a_snapshot_does_not_change_while_it_is_looked_at(store: Store) -> None:
    with store.snapshot() as looking:
        assert _count(looking) == 0
        if not store.is_sqlite:  # there a writer waits until the reader is done
            with store.write() as uow:
                _set(uow, "meanwhile", 1)
        assert _count(looking) == 0
    with store.write() as uow:
        _set(uow, "later", 1)
    with store.read() as reader:
        assert _count(reader) > 0


def test_a_reader_cannot_write(store: Store) -> None:
    for reading in (store.read, store.snapshot):
        with pytest.raises(RuntimeError, match="asked to write"), reading() as uow:
            _set(uow, "sly", 1)
        with pytest.raises(RuntimeError, match="asked to write"), reading() as uow:
            uow.idempotency.forget(AT)
    with store.read() as uow:
        assert _count(uow) == 0


def test_a_defect_is_passed_on_as_it_is(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as uow:
        _set(uow, "twice", 1)
        _set(uow, "twice", 1)


# --- waiting and trying again


def test_commands_on_one_case_stand_in_line(store: Store) -> None:
    """Eight clerks append to the same case at once; the chain has every fact and no fork."""
    case_id = open_case(store)

    def append() -> None:
        for _ in range(5):
            store.run(lambda uow: carry_on(uow, case_id, fact(), fact()))

    clerks = [threading.Thread(target=append) for _ in range(8)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    with store.read() as uow:
        case = uow.cases.by_id(case_id)
        assert case is not None
        assert uow.history.head(case_id) == (80, case.head)


def test_a_check_before_an_act_still_holds_when_acting(store: Store) -> None:
    """Two take the last number; without the lock from the first line both would see it free."""
    together = threading.Barrier(2)
    taken: list[int] = []

    def take() -> None:
        together.wait()

        def command(uow: UnitOfWork) -> None:
            taken.append(uow.cases.next_number("nota_dinas", "AFR", 2026))

        store.run(command)

    clerks = [threading.Thread(target=take) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    assert sorted(taken) == [1, 2]


def test_a_command_in_anothers_way_is_carried_out_again_whole(store: Store) -> None:
    tries: list[int] = []

    def command(uow: UnitOfWork) -> str:
        _set(uow, "once", 1)
        tries.append(1)
        if len(tries) < 3:
            raise Contention("busy")
        return "done"

    assert store.run(command) == "done"
    assert len(tries) == 3
    with store.read() as uow:
        assert _count(uow) == 1


def test_after_three_repetitions_it_is_told(store: Store) -> None:
    tries: list[int] = []

    def command(uow: UnitOfWork) -> None:
        tries.append(1)
        raise Contention("busy")

    with pytest.raises(Unavailable):
        store.run(command)
    assert len(tries) == 1 + RETRIES


def test_a_refusal_is_never_repeated(store: Store) -> None:
    tries: list[int] = []

    def command(uow: UnitOfWork) -> None:
        tries.append(1)
        raise NotAllowed("No.")

    with pytest.raises(NotAllowed):
        store.run(command)
    assert tries == [1]


# --- SQLite


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
        store.run(_count)
    other.execute("ROLLBACK")
    assert store.run(_count) == 0
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
        _set(uow, "late", 1)
    with store.read() as uow:
        assert _count(uow) == 0
    other.execute("COMMIT")
    with store.write() as uow:
        _set(uow, "in time", 2)
    with store.read() as uow:
        assert _count(uow) == 2
    other.close()
    store.close()


def test_a_thread_that_waits_too_long_for_its_turn_is_told(sqlite_database: Database) -> None:
    store = Store(sqlite_database.url, lock_timeout_ms=50)
    told: list[Exception] = []

    def second() -> None:
        try:
            store.run(_count)
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
        _count(uow)
    store.close()


# --- PostgreSQL


def test_postgresql_waits_only_so_long_for_a_lock(postgresql_database: Database) -> None:
    holder = Store(postgresql_database.url)
    case_id = open_case(holder)
    store = Store(postgresql_database.url, lock_timeout_ms=100)
    with holder.write() as uow:
        uow.cases.lock(case_id)
        started = time.monotonic()
        with pytest.raises(Unavailable, match="busy"):
            store.run(lambda second: second.cases.lock(case_id))
        assert time.monotonic() - started < 2
        with store.read() as reader:
            assert reader.cases.by_id(case_id) is not None
    holder.close()
    store.close()


def test_a_lock_waited_for_in_vain_is_asked_for_again(postgresql_database: Database) -> None:
    """A clerk holds the case longer than the other one waits; the other is served after him."""
    holder = Store(postgresql_database.url)
    case_id = open_case(holder)
    store = Store(postgresql_database.url, lock_timeout_ms=150)
    held, tries = threading.Event(), []

    def hold() -> None:
        with holder.write() as uow:
            uow.cases.lock(case_id)
            held.set()
            time.sleep(0.4)

    def command(uow: UnitOfWork) -> None:
        tries.append(1)
        carry_on(uow, case_id, fact())

    clerk = threading.Thread(target=hold)
    clerk.start()
    assert held.wait(5)
    store.run(command)
    clerk.join()
    assert len(tries) > 1
    with store.read() as uow:
        found = uow.history.head(case_id)
    assert found is not None and found[0] == 1
    holder.close()
    store.close()


def test_a_statement_without_end_is_stopped(postgresql_database: Database) -> None:
    store = Store(postgresql_database.url, statement_timeout_ms=100)
    with pytest.raises(Unavailable, match="too long"), store.read() as uow:
        uow.connection.exec_driver_sql("SELECT pg_sleep(5)")
    with store.read() as uow:
        assert _count(uow) == 0
    store.close()


def test_a_deadlock_costs_a_repetition_not_a_decision(postgresql_database: Database) -> None:
    """Two commands lock two cases in opposite order; PostgreSQL ends one, and it is tried again."""
    store = Store(postgresql_database.url, lock_timeout_ms=5_000)
    cases = [open_case(store, "case-1"), open_case(store, "case-2")]
    both_hold_one = threading.Barrier(2, timeout=5)
    tries: list[str] = []

    def clerk(first: str, second: str) -> None:
        def command(uow: UnitOfWork) -> None:
            tries.append(first)
            carry_on(uow, first, fact())
            if len(tries) <= 2:
                both_hold_one.wait()
            carry_on(uow, second, fact())

        store.run(command)

    clerks = [threading.Thread(target=clerk, args=order) for order in (cases, cases[::-1])]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join()
    assert len(tries) == 3
    with store.read() as uow:
        assert [uow.history.head(case)[0] for case in cases] == [2, 2]  # type: ignore[index]
    store.close()


def test_a_connection_lost_before_the_commit_is_made_anew(
    postgresql_database: Database, cluster: Cluster
) -> None:
    store = Store(postgresql_database.url)
    tries: list[int] = []

    def command(uow: UnitOfWork) -> None:
        _set(uow, "survivor", 1)
        tries.append(1)
        if len(tries) == 1:
            _cut(cluster, postgresql_database)
        _set(uow, "second", 1)

    store.run(command)
    assert len(tries) == 2
    with store.read() as uow:
        assert _count(uow) == 2
    store.close()


def test_a_connection_lost_while_committing_is_never_repeated(
    postgresql_database: Database, cluster: Cluster
) -> None:
    """Whether it was kept is unknown, so nobody guesses; the person is told to look."""
    store = Store(postgresql_database.url)
    tries: list[int] = []

    def command(uow: UnitOfWork) -> None:
        tries.append(1)
        _set(uow, "unknown", 1)
        _cut(cluster, postgresql_database)

    with pytest.raises(Disconnected, match="see whether") as told:
        store.run(command)
    assert told.value.committing
    assert tries == [1]
    with store.read() as uow:
        assert _count(uow) == 0
    store.close()


def test_idle_connections_that_died_are_replaced_unnoticed(
    postgresql_database: Database, cluster: Cluster
) -> None:
    store = Store(postgresql_database.url)
    assert store.run(_count) == 0
    _cut(cluster, postgresql_database)
    assert store.run(_count) == 0
    _cut(cluster, postgresql_database)
    for _ in range(2):
        try:
            with store.read() as uow:
                assert _count(uow) == 0
                break
        except Disconnected:
            continue
    else:
        pytest.fail("the pool did not recover")
    store.close()


def _cut(cluster: Cluster, database: Database) -> None:
    """The server ends every session of this database."""
    name = database.url.rsplit("/", 1)[1]
    cluster.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")


# --- idempotency


def test_a_key_answers_ever_after(store: Store) -> None:
    with store.write() as uow:
        assert uow.idempotency.find("ratna", "key-1") is None
        uow.idempotency.keep("ratna", "key-1", "a" * 64, '{"ok":true}', AT, 201)
    with store.write() as uow:
        stored = uow.idempotency.find("ratna", "key-1")
        assert stored is not None
        assert (stored.request_sha256, stored.status, stored.answer) == ("a" * 64, 201, '{"ok":true}')
        assert uow.idempotency.find("budi", "key-1") is None
        uow.idempotency.keep("budi", "key-1", "b" * 64, "null", AT)
    with store.write() as uow:
        assert uow.idempotency.forget(AT) == 0
        assert uow.idempotency.forget("2027") == 2
        assert uow.idempotency.find("ratna", "key-1") is None


def test_a_refused_command_leaves_its_key_free(store: Store) -> None:
    with pytest.raises(NotAllowed), store.write() as uow:
        uow.idempotency.keep("ratna", "key-1", "a" * 64, "null", AT)
        raise NotAllowed("No.")
    with store.read() as uow:
        assert uow.idempotency.find("ratna", "key-1") is None


def test_the_same_request_twice_at_once_is_answered_as_the_first_was(store: Store) -> None:
    """The second looks for an answer before the first has one, works in vain, and is carried out again."""
    first_is_at_work, tries, answers = threading.Event(), [], []

    def second() -> None:
        first_is_at_work.wait(5)

        def command(uow: UnitOfWork) -> None:
            found = uow.idempotency.find("ratna", "key-1")
            tries.append(found is not None)
            if found is None:
                _set(uow, "second", 1)
                uow.idempotency.keep("ratna", "key-1", "a" * 64, '"in vain"', AT)
            else:
                answers.append(found.answer)

        store.run(command)

    other = threading.Thread(target=second)
    other.start()
    with store.write() as uow:
        uow.idempotency.keep("ratna", "key-1", "a" * 64, '"done"', AT)
        first_is_at_work.set()
        time.sleep(0.2)
    other.join()
    assert answers == ['"done"']
    assert tries == ([True] if store.is_sqlite else [False, True])
    with store.read() as uow:
        assert _count(uow) == 0


def test_the_repositories_of_a_unit_of_work_share_its_connection(store: Store) -> None:
    with store.read() as uow:
        assert uow.cases is uow.cases
        names = ("cases", "tasks", "history", "routes", "organisation", "people", "idempotency")
        assert {getattr(uow, name)._connection for name in names} == {uow.connection}
        assert uow.connection.execute(select(counter)).all() == []


def test_a_fork_leaves_the_parents_connections_to_the_parent(database: Database) -> None:
    script = """
import os, sys
from paraf.storage.store import Store
ask = lambda uow: uow.connection.exec_driver_sql("SELECT 1").scalar_one()
store = Store(sys.argv[1])
assert store.run(ask) == 1
child = os.fork()
if child == 0:
    store.after_fork()
    os._exit(0 if store.run(ask) == 1 else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert store.run(ask) == 1
"""
    subprocess.run(
        [sys.executable, "-c", script, database.url], check=True, env={"PYTHONPATH": "service"}, cwd=ROOT
    )
