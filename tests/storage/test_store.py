"""A command is whole or nothing, waits its turn, and is carried out again when another was in its way."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from databases import MIGRATIONS, Counting, Database
from paraf.errors import NotAllowed, Unavailable
from paraf.storage.store import RETRIES, Store
from paraf.storage.tables import counter
from paraf.storage.trouble import Contention
from paraf.storage.unit_of_work import UnitOfWork
from storage.cases import AT, carry_on, counted, fact, open_case, set_counter

ROOT = MIGRATIONS.parent


# --- whole or nothing


def test_what_a_command_wrote_is_there_afterwards_or_not_at_all(store: Store) -> None:
    with store.write() as uow:
        set_counter(uow, "kept", 1)
    with pytest.raises(NotAllowed), store.write() as uow:
        set_counter(uow, "refused", 10)
        raise NotAllowed("No.")
    with store.read() as uow:
        assert counted(uow) == 1


def test_a_read_asks_the_database_nothing_but_its_question(store: Store, statements: Counting) -> None:
    with statements(store) as sent, store.read() as uow:
        assert counted(uow) == 0
    assert len(sent) == 1


def test_a_reader_sees_nothing_half_done(store: Store) -> None:
    with store.write() as uow:
        set_counter(uow, "first", 1)
        set_counter(uow, "second", 2)
        with store.read() as other:
            assert counted(other) == 0
    with store.read() as other:
        assert counted(other) == 3


def test_a_snapshot_does_not_change_while_it_is_looked_at(store: Store) -> None:
    with store.snapshot() as looking:
        assert counted(looking) == 0
        if not store.is_sqlite:  # there a writer waits until the reader is done
            with store.write() as uow:
                set_counter(uow, "meanwhile", 1)
        assert counted(looking) == 0
    with store.write() as uow:
        set_counter(uow, "later", 1)
    with store.read() as reader:
        assert counted(reader) > 0


def test_a_reader_cannot_write(store: Store) -> None:
    for reading in (store.read, store.snapshot):
        with pytest.raises(RuntimeError, match="asked to write"), reading() as uow:
            set_counter(uow, "sly", 1)
        with pytest.raises(RuntimeError, match="asked to write"), reading() as uow:
            uow.idempotency.forget(AT)
    with store.read() as uow:
        assert counted(uow) == 0


def test_a_defect_is_passed_on_as_it_is(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as uow:
        set_counter(uow, "twice", 1)
        set_counter(uow, "twice", 1)


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
        set_counter(uow, "once", 1)
        tries.append(1)
        if len(tries) < 3:
            raise Contention("busy")
        return "done"

    assert store.run(command) == "done"
    assert len(tries) == 3
    with store.read() as uow:
        assert counted(uow) == 1


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
