"""Golden histories: finished cases with the exact route bytes they ran on, and how to live them again.

Knows the files of this folder and what drives a case; must not know SpiffWorkflow. A player takes the
steps; every fact that the engine owes must be the move the player makes, in the same order.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from paraf.domain.moves import Closed, Ended, Inputs, Move, Opened, Passed, Step
from paraf.domain.route import Context, Route, Scalar
from paraf.engine import spiff
from paraf.engine.compiled import CompiledRoute, compile_route
from paraf.engine.route_file import read_route
from paraf.engine.token_game import Game

FOLDER = Path(__file__).parent
END_STATES = {"withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Golden:
    """One finished history. `case_id` is what the engine's ids were made from; `route_file` holds
    the route's bytes, packed."""

    name: str
    case_id: str
    route_file: str
    events: Sequence[Mapping[str, Any]]

    @cached_property
    def bpmn(self) -> bytes:
        return gzip.decompress((FOLDER / self.route_file).read_bytes())

    @property
    def pinned(self) -> Mapping[str, Any]:
        """What the first fact pins."""
        data: Mapping[str, Any] = self.events[0]["data"]
        return data

    @property
    def end(self) -> str:
        """The end event reached, or `withdrawn` when the unit took the case back."""
        last = self.events[-1]
        return str(last["data"]["end"]) if last["type"] == "instance.ended" else "withdrawn"

    def written(self) -> str:
        """The file's text: one fact a line."""
        lines = ",\n".join(
            json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            for event in self.events
        )
        head = json.dumps({"case_id": self.case_id, "route_file": self.route_file})
        return f'{head[:-1]}, "events": [\n{lines}\n]}}\n'

    @classmethod
    def read(cls, path: Path) -> Golden:
        held = json.loads(path.read_text(encoding="utf-8"))
        return cls(path.stem, held["case_id"], held["route_file"], held["events"])


def all_golden() -> list[Golden]:
    """Every history of this folder, by name."""
    return [Golden.read(path) for path in sorted(FOLDER.glob("*.json"))]


class Player(Protocol):
    """Somebody who carries a case on: the engine of today, or the reference game."""

    name: str
    route: Route

    def start(self, at: str, case: Context, inputs: Inputs) -> Sequence[Move]: ...
    def complete(
        self, at: str, element: str, visit: int, context: Context, inputs: Inputs
    ) -> Sequence[Move]: ...
    def cancel(self, at: str) -> Sequence[Move]: ...


class Engine:
    """The adapter as a case uses it: every step begins with the stored state of the one before."""

    name = f"engine ({spiff.ENGINE_VERSION})"

    def __init__(self, golden: Golden) -> None:
        self.compiled: CompiledRoute = compile_route(golden.bpmn, golden.route_file)
        self.route = self.compiled.route
        self.case_id, self.state = golden.case_id, b""
        self.states = hashlib.sha256()

    def start(self, at: str, case: Context, inputs: Inputs) -> Sequence[Move]:
        return self._went(spiff.start(self.compiled, self.case_id, at, case, inputs))

    def complete(self, at: str, element: str, visit: int, context: Context, inputs: Inputs) -> Sequence[Move]:
        step = spiff.complete(self.compiled, self.case_id, at, self.state, element, visit, context, inputs)
        return self._went(step)

    def cancel(self, at: str) -> Sequence[Move]:
        return self._went(spiff.cancel(self.compiled, self.case_id, at, self.state))

    def _went(self, step: Step) -> Sequence[Move]:
        self.state = step.state
        self.states.update(step.state)
        return step.moves


class TokenGame:
    """The reference game; its state goes through JSON between two steps."""

    name = "token game"

    def __init__(self, golden: Golden) -> None:
        self.route = read_route(golden.bpmn, golden.route_file)
        self.game = Game(self.route)

    def start(self, at: str, case: Context, inputs: Inputs) -> Sequence[Move]:
        return self.game.start(at, case, inputs)

    def complete(self, at: str, element: str, visit: int, context: Context, inputs: Inputs) -> Sequence[Move]:
        self.game = Game(self.route, state=json.loads(json.dumps(self.game.state)))
        return self.game.complete(at, element, visit, context, inputs)

    def cancel(self, at: str) -> Sequence[Move]:
        return self.game.cancel()


