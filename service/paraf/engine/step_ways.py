"""The ways out of a step: which outcome leads where, read from its gateway and written back to it.

Knows how outcomes become conditions (conventions 4); must not know lanes, drawing or pages. A
gateway that says more than outcomes do has no ways: `ways_of` gives None and its conditions are
edited as those of a check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from paraf.domain.route import Element, Flow, Kind, Route
from paraf.engine.condition_rows import literal, parts_of, written
from paraf.engine.expressions import ExpressionError, Node, compile_condition


@dataclass(frozen=True, slots=True)
class Way:
    """One way: with `outcome` the case goes to `target`, when `extra` (a condition, or None for
    always) holds. `label` is written at the flow. `returns` marks a return that names its target."""

    outcome: str
    target: str
    label: str = ""
    extra: str | None = None
    returns: bool = False


def own_gateway(route: Route, step_id: str) -> Element | None:
    """The gateway behind a person's step that turns on its outcome: nothing else leads into it."""
    step = route.elements.get(step_id)
    out = route.outgoing(step_id)
    if step is None or not step.is_person or len(out) != 1:
        return None
    gateway = route.elements.get(out[0].target)
    if gateway is None or gateway.kind is not Kind.EXCLUSIVE or gateway.answer is not None:
        return None
    behind = route.outgoing(gateway.id)
    if len(route.incoming(gateway.id)) != 1 or len(behind) < 2:
        return None
    read = [name for flow in behind for name in _names(flow.condition)]
    return gateway if any(name.partition(".")[0] == step_id for name in read) else None


def _names(text: str | None) -> frozenset[str]:
    try:
        return compile_condition(text or "").names
    except ExpressionError:
        return frozenset()


def folded(route: Route) -> dict[str, str]:
    """Gateways that a table shows as part of their step: gateway id -> step id."""
    found = {}
    for element in route.elements.values():
        gateway = own_gateway(route, element.id)
        if gateway is not None:
            found[gateway.id] = element.id
    return found


def ways_of(route: Route, step_id: str) -> tuple[Way, ...] | None:
    """The ways of a person's step in the order of its outcomes; None when its flows say more than
    outcomes can. Without a gateway every outcome leads the same way."""
    step = route.elements[step_id]
    gateway = own_gateway(route, step_id)
    if gateway is None:
        out = route.outgoing(step_id)
        if len(out) > 1:
            return None
        return tuple(
            Way(outcome.id, flow.target, returns=bool(outcome.to))
            for outcome in step.outcomes
            for flow in out
        )
    if gateway.default_flow is not None:
        return None
    ways: list[Way] = []
    for flow in route.outgoing(gateway.id):
        found = _ways_along(step, flow)
        if found is None:
            return None
        ways += found
    order = {outcome.id: n for n, outcome in enumerate(step.outcomes)}
    return tuple(sorted(ways, key=lambda way: order[way.outcome]))


def _ways_along(step: Element, flow: Flow) -> list[Way] | None:
    """What one flow behind the gateway stands for."""
    try:
        node = compile_condition(flow.condition or "").node
    except ExpressionError:
        return None
    ways: list[Way] = []
    for part in parts_of(node, "or"):
        found = _way(step, flow, part)
        if found is None:
            return None
        ways += found
    return ways


def _way(step: Element, flow: Flow, node: Node) -> list[Way] | None:
    said = f"{step.id}.outcome"
    match node:
        case ("=", ("name", name), ("value", str(target))) if name == f"{step.id}.return_to":
            naming = [outcome for outcome in step.outcomes if target in outcome.to]
            if len(naming) != 1 or target != flow.target:
                return None
            return [Way(naming[0].id, target, flow.name, returns=True)]
        case ("in", ("name", name), tuple(values)) if name == said:
            plain = [_known(step, value) for value in values]
            return None if None in plain else [Way(str(one), flow.target, flow.name) for one in plain]
    claims = parts_of(node, "and")
    first = claims[0]
    match first:
        case ("=", ("name", name), ("value", value)) if name == said:
            outcome = _known(step, value)
            if outcome is None:
                return None
            rest = claims[1:]
            extra = None if not rest else written(rest[0] if len(rest) == 1 else ("and", *rest))
            return [Way(outcome, flow.target, flow.name, extra)]
    return None


def _known(step: Element, value: object) -> str | None:
    """The outcome of this name that does not name its own targets."""
    outcome = step.outcome(value) if isinstance(value, str) else None
    return None if outcome is None or outcome.to else outcome.id


# --- writing --------------------------------------------------------------------------------------


