"""SOP Makro: changed (Pasal 20) and newly developed (Pasal 18 and 19); the Menteri sets.

Scenarios AC-51 to AC-59.
"""

from __future__ import annotations

from typing import Any

import pytest

from acceptance.scenes import (
    ahead,
    copies,
    paper,
    receivers,
    refused,
    says_why,
    step_of,
    tasks_of,
    text_of,
    unchanged,
)
from stage import MAKRO_UNITS, Case, Stage, facts, flow, makro_draft

SEKJEN = "Sekretaris Jenderal"
KARO_PO = "Kepala Biro Perencanaan dan Organisasi"
THREE_DITJEN = ("DIT-KONSULER", "DIT-AFRIKA", "DIT-HAM")
REASON = "Diktum kedua belum menyebut unit pelaksana."


def sops(stage: Stage, **asked: str) -> list[dict[str, Any]]:
    """The register as Biro PO reads it."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    items: list[dict[str, Any]] = stage.person("karo.po").get(f"/sops?limit=200&{query}").ok()["items"]
    return items


@pytest.fixture
def in_force(stage: Stage) -> dict[str, Any]:
    """An SOP Makro in force."""
    return next(sop for sop in sops(stage, in_force="true") if sop["sop_kind"] == "makro")


@pytest.fixture
def case(stage: Stage, in_force: dict[str, Any]) -> Case:
    """A change of that SOP Makro, written by Direktorat Konsuler; its lanes stand in three Ditjen."""
    opened = stage.propose(
        "staf.konsuler", "DIT-KONSULER", kind="makro", request="change", sop_in_force=in_force["id"]
    )
    assert opened.route_key == "sop_makro_change"
    opened.write(makro_draft(*THREE_DITJEN))
    return opened


def heads_of(case: Case, element: str) -> set[str]:
    """Members of a meeting that a step opened, by what stands in its tasks."""
    return {task["item"] for task in case.open_tasks() if task["element_id"] == element and task["item"]}


# --- change -----------------------------------------------------------------------------------


@pytest.mark.acceptance("AC-51")
def test_every_related_head_gets_a_copy_of_a_proposed_change(stage: Stage, case: Case) -> None:
    """Parties in three Ditjen: the Direktur Jenderal of one submits; tembusan to each of the other
    related heads and to Biro PO, none to unrelated heads."""
    case.carry_to("submit_usulan_perubahan")
    case.act("submit_usulan_perubahan", "submit", by="dirjen.protkons")
    assert receivers(case, "usulan", "delivered") == {SEKJEN}
    heads = {title for title in receivers(case, "usulan") if title.startswith("Direktur Jenderal")}
    assert heads == {
        "Direktur Jenderal Asia Pasifik dan Afrika",
        "Direktur Jenderal Kerja Sama Multilateral",
    }
    assert KARO_PO in receivers(case, "usulan")
    sent = facts(case.events(), "tembusan.sent", "send_tembusan_eselon1_terkait")
    assert sent[0]["data"]["to"] == ["DJASPASAF.pimpinan", "DJKSM.pimpinan"]
    for related in ("dirjen.aspasaf", "dirjen.ksm"):
        assert [copy["way"] for copy in copies(stage, related, case)] == ["tembusan"]
        assert tasks_of(stage, related, case) == [], "a copy asks for nothing"
    for unrelated in ("dirjen.asean", "dirjen.amerop", "irjen", "dirjen.protkons"):
        assert copies(stage, unrelated, case) == []


@pytest.mark.acceptance("AC-52")
def test_only_an_sop_makro_that_was_set_is_changed(stage: Stage, in_force: dict[str, Any]) -> None:
    """An SOP Makro not yet set, already superseded, or none at all: no change is opened."""
    coming = stage.propose("staf.po", "BPO", kind="makro", title="Penyambutan Tamu Negara")
    coming.write(makro_draft())
    coming.carry_to("set_sop_makro")
    assert coming.seen()["title"] not in {sop["title"] for sop in sops(stage)}, "not set, not in the register"
    header = {
        "title": "Perubahan Penyambutan Tamu Negara",
        "sop_kind": "makro",
        "request_kind": "change",
        "unit_id": "DIT-KONSULER",
    }
    mikro = next(sop for sop in sops(stage) if sop["sop_kind"] == "mikro")
    for named in (None, coming.id, coming.proposal_id, mikro["id"]):
        answer = stage.person("staf.konsuler").post("/proposals", {**header, "sop_in_force": named})
        says_why(answer.refused(422, "rule_broken"), "PL 20(1)")
    assert stage.person("karo.po").get("/instances?route=sop_makro_change").ok()["items"] == []

    coming.act("set_sop_makro", "sign", by="menteri")
    now = next(sop for sop in sops(stage, in_force="true") if sop["title"] == coming.seen()["title"])
    changing = stage.person("staf.konsuler").post("/proposals", {**header, "sop_in_force": now["id"]})
    assert changing.ok()["route_key"] == "sop_makro_change"


@pytest.mark.acceptance("AC-52")
def test_of_two_changes_of_one_sop_only_the_first_is_set(
    stage: Stage, case: Case, in_force: dict[str, Any]
) -> None:
    """Another change took the place of the SOP Makro meanwhile: this one is neither handed on nor set."""

    def change(login: str, unit: str) -> Case:
        opened = stage.propose(login, unit, kind="makro", request="change", sop_in_force=in_force["id"])
        opened.write(makro_draft(*THREE_DITJEN))
        return opened

    late, unfinished = change("staf.afrika", "DIT-AFRIKA"), change("staf.ham", "DIT-HAM")
    late.carry_to("set_change_sop_makro")
    case.carry_to("end")
    refused(late, "menteri", "set_change_sop_makro", "sign", "PL 20(1)", status=422)
    refused(unfinished, "staf.ham", "prepare_naskah_konsep", "submit", "PL 20(1)", status=422)
    live = [sop for sop in sops(stage, in_force="true") if sop["title"] == case.seen()["title"]]
    assert [sop["instance_id"] for sop in live] == [case.id]
    late.act("set_change_sop_makro", "reject", by="menteri", comment="SOP ini sudah diubah.")
    assert late.seen()["end"] == "not_set"


@pytest.mark.acceptance("AC-53")
def test_a_conforming_change_is_discussed_nevertheless(case: Case) -> None:
    """All criteria sesuai: Kertas Kerja Reviu and discussion with proposer and related units take place
    all the same."""
    case.carry_to("review_usulan_perubahan")
    case.act("review_usulan_perubahan", "done", by="penelaah.ortala")
    assert paper(case, "kertas_kerja_reviu", "konsep")
    assert set(case.open_elements()) == {"discuss_kertas_kerja_reviu"}
    assert heads_of(case, "discuss_kertas_kerja_reviu") == set(THREE_DITJEN)

    closing = next(task for task in case.open_tasks() if task["item"] is None)
    with unchanged(case):
        early = case.stage.person("penelaah.ortala").decide(closing["id"], "conform")
        problem = early.refused(422, "rule_broken")
        says_why(problem, "INT-06")
        assert "Direktorat Afrika" in problem["detail"]
    ahead(case, "dir.konsuler", "draft_nota_dinas_rekomendasi", "PL 20(6)b")
    assert "PL 20(6)a" in step_of(case, "dir.konsuler", "discuss_kertas_kerja_reviu")["cites"]


@pytest.mark.acceptance("AC-54")
def test_sekjen_recommends_to_the_menteri_and_does_not_approve(stage: Stage, case: Case) -> None:
    """Discussion closed: konsep nota dinas Sekjen to Menteri on the recommendation; nobody approves."""
    case.carry_to("draft_nota_dinas_rekomendasi")
    assert all(step.endswith(":conform") for step in flow(case.events()) if step.startswith("discuss_")), (
        "the discussion closed in agreement"
    )
    case.act("draft_nota_dinas_rekomendasi", "done", by="penelaah.ortala")
    konsep = text_of(case, paper(case, "nota_dinas_rekomendasi", "konsep"))
    assert "Menteri Luar Negeri" in konsep and SEKJEN in konsep and "rekomendasi" in konsep.lower()

    case.carry_to("sign_nota_dinas_rekomendasi")
    shown = stage.person("sekjen").get(f"/tasks/{case.task('sign_nota_dinas_rekomendasi')['id']}").ok()
    assert sorted(shown["outcomes"]) == ["return", "sign"]
    refused(case, "sekjen", "sign_nota_dinas_rekomendasi", "approve", "PL 20(6)b", status=422)
    case.act("sign_nota_dinas_rekomendasi", "sign", by="sekjen")
    assert ("nota_dinas_rekomendasi", "tanda_tangan") in case.documents()
    assert not any(kind.endswith("persetujuan") or act == "persetujuan" for kind, act in case.documents())
    assert [position["title"] for position in case.task("set_change_sop_makro")["positions"]] == [
        "Menteri Luar Negeri"
    ]


@pytest.mark.acceptance("AC-55")
def test_sekjen_does_not_set_an_sop_makro(stage: Stage, case: Case, in_force: dict[str, Any]) -> None:
    """The nota dinas is signed: Sekjen tries to set the change; the Menteri sets."""
    case.carry_to("set_change_sop_makro")
    problem = refused(case, "sekjen", "set_change_sop_makro", "sign", "PL 20(7)")
    assert "Menteri Luar Negeri" in problem["detail"]
    refused(case, "karo.po", "set_change_sop_makro", "sign", "PL 20(7)")
    assert ("keputusan_menteri", "penetapan") not in case.documents()
    assert stage.person("sekjen").get(f"/sops/{in_force['id']}").ok()["in_force"]
    waiting = step_of(case, "sekjen", "set_change_sop_makro")
    assert waiting["state"] == "open" and [p["title"] for p in waiting["waiting_for"]] == [
        "Menteri Luar Negeri"
    ]


@pytest.mark.acceptance("AC-56")
def test_the_menteri_sets_and_the_old_version_is_superseded(
    stage: Stage, case: Case, in_force: dict[str, Any]
) -> None:
    """Menteri sets: old version superseded, new in force, implementation owned by Biro PO."""
    case.carry_to("set_change_sop_makro")
    case.act("set_change_sop_makro", "sign", by="menteri")

    old = stage.person("karo.po").get(f"/sops/{in_force['id']}").ok()
    assert (old["status"], old["in_force"]) == ("superseded", False) and old["ended_at"]
    new = next(sop for sop in sops(stage, in_force="true") if sop["instance_id"] == case.id)
    keputusan = paper(case, "keputusan_menteri", "penetapan")
    assert new["instrument"] == {"kind": "keputusan_menteri", "number": keputusan["number"]}
    assert new["owner"]["code"] == "BPO" and new["effective_from"] == old["ended_at"]
    assert set(THREE_DITJEN) <= set(new["parties"])
    text = text_of(case, keputusan)
    assert "KEPUTUSAN MENTERI LUAR NEGERI" in text.upper() and "Adinda Adiwangsa" in text
    assert KARO_PO in receivers(case, "keputusan_menteri"), "Biro PO owns what follows (21(3))"
    assert case.seen()["end"] == "set" and case.verified()


@pytest.mark.acceptance("AC-57")
def test_a_return_by_the_menteri_leaves_the_sop_in_force(
    stage: Stage, case: Case, in_force: dict[str, Any]
) -> None:
    """Menteri returns: back to Biro PO with reason; the SOP in force stays in force."""
    case.carry_to("set_change_sop_makro")
    refused(case, "menteri", "set_change_sop_makro", "return", "INT-02", status=422)
    case.act("set_change_sop_makro", "return", by="menteri", comment=REASON)

    task = case.task("draft_nota_dinas_rekomendasi")
    assert {position["title"].split(" pada ")[0] for position in task["positions"]} == {"Penelaah SOP"}
    shown = stage.person("penelaah.ortala").get(f"/tasks/{task['id']}").ok()
    returned = shown["decisions"][-1]
    assert (returned["outcome"], returned["comment"]) == ("return", REASON)
    assert returned["position_title"] == "Menteri Luar Negeri"
    assert stage.person("karo.po").get(f"/sops/{in_force['id']}").ok()["in_force"]
    assert ("keputusan_menteri", "penetapan") not in case.documents()

    case.carry_to("end")
    versions = [d["version"] for d in case.seen()["documents"] if d["kind"] == "keputusan_menteri"]
    assert versions == [1, 2, 2], "a second konsep was signed; the first stays readable"


@pytest.mark.acceptance("AC-57")
def test_a_change_the_menteri_does_not_set_leaves_the_sop_in_force(
    stage: Stage, case: Case, in_force: dict[str, Any]
) -> None:
    """Menteri does not set: the case ends not set; the SOP in force stays in force."""
    case.carry_to("set_change_sop_makro")
    case.act("set_change_sop_makro", "reject", by="menteri", comment=REASON)
    assert (case.seen()["state"], case.seen()["end"]) == ("completed", "not_set")
    assert stage.person("karo.po").get(f"/sops/{in_force['id']}").ok()["in_force"]
    assert not any(sop["instance_id"] == case.id for sop in sops(stage))
    assert ("keputusan_menteri", "penetapan") not in case.documents()


# --- new --------------------------------------------------------------------------------------


@pytest.mark.acceptance("AC-58")
def test_a_new_sop_makro_is_written_by_the_team_and_set_by_the_menteri(stage: Stage) -> None:
    """From the list of needs: written by the tim penyusun with units, coordinated by Biro PO, tested and
    reviewed, set by the Menteri."""
    header = {"title": "Penyambutan Tamu Negara", "sop_kind": "makro", "request_kind": "new"}
    by_a_unit = stage.person("staf.konsuler").post("/proposals", {**header, "unit_id": "DIT-KONSULER"})
    says_why(by_a_unit.refused(403, "not_allowed"), "PL 18, 19(3)")

    case = stage.propose("staf.po", "BPO", kind="makro", title=header["title"])
    assert case.route_key == "sop_makro_development"
    writers = case.task("collect_and_identify")["positions"]
    assert [position["title"] for position in writers] == ["Anggota Tim Penyusun SOP Makro"]
    assert {"staf.po", "staf.konsuler"} <= set(stage.logins(writers[0])), "Biro PO and units write together"
    refused(case, "karo.po", "collect_and_identify", "submit", "PL 19(1)")
    refused(case, "dir.konsuler", "collect_and_identify", "submit", "A1")
    case.write(makro_draft(), by="staf.po")
    case.act("collect_and_identify", "submit", by="staf.po")
    case.write(makro_draft(), by="staf.konsuler")
    case.act("analyse_and_write", "submit", by="staf.konsuler")

    units = set(MAKRO_UNITS[:3])
    assert heads_of(case, "test_and_review") == units | {"BPO"}
    refused(case, "menteri", "test_and_review", "conform", "PL 19(1)")
    case.carry_to("record_pengesahan")
    assert heads_of(case, "record_pengesahan") == {f"{code}.pimpinan" for code in units}
    case.carry_to("set_sop_makro")
    refused(case, "sekjen", "set_sop_makro", "sign", "PL 19(4)")
    case.act("set_sop_makro", "sign", by="menteri")

    text = text_of(case, paper(case, "keputusan_menteri", "penetapan"))
    assert "KEPUTUSAN MENTERI LUAR NEGERI" in text.upper()
    new = next(sop for sop in sops(stage, in_force="true") if sop["instance_id"] == case.id)
    assert new["owner"]["code"] == "BPO" and units <= set(new["parties"])
    assert case.seen()["end"] == "set" and case.verified()


@pytest.mark.acceptance("AC-59")
def test_an_eselon_ii_head_proposes_a_change_through_the_direktur_jenderal(stage: Stage, case: Case) -> None:
    """An Eselon II head in Ditjen Protokol dan Konsuler tries to submit a change of SOP Makro to Sekjen:
    only the Direktur Jenderal submits."""
    case.carry_to("submit_usulan_perubahan")
    problem = refused(case, "dir.konsuler", "submit_usulan_perubahan", "submit", "PL 20(2)")
    assert "Direktur Jenderal Protokol dan Konsuler" in problem["detail"] and "INT-22" in problem["rule"]
    assert receivers(case, "usulan", "delivered") == set() and copies(stage, "sekjen", case) == []
    refused(case, "dirjen.aspasaf", "submit_usulan_perubahan", "submit", "A1")
    assert tasks_of(stage, "dirjen.protkons", case) == ["submit_usulan_perubahan"]
    case.act("submit_usulan_perubahan", "submit", by="dirjen.protkons")
    assert [copy["way"] for copy in copies(stage, "sekjen", case)] == ["delivered"]
