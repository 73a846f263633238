"""What every edit of a route asks for: an id nobody has had, a step or a lane that is there.

Knows how ids are made (conventions 1) and how a refusal is told; must not know what is edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from paraf.domain.route import Element, Lane, Route
from paraf.engine.route_limits import ID, WORD
from paraf.errors import InvalidForm
from paraf.language import N_

_FLOW_ID = re.compile(r"f([1-9][0-9]{0,8})")


def new_flow_ids(route: Route, highest: int = 0) -> Iterator[str]:
    """Flow ids nobody has had: above every one of the route and above `highest`, the greatest number
    its published versions ever used."""
    used = max((highest, *flow_numbers(route)))
    return (f"f{n}" for n in count(used + 1) if f"f{n}" not in route.elements and f"f{n}" not in route.flows)


def flow_numbers(route: Route) -> list[int]:
    """The numbers of the flows f<n> of a route."""
    return [int(found[1]) for flow in route.flows if (found := _FLOW_ID.fullmatch(flow))]


def id_from(words: str) -> str:
    """An id made of words: lower snake_case, at most 60 letters; "" when they hold no letter."""
    found = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:60].rstrip("_")
    return found if WORD.fullmatch(found) else ""


def check_new_id(route: Route, name: str) -> None:
    """Raise InvalidForm unless an element may take this id."""
    if not ID.fullmatch(name) or name in route.elements or name in route.flows:
        raise wrong("id", N_("The step needs an id of its own, made of letters, digits and _."))


def element_of(route: Route, name: str, field: str) -> Element:
    """The element of this id. Raises InvalidForm at `field`."""
    found = route.elements.get(name)
    if found is None:
        raise wrong(field, N_("Please choose a step of this route."))
    return found


def lane_of(route: Route, lane_id: str) -> Lane:
    """The lane of this id. Raises InvalidForm."""
    found = next((lane for lane in route.lanes if lane.id == lane_id), None)
    if found is None:
        raise wrong("lane", N_("Please choose a lane of this route."))
    return found


def check_lane(route: Route, lane: str | None) -> None:
    """Raise InvalidForm where a route has lanes and this is none of them."""
    if route.lanes:
        lane_of(route, lane or "")


def role_of_lane(route: Route, lane: str | None) -> str | None:
    """The role that steps have from a lane."""
    return next((one.role for one in route.lanes if one.id == lane), None)


def wrong(field: str, message: str) -> InvalidForm:
    """The refusal of one field."""
    return InvalidForm(N_("Some fields need your attention."), errors={field: [message]})
