"""Routes as published: the list, the versions, the exact bytes, the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.documents.route_picture import route_svg
from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.domain.route import Route
from paraf.errors import NotFound
from paraf.language import N_
from paraf.usecases import route_life

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def routes(office: Office, actor: Actor) -> dict[str, Any]:
    """Every route ever published, with the version new cases take now; a retired one says so."""
    policy.require(actor, "route.read")
    at = office.now()
    with office.store.read() as uow:
        effective = {row.route_key: row for row in uow.routes.standing_versions(at)}
        items = []
        for key in uow.routes.keys():
            row = effective.get(key)
            items.append(
                {
                    "key": key,
                    "name": row.name if row else key,
                    "version": row.version if row else None,
                    "sha256": row.sha256 if row else None,
                    "effective_from": row.effective_from if row else None,
                    "retired": row is not None and row.way == "retire",
                }
            )
    return {"items": items, "next": None}


def route_versions(office: Office, actor: Actor, key: str) -> dict[str, Any]:
    """Every version of a route, newest first."""
    policy.require(actor, "route.read")
    with office.store.read() as uow:
        rows = uow.routes.versions(key)
        if not rows:
            raise NotFound(N_("There is no such route."))
        organisation = office.organisation(uow)
        notes = route_life.notes(uow, key)
        items = [
            {
                "key": row.route_key,
                "version": row.version,
                "name": row.name,
                "sha256": row.sha256,
                "manifest_sha256": row.manifest_sha256,
                "effective_from": row.effective_from,
                "published_at": row.published_at,
                "published_by": organisation.name_of(row.published_by),
                "note": notes.get(row.version, row.note),
                "way": row.way,
                "of_version": row.of_version,
            }
            for row in rows
        ]
    return {"items": items, "next": None}


def standing_version(office: Office, actor: Actor, key: str) -> dict[str, Any] | None:
    """The publication of a route that rules now, a retirement included; None before the first."""
    policy.require(actor, "route.read")
    with office.store.read() as uow:
        row = uow.routes.standing_version(key, office.now())
    if row is None:
        return None
    return {"version": row.version, "way": row.way, "effective_from": row.effective_from}


def route_bytes(office: Office, actor: Actor, key: str, version: int) -> tuple[bytes, str]:
    """The exact bytes published, and their SHA-256."""
    policy.require(actor, "route.read")
    with office.store.read() as uow:
        row = uow.routes.version(key, version)
        content = uow.routes.content(row.sha256) if row else None
    if row is None or content is None:
        raise NotFound(N_("There is no such version of the route."))
    return content, row.sha256


def route(office: Office, actor: Actor, key: str, version: int | None = None) -> dict[str, Any]:
    """One version in words: options, steps with role, standard time, outcomes, article."""
    policy.require(actor, "route.read")
    with office.store.read() as uow:
        found, number, name = _route(office, uow, key, version)
    lanes = {lane.id: lane.name for lane in found.lanes}
    return {
        "key": key,
        "version": number,
        "name": name,
        "documentation": found.documentation,
        "options": [
            {"name": o.name, "value": o.value, "cite": o.cite, "documentation": o.documentation}
            for o in found.options.values()
        ],
        "steps": [
            {
                "id": element.id,
                "name": element.name,
                "kind": element.kind.value,
                "lane": lanes.get(element.lane or "", ""),
                "documentation": element.documentation,
                "cites": list(element.cites),
                "standard_time": element.due.working if element.due else None,
                "outcomes": [{"id": o.id, "label": o.label} for o in element.outcomes],
            }
            for element in found.elements.values()
            if element.is_person or element.operation is not None
        ],
    }


def route_picture(office: Office, actor: Actor, key: str, version: int | None = None) -> str:
    """The drawing of a version as SVG."""
    policy.require(actor, "route.read")
    with office.store.read() as uow:
        found, _, _ = _route(office, uow, key, version)
    return route_svg(found, {})


def _route(office: Office, uow: UnitOfWork, key: str, version: int | None) -> tuple[Route, int, str]:
    if version is None:
        newest = uow.routes.newest_number(key)
        row = uow.routes.standing_version(key, office.now()) or uow.routes.version(key, newest)
    else:
        row = uow.routes.version(key, version)
    if row is None:
        raise NotFound(N_("There is no such version of the route."))
    return office.shelf.take(uow, key, row.version).compiled.route, row.version, row.name
