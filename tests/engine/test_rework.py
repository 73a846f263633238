"""Rework without end: the state stays flat in size (D6, D7), the picture true."""

from __future__ import annotations

import pytest

from engine.drawing import (
    Case,
    Office,
    border,
    choice,
    each,
    end,
    file,
    flow,
    parallel,
    person,
    service,
    start,
    timer,
)
from paraf.engine.route_limits import MAX_NODES

ROUNDS = 600
WAYS = ("submit", "return")


def _loop_of_everything() -> bytes:
    """A consultation with a deadline, then a fork whose one branch loops by itself, then once more."""
    return file(
        start(),
        person("ask", inside=each("ask", "parties", True), outcomes=WAYS, role="item"),
        border("late", "ask", timer("timeDuration", "P3D")),
        end("missed"),
        parallel("fork"),
        person("write", outcomes=WAYS),
        choice("gw_write"),
        person("wait", outcomes=WAYS),
        parallel("join"),
        person("decide", outcomes=WAYS),
        choice("gw"),
        end(),
        flow("start", "ask"),
        flow("late", "missed"),
        flow("ask", "fork"),
        flow("fork", "write"),
        flow("fork", "wait"),
        flow("write", "gw_write"),
        flow("gw_write", "write", 'write.outcome = "return"'),
        flow("gw_write", "join", 'write.outcome = "submit"'),
        flow("wait", "join"),
        flow("join", "decide"),
        flow("decide", "gw"),
        flow("gw", "ask", 'decide.outcome = "return"'),
        flow("gw", "done", 'decide.outcome = "submit"'),
    )


@pytest.mark.parametrize("branch", ["whole route", "inside a parallel branch"])
def test_six_hundred_rounds_of_rework_stay_flat(branch: str) -> None:
    case = Case(_loop_of_everything(), Office(["U1"]))
    sizes = []
    if branch != "whole route":
        case.decide("ask", visit=1).decide("ask", visit=2).decide("wait")
    for _ in range(ROUNDS):
        if branch == "whole route":
            for task in case.open():
                case.decide("ask", visit=task.visit)
            case.decide("write").decide("wait").decide("decide", "return")
        else:
            case.decide("write", "return")
        sizes.append(len(case.step.state))
    assert max(sizes) - sizes[0] < 100, "only the digits of the visit numbers may grow"
    if branch == "whole route":
        assert [(t.element, t.visit) for t in case.open()] == [
            ("ask", 2 * ROUNDS + 1),
            ("ask", 2 * ROUNDS + 2),
        ]
        for task in case.open():
            case.decide("ask", visit=task.visit)
        case.decide("write").decide("wait")
    else:
        assert [(t.element, t.visit) for t in case.open()] == [("write", ROUNDS + 1)]
        case.decide("write")
    assert case.waiting == ["decide"], "the join fires once, with one token per branch"
    assert case.decide("decide").step.ended == "done"


def test_the_longest_route_runs_in_one_command() -> None:
    """SpiffWorkflow's own parser gives up at 490 nodes in a row; ours is bounded by the profile only."""
    steps = [f"s{number}" for number in range(MAX_NODES - 2)]
    flows = [flow(one, after) for one, after in zip(["start", *steps], [*steps, "done"], strict=True)]
    case = Case(file(start(), *(service(step) for step in steps), end(), *flows))
    assert case.step.ended == "done" and len(case.step.moves) == MAX_NODES + 1
