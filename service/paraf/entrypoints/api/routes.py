"""Published routes: the list, the versions, the exact bytes."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import unchanged
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import call
from paraf.entrypoints.auth import actor, office
from paraf.entrypoints.security import FILE_CSP
from paraf.language import N_
from paraf.usecases import queries

GROUP = N_("Routes and their versions")
BPMN = "application/xml"


@call("GET", "/routes", "route.read", group=GROUP, summary=N_("Published routes"), answer=shapes.RouteList)
def routes() -> Any:
    return queries.routes(office(), actor())


@call(
    "GET",
    "/routes/<key>/versions",
    "route.read",
    group=GROUP,
    summary=N_("Every version of a route, newest first"),
    answer=shapes.RouteVersionList,
    refuses=(404,),
)
def versions(key: str) -> Any:
    return queries.route_versions(office(), actor(), key)


@call(
    "GET",
    "/routes/<key>/versions/<int:version>/bpmn",
    "route.read",
    group=GROUP,
    summary=N_("The exact bytes published; ETag is their SHA-256"),
    refuses=(404,),
    media_type=BPMN,
)
def bpmn(key: str, version: int) -> Response:
    content, sha256 = queries.route_bytes(office(), actor(), key, version)
    response = unchanged(sha256)
    if response is None:
        response = Response(content, content_type=BPMN)
        response.set_etag(sha256)
        response.headers["Content-Disposition"] = f'attachment; filename="{key}-{version}.bpmn"'
        response.headers["Content-Security-Policy"] = FILE_CSP
    response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
