"""What the running service tells the operator: one JSON object a line, without personal data.

Knows requests and the fields of a line; must not know what a request does. A line names the matched
route template, never the address with its query, and a person by the random id, never by name.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

FIELDS = (
    "request_id", "method", "route", "status", "ms", "person_id",
    "kind", "code", "case", "where", "process", "processes", "threads", "address", "database",
)  # fmt: skip
_access = logging.getLogger("paraf.request")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; control characters are escaped, so a line stays one line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "source": record.name,
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = [
                f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        return json.dumps(line, ensure_ascii=True)


def install(app: Flask) -> None:
    """Give every request an id (answered as `X-Request-ID`) and a line when it has been answered.
    A caller's own id is not taken over: it would be text from outside in our lines."""

    @app.before_request
    def number_the_request() -> None:
        g.request_id = uuid.uuid4().hex
        g.request_began = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        request_id = g.get("request_id") or uuid.uuid4().hex
        response.headers["X-Request-ID"] = request_id
        rule = request.url_rule
        if rule is not None and rule.rule in {"/healthz", "/readyz"} and response.status_code < 400:
            return response
        actor = g.get("actor")
        began = g.get("request_began")
        _access.info(
            "request",
            extra={
                "request_id": request_id,
                "method": request.method,
                "route": rule.rule if rule is not None else None,
                "status": response.status_code,
                "ms": None if began is None else round((time.perf_counter() - began) * 1000, 1),
                "person_id": getattr(actor, "person_id", None),
            },
        )
        return response
