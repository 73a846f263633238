"""Sample mode opens the accounts of the sample organisation, all with one password known to all.

Knows whose account has no password yet, and what tells later that a database was a sample or a
demonstration; must not know which mode is running.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraf.usecases import passwords

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

OPENED = "sample_accounts.opened"
DEMONSTRATED = "demonstration.loaded"


def open_accounts(office: Office, password: str) -> int:
    """Give every person with a login and no password this one; how many it were."""
    hashed = passwords.hash_password(password)

    def opening(uow: UnitOfWork) -> int:
        opened = uow.people.set_first_passwords(hashed)
        if opened:
            uow.organisation.record(office.new_id(), office.now(), None, OPENED, {"count": opened})
        return opened

    return office.store.run(opening)


def may_demonstrate(office: Office) -> bool:
    """Whether this database is empty of persons, or holds the demonstration already."""
    with office.store.read() as uow:
        return uow.organisation.happened(DEMONSTRATED) or not office.organisation(uow).people


def note_demonstration(office: Office) -> None:
    """From now on this database is one of the demonstration."""
    office.store.run(
        lambda uow: uow.organisation.record(office.new_id(), office.now(), None, DEMONSTRATED, {})
    )


def were_opened(office: Office) -> bool:
    """Whether this database has ever held accounts with the sample password."""
    with office.store.read() as uow:
        return uow.organisation.happened(OPENED)
