"""Edits of the frame of a route: its lanes, its options, its name; each gives a new `Route`.

Knows that steps have their role from their lane; must not know drafts, pages or XML.
"""

from __future__ import annotations

from dataclasses import replace

from paraf.domain.route import Element, Kind, Lane, Route, RouteOption, Scalar
from paraf.engine.edit_parts import check_lane, check_new_id, id_from, lane_of, wrong
from paraf.engine.route_limits import WORD
from paraf.language import N_


def add_lane(route: Route, name: str, role: str | None) -> Route:
    """Add a lane at the bottom, called `lane_<role>` or after its name."""
    noun = id_from(role or name)
    lane_id = f"lane_{noun}"
    if not noun or not name or any(lane.id == lane_id for lane in route.lanes) or lane_id in route.elements:
        raise wrong("lane", N_("A lane needs a name, and a role that no other lane has."))
    return replace(route, lanes=(*route.lanes, Lane(lane_id, name, role or None)))


def change_lane(route: Route, lane_id: str, name: str, role: str | None) -> Route:
    """Rename a lane or give it another role; steps that had their role from it follow."""
    lane = lane_of(route, lane_id)
    if not name:
        raise wrong("lane", N_("A lane needs a name, and a role that no other lane has."))
    changed = replace(lane, name=name, role=role or None)
    elements = {
        element.id: replace(element, role=changed.role)
        if element.lane == lane_id and element.is_person and element.role in {lane.role, None}
        else element
        for element in route.elements.values()
    }
    return replace(
        route, lanes=tuple(changed if one is lane else one for one in route.lanes), elements=elements
    )


def move_lane(route: Route, lane_id: str, up: bool) -> Route:
    """Exchange a lane with the one over or under it."""
    lanes = list(route.lanes)
    place = lanes.index(lane_of(route, lane_id))
    other = place - 1 if up else place + 1
    if 0 <= other < len(lanes):
        lanes[place], lanes[other] = lanes[other], lanes[place]
    return replace(route, lanes=tuple(lanes))


def remove_lane(route: Route, lane_id: str) -> Route:
    """Take an empty lane away."""
    lane = lane_of(route, lane_id)
    if any(element.lane == lane_id for element in route.elements.values()):
        raise wrong("lane", N_("Steps stand in this lane: move them to another lane first."))
    return replace(route, lanes=tuple(one for one in route.lanes if one is not lane))


def set_option(route: Route, name: str, value: Scalar, cite: str | None, words: str) -> Route:
    """Add an option of the version or change it."""
    if not WORD.fullmatch(name):
        raise wrong("option", N_("An option is called by a lower case word."))
    return replace(route, options={**route.options, name: RouteOption(name, value, cite or None, words)})


def remove_option(route: Route, name: str) -> Route:
    """Take an option away; conditions that read it become findings."""
    return replace(route, options={key: value for key, value in route.options.items() if key != name})


def set_name(route: Route, name: str, documentation: str) -> Route:
    """Set what the route is called and what it says of itself."""
    if not name:
        raise wrong("name", N_("A route needs a name."))
    return replace(route, name=name, documentation=documentation)


def add_end(route: Route, name: str, lane: str | None, step_id: str = "") -> Route:
    """Add an end that no way leads to yet; ways are then set to it."""
    new_id = step_id or id_from(name)
    check_new_id(route, new_id)
    check_lane(route, lane)
    end = Element(new_id, Kind.END, name, lane=lane)
    return replace(route, elements={**route.elements, new_id: end})
