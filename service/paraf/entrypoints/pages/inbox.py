"""The first page: tasks that wait for me, and the copies sent to my positions beside them.

Knows the tabs and filters of the inbox; must not know how a list is found or ordered.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, request

from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages.frame import after, cursor_of, draw, go, page, tell, words
from paraf.language import N_
from paraf.usecases import hold, queries
from paraf.usecases.office import instant

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

PAGE_SIZE = 25
COPIES_BESIDE = 6
TABS = {"offered": N_("Tasks of my positions"), "mine": N_("Tasks I hold"), "done": N_("Decided by me")}
DUES = (("late", N_("Overdue")), ("today", N_("Today")), ("week", N_("Within 7 days")))
DAYS_AHEAD = {"late": 0, "today": 1, "week": 7}


@page.get("/")
@permits(SIGNED_IN)
def home() -> AnyResponse:
    return go("pages.inbox")


@page.get("/kotak-masuk")
@permits(SIGNED_IN)
def inbox() -> Response:
    """Open tasks, the most urgent first: those I hold and those of my positions, or what I have done."""
    say = words()
    tab = request.args.get("tab") if request.args.get("tab") in TABS else "offered"
    chosen = {name: request.args.get(name, "").strip() for name in ("q", "route", "unit", "due")}
    found = queries.inbox(
        office(),
        actor(),
        state="done" if tab == "done" else "open",
        mine=tab == "mine",
        q=chosen["q"],
        route=chosen["route"],
        unit=chosen["unit"],
        due_before=_due_before(chosen["due"]),
        after=after(),
        limit=PAGE_SIZE,
    )
    copies = queries.tembusan_list(office(), actor(), unread=True, limit=COPIES_BESIDE)
    return draw(
        "inbox.html",
        section="inbox",
        tab=tab,
        tabs=[(key, say(label)) for key, label in TABS.items()],
        items=found["items"],
        next=cursor_of(found["next"]),
        tally=found.get("counts"),
        chosen=chosen,
        filtered=any(chosen.values()),
        routes=[(one["key"], one["name"]) for one in queries.routes(office(), actor())["items"]],
        units=[(unit["code"], unit["name"]) for unit in queries.units(office(), actor())],
        dues=[(key, say(label)) for key, label in DUES],
        copies=copies["items"],
    )


def _due_before(choice: str) -> str | None:
    """The instant before which a task must be due; the end of a day in the reader's zone."""
    if choice not in DAYS_AHEAD:
        return None
    now = office().clock()
    if choice == "late":
        return instant(now)
    midnight = now.astimezone(words().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return instant(midnight + timedelta(days=DAYS_AHEAD[choice]))


@page.post("/tugas/<task_id>/ambil")
@permits("task.claim")
def claim(task_id: str) -> AnyResponse:
    """Take a task and open it."""
    hold.claim(office(), actor(), task_id, position=request.form.get("position") or None)
    tell(N_("The task is now yours."))
    return go("pages.task", task_id=task_id)


@page.post("/tugas/<task_id>/lepas")
@permits("task.claim")
def release(task_id: str) -> AnyResponse:
    """Give a task back to all it is offered to."""
    hold.release(office(), actor(), task_id)
    tell(N_("The task is released; anyone holding the position may take it."))
    return go("pages.inbox")
