"""`paraf history verify`: check the chains, and on request carry every decision out again.

Knows how a verdict is printed; must not know how it is reached.
"""

from __future__ import annotations

import click

from paraf.entrypoints.cli.start import office
from paraf.entrypoints.cli.words import Group, complain, say
from paraf.language import N_


@click.group(cls=Group, help=say(N_("The history of cases.")))
def history() -> None:
    """The group of history commands."""


@history.command(help=say(N_("Check that histories are intact: all, or those of the cases given.")))
@click.option(
    "--rerun", is_flag=True, help=say(N_("Carry out every decision again on the pinned route version, too."))
)
@click.argument("instances", nargs=-1, metavar="[INSTANCE...]")
def verify(rerun: bool, instances: tuple[str, ...]) -> int:
    """Exit code 0 all intact, 1 with the first broken instance, seq and reason."""
    from paraf.usecases.verify import verify_all

    count = 0
    for verdict in verify_all(office(), instances, rerun=rerun):
        if verdict.fault is not None:
            reason = say(verdict.fault.reason, **verdict.fault.values)
            click.echo(f"{verdict.instance_id} {verdict.fault.seq} {reason}")
            complain(say(N_("The history of case {number} is not intact."), number=verdict.number))
            return 1
        count += 1
    click.echo(say(N_("{count} histories are intact."), count=count))
    return 0
