"""Edits of the shape of a route, each one intention: a new `Route` out of an old one.

Knows what hangs on a step (its gateway, its flows, returns that name it) and that ids are kept for
ever; must not know drafts, pages or XML. Whatever is untouched keeps its id and its text. An edit
never refuses a route for being unfinished: what it leaves undone is a finding. It raises InvalidForm
only where it cannot be done at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from paraf.domain.route import Element, Flow, Kind, Outcome, Route
from paraf.engine.condition_rows import with_values
from paraf.engine.edit_parts import (
    check_lane,
    check_new_id,
    element_of,
    id_from,
    new_flow_ids,
    role_of_lane,
    wrong,
)
from paraf.engine.step_ways import own_gateway, placed_after
from paraf.language import N_

STARTS = frozenset({Kind.START, Kind.MESSAGE_START})
ENDS = frozenset({Kind.END, Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END})
NEW_KINDS = {
    "user": Kind.USER,
    "service": Kind.SERVICE,
    "rule": Kind.RULE,
    "check": Kind.EXCLUSIVE,
    "end": Kind.END,
}
"""What a table adds; everything else is drawn."""


def add_step(
    route: Route,
    kind: str,
    name: str,
    lane: str | None,
    *,
    anchor: str,
    before: bool = False,
    step_id: str = "",
    highest: int = 0,
) -> Route:
    """Add a step before or after another. Before: every flow into the anchor leads to the new step,
    but returns that name the anchor still go there. After: it stands on the anchor's first way."""
    new_id = step_id or id_from(name)
    check_new_id(route, new_id)
    at = element_of(route, anchor, "anchor")
    sort = NEW_KINDS.get(kind)
    if sort is None:
        raise wrong("kind", N_("Please choose what kind of step it is."))
    if sort is Kind.END and before:
        raise wrong("place", N_("Nothing follows an end: it stands after a step."))
    check_lane(route, lane)
    outcomes = (Outcome("done", "Selesai"),) if sort is Kind.USER else ()
    new = Element(new_id, sort, name, scope=at.scope, lane=lane, outcomes=outcomes)
    new = replace(new, role=role_of_lane(route, lane) if new.is_person else None)
    ids = new_flow_ids(route, highest)
    if before:
        return _placed_before(route, new, at, ids)
    return _placed_after(route, new, at, ids)


def _placed_before(route: Route, new: Element, at: Element, ids: Iterator[str]) -> Route:
    if at.kind in STARTS or at.kind is Kind.BOUNDARY:
        raise wrong("place", N_("Nothing comes before the start of a route."))
    into = route.incoming(at.id)
    if at.kind is Kind.PARALLEL and len(into) > 1:
        raise wrong("place", N_("Several branches meet here: choose the step of a branch instead."))
    forward = [flow for flow in into if not _is_return(route, flow)] or list(into)
    elements: dict[str, Element] = {}
    for name, element in route.elements.items():
        if name == at.id:
            elements[new.id] = new
        elements[name] = element
    flows = dict(route.flows)
    for flow in forward:
        flows[flow.id] = replace(flow, target=new.id)
    on = next(ids)
    flows[on] = Flow(on, new.id, at.id)
    return replace(route, elements=elements, flows=flows)


def _placed_after(route: Route, new: Element, at: Element, ids: Iterator[str]) -> Route:
    if at.kind in ENDS:
        raise wrong("place", N_("Nothing follows an end: it stands after a step."))
    first = _main_flow(route, at)
    behind = own_gateway(route, at.id)
    anchor = behind.id if behind else at.id
    elements, flows = placed_after(dict(route.elements), new, anchor), dict(route.flows)
    if first is None:
        lead = next(ids)
        flows[lead] = Flow(lead, at.id, new.id)
        return replace(route, elements=elements, flows=flows)
    if new.kind in ENDS:
        raise wrong(
            "place", N_("An end is added after a step that leads nowhere yet, or as the aim of a way.")
        )
    on = next(ids)
    flows[first.id] = replace(first, target=new.id)
    flows[on] = Flow(on, new.id, first.target)
    return replace(route, elements=elements, flows=flows)


