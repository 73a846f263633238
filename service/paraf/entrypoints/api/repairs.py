"""Repairs: asking for one, a second person's answer, and a stuck case seen from outside."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, once, read_cursor
from paraf.entrypoints.api import repair_shapes as shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Body, Choice, Page, Text, Whole, meaning
from paraf.entrypoints.api.words import refusal
from paraf.entrypoints.auth import actor, office
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases import repairs as mending

GROUP = N_("Repairs")


class RepairsQuery(Page):
    state = Text(40, metadata=meaning(N_("asked, done, refused or taken_back.")))


@call(
    "GET",
    "/repairs",
    "repair.read",
    group=GROUP,
    summary=N_("What was asked for and what became of it, newest first"),
    query=RepairsQuery,
    answer=shapes.RepairPage,
    refuses=(403, 422),
)
def repairs(given: Given) -> Response:
    after = read_cursor(given.pop("cursor"), 2)
    return listing(queries.repairs(office(), actor(), after=after, **given))


@call(
    "GET",
    "/instances/<instance_id>/condition",
    "repair.read",
    group=GROUP,
    summary=N_("A case from outside: state, open steps, proof, repairs; no papers"),
    answer=shapes.CaseCondition,
    refuses=(403, 404),
)
def condition(instance_id: str) -> Any:
    readings.note(office(), actor(), "case", instance_id, instance_id)
    found = queries.condition(office(), actor(), instance_id)
    effect = found["effect"]
    return {**found, "effect": {**effect, "why": refusal(effect["why"])} if effect else None}


class RepairBody(Body):
    instance_id = Text(200, required=True)
    kind = Text(40, required=True, metadata=meaning(N_("suspend, resume, cancel or set_right.")))
    reason = Text(required=True)
    what = Choice(
        ("facts", "offer"),
        N_("Choose facts or offer."),
        metadata=meaning(N_("Of set_right: facts or offer.")),
    )
    task_id = Text(200, metadata=meaning(N_("Of an offer: the open task.")))
    role = Text(200, metadata=meaning(N_("Of an offer: one of the task's targets.")))


@call(
    "POST",
    "/repairs",
    "repair.ask",
    group=GROUP,
    summary=N_("Ask for a repair of a stuck case, with a reason"),
    body=RepairBody,
    answer=shapes.RepairAnswer,
    status=201,
    refuses=(403, 404, 409, 422),
)
def ask_repair(given: Given) -> Any:
    data: dict[str, Any] = {name: given[name] for name in ("what", "task_id", "role") if name in given}
    return mending.ask(
        office(), actor(), given["instance_id"], given["kind"], given["reason"], data, once=once()
    )


class CarryOutBody(Body):
    seq = Whole(allow_none=True, metadata=meaning(N_("Newest event of the case you saw.")))


@call(
    "POST",
    "/repairs/<repair_id>/carry-out",
    "repair.answer",
    group=GROUP,
    summary=N_("Carry out what another person asked for"),
    body=CarryOutBody,
    answer=shapes.RepairAnswer,
    refuses=(403, 404, 409, 422),
)
def carry_out_repair(repair_id: str, given: Given) -> Any:
    return mending.carry_out(office(), actor(), repair_id, given.get("seq"), once=once())


class RefuseBody(Body):
    reason = Text(required=True)


@call(
    "POST",
    "/repairs/<repair_id>/refuse",
    "repair.answer",
    group=GROUP,
    summary=N_("Refuse what another person asked for, with a reason"),
    body=RefuseBody,
    answer=shapes.RepairAnswer,
    refuses=(403, 404, 409, 422),
)
def refuse_repair(repair_id: str, given: Given) -> Any:
    return mending.refuse(office(), actor(), repair_id, given["reason"], once=once())


@call(
    "POST",
    "/repairs/<repair_id>/take-back",
    "repair.ask",
    group=GROUP,
    summary=N_("Take back what one has asked for oneself"),
    body=Body,
    answer=shapes.RepairAnswer,
    refuses=(403, 404, 409),
)
def take_back_repair(repair_id: str, given: Given) -> Any:
    return mending.take_back(office(), actor(), repair_id, once=once())
