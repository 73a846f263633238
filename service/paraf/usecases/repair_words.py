"""Repairs in words: what each kind is called and does, what was found out of step.

Knows the closed lists of repairs; must not know requests, templates or rights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from paraf.language import N_

Say = Callable[..., str]

KINDS = {
    "suspend": N_("Suspend the case"),
    "resume": N_("Resume the case"),
    "cancel": N_("Cancel the case"),
    "set_right": N_("Set the case right"),
}
MEANINGS = {
    "suspend": N_("Nothing can be decided or changed until the case is resumed. Target times go on."),
    "resume": N_("The open tasks can be done again by whoever holds the positions now."),
    "cancel": N_("The case ends for good and its open tasks are closed. Its papers and its history stay."),
    "set_right": N_("The state and the task lists are made again from the history. Nothing is decided."),
}
WAYS = {
    "drawn": N_("The positions that the route names for this step now."),
    "above": N_("Nobody holds the positions of this step; the head of the unit above may do it."),
}
ANSWERS = {
    "asked": N_("Waits for an answer"),
    "done": N_("Carried out"),
    "refused": N_("Refused"),
    "taken_back": N_("Taken back"),
}
_FOUND = {
    "engine_state": N_("the state of the engine"),
    "inbox": N_("the task lists"),
    "case.seq": N_("the number of the newest fact"),
}

INCIDENTS = {
    "state": N_("the state of the engine"),
    "rows": N_("what is stored beside the history"),
    "contents": N_("papers, drafts or files"),
}
"""What did not agree with the history, by `what` of an incident."""


def found_in_words(say: Say, names: Iterable[str], steps: Mapping[str, str]) -> list[str]:
    """What is stored otherwise than the history gives, each once. `steps` names elements by id."""
    return list(dict.fromkeys(_found(say, name, steps) for name in names))


def _found(say: Say, name: str, steps: Mapping[str, str]) -> str:
    if name in _FOUND:
        return say(_FOUND[name])
    where, _, column = name.partition(".")
    if where == "task":
        element, _, rest = column.partition(".")
        visit, _, column = rest.partition(".")
        step = f"{steps.get(element, element)} ({visit})"
        if not column:
            return say(N_("the task “{step}”"), step=step)
        return say(N_("the task “{step}”, {column}"), step=step, column=column)
    if where == "proposal":
        return say(N_("the proposal, {column}"), column=column)
    return say(N_("the case, {column}"), column=column)
