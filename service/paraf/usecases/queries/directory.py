"""The directory: who I am, who holds which position, which units there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor, Appointment, Organisation

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def me(office: Office, actor: Actor) -> dict[str, Any]:
    """The signed-in person, his appointments in force now, his roles in the system."""
    at = office.now()
    with office.store.read() as uow:
        organisation = office.organisation(uow)
    return {
        "id": actor.person_id,
        "login": actor.login,
        "name": actor.name,
        "roles": sorted(actor.system_roles),
        "appointments": [
            _appointment(organisation, held) for held in organisation.appointments_of(actor.person_id, at)
        ],
    }


def _appointment(organisation: Organisation, held: Appointment) -> dict[str, Any]:
    unit = organisation.unit_of_position(held.position_id)
    return {
        "position": {"id": held.position_id, "title": organisation.title(held.position_id)},
        "unit": {"code": unit.code, "name": unit.name} if unit else None,
        "capacity": held.capacity,
        "label": organisation.signing_title(held),
        "instrument": held.instrument,
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "on_behalf_of": organisation.name_of(held.on_behalf_of),
    }


def people(
    office: Office,
    actor: Actor,
    *,
    login: str | None = None,
    position: str | None = None,
    unit: str | None = None,
    q: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """The directory, by name; filtered by login, by position held now, by unit, by part of a name."""
    policy.require(actor, "directory.read")
    at = office.now()
    with office.store.read() as uow:
        organisation = office.organisation(uow)
    wanted = (q or "").strip().lower()
    found = []
    for person in organisation.people.values():
        if person.name is None or person.disabled:
            continue
        held = organisation.appointments_of(person.id, at)
        if login is not None and person.login != login:
            continue
        if position is not None and all(a.position_id != position for a in held):
            continue
        if unit is not None and all(
            (u := organisation.unit_of_position(a.position_id)) is None or u.code != unit for a in held
        ):
            continue
        if wanted and wanted not in person.name.lower() and wanted not in (person.login or "").lower():
            continue
        found.append((person.name, person.id, person.login, held))
    found.sort(key=lambda entry: entry[:2])
    rest = [entry for entry in found if after is None or entry[:2] > after]
    page = rest[:limit]
    return {
        "items": [
            {
                "id": person_id,
                "login": entry_login,
                "name": name,
                "appointments": [_appointment(organisation, a) for a in held],
            }
            for name, person_id, entry_login, held in page
        ],
        "next": page[-1][:2] if len(rest) > limit else None,
    }


def units(office: Office, actor: Actor, *, own: bool = False) -> list[dict[str, Any]]:
    """Units in force, by name; with `own` only those one may propose for."""
    at = office.now()
    with office.store.read() as uow:
        organisation = office.organisation(uow)
    mine = {
        found.code
        for held in organisation.appointments_of(actor.person_id, at)
        if (found := organisation.unit_of_position(held.position_id))
    }
    return [
        {
            "code": unit.code,
            "name": unit.name,
            "kind": unit.kind,
            "parent": unit.parent_code,
            "route_kind": organisation.unit_kind_for_route(unit.code, at),
        }
        for unit in sorted(organisation.units.values(), key=lambda u: u.name)
        if organisation.unit(unit.code, at) is not None and (not own or unit.code in mine)
    ]
