"""PDF from a document's HTML bytes, on request; the HTML is the document, the PDF only a print of it.

Knows WeasyPrint; must not reach a network or a file: every fetch is refused.
"""

from __future__ import annotations

import functools
from typing import NoReturn

from weasyprint import HTML
from weasyprint.urls import URLFetcher


class FetchRefusedError(ValueError):
    """A document asked for something outside itself."""


class Refusing(URLFetcher):  # type: ignore[misc]  # the library has no types
    """A fetcher that fetches nothing; what asked for it is left out of the print."""

    def fetch(self, url: str, headers: object = None) -> NoReturn:
        raise FetchRefusedError(url)


@functools.cache
def _refusing() -> Refusing:
    return Refusing()


def pdf(html: str) -> bytes:
    """The printed form. Documents are self-contained, so nothing is ever fetched."""
    printed: bytes = HTML(string=html, url_fetcher=_refusing(), base_url=None).write_pdf()
    return printed
