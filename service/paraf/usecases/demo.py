"""One invented proposal travels along every primary route, by the right persons, told step by step.

Knows the use cases a person would take and which decision carries a case on; must not know storage
of facts or how a route is drawn. Every step goes through the same doors as any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain import calendar
from paraf.domain.organisation import Actor, Organisation
from paraf.errors import NotAllowed, NotFound, ParafError
from paraf.language import N_
from paraf.storage.cases import TaskRow
from paraf.usecases import demo_papers
from paraf.usecases.decide import decide
from paraf.usecases.draft import attach, save_naskah
from paraf.usecases.propose import propose
from paraf.usecases.queries.task_page import task as read_task
from paraf.usecases.verify import verify_case

if TYPE_CHECKING:
    from paraf.usecases.office import Office

Tell = Callable[[str], None]

MOST_STEPS = 60
ONWARD = ("submit", "conform", "agree", "paraf", "sign", "approve", "done")
"""Decisions that carry a case on, the first one offered is taken."""


@dataclass(frozen=True, slots=True)
class Story:
    """One proposal of the demonstration. `parties` are the units its lanes name."""

    route_key: str
    unit: str
    title: str
    sop_kind: str = "mikro"
    request_kind: str = "new"
    parties: tuple[str, ...] = ()
    changes_sop: bool = False


STORIES = (
    Story("sop_mikro_eselon1", "DIT-AFRIKA", "Penyiapan Bahan Pertemuan Bilateral Kawasan Afrika"),
    Story("sop_mikro_setjen", "BKEU", "Verifikasi Pertanggungjawaban Perjalanan Dinas"),
    Story("sop_mikro_pusat", "PUSDIKLAT", "Penyelenggaraan Diklat Diplomatik Berjenjang"),
    Story("sop_mikro_perwakilan", "KBRI-TOKYO", "Penerbitan Surat Perjalanan Laksana Paspor"),
    Story(
        "sop_makro_development",
        "BPO",
        "Koordinasi Penyusunan Laporan Kinerja Kementerian",
        sop_kind="makro",
        parties=("DJASPASAF", "DJAMEROP", "DJIDP"),
    ),
    Story(
        "sop_makro_change",
        "DJASPASAF",
        "Perubahan SOP Penanganan Kunjungan Kerja Kepala Negara ke Luar Negeri",
        sop_kind="makro",
        request_kind="change",
        parties=("DJASPASAF", "DJAMEROP", "DJPROTKONS"),
        changes_sop=True,
    ),
)


def carry_all(office: Office, tell: Tell) -> bool:
    """Carry every story to its end and prove it; whether all arrived and are intact."""
    arrived = [carry(office, story, tell) for story in STORIES]
    tell("")
    done = sum(arrived)
    tell(_say(office, N_("{done} of {all} routes travelled to the end."), done=done, all=len(arrived)))
    return all(arrived)


def carry(office: Office, story: Story, tell: Tell) -> bool:
    """Carry one story to its end; whether it ended `set` and its history holds."""
    tell("")
    tell(f"== {story.route_key}: {story.title}")
    try:
        number, instance_id = _travel(office, story, tell)
    except ParafError as refusal:
        tell(_say(office, N_("Stopped: {reason}"), reason=_say(office, refusal.detail, **refusal.values)))
        return False
    with office.store.read() as uow:
        case = uow.cases.by_id(instance_id)
        verdict = verify_case(office, uow, instance_id, rerun=True)
    if verdict.fault is not None:
        tell(
            _say(
                office,
                N_("{number}: not intact at {seq}: {reason}"),
                number=number,
                seq=verdict.fault.seq,
                reason=_say(office, verdict.fault.reason),
            )
        )
        return False
    end = case.end_id if case else None
    tell(
        _say(
            office,
            N_("{number}: end “{end}”, {count} facts, history intact and carried out again."),
            number=number,
            end=end,
            count=verdict.facts,
        )
    )
    return end == "set"


def _travel(office: Office, story: Story, tell: Tell) -> tuple[str, str]:
    organisation, at = _organisation(office), office.now()
    proposer = _proposer(organisation, story, at)
    header: dict[str, Any] = {
        "title": story.title,
        "sop_kind": story.sop_kind,
        "request_kind": story.request_kind,
        "unit_id": story.unit,
    }
    if story.changes_sop:
        header["sop_in_force"] = _sop_to_change(office)
    opened = propose(office, proposer, header)
    tell(
        _say(
            office,
            N_("{number} proposed by {who} for {unit}"),
            number=opened["number"],
            who=proposer.name,
            unit=organisation.units[story.unit].name,
        )
    )
    papers: set[str] = set()
    for step in range(1, MOST_STEPS):
        with office.store.read() as uow:
            tasks = uow.tasks.open_of_case(opened["instance_id"])
        if not tasks:
            return opened["number"], opened["instance_id"]
        # a closer may decide only after everybody else
        _take_step(office, story, opened, min(tasks, key=lambda task: task.closer), step, tell)
        _tell_new_papers(office, opened["instance_id"], papers, tell)
    raise NotFound(N_("The case did not come to an end."))


def _take_step(
    office: Office, story: Story, opened: Mapping[str, Any], task: TaskRow, step: int, tell: Tell
) -> None:
    refusal: ParafError = NotAllowed(N_("Nobody holds the position that this step waits for."))
    for actor in _holders(office, task):
        page = read_task(office, actor, task.id)
        offered = {offer["id"] for offer in page["outcomes"] if offer["may"]}
        outcome = next((name for name in ONWARD if name in offered), None)
        if outcome is None:
            continue
        if page["edits"] == "naskah":
            _write(office, story, opened["id"], actor, page["naskah"]["version"])
            page = read_task(office, actor, task.id)
        form = demo_papers.filled(page["form"], page["prefilled"], _today(office))
        try:
            decide(office, actor, task.id, outcome, form=form, seq=page["seq"])
        except NotAllowed as refused:
            refusal = refused
            continue
        label = next(offer["label"] for offer in page["outcomes"] if offer["id"] == outcome)
        tell(f"  {step:2}. {page['name']}: {label}")
        tell(f"      {actor.name}, {_title(office, actor, task)}")
        return
    raise refusal


def _title(office: Office, actor: Actor, task: TaskRow) -> str:
    """The post of this person that the step was offered to."""
    organisation = _organisation(office)
    offered = json.loads(task.positions)
    held = [a for a in actor.appointments if a.position_id in offered] or list(actor.appointments)
    return organisation.signing_title(held[0])


def _write(office: Office, story: Story, proposal_id: str, actor: Actor, version: int) -> None:
    body = demo_papers.naskah(_organisation(office), story.title, story.unit, story.parties, story.sop_kind)
    save_naskah(office, actor, proposal_id, body, base_version=version or None)
    attach(office, actor, proposal_id, "softcopy", "naskah-konsep.pdf", demo_papers.softcopy(story.title))


def _tell_new_papers(office: Office, instance_id: str, known: set[str], tell: Tell) -> None:
    with office.store.read() as uow:
        rows = uow.cases.documents(instance_id)
    for row in rows:
        if row["id"] not in known:
            known.add(row["id"])
            number = f" {row['number']}" if row["number"] else ""
            tell(f"      -> {row['kind'].replace('_', ' ')} ({row['act'].replace('_', ' ')}){number}")


def _holders(office: Office, task: TaskRow) -> Iterator[Actor]:
    """Who may be asked: the one who holds the task, else every holder of its positions."""
    organisation, at = _organisation(office), office.now()
    people = [task.assignee] if task.assignee else []
    if not people:
        for position in json.loads(task.positions):
            people += [held.person_id for held in organisation.holders(position, at)]
    for person_id in dict.fromkeys(people):
        yield _actor(organisation, person_id, at)


def _proposer(organisation: Organisation, story: Story, at: str) -> Actor:
    """Somebody of the unit's staff, or its head where it has none."""
    for position in (f"{story.unit}.staf", f"{story.unit}.pimpinan"):
        for held in organisation.holders(position, at):
            return _actor(organisation, held.person_id, at)
    raise NotFound(N_("Nobody works in the unit {unit}."), unit=story.unit)


def _actor(organisation: Organisation, person_id: str, at: str) -> Actor:
    person = organisation.people[person_id]
    return Actor(
        person_id=person.id,
        login=person.login or "",
        name=person.name or "",
        system_roles=person.system_roles,
        appointments=organisation.appointments_of(person_id, at),
    )


def _organisation(office: Office) -> Organisation:
    with office.store.read() as uow:
        return office.organisation(uow)


def _sop_to_change(office: Office) -> str:
    with office.store.read() as uow:
        rows = uow.register.page(in_force=True, unit_code=None, text=None, after=None, limit=200)
    found = next((row["id"] for row in rows if row["sop_kind"] == "makro"), None)
    if found is None:
        raise NotFound(N_("There is no SOP Makro in force to change: load the earlier SOPs first."))
    return str(found)


def _today(office: Office) -> str:
    return calendar.local_date(office.now(), office.settings.zone).isoformat()


def _say(office: Office, msgid: str, **values: object) -> str:
    return office.language.translate(msgid, **values)
