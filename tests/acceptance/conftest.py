"""The stage of every scenario: a copy of a furnished database, once furnished per test run.

`@pytest.mark.acceptance("AC-09")` names the scenario a test plays; `--acceptance-table` writes
docs/acceptance.md from the run.
"""

from __future__ import annotations

import itertools
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance_table import AcceptanceTable
from cluster import Cluster
from stage import Stage, furnish

_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--acceptance-table", action="store_true", help="write docs/acceptance.md from this run")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "acceptance(*ids): plays these scenarios, as AC-09")
    if config.getoption("--acceptance-table", default=False):
        config.pluginmanager.register(AcceptanceTable(), "acceptance-table")


@pytest.fixture(scope="session")
def furnished_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    path = folder / "paraf.sqlite3"
    shutil.copyfile(sqlite_template, path)
    furnish(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def furnished_postgresql(
    cluster: Cluster, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    # another folder of tests may ask for this fixture too, and gets a database of its own
    name = f"paraf_furnished_{secrets.token_hex(4)}"
    furnish(cluster.create(name, postgresql_template), tmp_path_factory.mktemp("furnished_pg"))
    return name


@pytest.fixture
def stage(furnished_sqlite: Path, tmp_path: Path) -> Iterator[Stage]:
    """The stage on SQLite."""
    path = tmp_path / "paraf.sqlite3"
    shutil.copyfile(furnished_sqlite, path)
    standing = Stage(f"sqlite:///{path}", tmp_path)
    yield standing
    standing.close()


@pytest.fixture
def postgresql_stage(cluster: Cluster, furnished_postgresql: str, tmp_path: Path) -> Iterator[Stage]:
    """The stage on PostgreSQL."""
    name = f"paraf_stage_{next(_numbers)}"
    standing = Stage(cluster.create(name, furnished_postgresql), tmp_path)
    yield standing
    standing.close()
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_stage(request: pytest.FixtureRequest) -> Stage:
    """The stage, once on each database."""
    name = "stage" if request.param == "sqlite" else "postgresql_stage"
    found: Stage = request.getfixturevalue(name)
    return found
