"""Somebody with rights on the database changes a row behind Paraf's back: the proof names what differs.

Each change is tried on a real case, on SQLite and on PostgreSQL, and nothing but that change.
"""

from __future__ import annotations

from typing import Any

import pytest

from paraf.usecases import verify_contents, verify_register, verify_rows
from verification.conftest import Archive

INSTANCE = "UPDATE instance SET {} WHERE id = :case"
PROPOSAL = "UPDATE proposal SET {} WHERE id = :proposal"
OPEN = "instance_id = :case AND state = 'open'"
REVIEW = "instance_id = :case AND element_id = 'review_naskah_konsep' AND visit = 1"
PAPER = "instance_id = :case AND kind = 'nota_dinas_persetujuan' AND act = 'tanda_tangan'"
COPY = "id = (SELECT min(id) FROM tembusan WHERE instance_id = :case AND read_at IS NOT NULL)"
FILE = "proposal_id = :proposal AND role = 'softcopy' AND removed_at IS NULL"
SOMEBODY = "(SELECT id FROM person WHERE login = 'menteri')"
OF_CASE = "task_id IN (SELECT id FROM task WHERE instance_id = :case)"

CASE_COLUMNS = {
    "number": "'U-1999-000001'",
    "unit_code": "'DIT-AFRIKA'",
    "state": "'completed'",
    "end_id": "'set'",
    "started_at": "'2020-01-01T00:00:00.000000Z'",
    "ended_at": "'2026-12-01T00:00:00.000000Z'",
    "pinned": "replace(pinned, 'eselon_ii_line', 'pusat')",
    "naskah_version": "1",
    "naskah_sha256": "'x'",
    "naskah_complete": "0",
    "handed_version": "1",
    "hardcopy_version": "1",
    "approved_sha256": "'x'",
    "ratified_sha256": "NULL",
    "review_round": "7",
    "drafters": "'[]'",
    "reviewers": "'not json'",
    "route_version": "99",
    "route_key": "'sop_teknis'",
}
PROPOSAL_COLUMNS = {
    "title": "'Judul lain'",
    "sop_kind": "'makro'",
    "request_kind": "'change'",
    "unit_code": "'DIT-AFRIKA'",
    "sop_in_force": "'x'",
    "created_by": "'x'",
    "created_at": "'2020'",
}
TASK_COLUMNS = {
    "item": "'DIT-AFRIKA'",
    "closer": "1",
    "role": "'menteri'",
    "positions": """'["DIT-AFRIKA.staf"]'""",
    "state": "'open'",
    "assignee": SOMEBODY,
    "assignee_position": "'KEMLU.pimpinan'",
    "opened_at": "'2020'",
    "opened_seq": "1",
    "due_at": "'2020'",
    "seq": "100000",
    "closed_at": "'2020'",
    "outcome": "'return'",
    "decided_by": SOMEBODY,
    "capacity": "'plh'",
}
PAPER_COLUMNS = {
    "number": "'PALSU/1'",
    "sha256": "(SELECT sha256 FROM document WHERE instance_id = :other ORDER BY seq LIMIT 1)",
    "element_id": "'x'",
    "visit": "9",
    "seq": "1",
    "made_at": "'2020'",
    "data": "replace(data, 'a', 'b')",
}
SOP_COLUMNS = {
    "number": "'PALSU'",
    "title": "'Lain'",
    "sop_kind": "'mikro'",
    "unit_code": "'DIT-AFRIKA'",
    "status": "'superseded'",
    "instrument_kind": "'keputusan_sekjen'",
    "instrument_number": "'PALSU'",
    "set_at": "'2020'",
    "effective_from": "'2020'",
    "ended_at": "'2020'",
    "owner_unit": "'DIT-AFRIKA'",
    "supersedes": "NULL",
    "naskah_sha256": "'x'",
    "parties": "'[]'",
}


def says(msgid: str, **values: Any) -> str:
    return msgid.format(**values)


@pytest.mark.parametrize("column", CASE_COLUMNS)
def test_a_column_of_the_case(archive: Archive, column: str) -> None:
    verdict = archive.after(archive.running, INSTANCE.format(f"{column} = {CASE_COLUMNS[column]}"))
    assert archive.says(verdict) == says(verify_rows.CASE, column=column)


