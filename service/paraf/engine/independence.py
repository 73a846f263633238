"""Which part of a case can be looked at alone for now, because nothing else can meet it.

Knows what a step of one token may touch and what all other tokens may ever do without it; must not
know how states are searched (`soundness.py`). Six branches of ten steps between a fork and its join
have millions of states and one story: the order among branches makes no difference as long as none
reads what another writes. A unit is a token of one process with everything that hangs on it: a task
with its events, a sub-process with all that runs inside, an event that is waited for.

A unit may go first alone when, whatever the others do without it: they write nothing its next step
reads, read nothing it writes, come to no element it passes or opens, cannot come to its own flow of
a join nor two of them to another, reach no end, and neither side can end all. What happens behind
a join waits for both and is looked at apart. Where any of this is in doubt the answer is no, and all
orders are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from paraf.domain.route import PERSON_KINDS, Kind
from paraf.engine.token_game import State
from paraf.engine.walked_game import Act, Walk

WAITING: Final = PERSON_KINDS | {Kind.TIMER_CATCH, Kind.MESSAGE_CATCH, Kind.SUBPROCESS, Kind.CALL}
FOR_ALL: Final = frozenset({Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END})


@dataclass(frozen=True, slots=True)
class Unit:
    """`name` tells units of a state apart; `elements` is where it stands: its task or sub-process, or
    the events of its race."""

    name: str
    elements: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Step:
    """What the next step of a unit may touch before any join, and the joins it may come to."""

    passed: frozenset[str]
    opened: frozenset[str]
    joins: frozenset[tuple[str, str]]


class Independence:
    """Answers for one route; what was worked out for a place is kept."""

    def __init__(self, walk: Walk, beside: frozenset[str]) -> None:
        """`beside` are the elements that only run beside the case: their ends leave no work behind."""
        self.walk = walk
        self.game = walk.game
        self.ends = {e.id for e in self.game.elements.values() if e.kind is Kind.END} - beside
        self._alone: dict[Any, list[str]] = {}
        self._steps: dict[frozenset[str], _Step] = {}
        self.order = self._branch_by_branch()

    def _branch_by_branch(self) -> dict[str, int]:
        """The elements in an order in which a branch comes to its end before the next begins. Units
        are taken in it, or loops of several branches would be gone through in every combination."""
        order: dict[str, int] = {}
        starts = [e for e in self.game.elements.values() if not self.game.into[e.id]]
        waiting = [element.id for element in reversed(starts)]
        while waiting:
            element = waiting.pop()
            if element not in order:
                order[element] = len(order)
                waiting += [flow.target for flow in reversed(self.game.out[element])]
        return {**{element: len(order) for element in self.game.elements}, **order}

    def alone(self, state: State) -> list[str]:
        """The names of units each of which may go first alone; empty when all must be tried."""
        scope = self._level(state)
        units = self.units(state, scope)
        if len(units) < 2:
            return []
        arrived = frozenset(flow for where, flow in state["arrivals"] if where == scope)
        known = (tuple(sorted(tuple(sorted(u.elements)) for u in units)), arrived, self._events(state, scope))
        if known not in self._alone:
            self._alone[known] = [
                min(unit.elements) for unit in units if self._may_go_first(unit, units, arrived)
            ]
        chosen = set(self._alone[known])
        return [unit.name for unit in units if min(unit.elements) in chosen]

    def unit_of(self, state: State, act: Act) -> str:
        """The unit an act belongs to, on the level that `alone` looks at."""
        scope = self._level(state)
        if act.timer is not None:
            held: Mapping[str, Any] = act.timer
            if held["host"] is None and held["scope"] == scope:
                return f"race {held['race'] or held['element']}"
        else:
            held = next(
                t for t in state["tasks"] if (t["element"], t["visit"]) == (act.element, act.visit)
            )
        host = held["host"]
        at = held["scope"]
        while at != scope:
            host = state["scopes"][at]["host"]
            if host is None:
                return "outside"
            at = state["hosts"][host]["scope"]
        return f"host {host}"

    def units(self, state: State, scope: str) -> list[Unit]:
        """The units of one process."""
        found = [
            Unit(f"host {host_id}", frozenset({host["element"]}))
            for host_id, host in state["hosts"].items()
            if host["scope"] == scope
        ]
        races: dict[str, set[str]] = {}
        for timer in state["timers"]:
            if timer["scope"] == scope and timer["host"] is None:
                races.setdefault(f"race {timer['race'] or timer['element']}", set()).add(timer["element"])
        return found + [Unit(name, frozenset(elements)) for name, elements in races.items()]

    def _level(self, state: State) -> str:
        """The innermost process that holds every unit there is."""
        scope: str = next(s for s, found in state["scopes"].items() if found["host"] is None)
        while True:
            units = self.units(state, scope)
            inside = [s for s, found in state["scopes"].items() if found["host"] is not None]
            if len(units) != 1 or not units[0].name.startswith("host "):
                return scope
            host = units[0].name.removeprefix("host ")
            below = [s for s in inside if state["scopes"][s]["host"] == host]
            held = state["hosts"][host]
            if len(below) != 1 or held["items"] or self.game.events[held["element"]]:
                return scope
            scope = below[0]

    def _events(self, state: State, scope: str) -> tuple[str, ...]:
        return tuple(sorted(t["element"] for t in state["timers"] if t["scope"] == scope))

    # One unit against all others -------------------------------------------------------------------

    def _may_go_first(self, unit: Unit, units: list[Unit], arrived: frozenset[str]) -> bool:
        step = self._step(unit.elements)
        others = [other for other in units if other is not unit]
        future, flows = self._future([e for other in others for e in other.elements], arrived)
        mine = step.passed | unit.elements
        if (mine | step.opened) & future or any(flow in flows for _, flow in step.joins):
            return False
        if self._ends_for_all(mine) or self._ends_for_all(future) or self.ends & future:
            return False
        if self._is_crowded({join for join, _ in step.joins}, others, arrived):
            return False
        wrote, read = self._writes(mine), self._reads(mine)
        written, asked = self._writes(future), self._reads(future)
        if wrote & (written | asked) or read & written:
            return False
        behind = self._behind(step.joins, flows | arrived)
        if not behind:
            return True
        if self._ends_for_all(behind) or behind & future or self._writes(behind) & (written | asked):
            return False
        targets = {join for join, _ in step.joins}
        return all(self._comes_before(head, others, targets) for head in self._reads(behind) & written)

    def _step(self, elements: frozenset[str]) -> _Step:
        if elements not in self._steps:
            seeds = [flow for element in elements for flow in self.game.out[element]]
            for element in elements:
                for event in self.game.events[element]:
                    seeds += self.game.out[event.id]
            self._steps[elements] = self._silent(seeds, through=frozenset())
        return self._steps[elements]

    def _silent(self, seeds: Iterable[Any], through: frozenset[str]) -> _Step:
        """What tokens on these flows pass until somebody is waited for; joins in `through` open."""
        passed: set[str] = set()
        opened: set[str] = set()
        joins: set[tuple[str, str]] = set()
        waiting = list(seeds)
        while waiting:
            flow = waiting.pop()
            target = self.game.elements[flow.target]
            if target.id in passed or target.id in opened:
                continue
            if target.kind is Kind.PARALLEL and target.id not in through and len(self.game.into[target.id]) > 1:
                joins.add((target.id, flow.id))
                continue
            if target.kind in WAITING:
                opened.add(target.id)
                continue
            passed.add(target.id)
            if target.kind is Kind.EVENT_BASED:
                opened.update(out.target for out in self.game.out[target.id])
            else:
                waiting += self.game.out[target.id]
        return _Step(frozenset(passed), frozenset(opened), frozenset(joins))

    def _behind(self, joins: frozenset[tuple[str, str]], coming: frozenset[str]) -> frozenset[str]:
        """What is passed when these joins open, if all their other flows can come."""
        opening = {
            join
            for join, flow in joins
            if all(into.id == flow or into.id in coming for into in self.game.into[join])
        }
        if not opening:
            return frozenset()
        through = frozenset(e for e, found in self.game.elements.items() if found.kind is Kind.PARALLEL)
        found = self._silent([f for join in opening for f in self.game.out[join]], through)
        return found.passed | found.opened | opening

    def _future(
        self, positions: Iterable[str], arrived: frozenset[str], shut: frozenset[str] = frozenset()
    ) -> tuple[frozenset[str], frozenset[str]]:
        """The elements that tokens standing here, and nobody else, may ever come to, and the flows
        they may take; a join opens when every flow into it is taken or a token stands on it."""
        places = list(positions)
        elements: set[str] = set(places)
        flows: set[str] = set(arrived)
        waiting = list(places)
        while waiting:
            element = waiting.pop()
            leaving = list(self.game.out[element])
            for event in self.game.events[element]:
                elements.add(event.id)
                leaving += self.game.out[event.id]
            for flow in leaving:
                flows.add(flow.id)
                target = self.game.elements[flow.target]
                into = self.game.into[target.id]
                if target.id in shut or (
                    target.kind is Kind.PARALLEL and not all(one.id in flows for one in into)
                ):
                    continue
                if target.id not in elements:
                    elements.add(target.id)
                    waiting.append(target.id)
        return frozenset(elements), frozenset(flows - arrived)

    def _comes_before(self, head: str, others: list[Unit], joins: set[str]) -> bool:
        """Whether what is read behind the joins can only be written on the way to them, by one token."""
        writers = 0
        for other in others:
            elements, flows = self._future(other.elements, frozenset(), frozenset(joins))
            if head not in self._writes(elements):
                continue
            writers += 1
            if not any(into.id in flows for join in joins for into in self.game.into[join]):
                return False
        return writers <= 1

    def _is_crowded(self, joins: set[str], others: list[Unit], arrived: frozenset[str]) -> bool:
        """Whether two of the others may come over one flow of a join: a token could be lost there, or
        not, depending on who comes first."""
        coming = [self._future(other.elements, frozenset(), frozenset(joins))[1] for other in others]
        for flow in (into.id for join in joins for into in self.game.into[join]):
            if sum(flow in flows for flows in coming) + (flow in arrived) > 1:
                return True
        return False

    def _ends_for_all(self, elements: Iterable[str]) -> bool:
        return any(self.game.elements[element].kind in FOR_ALL for element in elements)

    def _writes(self, elements: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for element_id in elements:
            element = self.game.elements[element_id]
            if element.answer:
                found.add(element.answer)
            if element.kind in PERSON_KINDS or element.kind is Kind.RULE:
                found.add(element_id)
        return frozenset(found)

    def _reads(self, elements: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for element_id in elements:
            conditions = [self.walk.values.conditions.get(flow.id) for flow in self.game.out[element_id]]
            outcomes = self.game.elements[element_id].outcomes
            conditions += [self.walk.values.offers.get((element_id, outcome.id)) for outcome in outcomes]
            found |= {n.partition(".")[0] for c in conditions if c is not None for n in c.names}
        return frozenset(found - {"case", "option"})
