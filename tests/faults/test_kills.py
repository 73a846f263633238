"""Processes are killed in the middle of their work: what was acknowledged is there, nothing is torn.

TEST_KILLS sets how many clerks are killed per database (40 before a release), TEST_CRASHES how often
the PostgreSQL server is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluster import Cluster
from databases import MIGRATIONS, Database
from faults import invariants
from offices import furnish, open_office
from paraf.storage import migrate

KILLS = int(os.environ.get("TEST_KILLS", "6"))
CRASHES = int(os.environ.get("TEST_CRASHES", "2"))
ROOT = MIGRATIONS.parent
PATIENCE_S = 100.0
"""How long three acts may take on a machine that is busy with other tests."""

Host = subprocess.Popen[bytes]


@contextmanager
def _clerks(url: str, folder: Path, kills: int) -> Iterator[Host]:
    """Clerks at work while the block runs; it ends after `kills` of them were killed."""
    host = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/faults/clerks.py"), url, str(folder), str(kills)],
        env={"PYTHONPATH": f"{ROOT / 'service'}:{ROOT / 'tests'}", "PATH": os.environ["PATH"]},
        start_new_session=True,
    )
    try:
        yield host
        (folder / "stop").touch()
        assert host.wait(60 + 5 * kills) == 0
    finally:
        if host.poll() is None:
            os.killpg(host.pid, signal.SIGKILL)
        host.wait()


def _ledger(folder: Path) -> list[dict[str, object]]:
    path = folder / "ledger"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _no_crash(folder: Path) -> None:
    crashes = folder / "crashes"
    assert not crashes.exists(), crashes.read_text()


def _check(url: str, folder: Path) -> None:
    _no_crash(folder)
    promises = _ledger(folder)
    assert promises, "nobody got anything done"
    office = open_office(url, folder)
    try:
        invariants.check(office, promises, rerun=3)
    finally:
        office.store.close()


def test_clerks_killed_at_any_moment_lose_and_tear_nothing(furnished: Database, tmp_path: Path) -> None:
    with _clerks(furnished.url, tmp_path, KILLS) as host:
        _wait_for_work(tmp_path, host)
    _check(furnished.url, tmp_path)


@pytest.fixture
def durable_cluster() -> Iterator[Cluster]:
    cluster = Cluster(durable=True)
    try:
        yield cluster
    finally:
        cluster.remove()


@pytest.mark.slow
@pytest.mark.timeout(int(120 + PATIENCE_S * (CRASHES + 1)))
def test_a_server_that_crashes_loses_and_tears_nothing(durable_cluster: Cluster, tmp_path: Path) -> None:
    url = durable_cluster.create("paraf_crash")
    migrate.upgrade(url, MIGRATIONS)
    office = open_office(url, tmp_path)
    furnish(office)
    office.store.close()
    with _clerks(url, tmp_path, kills=0) as host:
        for _ in range(CRASHES):
            _wait_for_work(tmp_path, host)
            durable_cluster.stop("immediate")
            durable_cluster.start()
        _wait_for_work(tmp_path, host)
    _check(url, tmp_path)


def _wait_for_work(folder: Path, host: Host) -> None:
    """Until three more acts are acknowledged: the clerks have found their way back by themselves."""
    before = len(_ledger(folder))
    until = time.monotonic() + PATIENCE_S
    while len(_ledger(folder)) < before + 3:
        _no_crash(folder)
        assert host.poll() is None, f"the host went home with {host.returncode}"
        if time.monotonic() > until:
            pytest.fail(f"the clerks do not work any more:\n{_where_they_stand(folder, host)}")
        time.sleep(0.05)


def _where_they_stand(folder: Path, host: Host) -> str:
    os.killpg(host.pid, signal.SIGUSR1)
    time.sleep(1.0)
    return (folder / "stacks").read_text()
