"""The route of a Biro of Sekretariat Jenderal (Pasal 38): Sekjen approves, the Kepala Biro ratifies,
Sekjen sets.

Scenarios AC-34 to AC-40.
"""

from __future__ import annotations

import pytest

from acceptance.administration import appoint
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
KARO_SDM = "Kepala Biro Sumber Daya Manusia"
BIRO_PO = {
    "Kepala Biro Perencanaan dan Organisasi",
    "Penelaah SOP pada Bagian Organisasi dan Tata Laksana",
    "Penelaah SOP pada Bagian Evaluasi dan Pelaporan",
}
NOT_CONFORM = {
    "kriteria_a": "sesuai",
    "kriteria_b": "tidak_sesuai",
    "kriteria_c": "sesuai",
    "catatan": [{"huruf": "b", "text": "Nama SOP belum menunjukkan keluarannya."}],
}


@pytest.fixture
def case(stage: Stage) -> Case:
    """An SOP Mikro of Biro Sumber Daya Manusia, just opened by its staff."""
    opened = stage.propose("staf.sdm", "BSDM", title="Pengurusan Cuti Pegawai")
    assert opened.route_key == "sop_mikro_setjen"
    return opened


def kinds(case: Case) -> set[str]:
    """Kinds of paper the case has made so far."""
    return {kind for kind, _ in case.documents()}


def signed(case: Case) -> list[tuple[str, str, str]]:
    """(kind, act, position) of every signature in the case, in order."""
    events = case.events()
    positions = {e["seq"]: e["data"]["position"] for e in facts(events, "task.decided")}
    by = [(e, max(seq for seq in positions if seq < e["seq"])) for e in facts(events, "document.signed")]
    return [(e["data"]["kind"], e["data"]["act"], positions[seq]) for e, seq in by]


@pytest.mark.acceptance("AC-34")
def test_the_proposal_goes_to_biro_po_and_sekjen_only_gets_a_copy(stage: Stage, case: Case) -> None:
    """Kepala Biro SDM submits: Biro PO is the addressee, Sekjen has a tembusan and no task."""
    case.carry_to("submit_usulan")
    case.act("submit_usulan", "submit", by="karo.sdm")

    assert receivers(case, "usulan", "delivered") == BIRO_PO
    assert receivers(case, "usulan", "tembusan") == {SEKJEN}
    letter = text_of(case, paper(case, "usulan", "tanda_tangan"))
    assert "Kepala Biro Perencanaan dan Organisasi" in letter and "Tembusan" in letter

    assert [copy["way"] for copy in copies(stage, "sekjen", case)] == ["tembusan"]
    assert tasks_of(stage, "sekjen", case) == []
    assert case.open_elements() == ["record_hardcopy"], "nothing waits for Sekjen"
    refused(case, "sekjen", "record_hardcopy", "conform", "PL 38(1)")


@pytest.mark.acceptance("AC-35")
def test_a_conforming_draft_becomes_a_konsep_keputusan(case: Case) -> None:
    """Telah sesuai: Biro PO drafts the Keputusan Sekretaris Jenderal; no nota dinas persetujuan."""
    case.carry_to("decide_review_outcome")
    case.act("decide_review_outcome", "conform", by="karo.po")
    assert case.open_elements() == ["draft_keputusan_sekjen"]
    task = case.task("draft_keputusan_sekjen")
    assert {position["title"] for position in task["positions"]} == BIRO_PO - {
        "Kepala Biro Perencanaan dan Organisasi"
    }

    case.act("draft_keputusan_sekjen", "done", by="penelaah.ortala")
    konsep = text_of(case, paper(case, "keputusan_sekjen", "konsep"))
    assert "KEPUTUSAN SEKRETARIS JENDERAL" in konsep.upper() and case.seen()["title"] in konsep

    case.carry_to("end")
    assert not any(kind.startswith(("nota_dinas", "berita")) for kind in kinds(case))


