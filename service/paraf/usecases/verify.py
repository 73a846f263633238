"""A case is proved, or every case and the life of every route, one after the other.

Knows how a verdict comes about from the stages of a proof (`verify_stages.py`); must not know how a
history came about. Re-execution feeds the engine what each fact recorded (context, answers, members) and
nothing of today's organisation (`reexecute.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain.facts import Fault, check_chains
from paraf.domain.organisation import Actor
from paraf.engine import spiff
from paraf.errors import ParafError, Unavailable
from paraf.language import N_
from paraf.usecases import route_life
from paraf.usecases.reading import visible_case
from paraf.usecases.reexecute import UNREADABLE
from paraf.usecases.verify_stages import (
    CHAIN,
    NO_HISTORY,
    NOT_NEWEST,
    RERUN,
    STAGES,
    Proof,
    Proven,
    again,
    carried_out,
)

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

__all__ = [
    "UNREADABLE",
    "Size",
    "Verdict",
    "again",
    "carried_out",
    "size_of_all",
    "verification",
    "verify_all",
    "verify_case",
    "verify_chains",
    "verify_routes",
]

_WITHOUT_RERUN = STAGES[:5]
NO_CASE = N_("There is no such case.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked of one case: `facts` in the chain, `head` the digest of the newest one, whether
    the decisions were carried out again, the fault and the stage that found it."""

    instance_id: str
    number: str
    facts: int
    rerun: bool
    fault: Fault | None
    stage: str | None = None
    head: str = ""

    @property
    def intact(self) -> bool:
        return self.fault is None

    def result(self, stage: str) -> bool | None:
        """Whether a stage found everything right; None for one that was not come to."""
        if self.stage is None:
            return True if self.fault is None and (self.rerun or stage in _WITHOUT_RERUN) else None
        place, stopped = STAGES.index(stage), STAGES.index(self.stage)
        return True if place < stopped else False if place == stopped else None


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to prove."""

    cases: int
    facts: int


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


def size_of_all(office: Office) -> Size:
    """How many cases and facts a proof of everything goes through, as the case rows say."""
    with office.store.read() as uow:
        return Size(*uow.proof.size())


def verify_all(
    office: Office, instance_ids: Sequence[str] | None = None, rerun: bool = False
) -> Iterator[Verdict]:
    """Verdicts of the given cases (ids or numbers), or of every case, one after the other."""
    with office.store.read() as uow:
        wanted = list(instance_ids) if instance_ids else uow.cases.all_ids()
    proven: Proven = set()
    for name in wanted:
        with office.store.snapshot() as uow:
            verdict = verify_case(office, uow, name, rerun, proven)
        yield verdict


def verify_chains(office: Office) -> Iterator[Verdict]:
    """The chains alone of every case, in one walk over all facts: each fact numbered, unchanged and bound
    to the one before, the newest the one its case names. Far faster than the whole proof."""
    with office.store.snapshot() as uow:
        chains = check_chains(uow.history.walk_all())
        chain = next(chains, None)
        for case_id, number, seq, head in uow.proof.heads():
            while chain is not None and chain.case_id < case_id:
                yield Verdict(chain.case_id, chain.case_id, chain.facts, False, Fault(1, NO_CASE), CHAIN)
                chain = next(chains, None)
            if chain is None or chain.case_id != case_id:
                yield Verdict(case_id, number, 0, False, Fault(1, NO_HISTORY), CHAIN)
                continue
            fault = chain.fault
            if fault is None and (chain.facts, chain.head) != (seq, head):
                fault = Fault(chain.facts, NOT_NEWEST)
            stage = CHAIN if fault else None
            yield Verdict(case_id, number, chain.facts, False, fault, stage, chain.head)
            chain = next(chains, None)
        while chain is not None:
            yield Verdict(chain.case_id, chain.case_id, chain.facts, False, Fault(1, NO_CASE), CHAIN)
            chain = next(chains, None)


def verify_routes(office: Office) -> Iterator[tuple[str, Fault | None]]:
    """The life of every route that was ever published, with its first fault: who published which
    contents when, bound by the same kind of chain."""
    with office.store.read() as uow:
        keys = sorted({*uow.routes.keys(), *uow.route_life.keys()})
    for key in keys:
        with office.store.snapshot() as uow:
            try:
                fault = route_life.verify(uow, key)
            except Unavailable:
                raise
            except (ParafError, *UNREADABLE):
                fault = Fault(1, N_("What is stored of the life of this route cannot be read."))
        yield key, fault


def verify_case(
    office: Office, uow: UnitOfWork, name: str, rerun: bool, proven: Proven | None = None
) -> Verdict:
    """Check one case by id or number. A case that is not there is a fault, not an error; so is
    whatever cannot be read, for somebody may have written anything. `proven` are route versions whose
    contents this run has found whole already."""
    case = uow.cases.by_id(name) or uow.cases.by_number(name)
    if case is None:
        return Verdict(name, name, 0, False, Fault(0, NO_CASE))
    proof = Proof(office, uow, case, set() if proven is None else proven)
    fault, stage = None, RERUN
    for stage in STAGES if rerun else _WITHOUT_RERUN:
        try:
            fault = proof.fault(stage)
        except Unavailable:
            raise
        except ParafError as error:
            fault = Fault(proof.facts, error.detail, error.values)
        except UNREADABLE:
            fault = Fault(proof.facts, N_("What is stored of this case cannot be read as a case."))
        if fault is not None:
            break
    whole = rerun and fault is None
    return Verdict(case.id, case.number, proof.facts, whole, fault, stage if fault else None, proof.head)
