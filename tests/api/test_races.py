"""Two approvers at once, over the real server, on both databases: one wins, the other is told who.

Starts `paraf serve` as an operator would (two processes on PostgreSQL, threads on SQLite) and sends
the requests together.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from cast import DIR_AFRIKA, STAF_AFRIKA, Player
from cluster import free_port
from databases import Database
from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.usecases import demo_papers, sign_in
from paraf.usecases.office import Office
from web_service import BASE, TITLE

ROOT = Path(__file__).parents[2]
ROUNDS = 8
HEADER = {"title": TITLE, "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}


@dataclass
class Running:
    """A server under way: where it is, and the office behind it."""

    address: str
    office: Office

    def client(self, player: Player) -> httpx.Client:
        token = sign_in.issue_token(self.office, player.login)
        return httpx.Client(
            base_url=self.address + BASE, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )

    def free_drafting_task(self, staff: httpx.Client) -> tuple[str, str]:
        """A whole draft whose task nobody holds: (case, task)."""
        opened = staff.post("/proposals", json=HEADER).json()
        task = opened["tasks"][0]["id"]
        with self.office.store.read() as uow:
            organisation = self.office.organisation(uow)
        naskah = demo_papers.naskah(organisation, TITLE, "DIT-AFRIKA", (), "mikro")
        assert staff.put(f"/proposals/{opened['id']}/naskah", json=naskah).status_code == 200
        file = {"file": ("naskah.pdf", demo_papers.softcopy(TITLE))}
        kept = staff.post(f"/proposals/{opened['id']}/attachments", data={"role": "softcopy"}, files=file)
        assert kept.status_code == 201, kept.text
        assert staff.post(f"/tasks/{task}/release").status_code == 200
        return opened["instance_id"], task

    def wait_for_a_waiting_one(self) -> None:
        """Until somebody waits for a lock that another command holds. SQLite does not tell."""
        if self.office.store.is_sqlite:
            time.sleep(0.5)
            return
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
        name = self.office.store.url.database
        for _ in range(75):
            with self.office.store.read() as uow:
                if uow.connection.exec_driver_sql(asked, (name,)).scalar_one():
                    return
            time.sleep(0.02)
        raise AssertionError("nobody waits")


@pytest.fixture
def running(furnished: Database, tmp_path: Path) -> Iterator[Running]:
    """`paraf serve` on a furnished database, once of each kind."""
    port = free_port()
    settings = {"data_dir": str(tmp_path), "database_url": furnished.url, "port": str(port), "mode": "sample"}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PARAF_")},
        **{f"PARAF_{name.upper()}": value for name, value in settings.items()},
        "PYTHONPATH": str(ROOT / "service"),
    }
    log = (tmp_path / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "paraf.entrypoints.cli", "serve"], env=environment, stdout=log, stderr=log
    )
    office = build_office(Settings(**settings))  # type: ignore[arg-type]
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, server, tmp_path / "server.log")
        yield Running(address, office)
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()
        office.store.close()


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def together(*sends: object) -> list[httpx.Response]:
    """Send all at the same instant."""
    start = Barrier(len(sends))

    def send(one: object) -> httpx.Response:
        start.wait()
        return one()  # type: ignore[operator,no-any-return]

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(send, sends))


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who(running: Running) -> None:
    with closing(running.client(STAF_AFRIKA)) as staff, closing(running.client(DIR_AFRIKA)) as head:
        for _ in range(ROUNDS):
            case, task = running.free_drafting_task(staff)
            body = {"outcome": "submit", "form": {}}
            answers = together(
                lambda: staff.post(f"/tasks/{task}/decide", json=body),  # noqa: B023
                lambda: head.post(f"/tasks/{task}/decide", json=body),  # noqa: B023
            )
            won, lost = sorted(answers, key=lambda answer: answer.status_code)
            assert (won.status_code, lost.status_code) == (200, 409), [a.text for a in answers]
            winner = STAF_AFRIKA if won is answers[0] else DIR_AFRIKA
            assert lost.json()["type"] == "urn:paraf:problem:already_decided"
            assert lost.json()["present"]["decided_by"] == winner.name
            facts = staff.get(f"/instances/{case}/events?limit=200").json()["items"]
            assert [fact["type"] for fact in facts].count("task.decided") == 1
            assert staff.get(f"/instances/{case}/verification").json()["intact"]


def test_of_two_who_claim_at_once_one_holds(running: Running) -> None:
    with closing(running.client(STAF_AFRIKA)) as staff, closing(running.client(DIR_AFRIKA)) as head:
        for _ in range(ROUNDS):
            _, task = running.free_drafting_task(staff)
            answers = together(
                lambda: staff.post(f"/tasks/{task}/claim"),  # noqa: B023
                lambda: head.post(f"/tasks/{task}/claim"),  # noqa: B023
            )
            assert sorted(answer.status_code for answer in answers) == [200, 409]
            lost = max(answers, key=lambda answer: answer.status_code)
            held = staff.get(f"/tasks/{task}").json()["assignee"]["name"]
            assert lost.json()["present"] == {"holder": held}


def test_who_waited_for_the_case_is_judged_by_the_organisation_as_it_is_then(running: Running) -> None:
    """His appointment ends while his decision waits for the case: the wait began when he still held
    it, and the statement that locked the case saw the organisation of that moment."""
    with closing(running.client(STAF_AFRIKA)) as staff, closing(running.client(DIR_AFRIKA)) as head:
        case, task = running.free_drafting_task(staff)
        body = {"outcome": "submit", "form": {}}
        before = head.get(f"/tasks/{task}").json()
        assert before["may"]["decide"], before["may"]
        with ThreadPoolExecutor(1) as pool:
            with running.office.store.write() as uow:
                assert uow.cases.lock_with_task(task) is not None
                waiting = pool.submit(lambda: head.post(f"/tasks/{task}/decide", json=body))
                running.wait_for_a_waiting_one()
                now, known = running.office.now(), uow.organisation.load()
                who = next(one.id for one in known.people.values() if one.login == DIR_AFRIKA.login)
                for held in known.appointments_of(who, now):
                    uow.organisation.end_appointment(held.id, now)
                uow.organisation.bump()
            answer = waiting.result()
        assert (answer.status_code, answer.json()["rule"]) == (403, "P6"), answer.text
        assert staff.get(f"/tasks/{task}").json()["state"] == "open"
        assert staff.get(f"/instances/{case}/verification").json()["intact"]


def test_twenty_copies_of_one_request_are_one_decision(running: Running) -> None:
    with closing(running.client(STAF_AFRIKA)) as staff:
        case, task = running.free_drafting_task(staff)

        def send() -> httpx.Response:
            return staff.post(
                f"/tasks/{task}/decide", json={"outcome": "submit"}, headers={"Idempotency-Key": "sekali"}
            )

        answers = together(*[send] * 20)
        assert Counter(answer.status_code for answer in answers) == {200: 20}, {a.text for a in answers}
        assert len({answer.text for answer in answers}) == 1
        facts = staff.get(f"/instances/{case}/events?limit=200").json()["items"]
        assert [fact["type"] for fact in facts].count("task.decided") == 1
