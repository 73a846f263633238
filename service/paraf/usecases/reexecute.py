"""A history is carried out again, decision by decision, and laid beside what it says followed.

Knows which facts drive a case and how the moves of a player are told as facts; must not know rows,
chains or where a history came from. Two players can be asked: the engine that runs the cases, and the
token game that is its reference; both are fed what each fact recorded (context, answers, members) and
nothing of today's organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from paraf.domain.facts import Fault
from paraf.domain.moves import Ended, Move, Opened, Passed
from paraf.domain.route import Scalar
from paraf.engine import spiff
from paraf.engine.compiled import CompiledRoute
from paraf.engine.token_game import Game
from paraf.errors import ParafError
from paraf.language import N_
from paraf.usecases.progress import END_STATES

ENGINE_FACTS = frozenset({"element.passed", "task.opened", "instance.ended"})
"""What follows from a decision by the route alone."""
DRIVES = frozenset(
    {"instance.started", "task.decided", "timer.fired", "instance.withdrawn", "instance.cancelled"}
)
"""What moves a case."""
_CANCELS = frozenset({"instance.withdrawn", "instance.cancelled"})

UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading rows and facts may run into when they are not what Paraf wrote."""

Event = Mapping[str, Any]


class Recorded:
    """Answers a re-execution with what the fact recorded; anything else is a difference."""

    def __init__(self, data: Mapping[str, Any], route: CompiledRoute) -> None:
        self._answers: Mapping[str, Mapping[str, Scalar]] = data.get("answers", {})
        self.each: Mapping[str, Sequence[str]] = data.get("each", {})
        self._sets: dict[str, str] = {}
        for element_id in self.each:
            element = route.element(element_id)
            if element is not None and element.each is not None:
                self._sets[element.each.members] = element_id

    def answer(self, name: str) -> Mapping[str, Scalar]:
        if name not in self._answers:
            raise _DifferenceError(N_("Re-execution asks for an answer that was not recorded."))
        return self._answers[name]

    def members(self, set_name: str) -> Sequence[str]:
        if set_name not in self._sets:
            raise _DifferenceError(N_("Re-execution asks for members that were not recorded."))
        return self.each[self._sets[set_name]]


class _DifferenceError(ParafError):
    """The re-execution went another way than the record."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a player made of one driving fact: its moves, and what it asked for."""

    moves: Sequence[Move]
    answers: Mapping[str, Any]
    each: Mapping[str, Sequence[str]]


class Player(Protocol):
    """Somebody who carries a case on."""

    def take(self, event: Event, recorded: Recorded) -> Taken:
        """Carry a driving fact out. Raises ParafError or one of UNREADABLE when it cannot be."""
        ...


class Engine:
    """The adapter, as a case uses it: every step begins with the state of the one before."""

    def __init__(self, route: CompiledRoute, case_id: str) -> None:
        self._route, self._case_id = route, case_id
        self.state = b""

    def take(self, event: Event, recorded: Recorded) -> Taken:
        route, case_id, at, data = self._route, self._case_id, event["at"], event["data"]
        if event["type"] == "instance.started":
            step = spiff.start(route, case_id, at, data["case"], recorded)
        elif event["type"] in _CANCELS:
            step = spiff.cancel(route, case_id, at, self.state)
        else:
            place = event["element_id"], event["visit"]
            if event["type"] == "timer.fired":
                step = spiff.fire(route, case_id, at, self.state, *place, recorded)
            else:
                step = spiff.complete(route, case_id, at, self.state, *place, data["context"], recorded)
        self.state = step.state
        return Taken(step.moves, step.answers, step.each)


class TokenGame:
    """The reference: the same steps by the rules of BPMN alone."""

    def __init__(self, route: CompiledRoute) -> None:
        self._route = route
        self._game = Game(route.route, route.routes)

    def take(self, event: Event, recorded: Recorded) -> Taken:
        game, at, data = self._game, event["at"], event["data"]
        if event["type"] == "instance.started":
            moves = game.start(at, data["case"], recorded)
        elif event["type"] in _CANCELS:
            return Taken(game.cancel(), {}, {})
        elif event["type"] == "timer.fired":
            moves = game.fire(at, event["element_id"], event["visit"], recorded)
        else:
            moves = game.complete(at, event["element_id"], event["visit"], data["context"], recorded)
        return Taken(moves, game.answers, self._each(game, recorded))

    def _each(self, game: Game, recorded: Recorded) -> dict[str, Sequence[str]]:
        """The game asks for a set by its name; the fact names the elements that entered it."""
        found: dict[str, Sequence[str]] = {}
        for element_id in recorded.each:
            element = self._route.element(element_id)
            if element is not None and element.each is not None and element.each.members in game.sets:
                found[element_id] = game.sets[element.each.members]
        return found


def lived_again(route: CompiledRoute, events: Iterable[Event], player: Player) -> Fault | None:
    """Let the player carry the decisions out, and compare what follows each with the facts that follow
    it. Gives the first fact it would not have written."""
    expected: list[tuple[Any, ...]] = []
    newest = 1
    for event in events:
        newest, data = event["seq"], event["data"]
        if event["type"] in DRIVES:
            if expected:
                return Fault(newest, N_("A step that must follow is missing before this fact."))
            recorded = Recorded(data, route)
            try:
                taken = player.take(event, recorded)
            except (ParafError, *UNREADABLE):
                return Fault(newest, N_("Re-execution cannot take this step."))
            expected = [told(move) for move in taken.moves if isinstance(move, Passed | Opened | Ended)]
            if dict(taken.answers) != dict(data.get("answers", {})) or {
                name: list(members) for name, members in taken.each.items()
            } != dict(data.get("each", {})):
                return Fault(newest, N_("Re-execution asked other questions than were recorded."))
        elif event["type"] in ENGINE_FACTS and (not expected or expected.pop(0) != seen(event)):
            return Fault(newest, N_("Re-execution does not give this fact."))
    if expected:
        return Fault(newest, N_("A step that must follow is missing at the end."))
    return None


def told(move: Passed | Opened | Ended) -> tuple[Any, ...]:
    """A move as its fact tells it."""
    match move:
        case Passed():
            return ("element.passed", move.element, move.visit, move.flow)
        case Opened():
            return ("task.opened", move.element, move.visit, move.item)
    return ("instance.ended", move.end, END_STATES.get(move.end, "completed"))


def seen(event: Event) -> tuple[Any, ...]:
    """A fact that follows from the route alone, as its move is told."""
    data = event["data"]
    match event["type"]:
        case "element.passed":
            return ("element.passed", event["element_id"], event["visit"], data.get("flow"))
        case "task.opened":
            return ("task.opened", event["element_id"], event["visit"], data.get("item"))
    return ("instance.ended", data["end"], data["state"])
