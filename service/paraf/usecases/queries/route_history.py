"""The life of a route as the page and the API tell it: every fact of its chain, opened, and its proof."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.facts import Fault
from paraf.domain.organisation import Actor
from paraf.errors import NotFound
from paraf.language import N_
from paraf.usecases import route_life

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def route_history(office: Office, actor: Actor, key: str) -> dict[str, Any]:
    """The facts exactly as they are hashed, with what opens their sealed words. Raises NotFound."""
    policy.require(actor, "route.read")
    with office.store.snapshot() as uow:
        events, fault = _read(uow, key)
        opened: dict[str, dict[str, Any]] = {}
        for one in uow.route_life.openings(key):
            opened.setdefault(str(one.seq), {})[one.path] = (
                None if one.value is None else {"salt": one.salt, "value": json.loads(one.value)}
            )
    return {"items": events, "next": None, "opened": opened, "verified": fault is None}


def route_life_page(office: Office, actor: Actor, key: str) -> dict[str, Any]:
    """The life of a route in names and words, newest first, with versions older than it."""
    policy.require(actor, "route.read")
    with office.store.snapshot() as uow:
        events, fault = _read(uow, key)
        organisation = office.organisation(uow)
        words = {
            (one.seq, one.path): None if one.value is None else json.loads(one.value)
            for one in uow.route_life.openings(key)
        }
        versions = {one.version: one for one in uow.routes.versions(key)}
        standing = uow.routes.standing_version(key, office.now())

    def entry(event: Mapping[str, Any]) -> dict[str, Any]:
        data = event["data"]
        return {
            "seq": event["seq"],
            "at": event["at"],
            "type": event["type"],
            "who": organisation.name_of(event.get("actor")),
            "by_console": event.get("actor") is None,
            "version": data.get("version"),
            "of_version": data.get("of_version"),
            "base_version": data.get("base_version"),
            "effective_from": data.get("effective_from"),
            "sha256": data.get("sha256"),
            "manifest_sha256": data.get("manifest_sha256"),
            "authors": [organisation.name_of(person) for person in data.get("authors", [])],
            "findings": data.get("findings"),
            "adopted": [one["version"] for one in data.get("versions", [])],
            "note": _words(words, event, "note"),
            "override": _words(words, event, "override"),
            "hash": event["hash"],
            "prev_hash": event["prev_hash"],
        }

    return {
        "key": key,
        "name": versions[max(versions)].name,
        "standing": standing.version if standing else None,
        "retired": standing is not None and standing.way == "retire",
        "newest": max(versions),
        "entries": [entry(event) for event in reversed(events)],
        "untold": sorted(versions) if not events else [],
        "fault": fault,
        "may": {
            "draw": policy.may(actor, "route.draft"),
            "look": policy.may(actor, "workshop.read"),
        },
    }


def _read(uow: UnitOfWork, key: str) -> tuple[list[dict[str, Any]], Fault | None]:
    if not uow.routes.newest_number(key):
        raise NotFound(N_("There is no such route."))
    return [entry.event() for entry in uow.route_life.read(key)], route_life.verify(uow, key)


def _words(
    words: Mapping[tuple[int, str], Any], event: Mapping[str, Any], name: str
) -> dict[str, Any] | None:
    """`{text, erased}` of words that were typed; None where there are none."""
    given = event["data"].get(name)
    if given is None:
        return None
    if isinstance(given, str):
        return {"text": given, "erased": False}
    text = words.get((event["seq"], f"data.{name}"))
    return {"text": text or "", "erased": text is None}
