"""Somebody writes to the file or the server directly, past every guard: the proof answers all the same.

One damaged case hides no other; files on the disk are read; erased words are no fault; and whatever
stands in the database, the answer is a fault with a sentence and never an error.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from paraf.domain.facts import Entry, canonical_text, check_openings, digest
from paraf.usecases import erase_person, verify_contents
from paraf.usecases.verify import verify_all, verify_case
from stage import Stage, furnish
from verification.conftest import Archive


@pytest.fixture
def stage(sqlite_template: Path, tmp_path: Path) -> Iterator[Stage]:
    shutil.copyfile(sqlite_template, tmp_path / "paraf.sqlite3")
    furnish(f"sqlite:///{tmp_path / 'paraf.sqlite3'}", tmp_path)
    standing = Stage(f"sqlite:///{tmp_path / 'paraf.sqlite3'}", tmp_path)
    yield standing
    standing.close()


def behind(stage: Stage, *changes: str) -> None:
    """Any SQLite shell opens the file without our settings and authorizer."""
    connection = sqlite3.connect(stage.office.store.url.database or "")
    for change in changes:
        connection.execute(change)
    connection.commit()
    connection.close()


def test_one_damaged_draft_hides_no_other_case(stage: Stage) -> None:
    broken = stage.propose("staf.konsuler", "DIT-KONSULER").carry_to("submit_usulan")
    whole = stage.propose("staf.keuangan", "BKEU").carry_to("submit_usulan")
    behind(stage, f"UPDATE naskah SET body = '{{' WHERE proposal_id = '{broken.proposal_id}'")
    verdicts = {verdict.instance_id: verdict for verdict in verify_all(stage.office, rerun=True)}
    assert not verdicts[broken.id].intact and verdicts[whole.id].intact
    told = stage.person("karo.po").get(f"/instances/{broken.id}/verification").ok()
    assert told["first_fault"]["reason"] == (
        "Sebuah versi naskah tidak lagi mempunyai sidik digital yang disebut faktanya."
    )


def test_the_answer_names_what_differs_in_indonesian(stage: Stage) -> None:
    case = stage.propose("staf.konsuler", "DIT-KONSULER").carry_to("submit_usulan")
    behind(stage, f"UPDATE instance SET drafters = '[]' WHERE id = '{case.id}'")
    told = stage.person("karo.po").get(f"/instances/{case.id}/verification").ok()
    assert not told["intact"] and not told["rerun"]
    assert told["first_fault"]["reason"] == (
        "Kolom “drafters” pada berkas usulan tidak sama dengan riwayatnya."
    )


def test_files_on_the_disk_are_read_again(stage: Stage) -> None:
    case = stage.propose("staf.konsuler", "DIT-KONSULER").carry_to("submit_usulan")
    (softcopy,) = stage.person("staf.konsuler").get(f"/proposals/{case.proposal_id}").ok()["attachments"]
    (file,) = Path(stage.office.settings.data_dir).rglob(softcopy["sha256"])
    whole = file.read_bytes()
    file.chmod(0o600)
    for content in (b"swapped", b""):
        file.write_bytes(content)
        assert _reason(stage, case.id, rerun=True) == verify_contents.FILE
        assert _reason(stage, case.id, rerun=False) is None, "files are only read when asked for"
    file.unlink()
    assert _reason(stage, case.id, rerun=True) == verify_contents.FILE
    file.write_bytes(whole)
    assert _reason(stage, case.id, rerun=True) is None


def _reason(stage: Stage, case_id: str, rerun: bool) -> str | None:
    with stage.office.store.snapshot() as uow:
        fault = verify_case(stage.office, uow, case_id, rerun).fault
    return None if fault is None else fault.reason


def test_words_may_be_gone_once_their_author_is_erased(stage: Stage) -> None:
    """His title, comments and forms can no longer be read; the case still proves itself."""
    case = stage.propose("staf.konsuler", "DIT-KONSULER", title="Judul yang diketik").carry_to(
        "submit_usulan"
    )
    with stage.office.store.write() as uow:
        person = uow.people.by_login("staf.konsuler")
        assert person is not None
        uow.connection.execute(
            text("UPDATE appointment SET valid_to = '2026-11-23T00:00:00.000000Z' WHERE person_id = :id"),
            {"id": person.id},
        )
        uow.organisation.bump()
    assert erase_person.erase_person(stage.office, None, "staf.konsuler")["texts"] > 0
    assert _reason(stage, case.id, rerun=True) is None
    with stage.office.store.snapshot() as uow:
        openings = uow.history.openings(case.id)
        events = [entry.event() for entry in uow.history.read(case.id)]
        assert any(opening.value is None for opening in openings)
        fault = check_openings(events, openings, erased=frozenset())
        assert fault is not None, "without the erasure it would be a fault"


LIFTED = {
    True: (
        "DROP TRIGGER event_no_update",
        "CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
        " BEGIN SELECT RAISE(ABORT, 'event is never changed'); END",
    ),
    False: (
        "ALTER TABLE event DISABLE TRIGGER event_frozen",
        "ALTER TABLE event ENABLE ALWAYS TRIGGER event_frozen",
    ),
}
"""How the owner of an SQLite file (True) or a PostgreSQL table lifts the guard, and puts it back."""


def test_a_fact_changed_past_the_guards_is_named(archive: Archive) -> None:
    lift, restore = LIFTED[archive.stage.office.store.is_sqlite]
    case = archive.running
    owner = create_engine(archive.stage.office.store.url)
    with owner.begin() as raw:
        raw.exec_driver_sql(lift)
        (body,) = raw.execute(
            text("SELECT body FROM event WHERE instance_id = :id AND seq = 5"), {"id": case.id}
        ).one()
        _write(raw, case.id, body.replace('"seq":5', '"seq":5 '))
    assert _reason(archive.stage, case.id, rerun=False) == "The event does not match its hash."
    with owner.begin() as raw:
        _write(raw, case.id, body)
        raw.exec_driver_sql(restore)
    owner.dispose()
    assert _reason(archive.stage, case.id, rerun=True) is None


def _write(raw: Any, case_id: str, body: str) -> None:
    change = text("UPDATE event SET body = :body WHERE instance_id = :id AND seq = 5")
    raw.execute(change, {"body": body, "id": case_id})


def test_a_whole_chain_of_nonsense_is_a_fault_and_never_an_error(stage: Stage) -> None:
    """Somebody rewrote the history, its hashes and the head: what it says is still no case."""
    case = stage.propose("staf.konsuler", "DIT-KONSULER").carry_to("submit_usulan")
    with stage.office.store.snapshot() as uow:
        entries = uow.history.read(case.id)
    for nonsense in ({}, [], 7, {"position": None}):
        rewritten, head = [], "0" * 64
        for entry in entries:
            event = entry.event()
            event.pop("hash")
            if entry.seq > 1:
                event["data"] = nonsense
            body = canonical_text(event | {"prev_hash": head})
            head = digest(body.encode())
            rewritten.append(Entry(entry.seq, body, head))
        connection = sqlite3.connect(stage.office.store.url.database or "")
        connection.execute("DROP TRIGGER IF EXISTS event_no_update")
        connection.executemany(
            "UPDATE event SET body = ?, hash = ? WHERE instance_id = ? AND seq = ?",
            [(entry.body, entry.hash, case.id, entry.seq) for entry in rewritten],
        )
        connection.execute("UPDATE instance SET head = ? WHERE id = ?", (head, case.id))
        connection.commit()
        connection.close()
        assert _reason(stage, case.id, rerun=True) is not None
        told = stage.person("karo.po").get(f"/instances/{case.id}/verification").ok()
        assert told["first_fault"]["reason"]
