"""What a command needs of the running product: its settings, and the office when it works.

Knows the builder of the office, which is loaded only by commands that need a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from paraf.config import Settings, load_settings

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def settings(**given: object) -> Settings:
    """The settings of this call; `given` wins over the environment. Raises Misconfigured."""
    return load_settings(**given)


def office(chosen: Settings | None = None) -> Office:
    """The office of this call; its connections are closed when the command has ended."""
    from paraf.bootstrap import build_office

    built = build_office(chosen or settings())
    click.get_current_context().call_on_close(built.store.close)
    return built
