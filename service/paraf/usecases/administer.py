"""The administrator keeps the organisation: units, positions and who is appointed to them.

Knows what each change needs and what follows from it: a new revision, a note of who did it, and
open tasks that pass to whoever is entitled now (P4). Nothing here touches a case's history.
`actor` None is the command line of the host. Days are ISO dates in the zone of the unit; a last day
is included.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from paraf.domain import policy
from paraf.domain.calendar import local_date, long_date, start_of_day
from paraf.domain.organisation import (
    Actor,
    Appointment,
    Capacity,
    Organisation,
    Position,
    PositionKind,
    Unit,
    UnitKind,
)
from paraf.errors import InvalidForm, NotAllowed, NotFound, RuleBroken
from paraf.language import N_
from paraf.storage.people import Account
from paraf.usecases.follow_organisation import follow_organisation
from paraf.usecases.load_organisation import appointment_row
from paraf.usecases.sign_in import normal_login

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

Concern = Callable[[Mapping[str, Any]], Collection[str] | None]
LONGEST = 300
CODE_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")


# --- units and positions ----------------------------------------------------------------------


def save_unit(
    office: Office,
    actor: Actor | None,
    code: str,
    name: str,
    kind: str,
    parent: str | None,
    zone: str | None = None,
    alias: str | None = None,
    last_day: str | None = None,
) -> dict[str, Any]:
    """Add a unit, or change the one of this code. `last_day` closes it after that day."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        found = known.units.get(code)
        problems = problems_of(
            code=None
            if code and set(code) <= CODE_LETTERS
            else N_("Capital letters, digits and hyphens only."),
            name=text_problem(name),
            kind=None if kind in set(UnitKind) else N_("Choose one of the kinds listed."),
            parent=_parent_problem(known, code, kind, parent),
            zone=None if zone is None or zone in available_timezones() else N_("There is no such time zone."),
        )
        refuse(problems)
        place = zone or (found.zone if found else office.settings.zone)
        unit = Unit(
            code=code,
            name=name.strip(),
            kind=kind,
            parent_code=parent or None,
            zone=place,
            alias=alias,
            valid_from=found.valid_from if found else at,
            valid_to=_after(last_day, place, "last_day") or (found.valid_to if found else None),
        )
        uow.organisation.save_units([asdict(unit)])
        return asdict(unit)

    return change_organisation(office, actor, "unit.edit", "unit.saved", change, concerns=every_task)


