"""The proof of a case on one page: what was checked, what was found, what cannot be seen, and the bundle.

Knows how the stages of a proof are put in words; must not know how they come to their result.
"""

from __future__ import annotations

from flask import Response

from paraf.entrypoints.answers import download
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, page, words
from paraf.language import N_
from paraf.usecases import readings
from paraf.usecases.evidence import evidence
from paraf.usecases.queries.proof_page import proof_page
from paraf.usecases.verify_stages import CHAIN, CONTENTS, FILES, ORDER, PINS, RERUN, ROWS, STAGES

STAGE_WORDS = {
    CHAIN: (
        N_("Chain of facts"),
        N_(
            "{n} facts, each with its number, unchanged and bound to the one before it by its digest; the"
            " newest is the one that the case names."
        ),
    ),
    PINS: (
        N_("Route version"),
        N_(
            "Version {version} of the route with its forms, decision tables and templates is, byte for byte,"
            " the one that the first fact names."
        ),
    ),
    ORDER: (
        N_("Order of acts"),
        N_(
            "Nothing was approved before its review, ratified before its approval or set before its"
            " ratification, and nothing was decided while the case was held up."
        ),
    ),
    CONTENTS: (
        N_("Documents, drafts and words"),
        N_("Every document, every version of the draft and every word that was typed is what its fact names."),
    ),
    ROWS: (
        N_("What the lists show"),
        N_(
            "State, tasks, task lists, documents, copies and the register say of this case what its facts say."
        ),
    ),
    FILES: (
        N_("Attached files"),
        N_("The attached files in the storage are those that the facts name."),
    ),
    RERUN: (
        N_("Decisions carried out again"),
        N_(
            "Every decision was carried out again on the same version of the route, and the course is the"
            " same, fact by fact."
        ),
    ),
}


@page.get("/berkas/<instance_id>/bukti")
@permits("history.verify")
def proof(instance_id: str) -> Response:
    """The whole proof, made now, with the digest to be kept elsewhere."""
    shown = proof_page(office(), actor(), instance_id)
    readings.note(office(), actor(), "verification", instance_id=instance_id)
    case, verdict, say = shown.case, shown.verdict, words()
    return draw(
        "audit/proof.html",
        section="cases",
        case=case,
        verdict=verdict,
        reason=say(verdict.fault.reason, **verdict.fault.values) if verdict.fault else "",
        stages=[
            {
                "name": say(STAGE_WORDS[stage][0]),
                "told": say(STAGE_WORDS[stage][1], n=verdict.facts, version=case["route_version"])
                if "{" in STAGE_WORDS[stage][1]
                else say(STAGE_WORDS[stage][1]),
                "right": verdict.result(stage),
            }
            for stage in STAGES
        ],
        checked_at=say.moment(office().now()),
    )


@page.get("/berkas/<instance_id>/bukti/bundel.zip")
@permits("case.read")
def proof_bundle(instance_id: str) -> Response:
    """The evidence bundle, to be checked without this server."""
    made = evidence(office(), actor(), instance_id)
    response = download(made.packed.pieces, "application/zip", made.filename)
    response.headers["Content-Length"] = str(made.packed.size)
    response.headers["Cache-Control"] = "no-store"
    return response
