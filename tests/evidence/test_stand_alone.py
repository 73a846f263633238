"""The verifier that travels in a bundle: short, alone, and of one mind with the token game.

It plays random routes of the whole profile beside the token game, lives every golden history again, and
finds no fault in honest cases. Longer runs: `TEST_ROUTES=5000`, `TEST_HONEST=2000`.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.drawing import AT, Case, Office, choice, each, end, file, flow, parallel, person, start, sub
from engine.random_routes import Drawing
from evidence.authors import Author, zipped
from evidence.stand_alone import SCRIPT, WORDS, Disagreement, found_by_script, play, read, told
from golden.histories import Golden, all_golden
from paraf.domain.facts import canonical, digest
from paraf.engine.route_file import read_route
from paraf.usecases import evidence
from paraf.usecases.verify_evidence import verify_evidence

ROUTES = int(os.environ.get("TEST_ROUTES", "60"))
HONEST = int(os.environ.get("TEST_HONEST", "40"))
TEXT = SCRIPT.read_text(encoding="utf-8")


def test_it_is_short_and_needs_nothing_but_python() -> None:
    assert len(TEXT.splitlines()) <= 250
    assert max(map(len, TEXT.splitlines())) <= 120
    tree = ast.parse(TEXT)
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert imported <= set(sys.stdlib_module_names)
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & {"eval", "exec", "compile", "__import__"}


def test_it_agrees_with_the_token_game_on_random_routes() -> None:
    compared = 0
    for seed in range(ROUTES):
        content = Drawing(seed, ruled=True).xml.encode()
        route = read_route(content)
        for turn in range(2):
            compared += play(content, route, seed * 7 + turn)
    assert compared > 20 * ROUTES


@pytest.mark.parametrize("golden", all_golden(), ids=lambda golden: golden.name)
def test_it_lives_every_golden_history_again(golden: Golden) -> None:
    assert _lived(golden) is None


def test_a_golden_history_that_went_another_way_is_noticed() -> None:
    golden = next(one for one in all_golden() if one.name == "sop_teknis")
    gateway = next(n for n, event in enumerate(golden.events) if "flow" in event["data"])
    other = list(golden.events)
    other[gateway] = {**other[gateway], "data": {"flow": "f999"}}
    assert _lived(Golden("other", golden.case_id, golden.route_file, other)) == golden.events[gateway]["seq"]


def _lived(golden: Golden) -> int | None:
    """The first fact of a golden history that the script would not have written."""
    nodes, option = read(golden.bpmn)
    process = nodes.pop(None)  # type: ignore[call-overload]
    game: Any = None
    owed: list[tuple[Any, ...]] = []
    for event in golden.events:
        data, at = event["data"], (event.get("element_id"), event.get("visit"))
        asked = data.get("answers", {}), data.get("each", {})
        if event["type"] == "instance.started":
            game = WORDS["Game"](nodes, data["case"], option)
            owed = game.go(*asked, "begin", None, process)
        elif event["type"] == "task.decided" and not owed:
            owed = game.go(*asked, "complete", *at, data["context"])
        elif event["type"] == "instance.withdrawn":
            owed = game.go(*asked, "")
        elif event["type"] in ("element.passed", "task.opened", "instance.ended"):
            seen = (event["type"], *at, data.get("flow", data.get("item")))
            if event["type"] == "instance.ended":
                seen = (event["type"], data["end"])
            if not owed or owed.pop(0) != seen:
                return int(event["seq"])
    return None


def test_no_false_alarm_on_honest_random_cases(tmp_path: Path) -> None:
    path, kinds = tmp_path / "bundle.zip", set()
    for seed in range(HONEST):
        author = Author(seed)
        path.write_bytes(author.zip())
        verdict = verify_evidence(path, author.entries[-1].hash)
        assert verdict.intact, (seed, verdict.fault)
        assert verdict.reruns == 2
        assert found_by_script(path, author.entries[-1].hash) is None, seed
        kinds |= {entry.event()["type"] for entry in author.entries}
    assert kinds >= {"timer.fired", "instance.suspended", "naskah.saved", "document.made", "attachment.added"}


def test_a_decision_while_suspended_is_named_by_both(tmp_path: Path) -> None:
    """The resumption is left out of an honest case and all is hashed anew."""
    from evidence.test_tampering import sealed_anew

    path = tmp_path / "bundle.zip"
    tried = 0
    for seed in range(40):
        author = Author(seed)
        facts = [entry.event() for entry in author.entries]
        for fact in facts:
            del fact["hash"]
        resumed = next((n for n, fact in enumerate(facts) if fact["type"] == "instance.resumed"), None)
        later = [n for n, fact in enumerate(facts) if fact["type"] == "task.decided" and n > (resumed or 0)]
        if resumed is None or not later:
            continue
        del facts[resumed]["data"]["reason"]
        facts[resumed]["type"], facts[resumed]["data"] = "tembusan.read", {"kind": "x", "sha256": None, "to": "P"}
        author.files["bukaan.json"] = b"{}"
        for fact in facts:
            for name in ("reason", "comment", "title"):
                fact["data"].pop(name, None)
        author.files["fakta.jsonl"] = sealed_anew(facts)
        path.write_bytes(author.zip())
        verdict, script = verify_evidence(path), found_by_script(path)
        assert verdict.fault is not None and script is not None, seed
        assert resumed < verdict.fault.seq <= later[0] + 1, (seed, verdict.fault)
        assert "ditangguhkan" in script[1] and script[0] <= later[0] + 1, (seed, script)
        tried += 1
    assert tried >= 5


def without(name: str) -> Callable[..., Any]:
    """The same script with one of its rules broken."""
    return {  # type: ignore[return-value]
        "joins wait": ("if not here.keys() >= {*target.into}:", "if False:"),
        "conditions are read": ("if holds(text, known)", "if True"),
        "boundary events interrupt": ('timer.node.get("cancelActivity") != "false"', "False"),
        "terminate ends all": ('if node.event == "terminate" else ()', "if False else ()"),
        "multi-instances wait": ("if host.running or host.rest:", "if host.rest:"),
    }[name]


@pytest.mark.parametrize(
    "rule",
    ["joins wait", "conditions are read", "boundary events interrupt", "terminate ends all", "multi-instances wait"],
)
def test_a_verifier_that_means_something_else_would_be_noticed(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import runpy

    from evidence import stand_alone

    old, new = without(rule)  # type: ignore[misc]
    assert TEXT.count(old) == 1, rule
    other = tmp_path / "other.py"
    other.write_text(TEXT.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(stand_alone, "WORDS", runpy.run_path(str(other)))
    with pytest.raises((Disagreement, ValueError, LookupError, RecursionError, AttributeError, StopIteration)):
        for seed in range(120):
            content = Drawing(seed).xml.encode()
            play(content, read_route(content), seed)


def test_it_is_called_as_its_instructions_say(tmp_path: Path) -> None:
    path = tmp_path / "bukti.zip"
    author = Author(3)
    path.write_bytes(author.zip())
    head = author.entries[-1].hash

    def called(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=tmp_path,
        )

    told = called(str(path), head)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith(f"Bukti utuh: {len(author.entries)} fakta;") and head in told.stdout
    assert called(str(path), "0" * 64).returncode == 1
    path.write_bytes(author.zip().replace(b'"seq":3,', b'"seq":4,'))
    told = called(str(path))
    assert told.returncode == 1
    assert told.stdout.startswith("Bukti TIDAK utuh, fakta ke-3: isinya tidak sesuai dengan sidiknya")
    assert called(str(tmp_path / "tidak-ada.zip")).returncode == 1
    assert called().returncode == 1


def test_hostile_bundles_are_answered(tmp_path: Path) -> None:
    """No XML declares a document type, no zip names a file outside itself or more bytes than it has."""
    path = tmp_path / "bukti.zip"
    author = Author(5)
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + author.xml
    author.files["rute/route.bpmn"] = bomb
    path.write_bytes(author.zip())
    assert found_by_script(path) is not None
    assert not verify_evidence(path).intact
    with pytest.raises(ValueError, match="DOCTYPE"):
        WORDS["read_route"](bomb, {})
    for hostile in _hostile_zips():
        path.write_bytes(hostile)
        assert found_by_script(path) is not None
        assert not verify_evidence(path).intact


def test_long_conditions_of_two_hundred_members_are_no_alarm() -> None:
    body, before = [start("in")], "in"
    for n in range(5):
        body += [
            *(choice(f"turn{n}", default=f"plain{n}"), choice(f"meet{n}"), flow(before, f"turn{n}")),
            flow(f"turn{n}", f"meet{n}", f'case.kind = "{"x" * 980}"'),
            flow(f"turn{n}", f"meet{n}", flow_id=f"plain{n}"),
        ]
        before = f"meet{n}"
    inside = sub("part", *body, end("out"), flow(before, "out"), inside=each("part", "parties"))
    tasks = person("ask", outcomes=("submit",)), person("last", outcomes=("submit",))
    route = file(
        *(start(), inside, *tasks, end(), flow("start", "ask"), flow("ask", "part")),
        *(flow("part", "last"), flow("last", "done")),
    )
    case = Case(route, Office([f"U{n}" for n in range(200)]), kind="mikro")
    nodes, option = read(route)
    process = nodes.pop(None)  # type: ignore[call-overload]
    game = WORDS["Game"](nodes, {"kind": "mikro"}, option)
    game.go({}, {}, "begin", None, process)
    moves = case.decide("ask").step.moves
    assert game.go({}, case.step.each, "complete", "ask", 1, {"outcome": "submit"}) == told(moves)


def _restless(times: int) -> bytes:
    """A route that forks in two and joins nothing, so many times in a row: two to that power of tokens."""
    ways = [
        part
        for n in range(times)
        for part in (
            parallel(f"fork{n}"),
            choice(f"meet{n}"),
            *(flow(f"fork{n}", f"meet{n}", flow_id=f"{way}{n}") for way in "ab"),
            flow(f"meet{n}", f"fork{n + 1}" if n < times - 1 else "done"),
        )
    ]
    return file(start(), flow("start", "fork0"), *ways, end())


def _circle(condition: str) -> bytes:
    return file(
        *(start(), choice("meet"), choice("turn", default="back"), end()),
        *(flow("start", "meet"), flow("meet", "turn"), flow("turn", "meet", flow_id="back")),
        flow("turn", "done", condition),
    )


@pytest.mark.parametrize(
    "route", [_restless(30), _circle("case.kind = 1"), _circle(" or ".join(["case.kind = 1"] * 6_000))]
)
def test_a_route_that_never_rests_is_given_up_soon(route: bytes, tmp_path: Path) -> None:
    from evidence.test_tampering import sealed_anew

    path, manifest = tmp_path / "bukti.zip", canonical({"key": "route", "route": digest(route), "called": {}})
    data = {
        "route_key": "route",
        "route_version": 1,
        "route_sha256": digest(route),
        "manifest_sha256": digest(manifest),
        "engine_version": "1",
        "proposal_id": "p",
        "number": "U-1",
        "case": {},
        "option": {},
    }
    files = {
        evidence.FACTS: sealed_anew([{"type": "instance.started", "at": AT, "actor": "01", "data": data}]),
        evidence.OPENINGS: b"{}",
        evidence.ROUTE: route,
        evidence.ROUTE_MANIFEST: manifest,
    }
    path.write_bytes(zipped(files))
    told = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 1 and "alur tidak kunjung berhenti" in told.stdout, told.stdout + told.stderr
    began = time.process_time()
    verdict = verify_evidence(path)
    assert verdict.fault is not None and verdict.fault.seq == 1
    assert time.process_time() - began < 10


def _hostile_zips() -> list[bytes]:
    import io
    import zipfile

    made = []
    for name, content, kind in (
        ("../../etc/passwd", b"x", zipfile.ZIP_STORED),
        ("/etc/passwd", b"x", zipfile.ZIP_STORED),
        ("bom", b"0" * 5_000_000, zipfile.ZIP_DEFLATED),
        ("fakta.jsonl", b"{" * 200_000, zipfile.ZIP_STORED),
        ("fakta.jsonl", b'{"body":' + b"[" * 100_000 + b',"hash":"' + b"0" * 64 + b'"}\n', zipfile.ZIP_STORED),
    ):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", kind) as archive:
            archive.writestr(name, content)
        made.append(held.getvalue())
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("fakta.jsonl")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(6_000):
            archive.writestr(f"f{number}", b"")
    return [*made, link.getvalue(), many.getvalue(), b"", b"PK", b"x" * 1000]
