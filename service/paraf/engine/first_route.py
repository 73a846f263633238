"""The smallest whole route, from which a new one is drawn: one lane, one step, an end.

Knows what a route cannot do without; must not know who draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from paraf.domain.route import Element, Flow, Kind, Lane, Outcome, Route
from paraf.engine.layout import draw
from paraf.engine.write_route import write_route
from paraf.language import N_


def first_route(key: str, name: str, translate: Callable[[str], str]) -> bytes:
    """The file of a new route with one step for the head of the proposing unit."""
    lane = Lane("lane_pimpinan_unit", translate(N_("Head of the unit")), "pimpinan_unit")
    elements = (
        Element(
            "start",
            Kind.START,
            translate(N_("Start")),
            translate(N_("The case begins here.")),
            lane=lane.id,
            role=lane.role,
        ),
        Element(
            "first_step",
            Kind.USER,
            translate(N_("First step")),
            translate(N_("Write here what is done in this step and on which article it rests.")),
            form="approval",
            outcomes=(Outcome("approve", translate(N_("Approve"))),),
            lane=lane.id,
            role=lane.role,
        ),
        Element(
            "set",
            Kind.END,
            translate(N_("Finished")),
            translate(N_("The case ends here.")),
            lane=lane.id,
            role=lane.role,
        ),
    )
    route = Route(
        key=key,
        name=name,
        documentation=translate(N_("A new route that is still being drawn.")),
        options={},
        lanes=(lane,),
        elements={element.id: element for element in elements},
        flows={
            "f1": Flow("f1", "start", "first_step"),
            "f2": Flow("f2", "first_step", "set"),
        },
        pool="pool",
    )
    return write_route(replace(route, geometry=draw(route)))
