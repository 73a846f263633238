"""Documents as they were made, and files as they were attached."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.documents.pdf import pdf
from paraf.entrypoints.answers import download, unchanged
from paraf.entrypoints.api.calls import call
from paraf.entrypoints.auth import actor, office
from paraf.entrypoints.security import DOCUMENT_CSP
from paraf.language import N_
from paraf.usecases import queries, readings

GROUP = N_("Documents and files")
_KEEP = "private, max-age=0, must-revalidate"
HTML, PDF = "text/html", "application/pdf"


def _read(document_id: str) -> dict[str, Any]:
    """The document; that an auditor opened it is noted, in whatever form."""
    found = queries.document(office(), actor(), document_id)
    readings.note(office(), actor(), "document", document_id, found["instance_id"])
    return found


@call(
    "GET",
    "/documents/<document_id>.pdf",
    "case.read",
    group=GROUP,
    summary=N_("A document as PDF, made from its exact text"),
    refuses=(404,),
    media_type=PDF,
)
def document_pdf(document_id: str) -> Response:
    found = _read(document_id)
    return download(pdf(found["html"]), PDF, f"{found['number'] or found['title']}.pdf".replace("/", "-"))


@call(
    "GET",
    "/documents/<document_id>",
    "case.read",
    group=GROUP,
    summary=N_("The exact text of a document; ETag is its SHA-256"),
    refuses=(404,),
    media_type=HTML,
)
def document(document_id: str) -> Response:
    found = _read(document_id)
    response = unchanged(found["sha256"])
    if response is None:
        response = Response(found["html"], content_type="text/html; charset=utf-8")
        response.set_etag(found["sha256"])
        response.headers["Content-Security-Policy"] = DOCUMENT_CSP
    response.headers["Cache-Control"] = _KEEP
    return response


@call(
    "GET",
    "/attachments/<sha256>",
    "case.read",
    group=GROUP,
    summary=N_("An attached file by its SHA-256"),
    refuses=(404,),
    media_type="application/octet-stream",
)
def attachment(sha256: str) -> Response:
    found = queries.attachment_file(office(), actor(), sha256)
    readings.note(office(), actor(), "attachment", sha256, found["instance_id"])
    response = unchanged(sha256)
    if response is None:
        response = download(found["open"](), found["media_type"], found["filename"])
        response.set_etag(sha256)
    response.headers["Cache-Control"] = _KEEP
    return response