def remove_step(route: Route, step_id: str, highest: int = 0) -> Route:
    """Take a step away with its gateway. What led to it leads on along its first way that is no
    return; steps that returned to it return there. What only it led to stays, as a finding."""
    step = element_of(route, step_id, "step")
    if step.kind in STARTS:
        raise wrong("step", N_("The start of a route stays."))
    if step.kind is Kind.SUBPROCESS or step.kind is Kind.PARALLEL:
        raise wrong("step", N_("Take this away in the diagram, together with what belongs to it."))
    gateway, main = own_gateway(route, step_id), _main_flow(route, step)
    gone = {step_id} | ({gateway.id} if gateway else set())
    gone |= {e.id for e in route.elements.values() if e.attached_to == step_id}
    following = main.target if main is not None and main.target not in gone else None
    elements = {name: element for name, element in route.elements.items() if name not in gone}
    flows: dict[str, Flow] = {}
    for flow in route.flows.values():
        if flow.source in gone:
            continue
        if flow.target in gone:
            if following is None:
                continue
            flow = replace(flow, target=following)
        flows[flow.id] = flow
    for name, element in elements.items():
        elements[name] = _returning_elsewhere(element, step_id, following)
    change: Mapping[Any, Any] = {step_id: following}
    for flow in flows.values():
        if flow.condition and following is not None:
            for head in {e.id for e in elements.values() if e.is_person}:
                condition = with_values(flow.condition or "", f"{head}.return_to", change)
                if condition != flow.condition:
                    flow = replace(flow, condition=condition)
                    flows[flow.id] = flow
    return _joined(replace(route, elements=elements, flows=flows))


def _returning_elsewhere(element: Element, gone: str, following: str | None) -> Element:
    if not any(gone in outcome.to for outcome in element.outcomes):
        return element
    outcomes = []
    for outcome in element.outcomes:
        to = [following if target == gone else target for target in outcome.to]
        kept = tuple(dict.fromkeys(target for target in to if target is not None))
        outcomes.append(replace(outcome, to=kept))
    return replace(element, outcomes=tuple(outcomes))


def _joined(route: Route) -> Route:
    """The route without doubled flows, choices of one way and forks of one branch."""
    while True:
        again = _without_doubles(route)
        again = _without_idle_pairs(again)
        again = _without_idle_gateways(again)
        if again == route:
            return route
        route = again


def _without_doubles(route: Route) -> Route:
    flows = dict(route.flows)
    seen: dict[tuple[str, str], Flow] = {}
    for flow in route.flows.values():
        known = seen.get((flow.source, flow.target))
        if known is None:
            seen[flow.source, flow.target] = flow
            continue
        flows.pop(flow.id)
        if known.condition and flow.condition:
            name = " / ".join(dict.fromkeys(name for name in (known.name, flow.name) if name))
            both = f"({known.condition}) or ({flow.condition})"
            flows[known.id] = seen[flow.source, flow.target] = replace(known, condition=both, name=name)
        elif known.condition:
            flows[known.id] = seen[flow.source, flow.target] = replace(known, condition=None)
    return replace(route, flows=flows)


def _without_idle_gateways(route: Route) -> Route:
    """A gateway `gw_<step>` that a single way is left of goes; another choice keeps its one way."""
    for gateway in route.elements.values():
        out, into = route.outgoing(gateway.id), route.incoming(gateway.id)
        if gateway.kind is not Kind.EXCLUSIVE or len(out) != 1:
            continue
        if gateway.id.startswith("gw_") and len(into) == 1 and out[0].target != gateway.id:
            return _passed_over(route, gateway.id, into[0], out[0])
        if out[0].condition:
            return replace(route, flows={**route.flows, out[0].id: replace(out[0], condition=None)})
    return route


def _without_idle_pairs(route: Route) -> Route:
    """A fork that leads straight to its join loses that flow; one with a single branch goes, join
    and all."""
    for fork in route.elements.values():
        out = route.outgoing(fork.id)
        if fork.kind is not Kind.PARALLEL or not fork.id.startswith("fork_"):
            continue
        join = f"join_{fork.id.removeprefix('fork_')}"
        straight = [flow for flow in out if flow.target == join]
        if straight and len(out) > 1:
            return replace(route, flows={k: v for k, v in route.flows.items() if k != straight[0].id})
        into_fork, into_join = route.incoming(fork.id), route.incoming(join)
        if len(out) != 1 or len(into_join) != 1 or len(into_fork) != 1 or join not in route.elements:
            continue
        after = route.outgoing(join)
        if straight and len(after) == 1:
            route = _passed_over(route, join, straight[0], after[0])
            return _passed_over(route, fork.id, route.incoming(fork.id)[0], route.outgoing(fork.id)[0])
        if len(after) == 1:
            route = _passed_over(route, join, into_join[0], after[0])
            return _passed_over(route, fork.id, into_fork[0], route.outgoing(fork.id)[0])
    return route


