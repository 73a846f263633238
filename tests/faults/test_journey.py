"""Without any fault, a case travels to its end and every invariant holds."""

from __future__ import annotations

import pytest

from faults import invariants
from paraf.usecases.office import Office
from travel import acts, set_out, take


def test_a_case_travels_to_its_end(office: Office) -> None:
    journey = set_out(office)
    taken = []
    while act := next(acts(office, journey), None):
        take(office, act)
        taken.append({"task_id": act.task_id, "outcome": act.outcome})
        assert len(taken) < 60
    with office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None
    assert (case.state, case.end_id) == ("completed", "set")
    assert invariants.check(office, taken) == case.seq
    assert invariants.check(office, taken) > len(taken)


def test_the_invariants_notice_a_promise_that_was_not_kept(office: Office) -> None:
    journey = set_out(office)
    act = next(acts(office, journey))
    with pytest.raises(AssertionError, match="acknowledged decision is gone"):
        invariants.check(office, [{"task_id": act.task_id, "outcome": act.outcome}])