@pytest.mark.parametrize("column", PROPOSAL_COLUMNS)
def test_a_column_of_the_proposal(archive: Archive, column: str) -> None:
    verdict = archive.after(archive.running, PROPOSAL.format(f"{column} = {PROPOSAL_COLUMNS[column]}"))
    assert archive.says(verdict) == says(verify_rows.PROPOSAL, column=column)
    assert verdict.fault is not None and verdict.fault.seq == 1


@pytest.mark.parametrize("column", TASK_COLUMNS)
def test_a_column_of_a_task(archive: Archive, column: str) -> None:
    change = f"UPDATE task SET {column} = {TASK_COLUMNS[column]} WHERE {REVIEW}"
    verdict = archive.after(archive.running, change)
    assert archive.says(verdict) == says(verify_rows.TASK, step="Reviu naskah konsep (1)", column=column)


@pytest.mark.parametrize("column", ["positions", "state", "assignee", "due_at", "outcome", "seq"])
def test_a_column_of_an_open_task(archive: Archive, column: str) -> None:
    value = "'closed'" if column == "state" else "1" if column == "seq" else TASK_COLUMNS[column]
    verdict = archive.after(archive.running, f"UPDATE task SET {column} = {value} WHERE {OPEN}")
    assert verdict.fault is not None and verdict.fault.reason == verify_rows.TASK
    assert verdict.fault.values["column"] == column


@pytest.mark.parametrize("column", PAPER_COLUMNS)
def test_a_column_of_a_paper(archive: Archive, column: str) -> None:
    verdict = archive.after(
        archive.running, f"UPDATE document SET {column} = {PAPER_COLUMNS[column]} WHERE {PAPER}"
    )
    assert verdict.fault is not None and verdict.fault.reason == verify_rows.PAPER
    assert verdict.fault.values["column"] == column


@pytest.mark.parametrize("column", ["kind", "act"])
def test_a_paper_that_pretends_to_be_another(archive: Archive, column: str) -> None:
    verdict = archive.after(archive.running, f"UPDATE document SET {column} = 'penetapan' WHERE {PAPER}")
    assert verdict.fault is not None and verdict.fault.reason == verify_rows.NO_PAPER


@pytest.mark.parametrize("column", SOP_COLUMNS)
def test_a_column_of_the_register(archive: Archive, column: str) -> None:
    change = f"UPDATE sop SET {column} = {SOP_COLUMNS[column]} WHERE instance_id = :case"
    verdict = archive.after(archive.done, change)
    assert archive.says(verdict) == says(verify_register.SOP, column=column)


