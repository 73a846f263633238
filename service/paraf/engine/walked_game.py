"""The token game as an explorer walks it: every way a step can turn out, states that can be compared.

Knows how a state of `token_game.py` is copied, cut down to what its future depends on, and named;
must not know in which order states are looked at (`soundness.py`). The moves are those of the game
itself: this class only watches, answers what the outside would, and lets any timer fire at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from paraf.domain.moves import Move, Passed
from paraf.domain.route import PERSON_KINDS, Element, Flow, Kind, PathStep, Route, Scalar
from paraf.engine.possible_values import PossibleValues, Values
from paraf.engine.token_game import Game, Refused, State

AT: Final = "2026-01-05T02:00:00.000000Z"
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can happen in a state: a decision on a task, or an event. `unit` is the part of
    the case it belongs to, see `independence.py`."""

    element: str
    visit: int
    context: Values | None
    timer: State | None = None


@dataclass(slots=True)
class Result:
    """What came of an act. `state` is None when the game refused to go on; `stuck` then says where."""

    state: State | None
    steps: tuple[PathStep, ...]
    reached: tuple[str, ...]
    stopped: str | None = None
    doubled: tuple[tuple[str, str], ...] = ()
    left_behind: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


class Asked:
    """The outside, answering the n-th question as a script says; what the script leaves open gets
    the first answer, and the number of answers is noted."""

    def __init__(self, values: PossibleValues) -> None:
        self.values = values
        self.script: list[int] = []
        self.widths: list[int] = []

    def choose(self, width: int) -> int:
        place = len(self.widths)
        self.widths.append(width)
        if place == len(self.script):
            self.script.append(0)
        return self.script[place]

    def answer(self, name: str) -> Mapping[str, Scalar]:
        found = self.values.answers(name)
        return found[self.choose(len(found))]

    def members(self, set_name: str) -> Sequence[str]:
        sizes = self.values.sizes(set_name)
        return [str(n) for n in range(sizes[self.choose(len(sizes))])]

    def next_script(self) -> bool:
        """Go on to the next way of answering; False when all have been tried."""
        self.script = self.script[: len(self.widths)]
        while self.script and self.script[-1] + 1 >= self.widths[len(self.script) - 1]:
            self.script.pop()
        if not self.script:
            return False
        self.script[-1] += 1
        return True


