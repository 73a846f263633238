"""Sample mode shows an office at work: cases at every stage, carried on in the past by the right persons.

Knows the file of sample cases and how its days become instants before now; must not know screens.
Every act goes through the use case a person would take, at an instant of its own, all cases in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from paraf.domain import calendar
from paraf.domain.organisation import Actor
from paraf.domain.sample_sop import sample_naskah
from paraf.errors import NotFound
from paraf.language import N_
from paraf.usecases import demo_papers, walk
from paraf.usecases.draft import attach, save_naskah
from paraf.usecases.hold import claim
from paraf.usecases.propose import propose
from paraf.usecases.queries.papers_page import tembusan_list
from paraf.usecases.read_tembusan import read_tembusan
from paraf.usecases.withdraw import withdraw

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

FILE = "cases/sample.yaml"
DRAFTS = "samples"
GENERATED = "generated"
BEGUN, CARRIED = "sample_cases.begun", "sample_cases.carried"

_WHEN = re.compile(r"([1-9]\d?) ([01]\d)\.([0-5]\d)")


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A time of day, `day` working days before the day of preparing."""

    day: int
    at: time


def _when(text: object) -> object:
    """`14 09.30` as a When."""
    read = _WHEN.fullmatch(text) if isinstance(text, str) else None
    if read is None:
        return text
    day, hour, minute = (int(part) for part in read.groups())
    return When(day, time(hour, minute))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Act(_Strict):
    """One thing that one person did: exactly one of write, step, claim, withdraw, read. `parts` go over
    those of the draft that is written."""

    when: Annotated[When, BeforeValidator(_when)]
    by: str | None = None
    write: str | dict[str, Any] | None = None
    parts: dict[str, Any] = {}
    softcopy: bool = True
    step: str | None = None
    outcome: str | None = None
    comment: str | None = None
    form: dict[str, Any] = {}
    claim: str | None = None
    withdraw: str | None = None
    read: str | None = None


class SampleCase(_Strict):
    """A case: who proposed what and when, and what was done since. `changes` is the title of the SOP
    in force that it changes."""

    title: str
    unit: str
    by: str
    when: Annotated[When, BeforeValidator(_when)]
    sop_kind: str = "mikro"
    changes: str | None = None
    acts: tuple[Act, ...]


class _File(_Strict):
    cases: tuple[SampleCase, ...]


class PastClock:
    """The clock of the preparing office: it runs with the real one unless it is made to stand."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self.real = real
        self._at: datetime | None = None

    def __call__(self) -> datetime:
        return self._at or self.real()

    def stand_at(self, at: datetime) -> None:
        self._at = at

    def run(self) -> None:
        """Time goes on from now."""
        self._at = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A sample case that was proposed."""

    case: SampleCase
    proposal_id: str
    instance_id: str


def wanted(office: Office) -> bool:
    """Whether the sample cases belong here: nobody works here yet, or they were begun and not finished."""
    with office.store.read() as uow:
        if uow.organisation.happened(CARRIED):
            return False
        return uow.organisation.happened(BEGUN) or not office.organisation(uow).people


def read_cases(office: Office) -> tuple[SampleCase, ...]:
    """The sample cases as their file tells them."""
    text = (office.workflows / FILE).read_text(encoding="utf-8")
    return _File.model_validate(yaml.safe_load(text)).cases


@contextmanager
def before_all_cases(office: Office, clock: PastClock) -> Iterator[None]:
    """Within, it is the morning before the oldest case; afterwards the present again."""
    oldest = max(case.when.day for case in read_cases(office))
    days = _working_days(office, clock, oldest + 1)
    clock.stand_at(_instant(office, days, When(oldest + 1, calendar.OPENS)))
    _record(office, BEGUN)
    try:
        yield
    finally:
        clock.run()


def carry_all(office: Office, clock: PastClock) -> int:
    """Carry every sample case that is not there yet to its stage; how many those were."""
    with office.store.read() as uow:
        known = {row.title for row in map(uow.cases.by_id, uow.cases.all_ids()) if row is not None}
    cases = [case for case in read_cases(office) if case.title not in known]
    days = _working_days(office, clock, max((case.when.day for case in cases), default=0))
    opened: dict[str, _Opened] = {}
    # from the oldest act to the newest, as they happened: numbers and dates of papers go up together
    turns: list[tuple[datetime, SampleCase, Act | None]] = [
        (_instant(office, days, turn.when), case, act) for case in cases for act, turn in _turns(case)
    ]
    for at, case, act in sorted(turns, key=lambda turn: turn[0]):
        clock.stand_at(at)
        if act is None:
            opened[case.title] = _propose(office, case)
        else:
            _carry_on(office, opened[case.title], act)
    clock.run()
    _record(office, CARRIED)
    return len(cases)


