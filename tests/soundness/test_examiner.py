"""Hostile and broken files are answered within the bounds, and the asking process lives on.

How soon they are answered is measured by `bench/findings.py`; here every answer has time, so that a
busy machine does not change it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.drawing import HEAD, end, file, flow, person, start
from paraf.errors import Unavailable
from paraf.usecases import examiner as examining
from paraf.usecases.examiner import Child, Examiner, Lost, examiner
from paraf.usecases.route_examination import Examined, examine

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
MIB = 1024 * 1024
GOOD = file(start(), person("draft"), end(), flow("start", "draft"), flow("draft", "done"))


@pytest.fixture(scope="module")
def asked() -> Iterator[Examiner]:
    """An examiner with a child that is warm."""
    standing = Examiner(seconds=20.0)
    standing.examine(GOOD, {}, {}, {}, None)
    yield standing
    standing.close()


def _nested(tag: str, opening: str, size: int = MIB) -> bytes:
    body = opening * (size // (2 * len(opening) + len(tag)))
    return (HEAD + f'<bpmn:process id="p" isExecutable="true">{body}').encode()


def _in_a_row(count: int) -> bytes:
    steps = "".join(person(f"t{n}") for n in range(count))
    flows = "".join(flow(f"t{n}", f"t{n + 1}") for n in range(count - 1))
    return file(start(), steps, end(), flow("start", "t0"), flows, flow(f"t{count - 1}", "done"))


def _gateways(count: int) -> bytes:
    """Choices in a row that all read one step far before: the worst the counting of cases can meet."""
    parts = [start(), person("ask", outcomes=("submit", "return")), end(), flow("start", "ask"), flow("ask", "g0")]
    for n in range(count):
        onward = f"g{n + 1}" if n + 1 < count else "done"
        parts += [f'<bpmn:exclusiveGateway id="g{n}"/>', flow(f"g{n}", onward, 'ask.outcome = "submit"')]
        parts.append(flow(f"g{n}", "ask", 'ask.outcome = "return"', flow_id=f"back{n}"))
    return file(*parts)


def hostile() -> dict[str, tuple[bytes, str]]:
    """By name: a file, and the rule of the finding that it must have ("" where it is merely heavy)."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    groups = f'{HEAD}<bpmn:collaboration id="c">' + "<bpmn:group>" * 40_000 + "</bpmn:group>" * 40_000
    subs = "".join(f'<bpmn:subProcess id="s{n}">' for n in range(25)) + "</bpmn:subProcess>" * 25
    flat = '<bpmn:group id="g"/>' * 50_000
    called = '<bpmn:callActivity id="again" calledElement="route"/>'
    return {
        "a mebibyte of nested groups": ((groups + "</bpmn:collaboration></bpmn:definitions>").encode(), "not_xml"),
        "groups that never close": (_nested("group", "<bpmn:group>"), "not_xml"),
        "groups side by side": (f"{HEAD}{flat}</bpmn:definitions>".encode(), "too_many"),
        "sub-processes in one another": (file(start(), subs, end()), "too_deep"),
        "laughs": (f'<!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l9;</d>'.encode(), "doctype"),
        "a thousand steps in a row": (_in_a_row(1000), "too_many"),
        "four hundred choices": (_gateways(400), ""),
        "a route that calls itself": (
            file(start(), called, end(), flow("start", "again"), flow("again", "done")), "calls_itself"),
        "more than a mebibyte": (GOOD + b" " * MIB, "too_large"),
        "noise": (os.urandom(200_000), "encoding"),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(hostile()))
def test_a_hostile_file_is_answered_in_time(name: str, asked: Examiner) -> None:
    content, rule = hostile()[name]
    found = asked.examine(content, {}, {}, {}, None)
    assert rule in {finding.rule for finding in found.findings} or (not rule and found.decided)
    assert asked.examine(GOOD, {}, {}, {}, None).decided, "the next file is examined as ever"


