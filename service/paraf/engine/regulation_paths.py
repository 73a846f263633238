"""Whether every way through a route keeps the order of the text: review, approval, ratification, setting.

Knows how a walk through the flows goes on after each decision; must not know histories (`domain/
rules.py` checks those) or what the text demands (`domain/demanded_steps.py`). What is found is a
warning with the article and the shortest way that shows it: a process owner may publish over it with
a reason (AC-101).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from paraf.domain import demanded_steps as text
from paraf.domain.demanded_steps import DUTIES, SENTENCES, Duty
from paraf.domain.route import Element, Finding, Flow, Kind, PathStep, Route, Scalar
from paraf.domain.rules import APPROVALS, order_rule
from paraf.engine.expressions import Condition, ExpressionError, compile_condition
from paraf.language import N_

RULE = "regulation"
DONE = frozenset({"sign", "approve"})
STARTS = (Kind.START, Kind.MESSAGE_START)

UNREVIEWED = N_("{article}: the approval can be reached without a review of the draft as it is then")
NOT_RIGHT = N_("{article}: the approval can be reached although the review did not find the draft right")
UNAPPROVED_RATIFIED = N_("{article}: the ratification can be reached without the approval")
UNAPPROVED_SET = N_("{article}: the setting can be reached without the approval")
UNRATIFIED_SET = N_("{article}: the setting can be reached without the ratification")
THREE_CRITERIA = N_(
    "{article}: “sesuai” can be decided here although one of the three criteria is not right"
)
BYPASSED = N_("{article}: a case can come to its setting without this step: {step}")


def regulation_findings(route: Route, key: str | None = None, file: str = "route.bpmn") -> tuple[Finding, ...]:
    """Every warning of the text for a route of a shipped key; none for other routes."""
    key = key or route.key
    if key not in DUTIES:
        return ()
    return tuple(_Regulation(route, key, file).findings())


Decision = tuple[str, str, str | None]
"""A step, its outcome, and the target of a return."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a walk stands: the element, what gateways ahead may ask for (the latest decision, and
    the latest one of a step that is looked for), and whether a review has been (`naskah_complete.round`
    is 0 before the first)."""

    element: str
    reviewed: bool = False
    latest: Decision | None = None
    kept: Decision | None = None


class _Regulation:
    def __init__(self, route: Route, key: str, file: str) -> None:
        self.route = route
        self.key = key
        self.file = file
        self.mikro = key.startswith("sop_mikro")
        self.out: dict[str, list[Flow]] = {element: [] for element in route.elements}
        self.into: dict[str, list[Flow]] = {element: [] for element in route.elements}
        self.conditions: dict[str, Condition] = {}
        for flow in route.flows.values():
            if flow.source in self.out and flow.target in self.into:
                self.out[flow.source].append(flow)
                self.into[flow.target].append(flow)
            try:
                self.conditions[flow.id] = compile_condition(flow.condition or "true")
            except ExpressionError:
                continue
        self.events: dict[str, list[str]] = {}
        for element in route.elements.values():
            if element.attached_to:
                self.events.setdefault(element.attached_to, []).append(element.id)
        persons = [element for element in route.elements.values() if element.is_person]
        self.starts = [e.id for e in route.elements.values() if e.kind in STARTS and e.scope is None]
        self.edits = [element.id for element in persons if element.edits]
        self.reviews = {element.id for element in persons if text.is_review(element)}
        self.approvals = {element.id for element in persons if _approves(element)}
        self.ratifies = {element.id for element in persons if text.acts(element, text.RATIFY)}
        self.sets = {element.id for element in persons if text.acts(element, text.SET)}

    def findings(self) -> Iterable[Finding]:
        yield from self.order()
        yield from self.criteria()
        for duty in DUTIES[self.key]:
            yield from self.duty(duty)

    def order(self) -> Iterable[Finding]:
        """No approval before review, no ratification before approval, no setting before either; and
        whoever changes the draft begins anew (INT-18)."""
        article = order_rule(self.key)
        changed = [*self.starts, *self.edits]
        yield from self.unless(changed, self.reviews, _any_outcome, self.approvals, UNREVIEWED, article)
        yield from self.unless(
            self.reviews, self.deciders(), self.found_right, self.approvals, NOT_RIGHT, article
        )
        if self.mikro:
            yield from self.unless(
                changed, self.approvals, _done, self.ratifies, UNAPPROVED_RATIFIED, article
            )
            yield from self.unless(
                changed, self.ratifies, _done, self.sets - self.ratifies, UNRATIFIED_SET, article
            )
        yield from self.unless(
            changed, self.approvals, _done, self.sets - self.ratifies, UNAPPROVED_SET, article
        )

    def criteria(self) -> Iterable[Finding]:
        if not self.mikro:
            return
        for element in self.route.elements.values():
            conform = element.outcome("conform") if element.id.startswith("decide_review_") else None
            if conform is None:
                continue
            whole = any(f"{review}.all_conform" in (conform.when or "") for review in self.reviews)
            if not whole:
                article = next(d.article for d in DUTIES[self.key] if d.part == text.REVIEW)
                yield self.warning(element, THREE_CRITERIA, (), article=article)

    def duty(self, duty: Duty) -> Iterable[Finding]:
        doing = {e.id for e in self.route.elements.values() if text.fulfils(e, duty)}
        if not doing:
            values = {"article": duty.article, "who": duty.who, "paper": duty.paper or ""}
            yield self.warning(self.nearest(duty), SENTENCES[duty.part], (), **values)
        elif duty.always and duty.part != text.SET:
            for goal in sorted(self.sets):
                if goal in doing:
                    continue
                shown = self.way(self.starts, doing, _any_outcome, goal)
                if shown is not None:
                    element = self.route.elements[goal]
                    step = ", ".join(self.route.elements[one].name or one for one in sorted(doing))
                    yield self.warning(element, BYPASSED, shown, article=duty.article, step=step)

    def nearest(self, duty: Duty) -> Element | None:
        """The step that does the thing by somebody else; without one the setting, or the start."""
        for element in self.route.elements.values():
            if duty.part in (text.SUBMIT, text.DRAFT, text.APPROVE, text.RATIFY, text.SET):
                if element.is_person and text.acts(element, duty.part, duty.paper):
                    return element
            elif duty.part == text.REVIEW and text.is_review(element):
                return element
        first = [*sorted(self.sets), *self.starts]
        return self.route.elements[first[0]] if first else None

    # Walking --------------------------------------------------------------------------------------

    def unless(
        self,
        sources: Iterable[str],
        needed: set[str],
        done: Callable[[Element, str], bool],
        goals: set[str],
        message: str,
        article: str,
    ) -> Iterable[Finding]:
        """A warning for each goal that can be reached without one of the needed steps being done."""
        for goal in sorted(goals):
            shown = self.way(sources, needed, done, goal)
            if shown is not None:
                yield self.warning(self.route.elements[goal], message, shown, article=article)

    def way(
        self, sources: Iterable[str], needed: set[str], done: Callable[[Element, str], bool], goal: str
    ) -> tuple[PathStep, ...] | None:
        """The shortest walk from a source to the goal on which no needed step is done."""
        begun = [_Place(source, reviewed=source not in self.starts) for source in sources]
        came: dict[_Place, tuple[_Place, PathStep] | None] = dict.fromkeys(begun)
        waiting = deque(begun)
        ahead = self._ahead(place.element for place in begun)
        taken: set[str] = set()
        while waiting:
            place = waiting.popleft()
            if place.element == goal and came[place] is not None:
                return self._walked(came, place)
            for flow, after, outcome in self._ways_on(place, needed, done):
                taken.add(flow.id)
                joined = [one.id for one in self.into[flow.target] if one.source in ahead]
                if self.route.elements[flow.target].kind is Kind.PARALLEL and not taken.issuperset(joined):
                    continue
                if after not in came:
                    came[after] = (place, PathStep(place.element, flow.id, outcome))
                    waiting.append(after)
        return None

    def _ways_on(
        self, place: _Place, needed: set[str], done: Callable[[Element, str], bool]
    ) -> Iterable[tuple[Flow, _Place, str | None]]:
        element = self.route.elements[place.element]
        for event in self.events.get(element.id, ()):
            yield from ((flow, replace(place, element=flow.target), None) for flow in self.out[event])
        if not element.is_person:
            for flow in self.out[element.id] if element.id not in needed else ():
                if self._open(element, flow, place):
                    yield flow, replace(place, element=flow.target), None
            return
        reviewed = place.reviewed or element.id in self.reviews
        for outcome in element.outcomes:
            if element.id in needed and done(element, outcome.id):
                continue
            for target in outcome.to or (None,):
                made = (element.id, outcome.id, target)
                kept = made if element.id in needed else place.kept
                for flow in self.out[element.id]:
                    yield flow, _Place(flow.target, reviewed, made, kept), outcome.id

    def _open(self, gateway: Element, flow: Flow, place: _Place) -> bool:
        """Whether a flow can be taken after these decisions; what else a condition reads may be so."""
        condition = self.conditions.get(flow.id)
        if gateway.kind is not Kind.EXCLUSIVE or condition is None or not flow.condition:
            return True
        scope: dict[str, Mapping[str, Scalar]] = {"option": self.route.option_values()}
        for made in (place.kept, place.latest):
            if made is not None:
                scope[made[0]] = {"outcome": made[1], "return_to": made[2]}
        known = {f"{head}.{field}" for head, fields in scope.items() for field in fields}
        if not condition.names <= known | {"naskah_complete.complete", "naskah_complete.round"}:
            return True
        for whole in (True, False):
            scope["naskah_complete"] = {"complete": whole, "round": int(place.reviewed)}
            if condition(scope) is True:
                return True
        return False

    def _ahead(self, sources: Iterable[str]) -> set[str]:
        seen: set[str] = set()
        waiting = list(sources)
        while waiting:
            element = waiting.pop()
            if element not in seen:
                seen.add(element)
                waiting += [flow.target for flow in self.out[element]]
        return seen

    def _walked(
        self, came: Mapping[_Place, tuple[_Place, PathStep] | None], place: _Place
    ) -> tuple[PathStep, ...]:
        steps = [PathStep(place.element)]
        before = came[place]
        while before is not None:
            steps.append(before[1])
            before = came[before[0]]
        return tuple(reversed(steps))

    # What counts as done ----------------------------------------------------------------------------

    def deciders(self) -> set[str]:
        """The steps that say whether the draft was found right (`domain/rules.py`)."""
        prefixes: tuple[str, ...] = ("decide_review_", "decide_open_points", "test_and_review")
        if self.key == "sop_makro_change":
            prefixes = (*prefixes, "discuss_")
        return {e.id for e in self.route.elements.values() if e.is_person and e.id.startswith(prefixes)}

    def found_right(self, element: Element, outcome: str) -> bool:
        escalates = self.route.option_values().get("escalate_open_points", True) is True
        reported = element.id.startswith("discuss_") and escalates and outcome in ("disagree", "done")
        return outcome == "conform" or reported

    def warning(
        self, element: Element | None, message: str, path: tuple[PathStep, ...], **values: object
    ) -> Finding:
        where = element.id if element else self.route.key
        line = element.line if element else 1
        return Finding(self.file, line, where, "warning", RULE, message, values, path)


def _approves(element: Element) -> bool:
    return any(
        use.kind in APPROVALS and use.act in ("tanda_tangan", "persetujuan") for use in element.documents
    )


def _done(element: Element, outcome: str) -> bool:
    return outcome in DONE


def _any_outcome(element: Element, outcome: str) -> bool:
    return True
