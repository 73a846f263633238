"""Leaving out orders that make no difference changes no verdict, and no verdict is contradicted by chance.

Random routes of the whole profile, some of them damaged, are searched with and without the reduction,
and played at random on the bare token game. TEST_ROUTES sets how many.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest

from engine.random_routes import Drawing, Given
from paraf.domain.moves import Ended, Move, Opened, Passed
from paraf.domain.route import Kind, Route
from paraf.engine.independence import Independence
from paraf.engine.route_file import read_route
from paraf.engine.soundness import check_soundness
from paraf.engine.token_game import Game, Refused
from soundness.mutants import AT

ROUTES = int(os.environ.get("TEST_ROUTES", "30"))


def _damaged(route: Route, choose: random.Random) -> Route:
    """The route with a gateway of the other kind or a flow turned elsewhere, or as it was."""
    elements, flows = dict(route.elements), dict(route.flows)
    for _ in range(choose.choice([0, 1, 1, 2])):
        gateways = [e for e in elements.values() if e.kind in (Kind.PARALLEL, Kind.EXCLUSIVE)]
        if gateways and choose.random() < 0.5:
            gateway = choose.choice(gateways)
            out = [flow for flow in flows.values() if flow.source == gateway.id]
            other = Kind.EXCLUSIVE if gateway.kind is Kind.PARALLEL else Kind.PARALLEL
            default = out[0].id if other is Kind.EXCLUSIVE and len(out) > 1 else None
            elements[gateway.id] = replace(gateway, kind=other, default_flow=default, answer=None)
            continue
        flow = choose.choice(list(flows.values()))
        within = [e.id for e in elements.values() if e.scope == elements[flow.source].scope
                  and e.kind not in (Kind.START, Kind.BOUNDARY)]  # fmt: skip
        flows[flow.id] = replace(flow, target=choose.choice(within))
    return replace(route, elements=elements, flows=flows)


def _route(seed: int) -> Route:
    drawn = read_route(Drawing(seed, depth=2 + seed % 3).xml.encode())
    return _damaged(drawn, random.Random(seed))


@pytest.mark.timeout(1800)
def test_the_reduction_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = saved = 0
    for seed in range(ROUTES):
        route = _route(seed)
        reduced = check_soundness(route, most_states=800, seconds=20)
        with monkeypatch.context() as patched:
            patched.setattr(Independence, "alone", lambda self, state: [])
            whole = check_soundness(route, most_states=1600, seconds=40)
        if not (reduced.decided and whole.decided):
            continue
        compared += 1
        saved += whole.states - reduced.states
        assert {f.rule for f in reduced.findings} == {f.rule for f in whole.findings}, seed
        never = [{f.element for f in one.findings if f.rule == "never_happens"} for one in (reduced, whole)]
        assert never[0] == never[1], seed
    print(f"{compared} routes compared, {saved} states saved")
    assert compared > ROUTES // 2 and saved > 0


@pytest.mark.timeout(1800)
def test_no_random_case_contradicts_a_verdict() -> None:
    sound = walks = 0
    for seed in range(ROUTES):
        route = _route(seed)
        verdict = check_soundness(route, most_states=1000, seconds=20)
        if not verdict.decided:
            continue
        never = {f.element for f in verdict.findings if f.rule == "never_happens"}
        faults = {f.rule for f in verdict.findings} - {"never_happens", "livelock"}
        sound += not faults
        for number in range(6):
            seen, refused = _walk(route, f"{seed} {number}")
            walks += 1
            assert not seen & never, (seed, number, seen & never)
            assert faults or not refused, (seed, number)
    print(f"{sound} sound routes, {walks} random cases")
    assert sound > ROUTES // 4


def _walk(route: Route, seed: str) -> tuple[set[str], bool]:
    """The elements a random case comes to, and whether the game refused to go on."""
    choose, seen, game = random.Random(seed), set(), Game(route)
    case = {"kind": choose.choice(["mikro", "makro"]), "big": choose.random() < 0.5, "size": choose.randint(0, 5)}
    given = Given(f"{seed} start")
    given.sets = {name: members or ["H1"] for name, members in given.sets.items()}

    def note(moves: tuple[Move, ...]) -> bool:
        seen.update(move.element for move in moves if isinstance(move, (Passed, Opened)))
        return any(isinstance(move, Ended) for move in moves)

    try:
        over = note(game.start(AT, case, given))
        for step in range(40):
            if over:
                break
            given = Given(f"{seed} {step}")
            given.sets = {name: members or ["H1"] for name, members in given.sets.items()}
            timers = game.awaited()
            if timers and (not game.open_tasks() or choose.random() < 0.2):
                timer = choose.choice(timers)
                over = note(game.fire(timer["due"] or AT, timer["element"], timer["number"], given))
                continue
            tasks = game.open_tasks()
            hosts = {(t["element"], t["visit"]): t["host"] for t in game.state["tasks"]}
            alone = [t for t in tasks if not t.closer
                     or list(hosts.values()).count(hosts[t.element, t.visit]) == 1]  # fmt: skip
            task = choose.choice(alone)
            outcome = choose.choice(route.elements[task.element].outcomes)
            context = {"outcome": outcome.id, "mark": choose.choice([None, 3, 5, 9])}
            over = note(game.complete(AT, task.element, task.visit, context, given))
    except Refused:
        return seen, True
    return seen, False
