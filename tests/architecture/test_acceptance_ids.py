"""Every scenario of the approval routes is played by a test that carries its id."""

from __future__ import annotations

import re
from pathlib import Path

from acceptance_table import IDS

STORIES = Path(__file__).resolve().parents[1] / "acceptance"
LAST = 101
MARKER = re.compile(r"mark\.acceptance\(([^)]*)\)")


def carried() -> set[str]:
    """The ids that the markers in the files name."""
    found: set[str] = set()
    for path in STORIES.glob("test_*.py"):
        for ids in MARKER.findall(path.read_text(encoding="utf-8")):
            found |= set(re.findall(r"AC-\d+", ids))
    return found


def test_every_scenario_has_a_test() -> None:
    assert set(IDS) - carried() == set()


def test_no_test_carries_an_id_that_does_not_exist() -> None:
    assert carried() <= {f"AC-{number:02d}" for number in range(1, LAST + 1)}
