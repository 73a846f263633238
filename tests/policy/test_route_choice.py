"""Which route a proposal takes: the rows of organisation.md 3, each asked once by a real unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

import cast
from cast import NOON
from paraf.domain import route_choice
from paraf.domain.route import Scalar
from paraf.errors import NoRoute


@dataclass(frozen=True)
class Row:
    index: int
    outputs: Mapping[str, Scalar]


def answering(
    route: str | None, cite: str, submitter: str | None = None, addressee: str | None = None
) -> object:
    """A table of one row, as the decision table hands it over."""

    def decide(inputs: Mapping[str, Scalar]) -> Row:
        asked.append(dict(inputs))
        return Row(1, {"route_key": route, "cite": cite, "submitter": submitter, "addressee": addressee})

    asked: list[dict[str, Scalar]] = []
    decide.asked = asked  # type: ignore[attr-defined]
    return decide


def test_the_table_is_asked_by_kind_and_its_row_becomes_the_choice() -> None:
    # AC-01
    decide = answering("sop_mikro_eselon1", "PL 37", "pimpinan_eselon_i", "sekjen")
    choice = route_choice.choose(decide, cast.organisation(), "DIT-AFRIKA", "mikro", "new", NOON)  # type: ignore[arg-type]
    assert (choice.route_key, choice.submitter, choice.addressee) == (
        "sop_mikro_eselon1",
        "pimpinan_eselon_i",
        "sekjen",
    )
    assert choice.inputs == {
        "sop_kind": "mikro",
        "request_kind": "new",
        "proposer_unit_kind": "eselon_ii_line",
    }
    assert (choice.cite, choice.row) == ("PL 37", 1)


@pytest.mark.parametrize(
    ("unit", "sop_kind", "request_kind", "cite", "rule", "words"),
    [
        ("SAHLI-POLHUKAM", "mikro", "new", "PL 31(1)", "PL 31(1); INT-35", "Staf Ahli"),  # AC-08
        ("DJASEAN", "mikro", "new", "PL 31(1)", "PL 31(1)", "Eselon I unit"),
        ("WAMENLU", "makro", "change", "PL 20(1)", "PL 20(1); INT-35", "Wakil Menteri"),
        ("DJASEAN", "teknis", "new", "", "PL 52(2)", "SOP Teknis"),
        ("SAHLI-HAL", "teknis", "new", "", "PL 52(2); INT-35", "SOP Teknis"),
    ],
)
def test_a_row_without_a_route_is_a_refusal_with_its_article(
    unit: str, sop_kind: str, request_kind: str, cite: str, rule: str, words: str
) -> None:
    with pytest.raises(NoRoute) as refused:
        route_choice.choose(
            answering("refused", cite),  # type: ignore[arg-type]
            cast.organisation(),
            unit,
            sop_kind,
            request_kind,
            NOON,
        )
    assert refused.value.rule == rule
    assert words in str(refused.value)