@pytest.mark.acceptance("AC-36")
def test_the_kepala_biro_does_not_ratify_before_sekjen_approves(stage: Stage, case: Case) -> None:
    """The konsep Keputusan is ready, Sekjen has not approved: Kepala Biro SDM may not sign and ratify."""
    case.carry_to("approve_sop")
    assert tasks_of(stage, "karo.sdm", case) == []
    ahead(case, "karo.sdm", "sign_and_ratify_sop", "PL 38(6)")

    refused(case, "karo.sdm", "approve_sop", "approve", "PL 38(6)")
    with unchanged(case):
        forged = stage.person("karo.sdm").decide(case.task("approve_sop")["id"], "sign")
        says_why(forged.refused(422, "invalid_form"), "PL 38(6)")
    assert ("pengesahan_sop", "pengesahan") not in case.documents()

    waiting = step_of(case, "karo.sdm", "approve_sop")
    assert waiting["state"] == "open" and "PL 38(6)" in waiting["cites"]
    assert [position["title"] for position in waiting["waiting_for"]] == [SEKJEN]
    shown = plain(page(stage, "karo.sdm", f"/tugas/{case.task('approve_sop')['id']}"))
    assert "Pasal 38 ayat (6)" in shown and f"Hanya pemegang jabatan ini yang berwenang: {SEKJEN}." in shown


@pytest.mark.acceptance("AC-37")
def test_sekjen_does_not_set_before_the_kepala_biro_ratified(stage: Stage, case: Case) -> None:
    """Sekjen has approved, the SOP is not ratified: the Eselon II head signs and ratifies first."""
    case.carry_to("approve_sop")
    case.act("approve_sop", "approve", by="sekjen")
    assert case.open_elements() == ["sign_and_ratify_sop"]
    assert tasks_of(stage, "sekjen", case) == []
    ahead(case, "sekjen", "set_sop_keputusan_sekjen", "PL 38(6)")

    problem = refused(case, "sekjen", "sign_and_ratify_sop", "sign", "PL 38(6)")
    assert KARO_SDM in problem["detail"]
    assert ("keputusan_sekjen", "penetapan") not in case.documents()
    waiting = step_of(case, "sekjen", "sign_and_ratify_sop")
    assert [position["title"] for position in waiting["waiting_for"]] == [KARO_SDM]
    assert "terlebih dahulu" in waiting["documentation"]
    register = stage.person("karo.po").get("/sops?unit=BSDM").ok()["items"]
    assert register == [], "nothing is in force yet"


@pytest.mark.acceptance("AC-38")
def test_sekjen_approves_the_kepala_biro_ratifies_and_sekjen_sets(stage: Stage, case: Case) -> None:
    """History shows approve, ratify, set in that order, with two acts of Sekjen; one Keputusan."""
    case.carry_to("set_sop_keputusan_sekjen")
    case.act("set_sop_keputusan_sekjen", "sign", by="sekjen")

    assert signed(case)[-3:] == [
        ("persetujuan_sop", "persetujuan", "SETJEN.pimpinan"),
        ("pengesahan_sop", "pengesahan", "BSDM.pimpinan"),
        ("keputusan_sekjen", "penetapan", "SETJEN.pimpinan"),
    ]
    decided = facts(case.events(), "task.decided")
    assert [step for step in flow(case.events()) if step.startswith(("approve_", "sign_", "set_"))] == [
        "approve_sop:approve",
        "sign_and_ratify_sop:sign",
        "set_sop_keputusan_sekjen:sign",
    ]
    assert len({e["data"]["naskah"]["sha256"] for e in decided[-3:]}) == 1, "the identical version"
    konsep = paper(case, "keputusan_sekjen", "paraf")
    assert decided[-3]["data"]["documents"] == [{"kind": "keputusan_sekjen", "sha256": konsep["sha256"]}]

    keputusan = paper(case, "keputusan_sekjen", "penetapan")
    ratified = paper(case, "pengesahan_sop", "pengesahan")
    text = text_of(case, keputusan)
    assert keputusan["number"] in text and ratified["number"] in text and "Hendra Yudapranata" in text
    assert "Hapsari Indrawangsa" in text_of(case, ratified)
    assert case.seen()["end"] == "set" and case.verified()
    [sop] = stage.person("karo.po").get("/sops?unit=BSDM").ok()["items"]
    assert sop["in_force"] and sop["instrument"] == {
        "kind": "keputusan_sekjen",
        "number": keputusan["number"],
    }
    assert sop["owner"]["code"] == "BSDM"


