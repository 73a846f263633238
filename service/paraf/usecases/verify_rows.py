"""The rows of a case are laid beside its facts: whatever says something else is named.

Knows which stored column answers to which part of the history as told (`domain/case_rows.py`); must
not know the chain, the engine's steps or digests of contents. Reading (`stored_rows`) and comparing
(`differences`) are apart, so that the comparison itself touches nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain.case_rows import CaseTold, FileTold, PaperTold, TaskKey, TaskTold
from paraf.domain.facts import Fault, Opening, composed, digest
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.storage.tasks import due_key
from paraf.usecases import decision_rules, papers
from paraf.usecases.verify_contents import Drafts
from paraf.usecases.verify_register import Registered, register_differences, registered

if TYPE_CHECKING:
    from paraf.domain.organisation import Organisation
    from paraf.domain.route import Route
    from paraf.storage.unit_of_work import UnitOfWork

CASE = N_("The case is stored with another value in “{column}” than its history gives.")
PROPOSAL = N_("The proposal is stored with another value in “{column}” than its history gives.")
NO_PROPOSAL = N_("The proposal of the case is not stored any more.")
TASK = N_("The task “{step}” is stored with another value in “{column}” than its history gives.")
NO_TASK = N_("The task “{step}” is not stored any more.")
MORE_TASK = N_("A task “{step}” is stored that the history does not know.")
NO_OFFER = N_("The open task “{step}” is missing in the task list of {position}, or differs there.")
MORE_OFFER = N_("The task “{step}” stands in the task list of {position}, which the history does not say.")
PAPER = N_(
    "The paper “{paper}”, version {version}, is stored with another value in “{column}” than its history gives."
)
NO_PAPER = N_("The paper “{paper}”, version {version} ({act}), is not stored any more.")
MORE_PAPER = N_("A paper “{paper}”, version {version} ({act}), is stored that the history does not know.")
NO_COPY = N_("The paper “{paper}” sent to {position} is not stored as it was sent.")
MORE_COPY = N_("A paper “{paper}” is stored as sent to {position}, which the history does not know.")
READING = N_("That {position} read the paper “{paper}” is stored otherwise than the history says.")
NO_FILE = N_("An attachment ({role}) is not stored as its fact says.")
MORE_FILE = N_("An attachment ({role}) is stored that the history does not know.")
DRAFT = N_(
    "Version {version} of the draft is stored with another value in “{column}” than its history gives."
)
NO_DRAFT = N_("Version {version} of the draft is not stored any more.")
MORE_DRAFT = N_("A version {version} of the draft is stored that the history does not know.")

NOTHING = ""
"""What a column that cannot be read says: no value that any fact gives."""

_LISTS = ("drafters", "reviewers")


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a case, as read in one snapshot. `waiting` are the tasks the engine waits for."""

    case: CaseRow
    proposal: Mapping[str, Any] | None
    title: Opening | None
    tasks: Sequence[TaskRow]
    waiting: Collection[TaskKey]
    offers: Sequence[Mapping[str, Any]]
    papers: Sequence[Mapping[str, Any]]
    copies: Sequence[Mapping[str, Any]]
    files: Sequence[Mapping[str, Any]]
    drafts: Sequence[Mapping[str, Any]]
    sop: Registered


def stored_rows(
    uow: UnitOfWork, case: CaseRow, openings: Iterable[Opening], waiting: Collection[TaskKey]
) -> Stored:
    """Read every row of the case that its facts say something of."""
    return Stored(
        case=case,
        proposal=uow.proof.proposal(case.proposal_id),
        title=next((o for o in openings if o.seq == 1 and o.path == "data.title"), None),
        tasks=uow.tasks.of_case(case.id),
        waiting=waiting,
        offers=uow.proof.offers(case.id),
        papers=uow.cases.documents(case.id),
        copies=uow.copies.of_case(case.id),
        files=uow.cases.all_attachments(case.proposal_id),
        drafts=uow.cases.naskah_versions(case.proposal_id),
        sop=registered(uow, case),
    )


def rows_fault(
    stored: Stored, told: CaseTold, route: Route, drafts: Drafts, organisation: Organisation
) -> Fault | None:
    """The difference that the earliest fact contradicts; None when every row is as the facts tell."""
    found = list(differences(stored, told, route, drafts, organisation))
    return min(found, key=lambda fault: fault.seq) if found else None


def differences(
    stored: Stored, told: CaseTold, route: Route, drafts: Drafts, organisation: Organisation
) -> Iterator[Fault]:
    """Every stored row that says something else than the history."""
    yield from _case(stored, told, drafts)
    yield from _proposal(stored, told)
    yield from _tasks(stored, told, route, organisation)
    yield from _papers(stored, told)
    yield from _copies(stored, told, organisation)
    yield from _files(stored, told)
    yield from _drafts(stored, told, drafts)
    yield from register_differences(stored.sop, stored.case, told, route, stored.papers, drafts, organisation)


