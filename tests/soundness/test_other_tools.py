"""A file from another tool gets a list in words with places, never nothing, a stack trace or a hang."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraf.engine.soundness import FAULTY
from paraf.language import Language
from paraf.usecases.route_examination import examine
from paraf.usecases.route_findings import as_json
from soundness.foreign_files import FILES

INDONESIAN = Language(Path(__file__).resolve().parents[2] / "web" / "translations")


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_tool_gets_a_located_list(name: str) -> None:
    content, rules = FILES[name]
    found = examine(content, {}, {}, {}, "sop_mikro_setjen")
    errors = [finding for finding in found.findings if finding.severity == "error"]
    assert rules <= {finding.rule for finding in found.findings}
    assert (found.decided, found.bound) == (False, FAULTY)
    assert errors and all(finding.line >= 0 for finding in errors)
    lines = content.count(b"\n") + 1
    for finding in found.findings:
        told = as_json(finding, INDONESIAN)
        assert told["message"] and "{" not in str(told["message"]).replace("${", "").replace("{http", "")
        assert told["message"] != finding.message, "told in Indonesian"
        assert finding.line <= lines


def test_every_fault_of_a_large_foreign_file_stands_on_its_own_element() -> None:
    found = examine(FILES["Bizagi"][0], {}, {}, {}, None)
    places = {finding.element for finding in found.findings}
    assert {"Id_main", "Id_citizen", "Id_2", "Id_3", "Id_data"} <= places
    assert len({finding.line for finding in found.findings}) > 5
