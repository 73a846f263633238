"""The stages of a proof: chain, pins, order of acts, contents, rows, files, decisions carried out again.

Knows what each stage looks at and in which order they name the first bad fact; must not know who asked
or how a verdict is shown (`verify.py`). A case of usual length is read once and held; one of very many
facts is read again by every stage, page by page, so that memory stays flat.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from paraf.domain import rules, standing
from paraf.domain.case_rows import CaseTold, TaskKey, fold
from paraf.domain.facts import GENESIS, Entry, Fault, Opening, check_chain, check_openings, digest
from paraf.engine import spiff
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases.reexecute import Engine, lived_again
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.verify_contents import Drafts, contents_fault, files_fault
from paraf.usecases.verify_repairs import repairs_fault
from paraf.usecases.verify_rows import CASE, rows_fault, stored_rows

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

CHAIN, PINS, ORDER, CONTENTS, ROWS, FILES, RERUN = (
    "chain",
    "pins",
    "order",
    "contents",
    "rows",
    "files",
    "rerun",
)
STAGES = (CHAIN, PINS, ORDER, CONTENTS, ROWS, FILES, RERUN)
"""In the order in which they are gone through; the last two only where decisions are carried out again."""
MOST_HELD = 20_000
"""Facts of one case that are held in memory; a case with more is read again by every stage."""
_PAGE = 2_000

NO_HISTORY = N_("The case has no history.")
NOT_NEWEST = N_("The newest fact is not the one the case row names.")

Event = Mapping[str, Any]
Proven = set[tuple[str, int]]
"""Route versions whose contents were found whole in this run."""


class Proof:
    """One case under proof, in one snapshot. `facts` and `head` are what the chain came to."""

    def __init__(self, office: Office, uow: UnitOfWork, case: CaseRow, proven: Proven) -> None:
        self._office, self._uow, self._case, self._proven = office, uow, case, proven
        self._entries: list[Entry] | None = None
        self._held: list[Event] | None = None
        self.facts, self.head = 0, GENESIS

    def fault(self, stage: str) -> Fault | None:
        """What a stage found. The stages before it must have found nothing."""
        asked: Mapping[str, Callable[[], Fault | None]] = {
            CHAIN: self._chain,
            PINS: self._pins,
            ORDER: self._order,
            CONTENTS: self._contents,
            ROWS: self._rows,
            FILES: lambda: files_fault(self._office.files, self._told),
            RERUN: lambda: again(self._route, self._case.id, self._events(), self._case.engine_state),
        }
        return asked[stage]()

    # --- reading

    def _pages(self) -> Iterator[list[Entry]]:
        after = 0
        while page := self._uow.history.read(self._case.id, after, _PAGE):
            yield page
            after = page[-1].seq

    def _events(self) -> Iterable[Event]:
        """Every fact in order; to be gone through any number of times."""
        if self._held is None and self._entries is not None:
            self._held = [json.loads(entry.body) for entry in self._entries]
            self._entries = None
        return self._held if self._held is not None else _Again(self._pages)

    @cached_property
    def _first(self) -> Event:
        return next(iter(self._events()))

    @cached_property
    def _route(self) -> ShelvedRoute:
        return self._office.shelf.take(self._uow, self._case.route_key, self._case.route_version)

    @cached_property
    def _told(self) -> CaseTold:
        return fold(self._events(), self._route.compiled.route)

    @cached_property
    def _drafts(self) -> Drafts:
        return Drafts(self._uow, self._case.proposal_id)

    # --- the stages

    def _chain(self) -> Fault | None:
        held: list[Entry] = []
        is_short = True

        def passing() -> Iterator[Entry]:
            nonlocal is_short
            for page in self._pages():
                is_short = is_short and len(held) + len(page) <= MOST_HELD
                if is_short:
                    held.extend(page)
                yield from page
                self.facts, self.head = self.facts + len(page), page[-1].hash

        entries = passing()
        found = check_chain(entries)
        for _ in entries:  # a chain that breaks is counted to its end
            pass
        if found is not None:
            return found
        if not self.facts:
            return Fault(1, NO_HISTORY)
        if (self.facts, self.head) != (self._case.seq, self._case.head):
            return Fault(self.facts, NOT_NEWEST)
        if is_short:
            self._entries = held
        return None

    def _pins(self) -> Fault | None:
        """The case row must name the route that the first fact names, and what is kept of that version
        must be what the fact pins, byte for byte."""
        data, case = self._first["data"], self._case
        for column in ("route_key", "route_version"):
            if data[column] != getattr(case, column):
                return Fault(1, CASE, {"column": column})
        row = self._uow.routes.version(case.route_key, case.route_version)
        pinned = (data["route_sha256"], data["manifest_sha256"])
        if row is None or (row.sha256, row.manifest_sha256) != pinned:
            return Fault(1, N_("The route version on the shelf is not the one this case started on."))
        if (case.route_key, case.route_version) not in self._proven:
            if not self._is_kept_whole(*pinned):
                return Fault(1, N_("A content of the version is not what its digest says."))
            self._proven.add((case.route_key, case.route_version))
        route = self._route
        if (route.sha256, route.manifest_sha256, route.compiled.sha256) != (*pinned, pinned[0]):
            return Fault(1, N_("The route version on the shelf is not the one this case started on."))
        return None

    def _is_kept_whole(self, route_sha256: str, manifest_sha256: str) -> bool:
        """Whether every content of a version still has its digest, read anew past every cache."""
        manifest = self._uow.routes.content(manifest_sha256)
        if manifest is None or digest(manifest) != manifest_sha256:
            return False
        listed = json.loads(manifest)
        parts = (part for part in listed.values() if isinstance(part, dict))
        for sha256 in {route_sha256, *(one for part in parts for one in part.values())}:
            content = self._uow.routes.content(sha256)
            if content is None or digest(content) != sha256:
                return False
        return bool(listed["route"] == route_sha256)

    def _order(self) -> Fault | None:
        events = self._events()
        breaches = [*rules.broken_rules(self._case.route_key, events), *standing.broken_standing(events)]
        first = min(breaches, key=lambda breach: breach.seq, default=None)
        return Fault(first.seq, first.message) if first else None

    def _contents(self) -> Fault | None:
        return contents_fault(self._uow, self._told, self._drafts) or self._words()

    def _words(self) -> Fault | None:
        """The sealed words, page by page beside their facts."""
        history, after = self._uow.history, 0
        pages = [list(self._held)] if self._held is not None else _Again(self._pages).pages()
        for page in pages:
            newest = page[-1]["seq"]
            openings = history.openings(self._case.id, after, newest)
            gone = {one.person_id for one in openings if one.salt is None or one.value is None}
            fault = check_openings(page, openings, self._uow.proof.erased(gone))
            if fault is not None:
                return fault
            after = newest
        left = history.openings(self._case.id, after)
        return check_openings((), left) if left else None

    def _rows(self) -> Fault | None:
        case, told, route = self._case, self._told, self._route.compiled.route
        turns = [event for event in self._events() if event["type"] in _TURNS]
        spoken = [1, *(turn["seq"] for turn in turns)]
        openings = [one for seq in spoken for one in self._openings_of(seq)]
        stored = stored_rows(self._uow, case, openings, self._waiting(told))
        fault = rows_fault(stored, told, route, self._drafts, self._office.organisation(self._uow))
        newest = {"seq": self.facts, "type": ""}
        return fault or repairs_fault(self._uow, case.id, [*turns, newest], openings)

    def _openings_of(self, seq: int) -> Sequence[Opening]:
        return self._uow.history.openings(self._case.id, seq - 1, seq)

    def _waiting(self, told: CaseTold) -> frozenset[TaskKey]:
        """The tasks the engine waits for. A task nobody decided either waits or was taken away."""
        if all(task.decided for task in told.tasks.values()):
            return frozenset()
        opened = spiff.open_tasks(self._route.compiled, self._case.engine_state)
        return frozenset((one.element, one.visit) for one in opened)


_TURNS = frozenset(turn.fact for turn in standing.REPAIRS.values())


class _Again:
    """The facts of a long case: each walk reads them from the database anew."""

    def __init__(self, read: Callable[[], Iterator[list[Entry]]]) -> None:
        self._read = read

    def pages(self) -> Iterator[list[Event]]:
        for page in self._read():
            yield [json.loads(entry.body) for entry in page]

    def __iter__(self) -> Iterator[Event]:
        for page in self.pages():
            yield from page


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
