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


def broken_rules(route_key: str, events: Iterable[Mapping[str, Any]]) -> list[Breach]:
    """Walk a history and list every act done out of order. SOP Teknis has no such order (52)."""
    if route_key not in ORDER:
        return []
    rule = order_rule(route_key)
    breaches: list[Breach] = []
    current: str | None = None
    reviewed: str | None = None
    approved: str | None = None
    ratified: str | None = None
    mikro = route_key.startswith("sop_mikro")
    for event in events:
        data = event["data"]
        match event["type"]:
            case "naskah.saved":
                current = data["sha256"]
            case "task.decided":
                if data["context"].get("all_conform") is not None or event.get("element_id") == "test_and_review":
                    reviewed = current
            case "document.signed":
                seq = int(event["seq"])
                if data["kind"] in APPROVALS and data["act"] != "paraf":
                    if reviewed is None:
                        breaches.append(Breach(seq, rule, N_("Approved without a review.")))
                    approved = current
                if data["act"] == "pengesahan" and mikro:
                    if approved is None:
                        breaches.append(Breach(seq, rule, N_("Ratified before the approval.")))
                    elif approved != current:
                        breaches.append(Breach(seq, "INT-18", N_("Ratified another version than approved.")))
                    ratified = current
                if data["act"] == "penetapan":
                    if approved is None or (mikro and ratified is None):
                        breaches.append(Breach(seq, rule, N_("Set before approval and ratification.")))
                    elif approved != current:
                        breaches.append(Breach(seq, "INT-18", N_("Set another version than approved.")))
            case _:
                pass
    return breaches
