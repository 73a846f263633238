"""The route of a Perwakilan (Pasal 40): Sekjen approves by berita, the Kepala Perwakilan ratifies and
sets.

Scenarios AC-45 to AC-50.
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
from stage import Case, Stage, facts

SEKJEN = "Sekretaris Jenderal"
WATAP = "Wakil Tetap RI Jenewa"


@pytest.fixture
def case(stage: Stage) -> Case:
    """An SOP Mikro of PTRI Jenewa, just opened by its staff."""
    opened = stage.propose("staf.ptri.jenewa", "PTRI-JENEWA", title="Pelaporan Sidang Komite")
    assert opened.route_key == "sop_mikro_perwakilan"
    return opened


@pytest.mark.acceptance("AC-45")
def test_the_proposal_goes_to_sekjen_with_the_draft_to_biro_po(stage: Stage, case: Case) -> None:
    """Kepala Perwakilan of PTRI Jenewa submits: usulan at Sekjen, tembusan with naskah at Biro PO."""
    case.carry_to("submit_usulan")
    refused(case, "staf.ptri.jenewa", "submit_usulan", "submit", "PL 40(1)")
    case.act("submit_usulan", "submit", by="watap.jenewa")

    assert receivers(case, "usulan", "delivered") == {SEKJEN}
    assert "Kepala Biro Perencanaan dan Organisasi" in receivers(case, "usulan", "tembusan")
    assert [copy["way"] for copy in copies(stage, "sekjen", case)] == ["delivered"]
    assert tasks_of(stage, "sekjen", case) == [], "the usulan holds up nothing (INT-10)"

    [copy] = copies(stage, "penelaah.ortala", case)
    assert copy["way"] == "tembusan"
    seen = stage.person("penelaah.ortala").get(f"/proposals/{case.proposal_id}").ok()
    assert seen["complete"] and seen["naskah"]["diagram_alir"]["steps"]
    assert [one["role"] for one in seen["attachments"]] == ["softcopy"]
    assert tasks_of(stage, "penelaah.ortala", case) == ["record_hardcopy"]


@pytest.mark.acceptance("AC-46")
def test_the_approval_is_a_berita_and_never_a_nota_dinas(case: Case) -> None:
    """Sesuai: the approval document is a berita; a nota dinas is not offered."""
    case.carry_to("decide_review_outcome")
    case.act("decide_review_outcome", "conform", by="karo.po")
    assert case.open_elements() == ["draft_berita_persetujuan"]
    case.act("draft_berita_persetujuan", "done", by="penelaah.ortala")
    konsep = paper(case, "berita_persetujuan", "konsep")
    text = text_of(case, konsep)
    assert "BERITA" in text.upper() and WATAP in text and "nota dinas" not in text.lower()

    steps = case.seen()["steps"]
    assert not any("nota_dinas" in step["id"] for step in steps), "the route knows no nota dinas"
    case.carry_to("end")
    assert not any(kind.startswith("nota_dinas") for kind, _ in case.documents())


@pytest.mark.acceptance("AC-47")
def test_the_signed_berita_is_sent_to_the_kepala_perwakilan(stage: Stage, case: Case) -> None:
    """Sekjen signs the berita; it is sent to the Kepala Perwakilan pengusul and its delivery recorded."""
    case.carry_to("sign_berita_persetujuan")
    refused(case, "karo.po", "sign_berita_persetujuan", "sign", "PL 40(5)b")
    case.act("sign_berita_persetujuan", "sign", by="sekjen")
    berita = paper(case, "berita_persetujuan", "tanda_tangan")
    assert "Hendra Yudapranata" in text_of(case, berita) and berita["number"] in text_of(case, berita)
    assert receivers(case, "berita_persetujuan", "delivered") == set(), "signed is not yet sent"

    assert case.open_elements() == ["send_berita_persetujuan"]
    refused(case, "sekjen", "send_berita_persetujuan", "done", "PL 40(5)b")
    case.act("send_berita_persetujuan", "done", by="penelaah.ortala")
    [sent] = facts(case.events(), "document.delivered", "deliver_berita_persetujuan")
    assert sent["data"]["to"] == ["PTRI-JENEWA.pimpinan"]
    assert sent["data"]["sha256"] == berita["sha256"], "the very berita that was signed"
    kinds = [copy["kind"] for copy in copies(stage, "watap.jenewa", case) if copy["way"] == "delivered"]
    assert kinds == ["berita_persetujuan"]


@pytest.mark.acceptance("AC-48")
def test_the_kepala_perwakilan_ratifies_and_sets(stage: Stage, case: Case) -> None:
    """Berita delivered: the Kepala Perwakilan ratifies and sets in a Keputusan Kepala Perwakilan."""
    case.carry_to("ratify_and_set_sop")
    stage.clock.move(hours=18)  # in Jakarta the next day has begun, in Jenewa it is still evening
    case.act("ratify_and_set_sop", "sign", by="watap.jenewa")
    acts = facts(case.events(), "document.signed", "ratify_and_set_sop")
    assert [(e["data"]["kind"], e["data"]["act"]) for e in acts] == [
        ("pengesahan_sop", "pengesahan"),
        ("keputusan_kepala_perwakilan", "penetapan"),
    ]
    keputusan = paper(case, "keputusan_kepala_perwakilan", "penetapan")
    text = text_of(case, keputusan)
    assert keputusan["number"] in text and "Kartika Indrawangsa" in text and WATAP.upper() in text.upper()
    assert "23 November 2026" in text and "24 November 2026" not in text, "the day of the place of signing"
    [sop] = stage.person("karo.po").get("/sops?unit=PTRI-JENEWA").ok()["items"]
    assert sop["in_force"] and sop["instrument"] == {
        "kind": "keputusan_kepala_perwakilan",
        "number": keputusan["number"],
    }
    assert case.seen()["end"] == "set" and case.verified()


@pytest.mark.acceptance("AC-49")
@pytest.mark.parametrize("stands_at", ["sign_berita_persetujuan", "send_berita_persetujuan"])
def test_nothing_is_set_before_the_berita_is_delivered(stage: Stage, case: Case, stands_at: str) -> None:
    """Berita not delivered: the Kepala Perwakilan may not set."""
    case.carry_to(stands_at)
    assert tasks_of(stage, "watap.jenewa", case) == []
    ahead(case, "watap.jenewa", "ratify_and_set_sop", "PL 40(6)")
    outcome = "sign" if stands_at.startswith("sign") else "done"
    refused(case, "watap.jenewa", stands_at, outcome, "PL 40(5)b")
    with unchanged(case):
        forged = stage.person("watap.jenewa").decide(case.task(stands_at)["id"], "submit")
        says_why(forged.refused(422), "PL 40(5)b")
    assert ("keputusan_kepala_perwakilan", "penetapan") not in case.documents()
    waiting = step_of(case, "watap.jenewa", stands_at)
    assert waiting["state"] == "open" and "PL 40(5)b" in waiting["cites"]
    shown = plain(page(stage, "watap.jenewa", f"/tugas/{case.task(stands_at)['id']}"))
    assert "Pasal 40 ayat (5) huruf b" in shown


@pytest.mark.acceptance("AC-50")
def test_the_head_of_another_perwakilan_does_not_set(stage: Stage, case: Case) -> None:
    """A head of another Perwakilan tries to set: refused."""
    case.carry_to("ratify_and_set_sop")
    for login in ("dubes.tokyo", "watap.newyork", "konjen.jeddah"):
        refused(case, login, "ratify_and_set_sop", "sign", "A1")
        assert stage.person(login).get(f"/instances/{case.id}").status == 404
    assert ("keputusan_kepala_perwakilan", "penetapan") not in case.documents()
    [waiting] = step_of(case, "staf.ptri.jenewa", "ratify_and_set_sop")["waiting_for"]
    assert waiting["title"] == WATAP
    case.act("ratify_and_set_sop", "sign", by="watap.jenewa")
    assert case.seen()["end"] == "set"
