"""Small routes drawn by hand for tests: elements and flows as text, joined into one BPMN file.

Knows how BPMN and the `paraf:` extensions are written; must not know what a test wants to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from paraf.domain.route import Context
from paraf.engine import spiff
from paraf.engine.compiled import CompiledRoute, compile_route

AT = "2026-11-21T02:50:13.123456Z"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:paraf="urn:paraf:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="file" targetNamespace="urn:paraf:routes">\n'
)
OUTCOMES = ("submit", "return", "other")


def extension(*parts: str) -> str:
    return f"<bpmn:extensionElements>{''.join(parts)}</bpmn:extensionElements>"


def person(
    task_id: str,
    more: str = "",
    inside: str = "",
    outcomes: Sequence[str] = OUTCOMES,
    role: str = "drafter",
) -> str:
    ways = "".join(f'<paraf:outcome id="{o}" label="{o}"/>' for o in outcomes)
    parts = extension(f'<paraf:role ref="{role}"/>', ways, more)
    return (
        f'<bpmn:userTask id="{task_id}" name="{task_id}"><bpmn:documentation>.</bpmn:documentation>'
        f"{parts}{inside}</bpmn:userTask>\n"
    )


def each(element_id: str, members: str, closer: bool = False, sequential: bool = False) -> str:
    closing = ' paraf:closer="sekjen"' if closer else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics paraf:each="{members}"{closing} '
        f'isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopCardinality>each.{element_id}</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def timer(kind: str, value: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{value}</bpmn:{kind}></bpmn:timerEventDefinition>"


def flow(source: str, target: str, condition: str | None = None, flow_id: str | None = None) -> str:
    inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    flow_id = flow_id or f"f_{source}_{target}"
    return (
        f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}'
        "</bpmn:sequenceFlow>\n"
    )


def start(element_id: str = "start") -> str:
    return f'<bpmn:startEvent id="{element_id}"/>\n'


def end(element_id: str = "done", definition: str = "") -> str:
    return f'<bpmn:endEvent id="{element_id}">{definition}</bpmn:endEvent>\n'


def choice(element_id: str, default: str | None = None, answer: str | None = None) -> str:
    chosen = f' default="{default}"' if default else ""
    asked = extension(f'<paraf:answer name="{answer}"/>') if answer else ""
    return f'<bpmn:exclusiveGateway id="{element_id}"{chosen}>{asked}</bpmn:exclusiveGateway>\n'


def parallel(element_id: str) -> str:
    return f'<bpmn:parallelGateway id="{element_id}"/>\n'


def service(element_id: str) -> str:
    operation = extension('<paraf:operation name="start_process" key="next"/>')
    return f'<bpmn:serviceTask id="{element_id}">{operation}</bpmn:serviceTask>\n'


def rule(element_id: str, table: str) -> str:
    decision = extension(f'<paraf:decision ref="{table}"/>')
    return f'<bpmn:businessRuleTask id="{element_id}">{decision}</bpmn:businessRuleTask>\n'


def border(element_id: str, host: str, definition: str, interrupting: bool = True) -> str:
    return (
        f'<bpmn:boundaryEvent id="{element_id}" attachedToRef="{host}" '
        f'cancelActivity="{str(interrupting).lower()}">{definition}</bpmn:boundaryEvent>\n'
    )


def sub(element_id: str, *body: str, inside: str = "") -> str:
    return f'<bpmn:subProcess id="{element_id}">{inside}{"".join(body)}</bpmn:subProcess>\n'


def file(*body: str, roots: str = "", options: str = "", key: str = "route") -> bytes:
    """The bytes of a route file with this body."""
    constants = extension(options) if options else ""
    return (
        f'{HEAD}{roots}<bpmn:process id="{key}" isExecutable="true">{constants}\n{"".join(body)}'
        "</bpmn:process>\n</bpmn:definitions>\n"
    ).encode()


def sub_route(code: str = "", inside: str = "") -> bytes:
    """A sub-process that forks into `check` and `other`; check may end it with `code` or for all."""
    caught = (
        border("caught", "sub", f'<bpmn:{code}EventDefinition {code}Ref="c"/>', code == "error")
        + end("aside")
        + flow("caught", "aside")
        if code
        else ""
    )
    definition = (
        f'<bpmn:{code}EventDefinition {code}Ref="c"/>' if code else "<bpmn:terminateEventDefinition/>"
    )
    body = (
        start("in"),
        parallel("fork"),
        person("check", outcomes=("submit", "return")),
        person("other", outcomes=("submit", "return")),
        choice("gw"),
        end("out"),
        end("broken", definition),
        end("out_too"),
        flow("in", "fork"),
        flow("fork", "check"),
        flow("fork", "other"),
        flow("check", "gw"),
        flow("gw", "out", 'check.outcome = "submit"'),
        flow("gw", "broken", 'check.outcome = "return"'),
        flow("other", "out_too"),
    )
    return file(
        start(),
        sub("sub", *body, inside=inside),
        caught,
        end(),
        flow("start", "sub"),
        flow("sub", "done"),
        roots=f'<bpmn:{code} id="c" name="c" {code}Code="C1"/>' if code else "",
    )


class Office:
    """The answers and sets the outside gives; a test may change them between steps."""

    def __init__(self, members: Sequence[str] = ("U1", "U2"), **answers: dict[str, Any]) -> None:
        self.sets = {"parties": list(members), "related_heads": list(members)}
        self.answers = answers
        self.asked: list[str] = []

    def answer(self, name: str) -> Context:
        self.asked.append(name)
        return self.answers[name]

    def members(self, set_name: str) -> Sequence[str]:
        self.asked.append(set_name)
        return self.sets[set_name]


class Case:
    """A case played on the engine: every step starts from the bytes of the one before."""

    def __init__(self, content: bytes, office: Office | None = None, at: str = AT, **constants: Any) -> None:
        self.route: CompiledRoute = compile_route(content)
        self.office = office or Office()
        self.at = at
        self.step = spiff.start(self.route, "case-1", at, constants, self.office)
        self.log = list(self.step.moves)

    def decide(self, element: str, outcome: str = "submit", visit: int | None = None, **more: Any) -> Case:
        visit = visit or next(task.visit for task in self.open() if task.element == element)
        context = {"outcome": outcome, **more}
        self.step = spiff.complete(
            self.route, "case-1", self.at, self.step.state, element, visit, context, self.office
        )
        self.log += self.step.moves
        return self

    def fire(self, element: str, number: int = 1, at: str | None = None) -> Case:
        at = at or self.at
        self.step = spiff.fire(self.route, "case-1", at, self.step.state, element, number, self.office)
        self.log += self.step.moves
        return self

    def open(self) -> list[Any]:
        return spiff.open_tasks(self.route, self.step.state)

    @property
    def waiting(self) -> list[str]:
        """The ids of the open tasks, one per task."""
        return [task.element for task in self.open()]