ROWS: dict[str, tuple[tuple[str, ...], str]] = {
    "an open task gone with its place in the lists": (
        (
            f"DELETE FROM inbox WHERE task_id IN (SELECT id FROM task WHERE {OPEN})",
            f"DELETE FROM task WHERE {OPEN}",
        ),
        verify_rows.NO_TASK,
    ),
    "a decided task gone": ((f"DELETE FROM task WHERE {REVIEW}",), verify_rows.NO_TASK),
    "a task nobody opened": (
        (
            "INSERT INTO task SELECT 'made-up', instance_id, element_id, 9, item, closer, role, positions,"
            " state, assignee, assignee_position, opened_at, opened_seq, due_at, seq, closed_at, outcome,"
            f" decided_by, capacity FROM task WHERE {REVIEW}",
        ),
        verify_rows.MORE_TASK,
    ),
    "a place in a task list gone": ((f"DELETE FROM inbox WHERE {OF_CASE}",), verify_rows.NO_OFFER),
    "a task list that says somebody else holds it": (
        (f"UPDATE inbox SET assignee = {SOMEBODY} WHERE {OF_CASE}",),
        verify_rows.NO_OFFER,
    ),
    "a place in a stranger's task list": (
        (
            "INSERT INTO inbox SELECT 'DIT-AFRIKA.staf', due_at, task_id, assignee FROM inbox"
            f" WHERE {OF_CASE}",
        ),
        verify_rows.MORE_OFFER,
    ),
    "a signed paper gone": ((f"DELETE FROM document WHERE {PAPER}",), verify_rows.NO_PAPER),
    "a paper too many": (
        (
            "INSERT INTO document SELECT 'made-up', instance_id, kind, 9, act, sha256, number, element_id,"
            f" visit, seq, made_at, data FROM document WHERE {PAPER}",
        ),
        verify_rows.MORE_PAPER,
    ),
    "a copy gone": ((f"DELETE FROM tembusan WHERE {COPY}",), verify_rows.NO_COPY),
    "a copy to somebody else": (
        (f"UPDATE tembusan SET position_id = 'DIT-AFRIKA.staf' WHERE {COPY}",),
        verify_rows.NO_COPY,
    ),
    "a copy of another kind": ((f"UPDATE tembusan SET kind = 'notula' WHERE {COPY}",), verify_rows.NO_COPY),
    "a copy of another paper": ((f"UPDATE tembusan SET sha256 = 'x' WHERE {COPY}",), verify_rows.NO_COPY),
    "a copy that became a delivery": (
        (f"UPDATE tembusan SET way = 'delivered' WHERE {COPY}",),
        verify_rows.NO_COPY,
    ),
    "a copy too many": (
        (
            "INSERT INTO tembusan SELECT 'made-up', instance_id, kind, sha256, position_id, sent_at, NULL,"
            f" NULL, NULL, way FROM tembusan WHERE {COPY}",
        ),
        verify_rows.MORE_COPY,
    ),
    "a copy unread again": (
        (f"UPDATE tembusan SET read_at = NULL, read_by = NULL, read_position = NULL WHERE {COPY}",),
        verify_rows.READING,
    ),
    "a copy read by somebody else": (
        (f"UPDATE tembusan SET read_by = {SOMEBODY} WHERE {COPY}",),
        verify_rows.READING,
    ),
    "an attachment gone": ((f"DELETE FROM attachment WHERE {FILE}",), verify_rows.NO_FILE),
    "an attachment taken off": (
        (f"UPDATE attachment SET removed_at = '2026' WHERE {FILE}",),
        verify_rows.NO_FILE,
    ),
    "an attachment of another digest": (
        (f"UPDATE attachment SET sha256 = '{'0' * 64}' WHERE {FILE}",),
        verify_rows.NO_FILE,
    ),
    "an attachment in another role": (
        (f"UPDATE attachment SET role = 'supporting' WHERE {FILE}",),
        verify_rows.NO_FILE,
    ),
    "an attachment by somebody else": (
        (f"UPDATE attachment SET added_by = {SOMEBODY} WHERE {FILE}",),
        verify_rows.NO_FILE,
    ),
    "an attachment put back": (
        ("UPDATE attachment SET removed_at = NULL WHERE proposal_id = :proposal AND removed_at IS NOT NULL",),
        verify_rows.NO_FILE,
    ),
    "an attachment too many": (
        (
            "INSERT INTO attachment SELECT 'made-up', proposal_id, 'supporting', sha256, size, media_type,"
            f" filename, added_by, added_at, from_version, removed_at FROM attachment WHERE {FILE}",
        ),
        verify_rows.MORE_FILE,
    ),
    "a version of the draft too many": (
        (
            "INSERT INTO naskah SELECT proposal_id, 9, sha256, body, saved_by, saved_at FROM naskah"
            " WHERE proposal_id = :proposal AND version = 1",
        ),
        verify_rows.MORE_DRAFT,
    ),
    "a version of the draft gone": (
        ("DELETE FROM naskah WHERE proposal_id = :proposal AND version = 1",),
        verify_contents.DRAFT,
    ),
    "another text in the draft": (
        ("UPDATE naskah SET body = replace(body, 'a', 'e') WHERE proposal_id = :proposal",),
        verify_contents.DRAFT,
    ),
    "words nulled though nobody was erased": (
        ("UPDATE opening SET salt = NULL, value = NULL WHERE instance_id = :case",),
        "Words are gone although their author was not erased.",
    ),
    "other words": (
        ("UPDATE opening SET value = '\"x\"' WHERE instance_id = :case AND path = 'data.title'",),
        "The words kept with the event are not those it commits to.",
    ),
    "words gone": (
        ("DELETE FROM opening WHERE instance_id = :case",),
        "The words kept with the event are not complete.",
    ),
    "somebody else's words": (
        (f"UPDATE opening SET person_id = {SOMEBODY} WHERE instance_id = :case",),
        "The words of the event are kept as those of somebody else.",
    ),
    "words of an event that never was": (
        (
            "INSERT INTO opening SELECT instance_id, 9999, path, person_id, salt, value FROM opening"
            " WHERE instance_id = :case AND path = 'data.title'",
        ),
        "Words are kept with an event that is not there.",
    ),
    "a case row that names an earlier fact": (
        (INSTANCE.format("seq = seq - 1"),),
        "The newest fact is not the one the case row names.",
    ),
}


