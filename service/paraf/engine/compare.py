"""Two versions of a route laid side by side, by their ids: what was added, removed, moved, changed.

Knows every part of a `Route`; must not know files, databases, drawing or how a change is said
(`domain/route_changes.py`). Where a shape stands on the canvas and how the file is ordered makes no
difference; only what a case could notice or a reader could read does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from paraf.domain.route import DocumentUse, Element, Flow, Operation, Outcome, Route
from paraf.domain.route_changes import ADDED, CHANGED, MOVED, REMOVED, Change
from paraf.engine.compare_parts import compare_parts

__all__ = ["compare", "compare_parts"]

Thing = TypeVar("Thing")


def compare(before: Route, after: Route) -> tuple[Change, ...]:
    """Every difference, in the order: the route itself, options, lanes, elements, flows."""
    return tuple(_Comparison(before, after).changes())


class _Comparison:
    def __init__(self, before: Route, after: Route) -> None:
        self.before = before
        self.after = after

    def changes(self) -> Iterator[Change]:
        yield from self.process()
        yield from self.options()
        yield from self.lanes()
        yield from _by_id(self.before.elements, self.after.elements, "element", _name_of, self.element)
        yield from self.flows()

    def process(self) -> Iterator[Change]:
        old, new = self.before, self.after
        yield from _changed(new.key, new.name, "label", old.name, new.name)
        yield from _changed(new.key, new.name, "documentation", old.documentation, new.documentation)
        yield from _listed(new.key, new.name, "citation", old.cites, new.cites, str)

    def options(self) -> Iterator[Change]:
        for name in _names(self.before.options, self.after.options):
            old, new = self.before.options.get(name), self.after.options.get(name)
            if old is None or new is None:
                kind = ADDED if old is None else REMOVED
                yield Change(kind, name, "option", _text(old and old.value), _text(new and new.value), name)
                continue
            yield from _changed(name, name, "value", _text(old.value), _text(new.value))
            yield from _changed(name, name, "citation", old.cite, new.cite)
            yield from _changed(name, name, "documentation", old.documentation, new.documentation)

    def lanes(self) -> Iterator[Change]:
        old_lanes = {lane.id: lane for lane in self.before.lanes}
        new_lanes = {lane.id: lane for lane in self.after.lanes}
        for lane_id in _names(old_lanes, new_lanes):
            old, new = old_lanes.get(lane_id), new_lanes.get(lane_id)
            if old is None or new is None:
                kind, lane = (ADDED, new) if old is None else (REMOVED, old)
                name = (lane.name if lane else "") or lane_id
                yield Change(kind, lane_id, "lane", None, None, name)
                continue
            name = new.name or lane_id
            yield from _changed(lane_id, name, "label", old.name, new.name)
            yield from _changed(lane_id, name, "role", old.role, new.role)

    def element(self, old: Element, new: Element) -> Iterator[Change]:
        where, name = new.id, _name_of(new)
        if old.lane != new.lane:
            before, after = _lane_name(self.before, old.lane), _lane_name(self.after, new.lane)
            yield Change(MOVED, where, "lane", before, after, name)
        for what, first, second in (
            ("kind", old.kind.value, new.kind.value),
            ("label", old.name, new.name),
            ("documentation", old.documentation, new.documentation),
            ("scope", old.scope, new.scope),
            ("role", old.role, new.role),
            ("form", old.form, new.form),
            ("time", old.due.working if old.due else None, new.due.working if new.due else None),
            ("citation", old.due.cite if old.due else None, new.due.cite if new.due else None),
            ("edits", old.edits, new.edits),
            ("answer", old.answer, new.answer),
            ("operation", _operation(old.operation), _operation(new.operation)),
            ("default", self.flow_words(self.before, old), self.flow_words(self.after, new)),
            ("host", old.attached_to, new.attached_to),
            ("interrupting", _text(old.interrupting), _text(new.interrupting)),
            ("timer", old.timer.value if old.timer else None, new.timer.value if new.timer else None),
            ("event", old.code, new.code),
            ("called", old.called, new.called),
            ("decision", old.decision, new.decision),
            ("each", _each(old), _each(new)),
        ):
            yield from _changed(where, name, what, first, second)
        yield from _listed(where, name, "citation", old.cites, new.cites, str)
        yield from _listed(where, name, "document", old.documents, new.documents, _document)
        yield from self.outcomes(old, new)

    def outcomes(self, old: Element, new: Element) -> Iterator[Change]:
        name = _name_of(new)
        first = {outcome.id: outcome for outcome in old.outcomes}
        second = {outcome.id: outcome for outcome in new.outcomes}
        for outcome_id in _names(first, second):
            before, after = first.get(outcome_id), second.get(outcome_id)
            if before is None or after is None:
                kind = ADDED if before is None else REMOVED
                yield Change(kind, new.id, "outcome", _said(before), _said(after), name)
                continue
            words = f"{name}: {after.label or outcome_id}"
            for what, was, now in (
                ("label", before.label, after.label),
                ("comment", before.comment, after.comment),
                ("target", _targets(self.before, before), _targets(self.after, after)),
                ("offer", before.when, after.when),
                ("role", before.role, after.role),
                ("citation", before.cite, after.cite),
            ):
                yield from _changed(new.id, words, what, was, now)
        kept = [outcome for outcome in first if outcome in second]
        order = [outcome for outcome in second if outcome in first]
        if kept != order:
            yield Change(CHANGED, new.id, "order", ", ".join(kept), ", ".join(order), name)

    def flow_words(self, route: Route, element: Element) -> str | None:
        """A default flow as its target is called: the id alone says nothing to a reader."""
        if element.default_flow is None:
            return None
        flow = route.flows.get(element.default_flow)
        return element.default_flow if flow is None else f"{flow.id}: {_called(route, flow.target)}"

    def flows(self) -> Iterator[Change]:
        def name(route: Route, flow: Flow) -> str:
            return f"{_called(route, flow.source)} → {_called(route, flow.target)}"

        for flow_id in _names(self.before.flows, self.after.flows):
            old, new = self.before.flows.get(flow_id), self.after.flows.get(flow_id)
            if new is None and old is not None:
                yield Change(REMOVED, flow_id, "flow", old.condition, None, name(self.before, old))
            elif old is None and new is not None:
                yield Change(ADDED, flow_id, "flow", None, new.condition, name(self.after, new))
            elif old is not None and new is not None:
                words = name(self.after, new)
                for what, was, now in (("source", old.source, new.source), ("target", old.target, new.target)):
                    if was != now:
                        first, second = _called(self.before, was), _called(self.after, now)
                        if first == second:
                            first, second = was, now
                        yield Change(CHANGED, flow_id, what, first, second, words)
                yield from _changed(flow_id, words, "condition", old.condition, new.condition)
                yield from _changed(flow_id, words, "label", old.name, new.name)
                yield from _listed(flow_id, words, "citation", old.cites, new.cites, str)


def _names(before: Mapping[str, Thing], after: Mapping[str, Thing]) -> list[str]:
    """The names of both, in the order of the newer; what is gone comes last."""
    return [*after, *(name for name in before if name not in after)]


def _by_id(
    before: Mapping[str, Element],
    after: Mapping[str, Element],
    what: str,
    name: Callable[[Element], str],
    each: Callable[[Element, Element], Iterator[Change]],
) -> Iterator[Change]:
    for known in _names(before, after):
        old, new = before.get(known), after.get(known)
        if old is None and new is not None:
            yield Change(ADDED, known, what, None, new.kind.value, name(new))
        elif new is None and old is not None:
            yield Change(REMOVED, known, what, old.kind.value, None, name(old))
        elif old is not None and new is not None and old != new:
            yield from each(old, new)


def _changed(where: str, name: str, what: str, before: str | None, after: str | None) -> Iterator[Change]:
    if (before or None) != (after or None):
        yield Change(CHANGED, where, what, before or None, after or None, name)


def _listed(
    where: str,
    name: str,
    what: str,
    before: tuple[Thing, ...],
    after: tuple[Thing, ...],
    said: Callable[[Thing], str],
) -> Iterator[Change]:
    first, second = [said(thing) for thing in before], [said(thing) for thing in after]
    for thing in second:
        if thing not in first:
            yield Change(ADDED, where, what, None, thing, name)
    for thing in first:
        if thing not in second:
            yield Change(REMOVED, where, what, thing, None, name)
    if first != second and sorted(set(first)) == sorted(set(second)):
        yield Change(CHANGED, where, what, ", ".join(first), ", ".join(second), name)


def _name_of(element: Element) -> str:
    return element.name or element.id


def _called(route: Route, element_id: str) -> str:
    found = route.elements.get(element_id)
    return _name_of(found) if found else element_id


def _lane_name(route: Route, lane_id: str | None) -> str | None:
    return next((lane.name or lane.id for lane in route.lanes if lane.id == lane_id), lane_id)


def _document(use: DocumentUse) -> str:
    return f"{use.kind} ({use.act})"


def _operation(operation: Operation | None) -> str | None:
    if operation is None:
        return None
    values = {"kind": operation.kind, "to": operation.to, "key": operation.key}
    given = [f"{name}={value}" for name, value in values.items() if value is not None]
    return " ".join([operation.name, *given])


def _each(element: Element) -> str | None:
    if element.each is None:
        return None
    closer = f", closer {element.each.closer}" if element.each.closer else ""
    return f"{element.each.members}{closer}{', in turn' if element.each.sequential else ''}"


def _said(outcome: Outcome | None) -> str | None:
    return None if outcome is None else outcome.label or outcome.id


def _targets(route: Route, outcome: Outcome) -> str | None:
    return ", ".join(f"{_called(route, target)} ({target})" for target in outcome.to) or None


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
