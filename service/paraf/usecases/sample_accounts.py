"""Sample mode opens the accounts of the sample organisation, all with one password known to all.

Knows whose account has no password yet and how production finds out later that such accounts were
ever opened; must not know which mode is running: the caller asks only in sample mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraf.usecases import passwords

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

OPENED = "sample_accounts.opened"


def open_accounts(office: Office, password: str) -> int:
    """Give every person with a login and no password this one; how many it were."""
    hashed = passwords.hash_password(password)

    def opening(uow: UnitOfWork) -> int:
        opened = uow.people.set_first_passwords(hashed)
        if opened:
            uow.organisation.record(office.new_id(), office.now(), None, OPENED, {"count": opened})
        return opened

    return office.store.run(opening)


def were_opened(office: Office) -> bool:
    """Whether this database has ever held accounts with the sample password."""
    with office.store.read() as uow:
        return uow.organisation.happened(OPENED)
