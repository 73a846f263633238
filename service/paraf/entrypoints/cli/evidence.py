"""`paraf evidence export|verify`: a case goes out as one file, and any such file is checked.

Knows how a bundle is written to the disk and a verdict is printed; must not know what is in one.
`verify` needs no settings, no database and no network: it reads nothing but the file it is given.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from paraf.entrypoints.cli.start import office
from paraf.entrypoints.cli.words import Group, complain, say
from paraf.language import N_


@click.group(cls=Group, help=say(N_("Bundles of evidence: a case with all that proves it, in one file.")))
def evidence() -> None:
    """The group of evidence commands."""


@evidence.command(help=say(N_("Write the bundle of a case, by id or number, to a file.")))
@click.argument("instance", metavar="INSTANCE")
@click.option(
    "-o",
    "output",
    required=True,
    metavar="FILE.zip",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say(N_("The file to write.")),
)
def export(instance: str, output: Path) -> int:
    """Exit code 0 when the file is there whole; a file of that name is replaced only then."""
    from paraf.usecases.evidence import bundle_of

    packed = bundle_of(office(), instance).packed
    try:
        handle, name = tempfile.mkstemp(dir=output.resolve().parent, prefix=".bukti-")
        arriving = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in packed.pieces:
                    file.write(piece)
            arriving.replace(output)
        finally:
            arriving.unlink(missing_ok=True)
    except OSError as fault:
        complain(say(N_("{file} cannot be written: {fault}"), file=str(output), fault=fault.strerror or ""))
        return 1
    click.echo(say(N_("{file} holds the evidence, {size} bytes."), file=str(output), size=packed.size))
    return 0


@evidence.command(help=say(N_("Check a bundle, without a database and without a network.")))
@click.argument(
    "file", metavar="FILE.zip", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option(
    "--head",
    metavar="DIGEST",
    help=say(N_("The digest of the newest fact, as it was kept elsewhere: shows whether the end was cut off.")),
)
def verify(file: Path, head: str | None) -> int:
    """Exit code 0 intact, 1 with the first bad fact and the reason otherwise."""
    from paraf.usecases.verify_evidence import OUTSIDE, verify_evidence

    verdict = verify_evidence(file, head)
    if verdict.fault is not None:
        values = dict(verdict.fault.values)
        if isinstance(values.get("reason"), str):
            values["reason"] = say(str(values["reason"]))
        reason = say(verdict.fault.reason, **values)
        click.echo(f"{file.name} {verdict.fault.seq} {reason}")
        if verdict.fault.seq == OUTSIDE:
            complain(say(N_("The bundle {file} is not intact."), file=file.name))
        else:
            complain(
                say(
                    N_("The bundle {file} is not intact: its first bad fact is number {seq}."),
                    file=file.name,
                    seq=verdict.fault.seq,
                )
            )
        return 1
    click.echo(
        say(
            N_(
                "The bundle of case {number} is intact: {facts} facts in an unbroken chain, every decision"
                " carried out again by the engine and by the token game."
            ),
            number=verdict.number,
            facts=verdict.facts,
        )
    )
    click.echo(say(N_("Digest of the newest fact: {head}"), head=verdict.head))
    if head is None:
        click.echo(
            say(
                N_(
                    "Whether the newest facts were cut off, or all of it was written anew, shows only beside a"
                    " digest kept elsewhere (--head)."
                )
            )
        )
    return 0
