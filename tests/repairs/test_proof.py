"""The proof knows repairs: what the standing of a case forbids, and rows that say otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from paraf.domain.standing import broken_standing
from paraf.usecases.verify import verify_case
from repairs.conftest import Workshop

ONE, OTHER = "person-1", "person-2"


def fact(kind: str, actor: str | None = None, **data: Any) -> dict[str, Any]:
    return {"type": kind, "actor": actor, "data": data}


def repaired(kind: str, state: str, actor: str = OTHER, asked_by: str = ONE) -> dict[str, Any]:
    return fact(kind, actor, state=state, asked_by=asked_by, repair="r")


STARTED = fact("instance.started", ONE)
SUSPENDED = repaired("instance.suspended", "suspended")
RESUMED = repaired("instance.resumed", "running")
INCIDENT = fact("incident.raised", state="incident", what="state", seq=1)
DECIDED = fact("task.decided", ONE)

ALLOWED = {
    "nothing at all": [DECIDED],
    "a whole suspension": [SUSPENDED, RESUMED, DECIDED],
    "a copy read meanwhile": [SUSPENDED, fact("tembusan.read", ONE), RESUMED],
    "the organisation changes meanwhile": [
        SUSPENDED,
        fact("task.reassigned", positions=[], reason="organisation"),
    ],
    "an offer repaired meanwhile": [
        SUSPENDED,
        repaired("instance.set_right", "suspended"),
        fact("task.released", OTHER, position="p", repair="r"),
        fact("task.reassigned", OTHER, positions=["q"], role="sekjen", repair="r"),
    ],
    "an incident set right": [INCIDENT, repaired("instance.set_right", "running"), DECIDED],
    "cancelled while suspended": [SUSPENDED, repaired("instance.cancelled", "cancelled")],
    "cancelled as an incident": [INCIDENT, repaired("instance.cancelled", "cancelled")],
    "an end": [DECIDED, fact("instance.ended", state="completed", end="set")],
}
FORBIDDEN = {
    "a decision while suspended": [SUSPENDED, DECIDED],
    "a draft saved while suspended": [SUSPENDED, fact("naskah.saved", ONE)],
    "a claim while suspended": [SUSPENDED, fact("task.claimed", ONE, position="p")],
    "a hand-over while suspended": [SUSPENDED, fact("task.reassigned", ONE, position="p", to=OTHER)],
    "a withdrawal while suspended": [SUSPENDED, fact("instance.withdrawn", ONE, state="withdrawn")],
    "an end while suspended": [SUSPENDED, fact("instance.ended", state="completed", end="set")],
    "a decision in an incident": [INCIDENT, DECIDED],
    "suspended twice": [SUSPENDED, SUSPENDED],
    "resumed without being suspended": [RESUMED],
    "resumed as an incident": [INCIDENT, RESUMED],
    "suspended after the end": [fact("instance.ended", state="completed", end="set"), SUSPENDED],
    "cancelled after the end": [
        fact("instance.ended", state="completed", end="set"),
        repaired("instance.cancelled", "cancelled"),
    ],
    "another state than the repair gives": [repaired("instance.suspended", "running")],
    "set right into a suspension": [repaired("instance.set_right", "suspended")],
    "one person alone": [repaired("instance.suspended", "suspended", actor=ONE)],
    "nobody asked": [fact("instance.suspended", ONE, state="suspended", asked_by=None, repair="r")],
    "nobody carried it out": [fact("instance.suspended", state="suspended", asked_by=ONE, repair="r")],
}


def history(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "seq": seq} for seq, one in enumerate([STARTED, *facts], 1)]


@pytest.mark.parametrize("facts", ALLOWED.values(), ids=ALLOWED.keys())
def test_what_the_standing_allows(facts: list[dict[str, Any]]) -> None:
    assert broken_standing(history(facts)) == []


@pytest.mark.parametrize("facts", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_what_the_standing_forbids_is_named_by_its_fact(facts: list[dict[str, Any]]) -> None:
    [breach] = broken_standing(history(facts))
    assert breach.seq == len(facts) + 1
    assert breach.message


CHANGED_ROWS = {
    "kind": "UPDATE repair SET kind = 'cancel' WHERE instance_id = :case",
    "state": "UPDATE repair SET state = 'refused' WHERE instance_id = :case",
    "asked_by": "UPDATE repair SET asked_by = answered_by WHERE instance_id = :case",
    "answered_by": "UPDATE repair SET answered_by = asked_by WHERE instance_id = :case",
    "answered_at": "UPDATE repair SET answered_at = asked_at WHERE instance_id = :case",
    "reason": "UPDATE repair SET reason = 'Lain.' WHERE instance_id = :case",
    "the row": "DELETE FROM repair WHERE instance_id = :case",
    "its case": "UPDATE repair SET instance_id = :other WHERE instance_id = :case",
    "one more": (
        "INSERT INTO repair (id, instance_id, kind, reason, seq, state, asked_by, asked_at)"
        " SELECT 'x', instance_id, kind, reason, seq, 'done', asked_by, asked_at FROM repair"
        " WHERE instance_id = :case"
    ),
    "the state of the case": "UPDATE instance SET state = 'running' WHERE id = :case",
    "whom a task is for": "UPDATE task SET role = 'menteri' WHERE instance_id = :case AND state = 'open'",
}


class UndoneError(Exception):
    """Ends a transaction without keeping it."""


def test_a_row_that_says_otherwise_is_named(shop: Workshop) -> None:
    """Each change is looked at by the proof and undone again."""
    journey, other = shop.case(0), shop.case(0)
    shop.repair(journey, "suspend")
    assert shop.verdict(journey).intact
    for name, change in CHANGED_ROWS.items():
        values = {"case": journey.instance_id} | ({"other": other.instance_id} if ":other" in change else {})
        with pytest.raises(UndoneError), shop.office.store.write() as uow:
            assert uow.connection.execute(text(change), values).rowcount > 0, name
            assert verify_case(shop.office, uow, journey.instance_id, rerun=True).fault is not None, name
            if ":other" in change:
                assert verify_case(shop.office, uow, other.instance_id, rerun=True).fault is not None
            raise UndoneError
    assert shop.verdict(journey).intact
