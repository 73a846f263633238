"""Drafts in the browser are saved by themselves, never over one another; readers and all others are served too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter, at_the_door, listening
from browser.drawing_board import ESELON_1, WORKFLOWS, Board, begun, without_lines
from browser.visitor import barriers, fits, follow
from cast import AUDITOR, PROCESS_OWNER
from paraf.engine.route_file import read_route
from web_service import Serve, Service

pytestmark = pytest.mark.browser

# --- saving -----------------------------------------------------------------------------------


def test_a_second_tab_is_told_who_saved_and_nothing_is_overwritten(service: Service, enter: Enter) -> None:
    draft = begun(service)["id"]
    one, other = enter(PROCESS_OWNER), enter(PROCESS_OWNER)
    first, second = Board(one, draft), Board(other, draft)
    first.choose("submit_usulan")
    first.write("name", "Nama dari tab pertama")
    first.saved()
    second.choose("submit_usulan")
    second.write("name", "Nama dari tab kedua")
    expect(other.get_by_role("alert")).to_contain_text(PROCESS_OWNER.name)
    expect(other.locator("#penyunting-simpanan")).to_contain_text("orang lain")
    assert first.stored(service).elements["submit_usulan"].name == "Nama dari tab pertama"
    with other.expect_download() as download:
        other.get_by_role("button", name="Unduh versi saya").click()
    assert "Nama dari tab kedua" in Path(download.value.path()).read_text(encoding="utf-8")
    follow(other.get_by_role("button", name="Buka yang terbaru"))
    second.ready()
    second.choose("submit_usulan")
    expect(second.field("name")).to_have_value("Nama dari tab pertama")


def test_what_is_drawn_offline_is_saved_when_the_network_is_back(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    board.choose("submit_usulan")
    page.context.set_offline(True)
    board.write("name", "Ditulis saat luring")
    page.wait_for_selector("#penyunting-simpanan[data-state=offline]")
    page.context.set_offline(False)
    board.saved()
    assert board.stored(service).elements["submit_usulan"].name == "Ditulis saat luring"


def test_leaving_by_a_link_saves_first(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    board.choose("submit_usulan")
    board.field("name").fill("Ditulis sesaat sebelum pergi")
    follow(page.get_by_role("link", name="Bengkel").first)
    assert page.url.endswith("/bengkel")
    assert board.stored(service).elements["submit_usulan"].name == "Ditulis sesaat sebelum pergi"


def test_a_file_of_another_editor_takes_the_place_of_the_diagram_and_can_be_taken_back(
    service: Service, enter: Enter
) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    other = (WORKFLOWS / "sop_teknis" / "route.bpmn").read_bytes()
    with page.expect_file_chooser() as chooser:
        page.locator("[data-do=import]").click()
    with board.saving():
        chooser.value.set_files({"name": "lain.bpmn", "mimeType": "application/xml", "buffer": other})
    expect(page.get_by_text("Diagram telah digantikan")).to_be_visible()
    assert board.stored(service).key == ESELON_1, "the process keeps the key of the route"
    assert list(board.stored(service).elements) == list(read_route(other).elements)
    with board.saving():
        page.get_by_role("button", name="Kembali ke diagram sebelumnya").click()
    page.wait_for_selector("[data-element-id=submit_usulan]")
    assert "submit_usulan" in board.stored(service).elements
    with page.expect_file_chooser() as chooser:
        page.locator("[data-do=import]").click()
    chooser.value.set_files({"name": "rusak.bpmn", "mimeType": "application/xml", "buffer": b"<p>"})
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_selector("[data-element-id=submit_usulan]")


# --- readers, phones, everybody ---------------------------------------------------------------


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_reader_sees_diagram_and_findings_and_changes_nothing(
    service: Service, enter: Enter, size: str
) -> None:
    page = enter(AUDITOR, size)
    draft = begun(service)["id"]
    board = Board(page, draft)
    expect(page.locator(".djs-palette")).to_have_count(0)
    expect(page.locator("[data-do=undo]")).to_have_count(0)
    board.choose("submit_usulan")
    expect(board.field("name")).to_be_disabled()
    assert board.findings() == []
    assert fits(page)
    assert without_lines(board.exported()) == without_lines(
        read_route((WORKFLOWS / ESELON_1 / "route.bpmn").read_bytes())
    )


def test_on_a_phone_the_owner_reads_and_is_led_to_the_step_table(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER, "phone")
    Board(page, begun(service)["id"])
    expect(page.locator("#penyunting-sempit")).to_be_visible()
    expect(page.locator(".djs-palette")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_checker_finds_no_barrier_around_the_canvas(service: Service, enter: Enter, scheme: str) -> None:
    page = enter(PROCESS_OWNER, scheme=scheme)
    board = Board(page, begun(service)["id"])
    assert barriers(page) == []
    for element_id in (
        ("submit_usulan", "f8", "gw_submit_usulan", "lane_sekjen") if scheme == "light" else ("f8",)
    ):
        board.choose(element_id)
        assert barriers(page) == [], element_id
    page.locator(".djs-minimap .toggle").click()
    board.choose("submit_usulan")
    page.locator(".djs-context-pad .entry[data-action=replace]").click()
    page.locator(".djs-popup").wait_for()
    assert barriers(page) == [], "a menu is open"
    board.dismiss()
    page.get_by_role("tab", name="Temuan").click()
    board.findings()
    assert barriers(page) == []


def test_a_file_that_cannot_be_drawn_still_shows_its_findings(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service, "rusak", b"<bpmn:definitions><oops")["id"])
    expect(page.get_by_text("Berkas ini belum dapat digambar")).to_be_visible()
    assert len(board.findings()) == 1
    undrawn = (WORKFLOWS / "sop_teknis" / "route.bpmn").read_bytes().partition(b"<bpmndi:BPMNDiagram")[0]
    other = begun(service, "tanpa_gambar", undrawn + b"</bpmn:definitions>")["id"]
    board = Board(page, other)
    expect(page.get_by_text("Berkas ini belum dapat digambar")).to_be_visible()
    with board.saving():
        page.locator("[data-do=tidy]").click()
    page.wait_for_selector("[data-element-id=write_sop_teknis]")
    assert board.stored(service).geometry.boxes


def test_the_editor_speaks_english_where_the_office_does(serving: Serve, chromium: Any) -> None:
    running = serving(language="en")
    running.signed_in(PROCESS_OWNER)
    with listening(running) as address, chromium.new_context(base_url=address) as context:
        page = at_the_door(context, PROCESS_OWNER)
        Board(page, begun(running)["id"])
        expect(page.locator("[data-do=undo]")).to_have_text("Undo")
        expect(page.get_by_label("Create person's step")).to_be_visible()
