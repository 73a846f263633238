"""The workshop of routes at a glance: versions in force and coming, drafts, who draws, who publishes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.calendar import local_date
from paraf.domain.organisation import Actor, Organisation, Person
from paraf.storage.routes import RouteVersion
from paraf.usecases import draft_route
from paraf.usecases.draft_bundle import is_newest_version

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def workshop(office: Office, actor: Actor) -> dict[str, Any]:
    """Every route with its versions and drafts, drafts of new routes, and the persons with a role."""
    policy.require(actor, "workshop.read")
    at = office.now()
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        versions = {key: uow.routes.versions(key) for key in uow.routes.keys()}
        standing = {key: uow.routes.standing_version(key, at) for key in versions}
        drafts = [
            draft_route.heading(organisation, row) | {"errors": row.errors, "warnings": row.warnings}
            for row in uow.drafts.open()
        ]
    routes = [
        _route(key, versions[key], standing[key], at, [d for d in drafts if d["route_key"] == key])
        for key in versions
    ]
    return {
        "routes": routes,
        "new": [draft for draft in drafts if draft["route_key"] not in versions],
        "may": {
            "draw": policy.may(actor, "route.draft"),
            "publish": policy.may(actor, "route.publish"),
        },
        "drawing": _holders(organisation, "route.draft"),
        "publishing": _holders(organisation, "route.publish"),
    }


def publication(office: Office, actor: Actor, draft_id: str) -> dict[str, Any]:
    """What a publisher is told beside the draft: newest and coming versions, who else may publish."""
    policy.require(actor, "workshop.read")
    at = office.now()
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
        organisation = office.organisation(uow)
        versions = uow.routes.versions(row.route_key)
        standing = uow.routes.standing_version(row.route_key, at)
        unchanged = bool(versions) and is_newest_version(office, uow, row, versions[0], at)
    authors = json.loads(row.authors)
    return {
        "newest": versions[0].version if versions else 0,
        "standing": _version(standing) if standing else None,
        "coming": [_version(one) for one in reversed(versions) if one.effective_from > at],
        "unchanged": unchanged,
        "moved": bool(versions) and versions[0].version != (row.base_version or 0),
        "is_author": actor.person_id in authors,
        "publishers": [one for one in _holders(organisation, "route.publish") if one["id"] not in authors],
        "today": local_date(at, office.settings.zone).isoformat(),
    }


def _route(
    key: str,
    versions: Sequence[RouteVersion],
    standing: RouteVersion | None,
    at: str,
    drafts: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "key": key,
        "name": versions[0].name,
        "standing": _version(standing) if standing else None,
        "coming": [_version(one) for one in reversed(versions) if one.effective_from > at],
        "newest": versions[0].version,
        "drafts": drafts,
    }


def _version(row: RouteVersion) -> dict[str, Any]:
    return {
        "version": row.version,
        "way": row.way,
        "of_version": row.of_version,
        "effective_from": row.effective_from,
        "published_at": row.published_at,
        "sha256": row.sha256,
    }


def _holders(organisation: Organisation, permission: str) -> list[dict[str, Any]]:
    """Who has a permission, by name; closed accounts and erased persons have none."""

    def holds(person: Person) -> bool:
        probe = Actor(person.id, person.login or "", person.name or "", person.system_roles, ())
        return policy.may(probe, permission) and not organisation.is_disabled(person.id)

    found = [person for person in organisation.people.values() if person.name and holds(person)]
    return [{"id": one.id, "name": one.name, "login": one.login} for one in sorted(found, key=_by_name)]


def _by_name(person: Person) -> str:
    return person.name or ""
