"""The owner adds a step by the table with the keyboard alone, mends what is found, and a colleague publishes."""

from __future__ import annotations

from typing import Any

import pytest

from browser.conftest import SIZES, Enter
from browser.test_repairs import is_sound
from cast import PROCESS_OWNER, PUBLISHER
from travel import Journey, acts, set_out, take
from web_service import PASSWORD, Service

pytestmark = pytest.mark.browser
KEY = "sop_mikro_eselon1"
STEP = "paraf_sekretariat_eselon_i"


def begun(service: Service) -> str:
    answer = service.as_person(PROCESS_OWNER).post("/drafts", json={"key": KEY})
    return str(answer.get_json()["id"])


class Keyboard:
    """A page that is reached by Tab, filled by typing, and sent by Enter; nobody has a mouse."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element that has the focus is this one."""
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    def write(self, selector: str, words: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words) if words else self.page.keyboard.press("Delete")

    def choose(self, selector: str, value: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Home")
        for _ in range(200):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} does not offer {value}")

    def tick(self, selector: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Space")

    def press(self, selector: str, until: str) -> None:
        """Enter on a button or a link, and wait for what it leads to."""
        self.tab_to(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(until, timeout=60_000)


def _version(service: Service, journey: Journey) -> int:
    with service.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None
    return int(case.route_version)


def _open(service: Service, journey: Journey) -> set[str]:
    with service.office.store.read() as uow:
        return {task.element_id for task in uow.tasks.open_of_case(journey.instance_id)}


def test_a_step_added_by_the_table_is_in_force_from_monday_for_new_cases_only(
    service: Service, enter: Enter
) -> None:
    running = set_out(service.office)
    draft = begun(service)
    page = enter(PROCESS_OWNER)
    keys = Keyboard(page)
    page.goto(f"/bengkel/draf/{draft}/tabel")

    keys.press("a[href='?sebelum=submit_usulan#tambah']", "#tambah:target")
    keys.write("#add-name", "Paraf Sekretariat Eselon I")
    keys.choose("#add-lane", "lane_sekretaris_eselon_i")
    keys.press("#tambah button", f"#langkah-{STEP}")
    row = page.locator(f"#langkah-{STEP}")
    assert "Tugas" in row.locator(".row-findings").inner_text(), "a step that says nothing of itself is found"

    keys.press(".undo a", "#form-documentation")
    keys.write("#form-due_value", "1")
    keys.choose("#form-form", "paraf")
    keys.write("#form-documentation", "INT-31: Sekretariat memaraf naskah sebelum diajukan pimpinan unit.")
    keys.write("#form-outcomes-0-label", "Bubuhkan paraf")
    keys.write("#form-outcomes-0-id", "paraf")
    keys.tab_to("button[name=tambah][value='form.outcomes']")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "form-outcomes-1-label", "the focus follows"
    page.keyboard.type("Kembalikan")
    keys.write("#form-outcomes-1-id", "return")
    keys.tick("[name='form.outcomes.1.returns']")
    keys.choose("[name='form.outcomes.1.ways.0.target']", "prepare_naskah_konsep")
    for summary in ("> details > summary", "> details .condition > details > summary"):
        keys.tab_to(f".outcome:nth-of-type(2) {summary}")
        page.keyboard.press("Enter")
    keys.write("[name='form.outcomes.1.when.text']", "option.boleh_kembali")
    keys.press(".save-bar [value=change]", ".step-table")

    row = page.locator(f"#langkah-{STEP}")
    assert "option.boleh_kembali" in row.locator(".row-findings .error").inner_text()
    publisher = enter(PUBLISHER)
    publisher.goto(f"/bengkel/draf/{draft}/terbitkan")
    assert publisher.locator("input[name=password]").count() == 0, "a draft with faults is not published"

    keys.press(f"#langkah-{STEP} .row-acts a", "#form-documentation")
    keys.choose("[name='form.outcomes.1.when.rows.0.name']", "")
    keys.press(".save-bar [value=change]", ".step-table")
    assert page.locator(".row-findings .error").count() == 0
    assert "kembali ke" in page.locator(f"#langkah-{STEP} .ways").inner_text()

    publisher.reload()
    assert publisher.get_by_text("Paraf Sekretariat Eselon I").first.is_visible(), "he sees what changes"
    publisher.locator("#note").fill("Sekretariat memaraf sebelum pengajuan.")
    publisher.locator("input[name=when][value=day]").check()
    publisher.locator("input[name=effective_from]").fill("2026-11-30")
    publisher.locator("input[name=password]").fill(PASSWORD)
    publisher.locator("form .btn.main").click()
    publisher.wait_for_url(f"**/rute/{KEY}/riwayat")

    before = set_out(service.office)
    service.clock.pass_by(days=7)
    after = set_out(service.office)
    assert [_version(service, one) for one in (running, before, after)] == [1, 1, 2]
    for journey, onward in ((running, "submit_usulan"), (after, STEP)):
        take(service.office, next(acts(service.office, journey)))
        assert _open(service, journey) == {onward}
    take(service.office, next(acts(service.office, after)))
    assert _open(service, after) == {"submit_usulan"}


PAGES = (
    "tabel", "tabel/submit_usulan", "tabel/check_naskah_complete", "formulir", "formulir/discussion",
    "keputusan/choose_route?baris=0",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_the_table_fit_their_screen_and_are_calm(
    service: Service, enter: Enter, size: str
) -> None:
    draft = begun(service)
    page = enter(PROCESS_OWNER, size, scheme="dark" if size == "phone" else "light")
    for address in PAGES:
        page.goto(f"/bengkel/draf/{draft}/{address}")
        # at its end nothing lies under the bar with the buttons
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        is_sound(page)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
        assert len(ids) == len(set(ids)), address
        unnamed = page.evaluate(
            "[...document.querySelectorAll('main :is(input:not([type=hidden]), select, textarea)')].filter("
            "(one) => !one.labels?.length && !one.ariaLabel).map((one) => one.name)"
        )
        assert unnamed == [], address


def test_the_preview_of_a_form_follows_the_fields(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    page.goto(f"/bengkel/draf/{begun(service)}/formulir/paraf")
    page.locator("[name='isi.rows.0.title']").fill("Judul yang baru diketik")
    page.locator("#pratinjau", has_text="Judul yang baru diketik").wait_for()
