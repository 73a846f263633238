"""Whole cases, told from the first draft to the end, and the readings a process owner may switch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paraf.domain.route import Route, RouteOption, Scalar
from routes.walking import KEYS, Walker, route

TO_SET = {
    "sop_mikro_eselon1": (
        "prepare_naskah_konsep submit, submit_usulan submit, record_hardcopy conform, review_naskah_konsep done,"
        " decide_review_outcome conform, draft_nota_dinas_persetujuan done, paraf_nota_dinas_persetujuan paraf,"
        " sign_nota_dinas_persetujuan sign, sign_and_ratify_sop sign, draft_keputusan_eselon1 done,"
        " set_sop_keputusan_eselon1 sign"
    ),
    "sop_mikro_setjen": (
        "prepare_naskah_konsep submit, submit_usulan submit, record_hardcopy conform, review_naskah_konsep done,"
        " decide_review_outcome conform, draft_keputusan_sekjen done, paraf_keputusan_sekjen paraf,"
        " approve_sop approve, sign_and_ratify_sop sign, set_sop_keputusan_sekjen sign"
    ),
    "sop_mikro_pusat": (
        "prepare_naskah_konsep submit, submit_usulan submit, record_hardcopy conform, review_naskah_konsep done,"
        " decide_review_outcome conform, draft_nota_dinas_persetujuan done, sign_nota_dinas_persetujuan sign,"
        " draft_keputusan_pusat done, ratify_and_set_sop sign"
    ),
    "sop_mikro_perwakilan": (
        "prepare_naskah_konsep submit, submit_usulan submit, record_hardcopy conform, review_naskah_konsep done,"
        " decide_review_outcome conform, draft_berita_persetujuan done, paraf_berita_persetujuan paraf,"
        " sign_berita_persetujuan sign, send_berita_persetujuan done, draft_keputusan_perwakilan done,"
        " ratify_and_set_sop sign"
    ),
    "sop_makro_development": (
        "collect_and_identify submit, analyse_and_write submit, test_and_review conform, record_pengesahan sign,"
        " draft_nota_dinas_sekjen done, sign_nota_dinas_sekjen sign, set_sop_makro sign"
    ),
    "sop_makro_change": (
        "prepare_naskah_konsep submit, submit_usulan_perubahan submit, record_hardcopy conform,"
        " review_usulan_perubahan done, discuss_kertas_kerja_reviu conform, draft_nota_dinas_rekomendasi done,"
        " paraf_nota_dinas_rekomendasi paraf, sign_nota_dinas_rekomendasi sign, set_change_sop_makro sign"
    ),
    "sop_teknis": "decide_need approve, write_sop_teknis submit, ratify_sop_teknis sign, keep_sop_teknis done",
}


def play(case: Walker, script: str) -> Walker:
    """Each step must be the only one open when its turn comes."""
    for line in script.split(","):
        step, outcome = line.split()
        assert case.open() == {step}
        case.decide(step, outcome)
    return case


def switched(key: str, **options: Scalar) -> Route:
    found = route(key)
    changed = {name: RouteOption(name, value, found.options[name].cite) for name, value in options.items()}
    return replace(found, options={**found.options, **changed})


@pytest.mark.parametrize("key", KEYS)
def test_a_case_runs_to_its_good_end_with_one_person_at_a_time(key: str) -> None:
    case = play(Walker(route(key)), TO_SET[key])
    assert case.ended == ("kept" if key == "sop_teknis" else "set")


def test_a_revision_is_reviewed_again_and_its_hardcopy_asked_for() -> None:
    # AC-12 AC-24
    case = Walker(route("sop_mikro_eselon1"))
    play(
        case,
        "prepare_naskah_konsep submit, submit_usulan submit, record_hardcopy conform, review_naskah_konsep done,"
        " decide_review_outcome adjust, discuss_kertas_kerja_reviu agree, revise_naskah_konsep submit,"
        " review_naskah_konsep done, decide_review_outcome conform, record_hardcopy_revised conform",
    )
    assert case.open() == {"draft_nota_dinas_persetujuan"}


def test_a_pouch_under_way_holds_the_berita_not_the_review() -> None:
    # AC-12
    case = Walker(route("sop_mikro_perwakilan"))
    play(
        case,
        "prepare_naskah_konsep submit, submit_usulan submit, record_hardcopy done, review_naskah_konsep done,"
        " decide_review_outcome conform",
    )
    assert case.open() == {"record_hardcopy_revised"}


def test_the_sekjen_has_no_task_on_the_route_of_a_pusat() -> None:
    # AC-41
    found = route("sop_mikro_pusat")
    tasks = {e.id for e in found.elements.values() if e.is_person and e.role == "sekjen"}
    assert tasks == {"decide_open_points"}


def test_the_sekjen_acts_twice_with_the_eselon_ii_head_between() -> None:
    # AC-38
    found = route("sop_mikro_setjen")
    assert [
        found.elements[s].role for s in ("approve_sop", "sign_and_ratify_sop", "set_sop_keputusan_sekjen")
    ] == [
        "sekjen",
        "pimpinan_eselon_ii",
        "sekjen",
    ]
    acts = [
        use.act
        for s in TO_SET["sop_mikro_setjen"].split(",")
        for use in found.elements[s.split()[0]].documents
    ]
    assert acts[-3:] == ["persetujuan", "pengesahan", "penetapan"]


def test_biro_po_has_the_outcome_of_its_own_sop_countersigned() -> None:
    # AC-39, INT-28
    found = route("sop_mikro_setjen")
    own: dict[str, Scalar] = {"proposer_is_biro_po": True}
    case = Walker.to(found, "decide_review_outcome", own)
    assert case.decide("decide_review_outcome", "conform") == "countersign_review_outcome?"
    assert case.decide("countersign_review_outcome", "return") == "decide_review_outcome?"
    case.decide("decide_review_outcome", "adjust")
    assert case.decide("countersign_review_outcome", "sign") == "discuss_catatan_koreksi?"
    again = Walker.to(found, "countersign_review_outcome", own)
    while again.open() == {"countersign_review_outcome"}:
        again.decide("countersign_review_outcome", "sign")
    assert again.open() <= {"discuss_catatan_koreksi", "draft_keputusan_sekjen"}
    others = Walker.to(found, "decide_review_outcome")
    assert others.decide("decide_review_outcome", "conform") == "draft_keputusan_sekjen?"


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith("sop_mikro")])
def test_sesuai_is_offered_only_when_all_three_criteria_are(key: str) -> None:
    # AC-22 AC-23
    case = Walker(route(key))
    step = "decide_review_outcome"
    assert case.offered(step, {"review_naskah_konsep": {"outcome": "done", "all_conform": True}}) == [
        "conform",
        "adjust",
    ]
    assert case.offered(step, {"review_naskah_konsep": {"outcome": "done", "all_conform": False}}) == [
        "adjust"
    ]
    assert case.offered(step) == ["adjust"]


def test_only_a_perwakilan_may_have_its_hardcopy_under_way() -> None:
    found = route("sop_makro_change")
    assert Walker(found).offered("record_hardcopy") == ["conform", "return"]
    far = Walker(found, {**Walker(found).case, "from_perwakilan": True})
    assert far.offered("record_hardcopy") == ["conform", "done", "return"]


def test_the_discussion_takes_place_whatever_the_review_says() -> None:
    # AC-53
    case = Walker.to(route("sop_makro_change"), "review_usulan_perubahan")
    assert case.decide("review_usulan_perubahan", "done").endswith("discuss_kertas_kerja_reviu?")


def test_the_closer_decides_the_discussion_whatever_a_party_said() -> None:
    # INT-06
    case = Walker.to(route("sop_mikro_eselon1"), "discuss_kertas_kerja_reviu")
    assert case.decide("discuss_kertas_kerja_reviu", "agree", parties="disagree") == "revise_naskah_konsep?"


def test_one_head_who_disagrees_sends_the_sop_makro_back() -> None:
    # INT-20
    case = Walker.to(route("sop_makro_development"), "record_pengesahan")
    assert case.decide("record_pengesahan", "disagree", parties="sign") == "test_and_review?"
    case = Walker.to(route("sop_makro_development"), "record_pengesahan")
    assert case.decide("record_pengesahan", "sign", parties="disagree") == "test_and_review?"


# --- readings that can be switched -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "approver"),
    [
        ("sop_mikro_eselon1", "sign_nota_dinas_persetujuan"),
        ("sop_mikro_setjen", "approve_sop"),
        ("sop_mikro_pusat", "sign_nota_dinas_persetujuan"),
        ("sop_mikro_perwakilan", "sign_berita_persetujuan"),
    ],
)
def test_refusal_can_be_switched_off(key: str, approver: str) -> None:
    # INT-04
    assert "reject" in Walker(route(key)).offered(approver)
    assert "reject" not in Walker(switched(key, allow_reject=False)).offered(approver)


@pytest.mark.parametrize("key", [key for key in KEYS if "hardcopy" in route(key).options])
def test_a_signed_electronic_original_may_replace_the_hardcopy(key: str) -> None:
    # INT-09
    found = switched(key, hardcopy="electronic")
    submit = "submit_usulan_perubahan" if key == "sop_makro_change" else "submit_usulan"
    case = Walker.to(found, submit)
    assert case.decide(submit, "submit").split()[-1] in {"review_naskah_konsep?", "review_usulan_perubahan?"}
    for step in TO_SET[key].split(","):
        name, outcome = step.split()
        if name in case.open():
            case.decide(name, outcome)
    assert case.ended == "set"


@pytest.mark.parametrize("key", [key for key in KEYS if "review_starts" in route(key).options])
def test_the_review_may_wait_for_a_disposisi(key: str) -> None:
    # INT-10
    found = switched(key, review_starts="disposisi")
    submit = "submit_usulan_perubahan" if key == "sop_makro_change" else "submit_usulan"
    case = Walker.to(found, submit)
    assert case.decide(submit, "submit").endswith("record_disposisi?")
    assert case.decide("record_disposisi", "done") == "record_hardcopy?"


@pytest.mark.parametrize("key", [key for key in KEYS if "paraf" in route(key).options])
def test_the_paraf_can_be_left_out(key: str) -> None:
    # INT-31
    found = switched(key, paraf=False)
    draft = next(e.id for e in found.elements.values() if e.id.startswith("draft_"))
    case = Walker.to(found, draft)
    assert case.decide(draft, "done").startswith(("sign_", "approve_sop"))


def test_open_points_need_not_go_up() -> None:
    # INT-03
    mikro = Walker.to(switched("sop_mikro_eselon1", escalate_open_points=False), "discuss_kertas_kerja_reviu")
    assert mikro.decide("discuss_kertas_kerja_reviu", "disagree") == "revise_naskah_konsep?"
    makro = Walker.to(switched("sop_makro_change", escalate_open_points=False), "discuss_kertas_kerja_reviu")
    assert makro.decide("discuss_kertas_kerja_reviu", "disagree") == "revise_naskah_konsep?"


def test_the_pengesahan_of_the_heads_can_be_left_to_the_menteri() -> None:
    # INT-20
    case = Walker.to(switched("sop_makro_development", pengesahan=False), "test_and_review")
    assert case.decide("test_and_review", "conform") == "draft_nota_dinas_sekjen?"


@pytest.mark.parametrize("key", KEYS)
def test_every_option_is_read_somewhere_in_the_drawing(key: str) -> None:
    found = route(key)
    read = " ".join(
        [flow.condition or "" for flow in found.flows.values()]
        + [outcome.when or "" for element in found.elements.values() for outcome in element.outcomes]
    )
    for option in found.options.values():
        assert f"option.{option.name}" in read
        assert option.cite
