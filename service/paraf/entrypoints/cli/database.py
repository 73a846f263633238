"""`paraf db ...`: bring the tables to a revision and tell which one they are at.

Knows the migrations' entry points; must not know tables.
"""

from __future__ import annotations

import click

from paraf.entrypoints.cli.start import settings
from paraf.entrypoints.cli.words import Group, say
from paraf.language import N_


@click.group(cls=Group, help=say(N_("The database: its tables and their revision.")))
def db() -> None:
    """The group of database commands."""


@db.command(help=say(N_("Create the tables, or bring them to the newest revision.")))
@click.argument("revision", default="head", metavar="[REVISION]")
def upgrade(revision: str) -> None:
    """Move forward to `revision`."""
    from paraf.storage import migrate

    chosen = settings()
    _tell(migrate.upgrade(chosen.database, chosen.migrations_folder, revision))


@db.command(help=say(N_("Go back to an earlier revision; data of the later tables is lost.")))
@click.argument("revision")
@click.confirmation_option(
    "--yes", prompt=say(N_("Go back and lose the later tables?")), help=say(N_("Do not ask."))
)
def downgrade(revision: str) -> None:
    """Move back to `revision`."""
    from paraf.storage import migrate

    chosen = settings()
    _tell(migrate.downgrade(chosen.database, chosen.migrations_folder, revision))


@db.command(help=say(N_("Show the revision of the tables and the one this version needs.")))
def current() -> int:
    """Exit code 1 when they differ."""
    from paraf.storage import migrate

    chosen = settings()
    found, needed = migrate.current(chosen.database), migrate.expected(chosen.migrations_folder)
    _tell(found)
    if found != needed:
        click.echo(say(N_("This version needs revision {revision}: run paraf db upgrade."), revision=needed))
    return 0 if found == needed else 1


@db.command(
    help=say(N_("Give a PostgreSQL role the rights of the server, as the owner, after every upgrade."))
)
@click.argument("role")
@click.option("--read-only", is_flag=True, help=say(N_("Reading only, for auditors.")))
def grant(role: str, read_only: bool) -> None:
    """No ownership, no change of frozen tables."""
    from paraf.storage import guards, migrate

    with migrate.transaction(settings().database) as connection:
        guards.grant_app_role(connection, role, auditor=read_only)
    click.echo(say(N_("The role {role} has its rights."), role=role))


def _tell(revision: str | None) -> None:
    if revision:
        click.echo(say(N_("The database is at revision {revision}."), revision=revision))
    else:
        click.echo(say(N_("The database has no tables.")))
