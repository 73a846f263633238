"""The history of a case in words, its proof, its picture and its dossier.

Knows how facts are shown and folded; must not know how they are chained or checked.
"""

from __future__ import annotations

from flask import Response, request

from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages.case_words import QUIET
from paraf.entrypoints.pages.frame import draw, page, said, words
from paraf.entrypoints.pages.naskah import svg
from paraf.usecases import queries, readings
from paraf.usecases.verify import verification


@page.get("/berkas/<instance_id>/riwayat")
@permits(SIGNED_IN)
def history(instance_id: str) -> Response:
    """Each fact in words; what only the system passed is folded away until asked for."""
    return _history(instance_id)


@page.post("/berkas/<instance_id>/riwayat")
@permits("history.verify")
def verify(instance_id: str) -> Response:
    """Check the chain, carry out the decisions again, and say what was found."""
    return _history(instance_id, proved=True)


def _history(instance_id: str, *, proved: bool = False) -> Response:
    told = queries.history(office(), actor(), instance_id)
    what = "verification" if proved else "history"
    readings.note(office(), actor(), what, instance_id=instance_id)
    whole = request.args.get("semua") == "1"
    verdict = verification(office(), actor(), instance_id) if proved else None
    fault = (verdict or {}).get("first_fault")
    return draw(
        "history.html",
        section="cases",
        case=told["case"],
        facts=[fact for fact in told["facts"] if whole or fact["type"] not in QUIET],
        count=len(told["facts"]),
        head=told["head"],
        whole=whole,
        verdict=verdict,
        reason=said(fault["reason"]) if fault and fault.get("reason") else "",
        checked_at=words().moment(office().now()) if proved else "",
    )


@page.get("/berkas/<instance_id>/gambar.svg")
@permits(SIGNED_IN)
def case_picture(instance_id: str) -> Response:
    """The route with what is done, open and ahead; `langkah` shows only the part around a step."""
    focus = request.args.get("langkah") or None
    drawn = queries.case_picture(office(), actor(), instance_id, focus=focus)
    readings.note(office(), actor(), "case", instance_id=instance_id)
    return svg(drawn)


@page.get("/berkas/<instance_id>/dossier")
@permits(SIGNED_IN)
def dossier(instance_id: str) -> Response:
    """The whole case on one page, made to be printed."""
    told = queries.dossier(office(), actor(), instance_id)
    readings.note(office(), actor(), "dossier", instance_id=instance_id)
    facts = [fact for fact in told["facts"] if fact["type"] not in QUIET]
    return draw("dossier.html", section="cases", dossier=told, case=told["case"], facts=facts)