def _turns(case: SampleCase) -> Iterator[tuple[Act | None, SampleCase | Act]]:
    yield None, case
    for act in case.acts:
        yield act, act


# --- days --------------------------------------------------------------------------------------


def _working_days(office: Office, clock: PastClock, count: int) -> list[date]:
    """The day of preparing and the `count` working days before it, newest first. After hours and on
    holidays the office prepares for its next working day, so that every day before it is over."""
    here = clock.real().astimezone(ZoneInfo(office.settings.zone))
    day = here.date()
    while not calendar.is_working_day(day, office.holidays) or (
        day == here.date() and here.time() >= calendar.CLOSES
    ):
        day += timedelta(days=1)
    found = [day]
    while len(found) <= count:
        day -= timedelta(days=1)
        if calendar.is_working_day(day, office.holidays):
            found.append(day)
    return found


def _instant(office: Office, days: list[date], when: When) -> datetime:
    return datetime.combine(days[when.day], when.at, ZoneInfo(office.settings.zone))


# --- acts --------------------------------------------------------------------------------------


def _propose(office: Office, case: SampleCase) -> _Opened:
    header: dict[str, Any] = {
        "title": case.title,
        "sop_kind": case.sop_kind,
        "request_kind": "change" if case.changes else "new",
        "unit_id": case.unit,
    }
    if case.changes:
        header["sop_in_force"] = _sop_called(office, case.changes)
    answer = propose(office, walk.person(office, case.by), header)
    return _Opened(case, answer["id"], answer["instance_id"])


def _carry_on(office: Office, opened: _Opened, act: Act) -> None:
    if act.step is not None:
        task = walk.task_at(office, opened.instance_id, act.step, act.by)
        walk.take_step(office, task, walk.Answer(act.outcome, act.comment, act.form, act.by))
        return
    actor = walk.person(office, act.by or opened.case.by)
    if act.write is not None:
        _write(office, opened, actor, act)
    elif act.claim is not None:
        claim(office, actor, walk.task_at(office, opened.instance_id, act.claim, act.by).id)
    elif act.withdraw is not None:
        withdraw(office, actor, opened.proposal_id, act.withdraw)
    elif act.read is not None:
        read_tembusan(office, actor, _copy(office, actor, opened, act.read))


def _write(office: Office, opened: _Opened, actor: Actor, act: Act) -> None:
    body = {**_body(office, opened.case, act.write), **act.parts}
    saved = save_naskah(office, actor, opened.proposal_id, body)
    if act.softcopy:
        version, title = saved["version"], opened.case.title
        data = demo_papers.softcopy(f"{title}, versi {version}")
        attach(office, actor, opened.proposal_id, "softcopy", f"naskah-konsep-{version}.pdf", data)


def _body(office: Office, case: SampleCase, draft: str | dict[str, Any] | None) -> Mapping[str, Any]:
    if isinstance(draft, dict):
        return draft
    if draft == GENERATED:
        return demo_papers.naskah(walk.organisation(office), case.title, case.unit, (), case.sop_kind)
    text = (office.workflows / DRAFTS / f"{draft}.yaml").read_text(encoding="utf-8")
    return sample_naskah(yaml.safe_load(text))


def _copy(office: Office, actor: Actor, opened: _Opened, kind: str) -> str:
    """The unread copy of this kind of paper that the person has of the case."""
    for copy in tembusan_list(office, actor, unread=True, limit=200)["items"]:
        if copy["instance_id"] == opened.instance_id and copy["kind"] == kind:
            return str(copy["id"])
    raise NotFound(N_("There is no such copy among yours."))


def _sop_called(office: Office, title: str) -> str:
    with office.store.read() as uow:
        rows = uow.register.page(in_force=True, unit_code=None, text=title, after=None, limit=1)
    if not rows:
        raise NotFound(N_("There is no SOP Makro in force to change: load the earlier SOPs first."))
    return str(rows[0]["id"])


def _record(office: Office, what: str) -> None:
    def note(uow: UnitOfWork) -> None:
        if not uow.organisation.happened(what):
            uow.organisation.record(office.new_id(), office.now(), None, what, {})

    office.store.run(note)
