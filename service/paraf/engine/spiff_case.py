"""A live case on SpiffWorkflow, and the script engine that runs nothing.

Knows what SpiffWorkflow asks of a workflow and a script engine; must not know routes or moves. No
text of a route is ever evaluated here: conditions are compiled in `expressions.py` and chosen by the
watcher (engine.md 4: twenty constructs execute Python on the library's own engine).
"""

from __future__ import annotations

from typing import Any, Final

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.task import Task

from paraf.engine.spiff_specs import EachMember, RouteSpec, Watcher
from paraf.errors import Corrupt
from paraf.language import N_


class NothingRuns(BasePythonScriptEngineEnvironment):
    """The last door behind the script engine: no text is ever evaluated or executed."""

    def evaluate(self, expression: Any, context: Any, external_context: Any = None) -> Any:
        raise Corrupt(N_("A route tried to evaluate text outside its conditions"))

    def execute(self, script: Any, context: Any, external_context: Any = None) -> Any:
        raise Corrupt(N_("A route tried to run a script"))

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise Corrupt(N_("A route tried to call a service"))


class Counting(PythonScriptEngine):
    """The script engine: answers how many instances a multi-instance has, and nothing else."""

    def __init__(self) -> None:
        super().__init__(environment=NothingRuns())

    def validate(self, expression: Any) -> None:
        raise SyntaxError("no expressions")

    def evaluate(self, task: Task, expression: Any, external_context: Any = None) -> Any:
        if isinstance(task.task_spec, EachMember) and expression == task.task_spec.cardinality:
            return task.workflow.top_workflow.watcher.entered(task)
        return self.environment.evaluate(expression, {})


_COUNTING: Final = Counting()


class CaseWorkflow(BpmnWorkflow):
    """A live case during one command. When a task is removed its sub-processes go with it (D5:
    Spiff leaves them orphaned, with their timers armed)."""

    def __init__(
        self, spec: RouteSpec, inner: dict[str, RouteSpec], watcher: Watcher, restoring: bool
    ) -> None:
        self.watcher = watcher
        super().__init__(spec, inner, script_engine=_COUNTING, deserializing=restoring)
        self.task_removed_event.connect(self._forget)

    def _forget(self, workflow: Any, task: Task) -> None:
        inner = self.subprocesses.pop(task.id, None)
        if inner is not None:
            inner.cancel()
            for inside in list(inner.tasks.values()):
                self._forget(inner, inside)
