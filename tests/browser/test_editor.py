"""A process owner draws in a browser: nothing is lost, nothing is overwritten, everything is in Indonesian."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.drawing_board import WORKFLOWS, Board, begun, without_lines
from browser.every_element import ELEMENTS, every_element
from cast import PROCESS_OWNER
from paraf.domain.route import Kind
from paraf.engine.expressions import ExpressionError, compile_condition
from paraf.engine.route_file import read_route
from paraf.engine.write_route import write_route
from web_service import Service
from workshop_table.test_deciding_rows import TABLES

pytestmark = pytest.mark.browser
KEYS = sorted(path.parent.name for path in WORKFLOWS.glob("*/route.bpmn"))


def test_every_shipped_route_goes_through_the_editor_unharmed(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    for key in KEYS:
        shipped = read_route((WORKFLOWS / key / "route.bpmn").read_bytes())
        board = Board(page, begun(service, key)["id"])
        came = board.exported()
        assert without_lines(came) == without_lines(shipped)
        assert list(came.elements) == list(shipped.elements)
        assert came.geometry == shipped.geometry
        assert board.findings() == [], key
        expect(page.locator("#penyunting-kabar"), "bpmn-js understood every part").to_be_empty()


def test_a_step_drawn_on_a_line_stands_between_what_the_line_joined(service: Service, enter: Enter) -> None:
    board = Board(enter(PROCESS_OWNER), begun(service)["id"])
    board.drop("create.user-task", "f3", 0.8)
    board.write("name", "Paraf Sekretariat Eselon I")
    board.page.wait_for_selector("[data-element-id=paraf_sekretariat_eselon_i]")
    board.field("role").select_option("sekretaris_eselon_i")
    board.field("outcome-add").click()
    board.field("outcome-0-id").select_option("paraf")
    board.write("outcome-0-label", "Bubuhkan paraf")
    board.saved()
    route = board.stored(service)
    step = route.elements["paraf_sekretariat_eselon_i"]
    assert (step.name, step.role, step.outcomes[0].label) == (
        "Paraf Sekretariat Eselon I",
        "sekretaris_eselon_i",
        "Bubuhkan paraf",
    )
    assert route.flows["f3"].target == step.id
    assert [flow.target for flow in route.outgoing(step.id)] == ["submit_usulan"]


def test_a_line_never_gets_the_number_of_one_the_draft_once_had(service: Service, enter: Enter) -> None:
    draft = begun(service)
    owner = service.as_person(PROCESS_OWNER)
    with_it = draft["bpmn"].replace('id="f3"', 'id="f700"').replace(">f3<", ">f700<").replace('"f3"', '"f700"')
    for revision, bpmn in enumerate((with_it, draft["bpmn"]), 1):
        kept = owner.put(f"/drafts/{draft['id']}", json={"revision": revision, "bpmn": bpmn})
        assert kept.status_code == 200, kept.get_json()
    board = Board(enter(PROCESS_OWNER), draft["id"])
    with board.saving():
        board.drop("create.user-task", "f3", 0.8)
    before = {flow.id for flow in read_route(draft["bpmn"].encode()).flows.values()}
    assert {flow.id for flow in board.stored(service).flows.values()} - before == {"f701"}


# --- menus and words --------------------------------------------------------------------------

ALL = ("pool", "lane_drafter", "late", "remark", "f2", *(name for name, _, _ in ELEMENTS))
REPLACEMENTS = {
    "Akhir",
    "Akhir dengan eskalasi",
    "Akhir dengan galat",
    "Akhir yang menghentikan semuanya",
    "Panah bawaan",
    "Panah biasa",
    "Batas waktu di tepi",
    "Batas waktu di tepi (tanpa menyela)",
    "Langkah manual",
    "Langkah pejabat",
    "Langkah sistem",
    "Langkah tabel keputusan",
    "Mulai",
    "Mulai oleh pesan",
    "Percabangan menurut kejadian",
    "Percabangan pilihan",
    "Percabangan serentak",
    "Subproses",
    "Tangkap eskalasi di tepi",
    "Tangkap eskalasi di tepi (tanpa menyela)",
    "Tangkap galat di tepi",
    "Tunggu pesan",
    "Tunggu waktu",
}


def test_every_menu_is_in_indonesian_and_offers_the_profile_only(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service, "every_element", every_element())["id"])
    # four tools, eight elements; no second pool
    expect(page.locator(".djs-palette .entry")).to_have_count(12)
    page.locator(".djs-minimap .toggle").click()
    page.locator("[data-do=keys]").click()
    page.get_by_role("button", name="Tutup").click()
    expect(page.get_by_role("button", name="Tutup")).to_be_hidden()
    offered: set[str] = set()
    for element_id in ALL:
        board.choose(element_id)
        page.locator(".djs-context-pad.open").wait_for()
        wrench = page.locator(".djs-context-pad .entry[data-action=replace]")
        if wrench.count():
            wrench.click()
            page.locator(".djs-popup").wait_for()
            offered |= set(page.locator(".djs-popup-body .entry .djs-popup-label").all_inner_texts())
            board.dismiss()
    assert {one.strip() for one in offered} <= REPLACEMENTS
    assert len(offered) > 15
    assert page.evaluate("document.documentElement.dataset.untranslated ?? ''") == ""
    said = page.evaluate(
        "[...document.querySelectorAll('.editor [title], .editor [aria-label]')]"
        ".map(one => one.title || one.ariaLabel)"
    )
    assert len(said) > 20
    assert not [
        one for one in said if re.search(r"\b(the|create|append|add|delete|open)\b", one, re.IGNORECASE)
    ]


# --- changes ----------------------------------------------------------------------------------


def test_an_intention_is_undone_in_one_step(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    undo = page.locator("[data-do=undo]")
    board.choose("submit_usulan")
    before = without_lines(board.exported())
    expect(undo).to_be_disabled()
    board.fold_out("each")
    board.fold_out("other")
    changes = [
        lambda: board.write("name", "Ajukan usulan"),
        lambda: board.write("due", "7"),
        lambda: board.field("each").select_option("parties"),
        lambda: board.field("outcome-1-to").select_option("revise_naskah_konsep"),
        lambda: board.write("id", "ajukan_usulan"),
        lambda: page.locator("[data-do=tidy]").click(),
    ]
    for change in changes:
        change()
        expect(undo).to_be_enabled()
        expect(page.locator("[data-do=tidy]")).to_be_enabled()
        undo.click()
        expect(undo).to_be_disabled()
        assert without_lines(board.exported()) == before


def test_another_technical_name_is_written_wherever_the_old_one_was(service: Service, enter: Enter) -> None:
    board = Board(enter(PROCESS_OWNER), begun(service)["id"])
    board.choose("submit_usulan")
    board.fold_out("other")
    with board.checking("ajukan_usulan"):
        board.write("id", "ajukan_usulan")
        board.page.wait_for_selector("[data-element-id=ajukan_usulan]")
        board.saved()
    text = write_route(board.stored(service)).decode()
    assert "submit_usulan" not in text.replace("gw_submit_usulan", "")
    assert board.findings() == []


def test_a_condition_is_chosen_from_lists_and_read_as_text(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    board.choose("f15")
    text = board.field("condition")
    expect(text).to_have_value('option.review_starts = "tembusan"')
    board.field("condition-what").select_option("submit_usulan.outcome")
    expect(text).to_have_value('submit_usulan.outcome = "submit"')
    page.get_by_role("button", name="Dan syarat lain").click()
    board.field("condition-what").nth(1).select_option("option.paraf")
    board.field("condition-value").nth(1).select_option("false")
    page.get_by_role("button", name="Atau kemungkinan lain").click()
    board.field("condition-what").nth(2).select_option("naskah_complete.round")
    board.field("condition-how").nth(2).select_option(">=")
    board.field("condition-value").nth(2).fill("2")
    board.field("condition-value").nth(2).blur()
    written = '(submit_usulan.outcome = "submit" and not(option.paraf)) or naskah_complete.round >= 2'
    expect(text).to_have_value(written)
    board.saved()
    assert board.stored(service).flows["f15"].condition == written

    text.fill('case.sop_kind = "makro')
    expect(page.locator("#condition-salah")).to_contain_text("tanda ke-17")
    expect(text).to_have_attribute("aria-invalid", "true")
    text.blur()
    assert board.stored(service).flows["f15"].condition == written, "what cannot be read is not kept"
    text.fill('not(case.sop_kind = "makro" or option.paraf)')
    text.blur()
    expect(page.get_by_text("tidak dapat diperlihatkan dalam daftar pilihan")).to_be_visible()


def test_a_condition_is_offered_what_a_table_decides(service: Service, enter: Enter) -> None:
    asked = '<bpmn:extensionElements><paraf:decision ref="simpan"/></bpmn:extensionElements>'
    bare = every_element().decode()
    bpmn = bare.replace(' name="by_table">', f' name="by_table">{asked}')
    assert bpmn != bare
    draft = begun(service, "every_element", bpmn.encode())
    answer = service.as_person(PROCESS_OWNER).put(
        f"/drafts/{draft['id']}", json={"revision": 1, "bpmn": bpmn, "tables": TABLES}
    )
    assert answer.status_code == 200, answer.get_json()
    board = Board(enter(PROCESS_OWNER), draft["id"])
    board.choose("f2")
    board.page.get_by_role("button", name="Pilih syarat").click()
    offered = {f"by_table.{name}" for name in ("place", "years", "keep")}
    what = board.field("condition-what")
    for name in offered:
        expect(what.locator(f"option[value='{name}']")).to_have_count(1)
    what.select_option("by_table.place")
    expect(board.field("condition-value").locator("option")).to_have_text(["unit", "arsip"])
    board.field("condition-value").select_option("arsip")
    expect(board.field("condition")).to_have_value('by_table.place = "arsip"')
    board.field("condition-what").select_option("by_table.years")
    with board.saving():
        board.field("condition-value").fill("10")
        board.field("condition-value").blur()
    assert board.stored(service).flows["f2"].condition == "by_table.years > 10"


CONDITIONS = (
    "option.paraf",
    "not(option.paraf)",
    'a.b in ("x", 1, null)',
    "a.b = -1.5",
    "a.b=1 and(c.d or not(e.f))",
    'a.b = "kutip \\"dalam\\" kutip"',
    "1 = 1",
    "android.x = 1",
    "a.b = 01",
    "a.b = 1.1234567",
    "a.b.c = 1",
    "a = 1",
    "and.b = 1",
    "not option.paraf",
    "a.b = = 1",
    "a.b = 1 c.d = 2",
    '"tak ditutup',
    "a.b in ()",
    "(a.b",
    "a.b)",
    "a.b < 1 < 2",
    "exec.x()",
    "a.b = 'x'",
    "(" * 26 + "a.b" + ")" * 26,
    "(" * 25 + "a.b" + ")" * 25,
    "a.b = " + "1" * 16,
)


def test_the_browser_reads_conditions_as_the_engine_does(service: Service, enter: Enter) -> None:
    board = Board(enter(PROCESS_OWNER), begun(service)["id"])
    board.choose("f15")
    for text in CONDITIONS:
        board.field("condition").fill(text)
        try:
            compile_condition(text)
            engine = "false"
        except ExpressionError:
            engine = "true"
        expect(board.field("condition"), text).to_have_attribute("aria-invalid", engine)


def test_a_choice_is_drawn_behind_a_step_with_the_conditions_of_its_outcomes(
    service: Service, enter: Enter
) -> None:
    board = Board(enter(PROCESS_OWNER), begun(service)["id"])
    board.choose("review_naskah_konsep")
    board.field("outcome-add").click()
    board.field("outcome-1-id").select_option("return")
    board.write("outcome-1-label", "Kembalikan kepada penyusun")
    board.field("outcome-1-to").select_option("revise_naskah_konsep")
    with board.checking("gw_review_naskah_konsep"):
        board.field("branch").click()
        board.page.wait_for_selector("[data-element-id=gw_review_naskah_konsep]")
        board.saved()
    route = board.stored(service)
    assert {flow.target: flow.condition for flow in route.outgoing("gw_review_naskah_konsep")} == {
        "write_kertas_kerja_reviu": 'review_naskah_konsep.outcome = "done"',
        "revise_naskah_konsep": 'review_naskah_konsep.return_to = "revise_naskah_konsep"',
    }
    assert board.findings() == []


def test_another_kind_keeps_what_it_may_say_and_drops_the_rest(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    for kind, element in (("Langkah manual", Kind.MANUAL), ("Langkah sistem", Kind.SERVICE)):
        board.choose("discuss_kertas_kerja_reviu")
        before = board.stored(service).elements["discuss_kertas_kerja_reviu"]
        page.keyboard.press("r")
        with board.saving():
            page.locator(".djs-popup .entry", has_text=kind).click()
        after = board.stored(service).elements["discuss_kertas_kerja_reviu"]
        assert (after.kind, after.cites, after.name) == (element, before.cites, before.name)
        if element is Kind.MANUAL:
            assert replace(after, kind=before.kind, line=0) == replace(before, line=0)
    assert (after.outcomes, after.form, after.due, after.role) == ((), None, None, None)


def test_a_copy_is_a_step_of_its_own(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    board.choose("discuss_kertas_kerja_reviu")
    box = page.locator("#penyunting-kanvas").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    page.mouse.move(box["x"] + 350, box["y"] + 120, steps=5)
    with board.saving():
        page.mouse.click(box["x"] + 350, box["y"] + 120)
    copy_id = page.locator("g.djs-shape[data-element-id^=step_]").first.get_attribute("data-element-id")
    elements = board.stored(service).elements
    copied, first = elements[copy_id], elements["discuss_kertas_kerja_reviu"]
    assert (copied.name, copied.each, copied.outcomes) == (first.name, first.each, first.outcomes)


# --- findings ---------------------------------------------------------------------------------


def test_a_finding_leads_to_its_element_and_goes_when_it_is_mended(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    board.choose("f8")
    board.write("condition", "")
    page.get_by_role("tab", name="Temuan").click()
    expect(page.locator("#penyunting-temuan .finding", has_text="syarat").first).to_be_visible()
    expect(page.locator(".finding-badge.error")).to_have_count(1)
    board.choose("set")
    page.get_by_role("tab", name="Temuan").click()
    page.locator("#penyunting-temuan .as-link").first.click()
    expect(board.field("id")).to_have_value("f8")
    board.write("condition", 'submit_usulan.outcome = "submit"')
    expect(page.locator(".finding-badge")).to_have_count(0)
    assert board.findings() == []


def test_the_way_to_a_fault_is_walked_by_keyboard(service: Service, enter: Enter) -> None:
    page = enter(PROCESS_OWNER)
    board = Board(page, begun(service)["id"])
    board.choose("fork_usulan")
    page.keyboard.press("r")
    page.locator(".djs-popup .entry", has_text="Percabangan pilihan").click()
    for flow, condition in (("f10", "option.paraf"), ("f11", "not(option.paraf)")):
        board.choose(flow)
        board.write("condition", condition)
    page.get_by_role("tab", name="Temuan").click()
    page.get_by_role("button", name="Perlihatkan jalannya (8 langkah)").click()
    told = page.locator("#penyunting-jalan [role=status]")
    expect(told).to_have_text("Langkah 1 dari 8: Mulai")
    page.keyboard.press("ArrowRight")
    expect(told).to_have_text("Langkah 2 dari 8: Susun naskah konsep SOP Mikro (Serahkan naskah konsep)")
    page.keyboard.press("End")
    now = page.locator(".djs-element.walk-now")
    expect(now).to_have_count(1)
    expect(now).to_have_attribute("data-element-id", "join_usulan")
    walked = page.locator(".djs-element.walked")
    ids = set(walked.evaluate_all("(all) => all.map((one) => one.dataset.elementId)"))
    assert {"start", "f1", "prepare_naskah_konsep", "f2", "f3", "submit_usulan", "f8", "fork_usulan"} < ids
    page.keyboard.press("Escape")
    expect(page.locator("#penyunting-jalan")).to_be_hidden()
    expect(walked).to_have_count(0)


def test_the_drawing_begins_beside_the_palette_and_inside_the_frame(service: Service, enter: Enter) -> None:
    for key in ("sop_teknis", "sop_mikro_eselon1"):
        draft = begun(service, key)["id"]
        for size in ("desk", "phone"):
            board = Board(enter(PROCESS_OWNER, size), draft)
            frame = board.page.locator("#penyunting-kanvas").bounding_box()
            lanes = board.page.locator(".djs-shape[data-element-id^=lane_] > .djs-visual > rect")
            drawn = min(box["x"] for box in (lane.bounding_box() for lane in lanes.all()) if box)
            palette = board.page.locator(".djs-palette").bounding_box() if size == "desk" else None
            edge = palette["x"] + palette["width"] if palette else frame["x"]
            assert edge <= drawn <= edge + 80, (key, size)
            start = board.shape("start").bounding_box()
            assert frame["y"] <= start["y"] <= frame["y"] + frame["height"], (key, size)
