"""The pages on which routes, forms and tables are changed without drawing: in every window, and as one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import SIZES, Enter
from browser.drawing_board import begun
from browser.visitor import is_sound
from cast import PROCESS_OWNER
from web_service import Service

pytestmark = pytest.mark.browser
PAGES = (
    "tabel", "tabel/submit_usulan", "tabel/check_naskah_complete", "formulir", "formulir/discussion", "keputusan",
    "keputusan/choose_route?baris=0",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_the_table_fit_their_screen_and_are_calm(
    service: Service, enter: Enter, size: str
) -> None:
    draft = begun(service)["id"]
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
    page.goto(f"/bengkel/draf/{begun(service)['id']}/formulir/paraf")
    page.locator("[name='isi.rows.0.title']").fill("Judul yang baru diketik")
    expect(page.locator("#pratinjau")).to_contain_text("Judul yang baru diketik")