class Record:
    """Answers with what the fact recorded, and remembers what was asked."""

    def __init__(self, data: Mapping[str, Any], route: Route) -> None:
        self._answers: Mapping[str, Mapping[str, Scalar]] = data.get("answers", {})
        self._members: dict[str, Sequence[str]] = {}
        for element, members in data.get("each", {}).items():
            each = route.elements[element].each
            assert each is not None, f"{element} asks nobody"
            self._members[each.members] = members
        self.expected = {*self._answers, *self._members}
        self.asked: set[str] = set()

    def answer(self, name: str) -> Mapping[str, Scalar]:
        self.asked.add(name)
        return self._answers[name]

    def members(self, set_name: str) -> Sequence[str]:
        self.asked.add(set_name)
        return self._members[set_name]


def difference(golden: Golden, player: Player) -> str | None:
    """Let the player live the history again. The first fact it would not have written, in a
    sentence; None when it writes every one."""
    owed: list[Move] = []
    waiting: set[tuple[str, int]] = set()
    for event in golden.events:
        if _drives(event):
            if owed:
                return _sentence(golden, player, event, f"first makes {owed[0]}")
            inputs = Record(event["data"], player.route)
            try:
                moves = _step(player, event, inputs)
            except Exception as error:
                return _sentence(golden, player, event, f"refuses the step: {error!r}")
            if inputs.asked != inputs.expected:
                told = f"asks for {sorted(inputs.asked)}, not for {sorted(inputs.expected)}"
                return _sentence(golden, player, event, told)
            if event["type"] == "task.decided":
                waiting.discard((event["element_id"], event["visit"]))
            waiting |= {(move.element, move.visit) for move in moves if isinstance(move, Opened)}
            waiting -= {(move.element, move.visit) for move in moves if isinstance(move, Closed)}
            owed = [move for move in moves if not isinstance(move, Closed)]
        elif event["type"] in ("element.passed", "task.opened", "instance.ended"):
            if not owed:
                return _sentence(golden, player, event, "makes no further move here")
            if not _is_told(move := owed.pop(0), event):
                return _sentence(golden, player, event, f"makes {move}")
    if owed:
        return _sentence(golden, player, golden.events[-1], f"goes on with {owed[0]}")
    if waiting:
        return _sentence(golden, player, golden.events[-1], f"still waits for {sorted(waiting)}")
    return None


def _drives(event: Mapping[str, Any]) -> bool:
    return event["type"] in ("instance.started", "task.decided", "instance.withdrawn")


def _step(player: Player, event: Mapping[str, Any], inputs: Record) -> Sequence[Move]:
    at, data = event["at"], event["data"]
    if event["type"] == "instance.started":
        return player.start(at, data["case"], inputs)
    if event["type"] == "instance.withdrawn":
        return player.cancel(at)
    return player.complete(at, event["element_id"], event["visit"], data["context"], inputs)


def _is_told(move: Move, event: Mapping[str, Any]) -> bool:
    data = event["data"]
    match move:
        case Passed(element, visit, flow):
            told = ("element.passed", element, visit, flow)
            return told == (event["type"], event.get("element_id"), event.get("visit"), data.get("flow"))
        case Opened(element, visit, item):
            told = ("task.opened", element, visit, item)
            return told == (event["type"], event.get("element_id"), event.get("visit"), data.get("item"))
        case Ended(end):
            state = END_STATES.get(end, "completed")
            return ("instance.ended", end, state) == (event["type"], data.get("end"), data.get("state"))
    return False


def _sentence(golden: Golden, player: Player, event: Mapping[str, Any], instead: str) -> str:
    where = " ".join(str(event[name]) for name in ("element_id", "visit") if name in event)
    recorded = golden.pinned["engine_version"]
    return (
        f"{golden.name}.json, fact {event['seq']} ({event['type']} {where}): today's {player.name} {instead}. "
        f"Recorded with {recorded}. Cases under way would take another way than their histories tell: "
        "mend the adapter; never record the golden history anew to make this pass."
    )


def fingerprint() -> str:
    """A digest over every stored state of every golden history."""
    whole = hashlib.sha256()
    for golden in all_golden():
        engine = Engine(golden)
        found = difference(golden, engine) or difference(golden, TokenGame(golden))
        assert found is None, found
        whole.update(engine.states.digest())
    return whole.hexdigest()
