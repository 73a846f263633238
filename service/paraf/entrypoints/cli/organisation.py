"""`paraf org load`, `paraf user add`, `paraf token issue`: the organisation and its accounts.

Knows arguments and what is printed; must not know rules. A first password is printed once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paraf.entrypoints.cli.start import office
from paraf.entrypoints.cli.words import Group, say
from paraf.errors import NotFound
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.usecases.office import Office

DAY = click.DateTime(["%Y-%m-%d"])
CAPACITIES = ("definitif", "plt", "plh")
SYSTEM_ROLES = ("administrator", "process_owner", "publisher", "auditor", "operator")


CHANGED = N_(
    "Revision {revision}: {units} units, {positions} positions, {persons} persons, {appointments} "
    "appointments new or changed."
)


@click.group(cls=Group, help=say(N_("The organisation: units, positions, persons.")))
def org() -> None:
    """The group of organisation commands."""


@org.command("load", help=say(N_("Load an organisation file; loading it again changes nothing.")))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
def load_file(file: Path) -> None:
    """Write what is new or changed."""
    from paraf.usecases.load_organisation import load

    loaded = load(office(), file)
    if not loaded.changed:
        click.echo(say(N_("Nothing has changed; revision {revision} stands."), revision=loaded.revision))
        return
    click.echo(
        say(
            CHANGED,
            revision=loaded.revision,
            units=loaded.units,
            positions=loaded.positions,
            persons=loaded.persons,
            appointments=loaded.appointments,
        )
    )


@click.group(cls=Group, help=say(N_("Accounts.")))
def user() -> None:
    """The group of account commands."""


@user.command(help=say(N_("Add a person with an account; prints a first password that must be changed.")))
@click.argument("login")
@click.option("--name", required=True, help=say(N_("The full name.")))
@click.option("--nip", help=say(N_("The civil service number.")))
@click.option("--email", help=say(N_("The e-mail address.")))
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(SYSTEM_ROLES),
    help=say(N_("A system role; may be repeated.")),
)
@click.option("--position", "positions", multiple=True, help=say(N_("A position to hold; may be repeated.")))
@click.option(
    "--capacity", default="definitif", type=click.Choice(CAPACITIES), help=say(N_("In which capacity."))
)
@click.option("--from", "first_day", type=DAY, help=say(N_("First day of the appointment; otherwise today.")))
@click.option("--until", "last_day", type=DAY, help=say(N_("Last day of the appointment.")))
@click.option("--instrument", help=say(N_("Number of the letter of appointment.")))
def add(
    login: str,
    name: str,
    nip: str | None,
    email: str | None,
    roles: tuple[str, ...],
    positions: tuple[str, ...],
    capacity: str,
    first_day: datetime | None,
    last_day: datetime | None,
    instrument: str | None,
) -> None:
    """The password is shown only now."""
    from paraf.usecases.accounts import add_person
    from paraf.usecases.administer import appoint

    working = office()
    _refuse_unknown(working, positions)
    person = add_person(working, None, login, name, nip, email, roles)
    for position in positions:
        day = first_day.date() if first_day else working.clock().astimezone(working.settings.timezone).date()
        appoint(
            working,
            None,
            person["login"],
            position,
            capacity,
            day.isoformat(),
            last_day.date().isoformat() if last_day else None,
            instrument,
        )
    click.echo(
        say(
            N_("First password of {login}: {password}"),
            login=person["login"],
            password=person["temporary_password"],
        )
    )


@click.group(cls=Group, help=say(N_("Tokens for the API.")))
def token() -> None:
    """The group of token commands."""


@token.command(help=say(N_("Print one bearer token of this person, nothing else.")))
@click.argument("login")
@click.option(
    "--days", type=click.IntRange(1, 3650), help=say(N_("Days it is good for; otherwise PARAF_TOKEN_DAYS."))
)
def issue(login: str, days: int | None) -> None:
    """The token is shown only now."""
    from paraf.usecases.sign_in import issue_token

    click.echo(issue_token(office(), login, days))


def _refuse_unknown(working: Office, positions: tuple[str, ...]) -> None:
    """A wrong position is refused before the person is added."""
    with working.store.read() as uow:
        known = working.organisation(uow).positions
    for position in positions:
        if position not in known:
            raise NotFound(N_("There is no position {position}."), position=position)
