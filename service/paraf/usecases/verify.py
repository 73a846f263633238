"""A case is proved: its chain of hashes is checked, its rows are laid beside its facts, and its
decisions are carried out again.

Knows how a history is re-executed on its pinned route version and compared fact by fact; must not
know how it came about. Rows are `verify_rows.py`; papers, drafts and files `verify_contents.py`.
Re-execution feeds the engine what each fact recorded (context, answers, members) and nothing of
today's organisation; what it passes, opens and ends must be what the facts between the decisions say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain import rules, standing
from paraf.domain.case_rows import CaseTold, TaskKey, fold
from paraf.domain.facts import Entry, Fault, check_chain
from paraf.domain.organisation import Actor
from paraf.engine import spiff
from paraf.errors import ParafError, Unavailable
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases.reading import visible_case
from paraf.usecases.reexecute import UNREADABLE, Engine, lived_again
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.verify_contents import Drafts, contents_fault, files_fault
from paraf.usecases.verify_repairs import repairs_fault
from paraf.usecases.verify_rows import CASE, rows_fault, stored_rows

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

__all__ = ["UNREADABLE", "Verdict", "again", "carried_out", "verification", "verify_all", "verify_case"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked of one case: `facts` in the chain, whether it was re-executed, the fault."""

    instance_id: str
    number: str
    facts: int
    rerun: bool
    fault: Fault | None

    @property
    def intact(self) -> bool:
        return self.fault is None


def verification(office: Office, actor: Actor, instance_id: str) -> dict[str, Any]:
    """The answer of `GET /instances/{id}/verification` for a case one may see."""
    with office.store.snapshot() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
        verdict = verify_case(office, uow, case.id, rerun=True)
    answer: dict[str, Any] = {
        "intact": verdict.intact,
        "rerun": verdict.rerun,
        "facts": verdict.facts,
        "engine_version": spiff.ENGINE_VERSION,
    }
    if verdict.fault is not None:
        answer["first_fault"] = {
            "seq": verdict.fault.seq,
            "reason": office.language.translate(verdict.fault.reason, **verdict.fault.values),
        }
    return answer


def verify_all(
    office: Office, instance_ids: Sequence[str] | None = None, rerun: bool = False
) -> Iterator[Verdict]:
    """Verdicts of the given cases (ids or numbers), or of every case, one after the other."""
    with office.store.read() as uow:
        wanted = list(instance_ids) if instance_ids else uow.cases.all_ids()
    for name in wanted:
        with office.store.snapshot() as uow:
            verdict = verify_case(office, uow, name, rerun)
        yield verdict


def verify_case(office: Office, uow: UnitOfWork, name: str, rerun: bool) -> Verdict:
    """Check one case by id or number. A case that is not there is a fault, not an error; so is
    whatever cannot be read, for somebody may have written anything."""
    case = uow.cases.by_id(name) or uow.cases.by_number(name)
    if case is None:
        return Verdict(name, name, 0, False, Fault(0, N_("There is no such case.")))
    entries = uow.history.read(case.id)
    try:
        fault = _fault(office, uow, case, entries, rerun)
    except Unavailable:
        raise
    except ParafError as error:
        fault = Fault(len(entries), error.detail, error.values)
    except UNREADABLE:
        fault = Fault(len(entries), N_("What is stored of this case cannot be read as a case."))
    return Verdict(case.id, case.number, len(entries), rerun and fault is None, fault)


def _fault(
    office: Office, uow: UnitOfWork, case: CaseRow, entries: Sequence[Entry], rerun: bool
) -> Fault | None:
    fault = _chain(entries, case.seq, case.head)
    if fault is not None:
        return fault
    events = [json.loads(entry.body) for entry in entries]
    fault = _begun_on(case, events[0])
    if fault is not None:
        return fault
    route = office.shelf.take(uow, case.route_key, case.route_version)
    fault = _pins(case.route_version, route, events[0]) or _regulation(case.route_key, events)
    if fault is not None:
        return fault
    told = fold(events, route.compiled.route)
    drafts, openings = Drafts(uow, case.proposal_id), uow.history.openings(case.id)
    fault = contents_fault(uow, told, events, drafts, openings)
    if fault is None:
        stored = stored_rows(uow, case, openings, _waiting(route, case, told))
        fault = rows_fault(stored, told, route.compiled.route, drafts, office.organisation(uow))
        fault = fault or repairs_fault(uow, case.id, events, openings)
    if fault is None and rerun:
        fault = files_fault(office.files, told) or again(route, case.id, events, case.engine_state)
    return fault


def _chain(entries: Sequence[Entry], seq: int, head: str) -> Fault | None:
    found = check_chain(entries)
    if found is not None:
        return Fault(found.seq, found.reason)
    if not entries:
        return Fault(1, N_("The case has no history."))
    if entries[-1].seq != seq or entries[-1].hash != head:
        return Fault(entries[-1].seq, N_("The newest fact is not the one the case row names."))
    return None


def _begun_on(case: CaseRow, started: Mapping[str, Any]) -> Fault | None:
    """The case row must name the route that the first fact names."""
    for column in ("route_key", "route_version"):
        if started["data"][column] != getattr(case, column):
            return Fault(1, CASE, {"column": column})
    return None


def _regulation(route_key: str, events: Sequence[Mapping[str, Any]]) -> Fault | None:
    breaches = [*rules.broken_rules(route_key, events), *standing.broken_standing(events)]
    first = min(breaches, key=lambda breach: breach.seq, default=None)
    return Fault(first.seq, first.message) if first else None


def _pins(version: int, route: ShelvedRoute, started: Mapping[str, Any]) -> Fault | None:
    """The route in force for the case must be the one its first fact names, byte for byte."""
    data = started["data"]
    pinned = (data["route_key"], data["route_version"], data["route_sha256"], data["manifest_sha256"])
    if pinned != (route.key, version, route.sha256, route.manifest_sha256):
        return Fault(1, N_("The route version on the shelf is not the one this case started on."))
    if route.compiled.sha256 != route.sha256:
        return Fault(1, N_("The stored route file does not match its digest."))
    return None


def _waiting(route: ShelvedRoute, case: CaseRow, told: CaseTold) -> frozenset[TaskKey]:
    """The tasks the engine waits for. A task nobody decided either waits or was taken away."""
    if all(task.decided for task in told.tasks.values()):
        return frozenset()
    opened = spiff.open_tasks(route.compiled, case.engine_state)
    return frozenset((one.element, one.visit) for one in opened)


def again(
    route: ShelvedRoute, case_id: str, events: Iterable[Mapping[str, Any]], stored: bytes
) -> Fault | None:
    """Carry the decisions out again, compare what follows each with the facts that follow it, and the
    state this leads to with the stored one."""
    fault, state = carried_out(route, case_id, events)
    if fault is None and hashlib.sha256(state).digest() != hashlib.sha256(stored).digest():
        newest = max(event["seq"] for event in events)
        return Fault(newest, N_("The stored engine state is not what the history gives."))
    return fault


def carried_out(
    route: ShelvedRoute, case_id: str, events: Iterable[Mapping[str, Any]]
) -> tuple[Fault | None, bytes]:
    """The first fact that re-execution does not give, and the engine's state after the last step."""
    engine = Engine(route.compiled, case_id)
    return lived_again(route.compiled, events, engine), engine.state
