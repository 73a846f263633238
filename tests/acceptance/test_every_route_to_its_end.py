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
