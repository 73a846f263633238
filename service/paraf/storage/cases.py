"""Cases at rest: the row that is the lock, the proposal it carries, its draft, papers and copies.

Knows how a case is stored and found; must not know who may see it or what a decision means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from paraf.storage.rows import insert_rows
from paraf.storage.sending import Ready, Row, ask, ask_in_turn, tell
from paraf.storage.tables import (
    artifact,
    attachment,
    counter,
    document,
    inbox,
    instance,
    naskah,
    organisation_revision,
    proposal,
    task,
    tembusan,
)


@dataclass(slots=True)
class CaseRow:
    """One case with its proposal, as locked by a command or read by a query."""

    id: str
    number: str
    proposal_id: str
    route_key: str
    route_version: int
    unit_code: str
    state: str
    end_id: str | None
    started_at: str
    ended_at: str | None
    pinned: str
    seq: int
    head: str
    engine_state: bytes
    naskah_version: int
    naskah_sha256: str | None
    naskah_complete: int
    handed_version: int | None
    hardcopy_version: int | None
    approved_sha256: str | None
    ratified_sha256: str | None
    review_round: int
    drafters: str
    reviewers: str
    title: str
    sop_kind: str
    request_kind: str
    sop_in_force: str | None
    created_by: str
    created_at: str
    organisation_revision: int


@dataclass(slots=True)
class TaskRow:
    """One task of a case."""

    id: str
    instance_id: str
    element_id: str
    visit: int
    item: str | None
    closer: int
    role: str
    positions: str
    state: str
    assignee: str | None
    assignee_position: str | None
    opened_at: str
    opened_seq: int
    due_at: str | None
    seq: int
    closed_at: str | None
    outcome: str | None
    decided_by: str | None
    capacity: str | None


_REVISION = select(organisation_revision.c.revision).scalar_subquery().label("organisation_revision")
_REVISION_NOW = Ready(select(organisation_revision.c.revision))
_PROPOSAL = (
    proposal.c.title,
    proposal.c.sop_kind,
    proposal.c.request_kind,
    proposal.c.sop_in_force,
    proposal.c.created_by,
    proposal.c.created_at,
)
_CASE_COLUMNS = (*instance.c, *_PROPOSAL, _REVISION)
_CASE_WIDTH = len(_CASE_COLUMNS)
CASE = select(*_CASE_COLUMNS).join(proposal, proposal.c.id == instance.c.proposal_id)
_TASK_CASE = (
    select(*_CASE_COLUMNS, *task.c)
    .join(proposal, proposal.c.id == instance.c.proposal_id)
    .join(task, task.c.instance_id == instance.c.id)
    .where(task.c.id == bindparam("task"))
)
# Both rows are locked: after waiting, PostgreSQL re-reads only the rows it locks, and a decision
# taken on a task row from before the wait would be taken twice.
_LOCK_TASK_CASE = Ready(_TASK_CASE.with_for_update(of=(instance, task)))
_BY_ID = CASE.where(instance.c.id == bindparam("id"))
_BY_PROPOSAL = CASE.where(instance.c.proposal_id == bindparam("id"))
_BY_NUMBER = CASE.where(instance.c.number == bindparam("id"))
_LOCK_BY_ID = Ready(_BY_ID.with_for_update(of=instance))
_LOCK_BY_PROPOSAL = Ready(_BY_PROPOSAL.with_for_update(of=instance))

_NASKAH = Ready(
    select(naskah).where(
        naskah.c.proposal_id == bindparam("proposal"), naskah.c.version == bindparam("version")
    )
)
_ATTACHMENTS = (
    select(attachment)
    .where(attachment.c.proposal_id == bindparam("proposal"), attachment.c.removed_at.is_(None))
    .order_by(attachment.c.added_at, attachment.c.id)
)
_DOCUMENTS = (
    select(document).where(document.c.instance_id == bindparam("id")).order_by(document.c.seq, document.c.id)
)
_NEWEST_DOCUMENT = Ready(
    select(document)
    .where(document.c.instance_id == bindparam("id"), document.c.kind == bindparam("kind"))
    .order_by(document.c.seq.desc())
    .limit(1)
)
_NASKAH_COLUMNS = tuple(naskah.c.keys())
_DOCUMENT_COLUMNS = tuple(document.c.keys())
_UPDATE_CASE: dict[tuple[str, ...], Ready] = {}


_INSERT: dict[str, Any] = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}
_COUNT = {
    name: Ready(
        insert_of(counter)
        .values({column: bindparam(column) for column in ("kind", "unit_code", "year", "value")})
        .on_conflict_do_update(
            index_elements=[counter.c.kind, counter.c.unit_code, counter.c.year],
            set_={"value": counter.c.value + 1},
        )
        .returning(counter.c.value)
    )
    for name, insert_of in _INSERT.items()
}


def case_row(row: Sequence[Any]) -> CaseRow:
    """The case at the beginning of a row that selects as `CASE` does."""
    return CaseRow(*row[:_CASE_WIDTH])


def all_rows(result: CursorResult[Any]) -> Sequence[Mapping[str, Any]]:
    """Every row by column name."""
    return cast(Sequence[Mapping[str, Any]], result.mappings().all())


def one_row(result: CursorResult[Any]) -> Mapping[str, Any] | None:
    """The first row by column name, or None."""
    return cast("Mapping[str, Any] | None", result.mappings().first())


class Cases:
    """The repository of cases on one connection; every method is one statement unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _locked(self, lock: Ready, values: Mapping[str, str]) -> tuple[CaseRow, Row] | None:
        """The case as locked, and the whole row. After waiting for a lock PostgreSQL shows the newest
        version of the locked rows only; what stands beside them, the organisation, is asked again
        by a statement whose turn comes when the lock is held."""
        if self._connection.dialect.name == "postgresql":
            rows, revisions = ask_in_turn(self._connection, (lock, values), (_REVISION_NOW, {}))
        else:
            rows, revisions = ask(self._connection, lock, values), []
        if not rows:
            return None
        case = case_row(rows[0])
        if revisions:
            case.organisation_revision = revisions[0][0]
        return case, rows[0]

    # --- finding and locking

    def lock_with_task(self, task_id: str) -> tuple[CaseRow, TaskRow] | None:
        """The case of a task and the task, both locked until the transaction ends."""
        found = self._locked(_LOCK_TASK_CASE, {"task": task_id})
        return (found[0], TaskRow(*found[1][_CASE_WIDTH:])) if found else None

    def with_task(self, task_id: str) -> tuple[CaseRow, TaskRow] | None:
        row = self._connection.execute(_TASK_CASE, {"task": task_id}).first()
        return (case_row(row), TaskRow(*row[_CASE_WIDTH:])) if row else None

    def lock(self, instance_id: str) -> CaseRow | None:
        found = self._locked(_LOCK_BY_ID, {"id": instance_id})
        return found[0] if found else None

    def lock_by_proposal(self, proposal_id: str) -> CaseRow | None:
        found = self._locked(_LOCK_BY_PROPOSAL, {"id": proposal_id})
        return found[0] if found else None

    def by_id(self, instance_id: str) -> CaseRow | None:
        row = self._connection.execute(_BY_ID, {"id": instance_id}).first()
        return case_row(row) if row else None

    def by_number(self, number: str) -> CaseRow | None:
        row = self._connection.execute(_BY_NUMBER, {"id": number}).first()
        return case_row(row) if row else None

    def by_proposal(self, proposal_id: str) -> CaseRow | None:
        row = self._connection.execute(_BY_PROPOSAL, {"id": proposal_id}).first()
        return case_row(row) if row else None

    def all_ids(self) -> list[str]:
        """Ids of every case, oldest first."""
        return list(self._connection.execute(select(instance.c.id).order_by(instance.c.id)).scalars())

    def search(
        self,
        *,
        everything: bool,
        units: Iterable[str],
        positions: Sequence[str],
        person_id: str,
        text: str | None,
        unit_code: str | None,
        route_key: str | None,
        state: str | None,
        after: tuple[str, str] | None,
        limit: int,
    ) -> list[CaseRow]:
        """Cases in reach of a reader, newest first. Text is looked for in number and title."""
        statement = CASE
        if not everything:
            statement = statement.where(
                or_(
                    instance.c.unit_code.in_(list(units)),
                    instance.c.id.in_(
                        select(task.c.instance_id).where(
                            or_(
                                task.c.decided_by == person_id,
                                task.c.assignee == person_id,
                                task.c.assignee_position.in_(positions),
                            )
                        )
                    ),
                    instance.c.id.in_(
                        select(task.c.instance_id)
                        .join(inbox, inbox.c.task_id == task.c.id)
                        .where(inbox.c.position_id.in_(positions))
                    ),
                    instance.c.id.in_(
                        select(tembusan.c.instance_id).where(tembusan.c.position_id.in_(positions))
                    ),
                )
            )
        if text:
            like = f"%{text.lower()}%"
            statement = statement.where(
                or_(func.lower(proposal.c.title).like(like), func.lower(instance.c.number).like(like))
            )
        if unit_code:
            statement = statement.where(instance.c.unit_code == unit_code)
        if route_key:
            statement = statement.where(instance.c.route_key == route_key)
        if state:
            statement = statement.where(instance.c.state == state)
        if after is not None:
            statement = statement.where(
                or_(
                    instance.c.started_at < after[0],
                    and_(instance.c.started_at == after[0], instance.c.id < after[1]),
                )
            )
        statement = statement.order_by(instance.c.started_at.desc(), instance.c.id.desc()).limit(limit)
        return [case_row(row) for row in self._connection.execute(statement)]

    # --- writing the case

    def insert_proposal(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(proposal), values)

    def insert_instance(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(instance), values)

    def update(self, instance_id: str, values: Mapping[str, Any]) -> None:
        """Set the given columns of the locked case."""
        names = tuple(sorted(values))
        statement = _UPDATE_CASE.get(names)
        if statement is None:
            statement = _UPDATE_CASE[names] = Ready(
                update(instance)
                .where(instance.c.id == bindparam("the_id"))
                .values({name: bindparam(f"v_{name}") for name in names})
            )
        tell(
            self._connection,
            statement,
            {"the_id": instance_id, **{f"v_{name}": values[name] for name in names}},
        )

    def next_number(self, kind: str, unit_code: str, year: int) -> int:
        """Take the next number of a row of `counter`; the deciding transaction keeps it locked."""
        values = {"kind": kind, "unit_code": unit_code, "year": year, "value": 1}
        return int(ask(self._connection, _COUNT[self._connection.dialect.name], values)[0][0])

    # --- the draft

    def insert_naskah(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(naskah), values)

    def naskah(self, proposal_id: str, version: int) -> Mapping[str, Any] | None:
        rows = ask(self._connection, _NASKAH, {"proposal": proposal_id, "version": version})
        return dict(zip(_NASKAH_COLUMNS, rows[0], strict=True)) if rows else None

    def set_naskah_digest(self, proposal_id: str, version: int, sha256: str) -> None:
        """The digest of a version not handed on yet follows its attachments."""
        self._connection.execute(
            update(naskah)
            .where(naskah.c.proposal_id == proposal_id, naskah.c.version == version)
            .values(sha256=sha256)
        )

    def naskah_versions(self, proposal_id: str) -> Sequence[Mapping[str, Any]]:
        statement = (
            select(naskah.c.version, naskah.c.sha256, naskah.c.saved_by, naskah.c.saved_at)
            .where(naskah.c.proposal_id == proposal_id)
            .order_by(naskah.c.version.desc())
        )
        return all_rows(self._connection.execute(statement))

    def attachments(self, proposal_id: str) -> Sequence[Mapping[str, Any]]:
        return all_rows(self._connection.execute(_ATTACHMENTS, {"proposal": proposal_id}))

    def all_attachments(self, proposal_id: str) -> Sequence[Mapping[str, Any]]:
        """Removed ones too: earlier versions of the draft still name them."""
        statement = select(attachment).where(attachment.c.proposal_id == proposal_id)
        return all_rows(self._connection.execute(statement.order_by(attachment.c.added_at)))

    def insert_attachment(self, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(attachment), values)

    def remove_attachment(self, attachment_id: str, at: str) -> None:
        self._connection.execute(
            update(attachment).where(attachment.c.id == attachment_id).values(removed_at=at)
        )

    def attachment_owner(self, sha256: str) -> Sequence[Mapping[str, Any]]:
        """Every attachment with this content, newest first; a content may stand in several cases."""
        statement = select(attachment).where(attachment.c.sha256 == sha256)
        return all_rows(self._connection.execute(statement.order_by(attachment.c.added_at.desc())))

    # --- papers

    def documents(self, instance_id: str) -> Sequence[Mapping[str, Any]]:
        return all_rows(self._connection.execute(_DOCUMENTS, {"id": instance_id}))

    def newest_document(self, instance_id: str, kind: str) -> Mapping[str, Any] | None:
        """The newest paper of this kind in the case, drafted or signed."""
        rows = ask(self._connection, _NEWEST_DOCUMENT, {"id": instance_id, "kind": kind})
        return dict(zip(_DOCUMENT_COLUMNS, rows[0], strict=True)) if rows else None

    def document(self, document_id: str) -> Mapping[str, Any] | None:
        statement = select(document).where(document.c.id == document_id)
        return one_row(self._connection.execute(statement))

    def insert_documents(self, rows: Sequence[Mapping[str, Any]], contents: Mapping[str, bytes]) -> None:
        """Two statements: the texts (by digest; a text already there is the same text) and the rows."""
        texts = [(sha256, "text/html", content) for sha256, content in contents.items()]
        columns = ("sha256", "media_type", "content")
        insert_rows(self._connection, "artifact", columns, texts, unless_there=True)
        documents = [tuple(row[name] for name in _DOCUMENT_COLUMNS) for row in rows]
        insert_rows(self._connection, "document", _DOCUMENT_COLUMNS, documents)

    def content(self, sha256: str) -> bytes | None:
        statement = select(artifact.c.content).where(artifact.c.sha256 == sha256)
        found = self._connection.execute(statement).scalar()
        return None if found is None else bytes(found)
