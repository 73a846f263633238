"""The route of a Pusat (Pasal 39): Biro PO approves by nota dinas, the Kepala Pusat ratifies and sets.

Scenarios AC-41 to AC-44.
"""

from __future__ import annotations

import pytest

from acceptance.scenes import (
    ahead,
    copies,
    page,
    paper,
    plain,
    receivers,
    refused,
    says_why,
    step_of,
    tasks_of,
    text_of,
    unchanged,
)
from stage import Case, Stage, facts, flow

SEKJEN = "Sekretaris Jenderal"
KAPUS = "Kepala Pusat Pendidikan dan Pelatihan"
KARO_PO = "Kepala Biro Perencanaan dan Organisasi"


@pytest.fixture
def case(stage: Stage) -> Case:
    """An SOP Mikro of Pusat Pendidikan dan Pelatihan, just opened by its staff."""
    opened = stage.propose("staf.diklat", "PUSDIKLAT", title="Penyelenggaraan Sekolah Dinas")
    assert opened.route_key == "sop_mikro_pusat"
    return opened


def offered_to(case: Case, position: str) -> list[str]:
    """Steps of the case that were ever offered to a position."""
    opened = facts(case.events(), "task.opened")
    return [e["element_id"] for e in opened if position in e["data"]["positions"]]


@pytest.mark.acceptance("AC-41")
def test_biro_po_approves_by_its_own_nota_dinas(stage: Stage, case: Case) -> None:
    """Sesuai: the nota dinas of Biro PO goes to the Kepala Pusat with tembusan to Sekjen, who has no
    task in the whole case."""
    case.carry_to("sign_nota_dinas_persetujuan")
    task = case.task("sign_nota_dinas_persetujuan")
    assert [position["title"] for position in task["positions"]] == [KARO_PO]
    refused(case, "sekjen", "sign_nota_dinas_persetujuan", "sign", "PL 39(5)b")
    case.act("sign_nota_dinas_persetujuan", "sign", by="karo.po")

    assert receivers(case, "nota_dinas_persetujuan", "delivered") == {KAPUS}
    assert receivers(case, "nota_dinas_persetujuan", "tembusan") == {SEKJEN}
    assert case.open_elements() == ["draft_keputusan_pusat"]
    letter = text_of(case, paper(case, "nota_dinas_persetujuan", "tanda_tangan"))
    assert KAPUS in letter and "Citra Danurwenda" in letter and "Direktur" not in letter
    assert letter.count(SEKJEN) >= 1, "named below, as the one who gets the copy"

    case.carry_to("end")
    assert offered_to(case, "SETJEN.pimpinan") == []
    kinds = [copy["kind"] for copy in copies(stage, "sekjen", case)]
    assert sorted(kinds) == ["nota_dinas_persetujuan", "usulan"]
    assert {copy["way"] for copy in copies(stage, "sekjen", case)} == {"tembusan"}


@pytest.mark.acceptance("AC-42")
def test_the_kepala_pusat_ratifies_and_sets_in_one_task(stage: Stage, case: Case) -> None:
    """Nota dinas sent: the Kepala Pusat signs one task with two acts, disahkan and ditetapkan, in a
    Keputusan."""
    case.carry_to("ratify_and_set_sop")
    case.act("ratify_and_set_sop", "sign", by="kapus.diklat")

    events = case.events()
    [decided] = facts(events, "task.decided", "ratify_and_set_sop")
    acts = facts(events, "document.signed", "ratify_and_set_sop")
    assert [(e["data"]["kind"], e["data"]["act"]) for e in acts] == [
        ("pengesahan_sop", "pengesahan"),
        ("keputusan_kepala_pusat", "penetapan"),
    ]
    assert {e["at"] for e in acts} == {decided["at"]} and {e["actor"] for e in acts} == {decided["actor"]}

    keputusan = paper(case, "keputusan_kepala_pusat", "penetapan")
    text = text_of(case, keputusan)
    assert f"KEPUTUSAN {KAPUS}".upper() in text.upper() and keputusan["number"] in text
    assert "Olivia Ranggasari" in text
    ratified = text_of(case, paper(case, "pengesahan_sop", "pengesahan"))
    assert "Olivia Ranggasari" in ratified
    assert case.seen()["end"] == "set" and case.verified()
    [sop] = stage.person("karo.po").get("/sops?unit=PUSDIKLAT").ok()["items"]
    assert sop["in_force"] and sop["instrument"]["kind"] == "keputusan_kepala_pusat"


@pytest.mark.acceptance("AC-43")
@pytest.mark.parametrize("stands_at", ["review_naskah_konsep", "sign_nota_dinas_persetujuan"])
def test_the_kepala_pusat_does_not_set_without_the_approval(stage: Stage, case: Case, stands_at: str) -> None:
    """No nota dinas persetujuan yet: the Kepala Pusat may not set ("yang telah mendapatkan persetujuan")."""
    case.carry_to(stands_at)
    assert tasks_of(stage, "kapus.diklat", case) == []
    ahead(case, "kapus.diklat", "ratify_and_set_sop", "PL 39(6)")
    outcome, article = {"review_naskah_konsep": ("done", "PL 39(3)")}.get(stands_at, ("sign", "PL 39(5)b"))
    refused(case, "kapus.diklat", stands_at, outcome, article)
    with unchanged(case):
        rewriting = stage.person("kapus.diklat").put(f"/proposals/{case.proposal_id}/naskah", {})
        says_why(rewriting.refused(403), "INT-18")
    assert ("keputusan_kepala_pusat", "penetapan") not in case.documents()
    assert (
        "yang telah mendapatkan persetujuan"
        in step_of(case, "kapus.diklat", "ratify_and_set_sop")["documentation"]
    )
    shown = plain(page(stage, "kapus.diklat", f"/usulan/{case.proposal_id}"))
    assert step_of(case, "kapus.diklat", stands_at)["name"] in shown


@pytest.mark.acceptance("AC-44")
def test_a_direktur_jenderal_has_no_act_in_the_case_of_a_pusat(stage: Stage, case: Case) -> None:
    """A Direktur Jenderal tries to act in the case of a Pusat: 39 gives an Eselon I head no act."""
    dirjen = "dirjen.protkons"
    for element, outcome, article in (
        ("submit_usulan", "submit", "PL 39(1)"),
        ("sign_nota_dinas_persetujuan", "sign", "PL 39(5)b"),
        ("ratify_and_set_sop", "sign", "PL 39(6)"),
    ):
        case.carry_to(element)
        refused(case, dirjen, element, outcome, "A1")
        assert article in step_of(case, "karo.po", element)["cites"]
    case.carry_to("end")
    for position in ("DJPROTKONS.pimpinan", "DJASPASAF.pimpinan", "SETJEN.pimpinan"):
        assert offered_to(case, position) == []
    acting = {e["data"]["position"] for e in facts(case.events(), "task.decided", "submit_usulan")}
    assert acting == {"PUSDIKLAT.pimpinan"}
    assert flow(case.events())[-1] == "ratify_and_set_sop:sign"
    assert stage.person(dirjen).get(f"/instances/{case.id}").status == 404, "he has no part in the case"
