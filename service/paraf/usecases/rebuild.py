"""A case is made again from its facts: the engine's state, its own row, its tasks and task lists.

Knows which stored value follows from which part of the history (`domain/case_rows.py`); must not know
who repairs or why. `rebuilt` reads and compares, `write` writes what differs. What no fact says word
for word (papers, drafts, files, copies) is not made here: only a backup knows it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paraf.domain import standing
from paraf.domain.case_rows import CaseTold, TaskKey, TaskTold, fold
from paraf.domain.facts import Opening, check_chain
from paraf.engine import spiff
from paraf.errors import RuleBroken
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.storage.tasks import due_key
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.verify import UNREADABLE, carried_out
from paraf.usecases.verify_contents import Drafts
from paraf.usecases.verify_rows import complete_as_told, decoded, never_stored, same_title

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

STATE = "engine_state"
"""How the engine's state is called among what was out of step."""

_JSON = frozenset({"pinned", "drafters", "reviewers", "positions"})
BROKEN = N_("The history of this case does not hold, so that nothing can be made again from it: {reason}")

Offer = tuple[str, str, str, str | None]
"""A row of a task list: position, due, task, holder."""


@dataclass(slots=True)
class Rebuilt:
    """A case as its facts give it, and `found`: the names of what is stored otherwise."""

    route: ShelvedRoute
    events: Sequence[Mapping[str, Any]]
    state: bytes
    found: list[str] = field(default_factory=list)
    case: dict[str, Any] = field(default_factory=dict)
    proposal: dict[str, Any] = field(default_factory=dict)
    changed_tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost_tasks: list[dict[str, Any]] = field(default_factory=list)
    strange_tasks: list[str] = field(default_factory=list)
    offers: list[Offer] | None = None


def state_of(office: Office, uow: UnitOfWork, case: CaseRow) -> Rebuilt:
    """The history carried out again, without a look at the rows. Raises RuleBroken when the history
    itself does not hold, for then nothing follows from it."""
    entries = uow.history.read(case.id)
    broken = check_chain(entries)
    if broken is not None:
        raise RuleBroken(BROKEN, reason=office.language.translate(broken.reason), seq=broken.seq)
    if not entries:
        raise RuleBroken(BROKEN, reason=office.language.translate(N_("The case has no history.")))
    events = [json.loads(entry.body) for entry in entries]
    started = events[0]["data"]
    route = office.shelf.take(uow, started["route_key"], started["route_version"])
    fault, state = carried_out(route, case.id, events)
    if fault is not None:
        reason = office.language.translate(fault.reason, **fault.values)
        raise RuleBroken(BROKEN, reason=reason, seq=fault.seq)
    rebuilt = Rebuilt(route, events, state)
    if (case.seq, case.head) != (entries[-1].seq, entries[-1].hash):
        rebuilt.case.update(seq=entries[-1].seq, head=entries[-1].hash)
        rebuilt.found += ["case.seq"]
    if case.engine_state != state:
        rebuilt.case["engine_state"] = state
        rebuilt.found += [STATE]
    return rebuilt


def rebuilt(office: Office, uow: UnitOfWork, case: CaseRow) -> Rebuilt:
    """Everything that follows from the facts of a locked case. Raises RuleBroken as `state_of`."""
    made = state_of(office, uow, case)
    try:
        told = fold(made.events, made.route.compiled.route)
        _case(made, uow, case, told)
        _proposal(made, uow, case, told)
        _tasks(made, office, uow, case, told)
    except UNREADABLE as error:
        reason = office.language.translate(N_("What is stored of this case cannot be read as a case."))
        raise RuleBroken(BROKEN, reason=reason) from error
    return made


def _stored(column: str, value: Any) -> Any:
    return json.dumps(value, sort_keys=column == "pinned") if column in _JSON else value


def _differs(column: str, kept: Any, value: Any) -> bool:
    return bool((decoded(kept) if column in _JSON else kept) != value)


def _case(made: Rebuilt, uow: UnitOfWork, case: CaseRow, told: CaseTold) -> None:
    drafts, newest = Drafts(uow, case.proposal_id), told.drafts[-1] if told.drafts else None
    wanted: dict[str, Any] = {column: value for column, (_, value) in told.case.items()}
    wanted["naskah_sha256"] = drafts.digest(newest.version, newest.files) if newest else None
    for column, value in wanted.items():
        if _differs(column, getattr(case, column), value):
            made.case[column] = _stored(column, value)
    whole = complete_as_told(case, told, drafts)
    if wanted["state"] in standing.UNDER_WAY and whole is not None and case.naskah_complete != whole:
        made.case["naskah_complete"] = whole
    made.found += [f"case.{column}" for column in made.case if column not in ("seq", "head", STATE)]


