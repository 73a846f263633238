"""What of a task tree can still influence the future; everything else is history and is left out.

Knows the shape of SpiffWorkflow's task tree; must not know how it is written down. The tree grows
with every round of rework, and at depth 1,000 SpiffWorkflow no longer sees its own open tasks and
calls the case completed (D6), so a state never holds more than what is open:

- every live task (waiting, ready or started) and the root;
- the parent of a live task where siblings matter: a task with boundary events, a multi-instance,
  an event gateway.

Each kept task hangs under its nearest kept ancestor, in the order of the tree. Parallel branches
keep their open ends only, so a loop inside one branch stays flat too.
"""

from __future__ import annotations

from typing import Any, Final

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from paraf.engine.spiff_specs import LIVE, Race, Split
from paraf.errors import Corrupt
from paraf.language import N_

MAX_KEPT: Final = 5_000
MAX_DEPTH: Final = 800


def what_remains(workflow: Any) -> list[tuple[Task, int]]:
    """The kept tasks in the order of the tree, each with the index of its new parent (-1: root).
    Raises Corrupt if even what is open is deeper than SpiffWorkflow can see."""
    tasks: dict[Any, Task] = workflow.tasks
    root: Task = workflow.task_tree
    wanted = {root.id}
    for task in tasks.values():
        if task._state & LIVE:
            wanted.add(task.id)
            parent = tasks.get(task._parent)
            if parent is not None and isinstance(parent.task_spec, (Split, Race)):
                wanted.add(parent.id)
    kept: list[tuple[Task, int]] = []
    depths: list[int] = []
    waiting: list[tuple[Any, int]] = [(root.id, -1)]
    while waiting:
        task_id, above = waiting.pop()
        task = tasks[task_id]
        if task_id in wanted:
            kept.append((task, above))
            depths.append(depths[above] + 1 if above >= 0 else 0)
            above = len(kept) - 1
        waiting.extend((child, above) for child in reversed(task._children))
    if len(kept) > MAX_KEPT or max(depths) > MAX_DEPTH:
        raise Corrupt(N_("The case has more open work than the engine can hold"))
    return kept


def is_open(workflow: Any) -> bool:
    """Whether somebody or something is waited for in this process (a join alone is not)."""
    return any(task._state & LIVE for task in workflow.tasks.values() if task._state != TaskState.STARTED)
