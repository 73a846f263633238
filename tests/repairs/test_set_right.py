"""A stuck case is set right: state and rows from its facts, an open task to whom it may be offered."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from cast import DIR_AFRIKA, KARO_PO, REVIEWER, SEKJEN, STAF_AFRIKA
from offices import on_stage
from paraf.domain.organisation import Capacity
from paraf.errors import Corrupt, InvalidForm, NotAllowed, OnHold, RuleBroken, Stale
from paraf.storage.cases import TaskRow
from paraf.storage.guards import unguard_tables
from paraf.usecases import administer, queries, repair_effects, repairs
from paraf.usecases.decide import decide
from paraf.usecases.hold import claim
from paraf.usecases.queries import repairs_page
from paraf.usecases.withdraw import withdraw
from repairs.conftest import REASON, Workshop
from travel import MAKRO, Journey, acts, set_out, take

SPOILED_ROWS = {
    "the state of the case": "UPDATE instance SET state = 'completed' WHERE id = :case",
    "its end": "UPDATE instance SET ended_at = '2026-11-23T00:00:00.000000Z', end_id = 'set' WHERE id = :case",
    "its constants": "UPDATE instance SET pinned = '{}' WHERE id = :case",
    "its drafters": "UPDATE instance SET drafters = '[]' WHERE id = :case",
    "the digest of its draft": "UPDATE instance SET naskah_sha256 = NULL WHERE id = :case",
    "that its draft is whole": "UPDATE instance SET naskah_complete = 0 WHERE id = :case",
    "its newest fact": "UPDATE instance SET seq = seq - 1 WHERE id = :case",
    "its title": "UPDATE proposal SET title = 'Lain' WHERE id = (SELECT proposal_id FROM instance WHERE id = :case)",
    "whom a task is offered to": "UPDATE task SET positions = '[]' WHERE instance_id = :case AND state = 'open'",
    "an open task": "UPDATE task SET state = 'closed' WHERE instance_id = :case AND state = 'open'",
    "a decided task": "UPDATE task SET outcome = 'reject' WHERE instance_id = :case AND state = 'done'",
    "a due date": "UPDATE task SET due_at = NULL WHERE instance_id = :case AND due_at IS NOT NULL",
    "a task list": "DELETE FROM inbox WHERE task_id IN (SELECT id FROM task WHERE instance_id = :case)",
    "the row of a task": "DELETE FROM task WHERE instance_id = :case AND state = 'done'",
    "an offer": "UPDATE inbox SET due_at = '1' WHERE task_id IN (SELECT id FROM task WHERE instance_id = :case)",
    "the engine state": "UPDATE instance SET engine_state = :junk WHERE id = :case",
}


def spoil(shop: Workshop, journey: Journey, change: str) -> None:
    values = {"case": journey.instance_id} | ({"junk": b"{}"} if ":junk" in change else {})
    shop.spoil(change, **values)


def test_rows_are_made_again_from_the_facts(shop: Workshop) -> None:
    journey = shop.case(4)
    before = _rows(shop, journey)
    for name, change in SPOILED_ROWS.items():
        spoil(shop, journey, change)
        assert not shop.verdict(journey).intact, name
        done = shop.repair(journey, "set_right", what="facts")
        assert done["instance"]["state"] == "running", name
        assert shop.verdict(journey).intact, name
        fact = shop.newest(journey, "instance.set_right")
        assert fact["data"]["what"] == "facts"
        assert fact["data"]["found"], f"the fact says what was out of step: {name}"
        assert _rows(shop, journey) == before, name
    shop.onward(journey)
    assert shop.verdict(journey).intact


def _rows(shop: Workshop, journey: Journey) -> list[object]:
    """The tasks and offers of a case, without what counts facts."""
    with shop.office.store.read() as uow:
        tasks = uow.tasks.of_case(journey.instance_id)
        offers = uow.proof.offers(journey.instance_id)
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None
    kept = [(t.element_id, t.visit, t.state, json.loads(t.positions), t.due_at, t.outcome) for t in tasks]
    return [kept, sorted((o["position_id"], o["due_at"]) for o in offers), case.drafters, case.title]


def test_a_task_that_never_was_leaves_the_lists(shop: Workshop) -> None:
    journey = shop.case(2)
    shop.spoil(
        "INSERT INTO task (id, instance_id, element_id, visit, closer, role, positions, state, opened_at,"
        " opened_seq, seq) SELECT 'x', instance_id, element_id, 99, closer, role, positions, state, opened_at,"
        " opened_seq, seq FROM task WHERE instance_id = :case AND state = 'open'",
        case=journey.instance_id,
    )
    shop.repair(journey, "set_right", what="facts")
    assert shop.verdict(journey).intact


# --- incidents ------------------------------------------------------------------------------------


def test_a_command_that_meets_a_corrupt_state_holds_the_case_up(shop: Workshop) -> None:
    journey = shop.case()
    act = shop.next_act(journey)
    spoil(shop, journey, SPOILED_ROWS["the engine state"])
    for _ in range(2):
        with pytest.raises(OnHold) as told:
            take(shop.office, act)
        assert told.value.present == {"state": "incident"}
    assert shop.state(journey) == "incident"
    facts = [fact for fact in shop.facts(journey) if fact["type"] == "incident.raised"]
    assert len(facts) == 1, "the same fault is told once"
    assert facts[0]["data"]["what"] == "state"
    assert "actor" not in facts[0]
    head = on_stage(shop.office, DIR_AFRIKA)
    with pytest.raises(OnHold):
        withdraw(shop.office, head, journey.proposal_id, "Ditunda.")
    with pytest.raises(Stale):
        repairs.ask(shop.office, shop.asker, journey.instance_id, "suspend", REASON)

    assert shop.repair(journey, "set_right", what="facts")["instance"]["state"] == "running"
    assert shop.newest(journey, "instance.set_right")["data"]["found"] == ["engine_state"]
    assert shop.verdict(journey).intact
    take(shop.office, act)
    assert shop.verdict(journey).intact


def test_a_fault_is_listed_before_any_suspension(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many older cases are suspended, the list that has an end shows the faults."""
    monkeypatch.setattr(repairs_page, "MOST_HELD", 1)
    suspended, faulty = shop.case(), shop.case()
    shop.repair(suspended, "suspend")
    act = shop.next_act(faulty)
    spoil(shop, faulty, SPOILED_ROWS["the engine state"])
    with pytest.raises(OnHold):
        take(shop.office, act)
    listed = repairs_page.held_cases(shop.office, shop.asker)
    assert [one["id"] for one in listed] == [faulty.instance_id]


