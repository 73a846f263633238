"""A route file: everything it says is read, and every fault is listed with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from engine.drawing import (
    HEAD,
    border,
    choice,
    each,
    end,
    extension,
    file,
    flow,
    parallel,
    person,
    service,
    start,
    sub,
    timer,
)
from paraf.domain.route import Due, Each, Kind, Outcome, Timer
from paraf.engine.compiled import compile_route
from paraf.engine.route_file import findings_of, read_route
from paraf.errors import BrokenRoute

ROOT = Path(__file__).parents[2]
ROUTES = sorted((ROOT / "workflows").glob("*/route.bpmn"))

FULL = (
    HEAD
    + """<bpmn:message id="m" name="surat"/>
<bpmn:collaboration id="c"><bpmn:participant id="pool" name="Contoh" processRef="example"/></bpmn:collaboration>
<bpmn:process id="example" isExecutable="true"><bpmn:documentation>Rute contoh</bpmn:documentation>
<bpmn:extensionElements><paraf:option name="allow_reject" value="true" cite="INT-04"/>
<paraf:option name="hardcopy" value="paper"/></bpmn:extensionElements>
<bpmn:laneSet id="lanes"><bpmn:lane id="lane_sekjen" name="Sekretaris Jenderal">
<bpmn:extensionElements><paraf:role ref="sekjen"/></bpmn:extensionElements>
<bpmn:flowNodeRef>sign</bpmn:flowNodeRef><bpmn:flowNodeRef>discuss</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
<bpmn:startEvent id="start"/>
<bpmn:userTask id="discuss" name="Bahas"><bpmn:documentation>Membahas</bpmn:documentation>
<bpmn:extensionElements><paraf:role ref="item"/><paraf:outcome id="agree" label="Sepakat"/>
<paraf:outcome id="disagree" label="Tidak sepakat"/>
<paraf:outcome id="done" label="Catat" role="reviewer_biro_po" comment="required"/></bpmn:extensionElements>
<bpmn:multiInstanceLoopCharacteristics paraf:each="parties" paraf:closer="reviewer_biro_po"><bpmn:loopCardinality
 xsi:type="bpmn:tFormalExpression">each.discuss</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>
</bpmn:userTask>
<bpmn:boundaryEvent id="late" attachedToRef="discuss" cancelActivity="false"><bpmn:timerEventDefinition>
<bpmn:timeCycle>R3/P1W</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="chased"/>
<bpmn:userTask id="sign" name="Tanda tangani"><bpmn:documentation>Pasal 37  ayat (5)
 huruf b</bpmn:documentation>
<bpmn:extensionElements><paraf:cite ref="PL 37(5)b"/><paraf:form ref="sign"/><paraf:due working="P3D" cite="INT-05"/>
<paraf:edits what="naskah"/><paraf:document kind="nota_dinas_persetujuan" act="tanda_tangan"/>
<paraf:outcome id="sign" label="Tanda tangani"/><paraf:outcome id="return" label="Kembalikan" to="discuss sign"/>
<paraf:outcome id="reject" label="Tolak" when="option.allow_reject" comment="optional"/></bpmn:extensionElements>
</bpmn:userTask>
<bpmn:exclusiveGateway id="gw_sign"/>
<bpmn:serviceTask id="deliver"><bpmn:extensionElements><paraf:operation name="deliver_document"
 kind="nota_dinas_persetujuan" to="pimpinan_eselon_i"/></bpmn:extensionElements></bpmn:serviceTask>
<bpmn:endEvent id="set"/><bpmn:endEvent id="not_approved"/>
<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="discuss"/>
<bpmn:sequenceFlow id="f2" sourceRef="discuss" targetRef="sign"/>
<bpmn:sequenceFlow id="f3" sourceRef="sign" targetRef="gw_sign"/>
<bpmn:sequenceFlow id="f4" name="ya" sourceRef="gw_sign" targetRef="deliver"><bpmn:conditionExpression
 xsi:type="bpmn:tFormalExpression">sign.outcome = "sign"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f5" sourceRef="gw_sign" targetRef="discuss"><bpmn:conditionExpression
 xsi:type="bpmn:tFormalExpression">sign.return_to = "discuss"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f6" sourceRef="gw_sign" targetRef="sign"><bpmn:conditionExpression
 xsi:type="bpmn:tFormalExpression">sign.return_to = "sign"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f7" sourceRef="gw_sign" targetRef="not_approved"><bpmn:conditionExpression
 xsi:type="bpmn:tFormalExpression">sign.outcome = "reject"</bpmn:conditionExpression></bpmn:sequenceFlow>
