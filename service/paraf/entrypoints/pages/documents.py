"""Papers to read: an official document as page, text and PDF; the copies sent to my positions.

Knows in which frame a foreign text may be shown; must not know how a document is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.documents.pdf import pdf
from paraf.entrypoints import security
from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages.frame import after, cursor_of, draw, go, page, tell
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases.read_tembusan import read_tembusan

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

PAGE_SIZE = 25


@page.get("/dokumen/<document_id>")
@permits(SIGNED_IN)
def document(document_id: str) -> Response:
    """A document in a frame in which nothing can run."""
    shown = _read(document_id)
    response = draw("document.html", section="cases", document=shown)
    response.headers["Content-Security-Policy"] = f"{security.CSP}; frame-src 'self'"
    return response


def _read(document_id: str) -> dict[str, Any]:
    """The document; that an auditor opened it is noted, in whatever form."""
    shown = queries.document(office(), actor(), document_id)
    readings.note(office(), actor(), "document", document_id, shown["instance_id"])
    return shown


@page.get("/dokumen/<document_id>/isi")
@permits(SIGNED_IN)
def document_text(document_id: str) -> Response:
    """The exact text that was made, as pinned by its digest."""
    shown = _read(document_id)
    response = Response(shown["html"], content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = security.DOCUMENT_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@page.get("/dokumen/<document_id>/cetak.pdf")
@permits(SIGNED_IN)
def document_pdf(document_id: str) -> Response:
    """The same text as PDF; it proves nothing by itself."""
    shown = _read(document_id)
    response = Response(pdf(shown["html"]), content_type="application/pdf")
    name = "-".join(filter(None, (shown["kind"], shown["number_of_case"], shown["act"])))
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Content-Security-Policy"] = security.FILE_CSP.replace("; sandbox", "")
    return response


# --- copies for information -----------------------------------------------------------------


@page.get("/tembusan")
@permits(SIGNED_IN)
def copies() -> Response:
    """Copies and deliveries to my positions, unread first."""
    unread = True if request.args.get("tab") == "baru" else None
    found = queries.tembusan_list(office(), actor(), unread=unread, after=after(), limit=PAGE_SIZE)
    return draw(
        "copies.html", section="copies", items=found["items"], next=cursor_of(found["next"]), unread=unread
    )


@page.post("/tembusan/<tembusan_id>/baca")
@permits("tembusan.read")
def read_copy(tembusan_id: str) -> AnyResponse:
    """Note the first reading, then show the document, or the case when there is none."""
    read_tembusan(office(), actor(), tembusan_id)
    if request.form.get("document_id"):
        return go("pages.document", document_id=request.form["document_id"])
    if request.form.get("proposal_id"):
        return go("pages.proposal", proposal_id=request.form["proposal_id"])
    tell(N_("The copy is marked as read."))
    return go("pages.copies")
