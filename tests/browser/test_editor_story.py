"""The owner adds a step on the canvas, a colleague publishes it from Monday: new cases take it, running ones do not."""

from __future__ import annotations

import pytest

from browser.conftest import Enter
from browser.drawing_board import ESELON_1, Board, begun
from cast import PROCESS_OWNER, PUBLISHER
from travel import Journey, acts, set_out, take
from web_service import PASSWORD, Service

pytestmark = pytest.mark.browser
STEP = "paraf_sekretariat_eselon_i"


def _version(service: Service, journey: Journey) -> int:
    with service.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None
    return int(case.route_version)


def _open(service: Service, journey: Journey) -> set[str]:
    with service.office.store.read() as uow:
        return {task.element_id for task in uow.tasks.open_of_case(journey.instance_id)}


def test_a_step_added_on_the_canvas_is_in_force_from_monday_for_new_cases_only(
    service: Service, enter: Enter
) -> None:
    running = set_out(service.office)
    draft = begun(service)["id"]
    page = enter(PROCESS_OWNER)
    board = Board(page, draft)

    board.drop("create.user-task", "f3", 0.8)
    board.write("name", "Paraf Sekretariat Eselon I")
    page.wait_for_selector(f"[data-element-id={STEP}]")
    board.write("documentation", "INT-31: Sekretariat memaraf naskah sebelum diajukan pimpinan unit.")
    board.field("role").select_option("sekretaris_eselon_i")
    board.field("form").select_option("paraf")
    board.write("due", "1")
    page.locator(f"[data-container-id={STEP}] .finding-badge.error").wait_for()
    page.get_by_role("tab", name="Temuan").click()
    assert any("putusan" in one for one in board.findings())
    page.locator("#penyunting-temuan .as-link", has_text="Paraf Sekretariat Eselon I").first.click()
    for n, (outcome, label) in enumerate((("paraf", "Bubuhkan paraf"), ("return", "Kembalikan"))):
        board.field("outcome-add").click()
        board.field(f"outcome-{n}-id").select_option(outcome)
        board.write(f"outcome-{n}-label", label)
    board.field("outcome-1-to").select_option("prepare_naskah_konsep")
    board.field("branch").click()
    page.wait_for_selector(f"[data-element-id=gw_{STEP}]")
    page.locator(".finding-badge").first.wait_for(state="detached")
    page.locator("[data-do=tidy]").click()
    page.wait_for_function("() => !document.querySelector('[data-do=tidy]').disabled")
    board.saved()

    publisher = enter(PUBLISHER)
    publisher.goto(f"/bengkel/draf/{draft}/terbitkan")
    assert publisher.get_by_text("Paraf Sekretariat Eselon I").first.is_visible(), "he sees what changes"
    publisher.get_by_label("Alasan penerbitan").fill("Sekretariat memaraf sebelum pengajuan.")
    publisher.locator("input[name=when][value=day]").check()
    publisher.locator("input[name=effective_from]").fill("2026-11-30")
    publisher.locator("input[name=password]").fill(PASSWORD)
    publisher.get_by_role("button", name="Terbitkan revisi").click()
    publisher.wait_for_url(f"**/rute/{ESELON_1}/riwayat")

    before = set_out(service.office)
    service.clock.pass_by(days=7)
    after = set_out(service.office)
    assert [_version(service, one) for one in (running, before, after)] == [1, 1, 2]
    for journey, onward in ((running, "submit_usulan"), (after, STEP)):
        take(service.office, next(acts(service.office, journey)))
        assert _open(service, journey) == {onward}
    take(service.office, next(acts(service.office, after)))
    assert _open(service, after) == {"submit_usulan"}
