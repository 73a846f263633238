"""The values a case can bring to a route's conditions, cut down to those that make a difference.

Knows what conditions read and compare with; must not know how tokens move. A text is one of those
it is compared with or another; a number lies at, below or above one of them; an answer is free each
time it is asked. Constants of the case are the same from beginning to end.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from paraf.domain.route import Element, Outcome, Route, Scalar
from paraf.engine import route_limits as limits
from paraf.engine.expressions import Condition, ExpressionError, Value, compile_condition

MAX_COMBINATIONS: Final = 256
SOMETHING_ELSE: Final = "\x00something else"
Values = dict[str, Scalar]


class TooManyValues(Exception):
    """The values that make a difference are too many to be tried one by one."""


class PossibleValues:
    """Answers for one route with those it calls: what each decision, answer and set can be."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.conditions: dict[str, Condition] = {}
        self.offers: dict[tuple[str, str], Condition] = {}
        self.elements: dict[str, Element] = {}
        self.options: dict[str, Scalar] = {}
        self.literals: dict[str, set[Value]] = defaultdict(set)
        self.fields: dict[str, set[str]] = defaultdict(set)
        self.askers: dict[str, set[str]] = defaultdict(set)
        for route in routes:
            self.elements.update(route.elements)
            self.options = {**route.option_values(), **self.options}
            for flow in route.flows.values():
                if flow.condition:
                    self._read(flow.id, flow.condition)
            for element in route.elements.values():
                if element.decision:
                    self.askers[element.decision].add(element.id)
                for outcome in element.outcomes:
                    if outcome.when is not None:
                        self._offer(element, outcome)

    def _read(self, flow: str, text: str) -> None:
        try:
            self.conditions[flow] = condition = compile_condition(text)
        except ExpressionError:
            return
        self._note(condition)

    def _offer(self, element: Element, outcome: Outcome) -> None:
        try:
            self.offers[element.id, outcome.id] = condition = compile_condition(outcome.when or "")
        except ExpressionError:
            return
        self._note(condition)

    def _note(self, condition: Condition) -> None:
        for name in condition.names:
            head, _, field = name.partition(".")
            self.fields[head].add(field)
        for name, _, literal in condition.literals():
            self.literals[name].add(literal)

    # What can be -----------------------------------------------------------------------------------

    def cases(self) -> list[Values]:
        """The constants a case can begin with. Raises TooManyValues."""
        return _product({field: self._values(f"case.{field}") for field in sorted(self.fields["case"])})

    def option_cases(self, names: Iterable[str]) -> list[Values]:
        """The values these options could be given. Raises TooManyValues."""
        return _product({name: self._option(name) for name in sorted(names)})

    def answers(self, name: str) -> list[Values]:
        """What the outside, or a decision table, can answer. Raises TooManyValues."""
        kinds = limits.ANSWERS.get(name, {})
        values: dict[str, list[Value]] = {}
        heads = self.askers.get(name) or {name}
        for field in sorted({field for head in heads for field in self.fields.get(head, ())}):
            known = sorted({one for head in heads for one in self.literals[f"{head}.{field}"]}, key=repr)
            if kinds.get(field) == "boolean":
                values[field] = [True, False]
            elif kinds.get(field) == "count":
                values[field] = numbers_near(known, lowest=0)
            else:
                values[field] = values_near(known)
        return _product(values)

    def decisions(self, element: Element, closer: bool) -> list[Values]:
        """What a person can decide here: outcome, target of a return, form fields that conditions
        read. Offers (`when`) are not asked yet. Raises TooManyValues."""
        read = self.fields[element.id] if element.id in self.fields else set()
        counted = {outcome.id for outcome in element.outcomes} if element.each else set()
        forms = {
            field: values_near(sorted(self.literals[f"{element.id}.{field}"], key=repr))
            for field in sorted(read - {"outcome", "return_to"} - counted)
        }
        filled, found = _product(forms), []
        for outcome in element.outcomes:
            if closer and outcome.role is not None:
                continue  # recorded for a silent member, never the closer's own word
            for target in outcome.to or (None,):
                found += [{"outcome": outcome.id, "return_to": target, **form} for form in filled]
        if len(found) > MAX_COMBINATIONS:
            raise TooManyValues(element.id)
        return found

    def sizes(self, set_name: str) -> list[int]:
        """How many members a set can have: one, two, and as many as a count is compared with."""
        most = 2
        for element in self.elements.values():
            if element.each is not None and element.each.members == set_name:
                for outcome in element.outcomes:
                    known = self.literals.get(f"{element.id}.{outcome.id}", set())
                    most = max([most, *(n + 1 for n in known if isinstance(n, int))])
        return list(range(1, min(most, 6) + 1))

    def offered(self, element: Element, outcome: str, scope: Mapping[str, Mapping[str, Scalar]]) -> bool:
        """Whether the outcome's `when` holds."""
        condition = self.offers.get((element.id, outcome))
        return condition is None or condition(scope) is True

    def projected(self, element: str, context: Mapping[str, Scalar]) -> Values:
        """The part of a decision that any condition reads."""
        read = self.fields.get(element, set())
        return {field: value for field, value in context.items() if field in read}

    def _values(self, name: str) -> list[Value]:
        return values_near(sorted(self.literals[name], key=repr))

    def _option(self, name: str) -> list[Value]:
        own = self.options.get(name)
        known = sorted(self.literals[f"option.{name}"] | {own}, key=repr)
        return [True, False] if isinstance(own, bool) else known


def possible_values(route: Route, name: str, known: list[Value]) -> list[Value]:
    """The values `name` can have in a condition that compares it with `known`."""
    head, _, field = name.partition(".")
    if head == "option":
        return [route.options[field].value] if field in route.options else [None]
    if head in limits.ANSWERS and head not in route.elements:
        if limits.ANSWERS[head].get(field) == "boolean":
            return [True, False]
        return numbers_near(known, lowest=0)
    element = route.elements.get(head)
    if element is not None and element.each is not None and element.outcome(field) is not None:
        return numbers_near(known, lowest=0)
    return values_near(known)


def values_near(known: list[Value]) -> list[Value]:
    """Null, the values compared with, and one that is none of them."""
    values: list[Value] = [None, *known]
    if any(isinstance(value, bool) for value in known):
        values += [True, False]
    if any(isinstance(value, str) for value in known):
        values.append(SOMETHING_ELSE)
    if any(_is_number(value) for value in known):
        values += numbers_near(known, lowest=None)
    return list({repr(value): value for value in values}.values())


def numbers_near(known: list[Value], lowest: int | None) -> list[Value]:
    """The numbers compared with, and one below, between and above them."""
    numbers = [Decimal(value) for value in known if isinstance(value, (int, Decimal)) and _is_number(value)]
    near: set[Decimal] = {near for number in numbers for near in (number - 1, number, number + 1)}
    near |= {(a + b) / 2 for a, b in itertools.pairwise(sorted(near))} if lowest is None else set()
    if lowest is not None:
        near |= {Decimal(lowest), Decimal(lowest + 1)}
    return [int(n) if n == int(n) else n for n in sorted(near) if lowest is None or n >= lowest]


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _product(values: Mapping[str, list[Value]]) -> list[Values]:
    total = 1
    for choices in values.values():
        total *= len(choices)
    if total > MAX_COMBINATIONS:
        raise TooManyValues(", ".join(values))
    return [dict(zip(values, found, strict=True)) for found in itertools.product(*values.values())]  # type: ignore[arg-type]

