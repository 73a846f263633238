"""The whole database at once: chains in one walk, a case too long to be held, and how far it has come."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from paraf.domain.facts import GENESIS, Entry, canonical_text, check_chain, check_chains, digest
from paraf.entrypoints.cli import history
from paraf.usecases import verify_stages
from paraf.usecases.verify import size_of_all, verify_all, verify_chains, verify_routes
from verification.conftest import Archive, UndoneError


def test_all_is_intact(archive: Archive) -> None:
    office = archive.stage.office
    assert all(verdict.intact for verdict in verify_all(office, rerun=True))
    chains, size = list(verify_chains(office)), size_of_all(office)
    assert all(verdict.intact for verdict in chains)
    assert (len(chains), sum(verdict.facts for verdict in chains)) == (size.cases, size.facts)
    assert [fault for _, fault in verify_routes(office) if fault] == []
    assert len(list(verify_routes(office))) == 7


def test_a_case_too_long_to_be_held_is_proved_page_by_page(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_stages, "MOST_HELD", 10)
    monkeypatch.setattr(verify_stages, "_PAGE", 7)
    for case in (archive.running, archive.done, archive.withdrawn):
        (verdict,) = verify_all(archive.stage.office, [case.id], rerun=True)
        assert verdict.intact and verdict.rerun, verdict
    other = "UPDATE opening SET value = '\"x\"' WHERE instance_id = :case AND path = 'data.title'"
    verdict = archive.after(archive.running, other)
    assert archive.says(verdict) == "The words kept with the event are not those it commits to."
    more = (
        "INSERT INTO opening SELECT instance_id, 9999, path, person_id, salt, value FROM opening"
        " WHERE instance_id = :case AND path = 'data.title'"
    )
    verdict = archive.after(archive.running, more)
    assert archive.says(verdict) == "Words are kept with an event that is not there."


def _rows(count: int) -> list[tuple[str, int, str, str]]:
    head, rows = GENESIS, []
    for seq in range(1, count + 1):
        body = canonical_text(
            {"at": "x", "data": {"a": {"prev_hash": "x"}}, "prev_hash": head, "seq": seq, "type": "a.b", "visit": 2}
        )
        head = digest(body.encode())
        rows.append(("case", seq, body, head))
    return rows


def _flipped(rows: list[tuple[str, int, str, str]], place: int, body: str) -> list[tuple[str, int, str, str]]:
    name, seq, _, sha256 = rows[place]
    return [*rows[:place], (name, seq, body, sha256), *rows[place + 1 :]]


def test_the_fast_walk_finds_what_the_careful_one_finds() -> None:
    rows = _rows(6)
    body = rows[3][2]
    changes: list[Any] = [
        rows,
        rows[1:],
        rows[:2] + rows[3:],
        [rows[0], rows[2], rows[1], *rows[3:]],
        rows + [rows[5]],
        *(_flipped(rows, 3, body[:n] + chr(ord(body[n]) ^ 1) + body[n + 1 :]) for n in range(len(body))),
        _flipped(rows, 3, body + " "),
        _flipped(rows, 3, ""),
        _flipped(rows, 3, "\ud800"),
        [(name, seq, text, sha256.upper()) for name, seq, text, sha256 in rows],
    ]
    for changed in changes:
        (chain,) = check_chains(changed)
        careful = check_chain([Entry(seq, text, sha256) for _, seq, text, sha256 in changed])
        assert chain.fault == careful, changed
    assert list(check_chains([])) == []


def test_a_cut_or_ownerless_history_shows_in_the_walk(archive: Archive) -> None:
    store = archive.stage.office.store
    with pytest.raises(UndoneError), store.write() as uow:
        uow.connection.exec_driver_sql(
            f"UPDATE instance SET seq = seq + 1 WHERE id = '{archive.done.id}'"
        )
        wrong = [
            (case, chain.facts)
            for chain, (case, _, seq, _) in zip(
                check_chains(uow.history.walk_all()), uow.proof.heads(), strict=True
            )
            if chain.facts != seq
        ]
        assert [case for case, _ in wrong] == [archive.done.id]
        raise UndoneError


class Terminal(io.StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


def test_progress_is_told_to_whoever_watches_and_to_nobody_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = Terminal()
    monkeypatch.setattr(history.sys, "stderr", watched)
    progress = history._Progress(200)
    progress.went_on(100)
    progress.ended()
    told = watched.getvalue()
    assert "[############------------]  50%" in told and "100 dari 200 fakta" in told
    alone = io.StringIO()
    monkeypatch.setattr(history.sys, "stderr", alone)
    progress = history._Progress(200)
    progress.went_on(100)
    progress.ended()
    assert alone.getvalue() == "" and capsys.readouterr().out == ""
    assert json.dumps(told)
