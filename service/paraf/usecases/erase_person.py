"""A person's data is erased: the facts stay and still verify, but name nobody.

Facts name a random id and hold typed text as a salted digest (conventions 7). Emptying the person
and the openings of what he typed therefore needs no change of any history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation
from paraf.errors import NotAllowed, NotFound, ParafError, RuleBroken
from paraf.language import N_
from paraf.usecases.follow_organisation import follow_organisation
from paraf.usecases.sign_in import normal_login

if TYPE_CHECKING:
    from paraf.storage.people import Account
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office


def erase_person(office: Office, actor: Actor | None, login: str) -> dict[str, Any]:
    """Empty the person of this login. Refused while he holds a position: end his appointments first.

    Gives the id that stays and the number of typed texts that can no longer be opened.
    """
    if actor is not None:
        policy.require(actor, "person.erase")
    return office.store.run(lambda uow: _erase(office, uow, actor, login))


def hindrance(known: Organisation, actor: Actor | None, account: Account, at: str) -> ParafError | None:
    """Why the data of this person cannot be erased at this instant; None when they can."""
    if actor is not None and account.id == actor.person_id:
        return NotAllowed(N_("Nobody erases himself. Ask another administrator."), rule="person.erase")
    held = [a for a in known.appointments_of(account.id) if a.valid_to is None or a.valid_to > at]
    if not held:
        return None
    return RuleBroken(
        N_("{login} still holds: {titles}. End these appointments first."),
        login=account.login,
        titles="; ".join(known.title(a.position_id) for a in held),
    )


def _erase(office: Office, uow: UnitOfWork, actor: Actor | None, login: str) -> dict[str, Any]:
    at = office.now()
    uow.organisation.bump()
    account = uow.people.by_login(normal_login(login))
    if account is None:
        raise NotFound(N_("There is no such person."))
    known = uow.organisation.load()
    refusal = hindrance(known, actor, account, at)
    if refusal is not None:
        raise refusal
    uow.people.erase(account.id, at)
    follow_organisation(office, uow, at, {a.position_id for a in known.appointments_of(account.id)})
    # cases first, then requests, as repairs lock them; and the requests before the openings, so that
    # a repair carried out meanwhile has either sealed its reason already or finds none
    uow.repairs.erase_words_of(account.id)
    answer = {"id": account.id, "texts": uow.history.erase_words_of(account.id)}
    person_id = actor.person_id if actor else None
    uow.organisation.record(office.new_id(), at, person_id, "person.erased", answer)
    return answer
