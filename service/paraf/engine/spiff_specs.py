"""SpiffWorkflow's task specs as Paraf needs them, each remedy next to the defect it mends.

Knows SpiffWorkflow 3.2.0 from the inside; must not know routes, moves or how state is stored. The
defects D1-D20 are those reproduced in `tests/engine/test_spiff_defects.py`; a remedy may go when its
test passes with SpiffWorkflow's own class.

Nothing is predicted: a task gets its children when it runs, so the tree holds what happened and
what is open, and no guess. Task data stays empty (D8, D9, D19); nothing here evaluates text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import (
    BoundaryEventJoin,
    BoundaryEventSplit,
    BpmnStartTask,
    SimpleBpmnTask,
    _EndJoin,
)
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    ManualTask,
    NoneTask,
    ParallelGateway,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from paraf.domain.route import Element

if TYPE_CHECKING:
    from SpiffWorkflow.specs.base import TaskSpec

LIVE: Final = TaskState.WAITING | TaskState.READY | TaskState.STARTED


class Watcher(Protocol):
    """Who is told what happens in a case while one command runs."""

    def reached(self, task: Task) -> None: ...
    def lined_up(self, task: Task) -> None: ...
    def armed(self, task: Task) -> None: ...
    def entered(self, task: Task) -> int: ...
    def thrown(self, task: Task) -> None: ...
    def way_out(self, task: Task) -> TaskSpec: ...


class Watched:
    """A spec that predicts nothing, grows its children when it runs, and reports itself ready."""

    element: Element | None = None
    one_of_each = False
    outputs: Any

    def _predict(self, my_task: Task, *args: Any, **kwargs: Any) -> None:
        return None

    def test(self) -> None:
        return None

    def _on_ready_hook(self, my_task: Task) -> None:
        my_task.workflow.top_workflow.watcher.reached(my_task)

    def _update_hook(self, my_task: Task) -> bool | None:
        return True

    def _run_hook(self, my_task: Task) -> bool:
        my_task._sync_children(self.outputs, TaskState.FUTURE)
        return True


class Begin(Watched, BpmnStartTask):
    """The root of a task tree."""


class Started(Watched, StartEvent):
    """A start event: the case or the sub-process has begun, nothing is waited for."""


class Person(Watched, UserTask):
    """A user task."""


class ByHand(Watched, ManualTask):
    """A manual task."""


class Done(Watched, NoneTask):
    """A service, a rule or a gateway with one way on: passed at once (D20: Spiff's own service
    task stays STARTED for ever)."""


class Choice(Watched, ExclusiveGateway):
    """An exclusive gateway. The watcher chooses; a choice without a way out refuses the command."""

    def _run_hook(self, my_task: Task) -> bool:
        target = my_task.workflow.top_workflow.watcher.way_out(my_task)
        my_task._sync_children([target], TaskState.FUTURE)
        return True


class Parallel(Watched, ParallelGateway):
    """A parallel gateway with token semantics: one waiting arrival per incoming flow is consumed
    when it fires, and none is counted twice (D1, D7: Spiff counts the joins of earlier rounds)."""

    def _update_hook(self, my_task: Task) -> bool:
        if len(self._inputs) == 1:
            return True
        arrival = my_task.internal_data
        if "from" in arrival:
            return False
        arrival["from"] = my_task.parent.task_spec.name
        my_task._set_state(TaskState.WAITING)
        others: dict[str, Task] = {}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task.state == TaskState.WAITING and task is not my_task:
                others.setdefault(task.internal_data["from"], task)
        needed = [name for name in self._inputs if name != arrival["from"]]
        if any(name not in others for name in needed):
            return False
        for name in needed:
            others[name]._set_state(TaskState.CANCELLED)
        return True

    def _run_hook(self, my_task: Task) -> bool:
        return Watched._run_hook(self, my_task)


class Race(Watched, NoneTask):
    """An event-based gateway: opens every event behind it; the first to happen closes the others."""


class _Catching(Watched):
    """An event waited for. Whether a timer is due is never read from a clock here: the command
    that fires it says so (D13, D14 and the server's time zone play no part)."""

    def _update_hook(self, my_task: Task) -> bool:
        found = my_task.internal_data
        if found.get("rung"):
            return True
        if "number" not in found and "in line" not in found:
            my_task._set_state(TaskState.WAITING)
            if isinstance(my_task.parent.task_spec, (Race, Split)):
                self.enter(my_task)
            else:
                found["in line"] = True
                my_task.workflow.top_workflow.watcher.lined_up(my_task)
        return False

    def enter(self, my_task: Task) -> None:
        """The token's turn has come: from now on the event is waited for."""
        my_task.internal_data.pop("in line", None)
        my_task.workflow.top_workflow.watcher.armed(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        return None


class Catch(_Catching, IntermediateCatchEvent):
    """An intermediate timer or message; alone in its race once it happens."""

    def _run_hook(self, my_task: Task) -> bool:
        race = my_task.parent
        if isinstance(race.task_spec, Race):
            for task in race.children:
                if task is not my_task and task.state == TaskState.WAITING:
                    task._set_state(TaskState.CANCELLED)
        return super()._run_hook(my_task)


class Boundary(_Catching, BoundaryEvent):
    """A timer, error or escalation at the border of a task or sub-process."""


class Split(Watched, BoundaryEventSplit):
    """Stands before a task with boundary events: its children are the task and the events."""

    def _run_hook(self, my_task: Task) -> bool:
        Watched._run_hook(self, my_task)
        return True


class BorderClosed(Watched, BoundaryEventJoin):
    """Ends the waiting of the other side: when the task is done its events, when an interrupting
    event happened the task and the other events. Tokens that a non-interrupting event has sent
    out go on (Spiff drops them with the event they hang under)."""

    def _update_hook(self, my_task: Task) -> bool:
        ender = my_task.parent
        split = ender.parent
        beside = split.task_spec._outputs
        for task in split.children:
            if task is ender or task.task_spec.name not in beside or task.has_state(TaskState.FINISHED_MASK):
                continue
            if isinstance(task.task_spec, Boundary):
                task._set_state(TaskState.CANCELLED)
            else:
                task.cancel()
        return True

    def _run_hook(self, my_task: Task) -> bool:
        return True


class Ended(Watched, EndEvent):
    """A plain end."""

    def _on_complete_hook(self, my_task: Task) -> None:
        return None


class Terminated(Watched, EndEvent):
    """Ends every token of its process or sub-process."""

    def _run_hook(self, my_task: Task) -> bool:
        return True

    def _on_complete_hook(self, my_task: Task) -> None:
        workflow = my_task.workflow
        for task in list(workflow.tasks.values()):
            if (
                task is not my_task
                and task.id in workflow.tasks
                and not task.has_state(TaskState.FINISHED_MASK)
            ):
                task.cancel()
        workflow._mark_complete(my_task)


class Thrown(Ended):
    """An error or escalation end: the boundary event of the sub-process around it is told first."""

    def _run_hook(self, my_task: Task) -> bool:
        my_task.workflow.top_workflow.watcher.thrown(my_task)
        return super()._run_hook(my_task)


class AllEnded(Watched, _EndJoin):
    """Waits until no token is left in its process; predicted and finished tasks do not count."""

    def _update_hook(self, my_task: Task) -> bool:
        alone = True
        for task in my_task.workflow.tasks.values():
            if task is my_task or not task.state & (LIVE | TaskState.FUTURE):
                continue
            if task.task_spec is self:
                task._set_state(TaskState.CANCELLED)
            else:
                alone = False
        if not alone:
            my_task._set_state(TaskState.WAITING)
        return alone

    def _run_hook(self, my_task: Task) -> bool:
        return Watched._run_hook(self, my_task)


class Last(Watched, SimpleBpmnTask):
    """The very last task of a process; SpiffWorkflow knows it by its name, "End"."""


class Inner(Watched, SubWorkflowTask):
    """An embedded sub-process or a call. Nothing is copied in or out (D9)."""

    def _update_hook(self, my_task: Task) -> bool | None:
        if my_task.id in my_task.workflow.top_workflow.subprocesses:
            return False
        self.start_workflow(my_task)
        my_task._set_state(TaskState.STARTED)
        return None

    def copy_data(self, my_task: Task, subworkflow: Any) -> None:
        return None

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Task) -> None:
        top = my_task.workflow.top_workflow
        top.subprocesses.pop(my_task.id, None)
        my_task._set_state(TaskState.READY)
        top.watcher.reached(my_task)


class EachMember(Watched):
    """What both multi-instance classes share: the number of instances comes from the watcher, who
    refuses an empty set (D20); nothing predicts (D3) or leaves item variables behind (D4). The set is
    asked for when the token's turn has come, not already when another token sends it on its way."""

    children_complete: Any
    add_next_child: Any
    cardinality: str

    def _update_hook(self, my_task: Task) -> None:
        if "in line" not in my_task.internal_data:
            my_task._set_state(TaskState.WAITING)
            my_task.internal_data["in line"] = True
            my_task.workflow.top_workflow.watcher.lined_up(my_task)

    def merge_child(self, workflow: Any, child: Task) -> None:
        my_task = child.parent
        if self.children_complete(my_task):
            my_task._set_state(TaskState.READY)
            my_task.workflow.top_workflow.watcher.reached(my_task)
        elif isinstance(self, SequentialMultiInstanceTask):
            self.add_next_child(my_task)


class EachTogether(EachMember, ParallelMultiInstanceTask):
    """Every member at once."""

    def enter(self, my_task: Task) -> None:
        del my_task.internal_data["in line"]
        ParallelMultiInstanceTask._update_hook(self, my_task)


class EachInTurn(EachMember, SequentialMultiInstanceTask):
    """One member after the other."""

    def enter(self, my_task: Task) -> None:
        del my_task.internal_data["in line"]
        SequentialMultiInstanceTask._update_hook(self, my_task)


class RouteSpec(BpmnProcessSpec):
    """The spec of one process or sub-process, begun and ended by our own tasks."""

    def __init__(self, name: str) -> None:
        WorkflowSpec.__init__(self, name=name)
        self.svg = self.description = self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.start = Begin(self, "Start")
        self.end = AllEnded(self, "EndJoin")
        self.end.connect(Last(self, "End"))


def no_event() -> NoneEventDefinition:
    """The definition every event gets: what it waits for is decided outside SpiffWorkflow."""
    return NoneEventDefinition()
