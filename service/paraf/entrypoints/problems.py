"""A refusal or a failure as an answer: problem+json for the API, a page for people.

Knows every error's status and words; must not know what was refused or why. Nothing of the inside
(no path, no SQL, no trace) leaves: the log has it, under the request id that the answer names.
"""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask, Response, current_app, g, redirect, render_template, request
from jinja2 import TemplateNotFound
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from paraf.entrypoints.auth import MustChangePassword, office
from paraf.entrypoints.security import API
from paraf.errors import NotFound, NotSignedIn, ParafError, TooLarge, TooMany, UnknownField
from paraf.language import N_
from paraf.usecases.route_findings import as_json

TYPE = "urn:paraf:problem:"
_log = logging.getLogger("paraf.problem")

_HTTP: dict[int, tuple[str, str, str]] = {
    400: ("bad_request", N_("The request is not understood"), N_("The request is not well formed.")),
    404: ("not_found", NotFound.title, N_("There is nothing at this address.")),
    405: (
        "method_not_allowed",
        N_("Not possible here"),
        N_("This address does not accept the method {method}."),
    ),
    413: ("too_large", TooLarge.title, N_("The request is larger than {most} MB.")),
    414: ("too_large", TooLarge.title, N_("The address is too long.")),
    429: ("too_many", TooMany.title, N_("Please wait a little before trying again.")),
}
_UNKNOWN_FIELD = N_("Unknown field.")
UNEXPECTED = N_(
    "Something went wrong on our side. Your request was not carried out. Please try again; "
    "if it happens again, give the administrator the number {request_id}."
)


def install(app: Flask) -> None:
    """Answer every error of this application."""
    app.register_error_handler(ParafError, _refused)
    app.register_error_handler(HTTPException, _not_http)
    app.register_error_handler(Exception, _unexpected)


def said(error: ParafError) -> str:
    """The sentence of an error in the reader's language. A value that is itself a sentence with
    values (`msgid`, `values`) is put into words too."""
    translate = office().language.translate
    values = {name: _value(value) for name, value in error.values.items()}
    return translate(error.detail, **values)


def _value(value: Any) -> Any:
    is_sentence = hasattr(value, "msgid") and hasattr(value, "values")
    return office().language.translate(value.msgid, **value.values) if is_sentence else value


def problem(error: ParafError) -> dict[str, Any]:
    """The members of RFC 9457 and ours, for one refusal."""
    translate = office().language.translate
    body: dict[str, Any] = {
        "type": TYPE + error.problem,
        "title": translate(error.title),
        "status": error.status,
        "detail": said(error),
    }
    if error.errors:
        body["errors"] = {
            field: [_filled(message, error.values) for message in messages]
            for field, messages in error.errors.items()
        }
    for name in ("element_id", "seq", "rule", "present"):
        value = getattr(error, name)
        if value is not None:
            body[name] = value
    findings = getattr(error, "findings", None)
    if findings:
        body["findings"] = [as_json(finding, office().language) for finding in findings]
    return body


def _filled(message: str, values: dict[str, object]) -> str:
    text = office().language.translate(message)
    try:
        return text.format(**values) if values else text
    except (KeyError, IndexError, ValueError):
        return text


# --- the handlers -----------------------------------------------------------------------------


def _refused(error: ParafError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("failed", exc_info=error, extra={"request_id": request_id(), "kind": error.problem})
    if not wants_problem() and request.method == "GET":
        if isinstance(error, NotSignedIn):
            return _to_sign_in()
        if isinstance(error, MustChangePassword):
            return redirect(current_app.config["PROFILE_PATH"], 303)  # type: ignore[return-value]
    headers = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="Paraf"'
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return _answer(problem(error), headers)


def _not_http(error: HTTPException) -> Response:
    if isinstance(error, RequestRedirect):
        return error.get_response()  # type: ignore[return-value]
    status = error.code or 500
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    kind, title, detail = _HTTP.get(status, _HTTP[400])
    translate = office().language.translate
    limit = request.max_content_length or current_app.config["MAX_CONTENT_LENGTH"]
    body = {
        "type": TYPE + kind,
        "title": translate(title),
        "status": status,
        "detail": translate(detail, method=request.method, most=limit // 1_048_576),
    }
    allowed = getattr(error, "valid_methods", None)
    return _answer(body, {"Allow": ", ".join(sorted(allowed))} if allowed else {})


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected", exc_info=error, extra={"request_id": request_id()})
    translate = office().language.translate
    return _answer(
        {
            "type": TYPE + "internal",
            "title": translate(ParafError.title),
            "status": 500,
            "detail": translate(UNEXPECTED, request_id=request_id()),
            "request_id": request_id(),
        }
    )


# --- the two shapes ---------------------------------------------------------------------------


def wants_problem() -> bool:
    """Whether the answer is for a program. Only the path decides: `/api/` speaks JSON."""
    return request.path.startswith(API)


def request_id() -> str:
    """The number of this request in the log."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex
    return str(g.request_id)


def _answer(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    if wants_problem():
        response = Response(orjson.dumps(body), body["status"], content_type="application/problem+json")
    else:
        response = Response(_page(body), body["status"], content_type="text/html; charset=utf-8")
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(body: dict[str, Any]) -> str:
    try:
        return render_template("errors/problem.html", problem=body, request_id=request_id())
    except TemplateNotFound:
        pass
    except Exception as error:
        # The frame of the page may need what has just failed; the plain page needs nothing.
        _log.error("page of a problem", exc_info=error, extra={"request_id": request_id()})
    title, detail = escape(body["title"]), escape(body["detail"])
    home = escape(office().language.translate(N_("Back to the first page")))
    return (
        f'<!doctype html><html lang="{office().language.code}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title} · Paraf</title></head>'
        f'<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">{home}</a></p></main></body></html>'
    )


def _to_sign_in() -> Response:
    address = request.full_path if request.query_string else request.path
    return redirect(f"{current_app.config['SIGN_IN_PATH']}?next={quote(address, safe='')}", 303)  # type: ignore[return-value]


def unknown_fields(names: list[str]) -> UnknownField:
    """The refusal of fields nobody knows."""
    return UnknownField(
        N_("The request holds fields that are not known here."),
        errors={name: [_UNKNOWN_FIELD] for name in names},
    )
