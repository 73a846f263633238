"""What an auditor opens is itself recorded: who, when, what; the one thing that reading writes.

Knows by which right somebody reads a case and that a second look within a minute is the same look;
must not know pages. Whoever reads by an office of his own in the case leaves nothing here. A reading
that cannot be recorded is refused: the right to read everything stands on its being seen.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.language import N_
from paraf.usecases.office import instant

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

ONE_LOOK = timedelta(minutes=1)
"""Opening the same thing again within this time is one reading."""

WHAT = {
    "case": N_("Case"),
    "task": N_("Task"),
    "draft": N_("Draft text"),
    "history": N_("History"),
    "events": N_("Facts as hashed"),
    "replay": N_("Replay"),
    "report": N_("Report of the replay"),
    "dossier": N_("Dossier"),
    "document": N_("Document"),
    "attachment": N_("Attachment"),
    "verification": N_("Verification"),
    "evidence": N_("Evidence bundle"),
    "list": N_("Exported list of cases"),
}
"""What may be opened, with its name: the closed list of `reading.what`."""


def note(office: Office, actor: Actor, what: str, subject: str, instance_id: str | None = None) -> None:
    """Record that `actor` opened something, if he reads it by the right of auditors. `what` is a key
    of WHAT, `subject` the id of what was opened, `instance_id` its case, None for what is of no one
    case. One short transaction of its own; raises Unavailable when it cannot be written."""
    if what not in WHAT:
        raise LookupError(f"nobody can open a thing of the kind {what}")
    if not actor.system_roles and not actor.appointments:
        return
    now = office.clock()
    at = instant(now)
    with office.store.read() as uow:
        if not _by_audit(office, uow, actor, instance_id, at):
            return
        if uow.readings.opened_since(actor.person_id, what, subject, instant(now - ONE_LOOK)):
            return
    row = {
        "id": office.new_id(),
        "at": at,
        "person_id": actor.person_id,
        "what": what,
        "subject": subject,
        "instance_id": instance_id,
    }
    office.store.run(lambda uow: uow.readings.insert(row))


def _by_audit(office: Office, uow: UnitOfWork, actor: Actor, instance_id: str | None, at: str) -> bool:
    """Whether the actor reads this by the right of auditors, and by no office of his own."""
    organisation = office.organisation(uow)
    if not policy.audits(organisation, actor, at):
        return False
    if instance_id is None:
        return True
    case = uow.cases.by_id(instance_id)
    scope = policy.reading_scope(organisation, actor, at)
    if case is not None and case.unit_code in scope.units:
        return False
    return not uow.tasks.took_part(instance_id, actor.person_id, scope.positions)
