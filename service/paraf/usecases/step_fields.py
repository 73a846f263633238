"""One step as the fields of a form, and those fields put back into the route.

Knows every property a step has and how each is typed by a person; must not know pages or how a draft
is kept. The fields are the same both ways, so that a form that was refused is drawn as it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from paraf.domain.route import (
    DocumentUse,
    Due,
    Each,
    Element,
    Flow,
    Kind,
    Operation,
    Outcome,
    Route,
)  # fmt: skip
from paraf.domain.route_choice import CHOOSE_ROUTE
from paraf.engine import step_edits
from paraf.engine.clock import is_working_span
from paraf.engine.route_limits import ANSWERS, COMMENT_REQUIRED, OPERATIONS, ROLE, SETS, WORD
from paraf.engine.step_ways import Way, own_gateway, ways_of
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases import condition_fields
from paraf.usecases.condition_fields import ConditionName

_SIMPLE = re.compile(r"P(?:(\d+)D|T(\d+)H|T(\d+)M)")
_UNITS = ("D", "H", "M")
_CHOOSE = N_("Please choose one of the options offered.")


def fields_of(route: Route, step_id: str) -> dict[str, Any]:
    """The step as fields. Ways are given with their outcome; None in "ways_told" says that the gateway
    behind the step says more than outcomes and is edited by itself."""
    step = route.elements[step_id]
    gateway, ways = own_gateway(route, step_id), ways_of(route, step_id) if step.is_person else ()
    lane_role = next((lane.role for lane in route.lanes if lane.id == step.lane), None)
    out = route.outgoing(step_id)
    operation = step.operation or Operation("")
    value, unit = _due_fields(step.due)
    return {
        "id": step.id,
        "kind": str(step.kind),
        "name": step.name,
        "documentation": step.documentation,
        "lane": step.lane or "",
        "role": step.role if step.is_person and step.role != lane_role else "",
        "due_value": value,
        "due_unit": unit,
        "form": step.form or "",
        "cites": "\n".join(step.cites),
        "edits": step.edits == "naskah",
        "each": step.each.members if step.each else "",
        "closer": (step.each.closer or "") if step.each else "",
        "documents": [{"kind": use.kind, "act": use.act} for use in step.documents],
        "question": gateway.name if gateway else "",
        "ways_told": ways is not None,
        "outcomes": [_outcome_fields(outcome, ways) for outcome in step.outcomes],
        "operation": operation.name,
        "operation_kind": operation.kind or "",
        "operation_to": operation.to or "",
        "operation_key": operation.key or "",
        "next": out[0].target if len(out) == 1 else "",
        "answer": step.answer or "",
        "decision": step.decision or "",
        "branches": [_branch_fields(step, flow) for flow in out] if step.kind is Kind.EXCLUSIVE else [],
    }


def _due_fields(due: Due | None) -> tuple[str, str]:
    if due is None:
        return "", "D"
    found = _SIMPLE.fullmatch(due.working)
    if found is None:
        return due.working, "ISO"
    place = next(n for n, part in enumerate(found.groups()) if part)
    return str(found[place + 1]), _UNITS[place]


def _outcome_fields(outcome: Outcome, ways: Sequence[Way] | None) -> dict[str, Any]:
    own = [way for way in ways or () if way.outcome == outcome.id]
    return {
        "id": outcome.id,
        "label": outcome.label,
        "comment": outcome.comment == "required",
        "role": outcome.role or "",
        "when": condition_fields.shown(outcome.when),
        "returns": bool(outcome.to),
        "ways": [
            {"target": way.target, "label": way.label, "extra": condition_fields.shown(way.extra)}
            for way in own
        ],
    }


def _branch_fields(gateway: Element, flow: Flow) -> dict[str, Any]:
    return {
        "flow": flow.id,
        "target": flow.target,
        "label": flow.name,
        "default": gateway.default_flow == flow.id,
        "condition": condition_fields.shown(flow.condition),
    }


# --- back into the route --------------------------------------------------------------------------


def with_fields(
    route: Route,
    step_id: str,
    fields: Mapping[str, Any],
    names: Sequence[ConditionName],
    highest: int,
    tables: Collection[str] = (),
) -> Route:
    """The route with a step as the fields say; `tables` are those it may decide by. Raises InvalidForm
    with a sentence per field."""
    found = route.elements.get(step_id)
    if found is None:
        raise InvalidForm(N_("This step is no longer in the draft."))
    return _Reader(route, found, fields, names, highest, tables).changed()


class _Reader:
    def __init__(
        self,
        route: Route,
        step: Element,
        fields: Mapping[str, Any],
        names: Sequence[ConditionName],
        highest: int,
        tables: Collection[str],
    ) -> None:
        self.route, self.step, self.fields = route, step, fields
        self.names, self.highest, self.tables = names, highest, tables
        self.errors: dict[str, list[str]] = {}

    def text(self, name: str) -> str:
        return str(self.fields.get(name) or "").strip()

    def wrong(self, field: str, message: str) -> None:
        self.errors.setdefault(field, []).append(message)

    def changed(self) -> Route:
        plain = self.plain()
        role = self.role("role", self.text("role")) if self.step.is_person else None
        outcomes, ways = self.outcomes() if self.step.is_person else ((), ())
        branches, default = self.branches() if self.step.kind is Kind.EXCLUSIVE else ([], None)
        if not self.text("name") and (self.step.is_person or self.step.kind in (Kind.SERVICE, Kind.RULE)):
            self.wrong("name", N_("A step needs a name."))
        if self.errors:
            raise InvalidForm(N_("Some fields need your attention."), errors=self.errors)
        route, name = self.route, self.step.id
        route = step_edits.change_step(route, name, **plain)
        if self.text("lane") or not route.lanes:
            route = step_edits.move_to_lane(route, name, self.text("lane") or None)
        if self.step.is_person:
            route = step_edits.set_role(route, name, role)
            told = ways if ways_of(self.route, name) is not None else None
            route = step_edits.set_outcomes(route, name, outcomes, told, self.highest)
            return step_edits.set_question(route, name, self.text("question"))
        if self.step.kind is Kind.EXCLUSIVE:
            return step_edits.set_branches(route, name, branches, default, self.highest)
        if len(route.outgoing(name)) <= 1 and "next" in self.fields:
            return step_edits.set_next(route, name, self.text("next") or None, self.highest)
        return route

    def plain(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "name": self.text("name"),
            "documentation": " ".join(self.text("documentation").split()),
            "cites": tuple(
                dict.fromkeys(line.strip() for line in self.text("cites").splitlines() if line.strip())
            ),
        }
        if self.step.is_person:
            values |= {
                "due": self.due(),
                "form": self.text("form") or None,
                "edits": "naskah" if self.fields.get("edits") else None,
                "documents": self.documents(),
                "each": self.each(),
            }
        if self.step.kind is Kind.SERVICE:
            values["operation"] = self.operation()
        if self.step.kind is Kind.EXCLUSIVE:
            answer = self.text("answer")
            if answer and answer not in ANSWERS:
                self.wrong("answer", _CHOOSE)
            values["answer"] = answer or None
        if self.step.kind is Kind.RULE:
            values["decision"] = self.decision()
        return values

    def due(self) -> Due | None:
        value, unit = self.text("due_value"), self.text("due_unit") or "D"
        if not value:
            return None
        working = {"D": f"P{value}D", "H": f"PT{value}H", "M": f"PT{value}M"}.get(unit, value)
        if not is_working_span(working):
            self.wrong("due_value", N_("Please give the standard time as a whole number."))
        return Due(working, self.step.due.cite if self.step.due else "INT-05")

    def role(self, field: str, role: str) -> str | None:
        if role and not ROLE.fullmatch(role):
            self.wrong(field, _CHOOSE)
        return role or None

    def documents(self) -> tuple[DocumentUse, ...]:
        uses = []
        for n, row in enumerate(self.fields.get("documents") or ()):
            kind, act = str(row.get("kind") or ""), str(row.get("act") or "")
            if kind and not act:
                self.wrong(f"documents.{n}.act", _CHOOSE)
            if kind and act:
                uses.append(DocumentUse(kind, act))
        return tuple(uses)

    def each(self) -> Each | None:
        members = self.text("each")
        if not members:
            return None
        if members not in SETS:
            self.wrong("each", _CHOOSE)
        sequential = self.step.each.sequential if self.step.each else False
        return Each(members, self.role("closer", self.text("closer")), sequential)

    def operation(self) -> Operation | None:
        name = self.text("operation")
        if not name:
            return None
        needs = OPERATIONS.get(name)
        if needs is None:
            self.wrong("operation", _CHOOSE)
            return None
        given = {need: self.text(f"operation_{need}") or None for need in sorted(needs)}
        for need, value in given.items():
            if value is None:
                self.wrong(f"operation_{need}", N_("Please fill in this field."))
        return Operation(name, given.get("kind"), given.get("to"), given.get("key"))

    def decision(self) -> str | None:
        name = self.text("decision")
        if name not in {"", self.step.decision} and (name == CHOOSE_ROUTE or name not in self.tables):
            self.wrong("decision", _CHOOSE)
        return name or None

    def outcomes(self) -> tuple[tuple[Outcome, ...], tuple[Way, ...]]:
        outcomes: list[Outcome] = []
        ways: list[Way] = []
        nowhere: list[int] = []
        for n, row in enumerate(self.fields.get("outcomes") or ()):
            outcome_id, label = str(row.get("id") or ""), str(row.get("label") or "")
            if not outcome_id and not label:
                continue
            if not WORD.fullmatch(outcome_id) or any(one.id == outcome_id for one in outcomes):
                self.wrong(f"outcomes.{n}.id", N_("An outcome is called by a lower case word, once only."))
                continue
            if not label:
                self.wrong(f"outcomes.{n}.label", N_("Please fill in this field."))
            when = self.condition(f"outcomes.{n}.when", row.get("when"))
            comment = "required" if row.get("comment") else "optional"
            before = self.step.outcome(outcome_id)
            if before is None and outcome_id in COMMENT_REQUIRED:
                comment = "required"
            role = self.role(f"outcomes.{n}.role", str(row.get("role") or ""))
            outcomes.append(
                Outcome(outcome_id, label, comment, (), when, role, before.cite if before else None)
            )
            own = self.ways(n, row, outcome_id)
            ways += own
            if not own:
                nowhere.append(n)
        # a step whose outcomes all lead nowhere is unfinished; one that forgot an outcome is mistaken
        if ways and ways_of(self.route, self.step.id) is not None:
            for n in nowhere:
                self.wrong(f"outcomes.{n}.ways.0.target", N_("Please choose where this outcome leads."))
        return tuple(outcomes), tuple(ways)

    def ways(self, n: int, row: Mapping[str, Any], outcome: str) -> list[Way]:
        found = []
        for m, way in enumerate(row.get("ways") or ()):
            target = str(way.get("target") or "")
            extra = self.condition(f"outcomes.{n}.ways.{m}.extra", way.get("extra"))
            if not target:
                continue
            if target not in self.route.elements:
                self.wrong(f"outcomes.{n}.ways.{m}.target", _CHOOSE)
            returns = bool(row.get("returns"))
            label = str(way.get("label") or "")
            found.append(Way(outcome, target, label, None if returns else extra, returns))
        return found

    def branches(self) -> tuple[list[tuple[str | None, str, str | None, str]], int | None]:
        found: list[tuple[str | None, str, str | None, str]] = []
        default = None
        for n, row in enumerate(self.fields.get("branches") or ()):
            target = str(row.get("target") or "")
            condition = self.condition(f"branches.{n}.condition", row.get("condition"))
            if not target:
                if condition or row.get("label"):
                    self.wrong(f"branches.{n}.target", _CHOOSE)
                continue
            if target not in self.route.elements:
                self.wrong(f"branches.{n}.target", _CHOOSE)
            if row.get("default"):
                if default is not None:
                    self.wrong(f"branches.{n}.default", N_("Only one way is taken when no other is."))
                default = len(found)
            found.append((str(row.get("flow") or "") or None, target, condition, str(row.get("label") or "")))
        if len(found) == 1:
            found = [(found[0][0], found[0][1], None, found[0][3])]
        return found, default

    def condition(self, field: str, given: object) -> str | None:
        text, faults = condition_fields.given(given if isinstance(given, Mapping) else {}, self.names)
        for fault in faults:
            self.wrong(field, fault)
        return text
