"""A route file read into a `Route`: every fault is listed, nothing unknown is let through.

Knows BPMN elements, the `paraf:` extensions and the drawing; must not know how a case moves. What
the parts mean together (reachability, loops, conditions) is checked in `route_rules.py`.
"""

from __future__ import annotations

import math

from lxml import etree

from paraf.domain.route import (
    PERSON_KINDS,
    Box,
    Element,
    Finding,
    Flow,
    Geometry,
    Kind,
    Lane,
    Route,
    RouteOption,
    Scalar,
)
from paraf.engine import route_limits as limits
from paraf.engine.expressions import ExpressionError, read_literal
from paraf.engine.findings import Findings
from paraf.engine.route_parts import Extensions, PartsReader, definition_name
from paraf.engine.route_rules import check_route
from paraf.engine.xml_file import XmlRefused, line_of, namespace_and_name, read_xml
from paraf.errors import BrokenRoute
from paraf.language import N_


def read_route(content: bytes, file: str = "route.bpmn") -> Route:
    """The route a file describes. Raises BrokenRoute with every finding of severity error."""
    route, findings = _read(content, file)
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if route is None or errors:
        raise BrokenRoute(
            N_("The route file {file} has {count} faults"), errors, file=file, count=len(errors)
        )
    return route


def findings_of(content: bytes, file: str = "route.bpmn") -> tuple[Finding, ...]:
    """Every finding of a file, errors and warnings, in the order of its lines. Never raises."""
    return _read(content, file)[1]


def parse_route(content: bytes, file: str = "route.bpmn") -> tuple[Route | None, tuple[Finding, ...]]:
    """The route as far as it can be read, faults and all, and every finding: for whoever draws, not
    for whoever runs. None when it is no BPMN file of one process. Never raises."""
    return _read(content, file)


def _read(content: bytes, file: str) -> tuple[Route | None, tuple[Finding, ...]]:
    findings = Findings(file)
    try:
        root = read_xml(content)
    except XmlRefused as refused:
        findings.error(refused.line, "", refused.rule, refused.message, **refused.values)
        return None, findings.all()
    route = _RouteReader(root, findings).read()
    if route is not None:
        check_route(route, findings)
    return route, findings.all()


