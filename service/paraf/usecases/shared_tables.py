"""The decision tables that serve all routes at once (`choose_route`): which one rules at an instant.

Knows that every version carries the tables it was published with; must not know what they decide. Of
the versions that stand at an instant the one that took effect last brings the tables that rule: a
change published for Monday rules from Monday on, whatever was published in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from paraf.storage.routes import RouteVersion

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork

Digests = dict[str, str]


def ruling_first(versions: Iterable[RouteVersion]) -> list[RouteVersion]:
    """Versions in the order in which their tables rule, the one that took effect last first."""
    return sorted(versions, key=lambda one: (one.effective_from, one.published_at), reverse=True)


def in_force(uow: UnitOfWork, at: str) -> Digests:
    """The digest of every decision table that rules at this instant, by name; empty before anything is
    published. Versions published already for a day until then count."""
    found: Digests = {}
    for row in ruling_first(uow.routes.standing_versions(at)):
        for name, sha256 in tables_of(uow, row).items():
            found.setdefault(name, sha256)
    return found


def tables_of(uow: UnitOfWork, version: RouteVersion) -> Digests:
    """The decision tables a version names in its manifest: name -> digest."""
    content = uow.routes.content(version.manifest_sha256)
    return dict(json.loads(content or b"{}").get("tables", {}))


def in_the_way(uow: UnitOfWork, name: str, sha256: str, at: str) -> RouteVersion | None:
    """A version published already for a day after this instant that would bring another table of this
    name; None when there is none."""
    later = (row for row in _every(uow) if row.effective_from > at)
    return next((row for row in later if tables_of(uow, row).get(name, sha256) != sha256), None)


def brought_by_a_person(uow: UnitOfWork, name: str, sha256: str) -> bool:
    """Whether this content of a table was published first in the workshop, and not from the console."""
    for row in sorted(_every(uow), key=lambda one: one.published_at):
        if tables_of(uow, row).get(name) == sha256:
            return row.published_by is not None
    return False


def _every(uow: UnitOfWork) -> Iterator[RouteVersion]:
    for key in uow.routes.keys():
        yield from uow.routes.versions(key)
