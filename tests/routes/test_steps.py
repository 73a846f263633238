"""Each route step by step: who decides what, and what opens next.

The rows are written by hand from the tables of the regulation's processes, not from the drawings:
(step, outcome, what follows). What follows lists services in their order, then tasks opened (`?`),
then an end (`[ ]`). The last column names acceptance scenarios the row bears out.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from routes.walking import KEYS, Walker, route


class Row(NamedTuple):
    step: str
    outcome: str
    follows: str
    because: str = ""


def mikro(record: str, draft: str, usulan: tuple[str, str]) -> list[Row]:
    """What the four Mikro routes have in common (37(1)-(5), 38(1)-(5), 39(1)-(5), 40(1)-(5))."""
    noun = record.removeprefix("write_")
    discuss = f"discuss_{noun}"
    return [
        Row("prepare_naskah_konsep", "submit", "submit_usulan?", "INT-08"),
        Row("submit_usulan", "submit", f"{usulan[0]} {usulan[1]} record_hardcopy?", "AC-20 AC-34 AC-45"),
        Row("submit_usulan", "return", "prepare_naskah_konsep?", "AC-94"),
        Row("record_hardcopy", "conform", "review_naskah_konsep?", "INT-09"),
        Row("record_hardcopy", "return", "submit_usulan?", "AC-13"),
        Row("review_naskah_konsep", "done", f"{record} decide_review_outcome?", "AC-22 AC-40"),
        Row("decide_review_outcome", "adjust", f"{discuss}?", "AC-23"),
        Row("decide_review_outcome", "conform", f"{draft}?", "AC-26 AC-35 AC-41 AC-46"),
        Row(discuss, "agree", "revise_naskah_konsep?", "INT-06"),
        Row(discuss, "disagree", "decide_open_points?", "AC-25"),
        Row("decide_open_points", "conform", f"{draft}?", "INT-03"),
        Row("decide_open_points", "adjust", "revise_naskah_konsep?", "INT-03"),
        Row("revise_naskah_konsep", "submit", "review_naskah_konsep?", "AC-24 INT-30"),
        Row("revise_naskah_konsep", "withdraw", "[withdrawn]", "INT-02"),
        Row("record_hardcopy_revised", "conform", f"{draft}?", "AC-12"),
        Row("record_hardcopy_revised", "return", "revise_naskah_konsep?", "INT-09"),
    ]


SEKJEN = ("deliver_usulan_sekjen", "send_tembusan_biro_po")
BIRO_PO = ("deliver_usulan_biro_po", "send_tembusan_sekjen")

ROWS: dict[str, list[Row]] = {
    "sop_mikro_eselon1": [
        *mikro("write_kertas_kerja_reviu", "draft_nota_dinas_persetujuan", SEKJEN),
        Row("draft_nota_dinas_persetujuan", "done", "paraf_nota_dinas_persetujuan?", "AC-27"),
        Row("paraf_nota_dinas_persetujuan", "paraf", "sign_nota_dinas_persetujuan?", "AC-27"),
        Row("paraf_nota_dinas_persetujuan", "return", "draft_nota_dinas_persetujuan?", "INT-31"),
        Row(
            "sign_nota_dinas_persetujuan",
            "sign",
            "deliver_nota_dinas_persetujuan sign_and_ratify_sop?",
            "AC-26 AC-29",
        ),
        Row(
            "sign_nota_dinas_persetujuan",
            "return:draft_nota_dinas_persetujuan",
            "draft_nota_dinas_persetujuan?",
            "AC-28",
        ),
        Row("sign_nota_dinas_persetujuan", "return:review_naskah_konsep", "review_naskah_konsep?", "INT-04"),
        Row("sign_nota_dinas_persetujuan", "reject", "[not_approved]", "INT-04"),
        Row("sign_and_ratify_sop", "sign", "draft_keputusan_eselon1?", "AC-30"),
        Row("draft_keputusan_eselon1", "done", "set_sop_keputusan_eselon1?", "INT-32"),
        Row("set_sop_keputusan_eselon1", "sign", "start_penerapan [set]", "AC-32"),
        Row("set_sop_keputusan_eselon1", "return", "draft_keputusan_eselon1?", "AC-94"),
    ],
    "sop_mikro_setjen": [
        *mikro("write_catatan_koreksi", "draft_keputusan_sekjen", BIRO_PO),
        Row("draft_keputusan_sekjen", "done", "paraf_keputusan_sekjen?", "AC-35"),
        Row("paraf_keputusan_sekjen", "paraf", "approve_sop?", "INT-31"),
        Row("paraf_keputusan_sekjen", "return", "draft_keputusan_sekjen?", "INT-31"),
        Row("approve_sop", "approve", "sign_and_ratify_sop?", "AC-36"),
        Row("approve_sop", "return:draft_keputusan_sekjen", "draft_keputusan_sekjen?", "INT-04"),
        Row("approve_sop", "return:review_naskah_konsep", "review_naskah_konsep?", "INT-04"),
        Row("approve_sop", "reject", "[not_approved]", "INT-04"),
        Row("sign_and_ratify_sop", "sign", "set_sop_keputusan_sekjen?", "AC-37"),
        Row("set_sop_keputusan_sekjen", "sign", "start_penerapan [set]", "AC-38"),
        Row("set_sop_keputusan_sekjen", "return", "draft_keputusan_sekjen?", "AC-94"),
    ],
    "sop_mikro_pusat": [
        *mikro("write_catatan_koreksi", "draft_nota_dinas_persetujuan", BIRO_PO),
        Row("draft_nota_dinas_persetujuan", "done", "sign_nota_dinas_persetujuan?", "AC-41"),
        Row(
            "sign_nota_dinas_persetujuan",
            "sign",
            "deliver_nota_dinas_persetujuan send_tembusan_persetujuan_sekjen draft_keputusan_pusat?",
            "AC-41 AC-43",
        ),
        Row(
            "sign_nota_dinas_persetujuan",
            "return:draft_nota_dinas_persetujuan",
            "draft_nota_dinas_persetujuan?",
            "INT-14",
        ),
        Row("sign_nota_dinas_persetujuan", "return:review_naskah_konsep", "review_naskah_konsep?", "INT-14"),
        Row("sign_nota_dinas_persetujuan", "reject", "[not_approved]", "INT-04"),
        Row("draft_keputusan_pusat", "done", "ratify_and_set_sop?", "AC-42"),
        Row("ratify_and_set_sop", "sign", "start_penerapan [set]", "AC-42"),
        Row("ratify_and_set_sop", "return", "draft_keputusan_pusat?", "AC-94"),
    ],
    "sop_mikro_perwakilan": [
        *mikro("write_kertas_kerja_reviu", "draft_berita_persetujuan", SEKJEN),
        Row("record_hardcopy", "done", "review_naskah_konsep?", "INT-09: the pouch is under way"),
        Row("draft_berita_persetujuan", "done", "paraf_berita_persetujuan?", "AC-46"),
        Row("paraf_berita_persetujuan", "paraf", "sign_berita_persetujuan?", "INT-31"),
        Row("paraf_berita_persetujuan", "return", "draft_berita_persetujuan?", "INT-31"),
        Row("sign_berita_persetujuan", "sign", "send_berita_persetujuan?", "AC-47"),
        Row(
            "sign_berita_persetujuan",
            "return:draft_berita_persetujuan",
            "draft_berita_persetujuan?",
            "INT-04",
        ),
        Row("sign_berita_persetujuan", "return:review_naskah_konsep", "review_naskah_konsep?", "INT-04"),
        Row("sign_berita_persetujuan", "reject", "[not_approved]", "INT-04"),
        Row(
            "send_berita_persetujuan",
            "done",
            "deliver_berita_persetujuan draft_keputusan_perwakilan?",
            "AC-47 AC-49",
        ),
        Row("draft_keputusan_perwakilan", "done", "ratify_and_set_sop?", "AC-48"),
        Row("ratify_and_set_sop", "sign", "start_penerapan [set]", "AC-48"),
        Row("ratify_and_set_sop", "return", "draft_keputusan_perwakilan?", "AC-94"),
    ],
    "sop_makro_development": [
        Row("collect_and_identify", "submit", "analyse_and_write?", "AC-58"),
        Row("analyse_and_write", "submit", "test_and_review?", "AC-58"),
        Row("test_and_review", "conform", "record_pengesahan?", "AC-58 INT-20"),
        Row("test_and_review", "adjust", "analyse_and_write?", "INT-41"),
        Row("record_pengesahan", "sign", "draft_nota_dinas_sekjen?", "INT-20"),
        Row("record_pengesahan", "disagree", "test_and_review?", "INT-20"),
        Row("draft_nota_dinas_sekjen", "done", "sign_nota_dinas_sekjen?", "INT-21"),
        Row("sign_nota_dinas_sekjen", "sign", "set_sop_makro?", "INT-21"),
        Row("sign_nota_dinas_sekjen", "return:draft_nota_dinas_sekjen", "draft_nota_dinas_sekjen?", "INT-21"),
        Row("sign_nota_dinas_sekjen", "return:test_and_review", "test_and_review?", "INT-21"),
        Row("set_sop_makro", "sign", "start_penerapan [set]", "AC-58"),
        Row("set_sop_makro", "return:draft_nota_dinas_sekjen", "draft_nota_dinas_sekjen?", "INT-24"),
        Row("set_sop_makro", "return:test_and_review", "test_and_review?", "INT-24"),
    ],
    "sop_makro_change": [
        Row("prepare_naskah_konsep", "submit", "submit_usulan_perubahan?", "AC-59"),
        Row(
            "submit_usulan_perubahan",
            "submit",
            "deliver_usulan_sekjen send_tembusan_eselon1_terkait send_tembusan_biro_po record_hardcopy?",
            "AC-51",
        ),
        Row("submit_usulan_perubahan", "return", "prepare_naskah_konsep?", "AC-94"),
        Row("record_hardcopy", "conform", "review_usulan_perubahan?", "INT-09"),
        Row("record_hardcopy", "done", "review_usulan_perubahan?", "INT-09: the pouch is under way"),
        Row("record_hardcopy", "return", "submit_usulan_perubahan?", "AC-13"),
        Row(
            "review_usulan_perubahan", "done", "write_kertas_kerja_reviu discuss_kertas_kerja_reviu?", "AC-53"
        ),
        Row("discuss_kertas_kerja_reviu", "conform", "draft_nota_dinas_rekomendasi?", "AC-54"),
        Row("discuss_kertas_kerja_reviu", "adjust", "revise_naskah_konsep?", "INT-02"),
        Row("discuss_kertas_kerja_reviu", "disagree", "draft_nota_dinas_rekomendasi?", "INT-03"),
        Row("revise_naskah_konsep", "submit", "review_usulan_perubahan?", "INT-02"),
        Row("revise_naskah_konsep", "withdraw", "[withdrawn]", "INT-02"),
        Row("record_hardcopy_revised", "conform", "draft_nota_dinas_rekomendasi?", "AC-12"),
        Row("record_hardcopy_revised", "return", "revise_naskah_konsep?", "INT-09"),
        Row("draft_nota_dinas_rekomendasi", "done", "paraf_nota_dinas_rekomendasi?", "AC-54"),
        Row("paraf_nota_dinas_rekomendasi", "paraf", "sign_nota_dinas_rekomendasi?", "INT-31"),
        Row("paraf_nota_dinas_rekomendasi", "return", "draft_nota_dinas_rekomendasi?", "INT-31"),
        Row("sign_nota_dinas_rekomendasi", "sign", "set_change_sop_makro?", "AC-55"),
        Row(
            "sign_nota_dinas_rekomendasi",
            "return:draft_nota_dinas_rekomendasi",
            "draft_nota_dinas_rekomendasi?",
            "AC-94",
        ),
        Row(
            "sign_nota_dinas_rekomendasi",
            "return:review_usulan_perubahan",
            "review_usulan_perubahan?",
            "AC-94",
        ),
        Row("set_change_sop_makro", "sign", "start_penerapan [set]", "AC-56"),
        Row("set_change_sop_makro", "return", "draft_nota_dinas_rekomendasi?", "AC-57"),
        Row("set_change_sop_makro", "reject", "[not_set]", "INT-24"),
    ],
    "sop_teknis": [
        Row("decide_need", "approve", "write_sop_teknis?", "AC-07"),
        Row("decide_need", "reject", "[not_needed]", "AC-07"),
        Row("write_sop_teknis", "submit", "ratify_sop_teknis?", "AC-07"),
        Row("ratify_sop_teknis", "sign", "keep_sop_teknis?", "AC-07"),
        Row("ratify_sop_teknis", "return", "write_sop_teknis?", "AC-94"),
        Row("keep_sop_teknis", "done", "[kept]", "AC-07"),
    ],
}
ADDED = {"record_disposisi", "countersign_review_outcome"}
"""Tasks that only an option or Biro PO's own SOP opens."""


