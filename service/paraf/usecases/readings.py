"""What an auditor opens is itself recorded: who, when, what; the one thing that reading writes.

Knows by which right somebody reads a case and that a second look within a minute is the same look;
must not know pages. Whoever reads by an office of his own in the case leaves nothing here. A reading
that cannot be recorded is refused: the right to read everything stands on its being seen.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation
from paraf.language import N_
from paraf.storage.cases import CaseRow
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
    "search": N_("Search of cases"),
}
"""What may be opened, with its name: the closed list of `reading.what`."""


def note(
    office: Office,
    actor: Actor,
    what: str,
    subject: str | None = None,
    instance_id: str | None = None,
    *,
    proposal_id: str | None = None,
) -> None:
    """Record that `actor` opened something, if he reads it by the right of auditors. `what` is a key
    of WHAT, `subject` the id of what was opened, None for the case itself; the case is named by
    `instance_id` or `proposal_id`, or by neither when it is of no one case. One short transaction of
    its own; raises Unavailable when it cannot be written."""
    if what not in WHAT:
        raise LookupError(f"nobody can open a thing of the kind {what}")
    if not actor.system_roles and not actor.appointments:
        return
    now = office.clock()
    at = instant(now)
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        if not policy.audits(organisation, actor, at):
            return
        case = None
        if instance_id is not None or proposal_id is not None:
            case = uow.cases.by_id(instance_id) if instance_id else uow.cases.by_proposal(proposal_id or "")
            if case is None or _by_own_office(organisation, uow, actor, case, at):
                return
        subject = subject or (case.id if case else "")
        if uow.readings.opened_since(actor.person_id, what, subject, instant(now - ONE_LOOK)):
            return
    row = {
        "id": office.new_id(),
        "at": at,
        "person_id": actor.person_id,
        "what": what,
        "subject": subject,
        "instance_id": case.id if case else None,
    }
    office.store.run(lambda uow: uow.readings.insert(row))


def _by_own_office(organisation: Organisation, uow: UnitOfWork, actor: Actor, case: CaseRow, at: str) -> bool:
    """Whether the actor would read this case without the right of auditors."""
    scope = policy.reading_scope(organisation, actor, at)
    return case.unit_code in scope.units or uow.tasks.took_part(case.id, actor.person_id, scope.positions)