def decoded(text: Any) -> Any:
    """The value of a JSON column; NOTHING when it is not JSON."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return NOTHING


# --- the case and its proposal ----------------------------------------------------------------


def _case(stored: Stored, told: CaseTold, drafts: Drafts) -> Iterator[Fault]:
    row = stored.case
    for column, (seq, value) in told.case.items():
        kept: Any = getattr(row, column)
        if column in _LISTS:
            kept = decoded(kept)
        elif column == "pinned":
            kept, value = _exactly(decoded(kept)), _exactly(value)
        if kept != value:
            yield Fault(seq, CASE, {"column": column})
    newest = told.drafts[-1] if told.drafts else None
    sha256 = drafts.digest(newest.version, newest.files) if newest else None
    if row.naskah_sha256 != sha256:
        yield Fault(newest.seq if newest else 1, CASE, {"column": "naskah_sha256"})
    # Completeness is asked of a draft under way only, and by the rules of today.
    if row.state == "running" and row.naskah_complete != complete_as_told(row, told, drafts):
        yield Fault(newest.seq if newest else 1, CASE, {"column": "naskah_complete"})


def _exactly(value: Any) -> str:
    """The value as text, so that true is not 1."""
    return json.dumps(value, sort_keys=True)


def complete_as_told(case: CaseRow, told: CaseTold, drafts: Drafts) -> int | None:
    """Whether the newest draft is whole; None when it cannot be read."""
    body = drafts.body(told.drafts[-1].version) if told.drafts else None
    if body is None:
        return None if told.drafts else 0
    return int(not decision_rules.missing_in(case, body, [asdict(file) for file in told.present_files()]))


def _proposal(stored: Stored, told: CaseTold) -> Iterator[Fault]:
    row = stored.proposal
    if row is None:
        yield Fault(1, NO_PROPOSAL)
        return
    for column, (seq, value) in told.proposal.items():
        if row[column] != value:
            yield Fault(seq, PROPOSAL, {"column": column})
    if not same_title(row["title"], stored.title):
        yield Fault(1, PROPOSAL, {"column": "title"})


def same_title(title: str, told: Opening | None) -> bool:
    """Whether a stored title is the one the first fact commits to. Once erased it proves nothing."""
    if told is None:
        return False
    return told.value is None or bool(decoded(told.value) == composed(title))


# --- tasks and task lists ---------------------------------------------------------------------


def _tasks(stored: Stored, told: CaseTold, route: Route, organisation: Organisation) -> Iterator[Fault]:
    def named(element_id: str, visit: int) -> str:
        element = route.elements.get(element_id)
        return f"{element.name if element and element.name else element_id} ({visit})"

    rows = {(row.element_id, row.visit): row for row in stored.tasks}
    for key, task in told.tasks.items():
        row = rows.pop(key, None)
        if row is None:
            if not never_stored(task, stored.waiting, told, route):
                yield Fault(task.opened_seq, NO_TASK, {"step": named(*key)})
            continue
        for column in _task_columns(row, task, key in stored.waiting, told):
            yield Fault(task.seq, TASK, {"step": named(*key), "column": column})
    for key in rows:
        yield Fault(told.last_seq, MORE_TASK, {"step": named(*key)})
    yield from _offers(stored, told, named, organisation)


def _task_columns(row: TaskRow, task: TaskTold, waits: bool, told: CaseTold) -> Iterator[str]:
    """Columns of a task that say something else. A task taken away unasked leaves no fact of its own."""
    state = "done" if task.decided else "open" if waits else "closed"
    expected = {"state": state, "closed_at": None, **task.columns}
    if state == "closed":
        expected["closed_at"] = row.closed_at if row.closed_at in told.instants else NOTHING
    for column, value in expected.items():
        kept = getattr(row, column)
        if (decoded(kept) if column == "positions" else kept) != value:
            yield column
    if not task.least_seq <= row.seq <= told.last_seq and state != "closed":
        yield "seq"


def never_stored(task: TaskTold, waiting: Collection[TaskKey], told: CaseTold, route: Route) -> bool:
    """Whether the task may have been opened and taken away in one and the same command: then it has
    no row. Inside a sub-process that can happen in any command, else only as the case ends."""
    if task.decided or (task.element_id, task.visit) in waiting:
        return False
    element = route.elements.get(task.element_id)
    return task.opened_seq > told.last_drive or (element is not None and element.scope is not None)


def _offers(
    stored: Stored, told: CaseTold, named: Callable[[str, int], str], organisation: Organisation
) -> Iterator[Fault]:
    """Each open task stands in the list of every position it is offered to, and nowhere else."""
    by_id = {row.id: (row.element_id, row.visit) for row in stored.tasks}
    expected: dict[tuple[Any, ...], TaskTold] = {}
    for row in stored.tasks:
        key = (row.element_id, row.visit)
        task = told.tasks.get(key)
        if task is None or task.decided or key not in stored.waiting:
            continue
        for position in task.columns["positions"]:
            offer = (position, due_key(task.columns["due_at"]), row.id, task.columns["assignee"])
            expected[offer] = task
    kept = {(o["position_id"], o["due_at"], o["task_id"], o["assignee"]) for o in stored.offers}
    for offer, task in expected.items():
        if offer not in kept:
            step, position = named(task.element_id, task.visit), organisation.title(offer[0])
            yield Fault(task.seq, NO_OFFER, {"step": step, "position": position})
    for offer in sorted(kept - expected.keys(), key=repr):
        task = told.tasks.get(by_id[offer[2]])
        values = {"step": named(*by_id[offer[2]]), "position": organisation.title(offer[0])}
        yield Fault(task.seq if task else told.last_seq, MORE_OFFER, values)


# --- papers and copies ------------------------------------------------------------------------


def _papers(stored: Stored, told: CaseTold) -> Iterator[Fault]:
    rows = {(row["kind"], row["version"], row["act"]): row for row in stored.papers}
    for paper in told.papers:
        row = rows.pop((paper.kind, paper.version, paper.act), None)
        values = {"paper": papers.title_of(paper.kind), "version": paper.version}
        if row is None:
            yield Fault(paper.seq, NO_PAPER, {**values, "act": paper.act})
            continue
        for column in _paper_columns(row, paper):
            yield Fault(paper.seq, PAPER, {**values, "column": column})
    for kind, version, act in rows:
        more = {"paper": papers.title_of(kind), "version": version, "act": act}
        yield Fault(told.last_seq, MORE_PAPER, more)


def _paper_columns(row: Mapping[str, Any], paper: PaperTold) -> Iterator[str]:
    expected = {
        "sha256": paper.sha256,
        "number": paper.number,
        "element_id": paper.element_id,
        "visit": paper.visit,
        "seq": paper.seq,
        "made_at": paper.at,
    }
    for column, value in expected.items():
        if row[column] != value:
            yield column
    if digest(row["data"].encode()) != paper.data_sha256:
        yield "data"


def _copies(stored: Stored, told: CaseTold, organisation: Organisation) -> Iterator[Fault]:
    """Copies have no number of their own: the same paper may reach the same position twice."""
    sent = {(c.kind, c.sha256, c.position_id, c.at, c.way): c.seq for c in told.copies}
    yield from _counted(
        Counter((c.kind, c.sha256, c.position_id, c.at, c.way) for c in told.copies),
        Counter((r["kind"], r["sha256"], r["position_id"], r["sent_at"], r["way"]) for r in stored.copies),
        lambda one, missing: Fault(
            sent.get(one, told.last_seq),
            NO_COPY if missing else MORE_COPY,
            {"paper": papers.title_of(one[0]), "position": organisation.title(one[2])},
        ),
    )
    reads = [
        ((r.kind, r.sha256, r.position_id, r.at, r.person_id, r.position_id), r.seq) for r in told.readings
    ]
    read = dict(reads)
    yield from _counted(
        Counter(one for one, _ in reads),
        Counter(
            (r["kind"], r["sha256"], r["position_id"], r["read_at"], r["read_by"], r["read_position"])
            for r in stored.copies
            if (r["read_at"], r["read_by"], r["read_position"]) != (None, None, None)
        ),
        lambda one, missing: Fault(
            read.get(one, told.last_seq),
            READING,
            {"paper": papers.title_of(one[0]), "position": organisation.title(one[2])},
        ),
    )


def _counted(
    expected: Counter[tuple[Any, ...]],
    kept: Counter[tuple[Any, ...]],
    fault: Callable[[tuple[Any, ...], bool], Fault],
) -> Iterator[Fault]:
    """What is missing, then what is too many."""
    for one in expected - kept:
        yield fault(one, True)
    for one in kept - expected:
        yield fault(one, False)


# --- the draft and its files ------------------------------------------------------------------


def _files(stored: Stored, told: CaseTold) -> Iterator[Fault]:
    def as_told(file: FileTold) -> tuple[Any, ...]:
        return (
            file.role,
            file.sha256,
            file.size,
            file.media_type,
            file.added_by,
            file.added_at,
            file.from_version,
            file.removed_at,
        )

    columns = (
        "role",
        "sha256",
        "size",
        "media_type",
        "added_by",
        "added_at",
        "from_version",
        "removed_at",
    )
    seqs = {as_told(file): file.seq for file in told.files}
    yield from _counted(
        Counter(as_told(file) for file in told.files),
        Counter(tuple(row[column] for column in columns) for row in stored.files),
        lambda one, missing: Fault(
            seqs.get(one, told.last_seq), NO_FILE if missing else MORE_FILE, {"role": one[0]}
        ),
    )


def _drafts(stored: Stored, told: CaseTold, drafts: Drafts) -> Iterator[Fault]:
    rows = {row["version"]: row for row in stored.drafts}
    for draft in told.drafts:
        row = rows.pop(draft.version, None)
        if row is None:
            yield Fault(draft.seq, NO_DRAFT, {"version": draft.version})
            continue
        expected = {
            "sha256": drafts.digest(draft.version, draft.files),
            "saved_by": draft.saved_by,
            "saved_at": draft.saved_at,
        }
        for column, value in expected.items():
            if row[column] != value:
                yield Fault(draft.seq, DRAFT, {"version": draft.version, "column": column})
    for version in rows:
        yield Fault(told.last_seq, MORE_DRAFT, {"version": version})