@pytest.mark.parametrize(
    "payload",
    ["__import__('os').system('id')", "${7*7}{{7*7}}", "'; DROP TABLE route; --", "<script>alert(1)</script>",
     "../../etc/passwd", "x" * 19_000, "%s%n{0.__class__}", "\u202e\u0007\t"],
)  # fmt: skip
def test_a_payload_in_every_attribute_is_words(payload: str, asked: Examiner) -> None:
    import re
    from xml.sax.saxutils import quoteattr

    whole = (WORKFLOWS / "sop_teknis" / "route.bpmn").read_text(encoding="utf-8")
    quoted = quoteattr(payload.replace("\u0007", ""))
    spots = list(re.finditer(r'(?<!xmlns)(?<!:bpmn)="[^"]*"', whole.split("isExecutable", 1)[1]))
    offset = whole.index("isExecutable") + len("isExecutable")
    for spot in spots[:: max(1, len(spots) // 12)]:
        text = whole[: offset + spot.start() + 1] + quoted + whole[offset + spot.end() :]
        for finding in asked.examine(text.encode(), {}, {}, {}, "sop_teknis").findings:
            assert finding.message.format(**finding.values)


def test_a_form_that_unfolds_for_ever_is_put_aside() -> None:
    parts = {f"d{n}": {"type": "object", "title": "x", "additionalProperties": False, "properties": {
        "a": {"$ref": f"#/$defs/d{n + 1}"}, "b": {"$ref": f"#/$defs/d{n + 1}"}}} for n in range(40)}  # fmt: skip
    parts["d40"] = {"type": "string", "title": "x"}
    form = {"type": "object", "additionalProperties": False, "$defs": parts,
            "properties": {"a": {"$ref": "#/$defs/d0"}}}  # fmt: skip
    hurried = Examiner(seconds=0.5)
    begun = time.monotonic()
    found = hurried.examine(GOOD, {"bomb": json.dumps(form)}, {}, {}, None)
    assert time.monotonic() - begun < examining.START_SECONDS, "it ends, and does not wait for the child"
    assert [finding.rule for finding in found.findings] == ["too_heavy"]
    hurried.seconds = 20.0
    assert hurried.examine(GOOD, {}, {}, {}, None).decided
    hurried.close()


def test_a_form_of_brackets_alone_is_a_finding(asked: Examiner) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert {f.rule for f in asked.examine(GOOD, {"deep": deep}, {}, {}, None).findings} >= {"bad_form"}
    assert asked.examine(GOOD, {}, {}, {}, None).decided


def test_the_child_is_bounded_and_its_death_is_a_finding() -> None:
    child = Child()
    limits = Path(f"/proc/{child.pid}/limits").read_text(encoding="utf-8")
    bounds = {line[:25].strip(): line[25:].split()[1] for line in limits.splitlines()[1:]}
    assert int(bounds["Max address space"]) == 512 * MIB and int(bounds["Max file size"]) == 0
    assert Path(f"/proc/{child.pid}/environ").read_bytes() == b""
    os.kill(child.pid, 9)
    with pytest.raises(Lost):
        child.ask({"content": ""}, 1.0)
    child.end()
    standing, asleep = Examiner(seconds=0.2), Child()
    standing._free.append(asleep)
    os.kill(asleep.pid, signal.SIGSTOP)
    slow = standing.examine(GOOD, {}, {}, {}, None)
    assert [finding.rule for finding in slow.findings] == ["too_heavy"]
    standing.close()


def test_no_more_children_than_places() -> None:
    standing = Examiner(seconds=0.05)
    for _ in range(examining.MOST_CHILDREN):
        assert standing._places.acquire(timeout=1)
    with pytest.raises(Unavailable):
        standing.examine(GOOD, {}, {}, {}, None)


def test_threads_may_ask_at_once_and_memory_stays(asked: Examiner) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers: list[Examined] = []
    content = (WORKFLOWS / "sop_teknis" / "route.bpmn").read_bytes()

    def ask() -> None:
        for _ in range(3):
            answers.append(asked.examine(content, {}, {}, {}, "sop_teknis"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12 and len({repr(answer) for answer in answers}) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_child_and_this_process_say_the_same(asked: Examiner) -> None:
    content = (WORKFLOWS / "sop_mikro_setjen" / "route.bpmn").read_bytes().replace(b'id="f20"', b'id="f21"')
    apart, here = asked.examine(content, {}, {}, {}, None), examine(content, {}, {}, {}, None)
    assert apart.findings == here.findings and len(here.findings) > 3
    assert apart.roles == here.roles


def test_a_fork_makes_its_own_examiner(monkeypatch: pytest.MonkeyPatch) -> None:
    first = examiner()
    assert examiner() is first
    first.examine(b"<x/>", {}, {}, {}, None)
    pids = [child.pid for child in first._free]
    monkeypatch.setattr(first, "pid", -1)
    second = examiner()
    assert second is not first
    first.close()  # as at the end of the fork: the children are those of the parent
    assert [child.pid for child in first._free] == pids != []
    second.close()
