"""Two versions side by side: every kind of difference once, in words, and nothing for a new drawing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from paraf.domain.route import (
    Box,
    DocumentUse,
    Due,
    Each,
    Element,
    Flow,
    Geometry,
    Kind,
    Lane,
    Operation,
    Outcome,
    Route,
    RouteOption,
    Timer,
)
from paraf.domain.route_changes import NOUNS, Change, as_json, told
from paraf.engine.compare import compare, compare_parts
from paraf.engine.layout import draw
from paraf.engine.route_file import read_route
from paraf.engine.write_route import write_route
from paraf.language import Language

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
INDONESIAN = Language(Path(__file__).resolve().parents[2] / "web" / "translations")
ROUTE = read_route((WORKFLOWS / "sop_mikro_setjen" / "route.bpmn").read_bytes())
STEP = "set_sop_keputusan_sekjen"


def _step(**changes: object) -> Callable[[Route], Route]:
    return lambda route: _with(route, replace(route.elements[STEP], **changes))  # type: ignore[arg-type]


def _flow(flow_id: str, **changes: object) -> Callable[[Route], Route]:
    return lambda route: replace(
        route,
        flows={**route.flows, flow_id: replace(route.flows[flow_id], **changes)},  # type: ignore[arg-type]
    )


def _outcome(**changes: object) -> Callable[[Route], Route]:
    step = ROUTE.elements[STEP]
    first = replace(step.outcomes[1], **changes)  # type: ignore[arg-type]
    return _step(outcomes=(step.outcomes[0], first))


def _with(route: Route, element: Element) -> Route:
    return replace(route, elements={**route.elements, element.id: element})


OPTION = ROUTE.options["paraf"]
LANE = ROUTE.lanes[0]
CASES: dict[str, tuple[Callable[[Route], Route], set[tuple[str, str, str]]]] = {
    "name of the route": (
        lambda r: replace(r, name="Lain"), {("changed", r"sop_mikro_setjen", "label")}),
    "explanation of the route": (
        lambda r: replace(r, documentation="Lain"), {("changed", "sop_mikro_setjen", "documentation")}),
    "value of an option": (
        lambda r: replace(r, options={**r.options, "paraf": replace(OPTION, value=False)}),
        {("changed", "paraf", "value")}),
    "text and citation of an option": (
        lambda r: replace(r, options={**r.options, "paraf": replace(OPTION, cite="INT-01", documentation="x")}),
        {("changed", "paraf", "citation"), ("changed", "paraf", "documentation")}),
    "a new option": (
        lambda r: replace(r, options={**r.options, "fast": RouteOption("fast", True)}),
        {("added", "fast", "option")}),
    "an option gone": (
        lambda r: replace(r, options={n: o for n, o in r.options.items() if n != "paraf"}),
        {("removed", "paraf", "option")}),
    "role of a lane": (
        lambda r: replace(r, lanes=(replace(LANE, role="menteri"), *r.lanes[1:])),
        {("changed", LANE.id, "role")}),
    "name of a lane": (
        lambda r: replace(r, lanes=(replace(LANE, name="Lain"), *r.lanes[1:])), {("changed", LANE.id, "label")}),
    "a new lane": (
        lambda r: replace(r, lanes=(*r.lanes, Lane("lane_new", "Baru"))), {("added", "lane_new", "lane")}),
    "a lane gone": (lambda r: replace(r, lanes=r.lanes[1:]), {("removed", LANE.id, "lane")}),
    "a step moved": (_step(lane="lane_sistem"), {("moved", STEP, "lane")}),
    "name of a step": (_step(name="Lain"), {("changed", STEP, "label")}),
    "explanation of a step": (_step(documentation="Lain"), {("changed", STEP, "documentation")}),
    "kind of a step": (_step(kind=Kind.MANUAL), {("changed", STEP, "kind")}),
    "role of a step": (_step(role="menteri"), {("changed", STEP, "role")}),
    "form of a step": (_step(form="review"), {("changed", STEP, "form")}),
    "no form": (_step(form=None), {("changed", STEP, "form")}),
    "time of a step": (_step(due=Due("P9D", "INT-05")), {("changed", STEP, "time")}),
    "citation of the time": (
        _step(due=Due(ROUTE.elements[STEP].due.working, "INT-99")),  # type: ignore[union-attr]
        {("changed", STEP, "citation")}),
    "citations": (_step(cites=("PL 1",)), {("added", STEP, "citation"), ("removed", STEP, "citation")}),
    "documents": (
        _step(documents=(DocumentUse("notula", "konsep"),)),
        {("added", STEP, "document"), ("removed", STEP, "document")}),
    "right to edit": (_step(edits="naskah"), {("changed", STEP, "edits")}),
    "a set": (_step(each=Each("parties", "sekjen")), {("changed", STEP, "each")}),
    "a timer": (_step(timer=Timer("duration", "P3D")), {("changed", STEP, "timer")}),
    "a called route": (_step(called="other"), {("changed", STEP, "called")}),
    "a table": (_step(decision="other"), {("changed", STEP, "decision")}),
    "an event's host": (_step(attached_to="start"), {("changed", STEP, "host")}),
    "an event's code": (_step(code="error:E"), {("changed", STEP, "event")}),
    "interruption": (_step(interrupting=False), {("changed", STEP, "interrupting")}),
    "scope": (_step(scope="start"), {("changed", STEP, "scope")}),
    "an answer": (_step(answer="hardcopy_current"), {("changed", STEP, "answer")}),
    "an operation": (
        _step(operation=Operation("deliver_document", "usulan", "sekjen")), {("changed", STEP, "operation")}),
    "a default": (_step(default_flow="f58"), {("changed", STEP, "default")}),
    "label of an outcome": (_outcome(label="Lain"), {("changed", STEP, "label")}),
    "reason of an outcome": (_outcome(comment="optional"), {("changed", STEP, "comment")}),
    "target of an outcome": (_outcome(to=("approve_sop",)), {("changed", STEP, "target")}),
    "offer of an outcome": (_outcome(when="option.paraf"), {("changed", STEP, "offer")}),
    "citation of an outcome": (_outcome(cite="INT-01"), {("changed", STEP, "citation")}),
    "citation of the route": (
        lambda r: replace(r, cites=("PL 38",)), {("added", "sop_mikro_setjen", "citation")}),
    "citation of a flow": (_flow("f58", cites=("INT-01",)), {("added", "f58", "citation")}),
    "role of an outcome": (_outcome(role="menteri"), {("changed", STEP, "role")}),
    "an outcome more": (
        _step(outcomes=(*ROUTE.elements[STEP].outcomes, Outcome("reject", "Tidak"))),
        {("added", STEP, "outcome")}),
    "an outcome less": (_step(outcomes=ROUTE.elements[STEP].outcomes[:1]), {("removed", STEP, "outcome")}),
    "order of outcomes": (
        _step(outcomes=ROUTE.elements[STEP].outcomes[::-1]), {("changed", STEP, "order")}),
    "a new step": (lambda r: _with(r, Element("new", Kind.USER, "Baru")), {("added", "new", "element")}),
    "a step gone": (
        lambda r: replace(r, elements={n: e for n, e in r.elements.items() if n != "withdrawn"}),
        {("removed", "withdrawn", "element")}),
    "a new flow": (
        lambda r: replace(r, flows={**r.flows, "f99": Flow("f99", "start", "set")}), {("added", "f99", "flow")}),
    "a flow gone": (
        lambda r: replace(r, flows={n: f for n, f in r.flows.items() if n != "f1"}), {("removed", "f1", "flow")}),
    "target of a flow": (_flow("f58", target="approve_sop"), {("changed", "f58", "target")}),
    "origin of a flow": (_flow("f58", source="approve_sop"), {("changed", "f58", "source")}),
    "condition of a flow": (_flow("f58", condition="option.paraf"), {("changed", "f58", "condition")}),
    "label of a flow": (_flow("f58", name="Lain"), {("changed", "f58", "label")}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_difference_is_found_alone_and_told(name: str) -> None:
    change, expected = CASES[name]
    after = change(ROUTE)
    found = compare(ROUTE, after)
    assert {(c.kind, c.element, c.what) for c in found} == expected
    back = compare(after, ROUTE)
    turned = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}
    assert {(turned[c.kind], c.element, c.what) for c in back} == expected
    for one in found:
        sentence = told(one, INDONESIAN)
        assert sentence.endswith(".") and "{" not in sentence and one.name in sentence
        assert as_json(one, INDONESIAN)["message"] == sentence


def test_another_drawing_or_order_of_the_file_is_no_difference() -> None:
    assert compare(ROUTE, replace(ROUTE, geometry=Geometry({"start": Box(0, 0, 1, 1)}))) == ()
    assert compare(ROUTE, read_route(write_route(replace(ROUTE, geometry=draw(ROUTE))))) == ()
    turned = replace(
        ROUTE,
        elements=dict(reversed(ROUTE.elements.items())),
        flows=dict(reversed(ROUTE.flows.items())),
    )
    assert compare(ROUTE, turned) == ()


def test_every_noun_has_its_indonesian() -> None:
    assert all(INDONESIAN.translate(noun) != noun for noun in NOUNS.values())


# --- forms and tables -----------------------------------------------------------------------------

FORM = {
    "type": "object",
    "title": "Reviu",
    "properties": {
        "verdict": {"type": "string", "title": "Hasil", "enum": ["ya", "tidak"]},
        "note": {"type": "string", "title": "Catatan", "maxLength": 100},
    },
    "required": ["verdict"],
}


def _form(change: Callable[[dict[str, object]], object]) -> tuple[Change, ...]:
    after = json.loads(json.dumps(FORM))
    change(after)
    return compare_parts({"review": json.dumps(FORM)}, {"review": json.dumps(after)})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda f: f["properties"].pop("note"), ("removed", "field")),
        (lambda f: f["properties"].update(more={"type": "boolean", "title": "Lagi"}), ("added", "field")),
        (lambda f: f["properties"]["note"].update(title="Lain"), ("changed", "label")),
        (lambda f: f["properties"]["note"].update(maxLength=5), ("changed", "limits")),
        (lambda f: f["properties"]["note"].update(format="date"), ("changed", "type")),
        (lambda f: f["properties"]["verdict"].update(enum=["ya"]), ("changed", "choices")),
        (lambda f: f["properties"]["verdict"].update({"x-engine": True}), ("changed", "engine")),
        (lambda f: f["properties"]["verdict"].update(default="ya"), ("changed", "value")),
        (lambda f: f["properties"]["verdict"].update(items={}), ("changed", "content")),
        (lambda f: f.update(required=["verdict", "note"]), ("changed", "required")),
        (lambda f: f.update(title="Lain"), ("changed", "label")),
        (lambda f: f.update(properties=dict(reversed(f["properties"].items()))), ("changed", "order")),
        (lambda f: f.update({"$defs": {"a": {}}}), ("changed", "content")),
    ],
)  # fmt: skip
def test_a_form_is_compared_field_by_field(
    change: Callable[[dict[str, object]], object], expected: tuple[str, str]
) -> None:
    (found,) = _form(change)
    assert (found.kind, found.what, found.element) == (*expected, "forms/review")
    assert told(found, INDONESIAN).endswith(".")


def test_forms_come_and_go_and_what_cannot_be_read_is_compared_whole() -> None:
    text = json.dumps(FORM)
    assert compare_parts({"a": text}, {"a": text}) == compare_parts({}, {}) == ()
    assert compare_parts({"a": text}, {"a": json.dumps(FORM, indent=2)}) == ()
    (added,) = compare_parts({}, {"a": text})
    (removed,) = compare_parts({"a": text}, {})
    assert (added.kind, removed.kind, added.what) == ("added", "removed", "form")
    (broken,) = compare_parts({"a": text}, {"a": text[:-1]})
    assert (broken.kind, broken.what) == ("changed", "content")


def test_a_decision_table_is_compared_row_by_row() -> None:
    table = (WORKFLOWS / "decisions" / "choose_route.dmn").read_text(encoding="utf-8")
    rows = table.split("<rule ")
    dropped = "<rule ".join([*rows[:3], *rows[4:]])
    (gone,) = compare_parts({"choose_route": table}, {"choose_route": dropped})
    assert (gone.kind, gone.what, gone.name) == ("removed", "row", "choose_route: 3")
    assert gone.before is not None and "→" in gone.before
    (came,) = compare_parts({"choose_route": dropped}, {"choose_route": table})
    assert (came.kind, came.what) == ("added", "row")
    changed = table.replace("sop_mikro_pusat", "sop_mikro_setjen", 1)
    found = compare_parts({"choose_route": table}, {"choose_route": changed})
    assert [(c.kind, c.what) for c in found] == [("changed", "row")]
    (whole,) = compare_parts({"choose_route": table}, {"choose_route": table[:200]})
    assert whole.what == "content"
