"""Fixtures every test may use: a fresh database on SQLite and on PostgreSQL, and a store on it.

A database is a copy of one that was upgraded once, so that a test starts in milliseconds. The
PostgreSQL cluster starts when the first test asks for it. TEST_DATABASES=sqlite leaves the
PostgreSQL half out.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from cluster import Cluster
from databases import MIGRATIONS, Counting, Database
from paraf.storage import migrate
from paraf.storage.store import Store
from paraf.usecases.examiner import examiner

if TYPE_CHECKING:
    from paraf.usecases.office import Office

DATABASES = tuple(os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(","))
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def patient_examiner(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found within two seconds depends on how busy the machine is; what is found must not.
    `bench/findings.py` measures the time."""
    monkeypatch.setattr("paraf.usecases.examiner.SOUNDNESS_SECONDS", 10.0)
    monkeypatch.setattr("paraf.usecases.examiner.DRAWING_SECONDS", 30.0)
    monkeypatch.setattr(examiner(), "seconds", 20.0)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running PostgreSQL cluster, thrown away at the end."""
    running = Cluster()
    try:
        yield running
    finally:
        running.remove()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "paraf.sqlite3"
    migrate.upgrade(f"sqlite:///{path}", MIGRATIONS)
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster) -> str:
    migrate.upgrade(cluster.create("paraf_template"), MIGRATIONS)
    return "paraf_template"


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Database:
    """An upgraded, empty SQLite database."""
    path = tmp_path / "paraf.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return Database("sqlite", f"sqlite:///{path}")


@pytest.fixture
def postgresql_database(cluster: Cluster, postgresql_template: str) -> Iterator[Database]:
    """An upgraded, empty PostgreSQL database."""
    name = f"paraf_{next(_numbers)}"
    yield Database("postgresql", cluster.create(name, postgresql_template))
    cluster.drop(name)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    """An upgraded, empty database, once of each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(params=DATABASES)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it, once of each kind."""
    if request.param == "sqlite":
        yield Database("sqlite", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = f"paraf_{next(_numbers)}"
    yield Database("postgresql", cluster.create(name))
    cluster.drop(name)


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """A store on a fresh database, once of each kind."""
    opened = Store(database.url)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def sqlite_store(sqlite_database: Database) -> Iterator[Store]:
    """A store on SQLite only, for tests to which the database is all one."""
    opened = Store(sqlite_database.url)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="session")
def statements() -> Counting:
    """`with statements(store) as sent:` gathers every statement sent, BEGIN and COMMIT apart."""

    @contextmanager
    def counting(store: Store) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        event.listen(store.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(store.engine, "before_cursor_execute", note)

    return counting


# --- a whole office ------------------------------------------------------------------------------


def _furnish(url: str, folder: Path) -> None:
    from offices import furnish, open_office

    office = open_office(url, folder)
    furnish(office)
    office.store.close()


@pytest.fixture(scope="session")
def furnished_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    path = folder / "paraf.sqlite3"
    shutil.copyfile(sqlite_template, path)
    _furnish(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def furnished_postgresql(
    cluster: Cluster, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    _furnish(cluster.create("paraf_with_routes", postgresql_template), tmp_path_factory.mktemp("furnished"))
    return "paraf_with_routes"


@pytest.fixture(params=DATABASES)
def furnished(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the sample organisation and every route published, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "paraf.sqlite3"
        shutil.copyfile(request.getfixturevalue("furnished_sqlite"), path)
        yield Database("sqlite", f"sqlite:///{path}")
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    template: str = request.getfixturevalue("furnished_postgresql")
    name = f"paraf_{next(_numbers)}"
    yield Database("postgresql", cluster.create(name, template))
    cluster.drop(name)


@pytest.fixture
def office(furnished: Database, tmp_path: Path) -> Iterator[Office]:
    """The office on it, with a clock that stands at a Monday noon; see `offices.py`."""
    from offices import open_office

    opened = open_office(furnished.url, tmp_path)
    try:
        yield opened
    finally:
        opened.store.close()
