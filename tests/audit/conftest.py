"""An archive of cases for auditors: finished, running, returned, withdrawn, decided by acting officials.

It is made once on each database and only read; who writes takes a service of his own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from acceptance.conftest import furnished_postgresql, furnished_sqlite
from cluster import Cluster
from conftest import DATABASES
from databases import Database
from paraf.usecases import demo
from stage import Case, Stage
from web_service import Service, either_service, serve, service, serving

__all__ = [
    "either_service",
    "furnished_postgresql",
    "furnished_sqlite",
    "service",
    "serving",
]


@dataclass
class Archive:
    """The stage with its cases by title, and every history read once."""

    stage: Stage
    cases: dict[str, Case] = field(default_factory=dict)
    histories: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def find(self, login: str = "auditor.itjen", **asked: Any) -> list[dict[str, Any]]:
        """Every found case, page by page of two."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            query = urlencode({**asked, "limit": 2})
            page = self.stage.person(login).get(f"/audit/cases?{query}{cursor}").ok()
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def titles(self, **asked: Any) -> list[str]:
        return [one["title"] for one in self.find(**asked)]

    def person_id(self, login: str) -> str:
        with self.stage.office.store.read() as uow:
            people = self.stage.office.organisation(uow).people
        return next(person.id for person in people.values() if person.login == login)


def fill(stage: Stage) -> Archive:
    """Five cases on the stage, a day between one and the next."""
    archive = Archive(stage)

    def opened(login: str, unit: str, title: str) -> Case:
        stage.clock.move(days=1)
        case = archive.cases[title] = stage.propose(login, unit, title=title)
        return case

    opened("staf.afrika", "DIT-AFRIKA", "Alfa").carry_to("end")
    # Plh. Kepala Biro Umum hands on; Biro PO sends it back
    bravo = opened("staf.umum", "BUM", "Bravo").carry_to("submit_usulan")
    stage.clock.move(hours=5)
    bravo.act("submit_usulan", by="karo.keuangan")
    bravo.carry_to("record_hardcopy")
    stage.clock.move(days=1)
    bravo.act("record_hardcopy", "return", comment="Halaman terakhir tidak ada.")
    # Plt. Direktur Amerika II writes himself, and nothing more happens
    charlie = opened("staf.amerika2", "DIT-AMERIKA-II", "Charlie")
    charlie.write()
    delta = opened("staf.afrika", "DIT-AFRIKA", "Delta").carry_to("submit_usulan")
    head = stage.person("dirjen.aspasaf")
    head.post(f"/proposals/{delta.proposal_id}/withdraw", {"reason": "Ditunda."}).ok()
    echo = opened("staf.keuangan", "BKEU", "Echo").carry_to("submit_usulan")
    stage.clock.move(days=2)
    echo.act("submit_usulan", "return", comment="Perbaiki bagian d.")
    echo.carry_to("review_naskah_konsep")
    for title, case in archive.cases.items():
        archive.histories[title] = case.events()
    return archive


@pytest.fixture(scope="session")
def sqlite_archive(furnished_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("archive")
    shutil.copyfile(furnished_sqlite, folder / "paraf.sqlite3")
    stage = Stage(f"sqlite:///{folder / 'paraf.sqlite3'}", folder)
    yield fill(stage)
    stage.close()


@pytest.fixture(scope="session")
def postgresql_archive(
    cluster: Cluster, furnished_postgresql: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    stage = Stage(
        cluster.create("paraf_archive", furnished_postgresql), tmp_path_factory.mktemp("archive_pg")
    )
    yield fill(stage)
    stage.close()
    cluster.drop("paraf_archive")


@pytest.fixture(params=DATABASES)
def archive(request: pytest.FixtureRequest) -> Archive:
    """The archive, once on each database."""
    found: Archive = request.getfixturevalue(f"{request.param}_archive")
    return found


def carried(service: Service) -> str:
    """A case carried to its end; its id."""
    assert demo.carry(service.office, demo.STORIES[0], lambda _: None)
    with service.office.store.read() as uow:
        (case_id,) = uow.cases.all_ids()
    return case_id


@pytest.fixture(scope="session")
def finished(
    furnished_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, str]]:
    """A finished case on a service of its own, only read; and the id of the case."""
    folder = tmp_path_factory.mktemp("finished")
    shutil.copyfile(furnished_sqlite, folder / "paraf.sqlite3")
    running = serve(Database("sqlite", f"sqlite:///{folder / 'paraf.sqlite3'}"), folder)
    yield running, carried(running)
    running.office.store.close()


def decided(events: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The decisions of a history."""
    return [event for event in events if event["type"] == "task.decided"]
