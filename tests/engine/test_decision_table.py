"""Decision tables: one row decides; none or several is said with the rows, never settled in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraf.domain.route import Finding
from paraf.engine.decision_table import read_table, table_findings
from paraf.errors import BrokenRoute, NoRoute

HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:x">'
    '<decision id="choose" name="Pilih rute"><decisionTable hitPolicy="{policy}">'
)
ROUTES = Path(__file__).parents[2] / "workflows" / "decisions" / "choose_route.dmn"


def _table(
    *rows: tuple[str, ...], policy: str = "UNIQUE", inputs: tuple[str, ...] = ("kind", "size")
) -> bytes:
    columns = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in inputs
    )
    rules = ""
    for row in rows:
        cells = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in row[:-1])
        rules += f"<rule>{cells}<outputEntry><text>{row[-1]}</text></outputEntry></rule>"
    return (
        HEAD.format(policy=policy) + columns + '<output name="route"/>' + rules
        + "</decisionTable></decision></definitions>"
    ).encode()  # fmt: skip


def test_the_one_row_that_fits_decides() -> None:
    table = read_table(
        _table(
            ('"mikro"', "&lt; 3", '"small"'),
            ('"mikro"', "&gt;= 3", '"large"'),
            ('not("mikro","teknis")', "-", '"makro"'),
        )
    )
    assert table.inputs == ("kind", "size") and table.outputs == ("route",)
    assert table.decide({"kind": "mikro", "size": 2}).outputs == {"route": "small"}
    assert table.decide({"kind": "mikro", "size": 3}).index == 2
    assert table.decide({"kind": "makro"}).outputs == {"route": "makro"}


def test_no_row_and_two_rows_are_refused_with_the_rows() -> None:
    table = read_table(_table(('"a","b"', "-", '"one"'), ('"b"', "1", '"two"')))
    with pytest.raises(NoRoute) as none:
        table.decide({"kind": "c"})
    assert none.value.values["rows"] == ()
    with pytest.raises(NoRoute) as several:
        table.decide({"kind": "b", "size": 1})
    assert several.value.values["rows"] == (1, 2)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (_table(('"a"', "-", '"x"'), policy="FIRST"), "hit_policy"),
        (_table(('__import__("os").system("id")', "-", '"x"')), "bad_cell"),
        (_table(('"a"', "-", "open('x')")), "bad_cell"),
        (_table(('"a"', "-", "0.5")), "bad_cell"),
        (_table(('"a"', '"x"')), "columns"),
        (_table(('"a"', "-", '"x"'), inputs=("kind", "kind")), "columns"),
        (_table(('"a"', "-", '"x"'), inputs=("kind", "os.system('id')")), "columns"),
        (_table(), "rows"),
        (b"<definitions/>", "one_table"),
        (b"<!DOCTYPE d><definitions/>", "doctype"),
        (b"nonsense", "not_xml"),
    ],
)
def test_faults_are_named(content: bytes, rule: str) -> None:
    assert rule in {finding.rule for finding in table_findings(content)}
    with pytest.raises(BrokenRoute) as broken:
        read_table(content)
    assert all(isinstance(finding, Finding) for finding in broken.value.findings)


def test_the_published_table_gives_every_unit_its_route() -> None:
    table = read_table(ROUTES.read_bytes())
    kinds = ("eselon_ii_line", "eselon_ii_setjen", "pusat", "eselon_i", "perwakilan", "other")
    for sop in ("makro", "mikro", "teknis"):
        for request in ("new", "change"):
            for kind in kinds:
                row = table.decide({"sop_kind": sop, "request_kind": request, "proposer_unit_kind": kind})
                assert bool(row.outputs["route_key"]) != bool(row.outputs["refusal"]), row
