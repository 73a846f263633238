"""Nobody changed anything: whatever people do, the proof finds no fault, at any moment of a case.

Random people decide, take and free tasks, read their copies and attach files; after each of their acts
the rows are laid beside the facts.
"""

from __future__ import annotations

import random

import pytest

from paraf.usecases.verify import verify_case
from random_people import OPENINGS, decide_something, open_case
from stage import MONDAY, PDF, Case
from verification.conftest import Archive

WALKS = 15
"""On each database; their chances differ."""

ROUTES = tuple(OPENINGS)


@pytest.mark.parametrize("walk", range(WALKS))
def test_an_honest_walk_raises_no_alarm(archive: Archive, walk: int) -> None:
    chance = random.Random(f"honest {archive.stage.office.store.is_sqlite} {walk}")
    archive.stage.clock.set(MONDAY)  # tokens and acting appointments last as long as a walk
    case = open_case(archive.stage, ROUTES[walk % len(ROUTES)])
    for _ in range(chance.randrange(8, 26)):
        if case.seen()["state"] != "running":
            break
        archive.stage.clock.move(hours=chance.choice([1, 7, 20]))
        chance.choice((_hold, _read, _attach, _nothing))(chance, case)
        decide_something(chance, case, withdrawing=True)
        _proved(archive, case, rerun=False)
    if case.seen()["state"] == "running" and chance.random() < 0.2:
        case.stage.person(case.proposer).post(
            f"/proposals/{case.proposal_id}/withdraw", {"reason": "Ditunda."}
        )
    _proved(archive, case, rerun=True)


def _proved(archive: Archive, case: Case, rerun: bool) -> None:
    with archive.stage.office.store.snapshot() as uow:
        verdict = verify_case(archive.stage.office, uow, case.id, rerun)
    assert verdict.intact, archive.says(verdict)


def _nothing(chance: random.Random, case: Case) -> None:
    pass


def _hold(chance: random.Random, case: Case) -> None:
    """Somebody takes a task, and perhaps gives it back."""
    task = chance.choice(case.open_tasks())
    person = case.stage.person(chance.choice(case.actors(task)))
    if person.post(f"/tasks/{task['id']}/claim").status == 200 and chance.random() < 0.6:
        person.post(f"/tasks/{task['id']}/release").ok()


def _read(chance: random.Random, case: Case) -> None:
    """Biro PO reads what it was sent."""
    reader = case.stage.person(chance.choice(("karo.po", "penelaah.ortala", "sekjen")))
    for copy in reader.get("/tembusan?limit=5").ok()["items"]:
        reader.post(f"/tembusan/{copy['id']}/read").ok()


def _attach(chance: random.Random, case: Case) -> None:
    """The proposer attaches a file while he may, and perhaps takes it off again."""
    writer = case.stage.person(case.proposer)
    role = chance.choice(("softcopy", "supporting"))
    got = writer.attach(case.proposal_id, role, "berkas.pdf", PDF + f"%{chance.random()}\n".encode())
    if got.status in (200, 201) and chance.random() < 0.5:
        writer.ask("DELETE", f"/proposals/{case.proposal_id}/attachments/{got['id']}").ok()
