"""The table that chooses a route: fourteen rows, one for every proposal there can be."""

from __future__ import annotations

from itertools import product

import pytest

from paraf.engine.decision_table import read_table, table_findings
from routes.walking import KEYS, WORKFLOWS

CONTENT = (WORKFLOWS / "decisions" / "choose_route.dmn").read_bytes()
TABLE = read_table(CONTENT)
UNITS = ("eselon_ii_line", "eselon_ii_setjen", "pusat", "eselon_i", "perwakilan", "other")
BOTH = ("new", "change")

# (row, sop_kind, request_kinds, unit kinds, route, cite, submitter, addressee), from organisation.md 3.
# fmt: off
ROWS = (
    (1, "mikro", BOTH, ["eselon_ii_line"], "sop_mikro_eselon1", "37", "pimpinan_eselon_i", "sekjen"),  # AC-01 AC-04
    (2, "mikro", BOTH, ["eselon_ii_setjen"], "sop_mikro_setjen", "38", "pimpinan_eselon_ii", "kepala_biro_po"),  # AC-02
    (3, "mikro", BOTH, ["pusat"], "sop_mikro_pusat", "39", "kepala_pusat", "kepala_biro_po"),  # AC-03
    (4, "mikro", BOTH, ["perwakilan"], "sop_mikro_perwakilan", "40", "kepala_perwakilan", "sekjen"),  # AC-05
    (5, "mikro", BOTH, ["eselon_i", "other"], None, "31(1)", None, None),  # AC-08
    (6, "makro", ["new"], UNITS, "sop_makro_development", "19", "kepala_biro_po", None),  # AC-58
    (7, "makro", ["change"], ["eselon_i"], "sop_makro_change", "20(2)", "pimpinan_eselon_i", "sekjen"),  # AC-51
    (8, "makro", ["change"], ["eselon_ii_line"], "sop_makro_change", "INT-22", "pimpinan_eselon_i", "sekjen"),  # AC-59
    (9, "makro", ["change"], ["eselon_ii_setjen"], "sop_makro_change", "INT-22", "pimpinan_eselon_ii", "sekjen"),
    (10, "makro", ["change"], ["pusat"], "sop_makro_change", "INT-22", "kepala_pusat", "sekjen"),
    (11, "makro", ["change"], ["perwakilan"], "sop_makro_change", "20(2)", "kepala_perwakilan", "sekjen"),
    (12, "makro", ["change"], ["other"], None, "20(1)", None, None),
    (13, "teknis", BOTH, ["eselon_ii_line", "eselon_ii_setjen", "pusat", "perwakilan"], "sop_teknis", "52", None, None),
    (14, "teknis", BOTH, ["eselon_i", "other"], None, "52(2)", None, None),
)
# fmt: on
CASES = [
    pytest.param(row, kind, request, unit, rest, id=f"{row}-{kind}-{request}-{unit}")
    for row, kind, requests, units, *rest in ROWS
    for request, unit in product(requests, units)
]


@pytest.mark.parametrize(("row", "kind", "request_kind", "unit", "rest"), CASES)
def test_each_proposal_finds_its_row(
    row: int, kind: str, request_kind: str, unit: str, rest: list[str | None]
) -> None:
    route, cite, submitter, addressee = rest
    found = TABLE.decide({"sop_kind": kind, "request_kind": request_kind, "proposer_unit_kind": unit})
    assert (found.index, found.outputs["route_key"]) == (row, route)
    assert cite and cite in str(found.outputs["cite"])
    assert (found.outputs["submitter"], found.outputs["addressee"]) == (submitter, addressee)
    assert (found.outputs["refusal"] is None) == (route is not None)
    assert found.annotation


def test_every_proposal_there_can_be_has_exactly_one_row() -> None:
    asked = list(product(("makro", "mikro", "teknis"), BOTH, UNITS))
    assert len(asked) == len(CASES) == 36
    routes = {
        TABLE.decide({"sop_kind": kind, "request_kind": request, "proposer_unit_kind": unit}).outputs[
            "route_key"
        ]
        for kind, request, unit in asked
    }
    assert routes - {None} == set(KEYS)


def test_the_table_is_sound() -> None:
    assert table_findings(CONTENT) == ()
    assert [row.index for row in TABLE.rows] == list(range(1, 15))
