"""What of a route is laid out at once: one scope, made plain enough for columns, rows and lanes.

Knows unfinished routes, events at the border of a step and sub-processes; must not know where
anything stands (`layout.py`).
"""

from __future__ import annotations

from dataclasses import replace

from paraf.domain.route import Box, Element, Geometry, Kind, Lane, Route

BORDER_EVENT = 36
_NO_LANE = "drawn_without_lane"


def drawable(route: Route, scope: str | None) -> Route:
    """The elements and flows of one scope: every element in a lane, no loose flow, and flows out of
    a border event leaving the step it sits on. A finished route without such events is itself."""
    inside = {e.id: e for e in route.elements.values() if e.scope == scope and e.kind is not Kind.BOUNDARY}
    hosts = {
        e.id: e.attached_to
        for e in route.elements.values()
        if e.kind is Kind.BOUNDARY and e.scope == scope and e.attached_to in inside
    }
    flows = {
        flow.id: replace(flow, source=hosts.get(flow.source) or flow.source)
        for flow in route.flows.values()
        if (hosts.get(flow.source) or flow.source) in inside and flow.target in inside
    }
    lanes = route.lanes if scope is None and route.lanes else (Lane(_NO_LANE, ""),)
    plain = replace(route, elements=inside, flows=flows, lanes=lanes)
    known = {lane.id for lane in lanes}
    if all(element.lane in known for element in inside.values()):
        return plain
    placed: dict[str, Element] = {}
    for element in inside.values():
        lane = element.lane if element.lane in known else _lane_before(plain, element, placed)
        placed[element.id] = replace(element, lane=lane)
    return replace(plain, elements=placed)


def _lane_before(route: Route, element: Element, placed: dict[str, Element]) -> str:
    before = (placed[flow.source].lane for flow in route.incoming(element.id) if flow.source in placed)
    return next((lane for lane in before if lane), route.lanes[0].id)


def with_border_events(route: Route, plain: Route, geometry: Geometry) -> Geometry:
    """The drawing with its border events: each where its first flow leaves the step, or at the
    lower right corner of the step when nothing leaves it."""
    boxes, lines = dict(geometry.boxes), dict(geometry.lines)
    for event in route.elements.values():
        host_id = event.attached_to or ""
        if event.kind is not Kind.BOUNDARY or host_id not in plain.elements:
            continue
        host = boxes[host_id]
        out = [flow.id for flow in route.outgoing(event.id) if flow.id in lines]
        half = BORDER_EVENT / 2
        x, y = lines[out[0]][0] if out else (host.x + host.width - half, host.y + host.height)
        boxes[event.id] = Box(x - half, y - half, BORDER_EVENT, BORDER_EVENT)
        for name in out:
            (first_x, first_y), following = lines[name][0], lines[name][1]
            along_x = (following[0] > first_x) - (following[0] < first_x)
            along_y = (following[1] > first_y) - (following[1] < first_y)
            start = (first_x + half * along_x, first_y + half * along_y)
            lines[name] = (start, *lines[name][1:])
    return Geometry(boxes, lines, geometry.labels)
