"""What a case did in one step, in the words both the engine and its reference game share.

Knows the shape of a step; must not know who computed it. `visit` counts an element's tasks or
passings in the case from 1, in the order they happen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from paraf.domain.route import Context, Scalar


@dataclass(frozen=True, slots=True)
class Passed:
    """A gateway, service task or event was passed; `flow` is the chosen flow of a gateway."""

    element: str
    visit: int
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A task waits for a person. `item` is the member of a multi-instance it is for; `closer`
    marks the one that closes the multi-instance."""

    element: str
    visit: int
    item: str | None = None
    closer: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """An open task was taken away without a decision (boundary event, termination)."""

    element: str
    visit: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The case reached this end event and has no token left."""

    end: str


Move = Passed | Opened | Closed | Ended


class Inputs(Protocol):
    """What the outside answers while a step runs; every answer given is recorded in the facts."""

    def answer(self, name: str) -> Mapping[str, Scalar]:
        """The flat scalars of a `paraf:answer`, e.g. {"complete": True, "round": 0}."""
        ...

    def members(self, set_name: str) -> Sequence[str]:
        """The members of a set (`related_heads`, `parties`, ...), sorted, at most 200. May raise a
        ParafError for an empty set: the command is then refused."""
        ...


@runtime_checkable
class Decider(Protocol):
    """Inputs that look a decision table up themselves. Others answer with what was decided then, by the
    table's name."""

    def look_up(self, table: str, known: Mapping[str, Context]) -> Mapping[str, Scalar]:
        """What the table decides; `known` is what a condition at this place reads, by element, and
        `case` and `option`."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """The result of start, complete or fire. `state` is the opaque cache to store; `answers` and
    `each` are what was asked of `Inputs` in this step: answer name -> scalars, and multi-instance
    element id -> members."""

    state: bytes
    moves: tuple[Move, ...]
    answers: Mapping[str, Context] = field(default_factory=dict)
    each: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    next_due: str | None = None

    @property
    def ended(self) -> str | None:
        return next((m.end for m in self.moves if isinstance(m, Ended)), None)
