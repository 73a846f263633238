"""Edits of a route: what they do, what they leave alone, and that table and file say the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraf.domain.route import Due, Kind, Outcome, Route
from paraf.engine import lane_edits, route_edits, step_edits
from paraf.engine.compare import compare
from paraf.engine.edit_parts import flow_numbers, new_flow_ids
from paraf.engine.step_ways import Way, own_gateway, ways_of, with_ways
from paraf.engine.tidy import rewritten, still_fits, tidy
from paraf.engine.write_route import write_route
from paraf.errors import InvalidForm
from paraf.usecases.condition_fields import ConditionName
from paraf.usecases.step_fields import fields_of, with_fields
from workshop_table.routes import KEYS, errors, plain, read_again, read_file, shipped

ESELON1 = "sop_mikro_eselon1"
LANE = "lane_sekretaris_eselon_i"
NEW = "paraf_sekretariat_eselon_i"


def with_new_step(route: Route | None = None) -> Route:
    return route_edits.add_step(
        route or shipped(ESELON1),
        "user",
        "Paraf Sekretariat Eselon I",
        LANE,
        anchor="submit_usulan",
        before=True,
    )


# --- nothing edited, nothing changed --------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_a_route_through_the_table_and_back_is_the_same(key: str) -> None:
    route = shipped(key)
    for step in route.elements:
        route = with_fields(route, step, fields_of(route, step), (), 0)
    assert plain(route) == plain(shipped(key))
    assert write_route(route) == write_route(shipped(key))
    assert compare(shipped(key), route) == ()


@pytest.mark.parametrize("key", KEYS)
def test_the_ways_of_a_step_say_all_its_gateway_says(key: str) -> None:
    route = shipped(key)
    counting = 0
    for element in route.elements.values():
        ways = ways_of(route, element.id) if element.is_person else ()
        if ways is None:
            counting += 1
            continue
        if element.is_person:
            assert with_ways(route, element.id, ways, new_flow_ids(route)) == route
            assert {way.outcome for way in ways} == {outcome.id for outcome in element.outcomes}
    assert counting == (1 if key == "sop_makro_development" else 0)


# --- adding and taking away -----------------------------------------------------------------------


def test_a_step_before_another_takes_its_ways_but_not_its_returns() -> None:
    before, after = shipped(ESELON1), with_new_step()
    into = {flow.source: flow for flow in after.incoming("submit_usulan")}
    assert set(into) == {NEW, "gw_record_hardcopy"}, "a return still goes to the step it names"
    assert [flow.id for flow in after.incoming(NEW)] == ["f3"]
    assert after.elements[NEW].role == "sekretaris_eselon_i"
    assert errors(after) == []
    order = list(after.elements)
    assert order.index(NEW) == order.index("submit_usulan") - 1
    assert {name: e for name, e in after.elements.items() if name != NEW} == dict(before.elements)
    assert flow_numbers(after)[-1] == max(flow_numbers(before)) + 1


def test_a_flow_number_once_published_is_never_given_again() -> None:
    route = route_edits.add_step(
        shipped(ESELON1), "service", "Kirim salinan", "lane_sistem", anchor="submit_usulan", highest=200
    )
    assert sorted(set(route.flows) - set(shipped(ESELON1).flows)) == ["f201"]


@pytest.mark.parametrize("key", KEYS)
def test_taking_a_new_step_away_leaves_the_route_as_it_was(key: str) -> None:
    route = shipped(key)
    for element in route.elements.values():
        for before in (True, False):
            try:
                added = route_edits.add_step(
                    route, "user", "Langkah baru", element.lane, anchor=element.id, before=before
                )
            except InvalidForm:
                assert element.kind in {Kind.START, Kind.END, Kind.PARALLEL}
                continue
            back = route_edits.remove_step(added, "langkah_baru")
            same_flows = {name: (f.source, f.target, f.condition) for name, f in back.flows.items()}
            if same_flows != {name: (f.source, f.target, f.condition) for name, f in route.flows.items()}:
                # the anchor's first way went to a target that another of its ways has too
                assert len(route.flows) - len(back.flows) in {0, 1}, element.id
            assert set(back.elements) == set(route.elements)


@pytest.mark.parametrize("key", KEYS)
def test_removing_a_step_mends_its_flows_and_leaves_the_rest_to_findings(key: str) -> None:
    route = shipped(key)
    for step in route.elements.values():
        if not step.is_person and step.kind is not Kind.SERVICE:
            continue
        after = route_edits.remove_step(route, step.id)
        behind = own_gateway(route, step.id)
        assert step.id not in after.elements
        assert behind is None or behind.id not in after.elements
        ends = {flow.source for flow in after.flows.values()} | {flow.target for flow in after.flows.values()}
        assert ends <= set(after.elements), "no flow hangs in the air"
        assert not any(step.id in outcome.to for e in after.elements.values() for outcome in e.outcomes)
        assert {rule for _, rule in errors(after)} <= {
            "unreachable", "unknown_name", "unknown_outcome", "restless_loop", "two_ways", "no_way_out", "no_way_on",
        }, step.id  # fmt: skip


def test_who_returned_to_a_removed_step_returns_to_the_next() -> None:
    after = route_edits.remove_step(shipped(ESELON1), "draft_nota_dinas_persetujuan")
    outcome = after.elements["paraf_nota_dinas_persetujuan"].outcome("return")
    assert outcome is not None and outcome.to == ("check_paraf_required",)
    back = next(
        f for f in after.outgoing("gw_paraf_nota_dinas_persetujuan") if "return_to" in (f.condition or "")
    )
    assert back.target == "check_paraf_required" and '"check_paraf_required"' in (back.condition or "")


def test_one_branch_fewer_and_the_fork_goes_with_its_join() -> None:
    after = route_edits.remove_step(shipped(ESELON1), "send_tembusan_biro_po")
    assert not {"fork_usulan", "join_usulan"} & set(after.elements)
    assert [flow.target for flow in after.outgoing("deliver_usulan_sekjen")] == ["check_review_start"]
    assert errors(after) == []


def test_a_step_at_the_same_time_as_another_gets_a_fork_and_its_join() -> None:
    route = shipped(ESELON1)
    step = "sign_and_ratify_sop"
    once = route_edits.add_parallel(route, step, "service", "Kirim tembusan", "lane_sistem")
    twice = route_edits.add_parallel(once, step, "user", "Catat arsip", LANE)
    assert {f"fork_{step}", f"join_{step}"} <= set(once.elements) and len(twice.elements) == len(
        once.elements
    ) + 1
    assert len(twice.incoming(f"join_{step}")) == 3
    assert errors(once) == [("kirim_tembusan", "no_operation")]
    decided = route_edits.add_parallel(route, step, "rule", "Tentukan arsip", LANE)
    assert errors(decided) == [("tentukan_arsip", "no_decision")]
    gone = route_edits.remove_step(route_edits.remove_step(twice, "catat_arsip"), "kirim_tembusan")
    ends = {(flow.source, flow.target) for flow in gone.flows.values()}
    assert ends == {(flow.source, flow.target) for flow in route.flows.values()}


# --- one step -------------------------------------------------------------------------------------


def test_outcomes_draw_their_gateway_and_take_it_away_again() -> None:
    outcomes = [Outcome("paraf", "Bubuhkan paraf"), Outcome("return", "Kembalikan", "required")]
    ways = [
        Way("paraf", "submit_usulan", "Diparaf"),
        Way("return", "prepare_naskah_konsep", "Kembali", None, True),
    ]
    route = step_edits.set_outcomes(with_new_step(), NEW, outcomes, ways)
    gateway = own_gateway(route, NEW)
    assert gateway is not None and gateway.id == f"gw_{NEW}" and errors(route) == []
    assert {flow.condition for flow in route.outgoing(gateway.id)} == {
        f'{NEW}.outcome = "paraf"', f'{NEW}.return_to = "prepare_naskah_konsep"',
    }  # fmt: skip
    step = route.elements[NEW]
    assert step.outcomes[1].to == ("prepare_naskah_konsep",)
    again = step_edits.set_outcomes(route, NEW, outcomes[:1], ways[:1])
    assert own_gateway(again, NEW) is None and [flow.target for flow in again.outgoing(NEW)] == [
        "submit_usulan"
    ]
    assert errors(again) == []


def test_an_outcome_that_leads_elsewhere_keeps_its_flow() -> None:
    route = shipped(ESELON1)
    step = "decide_review_outcome"
    ways = [
        replace(w, target="revise_naskah_konsep") if w.outcome == "adjust" else w
        for w in ways_of(route, step) or ()
    ]
    after = step_edits.set_outcomes(route, step, route.elements[step].outcomes, ways)
    changed = [name for name in route.flows if after.flows.get(name) != route.flows[name]]
    assert changed == ["f27"] and set(after.flows) == set(route.flows)
    assert [(c.what, c.element) for c in compare(route, after)] == [("target", "f27")]


def test_a_condition_beside_an_outcome_is_kept_and_joined() -> None:
    ways = [
        Way("paraf", "submit_usulan", "Ya", "option.paraf"),
        Way("paraf", "withdrawn", "Tidak", 'not(option.paraf) or option.hardcopy = "paper"'),
    ]
    route = step_edits.set_outcomes(with_new_step(), NEW, [Outcome("paraf", "Paraf")], ways)
    assert {flow.condition for flow in route.outgoing(f"gw_{NEW}")} == {
        f'({NEW}.outcome = "paraf" and option.paraf)',
        f'({NEW}.outcome = "paraf" and (not(option.paraf) or option.hardcopy = "paper"))',
    }
    again = ways_of(route, NEW)
    assert again is not None and {way.extra for way in again} == {way.extra for way in ways}


def test_a_step_moves_to_a_lane_with_its_gateway_and_takes_its_role() -> None:
    route = step_edits.move_to_lane(shipped(ESELON1), "submit_usulan", LANE)
    assert route.elements["submit_usulan"].role == "sekretaris_eselon_i"
    assert route.elements["gw_submit_usulan"].lane == LANE
    own = step_edits.set_role(shipped(ESELON1), "submit_usulan", "menteri")
    assert step_edits.move_to_lane(own, "submit_usulan", LANE).elements["submit_usulan"].role == "menteri"


def test_a_renamed_step_renames_what_its_gateway_says_of_it() -> None:
    route = step_edits.change_step(shipped(ESELON1), "submit_usulan", name="Ajukan usulan")
    assert (
        route.elements["gw_submit_usulan"].documentation
        == "Percabangan menurut hasil langkah “Ajukan usulan”."
    )


def test_what_does_not_change_the_shape_leaves_the_drawing_alone() -> None:
    route = shipped(ESELON1)
    after = step_edits.change_step(route, "submit_usulan", name="Ajukan", due=Due("P9D"))
    assert still_fits(route, after) and after.geometry is route.geometry
    wider = with_new_step()
    assert not still_fits(route, wider)
    moved = read_file(tidy(rewritten(write_route(route), wider)))
    assert moved.geometry.boxes.keys() >= moved.elements.keys()
    assert moved.geometry.lines.keys() == moved.flows.keys()


def test_moving_in_the_order_changes_nothing_but_the_order() -> None:
    route = shipped(ESELON1)
    shown = [name for name in route.elements if not name.startswith("gw_")]
    after = step_edits.move_in_order(route, "record_disposisi", True, shown)
    assert dict(after.elements) == dict(route.elements) and after.flows == route.flows
    order = list(after.elements)
    assert order.index("record_disposisi") == order.index("check_review_start") - 1
    assert step_edits.move_in_order(after, "record_disposisi", False, shown[:1]) == after
    back = step_edits.move_in_order(
        after, "check_review_start", True, [n for n in order if not n.startswith("gw_")]
    )
    assert list(back.elements) == list(route.elements)


# --- lanes and options ----------------------------------------------------------------------------


def test_lanes_are_added_changed_moved_and_removed_when_empty() -> None:
    route = lane_edits.add_lane(shipped(ESELON1), "Menteri Luar Negeri", "menteri")
    assert route.lanes[-1].id == "lane_menteri"
    route = lane_edits.move_lane(route, "lane_menteri", True)
    assert route.lanes[-2].id == "lane_menteri"
    with pytest.raises(InvalidForm):
        lane_edits.remove_lane(route, LANE)
    assert lane_edits.remove_lane(route, "lane_menteri").lanes == shipped(ESELON1).lanes
    with pytest.raises(InvalidForm):
        lane_edits.add_lane(route, "Lagi", "menteri")
    other = lane_edits.change_lane(route, LANE, "Sekretariat", "kepala_biro_po")
    assert other.elements["draft_keputusan_eselon1"].role == "kepala_biro_po"


def test_an_option_is_set_and_taken_away_and_its_readers_are_findings() -> None:
    route = lane_edits.set_option(shipped(ESELON1), "paraf", False, "INT-31", "Paraf diperlukan")
    assert route.options["paraf"].value is False and errors(route) == []
    gone = lane_edits.remove_option(route, "paraf")
    assert {rule for _, rule in errors(gone)} == {"unknown_name"}


# --- any row of edits -----------------------------------------------------------------------------

Edit = Callable[[Route, st.DataObject], Route]


def _any_step(route: Route, data: st.DataObject) -> str:
    return data.draw(st.sampled_from(list(route.elements)))


def _lane_of(route: Route, data: st.DataObject) -> str:
    return data.draw(st.sampled_from([lane.id for lane in route.lanes]))


def _add(route: Route, data: st.DataObject) -> Route:
    kind = data.draw(st.sampled_from(["user", "service", "rule", "check"]))
    name = f"Langkah {data.draw(st.integers(1, 10_000))}"
    before = data.draw(st.booleans())
    return route_edits.add_step(
        route, kind, name, _lane_of(route, data), anchor=_any_step(route, data), before=before
    )


def _remove(route: Route, data: st.DataObject) -> Route:
    return route_edits.remove_step(route, _any_step(route, data))


def _beside(route: Route, data: st.DataObject) -> Route:
    name = f"Cabang {data.draw(st.integers(1, 10_000))}"
    kind = data.draw(st.sampled_from(["user", "rule"]))
    return route_edits.add_parallel(route, _any_step(route, data), kind, name, _lane_of(route, data))


def _move(route: Route, data: st.DataObject) -> Route:
    return step_edits.move_to_lane(route, _any_step(route, data), _lane_of(route, data))


def _reorder(route: Route, data: st.DataObject) -> Route:
    return step_edits.move_in_order(
        route, _any_step(route, data), data.draw(st.booleans()), list(route.elements)
    )


def _rename(route: Route, data: st.DataObject) -> Route:
    name = data.draw(
        st.text(st.characters(categories=["L", "Nd", "P", "Zs"], exclude_characters="\xa0"), max_size=30)
    )
    return step_edits.change_step(route, _any_step(route, data), name=" ".join(name.split()))


def _lead(route: Route, data: st.DataObject) -> Route:
    step = _any_step(route, data)
    element = route.elements[step]
    if not element.is_person:
        return step_edits.set_next(route, step, _any_step(route, data))
    ways = ways_of(route, step)
    if ways is None:
        return route
    outcomes = [*element.outcomes]
    if data.draw(st.booleans()):
        outcomes.append(Outcome(f"hasil_{len(outcomes)}", "Hasil lain"))
    chosen = [
        Way(outcome.id, _any_step(route, data), "", data.draw(st.sampled_from([None, "option.paraf"])))
        if not outcome.to and data.draw(st.booleans())
        else Way(outcome.id, _any_step(route, data), "Kembali", None, bool(outcome.to))
        for outcome in outcomes
    ]
    return step_edits.set_outcomes(route, step, outcomes, chosen)


EDITS: list[Edit] = [_add, _remove, _beside, _move, _reorder, _rename, _lead]


@settings(max_examples=80, deadline=None)
@given(data=st.data(), key=st.sampled_from(KEYS))
def test_after_any_edits_the_file_reads_back_as_the_route_edited(data: st.DataObject, key: str) -> None:
    route = shipped(key)
    for _ in range(data.draw(st.integers(1, 6))):
        edit = data.draw(st.sampled_from(EDITS))
        try:
            after = edit(route, data)
        except InvalidForm:
            continue
        for name in set(after.flows) - set(route.flows):
            assert int(name[1:]) > max(flow_numbers(route)), "a number once given is not given again"
        kept = set(after.elements) & set(route.elements)
        assert all(after.elements[name].kind is route.elements[name].kind for name in kept)
        route = after
    again = read_again(route)
    # a step whose lane has no role has none in the file either
    assert plain(again) == plain(route)
    assert compare(route, again) == ()


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_any_edited_route_can_be_drawn_and_keeps_every_id(data: st.DataObject) -> None:
    route = shipped("sop_teknis")
    for _ in range(3):
        try:
            route = data.draw(st.sampled_from(EDITS))(route, data)
        except InvalidForm:
            continue
    again = read_again(replace(route, geometry=shipped("sop_teknis").geometry))
    drawn = read_file(tidy(write_route(again)))
    assert plain(drawn) == plain(again)
    assert drawn.geometry.boxes.keys() >= drawn.elements.keys()


def test_names_a_condition_may_read_are_told_with_their_kind() -> None:
    name = ConditionName("option.paraf", "Opsi", "boolean")
    fields = fields_of(shipped(ESELON1), "check_paraf_required")
    fields["branches"][0]["condition"]["rows"] = [
        {"name": "option.paraf", "operator": "!=", "value": "tidak"}
    ]
    after = with_fields(shipped(ESELON1), "check_paraf_required", fields, [name], 0)
    assert {flow.condition for flow in after.outgoing("check_paraf_required")} == {
        "option.paraf != false", "not(option.paraf)",
    }  # fmt: skip


def test_tidying_a_shipped_route_changes_nothing() -> None:
    content = write_route(shipped("sop_teknis"))
    assert tidy(content) == content
