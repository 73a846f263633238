"""The office loads an organisation file: what is new or changed is written, the rest is left alone.

Loading the same file twice changes nothing the second time. What a file no longer names stays:
posts and appointments are ended by a date, never deleted. One transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Appointment, Organisation, Position, Unit
from paraf.usecases.follow_organisation import follow_organisation
from paraf.usecases.organisation_file import Holding, Named, OrganisationFile, read_organisation

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many entries were new or changed, and the revision that stands now."""

    revision: int
    units: int
    positions: int
    persons: int
    appointments: int

    @property
    def changed(self) -> bool:
        return bool(self.units or self.positions or self.persons or self.appointments)


def load(office: Office, file: Path) -> Loaded:
    """Write what the file says. Raises InvalidForm, with file, line and entry, for a broken file."""
    read = read_organisation(file)
    return office.store.run(lambda uow: _load(office, uow, read, file.name))


def _load(office: Office, uow: UnitOfWork, file: OrganisationFile, name: str) -> Loaded:
    at = office.now()
    known = uow.organisation.load()
    units = [_unit_row(unit) for unit in file.units if known.units.get(unit.code) != unit]
    positions = [_position_row(p) for p in file.positions if known.positions.get(p.id) != p]
    ids = {person.login: person.id for person in known.people.values() if person.login}
    persons = _changed_persons(office, uow, file.persons, known, ids)
    appointments = _changed_appointments(office, file.holdings, known, ids)
    uow.organisation.save_units(units)
    uow.organisation.save_positions(positions)
    uow.organisation.save_people(persons)
    uow.organisation.save_appointments(appointments)
    loaded = Loaded(known.revision, len(units), len(positions), len(persons), len(appointments))
    if not loaded.changed:
        return loaded
    revision = uow.organisation.bump()
    counts = asdict(loaded) | {"revision": revision}
    uow.organisation.record(office.new_id(), at, None, "organisation.loaded", {"file": name} | counts)
    follow_organisation(
        office, uow, at, None if units or positions else {row["position_id"] for row in appointments}
    )
    return Loaded(**counts)


def _unit_row(unit: Unit) -> dict[str, Any]:
    return asdict(unit)


def _position_row(position: Position) -> dict[str, Any]:
    return asdict(position)


def _changed_persons(
    office: Office,
    uow: UnitOfWork,
    persons: Iterable[Named],
    known: Organisation,
    ids: dict[str, str],
) -> list[dict[str, Any]]:
    """Rows of new and changed persons; gives every new login an id. What the file leaves out (a
    NIP, an address) is kept."""
    rows = []
    for person in persons:
        row: dict[str, Any] = {
            "login": person.login,
            "name": person.name,
            "nip": person.nip,
            "email": person.email,
            "system_roles": json.dumps(list(person.system_roles)),
        }
        if person.login not in ids:
            ids[person.login] = office.new_id()
            rows.append({"id": ids[person.login]} | row)
            continue
        shown = known.people[ids[person.login]]
        same = shown.name == person.name and shown.system_roles == frozenset(person.system_roles)
        if same and not person.nip and not person.email:
            continue
        account = uow.people.by_id(shown.id)
        if account is not None:
            row["nip"], row["email"] = person.nip or account.nip, person.email or account.email
            if same and (account.nip, account.email) == (row["nip"], row["email"]):
                continue
        rows.append({"id": shown.id} | row)
    return rows


def _changed_appointments(
    office: Office, holdings: Iterable[Holding], known: Organisation, ids: Mapping[str, str]
) -> list[dict[str, Any]]:
    """An appointment is the same one when person, position, capacity and first day agree."""
    earlier = {(a.person_id, a.position_id, a.capacity, a.valid_from): a for a in known.appointments}
    rows = []
    for holding in holdings:
        person_id = ids[holding.login]
        found = earlier.get((person_id, holding.position_id, holding.capacity, holding.valid_from))
        wanted = Appointment(
            id=found.id if found else office.new_id(),
            person_id=person_id,
            position_id=holding.position_id,
            capacity=holding.capacity,
            label=holding.label,
            instrument=holding.instrument,
            valid_from=holding.valid_from,
            valid_to=holding.valid_to,
            mandate=holding.mandate,
            on_behalf_of=ids[holding.on_behalf_of] if holding.on_behalf_of else None,
        )
        if wanted != found:
            rows.append(appointment_row(wanted))
    return rows


def appointment_row(appointment: Appointment) -> dict[str, Any]:
    """The columns of an appointment."""
    return asdict(appointment) | {"mandate": json.dumps(list(appointment.mandate))}
