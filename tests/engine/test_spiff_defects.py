"""The defects of SpiffWorkflow 3.2.0 that Paraf's adapter mends, each shown on the library itself.

Every test has two halves: SpiffWorkflow alone goes wrong, the adapter does not. When the first half
fails after an upgrade, the defect is gone and its remedy in `spiff_specs.py` may go too. D2, D12, D13,
D15-D17 are kept out by the profile (`test_route_file.py`); D18, D19, D4, D14 have their own tests.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

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
    sub,
    timer,
)
from paraf.domain.moves import Closed
from paraf.engine import spiff
from paraf.engine.compiled import compile_route

WAYS = ("submit", "return")
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
LETTER = '<bpmn:message id="m" name="m"/>'


def _alone(content: bytes) -> BpmnWorkflow:
    """The same file on SpiffWorkflow as it comes."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(content))
    workflow = BpmnWorkflow(parser.get_spec("route"), parser.get_subprocess_specs("route"))
    workflow.do_engine_steps()
    return workflow


def _ready(workflow: BpmnWorkflow) -> list[Any]:
    return workflow.get_tasks(state=TaskState.READY, manual=True)


def _do(workflow: BpmnWorkflow, name: str, **data: Any) -> None:
    task = next(task for task in _ready(workflow) if task.task_spec.name.startswith(name))
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def _fork_in_a_loop(condition: str) -> bytes:
    branches = ("a", "b", "c")
    return file(
        start(),
        choice("again"),
        parallel("fork"),
        *(person(name, outcomes=("submit",)) for name in branches),
        parallel("join"),
        person("decide", outcomes=WAYS),
        choice("gw", default="f_gw_done"),
        end(),
        flow("start", "again"),
        flow("again", "fork"),
        *(flow("fork", name) for name in branches),
        *(flow(name, "join") for name in branches),
        flow("join", "decide"),
        flow("decide", "gw"),
        flow("gw", "again", condition),
        flow("gw", "done"),
    )


def test_d1_a_join_in_a_loop_waits_for_every_branch_in_every_round() -> None:
    early = 0
    for order in itertools.permutations("abc"):
        workflow = _alone(_fork_in_a_loop("again"))
        for name in "abc":
            _do(workflow, name)
        _do(workflow, "decide", again=True)
        try:
            _do(workflow, order[0])
            _do(workflow, order[1])
            early += any(task.task_spec.name == "decide" for task in _ready(workflow))
        except (SpiffWorkflowException, AttributeError, StopIteration):
            early += 1
    assert early > 0, "SpiffWorkflow's join waits now: the remedy may go"
    for first, second in itertools.product(itertools.permutations("abc"), repeat=2):
        case = Case(_fork_in_a_loop('decide.outcome = "return"'))
        for order in (first, second):
            for number, name in enumerate(order):
                assert "decide" not in case.waiting
                case.decide(name)
                assert ("decide" in case.waiting) == (number == 2)
            case.decide("decide", "return" if order is first else "submit")
            if first == second:
                break


def test_d3_a_consultation_may_follow_a_missed_deadline() -> None:
    def route(cardinality: str, event: str, roots: str = "") -> bytes:
        asked = each("ask", "parties").replace("each.ask", cardinality)
        return file(
            start(), person("draft", outcomes=WAYS), border("late", "draft", event),
            person("ask", inside=asked, outcomes=WAYS, role="item"), end(), end("missed"),
            flow("start", "draft"), flow("draft", "done"), flow("late", "ask"), flow("ask", "missed"), roots=roots,
        )  # fmt: skip

    with pytest.raises(SpiffWorkflowException, match="non-predicted child"):
        workflow = _alone(route("2", MESSAGE, LETTER))
        workflow.send_event(BpmnEvent(MessageEventDefinition("m"), payload={}))
        workflow.do_engine_steps()
    case = Case(route("each.ask", timer("timeDuration", "P1D"))).fire("late", at="2026-12-01T00:00:00Z")
    assert case.waiting == ["ask", "ask"]