@dataclass(slots=True)
class Walk:
    """The game of one route with what its states may forget. With `free_options` a condition that
    reads options is open both ways: what is drawn for another value of an option can happen too."""

    route: Route
    called: Mapping[str, Route]
    free_options: bool = False
    values: PossibleValues = field(init=False)
    game: WatchedGame = field(init=False)
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.values = PossibleValues([self.route, *self.called.values()])
        self.game = WatchedGame(self.route, self.called, self.values, self.free_options)
        self.memory = Memory(self.game, self.values)

    # Moving --------------------------------------------------------------------------------------

    def starts(self) -> Iterator[Result]:
        """Every way a case can begin."""
        for case in self.values.cases():
            yield from self._every_way(lambda asked, case=case: self.game.start(AT, case, asked), None)

    def acts(self, state: State) -> Iterator[Act]:
        """Everything that can happen in a state. Two decisions that no condition tells apart are one."""
        seen: set[tuple[Any, ...]] = set()
        for task in state["tasks"]:
            element = self.game.elements[task["element"]]
            others = sum(t["host"] == task["host"] for t in state["tasks"]) > 1
            if task["closer"] and others:
                continue
            where = (task["host"], task["closer"])
            if where in seen:
                continue
            seen.add(where)
            scope = self._known(state, task["scope"])
            told: set[str] = set()
            for context in self.values.decisions(element, task["closer"]):
                if not self._offered(element, str(context["outcome"]), scope):
                    continue
                shown = self.values.projected(element.id, context)
                if element.each:
                    shown = {**shown, "counted": context["outcome"]} if self.counted(element) else shown
                name = repr(sorted(shown.items()))
                if name not in told:
                    told.add(name)
                    yield Act(element.id, task["visit"], context)
        for timer in state["timers"]:
            element = self.game.elements[timer["element"]]
            if element.timer or element.kind is Kind.MESSAGE_CATCH:
                yield Act(element.id, timer["number"], None, timer)

    def _known(self, state: State, scope: str) -> Mapping[str, Any]:
        contexts = state["scopes"][scope]["contexts"]
        return {**contexts, "case": state["case"], "option": state["option"]}

    def _offered(self, element: Element, outcome: str, scope: Mapping[str, Any]) -> bool:
        if not self.free_options:
            return self.values.offered(element, outcome, scope)
        condition = self.values.offers.get((element.id, outcome))
        if condition is None:
            return True
        return any(condition({**scope, "option": option}) is True for option in self.game.options(condition.names))

    def results(self, state: State, act: Act) -> Iterator[Result]:
        """Every way an act can turn out."""

        def moves(asked: Asked) -> tuple[Move, ...]:
            self.game.state = copied(state)
            if act.context is None:
                timer = next(t for t in self.game.state["timers"] if _is_same(t, act.timer or {}))
                timer["due"] = AT if timer["due"] else timer["due"]
                return self.game.fire(AT, act.element, act.visit, asked)
            return self.game.complete(AT, act.element, act.visit, act.context, asked)

        yield from self._every_way(moves, act)

    def _every_way(self, moves: Any, act: Act | None) -> Iterator[Result]:
        asked = Asked(self.values)
        self.game.asked = asked
        while True:
            asked.widths = []
            self.game.watch()
            try:
                made: tuple[Move, ...] = moves(asked)
                stopped = None
            except Refused:
                made, stopped = tuple(self.game.moves), self.game.why_refused()
            yield self._result(act, made, stopped)
            if not asked.next_script():
                return

    def _result(self, act: Act | None, made: tuple[Move, ...], stopped: str | None) -> Result:
        game = self.game
        steps: list[PathStep] = []
        if act is not None and act.context is not None:
            steps.append(PathStep(act.element, game.only_flow(act.element), str(act.context["outcome"])))
        for move in made:
            if isinstance(move, Passed):
                steps.append(PathStep(move.element, move.flow or game.only_flow(move.element)))
        left = tuple(e for e, scope in game.ended if stopped or scope in game.state["scopes"])
        waiting = tuple(dict.fromkeys(game.flow_of[flow].target for _, flow in game.state["arrivals"]))
        state = None
        if stopped is None:
            state = game.state
            self.forget(state)
        return Result(state, tuple(steps), tuple(game.reached), stopped, tuple(game.doubled), left, waiting)

    # States --------------------------------------------------------------------------------------

    def counted(self, element: Element) -> bool:
        """Whether a condition reads how many of a multi-instance decided one way."""
        return bool(self.values.fields.get(element.id, set()) & {o.id for o in element.outcomes})

    def forget(self, state: State) -> None:
        """Take away what no condition ahead can read, and what only tells times and numbers."""
        standing: dict[str, set[str]] = {scope: set() for scope in state["scopes"]}
        for held in (*state["hosts"].values(), *state["timers"]):
            standing[held["scope"]].add(held["element"])
        arrived: dict[str, set[str]] = {scope: set() for scope in state["scopes"]}
        for scope, flow in state["arrivals"]:
            arrived[scope].add(flow)
        for scope_id, scope in state["scopes"].items():
            places, flows = frozenset(standing[scope_id]), frozenset(arrived[scope_id])
            scope["contexts"] = {
                head: self.values.projected(head, context)
                for head, context in scope["contexts"].items()
                if self.memory.is_read(head, places, flows)
            }
        for host in state["hosts"].values():
            element = self.game.elements[host["element"]]
            if host["counts"] and not self.counted(element):
                host["counts"] = {}
            if host["context"] is not None:
                host["context"] = self.values.projected(element.id, host["context"])
        for timer in state["timers"]:
            if timer["left"] is not None:
                timer["left"] = min(timer["left"], 2)
            timer["due"] = AT if timer["due"] else timer["due"]

    def key(self, state: State) -> Key:
        """A name that two states share exactly when their futures are alike."""
        if state["over"]:
            return ("over",)
        inner: dict[str, list[str]] = {}
        for scope_id, scope in state["scopes"].items():
            if scope["host"] is not None:
                inner.setdefault(scope["host"], []).append(scope_id)
        root = next(s for s, scope in state["scopes"].items() if scope["host"] is None)
        return (tuple(sorted(state["case"].items(), key=repr)), self._scope_key(state, root, inner))

    def _scope_key(self, state: State, scope_id: str, inner: Mapping[str, list[str]]) -> Key:
        contexts = tuple(
            (head, tuple(sorted(context.items(), key=repr)))
            for head, context in sorted(state["scopes"][scope_id]["contexts"].items())
        )
        parts: list[Key] = [("a", flow) for scope, flow in state["arrivals"] if scope == scope_id]
        races: dict[str, list[str]] = {}
        on_host: dict[str, list[tuple[str, int]]] = {}
        for timer in state["timers"]:
            if timer["scope"] != scope_id:
                continue
            if timer["host"] is not None:
                on_host.setdefault(timer["host"], []).append((timer["element"], timer["left"] or 0))
            else:
                races.setdefault(timer["race"] or f"{timer['element']} alone", []).append(timer["element"])
        parts += [("r", *sorted(race)) for race in races.values()]
        for host_id, host in state["hosts"].items():
            if host["scope"] != scope_id:
                continue
            open_tasks = sum(t["host"] == host_id for t in state["tasks"])
            scopes = sorted((self._scope_key(state, s, inner) for s in inner.get(host_id, ())), key=repr)
            made = host["context"]
            context = None if made is None else tuple(sorted(made.items(), key=repr))
            counts = tuple(sorted(host["counts"].items()))
            parts.append(
                ("h", host["element"], open_tasks, len(host["items"]), context, counts)
                + (tuple(sorted(on_host.get(host_id, ()))), tuple(scopes))
            )
        return (contexts, tuple(sorted(parts, key=repr)))


