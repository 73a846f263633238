"""The sequence rules of the texts, declared once with their citation.

Knows which act must come before which on each kind of route; must not know how a case is run.
`ORDER` is what a decision is refused by at run time, and what every history is checked against
(`broken_rules`): no approval without a review of all three criteria, no ratification before the
approval, no setting before the ratification, one identical version (routes.md 2.0; INT-18).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paraf.domain.route import Element
from paraf.language import N_

COMPLETENESS = {
    "sop_mikro_eselon1": "PL 37(1)-(2); INT-01",
    "sop_mikro_setjen": "PL 38(1)-(2); INT-01",
    "sop_mikro_pusat": "PL 39(1)-(2); INT-01",
    "sop_mikro_perwakilan": "PL 40(1)-(2); INT-01",
    "sop_makro_development": "PL 19(1); INT-01",
    "sop_makro_change": "PL 20(1)-(3); INT-01",
    "sop_teknis": "PL 52(1); INT-34",
}
ORDER = {
    "sop_mikro_eselon1": "PL 37(5)b, 37(6)-(7)",
    "sop_mikro_setjen": "PL 38(6)",
    "sop_mikro_pusat": "PL 39(5)b, 39(6)",
    "sop_mikro_perwakilan": "PL 40(5)b, 40(6)",
    "sop_makro_development": "PL 19(1), 19(4)",
    "sop_makro_change": "PL 20(6)b, 20(7)",
}
APPROVALS = frozenset(
    {
        "nota_dinas_persetujuan",
        "berita_persetujuan",
        "persetujuan_sop",
        "nota_dinas_rekomendasi",
        "nota_dinas_sekjen",
    }
)
"""Papers whose signature is the approval (on Makro routes: the recommendation) of a draft."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A fact that breaks a rule: its number, the rule's citation and a sentence (msgid)."""

    seq: int
    rule: str
    message: str


def completeness_rule(route_key: str) -> str:
    """The article that demands a whole draft on this route."""
    return COMPLETENESS.get(route_key, "INT-01")


def order_rule(route_key: str) -> str:
    """The article that gives the order of approval, ratification and setting on this route."""
    return ORDER.get(route_key, "INT-18")


def reviews(element: Element, closer: bool) -> bool:
    """Whether a task is Biro PO's own review. On a new SOP Makro the drafting team and the units
    take part in testing (INT-41); only who closes it reviews."""
    if element.each is not None:
        return closer and element.id == "test_and_review"
    return element.id.startswith(("review_", "decide_review_"))


def broken_rules(route_key: str, events: Iterable[Mapping[str, Any]]) -> list[Breach]:
    """Walk a history and list every act done out of order. SOP Teknis has no such order (52)."""
    if route_key not in ORDER:
        return []
    walk = _Walk(route_key)
    for event in events:
        walk.take(event)
    return walk.breaches


class _Walk:
    """One walk over a history. `current` is the version of the draft by its digest; `found_right` is
    the version that the newest review found right, or None when its outcome is open or negative."""

    def __init__(self, route_key: str) -> None:
        self.breaches: list[Breach] = []
        self._rule = order_rule(route_key)
        self._mikro = route_key.startswith("sop_mikro")
        self._discussed = route_key == "sop_makro_change"
        self._escalates = True
        self._current: str | None = None
        self._reviewed = self._conforms = False
        self._found_right: str | None = None
        self._approved: str | None = None
        self._ratified: str | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        data = event["data"]
        match event["type"]:
            case "instance.started":
                self._escalates = data.get("option", {}).get("escalate_open_points", True) is True
            case "naskah.saved":
                self._current = data["sha256"]
            case "task.decided":
                # before it is handed on, the digest of a version follows its files
                self._current = data.get("naskah", {}).get("sha256", self._current)
                self._decided(str(event.get("element_id")), data)
            case "document.signed":
                self._signed(int(event["seq"]), data["kind"], data["act"])
            case _:
                pass

    def _decided(self, element_id: str, data: Mapping[str, Any]) -> None:
        """What a decision says of the draft. On a Mikro route Biro PO finds it right when all three
        criteria are, or Sekjen decides the open points so (INT-03); on a new SOP Makro who closes the
        testing does. A change of an SOP Makro is always discussed: found right there, or its open
        points are reported to the Menteri (20(6)a)."""
        outcome, closes = data.get("outcome"), "item" not in data
        if element_id.startswith("review_"):
            self._reviewed, self._conforms = True, data["context"].get("all_conform") is True
            self._found_right = None
        elif element_id == "test_and_review" and closes:
            self._reviewed = True
            self._find(outcome == "conform")
        elif element_id == "decide_review_outcome":
            self._find(outcome == "conform" and self._conforms)
        elif element_id == "decide_open_points":
            self._find(outcome == "conform")
        elif self._discussed and element_id.startswith("discuss_") and closes:
            reported = self._escalates and outcome in ("disagree", "done")
            self._find(outcome == "conform" or reported)

    def _find(self, right: bool) -> None:
        self._found_right = self._current if right and self._reviewed else None

    def _signed(self, seq: int, kind: str, act: str) -> None:
        if kind in APPROVALS and act != "paraf":
            self._approve(seq)
        if act == "pengesahan" and self._mikro:
            if self._approved is None:
                self._breach(seq, self._rule, N_("Ratified before the approval."))
            elif self._approved != self._current:
                self._breach(seq, "INT-18", N_("Ratified another version than approved."))
            self._ratified = self._current
        if act == "penetapan":
            if self._approved is None or (self._mikro and self._ratified is None):
                self._breach(seq, self._rule, N_("Set before approval and ratification."))
            elif self._approved != self._current:
                self._breach(seq, "INT-18", N_("Set another version than approved."))

    def _approve(self, seq: int) -> None:
        if not self._reviewed:
            self._breach(seq, self._rule, N_("Approved without a review."))
        elif self._found_right is None:
            self._breach(seq, self._rule, N_("Approved although the newest review did not find it right."))
        elif self._found_right != self._current:
            self._breach(seq, "INT-18", N_("Approved another version than the review found right."))
        self._approved = self._current

    def _breach(self, seq: int, rule: str, message: str) -> None:
        self.breaches.append(Breach(seq, rule, message))