def _proposal(made: Rebuilt, uow: UnitOfWork, case: CaseRow, told: CaseTold) -> None:
    row = uow.proof.proposal(case.proposal_id)
    if row is None:
        return
    made.proposal = {column: value for column, (_, value) in told.proposal.items() if row[column] != value}
    title = _title(uow.history.openings(case.id, 0, 1))
    if title is not None and title.value is not None and not same_title(row["title"], title):
        made.proposal["title"] = json.loads(title.value)
    made.found += [f"proposal.{column}" for column in made.proposal]


def _title(openings: Sequence[Opening]) -> Opening | None:
    return next((opening for opening in openings if opening.path == "data.title"), None)


# --- tasks and task lists -----------------------------------------------------------------------


def _tasks(made: Rebuilt, office: Office, uow: UnitOfWork, case: CaseRow, told: CaseTold) -> None:
    waiting = {(one.element, one.visit) for one in spiff.open_tasks(made.route.compiled, made.state)}
    rows = {(row.element_id, row.visit): row for row in uow.tasks.of_case(case.id)}
    driven = next((e["at"] for e in reversed(made.events) if e["seq"] == told.last_drive), case.started_at)
    ids: dict[TaskKey, str] = {}
    for key, task in told.tasks.items():
        row = rows.pop(key, None)
        wanted = _wanted(task, key in waiting, row, told, driven)
        if row is not None:
            ids[key] = row.id
            changes = dict(_changes(row, task, wanted, told))
            if changes:
                made.changed_tasks[row.id] = changes
                made.found += [f"task.{key[0]}.{key[1]}.{column}" for column in changes]
        elif not never_stored(task, waiting, told, made.route.compiled.route):
            ids[key] = office.new_id()
            values = {column: _stored(column, value) for column, value in wanted.items()}
            made.lost_tasks.append(
                {"id": ids[key], "instance_id": case.id, "element_id": key[0], "visit": key[1], **values}
                | {"seq": task.least_seq}
            )
            made.found.append(f"task.{key[0]}.{key[1]}")
    made.strange_tasks = [row.id for row in rows.values()]
    made.found += [f"task.{element}.{visit}" for element, visit in rows]
    _offers(made, uow, case, told, waiting, ids)


def _wanted(task: TaskTold, waits: bool, row: TaskRow | None, told: CaseTold, driven: str) -> dict[str, Any]:
    """The columns of a task. One taken away unasked leaves no fact of its own: an instant of the
    history is kept, the last step of the engine stands for one that is none."""
    state = "done" if task.decided else "open" if waits else "closed"
    closed_at = None
    if state == "closed":
        closed_at = row.closed_at if row is not None and row.closed_at in told.instants else driven
    return {"state": state, "closed_at": closed_at, **task.columns}


def _changes(
    row: TaskRow, task: TaskTold, wanted: Mapping[str, Any], told: CaseTold
) -> Iterator[tuple[str, Any]]:
    for column, value in wanted.items():
        if _differs(column, getattr(row, column), value):
            yield column, _stored(column, value)
    if wanted["state"] != "closed" and not task.least_seq <= row.seq <= told.last_seq:
        yield "seq", task.least_seq


def _offers(
    made: Rebuilt,
    uow: UnitOfWork,
    case: CaseRow,
    told: CaseTold,
    waiting: set[TaskKey],
    ids: Mapping[TaskKey, str],
) -> None:
    wanted: set[Offer] = {
        (position, due_key(columns["due_at"]), ids[key], columns["assignee"])
        for key, task in told.tasks.items()
        if key in waiting and not task.decided
        for columns in [task.columns]
        for position in columns["positions"]
    }
    kept = {(o["position_id"], o["due_at"], o["task_id"], o["assignee"]) for o in uow.proof.offers(case.id)}
    if wanted != kept:
        made.offers = sorted(wanted, key=repr)
        made.found.append("inbox")


# --- writing ------------------------------------------------------------------------------------


def write(uow: UnitOfWork, case: CaseRow, made: Rebuilt) -> None:
    """Write what differs, and let the locked case in hand say the same."""
    if made.proposal:
        uow.repairs.set_proposal(case.proposal_id, made.proposal)
    if made.strange_tasks:
        uow.repairs.drop_tasks(made.strange_tasks)
    for values in made.lost_tasks:
        uow.repairs.insert_task(values)
    for task_id, changes in made.changed_tasks.items():
        uow.repairs.set_task(task_id, changes)
    if made.offers is not None:
        uow.repairs.set_offers(case.id, made.offers)
    if made.case:
        uow.cases.update(case.id, made.case)
        for column, value in made.case.items():
            setattr(case, column, value)
