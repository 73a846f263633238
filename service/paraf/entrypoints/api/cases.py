"""Cases: the search, one case, its history as hashed, and its proof."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, read_cursor
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Page, Text
from paraf.entrypoints.auth import actor, office
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases.queries.audit import note_search
from paraf.usecases.verify import verification as verify_case

GROUP = N_("Cases and their history")


class InstancesQuery(Page):
    q, unit, route, state = Text(200), Text(200), Text(200), Text(40)


@call(
    "GET",
    "/instances",
    "case.read",
    group=GROUP,
    summary=N_("Cases one may see, newest first"),
    query=InstancesQuery,
    answer=shapes.CasePage,
)
def instances(given: Given) -> Response:
    after = read_cursor(given.pop("cursor"), 2)
    found = queries.instances(office(), actor(), after=after, **given)
    note_search(office(), actor(), "cases", given)
    return listing(found)


@call(
    "GET",
    "/instances/<instance_id>",
    "case.read",
    group=GROUP,
    summary=N_("Where a case stands"),
    answer=shapes.Case,
    refuses=(404,),
)
def instance(instance_id: str) -> Any:
    found = queries.instance(office(), actor(), instance_id)
    readings.note(office(), actor(), "case", instance_id=instance_id)
    return found


@call(
    "GET",
    "/instances/<instance_id>/events",
    "case.read",
    group=GROUP,
    summary=N_("The history, every fact exactly as hashed"),
    query=Page,
    answer=shapes.EventPage,
    refuses=(404,),
)
def events(instance_id: str, given: Given) -> Response:
    (after,) = read_cursor(given["cursor"], 1, int) or (0,)
    found = queries.events(office(), actor(), instance_id, after=after, limit=given["limit"])
    readings.note(office(), actor(), "events", instance_id=instance_id)
    return listing(found)


@call(
    "GET",
    "/instances/<instance_id>/verification",
    "history.verify",
    group=GROUP,
    summary=N_("Check the hash chain and carry the decisions out again"),
    answer=shapes.Verification,
    refuses=(404,),
)
def verification(instance_id: str) -> Any:
    verdict = verify_case(office(), actor(), instance_id)
    readings.note(office(), actor(), "verification", instance_id=instance_id)
    return verdict
