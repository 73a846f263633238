"""An office with the sample organisation, on both databases, and a clock that the test sets."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from cast import SAMPLE
from databases import Database
from organisation_stage import Clock, found_by_token
from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.domain.organisation import Actor
from paraf.usecases.load_organisation import load
from paraf.usecases.office import Office


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(database: Database, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office on an empty database, once of each kind."""
    settings = Settings(database_url=SecretStr(database.url), data_dir=tmp_path)
    built = build_office(settings, clock)
    try:
        yield built
    finally:
        built.store.close()


@pytest.fixture
def loaded(office: Office) -> Office:
    """The office after the sample organisation was loaded."""
    load(office, SAMPLE)
    return office


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """An SQLite file with the sample organisation, to be copied."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "paraf.sqlite3"
    shutil.copyfile(sqlite_template, path)
    built = build_office(Settings(database_url=SecretStr(f"sqlite:///{path}"), data_dir=folder), Clock())
    load(built, SAMPLE)
    built.store.close()
    return path


@pytest.fixture
def sample(sample_database: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office with the sample organisation on SQLite only: for refusals, to which the database is
    all one."""
    path = tmp_path / "paraf.sqlite3"
    shutil.copyfile(sample_database, path)
    built = build_office(Settings(database_url=SecretStr(f"sqlite:///{path}"), data_dir=tmp_path), clock)
    try:
        yield built
    finally:
        built.store.close()


@pytest.fixture
def actor_of(office: Office) -> Callable[[str], Actor]:
    """The person of a login as a request finds him, by a token of his."""
    return functools.partial(found_by_token, office)
