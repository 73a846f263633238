"""A route with everything it relies on, gathered from a folder of workflows or from what is kept.

Knows where forms, tables, rules, templates and called routes lie, and how a manifest names them by
digest; must not know who publishes or how versions are numbered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paraf.domain.facts import canonical
from paraf.domain.route import Finding, Route
from paraf.engine.route_file import findings_of, read_route
from paraf.errors import BrokenRoute
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

ROUTE_FILE = "route.bpmn"
MOST_BYTES = 1024 * 1024
BPMN, JSON, DMN, TEXT, HTML = (
    "application/bpmn+xml",
    "application/json",
    "application/dmn+xml",
    "application/octet-stream",
    "text/html",
)
_TEMPLATES = Path(__file__).resolve().parents[1] / "documents" / "templates"


@dataclass(frozen=True, slots=True)
class Content:
    """One file a version consists of."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """A route with everything its manifest names, read from a folder of workflows."""

    route: Route
    file: Content
    parts: Mapping[str, Mapping[str, Content]]


def shipped_routes(office: Office) -> list[Path]:
    """The route files that come with Paraf, by key."""
    return sorted(office.workflows.glob(f"*/{ROUTE_FILE}"))


def faults_of(file: Path) -> tuple[Finding, ...]:
    """Every finding of a route file, in the order of its lines."""
    content = file.read_bytes()
    if len(content) > MOST_BYTES:
        return (_finding(file, N_("The file is larger than 1 MiB.")),)
    return findings_of(content, str(file))


def read_bundle(workflows: Path, file: Path) -> Bundle:
    """The route of `file` with its forms, tables, rules, templates and called routes. Raises
    BrokenRoute with every fault, missing parts among them."""
    content = file.read_bytes()
    faults = faults_of(file)
    if any(finding.severity == "error" for finding in faults):
        raise _broken(file, faults)
    route = read_route(content, str(file))
    missing: list[Finding] = []
    parts = {
        "forms": _forms(workflows, file, route, missing),
        "tables": folder_of(workflows / "decisions", "*.dmn", DMN),
        "rules": folder_of(workflows / "rules", "*.*", TEXT),
        "templates": templates_of(route),
        "called": _called(workflows, file, route, missing),
    }
    if missing:
        raise _broken(file, missing)
    return Bundle(route, Content(BPMN, content), parts)


def keep(uow: UnitOfWork, bundle: Bundle) -> tuple[str, str]:
    """Keep every content of a bundle and its manifest. Gives the digests of route and manifest."""
    route_sha256 = uow.routes.keep(bundle.file.media_type, bundle.file.content)
    manifest: dict[str, object] = {"key": bundle.route.key, "route": route_sha256}
    for part, contents in bundle.parts.items():
        manifest[part] = {
            name: uow.routes.keep(one.media_type, one.content) for name, one in contents.items()
        }
    return route_sha256, uow.routes.keep(JSON, canonical(manifest))


def _forms(workflows: Path, file: Path, route: Route, missing: list[Finding]) -> dict[str, Content]:
    """Forms the steps name: the route's own before the shared ones."""
    found: dict[str, Content] = {}
    for element in route.elements.values():
        if element.form is None or element.form in found:
            continue
        path = _first_file(
            (file.parent / "forms" / f"{element.form}.json", workflows / "forms" / f"{element.form}.json")
        )
        if path is None:
            missing.append(
                _finding(file, N_("The form {name} does not exist."), element.line, element.id, element.form)
            )
            continue
        content = path.read_bytes()
        try:
            json.loads(content)
        except ValueError:
            missing.append(
                _finding(path, N_("The form {name} is not readable JSON."), 1, element.id, element.form)
            )
            continue
        found[element.form] = Content(JSON, content)
    return dict(sorted(found.items()))


def _called(workflows: Path, file: Path, route: Route, missing: list[Finding]) -> dict[str, Content]:
    found: dict[str, Content] = {}
    for element in route.elements.values():
        if element.called is None or element.called in found:
            continue
        path = workflows / element.called / ROUTE_FILE
        if not path.is_file():
            missing.append(
                _finding(
                    file,
                    N_("The called route {name} does not exist."),
                    element.line,
                    element.id,
                    element.called,
                )
            )
            continue
        found[element.called] = Content(BPMN, path.read_bytes())
    return dict(sorted(found.items()))


def templates_of(route: Route) -> dict[str, Content]:
    """Templates of the documents that the route's steps draft, sign or generate, with their frame."""
    kinds = {use.kind for element in route.elements.values() for use in element.documents}
    kinds |= {
        element.operation.kind
        for element in route.elements.values()
        if element.operation and element.operation.kind
    }
    wanted = (
        path for path in sorted(_TEMPLATES.rglob("*.html")) if path.stem in kinds or path.parent != _TEMPLATES
    )
    return {path.relative_to(_TEMPLATES).as_posix(): Content(HTML, path.read_bytes()) for path in wanted}


def folder_of(folder: Path, pattern: str, media_type: str) -> dict[str, Content]:
    """The files of a folder by the stem of their names."""
    return {path.stem: Content(media_type, path.read_bytes()) for path in sorted(folder.glob(pattern))}


def _first_file(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def _finding(file: Path, message: str, line: int = 1, element: str = "", name: str = "") -> Finding:
    return Finding(str(file), line, element, "error", "manifest", message, {"name": name} if name else {})


def _broken(file: Path, findings: Iterable[Finding]) -> BrokenRoute:
    return BrokenRoute(
        N_("The route file {file} has faults; nothing was published."), tuple(findings), file=file.name
    )
