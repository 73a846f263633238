"""The auditor's way in a browser: he finds a case by the name of an acting official, replays it to the
return on its diagram, and opens the document as it was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.visitor import follow, is_sound
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
    follow(page.get_by_role("link", name="Audit", exact=True))
    page.get_by_label("Pejabat yang bertindak").fill("Juwita")
    page.get_by_text("Syarat lain").click()
    page.get_by_label("Kedudukan").select_option(label="Pejabat pengganti, Plt. atau Plh.")
    follow(page.get_by_role("button", name="Cari"))
    expect(page.get_by_text("Plh. Kepala Biro Umum").first).to_be_visible()
    follow(page.get_by_role("link", name="Putar ulang"))
    page.wait_for_selector("[data-ready]")
    # to the moment of the return, by the list
    page.locator(".rp-facts a", has_text="Kembali").last.click()
    detail = page.locator(".rp-detail")
    expect(detail.get_by_text(REASON)).to_be_visible()
    expect(detail.get_by_text(REVIEWER.name).first).to_be_visible()
    expect(page.locator(".rp-canvas .step-returned")).to_have_count(1)
    # and back to what the acting head did
    page.locator(".rp-facts a", has_text="Plh. Kepala Biro Umum").last.click()
    expect(detail.get_by_text("atas nama Larasati Ekaputra")).to_be_visible()
    page.locator(".rp-facts a", has_text="Usulan ditandatangani").last.click()
    # the document as it was at that moment
    follow(detail.get_by_role("link", name="Usulan").first)
    expect(page.frame_locator("iframe").get_by_text("Plh. Kepala Biro Umum").first).to_be_visible()


def marks(page: Any) -> dict[str, list[str]]:
    """Every mark on the drawing: name -> its states."""
    found: dict[str, list[str]] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.rp-canvas :is([data-element], [data-flow])')]"
        ".map((one) => [one.dataset.element ?? one.dataset.flow, [...one.classList].filter((name) =>"
        " /^(step|way)-/.test(name)).map((name) => name.replace(/^(step|way)-/, ''))])"
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
        expect(page.locator(".rp-facts a[aria-current]")).to_have_attribute("data-seq", str(k))
        expect(page.locator(".rp-said")).to_have_text(re.compile(f"^Langkah {k} dari {len(facts)}:"))
        expected = {}
        for fact in facts[:k]:
            for name, state, _ in fact["changes"]:
                expected[name] = [state]
        assert marks(page) == expected, k


def test_the_keyboard_steps_and_leaves_fields_alone(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned)
    here = page.locator(".rp-facts a[aria-current]")
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
        expect(here, key).to_have_attribute("data-seq", str(expected))
    page.get_by_label("Laju").select_option("8")
    page.get_by_label("Laju").press("ArrowUp")
    expect(page.get_by_label("Laju")).to_have_value("4")
    expect(here, "an arrow in a field belongs to the field").to_have_attribute("data-seq", "1")
    page.locator("h1").click()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Jeda")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.rp-facts a[aria-current]').dataset.seq > 2")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Putar", exact=True)).to_be_visible()
    stopped = here.get_attribute("data-seq")
    # the address follows once the replay rests, later than the next step would have come
    page.wait_for_function(f"() => location.search === '?langkah={stopped}'")
    expect(here).to_have_attribute("data-seq", stopped)
    page.reload()
    page.wait_for_selector("[data-ready]")
    expect(here, "the address keeps the moment").to_have_attribute("data-seq", stopped)


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light")])
def test_the_replay_fits_its_window(returned: str, enter: Enter, size: str, scheme: str) -> None:
    page = replayed(enter(AUDITOR, size, scheme), returned, 9)
    for _ in range(2):
        is_sound(page)
        page.get_by_role("button", name="Peta panas waktu").click()
    for path in ("/audit?outcome=return&person=a", "/audit/catatan"):
        page.goto(path)
        is_sound(page)


def test_the_heat_map_tells_times_and_goes_away_again(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned)
    button = page.get_by_role("button", name="Peta panas waktu")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    hot = page.locator(".rp-canvas [class*=step-heat]")
    expect(hot).to_have_count(page.locator("table .rp-level").count())
    expect(page.locator(".rp-badge").first).to_contain_text("jam kerja")
    button.click()
    expect(hot).to_have_count(0)
    expect(page.locator(".rp-badge").first).to_be_hidden()


def test_a_moment_beside_the_steps_is_shown_where_the_case_waits(
    service: Service, returned: str, enter: Enter
) -> None:
    facts = service.as_person(AUDITOR).get(f"/instances/{returned}/replay").get_json()["facts"]
    beside = next(fact["seq"] for fact in facts if fact["type"] == "naskah.saved")
    page = replayed(enter(AUDITOR, "phone"), returned, beside)
    style = page.locator(".rp-sheet").get_attribute("style")
    assert float(re.findall(r"matrix\(([\d.]+)", style)[0]) >= 0.6, "the step can be read"


def test_the_drawing_is_moved_and_scaled_by_pointer_wheel_and_keys(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned, 9)
    canvas, sheet = page.locator(".rp-canvas"), page.locator(".rp-sheet")

    def seen(because: str) -> tuple[float, float, float]:
        """Scale and place of the sheet, once it is another than before."""
        nonlocal told
        expect(sheet, because).not_to_have_attribute("style", told)
        told = sheet.get_attribute("style")
        scale, _, _, _, x, y = map(float, re.findall(r"-?\d[\d.]*(?:e-?\d+)?", told))
        return scale, x, y

    told = ""
    page.get_by_role("button", name="Pas layar").click()
    whole = scale, left, top = seen("fitted")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 80)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    larger, x, y = seen("scaled by the wheel")
    assert larger > scale
    # the point under the pointer stays where it is
    assert (100 - x) / larger == pytest.approx((100 - left) / scale, abs=0.1)
    assert (80 - y) / larger == pytest.approx((80 - top) / scale, abs=0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 60)
    page.mouse.up()
    assert seen("dragged") == pytest.approx((larger, x - 30, y - 20), abs=0.1)
    canvas.press("ArrowRight")
    assert seen("moved by a key") == pytest.approx((larger, x - 90, y - 20), abs=0.1)
    canvas.press("0")
    assert seen("fitted by a key") == pytest.approx(whole, abs=0.1)
    here = page.locator(".rp-facts a[aria-current]")
    expect(here, "a key in the drawing belongs to the drawing").to_have_attribute("data-seq", "9")


def test_without_any_script_the_moment_is_a_picture_and_a_list(returned: str, enter: Enter) -> None:
    page = enter(AUDITOR, script=False)
    page.goto(f"/berkas/{returned}/putar?langkah=3")
    assert page.locator(".rp-canvas svg").bounding_box()["width"] > 500
    expect(page.locator(".rp-canvas .step-open .of-open")).to_be_visible()
    expect(page.locator(".rp-canvas .step-open .of-done")).to_be_hidden()
    follow(page.get_by_role("link", name="Maju satu langkah"))
    assert page.url.endswith("langkah=4")
    expect(page.locator(".rp-facts a[aria-current]")).to_have_attribute("data-seq", "4")


def test_on_paper_stands_the_whole_drawing(returned: str, enter: Enter) -> None:
    page = replayed(enter(AUDITOR), returned, 5)
    page.emulate_media(media="print")
    sheet, drawing = (page.locator(one).bounding_box() for one in (".rp-stage", ".rp-canvas svg"))
    assert drawing["x"] >= sheet["x"] and drawing["width"] <= sheet["width"]
    assert drawing["height"] <= page.locator(".rp-canvas").bounding_box()["height"] + 1
    expect(page.locator(".rp-bar")).to_be_hidden()
