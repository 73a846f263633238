"""Clerks at work in processes of their own, to be killed: `clerks.py URL FOLDER KILLS`.

Two clerks decide whatever waits. Each writes what was acknowledged into the ledger, durably, before
the next act. The host kills one at a random moment and puts another in his place, KILLS times, and
sends the last two home when the file `stop` is there. What went wrong in a clerk is in `crashes`;
asked with SIGUSR1, everybody writes into `stacks` where he stands. Nobody outlives who started him.
"""

from __future__ import annotations

import faulthandler
import json
import os
import random
import signal
import sys
import time
import traceback
import uuid
from pathlib import Path

from offices import open_office
from paraf.errors import ParafError, Unavailable
from paraf.usecases.office import Office
from travel import Act, Journey, acts, set_out, take

MOST_CASES = 6
PATIENCE_S = 60.0
PAUSE_S = 0.05
LONGEST_LIFE_S = 0.6


def note(path: Path, text: str) -> None:
    """Append a line that survives the machine."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, text.encode() + b"\n")
    os.fsync(descriptor)
    os.close(descriptor)


def work(office: Office, ledger: Path, chance: random.Random, host: int) -> None:
    """Decide what waits, as long as the host is there."""
    while os.getppid() == host:
        journeys = _journeys(office)
        if len(journeys) < MOST_CASES:
            journeys.append(set_out(office))
        journey = chance.choice(journeys)
        act = next(acts(office, journey), None)
        if act is None:
            continue
        if _insist(office, act):
            promise = {"task_id": act.task_id, "outcome": act.outcome}
            note(ledger, json.dumps(promise))


def _insist(office: Office, act: Act) -> bool:
    """Ask with one key until there is an answer; False when a colleague was first."""
    once = (str(uuid.uuid4()), "0" * 64)
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            take(office, act, once=once)
            return True
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)


def _journeys(office: Office) -> list[Journey]:
    from travel import MIKRO

    with office.store.read() as uow:
        rows = uow.connection.exec_driver_sql(
            "SELECT proposal_id, id FROM instance WHERE state = 'running' ORDER BY id"
        )
        return [Journey(MIKRO, row[0], row[1]) for row in rows]


def clerk(office: Office, folder: Path, host: int) -> None:
    """One clerk's life, in the forked process."""
    office.store.after_fork()
    chance = random.Random(os.getpid() * 1_000_003 + time.monotonic_ns())
    while os.getppid() == host:
        try:
            work(office, folder / "ledger", chance, host)
        except ParafError as refusal:
            if refusal.status not in (403, 409, 503):
                note(folder / "crashes", traceback.format_exc())
                os._exit(1)
            time.sleep(PAUSE_S)  # a server that is coming back needs the processor more than we do
        except BaseException:
            note(folder / "crashes", traceback.format_exc())
            os._exit(1)
    os._exit(0)


def host(url: str, folder: Path, kills: int) -> None:
    """Keep two clerks at work; kill one after the other at random moments."""
    employer = os.getppid()
    faulthandler.register(signal.SIGUSR1, (folder / "stacks").open("a"))
    office = open_office(url, folder)
    set_out(office)  # reads the routes once, for all clerks
    office.store.close()
    chance = random.Random()
    clerks = [_hire(office, folder) for _ in range(2)]
    for _ in range(kills):
        time.sleep(chance.uniform(0.02, LONGEST_LIFE_S))
        victim = chance.randrange(len(clerks))
        _kill(clerks[victim])
        clerks[victim] = _hire(office, folder)
    while not (folder / "stop").exists() and os.getppid() == employer:
        time.sleep(0.02)
    for pid in clerks:
        _kill(pid)


def _hire(office: Office, folder: Path) -> int:
    host = os.getpid()
    pid = os.fork()
    if pid == 0:
        clerk(office, folder, host)
    return pid


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    host(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