def test_a_withdrawal_that_meets_a_corrupt_state_holds_the_case_up_too(shop: Workshop) -> None:
    journey = shop.case(2)
    spoil(shop, journey, SPOILED_ROWS["the engine state"])
    with pytest.raises(OnHold):
        withdraw(shop.office, on_stage(shop.office, DIR_AFRIKA), journey.proposal_id, "Ditunda.")
    assert shop.state(journey) == "incident"
    # the state is made again from the facts to be cancelled, whatever is stored
    assert shop.repair(journey, "cancel")["instance"]["state"] == "cancelled"
    assert shop.verdict(journey).intact


def test_an_open_task_that_the_state_does_not_know_is_an_incident(shop: Workshop) -> None:
    journey, other = shop.case(2), shop.case(4)
    act = shop.next_act(journey)
    shop.spoil(
        "UPDATE instance SET engine_state = (SELECT engine_state FROM instance WHERE id = :other)"
        " WHERE id = :case",
        case=journey.instance_id,
        other=other.instance_id,
    )
    with pytest.raises(OnHold):
        take(shop.office, act)
    assert shop.state(journey) == "incident"


def test_a_request_that_cannot_be_carried_out_is_no_incident(shop: Workshop) -> None:
    journey = shop.case(0)
    with shop.office.store.read() as uow:
        [task] = uow.tasks.open_of_case(journey.instance_id)
    with pytest.raises(InvalidForm):
        decide(shop.office, on_stage(shop.office, STAF_AFRIKA), task.id, "melt")
    assert shop.state(journey) == "running"


