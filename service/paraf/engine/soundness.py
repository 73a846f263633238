"""Whether every case of a route can come to a proper end, found out by playing all of them.

Knows how the states of the token game are searched, nearest first, so that the walk shown with a
fault is the shortest; must not know BPMN files or the engine. Which values a case can bring is said
in `possible_values.py`, which orders of parallel branches need not be tried in `independence.py`.

The faults: a case stands still (`deadlock`), a token comes twice over one flow of a join or two stand
on one step (`lost_token`), an end is reached with work left (`work_left`), a step can never happen
(`never_happens`), no way leads to an end any more (`livelock`), a gateway has no open flow (`stuck`).
A step drawn for another value of an option can happen. What a non-interrupting event sends out runs
beside the case and may end by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from paraf.domain.route import Element, Finding, Kind, PathStep, Route
from paraf.engine.independence import Independence
from paraf.engine.possible_values import TooManyValues
from paraf.engine.token_game import State
from paraf.engine.walked_game import Act, Key, Result, Walk
from paraf.language import N_

MOST_STATES: Final = 200_000
MOST_SECONDS: Final = 30.0
SHORTEST_STATES: Final = 2_000
TOO_MANY_STATES: Final = N_(
    "Whether every case comes to an end is not decided: the route has too many states to try them all."
)
TOO_LONG: Final = N_(
    "Whether every case comes to an end is not decided: the time for trying all states was over."
)
TOO_MANY_VALUES: Final = N_(
    "Whether every case comes to an end is not decided: conditions compare too many values to try them all."
)
FAULTY: Final = N_(
    "Whether every case comes to an end is not decided: the route cannot be played before its other faults are mended."
)


@dataclass(frozen=True, slots=True)
class Soundness:
    """What the search gave. When `decided` is False, `bound` (a msgid) names what kept it from an
    end; the findings so far stand all the same. `states` is the number of states looked at."""

    decided: bool
    states: int
    bound: str | None
    findings: tuple[Finding, ...]


def check_soundness(
    route: Route,
    called: Mapping[str, Route] | None = None,
    *,
    most_states: int = MOST_STATES,
    seconds: float = MOST_SECONDS,
    file: str = "route.bpmn",
    clock: Callable[[], float] = time.perf_counter,
) -> Soundness:
    """Play every case of a route that was read without faults. Never longer than `seconds` by
    `clock`, and never more than `most_states` states."""
    until = clock() + seconds
    search = _Search(Walk(route, called or {}), most_states, until, clock)
    bound = search.run()
    findings = _shortened(search.faults.all(file), route, called or {}, until, clock)
    if bound is None:
        findings += search.livelocks(file)
        missing = search.never_reached()
        if missing:
            drawn = _Search(Walk(route, called or {}, free_options=True), most_states, until, clock)
            bound = drawn.run()
            if bound is None:
                findings += search.never_happens(file, [e for e in missing if e.id not in drawn.first])
    return Soundness(bound is None, len(search.states), bound, findings)


def _shortened(
    findings: tuple[Finding, ...],
    route: Route,
    called: Mapping[str, Route],
    until: float,
    clock: Callable[[], float],
) -> tuple[Finding, ...]:
    """The findings with the shortest walks there are: what the other branches do beside is left out by
    a search in every order, as far as it comes in a few states."""
    if not findings:
        return ()
    whole = _Search(Walk(route, called), SHORTEST_STATES, until, clock, every_order=True)
    whole.run()
    found = dict(whole.faults.found)
    shorter: list[Finding] = []
    for finding in findings:
        other = found.get((finding.rule, finding.element), finding)
        shorter.append(replace(finding, path=min(finding.path, other.path, key=len)))
    return tuple(shorter)


@dataclass(slots=True)
class _Node:
    """A state with the way that led to it first."""

    state: State
    parent: int
    steps: tuple[PathStep, ...]


class _Search:
    def __init__(
        self,
        walk: Walk,
        most_states: int,
        until: float,
        clock: Callable[[], float],
        every_order: bool = False,
    ) -> None:
        self.walk = walk
        self.every_order = every_order
        self.most_states = most_states
        self.until = until
        self.clock = clock
        self.numbers: dict[Key, int] = {}
        self.states: list[_Node] = []
        self.edges: list[tuple[int, int]] = []
        self.final: set[int] = set()
        self.faulty: set[int] = set()
        self.first: dict[str, tuple[int, tuple[PathStep, ...]]] = {}
        self.beside = _beside(walk)
        self.independence = Independence(walk, self.beside)
        self.faults = _Faults(self)

    def run(self) -> str | None:
        """Search; gives what stopped the search, or None when all has been seen."""
        try:
            for result in self.walk.starts():
                self._take(-1, result)
            here = 0
            while here < len(self.states):
                if len(self.states) > self.most_states:
                    return TOO_MANY_STATES
                if self.clock() > self.until:
                    return TOO_LONG
                if here not in self.final:
                    self._expand(here)
                here += 1
        except TooManyValues:
            return TOO_MANY_VALUES
        return None

    def _expand(self, here: int) -> None:
        """Look at what can happen in a state: first one unit that nobody else can meet. If that leads
        only to states looked at before, the others would be put off for ever: then all are tried."""
        state = self.states[here].state
        acts = list(self.walk.acts(state))
        alone = len(acts) > 1 and not self.every_order
        units = self.independence.alone(state) if alone else []
        grouped: dict[str, list[Act]] = {}
        for act in acts if units else ():
            grouped.setdefault(self.independence.unit_of(state, act), []).append(act)
        free = [unit for unit in units if unit in grouped]
        if not free:
            self._play(here, state, acts)
            return
        chosen = grouped.pop(min(free, key=lambda unit: self.independence.order[grouped[unit][0].element]))
        if not self._play(here, state, chosen):
            self._play(here, state, [act for group in grouped.values() for act in group])

    def _play(self, here: int, state: State, acts: Iterable[Act]) -> bool:
        """Whether any of the acts led to a state that is still to be looked at."""
        fresh = False
        for act in acts:
            for result in self.walk.results(state, act):
                fresh = self._take(here, result) or fresh
        return fresh

    def _take(self, here: int, result: Result) -> bool:
        for element in result.reached:
            self.first.setdefault(element, (here, result.steps))
        if self.faults.note(here, result):
            self.faulty.add(here)
        if result.state is None or result.doubled:
            return False
        state = result.state
        if self.faults.piled_up(here, result.steps, state):
            self.faulty.add(here)
            return False
        key = self.walk.key(state)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.states)
            self.states.append(_Node(state, here, result.steps))
            if state["over"]:
                self.final.add(number)
        if here >= 0:
            self.edges.append((here, number))
        return number > here

    def path(self, here: int, steps: tuple[PathStep, ...]) -> tuple[PathStep, ...]:
        """The walk from the start to a state and these steps on."""
        parts = [steps]
        while here >= 0:
            parts.append(self.states[here].steps)
            here = self.states[here].parent
        return tuple(step for part in reversed(parts) for step in part)

    # What only the whole shows ---------------------------------------------------------------------

    def livelocks(self, file: str) -> tuple[Finding, ...]:
        """The nearest state from which no end and no other fault can be reached."""
        back: dict[int, list[int]] = {}
        for source, target in self.edges:
            back.setdefault(target, []).append(source)
        home, waiting = set(self.final | self.faulty), [*self.final, *self.faulty]
        while waiting:
            for source in back.get(waiting.pop(), ()):
                if source not in home:
                    home.add(source)
                    waiting.append(source)
        lost = next((number for number in range(len(self.states)) if number not in home), None)
        if lost is None:
            return ()
        node = self.states[lost]
        element = self._standing(node.state)
        found = Finding(
            file,
            element.line,
            element.id,
            "error",
            "livelock",
            N_("From here the case can go on, but never comes to an end"),
            {},
            self.path(node.parent, node.steps),
        )
        return (found,)

    def _standing(self, state: State) -> Element:
        held = [*state["tasks"], *state["timers"]]
        return self.walk.game.elements[held[0]["element"]]

    def never_reached(self) -> list[Element]:
        """Elements no token came to, those behind another fault left out: they wait for its mending."""
        behind: set[str] = set()
        waiting = [element for _, element in self.faults.found]
        while waiting:
            element = waiting.pop()
            if element not in behind:
                behind.add(element)
                waiting += [flow.target for flow in self.walk.game.out[element]]
        elements = self.walk.route.elements.values()
        return [e for e in elements if e.id not in self.first and e.id not in behind]

    def _way_to(self, element: str) -> tuple[PathStep, ...]:
        """The walk by which a token came to an element first, that element included."""
        here, steps = self.first[element]
        place = next((n for n, step in enumerate(steps, 1) if step.element == element), 0)
        if place:
            return self.path(here, steps[:place])
        return (*self.path(here, steps), PathStep(element))

    def never_happens(self, file: str, missing: list[Element]) -> tuple[Finding, ...]:
        """Each of these can never happen; the walk leads to the nearest element before it."""
        findings = []
        for element in missing:
            before = [flow.source for flow in self.walk.route.incoming(element.id)]
            before += [element.attached_to] if element.attached_to else []
            shown = min((self._way_to(one) for one in before if one in self.first), key=len, default=())
            findings.append(
                Finding(
                    file,
                    element.line,
                    element.id,
                    "error",
                    "never_happens",
                    N_("This can never happen: no decision and no answer leads here"),
                    {},
                    shown,
                )
            )
        return tuple(findings)


class _Faults:
    """The faults of single steps, each told once with the first walk that shows it."""

    def __init__(self, search: _Search) -> None:
        self.search = search
        self.walk = search.walk
        self.found: dict[tuple[str, str], Finding] = {}

    def all(self, file: str) -> tuple[Finding, ...]:
        return tuple(
            Finding(file, f.line, f.element, f.severity, f.rule, f.message, f.values, f.path)
            for f in self.found.values()
        )

    def note(self, here: int, result: Result) -> bool:
        """Add what went wrong in a step; whether anything did."""
        before = len(self.found), bool(result.doubled or result.stopped)
        for join, _flow in result.doubled:
            self._add(here, result.steps, "lost_token", join, _TWICE_ON_A_FLOW)
        for end in result.left_behind if result.stopped is None and result.state is not None else ():
            left = self._left(result.state) if result.state else []
            if end not in self.search.beside and left:
                names = ", ".join(self._name(element) for element in left)
                self._add(here, result.steps, "work_left", end, _WORK_LEFT, left=names)
        if result.stopped == "choice":
            self._add(here, result.steps, "stuck", self.walk.game.no_way or "", _NO_FLOW)
        elif result.stopped == "restless":
            self._add(here, result.steps, "restless_loop", result.reached[-1], _RESTLESS)
        elif result.stopped == "still":
            for join in result.waiting:
                steps = (*result.steps, PathStep(join))
                self._add(here, steps, "deadlock", join, _STANDS_STILL)
        return before[1] or len(self.found) > before[0]

    def piled_up(self, here: int, steps: tuple[PathStep, ...], state: State) -> bool:
        """Whether a step is open for more tokens than can be told apart; two are told as a fault."""
        tokens: dict[tuple[str, str], int] = {}
        for held in state["hosts"].values():
            where = (held["scope"], held["element"])
            tokens[where] = tokens.get(where, 0) + 1
        for (_, element), count in tokens.items():
            if count > 1 and element not in self.search.beside:
                self._add(here, steps, "lost_token", element, _TWICE_OPEN)
        return any(count > 2 for count in tokens.values())

    def _left(self, state: State) -> list[str]:
        """Where work is left that is not only beside the case."""
        held = [*state["tasks"], *state["timers"]]
        places = [task["element"] for task in held]
        places += [self.walk.game.flow_of[flow].target for _, flow in state["arrivals"]]
        return [e for e in dict.fromkeys(places) if e not in self.search.beside]

    def _name(self, element: str) -> str:
        return self.walk.game.elements[element].name or element

    def _add(
        self, here: int, steps: tuple[PathStep, ...], rule: str, element_id: str, message: str, **values: object
    ) -> None:
        if (rule, element_id) in self.found:
            return
        element = self.walk.game.elements[element_id]
        path = self.search.path(here, steps)
        self.found[rule, element_id] = Finding(
            "", element.line, element_id, "error", rule, message, values, path
        )


_TWICE_ON_A_FLOW = N_("A second token comes to this join over the same flow and is lost")
_TWICE_OPEN = N_("Two tokens can stand here at once: what was forked is not joined before")
_WORK_LEFT = N_("This end can be reached while work is left at: {left}")
_NO_FLOW = N_("A case can come here and find no flow open")
_RESTLESS = N_("A loop through here never waits for anybody")
_STANDS_STILL = N_("The case stands still: this join waits for a token that can never come")


def _beside(walk: Walk) -> frozenset[str]:
    """Elements that only tokens of non-interrupting events come to."""
    main: set[str] = set()
    waiting = [e.id for e in walk.game.elements.values() if e.kind in (Kind.START, Kind.MESSAGE_START)]
    while waiting:
        element = waiting.pop()
        if element not in main:
            main.add(element)
            waiting += [flow.target for flow in walk.game.out[element]]
            waiting += [event.id for event in walk.game.events[element] if event.interrupting]
    return frozenset(set(walk.game.elements) - main)
