"""The command line's words: messages, help and click's own texts in the chosen language.

Knows how a text is shown on a terminal; must not know what the commands do. Help texts are made
while the commands are defined, so the language is read from the environment here, leniently;
a wrong PARAF_LANGUAGE is refused by the settings when a command runs.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from paraf.config import Reason, Settings
from paraf.errors import ParafError
from paraf.language import DEFAULT_LANGUAGE, N_, Language

CLICK_SECTIONS = (N_("Options"), N_("Commands"))
_HELP = N_("Show this text and leave.")


@functools.cache
def _words() -> Language:
    chosen = os.environ.get("PARAF_LANGUAGE") or DEFAULT_LANGUAGE
    # Built without the environment: help must be readable whatever stands in it.
    folder = Settings.model_construct().web_folder / "translations"
    return Language(folder, chosen if chosen in {"id", "en"} else DEFAULT_LANGUAGE)


def say(msgid: str, **values: object) -> str:
    """`msgid` in the chosen language; values that are texts of their own are translated too."""
    return _words().translate(msgid, **{name: _value(value) for name, value in values.items()})


def _value(value: object) -> object:
    return say(value.msgid, **value.values) if isinstance(value, Reason) else value


def sentence(fault: ParafError) -> str:
    """A refusal in one sentence, with the fields it complains about."""
    text = say(fault.detail, **fault.values)
    fields = "; ".join(
        f"{name}: {say(message)}" for name, messages in fault.errors.items() for message in messages
    )
    return f"{text} ({fields})" if fields else text


def complain(text: str) -> None:
    """One line on standard error."""
    print(" ".join(text.split()), file=sys.stderr)


def usage_sentence(fault: click.UsageError) -> str:
    """What was wrong with the call itself; click's own English stays out."""
    match fault:
        case click.NoSuchOption():
            return say(N_("There is no option {name}."), name=fault.option_name)
        case click.MissingParameter():
            return say(N_("{name} is missing."), name=_parameter(fault))
        case click.BadParameter():
            if fault.param is not None and isinstance(fault.param.type, click.Path):
                return say(N_("{name}: the file does not exist or cannot be read."), name=_parameter(fault))
            return say(N_("{name} is not right; see --help."), name=_parameter(fault))
        case click.BadOptionUsage():
            return say(N_("Option {name} needs a value."), name=fault.option_name)
        case _ if fault.ctx is not None and isinstance(fault.ctx.command, click.Group):
            return say(N_("There is no such command; see {command} --help."), command=fault.ctx.command_path)
        case _:
            return say(
                N_("The command was not understood; see {command} --help."),
                command=fault.ctx.command_path if fault.ctx else "paraf",
            )


def _parameter(fault: click.BadParameter) -> str:
    if fault.param is None:
        return str(fault.param_hint or "?")
    return fault.param.get_error_hint(fault.ctx).strip("'") if fault.ctx else str(fault.param.name)


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix=say(N_("Usage:")) + " ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(say(name)):
            yield


class _Context(click.Context):
    formatter_class = _Formatter


class _Worded:
    """What a command and a group share: our context, our help option, our metavariables."""

    context_class: type[click.Context] = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = say(_HELP)
        return option  # type: ignore[no-any-return]


class Command(_Worded, click.Command):
    """A command in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", say(N_("[OPTIONS]")))
        super().__init__(*args, **kwargs)


class Group(_Worded, click.Group):
    """A group of commands in our words."""

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", say(N_("[OPTIONS]")))
        kwargs.setdefault("subcommand_metavar", say(N_("COMMAND [ARGUMENT]...")))
        super().__init__(*args, **kwargs)
