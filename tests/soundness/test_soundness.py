"""Each fault of soundness on a small drawing, with the shortest walk; shipped routes without any."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from engine.drawing import border, choice, each, end, file, flow, parallel, person, start, sub, timer
from paraf.domain.moves import Passed
from paraf.domain.route import Finding, PathStep
from paraf.engine.route_file import findings_of, read_route
from paraf.engine.soundness import TOO_LONG, TOO_MANY_STATES, TOO_MANY_VALUES, check_soundness

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
ROUTES = sorted(WORKFLOWS.glob("*/route.bpmn"))


def _found(content: bytes) -> dict[tuple[str, str], Finding]:
    assert [f for f in findings_of(content) if f.severity == "error"] == []
    sound = check_soundness(read_route(content))
    assert sound.decided and sound.bound is None
    return {(finding.rule, finding.element): finding for finding in sound.findings}


def _elements(finding: Finding) -> list[str]:
    return [step.element for step in finding.path]


def _choice_into_join() -> bytes:
    """A choice sends the token to one of two flows of a join that waits for both."""
    return file(
        start(), person("ask", outcomes=("submit", "return")), choice("gw"), person("a"), person("b"),
        parallel("join"), end(),
        flow("start", "ask"), flow("ask", "gw"),
        flow("gw", "a", 'ask.outcome = "submit"'), flow("gw", "b", 'ask.outcome = "return"'),
        flow("a", "join"), flow("b", "join"), flow("join", "done"),
    )  # fmt: skip


def test_a_join_that_waits_for_ever_is_a_deadlock() -> None:
    found = _found(_choice_into_join())
    assert list(found) == [("deadlock", "join")]
    path = found["deadlock", "join"].path
    assert path == (
        PathStep("start", "f_start_ask"),
        PathStep("ask", "f_ask_gw", "submit"),
        PathStep("gw", "f_gw_a"),
        PathStep("a", "f_a_join", "submit"),
        PathStep("join"),
    )


def test_two_tokens_on_one_step_and_an_end_with_work_left() -> None:
    found = _found(
        file(
            start(), parallel("fork"), person("a"), person("b"), choice("merge"), person("c"), end(),
            flow("start", "fork"), flow("fork", "a"), flow("fork", "b"), flow("a", "merge"),
            flow("b", "merge"), flow("merge", "c"), flow("c", "done"),
        )
    )  # fmt: skip
    assert set(found) == {("lost_token", "c"), ("work_left", "done")}
    assert found["work_left", "done"].values["left"] in ("a", "b")
    assert _elements(found["lost_token", "c"])[:2] == ["start", "fork"]


def test_a_second_token_over_one_flow_of_a_join_is_lost() -> None:
    found = _found(
        file(
            start(), parallel("fork"), person("a"), person("b"), person("c"), choice("merge"),
            parallel("join"), end(),
            flow("start", "fork"), flow("fork", "a"), flow("fork", "b"), flow("fork", "c"),
            flow("a", "merge"), flow("b", "merge"), flow("merge", "join"), flow("c", "join"),
            flow("join", "done"),
        )
    )  # fmt: skip
    assert ("lost_token", "join") in found
    assert _elements(found["lost_token", "join"]) == ["start", "fork", "a", "merge", "b", "merge"]


def test_the_walk_to_a_fault_leaves_out_what_other_branches_do() -> None:
    """Two long branches, and a third that stands still at once by itself."""
    parts = [start(), parallel("fork"), parallel("join"), end(), flow("start", "fork"), flow("join", "done")]
    for way in ("a", "b"):
        parts += [person(f"{way}{n}") for n in range(4)] + [flow("fork", f"{way}0"), flow(f"{way}3", "join")]
        parts += [flow(f"{way}{n}", f"{way}{n + 1}") for n in range(3)]
    parts += [person("z"), end("early"), flow("fork", "z"), flow("z", "early")]
    finding = _found(file(*parts))["work_left", "early"]
    assert _elements(finding) == ["start", "fork", "z", "early"]


def test_ends_of_two_branches_leave_work_behind() -> None:
    found = _found(
        file(
            start(), parallel("fork"), person("a"), person("b"), end("one"), end("two"),
            flow("start", "fork"), flow("fork", "a"), flow("fork", "b"), flow("a", "one"), flow("b", "two"),
        )
    )  # fmt: skip
    assert {rule for rule, _ in found} == {"work_left"}


def test_a_step_that_no_decision_leads_to_can_never_happen() -> None:
    found = _found(
        file(
            start(), person("ask", outcomes=("submit", "return")), choice("gw"), person("later"),
            choice("again"), person("never"), end(),
            flow("start", "ask"), flow("ask", "gw"), flow("gw", "later", 'ask.outcome = "submit"'),
            flow("gw", "ask", 'ask.outcome = "return"'), flow("later", "again"),
            flow("again", "done", 'ask.outcome = "submit"'),
            flow("again", "never", 'ask.outcome = "return"'), flow("never", "done", flow_id="f_last"),
        )
    )  # fmt: skip
    assert list(found) == [("never_happens", "never")]
    assert _elements(found["never_happens", "never"]) == ["start", "ask", "gw", "later", "again"]


def test_a_step_for_another_value_of_an_option_can_happen() -> None:
    options = '<paraf:option name="fast" value="true"/>'
    drawn = (
        start(), choice("gw"), person("quick"), person("slow"), end(),
        flow("start", "gw"), flow("gw", "quick", "option.fast"), flow("gw", "slow", "not(option.fast)"),
        flow("quick", "done"), flow("slow", "done"),
    )  # fmt: skip
    assert _found(file(*drawn, options=options)) == {}


def test_a_round_without_a_way_out_is_a_livelock() -> None:
    found = _found(
        file(
            start(), person("ask", outcomes=("submit", "return")), choice("gw"), person("a"), person("b"),
            choice("back", default="f_back_a"), end(),
            flow("start", "ask"), flow("ask", "gw"), flow("gw", "done", 'ask.outcome = "submit"'),
            flow("gw", "a", 'ask.outcome = "return"'), flow("a", "b"), flow("b", "back"),
            flow("back", "a"), flow("back", "done", 'ask.outcome = "submit"'),
        )
    )  # fmt: skip
    assert list(found) == [("livelock", "a")]
    assert _elements(found["livelock", "a"]) == ["start", "ask", "gw"]


def test_a_reminder_that_runs_beside_the_case_is_no_fault() -> None:
    reminder = border("late", "a", timer("timeCycle", "R/P1D"), False)
    drawn = (start(), person("a"), reminder, person("remind"), end("reminded"), end(), flow("start", "a"),
             flow("a", "done"), flow("late", "remind"), flow("remind", "reminded"))  # fmt: skip
    sound = check_soundness(read_route(file(*drawn)))
    assert sound.decided and {f.rule for f in sound.findings} <= {"work_left"}
    assert "reminded" not in {finding.element for finding in sound.findings}


def test_sub_processes_multi_instances_and_events_are_played() -> None:
    inner = (start("in"), person("ask", role="item", outcomes=("submit",)), end("out"),
             flow("in", "ask"), flow("ask", "out"))  # fmt: skip
    assert _found(
        file(
            start(), sub("sub", *inner, inside=each("sub", "parties")),
            border("late", "sub", timer("timeDuration", "P3D")), choice("merge"),
            person("all", inside=each("all", "parties", closer=True), role="item"), end(),
            flow("start", "sub"), flow("sub", "merge"), flow("late", "merge"), flow("merge", "all"),
            flow("all", "done"),
        )
    ) == {}  # fmt: skip


def test_counts_of_a_multi_instance_reach_the_number_they_are_compared_with() -> None:
    drawn = (
        start(), person("vote", inside=each("vote", "parties"), role="item", outcomes=("submit", "return")),
        choice("gw"), person("many"), end(),
        flow("start", "vote"), flow("vote", "gw"), flow("gw", "many", "vote.return > 2"),
        flow("gw", "done", "vote.return <= 2"), flow("many", "done"),
    )  # fmt: skip
    assert _found(file(*drawn)) == {}


@pytest.mark.parametrize("path", ROUTES, ids=lambda path: path.parent.name)
def test_a_shipped_route_is_sound(path: Path) -> None:
    sound = check_soundness(read_route(path.read_bytes()), seconds=20)
    assert (sound.findings, sound.decided, sound.bound) == ((), True, None)
    assert sound.states > 4


def test_bounds_are_kept_and_named() -> None:
    route = read_route(six_ways(4, 3, meeting=True))
    few = check_soundness(route, most_states=10)
    assert (few.decided, few.bound) == (False, TOO_MANY_STATES)
    ticking = itertools.count()
    short = check_soundness(route, seconds=5, clock=lambda: float(next(ticking)))
    assert (short.decided, short.bound) == (False, TOO_LONG)
    names = " or ".join(f'case.x{n} = "a"' for n in range(8))
    wide = file(start(), person("a"), choice("gw", default="f_gw_no"), end(), end("no"), flow("start", "a"),
                flow("a", "gw"), flow("gw", "done", names), flow("gw", "no"))  # fmt: skip
    assert check_soundness(read_route(wide)).bound == TOO_MANY_VALUES


def test_six_branches_of_ten_steps_are_decided() -> None:
    sound = check_soundness(read_route(six_ways(6, 10)), seconds=30)
    assert sound.decided and sound.findings == ()
    assert sound.states < 1000


def test_the_walk_shown_can_be_walked() -> None:
    """What a path tells is what the bare token game does."""
    from paraf.engine.token_game import Game, Refused
    from soundness.mutants import AT

    route = read_route(_choice_into_join())
    finding = check_soundness(route).findings[0]
    game = Game(route)
    decided = [step for step in finding.path if step.outcome]
    moves = game.start(AT, {}, None)  # type: ignore[arg-type]
    assert [move.element for move in moves if isinstance(move, Passed)] == ["start"]
    with pytest.raises(Refused, match="nobody and nothing"):
        for step in decided:
            game.complete(AT, step.element, 1, {"outcome": step.outcome}, None)  # type: ignore[arg-type]


def six_ways(ways: int, steps: int, meeting: bool = False) -> bytes:
    """`ways` parallel branches of `steps` tasks each, every task with a way back. With `meeting` all
    branches read what the first decides, so that their order does make a difference."""
    parts = [start(), parallel("fork"), parallel("join"), end(), flow("start", "fork"), flow("join", "done")]
    for way in range(ways):
        for step in range(steps):
            task, gateway = f"t{way}_{step}", f"g{way}_{step}"
            onward = f"t{way}_{step + 1}" if step + 1 < steps else "join"
            back = f"t{way}_{max(0, step - 1)}"
            more = ' and not(t0_0.outcome = "return")' if meeting and way else ""
            parts += [
                person(task, outcomes=("submit", "return")),
                choice(gateway, default=f"f_{gateway}_{back}"),
                flow(task, gateway),
                flow(gateway, onward, f'{task}.outcome = "submit"{more}'),
                flow(gateway, back),
            ]
        parts.append(flow("fork", f"t{way}_0"))
    return file(*parts)
