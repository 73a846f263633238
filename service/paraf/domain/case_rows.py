"""A case as its facts tell it: its history folded once into the rows that must be stored of it.

Knows what each fact does to the case, its tasks, draft, files, papers and copies; must not know what
is stored, or what is right (`rules.py`). Every part names the fact that says so, so that a stored row
which says something else can be laid beside it (`usecases/verify_rows.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paraf.domain import rules
from paraf.domain.route import Element, Route

TaskKey = tuple[str, int]
Said = tuple[int, Any]
"""A value and the number of the fact that says so, the number first."""


@dataclass(slots=True)
class TaskTold:
    """A task: `columns` by name; `seq` is the newest fact about it, `least_seq` what its row names at
    least as the newest fact that concerns it. `decided` is False while it waits or was taken away."""

    element_id: str
    visit: int
    seq: int
    opened_seq: int
    least_seq: int
    columns: dict[str, Any]
    decided: bool = False


@dataclass(frozen=True, slots=True)
class PaperTold:
    """A version of a paper with one act on it, and the digest of the data it was rendered from."""

    seq: int
    at: str
    kind: str
    version: int
    act: str
    sha256: str
    number: str | None
    data_sha256: str | None
    element_id: str | None
    visit: int | None


@dataclass(frozen=True, slots=True)
class CopyTold:
    """A paper that reached a position, `way` delivered or tembusan."""

    seq: int
    at: str
    kind: str
    sha256: str | None
    position_id: str
    way: str


@dataclass(frozen=True, slots=True)
class ReadingTold:
    """A copy that somebody read in a position."""

    seq: int
    at: str
    kind: str
    sha256: str | None
    position_id: str
    person_id: str | None


@dataclass(slots=True)
class FileTold:
    """An attachment; `seq` is the newest fact about it, `from_version` the draft it came to."""

    seq: int
    role: str
    sha256: str
    size: int
    media_type: str
    added_by: str | None
    added_at: str
    from_version: int
    removed_at: str | None = None


@dataclass(slots=True)
class DraftTold:
    """A version of the draft, and the digests of the files that belong to it. The files of a version
    not handed on yet still change."""

    version: int
    seq: int
    saved_by: str | None
    saved_at: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftNamed:
    """A fact that names a version of the draft by its digest, with the files of that moment."""

    seq: int
    version: int
    sha256: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryTold:
    """The moment the SOP entered the register."""

    seq: int
    at: str


@dataclass(slots=True)
class CaseTold:
    """Everything the history says of a case. `case` and `proposal` map a column to what it must hold;
    `last_drive` is the newest fact that moved the engine, `instants` every instant of the history."""

    case: dict[str, Said] = field(default_factory=dict)
    proposal: dict[str, Said] = field(default_factory=dict)
    tasks: dict[TaskKey, TaskTold] = field(default_factory=dict)
    papers: list[PaperTold] = field(default_factory=list)
    copies: list[CopyTold] = field(default_factory=list)
    readings: list[ReadingTold] = field(default_factory=list)
    files: list[FileTold] = field(default_factory=list)
    drafts: list[DraftTold] = field(default_factory=list)
    named: list[DraftNamed] = field(default_factory=list)
    entry: EntryTold | None = None
    last_drive: int = 0
    last_seq: int = 0
    instants: set[str] = field(default_factory=set)

    def present_files(self) -> list[FileTold]:
        """The files that belong to the draft now."""
        return [file for file in self.files if file.removed_at is None]


def fold(events: Iterable[Mapping[str, Any]], route: Route) -> CaseTold:
    """Fold a history whose chain holds. Raises LookupError or TypeError for facts that lack what
    conventions 6 asks of them."""
    folding = _Folding(route)
    for event in events:
        folding.take(event)
    return folding.told


class _Folding:
    """One pass over a history."""

    def __init__(self, route: Route) -> None:
        self.route, self.told = route, CaseTold()

    def take(self, event: Mapping[str, Any]) -> None:
        told, data = self.told, event["data"]
        told.last_seq = event["seq"]
        told.instants.add(event["at"])
        match event["type"]:
            case "instance.started":
                self._started(event, data)
            case "task.opened":
                self._opened(event, data)
            case "task.claimed":
                self._held(event, event["actor"], data["position"])
            case "task.released":
                self._held(event, None, None)
            case "task.reassigned" if "positions" in data:
                task = self._task(event)
                task.columns["positions"] = list(data["positions"])
                task.columns["role"] = data.get("role", task.columns["role"])
                task.least_seq = event["seq"]
            case "task.reassigned":
                self._held(event, data["to"], data["position"])
            case "task.decided":
                self._decided(event, data)
            case "naskah.saved":
                self._saved(event, data)
            case "attachment.added":
                self._attached(event, data)
            case "attachment.removed":
                self._detached(event, data["role"], data["sha256"])
                self._files_changed(event)
            case "document.made" | "document.signed":
                self._paper(event, data)
            case "document.delivered" | "tembusan.sent":
                self._sent(event, data)
            case "tembusan.read":
                told.readings.append(
                    ReadingTold(
                        event["seq"],
                        event["at"],
                        data["kind"],
                        data["sha256"],
                        data["to"],
                        event.get("actor"),
                    )
                )
            case "element.passed":
                element = self.route.elements.get(event["element_id"])
                if element and element.operation and element.operation.name == "start_process":
                    self._entered(event)
            case "instance.ended":
                if data["end"] == "kept":
                    self._entered(event)
                self._over(event, data["state"], data["end"])
            case "instance.withdrawn" | "instance.cancelled":
                told.last_drive = event["seq"]
                self._over(event, data["state"], None)
            case "instance.suspended" | "instance.resumed" | "instance.set_right" | "incident.raised":
                self._set(event, state=data["state"])
            case _:
                pass

    def _set(self, event: Mapping[str, Any], **columns: Any) -> None:
        for column, value in columns.items():
            self.told.case[column] = (event["seq"], value)

    def _now(self, column: str) -> Any:
        return self.told.case[column][1]

    # --- the case

    def _started(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self.told.last_drive = event["seq"]
        self._set(
            event,
            number=data.get("number"),
            proposal_id=data["proposal_id"],
            route_key=data["route_key"],
            route_version=data["route_version"],
            unit_code=data.get("unit"),
            state="running",
            end_id=None,
            started_at=event["at"],
            ended_at=None,
            pinned={"case": data["case"], "option": data["option"]},
            naskah_version=0,
            handed_version=None,
            hardcopy_version=None,
            approved_sha256=None,
            ratified_sha256=None,
            review_round=0,
            drafters=[],
            reviewers=[],
        )
        proposal = {
            "sop_kind": data["case"]["sop_kind"],
            "request_kind": data["case"]["request_kind"],
            "unit_code": data.get("unit"),
            "sop_in_force": data.get("sop_in_force"),
            "created_by": event["actor"],
            "created_at": event["at"],
        }
        self.told.proposal = {column: (event["seq"], value) for column, value in proposal.items()}

    def _over(self, event: Mapping[str, Any], state: str, end: str | None) -> None:
        self._set(event, state=state, ended_at=event["at"], end_id=end)

    def _entered(self, event: Mapping[str, Any]) -> None:
        if self.told.entry is None:
            self.told.entry = EntryTold(event["seq"], event["at"])

    # --- tasks

    def _task(self, event: Mapping[str, Any]) -> TaskTold:
        task = self.told.tasks[event["element_id"], event["visit"]]
        task.seq = event["seq"]
        return task

    def _opened(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        element_id, visit, seq = event["element_id"], event["visit"], event["seq"]
        element = self.route.elements.get(element_id)
        each = element is not None and element.each is not None
        columns = {
            "item": data.get("item"),
            "closer": int(each and "item" not in data),
            "role": data["role"],
            "positions": list(data["positions"]),
            "assignee": None,
            "assignee_position": None,
            "opened_at": event["at"],
            "opened_seq": seq,
            "due_at": data.get("due_at"),
            "outcome": None,
            "decided_by": None,
            "capacity": None,
        }
        self.told.tasks[element_id, visit] = TaskTold(element_id, visit, seq, seq, seq, columns)

    def _held(self, event: Mapping[str, Any], person_id: str | None, position: str | None) -> None:
        self._task(event).columns.update(assignee=person_id, assignee_position=position)

    def _decided(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        told, actor, outcome = self.told, event["actor"], data["outcome"]
        told.last_drive = event["seq"]
        task = self._task(event)
        task.decided, task.least_seq = True, event["seq"]
        task.columns.update(
            assignee=actor,
            assignee_position=data["position"],
            closed_at=event["at"],
            outcome=outcome,
            decided_by=actor,
            capacity=event.get("capacity"),
        )
        draft = data.get("naskah")
        version, sha256 = (draft["version"], draft["sha256"]) if draft else (0, None)
        if draft:
            told.named.append(DraftNamed(event["seq"], version, draft["sha256"], self._files()))
        element = self.route.elements.get(event["element_id"])
        if element is not None:
            self._noted(event, element, bool(task.columns["closer"]), outcome, version, sha256)

    def _noted(
        self,
        event: Mapping[str, Any],
        element: Element,
        closer: bool,
        outcome: str,
        version: int,
        sha256: str | None,
    ) -> None:
        """What a decision leaves beside the case for later ones."""
        if outcome == "submit":
            if element.edits:
                self._joined(event, "drafters")
            self._set(event, handed_version=version)
        if rules.reviews(element, closer) and not element.id.startswith("decide_"):
            self._joined(event, "reviewers")
            self._set(event, review_round=self._now("review_round") + 1)
        if element.id.startswith("record_hardcopy") and outcome == "conform":
            self._set(event, hardcopy_version=version)
        if outcome in ("sign", "approve"):
            if any(use.kind in rules.APPROVALS and use.act != "konsep" for use in element.documents):
                self._set(event, approved_sha256=sha256)
            if any(use.act == "pengesahan" for use in element.documents):
                self._set(event, ratified_sha256=sha256)

    def _joined(self, event: Mapping[str, Any], column: str) -> None:
        people = self._now(column)
        if event["actor"] not in people:
            self._set(event, **{column: [*people, event["actor"]]})

    # --- the draft

    def _files(self) -> tuple[str, ...]:
        return tuple(sorted(file.sha256 for file in self.told.present_files()))

    def _saved(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        version, files = data["version"], self._files()
        self.told.named.append(DraftNamed(event["seq"], version, data["sha256"], files))
        self.told.drafts.append(DraftTold(version, event["seq"], event["actor"], event["at"], files))
        self._joined(event, "drafters")
        self._set(event, naskah_version=version)
        self._concerns_open_tasks(event)

    def _attached(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """A new softcopy or diagram takes the place of the one before."""
        if data["role"] != "supporting":
            self._detached(event, data["role"], None)
        self.told.files.append(
            FileTold(
                seq=event["seq"],
                role=data["role"],
                sha256=data["sha256"],
                size=data["size"],
                media_type=data["media_type"],
                added_by=event["actor"],
                added_at=event["at"],
                from_version=self._now("naskah_version"),
            )
        )
        self._files_changed(event)

    def _detached(self, event: Mapping[str, Any], role: str, sha256: str | None) -> None:
        for file in self.told.present_files():
            if file.role == role and sha256 in (None, file.sha256):
                file.removed_at, file.seq = event["at"], event["seq"]

    def _files_changed(self, event: Mapping[str, Any]) -> None:
        """The digest of a version follows its files until it is handed on; then a new version follows."""
        self._joined(event, "drafters")
        if self.told.drafts and self._now("naskah_version") != self._now("handed_version"):
            self.told.drafts[-1].files, self.told.drafts[-1].seq = self._files(), event["seq"]
        self._concerns_open_tasks(event)

    def _concerns_open_tasks(self, event: Mapping[str, Any]) -> None:
        for task in self.told.tasks.values():
            if not task.decided:
                task.least_seq = event["seq"]

    # --- papers and copies

    def _paper(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        self.told.papers.append(
            PaperTold(
                seq=event["seq"],
                at=event["at"],
                kind=data["kind"],
                version=data["version"],
                act=data.get("act", "konsep"),
                sha256=data["sha256"],
                number=data.get("number"),
                data_sha256=data.get("data_sha256"),
                element_id=event.get("element_id"),
                visit=event.get("visit"),
            )
        )

    def _sent(self, event: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        way = "delivered" if event["type"] == "document.delivered" else "tembusan"
        self.told.copies.extend(
            CopyTold(event["seq"], event["at"], data["kind"], data["sha256"], position, way)
            for position in data["to"]
        )
