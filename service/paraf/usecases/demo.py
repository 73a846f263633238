"""One invented proposal travels along every primary route, by the right persons, told step by step.

Knows the use cases a person would take and which decision carries a case on; must not know storage
of facts or how a route is drawn. Every step goes through the same doors as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor, Organisation
from paraf.errors import NotFound, ParafError
from paraf.language import N_
from paraf.usecases import demo_papers, walk
from paraf.usecases.draft import attach, save_naskah
from paraf.usecases.propose import propose
from paraf.usecases.verify import verify_case

if TYPE_CHECKING:
    from paraf.usecases.office import Office

Tell = Callable[[str], None]

MOST_STEPS = 60


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
                reason=_say(office, verdict.fault.reason, **verdict.fault.values),
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
    organisation, at = walk.organisation(office), office.now()
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
        tasks = walk.open_tasks(office, opened["instance_id"])
        if not tasks:
            return opened["number"], opened["instance_id"]
        taken = walk.take_step(office, tasks[0], write=partial(_write, office, story, opened["id"]))
        tell(f"  {step:2}. {taken.step}: {taken.decision}")
        tell(f"      {taken.who}, {taken.post}")
        _tell_new_papers(office, opened["instance_id"], papers, tell)
    raise NotFound(N_("The case did not come to an end."))


def _write(office: Office, story: Story, proposal_id: str, actor: Actor, version: int) -> None:
    body = demo_papers.naskah(
        walk.organisation(office), story.title, story.unit, story.parties, story.sop_kind
    )
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


def _proposer(organisation: Organisation, story: Story, at: str) -> Actor:
    """Somebody of the unit's staff, or its head where it has none."""
    for position in (f"{story.unit}.staf", f"{story.unit}.pimpinan"):
        for held in organisation.holders(position, at):
            return walk.as_actor(organisation, held.person_id, at)
    raise NotFound(N_("Nobody works in the unit {unit}."), unit=story.unit)


def _sop_to_change(office: Office) -> str:
    with office.store.read() as uow:
        rows = uow.register.page(in_force=True, unit_code=None, text=None, after=None, limit=200)
    found = next((row["id"] for row in rows if row["sop_kind"] == "makro"), None)
    if found is None:
        raise NotFound(N_("There is no SOP Makro in force to change: load the earlier SOPs first."))
    return str(found)


def _say(office: Office, msgid: str, **values: object) -> str:
    return office.language.translate(msgid, **values)
