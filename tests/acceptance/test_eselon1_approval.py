"""The Eselon I route of Pasal 37 from the approval on: Sekjen approves, the Direktur ratifies, the
Direktur Jenderal sets, in this order and of one version.

Scenarios AC-26 to AC-33, told of one SOP of Direktorat Afrika.
"""

from __future__ import annotations

import pytest

from acceptance.scenes import (
    ahead,
    answer_discussion,
    discussed,
    not_offered,
    page,
    paper,
    plain,
    receivers,
    refused,
    says_why,
    tasks_of,
    text_of,
    unchanged,
)
from stage import Case, Stage, draft, facts, flow

DIRJEN = "Direktur Jenderal Asia Pasifik dan Afrika"
BIRO_PO = {
    "Kepala Biro Perencanaan dan Organisasi",
    "Penelaah SOP pada Bagian Organisasi dan Tata Laksana",
    "Penelaah SOP pada Bagian Evaluasi dan Pelaporan",
}


@pytest.fixture
def case(stage: Stage) -> Case:
    return stage.propose("staf.afrika", "DIT-AFRIKA")


# --- the approval ------------------------------------------------------------------------------


@pytest.mark.acceptance("AC-26")
def test_the_approval_is_addressed_to_the_direktur_jenderal(case: Case) -> None:
    """All criteria sesuai: a konsep nota dinas of Sekjen, to the Direktur Jenderal, not to the Direktur."""
    case.carry_to("decide_review_outcome")
    case.act("decide_review_outcome", "conform", by="karo.po")
    assert case.open_elements() == ["draft_nota_dinas_persetujuan"]
    assert "discuss_kertas_kerja_reviu" not in {e.get("element_id") for e in case.events()}
    case.act("draft_nota_dinas_persetujuan", "done", by="penelaah.ortala")

    konsep = text_of(case, paper(case, "nota_dinas_persetujuan", "konsep"))
    assert "KONSEP Nota Dinas" in konsep and "Dari : Sekretaris Jenderal" in konsep
    assert f"Yth. : {DIRJEN}" in konsep and "Yth. : Direktur Afrika" not in konsep
    assert "Persetujuan atas SOP Mikro Pelayanan Legalisasi Dokumen" in konsep
    assert "Pasal 37 ayat (5) huruf b" in konsep
    assert receivers(case, "nota_dinas_persetujuan", "delivered") == set(), "a konsep is not sent"


@pytest.mark.acceptance("AC-26")
def test_after_a_dispute_the_konsep_says_who_found_the_draft_right(case: Case) -> None:
    """Sekjen decided an open point for the unit: the konsep does not say that the review found it so."""
    answer_discussion(discussed(case), "disagree", comment="Tidak ada perjanjian dalam kegiatan ini.")
    case.act("decide_open_points", "conform", by="sekjen", comment="Naskah tidak perlu diubah.")
    case.act("draft_nota_dinas_persetujuan", "done", by="penelaah.ortala")
    konsep = text_of(case, paper(case, "nota_dinas_persetujuan", "konsep"))
    assert "dengan hasil telah sesuai" not in konsep
    assert "pokok yang belum disepakati telah diputus" in konsep and f"Yth. : {DIRJEN}" in konsep


@pytest.mark.acceptance("AC-27")
def test_kepala_biro_po_gives_his_paraf_and_does_not_sign(case: Case) -> None:
    """Kepala Biro PO tries to sign the nota dinas as approval: refused; he may paraf, Sekjen signs."""
    case.carry_to("paraf_nota_dinas_persetujuan")
    not_offered(case, "karo.po", "paraf_nota_dinas_persetujuan", "sign")
    refused(case, "karo.po", "paraf_nota_dinas_persetujuan", "sign", "INT-31", status=422)
    ahead(case, "karo.po", "sign_nota_dinas_persetujuan", "PL 37(5)b")

    case.act("paraf_nota_dinas_persetujuan", "paraf", by="karo.po")
    problem = refused(case, "karo.po", "sign_nota_dinas_persetujuan", "sign", "PL 37(5)b")
    assert "Sekretaris Jenderal" in problem["detail"]
    assert case.documents()[-1] == ("nota_dinas_persetujuan", "paraf")

    case.act("sign_nota_dinas_persetujuan", "sign", by="sekjen")
    signed = text_of(case, paper(case, "nota_dinas_persetujuan", "tanda_tangan"))
    assert "KONSEP" not in signed and "Hendra Yudapranata" in signed
    assert receivers(case, "nota_dinas_persetujuan", "delivered") == {DIRJEN}


