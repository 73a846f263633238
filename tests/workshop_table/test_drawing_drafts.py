"""Unfinished and unusual routes: they are drawn as far as they go, and nothing of them is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.drawing import border, each, end, file, flow, person, start, sub, timer
from paraf.domain.route import Box, Geometry
from paraf.engine import route_edits
from paraf.engine.layout import draw
from paraf.engine.route_file import findings_of
from paraf.engine.tidy import rewritten, tidy
from paraf.engine.write_route import write_route
from paraf.errors import BrokenRoute
from paraf.usecases.step_fields import fields_of, with_fields
from workshop_table.routes import plain, read_again, read_file, shipped

UNUSUAL = file(
    '<bpmn:startEvent id="start"/>\n'
    + person("write", outcomes=("submit",))
    + '<bpmn:boundaryEvent id="late" attachedToRef="write" cancelActivity="false">'
    + timer("timeDuration", "P3D")
    + "</bpmn:boundaryEvent>\n"
    + '<bpmn:subProcess id="discuss" name="Bahas">'
    + each("discuss", "parties")
    + '<bpmn:startEvent id="in_start"/>'
    + person("say", outcomes=("done",), role="item")
    + '<bpmn:endEvent id="in_end"/>'
    + flow("in_start", "say", flow_id="f10")
    + flow("say", "in_end", flow_id="f11")
    + "</bpmn:subProcess>\n"
    + '<bpmn:serviceTask id="remind" name="Ingatkan"><bpmn:extensionElements>'
    + '<paraf:operation name="send_tembusan" kind="usulan" to="drafter"/></bpmn:extensionElements></bpmn:serviceTask>\n'
    + '<bpmn:endEvent id="set"/><bpmn:endEvent id="reminded"/>\n'
    + flow("start", "write", flow_id="f1")
    + flow("write", "discuss", flow_id="f2")
    + flow("discuss", "set", flow_id="f3")
    + flow("late", "remind", flow_id="f4")
    + flow("remind", "reminded", flow_id="f5")
)


def test_border_events_and_sub_processes_are_drawn_and_kept() -> None:
    before = read_file(UNUSUAL)
    after = read_file(tidy(UNUSUAL))
    assert plain(after) == plain(before)
    boxes = after.geometry.boxes
    assert boxes.keys() >= after.elements.keys() and after.geometry.lines.keys() == after.flows.keys()
    event, host = boxes["late"], boxes["write"]
    middle = (event.x + event.width / 2, event.y + event.height / 2)
    on_side = middle[0] in (host.x, host.x + host.width) or middle[1] in (host.y, host.y + host.height)
    assert on_side, "the event sits on the border of its step"
    lowest = max(boxes[name].y for name in ("start", "write", "discuss", "set"))
    assert all(boxes[name].y > lowest for name in ("in_start", "say", "in_end"))
    assert tidy(tidy(UNUSUAL)) == tidy(UNUSUAL)


def test_a_draft_without_lanes_and_with_loose_flows_is_drawn() -> None:
    route = read_file(UNUSUAL)
    loose = {**route.flows, "f99": replace(route.flows["f1"], id="f99", target="nowhere")}
    torn = replace(route, flows=loose)
    geometry = draw(torn)
    assert "f99" not in geometry.lines and geometry.boxes.keys() >= torn.elements.keys()
    again = read_again(replace(torn, geometry=geometry))
    assert plain(again) == plain(torn)


def test_an_empty_process_is_drawn_as_nothing() -> None:
    empty = replace(read_file(UNUSUAL), elements={}, flows={})
    assert draw(empty).boxes == {}


NOTE = (
    '<bpmn:textAnnotation id="note_1"><bpmn:text>Lihat INT-05 &amp; PL 37</bpmn:text></bpmn:textAnnotation>'
    '<bpmn:association id="line_1" sourceRef="submit_usulan" targetRef="note_1"/>'
    '<bpmn:textAnnotation id="note_2"><bpmn:text>Berdiri sendiri</bpmn:text></bpmn:textAnnotation>'
)
DRAWN = (
    '<bpmndi:BPMNShape id="note_1_di" bpmnElement="note_1"><dc:Bounds x="{x}" y="{y}" width="100" height="30"/>'
    '</bpmndi:BPMNShape><bpmndi:BPMNEdge id="line_1_di" bpmnElement="line_1"><di:waypoint x="{x}" y="{y}"/>'
    '<di:waypoint x="{x}" y="{y}"/></bpmndi:BPMNEdge>'
    '<bpmndi:BPMNShape id="note_2_di" bpmnElement="note_2"><dc:Bounds x="7" y="8" width="9" height="10"/>'
    "</bpmndi:BPMNShape>"
)


def test_notes_at_a_diagram_stay_and_go_with_the_step_they_hang_on() -> None:
    before = shipped("sop_mikro_eselon1")
    box = before.geometry.boxes["submit_usulan"]
    text = write_route(before).decode()
    text = text.replace("</bpmn:process>", NOTE + "</bpmn:process>")
    text = text.replace(
        "</bpmndi:BPMNPlane>", DRAWN.format(x=box.x + 11, y=box.y - 50) + "</bpmndi:BPMNPlane>"
    )
    route = read_file(text.encode())
    wider = route_edits.add_step(
        route, "user", "Sebelumnya", "lane_sistem", anchor="prepare_naskah_konsep", before=True
    )
    content = tidy(rewritten(text.encode(), wider))
    again = read_file(content)
    assert plain(again) == plain(wider)
    moved, note = again.geometry.boxes["submit_usulan"], again.geometry.boxes["note_1"]
    assert moved.x > box.x and (note.x - moved.x, note.y - moved.y) == (11, -50)
    assert again.geometry.boxes["note_2"].x == 7
    assert "Lihat INT-05 &amp; PL 37" in content.decode() and 'targetRef="note_1"' in content.decode()
    gone = tidy(rewritten(content, route_edits.remove_step(again, "submit_usulan")))
    assert b"note_1" in gone and b"line_1" not in gone, "an association to nothing is not written"
    assert not [finding for finding in findings_of(gone) if finding.rule == "drawn_nothing"]


CITED = (
    UNUSUAL.replace(b'isExecutable="true">', b'isExecutable="true"><bpmn:extensionElements>'
                    b'<paraf:cite ref="PL 20"/></bpmn:extensionElements>')
    .replace(b'<paraf:outcome id="submit"', b'<paraf:outcome cite="PL 20(2)" id="submit"')
    .replace(b'targetRef="write">', b'targetRef="write"><bpmn:extensionElements>'
             b'<paraf:cite ref="INT-05"/></bpmn:extensionElements>')
)  # fmt: skip


def test_citations_of_the_route_its_outcomes_and_its_flows_outlive_an_edit() -> None:
    before = read_file(CITED)
    said = [fault.rule for fault in findings_of(UNUSUAL)]
    assert [fault.rule for fault in findings_of(CITED)] == said, "they are within the profile"
    fields = fields_of(before, "write") | {"name": "Tulis"}
    after = read_file(tidy(rewritten(CITED, with_fields(before, "write", fields, (), 0))))
    assert after.elements["write"].name == "Tulis"
    assert after.cites == ("PL 20",) and after.flows["f1"].cites == ("INT-05",)
    outcome = after.elements["write"].outcome("submit")
    assert outcome is not None and outcome.cite == "PL 20(2)"


def drawn_open(*names: str) -> bytes:
    """The unusual route with the discussion, and a second one beside it, drawn open."""
    second = sub("agree", start("start_2"), sub("deeper", start("deep"), person("deep_2"), end("deep_3"),
        flow("deep", "deep_2"), flow("deep_2", "deep_3")), end("end_2"), flow("start_2", "deeper"),
        flow("deeper", "end_2"))  # fmt: skip
    more = border("too_late", "discuss", timer("timeDuration", "P9D")) + second + end("given_up")
    ways = flow("too_late", "given_up") + flow("write", "agree") + flow("agree", "set")
    text = UNUSUAL.replace(b"</bpmn:process>", (more + ways).encode() + b"</bpmn:process>")
    route = replace(read_file(text), geometry=Geometry(opened=frozenset(names)))
    return write_route(replace(route, geometry=draw(route)))


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width and other.x < one.x + one.width
        and one.y < other.y + other.height and other.y < one.y + one.height
    )  # fmt: skip


@pytest.mark.parametrize("names", [("discuss",), ("discuss", "agree"), ("discuss", "agree", "deeper")])
def test_a_sub_process_drawn_open_stays_open_and_the_rest_makes_room(names: tuple[str, ...]) -> None:
    content = drawn_open(*names)
    route = read_file(content)
    boxes, elements = route.geometry.boxes, route.elements
    assert route.geometry.opened == set(names) and tidy(content) == content
    assert content.count(b"<bpmndi:BPMNPlane") == 1 + 3 - len(names)
    assert boxes.keys() >= elements.keys() and route.geometry.lines.keys() == route.flows.keys()
    for name in names:
        for inner in (one.id for one in elements.values() if one.scope == name):
            box, host = boxes[inner], boxes[name]
            assert host.x < box.x and box.x + box.width < host.x + host.width, inner
            assert host.y < box.y and box.y + box.height < host.y + host.height, inner
    alike = [one.id for one in elements.values() if one.scope is None and one.attached_to is None]
    assert not [(a, b) for a in alike for b in alike if a < b and overlap(boxes[a], boxes[b])]
    for name, line in route.geometry.lines.items():
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in zip(line, line[1:], strict=False)), name
        for point, shape in ((line[0], route.flows[name].source), (line[-1], route.flows[name].target)):
            box = boxes[shape]
            assert point[0] in (box.x, box.x + box.width) or point[1] in (box.y, box.y + box.height), name
            assert box.x <= point[0] <= box.x + box.width and box.y <= point[1] <= box.y + box.height, name
    event, host = boxes["too_late"], boxes["discuss"]
    x, y = event.x + event.width / 2, event.y + event.height / 2
    assert x in (host.x, host.x + host.width) or y in (host.y, host.y + host.height), "still at the border"
    edited = route_edits.add_step(route, "user", "Sebelumnya", None, anchor="write", before=True)
    assert read_file(tidy(rewritten(content, edited))).geometry.opened == set(names)


def test_what_is_no_route_cannot_be_tidied() -> None:
    for content in (b"", b"<x/>", b"\xff\xfe", b"<!DOCTYPE a><a/>"):
        with pytest.raises(BrokenRoute):
            tidy(content)