<bpmn:sequenceFlow id="f8" sourceRef="deliver" targetRef="set"/>
<bpmn:sequenceFlow id="f9" sourceRef="late" targetRef="chased"/>
</bpmn:process>
<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
<bpmndi:BPMNPlane id="p" bpmnElement="c"><bpmndi:BPMNShape id="s1" bpmnElement="sign">
<dc:Bounds x="100" y="80.5" width="120" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="e1" bpmnElement="f4"><di:waypoint x="1" y="2"/><di:waypoint x="3" y="4"/>
<bpmndi:BPMNLabel><dc:Bounds x="5" y="6" width="20" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""
)


def test_everything_a_file_says_is_read() -> None:
    route = read_route(FULL.encode())
    assert (route.key, route.name, route.documentation, route.pool) == (
        "example",
        "Contoh",
        "Rute contoh",
        "pool",
    )
    assert route.option_values() == {"allow_reject": True, "hardcopy": "paper"}
    sign, discuss = route.elements["sign"], route.elements["discuss"]
    assert (sign.role, sign.lane, sign.form, sign.edits) == ("sekjen", "lane_sekjen", "sign", "naskah")
    assert sign.documentation == "Pasal 37 ayat (5) huruf b" and sign.cites == ("PL 37(5)b",)
    assert sign.due == Due("P3D", "INT-05")
    assert sign.outcomes[1:] == (
        Outcome("return", "Kembalikan", "required", ("discuss", "sign")),
        Outcome("reject", "Tolak", "optional", (), "option.allow_reject"),
    )
    assert discuss.role == "item" and discuss.each == Each("parties", "reviewer_biro_po")
    assert [outcome.comment for outcome in discuss.outcomes] == ["optional", "required", "required"]
    late = route.elements["late"]
    assert (late.kind, late.attached_to, late.interrupting) == (Kind.BOUNDARY, "discuss", False)
    assert late.timer == Timer("cycle", "R3/P7D")
    assert route.flows["f4"].name == "ya" and route.flows["f4"].condition == 'sign.outcome = "sign"'
    assert route.geometry.boxes["sign"].y == 80.5 and route.geometry.labels["f4"].width == 20
    assert route.geometry.lines["f4"] == ((1.0, 2.0), (3.0, 4.0))
    assert FULL.split("\n")[sign.line - 1].startswith('<bpmn:userTask id="sign"')


@pytest.mark.parametrize("path", ROUTES, ids=lambda path: path.parent.name)
def test_the_published_routes_have_no_fault(path: Path) -> None:
    content = path.read_bytes()
    assert [finding for finding in findings_of(content, path.name) if finding.severity == "error"] == []
    assert compile_route(content).route.key == path.parent.name


def _simple(*more: str, draft: str | None = None, after: str = "done", **options: str) -> bytes:
    """start, draft, end with something added."""
    return file(
        start(),
        draft or person("draft", outcomes=("submit", "return")),
        end(),
        flow("start", "draft"),
        flow("draft", after),
        *more,
        **options,
    )


def _branch(first: str, second: str | None, default: str | None = None, **options: str) -> bytes:
    """start, draft, a choice with two flows, two ends."""
    return _simple(
        choice("gw", default=default),
        end("other"),
        flow("gw", "done", first or None),
        flow("gw", "other", second),
        after="gw",
        **options,
    )


