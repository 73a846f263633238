"""One command on one live case: run what moves by itself, and tell the moves in order.

Knows how SpiffWorkflow's tasks become the moves of `domain/moves.py`; must not know who may act or how
a state is stored. A token is followed as far as it goes by itself before the next one moves; a
gateway's flows are taken in the order of the file; `token_game.py` says the same without an engine.
SpiffWorkflow's own step loop is not used: it visits the whole tree, and refreshes timers by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final, cast

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from paraf.domain.moves import Closed, Decider, Ended, Inputs, Move, Opened, Passed, Step
from paraf.domain.route import PERSON_KINDS, Context, Each, Element, Kind, Scalar
from paraf.engine.clock import first_due, next_due, read_instant, write_instant
from paraf.engine.compiled import CompiledRoute
from paraf.engine.route_limits import MAX_MEMBERS
from paraf.engine.spiff_case import CaseWorkflow
from paraf.engine.spiff_specs import EachInTurn, EachTogether, Terminated, Thrown
from paraf.engine.state_codec import Ledger, read_state, write_state
from paraf.errors import AlreadyDecided, Corrupt, NotFound, RuleBroken
from paraf.language import N_

MAX_STEPS: Final = 10_000

# SpiffWorkflow walks the whole tree to describe it to a logger, also when nobody listens.
for _name in ("spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Command:
    """One command on one live workflow; it is the watcher that the specs report to."""

    workflow: CaseWorkflow
    ledger: Ledger

    def __init__(self, route: CompiledRoute, at: str, inputs: Inputs | None) -> None:
        self.route = route
        self.at = at
        self.inputs = inputs
        self.moves: list[Move] = []
        self.answers: dict[str, Context] = {}
        self.each: dict[str, tuple[str, ...]] = {}
        self.sets: dict[str, tuple[str, ...]] = {}
        self.open: dict[Any, tuple[Opened, Task]] = {}
        self.fresh: list[tuple[Task, str]] = []
        self.last_end: str | None = None

    # Beginning and end of a command ------------------------------------------------------------

    def begin(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.workflow = CaseWorkflow(self.route.spec, dict(self.route.inner), self, restoring=False)
        self.follow()

    def resume(self, state: bytes, case_id: str | None) -> None:
        self.workflow, self.ledger = read_state(state, self.route, self)
        if case_id is not None and case_id != self.ledger.case_id:
            raise Corrupt(N_("The engine state belongs to another case"))
        for workflow in (self.workflow, *self.workflow.subprocesses.values()):
            for task in workflow.tasks.values():
                if task._state == TaskState.READY:
                    self.open[task.id] = (self.opened(task, task.internal_data["visit"]), task)

    def finish(self) -> Step:
        workflow = self.workflow
        if workflow.completed:
            if self.last_end is not None:
                self.moves.append(Ended(self.last_end))
        elif not self.open and not self.awaited():
            raise Corrupt(N_("The route has come to a standstill: nobody and nothing is waited for"))
        due = [task.internal_data["due"] for task in self.awaited() if "due" in task.internal_data]
        return Step(
            state=write_state(workflow, self.ledger, self.route),
            moves=tuple(self.moves),
            answers=self.answers,
            each=self.each,
            next_due=min(due, default=None),
        )

    # The commands ------------------------------------------------------------------------------

    def decide(self, element: str, visit: int, context: dict[str, Scalar]) -> None:
        task = next((t for o, t in self.open.values() if o.element == element and o.visit == visit), None)
        if task is None:
            if 1 <= visit <= self.ledger.visits.get(element, 0):
                raise AlreadyDecided(N_("This task is no longer open"), element_id=element)
            raise NotFound(N_("There is no such task"), element_id=element)
        if task.task_spec.one_of_each:
            self.decide_one(task, task.parent, context)
        else:
            task.workflow.data[element] = context
        del self.open[task.id]
        task.run()
        self.follow()

    def decide_one(self, task: Task, each: Task, context: dict[str, Scalar]) -> None:
        found = each.internal_data
        element: Element = each.task_spec.element
        closer = _index(task) == len(found["members"])
        if closer and any(t is not task and t._parent == each.id for _, t in self.open.values()):
            raise RuleBroken(N_("Others must decide before this task can be closed"), element_id=element.id)
        outcome = context.get("outcome")
        if isinstance(outcome, str):
            found["counts"][outcome] = found["counts"].get(outcome, 0) + 1
        found["last"] = context

    def ring(self, element: str, number: int) -> None:
        task = next(
            (
                t
                for t in self.awaited()
                if t.task_spec.element.id == element and t.internal_data["number"] == number
            ),
            None,
        )
        if task is None:
            raise NotFound(N_("Nothing of this kind is waited for"), element_id=element)
        due = task.internal_data.get("due")
        if due is not None and read_instant(due) > read_instant(self.at):
            raise RuleBroken(N_("The timer is not due before {due}"), element_id=element, due=due)
        self.happened(task)
        self.follow()

    def stop(self) -> None:
        self.workflow.cancel()
        self.note_closed()
        self.fresh.clear()

    # The loop ----------------------------------------------------------------------------------

    def follow(self) -> None:
        """Run what moves by itself: always the task reached last, its own followers first."""
        stack: list[tuple[Task, str]] = []
        steps = 0
        while True:
            stack.extend(reversed(self.fresh))
            self.fresh.clear()
            if not stack:
                return
            task, turn = stack.pop()
            steps += 1
            if steps > MAX_STEPS:
                raise Corrupt(N_("The route made more than {limit} steps without a pause"), limit=MAX_STEPS)
            if not self.is_live(task, TaskState.READY if turn == "move" else TaskState.WAITING):
                continue
            if turn == "enter":
                task.task_spec.enter(task)
            elif turn == "ring":
                self.send_out(task)
            else:
                self.move(task)

    def move(self, task: Task) -> None:
        spec = task.task_spec
        element: Element | None = getattr(spec, "element", None)
        if element is None or element.kind in {Kind.SUBPROCESS, Kind.CALL}:
            task.run()
            return
        if element.kind in PERSON_KINDS:
            if isinstance(spec, (EachTogether, EachInTurn)):
                found = task.internal_data
                task.workflow.data[element.id] = {**found["last"], **found["counts"]}
                task.run()
                return
            visit = task.internal_data["visit"] = self.count(element.id)
            opened = self.opened(task, visit)
            self.open[task.id] = (opened, task)
            self.moves.append(opened)
            return
        flow = None
        if element.kind is Kind.EXCLUSIVE:
            flow = self.choose(task, element)
        elif element.kind is Kind.RULE:
            known = {**task.workflow.data, "case": self.ledger.case, "option": self.ledger.option}
            task.workflow.data[element.id] = dict(self.ask(element.decision or "", known))
        self.moves.append(Passed(element.id, self.count(element.id), flow))
        if task.workflow is self.workflow and self.route.spec.end.name in spec._outputs:
            self.last_end = element.id
        task.run()
        if isinstance(spec, (Terminated, Thrown)) or element.kind is Kind.BOUNDARY:
            self.note_closed()

    def send_out(self, event: Task) -> None:
        """A non-interrupting event has happened: its flow gets a token, its host goes on."""
        element: Element = event.task_spec.element
        self.moves.append(Passed(element.id, self.count(element.id)))
        found = event.internal_data
        if element.timer is not None:
            found["left"] = None if found["left"] is None else found["left"] - 1
            if found["left"] == 0:
                event._set_state(TaskState.COMPLETED)
            else:
                found["due"] = write_instant(
                    next_due(element.timer, read_instant(found["due"]), read_instant(self.at))
                )
        for spec in event.task_spec.outputs:
            child = event._add_child(spec, TaskState.FUTURE)
            child.triggered = True
            spec._update(child)

    # What the specs report ---------------------------------------------------------------------

    def reached(self, task: Task) -> None:
        self.fresh.append((task, "move"))

    def lined_up(self, task: Task) -> None:
        self.fresh.append((task, "enter"))

    def armed(self, task: Task) -> None:
        element: Element = task.task_spec.element
        self.ledger.armed[element.id] = number = self.ledger.armed.get(element.id, 0) + 1
        task.internal_data["number"] = number
        if element.timer is not None:
            due, times = first_due(element.timer, read_instant(self.at))
            task.internal_data["due"] = write_instant(due)
            task.internal_data["left"] = times

    def entered(self, task: Task) -> int:
        element: Element = task.task_spec.element
        each = cast("Each", element.each)
        members = self.members(each.members, element.id)
        self.each[element.id] = members
        task.internal_data["members"] = list(members)
        task.internal_data["counts"] = {outcome.id: 0 for outcome in element.outcomes}
        return len(members) + (each.closer is not None)

    def thrown(self, task: Task) -> None:
        code = task.task_spec.element.code
        host = self.workflow.get_task_from_id(task.workflow.parent_task_id)
        if host.task_spec.one_of_each:
            host = host.parent
        for event in host.parent.children:
            element: Element | None = getattr(event.task_spec, "element", None)
            if element is not None and element.code == code and event.state == TaskState.WAITING:
                self.happened(event)
                return

    def way_out(self, task: Task) -> Any:
        name = task.internal_data.pop("way")
        return task.workflow.spec.task_specs[name]

    # Answers and choices -----------------------------------------------------------------------

    def choose(self, task: Task, element: Element) -> str:
        contexts: dict[str, Any] = task.workflow.data
        if element.answer is not None:
            contexts[element.answer] = dict(self.ask(element.answer))
        ways = self.route.ways[element.id]
        chosen = ways[0]
        if len(ways) > 1:
            scope: Mapping[str, Context] = {
                **contexts,
                "case": self.ledger.case,
                "option": self.ledger.option,
            }
            true = [way for way in ways if way.condition is not None and way.condition(scope) is True]
            if not true:
                true = [way for way in ways if way.condition is None]
            if not true:
                raise RuleBroken(
                    N_("The route has no way on from {element}"), element_id=element.id, element=element.id
                )
            chosen = true[0]
        task.internal_data["way"] = chosen.target
        return chosen.flow

    def ask(self, name: str, known: Mapping[str, Context] | None = None) -> Context:
        if self.inputs is None:
            raise Corrupt(N_("The route asks for {name}, and nobody can answer"), name=name)
        if known is not None and isinstance(self.inputs, Decider):
            decided = scalars(self.inputs.look_up(name, known))
            # a fact keeps one answer of each table: where a second one would differ, neither is kept
            if self.answers.setdefault(name, decided) != decided:
                raise RuleBroken(
                    N_("The decision table {name} is asked twice at once and decides differently"), name=name
                )
        elif name not in self.answers:
            self.answers[name] = scalars(self.inputs.answer(name))
        return self.answers[name]

    def members(self, name: str, element_id: str) -> tuple[str, ...]:
        if name not in self.sets:
            if self.inputs is None:
                raise Corrupt(N_("The route asks for {name}, and nobody can answer"), name=name)
            members = tuple(self.inputs.members(name))
            if not members:
                raise RuleBroken(
                    N_("Nobody would be asked: the set {name} is empty"), element_id=element_id, name=name
                )
            if len(members) > MAX_MEMBERS or len(set(members)) != len(members):
                raise RuleBroken(
                    N_("The set {name} has more than {limit} members or one twice"),
                    element_id=element_id,
                    name=name,
                    limit=MAX_MEMBERS,
                )
            self.sets[name] = members
        return self.sets[name]

    # Small questions ---------------------------------------------------------------------------

    def happened(self, event: Task) -> None:
        element: Element = event.task_spec.element
        if element.kind is Kind.BOUNDARY and not element.interrupting:
            self.fresh.append((event, "ring"))
            return
        event.internal_data["rung"] = True
        event.task_spec._update(event)

    def is_live(self, task: Task, state: int) -> bool:
        if task._state != state or task.workflow.tasks.get(task.id) is not task:
            return False
        if task.workflow is self.workflow:
            return not self.workflow.completed
        return self.workflow.subprocesses.get(task.workflow.parent_task_id) is task.workflow

    def note_closed(self) -> None:
        """Report open tasks that were taken away, in the order of the file and their visits."""
        gone = [
            (opened, key)
            for key, (opened, task) in self.open.items()
            if not self.is_live(task, TaskState.READY)
        ]
        for opened, key in sorted(gone, key=lambda pair: self.rank(pair[0])):
            del self.open[key]
            self.moves.append(Closed(opened.element, opened.visit))

    def rank(self, opened: Opened) -> tuple[int, int]:
        return self.route.position[opened.element], opened.visit

    def count(self, element: str) -> int:
        self.ledger.visits[element] = visit = self.ledger.visits.get(element, 0) + 1
        return visit

    def opened(self, task: Task, visit: int) -> Opened:
        element: Element = task.task_spec.element
        if task.task_spec.one_of_each:
            members, index = task.parent.internal_data["members"], _index(task)
            closer = index == len(members)
            return Opened(element.id, visit, None if closer else members[index], closer)
        return Opened(element.id, visit, self.item_around(task))

    def item_around(self, task: Task) -> str | None:
        """The member whose instance of a multi-instance sub-process this task stands in."""
        while task.workflow is not self.workflow:
            task = self.workflow.get_task_from_id(task.workflow.parent_task_id)
            if task.task_spec.one_of_each:
                return str(task.parent.internal_data["members"][_index(task)])
        return None

    def awaited(self) -> list[Task]:
        """The timers and messages that can be fired; errors and escalations come from inside."""
        return [
            task
            for workflow in (self.workflow, *self.workflow.subprocesses.values())
            for task in workflow.tasks.values()
            if task._state == TaskState.WAITING
            and "number" in task.internal_data
            and (
                task.task_spec.element.timer is not None or task.task_spec.element.kind is Kind.MESSAGE_CATCH
            )
        ]


def _index(task: Task) -> int:
    found = task.internal_data
    return int(found["key_or_index"] if "key_or_index" in found else found["item"])


def scalars(context: Context) -> dict[str, Scalar]:
    for name, value in context.items():
        if value is not None and not isinstance(value, (str, int, bool)):
            raise TypeError(f"{name} is no scalar")
    return dict(context)
