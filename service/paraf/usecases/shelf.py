"""The shelf of published route versions: immutable, so read once per process and kept.

Knows how a version's manifest names its route, forms and tables; must not know cases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.engine.compiled import CompiledRoute, compile_route
from paraf.engine.decision_table import DecisionTable, read_table
from paraf.errors import Corrupt, NoRoute
from paraf.forms.schema import Published
from paraf.language import N_
from paraf.usecases.shared_tables import ruling_first

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ShelvedRoute:
    """One published version, ready to run: the compiled route and its forms by name."""

    key: str
    version: int
    name: str
    sha256: str
    manifest_sha256: str
    compiled: CompiledRoute
    forms: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, DecisionTable]
    table_digests: Mapping[str, str]


class Shelf:
    """Versions by (route key, number). Threads may race to load one; they load the same bytes."""

    def __init__(self) -> None:
        self._versions: dict[tuple[str, int], ShelvedRoute] = {}

    def take(self, uow: UnitOfWork, key: str, version: int) -> ShelvedRoute:
        """The version, from the shelf or the database. Raises Corrupt when it is not there."""
        found = self._versions.get((key, version))
        if found is None:
            found = self._versions[key, version] = _load(uow, key, version)
        return found

    def effective(self, uow: UnitOfWork, key: str, at: str) -> ShelvedRoute | None:
        """The version of `key` that new cases take at this instant; None when none is published."""
        row = uow.routes.effective_version(key, at)
        return None if row is None else self.take(uow, key, row.version)

    def table(self, uow: UnitOfWork, name: str, at: str) -> tuple[DecisionTable, str]:
        """The decision table of that name that rules at this instant (`shared_tables.py`), and its
        digest. Raises NoRoute when nothing is published yet."""
        for row in ruling_first(uow.routes.standing_versions(at)):
            shelved = self.take(uow, row.route_key, row.version)
            if name in shelved.tables:
                return shelved.tables[name], shelved.table_digests[name]
        raise NoRoute(N_("No route has been published yet. Ask the process owner to publish the routes."))


def _load(uow: UnitOfWork, key: str, version: int) -> ShelvedRoute:
    row = uow.routes.version(key, version)
    if row is None:
        raise Corrupt(N_("Route {key} has no version {version}."), key=key, version=version)
    manifest = json.loads(_content(uow, row.manifest_sha256))
    called = {name: _content(uow, digest) for name, digest in manifest.get("called", {}).items()}
    return ShelvedRoute(
        key=key,
        version=version,
        name=row.name,
        sha256=row.sha256,
        manifest_sha256=row.manifest_sha256,
        compiled=compile_route(_content(uow, row.sha256), f"{key}/route.bpmn", called),
        forms={
            name: Published(json.loads(_content(uow, digest)))
            for name, digest in manifest.get("forms", {}).items()
        },
        tables={
            name: read_table(_content(uow, digest)) for name, digest in manifest.get("tables", {}).items()
        },
        table_digests=dict(manifest.get("tables", {})),
    )


def _content(uow: UnitOfWork, digest: str) -> bytes:
    content = uow.routes.content(digest)
    if content is None:
        raise Corrupt(N_("The published content {digest} is missing."), digest=digest)
    return content