def save_position(
    office: Office,
    actor: Actor | None,
    unit_code: str,
    kind: str,
    title: str,
    position_id: str | None = None,
    part: str | None = None,
    last_day: str | None = None,
) -> dict[str, Any]:
    """Add a position to a unit, or change the one of this id. A unit has one head at a time."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        unit = known.unit(unit_code, at)
        found = known.positions.get(position_id) if position_id else None
        if position_id and found is None:
            raise NotFound(N_("There is no such position."))
        head = known.head_of(unit_code, at)
        problems = problems_of(
            unit_code=None if unit else N_("There is no such unit."),
            kind=None if kind in set(PositionKind) else N_("Choose one of the kinds listed."),
            title=text_problem(title),
        )
        if kind == PositionKind.PIMPINAN and head is not None and head != position_id:
            problems["kind"] = [N_("This unit already has a head.")]
        refuse(problems)
        zone = unit.zone if unit else office.settings.zone
        position = Position(
            id=found.id if found else _free_id(known, unit_code, kind),
            unit_code=unit_code,
            kind=kind,
            title=title.strip(),
            part=part or None,
            valid_from=found.valid_from if found else at,
            valid_to=_after(last_day, zone, "last_day") or (found.valid_to if found else None),
        )
        uow.organisation.save_positions([asdict(position)])
        return asdict(position)

    return change_organisation(office, actor, "position.edit", "position.saved", change, concerns=every_task)


# --- appointments -----------------------------------------------------------------------------


def appoint(
    office: Office,
    actor: Actor | None,
    login: str,
    position_id: str,
    capacity: str,
    first_day: str,
    last_day: str | None = None,
    instrument: str | None = None,
    label: str | None = None,
    mandate: Sequence[str] = (),
    on_behalf_of: str | None = None,
) -> dict[str, Any]:
    """Appoint a person. A Plt. or Plh. needs an instrument and a last day; a Plh. stands in for the
    absent holder, `on_behalf_of` (a login). `mandate` lists acts of `policy.ACTS`."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        account, absent = account_of(uow, login), account_of(uow, on_behalf_of) if on_behalf_of else None
        position = known.positions.get(position_id)
        if actor is not None and account is not None and account.id == actor.person_id:
            raise NotAllowed(N_("Nobody appoints himself. Ask another administrator."), rule="A1")
        acting = capacity in (Capacity.PLT, Capacity.PLH)
        problems = problems_of(
            login=None
            if account and not account.disabled_at
            else N_("There is no active person of this login."),
            position=None if position else N_("There is no such position."),
            capacity=None if capacity in set(Capacity) else N_("Choose one of the kinds listed."),
            instrument=N_("An acting appointment needs its instrument.")
            if acting and not instrument
            else None,
            last_day=N_("An acting appointment needs a last day.") if acting and not last_day else None,
            mandate=None if set(mandate) <= set(policy.ACTS) else N_("Choose acts of the list."),
            on_behalf_of=N_("There is no active person of this login.")
            if on_behalf_of and not absent
            else None,
        )
        refuse(problems)
        if account is None or position is None:
            raise AssertionError("refused above")
        zone = known.zone_of(position_id)
        begins, ends = start_of_day(_day(first_day, "first_day"), zone), _after(last_day, zone, "last_day")
        if ends is not None and ends <= begins:
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"last_day": [N_("The last day is before the first.")]},
            )
        _refuse_second_head(known, position, capacity, begins, ends)
        appointment = Appointment(
            id=office.new_id(),
            person_id=account.id,
            position_id=position_id,
            capacity=capacity,
            label=label or None,
            instrument=instrument or None,
            valid_from=begins,
            valid_to=ends,
            mandate=tuple(sorted(set(mandate))),
            on_behalf_of=absent.id if absent else None,
        )
        uow.organisation.save_appointments([appointment_row(appointment)])
        return asdict(appointment) | {"mandate": list(appointment.mandate)}

    return change_organisation(
        office, actor, "appointment.edit", "appointment.made", change, concerns=its_holders
    )


