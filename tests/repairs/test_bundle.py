"""A case that was repaired proves itself outside as well: both verifiers of its bundle follow it."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.conftest import Look, files_of, look
from paraf.domain.facts import Fact, build_events
from paraf.usecases import evidence
from repairs.conftest import Workshop
from travel import Journey

__all__ = ["look"]


def _bundle(shop: Workshop, journey: Journey) -> bytes:
    return b"".join(evidence.bundle_of(shop.office, journey.instance_id).packed.pieces)


@pytest.mark.parametrize("end", ["onward", "cancel"])
def test_the_bundle_of_a_repaired_case_is_intact(shop: Workshop, look: Look, end: str) -> None:
    journey = shop.case(2)
    shop.repair(journey, "suspend")
    shop.repair(journey, "resume")
    shop.spoil("UPDATE instance SET engine_state = :junk WHERE id = :id", junk=b"x", id=journey.instance_id)
    shop.repair(journey, "set_right", what="facts")
    if end == "cancel":
        shop.repair(journey, "cancel")
    else:
        shop.onward(journey)
    found = look(_bundle(shop, journey))
    assert (found.product, found.script) == (None, None), found.words


def test_a_decision_forged_into_a_suspension_is_named_by_both(
    shop: Workshop, look: Look, tmp_path: Path
) -> None:
    """Somebody with the whole database adds a decision after the suspension and chains it properly."""
    journey = shop.case(1)
    act = shop.next_act(journey)
    shop.repair(journey, "suspend")
    newest = shop.facts(journey)[-1]
    with shop.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
        [task] = uow.tasks.open_of_case(journey.instance_id)
    assert case is not None
    data = {
        "position": "x",
        "outcome": act.outcome,
        "context": {"outcome": act.outcome},
        "answers": {},
        "each": {},
    }
    forged = Fact("task.decided", data, task.element_id, task.visit, act.actor.person_id, "definitif")
    built = build_events(newest["seq"], case.head, shop.office.now(), [forged], shop.office.randomness)
    with shop.office.store.write() as uow:
        uow.history.add(journey.instance_id, built)
        uow.cases.update(journey.instance_id, {"seq": built.seq, "head": built.head})
    verdict = shop.verdict(journey)
    assert verdict.fault is not None and verdict.fault.seq == built.seq
    found = look(files_of(_bundle(shop, journey), tmp_path))
    assert (found.product, found.script) == (built.seq, built.seq), found.words