def test_d5_a_deadline_takes_a_multiple_sub_process_away_with_everything_in_it() -> None:
    def route(cardinality: str, event: str, roots: str = "") -> bytes:
        asked = each("ask", "parties").replace("each.ask", cardinality)
        inner = (
            start("in"),
            person("check", outcomes=WAYS),
            end("out"),
            flow("in", "check"),
            flow("check", "out"),
        )
        reminder = (
            border("remind", "check", timer("timeDuration", "P9D"), False)
            + end("reminded")
            + flow("remind", "reminded")
            if not roots
            else ""
        )
        return file(
            start(), sub("ask", *inner, reminder, inside=asked), border("late", "ask", event), end(), end("missed"),
            flow("start", "ask"), flow("ask", "done"), flow("late", "missed"), roots=roots,
        )  # fmt: skip

    workflow = _alone(route("2", MESSAGE, LETTER))
    with pytest.raises(SpiffWorkflowException):
        workflow.send_event(BpmnEvent(MessageEventDefinition("m"), payload={}))
        workflow.do_engine_steps()
    case = Case(route("each.ask", timer("timeDuration", "P1D")))
    assert len(spiff.armed_timers(case.route, case.step.state)) == 3
    case.fire("late", at="2026-11-30T00:00:00Z")
    assert [move for move in case.step.moves if isinstance(move, Closed)] == [
        Closed("check", 1),
        Closed("check", 2),
    ]
    assert case.step.ended == "missed" and case.step.next_due is None


def test_d6_a_long_loop_never_looks_completed() -> None:
    """The library's own iterator stops at depth 1,000; the adapter never lets a tree grow that deep."""

    def route(condition: str) -> bytes:
        return file(
            start(), person("draft", outcomes=WAYS), choice("gw", default="f_gw_done"), end(),
            flow("start", "draft"), flow("draft", "gw"), flow("gw", "draft", condition), flow("gw", "done"),
        )  # fmt: skip

    workflow = _alone(route("True"))
    for _ in range(520):
        if not _ready(workflow):
            break
        _do(workflow, "draft")
    assert not _ready(workflow) and workflow.is_completed(), "SpiffWorkflow sees deep tasks now"
    case = Case(route('draft.outcome = "return"'))
    for _ in range(520):
        case.decide("draft", "return")
    assert case.waiting == ["draft"] and case.step.ended is None


def test_d10_the_state_survives_a_database_that_sorts_keys() -> None:
    import json

    workflow = _alone(_fork_in_a_loop("again"))
    kept = BpmnWorkflowSerializer().to_dict(workflow)
    assert isinstance(kept["tasks"], dict), "SpiffWorkflow keeps tasks in an object keyed by ids"
    case = Case(_fork_in_a_loop('decide.outcome = "return"')).decide("a")
    shuffled = json.dumps(json.loads(case.step.state), sort_keys=True).encode()
    assert spiff.open_tasks(case.route, shuffled) == case.open()


def test_d11_a_fresh_process_finishes_a_consultation_it_did_not_begin() -> None:
    content = file(
        start(), person("ask", inside=each("ask", "parties"), outcomes=WAYS, role="item"), end(),
        flow("start", "ask"), flow("ask", "done"),
    )  # fmt: skip
    case = Case(content)
    other = compile_route(content + b"\n<!-- another worker -->")
    assert other is not case.route
    state = case.step.state.replace(case.route.sha256.encode(), other.sha256.encode())
    for visit in (1, 2):
        step = spiff.complete(
            other, "case-1", case.at, state, "ask", visit, {"outcome": "submit"}, case.office
        )
        state = step.state
    assert step.ended == "done"


def test_d20_services_pass_and_nobody_is_left_unasked() -> None:
    content = file(start(), service("deliver"), end(), flow("start", "deliver"), flow("deliver", "done"))
    workflow = _alone(content)
    assert not workflow.is_completed(), "SpiffWorkflow's own service task stays STARTED"
    assert Case(content).step.ended == "done"
    empty = file(
        start(), person("ask", inside=each("ask", "parties").replace("each.ask", "0"), role="item"), end(),
        flow("start", "ask"), flow("ask", "done"),
    )  # fmt: skip
    assert _alone(empty).is_completed(), "SpiffWorkflow passes an empty set with nobody asked"
    with pytest.raises(Exception, match="Nobody would be asked"):
        Case(empty.replace(b">0<", b">each.ask<"), Office(members=()))
