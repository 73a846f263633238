"""A route made ready to run: its SpiffWorkflow specs and compiled conditions, parsed once and shared.

Knows how elements become specs; must not know a case. The specs are built from the `Route` that
`route_file.py` has read and checked, never from the XML a second time: what was checked is what
runs. Compiled routes are immutable and shared by threads; a live workflow never is (`spiff.py`).
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from paraf.domain.route import Element, Finding, Flow, Kind, Route
from paraf.engine import spiff_specs as specs
from paraf.engine.expressions import Condition, compile_condition
from paraf.engine.route_file import read_route
from paraf.errors import BrokenRoute
from paraf.language import N_

ENGINE_VERSION: Final = "SpiffWorkflow 3.2.0 / paraf 1"
MAX_CACHED: Final = 256


@dataclass(frozen=True, slots=True)
class Way:
    """One flow out of a choice; `condition` is None for the default or the only flow."""

    flow: str
    target: str
    condition: Condition | None


@dataclass(frozen=True, eq=False)
class CompiledRoute:
    """A route that cases can run on. `sha256` is that of the file's bytes; `routes` holds the route
    itself and every route it calls, by key."""

    route: Route
    sha256: str
    routes: Mapping[str, Route]
    spec: specs.RouteSpec
    inner: Mapping[str, specs.RouteSpec]
    ways: Mapping[str, tuple[Way, ...]]
    position: Mapping[str, int]

    def element(self, element_id: str) -> Element | None:
        """The element of that id, in this route or one it calls."""
        for route in self.routes.values():
            if element_id in route.elements:
                return route.elements[element_id]
        return None


_cache: OrderedDict[tuple[str, ...], CompiledRoute] = OrderedDict()
_cache_lock = threading.Lock()


def compile_route(
    content: bytes, file: str = "route.bpmn", called: Mapping[str, bytes] | None = None
) -> CompiledRoute:
    """Read, check and compile a route file. `called` maps the key of each route it calls to that
    route's bytes. Raises BrokenRoute with all findings. The result is cached by content."""
    called = called or {}
    digests = [
        hashlib.sha256(part).hexdigest() for part in (content, *(called[key] for key in sorted(called)))
    ]
    key = (ENGINE_VERSION, *digests, *sorted(called))
    with _cache_lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    compiled = _compile(content, file, called, digests[0])
    with _cache_lock:
        kept = _cache.setdefault(key, compiled)
        while len(_cache) > MAX_CACHED:
            _cache.popitem(last=False)
    return kept


def compiled_from(route: Route, sha256: str, called: Mapping[str, Route] | None = None) -> CompiledRoute:
    """Compile a route that was read and checked before; not cached."""
    routes = {route.key: route, **{key: other for key, other in (called or {}).items() if key != route.key}}
    inner: dict[str, specs.RouteSpec] = {}
    ways: dict[str, tuple[Way, ...]] = {}
    for known in routes.values():
        for scope in (None, *(e.id for e in known.elements.values() if e.kind is Kind.SUBPROCESS)):
            inner[scope or f"route:{known.key}"] = _SpecBuilder(known, scope, ways).build()
    position = {e: n for n, e in enumerate(e for known in routes.values() for e in known.elements)}
    return CompiledRoute(route, sha256, routes, inner[f"route:{route.key}"], inner, ways, position)


def _compile(content: bytes, file: str, called: Mapping[str, bytes], sha256: str) -> CompiledRoute:
    route = read_route(content, file)
    others = {key: read_route(part, f"{key}.bpmn") for key, part in called.items()}
    findings = tuple(call_findings(route, others, file))
    if findings:
        raise BrokenRoute(
            N_("The route file {file} has {count} faults"), findings, file=file, count=len(findings)
        )
    return compiled_from(route, sha256, others)


def call_findings(route: Route, others: Mapping[str, Route], file: str) -> Iterator[Finding]:
    """What is wrong with the routes a route calls: one that is missing, one that calls itself, an id
    that two of them use."""
    routes = {**others, route.key: route}
    calls = {key: {e.called for e in known.elements.values() if e.called} for key, known in routes.items()}
    seen: set[str] = set()
    for key, known in routes.items():
        for element in known.elements.values():
            if element.called and element.called not in routes:
                yield Finding(
                    file,
                    element.line,
                    element.id,
                    "error",
                    "broken_reference",
                    N_("{name} refers to nothing: {ref}"),
                    {"name": "calledElement", "ref": element.called},
                )
            if element.called and key in _called_from(element.called, calls):
                yield Finding(
                    file, element.line, element.id, "error", "calls_itself", N_("A route calls itself"), {}
                )
            if element.id in seen:
                yield Finding(
                    file,
                    element.line,
                    element.id,
                    "error",
                    "double_id",
                    N_("The id {name} is given twice"),
                    {"name": element.id},
                )
            seen.add(element.id)


