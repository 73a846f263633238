"""The verifier that travels in a bundle, loaded as a stranger would: from its file, without Paraf.

Knows how to let it play beside the token game; must not know the engine.
"""

from __future__ import annotations

import json
import random
import runpy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paraf
from engine.random_routes import Given
from paraf.domain.moves import Closed, Ended, Move, Opened, Passed
from paraf.domain.route import Route
from paraf.engine.token_game import Game, Refused

SCRIPT = Path(paraf.__file__).parent / "documents" / "bundle" / "periksa.py"
WORDS: Mapping[str, Any] = runpy.run_path(str(SCRIPT))
"""Its functions by name."""


class Disagreement(AssertionError):
    """The token game and the verifier of the bundle say different things."""


def read(*contents: bytes) -> tuple[dict[str, Any], Any]:
    """Its own reading of route files: the parts, and the options of the last file."""
    nodes: dict[str, Any] = {}
    option: Any = {}
    for content in contents:
        process, option = WORDS["read_route"](content, nodes)
        nodes[None] = process  # type: ignore[index]
    return nodes, option


def told(moves: tuple[Move, ...]) -> list[tuple[Any, ...]]:
    """Moves of the token game as the facts that tell them; what is taken away leaves no fact."""
    facts: list[tuple[Any, ...]] = []
    for move in moves:
        match move:
            case Passed():
                facts.append(("element.passed", move.element, move.visit, move.flow))
            case Opened():
                facts.append(("task.opened", move.element, move.visit, move.item))
            case Ended():
                facts.append(("instance.ended", move.end))
            case Closed():
                pass
    return facts


class Members(dict[str, list[str]]):
    """The members of a step by element, as facts record them, for whichever element asks."""

    def __init__(self, route: Route, given: Given) -> None:
        super().__init__()
        self.route, self.given = route, given

    def __missing__(self, element: str) -> list[str]:
        each = self.route.elements[element].each
        assert each is not None
        members = self.given.members(each.members)
        if not members:
            raise ValueError("nobody is asked")
        return list(members)


def play(content: bytes, route: Route, seed: int, steps: int = 40) -> int:
    """Let both play a route with random decisions; gives the number of facts compared."""
    choose = random.Random(f"play {seed}")
    now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    case = {"kind": choose.choice(["mikro", "makro"]), "big": choose.random() < 0.5, "size": choose.randint(0, 5)}
    nodes, option = read(content)
    process = nodes.pop(None)  # type: ignore[call-overload]
    game, other = Game(route), WORDS["Game"](nodes, case, option)
    if option != route.option_values():
        raise Disagreement(f"options: {option}, {route.option_values()}")
    plain, count = "", 0

    def both(run_game: Any, run_other: Any, given: Given) -> bool:
        """Whether both took the step; where the token game refuses, the verifier is not asked."""
        nonlocal plain, count, game
        game = Game(route, state=json.loads(plain) if plain else None)
        try:
            moves = told(run_game(game))
        except Refused:
            return False
        found = other.go(given.answers, Members(route, given), *run_other)
        if found != moves:
            raise Disagreement(f"token game {moves}\n  periksa {found}")
        plain, count = json.dumps(game.state), count + len(moves)
        return True

    def text() -> str:
        return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    given = Given(f"{seed} start")
    if not both(lambda g: g.start(text(), case, given), ("begin", None, process), given):
        return count
    for number in range(steps):
        game = Game(route, state=json.loads(plain))
        tasks, timers = game.open_tasks(), game.awaited()
        waiting = sorted((t.node.id, t.visit) for t in other.tokens if t.kind == "task")
        if waiting != sorted((t.element, t.visit) for t in tasks):
            raise Disagreement(f"open: {waiting}, {tasks}")
        if not tasks and not timers:
            break
        given = Given(f"{seed} {number}")
        now += timedelta(minutes=choose.randint(1, 900))
        if timers and (not tasks or choose.random() < 0.25):
            one = choose.choice(timers)
            if one["due"]:
                now = max(now, datetime.fromisoformat(one["due"]))
            name, place = one["element"], one["number"]
            taken = both(
                lambda g, name=name, place=place, given=given: g.fire(text(), name, place, given),
                ("fire", name, place),
                given,
            )
        else:
            task = choose.choice([t for t in tasks if not t.closer] or tasks)
            outcomes = [outcome.id for outcome in route.elements[task.element].outcomes]
            late = number > steps * 0.6
            outcome = "submit" if late and choose.random() < 0.8 else choose.choice(outcomes)
            context: dict[str, Any] = {"outcome": outcome}
            if choose.random() < 0.5:
                context["mark"] = choose.randint(0, 9)
            taken = both(
                lambda g, t=task, c=context, given=given: g.complete(text(), t.element, t.visit, c, given),
                ("complete", task.element, task.visit, context),
                given,
            )
        if not taken:
            break
    return count


def found_by_script(path: Path, head: str | None = None) -> tuple[int, str] | None:
    """What the verifier of the bundle says of a file, in this process: number of the first bad fact (0:
    no fact) and its words; None when it finds everything in order. The same steps as its last lines."""
    place = WORDS["PLACE"]
    place[0] = 0
    try:
        whole, files = WORDS["unpacked"](str(path))
        history, newest = WORDS["chained"](files["fakta.jsonl"])
        WORDS["lived_again"](history, files)
        if head not in (None, newest):
            return place[0], "head"
        place[0] = 0
        WORDS["as_written"](whole, files)
    except Exception as fault:
        return place[0], str(fault)
    return None
