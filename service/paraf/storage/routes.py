"""Published contents by digest, and the numbered versions of routes that name them.

Knows the tables `artifact` and `route_version`; must not know what a route means. Neither is ever
changed: a correction is a new version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from paraf.domain.facts import digest
from paraf.errors import VersionChanged
from paraf.language import N_
from paraf.storage.tables import artifact, publishing, route_version


@dataclass(frozen=True, slots=True)
class RouteVersion:
    """One numbered publication. `sha256` is the route file's digest, `manifest_sha256` that of the
    list of everything it consists of; new cases take it from `effective_from` on. `way` is "publish",
    "restore" (the content of `of_version` again) or "retire" (new cases take nothing)."""

    route_key: str
    version: int
    sha256: str
    manifest_sha256: str
    name: str
    effective_from: str
    published_at: str
    published_by: str | None
    note: str | None
    way: str = "publish"
    of_version: int | None = None


_VERSIONS = select(*(route_version.c[name] for name in RouteVersion.__dataclass_fields__))
_ONE = _VERSIONS.where(
    route_version.c.route_key == bindparam("key"), route_version.c.version == bindparam("version")
)
_EFFECTIVE = (
    _VERSIONS.where(
        route_version.c.route_key == bindparam("key"), route_version.c.effective_from <= bindparam("at")
    )
    .order_by(route_version.c.effective_from.desc(), route_version.c.version.desc())
    .limit(1)
)
_IS_KEY = route_version.c.route_key == bindparam("key")
_OF_KEY = _VERSIONS.where(_IS_KEY).order_by(route_version.c.version.desc())
_NEWEST = select(func.coalesce(func.max(route_version.c.version), 0)).where(_IS_KEY)
_KEYS = select(route_version.c.route_key).distinct().order_by(route_version.c.route_key)
_CONTENT = select(artifact.c.content).where(artifact.c.sha256 == bindparam("sha256"))
_WITH_TYPE = select(artifact.c.media_type, artifact.c.content).where(artifact.c.sha256 == bindparam("sha256"))
_KEEP = {
    "postgresql": postgresql_insert(artifact).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(artifact).on_conflict_do_nothing(),
}
_TABLES = {"name": "tables"}
_PUBLISHING = {
    "postgresql": postgresql_insert(publishing).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(publishing).on_conflict_do_nothing(),
}
_HOLD = select(publishing.c.name).where(publishing.c.name == bindparam("name")).with_for_update()


class Routes:
    """The repository of routes on one connection; every method is one statement unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- contents

    def keep(self, media_type: str, content: bytes) -> str:
        """Keep a content and give its digest; keeping it again changes nothing."""
        sha256 = digest(content)
        self._connection.execute(
            _KEEP[self._connection.dialect.name],
            {"sha256": sha256, "media_type": media_type, "content": content},
        )
        return sha256

    def content(self, sha256: str) -> bytes | None:
        """The exact bytes kept under a digest."""
        found = self._connection.execute(_CONTENT, {"sha256": sha256}).scalar()
        return None if found is None else bytes(found)

    def content_with_type(self, sha256: str) -> tuple[str, bytes] | None:
        """(media type, bytes) kept under a digest."""
        row = self._connection.execute(_WITH_TYPE, {"sha256": sha256}).first()
        return (row[0], bytes(row[1])) if row else None

    # --- versions

    def hold_tables(self) -> None:
        """Two statements: hold the decision tables that all routes share until the transaction ends. Of
        two publishers of different routes the second waits here, and sees what the first has brought."""
        self._connection.execute(_PUBLISHING[self._connection.dialect.name], _TABLES)
        self._connection.execute(_HOLD, _TABLES)

    def publish(
        self,
        key: str,
        *,
        name: str,
        sha256: str,
        manifest_sha256: str,
        effective_from: str,
        published_at: str,
        published_by: str | None = None,
        note: str | None = None,
        way: str = "publish",
        of_version: int | None = None,
        after: int | None = None,
    ) -> RouteVersion:
        """Two statements: publish contents already kept as the next version of `key`. `after` is
        the newest version the publisher saw. Raises VersionChanged when another one came between."""
        newest = self.newest_number(key)
        if after is not None and after != newest:
            raise _changed(newest)
        version = RouteVersion(
            route_key=key,
            version=newest + 1,
            sha256=sha256,
            manifest_sha256=manifest_sha256,
            name=name,
            effective_from=effective_from,
            published_at=published_at,
            published_by=published_by,
            note=note,
            way=way,
            of_version=of_version,
        )
        try:
            self._connection.execute(insert(route_version), asdict(version))
        except IntegrityError as error:
            if "foreign key" in str(error.orig).lower():
                raise
            raise _changed(newest + 1) from error
        return version

    def newest_number(self, key: str) -> int:
        """The number of the newest version of `key`, 0 when there is none."""
        return int(self._connection.execute(_NEWEST, {"key": key}).scalar_one())

    def version(self, key: str, version: int) -> RouteVersion | None:
        row = self._connection.execute(_ONE, {"key": key, "version": version}).first()
        return RouteVersion(*row) if row else None

    def effective_version(self, key: str, at: str) -> RouteVersion | None:
        """The version new cases take at this instant: of those in force the one that began last. None
        when that one retires the route."""
        found = self.standing_version(key, at)
        return None if found is None or found.way == "retire" else found

    def standing_version(self, key: str, at: str) -> RouteVersion | None:
        """The publication that rules at this instant, a retirement included."""
        row = self._connection.execute(_EFFECTIVE, {"key": key, "at": at}).first()
        return RouteVersion(*row) if row else None

    def versions(self, key: str) -> list[RouteVersion]:
        """Every version of `key`, newest first."""
        return [RouteVersion(*row) for row in self._connection.execute(_OF_KEY, {"key": key})]

    def keys(self) -> list[str]:
        """The keys of every route ever published."""
        return list(self._connection.execute(_KEYS).scalars())

    def effective_versions(self, at: str) -> Sequence[RouteVersion]:
        """For every key the version new cases take at this instant, by key; no retired route."""
        return [row for row in self.standing_versions(at) if row.way != "retire"]

    def standing_versions(self, at: str) -> Sequence[RouteVersion]:
        """For every key the publication that rules at this instant, by key; retirements included."""
        place = (
            func.row_number()
            .over(
                partition_by=route_version.c.route_key,
                order_by=(route_version.c.effective_from.desc(), route_version.c.version.desc()),
            )
            .label("place")
        )
        begun = _VERSIONS.add_columns(place).where(route_version.c.effective_from <= at).subquery()
        columns = [begun.c[name] for name in RouteVersion.__dataclass_fields__]
        statement = select(*columns).where(begun.c.place == 1).order_by(begun.c.route_key)
        return [RouteVersion(*row) for row in self._connection.execute(statement)]


def _changed(newest: int) -> VersionChanged:
    return VersionChanged(
        N_("Somebody else has published version {version} of this route meanwhile."),
        version=newest,
        present={"version": newest},
    )
