"""An operator starts the server: it serves on both databases, logs lines, and stops when told."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from databases import Database
from operations.calling import environment, serving
from paraf.config import Settings
from paraf.entrypoints import gunicorn_conf


def test_a_server_answers_logs_and_stops_cleanly(database: Database, tmp_path: Path) -> None:
    settings = environment(data_dir=tmp_path, database_url=database.url, mode="sample")
    with serving(settings) as served:
        health = httpx.get(f"{served.address}/healthz")
        page = httpx.get(f"{served.address}/", follow_redirects=True)
        stranger = httpx.get(f"{served.address}/", headers={"Host": "evil.example"})
    assert health.status_code == 200
    assert page.status_code == 200 and 'lang="id"' in page.text
    assert stranger.status_code == 400
    assert served.process.returncode == 0
    lines = [json.loads(line) for line in served.log.splitlines() if line.startswith("{")]
    assert {line["route"] for line in lines if line["message"] == "request"} - {None}
    assert "Traceback" not in served.log and "evil.example" not in served.log


def test_production_needs_no_sample_and_shows_none(sqlite_database: Database, tmp_path: Path) -> None:
    settings = environment(data_dir=tmp_path, database_url=sqlite_database.url)
    with serving(settings) as served:
        page = httpx.get(f"{served.address}/", follow_redirects=True).text
    assert "paraf-contoh" not in page and "paraf-contoh" not in served.log


def test_the_client_address_is_taken_from_nobody() -> None:
    options = gunicorn_conf.options(Settings())
    assert options["forwarded_allow_ips"] == "" and options["secure_scheme_headers"] == {}


@pytest.mark.parametrize(("url", "processes"), [("", 1), ("postgresql://paraf@db/paraf", 2)])
def test_sqlite_gets_one_process_postgresql_two(url: str, processes: int) -> None:
    options = gunicorn_conf.options(Settings(database_url=url))  # type: ignore[arg-type]
    assert (options["workers"], options["worker_class"]) == (processes, "gthread")
