"""What a person meets in a browser: keyboard, phone, darkness, print, and pages without any script."""

from __future__ import annotations

from typing import Any

import pytest

from browser.conftest import Enter
from cast import AUDITOR, DIRJEN_ASPASAF, REVIEWER, STAF_AFRIKA
from paraf.usecases import demo
from travel import acts, set_out, take
from web_service import Service

pytestmark = pytest.mark.browser
STORY = demo.STORIES[0]


def _fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def _contrast(page: Any) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.fixture
def under_way(service: Service) -> Service:
    """A case that waits for the review of its draft."""
    journey = set_out(service.office, STORY)
    for _ in range(3):
        take(service.office, next(acts(service.office, journey)))
    return service


def test_a_draft_is_written_with_rows_that_grow_at_once(enter: Enter) -> None:
    page = enter(STAF_AFRIKA)
    page.get_by_role("link", name="Usulan baru").click()
    page.get_by_label("Judul SOP").fill("Penyiapan Bahan Pertemuan")
    page.get_by_role("button", name="Buka usulan").click()
    page.get_by_label("Deskripsi", exact=True).fill("Ringkasan proses.")
    outputs = page.locator("#keluaran-bagian")
    outputs.get_by_label("Keluaran 1").fill("Bahan pertemuan")
    address = page.url
    outputs.get_by_role("button", name="Tambah baris").click()
    assert page.url == address, "no way to the server and back"
    assert page.evaluate("document.activeElement.name") == "keluaran.1"
    page.keyboard.type("Notula")
    outputs.get_by_role("button", name="Hapus baris 1").first.click()
    page.get_by_role("button", name="Simpan sebagai versi baru").click()
    assert page.get_by_role("status").inner_text().strip() == "Naskah versi 1 telah disimpan."
    assert outputs.get_by_role("textbox").first.input_value() == "Notula"


def test_a_returned_case_asks_where_to_only_for_the_chosen_decision(under_way: Service, enter: Enter) -> None:
    page = enter(REVIEWER)
    page.get_by_role("link", name=STORY.title).first.click()
    page.get_by_role("heading", name="Keputusan Anda").wait_for()
    page.get_by_role("button", name="Kirim keputusan").click()
    page.wait_for_selector("#ringkasan-kesalahan")
    assert page.evaluate("document.activeElement.id") == "ringkasan-kesalahan", "what is wrong is read first"
    first = page.locator("#ringkasan-kesalahan a").first
    target = first.get_attribute("href")
    first.click()
    assert page.evaluate("location.hash") == target
    assert page.locator(str(target)).count() == 1, "the summary leads to its field"
    for criterion in ("a", "b", "c"):
        page.locator(f"input[name='form.kriteria_{criterion}'][value=sesuai]").check()
    page.get_by_role("button", name="Kirim keputusan").click()
    page.wait_for_url("**/kotak-masuk")
    assert "telah dicatat" in page.get_by_role("status").inner_text()


def test_the_keyboard_goes_everywhere(under_way: Service, enter: Enter) -> None:
    page = enter(REVIEWER)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        tag, words, visible = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.textContent.trim(), s.outlineStyle !== 'none' || e.matches(':focus-visible')]; }"
        )
        reached.add(words)
        assert visible or tag == "BODY", (tag, words)
    assert STORY.title in reached
    menu = page.locator("details.me > summary")
    menu.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Keluar").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Keluar").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_no_page_is_wider_than_its_window(under_way: Service, enter: Enter, size: str, scheme: str) -> None:
    page = enter(REVIEWER, size, scheme)
    assert _contrast(page) == {"light": "rgb(243, 244, 242)", "dark": "rgb(17, 22, 27)"}[scheme]
    page.goto("/berkas")
    proposal = page.get_by_role("link", name=STORY.title).first.get_attribute("href")
    page.goto(proposal)
    history = page.get_by_role("link", name="Riwayat").get_attribute("href")
    document = page.locator("a[href^='/dokumen/']").first.get_attribute("href")
    version = page.get_by_role("link", name="Versi 1").get_attribute("href")
    page.goto("/kotak-masuk")
    task = page.get_by_role("link", name=STORY.title).first.get_attribute("href")
    paths = [
        task,
        proposal,
        history,
        f"{history}?semua=1",
        history.replace("riwayat", "dossier"),
        document,
        version,
    ]
    paths += [
        "/kotak-masuk",
        "/berkas",
        "/tembusan",
        "/daftar-sop",
        "/rute",
        "/rute/sop_mikro_eselon1",
        "/profil",
    ]
    for path in [*paths, "/usulan/baru", "/tidak-ada"]:
        page.goto(path)
        assert _fits(page), path


def test_without_any_script_a_decision_is_taken_all_the_same(under_way: Service, enter: Enter) -> None:
    page = enter(REVIEWER, script=False)
    page.get_by_role("link", name=STORY.title).first.click()
    page.get_by_role("button", name="Tambah baris").click()
    page.get_by_role("heading", name="Keputusan Anda").wait_for()
    for criterion in ("a", "b", "c"):
        page.locator(f"input[name='form.kriteria_{criterion}'][value=sesuai]").check()
    page.get_by_role("button", name="Kirim keputusan").click()
    assert "telah dicatat" in page.get_by_role("status").inner_text()


def test_a_document_is_shown_in_a_frame_in_which_nothing_runs(under_way: Service, enter: Enter) -> None:
    page = enter(DIRJEN_ASPASAF)
    page.goto("/berkas")
    page.get_by_role("link", name=STORY.title).first.click()
    page.locator("a[href^='/dokumen/']").first.click()
    frame = page.frame_locator("iframe")
    assert frame.get_by_text("KEMENTERIAN LUAR NEGERI").first.is_visible()
    assert page.locator("iframe").get_attribute("sandbox") == ""


def test_a_dossier_is_printed_whole_and_without_the_menu(service: Service, enter: Enter) -> None:
    assert demo.carry(service.office, STORY, lambda _: None)
    page = enter(AUDITOR)
    page.goto("/berkas")
    page.get_by_role("link", name=STORY.title).first.click()
    page.get_by_role("link", name="Dosir").click()
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Menu utama").is_visible()
    assert page.get_by_role("heading", name="Naskah konsep").is_visible()
    assert page.pdf().startswith(b"%PDF")
