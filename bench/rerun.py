"""Re-executing and comparing a finished case against the same decisions on the bare engine classes.

Both sides take the same route version and the same recorded contexts; the bare side keeps its state
as bytes between decisions, as the product does, and compares nothing. The other side carries the
decisions out, compares them fact by fact, folds the history and lays the case's rows beside it, as
they were read.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import ground

from paraf.domain.case_rows import fold
from paraf.domain.organisation import Organisation
from paraf.engine import spiff
from paraf.usecases import reexecute, verify
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.verify_contents import Drafts
from paraf.usecases.verify_rows import Stored, rows_fault, stored_rows

REPEATS = 30


def main() -> None:
    for kind in ground.KINDS:
        with ground.stage(kind) as stage:
            case = stage.propose("staf.konsuler", "DIT-KONSULER")
            case.carry_to("end")
            with stage.office.store.read() as uow:
                row = uow.cases.by_number(case.number)
                if row is None:
                    raise SystemExit("the case is gone")
                route = stage.office.shelf.take(uow, row.route_key, row.route_version)
                bodies = [entry.body for entry in uow.history.read(case.id)]
                stored = stored_rows(uow, row, uow.history.openings(case.id), frozenset())
                organisation = stage.office.organisation(uow)
                drafts = Drafts(uow, row.proposal_id)
                _rows(bodies, route, stored, drafts, organisation)  # reads every version of the draft
            events = [json.loads(body) for body in bodies]
            drives = [e for e in events if e["type"] in ("instance.started", "task.decided")]
            pairs = []
            for _ in range(REPEATS):
                again = _timed(lambda b=bodies, r=route, s=stored: _again(b, r, s))
                again += _timed(
                    lambda b=bodies, r=route, s=stored, d=drafts, o=organisation: _rows(b, r, s, d, o)
                )
                bare = _timed(lambda d=drives, r=route, c=row: _bare(d, r, c.id))
                pairs.append((again, bare))
            ratio = statistics.median(a / b for a, b in pairs[3:])
            bare_ms = statistics.median(b for _, b in pairs) * 1e3
            note = f"{len(drives)} decisions, bare {bare_ms:.2f} ms"
            ground.told("re-execute and compare / bare engine", kind, ratio, 3.0, note)


def _again(bodies: list[str], route: ShelvedRoute, stored: Stored) -> None:
    case = stored.case
    fault = verify.again(route, case.id, [json.loads(body) for body in bodies], case.engine_state)
    if fault is not None:
        raise SystemExit(f"not intact: {fault}")


def _rows(
    bodies: list[str], route: ShelvedRoute, stored: Stored, drafts: Drafts, organisation: Organisation
) -> None:
    told = fold([json.loads(body) for body in bodies], route.compiled.route)
    fault = rows_fault(stored, told, route.compiled.route, drafts, organisation)
    if fault is not None:
        raise SystemExit(f"not intact: {fault}")


def _bare(drives: list[dict[str, Any]], route: ShelvedRoute, case_id: str) -> None:
    state = b""
    for event in drives:
        data = event["data"]
        inputs = reexecute.Recorded(data, route.compiled)
        if event["type"] == "instance.started":
            step = spiff.start(route.compiled, case_id, event["at"], data["case"], inputs)
        else:
            element, visit, context = event["element_id"], event["visit"], data["context"]
            step = spiff.complete(
                route.compiled, case_id, event["at"], state, element, visit, context, inputs
            )
        state = step.state


def _timed(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
