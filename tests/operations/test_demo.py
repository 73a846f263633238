"""The demonstration: one proposal along every primary route, by the right persons, proved at the end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from databases import Database
from paraf.config import Settings
from paraf.entrypoints.sample import demonstrate, working
from paraf.errors import Misconfigured
from paraf.usecases.accounts import add_person
from paraf.usecases.demo import STORIES


def test_every_primary_route_is_travelled_to_its_end(database: Database, tmp_path: Path) -> None:
    told: list[str] = []
    settings = Settings(data_dir=tmp_path, database_url=database.url, mode="sample")  # type: ignore[arg-type]
    arrived = demonstrate(settings, told.append)
    text = "\n".join(told)
    assert arrived, text
    for story in STORIES:
        assert f"== {story.route_key}: {story.title}" in text
    assert (
        len(re.findall("berakhir pada “set”, \\d+ fakta, riwayat utuh dan telah dijalankan ulang", text)) == 6
    )
    assert text.endswith("6 dari 6 alur ditempuh sampai akhir.")


def test_in_production_the_demonstration_takes_an_empty_database_only(
    sqlite_database: Database, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_database.url)  # type: ignore[arg-type]
    with working(settings) as office:
        add_person(office, None, "admin.satu", "Admin Satu", system_roles=["administrator"])
    with pytest.raises(Misconfigured):
        demonstrate(settings, lambda line: None)
