"""A copy for information is read: the first reading is a fact of the case.

A tembusan gives reading and no decision (A4); nothing waits for it. Reading again changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.errors import NotFound
from paraf.language import N_
from paraf.usecases.decide import facts_actor
from paraf.usecases.once import Once, carried_out_once
from paraf.usecases.progress import Progress

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def read_tembusan(office: Office, actor: Actor, tembusan_id: str, once: Once | None = None) -> dict[str, Any]:
    """Mark a copy sent to one of my positions as read. NotFound for anybody else's."""
    return carried_out_once(office, actor, once, lambda uow: _read(office, uow, actor, tembusan_id))


def _read(office: Office, uow: UnitOfWork, actor: Actor, tembusan_id: str) -> dict[str, Any]:
    at = office.now()
    row = uow.cases.tembusan(tembusan_id)
    hats = {appointment.position_id: appointment for appointment in actor.appointments}
    if row is None or row["position_id"] not in hats:
        raise NotFound(N_("There is no such copy among yours."))
    read_at = row["read_at"]
    case = uow.cases.lock(row["instance_id"])
    if case is not None and uow.cases.mark_read(tembusan_id, at, actor.person_id, row["position_id"]):
        organisation = office.organisation(uow, case.organisation_revision)
        route = office.shelf.take(uow, case.route_key, case.route_version)
        hat = hats[row["position_id"]]
        progress = Progress(office, uow, case, route, organisation, at, facts_actor(actor, hat))
        progress.add(
            "tembusan.read", {"kind": row["kind"], "sha256": row["sha256"], "to": row["position_id"]}
        )
        progress.write()
        read_at = at
    return {"id": tembusan_id, "read_at": read_at}
