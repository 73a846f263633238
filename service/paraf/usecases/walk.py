"""A case goes on by one step, by whoever may take it: what the demonstration and the sample cases share.

Knows whom an open task waits for, which decision carries a case on and how its form is filled; must
not know which case it is or when. Every step goes through the same doors as a person's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paraf.domain import calendar
from paraf.domain.organisation import Actor, Organisation
from paraf.errors import NotAllowed, NotFound, ParafError
from paraf.language import N_
from paraf.storage.cases import TaskRow
from paraf.usecases import demo_papers
from paraf.usecases.decide import decide
from paraf.usecases.queries.task_page import task as read_task

if TYPE_CHECKING:
    from paraf.usecases.office import Office

ONWARD = ("submit", "conform", "agree", "paraf", "sign", "approve", "done")
"""Decisions that carry a case on, the first one offered is taken."""

Write = Callable[[Actor, int], None]
"""Writes the draft as this person; the number is the version it stands at, 0 before the first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is decided where it is not simply onward: `form` goes over what the step proposes, `by` is
    a login."""

    outcome: str | None = None
    comment: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: its name, the decision in words, who, in which post."""

    step: str
    decision: str
    who: str
    post: str


def open_tasks(office: Office, instance_id: str) -> list[TaskRow]:
    """The open tasks of a case; a closer comes last, because it may decide only after everybody else."""
    with office.store.read() as uow:
        return sorted(uow.tasks.open_of_case(instance_id), key=lambda task: task.closer)


def task_at(office: Office, instance_id: str, element: str, login: str | None = None) -> TaskRow:
    """The open task of this element, the one offered to the person of `login` where there are several."""
    held = {a.position_id for a in person(office, login).appointments} if login else None
    for task in open_tasks(office, instance_id):
        if task.element_id == element and (held is None or held & set(json.loads(task.positions))):
            return task
    raise NotFound(N_("There is no such task."))


def take_step(
    office: Office, task: TaskRow, answer: Answer | None = None, write: Write | None = None
) -> Taken:
    """Decide the task, the draft written first by `write` where the step asks for one. Raises the last
    refusal when nobody may decide so."""
    answer = answer or Answer()
    refusal: ParafError = NotAllowed(N_("Nobody holds the position that this step waits for."))
    for actor in _asked(office, task, answer.by):
        page = read_task(office, actor, task.id)
        offered = {offer["id"]: offer["label"] for offer in page["outcomes"] if offer["may"]}
        wanted = (answer.outcome,) if answer.outcome else ONWARD
        outcome = next((name for name in wanted if name in offered), None)
        if outcome is None:
            continue
        if write is not None and page["edits"] == "naskah":
            write(actor, page["naskah"]["version"])
            page = read_task(office, actor, task.id)
        form = demo_papers.filled(page["form"], page["prefilled"], _today(office)) | dict(answer.form)
        try:
            decide(office, actor, task.id, outcome, answer.comment, form, seq=page["seq"])
        except NotAllowed as refused:
            refusal = refused
            continue
        return Taken(page["name"], offered[outcome], actor.name, _post(office, actor, task))
    raise refusal


def person(office: Office, login: str) -> Actor:
    """The person of this login as a request would find him now. NotFound for nobody's."""
    known = organisation(office)
    found = next((one.id for one in known.people.values() if one.login == login), None)
    if found is None:
        raise NotFound(N_("There is no active person with the login {login}."), login=login)
    return as_actor(known, found, office.now())


def as_actor(known: Organisation, person_id: str, at: str) -> Actor:
    """A person with the appointments in force at this instant."""
    found = known.people[person_id]
    return Actor(
        person_id=found.id,
        login=found.login or "",
        name=found.name or "",
        system_roles=found.system_roles,
        appointments=known.appointments_of(person_id, at),
    )


def organisation(office: Office) -> Organisation:
    """The organisation as it is now."""
    with office.store.read() as uow:
        return office.organisation(uow)


def _asked(office: Office, task: TaskRow, login: str | None) -> Iterator[Actor]:
    """Who may be asked: the one named, the one who holds the task, else every holder of its positions."""
    if login is not None:
        yield person(office, login)
        return
    known, at = organisation(office), office.now()
    people = [task.assignee] if task.assignee else []
    if not people:
        for position in json.loads(task.positions):
            people += [held.person_id for held in known.holders(position, at)]
    for person_id in dict.fromkeys(people):
        yield as_actor(known, person_id, at)


def _post(office: Office, actor: Actor, task: TaskRow) -> str:
    """The post of this person that the step was offered to."""
    offered = json.loads(task.positions)
    held = [a for a in actor.appointments if a.position_id in offered] or list(actor.appointments)
    return organisation(office).signing_title(held[0])


def _today(office: Office) -> str:
    return calendar.local_date(office.now(), office.settings.zone).isoformat()
