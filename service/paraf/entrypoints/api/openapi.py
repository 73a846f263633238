"""The API described: OpenAPI for programs, one page for people, both from the table of calls.

Knows apispec and the table `CALLS`; must not know what a call does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response, current_app, render_template
from marshmallow import Schema

import paraf
from paraf.entrypoints.answers import unchanged
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import BASE, CALLS, Call, blueprint
from paraf.entrypoints.auth import PUBLIC, SIGNED_IN, office, permits
from paraf.language import N_

PROBLEM = "application/problem+json"
OPEN_TO_ALL = {SIGNED_IN, "case.read", "directory.read", "route.read", "sop.read", "history.verify"}
_PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
_ABOUT = N_(
    "Proposals of standard operating procedures, from draft to force. Sign in with a bearer token. "
    "Unknown fields of a body are refused. Lists answer items and next; send next as cursor for the next "
    "page. Every unsafe request may carry Idempotency-Key: the same key and body gives the stored answer "
    "again. Refusals are application/problem+json (RFC 9457)."
)
_REFUSALS = {
    401: N_("Not signed in"),
    403: N_("Not allowed"),
    404: N_("Not there, or not visible"),
    409: N_("Out of date or already decided, with the present state"),
    413: N_("Too large"),
    422: N_("Invalid content, with a message per field"),
    429: N_("Too many within a time; later it is possible again"),
    503: N_("Busy; try again with the same Idempotency-Key"),
}
_DONE = N_("The call was carried out")
_KEY = N_("Makes a repeated request count once: 1 to 200 printable ASCII signs.")


@blueprint.get("/openapi.json")
@permits(PUBLIC)
def openapi() -> Response:
    content = _kept("openapi", lambda: orjson.dumps(describe()))
    tag = hashlib.sha256(content).hexdigest()
    response = unchanged(tag)
    if response is None:
        response = Response(content, content_type="application/json")
        response.set_etag(tag)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/docs")
@permits(PUBLIC)
def docs() -> str:
    groups: dict[str, list[dict[str, Any]]] = {}
    spec = orjson.loads(_kept("openapi", lambda: orjson.dumps(describe())))
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            shown = {"path": BASE + path, "method": method.upper(), "fields": _fields_of(spec, operation)}
            entry = {**operation, **shown}
            groups.setdefault(operation["tags"][0], []).append(entry)
    return render_template(
        "api/docs.html",
        groups=groups,
        about=spec["info"]["description"],
        version=spec["info"]["version"],
        say=_say,
        language=office().language.code,
    )


def describe() -> dict[str, Any]:
    """The OpenAPI 3.1 description of every call, in the language of the office."""
    spec = APISpec(
        title="Paraf",
        version=paraf.__version__,
        openapi_version="3.1.0",
        info={"description": _say(_ABOUT)},
        servers=[{"url": BASE}],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name_of)],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "__Host-paraf"})
    spec.components.schema("Problem", schema=shapes.Problem)
    for call in CALLS:
        spec.path(path=_PLACE.sub(r"{\2}", call.path), operations={call.method.lower(): _operation(call)})
    described: dict[str, Any] = _translated(spec.to_dict())
    return described


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "tags": [call.group],
        "security": [{"token": []}, {"session": []}],
        "x-permission": call.permission,
        "parameters": [
            {
                "in": "path",
                "name": name,
                "required": True,
                "schema": {"type": "integer" if kind == "int" else "string"},
            }
            for kind, name in _PLACE.findall(call.path)
        ],
        "responses": {str(call.status): {"description": _DONE, "content": _content(call)}},
    }
    if call.query is not None:
        operation["parameters"].append({"in": "query", "schema": call.query})
    if call.method != "GET":
        operation["parameters"].append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "description": _KEY,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    if call.upload:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _UPLOAD}}}
    elif call.body is not None and call.method != "GET":
        operation["requestBody"] = {
            "required": any(field.required for field in call.body.fields.values()),
            "content": {"application/json": {"schema": call.body}},
        }
    refused = {401, 503, *call.refuses}
    if call.permission not in OPEN_TO_ALL:
        refused.add(403)
    if call.query is not None or call.method != "GET":
        refused.add(422)
    if call.method != "GET":
        refused.add(413)
    for status in sorted(refused):
        operation["responses"][str(status)] = {
            "description": _REFUSALS[status],
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return operation


_UPLOAD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["role", "file"],
    "properties": {
        "role": {"type": "string", "enum": ["softcopy", "diagram", "supporting"]},
        "file": {"type": "string", "format": "binary"},
    },
}


def _content(call: Call) -> dict[str, Any]:
    if call.answer is not None:
        return {call.media_type: {"schema": call.answer}}
    return {call.media_type: {"schema": {"type": "string"}}}


def _name_of(schema: Schema | type[Schema]) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__


def _translated(value: Any, key: str = "") -> Any:
    """Every description and summary in the language of the office."""
    if isinstance(value, dict):
        return {name: _translated(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_translated(part, key) for part in value]
    return _say(value) if isinstance(value, str) and key in {"description", "summary", "tags"} else value


def _fields_of(spec: Mapping[str, Any], operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of the body, for the page."""
    found: list[dict[str, Any]] = []
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "$ref" in schema:
            schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for name, part in schema.get("properties", {}).items():
            found.append({"name": name, "required": name in schema.get("required", ()), **part})
    return found


def _say(msgid: str) -> str:
    return office().language.translate(msgid)


def _kept(name: str, make: Any) -> bytes:
    """Made once per application: the table does not change while it runs."""
    kept: dict[str, bytes] = current_app.extensions.setdefault("paraf.kept", {})
    if name not in kept:
        kept[name] = make()
    return kept[name]
