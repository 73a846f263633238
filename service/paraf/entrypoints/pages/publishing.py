"""From draft to version: its findings, what it changes, publishing it, and the life of a route.

Knows what is laid before a publisher and what he gives; must not know how a version is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, go, page, tell, told, whole, words
from paraf.entrypoints.pages.naskah import svg
from paraf.errors import (
    BrokenRoute,
    InvalidForm,
    NotAllowed,
    NotFound,
    ParafError,
    RuleBroken,
    Stale,
    TooMany,
    Unavailable,
    VersionChanged,
)
from paraf.language import N_
from paraf.usecases import draft_findings as finding
from paraf.usecases import draft_route, publish_draft, queries
from paraf.usecases.queries import route_compare
from paraf.usecases.queries import workshop as workshop_query

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

BPMN = "application/xml"
_REFUSALS = (
    InvalidForm, RuleBroken, BrokenRoute, Stale, VersionChanged, NotAllowed, TooMany, Unavailable,
)  # fmt: skip
"""After these the page stands as it was filled in, with what is wrong."""


# --- findings ---------------------------------------------------------------------------------


@page.get("/bengkel/draf/<draft_id>/temuan")
@permits("workshop.read")
def draft_findings(draft_id: str) -> Response:
    draft = draft_route.read(office(), actor(), draft_id)
    return draw(
        "workshop/findings.html",
        section="workshop",
        draft=draft,
        found=finding.findings(office(), actor(), draft_id),
        names=finding.names(draft["bpmn"]),
    )


@page.get("/bengkel/draf/<draft_id>/route.bpmn")
@permits("workshop.read")
def draft_file(draft_id: str) -> Response:
    """The file of a draft as it is kept, for other editors."""
    content, key = draft_route.file_of(office(), actor(), draft_id)
    response = Response(content, content_type=BPMN)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-draf.bpmn"'
    return response


# --- compare ----------------------------------------------------------------------------------


@page.get("/bengkel/draf/<draft_id>/banding")
@permits("workshop.read")
def draft_changes(draft_id: str) -> Response:
    """A draft beside the version in force."""
    found = route_compare.draft_side_by_side(office(), actor(), draft_id)
    return _compared(found, draft=draft_route.read(office(), actor(), draft_id))


@page.get("/bengkel/draf/<draft_id>/banding/<side>.svg")
@permits("workshop.read")
def draft_changes_picture(draft_id: str, side: str) -> Response:
    return _picture(route_compare.draft_side_by_side(office(), actor(), draft_id), side)


@page.get("/rute/<key>/banding")
@permits("route.read")
def route_changes(key: str) -> Response:
    """Two versions; without numbers, the newest beside the one before it."""
    versions = queries.route_versions(office(), actor(), key)["items"]
    newest = versions[0]["version"]
    after = whole(request.args, "ke") or newest
    before = whole(request.args, "dari") or max(after - 1, 1)
    found = route_compare.versions_side_by_side(office(), actor(), key, before, after)
    say = words()
    pairs = [
        (
            one["version"],
            say(N_("Version {n}, from {day}"), n=one["version"], day=say.day(one["effective_from"])),
        )
        for one in versions
    ]
    return _compared(found, versions=pairs, name=versions[0]["name"])


@page.get("/rute/<key>/banding/<int:before>/<int:after>/<side>.svg")
@permits("route.read")
def route_changes_picture(key: str, before: int, after: int, side: str) -> Response:
    return _picture(
        route_compare.versions_side_by_side(office(), actor(), key, before, after),
        side,
    )


def _picture(found: route_compare.Comparison, side: str) -> Response:
    pictures = dict(zip(("sebelum", "sesudah"), route_compare.pictures(found), strict=True))
    picture = pictures.get(side)
    if picture is None:
        raise NotFound(N_("There is nothing to draw here."))
    return svg(picture)


def _compared(found: route_compare.Comparison, **shown: Any) -> Response:
    before, after = found.marks()
    return draw(
        "workshop/compare.html",
        section="workshop" if "draft" in shown else "routes",
        found=route_compare.told(office(), found),
        marks={"before": before, "after": after},
        drawn=(found.routes[0] is not None, found.routes[1] is not None),
        **{"draft": None, "versions": [], "name": "", **shown},
    )


# --- publishing -------------------------------------------------------------------------------


@page.get("/bengkel/draf/<draft_id>/terbitkan")
@permits("workshop.read")
def draft_publish(draft_id: str) -> Response:
    return _publish_page(draft_id)


@page.post("/bengkel/draf/<draft_id>/terbitkan")
@permits("route.publish")
def publish_draft_now(draft_id: str) -> AnyResponse:
    """Publish the revision that was shown."""
    given = request.form
    wish = publish_draft.Wish(
        revision=whole(given, "revision") or 0,
        note=given.get("note", ""),
        from_day=given.get("effective_from") if given.get("when") == "day" else None,
        override_reason=given.get("override_reason"),
        after=whole(given, "after") or 0,
    )
    try:
        done = publish_draft.publish_draft(
            office(), actor(), draft_id, wish, given.get("password", ""), request.remote_addr or ""
        )
    except _REFUSALS as refusal:
        return _publish_page(draft_id, refusal)
    if done["way"] == "retire":
        tell(N_("The route is retired (number {n})."), n=done["version"])
    else:
        tell(
            N_("Version {n} is published; new cases take it from {day}."),
            n=done["version"],
            day=words().moment(done["effective_from"]),
        )
    return go("pages.route_life", key=done["key"])


def _publish_page(draft_id: str, refusal: ParafError | None = None) -> Response:
    draft = draft_route.read(office(), actor(), draft_id)
    shown = workshop_query.publication(office(), actor(), draft_id)
    found = route_compare.draft_side_by_side(office(), actor(), draft_id)
    return draw(
        "workshop/publish.html",
        refusal.status if refusal else 200,
        section="workshop",
        draft=draft,
        shown=shown,
        report=_report(draft),
        names=finding.names(draft["bpmn"]),
        found=route_compare.told(office(), found),
        may_publish=policy.may(actor(), "route.publish"),
        may_discard=policy.may(actor(), "route.draft"),
        errors=told(refusal) if refusal else {},
        given=request.form if refusal else {},
    )


def _report(draft: dict[str, Any]) -> dict[str, Any] | None:
    """What was found; None for a retirement, which is not examined, and while too many routes are."""
    if draft["way"] == "retire":
        return None
    try:
        return finding.findings(office(), actor(), draft["id"])
    except Unavailable:
        return None


# --- the life of a route ----------------------------------------------------------------------


@page.get("/rute/<key>/riwayat")
@permits("route.read")
def route_life(key: str) -> Response:
    life = queries.route_life_page(office(), actor(), key)
    say = words()
    fault = life["fault"]
    return draw(
        "workshop/life.html",
        section="routes",
        life=life,
        fault=say(fault.reason, **fault.values) if fault else "",
    )


@page.post("/rute/<key>/usul")
@permits("route.draft")
def propose_for_route(key: str) -> AnyResponse:
    """Propose to retire the route or to bring back a version."""
    version = whole(request.form, "version")
    try:
        made = draft_route.propose_change(office(), actor(), key, "restore" if version else "retire", version)
    except InvalidForm as refusal:
        tell(words()(refusal.detail, **refusal.values), "red")
        return go("pages.route_life", key=key)
    return go("pages.draft_publish", draft_id=made["id"])
