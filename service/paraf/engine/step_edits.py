"""Edits of one step: its words, role, form, lane, outcomes and ways; each gives a new `Route`.

Knows what a step says and what follows for the gateway behind it; must not know how steps are added
or taken away (`route_edits.py`), drafts or pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from paraf.domain.route import PERSON_KINDS, Flow, Outcome, Route
from paraf.engine.edit_parts import check_lane, element_of, new_flow_ids, role_of_lane, wrong
from paraf.engine.step_ways import Way, gateway_words, own_gateway, ways_of, with_ways
from paraf.language import N_

_PLAIN = frozenset({
    "name", "documentation", "cites", "form", "due", "documents", "each", "edits", "answer", "operation",
    "decision",
})  # fmt: skip


def change_step(route: Route, step_id: str, **values: Any) -> Route:
    """Set plain properties of an element: name, documentation, cites, form, due, documents, each,
    edits, answer, operation, decision. What is not named stays."""
    element = element_of(route, step_id, "step")
    unknown = set(values) - _PLAIN
    if unknown:
        raise ValueError(f"not a plain property: {sorted(unknown)}")
    elements = {**route.elements, step_id: replace(element, **values)}
    gateway = own_gateway(route, step_id)
    if gateway is not None and gateway.documentation == gateway_words(element.name):
        words = gateway_words(str(values.get("name", element.name)))
        elements[gateway.id] = replace(gateway, documentation=words)
    return replace(route, elements=elements)


def set_question(route: Route, step_id: str, question: str) -> Route:
    """Set the words at the gateway behind a step; nothing where there is none."""
    gateway = own_gateway(route, step_id)
    if gateway is None or gateway.name == question:
        return route
    return replace(route, elements={**route.elements, gateway.id: replace(gateway, name=question)})


def set_role(route: Route, step_id: str, role: str | None) -> Route:
    """Give a step a role of its own; None or the lane's role leaves it to the lane."""
    element = element_of(route, step_id, "step")
    chosen = role or (role_of_lane(route, element.lane) if element.is_person else None)
    return replace(route, elements={**route.elements, step_id: replace(element, role=chosen)})


def move_to_lane(route: Route, step_id: str, lane: str | None) -> Route:
    """Move a step, with its gateway, to another lane; a role of its own goes with it."""
    element = element_of(route, step_id, "step")
    check_lane(route, lane)
    elements = dict(route.elements)
    old, new = role_of_lane(route, element.lane), role_of_lane(route, lane)
    role = (new if element.role in {old, None} else element.role) if element.is_person else element.role
    elements[step_id] = replace(element, lane=lane, role=role)
    gateway = own_gateway(route, step_id)
    if gateway is not None and gateway.lane == element.lane:
        elements[gateway.id] = replace(gateway, lane=lane)
    return replace(route, elements=elements)


def move_in_order(route: Route, step_id: str, up: bool, among: Sequence[str]) -> Route:
    """Exchange a step with the one over or under it in a list of step ids; their gateways follow.
    The order is that of reading and drawing: no flow changes."""
    order = [name for name in among if name in route.elements]
    place = order.index(step_id) if step_id in order else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(order):
        return route
    order[place], order[other] = order[other], order[place]
    follows: dict[str, list[str]] = {}
    listed, leader = set(order), ""
    for name in route.elements:
        leader = name if name in listed else leader
        follows.setdefault(leader, []).append(name)
    names = [*follows.get("", []), *(name for leader in order for name in follows[leader])]
    return replace(route, elements={name: route.elements[name] for name in names})


def set_outcomes(
    route: Route, step_id: str, outcomes: Sequence[Outcome], ways: Sequence[Way] | None, highest: int = 0
) -> Route:
    """Set the outcomes of a person's step and, unless `ways` is None, where they lead. A return's
    `to` is taken from its ways."""
    element = element_of(route, step_id, "step")
    if element.kind not in PERSON_KINDS:
        raise wrong("step", N_("Only a person's step has outcomes."))
    before = ways_of(route, step_id)
    same = ways is None or (before is not None and set(before) == set(ways))
    named: list[Outcome] = []
    for outcome in outcomes:
        known_before = element.outcome(outcome.id)
        to = known_before.to if known_before is not None else ()
        if ways is not None and not same:
            to = tuple(dict.fromkeys(w.target for w in ways if w.outcome == outcome.id and w.returns))
        named.append(replace(outcome, to=to))
    changed = replace(route, elements={**route.elements, step_id: replace(element, outcomes=tuple(named))})
    if ways is None or same:
        return changed
    known = {outcome.id for outcome in outcomes}
    good = [way for way in ways if way.outcome in known and way.target in route.elements]
    return with_ways(changed, step_id, good, new_flow_ids(route, highest))


def set_next(route: Route, step_id: str, target: str | None, highest: int = 0) -> Route:
    """Lead an element with one way out to `target`, or nowhere. Its flow keeps its id."""
    element_of(route, step_id, "step")
    out = route.outgoing(step_id)
    flows = dict(route.flows)
    if target is not None:
        element_of(route, target, "next")
    if len(out) > 1:
        raise wrong("next", N_("Several flows leave this step: change them in the diagram."))
    if out and target is None:
        flows.pop(out[0].id)
    elif out and target is not None:
        flows[out[0].id] = replace(out[0], target=target)
    elif target is not None:
        flow_id = next(new_flow_ids(route, highest))
        flows[flow_id] = Flow(flow_id, step_id, target)
    return replace(route, flows=flows)


def set_branches(
    route: Route,
    gateway_id: str,
    branches: Sequence[tuple[str | None, str, str | None, str]],
    default: int | None = None,
    highest: int = 0,
) -> Route:
    """Set the flows out of a choice: (flow id or None for a new one, target, condition, label) each;
    `default` is the place of the branch taken when no other is, counted from 0."""
    gateway = element_of(route, gateway_id, "step")
    ids = new_flow_ids(route, highest)
    flows = {name: flow for name, flow in route.flows.items() if flow.source != gateway_id}
    own = {flow.id: flow for flow in route.outgoing(gateway_id)}
    default_flow = None
    for n, (flow_id, target, condition, label) in enumerate(branches):
        element_of(route, target, f"branches.{n}.target")
        found = own.get(flow_id or "")
        name = found.id if found is not None else next(ids)
        line = found.line if found is not None else 0
        is_default = n == default
        default_flow = name if is_default else default_flow
        flows[name] = Flow(name, gateway_id, target, None if is_default else condition, label, line)
    in_order = {name: flows.pop(name) for name in route.flows if name in flows}
    elements = {**route.elements, gateway_id: replace(gateway, default_flow=default_flow)}
    return replace(route, elements=elements, flows={**in_order, **flows})
