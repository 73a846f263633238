"""`paraf history verify`: check the chains, and on request carry every decision out again.

Knows how a verdict is printed and how far a long check has come; must not know how it is reached.
Progress goes to standard error, and only where somebody watches: what is printed on standard output is
the result alone.
"""

from __future__ import annotations

import sys
import time

import click

from paraf.entrypoints.cli.start import office
from paraf.entrypoints.cli.words import Group, complain, say
from paraf.language import N_

_WIDTH = 24
_EVERY_S = 0.2


@click.group(cls=Group, help=say(N_("The history of cases.")))
def history() -> None:
    """The group of history commands."""


@history.command(help=say(N_("Check that histories are intact: all, or those of the cases given.")))
@click.option(
    "--rerun", is_flag=True, help=say(N_("Carry out every decision again on the pinned route version, too."))
)
@click.option(
    "--chain",
    is_flag=True,
    help=say(N_("Check the chains of facts alone, of every case in one walk: fast enough for every day.")),
)
@click.argument("instances", nargs=-1, metavar="[INSTANCE...]")
def verify(rerun: bool, chain: bool, instances: tuple[str, ...]) -> int:
    """Exit code 0 all intact, 1 with the first broken instance, seq and reason. Without instances the
    lives of the routes are checked as well."""
    from paraf.usecases.verify import size_of_all, verify_all, verify_chains, verify_routes

    if chain and (rerun or instances):
        raise click.UsageError(say(N_("--chain goes over every case and carries nothing out again.")))

    asked = office()
    if not instances:
        for key, fault in verify_routes(asked):
            if fault is not None:
                click.echo(f"{key} {fault.seq} {say(fault.reason, **fault.values)}")
                complain(say(N_("The life of the route {key} is not intact."), key=key))
                return 1
    progress = _Progress(0 if instances else size_of_all(asked).facts)
    count = 0
    for verdict in verify_chains(asked) if chain else verify_all(asked, instances, rerun=rerun):
        progress.went_on(verdict.facts)
        if verdict.fault is not None:
            progress.ended()
            reason = say(verdict.fault.reason, **verdict.fault.values)
            click.echo(f"{verdict.instance_id} {verdict.fault.seq} {reason}")
            complain(say(N_("The history of case {number} is not intact."), number=verdict.number))
            return 1
        count += 1
    progress.ended()
    click.echo(say(N_("{count} histories are intact."), count=count))
    return 0


class _Progress:
    """A bar with the rate on standard error, drawn anew a few times a second. `whole` is the number of
    facts to come, 0 when it is not known. Where standard error is no terminal nothing is drawn."""

    def __init__(self, whole: int) -> None:
        self._whole, self._facts = whole, 0
        self._shown = sys.stderr.isatty() and whole > 0
        self._began = self._drawn = time.monotonic()

    def went_on(self, facts: int) -> None:
        """So many facts more were checked."""
        self._facts += facts
        now = time.monotonic()
        if self._shown and now - self._drawn >= _EVERY_S:
            self._drawn = now
            self._draw(now)

    def ended(self) -> None:
        """Draw the last state and leave the line."""
        if self._shown:
            self._draw(time.monotonic())
            click.echo(err=True)

    def _draw(self, now: float) -> None:
        part = min(1.0, self._facts / self._whole)
        filled = round(part * _WIDTH)
        told = say(
            N_("{facts} of {whole} facts, {rate} facts per second"),
            facts=self._facts,
            whole=self._whole,
            rate=round(self._facts / max(now - self._began, 0.001)),
        )
        bar = "#" * filled + "-" * (_WIDTH - filled)
        click.echo(f"\r[{bar}] {round(part * 100):3d}% {told}\x1b[K", nl=False, err=True)
