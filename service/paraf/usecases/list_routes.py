"""The published routes as the console lists and exports them.

Knows what is in force, what is to come and the exact bytes; must not know who asks: whoever stands
at the console of the host reads everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraf.domain.calendar import local_date
from paraf.errors import NotFound
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.usecases.office import Office


@dataclass(frozen=True, slots=True)
class Coming:
    """A version still to come, with the day on which it begins (ISO 8601, zone of the institution)."""

    version: int
    since: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A route: the publication that rules now (None before the first day), since which day."""

    key: str
    name: str
    version: int | None
    since: str
    retired: bool
    coming: tuple[Coming, ...]


def listed(office: Office) -> list[Listed]:
    """Every route ever published, by key."""
    at, zone = office.now(), office.settings.zone
    with office.store.read() as uow:
        standing = {row.route_key: row for row in uow.routes.standing_versions(at)}
        versions = {key: uow.routes.versions(key) for key in uow.routes.keys()}

    def day(instant: str) -> str:
        return local_date(instant, zone).isoformat()

    found = []
    for key, rows in versions.items():
        now = standing.get(key)
        coming = [Coming(row.version, day(row.effective_from)) for row in rows if row.effective_from > at]
        found.append(
            Listed(
                key=key,
                name=(now or rows[0]).name,
                version=now.version if now else None,
                since=day(now.effective_from) if now else "",
                retired=now is not None and now.way == "retire",
                coming=tuple(reversed(coming)),
            )
        )
    return found


def exported(office: Office, key: str, version: int | None = None) -> tuple[int, bytes]:
    """Number and exact bytes of a version, of the one that rules now unless one is named. Raises
    NotFound."""
    with office.store.read() as uow:
        row = (
            uow.routes.standing_version(key, office.now())
            if version is None
            else uow.routes.version(key, version)
        )
        content = uow.routes.content(row.sha256) if row else None
    if row is None or content is None:
        raise NotFound(N_("There is no such version of the route."))
    return row.version, content
