"""Two people press the button at the same moment: one decides, the other is told, in words.

Every step of a case is raced, each side in an office of its own as in two server processes.
TEST_RACES sets how many races are run per database (200 before a release).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from at_once import at_once, refusals
from cast import DIR_AFRIKA
from databases import Database
from faults import invariants
from offices import on_stage, open_office
from paraf.errors import ParafError
from paraf.usecases.hold import claim, release
from paraf.usecases.office import Office
from paraf.usecases.withdraw import withdraw
from travel import MAKRO, Act, Journey, acts, set_out, take

RACES = int(os.environ.get("TEST_RACES", "20"))


@pytest.fixture
def two_offices(furnished: Database, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    offices = (open_office(furnished.url, tmp_path), open_office(furnished.url, tmp_path))
    try:
        yield offices
    finally:
        for office in offices:
            office.store.close()


def _rival(office: Office, journey: Journey, act: Act) -> Act:
    """Somebody else who may take the same decision, or the same person in a second window."""
    if act.wrote:
        return act
    others = (other for other in acts(office, journey) if other.task_id == act.task_id)
    return next((other for other in others if other.actor.person_id != act.actor.person_id), act)


def test_of_two_who_decide_at_once_one_does(two_offices: tuple[Office, Office]) -> None:
    one, two = two_offices
    acknowledged: list[dict[str, object]] = []
    different_people = 0
    journey = set_out(one)
    while len(acknowledged) < RACES:
        act = next(acts(one, journey), None)
        if act is None:
            journey = set_out(one)
            continue
        rival = _rival(two, journey, act)
        different_people += rival.actor != act.actor
        results = at_once(lambda act=act: take(one, act), lambda rival=rival: take(two, rival))
        [refusal] = refusals(results)
        assert (refusal.status, refusal.problem) in {
            (409, "already_decided"),
            (409, "held_by_other"),
            (409, "stale"),
        }
        acknowledged.append({"task_id": act.task_id, "outcome": act.outcome})
    assert different_people > 0
    invariants.check(one, acknowledged, rerun=2)


def test_the_same_request_many_times_is_one_decision_with_one_answer(
    two_offices: tuple[Office, Office],
) -> None:
    journey = set_out(two_offices[0])
    act = next(acts(two_offices[0], journey))
    once = ("key-7f3a", "a" * 64)
    senders = [lambda office=office: take(office, act, once=once) for office in two_offices for _ in range(5)]
    answers = at_once(*senders)
    assert refusals(answers) == []
    assert all(answer == answers[0] for answer in answers)
    invariants.check(two_offices[0], [{"task_id": act.task_id, "outcome": act.outcome}])


def test_members_of_a_meeting_answer_at_once_and_the_case_goes_on_once(
    two_offices: tuple[Office, Office],
) -> None:
    """Each related unit has a task of its own; the step after them opens exactly once."""
    one, two = two_offices
    journey = set_out(one, MAKRO)
    acknowledged: list[dict[str, object]] = []
    most = 0
    while waiting := {act.task_id: act for act in acts(one, journey)}:
        together = [act for act in waiting.values() if not act.closer] or list(waiting.values())
        offices = [one, two] * len(together)
        runners = [
            lambda act=act, office=office: take(office, act)
            for act, office in zip(together, offices, strict=False)
        ]
        results = at_once(*runners)
        assert {refusal.status for refusal in refusals(results)} <= {409}, results
        answered = [
            act for act, result in zip(together, results, strict=True) if not isinstance(result, ParafError)
        ]
        assert answered
        most = max(most, len(answered))
        acknowledged += [{"task_id": act.task_id, "outcome": act.outcome} for act in answered]
        if most > 1 and len(together) == 1:
            break
    assert most > 1
    invariants.check(one, acknowledged)


def test_of_two_who_claim_at_once_one_holds(two_offices: tuple[Office, Office]) -> None:
    one, two = two_offices
    journey = set_out(one)
    for _ in range(30):
        act = next(acts(one, journey))
        rival = _rival(two, journey, act)
        if rival.actor != act.actor:
            break
        take(one, act)
    else:
        pytest.fail("no step is offered to two people")
    for _ in range(5):
        results = at_once(
            lambda: claim(one, act.actor, act.task_id), lambda: claim(two, rival.actor, rival.task_id)
        )
        [refusal] = refusals(results)
        assert refusal.problem == "held_by_other"
        winner = act.actor if results[1] is refusal else rival.actor
        assert refusal.present == {"holder": winner.name}
        release(one, winner, act.task_id)
    invariants.check(one)


def test_a_withdrawal_and_a_decision_at_once_leave_a_whole_case(
    two_offices: tuple[Office, Office],
) -> None:
    one, two = two_offices
    head = on_stage(one, DIR_AFRIKA)
    for _ in range(max(3, RACES // 5)):
        journey = set_out(one)
        take(one, next(acts(one, journey)))
        act = next(acts(one, journey))
        results = at_once(
            lambda act=act: take(one, act),
            lambda journey=journey: withdraw(two, head, journey.proposal_id, "Ditunda pimpinan."),
        )
        assert {refusal.status for refusal in refusals(results)} <= {409}, results
        with one.store.read() as uow:
            case = uow.cases.by_id(journey.instance_id)
        assert case is not None
        assert case.state == "withdrawn"
    invariants.check(one)


def test_a_case_is_verified_while_it_is_being_decided(two_offices: tuple[Office, Office]) -> None:
    """Whoever proves a history sees one state of it, never half of the next."""
    one, two = two_offices
    journey = set_out(one)
    done = threading.Event()
    faults: list[object] = []

    def prove() -> None:
        from paraf.usecases.verify import verify_all

        while not done.is_set():
            faults.extend(verdict for verdict in verify_all(two, rerun=False) if verdict.fault)

    prover = threading.Thread(target=prove)
    prover.start()
    try:
        for _ in range(6):
            take(one, next(acts(one, journey)))
    finally:
        done.set()
        prover.join()
    assert faults == []
