"""Cases on the engine: what a person sees of forks, loops, consultations, deadlines and sub-routes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from engine.drawing import (
    AT,
    Case,
    Office,
    choice,
    each,
    end,
    file,
    flow,
    parallel,
    person,
    rule,
    service,
    start,
    sub_route,
)
from paraf.domain.moves import Closed, Ended, Opened, Passed
from paraf.domain.route import Context
from paraf.engine import spiff
from paraf.engine.compiled import compile_route
from paraf.engine.token_game import Game
from paraf.errors import AlreadyDecided, BrokenRoute, Corrupt, NotFound, RuleBroken

WAYS = ("submit", "return")


def _rework() -> bytes:
    """Draft, then review: sign or return."""
    return file(
        start(),
        person("draft", outcomes=("submit",)),
        person("review", outcomes=WAYS),
        choice("gw_review"),
        service("deliver"),
        end(),
        flow("start", "draft"),
        flow("draft", "review"),
        flow("review", "gw_review"),
        flow("gw_review", "draft", 'review.outcome = "return"'),
        flow("gw_review", "deliver", 'review.outcome = "submit"'),
        flow("deliver", "done"),
    )


def test_moves_are_reported_in_the_order_they_happen() -> None:
    case = Case(_rework())
    assert case.step.moves == (Passed("start", 1), Opened("draft", 1))
    assert case.decide("draft").step.moves == (Opened("review", 1),)
    assert case.decide("review", "return").step.moves == (
        Passed("gw_review", 1, "f_gw_review_draft"),
        Opened("draft", 2),
    )
    case.decide("draft")
    assert case.decide("review").step.moves == (
        Passed("gw_review", 2, "f_gw_review_deliver"),
        Passed("deliver", 1),
        Passed("done", 1),
        Ended("done"),
    )
    assert case.step.ended == "done" and case.open() == []


def test_a_decision_counts_once() -> None:
    case = Case(_rework()).decide("draft")
    with pytest.raises(AlreadyDecided):
        case.decide("draft", visit=1)
    with pytest.raises(NotFound):
        case.decide("draft", visit=2)
    assert case.waiting == ["review"]


def test_a_refused_command_leaves_the_state_as_it_was() -> None:
    """D18: SpiffWorkflow leaves half a step behind; the bytes of the caller are never touched."""
    route = file(
        start(),
        person("draft", outcomes=WAYS),
        choice("gw"),
        person("ask", inside=each("ask", "parties"), outcomes=("agree",), role="item"),
        end(),
        flow("start", "draft"),
        flow("draft", "gw"),
        flow("gw", "ask", 'draft.outcome = "submit"'),
        flow("gw", "done", 'draft.outcome = "return"'),
        flow("ask", "done"),
    )
    case = Case(route, Office(members=()))
    before = case.step.state
    with pytest.raises(RuleBroken, match="the set parties is empty"):
        case.decide("draft")
    assert case.step.state == before and case.waiting == ["draft"]
    case.office.sets["parties"] = ["U1"]
    assert case.decide("draft").waiting == ["ask"]


def _consultation(sequential: bool = False, closer: bool = True) -> bytes:
    return file(
        start(),
        person("discuss", inside=each("discuss", "parties", closer, sequential), outcomes=WAYS, role="item"),
        choice("gw", default="f_gw_done"),
        person("settle", outcomes=WAYS),
        end(),
        flow("start", "discuss"),
        flow("discuss", "gw"),
        flow("gw", "settle", "discuss.return > 0 or discuss.outcome = \"return\""),
        flow("gw", "done"),
        flow("settle", "discuss"),
    )  # fmt: skip


def test_everybody_is_asked_at_once_and_the_closer_decides_last() -> None:
    case = Case(_consultation(), Office(["U1", "U2"]))
    assert [(task.item, task.closer) for task in case.open()] == [("U1", False), ("U2", False), (None, True)]
    assert case.step.each == {"discuss": ("U1", "U2")}
    with pytest.raises(RuleBroken, match="Others must decide"):
        case.decide("discuss", visit=3)
    case.decide("discuss", "return", visit=2).decide("discuss", "submit", visit=1)
    assert [(task.item, task.closer) for task in case.open()] == [(None, True)]
    assert case.decide("discuss", "submit").waiting == ["settle"], "one member returned, so it is counted"


def test_in_the_second_round_members_are_asked_anew_and_counted_from_zero() -> None:
    """D4: SpiffWorkflow's multi-instance cannot be entered twice with item variables."""
    case = Case(_consultation(), Office(["U1", "U2"]))
    for visit, outcome in ((1, "return"), (2, "submit"), (3, "submit")):
        case.decide("discuss", outcome, visit=visit)
    case.office.sets["parties"] = ["U3"]
    case.decide("settle")
    assert [(task.item, task.visit) for task in case.open()] == [("U3", 4), (None, 5)]
    case.decide("discuss", visit=4).decide("discuss", visit=5)
    assert case.step.ended == "done"


