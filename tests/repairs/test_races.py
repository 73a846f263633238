"""Two people at the same moment, and a command that breaks off: one thing happened, whole, or nothing.

TEST_REPAIR_RACES sets how many races are run per kind and database.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from databases import Database
from offices import open_office
from paraf.errors import AlreadyDecided, OnHold, ParafError, Stale
from paraf.usecases import repairs
from paraf.usecases.office import Office
from repairs.conftest import REASON, Workshop
from travel import take

RACES = int(os.environ.get("TEST_REPAIR_RACES", "5"))


@pytest.fixture
def elsewhere(shop: Workshop, furnished: Database, tmp_path: Path) -> Iterator[Office]:
    """The same database behind another server process."""
    office = open_office(furnished.url, tmp_path, shop.clock)
    yield office
    office.store.close()


def _race(*runners: Callable[[], Any]) -> list[Any]:
    line = threading.Barrier(len(runners))
    results: list[Any] = [None] * len(runners)

    def run(place: int) -> None:
        line.wait()
        try:
            results[place] = runners[place]()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ParafError):
            raise result
    return results


def test_suspending_and_deciding_at_once_gives_one_order(shop: Workshop, elsewhere: Office) -> None:
    """Either the decision came first and the case is suspended after it, or it was refused in words."""
    for _ in range(RACES):
        journey = shop.case(1)
        act = shop.next_act(journey)
        asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
        decided, suspended = _race(
            lambda act=act: take(shop.office, act),
            lambda asked=asked: repairs.carry_out(elsewhere, shop.second, asked["id"]),
        )
        assert suspended["state"] == "done"
        assert shop.state(journey) == "suspended"
        facts = [fact["type"] for fact in shop.facts(journey)]
        assert facts[-1] == "instance.suspended", "nothing was done after it"
        if isinstance(decided, Exception):
            assert isinstance(decided, OnHold)
        assert shop.verdict(journey).intact


def test_of_two_answers_one_counts(shop: Workshop, elsewhere: Office) -> None:
    for _ in range(RACES):
        journey = shop.case(0)
        asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "cancel", REASON)
        results = _race(
            lambda asked=asked: repairs.carry_out(shop.office, shop.second, asked["id"]),
            lambda asked=asked: repairs.refuse(elsewhere, shop.administrator, asked["id"], "Tidak perlu."),
        )
        [lost] = [result for result in results if isinstance(result, ParafError)]
        assert isinstance(lost, AlreadyDecided)
        assert lost.present is not None
        won = next(result for result in results if isinstance(result, dict))
        assert lost.present["state"] == won["state"]
        assert shop.state(journey) == ("cancelled" if won["state"] == "done" else "running")
        assert shop.verdict(journey).intact


def test_of_two_who_ask_at_once_one_does(shop: Workshop, elsewhere: Office) -> None:
    for _ in range(RACES):
        journey = shop.case(0)
        results = _race(
            lambda j=journey: repairs.ask(shop.office, shop.asker, j.instance_id, "suspend", REASON),
            lambda j=journey: repairs.ask(elsewhere, shop.second, j.instance_id, "cancel", REASON),
        )
        [lost] = [result for result in results if isinstance(result, ParafError)]
        assert isinstance(lost, Stale)


def test_many_commands_that_meet_the_same_fault_raise_one_incident(shop: Workshop, elsewhere: Office) -> None:
    journey = shop.case(2)
    act = shop.next_act(journey)
    shop.spoil("UPDATE instance SET engine_state = :junk WHERE id = :id", junk=b"x", id=journey.instance_id)
    results = _race(*(lambda office=office: take(office, act) for office in (shop.office, elsewhere) * 3))
    assert all(isinstance(result, OnHold) for result in results), results
    assert [fact["type"] for fact in shop.facts(journey)].count("incident.raised") == 1


class _BrokenOffError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("kind", ["suspend", "cancel", "resume", "set_right"])
def test_a_repair_broken_off_at_any_statement_leaves_nothing(shop: Workshop, kind: str) -> None:
    """Every statement of the command is once the one at which it ends."""
    journey = shop.case(4)
    data: dict[str, str] = {}
    if kind == "resume":
        shop.repair(journey, "suspend")
    if kind == "set_right":
        data = {"what": "facts"}
        shop.spoil(
            "DELETE FROM inbox WHERE task_id IN (SELECT id FROM task WHERE instance_id = :id)",
            id=journey.instance_id,
        )
        shop.spoil(
            "UPDATE task SET outcome = 'x' WHERE instance_id = :id AND state = 'done'", id=journey.instance_id
        )
        shop.spoil(
            "UPDATE instance SET engine_state = :junk WHERE id = :id", junk=b"x", id=journey.instance_id
        )
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, kind, REASON, data)
    before = _everything(shop)
    engine = shop.office.store.engine
    allowed = 0
    while True:
        left = allowed

        def stop(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise _BrokenOffError

        event.listen(engine, "before_cursor_execute", stop)
        try:
            repairs.carry_out(shop.office, shop.second, asked["id"])
            break
        except _BrokenOffError:
            allowed += 1
        finally:
            event.remove(engine, "before_cursor_execute", stop)
        assert _everything(shop) == before, f"after statement {allowed}"
    assert allowed > 5, "every statement was the last one once"
    assert shop.verdict(journey).intact


def _everything(shop: Workshop) -> list[list[str]]:
    tables = ("instance", "event", "opening", "task", "inbox", "repair", "proposal")
    with shop.office.store.engine.connect() as connection:
        return [
            sorted(repr(tuple(row)) for row in connection.exec_driver_sql(f"SELECT * FROM {table}"))
            for table in tables
        ]
