"""The house rules that a program can check: who imports whom, style, size, and what is never called.

Knows the checkout's folders; must not know what the code does.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "service" / "paraf"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_share" not in path.parts)
MOST_LINES = 450
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "base"}


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=150
    )


def test_each_layer_looks_down_only(tmp_path: Path) -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    told = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "service"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_style_is_clean() -> None:
    told = tool("ruff", "check", "--no-cache", "service", "tests", "migrations")
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_says_what_it_is_for_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(text))
    assert said and len(said) > 40, "a module opens with a docstring that says what it is for"
    assert text.count("\n") <= MOST_LINES, "one subject, one file"
    assert path.stem not in EMPTY_NAMES, "a name that says nothing"


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_nothing_evaluates_text_as_code() -> None:
    never = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads"}
    found = {(path.name, name) for path in MODULES for name in calls(path) if name in never}
    assert not found


def test_only_the_xml_reader_reads_xml() -> None:
    """One hardened door for XML: parsing anywhere else would pass it by."""
    doors = {"xml_file.py"}
    found = {
        (path.name, name)
        for path in MODULES
        if path.name not in doors
        for name in calls(path)
        if name.startswith(("etree.", "ElementTree."))
        and name.rsplit(".", 1)[-1] in {"fromstring", "parse", "XML", "XMLParser"}
    }
    assert not found


def test_locks_hold_the_pins_of_the_project_with_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-build.lock": groups["build"],
        "requirements-dev.lock": [*project["project"]["dependencies"], *groups["dev"]],
    }
    for lock, pins in wanted.items():
        entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        locked = {entry.split()[0] for entry in entries if entry}
        assert {pin.replace("[binary]", "") for pin in pins} <= {
            name.replace("[binary]", "") for name in locked
        }
        assert all("--hash=sha256:" in entry for entry in entries if entry)
        assert not [
            entry for entry in entries if "http://" in entry or "https://" in entry or entry.startswith("-")
        ]


def test_libraries_with_known_holes_stay_out() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = {
        line.split("==")[0]: line.split("==")[1].split()[0] for line in lock.splitlines() if "==" in line
    }
    assert not {"restrictedpython", "simpleeval", "asteval", "dill", "cloudpickle"} & set(names)
    for name, least in {"lxml": (6,), "weasyprint": (70,), "jinja2": (3, 1, 6), "werkzeug": (3, 1)}.items():
        assert tuple(int(part) for part in names[name].split(".")[: len(least)]) >= least


def test_the_notices_name_every_library_of_the_lock_and_none_of_the_agpl() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {
        (name, version) for name, version in re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", lock, re.MULTILINE)
    }
    notices = (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([\w.-]+) \| (\S+) \| (.+) \|$", notices, re.MULTILINE)
    assert {(name, version) for name, version, _ in listed if name not in {"Library", "---"}} == locked
    assert not [name for name, _, licence in listed if "AGPL" in licence or licence == "?"]


def test_what_steers_a_test_is_named_test_for_paraf_refuses_settings_it_does_not_know() -> None:
    asked = re.compile(r"""environ(?:\.get\(|\[)\s*["'](PARAF_\w+)|getenv\(\s*["'](PARAF_\w+)""")
    folders = (ROOT / "tests", ROOT / "bench")
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in sorted(folder.rglob("*.py"))]
    assert [name for text in texts for name in asked.findall(text)] == []
