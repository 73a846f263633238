"""One route file with its forms and tables, held against every rule that needs no database.

Knows what a condition may ask of a form, a decision table or a case, and in which order the rules are
asked; must not know the organisation, published routes other than those handed in, or how long a
hostile file may keep anybody busy (`examiner.py`). Everything is told at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from paraf.documents.data import KINDS
from paraf.domain.route import Element, Finding, Kind, Route
from paraf.domain.route_choice import CHOOSE_ROUTE, INPUTS, OUTPUTS
from paraf.engine.compiled import call_findings
from paraf.engine.decision_table import DecisionTable, read_table
from paraf.engine.expressions import Condition, ExpressionError, compile_condition
from paraf.engine.regulation_paths import regulation_findings
from paraf.engine.route_file import parse_route
from paraf.engine.route_limits import ANSWERS
from paraf.engine.sheet_checks import check_sheet
from paraf.engine.soundness import FAULTY, Soundness, check_soundness
from paraf.engine.table_sheet import read_sheet
from paraf.errors import BrokenRoute
from paraf.forms.schema import check_schema, place_in_words, ready
from paraf.language import N_

CASE: Final = frozenset(
    {
        "sop_kind",
        "request_kind",
        "proposer_unit_kind",
        "proposer_is_biro_po",
        "submitter",
        "addressee",
        "from_perwakilan",
    }
)
"""The constants a case begins with (`propose.py`)."""

CRITERIA: Final = frozenset({"kriteria_a", "kriteria_b", "kriteria_c"})
NOT_PLAYABLE: Final = frozenset(
    {
        "broken_reference",
        "crosses_border",
        "bad_flow",
        "bad_fork",
        "bad_race",
        "one_start",
        "no_way_on",
        "no_condition",
        "bad_condition",
        "restless_loop",
        "bad_timer",
        "bad_each",
        "not_caught",
        "no_thrower",
        "calls_itself",
        "double_id",
        "bad_id",
        "unknown_element",
        "too_many",
        "too_deep",
        "no_end",
    }
)
"""Rules whose breach leaves nothing that could be played."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found. `bound` (a msgid) says why the soundness check came to no end; `roles` are those
    that steps and outcomes name, each with a step that does and its line."""

    findings: tuple[Finding, ...]
    decided: bool
    bound: str | None
    roles: tuple[tuple[str, str, int], ...] = ()


def examine(
    content: bytes,
    forms: Mapping[str, str],
    tables: Mapping[str, str],
    called: Mapping[str, str],
    key: str | None,
    *,
    file: str = "route.bpmn",
    seconds: float = 30.0,
) -> Examined:
    """Hold a file against every rule. `called` are the other routes by key, as text, `seconds` bounds
    the soundness check. Never raises for what the texts say."""
    route, findings = parse_route(content, file)
    if route is None:
        return Examined(findings, False, FAULTY)
    others: dict[str, Route] = {}
    for name, text in called.items():
        other, _ = parse_route(text.encode(), f"{name}.bpmn")
        if other is not None:
            others[name] = other
    found = [*findings]
    if key is not None and route.key != key:
        found.append(
            Finding(
                file, 1, route.key, "error", "wrong_key", N_("The process is called {name}, not {key}"),
                {"name": route.key, "key": key},
            )
        )  # fmt: skip
    found += _Parts(route, forms, tables, file).findings()
    reached = _reached(route, others)
    found += call_findings(route, reached, file)
    playable = not any(f.severity == "error" and f.rule in NOT_PLAYABLE for f in found)
    sound = Soundness(False, 0, FAULTY, ())
    if playable:
        sound = check_soundness(route, reached, seconds=seconds, file=file)
        found += [f for f in sound.findings if not _told_before(f, found)]
        if sound.bound is not None:
            found.append(Finding(file, 1, route.key, "note", "not_decided", sound.bound))
    if not any(f.rule == "broken_reference" for f in found):
        found += regulation_findings(route, key, file)
    return Examined(in_order(found), sound.decided, sound.bound, tuple(_roles(route)))


def _roles(route: Route) -> Iterator[tuple[str, str, int]]:
    seen: set[str] = set()
    for element in route.elements.values():
        named = [element.role, *(outcome.role for outcome in element.outcomes)]
        named += [element.each.closer] if element.each else []
        for role in named:
            if role is not None and role not in seen:
                seen.add(role)
                yield role, element.id, element.line


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By line; errors before warnings before notes."""
    weight = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(findings, key=lambda f: (f.line, weight.get(f.severity, 3), f.rule, f.element)))


