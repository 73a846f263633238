"""The cast: who plays in the tests, with login and post, as in the sample organisation.

`organisation()` is that organisation without a database; `as_actor` puts a person on stage. Ids of
persons are made from logins here; in a database they are random.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from paraf.domain.organisation import Actor, Appointment, Organisation, Person
from paraf.usecases.organisation_file import OrganisationFile, read_organisation

SAMPLE = Path(__file__).parent.parent / "workflows" / "organisation" / "kemlu.yaml"
NOON = "2026-11-23T05:00:00.000000Z"
"""A Monday noon in Jakarta, within every acting appointment of the sample."""


@dataclass(frozen=True)
class Player:
    """A person of the sample organisation: who, and the first post held."""

    login: str
    name: str
    post: str

    @property
    def id(self) -> str:
        return person_id(self.login)


def person_id(login: str) -> str:
    """The id of a person in `organisation()`."""
    return f"person-{login}"


@functools.cache
def sample_file() -> OrganisationFile:
    return read_organisation(SAMPLE)


def player(login: str) -> Player:
    """The person of this login."""
    named = next(person for person in sample_file().persons if person.login == login)
    held = next((h.position_id for h in sample_file().holdings if h.login == login), "")
    return Player(login, named.name, held)


MENTERI = player("menteri")
SEKJEN = player("sekjen")
DIRJEN_ASPASAF = player("dirjen.aspasaf")
DIRJEN_ASEAN = player("dirjen.asean")
DIRJEN_PROTKONS = player("dirjen.protkons")
SES_ASPASAF = player("ses.aspasaf")
DIR_AFRIKA = player("dir.afrika")
STAF_AFRIKA = player("staf.afrika")
DIR_KONSULER = player("dir.konsuler")
STAF_KONSULER = player("staf.konsuler")
DIR_PROTOKOL = player("dir.protokol")
KARO_PO = player("karo.po")
STAF_PO = player("staf.po")
REVIEWER = player("penelaah.ortala")
SECOND_REVIEWER = player("penelaah2.ortala")
OTHER_PART_REVIEWER = player("penelaah.evaluasi")
KARO_KEUANGAN = player("karo.keuangan")  # also Plh. Kepala Biro Umum
KARO_UMUM = player("karo.umum")
STAF_KEUANGAN = player("staf.keuangan")
SES_AMEROP = player("ses.amerop")  # also Plt. Direktur Amerika II
KAPUS_DIKLAT = player("kapus.diklat")
STAF_DIKLAT = player("staf.diklat")
DUBES_TOKYO = player("dubes.tokyo")
STAF_TOKYO = player("staf.tokyo")
WATAP_JENEWA = player("watap.jenewa")
KONJEN_JEDDAH = player("konjen.jeddah")
STAF_JEDDAH = player("staf.jeddah")
STAF_AHLI = player("sahli.polhukam")
AUDITOR = player("auditor.itjen")
ADMINISTRATOR = player("admin")
PROCESS_OWNER = player("pemilik.proses")
PUBLISHER = player("penerbit")
SECOND_PUBLISHER = player("penerbit2")
OPERATOR = player("operator")
SECOND_OPERATOR = player("operator2")


@functools.cache
def organisation() -> Organisation:
    """The sample organisation as one snapshot."""
    file = sample_file()
    return Organisation(
        revision=1,
        units={unit.code: unit for unit in file.units},
        positions={position.id: position for position in file.positions},
        appointments=tuple(
            Appointment(
                id=f"appointment-{number}",
                person_id=person_id(held.login),
                position_id=held.position_id,
                capacity=held.capacity,
                label=held.label,
                instrument=held.instrument,
                valid_from=held.valid_from,
                valid_to=held.valid_to,
                mandate=held.mandate,
                on_behalf_of=person_id(held.on_behalf_of) if held.on_behalf_of else None,
            )
            for number, held in enumerate(file.holdings)
        ),
        people={
            person_id(person.login): Person(
                person_id(person.login), person.login, person.name, frozenset(person.system_roles)
            )
            for person in file.persons
        },
    )


def with_appointments(
    known: Organisation, *more: Appointment, without: Iterable[Player] = ()
) -> Organisation:
    """The organisation after a change of holders: `more` are made, all those of `without` are gone."""
    gone = {person.id for person in without}
    kept = tuple(a for a in known.appointments if a.person_id not in gone)
    return replace(known, revision=known.revision + 1, appointments=(*kept, *more))


def as_actor(person: Player, known: Organisation | None = None, at: str = NOON) -> Actor:
    """The person as a request would find him at `at`."""
    known = known or organisation()
    found = known.people[person.id]
    return Actor(
        person_id=person.id,
        login=person.login,
        name=person.name,
        system_roles=found.system_roles,
        appointments=known.appointments_of(person.id, at),
    )