class WatchedGame(Game):
    """The token game with conditions compiled once, noting where tokens come and what goes wrong."""

    def __init__(
        self, route: Route, called: Mapping[str, Route], values: PossibleValues, free_options: bool
    ) -> None:
        super().__init__(route, called)
        self.values = values
        self.free_options = free_options
        self.flow_of: dict[str, Flow] = {
            flow.id: flow for known in self.routes.values() for flow in known.flows.values()
        }
        self.asked = Asked(values)
        self.watch()

    def watch(self) -> None:
        """Begin to note anew."""
        self.reached: list[str] = []
        self.ended: list[tuple[str, str]] = []
        self.doubled: list[tuple[str, str]] = []
        self.no_way: str | None = None

    def only_flow(self, element: str) -> str | None:
        flows = self.out[element]
        return flows[0].id if len(flows) == 1 else None

    def why_refused(self) -> str:
        """`choice` (a gateway without an open flow), `restless` (a loop that never waits) or `still`
        (nobody and nothing is waited for)."""
        return "choice" if self.no_way else "restless" if self.stack else "still"

    def options(self, names: frozenset[str]) -> list[Values]:
        read = [name.partition(".")[2] for name in names if name.startswith("option.")]
        return self.values.option_cases(read)

    def _reach(self, element_id: str, scope: str) -> None:
        self.reached.append(element_id)
        super()._reach(element_id, scope)

    def _ring(self, timer: State) -> None:
        self.reached.append(timer["element"])
        super()._ring(timer)

    def _joined(self, flow: Flow, scope: str) -> bool:
        if [scope, flow.id] in self.state["arrivals"]:
            self.doubled.append((flow.target, flow.id))
        self.reached.append(flow.target)
        return super()._joined(flow, scope)

    def _reach_end(self, element: Element, scope: str) -> None:
        if element.kind is Kind.END:
            self.ended.append((element.id, scope))
        super()._reach_end(element, scope)

    def _choose(self, element: Element, scope: str) -> Flow:
        contexts = self.state["scopes"][scope]["contexts"]
        if element.answer:
            contexts[element.answer] = self._ask(element.answer)
        flows = self.out[element.id]
        if len(flows) == 1:
            return flows[0]
        known = {**contexts, "case": self.state["case"], "option": self.state["option"]}
        chosen = self._open_flows(element, flows, known)
        if not chosen:
            self.no_way = element.id
            raise Refused(f"no way on from {element.id}")
        return chosen[self.asked.choose(len(chosen))] if len(chosen) > 1 else chosen[0]

    def _open_flows(self, element: Element, flows: list[Flow], known: Mapping[str, Any]) -> list[Flow]:
        """The flow that is taken; with free options each that could be."""
        conditions = {flow.id: self.values.conditions.get(flow.id) for flow in flows}
        names = frozenset(name for c in conditions.values() if c is not None for name in c.names)
        options = self.options(names) if self.free_options else [known["option"]]
        found: dict[str, Flow] = {}
        for option in options:
            scope = {**known, "option": option}
            for flow in flows:
                condition = conditions[flow.id]
                if condition is not None and flow.id != element.default_flow and condition(scope) is True:
                    found.setdefault(flow.id, flow)
                    break
            else:
                default = next((flow for flow in flows if flow.id == element.default_flow), None)
                if default is not None:
                    found.setdefault(default.id, default)
        return list(found.values())