def with_ways(route: Route, step_id: str, ways: Sequence[Way], new_ids: Iterator[str]) -> Route:
    """The route with these ways out of a person's step and no others. Flows that stay keep their
    ids, their text too when they mean the same; a flow that an outcome now takes elsewhere keeps its
    id. The gateway is drawn when there are several targets and goes when there is one."""
    step, gateway = route.elements[step_id], own_gateway(route, step_id)
    elements, flows = dict(route.elements), dict(route.flows)
    leading = next((flow for flow in route.outgoing(step_id)), None)
    before = {flow: _ways_along(step, flow) or [] for flow in route.outgoing(gateway.id)} if gateway else {}
    targets = list(dict.fromkeys(way.target for way in ways))
    if len(targets) < 2:
        for flow in before:
            flows.pop(flow.id)
        if gateway is not None:
            elements.pop(gateway.id)
        _lead(flows, leading, step_id, targets[0] if targets else None, new_ids)
        return replace(route, elements=elements, flows=flows)
    if gateway is None:
        gateway = _new_gateway(route, step)
        elements = placed_after(elements, gateway, step_id)
    _lead(flows, leading, step_id, gateway.id, new_ids)
    by_target = {target: [way for way in ways if way.target == target] for target in targets}
    kept = _kept(before, by_target)
    for flow in before:
        if flow.id not in {held.id for held in kept.values()}:
            flows.pop(flow.id)
    for target, leading_there in by_target.items():
        old = kept.get(target)
        flow_id = old.id if old else next(new_ids)
        condition, label = _condition(step_id, leading_there), _label(leading_there)
        if old is not None and _meaning(before[old]) == _meaning(leading_there) and old.target == target:
            condition = old.condition or condition
        flows[flow_id] = Flow(flow_id, gateway.id, target, condition, label, old.line if old else 0)
    if gateway.default_flow not in flows:
        elements[gateway.id] = replace(gateway, default_flow=None)
    return replace(route, elements=elements, flows=flows)


def _lead(
    flows: dict[str, Flow], leading: Flow | None, source: str, target: str | None, new_ids: Iterator[str]
) -> None:
    if target is None:
        if leading is not None:
            flows.pop(leading.id)
        return
    if leading is None:
        flow_id = next(new_ids)
        flows[flow_id] = Flow(flow_id, source, target)
    elif leading.target != target or leading.condition is not None:
        flows[leading.id] = replace(leading, target=target, condition=None, name="")


def _kept(before: dict[Flow, list[Way]], by_target: dict[str, list[Way]]) -> dict[str, Flow]:
    """Which flow goes on to lead to which target: the one that did, else the one of the same outcome."""
    kept = {flow.target: flow for flow in before if flow.target in by_target}
    free = [flow for flow in before if flow not in kept.values()]
    for target, ways in by_target.items():
        if target in kept:
            continue
        outcomes = {way.outcome for way in ways}
        same = next((flow for flow in free if {way.outcome for way in before[flow]} & outcomes), None)
        if same is not None:
            kept[target] = same
            free.remove(same)
    return kept


def _meaning(ways: Sequence[Way]) -> set[tuple[str, str | None, bool]]:
    return {(way.outcome, way.extra, way.returns) for way in ways}


def _condition(step_id: str, ways: Sequence[Way]) -> str:
    terms: list[str] = []
    for way in ways:
        if way.returns:
            term = f"{step_id}.return_to = {literal(way.target)}"
        else:
            term = f"{step_id}.outcome = {literal(way.outcome)}"
        if way.extra is not None:
            term = f"({term} and {_bracketed(way.extra)})"
        terms.append(term)
    return " or ".join(dict.fromkeys(terms))


def _bracketed(text: str) -> str:
    return f"({text})" if len(parts_of(compile_condition(text).node, "or")) > 1 else text


def _label(ways: Sequence[Way]) -> str:
    return " / ".join(dict.fromkeys(way.label for way in ways if way.label))


def _new_gateway(route: Route, step: Element) -> Element:
    free = (name for n in count(1) if (name := f"gw_{step.id}" + (f"_{n}" if n > 1 else "")))
    return Element(
        id=next(name for name in free if name not in route.elements),
        kind=Kind.EXCLUSIVE,
        documentation=gateway_words(step.name),
        scope=step.scope,
        lane=step.lane,
        cites=step.cites,
    )


def gateway_words(step_name: str) -> str:
    """What the gateway behind a step says of itself."""
    return f"Percabangan menurut hasil langkah “{step_name}”."


def placed_after(elements: dict[str, Element], new: Element, anchor: str) -> dict[str, Element]:
    """The elements with a new one right after another, or at the end."""
    found: dict[str, Element] = {}
    for name, element in elements.items():
        found[name] = element
        if name == anchor:
            found[new.id] = new
    found.setdefault(new.id, new)
    return found
