"""A tripwire: text of a route, wherever it stands, never reaches Python's evaluator or a shell.

A payload is put into every attribute and text of a route in turn; reading, compiling and playing it
must cause no `exec`, `compile`, `os.system`, `subprocess` or `socket` event. It runs in a process of
its own, because an audit hook cannot be taken out again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lxml import etree

import paraf

PAYLOADS = (
    '__import__("os").system("true")',
    "exec(\"open('x','w')\")",
    '(lambda: __import__("subprocess").run(["true"]))()',
    "{{ 7*7 }}${7*7}",
)
WATCHED = ("exec", "compile", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "socket.connect")
WORKFLOWS = Path(__file__).parents[2] / "workflows"


def _seeds() -> list[bytes]:
    from engine.random_routes import Drawing

    return [Drawing(seed, 3).xml.encode() for seed in (3, 8)]


def _poisoned(content: bytes) -> list[bytes]:
    """The file with a payload in each attribute value and each text, one at a time."""
    files = []
    total = sum(len(node.attrib) + 1 for node in etree.fromstring(content).iter())
    for place in range(total):
        root = etree.fromstring(content)
        at = 0
        payload = PAYLOADS[place % len(PAYLOADS)]
        for node in root.iter():
            for name in node.attrib:
                if at == place:
                    node.set(name, payload)
                at += 1
            if at == place:
                node.text = payload
            at += 1
        files.append(etree.tostring(root))
    return files


def watch() -> str:
    """Read, compile and play all poisoned files under an audit hook; gives what it heard."""
    from engine.drawing import AT, Office
    from paraf.domain.moves import Opened
    from paraf.engine import spiff
    from paraf.engine.compiled import compile_route
    from paraf.engine.decision_table import table_findings
    from paraf.engine.expressions import ExpressionError, compile_condition
    from paraf.errors import ParafError

    office = Office(
        naskah_complete={"complete": PAYLOADS[0], "round": 1}, hardcopy_current={"current": PAYLOADS[0]}
    )
    files = [poisoned for seed in _seeds() for poisoned in _poisoned(seed)]
    tables = _poisoned((WORKFLOWS / "decisions" / "choose_route.dmn").read_bytes())[:400]
    heard: list[str] = []
    listening = False

    def hook(event: str, arguments: object) -> None:
        if listening and event in WATCHED:
            heard.append(f"{event} {arguments!r:.80}")

    sys.addaudithook(hook)
    played = 0
    for content in [*_seeds(), *files]:
        listening = True
        try:
            route = compile_route(content)
            step = spiff.start(route, "c", AT, {"kind": PAYLOADS[0], "size": 3}, office)
            for move in [m for m in step.moves if isinstance(m, Opened)][:3]:
                context = {"outcome": "submit", "mark": PAYLOADS[1]}
                spiff.complete(route, "c", AT, step.state, move.element, move.visit, context, office)
            played += 1
        except ParafError:
            pass
        finally:
            listening = False
    listening = True
    for payload in PAYLOADS:
        try:
            compile_condition(payload)
        except ExpressionError:
            pass
    for table in tables:
        table_findings(table)
    compile("1", "the hook hears this", "eval")
    listening = False
    control = [event for event in heard if "the hook hears this" in event or event.startswith("compile")]
    heard = [event for event in heard if event not in control[-1:]]
    return f"control={len(control)} files={len(files)} played={played} heard={heard}"


def test_a_payload_anywhere_in_a_route_executes_nothing() -> None:
    paths = [str(Path(paraf.__file__).parents[1]), str(Path(__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    result = subprocess.run(
        [sys.executable, "-c", "from engine.test_nothing_executes import watch; print(watch())"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=170,
    )
    counts = dict(part.split("=", 1) for part in result.stdout.strip().split(" ", 3))
    assert counts["control"] == "1", "the hook hears what it should, once, at the end"
    assert counts["heard"] == "[]"
    assert int(counts["files"]) > 300
    assert int(counts["played"]) > 20, "some payloads stand in names and are played"


def test_the_engine_holds_no_word_that_evaluates() -> None:
    import ast

    for path in sorted((Path(paraf.__file__).parent / "engine").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
                forbidden = ("pickle", "marshal", "subprocess", "SpiffWorkflow.serializer", "importlib")
                assert not [name for name in names if name.startswith(forbidden)], path
