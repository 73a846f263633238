"""The text's order of review, approval, ratification and setting, and the steps it demands (AC-101)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from paraf.domain.demanded_steps import DUTIES, fulfils
from paraf.domain.route import Finding, Flow, Route
from paraf.engine.regulation_paths import (
    BYPASSED,
    NOT_RIGHT,
    THREE_CRITERIA,
    UNAPPROVED_RATIFIED,
    UNAPPROVED_SET,
    UNRATIFIED_SET,
    UNREVIEWED,
    regulation_findings,
)
from paraf.engine.route_file import read_route

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def _shipped(key: str) -> Route:
    return read_route((WORKFLOWS / key / "route.bpmn").read_bytes())


def _turned(route: Route, flow: str, target: str) -> Route:
    return replace(route, flows={**route.flows, flow: replace(route.flows[flow], target=target)})


def _without(route: Route, step: str) -> Route:
    """The route without a step; what led to it leads on to what followed."""
    onward = route.outgoing(step)[0]
    flows = {n: replace(f, target=onward.target) if f.target == step else f for n, f in route.flows.items()}
    flows.pop(onward.id)
    return replace(
        route, flows=flows, elements={n: e for n, e in route.elements.items() if n != step}
    )


def _flow_between(route: Route, source: str, target: str) -> Flow:
    return next(flow for flow in route.outgoing(source) if flow.target == target)


def _messages(route: Route) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in regulation_findings(route):
        assert (finding.rule, finding.severity) == ("regulation", "warning")
        found.setdefault(finding.message, []).append(finding)
    return found


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*/route.bpmn")), ids=lambda path: path.parent.name)
def test_a_shipped_route_gives_no_warning(path: Path) -> None:
    assert regulation_findings(read_route(path.read_bytes())) == ()


def test_ac_101_a_route_without_the_ratification_before_the_setting_is_warned_of() -> None:
    route = _shipped("sop_mikro_setjen")
    found = _messages(_without(route, "sign_and_ratify_sop"))
    (unratified,) = found.pop(UNRATIFIED_SET)
    assert unratified.element == "set_sop_keputusan_sekjen"
    assert unratified.values["article"] == "PL 38(6)"
    assert unratified.path[-1].element == "set_sop_keputusan_sekjen"
    assert "approve_sop" in [step.element for step in unratified.path]
    ((missing,),) = found.values()
    assert (missing.values["article"], missing.values["who"]) == ("PL 38(6)", "pimpinan_eselon_ii")


@pytest.mark.parametrize("key", sorted(DUTIES))
def test_every_demanded_step_is_missed_when_it_goes(key: str) -> None:
    route = _shipped(key)
    for duty in DUTIES[key]:
        doing = [element for element in route.elements.values() if fulfils(element, duty)]
        assert doing, duty
        elements = {name: element for name, element in route.elements.items() if element not in doing}
        articles = [f.values["article"] for f in regulation_findings(replace(route, elements=elements))]
        assert duty.article in articles, duty


@pytest.mark.parametrize("key", sorted(DUTIES))
def test_a_way_around_a_demanded_step_is_found(key: str) -> None:
    route = _shipped(key)
    for element in route.elements.values():
        duties = [duty for duty in DUTIES[key] if duty.always and fulfils(element, duty)]
        if not duties or len(route.outgoing(element.id)) != 1 or "set" in {duty.part for duty in duties}:
            continue
        around = route
        for flow in route.incoming(element.id):
            around = _turned(around, flow.id, route.outgoing(element.id)[0].target)
        others = [e for e in route.elements.values() if e is not element and fulfils(e, duties[0])]
        assert others or regulation_findings(around), element.id


def test_an_approval_that_a_return_leads_past() -> None:
    route = _shipped("sop_mikro_setjen")
    back = _flow_between(route, "gw_approve_sop", "draft_keputusan_sekjen")
    found = _messages(_turned(route, back.id, "sign_and_ratify_sop"))
    assert {UNAPPROVED_RATIFIED, UNAPPROVED_SET} <= set(found)
    outcomes = [s.outcome for s in found[UNAPPROVED_RATIFIED][0].path if s.element == "approve_sop"]
    assert outcomes == ["return"]


def test_an_approval_of_what_the_review_did_not_find_right() -> None:
    route = _shipped("sop_mikro_setjen")
    adjust = _flow_between(route, "gw_decide_open_points", "revise_naskah_konsep")
    assert NOT_RIGHT in _messages(_turned(route, adjust.id, "draft_keputusan_sekjen"))


def test_a_draft_changed_after_its_review_is_reviewed_again() -> None:
    route = _shipped("sop_mikro_eselon1")
    revised = _flow_between(route, "gw_revise_naskah_konsep", "check_naskah_complete")
    found = _messages(_turned(route, revised.id, "draft_nota_dinas_persetujuan"))
    assert UNREVIEWED in found
    assert found[UNREVIEWED][0].path[0].element in ("revise_naskah_konsep", "prepare_naskah_konsep")


def test_a_verdict_offered_whatever_the_criteria_say() -> None:
    route = _shipped("sop_mikro_pusat")
    step = route.elements["decide_review_outcome"]
    open_to_all = tuple(replace(outcome, when=None) for outcome in step.outcomes)
    changed = {**route.elements, step.id: replace(step, outcomes=open_to_all)}
    assert list(_messages(replace(route, elements=changed))) == [THREE_CRITERIA]


def test_a_copy_that_not_every_case_sends() -> None:
    route = _shipped("sop_mikro_pusat")
    fork = next(flow for flow in route.flows.values() if flow.target == "fork_persetujuan")
    after = next(flow for flow in route.flows.values() if flow.source == "join_persetujuan")
    found = _messages(_turned(route, fork.id, after.target))
    assert {finding.values["article"] for finding in found[BYPASSED]} == {"PL 39(5)b"}


def test_other_routes_are_nobodys_business() -> None:
    route = replace(_without(_shipped("sop_mikro_setjen"), "sign_and_ratify_sop"), key="own_route")
    assert regulation_findings(route) == ()
    assert regulation_findings(route, "sop_mikro_setjen") != ()


def test_a_demanded_step_in_other_hands_is_missed() -> None:
    route = _shipped("sop_mikro_setjen")
    step = replace(route.elements["sign_and_ratify_sop"], role="kepala_biro_po")
    (finding,) = regulation_findings(replace(route, elements={**route.elements, step.id: step}))
    assert (finding.element, finding.values["who"]) == ("sign_and_ratify_sop", "pimpinan_eselon_ii")
