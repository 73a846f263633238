"""The naskah konsep: whole before it is handed on, its hardcopy like its softcopy, its flow well drawn.

Scenarios AC-09 to AC-18.
"""

from __future__ import annotations

from typing import Any

import pytest

from acceptance.scenes import (
    ahead,
    copies,
    missing,
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
from stage import RECEIVED, Case, Stage, draft, facts, flow


def nothing_was_sent(case: Case) -> None:
    """No usulan, no delivery, no tembusan; Biro PO has nothing to do."""
    assert case.documents() == [] and case.seen()["tembusan"] == []
    sent = {"document.made", "document.delivered", "tembusan.sent"}
    assert not sent & {event["type"] for event in case.events()}
    for login in ("karo.po", "penelaah.ortala", "sekjen"):
        assert tasks_of(case.stage, login, case) == [] and copies(case.stage, login, case) == []


# --- all parts a to g, in softcopy and hardcopy (INT-01, INT-09) -------------------------------


@pytest.mark.acceptance("AC-09")
def test_without_part_e_nothing_is_submitted(any_stage: Stage) -> None:
    """Part e is missing: the answer names it, the Direktur Jenderal has nothing to submit, nothing is sent."""
    case = any_stage.propose("staf.afrika", "DIT-AFRIKA")
    case.write(draft(persyaratan_perlengkapan=None))
    assert missing(case, "dirjen.aspasaf") == ["e"]

    problem = refused(case, "staf.afrika", "prepare_naskah_konsep", "submit", "PL 37(1)-(2)", status=422)
    assert problem["type"].endswith("incomplete_naskah") and "INT-01" in problem["rule"]
    assert list(problem["errors"]) == ["persyaratan_perlengkapan"]
    assert problem["errors"]["persyaratan_perlengkapan"][0].startswith("Huruf e belum ada")

    refused(case, "dirjen.aspasaf", "prepare_naskah_konsep", "submit", "PL 37(2)")
    ahead(case, "dirjen.aspasaf", "submit_usulan", "PL 37(3)")
    assert "Huruf e belum ada" in plain(page(any_stage, "dirjen.aspasaf", f"/usulan/{case.proposal_id}"))
    nothing_was_sent(case)

    # with part e it goes to the Direktur Jenderal
    case.write(draft(), softcopy=False)
    assert missing(case, "dirjen.aspasaf") == []
    case.act("prepare_naskah_konsep", "submit")
    assert tasks_of(any_stage, "dirjen.aspasaf", case) == ["submit_usulan"]


@pytest.mark.acceptance("AC-10")
def test_a_perwakilan_without_a_flow_submits_nothing(stage: Stage) -> None:
    """Parts a to f without diagram alir: the Kepala Perwakilan is refused, part g is named."""
    case = stage.propose("konjen.jeddah", "KJRI-JEDDAH")
    case.write(draft(diagram_alir=None))
    problem = refused(case, "konjen.jeddah", "prepare_naskah_konsep", "submit", "PL 40(1)-(2)", status=422)
    assert list(problem["errors"]) == ["diagram_alir"] and "g (" in problem["detail"]
    assert missing(case, "konjen.jeddah") == ["g"]
    ahead(case, "konjen.jeddah", "submit_usulan", "PL 40(1)", "PL 40(3)")
    nothing_was_sent(case)


@pytest.mark.acceptance("AC-11")
def test_without_softcopy_nothing_is_submitted(stage: Stage) -> None:
    """All parts but no softcopy: the Kepala Pusat is refused."""
    case = stage.propose("kapus.diklat", "PUSDIKLAT")
    case.write(softcopy=False)
    problem = refused(case, "kapus.diklat", "prepare_naskah_konsep", "submit", "PL 39(1)-(2)", status=422)
    assert problem["errors"] == {"softcopy": ["Softcopy naskah konsep belum dilampirkan."]}
    assert missing(case, "kapus.diklat") == ["softcopy"]
    nothing_was_sent(case)

    # a supporting file is no softcopy; the softcopy is
    stage.person("kapus.diklat").attach(case.proposal_id, role="supporting").ok()
    assert missing(case, "kapus.diklat") == ["softcopy"]
    stage.person("kapus.diklat").attach(case.proposal_id, role="softcopy").ok()
    case.act("prepare_naskah_konsep", "submit", by="kapus.diklat")
    assert tasks_of(stage, "kapus.diklat", case) == ["submit_usulan"]


@pytest.mark.acceptance("AC-12")
def test_no_approval_document_before_the_hardcopy(stage: Stage) -> None:
    """The hardcopy has not come: Biro PO neither reviews nor drafts the nota dinas; its receipt waits."""
    case = stage.propose("staf.afrika", "DIT-AFRIKA").carry_to("record_hardcopy")
    assert case.open_elements() == ["record_hardcopy"]
    problem = refused(case, "penelaah.ortala", "record_hardcopy", "done", "INT-09", status=422, form=RECEIVED)
    assert "PL 37(1)" in problem["rule"]
    ahead(case, "penelaah.ortala", "review_naskah_konsep", "PL 37(3)")
    ahead(case, "penelaah.ortala", "draft_nota_dinas_persetujuan", "PL 37(5)b")

    case.act("record_hardcopy", "conform", by="penelaah.ortala")
    receipt = facts(case.events(), "task.decided", "record_hardcopy")[0]["data"]["form"]
    assert receipt["tanggal"] == "2026-11-23" and receipt["sama_dengan_softcopy"] is True
    case.carry_to("draft_nota_dinas_persetujuan")


@pytest.mark.acceptance("AC-12")
def test_a_pouch_under_way_holds_the_berita_back(stage: Stage) -> None:
    """From a Perwakilan the review starts on the softcopy; the berita waits for the pouch."""
    case = stage.propose("staf.tokyo", "KBRI-TOKYO").carry_to("record_hardcopy")
    on_its_way = {"tanggal": "2026-11-23", "pengiriman": "Kantong diplomatik nomor 47."}
    case.act("record_hardcopy", "done", on_its_way, comment="Masih dalam perjalanan.")
    assert case.open_elements() == ["review_naskah_konsep"]
    case.act("review_naskah_konsep", "done")
    case.act("decide_review_outcome", "conform")

    assert case.open_elements() == ["record_hardcopy_revised"]
    ahead(case, "penelaah.ortala", "draft_berita_persetujuan", "PL 40(5)b")
    assert {"PL 40(1)", "INT-09"} <= set(step_of(case, "karo.po", "record_hardcopy_revised")["cites"])
    refused(case, "penelaah.ortala", "record_hardcopy_revised", "done", "INT-09", status=422)
    assert ("berita_persetujuan", "konsep") not in case.documents()

    case.act("record_hardcopy_revised", "conform")
    assert case.open_elements() == ["draft_berita_persetujuan"]


@pytest.mark.acceptance("AC-13")
def test_a_different_hardcopy_goes_back_to_the_submitter(any_stage: Stage) -> None:
    """Biro PO records a hardcopy that differs: back to the Direktur Jenderal, and no review opens."""
    case = any_stage.propose("staf.afrika", "DIT-AFRIKA").carry_to("record_hardcopy")
    different = {**RECEIVED, "sama_dengan_softcopy": False, "keadaan": "Halaman 3 tidak sama."}
    problem = refused(
        case, "penelaah.ortala", "record_hardcopy", "conform", "INT-09", status=422, form=different
    )
    assert list(problem["errors"]) == ["form.sama_dengan_softcopy"]
    older = {**RECEIVED, "version": 7}
    refused(case, "penelaah.ortala", "record_hardcopy", "conform", "INT-09", status=422, form=older)

    case.act("record_hardcopy", "return", different, by="penelaah.ortala", comment="Hardcopy berbeda.")
    assert case.open_elements() == ["submit_usulan"]
    assert tasks_of(any_stage, "dirjen.aspasaf", case) == ["submit_usulan"]
    assert "review_naskah_konsep" not in {e.get("element_id") for e in case.events()}
    back = any_stage.person("dirjen.aspasaf").get(f"/tasks/{case.task('submit_usulan')['id']}").ok()
    assert back["decisions"][-1]["comment"] == "Hardcopy berbeda."
    assert back["decisions"][-1]["form"]["keadaan"] == "Halaman 3 tidak sama."
    assert flow(case.events())[-1] == "record_hardcopy:return"

    # submitted again, it is received and reviewed
    case.act("submit_usulan", "submit")
    case.act("record_hardcopy", "conform", {**RECEIVED, "version": 1})
    assert case.open_elements() == ["review_naskah_konsep"]
    assert case.verified()


@pytest.mark.acceptance("AC-14")
def test_more_than_seven_parts_are_welcome(stage: Stage) -> None:
    """Parts a to g and an annex: "paling sedikit" seven, so eight are accepted."""
    case = stage.propose("staf.afrika", "DIT-AFRIKA")
    case.write()
    drafter = stage.person("staf.afrika")
    annex = drafter.attach(case.proposal_id, role="supporting", name="lampiran formulir.pdf").ok()
    case.act("prepare_naskah_konsep", "submit")
    case.act("submit_usulan", "submit")
    assert case.open_elements() == ["record_hardcopy"]
    assert receivers(case, "usulan") and receivers(case, "usulan", "delivered") == {"Sekretaris Jenderal"}

    read = stage.person("penelaah.ortala").get(f"/tasks/{case.task('record_hardcopy')['id']}").ok()
    assert [(a["role"], a["filename"]) for a in read["attachments"]] == [
        ("softcopy", "naskah.pdf"),
        ("supporting", "lampiran formulir.pdf"),
    ]
    assert {"deskripsi", "dasar_hukum", "ketertautan", "pihak_terlibat"} <= set(read["naskah"])
    assert {"persyaratan_perlengkapan", "keluaran", "diagram_alir"} <= set(read["naskah"])
    assert stage.person("penelaah.ortala").get(f"/attachments/{annex['sha256']}").status == 200


def test_who_attached_the_softcopy_does_not_decide_its_review(stage: Stage) -> None:
    """Biro PO's own SOP: its Kepala attached the softcopy, so he is a drafter of it (A5)."""
    case = stage.propose("staf.po", "BPO")
    case.write(softcopy=False)
    stage.person("staf.po").post(f"/tasks/{case.task('prepare_naskah_konsep')['id']}/release").ok()
    stage.person("karo.po").attach(case.proposal_id).ok()
    case.carry_to("decide_review_outcome")
    with unchanged(case):
        task = case.task("decide_review_outcome")
        problem = stage.person("karo.po").decide(task["id"], "conform").refused(403)
    says_why(problem, "A5")


# --- the format of the flow: findings under criterion c ----------------------------------------


def drawn(change: Any) -> dict[str, Any]:
    """A whole draft whose flow was changed."""
    body = draft()
    change(body["diagram_alir"])
    return body


def step_five(**change: Any) -> Any:
    """A change of step 5 of the flow."""
    return lambda flow_: flow_["steps"][4].update(change)


def findings(case: Case, body: dict[str, Any]) -> list[dict[str, Any]]:
    """What the format check says of this draft to its drafter."""
    case.write(body, softcopy=False)
    proposal = case.stage.person(case.proposer).get(f"/proposals/{case.proposal_id}").ok()
    found: list[dict[str, Any]] = proposal["findings"]
    return found


@pytest.fixture
def drafting(stage: Stage) -> Case:
    """A case of Direktorat Konsuler whose draft has no finding."""
    case = stage.propose("staf.konsuler", "DIT-KONSULER")
    assert findings(case, draft()) == []
    return case


@pytest.mark.acceptance("AC-15")
def test_a_sixth_symbol_is_a_finding_for_the_reviewer(drafting: Case) -> None:
    """A sixth symbol in the diagram: a finding on criterion c; only five are used. It stops nobody."""
    (found,) = findings(drafting, drawn(step_five(symbol="cloud")))
    assert (found["rule"], found["where"]) == ("F2", "5") and found["cite"].startswith("BSSN II.B.3")
    assert "kapsul, kotak, belah ketupat, panah, dan segi lima" in found["sentence"]

    # it is laid before the reviewer: on the draft he opens, and in the record of his review
    stage = drafting.stage
    stage.person("staf.konsuler").attach(drafting.proposal_id).ok()
    drafting.carry_to("review_naskah_konsep")
    newest = drafting.stage.person("penelaah.ortala").get(f"/proposals/{drafting.proposal_id}").ok()
    read = page(
        stage, "penelaah.ortala", f"/usulan/{drafting.proposal_id}/naskah/{newest['naskah']['version']}"
    )
    assert found["sentence"] in plain(read)
    not_so = {"kriteria_a": "sesuai", "kriteria_b": "sesuai", "kriteria_c": "tidak_sesuai"}
    note = {"catatan": [{"huruf": "g", "text": "Gambar ulang langkah 5."}]}
    drafting.act("review_naskah_konsep", "done", {**not_so, **note})
    record = text_of(drafting, paper(drafting, "kertas_kerja_reviu", "konsep"))
    assert found["sentence"] in record and "Gambar ulang langkah 5." in record
    assert "c Kesesuaian format naskah SOP Tidak sesuai" in record


@pytest.mark.acceptance("AC-16")
def test_the_executor_belongs_in_the_lane(drafting: Case) -> None:
    """ "Kasubbag menulis surat": the executor belongs in the lane, the activity starts with a verb."""
    (found,) = findings(drafting, drawn(step_five(kegiatan="Kasubbag menulis surat")))
    assert (found["rule"], found["where"], found["cite"]) == ("F5", "5", "BSSN II.B.3")
    assert "kata kerja aktif" in found["sentence"] and "kolom pelaksana" in found["sentence"]
    assert findings(drafting, drawn(step_five(kegiatan="Menulis surat pengantar pembayaran"))) == []


@pytest.mark.acceptance("AC-17")
def test_a_step_without_time_lacks_its_standard(drafting: Case) -> None:
    """A step without waktu: its mutu baku is incomplete."""
    (found,) = findings(drafting, drawn(lambda flow_: flow_["steps"][4].pop("waktu")))
    assert (found["rule"], found["where"], found["cite"]) == ("F6", "5", "BSSN II.B.3")
    assert found["sentence"] == "Mutu baku kegiatan nomor 5 belum lengkap: waktu."


@pytest.mark.acceptance("AC-18")
def test_lanes_follow_the_activities_not_the_rank(drafting: Case) -> None:
    """Lanes in order of rank, the first activity in the third lane: they should follow the activities."""

    def by_rank(flow_: dict[str, Any]) -> None:
        counter, examiner, section, sub, archive = flow_["lanes"]
        flow_["lanes"] = [sub, section, counter, examiner, archive]

    (found,) = findings(drafting, drawn(by_rank))
    assert (found["rule"], found["where"], found["cite"]) == ("F3", "lanes", "BSSN II.B.3")
    assert "menurut urutan kegiatan" in found["sentence"]
    assert "Petugas Loket, Pemeriksa Dokumen, Kasi Legalisasi" in found["sentence"]
    with unchanged(drafting):
        edit = page(drafting.stage, "staf.konsuler", f"/usulan/{drafting.proposal_id}/naskah")
    assert found["sentence"] in plain(edit)
