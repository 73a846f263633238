"""The first inbox page, counts included, at 100,000 open tasks against 1,000.

Two readers: one with fifty of the tasks, one with all of them. Tasks are written as the product
would (rows of `task` and `inbox`, on one hundred real cases); what is measured is `GET /tasks` through
the application. Medians of CPU time, and the page must hold the fifty most urgent.
"""

from __future__ import annotations

import json
import statistics
import time

import ground

from paraf.storage.rows import insert_rows

FEW, MANY, OWN, CASES = 1_000, 100_000, 50, 20
BUSY, CALM = "DJPROTKONS.pimpinan", "DJASEAN.pimpinan"
READERS = {"all of them": "dirjen.protkons", "fifty of them": "dirjen.asean"}
TASK = (
    "id", "instance_id", "element_id", "visit", "item", "closer", "role", "positions", "state",
    "opened_at", "opened_seq", "due_at", "seq",
)  # fmt: skip
OFFER = ("position_id", "due_at", "task_id", "assignee")


def main() -> None:
    for kind in ground.KINDS:
        with ground.stage(kind) as stage:
            cases = []
            for number in range(CASES):
                case = stage.propose("staf.konsuler", "DIT-KONSULER", title=f"Pelayanan {number}")
                cases.append(case.id)
            _add(stage, cases, 0, FEW)
            few = {name: _page(stage, login) for name, login in READERS.items()}
            _add(stage, cases, FEW, MANY)
            if kind == "postgresql":  # autovacuum would do this by itself within a minute
                with stage.office.store.engine.connect() as connection:
                    connection.exec_driver_sql("ANALYZE")
                    connection.commit()
            for name, login in READERS.items():
                late = _page(stage, login)
                ratio = late / few[name]
                note = f"{few[name] * 1e3:.1f} ms -> {late * 1e3:.1f} ms"
                ground.told(f"inbox, reader with {name}, 100,000 / 1,000", kind, ratio, 1.5, note)


def _add(stage: ground.Stage, cases: list[str], first: int, last: int) -> None:
    """Open tasks first..last; every one is offered to the busy position, the first fifty to the calm one."""
    for start in range(first, last, 1000):
        tasks, offers = [], []
        for number in range(start, min(start + 1000, last)):
            due = f"2026-{12 if number % 2 else 11}-{number % 28 + 1:02d}T09:00:00.{number:06d}Z"
            positions = [BUSY, CALM] if number < OWN else [BUSY]
            task_id = f"bench-{number:09d}"
            tasks.append(
                (
                    task_id, cases[number % len(cases)], "submit_usulan", number + 10, None, 0,
                    "pimpinan_eselon_i", json.dumps(positions), "open", "2026-11-20T02:00:00.000000Z", 1, due, 1,
                )
            )  # fmt: skip
            offers += [(position, due, task_id, None) for position in positions]
        with stage.office.store.write() as uow:
            insert_rows(uow.connection, "task", TASK, tasks)
            insert_rows(uow.connection, "inbox", OFFER, offers)


def _page(stage: ground.Stage, login: str) -> float:
    reader = stage.person(login)
    spent = []
    for _ in range(25):
        started = time.process_time()
        page = reader.get("/tasks?state=open&mine=true").ok()
        spent.append(time.process_time() - started)
        if len(page["items"]) != 50:
            raise SystemExit("the page does not hold fifty tasks")
    return statistics.median(spent[5:])


if __name__ == "__main__":
    main()