def end_appointment(
    office: Office, actor: Actor | None, appointment_id: str, last_day: str
) -> dict[str, Any]:
    """The appointment ends after `last_day`. The past is left as it is: not earlier than yesterday."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        found = next((a for a in known.appointments if a.id == appointment_id), None)
        if found is None:
            raise NotFound(N_("There is no such appointment."))
        if found.valid_to is not None and found.valid_to <= at:
            raise RuleBroken(N_("This appointment has already ended. Make a new one."), rule="P6")
        zone = known.zone_of(found.position_id)
        day = _day(last_day, "last_day")
        yesterday = local_date(at, zone) - timedelta(days=1)
        if day < yesterday:
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"last_day": [N_("An appointment cannot be ended in the past.")]},
            )
        ends = max(start_of_day(day + timedelta(days=1), zone), found.valid_from)
        uow.organisation.end_appointment(found.id, ends)
        return {
            "id": found.id,
            "position_id": found.position_id,
            "valid_to": ends,
            "last_day": long_date(day),
        }

    return change_organisation(
        office, actor, "appointment.edit", "appointment.ended", change, concerns=its_holders
    )


def events(office: Office, actor: Actor, limit: int = 200) -> list[dict[str, Any]]:
    """The newest notes of the administration, for administrators and auditors."""
    policy.require(actor, "administration.read")
    with office.store.read() as uow:
        return uow.organisation.events(limit)


# --- shared by all ----------------------------------------------------------------------------


def change_organisation(
    office: Office,
    actor: Actor | None,
    permission: str,
    event_type: str,
    change: Callable[[UnitOfWork, Organisation, str], dict[str, Any]],
    *,
    concerns: Concern | None = None,
) -> dict[str, Any]:
    """One transaction: the change, its new revision, its note, and what it does to open tasks:
    `concerns` says to which positions, from what `change` gave (None: it touches no task)."""
    if actor is not None:
        policy.require(actor, permission)

    def carry_out(uow: UnitOfWork) -> dict[str, Any]:
        at = office.now()
        # the revision is taken first: its row makes two administrators wait for one another
        uow.organisation.bump()
        answer = change(uow, uow.organisation.load(), at)
        person_id = actor.person_id if actor else None
        uow.organisation.record(office.new_id(), at, person_id, event_type, answer)
        if concerns is not None:
            follow_organisation(office, uow, at, concerns(answer))
        return answer

    return office.store.run(carry_out)


def every_task(saved: Mapping[str, Any]) -> Collection[str] | None:
    """A unit or position changed: a role may mean others now, in any case."""
    return None


def its_holders(appointment: Mapping[str, Any]) -> Collection[str] | None:
    """An appointment began or ended: only those who hold or held its position."""
    return (appointment["position_id"],)


def account_of(uow: UnitOfWork, login: str) -> Account | None:
    """The account of a login as somebody typed it."""
    return uow.people.by_login(normal_login(login))


def problems_of(**found: str | None) -> dict[str, list[str]]:
    """The fields that have a problem, as InvalidForm carries them."""
    return {field: [problem] for field, problem in found.items() if problem is not None}


def refuse(problems: Mapping[str, list[str]]) -> None:
    """Raise InvalidForm if any field has a problem."""
    if problems:
        raise InvalidForm(N_("Some fields need your attention."), errors=dict(problems))


def text_problem(text: str) -> str | None:
    """What is wrong with a name or title, or None."""
    if not text or not text.strip():
        return N_("This must not be empty.")
    return N_("This is too long.") if len(text) > LONGEST else None


def _parent_problem(known: Organisation, code: str, kind: str, parent: str | None) -> str | None:
    if not parent:
        return None if kind in (UnitKind.KEMENTERIAN, UnitKind.UNIT_LUAR) else N_("Name the unit above.")
    if parent not in known.units:
        return N_("There is no such unit.")
    above = {unit.code for unit in known.chain(parent)}
    return N_("A unit cannot stand above itself.") if code in above else None


def _free_id(known: Organisation, unit_code: str, kind: str) -> str:
    first = f"{unit_code}.{kind}"
    taken = (f"{first}-{number}" for number in range(2, len(known.positions) + 3))
    return next(i for i in (first, *taken) if i not in known.positions)


def _refuse_second_head(
    known: Organisation, position: Position, capacity: str, begins: str, ends: str | None
) -> None:
    """A head has one definitive holder and one acting one at a time."""
    if position.kind != PositionKind.PIMPINAN:
        return
    for held in known.appointments:
        overlaps = (held.valid_to is None or held.valid_to > begins) and (
            ends is None or held.valid_from < ends
        )
        if held.position_id == position.id and held.capacity == capacity and overlaps:
            raise InvalidForm(
                N_("{who} holds {title} in this period."),
                errors={"position": [N_("End the present appointment first.")]},
                who=known.name_of(held.person_id) or "—",
                title=position.title,
            )


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise InvalidForm(
            N_("Some fields need your attention."), errors={field: [N_("Write the day as 2026-03-31.")]}
        ) from None


def _after(last_day: str | None, zone: str, field: str) -> str | None:
    return start_of_day(_day(last_day, field) + timedelta(days=1), zone) if last_day else None
