"""A route file from a folder, held against every rule as the workshop does, without a database.

Knows where the forms, tables and called routes of a file lie; must not know the rules, and nobody in
the organisation: which roles are held at present is asked where a database is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from paraf.domain.route import Finding, Route
from paraf.engine.route_file import parse_route
from paraf.engine.xml_file import MAX_BYTES
from paraf.usecases.route_bundle import ROUTE_FILE, faults_of
from paraf.usecases.route_examination import examine

SECONDS = 30.0
"""How long the soundness check of one file may take."""


def lint(file: Path, workflows: Path) -> tuple[Finding, ...]:
    """Every finding of a file. Forms are looked for beside it, then in `workflows`; tables and the
    routes it starts in `workflows`."""
    if file.stat().st_size > MAX_BYTES:
        return faults_of(file)
    content = file.read_bytes()
    route, findings = parse_route(content, str(file))
    if route is None:
        return findings
    folders = (file.parent / "forms", workflows / "forms")
    forms = {element.form for element in route.elements.values() if element.form}
    found = examine(
        content,
        {name: text for name in sorted(forms) if (text := _first(folders, f"{name}.json")) is not None},
        {path.stem: _text(path) for path in sorted((workflows / "decisions").glob("*.dmn"))},
        _called(route, workflows),
        None,
        file=str(file),
        seconds=SECONDS,
    )
    return found.findings


def _called(route: Route, workflows: Path) -> dict[str, str]:
    """The routes that a route starts, and those that they start, by key."""
    found: dict[str, str] = {}
    waiting = [route]
    while waiting:
        for element in waiting.pop().elements.values():
            key = element.called
            if key is None or key in found or not key.isidentifier():
                continue
            path = workflows / key / ROUTE_FILE
            if not path.is_file():
                continue
            found[key] = _text(path)
            other, _ = parse_route(path.read_bytes(), str(path))
            waiting += [other] if other is not None else []
    return found


def _first(folders: Iterable[Path], name: str) -> str | None:
    return next((_text(folder / name) for folder in folders if (folder / name).is_file()), None)


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")
