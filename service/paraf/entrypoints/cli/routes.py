"""`paraf routes ...`: look for faults in route files, publish them, list and export what is published.

Knows files and how a finding is printed; must not know BPMN.
"""

from __future__ import annotations

from pathlib import Path

import click

from paraf.domain.route import Finding
from paraf.entrypoints.cli.start import office, settings
from paraf.entrypoints.cli.words import Group, complain, say
from paraf.errors import BrokenRoute
from paraf.language import N_

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group, help=say(N_("Routes: look for faults, publish, list, export.")))
def routes() -> None:
    """The group of route commands."""


@routes.command(
    help=say(
        N_("Look for faults in route files; one finding a line: file:line element severity rule message.")
    )
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILES)
def lint(files: tuple[Path, ...]) -> int:
    """Exit code 0 clean, 1 findings."""
    from paraf.usecases.lint_routes import lint as lint_file

    workflows = settings().workflows_folder
    found = [finding for file in files for finding in lint_file(file, workflows)]
    for finding in found:
        click.echo(line_of(finding))
    return 1 if found else 0


@routes.command(help=say(N_("Publish routes. The same content again makes no new version.")))
@click.option("--all", "everything", is_flag=True, help=say(N_("The routes that come with Paraf.")))
@click.option("--note", help=say(N_("Why this version is published.")))
@click.option(
    "--over", is_flag=True, help=say(N_("Also over a version that was published from the workshop."))
)
@click.argument("files", nargs=-1, metavar="[FILE...]", type=FILES)
def publish(everything: bool, note: str | None, over: bool, files: tuple[Path, ...]) -> int:
    """Publish the shipped routes or the files given; exit code 1 when a version of the workshop was
    left in its place."""
    from paraf.usecases.publish_routes import publish as publish_file
    from paraf.usecases.publish_routes import shipped_routes

    if everything == bool(files):
        raise click.UsageError("either --all or files")
    working = office()
    kept = False
    try:
        for file in shipped_routes(working) if everything else files:
            published = publish_file(working, file, note=note, over=over)
            kept = kept or published.kept
            text = (
                N_("{key} version {version} published")
                if published.new
                else N_("{key} version {version} of the workshop was kept; --over publishes over it")
                if published.kept
                else N_("{key} version {version} unchanged")
            )
            click.echo(say(text, key=published.key, version=published.version) + f"  {published.sha256}")
    except BrokenRoute as fault:
        for finding in fault.findings:
            if isinstance(finding, Finding):
                complain(line_of(finding))
        raise
    return 1 if kept else 0


@routes.command(name="list", help=say(N_("Every route: key, version in force, since when, name.")))
def list_() -> int:
    """One route a line; `-` where nothing is in force."""
    from paraf.usecases.list_routes import listed

    for one in listed(office()):
        if one.version is None:
            state = say(N_("not in force yet"))
        elif one.retired:
            state = say(N_("retired since {day}"), day=one.since)
        else:
            state = say(N_("in force since {day}"), day=one.since)
        click.echo(f"{one.key}  {one.version or '-'}  {state}  {one.name}")
        for coming in one.coming:
            text = say(N_("version {version} begins {day}"), version=coming.version, day=coming.since)
            click.echo(f"{one.key}  {text}")
    return 0


@routes.command(help=say(N_("Write the exact bytes of a published version into a file.")))
@click.argument("key", metavar="KEY")
@click.option("--version", type=click.IntRange(1), help=say(N_("The version; the one in force if left out.")))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    metavar="FILE",
    help=say(N_("The file to write.")),
)
def export(key: str, version: int | None, output: Path) -> int:
    """Write the BPMN file of a version."""
    from paraf.usecases.list_routes import exported

    number, content = exported(office(), key, version)
    output.write_bytes(content)
    click.echo(
        say(N_("{key} version {version} written to {file}"), key=key, version=number, file=output.name)
    )
    return 0


def line_of(finding: Finding) -> str:
    """`file:line element severity rule message`."""
    return (
        f"{finding.file}:{finding.line} {finding.element or '-'} {finding.severity} {finding.rule} "
        f"{say(finding.message, **finding.values)}"
    )