@pytest.mark.parametrize(
    ("key", "row"),
    [
        pytest.param(key, row, id=f"{key}-{row.step}-{row.outcome}")
        for key, rows in ROWS.items()
        for row in rows
    ],
)
def test_a_decision_opens_what_the_text_says(key: str, row: Row) -> None:
    case = Walker.to(route(key), row.step)
    assert case.decide(row.step, row.outcome) == row.follows, row.because


@pytest.mark.parametrize("key", KEYS)
def test_the_rows_cover_every_outcome_of_every_step(key: str) -> None:
    drawn = {
        (element.id, f"{outcome.id}:{target}" if len(outcome.to) > 1 else outcome.id)
        for element in route(key).elements.values()
        for outcome in element.outcomes
        for target in outcome.to or ("",)
        if outcome.role is None and element.id not in ADDED
    }
    assert drawn == {(row.step, row.outcome) for row in ROWS[key]}


@pytest.mark.parametrize("key", KEYS)
def test_every_return_refusal_and_withdrawal_needs_a_reason(key: str) -> None:
    # AC-94
    for element in route(key).elements.values():
        for outcome in element.outcomes:
            if outcome.id in {"return", "reject", "withdraw", "disagree", "adjust"}:
                assert outcome.comment == "required", (element.id, outcome.id)


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("sop_mikro")])
def test_an_incomplete_draft_goes_back_where_it_came_from(key: str) -> None:
    # AC-09 AC-10 AC-11
    case = Walker(route(key))
    case.desk.complete = False
    assert case.decide("prepare_naskah_konsep", "submit") == "prepare_naskah_konsep?"
    case = Walker.to(route(key), "revise_naskah_konsep")
    case.desk.complete = False
    assert case.decide("revise_naskah_konsep", "submit") == "revise_naskah_konsep?"


def test_an_incomplete_makro_draft_is_written_on() -> None:
    case = Walker.to(route("sop_makro_development"), "analyse_and_write")
    case.desk.complete = False
    assert case.decide("analyse_and_write", "submit") == "analyse_and_write?"
