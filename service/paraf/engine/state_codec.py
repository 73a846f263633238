"""The engine state as bytes: open tasks in a list, parents first, and what conditions read.

Knows how to write a live workflow down and restore it on a shared spec; must not know what moves a
case makes. The state is a list, never an object keyed by ids, so that no database can reorder it
(D10). It holds no ids and no times of SpiffWorkflow: a task is known by its place in the list, so
equal cases have equal bytes in every process (determinism, engine.md 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from paraf.domain.route import Context
from paraf.engine.compaction import what_remains
from paraf.engine.compiled import ENGINE_VERSION, CompiledRoute
from paraf.engine.spiff_case import CaseWorkflow
from paraf.engine.spiff_specs import Watcher
from paraf.errors import Corrupt
from paraf.language import N_

FORMAT: Final = 1


@dataclass(slots=True)
class Ledger:
    """What a case keeps beside its task tree: constants, and how often each element was opened or
    passed (`visits`) and each timer armed."""

    case_id: str
    case: Context
    option: Context
    visits: dict[str, int] = field(default_factory=dict)
    armed: dict[str, int] = field(default_factory=dict)


def write_state(workflow: CaseWorkflow, ledger: Ledger, route: CompiledRoute) -> bytes:
    """The bytes to store. Raises Corrupt if the open work is too deep."""
    document = {
        "format": FORMAT,
        "engine": ENGINE_VERSION,
        "route": route.sha256,
        "case_id": ledger.case_id,
        "case": dict(ledger.case),
        "option": dict(ledger.option),
        "visits": ledger.visits,
        "armed": ledger.armed,
        "done": workflow.completed,
        "process": _written(workflow, workflow),
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def read_state(state: bytes, route: CompiledRoute, watcher: Watcher) -> tuple[CaseWorkflow, Ledger]:
    """Restore a live workflow. Raises Corrupt if the bytes are no state of this route."""
    try:
        document = orjson.loads(state)
        if document["format"] != FORMAT or document["route"] != route.sha256:
            raise Corrupt(N_("The engine state belongs to another route or version"))
        ledger = Ledger(
            document["case_id"], document["case"], document["option"], document["visits"], document["armed"]
        )
        workflow = CaseWorkflow(route.spec, dict(route.inner), watcher, restoring=True)
        workflow.completed = document["done"]
        _restore(workflow, workflow, document["process"], [0])
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        raise Corrupt(N_("The engine state cannot be read")) from fault
    return workflow, ledger


def _written(workflow: Any, top: CaseWorkflow) -> dict[str, Any]:
    rows: list[list[Any]] = []
    for task, above in what_remains(workflow):
        row: list[Any] = [above, task._state, task.task_spec.name, task.internal_data or None]
        inner = top.subprocesses.get(task.id) if task._state == TaskState.STARTED else None
        if inner is not None:
            row.append(_written(inner, top))
        rows.append(row)
    return {"contexts": workflow.data, "tasks": rows}


def _restore(workflow: Any, top: CaseWorkflow, written: Mapping[str, Any], counter: list[int]) -> None:
    specs = workflow.spec.task_specs
    tasks: dict[Any, Task] = workflow.tasks
    placed: list[Task] = []
    workflow.data = written["contexts"]
    for row in written["tasks"]:
        above, state, name, internal = row[:4]
        counter[0] += 1
        task = Task.__new__(Task)
        task.id = counter[0]
        task.workflow = workflow
        task.task_spec = specs[name]
        task._children = []
        task._state = state
        task.triggered = above >= 0
        task.thread_id = 0
        task.data = {}
        task.internal_data = internal or {}
        task.last_state_change = 0.0
        parent = placed[above] if above >= 0 else None
        task._parent = parent.id if parent is not None else None
        if parent is not None:
            parent._children.append(task.id)
        tasks[task.id] = task
        placed.append(task)
        if parent is None:
            workflow.task_tree = task
        if len(row) > 4:
            inner = BpmnSubWorkflow(
                top.subprocess_specs[task.task_spec.spec], task.id, top, deserializing=True
            )
            top.subprocesses[task.id] = inner
            inner.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
            _restore(inner, top, row[4], counter)
