"""PDF from a document's HTML bytes, on request; the HTML is the document, the PDF only a print of it.

Knows WeasyPrint; must not reach a network, a file or a date: every fetch is refused.
"""

from __future__ import annotations

from typing import NoReturn

from weasyprint import HTML


class FetchRefusedError(ValueError):
    """A document asked for something outside itself."""


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    raise FetchRefusedError(url)


def pdf(html: str) -> bytes:
    """The printed form. Documents are self-contained, so nothing is ever fetched."""
    printed: bytes = HTML(string=html, url_fetcher=_refuse, base_url=None).write_pdf()
    return printed
