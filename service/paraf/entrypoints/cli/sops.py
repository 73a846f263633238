"""`paraf sop load`: enter SOPs that were set before Paraf into the register.

Knows the file; must not know what the register holds.
"""

from __future__ import annotations

from pathlib import Path

import click

from paraf.entrypoints.cli.start import office
from paraf.entrypoints.cli.words import Group, say
from paraf.language import N_


@click.group(cls=Group, help=say(N_("The register of SOPs.")))
def sop() -> None:
    """The group of register commands."""


@sop.command(
    help=say(N_("Enter earlier SOPs from a YAML file, with their own date and instrument (INT-36)."))
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
def load(file: Path) -> None:
    """Loading the same file again changes nothing."""
    from paraf.usecases.register_sop import load_earlier_sops

    added, known = load_earlier_sops(office(), file.read_bytes())
    click.echo(say(N_("{added} SOPs entered, {known} were there already."), added=added, known=known))
