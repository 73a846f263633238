"""Writes a `Route` as BPMN 2.0 XML, with its diagram and the `paraf:` extensions.

Knows the order of elements the BPMN schema asks for and how values stand in attributes; must not
know step tables' words or how a drawing is found. The bytes are the same for the same route in
every process: nothing is taken from the clock, the machine or the order of a set. What the route
holds is written whole, unfinished drafts included; a sub-process has a plane of its own unless it is
drawn open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from paraf.domain.route import Box, Each, Element, Flow, Kind, Lane, Route, Scalar
from paraf.engine.layout import draw
from paraf.engine.route_limits import EVENTS
from paraf.engine.step_table import COMMENT_REQUIRED, read_step_table

_NAMESPACES = {
    "xmlns:bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:paraf": "urn:paraf:bpmn:1",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_EVENT_OF_KIND = {kind: (tag, definition) for (tag, definition), kind in EVENTS.items()}
_TIMERS = {"duration": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}


def draw_step_table(text: str, file: str = "steps.toml") -> bytes:
    """The `route.bpmn` of a step table. Raises BrokenRoute listing every fault of the table."""
    route = read_step_table(text, file)
    return write_route(replace(route, geometry=draw(route)))


def write_route(route: Route) -> bytes:
    """The route as BPMN 2.0 in UTF-8, one element a line, flow nodes in the order of the route."""
    page = _Page()
    page.line('<?xml version="1.0" encoding="UTF-8"?>')
    names = {**_NAMESPACES, "id": f"{route.key}_file", "targetNamespace": "urn:paraf:routes"}
    with page.element("bpmn:definitions", names):
        pool = route.pool or "pool"
        with page.element("bpmn:collaboration", {"id": "collaboration"}):
            page.empty("bpmn:participant", {"id": pool, "name": route.name, "processRef": route.key})
        codes = _codes(route)
        for code, root_id in codes.items():
            sort, _, word = code.partition(":")
            said: dict[str, str | None] = {"id": root_id, "name": word}
            page.empty(f"bpmn:{sort}", said if sort == "message" else {**said, f"{sort}Code": word})
        with page.element("bpmn:process", {"id": route.key, "name": route.name, "isExecutable": "true"}):
            _process(page, route, codes)
        with page.element("bpmndi:BPMNDiagram", {"id": "diagram"}):
            plane = {"id": "plane", "bpmnElement": "collaboration"}
            with page.element("bpmndi:BPMNPlane", plane):
                _diagram(page, route, pool)
        for inner in route.elements.values():
            if inner.kind is Kind.SUBPROCESS and inner.id not in route.geometry.opened:
                with page.element("bpmndi:BPMNDiagram", {"id": f"diagram_{inner.id}"}):
                    plane = {"id": f"plane_{inner.id}", "bpmnElement": inner.id}
                    with page.element("bpmndi:BPMNPlane", plane):
                        _shapes(page, route, inner.id)
    return page.text().encode()


def _codes(route: Route) -> dict[str, str]:
    """Messages, errors and escalations that events name ("error:late"), with ids of their own."""
    found = sorted({element.code for element in route.elements.values() if element.code})
    return {code: f"{code.partition(':')[0]}_code_{n}" for n, code in enumerate(found, 1)}


def _process(page: _Page, route: Route, codes: dict[str, str]) -> None:
    page.words("bpmn:documentation", route.documentation)
    if route.options or route.cites:
        with page.element("bpmn:extensionElements", {}):
            for cite in route.cites:
                page.empty("paraf:cite", {"ref": cite})
            for option in route.options.values():
                page.empty(
                    "paraf:option",
                    {
                        "name": option.name,
                        "value": _scalar(option.value),
                        "cite": option.cite,
                        "label": option.documentation or None,
                    },
                )
    if route.lanes:
        with page.element("bpmn:laneSet", {"id": "lanes"}):
            for lane in route.lanes:
                _lane(page, route, lane)
    _scope(page, route, None, codes)


def _lane(page: _Page, route: Route, lane: Lane) -> None:
    with page.element("bpmn:lane", {"id": lane.id, "name": lane.name}):
        if lane.role:
            with page.element("bpmn:extensionElements", {}):
                page.empty("paraf:role", {"ref": lane.role})
        for element in route.elements.values():
            if element.lane == lane.id and element.scope is None:
                page.words("bpmn:flowNodeRef", element.id)


def _scope(page: _Page, route: Route, scope: str | None, codes: dict[str, str]) -> None:
    """The nodes and flows of the process, or of one sub-process."""
    lane_roles = {lane.id: lane.role for lane in route.lanes}
    for element in route.elements.values():
        if element.scope != scope:
            continue
        tag, definition = _EVENT_OF_KIND.get(element.kind, (element.kind.value, None))
        attributes = {
            "id": element.id,
            "name": element.name,
            "default": element.default_flow,
            "attachedToRef": element.attached_to,
            "cancelActivity": None if element.interrupting else "false",
            "calledElement": element.called,
        }
        with page.element(f"bpmn:{tag}", attributes):
            page.words("bpmn:documentation", element.documentation)
            _extensions(page, element, lane_roles.get(element.lane or ""))
            for flow in route.incoming(element.id):
                page.words("bpmn:incoming", flow.id)
            for flow in route.outgoing(element.id):
                page.words("bpmn:outgoing", flow.id)
            _event(page, element, definition, codes)
            if element.each is not None:
                _each(page, element.id, element.each)
            if element.kind is Kind.SUBPROCESS:
                _scope(page, route, element.id, codes)
    for flow in route.flows.values():
        if _scope_of(route, flow) == scope:
            _flow(page, flow)


def _scope_of(route: Route, flow: Flow) -> str | None:
    """Where a flow is written; one whose source is missing belongs to the process."""
    source = route.elements.get(flow.source)
    return source.scope if source else None


def _event(page: _Page, element: Element, definition: str | None, codes: dict[str, str]) -> None:
    if element.kind is Kind.BOUNDARY:
        sort = "timer" if element.code is None else element.code.partition(":")[0]
        definition = f"{sort}EventDefinition"
    if definition is None:
        return
    ref = codes.get(element.code or "")
    name = f"bpmn:{definition}"
    if definition == "timerEventDefinition" and element.timer is not None:
        with page.element(name, {}):
            kind: dict[str, str | None] = {"xsi:type": "bpmn:tFormalExpression"}
            page.words(f"bpmn:{_TIMERS[element.timer.form]}", element.timer.value, kind)
    else:
        page.empty(name, {f"{definition.removesuffix('EventDefinition')}Ref": ref})


def _extensions(page: _Page, element: Element, lane_role: str | None) -> None:
    rows: list[tuple[str, dict[str, str | None]]] = []
    if element.is_person and element.role and element.role != lane_role:
        rows.append(("paraf:role", {"ref": element.role}))
    rows += [("paraf:cite", {"ref": cite}) for cite in element.cites]
    if element.form:
        rows.append(("paraf:form", {"ref": element.form}))
    if element.due:
        rows.append(("paraf:due", {"working": element.due.working, "cite": element.due.cite}))
    if element.edits:
        rows.append(("paraf:edits", {"what": element.edits}))
    if element.answer:
        rows.append(("paraf:answer", {"name": element.answer}))
    if element.decision:
        rows.append(("paraf:decision", {"ref": element.decision}))
    rows += [("paraf:document", {"kind": use.kind, "act": use.act}) for use in element.documents]
    if element.operation:
        work = element.operation
        rows.append(
            ("paraf:operation", {"name": work.name, "kind": work.kind, "to": work.to, "key": work.key})
        )
    for outcome in element.outcomes:
        usual = "required" if outcome.id in COMMENT_REQUIRED else "optional"
        rows.append(
            (
                "paraf:outcome",
                {
                    "id": outcome.id,
                    "label": outcome.label,
                    "comment": outcome.comment if outcome.comment != usual else None,
                    "to": " ".join(outcome.to) or None,
                    "when": outcome.when,
                    "role": outcome.role,
                    "cite": outcome.cite,
                },
            )
        )
    if rows:
        with page.element("bpmn:extensionElements", {}):
            for name, attributes in rows:
                page.empty(name, attributes)


def _each(page: _Page, step: str, each: Each) -> None:
    attributes = {
        "isSequential": "true" if each.sequential else None,
        "paraf:each": each.members,
        "paraf:closer": each.closer,
    }
    with page.element("bpmn:multiInstanceLoopCharacteristics", attributes):
        page.words("bpmn:loopCardinality", f"each.{step}", {"xsi:type": "bpmn:tFormalExpression"})


def _flow(page: _Page, flow: Flow) -> None:
    attributes = {
        "id": flow.id,
        "name": flow.name or None,
        "sourceRef": flow.source,
        "targetRef": flow.target,
    }
    if flow.condition is None and not flow.cites:
        page.empty("bpmn:sequenceFlow", attributes)
        return
    with page.element("bpmn:sequenceFlow", attributes):
        if flow.cites:
            with page.element("bpmn:extensionElements", {}):
                for cite in flow.cites:
                    page.empty("paraf:cite", {"ref": cite})
        if flow.condition is not None:
            page.words("bpmn:conditionExpression", flow.condition, {"xsi:type": "bpmn:tFormalExpression"})


# --- the diagram ----------------------------------------------------------------------------------


def _diagram(page: _Page, route: Route, pool: str) -> None:
    geometry = route.geometry
    for shape_id in (pool, *(lane.id for lane in route.lanes)):
        if shape_id in geometry.boxes:
            attributes = {"id": f"{shape_id}_di", "bpmnElement": shape_id, "isHorizontal": "true"}
            with page.element("bpmndi:BPMNShape", attributes):
                _bounds(page, geometry.boxes[shape_id])
    _shapes(page, route, None)


def _shapes(page: _Page, route: Route, scope: str | None) -> None:
    """The shapes and edges of one plane; what has no place in the drawing yet is left out of it."""
    geometry = route.geometry
    for element in route.elements.values():
        if element.scope != scope or element.id not in geometry.boxes:
            continue
        opened = element.id in geometry.opened
        shape = {
            "id": f"{element.id}_di",
            "bpmnElement": element.id,
            "isMarkerVisible": "true" if element.kind is Kind.EXCLUSIVE else None,
            "isExpanded": str(opened).lower() if element.kind is Kind.SUBPROCESS else None,
        }
        with page.element("bpmndi:BPMNShape", shape):
            _bounds(page, geometry.boxes[element.id])
            _label(page, geometry.labels.get(element.id))
        if opened:
            _shapes(page, route, element.id)
    for flow in route.flows.values():
        if _scope_of(route, flow) != scope or flow.id not in geometry.lines:
            continue
        with page.element("bpmndi:BPMNEdge", {"id": f"{flow.id}_di", "bpmnElement": flow.id}):
            for x, y in geometry.lines[flow.id]:
                page.empty("di:waypoint", {"x": _number(x), "y": _number(y)})
            _label(page, geometry.labels.get(flow.id))


def _label(page: _Page, box: Box | None) -> None:
    if box is not None:
        with page.element("bpmndi:BPMNLabel", {}):
            _bounds(page, box)


def _bounds(page: _Page, box: Box) -> None:
    page.empty(
        "dc:Bounds",
        {
            "x": _number(box.x),
            "y": _number(box.y),
            "width": _number(box.width),
            "height": _number(box.height),
        },
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _scalar(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Page:
    """Lines of XML with one blank of indentation a level."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def line(self, text: str) -> None:
        self._lines.append(" " * self._depth + text)

    def words(self, name: str, text: str, attributes: dict[str, str | None] | None = None) -> None:
        if text:
            self.line(f"<{name}{_attributes(attributes or {})}>{escape(text)}</{name}>")

    def empty(self, name: str, attributes: dict[str, str | None]) -> None:
        self.line(f"<{name}{_attributes(attributes)}/>")

    @contextmanager
    def element(self, name: str, attributes: dict[str, str | None] | dict[str, str]) -> Iterator[None]:
        self.line(f"<{name}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self.line(f"</{name}>")

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"


def _attributes(values: dict[str, str | None] | dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items() if value is not None)
