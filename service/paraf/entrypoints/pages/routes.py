"""The published routes: the list, the steps in words, the drawing, the exact bytes of a version.

Knows what is shown of a route; must not know how one is drawn or published.
"""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, page, whole, words
from paraf.entrypoints.pages.naskah import svg
from paraf.usecases import queries


@page.app_template_global()
def standing_version(key: str) -> dict[str, Any] | None:
    """The publication of a route that rules now, asked once per request; None before the first."""
    known: dict[str, dict[str, Any] | None] = g.setdefault("standing_versions", {})
    if key not in known:
        known[key] = queries.standing_version(office(), actor(), key)
    return known[key]


@page.get("/rute")
@permits("route.read")
def routes() -> Response:
    return draw("routes.html", section="routes", items=queries.routes(office(), actor())["items"])


@page.get("/rute/<key>")
@permits("route.read")
def route(key: str) -> Response:
    """One version in words; the one new cases take unless `version` asks for another."""
    shown = queries.route(office(), actor(), key, whole(request.args, "version"))
    cites = [cite for step in shown["steps"] for cite in step["cites"]]
    return draw(
        "route.html",
        section="routes",
        route=shown,
        readings=words().interpretations([*cites, *(one["cite"] or "" for one in shown["options"])]),
        versions=queries.route_versions(office(), actor(), key)["items"],
    )


@page.get("/rute/<key>/<int:version>/gambar.svg")
@permits("route.read")
def route_picture(key: str, version: int) -> Response:
    return svg(queries.route_picture(office(), actor(), key, version))


@page.get("/rute/<key>/<int:version>/route.bpmn")
@permits("route.read")
def route_file(key: str, version: int) -> Response:
    """The exact bytes published, with their digest as ETag."""
    content, sha256 = queries.route_bytes(office(), actor(), key, version)
    response = Response(content, content_type="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{version}.bpmn"'
    response.set_etag(sha256)
    return response
