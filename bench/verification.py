"""Verifying very many facts: the chain, a whole database, one huge case, and how much memory it takes.

The chain is measured as the proof walks it (pages from the database, digest, link and number of each
fact); beside it stands the bare limit, the driver reading the same bodies and hashing them, nothing else.
`FACTS` (default 200000, 1000000 for the figure of the issue) are made of copies of one real case, hashed
anew for each copy, so that they have the length and the shape of real ones. `KINDS=sqlite` leaves
PostgreSQL out. Memory is the growth of the peak resident set while verifying, in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ground

from paraf.bootstrap import build_office
from paraf.domain.facts import GENESIS, canonical_text, check_chain
from paraf.storage.rows import insert_rows
from paraf.usecases.office import Office
from paraf.usecases.verify import verify_chains
from paraf.usecases.verify_stages import Proof
from stage import Stage, settings_for

FACTS = int(os.environ.get("FACTS", "200000"))
KINDS = os.environ.get("KINDS", ",".join(ground.KINDS)).split(",")
WANTED = 200_000
MOST_GROWTH_MB = 64
AGAIN = 2
"""So often the chain and its bare limit are measured again; the best counts, for others are at work here."""


def main() -> None:
    if len(sys.argv) > 1:
        _measured(*sys.argv[1:])
        return
    for kind in KINDS:
        with ground.folder() as home, ground.database(kind, home) as url:
            many, huge = _filled(url, home)
            for what in ("bare", "chain", "all", "huge"):
                subprocess.run(  # noqa: S603 - this very file
                    [sys.executable, __file__, what, kind, url, str(home), str(many), huge], check=True
                )


# --- filling ----------------------------------------------------------------------------------


def _filled(url: str, home: Path) -> tuple[int, str]:
    """One real finished case, then copies of its facts: half of FACTS in many cases, half in one."""
    stage = Stage(url, home)
    case = stage.propose("staf.konsuler", "DIT-KONSULER").carry_to("end")
    with stage.office.store.read() as uow:
        events = [json.loads(entry.body) for entry in uow.history.read(case.id)]
    copies = FACTS // 2 // len(events)
    with stage.office.store.write() as uow:
        for number in range(copies):
            _copy(uow.connection, case.id, f"copy-{number:07d}", _again(events, len(events)))
        _copy(uow.connection, case.id, "huge", _again(events, FACTS // 2))
    stage.close()
    return copies, "huge"


def _again(events: list[dict[str, Any]], count: int) -> Iterator[tuple[int, str, str]]:
    """The facts over and over, numbered, linked and hashed anew."""
    head = GENESIS
    for seq in range(1, count + 1):
        event = {**events[(seq - 1) % len(events)], "seq": seq, "prev_hash": head}
        body = canonical_text(event)
        head = hashlib.sha256(body.encode()).hexdigest()
        yield seq, body, head


def _copy(connection: Any, model: str, case_id: str, facts: Iterator[tuple[int, str, str]]) -> None:
    columns = [
        column.name
        for column in _table(connection, "instance")
        if column.name not in ("id", "number", "proposal_id")
    ]
    listed = ", ".join(columns)
    connection.exec_driver_sql(
        f"INSERT INTO proposal SELECT '{case_id}', title, sop_kind, request_kind, unit_code, sop_in_force,"  # noqa: S608
        f" created_by, created_at FROM proposal WHERE id = (SELECT proposal_id FROM instance WHERE id = '{model}')"
    )
    connection.exec_driver_sql(
        f"INSERT INTO instance (id, number, proposal_id, {listed}) SELECT '{case_id}', '{case_id}', '{case_id}',"  # noqa: S608
        f" {listed} FROM instance WHERE id = '{model}'"
    )
    rows: list[tuple[str, int, str, str]] = []
    newest = (0, "")
    for seq, body, sha256 in facts:
        rows.append((case_id, seq, body, sha256))
        newest = (seq, sha256)
        if len(rows) == 5_000:
            insert_rows(connection, "event", ("instance_id", "seq", "body", "hash"), rows)
            rows = []
    if rows:
        insert_rows(connection, "event", ("instance_id", "seq", "body", "hash"), rows)
    connection.exec_driver_sql(
        f"UPDATE instance SET seq = {newest[0]}, head = '{newest[1]}' WHERE id = '{case_id}'"  # noqa: S608
    )


def _table(connection: Any, name: str) -> Any:
    from paraf.storage.tables import metadata

    return metadata.tables[name].columns


# --- measuring --------------------------------------------------------------------------------


def _measured(what: str, kind: str, url: str, home: str, many: str, huge: str) -> None:
    office = build_office(settings_for(url, Path(home)))
    work: dict[str, Callable[[Office, str], int]] = {
        "bare": _bare,
        "chain": _chain,
        "all": _all,
        "huge": _huge,
    }
    _warm(office, huge)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, clock = time.process_time(), time.perf_counter()
    facts = work[what](office, huge)
    used, lasted = time.process_time() - started, time.perf_counter() - clock
    for _ in range(AGAIN if what in ("bare", "chain") else 0):
        started = time.process_time()
        work[what](office, huge)
        used = min(used, time.process_time() - started)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    office.store.close()
    rate = facts / max(used, 1e-9)
    print(
        f"{_NAMES[what]:46s} {kind:11s} {rate:10,.0f} facts/s of one core  {facts:9,d} facts in {used:6.2f} s cpu"
        f" ({lasted:6.2f} s)  memory +{grown:5.1f} MB",
        flush=True,
    )
    if what == "chain" and rate < WANTED:
        print(f"  OVER: fewer than {WANTED:,d} facts/s")
    if grown > MOST_GROWTH_MB:
        print(f"  OVER: memory grew by more than {MOST_GROWTH_MB} MB")


_NAMES = {
    "bare": "bare: driver reads the bodies, SHA-256 of each",
    "chain": "chain of every case (history verify --chain)",
    "all": "chain and pins of every case, one by one",
    "huge": "chain and pins of one huge case",
}


def _warm(office: Office, huge: str) -> None:
    """One page of everything first, so that imports and caches are not measured."""
    with office.store.snapshot() as uow:
        check_chain(uow.history.read(huge, 0, 2_000))


def _bare(office: Office, huge: str) -> int:
    count = 0
    with office.store.snapshot() as uow:
        driver = uow.connection.connection.driver_connection
        assert driver is not None  # noqa: S101
        mark = "?" if office.store.is_sqlite else "%s"
        place: tuple[str, int] = ("", 0)
        statement = (
            f"SELECT instance_id, seq, body, hash FROM event WHERE (instance_id, seq) > ({mark}, {mark})"  # noqa: S608
            " ORDER BY instance_id, seq LIMIT 2000"
        )
        while rows := driver.execute(statement, place).fetchall():
            for row in rows:
                if hashlib.sha256(row[2].encode()).hexdigest() != row[3]:
                    raise SystemExit("not intact")
            count += len(rows)
            place = (rows[-1][0], rows[-1][1])
    return count


def _chain(office: Office, huge: str) -> int:
    facts = 0
    for verdict in verify_chains(office):
        if verdict.fault is not None:
            raise SystemExit(f"{verdict.number}: {verdict.fault}")
        facts += verdict.facts
    return facts


def _all(office: Office, huge: str) -> int:
    return sum(_stages(office, name, ("chain", "pins")) for name in _names(office) if name != huge)


def _huge(office: Office, huge: str) -> int:
    return _stages(office, huge, ("chain", "pins"))


def _names(office: Office) -> list[str]:
    with office.store.read() as uow:
        return list(uow.cases.all_ids())


def _stages(office: Office, name: str, stages: tuple[str, ...]) -> int:
    with office.store.snapshot() as uow:
        case = uow.cases.by_id(name)
        if case is None:
            raise SystemExit(f"{name} is gone")
        proof = Proof(office, uow, case, _PROVEN)
        for stage in stages:
            fault = proof.fault(stage)
            if fault is not None:
                raise SystemExit(f"{name}: {stage}: {fault}")
        return proof.facts


_PROVEN: set[tuple[str, int]] = set()


if __name__ == "__main__":
    main()
