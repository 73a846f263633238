"""The same decisions give the same bytes in any process, whatever its hash seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import paraf
from engine.random_routes import Drawing, play
from paraf.engine import command
from paraf.engine.compiled import compile_route

ROUTES = 40


def fingerprint() -> str:
    """A digest over every state and move of some random routes."""
    digest = hashlib.sha256()
    remember = command.write_state

    def listening(workflow, ledger, route):  # type: ignore[no-untyped-def]
        state = remember(workflow, ledger, route)
        digest.update(state)
        return state

    command.write_state = listening
    try:
        for seed in range(ROUTES):
            tally = play(compile_route(Drawing(seed, 3 + seed % 2).xml.encode()), seed)
            digest.update(repr(sorted(tally.items())).encode())
    finally:
        command.write_state = remember
    return digest.hexdigest()


def test_other_processes_with_other_hash_seeds_write_the_same_bytes() -> None:
    here = fingerprint()
    for seed in ("0", "1", "4711"):
        paths = [str(Path(paraf.__file__).parents[1]), str(Path(__file__).parents[1])]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(paths)}
        there = subprocess.run(
            [sys.executable, "-c", "from engine.test_determinism import fingerprint; print(fingerprint())"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert there.stdout.strip() == here
