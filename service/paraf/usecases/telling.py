"""A case's history told back: its facts in order, with what was typed where it may still be read.

Knows facts and their openings; must not know who asks. An opening that has been erased reads as
None: the fact still proves that something was written, no longer what.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Told:
    """One fact, with sealed values opened in `data`. `at` is UTC text; `erased` are the places whose
    words are gone, as `data.comment`."""

    seq: int
    at: str
    type: str
    element_id: str | None
    visit: int | None
    actor: str | None
    capacity: str | None
    on_behalf_of: str | None
    data: Mapping[str, Any]
    hash: str
    erased: tuple[str, ...] = ()


def tell(uow: UnitOfWork, instance_id: str) -> list[Told]:
    """The whole history of a case, opened. Two statements."""
    opened: dict[int, dict[str, Any]] = {}
    erased: dict[int, tuple[str, ...]] = {}
    for words in uow.history.openings(instance_id):
        if words.value is None:
            erased[words.seq] = (*erased.get(words.seq, ()), words.path)
        value = None if words.value is None else json.loads(words.value)
        opened.setdefault(words.seq, {})[words.path] = value
    told = []
    for row in uow.history.read(instance_id):
        event = json.loads(row.body)
        told.append(
            Told(
                seq=row.seq,
                at=event["at"],
                type=event["type"],
                element_id=event.get("element_id"),
                visit=event.get("visit"),
                actor=event.get("actor"),
                capacity=event.get("capacity"),
                on_behalf_of=event.get("on_behalf_of"),
                data=open_sealed(event["data"], opened.get(row.seq, {})),
                hash=row.hash,
                erased=erased.get(row.seq, ()),
            )
        )
    return told


def open_sealed(value: Any, opened: Mapping[str, Any], path: str = "data") -> Any:
    """The value with every commitment replaced by its opening, or None where it was erased."""
    if isinstance(value, dict):
        if set(value) == {"sc"}:
            return opened.get(path)
        return {name: open_sealed(part, opened, f"{path}.{name}") for name, part in value.items()}
    if isinstance(value, list):
        return [open_sealed(part, opened, f"{path}.{index}") for index, part in enumerate(value)]
    return value


def decisions(history: list[Told]) -> Iterator[Told]:
    """The decisions of a history, in order."""
    return (fact for fact in history if fact.type == "task.decided")


def latest(history: list[Told], *prefixes: str) -> Told | None:
    """The newest decision on an element whose id begins with one of the prefixes."""
    found = None
    for fact in decisions(history):
        if fact.element_id is not None and fact.element_id.startswith(prefixes):
            found = fact
    return found
