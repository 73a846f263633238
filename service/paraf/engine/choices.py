"""Whether every way a choice can turn out has exactly one flow, counted case by case.

Knows the values the names of a gateway's conditions can take; must not know how they come about.
Where the values are too many to count, the gateway must have a default, and a warning says so.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

from paraf.domain.route import Element, Flow, Kind, Outcome, Route
from paraf.engine.expressions import Condition, ExpressionError, Value, compile_condition
from paraf.engine.findings import Findings
from paraf.engine.possible_values import SOMETHING_ELSE, possible_values
from paraf.language import N_

MAX_CASES: Final = 4096
STARTS: Final = (Kind.START, Kind.MESSAGE_START)


def check_choices(
    route: Route, conditions: Mapping[str, Condition], findings: Findings, unclear: Collection[str] = ()
) -> None:
    """Add a finding for each gateway where some case has no flow, or two. Those in `unclear` have
    faulty conditions: nothing can be said of them yet."""
    ways = _Ways(route)
    for element in route.elements.values():
        if element.kind is Kind.EXCLUSIVE and element.id not in unclear and len(ways.out[element.id]) > 1:
            _Choice(route, element, conditions, findings, ways).check()


class _Ways:
    """The flows of a route by their ends, and what a token can come to without passing a step."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.out: dict[str, list[Flow]] = defaultdict(list)
        self.into: dict[str, list[Flow]] = defaultdict(list)
        self.events: dict[str, list[str]] = defaultdict(list)
        for flow in route.flows.values():
            self.out[flow.source].append(flow)
            self.into[flow.target].append(flow)
        for element in route.elements.values():
            if element.attached_to:
                self.events[element.attached_to].append(element.id)
        self._without: dict[tuple[str | None, str], frozenset[str]] = {}

    def reached_without(self, scope: str | None, step: str) -> frozenset[str]:
        """The elements of a process that tokens come to while `step` is not decided: a join needs a
        token on all its flows."""
        if (scope, step) not in self._without:
            self._without[scope, step] = self._search(scope, step)
        return self._without[scope, step]

    def _search(self, scope: str | None, step: str) -> frozenset[str]:
        elements = self.route.elements
        waiting = [e.id for e in elements.values() if e.scope == scope and e.kind in STARTS]
        reached = set(waiting)
        while waiting:
            here = waiting.pop()
            ahead = [*self.events[here], *(flow.target for flow in self.out[here])]
            for target in ahead:
                found = elements.get(target)
                if found is None or target in reached or target == step or found.scope != scope:
                    continue
                if found.kind is Kind.PARALLEL and any(f.source not in reached for f in self.into[target]):
                    continue
                reached.add(target)
                waiting.append(target)
        return frozenset(reached)


class _Choice:
    def __init__(
        self,
        route: Route,
        gateway: Element,
        conditions: Mapping[str, Condition],
        findings: Findings,
        flows: _Ways,
    ) -> None:
        self.route = route
        self.flows = flows
        self.gateway = gateway
        self.findings = findings
        self.ways = {
            flow.id: conditions[flow.id] for flow in flows.out[gateway.id] if flow.id in conditions
        }
        names = {name for condition in self.ways.values() for name in condition.names}
        self.before = self._steps_before()
        self.steps = {head for head in (name.partition(".")[0] for name in names) if head in route.elements}
        self.steps |= self.before
        self.names = sorted(name for name in names if not self._belongs_to_a_step(name))
        self.literals: dict[str, set[Value]] = defaultdict(set)
        for condition in self.ways.values():
            for name, _, literal in condition.literals():
                self.literals[name].add(literal)

    def _belongs_to_a_step(self, name: str) -> bool:
        head, _, field = name.partition(".")
        element = self.route.elements.get(head)
        return element is not None and element.is_person and field in {"outcome", "return_to"}

    def _steps_before(self) -> set[str]:
        """The person's tasks whose outcome this gateway branches on directly."""
        sources = [self.route.elements.get(flow.source) for flow in self.flows.into[self.gateway.id]]
        return {source.id for source in sources if source is not None and source.is_person}

    def check(self) -> None:
        steps = sorted(step for step in self.steps if self.route.elements[step].is_person)
        axes: list[list[dict[str, Value]]] = [self._step_cases(step) for step in steps]
        axes += [[{name: value} for value in self._values(name)] for name in self.names]
        total = 1
        for axis in axes:
            total *= max(1, len(axis))
        has_default = self.gateway.default_flow is not None
        if total > MAX_CASES:
            if not has_default:
                self._error("undecided", N_("This choice has too many cases to count: give it a default"))
            else:
                self.findings.warn(
                    self.gateway.line,
                    self.gateway.id,
                    "uncounted",
                    N_(
                        "This choice has too many cases to count; where two flows are open, the first drawn is taken"
                    ),
                )
            return
        for combination in itertools.product(*axes):
            case: dict[str, Value] = {}
            for part in combination:
                case.update(part)
            scope = _scope(case)
            taken = sorted(flow for flow, condition in self.ways.items() if condition(scope) is True)
            if len(taken) > 1:
                self._error(
                    "two_ways",
                    N_("Two flows are open at once, {flows}, when {case}"),
                    flows=", ".join(taken),
                    case=_words(case),
                )
                return
            if not taken and not has_default:
                self._error("no_way_out", N_("No flow is open when {case}"), case=_words(case))
                return

    def _step_cases(self, step: str) -> list[dict[str, Value]]:
        element = self.route.elements[step]
        cases: list[dict[str, Value]] = []
        for outcome in element.outcomes:
            if not self._can_happen(element, outcome):
                continue
            targets: list[Value] = list(outcome.to) or [None]
            cases += [{f"{step}.outcome": outcome.id, f"{step}.return_to": target} for target in targets]
        if step not in self.before and not self._always_before(step):
            cases.append({f"{step}.outcome": None, f"{step}.return_to": None})
        return cases

    def _can_happen(self, element: Element, outcome: Outcome) -> bool:
        if element.each is not None and element.each.closer and outcome.role is not None:
            return False  # recorded for a silent member, never the closer's own word
        if outcome.when is None:
            return True
        try:
            condition = compile_condition(outcome.when)
        except ExpressionError:
            return True
        if any(not name.startswith("option.") for name in condition.names):
            return True
        return condition({"option": self.route.option_values()}) is True

    def _always_before(self, step: str) -> bool:
        """Whether no token can come here unless `step` was decided: a join needs all its flows."""
        if self.flows.events[step]:
            return False
        return self.gateway.id not in self.flows.reached_without(self.gateway.scope, step)

    def _values(self, name: str) -> list[Value]:
        return possible_values(self.route, name, sorted(self.literals[name], key=repr))

    def _error(self, rule: str, message: str, **values: object) -> None:
        self.findings.error(self.gateway.line, self.gateway.id, rule, message, **values)


def _scope(case: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    scope: dict[str, dict[str, Value]] = defaultdict(dict)
    for name, value in case.items():
        head, _, field = name.partition(".")
        scope[head][field] = value
    return scope


def _words(case: Mapping[str, Value]) -> str:
    def word(value: Value) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return str(value).lower()
        if value == SOMETHING_ELSE:
            return '"..."'
        return f'"{value}"' if isinstance(value, str) else str(value)

    return ", ".join(f"{name} = {word(value)}" for name, value in case.items() if value is not None) or "null"
