"""A file with one element of every kind of the profile, drawn on a grid; not a route anybody could follow.

Knows tags and boxes; must not know what an editor does with them.
"""

from __future__ import annotations

_TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>"
_MESSAGE = '<bpmn:messageEventDefinition messageRef="letter"/>'
_ERROR = '<bpmn:errorEventDefinition errorRef="broken"/>'
_DONE = '<bpmn:extensionElements><paraf:outcome id="done" label="Selesai"/></bpmn:extensionElements>'
_INNER = '<bpmn:startEvent id="inner_start"/><bpmn:endEvent id="inner_end">' + _ERROR + "</bpmn:endEvent>"

ELEMENTS = (
    ("start", "startEvent", ""),
    ("person", "userTask", _DONE),
    ("by_hand", "manualTask", ""),
    ("by_system", "serviceTask", ""),
    ("by_table", "businessRuleTask", ""),
    ("calling", "callActivity", ""),
    ("choice", "exclusiveGateway", ""),
    ("fork", "parallelGateway", ""),
    ("race", "eventBasedGateway", ""),
    ("wait", "intermediateCatchEvent", _TIMER),
    ("letter_comes", "intermediateCatchEvent", _MESSAGE),
    ("finish", "endEvent", ""),
    ("stop_all", "endEvent", "<bpmn:terminateEventDefinition/>"),
    ("inside", "subProcess", _INNER),
)
FLOWS = (("f1", "start", "choice"), ("f2", "choice", "person"), ("f3", "choice", "by_hand"))
_SIZES = {"Event": (36, 36), "Gateway": (50, 50), "subProcess": (200, 100), "": (100, 80)}
_NAMES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:paraf="urn:paraf:bpmn:1"'
)


def _shape(element_id: str, x: float, y: float, width: float, height: float, more: str = "") -> str:
    return (
        f'<bpmndi:BPMNShape id="{element_id}_di" bpmnElement="{element_id}"{more}>'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
    )


def every_element() -> bytes:
    """The file."""
    nodes, shapes, middle = [], [], {}
    for n, (element_id, tag, content) in enumerate(ELEMENTS):
        nodes.append(f'<bpmn:{tag} id="{element_id}" name="{element_id}">{content}</bpmn:{tag}>')
        width, height = next(size for kind, size in _SIZES.items() if kind in tag)
        x, y = 240 + n % 5 * 200, 120 + n // 5 * 160
        middle[element_id] = (x + width / 2, y + height / 2)
        more = ' isExpanded="true"' if tag == "subProcess" else ""
        shapes.append(_shape(element_id, x, y, width, height, more))
        if tag == "subProcess":
            shapes += [
                _shape("inner_start", x + 20, y + 32, 36, 36),
                _shape("inner_end", x + 140, y + 32, 36, 36),
            ]
        if tag == "userTask":
            shapes.append(_shape("late", x + 82, y + 62, 36, 36))
    nodes.append(f'<bpmn:boundaryEvent id="late" attachedToRef="person">{_TIMER}</bpmn:boundaryEvent>')
    nodes += [f'<bpmn:sequenceFlow id="{f}" sourceRef="{a}" targetRef="{b}"/>' for f, a, b in FLOWS]
    nodes.append('<bpmn:textAnnotation id="remark"><bpmn:text>Catatan</bpmn:text></bpmn:textAnnotation>')
    shapes.append(_shape("remark", 1080, 440, 100, 40))
    edges = [
        f'<bpmndi:BPMNEdge id="{f}_di" bpmnElement="{f}">'
        + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in (middle[a], middle[b]))
        + "</bpmndi:BPMNEdge>"
        for f, a, b in FLOWS
    ]
    held = "".join(f"<bpmn:flowNodeRef>{element_id}</bpmn:flowNodeRef>" for element_id, _, _ in ELEMENTS)
    pool = _shape("pool", 160, 60, 1080, 620, ' isHorizontal="true"')
    pool += _shape("lane_drafter", 190, 60, 1050, 620, ' isHorizontal="true"')
    return (
        f'<bpmn:definitions {_NAMES} id="file" targetNamespace="urn:paraf:routes">'
        '<bpmn:message id="letter" name="surat"/><bpmn:error id="broken" errorCode="batal"/>'
        '<bpmn:collaboration id="whole"><bpmn:participant id="pool" name="Semua" processRef="every_element"/>'
        '</bpmn:collaboration><bpmn:process id="every_element" name="Semua" isExecutable="true">'
        f'<bpmn:laneSet id="lanes"><bpmn:lane id="lane_drafter" name="Penyusun">{held}</bpmn:lane></bpmn:laneSet>'
        f'{"".join(nodes)}</bpmn:process><bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" '
        f'bpmnElement="whole">{pool}{"".join(shapes)}{"".join(edges)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        "</bpmn:definitions>"
    ).encode()