RACE = '<bpmn:eventBasedGateway id="race"/>'
INNER = (start("in"), end("out"), flow("in", "out"))
MESSAGE = (
    '<bpmn:intermediateCatchEvent id="x"><bpmn:messageEventDefinition messageRef="no"/>'
    "</bpmn:intermediateCatchEvent>"
)
REMOVE = extension('<paraf:operation name="rm"/>')
SUBMIT, RETURN = 'draft.outcome = "submit"', 'draft.outcome = "return"'
ODD = {
    "script task": (_simple('<bpmn:scriptTask id="x"/>'), "unknown_element"),
    "inclusive gateway": (_simple('<bpmn:inclusiveGateway id="x"/>'), "unknown_element"),
    "complex gateway": (_simple('<bpmn:complexGateway id="x"/>'), "unknown_element"),
    "send task": (_simple('<bpmn:sendTask id="x"/>'), "unknown_element"),
    "plain task": (_simple('<bpmn:task id="x"/>'), "unknown_element"),
    "link": (
        _simple(
            '<bpmn:intermediateThrowEvent id="x"><bpmn:linkEventDefinition/></bpmn:intermediateThrowEvent>'
        ),
        "unknown_element",
    ),
    "signal end": (_simple(end("x", "<bpmn:signalEventDefinition/>")), "unknown_element"),
    "compensation": (_simple(border("x", "draft", "<bpmn:compensateEventDefinition/>")), "unknown_element"),
    "event sub-process": (
        _simple('<bpmn:subProcess id="x" triggeredByEvent="true"/>'),
        "unknown_attribute",
    ),
    "ad hoc": (_simple('<bpmn:adHocSubProcess id="x"/>'), "unknown_element"),
    "transaction": (_simple('<bpmn:transaction id="x"/>'), "unknown_element"),
    "data object": (_simple('<bpmn:dataObject id="x"/>'), "unknown_element"),
    "io specification": (
        _simple(draft=person("draft").replace("</bpmn:userTask>", "<bpmn:ioSpecification/></bpmn:userTask>")),
        "unknown_element",
    ),
    "standard loop": (
        _simple(draft=person("draft", inside="<bpmn:standardLoopCharacteristics/>")),
        "unknown_element",
    ),
    "not executable": (
        _simple().replace(b'isExecutable="true"', b'isExecutable="false"'),
        "unknown_attribute",
    ),
    "foreign attribute": (
        _simple().replace(b'<bpmn:userTask id="draft"', b'<bpmn:userTask paraf:script="x" id="draft"'),
        "unknown_attribute",
    ),
    "unknown paraf name": (_simple(draft=person("draft", "<paraf:script run='x'/>")), "unknown_extension"),
    "paraf name in the wrong place": (
        _simple(draft=person("draft", '<paraf:answer name="naskah_complete"/>')),
        "unknown_extension",
    ),
    "paraf attribute": (_simple(draft=person("draft", '<paraf:form ref="a" run="x"/>')), "unknown_attribute"),
    "paraf attribute missing": (_simple(draft=person("draft", "<paraf:form/>")), "missing_attribute"),
    "broken target": (_simple(flow("draft", "nowhere")), "broken_reference"),
    "broken default": (_branch(SUBMIT, RETURN, default="nowhere"), "broken_reference"),
    "broken attachment": (_simple(border("x", "nobody", timer("timeDuration", "P1D"))), "broken_reference"),
    "broken message": (_simple(MESSAGE), "broken_reference"),
    "broken return": (
        _simple(draft=person("draft", '<paraf:outcome id="back" label="x" to="nobody"/>')),
        "broken_reference",
    ),
    "double id": (_simple(end("draft")), "double_id"),
    "odd id": (_simple(end("a b")), "bad_id"),
    "reserved id": (_simple(service("case"), flow("case", "done")), "bad_id"),
    "no role": (_simple(draft=person("draft").replace('<paraf:role ref="drafter"/>', "")), "no_role"),
    "item without a set": (_simple(draft=person("draft", role="item")), "no_role"),
    "role with a space": (_simple(draft=person("draft", role="a b")), "bad_role"),
    "no outcome": (_simple(draft=person("draft", outcomes=())), "no_outcome"),
    "outcome twice": (_simple(draft=person("draft", outcomes=("a", "a"))), "bad_outcome"),
    "bad comment": (
        _simple(draft=person("draft", '<paraf:outcome id="x" label="x" comment="maybe"/>')),
        "bad_outcome",
    ),
    "bad document": (
        _simple(draft=person("draft", '<paraf:document kind="berita" act="eat"/>')),
        "bad_document",
    ),
    "bad working time": (_simple(draft=person("draft", '<paraf:due working="P1W"/>')), "bad_time"),
    "no operation": (_simple('<bpmn:serviceTask id="x"/>', flow("x", "done")), "no_operation"),
    "unknown operation": (
        _simple(f'<bpmn:serviceTask id="x">{REMOVE}</bpmn:serviceTask>'),
        "unknown_operation",
    ),
    "unknown set": (
        _simple(draft=person("draft", inside=each("draft", "everybody"), role="item")),
        "unknown_set",
    ),
    "other cardinality": (
        _simple(draft=person("draft", inside=each("other", "parties"), role="item")),
        "bad_each",
    ),
    "each on a service": (
        _simple(service("x").replace("</bpmn:serviceTask>", each("x", "parties") + "</bpmn:serviceTask>")),
        "bad_each",
    ),
    "unknown answer": (_simple(choice("x", answer="weather"), flow("x", "done")), "unknown_answer"),
    "no condition": (_branch(SUBMIT, None), "no_condition"),
    "condition on a task": (
        file(start(), person("draft"), end(), flow("start", "draft"), flow("draft", "done", SUBMIT)),
        "idle_condition",
    ),
    "condition on the default": (_branch(SUBMIT, RETURN, default="f_gw_other"), "idle_condition"),
    "python in a condition": (_branch('__import__("os")', RETURN), "bad_condition"),
    "unknown element in a condition": (_branch('drafft.outcome = "submit"', RETURN), "unknown_name"),
    "unknown option": (_branch("option.nothing", RETURN), "unknown_name"),
    "answer nobody asks": (_branch("naskah_complete.complete", RETURN), "unknown_name"),
    "unknown outcome": (_branch('draft.outcome = "sumbit"', RETURN), "unknown_outcome"),
    "unknown return": (_branch('draft.return_to = "start"', RETURN), "unknown_outcome"),
    "an outcome without a way": (_branch(SUBMIT, 'draft.outcome = "return" and case.big'), "no_way_out"),
    "an outcome with two ways": (_branch(SUBMIT, 'draft.outcome != "return"', default=None), "two_ways"),
    "a field nobody counted": (_branch("draft.points > 3", "draft.points < 3"), "no_way_out"),
    "offer that reads nothing known": (
        _simple(draft=person("draft", '<paraf:outcome id="x" label="x" when="nobody.outcome = null"/>')),
        "unknown_name",
    ),
    "bad offer": (
        _simple(draft=person("draft", '<paraf:outcome id="x" label="x" when="1+1"/>')),
        "bad_condition",
    ),
    "loose timer": (_simple(border("x", "draft", timer("timeDuration", "P1.5DT1H"))), "bad_timer"),
    "python timer": (_simple(border("x", "draft", timer("timeDuration", "open('x')"))), "bad_timer"),
    "hasty timer": (_simple(border("x", "draft", timer("timeCycle", "R/PT0S"), False)), "bad_timer"),
    "interrupting cycle": (_simple(border("x", "draft", timer("timeCycle", "R3/P1D"))), "bad_timer"),
    "two starts": (_simple(start("again"), flow("again", "done")), "one_start"),
    "no end": (file(start(), person("draft"), flow("start", "draft"), flow("draft", "draft")), "no_end"),
    "unreachable": (_simple(service("x"), flow("x", "x2"), service("x2"), flow("x2", "x")), "unreachable"),
    "dead end": (_simple(parallel("x"), service("y"), flow("x", "y"), after="x"), "no_way_on"),
    "two flows from a task": (_simple(end("other"), flow("draft", "other")), "bad_fork"),
    "flow into a start": (_simple(choice("g"), flow("g", "start"), flow("g", "done"), after="g"), "bad_flow"),
    "flow out of an end": (_simple(flow("done", "draft")), "bad_flow"),
    "flow across a border": (_simple(sub("s", *INNER), flow("s", "out"), after="s"), "crosses_border"),
    "restless loop": (
        _simple(
            choice("g", default="f_g_done"),
            service("s"),
            flow("g", "s", SUBMIT),
            flow("g", "done"),
            flow("s", "g"),
            after="g",
        ),
        "restless_loop",
    ),
    "restless loop through a sub-process": (
        _simple(
            choice("g", default="f_g_done"),
            sub("s", *INNER),
            flow("g", "s", SUBMIT),
            flow("g", "done"),
            flow("s", "g"),
            after="g",
        ),
        "restless_loop",
    ),
    "fork back to itself": (
        _simple(parallel("g"), flow("g", "g"), flow("g", "done"), after="g"),
        "restless_loop",
    ),
    "two flows to one join": (
        _simple(
            parallel("a"),
            parallel("b"),
            flow("a", "b"),
            flow("a", "b", None, "f2"),
            flow("b", "done"),
            after="a",
        ),
        "double_flow",
    ),
    "race to a task": (
        _simple(RACE, person("t"), flow("race", "t"), flow("t", "done"), after="race"),
        "bad_race",
    ),
    "error nobody catches": (
        _simple(end("x", '<bpmn:errorEventDefinition errorRef="e"/>'), roots='<bpmn:error id="e"/>'),
        "not_caught",
    ),
    "error at a task": (
        _simple(
            border("x", "draft", '<bpmn:errorEventDefinition errorRef="e"/>'), roots='<bpmn:error id="e"/>'
        ),
        "no_thrower",
    ),
    "two processes": (
        _simple().replace(b"</bpmn:process>", b'</bpmn:process><bpmn:process id="b"/>'),
        "one_process",
    ),
    "coordinates of nothing": (
        _simple().replace(
            b"</bpmn:process>",
            b'</bpmn:process><d:BPMNShape xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" bpmnElement="draft">'
            b'<c:Bounds xmlns:c="http://www.omg.org/spec/DD/20100524/DC" x="nan" y="1" width="1" height="1"/>'
            b"</d:BPMNShape>",
        ),
        "bad_drawing",
    ),
}


