"""What an operator may ask for, who may answer, and what becomes of the case."""

from __future__ import annotations

import json

import pytest

from cast import DIR_AFRIKA, STAF_AFRIKA
from offices import on_stage
from paraf.errors import (
    AlreadyDecided,
    InvalidForm,
    NotAllowed,
    NotFound,
    OnHold,
    ParafError,
    RuleBroken,
    Stale,
)
from paraf.usecases import repairs
from paraf.usecases.decide import decide
from paraf.usecases.draft import attach, save_naskah
from paraf.usecases.erase_person import erase_person
from paraf.usecases.hold import claim, hand_over, release
from paraf.usecases.withdraw import withdraw
from repairs.conftest import REASON, Workshop
from travel import MIKRO, acts, set_out, take


def test_a_suspended_case_stands_still_until_it_is_resumed(shop: Workshop) -> None:
    journey = shop.case()
    act = shop.next_act(journey)
    before = shop.facts(journey)
    done = shop.repair(journey, "suspend")
    assert done["state"] == "done"
    assert done["instance"]["state"] == shop.state(journey) == "suspended"
    fact = shop.facts(journey)[-1]
    assert fact["type"] == "instance.suspended"
    assert (fact["actor"], fact["data"]["asked_by"]) == (shop.second.person_id, shop.asker.person_id)
    assert fact["data"]["repair"] == done["id"]
    assert set(fact["data"]["reason"]) == {"sc"}, "what was typed is sealed"
    assert "position" not in fact["data"]
    assert shop.facts(journey)[: len(before)] == before
    with pytest.raises(OnHold) as refused:
        take(shop.office, act)
    assert refused.value.present == {"state": "suspended"}
    assert len(shop.facts(journey)) == len(before) + 1
    assert shop.verdict(journey).intact

    assert shop.repair(journey, "resume")["instance"]["state"] == "running"
    take(shop.office, act)
    while any(acts(shop.office, journey)):
        shop.onward(journey)
    assert shop.state(journey) == "completed"
    assert shop.verdict(journey).intact


def test_nothing_else_can_be_done_in_a_suspended_case(shop: Workshop) -> None:
    journey = set_out(shop.office, MIKRO)
    writer, head = on_stage(shop.office, STAF_AFRIKA), on_stage(shop.office, DIR_AFRIKA)
    with shop.office.store.read() as uow:
        [task] = uow.tasks.open_of_case(journey.instance_id)
    shop.repair(journey, "suspend")
    ways = (
        lambda: claim(shop.office, writer, task.id),
        lambda: release(shop.office, writer, task.id),
        lambda: hand_over(shop.office, writer, task.id, head.person_id),
        lambda: decide(shop.office, writer, task.id, "submit"),
        lambda: save_naskah(shop.office, writer, journey.proposal_id, {}),
        lambda: attach(shop.office, writer, journey.proposal_id, "softcopy", "a.pdf", b"%PDF-1.4\n%%EOF\n"),
        lambda: withdraw(shop.office, head, journey.proposal_id, "Ditunda."),
    )
    facts = shop.facts(journey)
    for way in ways:
        with pytest.raises(OnHold):
            way()
    assert shop.facts(journey) == facts


def test_a_cancelled_case_has_ended_and_its_tasks_are_gone(shop: Workshop) -> None:
    journey = shop.case()
    done = shop.repair(journey, "cancel")
    assert done["instance"]["state"] == shop.state(journey) == "cancelled"
    with shop.office.store.read() as uow:
        assert uow.tasks.open_of_case(journey.instance_id) == []
        assert uow.proof.offers(journey.instance_id) == []
        case = uow.cases.by_id(journey.instance_id)
        assert case is not None and case.ended_at is not None and case.end_id is None
    assert shop.verdict(journey).intact
    for kind in ("suspend", "resume", "cancel"):
        with pytest.raises(Stale):
            repairs.ask(shop.office, shop.asker, journey.instance_id, kind, REASON)


def test_a_suspended_case_may_be_cancelled(shop: Workshop) -> None:
    journey = shop.case(1)
    shop.repair(journey, "suspend")
    assert shop.repair(journey, "cancel")["instance"]["state"] == "cancelled"
    assert shop.verdict(journey).intact


def test_what_is_set_is_not_cancelled(shop: Workshop) -> None:
    journey = shop.case(5)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "cancel", REASON)
    with shop.office.store.read() as uow:
        documents = uow.cases.documents(journey.instance_id)
    assert documents
    shop.spoil("UPDATE document SET act = 'penetapan' WHERE id = :id", id=documents[-1]["id"])
    with pytest.raises(RuleBroken):
        repairs.carry_out(shop.office, shop.second, asked["id"])


# --- two persons ----------------------------------------------------------------------------------


def test_nobody_answers_what_he_asked_for(shop: Workshop) -> None:
    journey = shop.case(1)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
    with pytest.raises(NotAllowed):
        repairs.carry_out(shop.office, shop.asker, asked["id"])
    with pytest.raises(NotAllowed):
        repairs.refuse(shop.office, shop.asker, asked["id"], "Tidak.")
    assert shop.state(journey) == "running"


