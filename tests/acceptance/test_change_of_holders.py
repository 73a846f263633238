"""Those who hold a position come and go: an acting official within his days, a new head, a leaver.

Scenarios AC-95 to AC-97. The administrator acts on his pages.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from acceptance.administration import add_position, appoint, end_appointment
from acceptance.scenes import page, paper, plain, refused, says_why, step_of, tasks_of, text_of, unchanged
from paraf.storage.store import Store
from paraf.usecases import administer
from stage import Case, Stage, facts

INSTRUMENT = "SPRIN-PLT/0009/II/2027"
Statements = Callable[[Store], AbstractContextManager[list[str]]]


def jakarta(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant on the clocks of Jakarta."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def acting(stage: Stage) -> Case:
    """A case that waits for Sekjen's signature. The post is vacant; from 1 March to 31 May 2027 the
    Kepala Biro Hukum is Plt."""
    stage.clock.set(jakarta(2027, 2, 26))
    end_appointment(stage, "sekjen", "SETJEN.pimpinan", "2027-02-28")
    said = appoint(
        stage, "karo.hakp", "SETJEN.pimpinan", "2027-03-01",
        capacity="plt", last_day="2027-05-31", instrument=INSTRUMENT,
    )  # fmt: skip
    assert "Plt. Sekretaris Jenderal" in said or INSTRUMENT in said
    stage.clock.set(jakarta(2027, 4, 1))
    case = stage.propose("staf.konsuler", "DIT-KONSULER", title="Pelayanan Legalisasi Dokumen")
    return case.carry_to("sign_nota_dinas_persetujuan")


@pytest.mark.acceptance("AC-95")
def test_an_acting_sekjen_signs_as_such(stage: Stage, acting: Case) -> None:
    """Plt. Sekjen by an instrument from 1 March to 31 May signs on 15 April: accepted; the block reads
    "Plt. Sekretaris Jenderal"; history keeps the instrument."""
    stage.clock.set(jakarta(2027, 4, 15))
    assert tasks_of(stage, "karo.hakp", acting) == ["sign_nota_dinas_persetujuan"]
    hats = stage.person("karo.hakp").get("/me").ok()["appointments"]
    assert len(hats) == 2, "he keeps his own position (P2)"
    acting.act("sign_nota_dinas_persetujuan", "sign", by="karo.hakp")

    text = text_of(acting, paper(acting, "nota_dinas_persetujuan", "tanda_tangan"))
    assert "Plt. Sekretaris Jenderal" in text and "Fajar Lesmanajaya" in text and "15 April 2027" in text
    assert "Hendra Yudapranata" not in text
    [signed] = facts(acting.events(), "task.decided", "sign_nota_dinas_persetujuan")
    assert (signed["capacity"], signed["data"]["instrument"]) == ("plt", INSTRUMENT)
    assert signed["data"]["position"] == "SETJEN.pimpinan"
    told = plain(page(stage, "auditor.itjen", f"/berkas/{acting.id}/riwayat"))
    assert INSTRUMENT in told and "Plt. Sekretaris Jenderal" in told

    acting.carry_to("end")
    assert acting.verified()


@pytest.mark.acceptance("AC-96")
def test_an_acting_sekjen_signs_no_more_after_his_last_day(stage: Stage, acting: Case) -> None:
    """The same on 1 June: refused with P6, and told when his appointment ended."""
    stage.clock.set(jakarta(2027, 5, 31, 23, 58))
    assert tasks_of(stage, "karo.hakp", acting) == ["sign_nota_dinas_persetujuan"], "the last day counts whole"
    task = acting.task("sign_nota_dinas_persetujuan")
    stage.clock.set(jakarta(2027, 6, 1, 0, 0))

    problem = refused(acting, "karo.hakp", "sign_nota_dinas_persetujuan", "sign", "P6")
    assert "Plt. Sekretaris Jenderal" in problem["detail"] and "31 Mei 2027" in problem["detail"]
    with unchanged(acting):
        claimed = stage.person("karo.hakp").post(f"/tasks/{task['id']}/claim")
        says_why(claimed.refused(403), "P6")
    assert ("nota_dinas_persetujuan", "tanda_tangan") not in acting.documents()
    [waiting] = step_of(acting, "staf.konsuler", "sign_nota_dinas_persetujuan")["waiting_for"]
    assert waiting["vacant"], "the task waits for the next Sekjen"


@pytest.mark.acceptance("AC-97")
def test_a_new_head_finds_the_open_task_and_the_old_signature_stays(stage: Stage) -> None:
    """Head changes while a task is open: the new holder has it, earlier acts keep the old signer, and
    what the leaver had taken is free again, with a fact."""
    case = stage.propose("staf.sdm", "BSDM", title="Pengurusan Cuti Pegawai")
    case.carry_to("sign_and_ratify_sop")
    task = case.task("sign_and_ratify_sop")
    usulan = paper(case, "usulan", "tanda_tangan")
    before = case.events()
    stage.person("karo.sdm").post(f"/tasks/{task['id']}/claim").ok()
    assert case.task("sign_and_ratify_sop")["assignee"]["name"] == "Hapsari Indrawangsa"

    end_appointment(stage, "karo.sdm", "BSDM.pimpinan", "2026-11-22")
    appoint(stage, "staf.hakp", "BSDM.pimpinan", "2026-11-23")
    released = case.events()[-1]
    assert (released["type"], released["element_id"]) == ("task.released", "sign_and_ratify_sop")
    assert released["data"] == {"position": "BSDM.pimpinan", "reason": "organisation"}
    assert "actor" not in released
    assert case.task("sign_and_ratify_sop")["assignee"] is None

    assert tasks_of(stage, "karo.sdm", case) == []
    problem = refused(case, "karo.sdm", "sign_and_ratify_sop", "sign", "P6")
    assert "22 November 2026" in problem["detail"]
    assert tasks_of(stage, "staf.hakp", case) == ["sign_and_ratify_sop"]
    case.act("sign_and_ratify_sop", "sign", by="staf.hakp")

    assert case.events()[: len(before)] == before, "finished acts stay as signed"
    assert paper(case, "usulan", "tanda_tangan") == usulan
    assert "Hapsari Indrawangsa" in text_of(case, usulan)
    ratified = text_of(case, paper(case, "pengesahan_sop", "pengesahan"))
    assert "Gayatri Adiwangsa" in ratified and "Hapsari Indrawangsa" not in ratified
    told = plain(page(stage, "auditor.itjen", f"/berkas/{case.id}/riwayat"))
    assert "Hapsari Indrawangsa" in told and "Gayatri Adiwangsa" in told and "organisation" not in told
    case.carry_to("end")
    assert case.verified()


@pytest.mark.acceptance("AC-97")
def test_a_claim_that_lapsed_over_night_hides_the_task_from_nobody(any_stage: Stage) -> None:
    """The leaver's last day is still to come: from the day after the task lies before the new holder,
    whose act says that the other has let it go."""
    stage = any_stage
    case = stage.propose("staf.sdm", "BSDM", title="Pengurusan Cuti Pegawai")
    case.carry_to("sign_and_ratify_sop")
    task = case.task("sign_and_ratify_sop")
    stage.person("karo.sdm").post(f"/tasks/{task['id']}/claim").ok()
    end_appointment(stage, "karo.sdm", "BSDM.pimpinan", "2026-11-23")
    appoint(stage, "staf.hakp", "BSDM.pimpinan", "2026-11-24")
    assert tasks_of(stage, "staf.hakp", case) == [], "today it is not his yet"
    assert tasks_of(stage, "karo.sdm", case) == ["sign_and_ratify_sop"]

    stage.clock.set(jakarta(2026, 11, 24))
    assert tasks_of(stage, "karo.sdm", case) == []
    assert tasks_of(stage, "staf.hakp", case) == ["sign_and_ratify_sop"]
    assert case.task("sign_and_ratify_sop")["assignee"] is None
    shown = stage.person("staf.hakp").get(f"/tasks/{task['id']}").ok()
    assert shown["may"]["decide"] and shown["may"]["claim"] and shown["assignee"] is None
    counted = stage.person("staf.hakp").get("/tasks?state=open").ok()["counts"]
    assert counted["open"] == 1
    case.act("sign_and_ratify_sop", "sign", by="staf.hakp")
    told = [e["type"] for e in facts(case.events(), "task.released") + facts(case.events(), "task.claimed")]
    assert told.count("task.released") == 1
    assert case.verified()


@pytest.mark.acceptance("AC-97")
def test_a_draft_left_behind_is_taken_up_by_a_colleague(stage: Stage) -> None:
    """The drafter leaves with the draft in hand: a colleague goes on writing it."""
    case = stage.propose("staf.afrika", "DIT-AFRIKA", title="Penyiapan Bahan Rapat")
    case.write()
    with unchanged(case):
        stage.person("staf2.afrika").put(f"/proposals/{case.proposal_id}/naskah", {}).refused(409)
    end_appointment(stage, "staf.afrika", "DIT-AFRIKA.staf", "2026-11-23")
    stage.clock.set(jakarta(2026, 11, 24))
    assert tasks_of(stage, "staf2.afrika", case) == ["prepare_naskah_konsep"]
    proposal = stage.person("staf2.afrika").get(f"/proposals/{case.proposal_id}").ok()
    assert proposal["may"]["edit"]
    case.write(by="staf2.afrika")
    assert case.task("prepare_naskah_konsep")["assignee"]["name"] == "Cahya Lesmanajaya"
    case.carry_to("end")
    assert case.verified()


def test_a_new_post_has_every_open_task_of_its_role(any_stage: Stage) -> None:
    """Biro PO gets a third part with reviewers: open reviews are offered to it as well, with a fact;
    who holds one keeps it."""
    stage = any_stage
    cases = [stage.propose(f"staf.{name}", unit) for name, unit in (("sdm", "BSDM"), ("keuangan", "BKEU"))]
    for case in cases:
        case.carry_to("review_naskah_konsep")
    held = cases[0].task("review_naskah_konsep")
    stage.person("penelaah.ortala").post(f"/tasks/{held['id']}/claim").ok()

    add_position(stage, "BPO", "reviewer", "Penelaah SOP pada Bagian Tata Usaha")
    appoint(stage, "staf2.po", "BPO.reviewer", "2026-11-23")
    for case in cases:
        moved = case.events()[-1]
        assert (moved["type"], moved["data"]["reason"]) == ("task.reassigned", "organisation")
        assert "BPO.reviewer" in moved["data"]["positions"]
    assert tasks_of(stage, "staf2.po", cases[1]) == ["review_naskah_konsep"]
    assert tasks_of(stage, "staf2.po", cases[0]) == [], "a colleague holds it"
    assert tasks_of(stage, "penelaah.ortala", cases[0]) == ["review_naskah_konsep"]
    told = plain(page(stage, "auditor.itjen", f"/berkas/{cases[0].id}/riwayat"))
    assert "karena pemegang jabatan berubah" in told and "organisation" not in told
    cases[1].act("review_naskah_konsep", "done", by="staf2.po")
    for case in cases:
        case.carry_to("end")
        assert case.verified()


def test_an_appointment_costs_the_same_however_many_tasks_are_open(
    stage: Stage, statements: Statements
) -> None:
    """Only claims of those concerned are looked at: the statements do not grow with the open tasks."""

    def cost(day: int) -> int:
        with statements(stage.office.store) as sent:
            administer.appoint(
                stage.office, None, "staf.hakp", "BSDM.staf", "definitif", f"2026-12-{day:02d}"
            )
        return len(sent)

    alone = cost(1)
    for _ in range(12):
        stage.propose("staf.sdm", "BSDM")
    assert cost(2) == alone
