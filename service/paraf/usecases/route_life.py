"""The life of a route: what was published, from when, by whom, bound by the same chain as a case.

Knows the facts of a life, how it is begun for routes that were published before lives were kept,
and how it is proved against the versions; must not know who may publish.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain.facts import Fact, Fault, check_chain, check_openings, digest
from paraf.language import N_
from paraf.storage.route_life import LifeRow
from paraf.storage.routes import RouteVersion

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

TYPES = {"publish": "route.published", "restore": "route.restored", "retire": "route.retired"}
"""The fact that tells of a publication, by its way."""
ADOPTED = "route.adopted"
"""The first fact of a route that had versions before its life was kept: it names them all."""
_TOLD = ("version", "sha256", "manifest_sha256", "effective_from")


def append(
    office: Office, uow: UnitOfWork, life: LifeRow, at: str, published: RouteVersion, fact: Fact
) -> LifeRow:
    """Carry a locked life on by `fact`, which tells of `published`. A life that begins now although
    there are versions already names those first."""
    facts = [fact]
    if life.seq == 0:
        earlier = [one for one in uow.routes.versions(life.key) if one.version != published.version]
        if earlier:
            told = [_told(one) | {"published_at": one.published_at} for one in reversed(earlier)]
            facts.insert(0, Fact(ADOPTED, {"versions": told}))
    return uow.route_life.append(life, at, facts, office.randomness)


def fact_of(version: RouteVersion, actor: str | None, data: Mapping[str, Any]) -> Fact:
    """The fact of a publication: what the version is, and `data` about how it came to be."""
    of = {} if version.of_version is None else {"of_version": version.of_version}
    return Fact(TYPES[version.way], {**_told(version), "name": version.name, **of, **data}, actor=actor)


def _told(version: RouteVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in _TOLD}


def notes(uow: UnitOfWork, key: str) -> dict[int, str]:
    """The words publishers gave, by version; erased ones are left out."""
    opened = {one.seq: one.value for one in uow.route_life.openings(key) if one.path == "data.note"}
    found: dict[int, str] = {}
    for entry in uow.route_life.read(key):
        words = opened.get(entry.seq)
        if words is not None:
            found[entry.event()["data"]["version"]] = json.loads(words)
    return found


# --- proof ------------------------------------------------------------------------------------


def verify(uow: UnitOfWork, key: str) -> Fault | None:
    """The first fact of a life that does not hold, or None when it is whole: the chain and its newest
    fact, the sealed words, every version told once and just as it is kept, every content by its
    digest. A route whose versions are older than its life is checked from its adoption on; without a
    life there is nothing that a person published."""
    life = uow.route_life.row(key)
    versions = {one.version: one for one in uow.routes.versions(key)}
    if life is None or life.seq == 0:
        if any(one.published_by is not None or one.way != "publish" for one in versions.values()):
            return Fault(1, N_("A version is kept that no fact tells of."))
        return _contents_fault(uow, 1, versions.values())
    entries = uow.route_life.read(key)
    fault = check_chain(entries, newest=(life.seq, life.head), thorough=True)
    if fault is not None:
        return fault
    events = [entry.event() for entry in entries]
    openings = uow.route_life.openings(key)
    gone = {one.person_id for one in openings if one.salt is None or one.value is None}
    fault = check_openings(events, openings, uow.proof.erased(gone))
    return fault or _versions_fault(uow, events, versions)


def _versions_fault(
    uow: UnitOfWork, events: Sequence[Mapping[str, Any]], versions: Mapping[int, RouteVersion]
) -> Fault | None:
    left = dict(versions)
    for event in events:
        for told, way in _publications(event):
            row = left.pop(told["version"], None)
            if row is None:
                return Fault(event["seq"], N_("The version that the fact tells of is not kept."))
            at = told.get("published_at", event["at"])
            same = _told(row) == {name: told[name] for name in _TOLD} and row.published_at == at
            if way is not None:
                same = same and (row.way, row.of_version) == (way, told.get("of_version"))
                same = same and row.published_by == event.get("actor") and row.name == told["name"]
            if not same:
                return Fault(event["seq"], N_("The version is kept otherwise than the fact tells."))
            fault = _contents_fault(uow, event["seq"], (row,))
            if fault is not None:
                return fault
    if left:
        return Fault(events[-1]["seq"] if events else 1, N_("A version is kept that no fact tells of."))
    return None


def _publications(event: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """What a fact tells of versions: (data, way); the way of adopted ones is not told."""
    if event["type"] == ADOPTED:
        for told in event["data"]["versions"]:
            yield told, None
        return
    way = next((way for way, kind in TYPES.items() if kind == event["type"]), None)
    if way is not None:
        yield event["data"], way


def _contents_fault(uow: UnitOfWork, seq: int, versions: Any) -> Fault | None:
    for row in versions:
        manifest = uow.routes.content(row.manifest_sha256)
        if manifest is None or digest(manifest) != row.manifest_sha256:
            return Fault(seq, N_("A content of the version is not what its digest says."))
        for sha256 in (row.sha256, *_digests(json.loads(manifest))):
            content = uow.routes.content(sha256)
            if content is None or digest(content) != sha256:
                return Fault(seq, N_("A content of the version is not what its digest says."))
    return None


def _digests(manifest: Mapping[str, Any]) -> Iterator[str]:
    for part in manifest.values():
        if isinstance(part, Mapping):
            yield from part.values()