@pytest.mark.parametrize("who", ["auditor", "clerk"])
def test_only_operators_ask_and_only_operators_and_administrators_answer(shop: Workshop, who: str) -> None:
    journey = shop.case(1)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
    stranger = shop.auditor if who == "auditor" else on_stage(shop.office, STAF_AFRIKA)
    for way in (
        lambda: repairs.ask(shop.office, stranger, journey.instance_id, "suspend", REASON),
        lambda: repairs.carry_out(shop.office, stranger, asked["id"]),
        lambda: repairs.refuse(shop.office, stranger, asked["id"], "Tidak."),
        lambda: repairs.take_back(shop.office, stranger, asked["id"]),
    ):
        with pytest.raises(NotAllowed):
            way()
    with pytest.raises(NotAllowed):
        repairs.ask(shop.office, shop.administrator, journey.instance_id, "suspend", REASON)
    assert repairs.carry_out(shop.office, shop.administrator, asked["id"])["state"] == "done"


def test_a_refused_repair_changes_nothing_and_says_why(shop: Workshop) -> None:
    journey = shop.case(1)
    facts = shop.facts(journey)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "cancel", REASON)
    with pytest.raises(InvalidForm):
        repairs.refuse(shop.office, shop.second, asked["id"], " ")
    assert repairs.refuse(shop.office, shop.second, asked["id"], "Tidak perlu.")["state"] == "refused"
    assert shop.facts(journey) == facts
    for way in (
        lambda: repairs.carry_out(shop.office, shop.administrator, asked["id"]),
        lambda: repairs.take_back(shop.office, shop.asker, asked["id"]),
    ):
        with pytest.raises(AlreadyDecided) as told:
            way()
        assert told.value.present == {"state": "refused", "answered_by": shop.second.name}
    assert shop.verdict(journey).intact


def test_only_who_asked_takes_it_back_and_then_another_may_be_asked_for(shop: Workshop) -> None:
    journey = shop.case(1)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "cancel", REASON)
    with pytest.raises(Stale):
        repairs.ask(shop.office, shop.second, journey.instance_id, "suspend", REASON)
    with pytest.raises(NotAllowed):
        repairs.take_back(shop.office, shop.second, asked["id"])
    assert repairs.take_back(shop.office, shop.asker, asked["id"])["state"] == "taken_back"
    repairs.ask(shop.office, shop.second, journey.instance_id, "suspend", REASON)


def test_a_request_that_went_stale_is_told_so(shop: Workshop) -> None:
    journey = shop.case(1)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "cancel", REASON)
    shop.onward(journey)
    with pytest.raises(Stale):
        repairs.carry_out(shop.office, shop.second, asked["id"])
    assert shop.state(journey) == "running"
    repairs.take_back(shop.office, shop.asker, asked["id"])
    # suspending is as right as before, however far the case has come
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)
    shop.onward(journey)
    assert repairs.carry_out(shop.office, shop.second, asked["id"])["state"] == "done"


def test_a_repair_sent_twice_is_carried_out_once(shop: Workshop) -> None:
    journey = shop.case(1)
    once = ("key-1", "a" * 64)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON, once=once)
    assert repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON, once=once) == asked
    done = repairs.carry_out(shop.office, shop.second, asked["id"], once=once)
    assert repairs.carry_out(shop.office, shop.second, asked["id"], once=once) == done
    assert [fact["type"] for fact in shop.facts(journey)].count("instance.suspended") == 1


@pytest.mark.parametrize(
    ("kind", "reason", "data", "error"),
    [
        ("melt", REASON, {}, InvalidForm),
        ("suspend", "  ", {}, InvalidForm),
        ("suspend", "x" * 2_001, {}, InvalidForm),
        ("set_right", REASON, {}, InvalidForm),
        ("set_right", REASON, {"what": "facts"}, Stale),
        ("set_right", REASON, {"what": "offer", "task_id": "x", "role": "sekjen"}, Stale),
        ("resume", REASON, {}, Stale),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    shop: Workshop, kind: str, reason: str, data: dict[str, str], error: type[ParafError]
) -> None:
    journey = shop.case(0)
    with pytest.raises(error):
        repairs.ask(shop.office, shop.asker, journey.instance_id, kind, reason, data)
    with pytest.raises(NotFound):
        repairs.ask(shop.office, shop.asker, "nowhere", "suspend", REASON)
    with pytest.raises(NotFound):
        repairs.carry_out(shop.office, shop.second, "nowhere")


def test_the_words_of_a_repair_are_erased_with_the_person(shop: Workshop) -> None:
    journey = shop.case(1)
    shop.repair(journey, "suspend")
    erase_person(shop.office, shop.administrator, shop.asker.login)
    with shop.office.store.read() as uow:
        [row] = uow.repairs.of_case(journey.instance_id)
        stored = json.dumps(
            [dict(row), [opening.value for opening in uow.history.openings(journey.instance_id)]]
        )
    assert REASON not in stored
    assert shop.verdict(journey).intact
