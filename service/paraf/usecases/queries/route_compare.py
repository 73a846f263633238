"""Two versions of a route side by side, or a draft and what is in force: what differs, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.documents.route_picture import route_svg
from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.domain.route import Route
from paraf.domain.route_changes import ADDED, REMOVED, Change, as_json
from paraf.engine.compare import compare
from paraf.engine.compare_parts import compare_parts
from paraf.engine.route_file import parse_route
from paraf.errors import NotFound
from paraf.language import N_
from paraf.storage.drafts import DraftRow
from paraf.storage.routes import RouteVersion
from paraf.usecases import draft_route

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

Marks = dict[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two: its number (None for a draft), what it is called, its file, forms and tables."""

    version: int | None
    label: str
    content: bytes
    forms: Mapping[str, str]
    tables: Mapping[str, str]

    def route(self) -> Route | None:
        return parse_route(self.content)[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides as routes (None when one cannot be read or is not there) and what differs."""

    key: str
    before: Side | None
    after: Side
    routes: tuple[Route | None, Route | None]
    changes: tuple[Change, ...]

    @property
    def readable(self) -> bool:
        return self.routes[1] is not None and (self.before is None or self.routes[0] is not None)

    def marks(self) -> tuple[Marks, Marks]:
        """What is marked on either drawing: element or flow -> "added", "removed" or "changed"."""
        marks: tuple[Marks, Marks] = ({}, {})
        for change in self.changes:
            for route, marked in zip(self.routes, marks, strict=True):
                if route is None or change.element not in {*route.elements, *route.flows}:
                    continue
                whole = change.what in ("element", "flow")
                kind = change.kind if whole and change.kind in (ADDED, REMOVED) else "changed"
                if marked.get(change.element) not in (ADDED, REMOVED):
                    marked[change.element] = kind
        return marks


def versions_side_by_side(office: Office, actor: Actor, key: str, before: int, after: int) -> Comparison:
    """Two published versions. Raises NotFound."""
    policy.require(actor, "route.read")
    with office.store.read() as uow:
        sides = [_published(office, uow, key, number) for number in (before, after)]
    return _laid_out(key, sides[0], sides[1])


def draft_side_by_side(office: Office, actor: Actor, draft_id: str) -> Comparison:
    """A draft beside the version in force, or alone while there is none. Raises NotFound."""
    policy.require(actor, "workshop.read")
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
        standing = uow.routes.standing_version(row.route_key, office.now())
        if standing is None and row.base_version is not None:
            standing = uow.routes.version(row.route_key, row.base_version)
        before = None if standing is None else _side_of(office, uow, standing)
        base = None if row.base_version is None else uow.routes.version(row.route_key, row.base_version)
        began_with = {} if base is None else draft_route.parts_of(uow, base)[1]
    return _laid_out(row.route_key, before, _drawn(office, row, before, began_with))


def compare_versions(office: Office, actor: Actor, key: str, before: int, after: int) -> dict[str, Any]:
    """What differs between two versions, for the API."""
    return told(office, versions_side_by_side(office, actor, key, before, after))


def compare_draft(office: Office, actor: Actor, draft_id: str) -> dict[str, Any]:
    """What a draft changes of the version in force, for the API."""
    return told(office, draft_side_by_side(office, actor, draft_id))


def told(office: Office, found: Comparison) -> dict[str, Any]:
    """A comparison as JSON-ready data with a sentence for each change."""

    def side(one: Side | None) -> dict[str, Any] | None:
        return None if one is None else {"version": one.version, "label": one.label}

    return {
        "key": found.key,
        "before": side(found.before),
        "after": side(found.after),
        "changes": [as_json(change, office.language) for change in found.changes],
        "readable": found.readable,
    }


def pictures(found: Comparison) -> tuple[str | None, str | None]:
    """Both drawings as SVG, marked."""
    before, after = (
        None if route is None else route_svg(route, marks)
        for route, marks in zip(found.routes, found.marks(), strict=True)
    )
    return before, after


def _laid_out(key: str, before: Side | None, after: Side) -> Comparison:
    routes = (before.route() if before else None, after.route())
    changes: tuple[Change, ...] = ()
    if before is not None:
        if routes[0] is not None and routes[1] is not None:
            changes = compare(routes[0], routes[1])
        changes += compare_parts(before.forms, after.forms) + compare_parts(before.tables, after.tables)
    return Comparison(key, before, after, routes, changes)


def _published(office: Office, uow: UnitOfWork, key: str, number: int) -> Side:
    row = uow.routes.version(key, number)
    if row is None:
        raise NotFound(N_("There is no such version of the route."))
    return _side_of(office, uow, row)


def _side_of(office: Office, uow: UnitOfWork, row: RouteVersion) -> Side:
    forms, tables = draft_route.parts_of(uow, row)
    label = office.language.translate(N_("Version {n}"), n=row.version)
    return Side(row.version, label, uow.routes.content(row.sha256) or b"", forms, tables)


def _drawn(office: Office, row: DraftRow, before: Side | None, began_with: Mapping[str, str]) -> Side:
    """A draft as the version it would become: the forms its steps name, the tables it changes."""
    route = parse_route(row.content)[0]
    texts = draft_route.with_shared_forms(office, json.loads(row.forms))
    named = {element.form for element in route.elements.values() if element.form} if route else set()
    forms = {name: texts[name] for name in sorted(named) if name in texts}
    tables = dict(before.tables) if before else {}
    tables |= {n: text for n, text in json.loads(row.tables).items() if began_with.get(n) != text}
    label = office.language.translate(N_("Draft, revision {n}"), n=row.revision)
    return Side(None, label, row.content, forms, tables)
