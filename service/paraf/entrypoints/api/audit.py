"""For auditors: finding a case by what happened in it, its replay, and what was opened."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, read_cursor
from paraf.entrypoints.api import audit_shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Choice, Flag, Page, Text, Whole, meaning
from paraf.entrypoints.auth import actor, office
from paraf.entrypoints.periods import period
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases.queries import audit as search
from paraf.usecases.queries.readings_log import readings_log

GROUP = N_("Audit")
_WHEN = meaning(N_("An instant with offset, or a day; a last day is included."))


class AuditQuery(Page):
    q, unit, route, state, end, outcome = Text(200), Text(200), Text(200), Text(40), Text(100), Text(100)
    person = Text(200, metadata=meaning(N_("Part of a name, a login, or an id.")))
    position = Text(200, metadata=meaning(N_("Part of a title, or an id.")))
    version = Whole(1, 1_000_000, loose=True)
    capacity = Choice(
        ("", *search.CAPACITIES, "acting"), N_("Choose definitif, plt, plh or acting."), load_default=""
    )
    returned = Flag()
    started_from, started_until = Text(40, metadata=_WHEN), Text(40, metadata=_WHEN)
    ended_from, ended_until = Text(40, metadata=_WHEN), Text(40, metadata=_WHEN)
    acted_from, acted_until = Text(40, metadata=_WHEN), Text(40, metadata=_WHEN)
    sort = Choice(
        search.ORDERS,
        N_("Choose started, ended, number or title, with - for the highest first."),
        load_default=search.NEWEST,
    )


@call(
    "GET",
    "/audit/cases",
    "case.read",
    group=GROUP,
    summary=N_("Cases by what they are and by who did what in them"),
    query=AuditQuery,
    answer=audit_shapes.FoundPage,
    refuses=(403,),
)
def audit_cases(given: Given) -> Response:
    after = read_cursor(given.pop("cursor"), 2)
    zone = office().settings.timezone
    for name in ("started", "ended", "acted"):
        pair = (f"{name}_from", f"{name}_until")
        given[name] = period(given.get(pair[0]), given.get(pair[1]), zone, pair)
    sort, limit = given.pop("sort"), given.pop("limit")
    found = search.audit_cases(office(), actor(), given, sort=sort, after=after, limit=limit)
    search.note_search(office(), actor(), "audit", given)
    return listing(found)


class ReadingsQuery(Page):
    person, number = Text(200, load_default=""), Text(200, load_default="")
    opened_from, opened_until = Text(40, metadata=_WHEN), Text(40, metadata=_WHEN)


@call(
    "GET",
    "/audit/readings",
    "reading.read",
    group=GROUP,
    summary=N_("What auditors opened, newest first"),
    query=ReadingsQuery,
    answer=audit_shapes.ReadingPage,
    refuses=(403,),
)
def audit_readings(given: Given) -> Response:
    pair = ("opened_from", "opened_until")
    found = readings_log(
        office(),
        actor(),
        person=given["person"],
        number=given["number"],
        opened=period(given.get(pair[0]), given.get(pair[1]), office().settings.timezone, pair),
        after=read_cursor(given["cursor"], 2),
        limit=given["limit"],
    )
    return listing(found)


@call(
    "GET",
    "/instances/<instance_id>/replay",
    "case.read",
    group=GROUP,
    summary=N_("A case played again from its facts, moment by moment"),
    answer=audit_shapes.Replay,
    refuses=(404,),
)
def instance_replay(instance_id: str) -> Any:
    told = queries.replay(office(), actor(), instance_id)
    readings.note(office(), actor(), "replay", instance_id=instance_id)
    return {
        **told,
        "facts": [
            {name: value for name, value in fact.items() if name != "form_schema"} for fact in told["facts"]
        ],
    }
