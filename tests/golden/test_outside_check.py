"""A stranger with Python and docs/periksa_rantai.py checks a history: no Paraf, no database."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from acceptance.conftest import furnished_sqlite, stage
from golden.histories import all_golden
from paraf.usecases import administer, sign_in
from paraf.usecases.erase_person import erase_person
from stage import Case, Stage

__all__ = ["furnished_sqlite", "stage"]

SCRIPT = Path(__file__).parents[2] / "docs" / "periksa_rantai.py"
Facts = list[dict[str, Any]]


def checked(*arguments: str | Path, token: str = "") -> subprocess.CompletedProcess[str]:
    """The script run by itself, without anything of ours on its path."""
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *map(str, arguments)],
        env={"TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def saved(folder: Path, facts: Facts) -> Path:
    path = folder / "riwayat.json"
    path.write_text(json.dumps({"items": facts, "opened": {}, "next": None}), encoding="utf-8")
    return path


@pytest.fixture
def case(stage: Stage) -> Case:
    """A finished case in which somebody wrote a comment."""
    case = stage.propose("staf.tokyo", "KBRI-TOKYO", kind="teknis")
    case.act("decide_need", "approve", comment="Diperlukan untuk pelayanan di loket.")
    return case.carry_to("end")


@pytest.fixture
def address(stage: Stage) -> Iterator[str]:
    """The stage behind a real socket."""
    server = make_server("127.0.0.1", 0, stage.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


def test_a_case_is_whole_before_and_after_a_person_is_erased(
    stage: Stage, case: Case, address: str, tmp_path: Path
) -> None:
    token = sign_in.issue_token(stage.office, "karo.po")
    served = f"{address}/api/v1/instances/{case.id}/events"
    before = case.events()
    newest = before[-1]["hash"]
    whole = f"Riwayat utuh: {len(before)} fakta.\nSidik fakta terakhir: {newest}\n"
    assert checked(served, newest, token=token).stdout == whole

    _erase(stage, "dubes.tokyo")

    assert case.events() == before
    assert checked(served, newest, token=token).stdout == whole
    assert checked(saved(tmp_path, before), newest).stdout == whole
    refused = checked(served, token="x")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Riwayat tidak dapat dibaca: HTTP Error 401")


def _erase(stage: Stage, login: str) -> None:
    """His appointments end, then he is erased; his words go with him."""
    with stage.office.store.read() as uow:
        known = stage.office.organisation(uow)
    person = next(p for p in known.people.values() if p.login == login)
    today = datetime.fromisoformat(stage.office.now()).astimezone(UTC).date()
    for appointment in known.appointments_of(person.id, stage.office.now()):
        administer.end_appointment(stage.office, None, appointment.id, today.isoformat())
    stage.clock.move(hours=48)
    assert erase_person(stage.office, None, login)["texts"] > 0


def test_a_long_history_is_read_page_by_page(tmp_path: Path) -> None:
    facts = max((golden.events for golden in all_golden()), key=len)
    pages = [{"items": facts[:70], "next": 70}, {"items": facts[70:], "next": None}]
    path = tmp_path / "halaman.json"
    path.write_text(json.dumps(pages), encoding="utf-8")
    assert checked(path).stdout.startswith(f"Riwayat utuh: {len(facts)} fakta.")
    path.write_text(json.dumps(pages[::-1]), encoding="utf-8")
    assert "TIDAK utuh, fakta ke-1: " in checked(path).stdout


def _seal_again(facts: Facts) -> None:
    """Hash and link everything anew, as a forger with the script would."""
    from paraf.domain.facts import GENESIS, event_hash

    head = GENESIS
    for fact in facts:
        fact["prev_hash"] = head
        head = fact["hash"] = event_hash(fact)


def _forged(facts: Facts) -> None:
    facts[20]["data"]["outcome"] = "reject"
    _seal_again(facts)


TAMPERED: dict[str, tuple[Callable[[Facts], object], str]] = {
    "a flipped word": (lambda f: f[9].update(capacity="plh"), "fakta ke-10: isinya tidak sesuai"),
    "a flipped digit": (lambda f: f[9].update(hash="0" * 64), "fakta ke-10: isinya tidak sesuai"),
    "a fact more": (lambda f: f.insert(9, f[8]), "fakta ke-10: fakta ini bernomor 9"),
    "a fact dropped": (lambda f: f.pop(9), "fakta ke-10: fakta ini bernomor 11"),
    "two in another order": (lambda f: f.insert(9, f.pop(10)), "fakta ke-10: fakta ini bernomor 11"),
    "the first facts cut": (lambda f: f.__delitem__(slice(0, 3)), "fakta ke-1: fakta ini bernomor 4"),
    "the last facts cut": (lambda f: f.__delitem__(slice(-3, None)), "bukan sidik fakta terakhir"),
    "renumbered": (lambda f: [f.pop(9), *(x.update(seq=n) for n, x in enumerate(f, 1))], "fakta ke-10: "),
    "all hashed anew": (_forged, "bukan sidik fakta terakhir"),
    "a fraction": (lambda f: f[9]["data"].update(n=1.5), "bilangan 1.5 tidak sah"),
    "a number too large": (lambda f: f[9]["data"].update(n=2**53), "tidak sah"),
    "a text not composed": (lambda f: f[9]["data"].update(n="e\u0301"), "Unicode NFC"),
    "nothing left": (lambda f: f.clear(), "tidak ada fakta"),
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_tampered_copy_is_noticed(tmp_path: Path, change: str) -> None:
    facts = list(next(golden.events for golden in all_golden() if golden.name == "sop_teknis"))
    newest = facts[-1]["hash"]
    tampered = copy.deepcopy([dict(fact) for fact in facts])
    TAMPERED[change][0](tampered)
    told = checked(saved(tmp_path, tampered), newest)
    assert told.returncode == 1
    assert told.stdout.startswith("Riwayat TIDAK utuh, ")
    assert TAMPERED[change][1] in told.stdout


def test_it_stands_alone() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert "paraf." not in text.replace("paraf.example", "")
    assert checked().returncode == 1
