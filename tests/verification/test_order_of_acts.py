"""Histories that nobody could write through Paraf: approvals that no review stands behind."""

from __future__ import annotations

from typing import Any

import pytest

from paraf.domain.rules import broken_rules

REVIEW = "review_naskah_konsep"
CHANGE = "review_usulan_perubahan"
DISCUSS = "discuss_kertas_kerja_reviu"
NOT_RIGHT = "Approved although the newest review did not find it right."
OTHER = "Approved another version than the review found right."


def saved(version: str) -> dict[str, Any]:
    return {"type": "naskah.saved", "data": {"sha256": version}}


def decided(element: str, outcome: str, draft: str = "v1", **more: Any) -> dict[str, Any]:
    context = {"outcome": outcome} | {name: more.pop(name) for name in ("all_conform",) if name in more}
    data = {"outcome": outcome, "context": context, "naskah": {"version": 1, "sha256": draft}, **more}
    return {"type": "task.decided", "element_id": element, "data": data}


def reviewed(conforms: bool, draft: str = "v1", element: str = REVIEW) -> dict[str, Any]:
    return decided(element, "done", draft, all_conform=conforms)


def signed(kind: str, act: str = "tanda_tangan") -> dict[str, Any]:
    return {"type": "document.signed", "data": {"kind": kind, "act": act}}


def found(route_key: str, *events: dict[str, Any], **option: Any) -> list[str]:
    started = {"type": "instance.started", "data": {"option": option}}
    history = [{**event, "seq": seq} for seq, event in enumerate((started, *events), 1)]
    return [breach.message for breach in broken_rules(route_key, history)]


RIGHT = (saved("v1"), reviewed(True), decided("decide_review_outcome", "conform"))
APPROVED = signed("nota_dinas_persetujuan")


@pytest.mark.parametrize("route_key", ["sop_mikro_eselon1", "sop_mikro_pusat"])
def test_a_review_that_found_the_draft_right_is_enough(route_key: str) -> None:
    assert found(route_key, *RIGHT, APPROVED) == []
    lettered = {"kind": "nota_dinas_persetujuan", "act": "paraf"}
    early = {"type": "document.signed", "data": lettered}
    assert found(route_key, saved("v1"), early) == [], "an initial approves nothing"


def test_no_review_is_no_approval() -> None:
    assert found("sop_mikro_setjen", saved("v1"), signed("persetujuan_sop", "persetujuan")) == [
        "Approved without a review."
    ]
    unasked = decided("decide_review_outcome", "conform")
    assert found("sop_mikro_eselon1", saved("v1"), unasked, APPROVED) == ["Approved without a review."]


@pytest.mark.parametrize(
    "history",
    [
        (saved("v1"), reviewed(False)),
        (saved("v1"), reviewed(True)),
        (saved("v1"), reviewed(False), decided("decide_review_outcome", "adjust")),
        (saved("v1"), reviewed(False), decided("decide_review_outcome", "conform")),
        (saved("v1"), reviewed(False), decided(DISCUSS, "agree")),
        (saved("v1"), reviewed(False), decided("decide_open_points", "adjust")),
        (*RIGHT, reviewed(False)),
        (*RIGHT, reviewed(False), decided("decide_review_outcome", "adjust")),
    ],
)
def test_a_review_that_did_not_find_it_right_is_no_approval(history: tuple[dict[str, Any], ...]) -> None:
    assert found("sop_mikro_eselon1", *history, APPROVED) == [NOT_RIGHT]


def test_sekjen_may_decide_the_open_points() -> None:
    history = (saved("v1"), reviewed(False), decided(DISCUSS, "disagree"))
    assert found("sop_mikro_eselon1", *history, decided("decide_open_points", "conform"), APPROVED) == []


def test_a_revised_draft_is_reviewed_again() -> None:
    assert found("sop_mikro_eselon1", *RIGHT, saved("v2"), APPROVED) == [OTHER]
    again = (saved("v2"), reviewed(True, "v2"), decided("decide_review_outcome", "conform", "v2"))
    assert found("sop_mikro_eselon1", *RIGHT, *again, APPROVED) == []
    # a file was exchanged and no version saved: the decision names the digest
    assert found(
        "sop_mikro_eselon1", *RIGHT, decided("sign_x", "sign", "v1 with another file"), APPROVED
    ) == [OTHER]


def test_a_new_sop_makro_is_found_right_by_who_closes_its_testing() -> None:
    note = signed("nota_dinas_sekjen")
    party = decided("test_and_review", "conform", item="DIT-KONSULER")
    assert found("sop_makro_development", saved("v1"), party, note) == ["Approved without a review."]
    assert found("sop_makro_development", saved("v1"), party, decided("test_and_review", "adjust"), note) == [
        NOT_RIGHT
    ]
    assert found("sop_makro_development", saved("v1"), decided("test_and_review", "conform"), note) == []


def test_a_change_of_an_sop_makro_is_always_discussed() -> None:
    """20(6)a: also when all criteria are met; open points are reported to the Menteri."""
    note = signed("nota_dinas_rekomendasi")
    review = (saved("v1"), reviewed(True, element=CHANGE))
    assert found("sop_makro_change", *review, note) == [NOT_RIGHT]
    party = decided(DISCUSS, "conform", item="DIT-KONSULER")
    assert found("sop_makro_change", *review, party, note) == [NOT_RIGHT]
    assert found("sop_makro_change", *review, decided(DISCUSS, "conform"), note) == []
    assert found("sop_makro_change", *review, decided(DISCUSS, "adjust"), note) == [NOT_RIGHT]
    for open_points in ("disagree", "done"):
        closed = decided(DISCUSS, open_points)
        assert found("sop_makro_change", *review, closed, note) == []
        assert found("sop_makro_change", *review, closed, note, escalate_open_points=False) == [NOT_RIGHT]
    assert found("sop_makro_change", saved("v1"), decided(DISCUSS, "conform"), note) == [
        "Approved without a review."
    ]


def test_an_sop_teknis_has_no_such_order() -> None:
    assert found("sop_teknis", saved("v1"), signed("pengesahan_sop", "pengesahan")) == []
