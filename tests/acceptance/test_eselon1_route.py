"""The Eselon I route of Pasal 37 up to the review: who submits, who gets a copy, who reviews.

Scenarios AC-19 to AC-25, told of one SOP of Direktorat Afrika.
"""

from __future__ import annotations

import pytest

from acceptance.scenes import (
    NOT_YET,
    NOTE,
    ahead,
    answer_discussion,
    copies,
    discussed,
    missing,
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
from stage import Case, Stage, draft, facts

DIRJEN = "Direktur Jenderal Asia Pasifik dan Afrika"
BIRO_PO = {
    "Kepala Biro Perencanaan dan Organisasi",
    "Penelaah SOP pada Bagian Organisasi dan Tata Laksana",
    "Penelaah SOP pada Bagian Evaluasi dan Pelaporan",
}


@pytest.fixture
def case(stage: Stage) -> Case:
    return stage.propose("staf.afrika", "DIT-AFRIKA")


# --- the submission ----------------------------------------------------------------------------


@pytest.mark.acceptance("AC-19")
def test_the_direktur_does_not_submit_to_sekjen(case: Case) -> None:
    """The Direktur tries to submit to Sekjen: refused, the head of the Eselon I unit submits."""
    case.carry_to("submit_usulan")
    assert missing(case, "dir.afrika") == []
    problem = refused(case, "dir.afrika", "submit_usulan", "submit", "PL 37(3)")
    assert "PL 37(1)" in problem["rule"] and "INT-08" in problem["rule"] and DIRJEN in problem["detail"]
    refused(case, "staf.afrika", "submit_usulan", "submit", "PL 37(3)")
    assert tasks_of(case.stage, "dirjen.aspasaf", case) == ["submit_usulan"]
    assert case.documents() == [] and tasks_of(case.stage, "sekjen", case) == []

    told = plain(page(case.stage, "dir.afrika", f"/tugas/{case.task('submit_usulan')['id']}"))
    assert f"Hanya pemegang jabatan ini yang berwenang: {DIRJEN}." in told


@pytest.mark.acceptance("AC-20")
def test_the_usulan_goes_to_sekjen_and_its_copy_to_biro_po(any_stage: Stage) -> None:
    """The Direktur Jenderal submits: Sekjen has the usulan, Biro PO the copy and the next task."""
    case = any_stage.propose("staf.afrika", "DIT-AFRIKA").carry_to("submit_usulan")
    case.act("submit_usulan", "submit", by="dirjen.aspasaf")

    assert receivers(case, "usulan", "delivered") == {"Sekretaris Jenderal"}
    assert receivers(case, "usulan", "tembusan") == BIRO_PO
    usulan = paper(case, "usulan", "tanda_tangan")
    said = text_of(case, usulan, "sekjen")
    assert f"Dari : {DIRJEN}" in said and "Yth. : Sekretaris Jenderal" in said and usulan["number"] in said
    assert "Naskah konsep versi" in said

    (delivered,) = copies(any_stage, "sekjen", case)
    assert (delivered["way"], delivered["document_id"]) == ("delivered", usulan["id"])
    assert tasks_of(any_stage, "sekjen", case) == [], "the usulan holds nothing up (INT-10)"
    for login in ("karo.po", "penelaah.ortala"):
        (copy,) = copies(any_stage, login, case)
        assert copy["way"] == "tembusan" and copy["read_at"] is None
        with_it = any_stage.person(login).get(f"/proposals/{copy['proposal']['id']}").ok()
        assert with_it["naskah"]["deskripsi"] == draft()["deskripsi"]
    assert tasks_of(any_stage, "penelaah.ortala", case) == ["record_hardcopy"]
    ahead(case, "karo.po", "review_naskah_konsep", "PL 37(3)", "PL 37(4)")

    for login in ("dirjen.asean", "dirjen.protkons", "ses.aspasaf", "menteri"):
        assert tasks_of(any_stage, login, case) == [] and copies(any_stage, login, case) == []
    sent = facts(case.events(), "tembusan.sent")
    assert [e["element_id"] for e in sent] == ["send_tembusan_biro_po"]
    assert sent[0]["data"]["sha256"] == usulan["sha256"]
    assert case.verified()


@pytest.mark.acceptance("AC-21")
def test_a_tembusan_is_read_and_decides_nothing(case: Case) -> None:
    """Biro PO looks for a decision on its tembusan: there is none; the review is a task of its own."""
    case.carry_to("review_naskah_konsep")
    reader = case.stage.person("penelaah.evaluasi")
    (copy,) = copies(case.stage, "penelaah.evaluasi", case)
    assert not {"outcomes", "offers", "form"} & set(copy)
    assert reader.decide(copy["id"], "approve").status == 404
    assert reader.post(f"/tembusan/{copy['id']}/decide", {"outcome": "approve"}).status == 404

    tasks = case.open_tasks()
    assert reader.post(f"/tembusan/{copy['id']}/read").ok()
    assert case.open_tasks() == tasks, "reading carries nothing on"
    assert facts(case.events(), "tembusan.read")
    seen = page(case.stage, "penelaah.evaluasi", "/tembusan")
    assert "Tembusan" in plain(seen) and 'name="outcome"' not in seen and "/keputusan" not in seen
    assert tasks_of(case.stage, "penelaah.evaluasi", case) == ["review_naskah_konsep"]
    # a copy gives no authority: Kepala Biro PO has the same copy and does not review
    assert copies(case.stage, "karo.po", case)
    refused(case, "karo.po", "review_naskah_konsep", "done", "PL 37(3)", form=NOT_YET)


# --- the review --------------------------------------------------------------------------------


@pytest.mark.acceptance("AC-22")
def test_two_criteria_are_no_review(case: Case) -> None:
    """A review on criteria a and b only is not closed: criterion c is open."""
    case.carry_to("review_naskah_konsep")
    two = {"kriteria_a": "sesuai", "kriteria_b": "sesuai"}
    problem = refused(
        case, "penelaah.ortala", "review_naskah_konsep", "done", "PL 37(4)", status=422, form=two
    )
    assert list(problem["errors"]) == ["form.kriteria_c"]
    refused(case, "karo.po", "review_naskah_konsep", "done", "PL 37(4)", form=two)
    assert tasks_of(case.stage, "karo.po", case) == []
    ahead(case, "karo.po", "decide_review_outcome", "PL 37(5)a")
    assert facts(case.events(), "document.made", "write_kertas_kerja_reviu") == []

    case.act("review_naskah_konsep", "done", {**two, "kriteria_c": "sesuai"}, by="penelaah.ortala")
    assert tasks_of(case.stage, "karo.po", case) == ["decide_review_outcome"]


@pytest.mark.acceptance("AC-23")
def test_a_criterion_not_fulfilled_opens_the_discussion(case: Case) -> None:
    """Criterion b "tidak sesuai": perlu penyesuaian, the notes in the record, discussion with the unit."""
    case.carry_to("review_naskah_konsep")
    case.act("review_naskah_konsep", "done", NOT_YET, by="penelaah.ortala")
    not_offered(case, "karo.po", "decide_review_outcome", "conform")
    refused(case, "karo.po", "decide_review_outcome", "conform", "PL 37(5)a", status=422)

    record = text_of(case, paper(case, "kertas_kerja_reviu", "konsep"))
    assert "Kertas Kerja Reviu" in record and "Catatan koreksi dan masukan" in record
    assert "b Ketepatan konsep SOP dalam hal konsepsi dan penamaan Tidak sesuai" in record
    assert NOTE["text"] in record and NOT_YET["kriteria_b_catatan"] in record
    assert "Simpulan: Perlu penyesuaian" in record

    case.act("decide_review_outcome", "adjust", comment="Kriteria b belum terpenuhi.")
    assert {t["element_id"] for t in case.open_tasks()} == {"discuss_kertas_kerja_reviu"}
    assert [t["item"] for t in case.open_tasks()] == ["DIT-AFRIKA", None]
    assert tasks_of(case.stage, "dir.afrika", case) == ["discuss_kertas_kerja_reviu"]
    unit = case.task("discuss_kertas_kerja_reviu", "DIT-AFRIKA")
    opens_with = case.stage.person("dir.afrika").get(f"/tasks/{unit['id']}").ok()["prefilled"]
    assert opens_with["pokok_terbuka"] == [NOTE]

    # Biro PO closes, and only after the unit has spoken (INT-06)
    closing = next(t for t in case.open_tasks() if t["item"] is None)
    with unchanged(case):
        problem = case.stage.person("penelaah.ortala").decide(closing["id"], "agree").refused(422)
    says_why(problem, "INT-06")
    assert "Direktorat Afrika" in problem["detail"]


@pytest.mark.acceptance("AC-24")
def test_a_revised_draft_is_reviewed_anew_and_the_old_one_kept(any_stage: Stage) -> None:
    """The unit delivers version 2: version 1 and its record stay readable, and a new review opens."""
    case = discussed(any_stage.propose("staf.afrika", "DIT-AFRIKA"))
    answer_discussion(case, "agree")
    assert case.open_elements() == ["revise_naskah_konsep"]
    first_version = case.seen()["documents"]
    saved = case.write(draft(deskripsi="Uraian yang diperbaiki."), by="staf.afrika")
    case.act("revise_naskah_konsep", "submit", by="staf.afrika")

    assert case.open_elements() == ["review_naskah_konsep"]
    assert case.task("review_naskah_konsep")["visit"] == 2
    assert len([d for d in case.documents() if d == ("usulan", "tanda_tangan")]) == 1, "no new usulan"
    reviewer = any_stage.person("penelaah.ortala")
    now = reviewer.get(f"/tasks/{case.task('review_naskah_konsep')['id']}").ok()
    assert now["naskah"]["deskripsi"] == "Uraian yang diperbaiki."
    assert now["naskah"]["version"] == saved["version"] == 2
    assert [change["part"] for change in now["changes"]["items"]] == ["deskripsi"]

    before = reviewer.get(f"/proposals/{case.proposal_id}/naskah/1").ok()
    assert before["naskah"]["deskripsi"] == draft()["deskripsi"]
    case.act("review_naskah_konsep", "done", by="penelaah.ortala")
    papers = [text_of(case, paper(case, "kertas_kerja_reviu", "konsep", n)) for n in range(3)]
    first, after_discussion, second = papers
    assert "Versi 1 (reviu ke-1)" in first and NOTE["text"] in first
    assert "Versi 1 (reviu ke-1)" in after_discussion and NOTE["text"] in after_discussion
    assert ("notula", "konsep") in case.documents(), "the discussion leaves its minutes (37(5)a)"
    assert "Versi 2 (reviu ke-2)" in second and NOTE["text"] not in second
    assert case.seen()["documents"][: len(first_version)] == first_version
    assert case.verified()


@pytest.mark.acceptance("AC-25")
@pytest.mark.parametrize("words", ["in the form", "as reasons"])
def test_an_open_point_is_laid_before_sekjen_with_both_positions(case: Case, words: str) -> None:
    """No agreement on a note: the open point goes up to Sekjen with the positions of both sides."""
    discussed(case)
    position = "Tidak ada perjanjian internasional dalam kegiatan ini."
    if words == "in the form":
        point = {**NOTE, "pendapat_pengusul": position, "status": "terbuka"}
        answer_discussion(case, "disagree", form={"pokok_terbuka": [point]}, comment="Tidak sepakat.")
    else:
        answer_discussion(case, "disagree", comment=position)

    assert tasks_of(case.stage, "sekjen", case) == ["decide_open_points"]
    task = case.stage.person("sekjen").get(f"/tasks/{case.task('decide_open_points')['id']}").ok()
    assert "INT-03" in task["cites"]
    (point,) = task["prefilled"]["pokok_terbuka"]
    assert point["text"] == NOTE["text"]
    assert point["pendapat_pengusul"] == position
    assert point["pendapat_biro_po"] == "Biro PO mempertahankan catatannya."
    assert position in page(case.stage, "sekjen", f"/tugas/{task['id']}")
    ahead(case, "karo.po", "draft_nota_dinas_persetujuan", "PL 37(5)b")

    refused(case, "karo.po", "decide_open_points", "conform", "INT-03")
    decided = {"pokok_terbuka": [{**point, "status": "diterima", "keputusan": "Rujuk undang-undangnya."}]}
    case.act("decide_open_points", "adjust", decided, by="sekjen", comment="Catatan diterima.")
    assert case.open_elements() == ["revise_naskah_konsep"]