def _told_before(finding: Finding, found: Iterable[Finding]) -> bool:
    """Whether a rule of the drawing says the same: a step no flow leads to can never happen either."""
    same = {"never_happens": {"unreachable"}, "stuck": {"no_way_out"}}.get(finding.rule, set())
    return any(one.element == finding.element and one.rule in same for one in found)


def _reached(route: Route, others: Mapping[str, Route]) -> dict[str, Route]:
    found: dict[str, Route] = {}
    waiting = [route]
    while waiting:
        for element in waiting.pop().elements.values():
            if element.called in others and element.called not in found and element.called is not None:
                found[element.called] = others[element.called]
                waiting.append(others[element.called])
    return found


class _Parts:
    """What the conditions and steps ask of forms, tables and documents, and whether it is there."""

    def __init__(
        self, route: Route, forms: Mapping[str, str], tables: Mapping[str, str], file: str
    ) -> None:
        self.route = route
        self.file = file
        self.found: list[Finding] = []
        self.forms = {name: self.form(name, text) for name, text in forms.items()}
        self.tables = {name: self.table(name, text) for name, text in tables.items()}

    def findings(self) -> list[Finding]:
        for element in self.route.elements.values():
            if element.form is not None and element.form not in self.forms:
                self.add(element, "no_form", N_("The form {name} does not exist."), name=element.form)
            if element.decision is not None and element.decision not in self.tables:
                self.add(
                    element, "no_table", N_("The decision table {name} does not exist"), name=element.decision
                )
            if element.decision in ANSWERS:
                self.add(
                    element, "reserved_table",
                    N_("The decision table {name} is called like an answer that Paraf gives itself"),
                    name=element.decision,
                )  # fmt: skip
            if element.decision == CHOOSE_ROUTE:
                self.add(
                    element, "reserved_table",
                    N_("The decision table {name} gives proposals their route and is asked by no step"),
                    name=CHOOSE_ROUTE,
                )  # fmt: skip
            if element.kind is Kind.CALL:
                # the engine plays called routes, but facts, forms and tables belong to one route
                self.add(
                    element, "starts_a_route",
                    N_("No case is carried into another route; draw the steps of that route here, in a sub-process"),
                )  # fmt: skip
            table = self.tables.get(element.decision or "")
            if table is not None and element.decision != CHOOSE_ROUTE:
                self.asked(element, table)
            self.papers(element)
        self.told_to_choose()
        for where, line, condition in self.conditions():
            for name in sorted(condition.names):
                self.name(where, line, name)
            for name, _, literal in condition.literals():
                self.literal(where, line, name, literal)
        return self.found

    def asked(self, element: Element, table: DecisionTable) -> None:
        """What a table asks for is something that a condition at its step could read."""
        for name in table.inputs:
            head, _, field = name.partition(".")
            step = self.route.elements.get(head)
            near = step is not None and step.scope == element.scope
            known = {"option": field in self.route.options, "case": True}.get(head, near)
            if head in ANSWERS and step is None:
                known = field in ANSWERS[head]
            if known:
                self.name(element.id, element.line, name)
            else:
                self.add(element, "unknown_name", N_("Nothing is called {name} here"), name=name)

    def told_to_choose(self) -> None:
        """The table that picks the route of a proposal asks for no more than it is told."""
        table = self.tables.get(CHOOSE_ROUTE)
        for name in sorted(set(table.inputs) - {*INPUTS} if table is not None else ()):
            text = N_("Paraf tells the table {table} nothing that is called {name}")
            self.told(f"tables/{CHOOSE_ROUTE}", 1, "unknown_name", text, table=CHOOSE_ROUTE, name=name)
        for name in sorted({*OUTPUTS} - set(table.outputs) if table is not None else ()):
            text = N_("The table {table} gives no {name}")
            self.told(f"tables/{CHOOSE_ROUTE}", 1, "unknown_field", text, table=CHOOSE_ROUTE, name=name)

    def papers(self, element: Element) -> None:
        kinds = [use.kind for use in element.documents]
        if element.operation is not None and element.operation.kind is not None:
            kinds.append(element.operation.kind)
        for kind in kinds:
            if kind not in KINDS:
                self.add(element, "unknown_document", N_("There is no document of the kind {name}"), name=kind)

    def conditions(self) -> Iterator[tuple[str, int, Condition]]:
        for flow in self.route.flows.values():
            if flow.condition:
                yield from _compiled(flow.id, flow.line, flow.condition)
        for element in self.route.elements.values():
            for outcome in element.outcomes:
                if outcome.when is not None:
                    yield from _compiled(element.id, element.line, outcome.when)

    def name(self, where: str, line: int, name: str) -> None:
        head, _, field = name.partition(".")
        element = self.route.elements.get(head)
        if head == "case" and field not in CASE:
            self.told(where, line, "unknown_name", N_("Nothing is called {name} here"), name=name)
        if element is None:
            return
        if element.kind is Kind.RULE:
            table = self.tables.get(element.decision or "")
            if table is not None and field not in table.outputs:
                self.told(
                    where, line, "unknown_field", N_("The table {table} gives no {name}"),
                    table=element.decision, name=field,
                )  # fmt: skip
        elif element.is_person and field not in self.fields(element):
            self.told(where, line, "unknown_field", N_("No form gives conditions the field {name}"), name=name)

    def literal(self, where: str, line: int, name: str, literal: object) -> None:
        """A choice compared with a value it does not offer is never that value."""
        head, _, field = name.partition(".")
        element = self.route.elements.get(head)
        if element is None or not element.is_person or literal is None:
            return
        schema = self.engine_fields(element).get(field)
        if isinstance(schema, Mapping) and isinstance(schema.get("enum"), list):
            if literal not in schema["enum"]:
                self.told(
                    where, line, "unknown_value", N_("{name} is never {value}"), name=name, value=literal
                )

    def fields(self, element: Element) -> set[str]:
        """The names conditions may read of a person's step."""
        counted = {outcome.id for outcome in element.outcomes} if element.each else set()
        known = {"outcome", "return_to", *counted, *self.engine_fields(element)}
        schema = self.forms.get(element.form or "")
        if schema is None and element.form in self.forms:
            return {*known, *self.read_of(element)}  # the form's own fault is told; its fields are open
        if schema is not None and set(schema.get("properties", {})) >= CRITERIA:
            known.add("all_conform")
        return known

    def read_of(self, element: Element) -> set[str]:
        names = (name.partition(".") for _, _, c in self.conditions() for name in c.names)
        return {field for head, _, field in names if head == element.id}

    def engine_fields(self, element: Element) -> Mapping[str, Any]:
        schema = self.forms.get(element.form or "") or {}
        properties = schema.get("properties", {})
        return {n: part for n, part in properties.items() if isinstance(part, Mapping) and part.get("x-engine")}

    # Reading ----------------------------------------------------------------------------------------

    def form(self, name: str, text: str) -> Mapping[str, Any] | None:
        try:
            schema = json.loads(text)
        except (ValueError, RecursionError):
            self.told(f"forms/{name}", 1, "bad_form", N_("The form {name} is not readable JSON."), name=name)
            return None
        faults = check_schema(schema)
        for fault in faults[:50]:
            place = place_in_words(name, fault.place)
            self.told(f"forms/{name}", 1, "bad_form", fault.message, place=place, **fault.values)
        return None if faults else ready(schema)

    def table(self, name: str, text: str) -> DecisionTable | None:
        file = f"{name}.dmn"
        sheet, faults = read_sheet(text.encode(), file)
        if sheet is not None and not faults:
            faults = check_sheet(sheet, file)
        self.found += [replace(fault, element=f"tables/{name}") for fault in faults]
        try:
            return read_table(text.encode(), file)
        except BrokenRoute:
            return None

    def add(self, element: Element, rule: str, message: str, **values: object) -> None:
        self.told(element.id, element.line, rule, message, **values)

    def told(self, where: str, line: int, rule: str, message: str, **values: object) -> None:
        finding = Finding(self.file, line, where, "error", rule, message, values)
        if finding not in self.found:
            self.found.append(finding)


def _compiled(where: str, line: int, text: str) -> Iterator[tuple[str, int, Condition]]:
    try:
        yield where, line, compile_condition(text)
    except ExpressionError:
        return