def test_a_history_that_does_not_hold_is_neither_told_nor_set_right(shop: Workshop) -> None:
    journey = shop.case(2)
    act = shop.next_act(journey)
    newest = shop.facts(journey)[-1]["seq"]
    own = create_engine(shop.office.store.url)
    with own.begin() as connection:
        unguard_tables(connection, ("event",))
        connection.execute(
            text("DELETE FROM event WHERE instance_id = :case AND seq = 2"), {"case": journey.instance_id}
        )
    own.dispose()
    spoil(shop, journey, SPOILED_ROWS["the engine state"])
    with pytest.raises(Corrupt):
        take(shop.office, act)
    assert shop.facts(journey)[-1]["seq"] == newest
    with pytest.raises(RuleBroken):
        repairs.ask(shop.office, shop.asker, journey.instance_id, "set_right", REASON, {"what": "facts"})


def test_what_no_fact_says_is_not_set_right(shop: Workshop) -> None:
    """An altered paper: the repair is undone whole, the case stays an incident."""
    journey = shop.case(5)
    act = shop.next_act(journey)
    shop.spoil("UPDATE document SET number = 'palsu' WHERE instance_id = :case", case=journey.instance_id)
    spoil(shop, journey, SPOILED_ROWS["the engine state"])
    with pytest.raises(OnHold):
        take(shop.office, act)
    asked = repairs.ask(shop.office, shop.asker, journey.instance_id, "set_right", REASON, {"what": "facts"})
    facts = shop.facts(journey)
    with pytest.raises(RuleBroken):
        repairs.carry_out(shop.office, shop.second, asked["id"])
    assert shop.facts(journey) == facts
    assert shop.state(journey) == "incident"


# --- whom a task is offered to --------------------------------------------------------------------


def leave(shop: Workshop, *positions: str) -> None:
    """Everybody leaves these positions, at the end of yesterday."""
    with shop.office.store.read() as uow:
        known = shop.office.organisation(uow)
    yesterday = (shop.clock() - timedelta(days=1)).date().isoformat()
    for held in known.appointments:
        if held.position_id in positions and held.in_force(shop.office.now()):
            administer.end_appointment(shop.office, shop.administrator, held.id, yesterday)


def open_task(shop: Workshop, journey: Journey) -> TaskRow:
    with shop.office.store.read() as uow:
        [task] = uow.tasks.open_of_case(journey.instance_id)
    return task


def targets(shop: Workshop, journey: Journey) -> list[repair_effects.Target]:
    with shop.office.store.read() as uow:
        found = uow.cases.by_id(journey.instance_id)
        assert found is not None
        task = open_task(shop, journey)
        route = shop.office.shelf.take(uow, found.route_key, found.route_version)
        known = shop.office.organisation(uow)
        return repair_effects.targets(known, found, task, route.compiled.route, shop.office.now())


def under_review(shop: Workshop) -> Journey:
    journey = shop.case(1)
    while not open_task(shop, journey).element_id.startswith("review_"):
        shop.onward(journey)
    return journey


