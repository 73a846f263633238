"""A copy for information is read: the first reading is a fact of the case.

A tembusan gives reading and no decision (A4); nothing waits for it. Reading again changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.errors import NotFound
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases.decide import facts_actor
from paraf.usecases.once import Once, carried_out_once
from paraf.usecases.progress import Progress

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def read_tembusan(office: Office, actor: Actor, tembusan_id: str, once: Once | None = None) -> dict[str, Any]:
    """Mark a copy sent to one of my positions as read. NotFound for anybody else's."""
    return carried_out_once(
        office,
        actor,
        once,
        lambda uow: _read(office, uow, actor, tembusan_id),
        lambda uow: _lock(uow, actor, tembusan_id),
    )


def _lock(uow: UnitOfWork, actor: Actor, tembusan_id: str) -> CaseRow:
    """The case of a copy that is his, locked."""
    row = uow.copies.one(tembusan_id)
    case = None
    if row is not None and any(a.position_id == row["position_id"] for a in actor.appointments):
        case = uow.cases.lock(row["instance_id"])
    if case is None:
        raise NotFound(N_("There is no such copy among yours."))
    return case


def _read(office: Office, uow: UnitOfWork, actor: Actor, tembusan_id: str) -> dict[str, Any]:
    case = _lock(uow, actor, tembusan_id)
    at = office.now()
    row = uow.copies.one(tembusan_id)
    if row is None:
        raise NotFound(N_("There is no such copy among yours."))
    read_at = row["read_at"]
    if uow.copies.mark_read(tembusan_id, at, actor.person_id, row["position_id"]):
        organisation = office.organisation(uow, case.organisation_revision)
        route = office.shelf.take(uow, case.route_key, case.route_version)
        hat = next(a for a in actor.appointments if a.position_id == row["position_id"])
        progress = Progress(office, uow, case, route, organisation, at, facts_actor(actor, hat))
        progress.add(
            "tembusan.read", {"kind": row["kind"], "sha256": row["sha256"], "to": row["position_id"]}
        )
        progress.write()
        read_at = at
    return {"id": tembusan_id, "read_at": read_at}
