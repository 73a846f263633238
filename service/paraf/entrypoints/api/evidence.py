"""The evidence bundle of a case, as one zip."""

from __future__ import annotations

from flask import Response

from paraf.entrypoints.answers import download
from paraf.entrypoints.api.calls import call
from paraf.entrypoints.api.cases import GROUP
from paraf.entrypoints.auth import actor, office
from paraf.language import N_
from paraf.usecases.evidence import evidence as bundle_of_case

ZIP = "application/zip"


@call(
    "GET",
    "/instances/<instance_id>/evidence",
    "case.read",
    group=GROUP,
    summary=N_("The evidence bundle: facts, route, documents and attachments, to be checked without a server"),
    refuses=(404, 409, 413, 429),
    media_type=ZIP,
)
def evidence(instance_id: str) -> Response:
    made = bundle_of_case(office(), actor(), instance_id)
    response = download(made.packed.pieces, ZIP, made.filename)
    response.headers["Content-Length"] = str(made.packed.size)
    response.headers["Cache-Control"] = "no-store"
    return response
