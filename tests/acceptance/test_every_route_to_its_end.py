"""Every primary route is carried from an empty draft to its end, and proves itself."""

from __future__ import annotations

import pytest

from stage import Stage, flow

ROUTES = {
    "sop_mikro_eselon1": ("staf.konsuler", "DIT-KONSULER", "mikro", "new"),
    "sop_mikro_setjen": ("staf.keuangan", "BKEU", "mikro", "new"),
    "sop_mikro_pusat": ("staf.diklat", "PUSDIKLAT", "mikro", "new"),
    "sop_mikro_perwakilan": ("staf.tokyo", "KBRI-TOKYO", "mikro", "new"),
    "sop_makro_development": ("staf.po", "BPO", "makro", "new"),
    "sop_teknis": ("staf.tokyo", "KBRI-TOKYO", "teknis", "new"),
}


def test_a_change_of_an_sop_makro_supersedes_it(any_stage: Stage) -> None:
    sops = any_stage.person("karo.po").get("/sops?in_force=true&limit=200").ok()["items"]
    earlier = next(sop for sop in sops if sop["sop_kind"] == "makro")
    case = any_stage.propose(
        "staf.konsuler", "DIT-KONSULER", kind="makro", request="change", sop_in_force=earlier["id"]
    )
    assert case.route_key == "sop_makro_change"
    case.carry_to("end")
    assert case.seen()["end"] == "set"
    assert any_stage.person("karo.po").get(f"/sops/{earlier['id']}").ok()["status"] == "superseded"
    assert case.verified()


def test_no_unit_changes_the_sop_of_another(stage: Stage) -> None:
    afrika = stage.person("staf.afrika")
    sops = afrika.get("/sops?in_force=true&limit=200").ok()["items"]
    foreign = next(s for s in sops if s["sop_kind"] == "mikro" and s["unit"]["code"] != "DIT-AFRIKA")
    header = {
        "title": foreign["title"],
        "sop_kind": "mikro",
        "request_kind": "change",
        "unit_id": "DIT-AFRIKA",
        "sop_in_force": foreign["id"],
    }
    refusal = afrika.post("/proposals", header).refused(422, "rule_broken")
    assert refusal["rule"] == "INT-26"
    assert afrika.get(f"/sops/{foreign['id']}").ok()["status"] != "superseded"


@pytest.mark.parametrize("route_key", ROUTES)
def test_a_proposal_travels_the_route_to_its_end(any_stage: Stage, route_key: str) -> None:
    login, unit, kind, request = ROUTES[route_key]
    case = any_stage.propose(login, unit, kind=kind, request=request)
    assert case.route_key == route_key
    case.carry_to("end")
    seen = case.seen()
    assert seen["state"] == "completed"
    assert seen["end"] in ("set", "kept"), flow(case.events())
    assert case.verified()
