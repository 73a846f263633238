"""Two versions side by side in a browser: marked, moved as one, the watermark free, whole without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.visitor import fits
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


@contextmanager
def moving(page: Any) -> Iterator[None]:
    """What is done inside moves the drawings; the block ends when they have moved."""
    drawing = page.locator(VIEWPORT.format(side="after"))
    was = drawing.get_attribute("transform")
    yield
    expect(drawing).not_to_have_attribute("transform", was)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_both_drawings_move_as_one_and_are_marked(
    enter: Enter, service: Service, compared: str, size: str
) -> None:
    page = enter(PUBLISHER, size)
    page.goto(compared)
    expect(page.locator("#perbandingan.live g.cmp-changed")).to_have_count(2)
    expect(page.locator(".cmp-sign-changed")).to_have_count(2)
    assert places(page)[0] == places(page)[1]
    words, drawing = (page.locator(one).bounding_box() for one in (".changes", ".cmp-canvas >> nth=0"))
    assert (words["y"] < drawing["y"]) == (size == "phone"), "on a phone the words come first"
    assert drawing["height"] <= (240 if size == "phone" else 416)
    with moving(page):
        page.get_by_role("button", name="Tampilkan semuanya").click()
    before = places(page)
    assert before[0] == before[1]
    with moving(page):
        page.locator("[data-go-to]").first.click()
    expect(page.locator("g.cmp-here")).to_have_count(2)
    after = places(page)
    assert after[0] == after[1] and after != before
    canvas = page.locator("[data-side=after] .cmp-canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    with moving(page):
        page.mouse.wheel(0, 120)
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
    assert fits(page)


def test_without_a_script_both_pictures_stand_there(enter: Enter, compared: str) -> None:
    page = enter(PUBLISHER, script=False)
    page.goto(compared)
    expect(page.locator(".cmp-picture img")).to_have_count(2)
    expect(page.locator(".cmp-canvas")).to_have_count(0)
    expect(page.get_by_text("1 perbedaan")).to_be_visible()


def test_a_page_of_two_published_versions(enter: Enter, service: Service) -> None:
    page = enter(PROCESS_OWNER, scheme="dark")
    page.goto(f"/rute/{KEY}/banding")
    expect(page.locator("#perbandingan.live .cmp-canvas")).to_have_count(2)
    expect(page.get_by_text("Tidak ada perbedaan.")).to_be_visible()
