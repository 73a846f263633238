"""What the organisation's tests share: the clock they set, and a look at what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from paraf.domain.organisation import Actor, Organisation
from paraf.usecases.office import Office
from paraf.usecases.sign_in import issue_token, token_actor


class Clock:
    """The one clock of an office; it stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # a Monday noon in Jakarta

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def organisation_of(office: Office) -> Organisation:
    """The organisation as it stands now."""
    with office.store.read() as uow:
        return uow.organisation.load()


def found_by_token(office: Office, login: str) -> Actor:
    """The person of a login as a request finds him, by a token of his."""
    found = token_actor(office, issue_token(office, login))
    assert found is not None
    return found
