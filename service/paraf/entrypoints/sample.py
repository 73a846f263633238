"""Prepares a sample installation: tables, organisation, accounts, routes, earlier SOPs, cases under way.

Knows the order of the use cases and the password everybody may know; must not know rows. Accounts are
opened in sample mode only; preparing again adds only what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.errors import Misconfigured
from paraf.language import N_
from paraf.storage import migrate
from paraf.usecases import (
    demo,
    load_organisation,
    publish_routes,
    register_sop,
    sample_accounts,
    sample_cases,
)
from paraf.usecases.office import Office, system_clock

PASSWORD = "paraf-contoh"  # noqa: S105 - the sample's, shown on its sign-in page; never in production
ORGANISATION = "organisation/kemlu.yaml"
EARLIER_SOPS = "samples/earlier_sops.yaml"


def prepare(
    settings: Settings, tell: Callable[[str], None], clock: Callable[[], datetime] = system_clock
) -> None:
    """Bring a sample installation to a state in which everybody can sign in and finds work. A new one
    is furnished as of some weeks ago, so that its cases have a past."""
    if not settings.sample:
        raise Misconfigured(N_("Sample data is loaded in sample mode only: set PARAF_MODE=sample."))
    migrate.upgrade(settings.database, settings.migrations_folder)
    past = sample_cases.PastClock(clock)
    with working(settings, past) as office:
        if sample_cases.wanted(office):
            with sample_cases.before_all_cases(office, past):
                _load(office, tell)
            count = sample_cases.carry_all(office, past)
            tell(office.language.translate(N_("{count} sample cases are under way."), count=count))
        else:
            _load(office, tell)
        sample_accounts.open_accounts(office, PASSWORD)


def demonstrate(settings: Settings, tell: Callable[[str], None]) -> bool:
    """Carry a proposal along every primary route; whether all arrived. Outside sample mode only in a
    database of its own, and no account gets a password."""
    migrate.upgrade(settings.database, settings.migrations_folder)
    with working(settings) as office:
        if not settings.sample:
            if not sample_accounts.may_demonstrate(office):
                raise Misconfigured(
                    N_("The demonstration needs an empty database or sample mode: this one holds persons.")
                )
            sample_accounts.note_demonstration(office)
        _load(office, tell)
        return demo.carry_all(office, tell)


@contextmanager
def working(settings: Settings, clock: Callable[[], datetime] = system_clock) -> Iterator[Office]:
    """The office of these settings, its connections closed afterwards."""
    office = build_office(settings, clock)
    try:
        yield office
    finally:
        office.store.close()


def _load(office: Office, tell: Callable[[str], None]) -> None:
    """The sample organisation, the shipped routes and the earlier SOPs, as far as they are missing."""
    say = office.language.translate
    loaded = load_organisation.load(office, office.workflows / ORGANISATION)
    if loaded.changed:
        told = N_("Sample organisation: {units} units, {persons} persons.")
        tell(say(told, units=loaded.units, persons=loaded.persons))
    for file in publish_routes.shipped_routes(office):
        published = publish_routes.publish(office, file)
        if published.new:
            told = N_("{key} version {version} published")
            tell(say(told, key=published.key, version=published.version))
    register_sop.load_earlier_sops(office, (office.workflows / EARLIER_SOPS).read_bytes())