@pytest.mark.acceptance("AC-28")
def test_wording_goes_back_to_the_drafter_of_the_konsep(case: Case) -> None:
    """Sekjen returns the konsep for its wording: back to drafting, the review is not opened again."""
    case.carry_to("sign_nota_dinas_persetujuan")
    refused(
        case,
        "sekjen",
        "sign_nota_dinas_persetujuan",
        "return",
        "INT-02",
        status=422,
        form={"return_to": "draft_nota_dinas_persetujuan"},
    )
    case.act(
        "sign_nota_dinas_persetujuan",
        "return",
        {"return_to": "draft_nota_dinas_persetujuan"},
        comment="Perbaiki alinea kedua.",
    )
    assert case.open_elements() == ["draft_nota_dinas_persetujuan"]
    redraft = case.task("draft_nota_dinas_persetujuan")
    shown = case.stage.person("penelaah.ortala").get(f"/tasks/{redraft['id']}").ok()
    assert shown["decisions"][-1]["comment"] == "Perbaiki alinea kedua."

    case.act("draft_nota_dinas_persetujuan", "done", {"isi": "Alinea yang diperbaiki."})
    assert paper(case, "nota_dinas_persetujuan", "konsep")["version"] == 2
    assert "Alinea yang diperbaiki." in text_of(case, paper(case, "nota_dinas_persetujuan", "konsep"))
    case.carry_to("sign_and_ratify_sop")
    assert len(facts(case.events(), "task.opened", "review_naskah_konsep")) == 1
    assert [d for d in case.documents() if d[0] == "kertas_kerja_reviu"] == [("kertas_kerja_reviu", "konsep")]


# --- ratifying and setting ---------------------------------------------------------------------


@pytest.mark.acceptance("AC-29")
def test_nothing_is_ratified_before_sekjen_approves(case: Case) -> None:
    """No approval of Sekjen yet: the Direktur tries to sign and ratify, refused."""
    case.carry_to("sign_nota_dinas_persetujuan")
    assert tasks_of(case.stage, "dir.afrika", case) == []
    refused(case, "dir.afrika", "sign_nota_dinas_persetujuan", "sign", "PL 37(5)b")
    ahead(case, "dir.afrika", "sign_and_ratify_sop", "PL 37(6)")
    assert "Tanda tangani nota dinas persetujuan" in plain(
        page(case.stage, "dir.afrika", f"/usulan/{case.proposal_id}")
    )
    case.act("sign_nota_dinas_persetujuan", "sign", by="sekjen")
    assert tasks_of(case.stage, "dir.afrika", case) == ["sign_and_ratify_sop"]


@pytest.mark.acceptance("AC-30")
def test_nothing_is_set_before_it_is_ratified(case: Case) -> None:
    """Approved but not ratified: the Direktur Jenderal tries to set it, refused."""
    case.carry_to("sign_and_ratify_sop")
    problem = refused(case, "dirjen.aspasaf", "sign_and_ratify_sop", "sign", "PL 37(6)")
    assert "Direktur Afrika" in problem["detail"]
    ahead(case, "dirjen.aspasaf", "set_sop_keputusan_eselon1", "PL 37(7)")
    case.act("sign_and_ratify_sop", "sign", by="dir.afrika")

    # ratified, the Keputusan is drafted first, by the Sekretariat (INT-32)
    assert tasks_of(case.stage, "ses.aspasaf", case) == ["draft_keputusan_eselon1"]
    refused(case, "dirjen.aspasaf", "draft_keputusan_eselon1", "done", "INT-32")
    ahead(case, "dirjen.aspasaf", "set_sop_keputusan_eselon1", "PL 37(7)")
    assert case.documents()[-1] == ("pengesahan_sop", "pengesahan")


