"""A case moment by moment, as its facts tell it: after each fact what is open, done, passed, returned.

Knows what a fact does to the picture of a route and to the tasks; must not know names, rights or
rows. Only what a fact changed is kept with it, so that any moment is the fold of the changes before
it and a page can step both ways. Tasks that the engine takes away leave no fact of their own: they
end with the boundary event, the terminating end or the end of the case that took them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paraf.domain.route import Kind, Route
from paraf.domain.standing import HELD

TaskKey = tuple[str, int]
Change = tuple[str, str, int]
"""An element or flow id, its state from now on, and how often it was entered so far."""

OPEN, DONE, RETURNED, PASSED, WALKED = "open", "done", "returned", "passed", "walked"
_STANDING = {
    "instance.suspended": "suspended",
    "instance.resumed": "running",
    "instance.set_right": "running",
    "incident.raised": "incident",
}
_OVER = frozenset({"instance.ended", "instance.withdrawn", "instance.cancelled"})


@dataclass(slots=True)
class Span:
    """One task from its opening to its end; `round` counts how often its step was entered, copies opened
    together being one round. `offered` and `held` are what held from a fact on:
    (number of the fact, positions) and (number, person id or None, position id or None). A task that
    was taken away has an end and no outcome."""

    element_id: str
    visit: int
    round: int
    opened_seq: int
    opened_at: str
    item: str | None
    due_at: str | None
    offered: list[tuple[int, tuple[str, ...]]]
    held: list[tuple[int, str | None, str | None]] = field(default_factory=list)
    closed_seq: int | None = None
    closed_at: str | None = None
    outcome: str | None = None

    @property
    def key(self) -> TaskKey:
        return self.element_id, self.visit

    def positions_at(self, seq: int) -> tuple[str, ...]:
        """Whom it was offered to after fact `seq`."""
        return next(p for number, p in reversed(self.offered) if number <= seq)

    def holder_at(self, seq: int) -> str | None:
        """Who had taken it after fact `seq`."""
        return next((person for number, person, _ in reversed(self.held) if number <= seq), None)


@dataclass(frozen=True, slots=True)
class Moment:
    """The case after fact `seq`: what changed with it, which tasks are open, in which state it is."""

    seq: int
    at: str
    changes: tuple[Change, ...]
    open: tuple[TaskKey, ...]
    state: str


@dataclass(slots=True)
class Passage:
    """A whole history, moment by moment, with every task in the order of their opening."""

    moments: list[Moment] = field(default_factory=list)
    spans: dict[TaskKey, Span] = field(default_factory=dict)

    def states(self, seq: int) -> tuple[dict[str, str], dict[str, int]]:
        """State and number of entries of each element and flow after fact `seq`."""
        states: dict[str, str] = {}
        visits: dict[str, int] = {}
        for moment in self.moments:
            if moment.seq > seq:
                break
            for name, state, count in moment.changes:
                states[name], visits[name] = state, count
        return states, visits

    def held(self) -> list[tuple[str, str | None]]:
        """When nothing could be done in the case, suspended or held up by a fault: from, until (None:
        still)."""
        found: list[tuple[str, str | None]] = []
        for moment in self.moments:
            if found and found[-1][1] is None:
                if moment.state not in HELD:
                    found[-1] = found[-1][0], moment.at
            elif moment.state in HELD:
                found.append((moment.at, None))
        return found


def passage(events: Iterable[Mapping[str, Any]], route: Route) -> Passage:
    """Fold a history into its moments. Facts of kinds not known here change nothing."""
    folding = _Folding(route)
    for event in events:
        folding.take(event)
    return folding.passage


class _Folding:
    """One pass over a history."""

    def __init__(self, route: Route) -> None:
        self.route, self.passage = route, Passage()
        self.open: dict[TaskKey, Span] = {}
        self.state = "running"
        self.states: dict[str, str] = {}
        self.entered: dict[str, int] = {}
        self.last_opened: dict[str, str] = {}
        self.changed: dict[str, None] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        kind, data = event["type"], event["data"]
        self.changed = {}
        match kind:
            case "task.opened":
                self._opened(event, data)
            case "task.claimed":
                self._held(event, event.get("actor"), data.get("position"))
            case "task.released":
                self._held(event, None, None)
            case "task.reassigned":
                self._reassigned(event, data)
            case "task.decided":
                self._close(event, (event["element_id"], event["visit"]), data["outcome"])
            case "element.passed":
                self._passed(event, data)
            case _ if kind in _STANDING:
                self.state = data.get("state") or _STANDING[kind]
            case _ if kind in _OVER:
                for key in list(self.open):
                    self._close(event, key, None)
                self.state = data.get("state") or (
                    "cancelled" if kind == "instance.cancelled" else self.state
                )
        if self.changed:
            self._walk()
        self.passage.moments.append(
            Moment(
                seq=event["seq"],
                at=event["at"],
                changes=tuple((name, self.states[name], self.entered.get(name, 0)) for name in self.changed),
                open=tuple(self.open),
                state=self.state,
            )
        )

    def _mark(self, name: str, state: str) -> None:
        self.states[name] = state
        self.changed[name] = None

    # --- tasks

    def _opened(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        element, seq, at = event["element_id"], event["seq"], event["at"]
        # copies of a step that are opened together are one round of it
        if self.last_opened.get(element) != at:
            self.entered[element] = self.entered.get(element, 0) + 1
            self.last_opened[element] = at
        span = Span(
            element_id=element,
            visit=event["visit"],
            round=self.entered[element],
            opened_seq=seq,
            opened_at=at,
            item=data.get("item"),
            due_at=data.get("due_at"),
            offered=[(seq, tuple(data.get("positions", ())))],
        )
        self.passage.spans[span.key] = self.open[span.key] = span
        self._mark(element, OPEN)

    def _held(self, event: Mapping[str, Any], person_id: str | None, position: str | None) -> None:
        span = self.passage.spans.get((event["element_id"], event["visit"]))
        if span is not None:
            span.held.append((event["seq"], person_id, position))

    def _reassigned(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        if "to" in data:
            self._held(event, data["to"], data.get("position"))
        span = self.passage.spans.get((event["element_id"], event["visit"]))
        if span is not None and "positions" in data:
            span.offered.append((event["seq"], tuple(data["positions"])))

    def _close(self, event: Mapping[str, Any], key: TaskKey, outcome: str | None) -> None:
        span = self.open.pop(key, None)
        if span is None:
            return
        span.closed_seq, span.closed_at, span.outcome = event["seq"], event["at"], outcome
        if outcome is not None and (not span.held or span.held[-1][1] != event.get("actor")):
            span.held.append((event["seq"], event.get("actor"), event["data"].get("position")))
        element = key[0]
        if any(other == element for other, _ in self.open):
            return
        if outcome is None:
            # nobody decided it: what it was before this round, or nothing done
            before = any(
                one.outcome is not None for one in self.passage.spans.values() if one.element_id == element
            )
            self._mark(element, DONE if before else PASSED)
        else:
            self._mark(element, RETURNED if outcome == "return" else DONE)

    # --- what the system passes

    def _passed(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        name = event["element_id"]
        self.entered[name] = self.entered.get(name, 0) + 1
        self._mark(name, PASSED)
        if data.get("flow"):
            self.entered[data["flow"]] = self.entered.get(data["flow"], 0) + 1
            self._mark(data["flow"], WALKED)
        element = self.route.elements.get(name)
        if element is None:
            return
        if element.kind is Kind.BOUNDARY and element.interrupting and element.attached_to:
            self._take_away(event, element.attached_to)
        elif element.kind is Kind.TERMINATE and element.scope:
            self._take_away(event, element.scope)

    def _take_away(self, event: Mapping[str, Any], scope: str) -> None:
        for key in [key for key in self.open if self._within(key[0], scope)]:
            self._close(event, key, None)

    def _within(self, name: str | None, scope: str) -> bool:
        while name is not None:
            if name == scope:
                return True
            element = self.route.elements.get(name)
            name = element.scope if element else None
        return False

    def _walk(self) -> None:
        """Ways out of anything but a choice are walked when both their ends have been reached."""
        for flow in self.route.flows.values():
            if self.states.get(flow.id) == WALKED or flow.target not in self.states:
                continue
            source = self.route.elements[flow.source]
            chosen = source.kind in (Kind.EXCLUSIVE, Kind.EVENT_BASED)
            if not chosen and self.states.get(flow.source) not in (None, OPEN):
                self.entered[flow.id] = 1
                self._mark(flow.id, WALKED)


def rounds(spans: Sequence[Span]) -> dict[str, list[list[Span]]]:
    """The tasks of each element by round: copies opened together are one round."""
    found: dict[str, list[list[Span]]] = {}
    for span in spans:
        own = found.setdefault(span.element_id, [])
        if own and own[-1][0].round == span.round:
            own[-1].append(span)
        else:
            own.append([span])
    return found
