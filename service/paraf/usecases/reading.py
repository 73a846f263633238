"""Who may see a case (conventions 8): its unit and those above, whoever has or had a task or a
copy in it, Biro PO, auditors. Others get "not there" on reading.

Knows the question and the rows that answer it; must not know what is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.errors import NotFound
from paraf.language import N_
from paraf.storage.cases import CaseRow

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def may_see(office: Office, uow: UnitOfWork, actor: Actor, case: CaseRow, at: str) -> bool:
    """Whether the person may read this case. Asks the rows of the case only when the organisation
    alone does not answer."""
    organisation = office.organisation(uow, case.organisation_revision)
    scope = policy.reading_scope(organisation, actor, at)
    if scope.everything or case.unit_code in scope.units:
        return True
    return uow.tasks.took_part(case.id, actor.person_id, scope.positions)


def visible_case(office: Office, uow: UnitOfWork, actor: Actor, case: CaseRow | None) -> CaseRow:
    """The case, or NotFound alike for one that is not there and one that is not his to see."""
    if case is None or not may_see(office, uow, actor, case, office.now()):
        raise NotFound(N_("There is no such case, or it is not yours to see."))
    return case
