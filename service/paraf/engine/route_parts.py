"""The parts of one element of a route file: extensions, outcomes, timers, multi-instances.

Knows how each `paraf:` extension and event definition is written; must not know how elements hang
together (`route_file.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from paraf.domain.route import PERSON_KINDS, DocumentUse, Due, Each, Kind, Operation, Outcome, Timer
from paraf.engine import route_limits as limits
from paraf.engine.clock import BadTime, canonical_timer, is_working_span
from paraf.engine.findings import Findings
from paraf.engine.xml_file import line_of, namespace_and_name
from paraf.language import N_


class Extensions(NamedTuple):
    """The `paraf:` extensions of one element: (name, attributes, line)."""

    items: tuple[tuple[str, dict[str, str], int], ...]

    def first(self, name: str) -> dict[str, str] | None:
        return next((attributes for found, attributes, _ in self.items if found == name), None)

    def every(self, name: str) -> Iterator[tuple[dict[str, str], int]]:
        return ((attributes, line) for found, attributes, line in self.items if found == name)

    def ref(self, name: str) -> str | None:
        found = self.first(name)
        return found.get("ref") if found else None


class PartsReader:
    """Reads parts of elements and adds what is wrong with them to `findings`."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.codes: dict[str, str] = {}
        self.messages: dict[str, str] = {}

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

    @staticmethod
    def read_cites(extensions: Extensions) -> tuple[str, ...]:
        return tuple(attributes.get("ref", "") for attributes, _ in extensions.every("cite"))

    def read_due(self, extensions: Extensions) -> Due | None:
        for attributes, line in extensions.every("due"):
            working = attributes.get("working", "")
            if not is_working_span(working):
                self.findings.error(
                    line, "", "bad_time", N_("Working time is written like P3D or PT4H: {text}"), text=working
                )
                return None
            return Due(working, attributes.get("cite"))
        return None

    def read_documents(self, extensions: Extensions) -> tuple[DocumentUse, ...]:
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

    def read_outcomes(self, element_id: str, extensions: Extensions) -> tuple[Outcome, ...]:
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
                    attributes.get("cite"),
                )
            )
        return tuple(outcomes)

    def read_operation(self, element_id: str, extensions: Extensions) -> Operation | None:
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
        if definition is None or definition_name(definition) != "timerEventDefinition":
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
        name = (definition_name(definition) or "").removesuffix("EventDefinition")
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

    # Small reading -----------------------------------------------------------------------------

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

    def extensions(self, node: etree._Element, group: str) -> Extensions:
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
        return Extensions(tuple(items))

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


def definition_name(definition: etree._Element | None) -> str | None:
    return None if definition is None else namespace_and_name(definition)[1]
