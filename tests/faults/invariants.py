"""What must hold of a database after any fault, whatever was going on.

Every acknowledged act is there; a task is decided once; chains, inbox and case rows agree; every
history can be carried out again with the same result.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select

from paraf.domain.facts import Entry, check_chain, check_openings
from paraf.storage.tables import NO_DUE, document, inbox, instance, task
from paraf.usecases.office import Office
from paraf.usecases.verify import verify_case


def check(office: Office, acknowledged: Iterable[dict[str, object]] = (), rerun: int = 5) -> int:
    """Assert every invariant; `rerun` cases are carried out again as well. Gives the number of facts."""
    total = 0
    decided: set[tuple[str, str, int]] = set()
    with office.store.snapshot() as uow:
        cases = uow.connection.execute(select(instance)).all()
        tasks = uow.connection.execute(select(task)).all()
        offers = uow.connection.execute(select(inbox)).all()
        papers = uow.connection.execute(select(document.c.instance_id, document.c.sha256)).all()
        histories: dict[str, list[Entry]] = {}
        for case_id, *entry in uow.history.walk_all():
            histories.setdefault(case_id, []).append(Entry(*entry))
        for case in cases:
            entries = histories.pop(case.id)
            total += len(entries)
            assert check_chain(entries, newest=(case.seq, case.head), thorough=True) is None
            events = [entry.event() for entry in entries]
            assert check_openings(events, uow.history.openings(case.id)) is None
            _tasks_agree(case, [row for row in tasks if row.instance_id == case.id], events)
            decided |= {(case.id, *step) for step in _steps(events, "task.decided")}
            named = {e["data"]["sha256"] for e in events if e["type"].startswith("document.")}
            assert {row.sha256 for row in papers if row.instance_id == case.id} <= named
        assert histories == {}, "facts without a case"
        _inbox_agrees(tasks, offers)
    by_id = {row.id: row for row in tasks}
    for promise in acknowledged:
        row = by_id[str(promise["task_id"])]
        assert row.state == "done", f"an acknowledged decision is gone: {promise}"
        assert row.outcome == promise["outcome"]
        assert (row.instance_id, row.element_id, row.visit) in decided
    for case in cases[:rerun]:
        with office.store.snapshot() as uow:
            verdict = verify_case(office, uow, case.id, rerun=True)
        assert verdict.fault is None, verdict
        assert verdict.rerun
    return total


def _tasks_agree(case: object, rows: list, events: list[dict]) -> None:  # type: ignore[type-arg]
    """The tasks of a case are those its history opened and has not closed."""
    told = Counter(
        (event["type"], event["element_id"], event["visit"])
        for event in events
        if event["type"] in ("task.opened", "task.decided")
    )
    assert set(told.values()) <= {1}, f"told twice: {told.most_common(1)}"
    assert {(row.element_id, row.visit) for row in rows} == _steps(events, "task.opened")
    done = {(row.element_id, row.visit) for row in rows if row.state == "done"}
    assert done == _steps(events, "task.decided")
    running = case.state == "running"  # type: ignore[attr-defined]
    assert running == any(row.state == "open" for row in rows), "a case without a waiting step"


def _steps(events: list[dict], kind: str) -> set[tuple[str, int]]:  # type: ignore[type-arg]
    return {(event["element_id"], event["visit"]) for event in events if event["type"] == kind}


def _inbox_agrees(tasks: list, offers: list) -> None:  # type: ignore[type-arg]
    """The inbox holds exactly what is open, once per position it is offered to."""
    wanted = {
        (position, row.due_at or NO_DUE, row.id, row.assignee)
        for row in tasks
        if row.state == "open"
        for position in json.loads(row.positions)
    }
    assert {(row.position_id, row.due_at, row.task_id, row.assignee) for row in offers} == wanted
