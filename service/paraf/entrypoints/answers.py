"""How the API reads requests and writes answers: JSON, pages of a list, repeated requests, digests.

Knows orjson and HTTP headers; must not know what any call does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response, request
from flask.json.provider import JSONProvider

from paraf.entrypoints.security import FILE_CSP, is_odd
from paraf.errors import InvalidForm
from paraf.language import N_

Once = tuple[str, str]

DEFAULT_LIMIT, MOST_LIMIT = 50, 200
_LONGEST_KEY = 200
_LONGEST_CURSOR = 400
_DEEPEST = 64
"""Objects and lists within one another; the deepest body that Paraf asks for has eight."""
_KEY_RULE = N_("The Idempotency-Key is 1 to 200 printable ASCII signs.")
_ATTENTION = N_("Some fields need your attention.")


class Json(JSONProvider):
    """JSON by orjson, for Flask itself."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return answer(self._prepare_response_obj(args, kwargs))


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    response = Response(orjson.dumps(data), status, content_type="application/json")
    if headers:
        response.headers.update(headers)
    return response


# --- requests ---------------------------------------------------------------------------------


def json_body() -> dict[str, Any]:
    """The JSON object a request brings; {} for an empty body. Raises InvalidForm."""
    raw = request.get_data()
    if not raw:
        return {}
    if request.mimetype != "application/json":
        raise InvalidForm(N_("The body must be JSON, sent as application/json."))
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise InvalidForm(N_("The body is not valid JSON.")) from None
    if not isinstance(body, dict):
        raise InvalidForm(N_("The body must be a JSON object."))
    _look_through(body)
    return body


def _look_through(body: Any) -> None:
    """Refuse a body with a control sign in a text, or too deep for those who walk it after us."""
    level = [body]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                if is_odd(value):
                    raise InvalidForm(N_("The body holds a control sign that no text may hold."))
            elif isinstance(value, dict):
                below += value.keys()
                below += value.values()
            elif isinstance(value, list):
                below += value
        if not below:
            return
        level = below
    raise InvalidForm(N_("The body is nested too deeply."))


def once(content: bytes | None = None) -> Once | None:
    """The Idempotency-Key with the digest of method, path and body, or None without one. `content`
    stands for a body that differs each time it is sent (multipart boundaries)."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    key = key.strip()
    if not is_key(key):
        raise InvalidForm(_KEY_RULE, errors={"Idempotency-Key": [N_("1 to 200 printable ASCII signs.")]})
    body = request.get_data() if content is None else content
    return key, hashlib.sha256(f"{request.method} {request.path}\n".encode() + body).hexdigest()


def is_key(key: str) -> bool:
    """Whether a text may be an Idempotency-Key, or the key of a form."""
    return 0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()


# --- lists ------------------------------------------------------------------------------------


def listing(found: Mapping[str, Any]) -> Response:
    """A page of a list: `items`, `next` as an opaque cursor, and what else the query tells."""
    key = found.get("next")
    return answer({**found, "next": write_cursor(key) if key is not None else None})


def write_cursor(key: Any) -> str:
    """The key after which a list goes on, as an opaque word."""
    parts = list(key) if isinstance(key, (list, tuple)) else [key]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode()


def read_cursor(word: str | None, parts: int, kind: type = str) -> tuple[Any, ...] | None:
    """The key behind a cursor of `parts` values of one kind. Raises InvalidForm for one that is not ours."""
    if not word:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4)))
    except (ValueError, binascii.Error):
        key = None
    simple = isinstance(key, list) and len(key) == parts and all(_is_key(one, kind) for one in key)
    if not simple or len(word) > _LONGEST_CURSOR or is_odd("".join(map(str, key))):
        raise InvalidForm(_ATTENTION, errors={"cursor": [N_("This cursor is not one of ours.")]})
    return tuple(key)


def _is_key(one: Any, kind: type) -> bool:
    return isinstance(one, str) if kind is str else type(one) is int and 0 <= one < 2**31


# --- files ------------------------------------------------------------------------------------


def download(data: bytes | Iterable[bytes], media_type: str, filename: str) -> Response:
    """A file to be kept, never shown in place (RFC 6266 name, no sniffing, nothing may run)."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() else "_" for sign in filename)
    plain = re.sub(r'["\\;%]', "_", plain)
    response = Response(data, content_type=media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response.headers["Content-Security-Policy"] = FILE_CSP
    return response


def unchanged(sha256: str) -> Response | None:
    """304 when the client already has these very bytes."""
    if request.if_none_match.contains_weak(sha256):
        response = Response(status=304)
        response.set_etag(sha256)
        return response
    return None
