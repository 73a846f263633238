"""The course of a case over its route: what is done, what is open, what lies ahead and for how long.

Knows the route as a graph and the tasks of a case; must not know who asks. A step ahead is certain
when every way on to the decree goes through it; the standard times of the certain ones make the
expected end (INT-05: a target reminds, it decides nothing).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from paraf.domain import calendar
from paraf.domain.route import Context, Element, Kind, Route
from paraf.engine.expressions import compile_condition
from paraf.storage.cases import CaseRow, TaskRow

GOOD_ENDS = ("set", "kept")


@dataclass(frozen=True, slots=True)
class Course:
    """The route of one case with the ways that its constants leave open."""

    route: Route
    ways: Mapping[str, tuple[str, ...]]


def course_of(route: Route, case: CaseRow) -> Course:
    """The ways on from each element that options, case constants and the round of the review do not
    rule out; a draft that is handed on is taken to be complete."""
    known: dict[str, Context] = {
        **json.loads(case.pinned),
        "naskah_complete": {"complete": True, "round": case.review_round},
    }
    ways: dict[str, list[str]] = {}
    for flow in route.flows.values():
        if flow.condition is None or _may_hold(flow.condition, known):
            ways.setdefault(flow.source, []).append(flow.target)
    return Course(route, {source: tuple(targets) for source, targets in ways.items()})


def _may_hold(text: str, known: Mapping[str, Context]) -> bool:
    condition = compile_condition(text)
    if any(name.split(".")[0] not in known for name in condition.names):
        return not _ruled_out(text, known)
    return bool(condition(known))


def _ruled_out(text: str, known: Mapping[str, Context]) -> bool:
    """Whether one of the parts joined by `and` is known and false."""
    if " or " in text:
        return False
    return any(
        all(name.split(".")[0] in known for name in part.names) and not part(known)
        for part in (compile_condition(piece) for piece in text.split(" and "))
    )


def steps_of(course: Course, tasks: Sequence[TaskRow], running: bool) -> list[dict[str, Any]]:
    """Every step of a person, in the order of the route: id, name, lane, role, cites, state
    (done, open, ahead, skipped), certain, visits, standard time, and the newest task of it."""
    route = course.route
    by_element: dict[str, list[TaskRow]] = {}
    for task in tasks:
        by_element.setdefault(task.element_id, []).append(task)
    open_elements = {task.element_id for task in tasks if task.state == "open"}
    ahead = certain_ahead(course, open_elements) if running else frozenset()
    reachable = _reachable(course, open_elements) if running else frozenset()
    lanes = {lane.id: lane.name for lane in route.lanes}
    steps = []
    for element in route.elements.values():
        if not element.is_person:
            continue
        own = by_element.get(element.id, [])
        steps.append(
            {
                "id": element.id,
                "name": element.name,
                "lane": lanes.get(element.lane or "", ""),
                "role": element.role,
                "documentation": element.documentation,
                "cites": list(element.cites),
                "state": _state(element, own, open_elements, reachable),
                "certain": element.id in ahead,
                "visits": max((task.visit for task in own), default=0),
                "standard_time": element.due.working if element.due else None,
                "tasks": own,
            }
        )
    return steps


def _state(
    element: Element, own: Sequence[TaskRow], open_elements: Collection[str], reachable: Collection[str]
) -> str:
    if element.id in open_elements:
        return "open"
    done = [task for task in own if task.state == "done"]
    if done and not (done[-1].outcome == "return" and element.id in reachable):
        return "done"
    return "ahead" if element.id in reachable else "skipped"


def expected_end(
    course: Course,
    tasks: Sequence[TaskRow],
    now: str,
    zone: str,
    holidays: Mapping[date, str],
) -> str | None:
    """When the case would end if every certain step took its standard time from now on."""
    open_elements = {task.element_id for task in tasks if task.state == "open"}
    if not open_elements:
        return None
    ahead = certain_ahead(course, open_elements)
    at = now
    for element in course.route.elements.values():
        if element.due is not None and (element.id in ahead or element.id in open_elements):
            at = calendar.add_working(at, element.due.working, zone, holidays)
    return at


def certain_ahead(course: Course, open_elements: Collection[str]) -> frozenset[str]:
    """Person steps, not open now, that every way from the open steps to a good end goes through."""
    route = course.route
    goals = [e.id for e in route.elements.values() if e.kind is Kind.END and e.id in GOOD_ENDS]
    if not goals:
        return frozenset()
    found = set()
    for element in route.elements.values():
        if not element.is_person or element.id in open_elements:
            continue
        reached = _reachable(course, open_elements, without=element.id)
        if not any(goal in reached for goal in goals):
            found.add(element.id)
    return frozenset(found)


def _reachable(course: Course, sources: Collection[str], without: str | None = None) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(sources)
    while waiting:
        for target in course.ways.get(waiting.pop(), ()):
            if target != without and target not in seen:
                seen.add(target)
                waiting.append(target)
    return frozenset(seen)


def picture_states(tasks: Sequence[TaskRow], passed: Collection[str]) -> dict[str, str]:
    """Element id -> done, open, passed, as the picture of the route marks it."""
    states = dict.fromkeys(passed, "passed")
    for task in tasks:
        if task.state == "open":
            states[task.element_id] = "open"
        elif states.get(task.element_id) != "open":
            states[task.element_id] = "returned" if task.outcome == "return" else "done"
    return states
