"""Two at one moment, and an interruption anywhere: one winner, one told why, and what is in force stays.

TEST_PUBLISHERS sets how often two publishers meet (30 before a release).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from at_once import at_once, refusals
from cast import PROCESS_OWNER, PUBLISHER, SECOND_PUBLISHER, STAF_AFRIKA, Player
from databases import Database
from offices import on_stage, open_office
from paraf.domain.facts import digest
from paraf.domain.route_choice import CHOOSE_ROUTE
from paraf.errors import ParafError, Stale, VersionChanged
from paraf.usecases import draft_findings, draft_route, publish_draft, route_life
from paraf.usecases.office import Office
from paraf.usecases.propose import propose
from paraf.usecases.publish_draft import Wish
from paraf.usecases.route_findings import report
from paraf.usecases.shared_tables import in_force
from web_service import PASSWORD, password_hash

KEY = "sop_mikro_eselon1"
MEETINGS = int(os.environ.get("TEST_PUBLISHERS", "3"))
CASES = 3


class Interrupted(Exception):
    """The machine stops here."""


@pytest.fixture
def office(furnished: Database, tmp_path: Path) -> Iterator[Office]:
    """The office, with passwords for both publishers."""
    opened = open_office(furnished.url, tmp_path)
    with opened.store.write() as uow:
        for player in (PUBLISHER, SECOND_PUBLISHER):
            account = uow.people.by_login(player.login)
            assert account is not None
            uow.people.update(account.id, password_hash=password_hash(), must_change_password=0)
    yield opened
    opened.store.close()


def drawn(office: Office, words: str, key: str = KEY, remark: str = "") -> dict[str, Any]:
    """A draft with one label changed, and a remark of the table of all routes if one is given."""
    owner = on_stage(office, PROCESS_OWNER)
    draft = draft_route.create(office, owner, key)
    bpmn = draft["bpmn"].replace("Tanda tangani", words, 1).encode()
    tables = dict(draft["tables"])
    if remark:
        tables[CHOOSE_ROUTE] = tables[CHOOSE_ROUTE].replace("Tiga Pusat", remark, 1)
    saved = draft_route.save(office, owner, draft["id"], draft["revision"], bpmn, tables=tables)
    return draft | {"revision": saved["revision"], "tables": tables}


def publish(office: Office, draft: dict[str, Any], by: Player, after: int) -> dict[str, Any]:
    wish = Wish(draft["revision"], "Perbaikan istilah.", after=after)
    return publish_draft.publish_draft(office, on_stage(office, by), draft["id"], wish, PASSWORD, "192.0.2.1")


def versions(office: Office) -> list[int]:
    with office.store.snapshot() as uow:
        assert route_life.verify(uow, KEY) is None
        kept = sorted(row.version for row in uow.routes.versions(KEY))
        assert len(uow.route_life.read(KEY)) == len(kept)
    return kept


def test_of_two_publishers_of_one_draft_one_is_told(office: Office) -> None:
    for meeting in range(MEETINGS):
        draft = drawn(office, f"Bubuhkan tanda tangan {meeting}")
        results = at_once(
            lambda draft=draft, after=meeting + 1: publish(office, draft, PUBLISHER, after),
            lambda draft=draft, after=meeting + 1: publish(office, draft, SECOND_PUBLISHER, after),
        )
        winners = [one for one in results if isinstance(one, dict)]
        losers = [one for one in results if isinstance(one, ParafError)]
        assert [one["version"] for one in winners] == [meeting + 2] and len(losers) == 1, results
        assert isinstance(losers[0], Stale) and losers[0].present == {
            "state": "published",
            "version": meeting + 2,
        }
        assert versions(office) == list(range(1, meeting + 3))


def test_of_two_drafts_of_one_route_one_is_published_and_nobody_is_lost(office: Office) -> None:
    """While cases go on: they stay on the version they began with."""
    staff = on_stage(office, STAF_AFRIKA)
    header = {"title": "Rapat", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}
    running = [propose(office, staff, header) for _ in range(CASES)]
    for meeting in range(MEETINGS):
        first, second = drawn(office, f"Satu {meeting}"), drawn(office, f"Dua {meeting}")
        results = at_once(
            lambda draft=first, after=meeting + 1: publish(office, draft, PUBLISHER, after),
            lambda draft=second, after=meeting + 1: publish(office, draft, SECOND_PUBLISHER, after),
            lambda: propose(office, staff, header),
        )
        outcomes = sorted(type(one).__name__ for one in results[:2])
        assert outcomes == ["VersionChanged", "dict"], results
        told = next(one for one in results if isinstance(one, VersionChanged))
        assert told.present == {"version": meeting + 2}
        assert results[2]["route_version"] in (meeting + 1, meeting + 2)
        assert versions(office) == list(range(1, meeting + 3))
    with office.store.read() as uow:
        for case in running:
            row = uow.cases.by_id(case["instance_id"])
            assert row is not None and row.route_version == 1


@pytest.mark.parametrize("both", [True, False], ids=["both change the table", "one changes it"])
def test_two_publishers_of_different_routes_meet_at_the_table_of_all_routes(
    office: Office, monkeypatch: pytest.MonkeyPatch, both: bool
) -> None:
    """Each has read which table rules before the other is done: the second waits, and is told; or takes
    the table that the first brought."""
    line, read, keep = threading.Barrier(2), threading.Event(), publish_draft.keep_draft

    def keep_and_wait(*given: Any) -> tuple[str, str]:
        kept = keep(*given)
        read.set()
        with suppress(threading.BrokenBarrierError):
            line.wait(0.7)
        return kept

    def publish_after() -> dict[str, Any]:
        assert read.wait(10)
        return publish(office, second, SECOND_PUBLISHER, 1)

    monkeypatch.setattr(publish_draft, "keep_draft", keep_and_wait)
    monkeypatch.setattr(publish_draft, "confirm_password", lambda *_: None)
    first = drawn(office, "Satu", "sop_mikro_setjen", "Ketiga Pusat")
    second = drawn(office, "Dua", remark="Semua Pusat" if both else "")
    results = at_once(lambda: publish(office, first, PUBLISHER, 1), publish_after)
    assert isinstance(results[0], dict), results
    refused = refusals(results)
    assert len(refused) == both, results
    assert all(isinstance(one, VersionChanged) and one.values["name"] == CHOOSE_ROUTE for one in refused)
    with office.store.read() as uow:
        ruling = in_force(uow, office.now())[CHOOSE_ROUTE]
    assert ruling == digest(first["tables"][CHOOSE_ROUTE].encode())


def test_of_two_savers_one_is_told_and_nothing_is_overwritten(office: Office) -> None:
    owner = on_stage(office, PROCESS_OWNER)
    draft = draft_route.create(office, owner, KEY)
    for revision in range(1, MEETINGS + 1):
        results = at_once(
            lambda seen=revision: draft_route.save(office, owner, draft["id"], seen, b"<satu/>%d" % seen),
            lambda seen=revision: draft_route.save(office, owner, draft["id"], seen, b"<dua/>%d" % seen),
        )
        assert sorted(type(one).__name__ for one in results) == ["Stale", "dict"], results
        now = draft_route.read(office, owner, draft["id"])
        won = "satu" if isinstance(results[0], dict) else "dua"
        assert now["revision"] == revision + 1 and now["bpmn"] == f"<{won}/>{revision}"


@contextmanager
def interrupted(office: Office, at: int) -> Iterator[list[str]]:
    """Statement number `at` of this block is the last; later ones are counted only."""
    seen: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "SELECT", "DELETE", "WITH")):
            seen.append(statement)
            if len(seen) == at:
                raise Interrupted(statement)

    event.listen(office.store.engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(office.store.engine, "before_cursor_execute", count)


def test_a_publication_interrupted_at_any_statement_leaves_the_old_version(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_draft, "confirm_password", lambda *_: None)
    draft = drawn(office, "Bubuhkan tanda tangan")
    with office.store.read() as uow:
        row = uow.drafts.one(draft["id"])
    assert row is not None
    with office.store.read() as uow:
        found = report(draft_findings.question_of(office, uow, row))
    monkeypatch.setattr(publish_draft, "report", lambda asked: found)
    for at in range(1, 500):
        with interrupted(office, at) as seen:
            try:
                published = publish(office, draft, PUBLISHER, 1)
                break
            except Interrupted:
                pass
        assert versions(office) == [1], seen[-1]
        with office.store.read() as uow:
            effective = uow.routes.effective_version(KEY, office.now())
            row = uow.drafts.one(draft["id"])
        assert effective is not None and effective.version == 1
        assert row is not None and (row.state, row.revision) == ("open", draft["revision"])
    assert sum(statement.startswith(("INSERT", "UPDATE")) for statement in seen) >= 6 and at > 20
    assert published["version"] == 2 and versions(office) == [1, 2]
