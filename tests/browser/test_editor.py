"""A process owner draws in a browser: nothing is lost, nothing is overwritten, everything is in Indonesian."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from browser.conftest import Enter
from browser.drawing_board import ESELON_1, WORKFLOWS, Board, begun
from cast import AUDITOR, PROCESS_OWNER
from paraf.domain.route import Geometry, Route
from paraf.engine.route_file import read_route
from web_service import Service

pytestmark = pytest.mark.browser
KEYS = sorted(path.parent.name for path in WORKFLOWS.glob("*/route.bpmn"))


def without_lines(route: Route) -> Route:
    """The route without line numbers and without the numbers of its drawing."""
    return replace(
        route,
        elements={name: replace(element, line=0) for name, element in route.elements.items()},
        flows={name: replace(flow, line=0) for name, flow in route.flows.items()},
        geometry=Geometry(),
    )


def test_every_shipped_route_goes_through_the_editor_unharmed(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    for key in KEYS:
        shipped = read_route((WORKFLOWS / key / "route.bpmn").read_bytes())
        board = Board(page, begun(service, key)["id"])
        came = board.exported()
        assert without_lines(came) == without_lines(shipped)
        assert list(came.elements) == list(shipped.elements)
        assert came.geometry == shipped.geometry
        assert board.findings() == [], key


def test_a_step_drawn_on_a_line_stands_between_what_the_line_joined(service: Service, enter: Enter) -> None:
    board = Board(enter(PROCESS_OWNER), begun(service)["id"])
    board.drop("create.user-task", "f3", 0.8)
    board.write("name", "Paraf Sekretariat Eselon I")
    board.page.wait_for_selector("[data-element-id=paraf_sekretariat_eselon_i]")
    board.field("role").select_option("sekretaris_eselon_i")
    board.field("outcome-add").click()
    board.field("outcome-0-id").select_option("paraf")
    board.write("outcome-0-label", "Bubuhkan paraf")
    board.saved()
    route = board.stored(service)
    step = route.elements["paraf_sekretariat_eselon_i"]
    assert (step.name, step.role, step.outcomes[0].label) == (
        "Paraf Sekretariat Eselon I",
        "sekretaris_eselon_i",
        "Bubuhkan paraf",
    )
    assert route.flows["f3"].target == step.id
    assert [flow.target for flow in route.outgoing(step.id)] == ["submit_usulan"]
