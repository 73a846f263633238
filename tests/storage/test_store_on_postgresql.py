"""PostgreSQL: locks waited for, deadlocks and lost connections repeated or told, never doubled."""

from __future__ import annotations

import threading
import time

import pytest

from cluster import Cluster
from databases import Database
from paraf.errors import Unavailable
from paraf.storage.store import Store
from paraf.storage.trouble import Disconnected
from paraf.storage.unit_of_work import UnitOfWork
from storage.cases import carry_on, counted, fact, open_case, set_counter


def test_postgresql_waits_only_so_long_for_a_lock(postgresql_database: Database) -> None:
    holder = Store(postgresql_database.url)
    case_id = open_case(holder)
    store = Store(postgresql_database.url, lock_timeout_ms=100)
    with holder.write() as uow:
        uow.cases.lock(case_id)
        started = time.monotonic()
        with pytest.raises(Unavailable, match="busy"):
            store.run(lambda second: second.cases.lock(case_id))
        assert time.monotonic() - started < 20
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
        assert counted(uow) == 0
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
        set_counter(uow, "survivor", 1)
        tries.append(1)
        if len(tries) == 1:
            _cut(cluster, postgresql_database)
        set_counter(uow, "second", 1)

    store.run(command)
    assert len(tries) == 2
    with store.read() as uow:
        assert counted(uow) == 2
    store.close()


def test_a_connection_lost_while_committing_is_never_repeated(
    postgresql_database: Database, cluster: Cluster
) -> None:
    """Whether it was kept is unknown, so nobody guesses; the person is told to look."""
    store = Store(postgresql_database.url)
    tries: list[int] = []

    def command(uow: UnitOfWork) -> None:
        tries.append(1)
        set_counter(uow, "unknown", 1)
        _cut(cluster, postgresql_database)

    with pytest.raises(Disconnected, match="see whether") as told:
        store.run(command)
    assert told.value.committing
    assert tries == [1]
    with store.read() as uow:
        assert counted(uow) == 0
    store.close()


def test_idle_connections_that_died_are_replaced_unnoticed(
    postgresql_database: Database, cluster: Cluster
) -> None:
    store = Store(postgresql_database.url)
    assert store.run(counted) == 0
    _cut(cluster, postgresql_database)
    assert store.run(counted) == 0
    _cut(cluster, postgresql_database)
    for _ in range(2):
        try:
            with store.read() as uow:
                assert counted(uow) == 0
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
