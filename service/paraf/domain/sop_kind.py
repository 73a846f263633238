"""Makro, Mikro or Teknis, told from the units in the lanes (INT-33), and whether the case may go on.

Knows the rule of Pasal 15(1), 31(1) and 52(1); must not know the organisation itself: it is asked
through `place`, which says to which Eselon II unit, Pusat or Perwakilan a unit belongs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from paraf.domain.sop_parts import Naskah, listed
from paraf.errors import RuleBroken
from paraf.language import N_


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands: `code` of its Eselon II unit, Pusat or Perwakilan; `wider` when it is an
    Eselon I unit, the Ministry or outside, so that an SOP with it in a lane is Makro at once."""

    code: str
    wider: bool = False


RULE = "PL 15(1), 31(1); INT-33"
PlaceOf = Callable[[str], Place]
"""From a unit code to its place. A code nobody knows is a place of its own outside the Ministry."""


@dataclass(frozen=True, slots=True)
class KindByLanes:
    """What the lanes say. `sure` is false when lanes name no unit, so that they were taken to be the
    proposing unit's own; `places` are the codes found; `executors` the number of lanes."""

    kind: str
    places: tuple[str, ...]
    executors: int
    sure: bool


def kind_by_lanes(naskah: Naskah, proposer_unit: str, place: PlaceOf) -> KindByLanes:
    """The kind that the lanes (without a step table: the parties) make this SOP."""
    parties = {party.name.casefold(): party.unit for party in naskah.pihak_terlibat}
    diagram = naskah.diagram_alir
    if diagram.steps:
        named = [lane.unit or parties.get(lane.name.casefold()) for lane in diagram.lanes]
        named += [party.unit for party in naskah.pihak_terlibat if party.unit]
        executors = len(diagram.lanes)
    else:
        named = list(parties.values())
        executors = len(parties)
    places = [place(unit or proposer_unit) for unit in named]
    codes = tuple(dict.fromkeys(found.code for found in places))
    if len(codes) > 1 or any(found.wider for found in places):
        kind = "makro"
    else:
        kind = "teknis" if executors == 1 else "mikro"
    return KindByLanes(kind, codes, executors, all(named))


def check_kind(declared: str, naskah: Naskah, proposer_unit: str, place: PlaceOf) -> KindByLanes:
    """At handing on: raises RuleBroken (INT-33) when the lanes make another kind than declared.

    One executor alone does not forbid Mikro, and lanes without units do not forbid Makro: both are
    for the reviewer to judge."""
    found = kind_by_lanes(naskah, proposer_unit, place)
    errors = {"sop_kind": [N_("The units in the lanes do not fit this kind of SOP.")]}
    if declared != "makro" and found.kind == "makro":
        raise RuleBroken(
            N_("The lanes belong to more than one unit ({units}): this is an SOP Makro, not an SOP {kind}."),
            units=listed(found.places),
            kind=declared.capitalize(),
            rule=RULE,
            errors=errors,
        )
    if declared == "teknis" and found.executors > 1:
        raise RuleBroken(
            N_("An SOP Teknis has one executor, one person or one team; this flow has {count}."),
            count=found.executors,
            rule="PL 52(1)",
            errors=errors,
        )
    if declared == "makro" and found.kind != "makro" and found.sure and found.executors:
        raise RuleBroken(
            N_("All lanes belong to one unit ({units}): this is an SOP Mikro, not an SOP Makro."),
            units=listed(found.places),
            rule=RULE,
            errors=errors,
        )
    return found
