"""What the version consists of that a draft becomes: its own parts, and those that all routes share.

Knows which form, table, rule, template and called route a version names; must not know who publishes.

A decision table that a step of the route reads is the route's own. Any other one (`choose_route`)
serves all routes at once (`shared_tables.py`): a draft that did not touch it takes the one that will
rule when it takes effect, so that it never brings back an older one; one that did is refused when
somebody else changed the same table meanwhile, or has published another one for a later day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain.calendar import local_date, long_date
from paraf.domain.facts import canonical, digest
from paraf.domain.route import Route
from paraf.domain.route_choice import CHOOSE_ROUTE
from paraf.engine.route_file import parse_route
from paraf.errors import Corrupt, VersionChanged
from paraf.language import N_
from paraf.storage.drafts import DraftRow
from paraf.storage.routes import RouteVersion
from paraf.usecases import draft_route, route_findings
from paraf.usecases.route_bundle import BPMN, DMN, JSON, TEXT, Content, folder_of, templates_of
from paraf.usecases.shared_tables import Digests, in_force, in_the_way

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

Keep = Callable[[str, bytes], str]
"""Takes a content with its media type and gives its digest."""


def keep_draft(
    office: Office,
    uow: UnitOfWork,
    row: DraftRow,
    examined: tuple[Route, route_findings.Report] | None,
    at: str,
    effective_from: str,
) -> tuple[str, str]:
    """Keep every content of the version a draft becomes. Gives the digests of route and manifest.
    `examined` is the route with what was found in it, None for a retirement. The tables of all routes
    are held already (`Routes.hold_tables`). Raises VersionChanged."""
    route, report = examined or (None, None)
    called = _called(uow, route, report, at) if row.way == "publish" and route and report else {}
    manifest = _manifest(office, uow, row, route, called, effective_from, uow.routes.keep)
    return manifest["route"], uow.routes.keep(JSON, canonical(manifest))


def is_newest_version(office: Office, uow: UnitOfWork, row: DraftRow, newest: RouteVersion, at: str) -> bool:
    """Whether the version a draft becomes would be the newest one to the last byte; nothing is kept."""
    route = parse_route(row.content)[0]
    if (
        row.way != "publish"
        or newest.way == "retire"
        or route is None
        or digest(row.content) != newest.sha256
    ):
        return False
    try:
        called = _digests(route, route_findings.called(uow, row.content, at))
        manifest = _manifest(
            office, uow, row, route, called, at, lambda _media_type, content: digest(content)
        )
    except (VersionChanged, KeyError):  # it brings a table or lacks a form: something to be told elsewhere
        return False
    return digest(canonical(manifest)) == newest.manifest_sha256


def _manifest(
    office: Office,
    uow: UnitOfWork,
    row: DraftRow,
    route: Route | None,
    called: Digests,
    effective_from: str,
    keep: Keep,
) -> dict[str, Any]:
    """The digests of every content, each kept by `keep`. `route` is the route of a draft to publish,
    `called` the routes it starts."""
    source = row.of_version if row.way == "restore" else row.base_version
    before = manifest_of(uow, row.route_key, source)
    if row.way == "publish" and route is not None:
        own = _own_tables(route)
        manifest = {
            "key": row.route_key,
            "route": keep(BPMN, row.content),
            "forms": _forms(office, row, route, keep),
            "rules": _kept(keep, folder_of(office.workflows / "rules", "*.*", TEXT)),
            "templates": _kept(keep, templates_of(route)),
            "called": called,
        }
    else:
        if before is None:
            raise Corrupt(N_("Route {key} has no version {version}."), key=row.route_key, version=source)
        own = _own_tables(parse_route(row.content)[0])
        manifest = dict(before)
    manifest["tables"] = _tables(office, uow, row, own, before, effective_from, keep)
    return manifest


def manifest_of(uow: UnitOfWork, key: str, version: int | None) -> Mapping[str, Any] | None:
    """The manifest of a version, None when there is no such version."""
    row = None if version is None else uow.routes.version(key, version)
    content = None if row is None else uow.routes.content(row.manifest_sha256)
    return None if content is None else dict(json.loads(content))


def _kept(keep: Keep, contents: Mapping[str, Content]) -> Digests:
    return {name: keep(one.media_type, one.content) for name, one in contents.items()}


def _forms(office: Office, row: DraftRow, route: Route, keep: Keep) -> Digests:
    texts = draft_route.with_shared_forms(office, json.loads(row.forms))
    named = sorted({element.form for element in route.elements.values() if element.form})
    return {name: keep(JSON, texts[name].encode()) for name in named}


def _called(uow: UnitOfWork, route: Route, report: route_findings.Report, at: str) -> Digests:
    """The routes it starts, as they are in force. Raises VersionChanged unless they are still those
    with which it was examined."""
    if route_findings.called(uow, report.content, at) != report.called:
        raise VersionChanged(
            N_(
                "A route that this one starts was published or retired meanwhile. Please look at the findings."
            )
        )
    return _digests(route, report.called)


def _digests(route: Route, called: Mapping[str, str]) -> Digests:
    named = sorted({element.called for element in route.elements.values() if element.called})
    return {key: digest(called[key].encode()) for key in named}


def _own_tables(route: Route | None) -> set[str]:
    """The tables that steps of a route ask; never the one that chooses the route."""
    steps = route.elements.values() if route is not None else ()
    return {step.decision for step in steps if step.decision} - {CHOOSE_ROUTE}


def _tables(
    office: Office,
    uow: UnitOfWork,
    row: DraftRow,
    own: set[str],
    before: Mapping[str, Any] | None,
    effective_from: str,
    keep: Keep,
) -> Digests:
    base: Mapping[str, str] = (before or {}).get("tables", {})
    shared = folder_of(office.workflows / "decisions", "*.dmn", DMN)
    tables = {name: sha256 for name, sha256 in in_force(uow, effective_from).items() if name in shared}
    if not tables:
        tables = _kept(keep, shared)
    for name, text in json.loads(row.tables).items():
        content = text.encode()
        sha256 = digest(content)
        if name in shared and name not in own:
            ruling, begun_from = tables.get(name), base.get(name)
            if sha256 in (ruling, begun_from):
                continue
            if begun_from is not None and ruling not in (None, begun_from):
                raise VersionChanged(
                    N_("The decision table {name} was changed by another publication meanwhile."), name=name
                )
            _refuse_a_later_one(office, uow, name, sha256, effective_from)
        tables[name] = keep(DMN, content)
    return dict(sorted(tables.items()))


def _refuse_a_later_one(office: Office, uow: UnitOfWork, name: str, sha256: str, effective_from: str) -> None:
    """A change must not be undone by what was published before it for a later day."""
    later = in_the_way(uow, name, sha256, effective_from)
    if later is not None:
        raise VersionChanged(
            N_(
                "Version {version} of {route} takes effect on {day} and brings another decision table {name}. "
                "Please publish this change from that day on."
            ),
            version=later.version,
            route=later.name,
            day=long_date(local_date(later.effective_from, office.settings.zone)),
            name=name,
        )
