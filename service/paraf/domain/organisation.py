"""The Ministry as one immutable snapshot: units, positions, and who holds them when.

Knows how a role of a route (conventions 3) becomes positions and how a named set becomes members;
must not know tables, files, or what a holder is allowed to do (`policy.py`). Every instant is UTC
text `2026-11-21T02:50:13.123456Z`; validity is half-open, [valid_from, valid_to).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from paraf.domain.posts import (
    ESELON_I_KINDS,
    ESELON_II_KINDS,
    PERWAKILAN_KINDS,
    TEAM_KINDS,
    Actor,
    Appointment,
    Capacity,
    Person,
    Position,
    PositionKind,
    SystemRole,
    Unit,
    UnitKind,
    in_force,
    precedence,
)
from paraf.domain.route import Context
from paraf.errors import RuleBroken
from paraf.language import N_

MOST_MEMBERS = 200

__all__ = [
    "Actor",
    "Appointment",
    "Capacity",
    "Organisation",
    "Person",
    "Position",
    "PositionKind",
    "SystemRole",
    "Unit",
    "UnitKind",
    "is_role",
]


_CALL = re.compile(r"(pimpinan|staf)\(([A-Za-z0-9-]+)\)")


@dataclass(frozen=True)
class Organisation:
    """One revision of the organisation. Build it once per revision and share it freely."""

    SETS: ClassVar[frozenset[str]] = frozenset(
        {"related_heads", "related_units", "parties", "participating_heads"}
    )

    revision: int
    units: Mapping[str, Unit]
    positions: Mapping[str, Position]
    appointments: tuple[Appointment, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)

    # --- units ------------------------------------------------------------------------------

    def unit(self, code: str, at: str | None = None) -> Unit | None:
        """The unit of this code, or None if there is none (in force at `at`)."""
        found = self.units.get(code)
        if found is None or (at is not None and not in_force(found.valid_from, found.valid_to, at)):
            return None
        return found

    def chain(self, code: str) -> Iterator[Unit]:
        """The unit itself, then each unit above it up to the Ministry."""
        found = self.units.get(code)
        while found is not None:
            yield found
            found = self.units.get(found.parent_code) if found.parent_code else None

    def unit_above(self, code: str, kinds: Collection[str], at: str) -> Unit | None:
        """The nearest unit of one of `kinds`, beginning with the unit itself."""
        return next((u for u in self.chain(code) if u.kind in kinds and self.unit(u.code, at)), None)

    def unit_kind_for_route(self, code: str, at: str) -> str:
        """The `proposer_unit_kind` of the decision table (organisation.md 3)."""
        found = self.unit(code, at)
        if found is None:
            return "other"
        if found.kind in ESELON_I_KINDS:
            return "eselon_i"
        if found.kind == UnitKind.PUSAT:
            return "pusat"
        if found.kind in PERWAKILAN_KINDS:
            return "perwakilan"
        if found.kind in ESELON_II_KINDS:
            above = self.units.get(found.parent_code) if found.parent_code else None
            if above is not None and above.kind == UnitKind.SETJEN:
                return "eselon_ii_setjen"
            if above is not None and above.kind == UnitKind.ESELON_I:
                return "eselon_ii_line"
        return "other"

    def units_below(self, code: str) -> frozenset[str]:
        """The code itself and the codes of all units under it."""
        return self._below.get(code, frozenset())

    @cached_property
    def _below(self) -> dict[str, frozenset[str]]:
        below: dict[str, set[str]] = {code: set() for code in self.units}
        for code in self.units:
            for above in self.chain(code):
                below[above.code].add(code)
        return {code: frozenset(codes) for code, codes in below.items()}

    @cached_property
    def _units_by_kind(self) -> dict[str, tuple[Unit, ...]]:
        by_kind: dict[str, list[Unit]] = {}
        for code in sorted(self.units):
            by_kind.setdefault(self.units[code].kind, []).append(self.units[code])
        return {kind: tuple(units) for kind, units in by_kind.items()}

    def is_biro_po(self, code: str) -> bool:
        """Whether the unit is the bureau that reviews (INT-28)."""
        found = self.units.get(code)
        return found is not None and found.kind == UnitKind.BIRO_PO

    # --- positions and their holders --------------------------------------------------------

    @cached_property
    def _positions_by_unit(self) -> dict[str, tuple[Position, ...]]:
        by_unit: dict[str, list[Position]] = {}
        for position in sorted(self.positions.values(), key=lambda p: p.id):
            by_unit.setdefault(position.unit_code, []).append(position)
        return {code: tuple(positions) for code, positions in by_unit.items()}

    def positions_of(self, code: str, kinds: Collection[str], at: str) -> tuple[str, ...]:
        """Ids of the positions of these kinds in the unit, in force at `at`, in order of id."""
        if self.unit(code, at) is None:
            return ()
        return tuple(
            p.id
            for p in self._positions_by_unit.get(code, ())
            if p.kind in kinds and in_force(p.valid_from, p.valid_to, at)
        )

    def all_positions_of(self, code: str) -> tuple[Position, ...]:
        """Every position the unit has or had, in order of id."""
        return self._positions_by_unit.get(code, ())

    def head_of(self, code: str, at: str) -> str | None:
        """The id of the position that leads the unit, or None."""
        return next(iter(self.positions_of(code, (PositionKind.PIMPINAN,), at)), None)

    def title(self, position_id: str) -> str:
        """The title of a position; its id if the position is not known any more."""
        found = self.positions.get(position_id)
        return found.title if found else position_id

    def item_title(self, item: str) -> str:
        """A member of a set in words: the name of a unit or the title of a position."""
        found = self.units.get(item)
        return found.name if found else self.title(item)

    def signing_title(self, appointment: Appointment) -> str:
        """The title with its acting label: "Plt. Sekretaris Jenderal" (P3)."""
        return f"{appointment.printed_label} {self.title(appointment.position_id)}".strip()

    def unit_of_position(self, position_id: str) -> Unit | None:
        found = self.positions.get(position_id)
        return self.units.get(found.unit_code) if found else None

    def zone_of(self, position_id: str) -> str:
        """The time zone a position works in."""
        found = self.unit_of_position(position_id)
        return found.zone if found else "Asia/Jakarta"

    @cached_property
    def _by_position(self) -> dict[str, tuple[Appointment, ...]]:
        return _grouped(self.appointments, lambda a: a.position_id)

    @cached_property
    def _by_person(self) -> dict[str, tuple[Appointment, ...]]:
        return _grouped(self.appointments, lambda a: a.person_id)

    def holders(self, position_id: str, at: str) -> tuple[Appointment, ...]:
        """Who holds the position at `at`: definitif first, then Plt., then Plh."""
        return tuple(a for a in self._by_position.get(position_id, ()) if a.in_force(at))

    def appointments_to(self, position_id: str) -> tuple[Appointment, ...]:
        """Everybody ever appointed to the position, also in the future: definitif before Plt. and Plh."""
        return self._by_position.get(position_id, ())

    def is_vacant(self, positions: Iterable[str], at: str) -> bool:
        """Whether none of the positions has a holder ("jabatan kosong")."""
        return not any(self.holders(position, at) for position in positions)

    def appointments_of(self, person_id: str, at: str | None = None) -> tuple[Appointment, ...]:
        """All appointments of a person, ended and future ones too; with `at`, those in force."""
        found = self._by_person.get(person_id, ())
        return found if at is None else tuple(a for a in found if a.in_force(at))

    def name_of(self, person_id: str | None) -> str | None:
        """The name of a person; None if unknown or erased."""
        found = self.people.get(person_id) if person_id else None
        return found.name if found else None

    def is_disabled(self, person_id: str) -> bool:
        """Whether the person's account is closed: he is appointed, but cannot act."""
        found = self.people.get(person_id)
        return found is not None and found.disabled

    # --- roles of a route -------------------------------------------------------------------

    def resolve(self, role: str, unit_code: str, case: Context, item: str | None, at: str) -> tuple[str, ...]:
        """The positions a role means in a case of unit `unit_code`; () if there is none.

        `case` gives `sop_kind`, `request_kind`, `submitter` and `addressee`; `item` is the member
        of a multi-instance: a unit code (its drafters and head) or a position id.
        """
        if role in ("submitter", "addressee"):
            meant = case.get(role)
            if not isinstance(meant, str) or meant in ("submitter", "addressee", "item"):
                return ()
            return self.resolve(meant, unit_code, case, item, at)
        if role == "item":
            return self._resolve_item(unit_code, case, item, at)
        if role in _ABSOLUTE:
            unit_kind, position_kind = _ABSOLUTE[role]
            return self._of_kind(unit_kind, position_kind, at)
        if role == "drafter":
            return self._drafters(unit_code, case, at)
        if role in _HEAD_OF_U:
            kinds = _HEAD_OF_U[role]
            found = self.unit(unit_code, at)
            return self._head(unit_code, at) if found and (not kinds or found.kind in kinds) else ()
        if role == "pimpinan_eselon_i":
            above = self.unit_above(unit_code, ESELON_I_KINDS, at)
            return self._head(above.code, at) if above else ()
        if role == "sekretaris_eselon_i":
            return self._secretaries(unit_code, at)
        named = _CALL.fullmatch(role)
        return self.positions_of(named[2], (named[1],), at) if named else ()

    def _head(self, code: str, at: str) -> tuple[str, ...]:
        return self.positions_of(code, (PositionKind.PIMPINAN,), at)

    def _of_kind(self, unit_kind: str, position_kind: str, at: str) -> tuple[str, ...]:
        units = self._units_by_kind.get(unit_kind, ())
        return tuple(p for unit in units for p in self.positions_of(unit.code, (position_kind,), at))

    def _drafters(self, code: str, case: Context, at: str) -> tuple[str, ...]:
        own = self.positions_of(code, (PositionKind.PIMPINAN, PositionKind.STAF), at)
        if case.get("sop_kind") == "makro" and case.get("request_kind") == "new":
            # PL 19(2)-(3): the team writes, Biro PO coordinates
            return (*own, *self._of_kind(UnitKind.TIM_PENYUSUN_SOP, PositionKind.ANGGOTA, at))
        return own

    def _secretaries(self, code: str, at: str) -> tuple[str, ...]:
        above = self.unit_above(code, ESELON_I_KINDS, at)
        if above is None:
            return ()
        secretariats = self._units_by_kind.get(UnitKind.SEKRETARIAT_ESELON_I, ())
        return tuple(p for s in secretariats if s.parent_code == above.code for p in self._head(s.code, at))

    def _resolve_item(self, unit_code: str, case: Context, item: str | None, at: str) -> tuple[str, ...]:
        if item is None:
            return ()
        if item == unit_code:
            return self._drafters(unit_code, case, at)
        if item in self.units:
            return self.positions_of(item, (PositionKind.PIMPINAN, PositionKind.STAF), at)
        found = self.positions.get(item)
        return (item,) if found and in_force(found.valid_from, found.valid_to, at) else ()

    # --- named sets -------------------------------------------------------------------------

    def members(
        self,
        set_name: str,
        unit_code: str,
        parties: Sequence[str],
        case: Context,
        at: str,
        *,
        may_be_empty: bool = False,
    ) -> tuple[str, ...]:
        """The members of a set, sorted by unit code. `related_units` and `parties` give unit codes,
        `related_heads` and `participating_heads` position ids. `parties` are the unit codes of
        part d of the draft. Raises RuleBroken for more than 200 members, and for an empty set
        unless `may_be_empty`: for sending, where nobody is asked."""
        involved = sorted({code for code in parties if self._is_of_ministry(code, at)})
        others = [code for code in involved if code != unit_code]
        match set_name:
            case "related_units":
                found = others
            case "parties":
                found = sorted({unit_code, *others}) if case.get("sop_kind") == "makro" else [unit_code]
            case "participating_heads":
                found = [head for code in involved if (head := self.head_of(code, at))]
            case "related_heads":
                found = self._related_heads(involved, unit_code, case, at)
            case _:
                raise RuleBroken(N_('There is no group called "{group}".'), group=set_name)
        if not found and not may_be_empty:
            raise RuleBroken(
                N_('Nobody belongs to the group "{group}" of this case. Check the parties in part d.'),
                group=set_name,
                rule="INT-23",
            )
        if len(found) > MOST_MEMBERS:
            raise RuleBroken(
                N_('The group "{group}" has {count} members; at most {most} are possible.'),
                group=set_name,
                count=len(found),
                most=MOST_MEMBERS,
            )
        return tuple(found)

    def _is_of_ministry(self, code: str, at: str) -> bool:
        found = self.unit(code, at)
        return found is not None and found.kind != UnitKind.UNIT_LUAR and found.kind not in TEAM_KINDS

    def _related_heads(self, involved: Sequence[str], unit_code: str, case: Context, at: str) -> list[str]:
        submitters = self.resolve("submitter", unit_code, case, None, at)
        above = {u.code for code in involved if (u := self.unit_above(code, ESELON_I_KINDS, at))}
        heads = (self.head_of(code, at) for code in sorted(above))
        return [head for head in heads if head is not None and head not in submitters]


