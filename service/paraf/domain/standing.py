"""How a case stands, what each repair makes of it, and what may happen while it is held up.

Knows the states of a case and the facts that change them; must not know rows, requests or persons'
rights. `refuse_while_held` is what every command asks; `broken_standing` is what every history is
checked against: nothing is decided in a case that is suspended or held up by a fault, and a repair
names two persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paraf.domain.rules import Breach
from paraf.errors import OnHold
from paraf.language import N_

RUNNING, SUSPENDED, INCIDENT, CANCELLED = "running", "suspended", "incident", "cancelled"

HELD = frozenset({SUSPENDED, INCIDENT})
"""States in which the tasks stay where they are and nothing may be done to them."""
UNDER_WAY = frozenset({RUNNING, SUSPENDED, INCIDENT})
"""States of a case that has not ended."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A repair: the fact it leaves, the states it is possible in, and the state it leads to; None
    leaves a suspended case suspended and lets any other run."""

    fact: str
    possible_in: frozenset[str]
    leads_to: str | None


REPAIRS: Mapping[str, Turn] = {
    "suspend": Turn("instance.suspended", frozenset({RUNNING}), SUSPENDED),
    "resume": Turn("instance.resumed", frozenset({SUSPENDED}), RUNNING),
    "cancel": Turn("instance.cancelled", UNDER_WAY, CANCELLED),
    "set_right": Turn("instance.set_right", UNDER_WAY, None),
}
"""What an operator may ask for."""

_TURNS = {turn.fact: turn for turn in REPAIRS.values()}
_OVER = frozenset({"instance.ended", "instance.withdrawn"})
_CHANGING = frozenset({*_TURNS, *_OVER, "incident.raised"})
_ALLOWED_WHILE_HELD = frozenset({"tembusan.read"})
_OFFERS = frozenset({"task.released", "task.reassigned"})


def after(kind: str, state: str) -> str:
    """The state in which a case stands after a repair of this kind."""
    return _led_to(REPAIRS[kind], state)


def _led_to(turn: Turn, state: str) -> str:
    return turn.leads_to or (SUSPENDED if state == SUSPENDED else RUNNING)


def refuse_while_held(state: str) -> None:
    """Refuse what would change a case that is held up. Raises OnHold; every other state passes."""
    if state == SUSPENDED:
        raise OnHold(
            N_("The case is suspended. Nothing can be done in it until it is resumed."),
            present={"state": state},
        )
    if state == INCIDENT:
        raise OnHold(
            N_("A fault holds up the case. Nothing can be done in it until an operator has set it right."),
            present={"state": state},
        )


def broken_standing(events: Iterable[Mapping[str, Any]]) -> list[Breach]:
    """Walk a history and list every fact that the standing of the case does not allow."""
    state, breaches = RUNNING, []
    for event in events:
        kind = event["type"]
        if kind in _CHANGING:
            message = _wrong_turn(kind, state, event)
            state = event["data"]["state"]
        elif state in HELD and not _goes_on(kind, event["data"]):
            message = N_("Something was done in the case while it was held up.")
        else:
            continue
        if message is not None:
            breaches.append(Breach(event["seq"], "", message))
    return breaches


def _wrong_turn(kind: str, state: str, event: Mapping[str, Any]) -> str | None:
    data = event["data"]
    if kind in _OVER:
        return N_("The case ended while it was held up.") if state in HELD else None
    if kind == "incident.raised":
        turn = Turn(kind, frozenset({RUNNING}), INCIDENT)
    else:
        turn = _TURNS[kind]
        if event.get("actor") is None or data["asked_by"] in (None, event["actor"]):
            return N_("A repair does not name two persons.")
    if state not in turn.possible_in or data["state"] != _led_to(turn, state):
        return N_("The standing of the case does not allow this repair.")
    return None


def _goes_on(kind: str, data: Mapping[str, Any]) -> bool:
    """What may be recorded of a case that is held up: that a copy was read, and whom a repair or a
    change of the organisation offers a task to."""
    if kind in _OFFERS:
        return "repair" in data or data.get("reason") == "organisation"
    return kind in _ALLOWED_WHILE_HELD
