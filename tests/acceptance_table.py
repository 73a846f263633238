"""The table of acceptance: which test carries which scenario, and how it went in this very run.

Knows the ids of the scenarios and the form of docs/acceptance.md; must not know what a test does.
Written by `pytest tests/acceptance --acceptance-table`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TARGET = Path(__file__).resolve().parents[1] / "docs" / "acceptance.md"
IDS = tuple(f"AC-{number:02d}" for number in (*range(1, 60), *range(94, 100), 101))
"""The scenarios of the approval routes, those across all routes, and a change against the text."""

HEAD = """# Acceptance

Every scenario of the approval routes (AC-01 to AC-59), of all routes (AC-94 to AC-99) and of a change
against the text (AC-101) with the test that plays it, and how it went. This file is written by a run and
by nothing else:

    PYTHONPATH=service:tests python -m pytest tests/acceptance --acceptance-table

{count}

| Id | Scenario | Test | Result |
| --- | --- | --- | --- |
"""


@dataclass
class Played:
    """One test: its place, what it says it shows, and how its runs ended."""

    file: str
    name: str
    said: str
    ends: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return bool(self.ends) and set(self.ends) == {"passed"}

    @property
    def result(self) -> str:
        if not self.ends:
            return "not run"
        worst = next((end for end in ("failed", "skipped") if end in self.ends), "passed")
        return f"{worst} ({len(self.ends)} runs)" if len(self.ends) > 1 else worst


class AcceptanceTable:
    """A plugin that listens to one run and writes its table."""

    def __init__(self, target: Path = TARGET) -> None:
        self.target = target
        self.carried: dict[str, dict[str, Played]] = {name: {} for name in IDS}
        self._tests: dict[str, list[Played]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for marker in item.iter_markers("acceptance"):
                for name in marker.args:
                    played = self._played(item)
                    kept = self.carried.setdefault(name, {}).setdefault(
                        f"{played.file}::{played.name}", played
                    )
                    self._tests.setdefault(item.nodeid, []).append(kept)

    def _played(self, item: pytest.Item) -> Played:
        name = getattr(item, "originalname", None) or item.name
        said = inspect.getdoc(getattr(item, "function", None)) or ""
        scenario = " ".join(said.split("\n\n")[0].split()) or name.removeprefix("test_").replace("_", " ")
        return Played(item.path.name, name, scenario.rstrip("."))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            for played in self._tests.get(report.nodeid, ()):
                played.ends.append(report.outcome)

    def pytest_sessionfinish(self) -> None:
        self.target.write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        """The whole file."""
        shown = [name for name in IDS if any(played.passed for played in self.carried[name].values())]
        lacking = [name for name in IDS if name not in shown]
        count = f"{len(shown)} of {len(IDS)} scenarios are shown by a test that passed."
        if lacking:
            count += f" Not shown: {', '.join(lacking)}."
        return HEAD.format(count=count) + "".join(f"| {' | '.join(row)} |\n" for row in self._rows())

    def _rows(self) -> Iterator[tuple[str, str, str, str]]:
        for name in sorted(self.carried, key=lambda name: int(name.removeprefix("AC-"))):
            tests = self.carried[name].values()
            for played in tests:
                said = played.said.replace("|", "\\|")
                yield name, said, f"`{played.file}` `{played.name}`", played.result
            if not tests:
                yield name, "—", "—", "no test passed"
