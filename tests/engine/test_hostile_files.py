"""Hostile XML: refused within a second, with a reason, and nothing is fetched."""

from __future__ import annotations

import random
import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from engine.drawing import HEAD, end, file, flow, person, start
from engine.random_routes import Drawing
from paraf.engine.decision_table import table_findings
from paraf.engine.route_file import findings_of, read_route
from paraf.engine.xml_file import MAX_BYTES
from paraf.errors import BrokenRoute

GOOD = file(
    start(), person("draft"), end(), flow("start", "draft"), flow("draft", "done")
).decode()  # fmt: skip
BODY = GOOD.split("\n", 1)[1]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[object]]]:
    """A server on loopback that remembers who came."""
    came: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    closing = threading.Event()

    def listen() -> None:
        while not closing.is_set():
            try:
                connection, address = server.accept()
            except TimeoutError:
                continue
            came.append(address)
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd", came
    closing.set()
    thread.join()
    server.close()


def _corpus(url: str) -> dict[str, tuple[bytes, str]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    deep = "<bpmn:extensionElements>" * 40 + "</bpmn:extensionElements>" * 40
    wide = "".join(f'<bpmn:startEvent id="n{n}"/>' for n in range(600))
    return {
        "external file entity": (f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>{BODY}', "doctype"),
        "external http entity": (f'<!DOCTYPE d [<!ENTITY e SYSTEM "{url}">]>{BODY}', "doctype"),
        "parameter entity": (f'<!DOCTYPE d [<!ENTITY % p SYSTEM "{url}"> %p;]>{BODY}', "doctype"),
        "external dtd": (f'<!DOCTYPE d SYSTEM "{url}">{BODY}', "doctype"),
        "lower case doctype": (f"<!doctype d>{BODY}", "doctype"),
        "billion laughs": (f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]>{BODY}', "doctype"),
        "quadratic": (f'<!DOCTYPE d [<!ENTITY q "{"q" * 50_000}">]><d>{"&q;" * 2000}</d>', "doctype"),
        "undefined entity": (BODY.replace('name="draft"', 'name="&x;"'), "not_xml"),
        "stylesheet": (f'<?xml-stylesheet href="{url}"?>{BODY}', "instruction"),
        "instruction inside": (BODY.replace("<bpmn:userTask", "<?php x?><bpmn:userTask"), "instruction"),
        "xinclude": (
            BODY.replace(
                "<bpmn:userTask",
                f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/><bpmn:userTask',
            ),
            "unknown_element",
        ),
        "too large": (GOOD + " " * MAX_BYTES, "too_large"),
        "too deep": (BODY.replace("<bpmn:userTask", f"{deep}<bpmn:userTask"), "too_deep"),
        "too many nodes": (BODY.replace("<bpmn:userTask", f"{wide}<bpmn:userTask"), "too_many"),
        "ring of choices": (_ring(2500), "too_many"),
        "many sub-processes": (BODY.replace("<bpmn:userTask", f"{_boxes(2500)}<bpmn:userTask"), "too_many"),
        "long text": (BODY.replace('name="draft"', f'name="{"x" * 30_000}"'), "long_text"),
        "cut off": (BODY[:-40], "not_xml"),
        "two roots": (BODY + BODY, "not_xml"),
        "nul": (BODY.replace("draft", "dr\x00ft", 1), "encoding"),
        "nothing": ("", "not_xml"),
        "not bpmn": ("<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "not_bpmn"),
    }  # type: ignore[return-value]


def _ring(size: int) -> str:
    """Choices one after another that never wait for anybody and come back to the first."""
    choices = "".join(
        f'<bpmn:exclusiveGateway id="g{n}"/>'
        f'<bpmn:sequenceFlow id="r{n}" sourceRef="g{n}" targetRef="g{(n + 1) % size}"/>'
        for n in range(size)
    )
    return BODY.replace("<bpmn:userTask", f"{choices}<bpmn:userTask")


def _boxes(size: int) -> str:
    return "".join(
        f'<bpmn:subProcess id="b{n}"><bpmn:startEvent id="s{n}"/></bpmn:subProcess>' for n in range(size)
    )


NAMES = list(_corpus(""))


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_refused_quickly(name: str, listener: tuple[str, list[object]]) -> None:
    url, came = listener
    content, rule = _corpus(url)[name]
    content = content if isinstance(content, bytes) else content.encode()
    begun = time.process_time()
    findings = findings_of(content, "evil.bpmn")
    assert time.process_time() - begun < 5
    assert rule in {finding.rule for finding in findings if finding.severity == "error"}
    with pytest.raises(BrokenRoute):
        read_route(content)
    assert table_findings(content) != ()
    assert came == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
def test_only_utf_8_is_read(encoding: str) -> None:
    declared = GOOD.replace("UTF-8", encoding.upper())
    findings = findings_of(declared.encode(encoding))
    assert {finding.rule for finding in findings} <= {"encoding", "not_xml"} and findings
    plain = GOOD.replace("UTF-8", "UTF-7").encode()
    assert [finding.rule for finding in findings_of(plain)] == ["encoding"]


def test_a_byte_order_mark_is_no_harm() -> None:
    assert read_route(b"\xef\xbb\xbf" + GOOD.encode()).key == "route"
    assert HEAD in GOOD


def test_a_broken_file_never_gets_past_its_own_flood_of_warnings() -> None:
    """Warnings are cut off at a limit; an error after them still stops the file."""
    foreign = "".join(f'<x:y xmlns:x="urn:x" n="{n}"/>\n' for n in range(900))
    flood = GOOD.replace(
        "<bpmn:userTask", f"<bpmn:extensionElements>{foreign}</bpmn:extensionElements><bpmn:userTask"
    )
    broken = flood.replace('targetRef="done"', 'targetRef="nowhere"')
    with pytest.raises(BrokenRoute):
        read_route(broken.encode())


def test_damaged_files_are_judged_and_never_break_the_reader() -> None:
    """Elements lost, doubled or renamed and attributes exchanged: a list of findings, whatever comes."""
    choose = random.Random(20261121)
    whole = Drawing(7, 3).xml
    words = [*re.findall(r'"([^"]+)"', whole), "", "x y", "-1", "é", "item", "parties"]
    kinds = ("userTask", "serviceTask", "subProcess", "callActivity", "startEvent", "endEvent",
             "exclusiveGateway", "parallelGateway", "boundaryEvent", "sequenceFlow", "laneSet")  # fmt: skip
    for _ in range(150):
        text = whole
        for _ in range(choose.randint(1, 4)):
            chance = choose.random()
            if chance < 0.5:
                spot = choose.choice(list(re.finditer(r'"([^"]*)"', text)))
                text = text[: spot.start(1)] + choose.choice(words) + text[spot.end(1) :]
            elif chance < 0.8:
                spot = choose.choice(list(re.finditer(r"<(?:bpmn|paraf):[^<>]*/>", text)))
                twice = spot.group() * choose.choice([0, 2])
                text = text[: spot.start()] + twice + text[spot.end() :]
            else:
                text = text.replace(*choose.sample(kinds, 2))
        for finding in findings_of(text.encode()):
            assert finding.message.format(**finding.values)
