"""A route file becomes a numbered version at the console: what comes with Paraf, and what a file says.

Knows versions, the lock of a route's life and its facts; must not know BPMN, nor drafts
(`publish_draft.py`). A version is a manifest; the same manifest again is no new version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from paraf.domain.facts import Sealed
from paraf.domain.route import Finding
from paraf.domain.route_choice import CHOOSE_ROUTE
from paraf.engine.regulation_paths import RULE
from paraf.errors import BrokenRoute, RuleBroken
from paraf.language import N_
from paraf.usecases import route_life
from paraf.usecases.lint_routes import lint
from paraf.usecases.route_bundle import DMN, Bundle, Content, faults_of, keep, read_bundle, shipped_routes
from paraf.usecases.shared_tables import brought_by_a_person, in_force

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

__all__ = ["Published", "faults_of", "publish", "shipped_routes"]


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing one file; `new` is False when nothing had changed. `kept` says that the
    newest version came from the workshop and was left as it is."""

    key: str
    version: int
    sha256: str
    new: bool
    kept: bool = False


def publish(
    office: Office,
    file: Path,
    *,
    by: str | None = None,
    note: str | None = None,
    effective_from: str | None = None,
    over: bool = False,
) -> Published:
    """Publish the route of `file`, in force from now or `effective_from` (UTC instant). `by` is a
    person id. Running cases stay on the version they began with. A version that came from the
    workshop is replaced only with `over`. Raises BrokenRoute for every fault the workshop would find,
    RuleBroken when the text demands otherwise and no `note` says why (AC-101)."""
    bundle = read_bundle(office.workflows, file)
    _refuse_findings(lint(file, office.workflows), file, note)
    return office.store.run(lambda uow: _publish(office, uow, bundle, by, note, effective_from, over))


def _refuse_findings(findings: tuple[Finding, ...], file: Path, note: str | None) -> None:
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise BrokenRoute(
            N_("The route file {file} has faults; nothing was published."), errors, file=file.name
        )
    if note is None and any(finding.rule == RULE for finding in findings):
        raise RuleBroken(
            N_("The text demands what this route leaves out. Publishing it needs a written reason.")
        )


def _publish(
    office: Office,
    uow: UnitOfWork,
    bundle: Bundle,
    by: str | None,
    note: str | None,
    effective_from: str | None,
    over: bool,
) -> Published:
    key = bundle.route.key
    life = uow.route_life.lock(key)
    uow.routes.hold_tables()
    at = office.now()
    if not over:
        bundle = _with_tables_of_persons(uow, bundle, effective_from or at)
    route_sha256, manifest_sha256 = keep(uow, bundle)
    newest = uow.routes.newest_number(key)
    latest = uow.routes.version(key, newest) if newest else None
    if latest is not None and latest.manifest_sha256 == manifest_sha256:
        return Published(key, latest.version, latest.sha256, new=False)
    if latest is not None and latest.published_by is not None and by is None and not over:
        return Published(key, latest.version, latest.sha256, new=False, kept=True)
    version = uow.routes.publish(
        key,
        name=bundle.route.name,
        sha256=route_sha256,
        manifest_sha256=manifest_sha256,
        effective_from=effective_from or at,
        published_at=at,
        published_by=by,
        note=note if by is None else None,
        after=newest,
    )
    data: dict[str, object] = {"base_version": newest or None, "authors": []}
    if note:
        data["note"] = Sealed(note) if by else note
    route_life.append(office, uow, life, at, version, route_life.fact_of(version, by, data))
    return Published(key, version.version, version.sha256, new=True)


def _with_tables_of_persons(uow: UnitOfWork, bundle: Bundle, at: str) -> Bundle:
    """The bundle with the tables of all routes that somebody changed in the workshop: an upgrade of the
    files does not undo a publication of two persons."""
    own = {element.decision for element in bundle.route.elements.values()} - {CHOOSE_ROUTE}
    tables = dict(bundle.parts["tables"])
    for name, sha256 in in_force(uow, at).items():
        content = uow.routes.content(sha256)
        if name not in own and content is not None and brought_by_a_person(uow, name, sha256):
            tables[name] = Content(DMN, content)
    return replace(bundle, parts={**bundle.parts, "tables": dict(sorted(tables.items()))})
