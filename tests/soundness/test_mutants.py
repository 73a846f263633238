"""Every small change of a shipped route shows in compare; each that breaks a case shows in findings.

The witness is independent of the rules: random cases on the bare token game. By default a sample is
tried; TEST_MUTANTS=60 tries about so many of each shipped route, TEST_MUTANTS=all every one.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from paraf.domain.route import Route
from paraf.engine.compare import compare
from paraf.engine.route_file import parse_route, read_route
from paraf.engine.write_route import write_route
from paraf.usecases.route_examination import examine
from soundness.mutants import fault_of_a_walk, mutants

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
KEYS = sorted(path.parent.name for path in WORKFLOWS.glob("*/route.bpmn"))
FORMS = {path.stem: path.read_text(encoding="utf-8") for path in (WORKFLOWS / "forms").glob("*.json")}
TABLES = {path.stem: path.read_text(encoding="utf-8") for path in (WORKFLOWS / "decisions").glob("*.dmn")}
WALKS = 12


def _shipped(key: str) -> Route:
    return read_route((WORKFLOWS / key / "route.bpmn").read_bytes())


def _broken(route: Route) -> str | None:
    """What the witness saw: a walk that went wrong, or only walks without an end."""
    seen = [fault_of_a_walk(route, seed) for seed in range(WALKS)]
    faults = [fault for fault in seen if fault not in (None, "endless")]
    if faults:
        return faults[0]
    return "endless" if None not in seen and _endless(route) else None


def _endless(route: Route) -> bool:
    return all(fault_of_a_walk(route, seed, 600) == "endless" for seed in range(100, 108))


@pytest.mark.parametrize("key", KEYS)
def test_an_unchanged_route_has_no_finding_and_no_difference(key: str) -> None:
    content = (WORKFLOWS / key / "route.bpmn").read_bytes()
    found = examine(content, FORMS, TABLES, {}, key)
    assert (found.findings, found.decided) == ((), True)
    route = _shipped(key)
    assert compare(route, route) == ()
    assert compare(route, read_route(write_route(route))) == ()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("key", KEYS)
def test_every_mutant_shows(key: str) -> None:
    route = _shipped(key)
    every = list(mutants(route))
    wished = os.environ.get("TEST_MUTANTS", "12")
    step = 1 if wished == "all" else max(1, len(every) // int(wished))
    tally: Counter[str] = Counter()
    unseen, unfound = [], []
    for what, mutant in every[::step]:
        content = write_route(mutant)
        read, _ = parse_route(content)
        tally["mutants"] += 1
        if read is not None and not compare(route, read):
            unseen.append(what)
        found = examine(content, FORMS, TABLES, {}, key)
        errors = [finding for finding in found.findings if finding.severity == "error"]
        tally["with an error"] += bool(errors)
        tally["with a warning of the text"] += any(f.rule == "regulation" for f in found.findings)
        fault = _broken(mutant)
        tally["broken"] += fault is not None
        if fault is not None and not errors:
            unfound.append(f"{what}: {fault}")
    print(f"{key}: {dict(tally)}")
    assert (unseen, unfound) == ([], [])
    assert tally["broken"] > tally["mutants"] // 5
