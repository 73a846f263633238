"""A case on its way: who may take the next step, with which decision and form.

Prepares what a person would do on the task page, so that a test can do it, race it or break it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cast import STAF_AFRIKA, STAF_PO, Player
from offices import on_stage
from paraf.domain import calendar
from paraf.domain.organisation import Actor
from paraf.storage.tasks import TaskRow
from paraf.usecases import demo_papers
from paraf.usecases.decide import decide
from paraf.usecases.demo import STORIES, Story
from paraf.usecases.draft import attach, save_naskah
from paraf.usecases.office import Office
from paraf.usecases.propose import propose
from paraf.usecases.queries.task_page import task as read_task
from paraf.usecases.walk import ONWARD

MIKRO, MAKRO = STORIES[0], STORIES[4]
"""An SOP Mikro of Direktorat Afrika, and a new SOP Makro that four units take part in."""


@dataclass(frozen=True)
class Act:
    """A decision ready to be taken by `actor`. `wrote`: the draft was written for it; `closer`: it
    is the last one of a meeting, after all members."""

    actor: Actor
    task_id: str
    element: str
    outcome: str
    form: dict[str, Any]
    seq: int
    wrote: bool
    closer: bool


@dataclass(frozen=True)
class Journey:
    """A case under way: its story, proposal and case ids."""

    story: Story
    proposal_id: str
    instance_id: str


def set_out(office: Office, story: Story = MIKRO, by: Player | None = None) -> Journey:
    """The proposing unit's staff open the case."""
    header = {
        "title": story.title,
        "sop_kind": story.sop_kind,
        "request_kind": story.request_kind,
        "unit_id": story.unit,
    }
    proposer = by or (STAF_PO if story.unit == "BPO" else STAF_AFRIKA)
    opened = propose(office, on_stage(office, proposer), header)
    return Journey(story, opened["id"], opened["instance_id"])


def acts(office: Office, journey: Journey) -> Iterator[Act]:
    """Every decision that would carry the case on now, one per person and open task; the draft is
    written first where the step asks for it. Nothing when the case has ended."""
    with office.store.read() as uow:
        tasks = uow.tasks.open_of_case(journey.instance_id)
        organisation = office.organisation(uow)
    at = office.now()
    for task in sorted(tasks, key=lambda task: task.closer):
        people = [task.assignee] if task.assignee else []
        for position in [] if people else json.loads(task.positions):
            people += [held.person_id for held in organisation.holders(position, at)]
        for person_id in dict.fromkeys(people):
            person = organisation.people[person_id]
            actor = Actor(
                person_id=person.id,
                login=person.login or "",
                name=person.name or "",
                system_roles=person.system_roles,
                appointments=organisation.appointments_of(person_id, at),
            )
            act = _act(office, journey, task, actor)
            if act is not None:
                yield act
                if act.wrote:  # whoever writes the draft has it to himself
                    break


def _act(office: Office, journey: Journey, task: TaskRow, actor: Actor) -> Act | None:
    page = read_task(office, actor, task.id)
    offered = {offer["id"] for offer in page["outcomes"] if offer["may"]}
    outcome = next((name for name in ONWARD if name in offered), None)
    if outcome is None:
        return None
    wrote = page["edits"] == "naskah"
    if wrote:
        with office.store.read() as uow:
            organisation = office.organisation(uow)
        story = journey.story
        body = demo_papers.naskah(organisation, story.title, story.unit, story.parties, story.sop_kind)
        save_naskah(office, actor, journey.proposal_id, body, base_version=page["naskah"]["version"] or None)
        attach(
            office,
            actor,
            journey.proposal_id,
            "softcopy",
            "naskah.pdf",
            demo_papers.softcopy(story.title),
        )
        page = read_task(office, actor, task.id)
    today = calendar.local_date(office.now(), office.settings.zone).isoformat()
    form = demo_papers.filled(page["form"], page["prefilled"], today)
    return Act(actor, task.id, task.element_id, outcome, form, page["seq"], wrote, bool(task.closer))


def take(office: Office, act: Act, **how: Any) -> dict[str, Any]:
    """Take the decision."""
    return decide(office, act.actor, act.task_id, act.outcome, form=act.form, seq=act.seq, **how)
