"""A route as plain data: what a BPMN file says, without XML and without an engine.

Knows steps, gateways, flows, lanes and their geometry; must not know how a file is read
(`engine/route_file.py`) or how a case moves (`engine/spiff.py`, `engine/token_game.py`).
Attribute names follow `paraf:` extensions of the BPMN files (namespace `urn:paraf:bpmn:1`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Scalar = str | int | bool | None
Context = Mapping[str, Scalar]


class Kind(StrEnum):
    """The BPMN element kinds of the profile."""

    START = "startEvent"
    MESSAGE_START = "messageStartEvent"
    END = "endEvent"
    TERMINATE = "terminateEndEvent"
    ERROR_END = "errorEndEvent"
    ESCALATION_END = "escalationEndEvent"
    USER = "userTask"
    MANUAL = "manualTask"
    SERVICE = "serviceTask"
    RULE = "businessRuleTask"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    EVENT_BASED = "eventBasedGateway"
    TIMER_CATCH = "timerCatchEvent"
    MESSAGE_CATCH = "messageCatchEvent"
    SUBPROCESS = "subProcess"
    CALL = "callActivity"
    BOUNDARY = "boundaryEvent"


PERSON_KINDS = frozenset({Kind.USER, Kind.MANUAL})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to decide a task. `comment` is "required" or "optional"; `to` lists the element ids
    a return may go to; `when` is a FEEL condition over `option`/`case` that offers it; `role`
    restricts it to another role than the task's (a closer recording a silent party); `cite` is the
    article it comes from."""

    id: str
    label: str
    comment: str = "optional"
    to: tuple[str, ...] = ()
    when: str | None = None
    role: str | None = None
    cite: str | None = None


@dataclass(frozen=True, slots=True)
class Each:
    """Multi-instance over the members of a named set; `closer` is the role that closes it last."""

    members: str
    closer: str | None = None
    sequential: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Standard time in working time (ISO 8601 PnD, PTnH, PTnM) with its citation."""

    working: str
    cite: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """A document this step drafts or signs; `act` is "konsep" or an act of records.md 8.4."""

    kind: str
    act: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A service of the closed catalogue: generate_document, deliver_document, send_tembusan,
    start_process. `to` is a role or a set name."""

    name: str
    kind: str | None = None
    to: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """`form` is duration, date or cycle; `value` is canonical ISO 8601."""

    form: str
    value: str


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node. `role` is effective (its own, else its lane's); `scope` is the id of the
    subprocess it stands in, or None for the process itself; `line` is its line in the file."""

    id: str
    kind: Kind
    name: str = ""
    documentation: str = ""
    scope: str | None = None
    lane: str | None = None
    role: str | None = None
    cites: tuple[str, ...] = ()
    form: str | None = None
    due: Due | None = None
    documents: tuple[DocumentUse, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    each: Each | None = None
    edits: str | None = None
    answer: str | None = None
    operation: Operation | None = None
    default_flow: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    timer: Timer | None = None
    code: str | None = None
    called: str | None = None
    decision: str | None = None
    line: int = 0

    @property
    def is_person(self) -> bool:
        return self.kind in PERSON_KINDS

    def outcome(self, outcome_id: str) -> Outcome | None:
        return next((o for o in self.outcomes if o.id == outcome_id), None)


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None = None
    name: str = ""
    line: int = 0
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    id: str
    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class RouteOption:
    """A constant of the version that a drawn gateway or a `when` reads as `option.<name>`."""

    name: str
    value: Scalar
    cite: str | None = None
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds of a shape in diagram units (px)."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """The drawing: boxes by element, lane or pool id; way-points and label boxes by flow id; `opened`
    are the sub-processes that show what they hold inside their shape."""

    boxes: Mapping[str, Box] = field(default_factory=dict)
    lines: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    labels: Mapping[str, Box] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One process of one file. `elements` and `flows` keep the order of the file."""

    key: str
    name: str
    documentation: str
    options: Mapping[str, RouteOption]
    lanes: tuple[Lane, ...]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    geometry: Geometry = field(default_factory=Geometry)
    pool: str | None = None
    cites: tuple[str, ...] = ()

    def outgoing(self, element_id: str) -> tuple[Flow, ...]:
        return tuple(f for f in self.flows.values() if f.source == element_id)

    def incoming(self, element_id: str) -> tuple[Flow, ...]:
        return tuple(f for f in self.flows.values() if f.target == element_id)

    def option_values(self) -> dict[str, Scalar]:
        return {name: option.value for name, option in self.options.items()}


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a walk through a route: the element, the flow taken out of it (None where several
    are taken or none), and the outcome a person decided."""

    element: str
    flow: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a route file: where, how bad, which rule, and a sentence (msgid + values). `path`
    is the shortest walk that shows a fault of soundness; other faults have none."""

    file: str
    line: int
    element: str
    severity: str
    rule: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    path: tuple[PathStep, ...] = ()
