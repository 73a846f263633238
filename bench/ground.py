"""The ground every benchmark stands on: furnished databases of both kinds, and the stage on them.

Knows how a database is made and thrown away; must not know what is measured.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "service"), str(ROOT / "tests")]

from cluster import Cluster  # noqa: E402
from paraf.storage import migrate  # noqa: E402
from stage import Stage, furnish  # noqa: E402

KINDS = ("sqlite", "postgresql")


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder, removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="paraf-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def database(kind: str, home: Path) -> Iterator[str]:
    """The URL of a furnished database of this kind; PostgreSQL runs with fsync, as installed."""
    home.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        url = f"sqlite:///{home / 'paraf.sqlite3'}"
        migrate.upgrade(url, ROOT / "migrations")
        furnish(url, home)
        yield url
        return
    cluster = Cluster(durable=True)
    try:
        url = cluster.create("paraf_bench")
        migrate.upgrade(url, ROOT / "migrations")
        furnish(url, home)
        yield url
    finally:
        cluster.remove()


@contextmanager
def stage(kind: str) -> Iterator[Stage]:
    """The whole product on a furnished database of this kind, in this process."""
    with folder() as home, database(kind, home) as url:
        standing = Stage(url, home)
        try:
            yield standing
        finally:
            standing.close()


def median_of(measured: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    """Seconds of this clock that a call takes, the median of `repeats`."""
    times = []
    for _ in range(repeats):
        begun = clock()
        measured()
        times.append(clock() - begun)
    return statistics.median(times)


def told(name: str, kind: str, ratio: float, bound: float, note: str = "") -> None:
    """Print one figure beside its bound."""
    mark = "within" if ratio <= bound else "OVER"
    print(f"{name:52s} {kind:11s} {ratio:7.2f}  bound {bound:5.2f}  {mark}  {note}", flush=True)