def _passed_over(route: Route, gone: str, into: Flow, out: Flow) -> Route:
    elements = {name: element for name, element in route.elements.items() if name != gone}
    flows = {name: flow for name, flow in route.flows.items() if name != out.id}
    flows[into.id] = replace(into, target=out.target)
    return replace(route, elements=elements, flows=flows)


def add_parallel(
    route: Route, step_id: str, kind: str, name: str, lane: str | None, new_id: str = "", highest: int = 0
) -> Route:
    """Do something new at the same time as a step: both stand between a fork and its join, a pair
    that is drawn unless the step already stands in one."""
    step = element_of(route, step_id, "anchor")
    into, main = route.incoming(step_id), _main_flow(route, step)
    if own_gateway(route, step_id) is not None or len(into) != 1 or main is None or step.kind in STARTS:
        raise wrong("place", N_("Beside a step with one way in and one way out only: add a step first."))
    added = id_from(name) if not new_id else new_id
    check_new_id(route, added)
    sort = NEW_KINDS.get(kind)
    if sort not in {Kind.USER, Kind.SERVICE, Kind.RULE}:
        raise wrong("kind", N_("Please choose what kind of step it is."))
    check_lane(route, lane)
    ids = new_flow_ids(route, highest)
    outcomes = (Outcome("done", "Selesai"),) if sort is Kind.USER else ()
    new = Element(added, sort, name, scope=step.scope, lane=lane, outcomes=outcomes)
    new = replace(new, role=role_of_lane(route, lane) if new.is_person else None)
    flows = dict(route.flows)
    elements = placed_after(dict(route.elements), new, step_id)
    fork, join = _pair_around(route, into[0].source, main.target)
    if fork is None or join is None:
        fork, join = _new_pair(step, set(route.elements) | {added})
        start, end = next(ids), next(ids)
        flows[into[0].id] = replace(into[0], target=fork.id)
        flows[start] = Flow(start, fork.id, step_id)
        flows[main.id] = replace(main, target=join.id)
        flows[end] = Flow(end, join.id, main.target)
        elements = _placed_ahead(placed_after(elements, join, added), fork, step_id)
    for source, target in ((fork.id, added), (added, join.id)):
        flow_id = next(ids)
        flows[flow_id] = Flow(flow_id, source, target)
    return replace(route, elements=elements, flows=flows)


def _pair_around(route: Route, before: str, after: str) -> tuple[Element | None, Element | None]:
    fork, join = route.elements.get(before), route.elements.get(after)
    if fork is None or join is None or not fork.kind is join.kind is Kind.PARALLEL:
        return None, None
    return fork, join


def _new_pair(step: Element, taken: set[str]) -> tuple[Element, Element]:
    nouns = (step.id + (f"_{n}" if n > 1 else "") for n in count(1))
    noun = next(noun for noun in nouns if not {f"fork_{noun}", f"join_{noun}"} & taken)
    said = {"scope": step.scope, "lane": step.lane, "cites": step.cites}
    return (
        Element(f"fork_{noun}", Kind.PARALLEL, documentation="Langkah berikut berjalan bersamaan.", **said),  # type: ignore[arg-type]
        Element(f"join_{noun}", Kind.PARALLEL, documentation="Menunggu semua cabang selesai.", **said),  # type: ignore[arg-type]
    )


def _placed_ahead(elements: dict[str, Element], new: Element, anchor: str) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for name, element in elements.items():
        if name == anchor:
            found[new.id] = new
        found[name] = element
    return found


def _main_flow(route: Route, step: Element) -> Flow | None:
    """The first way out of a step that is no return: behind its gateway where it has one."""
    gateway = own_gateway(route, step.id)
    out = route.outgoing(gateway.id if gateway else step.id)
    ways = [flow for flow in out if not _is_return(route, flow)]
    first = [outcome.id for outcome in step.outcomes if not outcome.to]
    if gateway is not None and first:
        named = f'{step.id}.outcome = "{first[0]}"'
        ways.sort(key=lambda flow: named not in (flow.condition or ""))
    return ways[0] if ways else next(iter(out), None)


def _is_return(route: Route, flow: Flow) -> bool:
    return any(
        f"{element.id}.return_to" in (flow.condition or "")
        for element in route.elements.values()
        if element.is_person
    )
