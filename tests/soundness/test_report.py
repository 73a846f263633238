"""The whole report of a draft in an office: what the organisation and the published routes add."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.drawing import end, file, flow, person, start
from paraf.domain.route import Finding, Kind
from paraf.engine.route_file import read_route
from paraf.engine.write_route import write_route
from paraf.errors import BrokenRoute, RuleBroken
from paraf.usecases.lint_routes import lint
from paraf.usecases.office import Office
from paraf.usecases.publish_routes import publish
from paraf.usecases.route_findings import Report, as_json, question, report

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
FORMS = {path.stem: path.read_text(encoding="utf-8") for path in (WORKFLOWS / "forms").glob("*.json")}
TABLES = {path.stem: path.read_text(encoding="utf-8") for path in (WORKFLOWS / "decisions").glob("*.dmn")}


def _asked(office: Office, content: bytes, key: str | None = None) -> Report:
    with office.store.read() as uow:
        asked = question(office, uow, content, FORMS, TABLES, key)
    return report(asked)


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*/route.bpmn")), ids=lambda path: path.parent.name)
def test_a_shipped_route_is_without_finding_in_the_sample_office(office: Office, path: Path) -> None:
    found = _asked(office, path.read_bytes(), path.parent.name)
    assert (found.findings, found.decided, found.bound) == ((), True, None)
    assert not found.has_errors and not found.needs_reason
    assert found.route is not None and found.route.key == path.parent.name


def test_ac_101_needs_a_reason_and_is_no_error(office: Office) -> None:
    route = read_route((WORKFLOWS / "sop_mikro_setjen" / "route.bpmn").read_bytes())
    flows = {
        name: replace(one, target="set_sop_keputusan_sekjen") if one.target == "sign_and_ratify_sop" else one
        for name, one in route.flows.items()
        if one.source != "sign_and_ratify_sop"
    }
    elements = {name: e for name, e in route.elements.items() if name != "sign_and_ratify_sop"}
    found = _asked(office, write_route(replace(route, flows=flows, elements=elements)), route.key)
    assert found.needs_reason and not found.has_errors and found.decided
    told = [as_json(finding, office.language) for finding in found.findings]
    assert {one["rule"] for one in told} == {"regulation"}
    assert any("PL 38(6)" in one["message"] and one["path"] for one in told)


def test_roles_nobody_holds_are_named_once_on_their_step(office: Office) -> None:
    content = file(
        start(), person("a", role="pimpinan(DIT-NOWHERE)"), person("b", role="pimpinan(DIT-NOWHERE)"),
        person("c", role="sekjen"), end(),
        flow("start", "a"), flow("a", "b"), flow("b", "c"), flow("c", "done"),
    )  # fmt: skip
    vacant = [finding for finding in _asked(office, content).findings if finding.rule == "vacant_role"]
    assert [(finding.element, finding.severity) for finding in vacant] == [("a", "warning")]


def test_a_called_route_is_looked_up_and_a_missing_one_named(office: Office) -> None:
    def calling(key: str) -> bytes:
        called = f'<bpmn:callActivity id="call" calledElement="{key}"/>'
        return file(start(), called, end(), flow("start", "call"), flow("call", "done"))

    missing = _asked(office, calling("nowhere"))
    assert ("broken_reference", "call") in {(f.rule, f.element) for f in missing.findings}
    there = _asked(office, calling("sop_teknis").replace(b'id="start"', b'id="begin"').replace(
        b'sourceRef="start"', b'sourceRef="begin"'))  # fmt: skip
    assert "broken_reference" not in {finding.rule for finding in there.findings}
    for found in (missing, there):
        (refused,) = [finding for finding in found.findings if finding.rule == "starts_a_route"]
        assert (refused.element, refused.severity) == ("call", "error"), "no case could go on there"


def test_the_table_that_chooses_the_route_is_asked_by_no_step(office: Office) -> None:
    def asking(table: str) -> set[tuple[str, str]]:
        rule = (
            '<bpmn:businessRuleTask id="rule"><bpmn:extensionElements>'
            f'<paraf:decision ref="{table}"/></bpmn:extensionElements></bpmn:businessRuleTask>'
        )
        found = _asked(office, file(start(), rule, end(), flow("start", "rule"), flow("rule", "done")))
        return {(finding.rule, finding.element) for finding in found.findings}

    assert ("reserved_table", "rule") in asking("choose_route")
    # a fact keeps what a table decided beside the answers, by name
    assert ("reserved_table", "rule") in asking("hardcopy_current")
    assert ("reserved_table", "rule") not in asking("another")


def test_forms_tables_and_fields_that_are_not_there() -> None:
    content = (WORKFLOWS / "sop_teknis" / "route.bpmn").read_text(encoding="utf-8")
    from paraf.usecases.route_examination import examine

    def rules(text: str, forms: dict[str, str] | None = None) -> set[str]:
        found = examine(text.encode(), FORMS if forms is None else forms, TABLES, {}, None)
        return {finding.rule for finding in found.findings}

    assert rules(content) == set()
    assert "no_form" in rules(content, {})
    assert "bad_form" in rules(content, {**FORMS, "decide_need": "{"})
    assert "bad_form" in rules(content, {**FORMS, "decide_need": '{"type": "string"}'})
    asked = re.sub(r'decide_need\.outcome = "approve"', "decide_need.bogus = true", content)
    assert asked != content and "unknown_field" in rules(asked)
    kind = content.replace('kind="pengesahan_sop"', 'kind="no_such_paper"')
    assert kind != content and "unknown_document" in rules(kind)
    assert "wrong_key" in {
        finding.rule for finding in examine(content.encode(), FORMS, TABLES, {}, "another").findings
    }
    case = re.sub(r'decide_need\.outcome = "approve"', "case.shoe_size = 3", content)
    assert "unknown_name" in rules(case)


def test_lint_says_the_same_of_a_file_and_finds_its_forms(tmp_path: Path) -> None:
    assert lint(WORKFLOWS / "sop_mikro_pusat" / "route.bpmn", WORKFLOWS) == ()
    copy = tmp_path / "route.bpmn"
    copy.write_bytes((WORKFLOWS / "sop_mikro_pusat" / "route.bpmn").read_bytes())
    assert lint(copy, WORKFLOWS) == ()
    alone = lint(copy, tmp_path)
    assert {finding.rule for finding in alone} >= {"no_form"}
    assert all(finding.file == str(copy) and finding.line > 0 for finding in alone)
    large = tmp_path / "large.bpmn"
    large.write_bytes(b" " * (1024 * 1024 + 1))
    assert [finding.severity for finding in lint(large, WORKFLOWS)] == ["error"]


def test_the_console_publishes_nothing_that_the_workshop_would_refuse(office: Office, tmp_path: Path) -> None:
    route = read_route((WORKFLOWS / "sop_mikro_setjen" / "route.bpmn").read_bytes())
    copy = tmp_path / "route.bpmn"

    split = replace(route.elements["fork_usulan"], kind=Kind.EXCLUSIVE)
    flows = {**route.flows, "f10": replace(route.flows["f10"], condition="option.paraf")}
    flows["f11"] = replace(route.flows["f11"], condition="not(option.paraf)")
    copy.write_bytes(write_route(replace(route, flows=flows, elements={**route.elements, split.id: split})))
    with pytest.raises(BrokenRoute) as refused:
        publish(office, copy, note="Dipublikasikan dari konsol.")
    assert "deadlock" in {finding.rule for finding in refused.value.findings if isinstance(finding, Finding)}

    step = replace(route.elements["sign_and_ratify_sop"], role="kepala_biro_po")
    copy.write_bytes(write_route(replace(route, elements={**route.elements, step.id: step})))
    with pytest.raises(RuleBroken):
        publish(office, copy)
    assert publish(office, copy, note="Uji coba satu tahun menurut arahan Menteri.").new
