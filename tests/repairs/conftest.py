"""Cases on their way with people who repair them, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cast import ADMINISTRATOR, AUDITOR, OPERATOR, SECOND_OPERATOR
from databases import Database
from offices import Clock, on_stage, open_office
from paraf.domain.organisation import Actor
from paraf.usecases import repairs
from paraf.usecases.office import Office
from paraf.usecases.verify import Verdict, verify_case
from travel import MIKRO, Act, Journey, acts, set_out, take

REASON = "Pemohon melaporkan berkas tidak dapat diteruskan."


@dataclass
class Workshop:
    """An office, the two operators, an administrator, an auditor, and the clock they share."""

    office: Office
    clock: Clock
    asker: Actor
    second: Actor
    administrator: Actor
    auditor: Actor

    def case(self, steps: int = 3) -> Journey:
        """An SOP Mikro that has gone so many steps."""
        journey = set_out(self.office, MIKRO)
        for _ in range(steps):
            self.onward(journey)
        return journey

    def next_act(self, journey: Journey) -> Act:
        return next(acts(self.office, journey))

    def onward(self, journey: Journey) -> Act:
        """Take the next step."""
        self.clock.pass_by(minutes=1)
        act = self.next_act(journey)
        take(self.office, act)
        return act

    def repair(self, journey: Journey, kind: str, **data: Any) -> dict[str, Any]:
        """Ask and carry out."""
        asked = repairs.ask(self.office, self.asker, journey.instance_id, kind, REASON, data)
        self.clock.pass_by(minutes=1)
        return repairs.carry_out(self.office, self.second, asked["id"])

    def state(self, journey: Journey) -> str:
        with self.office.store.read() as uow:
            case = uow.cases.by_id(journey.instance_id)
        assert case is not None
        return case.state

    def facts(self, journey: Journey) -> list[dict[str, Any]]:
        with self.office.store.read() as uow:
            return [entry.event() for entry in uow.history.read(journey.instance_id)]

    def newest(self, journey: Journey, kind: str) -> dict[str, Any]:
        return next(fact for fact in reversed(self.facts(journey)) if fact["type"] == kind)

    def verdict(self, journey: Journey) -> Verdict:
        with self.office.store.snapshot() as uow:
            return verify_case(self.office, uow, journey.instance_id, rerun=True)

    def spoil(self, change: str, **values: Any) -> None:
        """Somebody writes into the database, past everything."""
        with self.office.store.engine.begin() as connection:
            assert connection.execute(text(change), values).rowcount > 0, change


@pytest.fixture
def shop(furnished: Database, tmp_path: Path) -> Iterator[Workshop]:
    clock = Clock()
    office = open_office(furnished.url, tmp_path, clock)
    people = [on_stage(office, player) for player in (OPERATOR, SECOND_OPERATOR, ADMINISTRATOR, AUDITOR)]
    try:
        yield Workshop(office, clock, *people)
    finally:
        office.store.close()
