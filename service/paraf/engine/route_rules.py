"""Whether the parts of a route fit together: references, shape, loops, words in conditions.

Knows what a sound drawing of the profile looks like; must not know XML. Whether every outcome finds
exactly one way out of its gateway is counted in `choices.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from paraf.domain.route import PERSON_KINDS, Element, Flow, Kind, Route
from paraf.engine import route_limits as limits
from paraf.engine.choices import check_choices
from paraf.engine.expressions import Condition, ExpressionError, compile_condition
from paraf.engine.findings import Findings
from paraf.language import N_

STARTS = frozenset({Kind.START, Kind.MESSAGE_START})
ENDS = frozenset({Kind.END, Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END})
CATCHES = frozenset({Kind.TIMER_CATCH, Kind.MESSAGE_CATCH})
INNER = frozenset({Kind.SUBPROCESS, Kind.CALL})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.EVENT_BASED})


def check_route(route: Route, findings: Findings) -> None:
    """Add every fault of the whole to `findings`."""
    _RouteCheck(route, findings).run()


class _RouteCheck:
    def __init__(self, route: Route, findings: Findings) -> None:
        self.route = route
        self.findings = findings
        self.out: dict[str, list[Flow]] = defaultdict(list)
        self.into: dict[str, list[Flow]] = defaultdict(list)
        self.conditions: dict[str, Condition] = {}
        self.ways = Counter(flow.source for flow in route.flows.values())
        self.asked = {element.answer for element in route.elements.values()}
        self.inside: dict[str | None, list[Element]] = defaultdict(list)
        for element in route.elements.values():
            self.inside[element.scope].append(element)

    def run(self) -> None:
        whole = self.flows()
        for element in self.route.elements.values():
            self.element(element)
            self.shape(element)
        self.lanes()
        self.scopes()
        if whole:
            self.reachable()
            self.restless_loops()
        unclear: set[str] = set()
        for flow in self.route.flows.values():
            before = self.findings.errors
            self.condition(flow)
            if self.findings.errors > before:
                unclear.add(flow.source)
        check_choices(self.route, self.conditions, self.findings, unclear)

    def flows(self) -> bool:
        elements = self.route.elements
        whole = True
        for flow in self.route.flows.values():
            ends = [elements.get(flow.source), elements.get(flow.target)]
            for name, ref, found in (
                ("sourceRef", flow.source, ends[0]),
                ("targetRef", flow.target, ends[1]),
            ):
                if found is None:
                    whole = False
                    self.error(
                        flow, "broken_reference", N_("{name} refers to nothing: {ref}"), name=name, ref=ref
                    )
            if ends[0] is None or ends[1] is None:
                continue
            if ends[0].scope != ends[1].scope:
                self.error(flow, "crosses_border", N_("A flow stays within its process or sub-process"))
            if ends[1].kind is Kind.PARALLEL and any(
                known.target == flow.target for known in self.out[flow.source]
            ):
                self.error(
                    flow,
                    "double_flow",
                    N_("Two flows lead from {source} to the join {target}"),
                    source=flow.source,
                    target=flow.target,
                )
            self.out[flow.source].append(flow)
            self.into[flow.target].append(flow)
        return whole

    # One element ------------------------------------------------------------------------------

    def element(self, element: Element) -> None:
        if element.id in limits.RESERVED or element.id in self.asked:
            self.error(
                element, "bad_id", N_("The id {name} already means something in conditions"), name=element.id
            )
        if element.is_person:
            self.person(element)
        if element.kind is Kind.SERVICE and element.operation is None:
            self.error(element, "no_operation", N_("A service task names its operation"))
        if element.kind is Kind.RULE and not element.decision:
            self.error(element, "no_decision", N_("A rule task names its decision table"))
        if element.kind is Kind.CALL and not element.called:
            self.error(
                element,
                "broken_reference",
                N_("{name} refers to nothing: {ref}"),
                name="calledElement",
                ref="",
            )
        if element.answer is not None and element.answer not in limits.ANSWERS:
            self.error(element, "unknown_answer", N_("There is no answer called {name}"), name=element.answer)
        if element.default_flow is not None:
            default = self.route.flows.get(element.default_flow)
            if default is None or default.source != element.id or element.kind is not Kind.EXCLUSIVE:
                self.error(
                    element,
                    "broken_reference",
                    N_("{name} refers to nothing: {ref}"),
                    name="default",
                    ref=element.default_flow,
                )
        if element.kind is Kind.BOUNDARY:
            self.boundary(element)
        if element.kind in {Kind.ERROR_END, Kind.ESCALATION_END}:
            self.thrown(element)

    def person(self, element: Element) -> None:
        if element.role is None:
            self.error(
                element, "no_role", N_("Nobody is named for this task: it has no role and no lane with one")
            )
        if element.role == "item" and not self.within_each(element):
            self.error(element, "no_role", N_("The role item needs paraf:each"))
        if not element.outcomes:
            self.error(element, "no_outcome", N_("A task has at least one outcome"))
        if not element.documentation:
            self.findings.warn(
                element.line, element.id, "no_documentation", N_("A task says in words what is done")
            )
        if not element.name:
            self.findings.warn(element.line, element.id, "no_name", N_("A task has a name"))
        for outcome in element.outcomes:
            for target in outcome.to:
                if target not in self.route.elements:
                    self.error(
                        element,
                        "broken_reference",
                        N_("{name} refers to nothing: {ref}"),
                        name=f"outcome {outcome.id} to",
                        ref=target,
                    )
            if outcome.when is not None:
                self.offer(element, outcome.when)

    def within_each(self, element: Element) -> bool:
        inner: Element | None = element
        while inner is not None:
            if inner.each is not None:
                return True
            inner = self.route.elements.get(inner.scope) if inner.scope else None
        return False

    def offer(self, element: Element, text: str) -> None:
        try:
            condition = compile_condition(text)
        except ExpressionError as fault:
            self.error(element, "bad_condition", fault.message, text=text[:200], position=fault.position)
            return
        for name in sorted(condition.names):
            head, _, field = name.partition(".")
            if head == "option" and field not in self.route.options:
                self.error(element, "unknown_name", N_("Nothing is called {name} here"), name=name)
            elif head not in {"option", "case"} and not self.is_step(head, element):
                self.error(element, "unknown_name", N_("Nothing is called {name} here"), name=name)

    def is_step(self, name: str, beside: Element) -> bool:
        step = self.route.elements.get(name)
        return step is not None and step.is_person and step.scope == beside.scope

    def boundary(self, element: Element) -> None:
        host = self.route.elements.get(element.attached_to or "")
        if host is None or host.scope != element.scope or host.kind not in PERSON_KINDS | INNER:
            self.error(
                element,
                "broken_reference",
                N_("{name} refers to nothing: {ref}"),
                name="attachedToRef",
                ref=element.attached_to or "",
            )
            return
        if element.timer is not None and element.timer.form == "cycle" and element.interrupting:
            self.error(element, "bad_timer", N_("A cycle cannot interrupt its task"))
        if element.timer is None and host.kind is not Kind.SUBPROCESS:
            self.error(element, "no_thrower", N_("An error or escalation is caught at a sub-process"))
        if element.code is not None:
            if element.code.startswith("error:") and not element.interrupting:
                self.error(element, "bad_boundary", N_("An error always interrupts"))
            twins = [
                other
                for other in self.route.elements.values()
                if other.attached_to == element.attached_to and other.code == element.code
            ]
            if len(twins) > 1:
                self.error(element, "double_catch", N_("{code} is caught twice"), code=element.code)

    def thrown(self, element: Element) -> None:
        caught = [
            other
            for other in self.route.elements.values()
            if other.kind is Kind.BOUNDARY
            and other.attached_to == element.scope
            and other.code == element.code
        ]
        if element.scope is None or not caught:
            self.error(element, "not_caught", N_("Nobody catches {code}"), code=element.code or "")

    # Shape --------------------------------------------------------------------------------------

    def shape(self, element: Element) -> None:
        into, out = self.into[element.id], self.out[element.id]
        if element.kind in STARTS or element.kind is Kind.BOUNDARY:
            if into:
                self.error(element, "bad_flow", N_("No flow may lead into this event"))
        elif not into:
            self.error(element, "unreachable", N_("No flow leads here"))
        if element.kind in ENDS:
            if out:
                self.error(element, "bad_flow", N_("No flow may leave an end"))
        elif not out:
            self.error(element, "no_way_on", N_("No flow leaves this element"))
        if len(out) > 1 and element.kind not in GATEWAYS:
            self.error(element, "bad_fork", N_("Only a gateway may have several flows out"))
        if element.kind is Kind.EVENT_BASED:
            for flow in out:
                target = self.route.elements[flow.target]
                if target.kind not in CATCHES or len(self.into[target.id]) != 1:
                    self.error(flow, "bad_race", N_("An event gateway leads to timers and messages only"))

    def lanes(self) -> None:
        lanes = {lane.id: lane for lane in self.route.lanes}
        if not lanes:
            return
        for element in self.route.elements.values():
            if element.lane is None and element.scope is None:
                self.findings.warn(element.line, element.id, "no_lane", N_("This element stands in no lane"))

    def scopes(self) -> None:
        inside = self.inside
        holders: list[str | None] = [None]
        holders += [e.id for e in self.route.elements.values() if e.kind is Kind.SUBPROCESS]
        for holder in holders:
            line = self.route.elements[holder].line if holder else self.first_line()
            where = holder or self.route.key
            if sum(1 for e in inside[holder] if e.kind in STARTS) != 1:
                self.findings.error(
                    line, where, "one_start", N_("A process or sub-process has exactly one start")
                )
            if not any(e.kind in ENDS for e in inside[holder]):
                self.findings.error(line, where, "no_end", N_("A process or sub-process has an end"))
            if holder and any(e.kind is Kind.MESSAGE_START for e in inside[holder]):
                self.findings.error(line, where, "one_start", N_("A sub-process starts by itself"))

    def first_line(self) -> int:
        return min((element.line for element in self.route.elements.values()), default=1)

    def reachable(self) -> None:
        for element in self._unreached():
            if self.into[element.id]:
                self.error(element, "unreachable", N_("No path from the start leads here"))
        ends = [e.id for e in self.route.elements.values() if e.kind in ENDS]
        backwards = {e: [f.source for f in self.into[e]] for e in self.route.elements}
        for element in self.route.elements.values():
            if element.attached_to in backwards:
                backwards[element.id].append(element.attached_to or "")
        home = _closure(ends, backwards)
        for element in self.route.elements.values():
            if element.id not in home and self.out[element.id]:
                self.error(element, "no_way_on", N_("No path leads from here to an end"))

    def _unreached(self) -> list[Element]:
        elements = self.route.elements
        forwards = {e: [f.target for f in self.out[e]] for e in elements}
        for element in elements.values():
            if element.attached_to in forwards:
                forwards[element.attached_to or ""].append(element.id)
            if element.kind in STARTS and element.scope in forwards:
                forwards[element.scope or ""].append(element.id)
        starts = [e.id for e in elements.values() if e.kind in STARTS and e.scope is None]
        reached = _closure(starts, forwards)
        return [element for element in elements.values() if element.id not in reached]

    def restless_loops(self) -> None:
        restless = {e.id for e in self.route.elements.values() if not self.waits(e)}
        ahead = {e: [f.target for f in self.out[e] if f.target in restless] for e in restless}
        looping = _in_loops(ahead)
        for element in self.route.elements.values():
            if element.id in looping:
                self.error(element, "restless_loop", N_("A loop through here never waits for anybody"))

    def waits(self, element: Element) -> bool:
        if element.kind in PERSON_KINDS | CATCHES:
            return True
        if element.kind is not Kind.SUBPROCESS:
            return False
        inner = self.inside[element.id]
        passing = {e.id: [f.target for f in self.out[e.id]] for e in inner if not self.waits(e)}
        reached = _closure([e.id for e in inner if e.kind in STARTS], passing)
        return not any(e.kind in ENDS and e.id in reached for e in inner)

    # Conditions ----------------------------------------------------------------------------------

    def condition(self, flow: Flow) -> None:
        source = self.route.elements.get(flow.source)
        if source is None:
            return
        choice = source.kind is Kind.EXCLUSIVE and self.ways[source.id] > 1
        if flow.condition is None or flow.condition == "":
            if choice and source.default_flow != flow.id:
                self.error(flow, "no_condition", N_("This flow needs a condition, or must be the default"))
            return
        if not choice:
            self.error(flow, "idle_condition", N_("Only a flow out of a choice has a condition"))
            return
        if source.default_flow == flow.id:
            self.error(flow, "idle_condition", N_("The default flow has no condition"))
            return
        try:
            condition = compile_condition(flow.condition)
        except ExpressionError as fault:
            self.error(
                flow, "bad_condition", fault.message, text=flow.condition[:200], position=fault.position
            )
            return
        self.conditions[flow.id] = condition
        for name in sorted(condition.names):
            self.name(flow, source, name)
        self.words(flow, condition)

    def name(self, flow: Flow, source: Element, name: str) -> None:
        head, _, field = name.partition(".")
        if head == "case":
            return
        if head == "option":
            known = field in self.route.options
        elif head in limits.ANSWERS and head not in self.route.elements:
            known = field in limits.ANSWERS[head] and self.is_asked(head, source)
        else:
            element = self.route.elements.get(head)
            known = (
                element is not None
                and element.scope == source.scope
                and (element.is_person or element.kind is Kind.RULE)
            )
        if not known:
            self.error(flow, "unknown_name", N_("Nothing is called {name} here"), name=name)

    def is_asked(self, answer: str, source: Element) -> bool:
        return any(e.answer == answer and e.scope == source.scope for e in self.route.elements.values())

    def words(self, flow: Flow, condition: Condition) -> None:
        for name, _, literal in condition.literals():
            head, _, field = name.partition(".")
            element = self.route.elements.get(head)
            if element is None or not element.is_person or not isinstance(literal, str):
                continue
            if field == "outcome" and element.outcome(literal) is None:
                self.error(
                    flow, "unknown_outcome", N_("{step} has no outcome {name}"), step=head, name=literal
                )
            if field == "return_to" and not any(literal in outcome.to for outcome in element.outcomes):
                self.error(
                    flow,
                    "unknown_outcome",
                    N_("{step} does not return to {name}"),
                    step=head,
                    name=literal,
                )

    def error(self, where: Element | Flow, rule: str, message: str, **values: object) -> None:
        self.findings.error(where.line, where.id, rule, message, **values)


def _closure(starts: Iterable[str], ahead: dict[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting.extend(ahead.get(here, ()))
    return reached


def _in_loops(ahead: Mapping[str, list[str]]) -> set[str]:
    """What comes back to itself, in one walk along the arrows and one against them (Kosaraju): a file
    may hold thousands of elements, and a walk from each of them would take a minute."""
    back: dict[str, list[str]] = defaultdict(list)
    for source, targets in ahead.items():
        for target in targets:
            back[target].append(source)
    left: list[str] = []
    seen: set[str] = set()
    for start in ahead:
        waiting = [(start, False)]
        while waiting:
            here, done = waiting.pop()
            if done:
                left.append(here)
            elif here not in seen:
                seen.add(here)
                waiting += [(here, True), *((target, False) for target in ahead[here])]
    looping: set[str] = set()
    seen.clear()
    for start in reversed(left):
        together, coming = [], [start]
        while coming:
            here = coming.pop()
            if here not in seen:
                seen.add(here)
                together.append(here)
                coming += back[here]
        if len(together) > 1 or start in ahead[start]:
            looping.update(together)
    return looping
