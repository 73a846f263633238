"""Deadlines, reminders, races and sub-processes on the engine."""

from __future__ import annotations

import pytest

from engine.drawing import (
    Case,
    Office,
    border,
    each,
    end,
    file,
    flow,
    person,
    start,
    sub_route,
    timer,
)
from paraf.domain.moves import Closed, Ended, Opened, Passed
from paraf.engine import spiff
from paraf.errors import AlreadyDecided, RuleBroken

WAYS = ("submit", "return")


def _deadline(interrupting: bool, value: str = "P3D", kind: str = "timeDuration", inside: str = "") -> bytes:
    return file(
        start(),
        person("answer", outcomes=WAYS, inside=inside, role="item" if inside else "drafter"),
        border("late", "answer", timer(kind, value), interrupting),
        person("escalate", outcomes=("submit",)),
        end(),
        end("chased"),
        flow("start", "answer"),
        flow("answer", "done"),
        flow("late", "escalate"),
        flow("escalate", "chased"),
    )


def test_a_deadline_takes_the_task_away() -> None:
    case = Case(_deadline(interrupting=True))
    assert case.step.next_due == "2026-11-24T02:50:13.123456Z"
    with pytest.raises(RuleBroken, match="not due before"):
        case.fire("late", at="2026-11-24T02:50:13.123455Z")
    case.fire("late", at="2026-11-24T02:50:13.123456Z")
    assert case.step.moves == (Passed("late", 1), Closed("answer", 1), Opened("escalate", 1))
    assert case.step.next_due is None
    with pytest.raises(AlreadyDecided):
        case.decide("answer", visit=1)
    assert case.decide("escalate").step.ended == "chased"


def test_a_deadline_on_a_consultation_closes_all_its_tasks() -> None:
    case = Case(_deadline(interrupting=True, inside=each("answer", "parties", True)), Office(["U1", "U2"]))
    case.decide("answer", visit=1).fire("late", at="2026-12-01T00:00:00Z")
    assert case.step.moves == (
        Passed("late", 1),
        Closed("answer", 2),
        Closed("answer", 3),
        Opened("escalate", 1),
    )


def test_a_reminder_leaves_the_task_open_and_ends_with_it() -> None:
    case = Case(_deadline(interrupting=False, value="R2/P1D", kind="timeCycle"))
    case.fire("late", at="2026-11-25T00:00:00Z")
    assert case.waiting == ["answer", "escalate"]
    assert case.step.next_due == "2026-11-25T02:50:13.123456Z", "missed rounds come once"
    case.fire("late", at="2026-11-26T00:00:00Z")
    assert [task.visit for task in case.open()] == [1, 1, 2] and case.step.next_due is None
    case.decide("answer").decide("escalate").decide("escalate")
    assert case.step.ended == "chased"


def test_a_task_done_in_time_disarms_its_deadline() -> None:
    case = Case(_deadline(interrupting=True)).decide("answer")
    assert case.step.ended == "done" and spiff.armed_timers(case.route, case.step.state) == []


def test_the_first_event_of_a_race_wins() -> None:
    route = file(
        start(),
        '<bpmn:eventBasedGateway id="race"/>',
        '<bpmn:intermediateCatchEvent id="week">' + timer("timeDuration", "P7D") + "</bpmn:intermediateCatchEvent>",
        '<bpmn:intermediateCatchEvent id="letter"><bpmn:messageEventDefinition messageRef="m"/>'
        "</bpmn:intermediateCatchEvent>",
        end("answered"),
        end("silent"),
        flow("start", "race"),
        flow("race", "week"),
        flow("race", "letter"),
        flow("week", "silent"),
        flow("letter", "answered"),
        roots='<bpmn:message id="m" name="surat"/>',
    )  # fmt: skip
    case = Case(route)
    armed = spiff.armed_timers(case.route, case.step.state)
    assert [(a.element, a.due) for a in armed] == [("week", "2026-11-28T02:50:13.123456Z"), ("letter", None)]
    case.fire("letter")
    assert case.step.moves == (Passed("letter", 1), Passed("answered", 1), Ended("answered"))


def test_a_sub_process_is_done_when_all_its_tokens_are() -> None:
    case = Case(sub_route()).decide("check")
    assert case.step.ended is None and case.waiting == ["other"]
    assert case.decide("other").step.ended == "done"


def test_a_terminating_end_ends_its_own_process_only() -> None:
    case = Case(sub_route()).decide("check", "return")
    assert case.step.moves[1:] == (
        Passed("broken", 1),
        Closed("other", 1),
        Passed("done", 1),
        Ended("done"),
    )


def test_an_error_takes_the_whole_sub_process_away() -> None:
    case = Case(sub_route("error")).decide("check", "return")
    assert case.step.moves[1:] == (
        Passed("broken", 1),
        Passed("caught", 1),
        Closed("other", 1),
        Passed("aside", 1),
        Ended("aside"),
    )


def test_an_escalation_leaves_the_sub_process_at_work() -> None:
    case = Case(sub_route("escalation")).decide("check", "return")
    assert case.step.moves[1:] == (Passed("broken", 1), Passed("caught", 1), Passed("aside", 1))
    assert case.waiting == ["other"]
    assert case.decide("other").step.ended == "done"


def test_each_member_has_its_own_sub_process_with_its_own_decisions() -> None:
    case = Case(sub_route(inside=each("sub", "parties")), Office(["U1", "U2"]))
    assert [(task.element, task.visit, task.item) for task in case.open()] == [
        ("check", 1, "U1"), ("check", 2, "U2"), ("other", 1, "U1"), ("other", 2, "U2"),
    ]  # fmt: skip
    case.decide("check", "return", visit=2)
    assert case.step.moves == (
        Passed("gw", 1, "f_gw_broken"),
        Passed("broken", 1),
        Closed("other", 2),
    )
    case.decide("check", visit=1).decide("other", visit=1)
    assert case.step.ended == "done"
