"""Two versions side by side in a browser: marked, moved as one, the watermark free, whole without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from browser.conftest import Enter
from cast import PROCESS_OWNER, PUBLISHER
from web_service import Service

pytestmark = pytest.mark.browser
KEY = "sop_mikro_eselon1"
VIEWPORT = "[data-side={side}] .viewport"


@pytest.fixture
def compared(service: Service) -> str:
    """The address of a draft that changes one label."""
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"key": KEY}).get_json()
    bpmn = draft["bpmn"].replace("Tanda tangani", "Bubuhkan tanda tangan", 1)
    owner.put(f"/drafts/{draft['id']}", json={"revision": 1, "bpmn": bpmn})
    return f"/bengkel/draf/{draft['id']}/banding"


def places(page: Any) -> list[list[float]]:
    """Where and how large either drawing stands, to a pixel."""
    found = [
        page.locator(VIEWPORT.format(side=side)).get_attribute("transform") for side in ("before", "after")
    ]
    numbers = [[float(number) for number in re.findall(r"-?[\d.]+", one)] for one in found]
    return [[round(scale, 3), round(x), round(y)] for scale, _, _, _, x, y in numbers]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_both_drawings_move_as_one_and_are_marked(
    enter: Enter, service: Service, compared: str, size: str
) -> None:
    page = enter(PUBLISHER, size)
    page.goto(compared)
    page.wait_for_selector("#perbandingan.live .cmp-changed")
    assert page.locator("g.cmp-changed").count() == 2 and page.locator(".cmp-sign-changed").count() == 2
    assert places(page)[0] == places(page)[1]
    page.get_by_role("button", name="Tampilkan semuanya").click()
    before = places(page)
    assert before[0] == before[1]
    page.locator("[data-go-to]").first.click()
    page.wait_for_selector("g.cmp-here")
    after = places(page)
    assert after[0] == after[1] and after != before
    canvas = page.locator("[data-side=after] .cmp-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.wheel(0, 120)
    page.wait_for_timeout(200)
    moved = places(page)
    assert moved[0] == moved[1] and moved != after
    for mark in page.locator(".bjs-powered-by").all():
        mark.scroll_into_view_if_needed()
        spot = mark.bounding_box()
        on_top = page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('.bjs-powered-by') !== null",
            [spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2],
        )
        assert on_top, "nothing covers the watermark"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_script_both_pictures_stand_there(enter: Enter, compared: str) -> None:
    page = enter(PUBLISHER, script=False)
    page.goto(compared)
    assert page.locator(".cmp-picture img").count() == 2
    assert page.locator(".cmp-canvas").count() == 0
    assert page.get_by_text("1 perbedaan").is_visible()


def test_a_page_of_two_published_versions(enter: Enter, service: Service) -> None:
    page = enter(PROCESS_OWNER, scheme="dark")
    page.goto(f"/rute/{KEY}/banding")
    page.wait_for_selector("#perbandingan.live .cmp-canvas")
    assert page.get_by_text("Tidak ada perbedaan.").is_visible()
