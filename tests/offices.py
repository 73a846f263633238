"""A whole office for a test: the real use cases, engine and database; only the clock is ours.

`furnish` loads the sample organisation and publishes the routes that come with Paraf. The fixtures
of `conftest.py` copy a furnished database, so that a test starts in milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cast import NOON, SAMPLE, Player
from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.domain.organisation import Actor
from paraf.usecases.load_organisation import load
from paraf.usecases.office import Office
from paraf.usecases.publish_routes import publish, shipped_routes
from paraf.usecases.register_sop import load_earlier_sops

EARLIER_SOPS = SAMPLE.parent.parent / "samples" / "earlier_sops.yaml"


class Clock:
    """A clock that stands until it is moved. `at` is UTC text as facts carry it."""

    def __init__(self, at: str = NOON) -> None:
        self._now = datetime.fromisoformat(at).astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def pass_by(self, **time: float) -> None:
        """`pass_by(hours=2)`."""
        self._now += timedelta(**time)


def open_office(database_url: str, folder: Path, clock: Clock | None = None) -> Office:
    """An office on an upgraded database, its files under `folder`."""
    settings = Settings(data_dir=folder, database_url=database_url)  # type: ignore[arg-type]
    return build_office(settings, clock or Clock())


def furnish(office: Office) -> None:
    """The sample organisation, every route and the earlier SOPs, as of the year's beginning."""
    load(office, SAMPLE)
    for file in shipped_routes(office):
        publish(office, file, effective_from="2026-01-01T00:00:00.000000Z")
    load_earlier_sops(office, EARLIER_SOPS.read_bytes())


def on_stage(office: Office, player: Player) -> Actor:
    """The person as a request would find him now in this database."""
    with office.store.read() as uow:
        organisation = office.organisation(uow)
    found = next(person for person in organisation.people.values() if person.login == player.login)
    return Actor(
        person_id=found.id,
        login=player.login,
        name=found.name or "",
        system_roles=found.system_roles,
        appointments=organisation.appointments_of(found.id, office.now()),
    )