def test_in_turn_means_one_after_the_other() -> None:
    case = Case(_consultation(sequential=True), Office(["U1", "U2"]))
    seen = []
    while case.waiting == ["discuss"]:
        seen.append([(task.item, task.closer) for task in case.open()])
        case.decide("discuss")
    assert seen == [[("U1", False)], [("U2", False)], [(None, True)]]
    assert case.step.ended == "done"


def test_the_last_one_gives_the_outcome_when_there_is_no_closer() -> None:
    case = Case(_consultation(closer=False), Office(["U1", "U2"]))
    case.decide("discuss", visit=2).decide("discuss", "return", visit=1)
    assert case.waiting == ["settle"]


def test_a_set_is_bounded_and_has_no_member_twice() -> None:
    for members in ([f"U{n}" for n in range(201)], ["U1", "U1"]):
        with pytest.raises(RuleBroken):
            Case(_consultation(), Office(members))
    assert len(Case(_consultation(), Office([f"U{n}" for n in range(200)])).open()) == 201


def test_an_answer_is_asked_when_its_gateway_is_reached_and_never_before() -> None:
    route = file(
        start(),
        person("draft", outcomes=("submit",)),
        choice("check", answer="naskah_complete"),
        person("review", outcomes=("submit",)),
        end(),
        flow("start", "draft"),
        flow("draft", "check"),
        flow("check", "draft", "naskah_complete.complete = false"),
        flow("check", "review", "naskah_complete.complete = true"),
        flow("review", "done"),
    )
    office = Office(naskah_complete={"complete": False, "round": 0})
    case = Case(route, office)
    assert office.asked == [] and case.step.answers == {}
    case.decide("draft")
    assert case.step.answers == {"naskah_complete": {"complete": False, "round": 0}}
    office.answers["naskah_complete"] = {"complete": True, "round": 1}
    case.decide("draft")
    assert case.waiting == ["review"] and office.asked == ["naskah_complete", "naskah_complete"]
    assert case.decide("review").step.answers == {}