def _called_from(key: str, calls: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [key]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(calls.get(here, ()))
    return reached


def spec_name(element_id: str) -> str:
    """The name of an element's spec; the prefix keeps it apart from SpiffWorkflow's own names."""
    return f"e:{element_id}"


class _SpecBuilder:
    """Builds the spec of one process or sub-process from the elements that stand in it."""

    def __init__(self, route: Route, scope: str | None, ways: dict[str, tuple[Way, ...]]) -> None:
        self.route = route
        self.elements = [e for e in route.elements.values() if e.scope == scope]
        self.spec = specs.RouteSpec(scope or route.key)
        self.ways = ways
        self.entry: dict[str, Any] = {}
        self.leaving: dict[str, Any] = {}
        self.borders: dict[str, Any] = {}

    def build(self) -> specs.RouteSpec:
        for element in self.elements:
            self.entry[element.id] = self.leaving[element.id] = self._place(element)
        for element in self.elements:
            if element.kind is Kind.BOUNDARY:
                self._border(element)
        for element in self.elements:
            spec = self.leaving[element.id]
            flows = self.route.outgoing(element.id)
            if element.kind in {Kind.START, Kind.MESSAGE_START}:
                self.spec.start.connect(spec)
            if element.kind is Kind.EXCLUSIVE:
                self.ways[element.id] = tuple(self._way(flow, element, len(flows)) for flow in flows)
                for flow in flows:
                    spec.connect(self.entry[flow.target])
                continue
            for flow in flows:
                spec.connect(self.entry[flow.target])
            if isinstance(spec, (specs.Ended, specs.Terminated)):
                spec.connect(self.spec.end)
        return self.spec

    def _way(self, flow: Flow, gateway: Element, count: int) -> Way:
        only = count == 1 or flow.id == gateway.default_flow
        condition = None if only else compile_condition(flow.condition or "")
        return Way(flow.id, self.entry[flow.target].name, condition)

    def _place(self, element: Element) -> Any:
        name = spec_name(element.id)
        if element.each is None:
            spec = self._plain(element, name)
            spec.element = element
            return spec
        one = self._plain(element, f"{name} [child]")
        one.element = element
        one.one_of_each = True
        together = specs.EachInTurn if element.each.sequential else specs.EachTogether
        each = together(self.spec, name, task_spec=one.name, cardinality=f"each.{element.id}")
        each.element = element
        one.inputs = [each]
        # D11: Spiff connects this only when a child is created, so a freshly parsed spec in
        # another process never learns that its restored children are done.
        one.completed_event.connect(each.merge_child)
        return each

    def _plain(self, element: Element, name: str) -> Any:
        spec, nothing = self.spec, specs.no_event()
        match element.kind:
            case Kind.USER:
                return specs.Person(spec, name)
            case Kind.MANUAL:
                return specs.ByHand(spec, name)
            case Kind.SERVICE | Kind.RULE:
                return specs.Done(spec, name)
            case Kind.EXCLUSIVE:
                return specs.Choice(spec, name)
            case Kind.PARALLEL:
                return specs.Parallel(spec, name)
            case Kind.EVENT_BASED:
                return specs.Race(spec, name)
            case Kind.SUBPROCESS:
                return specs.Inner(spec, name, subworkflow_spec=element.id)
            case Kind.CALL:
                return specs.Inner(spec, name, subworkflow_spec=f"route:{element.called}")
            case Kind.TIMER_CATCH | Kind.MESSAGE_CATCH:
                return specs.Catch(spec, name, event_definition=nothing)
            case Kind.BOUNDARY:
                return specs.Boundary(
                    spec, name, event_definition=nothing, cancel_activity=element.interrupting
                )
            case Kind.TERMINATE:
                return specs.Terminated(spec, name, event_definition=nothing)
            case Kind.ERROR_END | Kind.ESCALATION_END:
                return specs.Thrown(spec, name, event_definition=nothing)
            case Kind.END:
                return specs.Ended(spec, name, event_definition=nothing)
            case Kind.START | Kind.MESSAGE_START:
                return specs.Started(spec, name, event_definition=nothing)

    def _border(self, event: Element) -> None:
        host = event.attached_to or ""
        if host not in self.borders:
            task = self.leaving[host]
            split = specs.Split(self.spec, f"{task.name}.split")
            closed = specs.BorderClosed(self.spec, f"{task.name}.closed", split_task=split.name)
            split.connect(task)
            task.connect(closed)
            self.borders[host] = closed
            self.entry[host] = split
        catcher = self.leaving[event.id]
        self.spec.task_specs[f"{self.leaving[host].name}.split"].connect(catcher)
        if event.interrupting:
            catcher.connect(self.borders[host])
