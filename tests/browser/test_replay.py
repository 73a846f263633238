"""The auditor's way in a browser: he finds a case by the name of an acting official, replays it to the
return on its diagram, and opens the document as it was."""

from __future__ import annotations

from typing import Any

import pytest

from browser.conftest import Enter
from browser.test_repairs import is_sound
from cast import AUDITOR, KARO_KEUANGAN, REVIEWER, Player, player
from paraf.usecases import demo_papers
from web_service import Service, upload

pytestmark = pytest.mark.browser

TITLE = "Pengelolaan Arsip Biro Umum"
REASON = "Halaman terakhir tidak ada pada berkas cetak."


def decide(service: Service, who: Player, case: str, **decision: Any) -> None:
    """Take the one open decision of the case."""
    (task,) = service.as_person(who).get(f"/instances/{case}").get_json()["tasks"]
    answer = service.as_person(who).post(f"/tasks/{task['id']}/decide", json=decision)
    assert answer.status_code == 200, answer.get_json()
    service.clock.pass_by(hours=3)


@pytest.fixture
def returned(service: Service) -> str:
    """A case that the Plh. Kepala Biro Umum handed on and Biro PO sent back; its id."""
    clerk = player("staf.umum")
    staff = service.as_person(clerk)
    opened = service.proposed(staff, unit="BUM", title=TITLE)
    with service.office.store.read() as uow:
        organisation = service.office.organisation(uow)
    body = demo_papers.naskah(organisation, TITLE, "BUM", (), "mikro")
    assert staff.put(f"/proposals/{opened['id']}/naskah", json=body).status_code == 200
    file = {"role": "softcopy", "file": upload("naskah.pdf", demo_papers.softcopy(TITLE))}
    assert staff.post(f"/proposals/{opened['id']}/attachments", data=file).status_code == 201
    case = str(opened["instance_id"])
    decide(service, clerk, case, outcome="submit")
    decide(service, KARO_KEUANGAN, case, outcome="submit")
    decide(service, REVIEWER, case, outcome="return", comment=REASON)
    return case


def replayed(page: Any, case: str, step: int = 1) -> Any:
    page.goto(f"/berkas/{case}/putar?langkah={step}")
    page.wait_for_selector("[data-ready]")
    return page


def test_an_auditor_finds_replays_and_opens_what_an_acting_official_did(returned: str, enter: Enter) -> None:
    page = enter(AUDITOR)
    page.get_by_role("link", name="Audit", exact=True).click()
    page.get_by_label("Pejabat yang bertindak").fill("Juwita")
    page.get_by_text("Syarat lain").click()
    page.get_by_label("Kedudukan").select_option(label="Pejabat pengganti, Plt. atau Plh.")
    page.get_by_role("button", name="Cari").click()
    page.get_by_text("Plh. Kepala Biro Umum").first.wait_for()
    page.get_by_role("link", name="Putar ulang").click()
    page.wait_for_selector("[data-ready]")
    # to the moment of the return, by the list
    page.locator(".rp-facts a", has_text="Kembali").last.click()
    detail = page.locator(".rp-detail")
    assert detail.get_by_text(REASON).is_visible()
    assert detail.get_by_text(REVIEWER.name).first.is_visible()
    assert page.locator(".rp-canvas .rp-returned").count() == 1
    # and back to what the acting head did
    page.locator(".rp-facts a", has_text="Plh. Kepala Biro Umum").last.click()
    assert detail.get_by_text("atas nama Larasati Ekaputra").is_visible()
    page.locator(".rp-facts a", has_text="Usulan ditandatangani").last.click()
    # the document as it was at that moment
    detail.get_by_role("link", name="Usulan").first.click()
    page.wait_for_url("**/dokumen/**")
    assert page.frame_locator("iframe").get_by_text("Plh. Kepala Biro Umum").first.is_visible()


def marks(page: Any) -> dict[str, list[str]]:
    """Every mark on the canvas: name -> its states."""
    found: dict[str, list[str]] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.rp-canvas .djs-element')]"
        ".map((one) => [one.dataset.elementId, [...one.classList].filter((name) =>"
        " /^rp-(open|done|returned|passed|walked)$/.test(name)).map((name) => name.slice(3))])"
        ".filter(([, states]) => states.length))"
    )
    return found


