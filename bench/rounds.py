"""Cost of one decision in round 200 of a revision loop against round 2.

The loop: a drafter hands on, the head returns it, again and again; the measured decision is the
return. Process CPU time, medians of ten rounds around the two.
"""

from __future__ import annotations

import statistics
import time

import ground


def main(rounds: int = 205) -> None:
    for kind in ground.KINDS:
        with ground.stage(kind) as stage:
            case = stage.propose("staf.konsuler", "DIT-KONSULER")
            case.write()
            spent: list[float] = []
            for _ in range(rounds):
                case.act("prepare_naskah_konsep", "submit", by="staf.konsuler")
                task = case.task("submit_usulan")
                head = stage.person("dirjen.protkons")
                started = time.process_time()
                head.decide(task["id"], "return", comment="Perbaiki uraian.").ok()
                spent.append(time.process_time() - started)
            early, late = statistics.median(spent[2:12]), statistics.median(spent[-10:])
            ground.told(
                "decision, round 200 / round 2 (CPU)",
                kind,
                late / early,
                1.3,
                f"{early * 1e3:.2f} ms -> {late * 1e3:.2f} ms, state of {_state_size(stage, case.id)} bytes",
            )


def _state_size(stage: ground.Stage, instance_id: str) -> int:
    with stage.office.store.read() as uow:
        row = uow.cases.by_id(instance_id)
    return len(row.engine_state) if row else 0


if __name__ == "__main__":
    main()
