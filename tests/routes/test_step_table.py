"""The table of steps: what it says is drawn, what it gets wrong is told all at once."""

from __future__ import annotations

import pytest

from paraf.engine.route_file import findings_of
from paraf.engine.step_table import number_flows, read_step_table
from paraf.engine.write_route import draw_step_table
from paraf.errors import BrokenRoute

SMALL = """
key = "small"
name = "Rute kecil"
documentation = "Contoh."

[[lane]]
id = "drafter"
name = "Penyusun"
role = "drafter"

[[step]]
id = "start"
kind = "start"
lane = "drafter"
label = "Mulai"
next = "write"

[[step]]
id = "write"
kind = "user"
lane = "drafter"
label = "Tulis & kirim <naskah>"
documentation = "Menulis."
cites = ["INT-05"]
question = "Selesai?"
outcomes = [
  { id = "submit", label = "Kirim", result = "Terkirim", next = "set" },
  { id = "return", label = "Ulangi", result = "Diulang", to = ["write"] },
  { id = "withdraw", label = "Tarik", result = "Ditarik", next = "withdrawn" },
]

[[step]]
id = "set"
kind = "end"
lane = "drafter"
label = "Selesai"

[[step]]
id = "withdrawn"
kind = "end"
lane = "drafter"
label = "Ditarik"
"""


def test_a_step_that_branches_gets_its_gateway() -> None:
    route = read_step_table(number_flows(SMALL))
    assert list(route.elements) == ["start", "write", "gw_write", "set", "withdrawn"]
    ways = {flow.target: (flow.condition, flow.name) for flow in route.outgoing("gw_write")}
    assert ways == {
        "set": ('write.outcome = "submit"', "Terkirim"),
        "write": ('write.return_to = "write"', "Diulang"),
        "withdrawn": ('write.outcome = "withdraw"', "Ditarik"),
    }
    assert findings_of(draw_step_table(number_flows(SMALL))) == ()


def test_a_number_once_given_stays_with_its_flow() -> None:
    numbered = number_flows(SMALL)
    assert number_flows(numbered) == numbered
    before = {(f.source, f.target): f.id for f in read_step_table(numbered).flows.values()}
    grown = numbered.replace('next = "write"\n', 'next = "look"\n').replace(
        '[[step]]\nid = "write"',
        '[[step]]\nid = "look"\nkind = "user"\nlane = "drafter"\nlabel = "Lihat"\n'
        'outcomes = [{ id = "done", label = "Selesai", next = "write" }]\n\n[[step]]\nid = "write"',
    )
    after = {(f.source, f.target): f.id for f in read_step_table(number_flows(grown)).flows.values()}
    assert ("start", "write") not in after
    assert {link: before[link] for link in before if link in after}.items() <= after.items()
    assert before["start", "write"] not in after.values()


def test_every_fault_of_a_table_is_told() -> None:
    wrong = (
        SMALL.replace('kind = "user"', 'kind = "usr"')
        .replace('next = "set"', 'next = "nowhere"')
        .replace('question = "Selesai?"', 'questoin = "Selesai?"')
    )
    with pytest.raises(BrokenRoute) as told:
        read_step_table(number_flows(wrong))
    found = {(finding.element, finding.message.format(**finding.values)) for finding in told.value.findings}  # type: ignore[attr-defined]
    assert found == {
        ("write", "The kind usr is not known"),
        ("write", "The word questoin is not known here"),
        ("gw_write", "The step leads to nowhere, which is not in the table"),
    }


def test_a_table_that_is_no_table_is_refused() -> None:
    with pytest.raises(BrokenRoute, match="not a readable table"):
        read_step_table("key = ")


def test_a_flow_without_a_number_is_a_fault() -> None:
    with pytest.raises(BrokenRoute):
        read_step_table(SMALL)