def test_the_route_the_faults_are_put_into_is_whole() -> None:
    assert [f for f in findings_of(_simple()) if f.severity == "error"] == []
    assert [f for f in findings_of(_branch(SUBMIT, RETURN)) if f.severity == "error"] == []


@pytest.mark.parametrize("name", list(ODD))
def test_a_fault_is_found_with_its_place(name: str) -> None:
    content, rule = ODD[name]
    found = [finding for finding in findings_of(content, "odd.bpmn") if finding.severity == "error"]
    assert rule in {finding.rule for finding in found}, found
    assert all(finding.file == "odd.bpmn" and finding.line > 0 for finding in found if finding.rule == rule)
    assert all(finding.message.format(**finding.values) for finding in found)
    with pytest.raises(BrokenRoute):
        read_route(content)


def test_all_faults_are_listed_at_once() -> None:
    content = _simple('<bpmn:scriptTask id="x"/>', border("late", "draft", timer("timeDuration", "soon")))
    with pytest.raises(BrokenRoute) as broken:
        read_route(content, "two.bpmn")
    assert {finding.rule for finding in broken.value.findings} >= {"unknown_element", "bad_timer"}


def test_an_outcome_that_an_option_switches_off_needs_no_way() -> None:
    def route(value: str) -> bytes:
        draft = person("draft", '<paraf:outcome id="reject" label="x" when="option.allow_reject"/>')
        option = f'<paraf:option name="allow_reject" value="{value}"/>'
        return _simple(
            choice("gw"), end("other"), flow("gw", "done", 'draft.outcome in ("submit", "other")'),
            flow("gw", "other", RETURN), draft=draft, after="gw", options=option,
        )  # fmt: skip

    assert [f.rule for f in findings_of(route("true")) if f.severity == "error"] == ["no_way_out"]
    assert [f.rule for f in findings_of(route("false")) if f.severity == "error"] == []


def test_every_sentence_of_the_engine_has_its_indonesian() -> None:
    with (ROOT / "web" / "translations" / "id" / "engine.po").open("rb") as catalogue:
        known = {message.id: message.string for message in read_po(catalogue, locale="id") if message.id}
    said = set()
    for content, _ in ODD.values():
        said |= {finding.message for finding in findings_of(content)}
    assert {message for message in said if not known.get(message)} == set()


def test_a_choice_too_large_to_count_is_told_even_with_a_default() -> None:
    signs = " and ".join(f"draft.x{number} = true" for number in range(13))
    found = findings_of(
        file(
            start(),
            person("draft", outcomes=("submit",)),
            choice("g", default="f_g_done"),
            end(),
            end("other"),
            flow("start", "draft"),
            flow("draft", "g"),
            flow("g", "other", signs),
            flow("g", "done"),
        )
    )
    assert ("uncounted", "warning") in {(one.rule, one.severity) for one in found if one.element == "g"}
