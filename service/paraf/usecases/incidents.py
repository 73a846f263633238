"""A command meets stored data that does not agree with the history: the case becomes an incident.

Knows how the fault is looked at again and told as a fact; must not know what the command wanted. The
fact is written in a transaction of its own, because the command that met the fault is undone. A case
that verifies is left alone: then the fault is in the request, the route or the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from paraf.domain import standing
from paraf.domain.facts import Fact, build_events, check_chain
from paraf.errors import Corrupt, OnHold, ParafError
from paraf.storage.cases import CaseRow
from paraf.usecases.rebuild import STATE, rebuilt
from paraf.usecases.verify import UNREADABLE, verify_case

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

Lock = Callable[["UnitOfWork"], CaseRow | None]


@contextmanager
def watching(office: Office, lock: Lock) -> Iterator[None]:
    """Around a command in a transaction of its own. When it meets data it cannot work with, `lock` takes
    its case and looks; an incident is told as OnHold, anything else as it was."""
    try:
        yield
    except (Corrupt, *UNREADABLE) as error:
        if not office.store.run(lambda uow: raise_incident(office, uow, lock(uow))):
            raise
        try:
            standing.refuse_while_held(standing.INCIDENT)
        except OnHold as refusal:
            raise refusal from error


def raise_incident(office: Office, uow: UnitOfWork, case: CaseRow | None) -> bool:
    """Whether the locked case is an incident now. A history that does not hold gets no fact: it is
    left as it was found, for the proof to name."""
    if case is None or case.state != standing.RUNNING:
        return case is not None and case.state == standing.INCIDENT
    verdict = verify_case(office, uow, case.id, rerun=True)
    entries = uow.history.read(case.id)
    if verdict.fault is None:
        return False
    if not entries or check_chain(entries) is not None:
        return False
    what = _what(office, uow, case)
    fact = Fact("incident.raised", {"state": standing.INCIDENT, "what": what, "seq": verdict.fault.seq})
    newest = entries[-1]
    built = build_events(newest.seq, newest.hash, office.now(), [fact], office.randomness)
    uow.history.add(case.id, built)
    uow.cases.update(case.id, {"state": standing.INCIDENT, "seq": built.seq, "head": built.head})
    return True


def _what(office: Office, uow: UnitOfWork, case: CaseRow) -> str:
    """What does not agree: `state`, `rows`, or `contents` that cannot be made again from facts."""
    try:
        found = rebuilt(office, uow, case).found
    except ParafError:
        return "contents"
    return "state" if STATE in found else "rows" if found else "contents"
