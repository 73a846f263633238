"""What auditors opened, read back: by person, case and period.

Knows names for the ids of the log; must not know how a reading comes to be recorded (`usecases/readings.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def readings_log(
    office: Office,
    actor: Actor,
    *,
    person: str = "",
    number: str = "",
    opened: tuple[str | None, str | None] = (None, None),
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Readings, newest first: who, when, what, of which case. `person` is a part of a name, a login or
    an id; `number` that of a case; `opened` a period whose end is not included. A person who was
    erased is the random id alone."""
    policy.require(actor, "reading.read")
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        people = None
        if person:
            part = person.casefold()
            people = sorted(
                {one.id for one in organisation.people.values() if part in (one.name or "").casefold()}
                | {one.id for one in organisation.people.values() if part == (one.login or "").casefold()}
                | {person}
            )
        instance_id = None
        if number:
            case = uow.cases.by_number(number.upper())
            instance_id = case.id if case else number
        rows = uow.readings.page(
            people=people,
            instance_id=instance_id,
            since=opened[0],
            until=opened[1],
            after=after,
            limit=limit + 1,
        )
        page = rows[:limit]
        items = [
            {
                "id": row["id"],
                "at": row["at"],
                "person": {"id": row["person_id"], "name": organisation.name_of(row["person_id"])},
                "what": row["what"],
                "subject": row["subject"],
                "instance_id": row["instance_id"],
                "number": row["number"],
            }
            for row in page
        ]
    last = page[-1] if len(rows) > limit else None
    return {"items": items, "next": (last["at"], last["id"]) if last else None}
