"""What a route file may contain: the profile as tables, nothing else.

Knows the allowed elements, attributes, extensions and names with their limits; must not know how
they are read (`route_file.py`) or how they hang together (`route_rules.py`).
"""

from __future__ import annotations

import re
from typing import Final

from paraf.domain.route import Kind

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DI: Final = "http://www.omg.org/spec/DD/20100524/DI"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
PARAF: Final = "urn:paraf:bpmn:1"

MAX_NODES: Final = 500
MAX_MEMBERS: Final = 200
MAX_SCOPES_DEEP: Final = 5

ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
RESERVED: Final = frozenset({"case", "option", "each"})
ROLE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}|(?:pimpinan|staf)\([A-Z0-9_.-]{1,40}\)")
WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")

# An event's kind depends on its definition: (tag, definition) -> kind.
EVENTS: Final[dict[tuple[str, str | None], Kind]] = {
    ("startEvent", None): Kind.START,
    ("startEvent", "messageEventDefinition"): Kind.MESSAGE_START,
    ("endEvent", None): Kind.END,
    ("endEvent", "terminateEventDefinition"): Kind.TERMINATE,
    ("endEvent", "errorEventDefinition"): Kind.ERROR_END,
    ("endEvent", "escalationEventDefinition"): Kind.ESCALATION_END,
    ("intermediateCatchEvent", "timerEventDefinition"): Kind.TIMER_CATCH,
    ("intermediateCatchEvent", "messageEventDefinition"): Kind.MESSAGE_CATCH,
    ("boundaryEvent", "timerEventDefinition"): Kind.BOUNDARY,
    ("boundaryEvent", "errorEventDefinition"): Kind.BOUNDARY,
    ("boundaryEvent", "escalationEventDefinition"): Kind.BOUNDARY,
}
NODES: Final[dict[str, Kind]] = {
    "userTask": Kind.USER,
    "manualTask": Kind.MANUAL,
    "serviceTask": Kind.SERVICE,
    "businessRuleTask": Kind.RULE,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "eventBasedGateway": Kind.EVENT_BASED,
    "subProcess": Kind.SUBPROCESS,
    "callActivity": Kind.CALL,
}
EVENT_TAGS: Final = frozenset(tag for tag, _ in EVENTS)
# Parts of a process that draw or explain and never move a token.
DRAWN_ONLY: Final = frozenset(
    {"documentation", "extensionElements", "laneSet", "textAnnotation", "association"}
)
# Parts of a node; anything else inside a node is a finding.
NODE_PARTS: Final = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})

# Attributes with the only values they may have; None means any value.
ATTRIBUTES: Final[dict[str, frozenset[str] | None]] = {
    "id": None,
    "name": None,
    "default": None,
    "attachedToRef": None,
    "calledElement": None,
    "sourceRef": None,
    "targetRef": None,
    "implementation": None,
    "gatewayDirection": None,
    "processType": None,
    "isClosed": frozenset({"false"}),
    "isExecutable": frozenset({"true"}),
    "isImmediate": frozenset({"true"}),
    "cancelActivity": frozenset({"true", "false"}),
    "isInterrupting": frozenset({"true"}),
    "parallelMultiple": frozenset({"false"}),
    "triggeredByEvent": frozenset({"false"}),
    "isForCompensation": frozenset({"false"}),
    "instantiate": frozenset({"false"}),
    "eventGatewayType": frozenset({"Exclusive"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
}

# paraf: extension -> (attributes it must have, attributes it may have)
EXTENSIONS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "role": (frozenset({"ref"}), frozenset()),
    "cite": (frozenset({"ref"}), frozenset()),
    "form": (frozenset({"ref"}), frozenset()),
    "due": (frozenset({"working"}), frozenset({"cite"})),
    "document": (frozenset({"kind", "act"}), frozenset()),
    "outcome": (frozenset({"id", "label"}), frozenset({"comment", "to", "when", "role", "cite"})),
    "option": (frozenset({"name", "value"}), frozenset({"cite", "label"})),
    "operation": (frozenset({"name"}), frozenset({"kind", "to", "key"})),
    "edits": (frozenset({"what"}), frozenset()),
    "answer": (frozenset({"name"}), frozenset()),
    "decision": (frozenset({"ref"}), frozenset()),
}
EXTENSIONS_OF: Final[dict[str, frozenset[str]]] = {
    "process": frozenset({"option", "cite"}),
    "lane": frozenset({"role"}),
    "person": frozenset({"role", "cite", "form", "due", "document", "outcome", "edits"}),
    "serviceTask": frozenset({"operation", "cite", "document"}),
    "businessRuleTask": frozenset({"decision", "cite"}),
    "exclusiveGateway": frozenset({"answer", "cite"}),
    "other": frozenset({"cite"}),
}

ROLES: Final = frozenset(
    {
        "menteri",
        "sekjen",
        "kepala_biro_po",
        "reviewer_biro_po",
        "drafter",
        "pimpinan_unit",
        "pimpinan_eselon_ii",
        "kepala_pusat",
        "kepala_perwakilan",
        "pimpinan_eselon_i",
        "sekretaris_eselon_i",
        "submitter",
        "addressee",
        "tim_penyusun_sop",
        "item",
    }
)
SETS: Final = frozenset({"related_heads", "related_units", "parties", "participating_heads"})
OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "generate_document": frozenset({"kind"}),
    "deliver_document": frozenset({"kind", "to"}),
    "send_tembusan": frozenset({"kind", "to"}),
    "start_process": frozenset({"key"}),
}
ACTS: Final = frozenset(
    {"konsep", "paraf", "tanda_tangan", "pengesahan", "penetapan", "persetujuan", "pertimbangan"}
)
# The answers a gateway may ask for, with the values each field can have.
ANSWERS: Final[dict[str, dict[str, str]]] = {
    "naskah_complete": {"complete": "boolean", "round": "count"},
    "hardcopy_current": {"current": "boolean"},
}
COMMENT_REQUIRED: Final = frozenset({"return", "reject", "disagree", "adjust", "withdraw"})
