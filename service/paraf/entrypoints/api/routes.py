"""Published routes: the list, the versions, the exact bytes; their life, and two versions side by side."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import answer, once, unchanged
from paraf.entrypoints.api import shapes, workshop_shapes
from paraf.entrypoints.api.calls import BASE, Given, call
from paraf.entrypoints.api.fields import Body, Query, Whole
from paraf.entrypoints.auth import actor, office
from paraf.entrypoints.security import FILE_CSP
from paraf.language import N_
from paraf.usecases import draft_route, queries

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


@call(
    "GET",
    "/routes/<key>/history",
    "route.read",
    group=GROUP,
    summary=N_("The life of a route: every publication as a fact of its chain"),
    answer=workshop_shapes.RouteHistory,
    refuses=(404,),
)
def route_history(key: str) -> Any:
    return queries.route_history(office(), actor(), key)


class CompareQuery(Query):
    from_ = Whole(1, required=True, loose=True, data_key="from")
    to = Whole(1, required=True, loose=True)


@call(
    "GET",
    "/routes/<key>/compare",
    "route.read",
    group=GROUP,
    summary=N_("What differs between two versions of a route, in words"),
    query=CompareQuery,
    answer=workshop_shapes.Comparison,
    refuses=(404, 422),
)
def compare_versions(key: str, given: Given) -> Any:
    return queries.compare_versions(office(), actor(), key, given["from_"], given["to"])


@call(
    "POST",
    "/routes/<key>/retire",
    "route.draft",
    group=GROUP,
    summary=N_("Propose to retire a route; another person publishes it"),
    body=Body,
    answer=workshop_shapes.Draft,
    status=201,
    refuses=(403, 404, 422),
)
def retire_route(key: str, given: Given) -> Response:
    made = draft_route.propose_change(office(), actor(), key, "retire", once=once())
    return answer(made, 201, {"Location": f"{BASE}/drafts/{made['id']}"})


@call(
    "POST",
    "/routes/<key>/versions/<int:version>/restore",
    "route.draft",
    group=GROUP,
    summary=N_("Propose to bring back the content of a version; another person publishes it"),
    body=Body,
    answer=workshop_shapes.Draft,
    status=201,
    refuses=(403, 404, 422),
)
def restore_version(key: str, version: int, given: Given) -> Response:
    made = draft_route.propose_change(office(), actor(), key, "restore", version, once())
    return answer(made, 201, {"Location": f"{BASE}/drafts/{made['id']}"})
