"""Plays cases on the seven routes with the token game: a desk that answers, and a walker.

Not a test by itself. `Walker.to` finds the shortest play that opens a step, so that a row of a
table can be tried without telling how one gets there.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from paraf.domain.moves import Ended, Move, Opened, Passed
from paraf.domain.route import Kind, Route, Scalar
from paraf.engine.expressions import compile_condition
from paraf.engine.route_file import read_route
from paraf.engine.token_game import Game

WORKFLOWS = Path(__file__).parents[2] / "workflows"
KEYS = (
    "sop_mikro_eselon1",
    "sop_mikro_setjen",
    "sop_mikro_pusat",
    "sop_mikro_perwakilan",
    "sop_makro_development",
    "sop_makro_change",
    "sop_teknis",
)
AT = "2026-11-21T02:50:13.123456Z"
CASE: dict[str, Scalar] = {
    "sop_kind": "mikro",
    "request_kind": "new",
    "proposer_unit_kind": "eselon_ii_line",
    "proposer_is_biro_po": False,
    "submitter": "pimpinan_eselon_i",
    "addressee": "sekjen",
    "from_perwakilan": False,
}


@cache
def route(key: str) -> Route:
    return read_route((WORKFLOWS / key / "route.bpmn").read_bytes(), f"{key}/route.bpmn")


@dataclass
class Desk:
    """What a use case would answer: the draft's version, its hardcopy, the rounds of review."""

    complete: bool = True
    round: int = 0
    version: int = 1
    hardcopy: int = 0

    def answer(self, name: str) -> Mapping[str, Scalar]:
        if name == "naskah_complete":
            return {"complete": self.complete, "round": self.round}
        assert name == "hardcopy_current"
        return {"current": self.version == self.hardcopy}

    def members(self, set_name: str) -> Sequence[str]:
        return {"parties": ["DIT-AFRIKA"], "participating_heads": ["DJASPASAF", "DJPROTKONS"]}[set_name]

    def note(self, step: str, outcome: str) -> None:
        if step.startswith("review_") or step == "test_and_review":
            self.round += 1
        if step == "revise_naskah_konsep" and outcome == "submit":
            self.version += 1
        if step.startswith("record_hardcopy") and outcome == "conform":
            self.hardcopy = self.version


@dataclass
class Walker:
    """One case. `said` tells the case so far: services, tasks opened (with `?`) and ends."""

    route: Route
    case: dict[str, Scalar] = field(default_factory=lambda: dict(CASE))
    desk: Desk = field(default_factory=Desk)

    def __post_init__(self) -> None:
        self.game = Game(self.route)
        self.ended: str | None = None
        self.last = self._heard(self.game.start(AT, self.case, self.desk))

    def open(self) -> set[str]:
        return {task.element for task in self.game.open_tasks()}

    def decide(self, step: str, outcome: str, parties: str | None = None) -> str:
        """Decide all tasks of a step; `outcome` may name a return's target: "return:review_x".
        In a multi-instance everybody says `parties`, or the same as the last."""
        name, _, return_to = outcome.partition(":")
        declared = self.route.elements[step].outcome(name)
        assert declared is not None, f"{step} has no outcome {name}"
        if declared.to and not return_to:
            assert len(declared.to) == 1
            return_to = declared.to[0]
        context: dict[str, Scalar] = {"outcome": name}
        if return_to:
            context["return_to"] = return_to
        self.desk.note(step, name)
        heard = ""
        while step in self.open() and self.ended is None:
            tasks = [task for task in self.game.open_tasks() if task.element == step]
            task = next((t for t in tasks if not t.closer), tasks[0])
            closing = len(tasks) == 1
            said = context if closing or parties is None else {"outcome": parties}
            heard = self._heard(self.game.complete(AT, step, task.visit, said, self.desk))
            if closing:
                break
        self.last = heard
        return heard

    def _heard(self, moves: Sequence[Move]) -> str:
        words: list[str] = []
        for move in moves:
            if isinstance(move, Opened):
                words += [f"{move.element}?"] if f"{move.element}?" not in words else []
            elif isinstance(move, Passed) and self.route.elements[move.element].kind is Kind.SERVICE:
                words.append(move.element)
            elif isinstance(move, Ended):
                self.ended = move.end
                words.append(f"[{move.end}]")
        return " ".join(words)

    def offered(self, step: str, said: Mapping[str, Mapping[str, Scalar]] | None = None) -> list[str]:
        """Outcomes a task offers: those without a `when`, or whose `when` holds."""
        scope = {"case": self.case, "option": self.route.option_values(), **(said or {})}
        return [
            outcome.id
            for outcome in self.route.elements[step].outcomes
            if outcome.when is None or compile_condition(outcome.when)(scope) is True
        ]

    def twin(self) -> Walker:
        """The same case again, to try another decision."""
        other = copy.copy(self)
        other.desk = copy.copy(self.desk)
        other.game = Game(self.route, state=copy.deepcopy(self.game.state))
        return other

    @classmethod
    def to(cls, route: Route, step: str, case: Mapping[str, Scalar] | None = None) -> Walker:
        """A case in which `step` is open, by the fewest decisions."""
        waiting = deque([cls(route, {**CASE, **(case or {})})])
        seen: set[tuple[object, ...]] = set()
        while waiting:
            here = waiting.popleft()
            if step in here.open():
                return here
            for task in sorted(here.open()):
                for outcome in route.elements[task].outcomes:
                    for target in outcome.to or ("",):
                        there = here.twin()
                        there.decide(task, f"{outcome.id}:{target}" if target else outcome.id)
                        current = there.desk.version == there.desk.hardcopy
                        mark = (*sorted(there.open()), there.desk.round > 0, current)
                        if there.ended is None and mark not in seen:
                            seen.add(mark)
                            waiting.append(there)
        raise AssertionError(f"{step} cannot be reached")
