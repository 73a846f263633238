"""The administrator keeps persons and their accounts: who may come in, and with which system role.

Knows what may be said of a person and what ends when an account is closed; must not know positions
(`administer.py`). `actor` None is the command line of the host.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation, SystemRole
from paraf.errors import NotAllowed, NotFound
from paraf.language import N_
from paraf.storage.people import Account
from paraf.usecases import passwords
from paraf.usecases.administer import account_of, change_organisation, problems_of, refuse, text_problem
from paraf.usecases.sign_in import normal_login

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

LOGIN_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


def add_person(
    office: Office,
    actor: Actor | None,
    login: str,
    name: str,
    nip: str | None = None,
    email: str | None = None,
    system_roles: Sequence[str] = (),
) -> dict[str, Any]:
    """Add a person with an account. The answer holds a temporary password, shown only now."""
    login = normal_login(login)
    password = passwords.temporary_password(office.randomness)
    stored = passwords.hash_password(password)

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        free = uow.people.by_login(login) is None
        problems = problems_of(
            login=N_("Small letters, digits, dots and hyphens only.")
            if not login or not set(login) <= LOGIN_LETTERS
            else (None if free else N_("This login is taken.")),
            name=text_problem(name),
            system_roles=None if set(system_roles) <= set(SystemRole) else N_("Choose roles of the list."),
        )
        refuse(problems)
        if system_roles and actor is not None:
            policy.require(actor, "system_role.grant")
        person_id = office.new_id()
        row = {"id": person_id, "login": login, "name": name.strip(), "nip": nip, "email": email}
        uow.organisation.save_people([row | {"system_roles": json.dumps(sorted(set(system_roles)))}])
        uow.people.update(person_id, password_hash=stored, must_change_password=1)
        return {"id": person_id, "system_roles": sorted(set(system_roles))}

    answer = change_organisation(office, actor, "person.edit", "person.added", change)
    return answer | {"login": login, "name": name.strip(), "temporary_password": password}


def edit_person(
    office: Office, actor: Actor | None, login: str, name: str, nip: str | None, email: str | None
) -> dict[str, Any]:
    """Correct what the directory says of a person."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        account = _existing(uow, login)
        refuse(problems_of(name=text_problem(name)))
        uow.people.update(account.id, name=name.strip(), nip=nip or None, email=email or None)
        return {"id": account.id}

    return change_organisation(office, actor, "person.edit", "person.edited", change)


def reset_password(office: Office, actor: Actor | None, login: str) -> str:
    """A temporary password, shown only now; every session and token of the person ends."""
    password = passwords.temporary_password(office.randomness)
    stored = passwords.hash_password(password)

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        account = _existing(uow, login)
        uow.people.update(account.id, password_hash=stored, must_change_password=1)
        uow.people.close_sessions(account.id)
        uow.people.revoke_tokens(account.id)
        return {"id": account.id}

    change_organisation(office, actor, "account.edit", "password.reset", change)
    return password


def disable(office: Office, actor: Actor | None, login: str) -> dict[str, Any]:
    """Close the account: sessions, tokens and claims end at once. Appointments stay until they are
    ended."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        account = _existing(uow, login)
        if actor is not None and account.id == actor.person_id:
            raise NotAllowed(N_("Nobody disables his own account. Ask another administrator."), rule="A4")
        uow.people.update(account.id, disabled_at=at)
        uow.people.close_sessions(account.id)
        uow.people.revoke_tokens(account.id)
        positions = {a.position_id for a in known.appointments_of(account.id)}
        return {"id": account.id, "positions": sorted(positions)}

    return change_organisation(
        office, actor, "account.edit", "account.disabled", change, concerns=his_positions
    )


def enable(office: Office, actor: Actor | None, login: str) -> dict[str, Any]:
    """Open a disabled account again; the old password still fits, tokens have to be issued anew."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        account = _existing(uow, login)
        if account.erased_at is not None:
            raise NotFound(N_("There is no such person."))
        uow.people.update(account.id, disabled_at=None)
        return {"id": account.id}

    return change_organisation(office, actor, "account.edit", "account.enabled", change)


def grant_system_roles(
    office: Office, actor: Actor | None, login: str, system_roles: Sequence[str]
) -> dict[str, Any]:
    """Set the system roles of another person; who did it, before and after, is noted."""

    def change(uow: UnitOfWork, known: Organisation, at: str) -> dict[str, Any]:
        account = _existing(uow, login)
        if actor is not None and account.id == actor.person_id:
            raise NotAllowed(
                N_("Nobody grants a role to himself. Ask another administrator."), rule="system_role.grant"
            )
        if not set(system_roles) <= set(SystemRole):
            refuse(problems_of(system_roles=N_("Choose roles of the list.")))
        after = sorted(set(system_roles))
        uow.people.update(account.id, system_roles=json.dumps(after))
        return {"id": account.id, "before": sorted(account.system_roles), "after": after}

    return change_organisation(office, actor, "system_role.grant", "system_roles.granted", change)


def his_positions(closed: Mapping[str, Any]) -> Collection[str]:
    """An account is closed: tasks offered to the positions he holds or held."""
    positions: list[str] = closed["positions"]
    return positions


def _existing(uow: UnitOfWork, login: str) -> Account:
    found = account_of(uow, login)
    if found is None:
        raise NotFound(N_("There is no such person."))
    return found
