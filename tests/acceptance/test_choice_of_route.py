"""Which route a proposal takes: its unit and its kind decide, and the decision table says why.

Scenarios AC-01 to AC-08.
"""

from __future__ import annotations

import pytest

from acceptance.scenes import (
    ahead,
    open_proposal,
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
from stage import Case, Stage, draft, facts, flow


def opened(stage: Stage, login: str, unit: str) -> Case:
    """A new SOP Mikro, opened by the staff of a unit."""
    return stage.propose(login, unit, title="Penyiapan Bahan Rapat")


def chosen_as(case: Case) -> dict[str, str]:
    """The constants of the case, as its first fact keeps them, with the row of the table."""
    data = facts(case.events(), "instance.started")[0]["data"]
    assert data["choice"]["inputs"]["sop_kind"] == case.sop_kind
    assert data["route_key"] == case.route_key
    return {**data["case"], "row": data["choice"]["row"]}


def submitters(case: Case) -> list[str]:
    """Titles of whom the submission waits for, once the draft is handed on."""
    case.carry_to("submit_usulan")
    return [position["title"] for position in case.task("submit_usulan")["positions"]]


@pytest.mark.acceptance("AC-01")
def test_an_sop_of_a_direktorat_takes_the_eselon_i_route(any_stage: Stage) -> None:
    """A new SOP Mikro of Direktorat Afrika goes the Eselon I route; the Direktur Jenderal submits."""
    case = opened(any_stage, "staf.afrika", "DIT-AFRIKA")
    assert case.route_key == "sop_mikro_eselon1"
    assert chosen_as(case)["submitter"] == "pimpinan_eselon_i"
    assert "PL 37(3)" in step_of(case, "staf.afrika", "submit_usulan")["cites"]
    assert submitters(case) == ["Direktur Jenderal Asia Pasifik dan Afrika"]
    assert tasks_of(any_stage, "dirjen.aspasaf", case) == ["submit_usulan"]
    assert tasks_of(any_stage, "dir.afrika", case) == []


@pytest.mark.acceptance("AC-02")
def test_an_sop_of_a_biro_takes_the_setjen_route(stage: Stage) -> None:
    """A new SOP Mikro of Biro Keuangan goes the Setjen route; the Kepala Biro submits it to Biro PO."""
    case = opened(stage, "staf.keuangan", "BKEU")
    assert case.route_key == "sop_mikro_setjen"
    assert "PL 38(1)" in step_of(case, "staf.keuangan", "submit_usulan")["cites"]
    assert submitters(case) == ["Kepala Biro Keuangan"]
    case.act("submit_usulan")
    assert "Kepala Biro Perencanaan dan Organisasi" in receivers(case, "usulan", "delivered")
    assert "Sekretaris Jenderal" not in receivers(case, "usulan", "delivered")
    usulan = text_of(case, paper(case, "usulan", "tanda_tangan"))
    assert "Yth. : Kepala Biro Perencanaan dan Organisasi" in usulan
    assert "Dari : Kepala Biro Keuangan" in usulan


@pytest.mark.acceptance("AC-03")
def test_an_sop_of_a_pusat_takes_the_pusat_route(stage: Stage) -> None:
    """A new SOP Mikro of Pusat Pendidikan dan Pelatihan goes the Pusat route; its Kepala submits."""
    case = opened(stage, "staf.diklat", "PUSDIKLAT")
    assert case.route_key == "sop_mikro_pusat"
    assert chosen_as(case)["proposer_unit_kind"] == "pusat"
    assert "PL 39(1)" in step_of(case, "staf.diklat", "submit_usulan")["cites"]
    assert submitters(case) == ["Kepala Pusat Pendidikan dan Pelatihan"]


@pytest.mark.acceptance("AC-04")
def test_a_pusat_inside_bppk_is_none_of_the_three(stage: Stage) -> None:
    """A Pusat inside BPPK goes the Eselon I route: the three Pusat are a closed list."""
    case = opened(stage, "staf.p2k2.aspasaf", "P2K2-ASPASAF")
    assert case.route_key == "sop_mikro_eselon1"
    assert chosen_as(case)["proposer_unit_kind"] == "eselon_ii_line"
    assert submitters(case) == ["Kepala Badan Pengkajian dan Pengembangan Kebijakan"]
    assert tasks_of(stage, "kapus.p2k2.aspasaf", case) == []
    for login, unit in (("staf.tik", "PUSTIKKP"), ("staf.jf", "PUSJF")):
        assert opened(stage, login, unit).route_key == "sop_mikro_pusat"


@pytest.mark.acceptance("AC-05")
def test_a_consular_mission_is_a_perwakilan(stage: Stage) -> None:
    """A new SOP Mikro of KJRI Jeddah goes the Perwakilan route; the Konsul Jenderal submits to Sekjen."""
    case = opened(stage, "staf.jeddah", "KJRI-JEDDAH")
    assert case.route_key == "sop_mikro_perwakilan"
    assert "PL 40(1)" in step_of(case, "staf.jeddah", "submit_usulan")["cites"]
    assert submitters(case) == ["Konsul Jenderal RI Jeddah"]
    case.act("submit_usulan")
    assert receivers(case, "usulan", "delivered") == {"Sekretaris Jenderal"}


@pytest.mark.acceptance("AC-06")
def test_two_direktorat_in_the_lanes_are_no_mikro(stage: Stage) -> None:
    """Lanes of two Direktorat of one Ditjen: as Mikro it is not handed on, for it is Makro."""
    case = opened(stage, "staf.afrika", "DIT-AFRIKA")
    body = draft()
    for lane in body["diagram_alir"]["lanes"]:
        lane["unit"] = "DIT-AFRIKA"
    body["diagram_alir"]["lanes"][2]["unit"] = "DIT-ASIA-TIMUR"
    case.write(body)

    problem = refused(case, "staf.afrika", "prepare_naskah_konsep", "submit", "PL 15(1), 31(1)", status=422)
    assert "INT-33" in problem["rule"] and "sop_kind" in problem["errors"]
    assert "DIT-AFRIKA" in problem["detail"] and "DIT-ASIA-TIMUR" in problem["detail"]
    assert "SOP Makro" in problem["detail"]
    ahead(case, "staf.afrika", "submit_usulan", "PL 37(3)")

    # the same flow inside one Direktorat is Mikro
    body["diagram_alir"]["lanes"][2]["unit"] = "DIT-AFRIKA"
    case.write(body, softcopy=False)
    case.act("prepare_naskah_konsep", "submit")
    assert case.open_elements() == ["submit_usulan"]


@pytest.mark.acceptance("AC-07")
def test_the_steps_of_one_team_are_an_sop_teknis(any_stage: Stage) -> None:
    """Detailed steps of one team in KBRI Tokyo: no usulan, no review, no Keputusan; its head signs."""
    case = any_stage.propose("staf.tokyo", "KBRI-TOKYO", kind="teknis", title="Penggantian Kertas Segel")
    assert case.route_key == "sop_teknis"
    assert [p["title"] for p in case.task("decide_need")["positions"]] == ["Duta Besar LBBP RI di Tokyo"]
    case.carry_to("end")

    assert flow(case.events()) == [
        "decide_need:approve",
        "write_sop_teknis:submit",
        "ratify_sop_teknis:sign",
        "keep_sop_teknis:done",
    ]
    assert case.seen()["end"] == "kept"
    assert {kind for kind, _ in case.documents()} == {"pengesahan_sop"}
    assert case.seen()["tembusan"] == []
    assert not any("biro_po" in (step["role"] or "") for step in case.seen()["steps"])
    kept = any_stage.person("staf.tokyo").get("/sops?unit=KBRI-TOKYO&in_force=true").ok()["items"]
    assert [(sop["title"], sop["sop_kind"]) for sop in kept] == [("Penggantian Kertas Segel", "teknis")]
    assert case.verified()


@pytest.mark.acceptance("AC-08")
def test_a_staf_ahli_has_no_route(stage: Stage) -> None:
    """A Staf Ahli opens an SOP Mikro: refused with the reason, and no case begins."""
    problem = open_proposal(stage, "sahli.polhukam", "SAHLI-POLHUKAM").refused(422, "no_route")
    says_why(problem, "PL 31(1)")
    assert "INT-35" in problem["rule"]
    assert problem["detail"].startswith("Staf Ahli Bidang Politik, Hukum, dan Keamanan tidak memiliki alur")
    assert "Eselon II" in problem["detail"]
    assert stage.person("karo.po").get("/instances?unit=SAHLI-POLHUKAM").ok()["items"] == []
    assert stage.person("sahli.polhukam").tasks() == []


@pytest.mark.acceptance("AC-08")
def test_nor_has_an_eselon_i_unit_or_somebody_from_elsewhere(stage: Stage) -> None:
    """A Direktorat Jenderal as such has no SOP Mikro, and nobody proposes for a unit he is not of."""
    says_why(open_proposal(stage, "dirjen.aspasaf", "DJASPASAF").refused(422, "no_route"), "PL 31(1)")
    case = opened(stage, "staf.afrika", "DIT-AFRIKA")
    with unchanged(case):
        problem = open_proposal(stage, "sahli.polhukam", "DIT-AFRIKA").refused(403, "not_allowed")
    says_why(problem, "A1")
    assert "Direktorat Afrika" in problem["detail"]
    assert "Penyiapan Bahan Rapat" in plain(page(stage, "staf.afrika", f"/usulan/{case.proposal_id}"))
