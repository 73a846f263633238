"""A route laid out anew: the same steps and ids, every shape and line where the layouter puts it.

Knows when a drawing no longer fits its route; must not know how shapes find their places
(`layout.py`) or who asks.
"""

from __future__ import annotations

from dataclasses import replace

from paraf.domain.route import Kind, Route
from paraf.engine.kept_notes import with_notes
from paraf.engine.layout import draw
from paraf.engine.route_file import parse_route
from paraf.engine.write_route import write_route
from paraf.errors import BrokenRoute
from paraf.language import N_

_TASKS = frozenset({Kind.USER, Kind.MANUAL, Kind.SERVICE, Kind.RULE, Kind.CALL, Kind.SUBPROCESS})
"""Their names stand inside their shapes and move nothing."""


def tidy(content: bytes, file: str = "route.bpmn") -> bytes:
    """The file with its drawing made anew. Raises BrokenRoute when it cannot be read as a route."""
    route, findings = parse_route(content, file)
    if route is None:
        raise BrokenRoute(N_("The route file {file} cannot be drawn"), findings, file=file)
    drawn = replace(route, geometry=draw(route))
    return with_notes(content, write_route(drawn), drawn)


def rewritten(content: bytes, after: Route) -> bytes:
    """The file of an edited route, with the notes of the file it was read from; what has no place in
    the drawing yet is left out of it."""
    return with_notes(content, write_route(after), after)


def still_fits(before: Route, after: Route) -> bool:
    """Whether the drawing of a route may stay as it is after an edit."""
    return _shape(before) == _shape(after) and _is_drawn(after)


def _is_drawn(route: Route) -> bool:
    drawn = route.geometry
    return drawn.boxes.keys() >= route.elements.keys() and drawn.lines.keys() >= route.flows.keys()


def _shape(route: Route) -> object:
    return (
        [
            (e.id, e.kind, e.lane, e.scope, e.attached_to, "" if e.kind in _TASKS else e.name)
            for e in route.elements.values()
        ],
        [(flow.id, flow.source, flow.target, flow.name) for flow in route.flows.values()],
        [lane.id for lane in route.lanes],
    )