@pytest.mark.parametrize("change", ROWS)
def test_a_row(archive: Archive, change: str) -> None:
    statements, reason = ROWS[change]
    verdict = archive.after(archive.running, *statements)
    assert verdict.fault is not None, "the change went unnoticed"
    assert verdict.fault.reason == reason, verdict.fault


@pytest.mark.parametrize("column", ["saved_by", "saved_at", "sha256"])
def test_a_column_of_a_version_of_the_draft(archive: Archive, column: str) -> None:
    change = f"UPDATE naskah SET {column} = 'x' WHERE proposal_id = :proposal AND version = 1"
    verdict = archive.after(archive.running, change)
    assert archive.says(verdict) == says(verify_rows.DRAFT, version=1, column=column)


def test_the_register_without_the_sop_or_with_one_too_many(archive: Archive) -> None:
    gone = "DELETE FROM sop WHERE instance_id = :case"
    assert archive.says(archive.after(archive.done, gone)) == verify_register.NO_SOP
    earlier = (
        "UPDATE sop SET status = 'in_force', ended_at = NULL WHERE id ="
        " (SELECT sop_in_force FROM proposal WHERE id = :proposal)"
    )
    assert archive.says(archive.after(archive.done, earlier)) == verify_register.EARLIER
    moved = "UPDATE sop SET instance_id = :case WHERE instance_id = :other"
    assert archive.says(archive.after(archive.running, moved)) == verify_register.MORE_SOP


def test_the_engine_state_is_what_the_history_gives(archive: Archive) -> None:
    other = "UPDATE instance SET engine_state = (SELECT engine_state FROM instance WHERE id = :other)"
    verdict = archive.after(archive.done, f"{other} WHERE id = :case", rerun=True)
    assert archive.says(verdict) == "The stored engine state is not what the history gives."
    nothing = "UPDATE instance SET engine_state = substr(engine_state, 1, 20) WHERE id = :case"
    assert archive.after(archive.running, nothing).fault is not None, "also without carrying it out again"


@pytest.mark.parametrize(
    "body", ["not json", "[]", '{"deskripsi": 7}', '{"unknown": "x"}', "[" * 5000, '{"keluaran": [["x"]]}']
)
def test_a_damaged_draft_is_a_fault_and_never_an_error(archive: Archive, body: str) -> None:
    values = body.replace("'", "''").replace(":", "\\:")
    change = f"UPDATE naskah SET body = '{values}' WHERE proposal_id = :proposal"
    assert archive.says(archive.after(archive.running, change)) == verify_contents.DRAFT


@pytest.mark.parametrize("column", ["pinned", "drafters", "reviewers"])
@pytest.mark.parametrize("value", ["{", "7", "[[", "null", '{"case"\\: {}}'])
def test_a_damaged_column_is_a_fault_and_never_an_error(archive: Archive, column: str, value: str) -> None:
    verdict = archive.after(archive.running, INSTANCE.format(f"{column} = '{value}'"))
    assert archive.says(verdict) == says(verify_rows.CASE, column=column)


def test_untouched_cases_are_intact_in_every_state(archive: Archive) -> None:
    for case in (archive.running, archive.done, archive.withdrawn):
        verdict = archive.after(case, INSTANCE.format("state = state"), rerun=True)
        assert verdict.intact and verdict.rerun, verdict


def test_what_was_taken_back_keeps_the_tasks_it_closed(archive: Archive) -> None:
    closed = "instance_id = :case AND state = 'closed'"
    reopened = archive.after(archive.withdrawn, f"UPDATE task SET state = 'open' WHERE {closed}")
    assert archive.says(reopened) == says(verify_rows.TASK, step="Reviu naskah konsep (1)", column="state")
    gone = archive.after(archive.withdrawn, f"DELETE FROM task WHERE {closed}")
    assert gone.fault is not None and gone.fault.reason == verify_rows.NO_TASK
    running = archive.after(archive.withdrawn, INSTANCE.format("state = 'running', ended_at = NULL"))
    assert running.fault is not None and running.fault.reason == verify_rows.CASE