class Memory:
    """Which decisions, answers and tables a condition ahead can still read before they are made anew."""

    def __init__(self, game: WatchedGame, values: PossibleValues) -> None:
        self.game = game
        self.readers: dict[str, set[str]] = {}
        for element in game.elements.values():
            conditions = [values.conditions.get(flow.id) for flow in game.out[element.id]]
            conditions += [values.offers.get((element.id, outcome.id)) for outcome in element.outcomes]
            for name in {name for c in conditions if c is not None for name in c.names}:
                self.readers.setdefault(name.partition(".")[0], set()).add(element.id)
        self._known: dict[tuple[str, frozenset[str], frozenset[str]], bool] = {}

    def is_read(self, head: str, places: frozenset[str], arrived: frozenset[str]) -> bool:
        """Whether tokens on these elements and flows can come to a reader of `head` while none goes
        through what writes it. A join opens when tokens can come on all its flows."""
        if head not in self.readers:
            return False
        asked = (head, places, arrived)
        if asked not in self._known:
            self._known[asked] = self._search(head, places, arrived)
        return self._known[asked]

    def _search(self, head: str, places: frozenset[str], arrived: frozenset[str]) -> bool:
        readers = self.readers[head]
        seen, flows, waiting = set(places), set(arrived), list(places)
        while waiting:
            element = self.game.elements[waiting.pop()]
            if element.id in readers and element.answer != head:
                return True
            leaving = [] if self._writes(element, head) else list(self.game.out[element.id])
            for event in self.game.events[element.id]:
                leaving += self.game.out[event.id]
            for flow in leaving:
                flows.add(flow.id)
                target = self.game.elements[flow.target]
                if target.kind is Kind.PARALLEL and any(
                    into.id not in flows for into in self.game.into[target.id]
                ):
                    continue
                if target.id not in seen:
                    seen.add(target.id)
                    waiting.append(target.id)
        return False

    def _writes(self, element: Element, head: str) -> bool:
        if element.answer == head:
            return True
        return element.id == head and (element.kind in PERSON_KINDS or element.kind is Kind.RULE)


def copied(state: State) -> State:
    """A state that can be played on without harm to the other."""
    return {
        **state,
        "visits": dict(state["visits"]),
        "armed": dict(state["armed"]),
        "tasks": list(state["tasks"]),
        "arrivals": list(state["arrivals"]),
        "timers": [dict(timer) for timer in state["timers"]],
        "hosts": {
            h: {**host, "counts": dict(host["counts"]), "items": list(host["items"])}
            for h, host in state["hosts"].items()
        },
        "scopes": {s: {**scope, "contexts": dict(scope["contexts"])} for s, scope in state["scopes"].items()},
    }


def _is_same(timer: State, other: State) -> bool:
    return (timer["element"], timer["number"]) == (other["element"], other["number"])
