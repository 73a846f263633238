"""How a case stands, in what its pages say: since when it is held up or cancelled, by whom, and why.

Knows the facts that change the standing of a case; must not know which page asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paraf.domain import standing
from paraf.domain.organisation import Organisation
from paraf.errors import OnHold
from paraf.usecases.telling import Told

_TELLS = frozenset({"instance.suspended", "instance.cancelled", "incident.raised"})
TOLD_IN = frozenset({*standing.HELD, standing.CANCELLED})
"""States whose beginning a page tells."""


def held(organisation: Organisation, state: str, history: Sequence[Told]) -> dict[str, Any] | None:
    """Since when the case stands as it does, who asked for it and who carried it out, with the reason
    (None once erased); None for a case that nobody and nothing holds up."""
    if state not in TOLD_IN:
        return None
    fact = next((told for told in reversed(history) if told.type in _TELLS), None)
    if fact is None:
        return None
    return {
        "state": state,
        "at": fact.at,
        "who": organisation.name_of(fact.actor),
        "asked_by": organisation.name_of(fact.data.get("asked_by")),
        "reason": fact.data.get("reason"),
    }


def why_held(state: str) -> dict[str, Any] | None:
    """The refusal a command would give in this state, as pages show refusals; None when it passes."""
    try:
        standing.refuse_while_held(state)
    except OnHold as refusal:
        return {"detail": refusal.detail, "values": refusal.values, "rule": refusal.rule}
    return None