class _RouteReader(PartsReader):
    def __init__(self, root: etree._Element, findings: Findings) -> None:
        super().__init__(findings)
        self.root = root
        self.ids: dict[str, int] = {}
        self.lanes: list[Lane] = []
        self.lane_of: dict[str, str] = {}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}

    def read(self) -> Route | None:
        if namespace_and_name(self.root) != (limits.BPMN, "definitions"):
            self.fault(self.root, "not_bpmn", N_("This is not a BPMN file"))
            return None
        processes, collaboration = [], None
        for child in self.root:
            space, name = namespace_and_name(child)
            if (space, name) == (limits.BPMN, "process"):
                processes.append(child)
            elif (space, name) == (limits.BPMN, "collaboration"):
                collaboration = child
            elif space == limits.BPMN and name in {"error", "escalation"}:
                code_id = child.get("id", "")
                self.codes[code_id] = child.get(f"{name}Code") or child.get("name") or code_id
            elif space == limits.BPMN and name == "message":
                message_id = child.get("id", "")
                self.messages[message_id] = child.get("name") or message_id
            elif space == limits.BPMN:
                self.unknown_element(child, name)
        if not processes:
            self.fault(self.root, "one_process", N_("A route file holds exactly one process"))
            return None
        process = max(processes, key=len)
        for other in processes:
            if other is not process:
                self.fault(other, "one_process", N_("A route file holds exactly one process"))
        self.attributes(process)
        key = self.own_id(process) or ""
        pool = self.read_pool(collaboration, key)
        extensions = self.extensions(process, "process")
        options = self.read_options(extensions)
        self.read_scope(process, None, 1)
        elements = {name: self.with_lane(element) for name, element in self.elements.items()}
        return Route(
            key=key,
            name=process.get("name") or (pool[1] if pool else "") or key,
            documentation=self.documentation(process),
            options=options,
            lanes=tuple(self.lanes),
            elements=elements,
            flows=self.flows,
            geometry=self.read_geometry(),
            pool=pool[0] if pool else None,
            cites=self.read_cites(extensions),
        )

    # Parts of the file -------------------------------------------------------------------------

    def read_pool(self, collaboration: etree._Element | None, key: str) -> tuple[str, str] | None:
        if collaboration is None:
            return None
        self.own_id(collaboration)
        pools = []
        for child in collaboration:
            space, name = namespace_and_name(child)
            if (space, name) == (limits.BPMN, "participant"):
                pools.append(child)
            elif space == limits.BPMN and name not in limits.DRAWN_ONLY:
                self.unknown_element(child, name)
        for pool in pools:
            self.own_id(pool)
            if pool.get("processRef") != key:
                self.fault(
                    pool,
                    "broken_reference",
                    N_("{name} refers to nothing: {ref}"),
                    name="processRef",
                    ref=pool.get("processRef", ""),
                )
        if len(pools) != 1:
            self.fault(collaboration, "one_pool", N_("A route has one pool"))
            return None
        return pools[0].get("id", ""), pools[0].get("name", "")

    def read_options(self, extensions: Extensions) -> dict[str, RouteOption]:
        options: dict[str, RouteOption] = {}
        for attributes, line in extensions.every("option"):
            name = attributes.get("name", "")
            if not limits.WORD.fullmatch(name) or name in options:
                self.findings.error(
                    line, name, "bad_option", N_("The option {name} is misnamed or given twice"), name=name
                )
                continue
            options[name] = RouteOption(
                name,
                _option_value(attributes.get("value", "")),
                attributes.get("cite"),
                attributes.get("label", ""),
            )
        return options

    def read_scope(self, parent: etree._Element, scope: str | None, depth: int) -> None:
        if depth > limits.MAX_SCOPES_DEEP:
            self.fault(
                parent,
                "too_deep",
                N_("Sub-processes are nested more than {limit} deep"),
                limit=limits.MAX_SCOPES_DEEP,
            )
            return
        for child in parent:
            space, name = namespace_and_name(child)
            if space != limits.BPMN:
                self.fault(
                    child, "unknown_element", N_("The element {name} is outside the profile"), name=name
                )
            elif name == "sequenceFlow":
                self.read_flow(child)
            elif name in limits.NODES or name in limits.EVENT_TAGS:
                self.read_node(child, name, scope, depth)
            elif name == "laneSet":
                self.read_lanes(child)
            elif name == "multiInstanceLoopCharacteristics" and scope is not None:
                continue
            elif name in {"incoming", "outgoing"} and scope is not None:
                continue
            elif name not in limits.DRAWN_ONLY:
                self.unknown_element(child, name)
            elif child.get("id"):
                # notes are drawn, and the drawing may name them
                self.ids.setdefault(child.get("id", ""), line_of(child))

    def read_lanes(self, lane_set: etree._Element) -> None:
        for lane in lane_set:
            space, name = namespace_and_name(lane)
            if (space, name) != (limits.BPMN, "lane"):
                self.unknown_element(lane, name)
                continue
            lane_id = self.own_id(lane) or ""
            role = self.extensions(lane, "lane").ref("role")
            self.role_shape(lane, role)
            self.lanes.append(Lane(lane_id, lane.get("name", ""), role))
            for part in lane:
                space, name = namespace_and_name(part)
                if (space, name) == (limits.BPMN, "flowNodeRef"):
                    node = (part.text or "").strip()
                    if node in self.lane_of:
                        self.fault(part, "two_lanes", N_("{name} stands in two lanes"), name=node)
                    self.lane_of[node] = lane_id
                elif name not in limits.DRAWN_ONLY or space != limits.BPMN:
                    self.unknown_element(part, name)

    def read_flow(self, node: etree._Element) -> None:
        flow_id = self.own_id(node)
        self.attributes(node)
        extensions = self.extensions(node, "other")
        condition = None
        for part in node:
            space, name = namespace_and_name(part)
            if (space, name) == (limits.BPMN, "conditionExpression"):
                condition = (part.text or "").strip()
                language = part.get("language")
                if language or len(part):
                    self.fault(part, "bad_condition", N_("A condition is plain text in Paraf's own language"))
            elif name not in limits.DRAWN_ONLY or space != limits.BPMN:
                self.unknown_element(part, name)
        if flow_id:
            self.flows[flow_id] = Flow(
                flow_id,
                node.get("sourceRef", ""),
                node.get("targetRef", ""),
                condition,
                node.get("name", ""),
                line_of(node),
                self.read_cites(extensions),
            )

    def read_node(self, node: etree._Element, tag: str, scope: str | None, depth: int) -> None:
        element_id = self.own_id(node)
        definition = self.event_definition(node, tag) if tag in limits.EVENT_TAGS else None
        kind = limits.NODES.get(tag) or limits.EVENTS.get((tag, definition_name(definition)))
        if kind is None:
            name = f"{tag} {definition_name(definition) or ''}".strip()
            self.fault(node, "unknown_element", N_("The element {name} is outside the profile"), name=name)
            return
        if element_id is None:
            return
        self.attributes(node)
        group = "person" if kind in PERSON_KINDS else tag if tag in limits.EXTENSIONS_OF else "other"
        extensions = self.extensions(node, group)
        each = self.read_each(node, kind)
        role = extensions.ref("role")
        self.role_shape(node, role)
        self.elements[element_id] = Element(
            id=element_id,
            kind=kind,
            name=node.get("name", ""),
            documentation=self.documentation(node),
            scope=scope,
            role=role,
            cites=self.read_cites(extensions),
            form=extensions.ref("form"),
            due=self.read_due(extensions),
            documents=self.read_documents(extensions),
            outcomes=self.read_outcomes(element_id, extensions),
            each=each,
            edits=(extensions.first("edits") or {}).get("what"),
            answer=(extensions.first("answer") or {}).get("name"),
            operation=self.read_operation(element_id, extensions),
            default_flow=node.get("default"),
            attached_to=node.get("attachedToRef") if kind is Kind.BOUNDARY else None,
            interrupting=node.get("cancelActivity", "true") == "true",
            timer=self.read_timer(node, definition),
            code=self.read_code(node, definition),
            called=node.get("calledElement") if kind is Kind.CALL else None,
            decision=extensions.ref("decision"),
            line=line_of(node),
        )
        if len(self.elements) == limits.MAX_NODES + 1:
            self.fault(node, "too_many", N_("A route has at most {limit} elements"), limit=limits.MAX_NODES)
        if kind is Kind.SUBPROCESS:
            self.read_scope(node, element_id, depth + 1)
            return
        for part in node:
            space, name = namespace_and_name(part)
            if space == limits.BPMN and (name in limits.NODE_PARTS or name.endswith("EventDefinition")):
                continue
            if space == limits.BPMN and name == "multiInstanceLoopCharacteristics":
                continue
            self.unknown_element(part, name)

    def read_geometry(self) -> Geometry:
        boxes: dict[str, Box] = {}
        lines: dict[str, tuple[tuple[float, float], ...]] = {}
        labels: dict[str, Box] = {}
        opened: set[str] = set()
        planes = {plane.get("bpmnElement", "") for plane in self.root.iter(f"{{{limits.BPMNDI}}}BPMNPlane")}
        for shape in self.root.iter(f"{{{limits.BPMNDI}}}BPMNShape", f"{{{limits.BPMNDI}}}BPMNEdge"):
            drawn = shape.get("bpmnElement", "")
            if drawn not in self.ids:
                self.findings.warn(
                    line_of(shape),
                    drawn,
                    "drawn_nothing",
                    N_("The drawing shows {name}, which does not exist"),
                    name=drawn,
                )
                continue
            element = self.elements.get(drawn)
            if element is not None and element.kind is Kind.SUBPROCESS and drawn not in planes:
                if shape.get("isExpanded") == "true":
                    opened.add(drawn)
            for bounds in shape.findall(f"{{{limits.DC}}}Bounds"):
                if (box := self.box(bounds)) is not None:
                    boxes[drawn] = box
            for bounds in shape.findall(f"{{{limits.BPMNDI}}}BPMNLabel/{{{limits.DC}}}Bounds"):
                if (box := self.box(bounds)) is not None:
                    labels[drawn] = box
            points = [
                (self.number(p, "x"), self.number(p, "y")) for p in shape.findall(f"{{{limits.DI}}}waypoint")
            ]
            if points:
                lines[drawn] = tuple(points)
        return Geometry(boxes, lines, labels, frozenset(opened))

    # Small reading --------------------------------------------------------------------------------

    def box(self, bounds: etree._Element) -> Box | None:
        return Box(*(self.number(bounds, name) for name in ("x", "y", "width", "height")))

    def number(self, node: etree._Element, name: str) -> float:
        try:
            value = float(node.get(name, ""))
        except ValueError:
            value = math.nan
        if math.isfinite(value) and abs(value) <= 1_000_000:
            return value
        self.fault(node, "bad_drawing", N_("A coordinate of the drawing is no number"))
        return 0.0

    def with_lane(self, element: Element) -> Element:
        lane_id = self.lane_of.get(element.id)
        outer = element
        while lane_id is None and outer.scope is not None and outer.scope in self.elements:
            outer = self.elements[outer.scope]
            lane_id = self.lane_of.get(outer.id)
        lane = next((lane for lane in self.lanes if lane.id == lane_id), None)
        if lane is None:
            return element
        role = element.role or (lane.role if element.is_person else None)
        return _replaced(element, lane.id, role)

    def own_id(self, node: etree._Element) -> str | None:
        found = node.get("id")
        line = line_of(node)
        if found is None or not limits.ID.fullmatch(found):
            self.findings.error(
                line,
                found or "",
                "bad_id",
                N_("An id is made of letters, digits and _: {name}"),
                name=found or "",
            )
            return None
        if found in self.ids:
            self.findings.error(line, found, "double_id", N_("The id {name} is given twice"), name=found)
            return None
        self.ids[found] = line
        return found


def _option_value(text: str) -> Scalar:
    try:
        value = read_literal(text)
    except ExpressionError:
        return text
    return value if isinstance(value, (bool, int)) or value is None else text


def _replaced(element: Element, lane: str, role: str | None) -> Element:
    values = {name: getattr(element, name) for name in Element.__slots__}
    return Element(**{**values, "lane": lane, "role": role})
