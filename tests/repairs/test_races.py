"""Two people at the same moment, and a command that breaks off: one thing happened, whole, or nothing.

TEST_REPAIR_RACES sets how many races are run per kind and database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from at_once import at_once, refusals
from databases import Database
from offices import open_office
from paraf.errors import AlreadyDecided, OnHold, Stale
from paraf.usecases import repair_effects, repairs
from paraf.usecases.erase_person import erase_person
from paraf.usecases.office import Office
from repairs.conftest import REASON, Workshop
from travel import Journey, take

RACES = int(os.environ.get("TEST_REPAIR_RACES", "5"))
MOMENT_S = 0.3
"""How long one command waits for another that ought to wait for it."""


@pytest.fixture
def elsewhere(shop: Workshop, furnished: Database, tmp_path: Path) -> Iterator[Office]:
    """The same database behind another server process."""
    office = open_office(furnished.url, tmp_path, shop.clock)
    yield office
    office.store.close()


def test_suspending_and_deciding_at_once_gives_one_order(shop: Workshop, elsewhere: Office) -> None:
    """Either the decision came first and the case is suspended after it, or it was refused in words."""
    for _ in range(RACES):
        journey = shop.case(1)
        act = shop.next_act(journey)
        asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
        decided, suspended = at_once(
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
        results = at_once(
            lambda asked=asked: repairs.carry_out(shop.office, shop.second, asked["id"]),
            lambda asked=asked: repairs.refuse(elsewhere, shop.administrator, asked["id"], "Tidak perlu."),
        )
        [lost] = refusals(results)
        assert isinstance(lost, AlreadyDecided)
        assert lost.present is not None
        won = next(result for result in results if isinstance(result, dict))
        assert lost.present["state"] == won["state"]
        assert shop.state(journey) == ("cancelled" if won["state"] == "done" else "running")
        assert shop.verdict(journey).intact


def test_of_two_who_ask_at_once_one_does(shop: Workshop, elsewhere: Office) -> None:
    for _ in range(RACES):
        journey = shop.case(0)
        results = at_once(
            lambda j=journey: repairs.ask(shop.office, shop.asker, j.instance_id, "suspend", REASON),
            lambda j=journey: repairs.ask(elsewhere, shop.second, j.instance_id, "cancel", REASON),
        )
        [lost] = refusals(results)
        assert isinstance(lost, Stale)


def test_many_commands_that_meet_the_same_fault_raise_one_incident(shop: Workshop, elsewhere: Office) -> None:
    journey = shop.case(2)
    act = shop.next_act(journey)
    shop.spoil("UPDATE instance SET engine_state = :junk WHERE id = :id", junk=b"x", id=journey.instance_id)
    results = at_once(*(lambda office=office: take(office, act) for office in (shop.office, elsewhere) * 3))
    assert all(isinstance(result, OnHold) for result in results), results
    assert [fact["type"] for fact in shop.facts(journey)].count("incident.raised") == 1


def _erased(shop: Workshop, office: Office, pool: ThreadPoolExecutor) -> Future[dict[str, Any]]:
    """The asker is being erased meanwhile; gives him a moment to be so, which a lock does not."""
    erasing = pool.submit(erase_person, office, shop.administrator, shop.asker.login)
    wait([erasing], MOMENT_S)
    return erasing


def test_words_erased_while_a_repair_is_carried_out_are_not_sealed_again(
    shop: Workshop, elsewhere: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = shop.case(1)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
    carry, erasing = repair_effects.carry, []

    def carry_meanwhile(*given: Any) -> int:
        erasing.append(_erased(shop, elsewhere, pool))
        return carry(*given)

    monkeypatch.setattr(repair_effects, "carry", carry_meanwhile)
    with ThreadPoolExecutor(1) as pool:
        assert repairs.carry_out(shop.office, shop.second, asked["id"])["state"] == "done"
    [erased] = erasing
    assert erased.result()["texts"] == 1, "the sealed reason went with him"
    _nothing_said(shop, journey)


def test_a_repair_carried_out_while_its_words_are_erased_finds_none(
    shop: Workshop, elsewhere: Office
) -> None:
    """The request is read only when the erasure is whole, wherever it stood."""
    journey = shop.case(1)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
    carried: list[Future[dict[str, Any]]] = []

    def carry_meanwhile(_c: object, _s: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE opening"):
            carried.append(pool.submit(repairs.carry_out, elsewhere, shop.second, asked["id"]))
            wait(carried, MOMENT_S)

    engine = shop.office.store.engine
    event.listen(engine, "after_cursor_execute", carry_meanwhile)
    try:
        with ThreadPoolExecutor(1) as pool:
            erase_person(shop.office, shop.administrator, shop.asker.login)
    finally:
        event.remove(engine, "after_cursor_execute", carry_meanwhile)
    [done] = carried
    assert done.result()["state"] == "done"
    _nothing_said(shop, journey)


def _nothing_said(shop: Workshop, journey: Journey) -> None:
    assert REASON not in json.dumps(_everything(shop))
    assert shop.verdict(journey).intact


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