_ABSOLUTE: Mapping[str, tuple[str, str]] = {
    "menteri": (UnitKind.KEMENTERIAN, PositionKind.PIMPINAN),
    "sekjen": (UnitKind.SETJEN, PositionKind.PIMPINAN),
    "biro_po": (UnitKind.BIRO_PO, PositionKind.PIMPINAN),  # as addressee: the bureau by its head
    "kepala_biro_po": (UnitKind.BIRO_PO, PositionKind.PIMPINAN),
    "reviewer_biro_po": (UnitKind.BIRO_PO, PositionKind.REVIEWER),
    "tim_penyusun_sop": (UnitKind.TIM_PENYUSUN_SOP, PositionKind.ANGGOTA),
}

_HEAD_OF_U: Mapping[str, frozenset[UnitKind]] = {
    "pimpinan_unit": frozenset(),
    "pimpinan_eselon_ii": ESELON_II_KINDS,
    "kepala_pusat": frozenset({UnitKind.PUSAT}),
    "kepala_perwakilan": PERWAKILAN_KINDS,
}

_PLAIN_ROLES = frozenset(
    {"submitter", "addressee", "item", "drafter", "pimpinan_eselon_i", "sekretaris_eselon_i"}
)


def is_role(text: str) -> bool:
    """Whether a route may name this role (`pimpinan(CODE)` and `staf(CODE)` included)."""
    return text in _PLAIN_ROLES or text in _ABSOLUTE or text in _HEAD_OF_U or bool(_CALL.fullmatch(text))


def _grouped(
    appointments: Iterable[Appointment], key: Callable[[Appointment], str]
) -> dict[str, tuple[Appointment, ...]]:
    groups: dict[str, list[Appointment]] = {}
    for appointment in sorted(appointments, key=precedence):
        groups.setdefault(key(appointment), []).append(appointment)
    return {name: tuple(group) for name, group in groups.items()}
