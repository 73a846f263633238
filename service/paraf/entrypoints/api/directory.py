"""Who I am, who holds what, which units there are."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, read_cursor
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Flag, Page, Query, Text, meaning
from paraf.entrypoints.auth import actor, office
from paraf.language import N_
from paraf.usecases import queries

GROUP = N_("People and units")


@call(
    "GET", "/me", group=GROUP, summary=N_("Who I am: appointments in force now, and roles"), answer=shapes.Me
)
def me() -> Any:
    return queries.me(office(), actor())


class PeopleQuery(Page):
    login, position, unit = Text(200), Text(200), Text(200)
    q = Text(200, metadata=meaning(N_("Part of a name or login.")))


@call(
    "GET",
    "/people",
    "directory.read",
    group=GROUP,
    summary=N_("The directory of people and their appointments"),
    query=PeopleQuery,
    answer=shapes.People,
)
def people(given: Given) -> Response:
    after = read_cursor(given.pop("cursor"), 2)
    return listing(queries.people(office(), actor(), after=after, **given))


class UnitsQuery(Query):
    own = Flag(load_default=False, metadata=meaning(N_("Only units I may propose for.")))


@call(
    "GET",
    "/units",
    "directory.read",
    group=GROUP,
    summary=N_("The units in force"),
    query=UnitsQuery,
    answer=shapes.UnitList,
)
def units(given: Given) -> Response:
    return listing({"items": queries.units(office(), actor(), **given), "next": None})
