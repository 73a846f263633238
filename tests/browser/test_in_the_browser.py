"""What a person meets in a browser: keyboard, phone, darkness, print, and pages without any script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.visitor import fits, follow
from cast import AUDITOR, DIRJEN_ASPASAF, REVIEWER, STAF_AFRIKA
from paraf.usecases import demo
from travel import acts, set_out, take
from web_service import Service

pytestmark = pytest.mark.browser
STORY = demo.STORIES[0]


@pytest.fixture
def under_way(service: Service) -> Service:
    """A case that waits for the review of its draft."""
    journey = set_out(service.office, STORY)
    for _ in range(3):
        take(service.office, next(acts(service.office, journey)))
    return service


def test_a_draft_is_written_with_rows_that_grow_at_once(enter: Enter) -> None:
    page = enter(STAF_AFRIKA)
    follow(page.get_by_role("link", name="Usulan baru"))
    page.get_by_label("Judul SOP").fill("Penyiapan Bahan Pertemuan")
    follow(page.get_by_role("button", name="Buka usulan"))
    page.get_by_label("Deskripsi", exact=True).fill("Ringkasan proses.")
    outputs = page.locator("#keluaran-bagian")
    outputs.get_by_label("Keluaran 1").fill("Bahan pertemuan")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    outputs.get_by_role("button", name="Tambah baris").click()
    expect(outputs.locator("[name='keluaran.1']")).to_be_focused()
    page.keyboard.type("Notula")
    outputs.get_by_role("button", name="Hapus baris 1").first.click()
    expect(outputs.get_by_role("textbox")).to_have_count(1)
    assert asked == [], "no way to the server and back"
    follow(page.get_by_role("button", name="Simpan sebagai versi baru"))
    expect(page.get_by_role("status")).to_have_text("Naskah versi 1 telah disimpan.")
    expect(outputs.get_by_role("textbox").first).to_have_value("Notula")


def test_a_returned_case_asks_where_to_only_for_the_chosen_decision(under_way: Service, enter: Enter) -> None:
    page = enter(REVIEWER)
    follow(page.get_by_role("link", name=STORY.title).first)
    expect(page.get_by_role("heading", name="Keputusan Anda")).to_be_visible()
    follow(page.get_by_role("button", name="Kirim keputusan"))
    expect(page.locator("#ringkasan-kesalahan"), "what is wrong is read first").to_be_focused()
    first = page.locator("#ringkasan-kesalahan a").first
    target = str(first.get_attribute("href"))
    first.click()
    expect(page).to_have_url(re.compile(re.escape(target) + "$"))
    expect(page.locator(target), "the summary leads to its field").to_have_count(1)
    for criterion in ("a", "b", "c"):
        page.locator(f"input[name='form.kriteria_{criterion}'][value=sesuai]").check()
    follow(page.get_by_role("button", name="Kirim keputusan"))
    assert page.url.endswith("/kotak-masuk")
    expect(page.get_by_role("status")).to_contain_text("telah dicatat")


def test_the_keyboard_goes_everywhere(under_way: Service, enter: Enter) -> None:
    page = enter(REVIEWER)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Langsung ke isi")
    page.keyboard.press("Enter")
    expect(page.locator("#isi")).to_be_focused()
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
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keluar")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_no_page_is_wider_than_its_window(under_way: Service, enter: Enter, size: str, scheme: str) -> None:
    page = enter(REVIEWER, size, scheme)
    ground = {"light": "rgb(243, 244, 242)", "dark": "rgb(17, 22, 27)"}[scheme]
    expect(page.locator("body")).to_have_css("background-color", ground)
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
        assert fits(page), path


def test_without_any_script_a_decision_is_taken_all_the_same(under_way: Service, enter: Enter) -> None:
    page = enter(REVIEWER, script=False)
    follow(page.get_by_role("link", name=STORY.title).first)
    follow(page.get_by_role("button", name="Tambah baris"))
    expect(page.get_by_role("heading", name="Keputusan Anda")).to_be_visible()
    for criterion in ("a", "b", "c"):
        page.locator(f"input[name='form.kriteria_{criterion}'][value=sesuai]").check()
    follow(page.get_by_role("button", name="Kirim keputusan"))
    expect(page.get_by_role("status")).to_contain_text("telah dicatat")


def test_a_document_is_shown_in_a_frame_in_which_nothing_runs(under_way: Service, enter: Enter) -> None:
    page = enter(DIRJEN_ASPASAF)
    page.goto("/berkas")
    follow(page.get_by_role("link", name=STORY.title).first)
    follow(page.locator("a[href^='/dokumen/']").first)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("KEMENTERIAN LUAR NEGERI").first).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("sandbox", "")


def test_a_dossier_is_printed_whole_and_without_the_menu(service: Service, enter: Enter) -> None:
    assert demo.carry(service.office, STORY, lambda _: None)
    page = enter(AUDITOR)
    page.goto("/berkas")
    follow(page.get_by_role("link", name=STORY.title).first)
    follow(page.get_by_role("link", name="Dosir"))
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Menu utama")).to_be_hidden()
    expect(page.get_by_role("heading", name="Naskah konsep")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.go_back()
    follow(page.get_by_role("link", name="Riwayat").first)
    filled = page.locator("details.in-record").first
    expect(filled.locator("dl")).to_be_hidden()
    expect(page.get_by_role("link", name="Baca", exact=True).first).to_be_visible()
    page.emulate_media(media="print")
    expect(filled.locator("dl")).to_be_visible()
    expect(page.get_by_role("link", name="Baca", exact=True).first).to_be_hidden()


def test_a_wide_route_is_printed_across_the_sheet(service: Service, enter: Enter) -> None:
    page = enter(STAF_AFRIKA)
    page.goto("/rute/sop_mikro_eselon1")
    page.wait_for_function("[...document.images].every((one) => one.complete)")
    sheets = re.findall(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", page.pdf(prefer_css_page_size=True))
    across = [int(width) > int(height) for width, height in sheets]
    assert across.count(True) == 1 and not across[0] and not across[-1], "the drawing alone, on one sheet"
