"""What every answer carries and every request must be, whatever it is about.

Knows headers, hosts, sizes and signs that no honest request holds; must not know who asks or why.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from paraf.config import Settings
from paraf.errors import InvalidForm
from paraf.language import N_

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
DOCUMENT_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)
"""A document brings its own styles and pictures and nothing else; nothing in it can run."""
FILE_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""A file somebody uploaded: were it shown in spite of `attachment`, nothing in it may act."""

API = "/api/"
"""Below this every answer is JSON, and nobody has a cookie of Flask's."""
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_OTHER_HEADERS = {name: value for name, value in HEADERS.items() if name != "Content-Security-Policy"}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
STATIC_CACHE = "public, max-age=31536000, immutable"
PRIVATE_CACHE = "no-store"
MOST_FORM_PARTS = 5_000
"""A draft of 500 steps is a form of some thousand fields."""
UPLOAD_SLACK = 256 * 1024
"""Room for the other parts of a multipart body beside the file."""
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ODD_SIGN = N_("The text holds a control sign that no text may hold. Please take it out.")


class _Number(IntegerConverter):
    """A number in an address: no larger than a column holds, or there is nothing at the address."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


class _NoticeOfPages(SecureCookieSessionInterface):
    """Flask's own cookie carries a notice from page to page; the API neither reads nor sets it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if request.path.startswith(API) else super().open_session(app, request)


def install(app: Flask, settings: Settings) -> None:
    """Set limits and hosts, and put the headers on every answer."""
    app.config.update(
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=settings.request_limit,
        MAX_FORM_MEMORY_SIZE=settings.request_limit,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        SECRET_KEY=settings.secret(),
        # Flask's own cookie carries only the notice for the next page; who one is stands in `auth`.
        SESSION_COOKIE_NAME="__Host-paraf-notice" if settings.cookies_secure else "paraf-notice",
        SESSION_COOKIE_SECURE=settings.cookies_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = _NoticeOfPages()
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = _Number
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_refuse_odd_signs)
    app.after_request(_dress)


def allow_upload(limit: int) -> None:
    """Let this request carry a file of up to `limit` bytes."""
    request.max_content_length = limit + UPLOAD_SLACK


def is_odd(text: str) -> bool:
    """Whether a text holds a control sign other than a tab or the end of a line; PostgreSQL refuses
    NUL, and no honest text holds any of them."""
    return _ODD.search(text) is not None


def refuse_odd_form() -> None:
    """Refuse a form in which a name, a value or the name of a file holds a control sign. Called once
    it is known who asks, because it reads the body."""
    given = [(name, value) for name, values in request.form.lists() for value in values]
    given += [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    odd = sorted({name for name, value in given if is_odd(name) or is_odd(value)})
    if odd:
        raise InvalidForm(ODD_SIGN, errors={_ODD.sub("", name): [ODD_SIGN] for name in odd})


def _refuse_odd_signs() -> None:
    """No address holds a control sign, nor a value behind its question mark."""
    if any(sign < " " or sign == "\x7f" for sign in request.path):
        raise BadRequest
    if any(is_odd(name) or is_odd(value) for name, value in request.args.items(multi=True)):
        raise BadRequest


def _dress(response: Response) -> Response:
    headers = response.headers
    headers.extend(_OTHER_HEADERS if "Content-Security-Policy" in headers else HEADERS)
    if request.is_secure:
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        headers["Cache-Control"] = STATIC_CACHE if request.args.get("v") else "public, max-age=300"
    elif "Cache-Control" not in headers:
        headers.add("Cache-Control", PRIVATE_CACHE)
    if "actor" in g:
        headers.add("Vary", "Authorization, Cookie")
    return response
