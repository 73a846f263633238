"""The organisation at rest: its revision, the whole snapshot, and the changes made to it.

Knows rows and how to upsert them on both databases; must not know who may change what
(`usecases/administer.py`) or what a role means (`domain/organisation.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from paraf.domain.organisation import Appointment, Organisation, Person, Position, Unit
from paraf.storage.tables import (
    appointment,
    organisation_event,
    organisation_revision,
    person,
    position,
    unit,
)

_REVISION = select(func.max(organisation_revision.c.revision))
_UNITS = select(
    unit.c.code,
    unit.c.name,
    unit.c.kind,
    unit.c.parent_code,
    unit.c.zone,
    unit.c.alias,
    unit.c.valid_from,
    unit.c.valid_to,
).order_by(unit.c.code)
_POSITIONS = select(
    position.c.id,
    position.c.unit_code,
    position.c.kind,
    position.c.title,
    position.c.part,
    position.c.valid_from,
    position.c.valid_to,
).order_by(position.c.id)
APPOINTMENT_COLUMNS = (
    appointment.c.id,
    appointment.c.person_id,
    appointment.c.position_id,
    appointment.c.capacity,
    appointment.c.label,
    appointment.c.instrument,
    appointment.c.valid_from,
    appointment.c.valid_to,
    appointment.c.mandate,
    appointment.c.on_behalf_of,
)
_APPOINTMENTS = select(*APPOINTMENT_COLUMNS)
_PEOPLE = select(
    person.c.id, person.c.login, person.c.name, person.c.system_roles, person.c.disabled_at, person.c.nip
)
_END = (
    update(appointment).where(appointment.c.id == bindparam("the_id")).values(valid_to=bindparam("the_end"))
)


def appointment_of(row: Sequence[Any]) -> Appointment:
    """An appointment from the values of APPOINTMENT_COLUMNS."""
    return Appointment(
        id=row[0],
        person_id=row[1],
        position_id=row[2],
        capacity=row[3],
        label=row[4],
        instrument=row[5],
        valid_from=row[6],
        valid_to=row[7],
        mandate=tuple(json.loads(row[8])),
        on_behalf_of=row[9],
    )


class OrganisationRows:
    """The repository of the organisation on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revision(self) -> int:
        """The number of the newest change; 0 before the first."""
        return self._connection.execute(_REVISION).scalar() or 0

    def load(self) -> Organisation:
        """The whole organisation in five statements. The revision is read first: a change that
        slips in between makes the snapshot newer than its number, and the next reader loads anew."""
        revision = self.revision()
        read = self._connection.execute
        return Organisation(
            revision=revision,
            units={row[0]: Unit(*row) for row in read(_UNITS)},
            positions={row[0]: Position(*row) for row in read(_POSITIONS)},
            appointments=tuple(appointment_of(row) for row in read(_APPOINTMENTS)),
            people={
                row[0]: Person(*row[:3], frozenset(json.loads(row[3])), row[4] is not None, row[5])
                for row in read(_PEOPLE)
            },
        )

    def bump(self) -> int:
        """One statement: every cached snapshot is out of date when this transaction commits."""
        statement = self._insert(organisation_revision).values(id=1, revision=1)
        statement = statement.on_conflict_do_update(
            index_elements=["id"], set_={"revision": organisation_revision.c.revision + 1}
        ).returning(organisation_revision.c.revision)
        return int(self._connection.execute(statement).scalar_one())

    def save_units(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert or replace, parents before children."""
        self._upsert(unit, "code", rows)

    def save_positions(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._upsert(position, "id", rows)

    def save_people(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert or replace the columns given; others (a password) stay as they are."""
        self._upsert(person, "id", rows)

    def save_appointments(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._upsert(appointment, "id", rows)

    def end_appointment(self, appointment_id: str, at: str) -> None:
        """The appointment is in force until, and not including, `at`."""
        self._connection.execute(_END, {"the_id": appointment_id, "the_end": at})

    def record(
        self, event_id: str, at: str, actor: str | None, event_type: str, data: Mapping[str, Any]
    ) -> None:
        """Note a change of the organisation or an act of its administration."""
        values = {"id": event_id, "at": at, "actor": actor, "type": event_type}
        self._connection.execute(
            insert(organisation_event),
            values | {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        )

    def events(self, limit: int = 200) -> list[dict[str, Any]]:
        """The newest notes first: id, at, actor, type, data."""
        statement = (
            select(organisation_event)
            .order_by(organisation_event.c.at.desc(), organisation_event.c.id.desc())
            .limit(limit)
        )
        rows = self._connection.execute(statement).mappings()
        return [dict(row) | {"data": json.loads(row["data"])} for row in rows]

    def happened(self, event_type: str) -> bool:
        """Whether a note of this type was ever made."""
        statement = select(organisation_event.c.id).where(organisation_event.c.type == event_type).limit(1)
        return self._connection.execute(statement).first() is not None

    def _insert(self, table: Table) -> Any:
        postgresql = self._connection.dialect.name == "postgresql"
        return postgresql_insert(table) if postgresql else sqlite_insert(table)

    def _upsert(self, table: Table, key: str, rows: Iterable[Mapping[str, Any]]) -> None:
        values = list(rows)
        if not values:
            return
        statement = self._insert(table)
        changed = {name: statement.excluded[name] for name in values[0] if name != key}
        statement = statement.on_conflict_do_update(index_elements=[key], set_=changed)
        self._connection.execute(statement, values)