def test_a_review_that_nobody_can_do_is_offered_to_the_head_above(shop: Workshop) -> None:
    journey = under_review(shop)
    assert targets(shop, journey) == [], "somebody holds it: an operator takes no work from anybody"
    leave(shop, *json.loads(open_task(shop, journey).positions))
    found = targets(shop, journey)
    assert {one.way for one in found} == {"above"}
    assert found[0].role == "pimpinan(BPO)", "the nearest head first"
    task = open_task(shop, journey)
    with pytest.raises(InvalidForm):
        shop.repair(journey, "set_right", what="offer", task_id=task.id, role="pimpinan(DIT-AFRIKA)")
    shop.repair(journey, "set_right", what="offer", task_id=task.id, role=found[0].role)
    assert shop.verdict(journey).intact
    after = open_task(shop, journey)
    assert (after.role, tuple(json.loads(after.positions))) == (found[0].role, found[0].positions)
    kinds = [fact["type"] for fact in shop.facts(journey)[-2:]]
    assert kinds == ["instance.set_right", "task.reassigned"]

    # the offer stands when the organisation changes elsewhere, and the policy still judges
    administer.save_unit(
        shop.office, shop.administrator, "DIT-BARU", "Direktorat Baru", "eselon_ii", "DJASPASAF"
    )
    assert open_task(shop, journey).positions == after.positions
    with pytest.raises(NotAllowed):
        decide(shop.office, on_stage(shop.office, SEKJEN), after.id, "done")
    act = shop.onward(journey)
    assert act.actor.login == KARO_PO.login
    assert shop.verdict(journey).intact


def test_a_review_is_not_offered_to_who_signs_in_the_case(shop: Workshop) -> None:
    """Sekjen is a head above the reviewers, and approves what they reviewed."""
    journey = under_review(shop)
    task = open_task(shop, journey)
    leave(shop, *json.loads(task.positions))
    assert [one.role for one in targets(shop, journey)] == ["pimpinan(BPO)", "pimpinan(KEMLU)"]
    offer = {"what": "offer", "task_id": task.id, "role": "pimpinan(SETJEN)"}
    with pytest.raises(RuleBroken) as told:
        repairs.ask(shop.office, shop.asker, journey.instance_id, "set_right", REASON, offer)
    assert told.value.rule == "A5; INT-28"
    assert told.value.values["title"] == "Sekretaris Jenderal"

    # the same person by another position: Sekjen stands in for the Kepala Biro PO
    near = targets(shop, journey)[0]
    leave(shop, *near.positions)
    administer.appoint(
        shop.office,
        shop.administrator,
        SEKJEN.login,
        KARO_PO.post,
        Capacity.PLT,
        shop.clock().date().isoformat(),
        (shop.clock() + timedelta(days=30)).date().isoformat(),
        instrument="Surat Perintah Nomor 1",
    )
    shop.clock.pass_by(minutes=1)
    assert [one.role for one in targets(shop, journey)] == ["pimpinan(KEMLU)"]
    with pytest.raises(RuleBroken):
        repairs.ask(
            shop.office, shop.asker, journey.instance_id, "set_right", REASON, {**offer, "role": near.role}
        )


def test_it_goes_back_to_who_is_appointed_to_it(shop: Workshop) -> None:
    journey = under_review(shop)
    task = open_task(shop, journey)
    leave(shop, *json.loads(task.positions))
    shop.repair(journey, "set_right", what="offer", task_id=task.id, role="pimpinan(BPO)")
    shop.clock.pass_by(minutes=1)
    administer.appoint(
        shop.office,
        shop.administrator,
        REVIEWER.login,
        REVIEWER.post,
        Capacity.DEFINITIF,
        shop.clock().date().isoformat(),
    )
    shop.clock.pass_by(minutes=1)
    [drawn] = [one for one in targets(shop, journey) if one.way == "drawn"]
    assert drawn.positions == tuple(json.loads(task.positions))
    shop.repair(journey, "set_right", what="offer", task_id=task.id, role=drawn.role)
    assert open_task(shop, journey).role == task.role
    assert shop.onward(journey).actor.login == REVIEWER.login
    assert shop.verdict(journey).intact


def test_an_act_of_an_office_is_never_given_away(shop: Workshop) -> None:
    """Who signs is appointed Plt. or Plh.; an operator gives nobody authority (A1, P1)."""
    journey = shop.case(1)
    while not open_task(shop, journey).element_id.startswith("sign_"):
        shop.onward(journey)
    task = open_task(shop, journey)
    leave(shop, *json.loads(task.positions))
    assert targets(shop, journey) == []
    with pytest.raises(InvalidForm):
        repairs.ask(
            shop.office,
            shop.asker,
            journey.instance_id,
            "set_right",
            REASON,
            {"what": "offer", "task_id": task.id, "role": "menteri"},
        )