def test_the_canvas_shows_the_state_of_the_moment_forwards_and_backwards(
    returned: str, service: Service, enter: Enter
) -> None:
    facts = service.as_person(AUDITOR).get(f"/instances/{returned}/replay").get_json()["facts"]
    page = replayed(enter(AUDITOR), returned)
    scrub = page.locator(".rp-range")
    for k in (1, 3, len(facts), 7, len(facts) - 1, 2, len(facts) // 2):
        scrub.fill(str(k))
        expected = {}
        for fact in facts[:k]:
            for name, state, _ in fact["changes"]:
                expected[name] = [state]
        assert marks(page) == expected, k
        assert page.locator(".rp-facts a[aria-current]").get_attribute("data-seq") == str(k)
        assert page.locator(".rp-said").inner_text().startswith(f"Langkah {k} dari {len(facts)}:")


def test_the_keyboard_steps_and_leaves_fields_alone(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned)

    def at() -> int:
        return int(page.locator(".rp-facts a[aria-current]").get_attribute("data-seq"))

    newest = page.locator(".rp-facts a").count()
    for key, expected in (
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", newest),
        ("ArrowRight", newest),
        ("Home", 1),
        ("ArrowLeft", 1),
    ):
        page.keyboard.press(key)
        assert at() == expected, key
    page.get_by_label("Laju").select_option("8")
    page.get_by_label("Laju").press("ArrowUp")
    assert at() == 1, "an arrow in a field belongs to the field"
    page.locator("h1").click()
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('.rp-facts a[aria-current]').dataset.seq > 4")
    assert page.get_by_role("button", name="Jeda").is_visible()
    page.keyboard.press("Space")
    stopped = at()
    page.wait_for_timeout(400)
    assert at() == stopped
    page.wait_for_function(f"() => location.search === '?langkah={stopped}'")
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert at() == stopped, "the address keeps the moment"


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light")])
def test_the_replay_fits_its_window_and_covers_no_watermark(
    returned: str, enter: Enter, size: str, scheme: str
) -> None:
    page = replayed(enter(AUDITOR, size, scheme), returned, 9)
    for _ in range(2):
        is_sound(page)
        page.locator(".rp-canvas").scroll_into_view_if_needed()
        uncovered = page.evaluate(
            "() => { const mark = document.querySelector('.bjs-powered-by'), box = mark.getBoundingClientRect();"
            " const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
            " return mark.contains(top) && getComputedStyle(mark).opacity === '1'; }"
        )
        assert uncovered
        page.get_by_role("button", name="Peta panas waktu").click()
    for path in ("/audit?outcome=return&person=a", "/audit/catatan"):
        page.goto(path)
        is_sound(page)


def test_the_heat_map_tells_times_and_goes_away_again(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned)
    button = page.get_by_role("button", name="Peta panas waktu")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".rp-canvas [class*=rp-heat-]").count() == page.locator("table .rp-level").count()
    assert "jam kerja" in page.locator(".rp-badge.wide").first.inner_text()
    button.click()
    assert page.locator(".rp-canvas [class*=rp-heat-]").count() == 0


def test_without_any_script_the_moment_is_a_picture_and_a_list(returned: str, enter: Enter) -> None:
    page = enter(AUDITOR, script=False)
    page.goto(f"/berkas/{returned}/putar?langkah=3")
    assert page.locator(".rp-picture img").evaluate("(image) => image.naturalWidth") > 500
    page.get_by_role("link", name="Maju satu langkah").click()
    assert page.url.endswith("langkah=4")
    assert page.locator(".rp-facts a[aria-current]").get_attribute("data-seq") == "4"


def test_on_paper_stands_the_picture_and_not_the_canvas(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned, 5)
    page.emulate_media(media="print")
    assert page.locator(".rp-picture img").is_visible()
    assert not page.locator(".rp-canvas").is_visible()
    assert not page.locator(".rp-bar").is_visible()
