"""The command line: `paraf ...`, thin over the use cases.

Knows names of commands and exit codes: 0 done, 1 refused or faults found, 2 not understood; must
not know rules or storage. Errors are one sentence on standard error.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

import click

from paraf.entrypoints.cli import database, evidence, history, organisation, routes, running, sops
from paraf.entrypoints.cli.words import Group, complain, say, sentence, usage_sentence
from paraf.errors import ParafError
from paraf.language import N_

REFUSED, NOT_UNDERSTOOD, INTERRUPTED = 1, 2, 130


@click.group(
    cls=Group,
    name="paraf",
    help=say(N_("Paraf: proposals of standard operating procedures, from draft to force.")),
)
def paraf() -> None:
    """The group of all commands."""


for command in (
    running.serve, running.demo, running.sample, database.db, organisation.org, organisation.user,
    organisation.token, routes.routes, history.history, evidence.evidence, sops.sop,
):  # fmt: skip
    paraf.add_command(command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Carry out one call; gives its exit code."""
    try:
        result = paraf.main(args=arguments, prog_name="paraf", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as fault:
        click.echo(fault.ctx.get_help() if fault.ctx else "", err=True)
        return NOT_UNDERSTOOD
    except click.UsageError as fault:
        complain(usage_sentence(fault))
        return NOT_UNDERSTOOD
    except click.ClickException as fault:
        complain(fault.format_message())
        return REFUSED
    except click.Abort:
        return INTERRUPTED
    except ParafError as fault:
        complain(sentence(fault))
        return REFUSED
    except Exception as fault:
        # The command line's last resort: the operator gets a sentence, the details go to the log.
        logging.getLogger("paraf.cli").debug("unexpected", exc_info=True)
        complain(say(N_("The command failed: {kind}: {fault}"), kind=type(fault).__name__, fault=str(fault)))
        return REFUSED
    return result if isinstance(result, int) else 0


def main() -> None:
    """The console script."""
    sys.exit(run())