@pytest.mark.acceptance("AC-31")
def test_another_direktur_jenderal_sets_nothing(case: Case) -> None:
    """The Direktur Jenderal of another Ditjen tries to set the ratified SOP: refused, he does not see it."""
    case.carry_to("set_sop_keputusan_eselon1")
    for login in ("dirjen.asean", "dirjen.protkons"):
        problem = refused(case, login, "set_sop_keputusan_eselon1", "sign", "PL 37(7)")
        assert DIRJEN in problem["detail"] and "A1" in problem["rule"]
        assert case.stage.person(login).get(f"/proposals/{case.proposal_id}").status == 404
    refused(case, "sekjen", "set_sop_keputusan_eselon1", "sign", "PL 37(7)")
    refused(case, "dir.afrika", "set_sop_keputusan_eselon1", "sign", "PL 37(7)")
    assert tasks_of(case.stage, "dirjen.aspasaf", case) == ["set_sop_keputusan_eselon1"]


@pytest.mark.acceptance("AC-32")
def test_the_right_direktur_jenderal_sets_it(any_stage: Stage) -> None:
    """The Direktur Jenderal signs: a Keputusan of his, the SOP is set and in force, penerapan begins."""
    case = any_stage.propose("staf.afrika", "DIT-AFRIKA").carry_to("set_sop_keputusan_eselon1")
    case.act("set_sop_keputusan_eselon1", "sign", by="dirjen.aspasaf")

    seen = case.seen()
    assert (seen["state"], seen["end"], seen["tasks"]) == ("completed", "set", [])
    decree = paper(case, "keputusan_eselon_i", "penetapan")
    said = text_of(case, decree, "dir.afrika")
    assert f"Keputusan {DIRJEN}" in said and decree["number"] in said and "Jatmiko Bratasena" in said
    assert "Pasal 37 ayat (7)" in said and "Adinda Lokananta" in said, "with the ratifier's signature"
    acts = [(e["data"]["kind"], e["data"]["act"]) for e in facts(case.events(), "document.signed")]
    assert acts[-3:] == [
        ("nota_dinas_persetujuan", "tanda_tangan"),
        ("pengesahan_sop", "pengesahan"),
        ("keputusan_eselon_i", "penetapan"),
    ]
    (sop,) = any_stage.person("staf.afrika").get("/sops?unit=DIT-AFRIKA&in_force=true").ok()["items"]
    assert sop["status"] == "in_force" and sop["owner"]["code"] == "DIT-AFRIKA"
    assert sop["instrument"] == {"kind": "keputusan_eselon_i", "number": decree["number"]}
    assert sop["instance_id"] == case.id and sop["naskah_sha256"] == _decided_digest(case)
    assert "start_penerapan" in [e["element_id"] for e in facts(case.events(), "element.passed")]
    assert receivers(case, "keputusan_eselon_i") == BIRO_PO
    assert flow(case.events())[-1] == "set_sop_keputusan_eselon1:sign"
    assert case.verified()


def _decided_digest(case: Case) -> str:
    decided = facts(case.events(), "task.decided", "set_sop_keputusan_eselon1")[0]
    return str(decided["data"]["naskah"]["sha256"])


@pytest.mark.acceptance("AC-33")
def test_a_version_after_the_approval_needs_a_new_one(case: Case) -> None:
    """Version 2 is approved; somebody uploads version 3 before ratification: refused, 2 is ratified."""
    answer_discussion(discussed(case), "agree")
    case.write(draft(deskripsi="Uraian yang diperbaiki."), by="staf.afrika", softcopy=False)
    case.carry_to("sign_and_ratify_sop")
    approved = facts(case.events(), "task.decided", "sign_nota_dinas_persetujuan")[0]["data"]["naskah"]
    assert approved["version"] == 2

    third = draft(deskripsi="Uraian yang diubah setelah disetujui.")
    for login in ("staf.afrika", "dir.afrika"):
        person = case.stage.person(login)
        with unchanged(case):
            says_why(person.put(f"/proposals/{case.proposal_id}/naskah", third).refused(403), "INT-18")
            says_why(person.attach(case.proposal_id, name="versi-3.pdf").refused(403), "INT-18")
        assert not person.get(f"/proposals/{case.proposal_id}").ok()["may"]["edit"]
    assert '/naskah"' not in page(case.stage, "dir.afrika", f"/usulan/{case.proposal_id}")

    case.act("sign_and_ratify_sop", "sign", by="dir.afrika")
    case.carry_to("end")
    for element in ("sign_and_ratify_sop", "set_sop_keputusan_eselon1"):
        assert facts(case.events(), "task.decided", element)[0]["data"]["naskah"] == approved
    assert case.verified()
