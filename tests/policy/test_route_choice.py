"""Which route a proposal takes: every row of organisation.md 3, asked by real units of the sample."""

from __future__ import annotations

from pathlib import Path

import pytest

import cast
from cast import NOON
from paraf.domain import route_choice
from paraf.engine.decision_table import DecisionTable, read_table
from paraf.errors import NoRoute

TABLE = Path(__file__).parents[2] / "workflows" / "decisions" / "choose_route.dmn"


@pytest.fixture(scope="module")
def table() -> DecisionTable:
    return read_table(TABLE.read_bytes())


CHOSEN = [
    # unit, kind, request, row, route, submitter, addressee
    ("DIT-AFRIKA", "mikro", "new", 1, "sop_mikro_eselon1", "DJASPASAF.pimpinan", "SETJEN.pimpinan"),  # AC-01
    ("DIT-AFRIKA", "mikro", "change", 1, "sop_mikro_eselon1", "DJASPASAF.pimpinan", "SETJEN.pimpinan"),
    ("SETITJEN", "mikro", "new", 1, "sop_mikro_eselon1", "ITJEN.pimpinan", "SETJEN.pimpinan"),
    ("P2K2-ASPASAF", "mikro", "new", 1, "sop_mikro_eselon1", "BPPK.pimpinan", "SETJEN.pimpinan"),  # AC-04
    ("BKEU", "mikro", "new", 2, "sop_mikro_setjen", "BKEU.pimpinan", "BPO.pimpinan"),  # AC-02
    ("BPO", "mikro", "new", 2, "sop_mikro_setjen", "BPO.pimpinan", "BPO.pimpinan"),
    ("PUSDIKLAT", "mikro", "new", 3, "sop_mikro_pusat", "PUSDIKLAT.pimpinan", "BPO.pimpinan"),  # AC-03
    (
        "KJRI-JEDDAH",
        "mikro",
        "new",
        4,
        "sop_mikro_perwakilan",
        "KJRI-JEDDAH.pimpinan",
        "SETJEN.pimpinan",
    ),  # AC-05
    ("BPO", "makro", "new", 6, "sop_makro_development", None, None),
    ("DJASEAN", "makro", "change", 7, "sop_makro_change", "DJASEAN.pimpinan", "SETJEN.pimpinan"),
    (
        "DIT-KONSULER",
        "makro",
        "change",
        8,
        "sop_makro_change",
        "DJPROTKONS.pimpinan",
        "SETJEN.pimpinan",
    ),  # AC-59
    ("BKEU", "makro", "change", 9, "sop_makro_change", "BKEU.pimpinan", "SETJEN.pimpinan"),
    ("PUSJF", "makro", "change", 10, "sop_makro_change", "PUSJF.pimpinan", "SETJEN.pimpinan"),
    ("PTRI-JENEWA", "makro", "change", 11, "sop_makro_change", "PTRI-JENEWA.pimpinan", "SETJEN.pimpinan"),
    ("KBRI-TOKYO", "teknis", "new", 13, "sop_teknis", None, None),  # AC-07
    ("PUSTIKKP", "teknis", "new", 13, "sop_teknis", None, None),
]


@pytest.mark.parametrize(("unit", "kind", "request_kind", "row", "route", "submitter", "addressee"), CHOSEN)
def test_the_table_picks_the_route_and_who_writes_to_whom(
    table: DecisionTable,
    unit: str,
    kind: str,
    request_kind: str,
    row: int,
    route: str,
    submitter: str | None,
    addressee: str | None,
) -> None:
    known = cast.organisation()
    choice = route_choice.choose(table.decide, known, unit, kind, request_kind, NOON)
    assert (choice.route_key, choice.row) == (route, row)
    assert choice.inputs == {
        "sop_kind": kind,
        "request_kind": request_kind,
        "proposer_unit_kind": known.unit_kind_for_route(unit, NOON),
    }
    case = {"submitter": choice.submitter, "addressee": choice.addressee}
    for role, position in (("submitter", submitter), ("addressee", addressee)):
        if position is not None:
            assert known.resolve(role, unit, case, None, NOON) == (position,)


REFUSED = [
    ("SAHLI-POLHUKAM", "mikro", "new", "PL 31(1); INT-35", "Staf Ahli Bidang Politik"),  # AC-08
    ("DJASEAN", "mikro", "new", "PL 31(1)", "Direktorat Jenderal Kerja Sama ASEAN"),
    ("WAMENLU", "makro", "change", "PL 20(1); INT-35", "Wakil Menteri Luar Negeri"),
    ("DJASEAN", "teknis", "new", "PL 52(2)", "Direktorat Jenderal Kerja Sama ASEAN"),
    ("SAHLI-HAL", "teknis", "new", "PL 52(2); INT-35", "Staf Ahli Bidang Hubungan"),
]


@pytest.mark.parametrize(("unit", "kind", "request_kind", "rule", "words"), REFUSED)
def test_a_row_without_a_route_is_a_refusal_with_its_reason_and_article(
    table: DecisionTable, unit: str, kind: str, request_kind: str, rule: str, words: str
) -> None:
    with pytest.raises(NoRoute) as refused:
        route_choice.choose(table.decide, cast.organisation(), unit, kind, request_kind, NOON)
    assert refused.value.rule == rule
    assert str(refused.value).startswith(words)
    assert refused.value.values["reason"]


def test_the_table_is_told_its_inputs_and_gives_what_is_read_of_it(table: DecisionTable) -> None:
    told = route_choice.inputs_of(cast.organisation(), "PUSDIKLAT", "mikro", "new", NOON)
    assert tuple(told) == route_choice.INPUTS == table.inputs
    assert set(route_choice.OUTPUTS) <= set(table.outputs)
