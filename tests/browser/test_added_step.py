"""The owner adds a step, on the canvas or in the table by keyboard, and mends what is found; a colleague
publishes it from Monday: new cases take it, running ones do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.drawing_board import ESELON_1, Board, begun
from browser.keyboard import Keyboard
from browser.visitor import follow
from cast import PROCESS_OWNER, PUBLISHER
from travel import Journey, acts, set_out, take
from web_service import PASSWORD, Service

pytestmark = pytest.mark.browser
STEP = "paraf_sekretariat_eselon_i"
NAME = "Paraf Sekretariat Eselon I"
WHY = "INT-31: Sekretariat memaraf naskah sebelum diajukan pimpinan unit."

Drawing = Callable[[Any, str], Iterator[None]]
"""Adds the step to a draft on an open page; stops once, while the draft has a fault, and ends without one."""


def on_the_canvas(page: Any, draft: str) -> Iterator[None]:
    board = Board(page, draft)
    board.drop("create.user-task", "f3", 0.8)
    board.write("name", NAME)
    page.wait_for_selector(f"[data-element-id={STEP}]")
    board.write("documentation", WHY)
    board.field("role").select_option("sekretaris_eselon_i")
    board.field("form").select_option("paraf")
    board.write("due", "1")
    page.locator(f"[data-container-id={STEP}] .finding-badge.error").wait_for()
    page.get_by_role("tab", name="Temuan").click()
    expect(page.locator("#penyunting-temuan .finding", has_text="putusan").first).to_be_visible()
    board.saved()
    yield
    page.locator("#penyunting-temuan .as-link", has_text=NAME).first.click()
    for n, (outcome, label) in enumerate((("paraf", "Bubuhkan paraf"), ("return", "Kembalikan"))):
        board.field("outcome-add").click()
        board.field(f"outcome-{n}-id").select_option(outcome)
        board.write(f"outcome-{n}-label", label)
    board.field("outcome-1-to").select_option("prepare_naskah_konsep")
    board.field("branch").click()
    page.wait_for_selector(f"[data-element-id=gw_{STEP}]")
    expect(page.locator(".finding-badge")).to_have_count(0)
    with board.saving():
        page.locator("[data-do=tidy]").click()
        expect(page.locator("[data-do=tidy]")).to_be_enabled()


def in_the_table(page: Any, draft: str) -> Iterator[None]:
    keys = Keyboard(page)
    page.goto(f"/bengkel/draf/{draft}/tabel")
    keys.follow("a[href='?sebelum=submit_usulan#tambah']")
    keys.write("#add-name", NAME)
    keys.choose("#add-lane", "lane_sekretaris_eselon_i")
    keys.follow("#tambah button")
    row = page.locator(f"#langkah-{STEP}")
    expect(row.locator(".row-findings"), "a step that says nothing of itself is found").to_contain_text("Tugas")

    keys.follow(".undo a")
    keys.write("#form-due_value", "1")
    keys.choose("#form-form", "paraf")
    keys.write("#form-documentation", WHY)
    keys.write("#form-outcomes-0-label", "Bubuhkan paraf")
    keys.write("#form-outcomes-0-id", "paraf")
    keys.press("button[name=tambah][value='form.outcomes']")
    expect(page.locator("#form-outcomes-1-label"), "the focus follows").to_be_focused()
    page.keyboard.type("Kembalikan")
    keys.write("#form-outcomes-1-id", "return")
    keys.press("[name='form.outcomes.1.returns']", "Space")
    keys.choose("[name='form.outcomes.1.ways.0.target']", "prepare_naskah_konsep")
    for summary in ("> details > summary", "> details .condition > details > summary"):
        keys.press(f".outcome:nth-of-type(2) {summary}")
    keys.write("[name='form.outcomes.1.when.text']", "option.boleh_kembali")
    keys.follow(".save-bar [value=change]")
    expect(row.locator(".row-findings .error")).to_contain_text("option.boleh_kembali")
    yield
    keys.follow(f"#langkah-{STEP} .row-acts a")
    keys.choose("[name='form.outcomes.1.when.rows.0.name']", "")
    keys.follow(".save-bar [value=change]")
    expect(row.locator(".ways")).to_contain_text("kembali ke")
    expect(page.locator(".row-findings .error")).to_have_count(0)


def _version(service: Service, journey: Journey) -> int:
    with service.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None
    return int(case.route_version)


def _open(service: Service, journey: Journey) -> set[str]:
    with service.office.store.read() as uow:
        return {task.element_id for task in uow.tasks.open_of_case(journey.instance_id)}


@pytest.mark.parametrize("drawn", [on_the_canvas, in_the_table])
def test_a_step_added_is_in_force_from_monday_for_new_cases_only(
    service: Service, enter: Enter, drawn: Drawing
) -> None:
    running = set_out(service.office)
    draft = str(begun(service)["id"])
    drawing = drawn(enter(PROCESS_OWNER), draft)
    next(drawing)
    publisher = enter(PUBLISHER)
    publisher.goto(f"/bengkel/draf/{draft}/terbitkan")
    password = publisher.locator("main input[name=password]")
    expect(password, "a draft with faults is not published").to_have_count(0)
    assert next(drawing, "ended") == "ended"

    publisher.reload()
    expect(publisher.get_by_text(NAME).first, "he sees what changes").to_be_visible()
    publisher.get_by_label("Alasan penerbitan").fill("Sekretariat memaraf sebelum pengajuan.")
    publisher.locator("input[name=when][value=day]").check()
    publisher.locator("input[name=effective_from]").fill("2026-11-30")
    password.fill(PASSWORD)
    follow(publisher.get_by_role("button", name="Terbitkan revisi"))
    assert publisher.url.endswith(f"/rute/{ESELON_1}/riwayat")

    before = set_out(service.office)
    service.clock.pass_by(days=7)
    after = set_out(service.office)
    assert [_version(service, one) for one in (running, before, after)] == [1, 1, 2]
    for journey, onward in ((running, "submit_usulan"), (after, STEP)):
        take(service.office, next(acts(service.office, journey)))
        assert _open(service, journey) == {onward}
    take(service.office, next(acts(service.office, after)))
    assert _open(service, after) == {"submit_usulan"}
