"""A route file read into a `Route`: every fault is listed, nothing unknown is let through.

Knows BPMN elements, the `paraf:` extensions and the drawing; must not know how a case moves. What
the parts mean together (reachability, loops, conditions) is checked in `route_rules.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from paraf.domain.route import (
    PERSON_KINDS,
    Box,
    DocumentUse,
    Due,
    Each,
    Element,
    Finding,
    Flow,
    Geometry,
    Kind,
    Lane,
    Operation,
    Outcome,
    Route,
    RouteOption,
    Scalar,
    Timer,
)
from paraf.engine import route_limits as limits
from paraf.engine.clock import BadTime, canonical_timer, is_working_span
from paraf.engine.expressions import ExpressionError, read_literal
from paraf.engine.findings import Findings
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


class _Extensions(NamedTuple):
    """The `paraf:` extensions of one element: (name, attributes, line)."""

    items: tuple[tuple[str, dict[str, str], int], ...]

    def first(self, name: str) -> dict[str, str] | None:
        return next((attributes for found, attributes, _ in self.items if found == name), None)

    def every(self, name: str) -> Iterator[tuple[dict[str, str], int]]:
        return ((attributes, line) for found, attributes, line in self.items if found == name)

    def ref(self, name: str) -> str | None:
        found = self.first(name)
        return found.get("ref") if found else None


class _RouteReader:
    def __init__(self, root: etree._Element, findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.ids: dict[str, int] = {}
        self.lanes: list[Lane] = []
        self.lane_of: dict[str, str] = {}
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.codes: dict[str, str] = {}
        self.messages: dict[str, str] = {}

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
        if len(processes) != 1:
            self.fault(self.root, "one_process", N_("A route file holds exactly one process"))
            return None
        process = processes[0]
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

    def read_options(self, extensions: _Extensions) -> dict[str, RouteOption]:
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
        self.extensions(node, "other")
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
            )

    def read_node(self, node: etree._Element, tag: str, scope: str | None, depth: int) -> None:
        element_id = self.own_id(node)
        definition = self.event_definition(node, tag) if tag in limits.EVENT_TAGS else None
        kind = limits.NODES.get(tag) or limits.EVENTS.get((tag, _definition_name(definition)))
        if kind is None:
            name = f"{tag} {_definition_name(definition) or ''}".strip()
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
            cites=tuple(attributes.get("ref", "") for attributes, _ in extensions.every("cite")),
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

    # Parts of a node ---------------------------------------------------------------------------

    def event_definition(self, node: etree._Element, tag: str) -> etree._Element | None:
        found = [part for part in node if namespace_and_name(part)[1].endswith("EventDefinition")]
        if len(found) > 1:
            self.fault(node, "unknown_element", N_("An event has one definition"))
        return found[0] if found else None

    def read_each(self, node: etree._Element, kind: Kind) -> Each | None:
        loops = [part for part in node if namespace_and_name(part)[1] == "multiInstanceLoopCharacteristics"]
        if not loops:
            return None
        loop = loops[0]
        element_id = node.get("id", "")
        if kind not in PERSON_KINDS and kind not in {Kind.SUBPROCESS, Kind.CALL} or len(loops) > 1:
            self.fault(
                loop, "bad_each", N_("Only a person's task or a sub-process is done by each member of a set")
            )
            return None
        members, closer = loop.get(f"{{{limits.PARAF}}}each"), loop.get(f"{{{limits.PARAF}}}closer")
        if members is None:
            self.fault(loop, "bad_each", N_("A multi-instance names its set in paraf:each"))
            return None
        if members not in limits.SETS:
            self.fault(loop, "unknown_set", N_("There is no set called {name}"), name=members)
        if closer is not None:
            self.role_shape(loop, closer)
            if kind not in PERSON_KINDS:
                self.fault(loop, "bad_each", N_("Only a person's task can have a closer"))
        for name in loop.attrib:
            if str(name) not in {
                "id",
                "isSequential",
                f"{{{limits.PARAF}}}each",
                f"{{{limits.PARAF}}}closer",
            }:
                self.fault(
                    loop, "unknown_attribute", N_("The attribute {name} is outside the profile"), name=name
                )
        parts = [namespace_and_name(part)[1] for part in loop]
        if parts != ["loopCardinality"] or (loop[0].text or "").strip() != f"each.{element_id}":
            self.fault(loop, "bad_each", N_("The cardinality of {name} must be each.{name}"), name=element_id)
        return Each(members, closer, loop.get("isSequential", "false") == "true")

    def read_due(self, extensions: _Extensions) -> Due | None:
        for attributes, line in extensions.every("due"):
            working = attributes.get("working", "")
            if not is_working_span(working):
                self.findings.error(
                    line, "", "bad_time", N_("Working time is written like P3D or PT4H: {text}"), text=working
                )
                return None
            return Due(working, attributes.get("cite"))
        return None

    def read_documents(self, extensions: _Extensions) -> tuple[DocumentUse, ...]:
        uses = []
        for attributes, line in extensions.every("document"):
            kind, act = attributes.get("kind", ""), attributes.get("act", "")
            if act not in limits.ACTS or not limits.WORD.fullmatch(kind):
                self.findings.error(
                    line,
                    "",
                    "bad_document",
                    N_("There is no act {act} on a document {kind}"),
                    act=act,
                    kind=kind,
                )
            uses.append(DocumentUse(kind, act))
        return tuple(uses)

    def read_outcomes(self, element_id: str, extensions: _Extensions) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        for attributes, line in extensions.every("outcome"):
            outcome_id = attributes.get("id", "")
            if not limits.WORD.fullmatch(outcome_id) or any(known.id == outcome_id for known in outcomes):
                self.findings.error(
                    line,
                    element_id,
                    "bad_outcome",
                    N_("The outcome {name} is misnamed or given twice"),
                    name=outcome_id,
                )
            comment = attributes.get("comment")
            if comment not in {None, "required", "optional"}:
                self.findings.error(
                    line,
                    element_id,
                    "bad_outcome",
                    N_("A comment is required or optional, not {name}"),
                    name=comment,
                )
            default = "required" if outcome_id in limits.COMMENT_REQUIRED else "optional"
            role = attributes.get("role")
            if role is not None and not limits.ROLE.fullmatch(role):
                self.findings.error(line, element_id, "bad_role", N_("{name} is no role"), name=role)
            outcomes.append(
                Outcome(
                    outcome_id,
                    attributes.get("label", ""),
                    comment or default,
                    tuple(attributes.get("to", "").replace(",", " ").split()),
                    attributes.get("when"),
                    role,
                )
            )
        return tuple(outcomes)

    def read_operation(self, element_id: str, extensions: _Extensions) -> Operation | None:
        for attributes, line in extensions.every("operation"):
            name = attributes.get("name", "")
            needed = limits.OPERATIONS.get(name)
            if needed is None:
                self.findings.error(
                    line,
                    element_id,
                    "unknown_operation",
                    N_("There is no operation called {name}"),
                    name=name,
                )
            elif needed != set(attributes) - {"name"}:
                self.findings.error(
                    line,
                    element_id,
                    "bad_operation",
                    N_("The operation {name} needs exactly: {needed}"),
                    name=name,
                    needed=", ".join(sorted(needed)),
                )
            return Operation(name, attributes.get("kind"), attributes.get("to"), attributes.get("key"))
        return None

    def read_timer(self, node: etree._Element, definition: etree._Element | None) -> Timer | None:
        if definition is None or _definition_name(definition) != "timerEventDefinition":
            return None
        forms = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
        found = [(namespace_and_name(part)[1], (part.text or "").strip()) for part in definition]
        if len(found) != 1 or found[0][0] not in forms:
            self.fault(
                definition, "bad_timer", N_("A timer has one duration, date or cycle"), element=node.get("id")
            )
            return None
        try:
            return canonical_timer(forms[found[0][0]], found[0][1])
        except BadTime as bad:
            self.fault(definition, "bad_timer", bad.message, element=node.get("id"))
            return None

    def read_code(self, node: etree._Element, definition: etree._Element | None) -> str | None:
        if definition is None:
            return None
        name = (_definition_name(definition) or "").removesuffix("EventDefinition")
        if name not in {"error", "escalation", "message"}:
            return None
        ref = definition.get(f"{name}Ref")
        known = self.messages if name == "message" else self.codes
        if ref is None and name == "message" and namespace_and_name(node)[1] == "startEvent":
            return None
        if ref is None or ref not in known:
            self.fault(
                definition,
                "broken_reference",
                N_("{name} refers to nothing: {ref}"),
                element=node.get("id"),
                name=f"{name}Ref",
                ref=ref or "",
            )
            return None
        return f"{name}:{known[ref]}"

    def read_geometry(self) -> Geometry:
        boxes: dict[str, Box] = {}
        lines: dict[str, tuple[tuple[float, float], ...]] = {}
        labels: dict[str, Box] = {}
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
        return Geometry(boxes, lines, labels)

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

    def documentation(self, node: etree._Element) -> str:
        found = node.find(f"{{{limits.BPMN}}}documentation")
        return "" if found is None else " ".join("".join(str(text) for text in found.itertext()).split())

    def attributes(self, node: etree._Element) -> None:
        for name, value in node.attrib.items():
            allowed = limits.ATTRIBUTES.get(str(name), frozenset())
            if allowed is None or str(value) in allowed:
                continue
            self.fault(
                node,
                "unknown_attribute",
                N_("The attribute {name} is outside the profile"),
                name=f"{name!s}={str(value)[:60]}",
            )

    def extensions(self, node: etree._Element, group: str) -> _Extensions:
        allowed = limits.EXTENSIONS_OF[group]
        items: list[tuple[str, dict[str, str], int]] = []
        for block in node.findall(f"{{{limits.BPMN}}}extensionElements"):
            for item in block:
                space, name = namespace_and_name(item)
                line = line_of(item)
                where = node.get("id", "")
                if space != limits.PARAF:
                    self.findings.warn(
                        line, where, "foreign_extension", N_("{name} means nothing here"), name=name
                    )
                    continue
                shape = limits.EXTENSIONS.get(name)
                if shape is None or name not in allowed:
                    self.findings.error(
                        line, where, "unknown_extension", N_("paraf:{name} is not known here"), name=name
                    )
                    continue
                given = {str(key): str(value) for key, value in item.attrib.items()}
                required, optional = shape
                for missing in sorted(required - set(given)):
                    self.findings.error(
                        line,
                        where,
                        "missing_attribute",
                        N_("paraf:{name} needs {attribute}"),
                        name=name,
                        attribute=missing,
                    )
                for unknown in sorted(set(given) - required - optional):
                    self.findings.error(
                        line,
                        where,
                        "unknown_attribute",
                        N_("The attribute {name} is outside the profile"),
                        name=unknown,
                    )
                if len(item) or (item.text or "").strip():
                    self.findings.error(
                        line,
                        where,
                        "unknown_extension",
                        N_("paraf:{name} keeps its values in attributes"),
                        name=name,
                    )
                items.append((name, given, line))
        return _Extensions(tuple(items))

    def role_shape(self, node: etree._Element, role: str | None) -> None:
        if role is None:
            return
        if not limits.ROLE.fullmatch(role):
            self.fault(node, "bad_role", N_("{name} is no role"), name=role)
        elif "(" not in role and role not in limits.ROLES:
            self.findings.warn(
                line_of(node),
                node.get("id", ""),
                "unknown_role",
                N_("No position is known for the role {name}"),
                name=role,
            )

    def unknown_element(self, node: etree._Element, name: str) -> None:
        self.fault(node, "unknown_element", N_("The element {name} is outside the profile"), name=name)

    def fault(
        self, node: etree._Element, rule: str, message: str, element: str | None = None, **values: object
    ) -> None:
        where = element if element is not None else node.get("id", "")
        self.findings.error(line_of(node), where, rule, message, **values)


def _definition_name(definition: etree._Element | None) -> str | None:
    return None if definition is None else namespace_and_name(definition)[1]


def _option_value(text: str) -> Scalar:
    try:
        value = read_literal(text)
    except ExpressionError:
        return text
    return value if isinstance(value, (bool, int)) or value is None else text


def _replaced(element: Element, lane: str, role: str | None) -> Element:
    values = {name: getattr(element, name) for name in Element.__slots__}
    return Element(**{**values, "lane": lane, "role": role})
