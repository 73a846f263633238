"""The repairs of a case are laid beside its facts: each that was carried out has its fact, and each
fact of a repair its row.

Knows the table of repairs and the facts they leave; must not know how a repair is carried out.
Whether a repair was possible at all is the question of `domain/standing.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain.facts import Fault, Opening
from paraf.domain.standing import REPAIRS
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork

REPAIR = N_("The repair is stored with another value in “{column}” than its fact gives.")
NO_REPAIR = N_("The repair behind this fact is not stored any more.")
MORE_REPAIR = N_("A repair is stored as carried out that the history does not know.")

_KINDS = {turn.fact: kind for kind, turn in REPAIRS.items()}


def repairs_fault(
    uow: UnitOfWork, instance_id: str, events: Sequence[Mapping[str, Any]], openings: Iterable[Opening]
) -> Fault | None:
    """The first fact of a repair whose row says something else, or the row without a fact. One
    statement; a case that nobody repaired costs no more."""
    rows = {row["id"]: row for row in uow.repairs.of_case(instance_id)}
    turns = [event for event in events if event["type"] in _KINDS]
    if not rows and not turns:
        return None
    reasons = {words.seq: words.value for words in openings if words.path == "data.reason"}
    for event in turns:
        row = rows.pop(event["data"]["repair"], None)
        if row is None:
            return Fault(event["seq"], NO_REPAIR)
        expected = {
            "kind": _KINDS[event["type"]],
            "state": "done",
            "asked_by": event["data"]["asked_by"],
            "answered_by": event["actor"],
            "answered_at": event["at"],
        }
        reason = reasons.get(event["seq"])
        if reason is not None:
            expected["reason"] = json.loads(reason)
        for column, value in expected.items():
            if row[column] != value:
                return Fault(event["seq"], REPAIR, {"column": column})
    if any(row["state"] == "done" for row in rows.values()):
        return Fault(events[-1]["seq"], MORE_REPAIR)
    return None
