"""`paraf serve`, `paraf sample`, `paraf demo`: the product at work.

Knows which commands prepare and start it; must not know pages, rules or storage.
"""

from __future__ import annotations

import click

from paraf.entrypoints.cli.start import settings
from paraf.entrypoints.cli.words import Command, say
from paraf.language import N_


@click.command(cls=Command, help=say(N_("Start the web server: pages and API.")))
@click.option("--host", help=say(N_("Address to listen on; otherwise PARAF_HOST.")))
@click.option(
    "--port", type=click.IntRange(1, 65535), help=say(N_("Port to listen on; otherwise PARAF_PORT."))
)
def serve(host: str | None, port: int | None) -> None:
    """Serve until told to stop."""
    from paraf.entrypoints import serve as server

    given = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    chosen = settings(**given)
    server.check(chosen)
    if chosen.sample:
        from paraf.entrypoints.sample import PASSWORD

        click.echo(say(N_("Paraf with sample data answers at {address}"), address=server.address(chosen)))
        click.echo(
            say(
                N_("Sign in with one of the sample accounts; the password of all is {password}"),
                password=PASSWORD,
            )
        )
    server.serve(chosen)


@click.command(
    cls=Command,
    help=say(N_("Prepare a sample installation: tables, organisation, routes, accounts. Sample mode only.")),
)
def sample() -> None:
    """Preparing it again adds only what is missing."""
    from paraf.entrypoints.sample import prepare

    prepare(settings(), click.echo)


@click.command(
    cls=Command,
    help=say(N_("Carry one sample proposal along every primary route, telling each step.")),
)
def demo() -> int:
    """Exit code 1 when a case did not reach its end or its history is not intact."""
    from paraf.entrypoints.sample import demonstrate

    return 0 if demonstrate(settings(), click.echo) else 1
