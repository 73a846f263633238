"""Tasks: the inbox, one task, holding it, and deciding it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, once, read_cursor
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Body, Choice, Flag, Object, Page, Text, Whole, meaning
from paraf.entrypoints.api.words import in_words, refusal
from paraf.entrypoints.auth import actor, office
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases import hold, queries, readings
from paraf.usecases.decide import decide as decide_task
from paraf.usecases.office import instant

GROUP = N_("Tasks and decisions")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class TasksQuery(Page):
    state = Choice(("open", "done"), N_("Choose open or done."), load_default="open")
    mine = Flag(load_default=True, metadata=meaning(N_("Leave out what a colleague holds.")))
    route, unit, q = Text(200), Text(200), Text(200)
    due_before = Text(40, metadata=meaning(N_("An instant with offset, or a day.")))
    sort = Choice(("due",), N_("Only due: the most urgent first."), load_default="due")


@call(
    "GET",
    "/tasks",
    group=GROUP,
    summary=N_("The inbox, the most urgent first"),
    query=TasksQuery,
    answer=shapes.TaskPage,
)
def tasks(given: Given) -> Response:
    given.pop("sort")
    after = read_cursor(given.pop("cursor"), 2)
    given["due_before"] = _instant(given.get("due_before"))
    return listing(queries.inbox(office(), actor(), after=after, **given))


def _instant(value: str | None) -> str | None:
    """An instant as tables keep it. A plain day begins at midnight of the office's zone."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        if _DAY.fullmatch(value):
            found = found.replace(tzinfo=office().settings.timezone)
        elif found.tzinfo is None:
            raise ValueError
        return instant(found)
    except (ValueError, OverflowError):
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={
                "due_before": [N_("Write an instant with offset, as 2026-11-21T09:00:00+07:00, or a day.")]
            },
        ) from None


@call(
    "GET",
    "/tasks/<task_id>",
    "case.read",
    group=GROUP,
    summary=N_("One task: form, papers to read, earlier decisions"),
    answer=shapes.Task,
    refuses=(404,),
)
def task(task_id: str) -> Any:
    found = in_words(queries.task(office(), actor(), task_id))
    readings.note(office(), actor(), "task", task_id, found["instance_id"])
    offers = [{**offer, "why": refusal(offer["why"])} for offer in found["outcomes"]]
    return {
        **found,
        "outcomes": [offer["id"] for offer in offers],
        "offers": offers,
        "may": {**found["may"], "why": refusal(found["may"]["why"])},
    }


class HoldBody(Body):
    position = Text(200, allow_none=True, metadata=meaning(N_("The position in which you hold it.")))


@call(
    "POST",
    "/tasks/<task_id>/claim",
    "task.claim",
    group=GROUP,
    summary=N_("Take a task; it has exactly one holder"),
    body=HoldBody,
    answer=shapes.Held,
    refuses=(403, 404, 409),
)
def claim(task_id: str, given: Given) -> Any:
    return hold.claim(office(), actor(), task_id, given.get("position"), once=once())


@call(
    "POST",
    "/tasks/<task_id>/release",
    "task.claim",
    group=GROUP,
    summary=N_("Give a task back to all it is offered to"),
    body=Body,
    answer=shapes.Held,
    refuses=(403, 404, 409),
)
def release(task_id: str, given: Given) -> Any:
    return hold.release(office(), actor(), task_id, once=once())


class HandOverBody(Body):
    person_id = Text(200, required=True)
    reason = Text(allow_none=True)


@call(
    "POST",
    "/tasks/<task_id>/hand-over",
    "task.claim",
    group=GROUP,
    summary=N_("Hand a task to a colleague it is offered to as well"),
    body=HandOverBody,
    answer=shapes.Held,
    refuses=(403, 404, 409, 422),
)
def hand_over(task_id: str, given: Given) -> Any:
    return hold.hand_over(office(), actor(), task_id, given["person_id"], given.get("reason"), once=once())


class DecideBody(Body):
    outcome = Text(100, required=True, metadata=meaning(N_("One of the task's outcomes.")))
    comment = Text(allow_none=True, metadata=meaning(N_("Required for a return or refusal.")))
    form = Object(
        allow_none=True,
        metadata=meaning(N_("By the JSON Schema of the task; `return_to` names the step to return to.")),
    )
    seq = Whole(allow_none=True, metadata=meaning(N_("Last event you saw; an older one is refused.")))
    position = Text(
        200, allow_none=True, metadata=meaning(N_("The position in which you decide, if several fit."))
    )


@call(
    "POST",
    "/tasks/<task_id>/decide",
    "task.decide",
    group=GROUP,
    summary=N_("Decide a task and carry the case on"),
    body=DecideBody,
    answer=shapes.Decided,
    refuses=(403, 404, 409, 422),
)
def decide(task_id: str, given: Given) -> Any:
    return decide_task(office(), actor(), task_id, once=once(), **given)
