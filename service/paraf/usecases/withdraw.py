"""The proposing unit takes its proposal back, with a reason, while nothing is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain import policy, standing
from paraf.domain.facts import Sealed
from paraf.domain.organisation import Actor
from paraf.engine import spiff
from paraf.errors import AlreadyDecided, InvalidForm, NotFound
from paraf.language import N_
from paraf.usecases.decide import facts_actor
from paraf.usecases.incidents import watching
from paraf.usecases.once import Once, earlier_answer, keep_answer
from paraf.usecases.progress import Progress

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def withdraw(
    office: Office, actor: Actor, proposal_id: str, reason: str, once: Once | None = None
) -> dict[str, Any]:
    """End the case as `withdrawn`. Only the submitter of the case or the head of its unit may."""
    with watching(office, lambda uow: uow.cases.lock_by_proposal(proposal_id)):
        return office.store.run(lambda uow: _withdraw(office, uow, actor, proposal_id, reason, once))


def _withdraw(
    office: Office, uow: UnitOfWork, actor: Actor, proposal_id: str, reason: str, once: Once | None
) -> dict[str, Any]:
    case = uow.cases.lock_by_proposal(proposal_id)
    at = office.now()
    if case is None:
        raise NotFound(N_("There is no such proposal."))
    answered = earlier_answer(uow, actor.person_id, once)
    if answered is not None:
        return dict(answered)
    organisation = office.organisation(uow, case.organisation_revision)
    route = office.shelf.take(uow, case.route_key, case.route_version)
    progress = Progress(office, uow, case, route, organisation, at, {})
    appointment = policy.may_withdraw(organisation, actor, case.unit_code, progress.pinned["case"], at)
    standing.refuse_while_held(case.state)
    if case.state != "running":
        raise AlreadyDecided(
            N_("The case has already ended; it can no longer be withdrawn."), present={"state": case.state}
        )
    if not reason or not reason.strip():
        raise InvalidForm(
            N_("Please give the reason."), errors={"reason": [N_("A reason is required.")]}, rule="INT-02"
        )
    progress.actor = facts_actor(actor, appointment)
    step = spiff.cancel(route.compiled, case.id, at, case.engine_state)
    progress.add(
        "instance.withdrawn",
        {"position": appointment.position_id, "state": "withdrawn", "reason": Sealed(reason.strip())},
    )
    progress.take(step)
    progress.changes.update(state="withdrawn", ended_at=at)
    seq = progress.write()
    answer = {
        "id": proposal_id,
        "instance_id": case.id,
        "number": case.number,
        "state": "withdrawn",
        "seq": seq,
    }
    keep_answer(uow, actor.person_id, once, answer, at)
    return answer
