"""Cases take their steps here: start, complete, fire, cancel, each one command in, one `Step` out.

Knows how SpiffWorkflow's tasks become the moves of `domain/moves.py`; must not know who may act, what
a fact is or how a state is stored. A command restores the state, runs until nothing moves by
itself, and writes the state again; when it raises, the caller's state is untouched (D18).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from paraf.domain.moves import Inputs, Opened, Step
from paraf.domain.route import Context
from paraf.engine.command import Command, scalars
from paraf.engine.compiled import ENGINE_VERSION, CompiledRoute
from paraf.engine.state_codec import Ledger

__all__ = [
    "ENGINE_VERSION",
    "Armed",
    "armed_timers",
    "cancel",
    "complete",
    "contexts",
    "fire",
    "open_tasks",
    "start",
]


@dataclass(frozen=True, slots=True)
class Armed:
    """A timer or message that is waited for. `number` counts the armings of this element in the
    case from 1; `due` is None for a message."""

    element: str
    number: int
    due: str | None


def start(route: CompiledRoute, case_id: str, at: str, case: Context, inputs: Inputs) -> Step:
    """Begin a case. `case` are its constants; the options of the route are fixed now."""
    ledger = Ledger(case_id, scalars(case), route.route.option_values())
    run = Command(route, at, inputs)
    run.begin(ledger)
    return run.finish()


def complete(
    route: CompiledRoute,
    case_id: str,
    at: str,
    state: bytes,
    element: str,
    visit: int,
    context: Context,
    inputs: Inputs,
) -> Step:
    """A person decides the open task (`element`, `visit`). `context` is what conditions may read of
    it: "outcome", "return_to" and form fields marked for the engine. Raises AlreadyDecided,
    NotFound, or RuleBroken when the route does not allow the step."""
    run = Command(route, at, inputs)
    run.resume(state, case_id)
    run.decide(element, visit, scalars(context))
    return run.finish()


def fire(
    route: CompiledRoute, case_id: str, at: str, state: bytes, element: str, visit: int, inputs: Inputs
) -> Step:
    """A timer is due or a message has come. `visit` is the `number` of `armed_timers`."""
    run = Command(route, at, inputs)
    run.resume(state, case_id)
    run.ring(element, visit)
    return run.finish()


def cancel(route: CompiledRoute, case_id: str, at: str, state: bytes) -> Step:
    """End every token. The moves are a Closed for each open task."""
    run = Command(route, at, None)
    run.resume(state, case_id)
    run.stop()
    return run.finish()


def open_tasks(route: CompiledRoute, state: bytes) -> list[Opened]:
    """The tasks that wait for a person, in the order of the file and their visits."""
    run = Command(route, "1970-01-01T00:00:00Z", None)
    run.resume(state, None)
    return [opened for opened, _ in sorted(run.open.values(), key=lambda pair: run.rank(pair[0]))]


def armed_timers(route: CompiledRoute, state: bytes) -> list[Armed]:
    """The timers and messages waited for, the earliest first."""
    run = Command(route, "1970-01-01T00:00:00Z", None)
    run.resume(state, None)
    found = [
        Armed(task.task_spec.element.id, task.internal_data["number"], task.internal_data.get("due"))
        for task in run.awaited()
    ]
    return sorted(found, key=lambda armed: (armed.due or "~", armed.element, armed.number))


def contexts(state: bytes) -> Mapping[str, Context]:
    """The newest context of each decided element of the process itself, as conditions read it."""
    read: Mapping[str, Context] = orjson.loads(state)["process"]["contexts"]
    return read
