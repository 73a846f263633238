"""The engine and the token game make the same moves on the seven routes, whatever people decide."""

from __future__ import annotations

import random

import pytest

from paraf.domain.route import Scalar
from paraf.engine import spiff
from paraf.engine.compiled import compile_route
from paraf.engine.token_game import Game
from routes.walking import AT, CASE, KEYS, WORKFLOWS, Desk, route


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("key", KEYS)
def test_forty_random_decisions_move_both_alike(key: str, seed: int) -> None:
    fate = random.Random(f"{key} {seed}")
    compiled = compile_route((WORKFLOWS / key / "route.bpmn").read_bytes())
    case: dict[str, Scalar] = {**CASE, "proposer_is_biro_po": seed % 2 == 0, "from_perwakilan": True}
    game, desks = Game(route(key)), (Desk(), Desk())
    moves = game.start(AT, case, desks[0])
    step = spiff.start(compiled, "case", AT, case, desks[1])
    for _ in range(40):
        assert step.moves == tuple(moves)
        tasks = game.open_tasks()
        if not tasks:
            break
        task = fate.choice([t for t in tasks if not t.closer] or tasks)
        outcome = fate.choice([o for o in route(key).elements[task.element].outcomes if o.role is None])
        context: dict[str, Scalar] = {"outcome": outcome.id}
        if outcome.to:
            context["return_to"] = fate.choice(outcome.to)
        for desk in desks:
            desk.note(task.element, outcome.id)
        moves = game.complete(AT, task.element, task.visit, context, desks[0])
        step = spiff.complete(compiled, "case", AT, step.state, task.element, task.visit, context, desks[1])
    assert step.moves == tuple(moves)
