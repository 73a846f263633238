"""The nouns of the organisation: units, positions, appointments, persons, the one who acts.

Knows the kinds of `organisation.md` 1 and 7; must not know how a route's role becomes a position
(`organisation.py`) or what a holder may do (`policy.py`). Every instant is UTC text
`2026-11-21T02:50:13.123456Z`; validity is half-open, [valid_from, valid_to).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    """Unit kinds of organisation.md 1; the last two stand beside the line and have no route."""

    KEMENTERIAN = "kementerian"
    ESELON_I = "eselon_i"
    SETJEN = "setjen"
    ESELON_II = "eselon_ii"
    BIRO_PO = "biro_po"
    PUSAT = "pusat"
    PERWAKILAN_DIPLOMATIK = "perwakilan_diplomatik"
    PERWAKILAN_KONSULER = "perwakilan_konsuler"
    SEKRETARIAT_ESELON_I = "sekretariat_eselon_i"
    SATGAS_SPIP = "satgas_spip"
    TIM_BISNIS_PROSES = "tim_bisnis_proses"
    TIM_PENYUSUN_SOP = "tim_penyusun_sop"
    TIM_PENYUSUN_SOP_MIKRO = "tim_penyusun_sop_mikro"
    TIM_MONEV = "tim_monev"
    UNIT_LUAR = "unit_luar"
    WAKIL_MENTERI = "wakil_menteri"
    STAF_AHLI = "staf_ahli"


ESELON_I_KINDS = frozenset({UnitKind.ESELON_I, UnitKind.SETJEN})
ESELON_II_KINDS = frozenset({UnitKind.ESELON_II, UnitKind.BIRO_PO, UnitKind.SEKRETARIAT_ESELON_I})
PERWAKILAN_KINDS = frozenset({UnitKind.PERWAKILAN_DIPLOMATIK, UnitKind.PERWAKILAN_KONSULER})
TEAM_KINDS = frozenset(
    {
        UnitKind.SATGAS_SPIP,
        UnitKind.TIM_BISNIS_PROSES,
        UnitKind.TIM_PENYUSUN_SOP,
        UnitKind.TIM_PENYUSUN_SOP_MIKRO,
        UnitKind.TIM_MONEV,
    }
)


class PositionKind(StrEnum):
    """What a position is within its unit. Staff, reviewers and members may have many holders."""

    PIMPINAN = "pimpinan"  # the head
    STAF = "staf"  # drafts
    REVIEWER = "reviewer"  # reviews for Biro PO
    ANGGOTA = "anggota"  # member of a team: drafts and discusses only
    AUDITOR = "auditor"  # reads
    LAINNYA = "lainnya"  # any other post; no role of a route names it


class Capacity(StrEnum):
    """How a position is held (organisation.md 7)."""

    DEFINITIF = "definitif"
    PLT = "plt"  # Pelaksana Tugas: the position is vacant
    PLH = "plh"  # Pelaksana Harian: the holder is absent


CAPACITY_LABEL = {Capacity.DEFINITIF: "", Capacity.PLT: "Plt.", Capacity.PLH: "Plh."}


class SystemRole(StrEnum):
    """Roles of the software itself. None of them decides a task."""

    ADMINISTRATOR = "administrator"
    PROCESS_OWNER = "process_owner"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    OPERATOR = "operator"


def in_force(valid_from: str, valid_to: str | None, at: str) -> bool:
    """Whether `at` lies in [valid_from, valid_to)."""
    return valid_from <= at and (valid_to is None or at < valid_to)


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    kind: str
    parent_code: str | None
    zone: str = "Asia/Jakarta"
    alias: str | None = None
    valid_from: str = ""
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A post in a unit. `part` is the bagian of the bureau it belongs to (INT-28)."""

    id: str
    unit_code: str
    kind: str
    title: str
    part: str | None = None
    valid_from: str = ""
    valid_to: str | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person in one position for one period. `mandate` lists the acts a Plh. may do beyond
    reviewing, paraf and returning; `on_behalf_of` is the absent holder's person id."""

    id: str
    person_id: str
    position_id: str
    capacity: str
    label: str | None = None
    instrument: str | None = None
    valid_from: str = ""
    valid_to: str | None = None
    mandate: tuple[str, ...] = ()
    on_behalf_of: str | None = None

    def in_force(self, at: str) -> bool:
        return in_force(self.valid_from, self.valid_to, at)

    @property
    def printed_label(self) -> str:
        """What stands before the title: "Plt.", "Kuasa Usaha a.i.", or nothing."""
        return self.label or CAPACITY_LABEL[Capacity(self.capacity)]


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the directory shows one. `name` is None after an erasure."""

    id: str
    login: str | None
    name: str | None
    system_roles: frozenset[str] = frozenset()
    disabled: bool = False
    nip: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, with the appointments in force when it was read."""

    person_id: str
    login: str
    name: str
    system_roles: frozenset[str] = frozenset()
    appointments: tuple[Appointment, ...] = ()
    must_change_password: bool = False

    @property
    def position_ids(self) -> tuple[str, ...]:
        """The positions held now, each once, in a steady order."""
        return tuple(dict.fromkeys(a.position_id for a in self.appointments))

    def has_role(self, role: str) -> bool:
        return role in self.system_roles


_ORDER = {Capacity.DEFINITIF: 0, Capacity.PLT: 1, Capacity.PLH: 2}


def precedence(appointment: Appointment) -> tuple[int, str, str, str]:
    """Sort key: definitif before Plt. before Plh., then the older appointment, then by position."""
    rank = _ORDER[Capacity(appointment.capacity)]
    return (rank, appointment.valid_from, appointment.position_id, appointment.id)
