"""The shipped routes as tests compare them: without the lines of the file they came from.

Knows where the routes lie; must not know what a test does to one.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from paraf.domain.route import Geometry, Route
from paraf.engine.route_file import parse_route, read_route
from paraf.engine.write_route import write_route

WORKFLOWS = Path(__file__).parents[2] / "workflows"
KEYS = sorted(path.parent.name for path in WORKFLOWS.glob("*/route.bpmn"))


@functools.cache
def shipped(key: str) -> Route:
    """A shipped route, drawing and all."""
    return read_route((WORKFLOWS / key / "route.bpmn").read_bytes())


def plain(route: Route) -> Route:
    """What a route says, apart from where it stands in a file and on the sheet."""
    return replace(
        route,
        elements={name: replace(element, line=0) for name, element in route.elements.items()},
        flows={name: replace(flow, line=0) for name, flow in route.flows.items()},
        geometry=Geometry(),
        pool=None,
    )


def read_again(route: Route) -> Route:
    """The route as it comes back from its own file."""
    return read_file(write_route(route))


def read_file(content: bytes) -> Route:
    """The route of a file, with findings or without."""
    found, _ = parse_route(content)
    assert found is not None
    return found


def errors(route: Route) -> list[tuple[str, str]]:
    """(element, rule) of every error its file has."""
    _, findings = parse_route(write_route(route))
    return [(finding.element, finding.rule) for finding in findings if finding.severity == "error"]