def test_a_resumed_case_follows_what_changed_meanwhile(shop: Workshop) -> None:
    journey = under_review(shop)
    reviewer = shop.next_act(journey).actor
    task = open_task(shop, journey)
    claim(shop.office, reviewer, task.id)
    shop.repair(journey, "suspend")
    held = next(a for a in reviewer.appointments if a.position_id in json.loads(task.positions))
    leave(shop, held.position_id)
    assert open_task(shop, journey).assignee == reviewer.person_id, "a case held up is passed by"
    done = shop.repair(journey, "resume")
    assert open_task(shop, journey).assignee is None
    assert done["seq"] == shop.facts(journey)[-1]["seq"], "the answer counts what followed"
    assert shop.verdict(journey).intact


def test_an_offer_that_ends_an_incident_follows_what_changed_meanwhile(shop: Workshop) -> None:
    """Of the open tasks one is offered anew; the holder of another left while the case was held up."""
    journey = set_out(shop.office, MAKRO)
    while len(waiting := {act.task_id: act for act in acts(shop.office, journey)}) < 3:
        take(shop.office, next(iter(waiting.values())))
    stuck, held = list(waiting.values())[:2]
    claim(shop.office, held.actor, held.task_id)
    with shop.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
        positions = {
            task.id: json.loads(task.positions) for task in uow.tasks.open_of_case(journey.instance_id)
        }
    assert case is not None
    spoil(shop, journey, SPOILED_ROWS["the engine state"])
    with pytest.raises(OnHold):
        take(shop.office, stuck)
    shop.spoil(
        "UPDATE instance SET engine_state = :state WHERE id = :case",
        state=case.engine_state,
        case=journey.instance_id,
    )
    leave(shop, *positions[stuck.task_id], *positions[held.task_id])
    shown = repairs_page.condition(shop.office, shop.asker, journey.instance_id)
    [offer] = [one["targets"][0] for one in shown["tasks"] if one["id"] == stuck.task_id]
    done = shop.repair(journey, "set_right", what="offer", task_id=stuck.task_id, role=offer["role"])
    assert done["instance"]["state"] == "running"
    with shop.office.store.read() as uow:
        tasks = {task.id: task for task in uow.tasks.open_of_case(journey.instance_id)}
    assert tasks[stuck.task_id].role == offer["role"]
    assert tasks[held.task_id].assignee is None
    newest = shop.facts(journey)[-1]
    assert (newest["type"], newest["seq"]) == ("task.released", done["seq"])
    assert shop.verdict(journey).intact


def test_taking_a_task_that_cannot_be_read_holds_the_case_up(shop: Workshop) -> None:
    journey = shop.case(0)
    writer = on_stage(shop.office, STAF_AFRIKA)
    with shop.office.store.read() as uow:
        [task] = uow.tasks.open_of_case(journey.instance_id)
    shop.spoil("UPDATE task SET positions = '[' WHERE id = :id", id=task.id)
    with pytest.raises(OnHold):
        claim(shop.office, writer, task.id)
    assert shop.newest(journey, "incident.raised")["data"]["what"] == "rows"
    shop.repair(journey, "set_right", what="facts")
    assert shop.verdict(journey).intact
    claim(shop.office, writer, task.id)


def test_the_page_of_a_task_is_shown_though_the_state_cannot_be_read(shop: Workshop) -> None:
    journey = shop.case(1)
    while not open_task(shop, journey).element_id.startswith("decide_review_"):
        shop.onward(journey)
    act = shop.next_act(journey)
    spoil(shop, journey, SPOILED_ROWS["the engine state"])
    assert queries.task(shop.office, act.actor, act.task_id)["held"] is None
    with pytest.raises(OnHold):
        take(shop.office, act)
    assert queries.task(shop.office, act.actor, act.task_id)["held"]["state"] == "incident"