@pytest.mark.acceptance("AC-39")
def test_biro_po_does_not_review_its_own_draft_by_its_drafter(stage: Stage) -> None:
    """The SOP is of Biro PO itself: its drafter may not review it, another person does, and somebody
    of another part of the bureau countersigns."""
    appoint(stage, "staf.po", "BPO.reviewer-ortala", "2026-11-23")
    case = stage.propose("staf.po", "BPO", title="Penataan Arsip Reviu")
    case.carry_to("review_naskah_konsep")

    assert tasks_of(stage, "staf.po", case) == ["review_naskah_konsep"], "his second position has it"
    task = case.task("review_naskah_konsep")
    shown = stage.person("staf.po").get(f"/tasks/{task['id']}").ok()
    assert not shown["may"]["decide"] and shown["may"]["why"]["rule"] == "A5; INT-28"
    assert "orang lain" in plain(page(stage, "staf.po", f"/tugas/{task['id']}"))
    with unchanged(case):
        forged = stage.person("staf.po").decide(
            task["id"], "done", {"kriteria_a": "sesuai", "kriteria_b": "sesuai", "kriteria_c": "sesuai"}
        )
        says_why(forged.refused(403, "not_allowed"), "INT-28")

    case.act("review_naskah_konsep", "done", by="penelaah2.ortala")
    case.act("decide_review_outcome", "conform", by="karo.po")
    countersigning = case.task("countersign_review_outcome")["id"]
    for login in ("staf.po", "penelaah2.ortala"):
        with unchanged(case):
            says_why(stage.person(login).decide(countersigning, "sign").refused(403), "INT-28")
    case.act("countersign_review_outcome", "sign", by="penelaah.evaluasi")
    assert case.open_elements() == ["draft_keputusan_sekjen"]
    ahead(case, "staf.po", "approve_sop", "PL 38(6)")


@pytest.mark.acceptance("AC-40")
def test_the_review_record_is_called_catatan_koreksi_dan_masukan(case: Case) -> None:
    """Perlu penyesuaian: the record is the catatan koreksi dan masukan, with the same three criteria."""
    case.carry_to("review_naskah_konsep")
    case.act("review_naskah_konsep", "done", NOT_CONFORM, by="penelaah.ortala")
    assert "kertas_kerja_reviu" not in kinds(case)
    record = paper(case, "catatan_koreksi", "konsep")
    assert record["title"] == "Catatan Koreksi dan Masukan"
    text = text_of(case, record)
    assert "CATATAN KOREKSI DAN MASUKAN" in text.upper()
    for criterion in (
        "tugas dan fungsi serta peraturan perundang-undangan",
        "konsepsi dan penamaan",
        "format naskah",
    ):
        assert criterion in text
    assert NOT_CONFORM["catatan"][0]["text"] in text

    refused(case, "karo.po", "decide_review_outcome", "conform", "PL 38(5)a", status=422)
    case.act("decide_review_outcome", "adjust", by="karo.po", comment="Perbaiki nama SOP.")
    assert case.open_elements() == ["discuss_catatan_koreksi"] * 2
    assert {task["item"] for task in case.open_tasks()} == {"BSDM", None}
    assert "PL 38(5)a" in step_of(case, "staf.sdm", "discuss_catatan_koreksi")["cites"]
