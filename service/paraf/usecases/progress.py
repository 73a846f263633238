"""What one command does to a case: the engine's moves become facts, tasks, papers and copies.

Knows how a step of the engine is told as facts and which rows follow; must not know why the step
was taken (that is `decide`, `propose`, `withdraw`). Everything is gathered in memory and written
once, at the end, in the transaction of the command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from paraf.domain import calendar
from paraf.domain import naskah as naskah_rules
from paraf.domain.facts import Fact
from paraf.domain.moves import Closed, Ended, Opened, Passed, Step
from paraf.domain.organisation import Appointment, Organisation
from paraf.domain.route import Element, Operation, Scalar
from paraf.errors import NoRoute, RuleBroken
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.storage.tasks import due_key
from paraf.usecases import papers
from paraf.usecases.desk import Desk
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

END_STATES = {"withdrawn": "withdrawn"}
"""Ends that give another state than `completed` (conventions 6)."""


class Progress:
    """One command on one locked case. `case` is the row as locked; `changes` its new values."""

    def __init__(
        self,
        office: Office,
        uow: UnitOfWork,
        case: CaseRow,
        route: ShelvedRoute,
        organisation: Organisation,
        at: str,
        actor: Mapping[str, str | None],
    ) -> None:
        """`actor` holds actor, capacity and on_behalf_of as facts carry them; empty for the system."""
        self.office, self.uow, self.case, self.route = office, uow, case, route
        self.organisation, self.at, self.actor = organisation, at, actor
        self.pinned: dict[str, Any] = json.loads(case.pinned)
        self.facts: list[Fact] = []
        self.changes: dict[str, Any] = {}
        self.opened: list[dict[str, Any]] = []
        self.documents: list[dict[str, Any]] = []
        self.contents: dict[str, bytes] = {}
        self.copies: list[dict[str, Any]] = []
        self.decided: dict[str, Any] | None = None
        self.unasked: list[str] = []
        self.concerns_open_tasks = False
        self.papers: dict[str, Mapping[str, Any] | None] = {}
        self.current: Told | None = None
        self._desk: Desk | None = None

    # --- what the engine may ask (domain.moves.Inputs)

    def answer(self, name: str) -> Mapping[str, Scalar]:
        if name == "naskah_complete":
            return {"complete": bool(self._now("naskah_complete")), "round": self._now("review_round")}
        if name == "hardcopy_current":
            return {"current": self._now("hardcopy_version") == self._now("naskah_version")}
        raise RuleBroken(N_("The route asks for an answer that Paraf does not know: {name}."), name=name)

    def look_up(self, table: str, known: Mapping[str, Mapping[str, Scalar]]) -> Mapping[str, Scalar]:
        found = self.route.tables.get(table)
        if found is None:
            raise RuleBroken(N_("The decision table {name} does not exist"), name=table)
        asked = (name.partition(".") for name in found.inputs)
        given = {head + dot + field: known.get(head, {}).get(field) for head, dot, field in asked}
        try:
            return found.decide(given).outputs
        except NoRoute:
            raise RuleBroken(
                N_(
                    "Not exactly one row of the decision table “{table}” fits this case. Please tell the process owner."
                ),
                table=found.name,
            ) from None

    def members(self, set_name: str) -> Sequence[str]:
        return self.organisation.members(
            set_name, self.case.unit_code, self.parties(), self.pinned["case"], self.at
        )

    def parties(self) -> tuple[str, ...]:
        """Codes of the units that the current draft names (part d and its lanes)."""
        return tuple(naskah_rules.units_in(self.draft()))

    def draft(self) -> naskah_rules.Naskah:
        """The current version of the draft as the command found it."""
        return self.desk().draft

    def desk(self) -> Desk:
        """The desk for this command's papers; it sees the decision being taken as the newest."""
        if self._desk is None:
            self._desk = Desk(
                self.office, self.uow, self.case, self.route, self.organisation, self.at, self.current
            )
        return self._desk

    def _now(self, column: str) -> Any:
        return self.changes.get(column, getattr(self.case, column))

    # --- gathering

    @property
    def next_seq(self) -> int:
        """The number the next fact will carry."""
        return self.case.seq + len(self.facts) + 1

    def add(
        self, type_: str, data: Mapping[str, Any], element: str | None = None, visit: int | None = None
    ) -> int:
        """Add a fact by the actor of the command; gives its number."""
        self.facts.append(
            Fact(
                type=type_,
                element_id=element,
                visit=visit,
                actor=self.actor.get("actor"),
                capacity=self.actor.get("capacity"),
                on_behalf_of=self.actor.get("on_behalf_of"),
                data=data,
            )
        )
        return self.case.seq + len(self.facts)

    def add_system(
        self, type_: str, data: Mapping[str, Any], element: str | None = None, visit: int | None = None
    ) -> int:
        """Add a fact that follows by itself; nobody is its actor."""
        self.facts.append(Fact(type=type_, element_id=element, visit=visit, data=data))
        return self.case.seq + len(self.facts)

    def end_lapsed_claim(self, task: TaskRow) -> None:
        """Somebody takes the task whose holder has left its positions: the history says so (P4)."""
        if task.assignee is not None:
            data = {"position": task.assignee_position, "reason": "organisation"}
            self.add_system("task.released", data, task.element_id, task.visit)

    def take(self, step: Step) -> None:
        """Tell the engine's moves as facts, in their order, with what services did on the way."""
        self.changes["engine_state"] = step.state
        gone: set[tuple[str, int]] = set()
        for move in step.moves:
            match move:
                case Passed():
                    data = {"flow": move.flow} if move.flow else {}
                    self.add_system("element.passed", data, move.element, move.visit)
                    operation = self.route.compiled.route.elements[move.element].operation
                    if operation is not None:
                        self._carry_out(operation, move.element, move.visit)
                case Opened():
                    self._open(move)
                case Closed():
                    gone.add((move.element, move.visit))
                case Ended():
                    if move.end == "kept":
                        papers.enter_register(self, move.end, 1)
                    state = END_STATES.get(move.end, "completed")
                    self.add_system("instance.ended", {"end": move.end, "state": state})
                    self.changes.update(state=state, end_id=move.end, ended_at=self.at)
        if gone:
            self._take_away(gone)

    def _take_away(self, gone: Set[tuple[str, int]]) -> None:
        """Tasks end without a decision; one that this command opened itself never comes to be."""
        self.opened = [row for row in self.opened if (row["element_id"], row["visit"]) not in gone]
        found = self.uow.tasks.open_of_case(self.case.id)
        self.unasked.extend(task.id for task in found if (task.element_id, task.visit) in gone)

    def decide(self, task: TaskRow, outcome: str, appointment: Appointment) -> None:
        """The task is decided by this appointment; it leaves every inbox."""
        self.decided = {
            "task_id": task.id,
            "outcome": outcome,
            "person_id": self.actor["actor"],
            "position_id": appointment.position_id,
            "capacity": appointment.capacity,
        }

    def _open(self, move: Opened) -> None:
        element = self.route.compiled.route.elements[move.element]
        role = self._role_of(element, move)
        positions = list(
            self.organisation.resolve(role, self.case.unit_code, self.pinned["case"], move.item, self.at)
        )
        due_at = self._due(element, positions)
        data: dict[str, Any] = {"role": role, "positions": positions}
        if move.item is not None:
            data["item"] = move.item
        if due_at:
            data["due_at"] = due_at
        seq = self.add_system("task.opened", data, move.element, move.visit)
        self.opened.append(
            {
                "id": self.office.new_id(),
                "instance_id": self.case.id,
                "element_id": move.element,
                "visit": move.visit,
                "item": move.item,
                "closer": int(move.closer),
                "role": role,
                "positions": json.dumps(positions),
                "state": "open",
                "opened_at": self.at,
                "opened_seq": seq,
                "due_at": due_at,
                "seq": seq,
            }
        )

    def _role_of(self, element: Element, move: Opened) -> str:
        if element.each is not None:
            return (element.each.closer or "") if move.closer else "item"
        return element.role or ""

    def _due(self, element: Element, positions: Sequence[str]) -> str | None:
        if element.due is None:
            return None
        unit_code = self.organisation.positions[positions[0]].unit_code if positions else self.case.unit_code
        zone = self.organisation.units[unit_code].zone
        return calendar.add_working(self.at, element.due.working, zone, self.office.holidays)

    # --- services

    def _carry_out(self, operation: Operation, element: str, visit: int) -> None:
        match operation.name:
            case "generate_document":
                papers.make_konsep(self, operation.kind or "", element, visit, {})
            case "deliver_document":
                self._send(operation, element, visit, "document.delivered", "delivered")
            case "send_tembusan":
                self._send(operation, element, visit, "tembusan.sent", "tembusan")
            case "start_process":
                papers.enter_register(self, element, visit)

    def _send(self, operation: Operation, element: str, visit: int, fact: str, way: str) -> None:
        kind = operation.kind or ""
        self.send(
            kind,
            papers.digest_of(self, kind),
            self.desk().positions_of(operation.to or ""),
            element,
            visit,
            fact,
            way,
        )

    def send(
        self,
        kind: str,
        sha256: str | None,
        positions: Sequence[str],
        element: str,
        visit: int,
        fact: str,
        way: str,
    ) -> None:
        """A paper reaches these positions: a fact, and a row each for their page of copies."""
        self.add_system(fact, {"kind": kind, "sha256": sha256, "to": list(positions)}, element, visit)
        self.copies.extend(
            {
                "id": self.office.new_id(),
                "instance_id": self.case.id,
                "kind": kind,
                "sha256": sha256,
                "position_id": position,
                "sent_at": self.at,
                "way": way,
            }
            for position in positions
        )

    # --- writing

    def write(self) -> int:
        """Write everything gathered; gives the newest fact's number."""
        uow, newest = self.uow, self.case.seq + len(self.facts)
        with uow.at_once():
            if self.decided is not None:
                uow.tasks.close(at=self.at, seq=newest, **self.decided)
            if self.concerns_open_tasks:
                uow.tasks.touch_open(self.case.id, newest)
            if self.unasked:
                uow.tasks.close_unasked(self.unasked, self.at, newest)
            seq, head = uow.history.append(self.case.id, self.case.seq, self.case.head, self.at, self.facts)
            if self.opened:
                uow.tasks.insert(self.opened, self._offers())
            if self.documents:
                uow.cases.insert_documents(self.documents, self.contents)
            if self.copies:
                uow.copies.insert(self.copies)
            uow.cases.update(self.case.id, {**self.changes, "seq": seq, "head": head})
        return seq

    def _offers(self) -> list[dict[str, Any]]:
        return [
            {
                "position_id": position,
                "due_at": due_key(row["due_at"]),
                "task_id": row["id"],
                "assignee": row.get("assignee"),
            }
            for row in self.opened
            for position in json.loads(row["positions"])
        ]
