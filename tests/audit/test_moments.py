"""A replay tells what was: for every golden history, moment by moment, held against the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from golden.histories import Engine, Golden, Record, all_golden
from paraf.domain import calendar
from paraf.domain.moments import DONE, OPEN, RETURNED, passage
from paraf.domain.route import Due, Element, Flow, Kind, Route
from paraf.domain.step_times import BOUNDS, step_times
from paraf.engine import spiff
from paraf.engine.route_file import read_route

golden_history = pytest.mark.parametrize("golden", all_golden(), ids=lambda golden: golden.name)


def route_of(golden: Golden) -> Route:
    return read_route(golden.bpmn, golden.route_file)


@golden_history
def test_the_open_tasks_of_each_moment_are_those_the_engine_waits_for(golden: Golden) -> None:
    """After the last fact of each command the engine of today waits for exactly the tasks shown open."""
    engine = Engine(golden)
    told = passage(golden.events, engine.route)
    at_the_end_of_a_command = {}
    for event in golden.events:
        record = Record(event["data"], engine.route)
        if event["type"] == "instance.started":
            engine.start(event["at"], event["data"]["case"], record)
        elif event["type"] == "task.decided":
            data = event["data"]
            engine.complete(event["at"], event["element_id"], event["visit"], data["context"], record)
        elif event["type"] == "instance.withdrawn":
            engine.cancel(event["at"])
        waiting = {(one.element, one.visit) for one in spiff.open_tasks(engine.compiled, engine.state)}
        at_the_end_of_a_command[event["at"]] = (event["seq"], waiting)
    assert len(at_the_end_of_a_command) > 5
    for seq, waiting in at_the_end_of_a_command.values():
        assert set(told.moments[seq - 1].open) == waiting, seq


@golden_history
def test_the_changes_of_the_moments_add_up_to_the_state_of_any_moment(golden: Golden) -> None:
    route = route_of(golden)
    told = passage(golden.events, route)
    assert [moment.seq for moment in told.moments] == [event["seq"] for event in golden.events]
    for k in (1, len(golden.events) // 3, len(golden.events) // 2, len(golden.events)):
        alone = passage(golden.events[:k], route)
        assert alone.states(k) == told.states(k), k
        states, _ = told.states(k)
        shown = {name for name, state in states.items() if state == OPEN}
        assert shown == {element for element, _ in told.moments[k - 1].open}
    final = told.moments[-1]
    assert final.open == () and final.state == (golden.events[-1]["data"].get("state") or "withdrawn")


@golden_history
def test_returns_rounds_and_ways_are_marked_as_the_facts_say(golden: Golden) -> None:
    route = route_of(golden)
    told = passage(golden.events, route)
    states, entered = told.states(len(golden.events))
    rounds: dict[str, set[str]] = {}
    last: dict[str, str] = {}
    for event in golden.events:
        if event["type"] == "task.opened":
            rounds.setdefault(event["element_id"], set()).add(event["at"])
        if event["type"] == "task.decided":
            last[event["element_id"]] = event["data"]["outcome"]
    for element, instants in rounds.items():
        assert entered[element] == len(instants), element
        if states[element] in (DONE, RETURNED):
            assert states[element] == (RETURNED if last[element] == "return" else DONE), element
    taken = {
        e["data"]["flow"] for e in golden.events if e["type"] == "element.passed" and "flow" in e["data"]
    }
    walked = {name for name in states if name in route.flows}
    assert taken <= walked
    for name in walked - taken:
        flow = route.flows[name]
        assert route.elements[flow.source].kind is not Kind.EXCLUSIVE
        assert {flow.source, flow.target} <= set(states)


@golden_history
def test_who_held_a_task_is_who_decided_it(golden: Golden) -> None:
    told = passage(golden.events, route_of(golden))
    for event in golden.events:
        if event["type"] != "task.decided":
            continue
        span = told.spans[event["element_id"], event["visit"]]
        assert (span.closed_seq, span.outcome) == (event["seq"], event["data"]["outcome"])
        assert span.holder_at(event["seq"]) == event["actor"]
        assert event["data"]["position"] in span.positions_at(event["seq"])
        assert span.holder_at(span.opened_seq) is None


# --- what no golden history has ---------------------------------------------------------------


def events_of(*told: tuple[str, str | None, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "seq": seq,
            "at": f"2026-11-23T0{seq}:00:00.000000Z",
            "type": kind,
            "element_id": element,
            "visit": 1,
            "actor": "p",
            "data": dict(data),
        }
        for seq, (kind, element, data) in enumerate(told, 1)
    ]


def small_route() -> Route:
    elements = (
        Element("start", Kind.START),
        Element("write", Kind.USER, "Tulis"),
        Element("late", Kind.BOUNDARY, attached_to="write"),
        Element("call", Kind.USER, "Tegur"),
        Element("end", Kind.END),
    )
    flows = (Flow("f1", "start", "write"), Flow("f2", "write", "end"), Flow("f3", "late", "call"))
    return Route("small", "Kecil", "", {}, (), {e.id: e for e in elements}, {flow.id: flow for flow in flows})


BEGUN = (
    ("instance.started", None, {"case": {}, "option": {}}),
    ("element.passed", "start", {}),
    ("task.opened", "write", {"positions": ["A"], "role": "drafter"}),
)


def test_a_boundary_event_takes_its_task_away() -> None:
    told = passage(
        events_of(*BEGUN, ("element.passed", "late", {}), ("task.opened", "call", {"positions": ["B"]})),
        small_route(),
    )
    assert [moment.open for moment in told.moments[2:]] == [(("write", 1),), (), (("call", 1),)]
    assert told.spans["write", 1].outcome is None and told.spans["write", 1].closed_seq == 4
    assert told.states(5)[0]["f3"] == "walked"


def test_a_case_is_held_up_goes_on_and_is_called_off() -> None:
    told = passage(
        events_of(
            *BEGUN,
            ("instance.suspended", None, {"reason": "x"}),
            ("task.reassigned", "write", {"positions": ["C", "D"], "reason": "organisation"}),
            ("instance.resumed", None, {}),
            ("instance.cancelled", None, {"state": "cancelled"}),
        ),
        small_route(),
    )
    assert [moment.state for moment in told.moments] == [
        "running", "running", "running", "suspended", "suspended", "running", "cancelled",
    ]  # fmt: skip
    span = told.spans["write", 1]
    assert (span.positions_at(4), span.positions_at(5)) == (("A",), ("C", "D"))
    assert told.moments[-1].open == () and span.closed_seq == 7


def test_a_case_set_right_runs_again_or_stays_suspended() -> None:
    told = passage(
        events_of(
            *BEGUN,
            ("incident.raised", None, {"state": "incident"}),
            ("instance.set_right", None, {"state": "running"}),
            ("instance.suspended", None, {"state": "suspended"}),
            ("instance.set_right", None, {"state": "suspended"}),
        ),
        small_route(),
    )
    assert [moment.state for moment in told.moments[3:]] == ["incident", "running", "suspended", "suspended"]
    at = [moment.at for moment in told.moments]
    assert told.held() == [(at[3], at[4]), (at[5], None)]


def test_time_in_which_a_case_was_held_up_is_no_time_of_its_steps() -> None:
    route = small_route()
    due = replace(route.elements["write"], due=Due("PT2H"))
    route = replace(route, elements={**route.elements, "write": due})
    decided = ("task.decided", "write", {"outcome": "submit"})
    pauses = ("instance.suspended", None, {}), ("instance.resumed", None, {}), ("incident.raised", None, {})

    def time(*facts: tuple[str, str | None, Mapping[str, Any]]) -> tuple[int, int, int | None]:
        told = passage(events_of(*BEGUN, *facts), route)
        spans, until = list(told.spans.values()), told.moments[-1].at
        (found,) = step_times(spans, route, lambda _: "Asia/Jakarta", (), until, told.held())
        return found.minutes, found.late, found.level

    # opened at three, each fact an hour after the other
    assert time(*[("task.claimed", "write", {})] * 2, decided) == (180, 1, 3)
    assert time(*pauses[:2], decided) == (120, 0, 2)
    assert time(("task.claimed", "write", {}), pauses[0]) == (120, 0, 2)
    assert time(pauses[2], ("tembusan.read", None, {}), ("instance.set_right", None, {})) == (60, 0, 1)


def test_a_fact_of_a_kind_unknown_here_changes_nothing() -> None:
    events = events_of(*BEGUN, ("something.new", "write", {"positions": []}))
    told = passage(events, small_route())
    assert told.moments[-1].changes == () and told.moments[-1].open == told.moments[-2].open


# --- times ------------------------------------------------------------------------------------


def test_office_hours_between_two_instants() -> None:
    def worked(start: str, end: str) -> float:
        zone, holidays = "Asia/Jakarta", {calendar.date(2026, 11, 25)}
        return (
            calendar.worked(f"2026-11-{start}:00Z", f"2026-11-{end}:00Z", zone, holidays).total_seconds()
            / 3600
        )

    assert worked("23T02:00", "23T05:30") == 3.5
    assert worked("23T08:00", "24T02:00") == 2  # the last hour of Monday, the first of Tuesday
    assert worked("20T12:00", "23T01:00") == 0  # over a weekend
    assert worked("24T01:00", "26T01:00") == 8  # a holiday between
    assert worked("24T05:00", "24T04:00") == 0


@golden_history
def test_a_step_is_past_its_standard_exactly_when_it_was_decided_after_its_target(golden: Golden) -> None:
    route = route_of(golden)
    told = passage(golden.events, route)
    until = golden.events[-1]["at"]
    times = {
        one.element_id: one
        for one in step_times(list(told.spans.values()), route, lambda _: "Asia/Jakarta", (), until)
    }
    assert set(times) == {element for element, _ in told.spans}
    for element, one in times.items():
        own = [span for span in told.spans.values() if span.element_id == element]
        assert one.rounds == len({span.opened_at for span in own})
        assert one.minutes >= one.longest >= 0 and not one.running
        due = route.elements[element].due
        if due is None:
            assert (one.allowed, one.level, one.late) == (None, None, 0)
            continue
        late = 0
        for opened_at in {span.opened_at for span in own}:
            closed = max(span.closed_at or until for span in own if span.opened_at == opened_at)
            late += closed > calendar.add_working(opened_at, due.working, "Asia/Jakarta", ())
        assert one.late == late
        assert one.allowed is not None and one.level is not None
        bounds = (0.0, *BOUNDS, float("inf"))
        part = one.minutes / one.allowed
        assert bounds[one.level - 1] <= part <= bounds[one.level], (element, part)