class _Tables(Office):
    """An office whose tables give the mark of the first step; `after` once the second table step is told."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def look_up(self, table: str, known: Mapping[str, Context]) -> Context:
        return {"mark": self.after if "first" in known else known["a"]["mark"]}


def test_a_table_that_is_asked_twice_at_once_decides_once_or_not_at_all() -> None:
    route = file(
        start(), person("a", outcomes=("submit",)), rule("first", "points"), rule("second", "points"), end(),
        flow("start", "a"), flow("a", "first"), flow("first", "second"), flow("second", "done"),
    )  # fmt: skip
    alike = Case(route, _Tables(after=7)).decide("a", mark=7)
    assert alike.step.ended == "done" and alike.step.answers == {"points": {"mark": 7}}
    other = Case(route, _Tables(after=3))
    before = other.step.state
    with pytest.raises(RuleBroken):
        other.decide("a", mark=7)
    assert other.step.state == before


def test_conditions_read_the_latest_round_of_a_parallel_branch() -> None:
    """D19: in copied task data the branch that ends last brings round 1 back, and the loop never ends."""
    route = file(
        start(),
        choice("again"),
        parallel("fork"),
        person("x", outcomes=WAYS),
        person("y", outcomes=WAYS),
        parallel("join"),
        choice("gw"),
        end(),
        flow("start", "again"),
        flow("again", "fork"),
        flow("fork", "x"),
        flow("fork", "y"),
        flow("x", "join"),
        flow("y", "join"),
        flow("join", "gw"),
        flow("gw", "again", 'x.outcome = "return"'),
        flow("gw", "done", 'x.outcome = "submit"'),
    )
    case = Case(route).decide("x", "return").decide("y")
    assert case.waiting == ["x", "y"]
    assert case.decide("x", "submit").decide("y").step.ended == "done"


def test_constants_and_options_are_fixed_at_the_start() -> None:
    route = file(
        start(),
        choice("gw", default="f_gw_done"),
        person("extra", outcomes=("submit",)),
        end(),
        flow("start", "gw"),
        flow("gw", "extra", 'option.paraf and case.kind in ("makro", "mikro") and not(case.size < 2)'),
        flow("gw", "done"),
        flow("extra", "done"),
        options='<paraf:option name="paraf" value="true" cite="INT-31"/>',
    )
    assert Case(route, kind="makro", size=2).waiting == ["extra"]
    assert Case(route, kind="makro", size=1).step.ended == "done"
    assert Case(route, kind="teknis", size=9).step.ended == "done"
    with pytest.raises(TypeError):
        Case(route, kind=["makro"])


def test_a_called_route_runs_inside_the_caller() -> None:
    called = file(
        start("begin"), person("inner", outcomes=WAYS), end("end"), flow("begin", "inner"), flow("inner", "end"),
        key="inner_route",
    )  # fmt: skip
    caller = file(
        start(),
        '<bpmn:callActivity id="call" calledElement="inner_route"/>',
        end(),
        flow("start", "call"),
        flow("call", "done"),
    )
    route = compile_route(caller, called={"inner_route": called})
    step = spiff.start(route, "c", AT, {}, Office())
    assert step.moves == (Passed("start", 1), Passed("begin", 1), Opened("inner", 1))
    step = spiff.complete(route, "c", AT, step.state, "inner", 1, {"outcome": "submit"}, Office())
    assert step.moves == (Passed("end", 1), Passed("done", 1), Ended("done"))
    game = Game(route.route, {"inner_route": route.routes["inner_route"]})
    assert game.start(AT, {}, Office()) == (Passed("start", 1), Passed("begin", 1), Opened("inner", 1))
    assert game.complete(AT, "inner", 1, {"outcome": "submit"}, Office()) == step.moves
    with pytest.raises(BrokenRoute):
        compile_route(caller)
    with pytest.raises(BrokenRoute):
        compile_route(caller, called={"inner_route": caller.replace(b'id="route"', b'id="inner_route"')})


def test_cancelling_closes_every_open_task() -> None:
    case = Case(sub_route())
    step = spiff.cancel(case.route, "case-1", AT, case.step.state)
    assert step.moves == (Closed("check", 1), Closed("other", 1))
    assert step.next_due is None and spiff.open_tasks(case.route, step.state) == []
    with pytest.raises(AlreadyDecided):
        spiff.complete(case.route, "case-1", AT, step.state, "check", 1, {"outcome": "submit"}, Office())


def test_a_choice_without_a_way_refuses_the_command() -> None:
    route = file(
        start(),
        person("draft", outcomes=("submit",)),
        choice("gw", default="f_gw_done"),
        end(),
        end("other"),
        flow("start", "draft"),
        flow("draft", "gw"),
        flow("gw", "done"),
        flow("gw", "other", 'draft.outcome = "submit"'),
    )
    assert Case(route).decide("draft").step.ended == "other"
    assert Case(route).decide("draft", "unheard").step.ended == "done"


def test_a_case_that_can_never_move_again_is_refused_at_once() -> None:
    route = file(
        start(),
        parallel("fork"),
        person("a", outcomes=WAYS),
        choice("gw"),
        parallel("join"),
        end(),
        end("early"),
        flow("start", "fork"),
        flow("fork", "a"),
        flow("fork", "join"),
        flow("a", "gw"),
        flow("gw", "join", 'a.outcome = "submit"'),
        flow("gw", "early", 'a.outcome = "return"'),
        flow("join", "done"),
    )
    assert Case(route).decide("a").step.ended == "done"
    with pytest.raises(Corrupt, match="standstill"):
        Case(route).decide("a", "return")


def test_bytes_of_another_case_or_route_are_never_taken() -> None:
    case, other = Case(_rework()), Case(_consultation())
    for state in (other.step.state, b"", b"[]", b"null", b"{}", case.step.state[:-20], b"\xff"):
        with pytest.raises(Corrupt):
            spiff.open_tasks(case.route, state)
    with pytest.raises(Corrupt):
        spiff.complete(case.route, "case-2", AT, case.step.state, "draft", 1, {"outcome": "submit"}, Office())


def test_the_state_is_a_list_of_what_is_open_and_holds_no_task_data() -> None:
    case = Case(_rework()).decide("draft", note="x")
    document = orjson.loads(case.step.state)
    assert [row[2] for row in document["process"]["tasks"]] == ["Start", "e:review"]
    assert document["process"]["contexts"] == {"draft": {"outcome": "submit", "note": "x"}}


def test_threads_share_a_compiled_route() -> None:
    content = _consultation()
    barrier = threading.Barrier(8)

    def play(number: int) -> list[object]:
        barrier.wait()
        case = Case(content, Office(["U1", "U2"]))
        for _ in range(10):
            for task in case.open():
                case.decide("discuss", "return", visit=task.visit)
            case.decide("settle")
        return list(case.log)

    with ThreadPoolExecutor(8) as pool:
        logs = list(pool.map(play, range(8)))
    assert all(log == logs[0] for log in logs)
    assert compile_route(content) is compile_route(content)
