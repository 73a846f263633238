"""The life of a route is proved: begun late for old databases, and every change underneath is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cast import PROCESS_OWNER, PUBLISHER
from databases import Database
from offices import on_stage, open_office
from paraf.usecases import draft_route, publish_draft, route_life
from paraf.usecases.office import Office
from paraf.usecases.publish_draft import Wish
from web_service import PASSWORD, password_hash

KEY = "sop_mikro_eselon1"


def opened(url: str, folder: Path) -> Iterator[Office]:
    """An office whose publisher has a password."""
    office = open_office(url, folder)
    with office.store.write() as uow:
        account = uow.people.by_login(PUBLISHER.login)
        assert account is not None
        uow.people.update(account.id, password_hash=password_hash(), must_change_password=0)
    yield office
    office.store.close()


@pytest.fixture
def either_office(furnished: Database, tmp_path: Path) -> Iterator[Office]:
    yield from opened(furnished.url, tmp_path)


@pytest.fixture
def office(furnished_sqlite: Path, tmp_path: Path) -> Iterator[Office]:
    """On a file that a stranger may open."""
    path = tmp_path / "paraf.sqlite3"
    shutil.copyfile(furnished_sqlite, path)
    yield from opened(f"sqlite:///{path}", tmp_path)


def publish_change(office: Office) -> None:
    owner = on_stage(office, PROCESS_OWNER)
    draft = draft_route.create(office, owner, KEY)
    bpmn = draft["bpmn"].replace("Tanda tangani", "Bubuhkan tanda tangan", 1).encode()
    saved = draft_route.save(office, owner, draft["id"], 1, bpmn)
    wish = Wish(saved["revision"], "Perbaikan istilah.")
    publish_draft.publish_draft(office, on_stage(office, PUBLISHER), draft["id"], wish, PASSWORD, "::1")


def verdict(office: Office) -> tuple[int, str] | None:
    with office.store.snapshot() as uow:
        fault = route_life.verify(uow, KEY)
    return None if fault is None else (fault.seq, fault.reason)


def without_life(office: Office) -> None:
    """The database as it was before lives were kept."""
    with sqlite3.connect(str(office.store.url.database)) as stranger:
        for trigger in ("route_event_no_update", "route_event_no_delete", "route_event_no_replace"):
            stranger.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        stranger.execute("DELETE FROM route_event")
        stranger.execute("DELETE FROM route")
    stranger.close()


def test_versions_older_than_the_life_are_named_by_its_first_fact(office: Office) -> None:
    without_life(office)
    assert verdict(office) is None
    publish_change(office)
    with office.store.snapshot() as uow:
        events = [entry.event() for entry in uow.route_life.read(KEY)]
    assert [one["type"] for one in events] == ["route.adopted", "route.published"]
    assert [one["version"] for one in events[0]["data"]["versions"]] == [1]
    assert verdict(office) is None
    without_life(office)
    assert verdict(office) == (1, "A version is kept that no fact tells of.")


def test_a_whole_life_holds_on_either_database(either_office: Office) -> None:
    publish_change(either_office)
    assert verdict(either_office) is None


OF_NEWEST = "(SELECT sha256 FROM route_version WHERE version = 2)"
COLUMNS = "sha256, manifest_sha256, name, effective_from, published_at, published_by, note, way, of_version"
TAMPERED = {
    "a fact rewritten": (
        "route_event",
        ["UPDATE route_event SET body = replace(body, '\"version\":2', '\"version\":3') WHERE seq = 2"],
        2,
    ),
    "the newest fact cut": ("route_event", ["DELETE FROM route_event WHERE seq = 2"], 2),
    "facts swapped": (
        "route_event",
        [
            f"UPDATE route_event SET seq = seq + 10 WHERE route_key = '{KEY}'",
            f"UPDATE route_event SET seq = 13 - seq WHERE route_key = '{KEY}'",
        ],
        1,
    ),
    "a version dated back": (
        "route_version",
        ["UPDATE route_version SET effective_from = '2020' WHERE version = 2"],
        2,
    ),
    "a version dropped": ("route_version", ["DELETE FROM route_version WHERE version = 2"], 2),
    "a version slipped in": (
        "route_version",
        [
            f"INSERT INTO route_version (route_key, version, {COLUMNS})"
            f" SELECT route_key, 9, {COLUMNS} FROM route_version WHERE version = 2"
        ],
        2,
    ),
    "another publisher": (
        "route_version",
        ["UPDATE route_version SET published_by = 'x' WHERE version = 2"],
        2,
    ),
    "a route file changed": (
        "artifact",
        [f"UPDATE artifact SET content = CAST(content || ' ' AS BLOB) WHERE sha256 IN {OF_NEWEST}"],
        2,
    ),
    "the note changed": ("", ["UPDATE opening SET value = '\"Lain.\"' WHERE instance_id LIKE 'route:%'"], 2),
    "the note gone": ("", ["DELETE FROM opening WHERE instance_id LIKE 'route:%'"], 2),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_is_changed_underneath_is_named(office: Office, what: str) -> None:
    publish_change(office)
    table, statements, seq = TAMPERED[what]
    with sqlite3.connect(str(office.store.url.database)) as stranger:
        for trigger in ("no_update", "no_delete", "no_replace") if table else ():
            stranger.execute(f"DROP TRIGGER IF EXISTS {table}_{trigger}")
        for statement in statements:
            assert stranger.execute(statement).rowcount > 0
    stranger.close()
    found = verdict(office)
    assert found is not None and found[0] == seq, (what, found)


def test_the_facts_are_served_as_they_are_hashed(office: Office) -> None:
    publish_change(office)
    with office.store.snapshot() as uow:
        for entry in uow.route_life.read(KEY):
            assert json.loads(entry.body) == {k: v for k, v in entry.event().items() if k != "hash"}
