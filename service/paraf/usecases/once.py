"""A command repeated with the same Idempotency-Key is carried out once and answered alike.

Knows the stored answers; must not know what the commands do. The answer is looked for once the case
is locked, and kept with the work in one transaction: of two requests with one key at the same time
the second waits for the first, is carried out again from its first line, and finds the answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.errors import KeyReused
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

Once = tuple[str, str]
"""(Idempotency-Key, SHA-256 of the request)."""


def earlier_answer(uow: UnitOfWork, person_id: str, once: Once | None) -> Any | None:
    """The stored answer of the same request, or None. Raises KeyReused when the key was used for
    another one."""
    stored = uow.idempotency.find(person_id, once[0]) if once is not None else None
    if stored is None or once is None:
        return None
    if stored.request_sha256 != once[1]:
        raise KeyReused(N_("This Idempotency-Key was already used for a different request."))
    return json.loads(stored.answer)


def keep_answer(uow: UnitOfWork, person_id: str, once: Once | None, answer: Any, at: str) -> None:
    """Store the answer beside the work; both are there or neither."""
    if once is not None:
        uow.idempotency.keep(person_id, *once, json.dumps(answer, ensure_ascii=False), at)


def carried_out_once(
    office: Office,
    actor: Actor,
    once: Once | None,
    command: Callable[[UnitOfWork], dict[str, Any]],
    lock: Callable[[UnitOfWork], object],
) -> dict[str, Any]:
    """Carry out a command in a transaction of its own, or give the stored answer of the same request.

    `lock` takes the case before the answer is looked for, as every command does: a repeated request
    waits for the first one there."""

    def whole(uow: UnitOfWork) -> dict[str, Any]:
        lock(uow)
        at = office.now()
        answered = earlier_answer(uow, actor.person_id, once)
        if answered is not None:
            return dict(answered)
        answer = command(uow)
        keep_answer(uow, actor.person_id, once, answer, at)
        return answer

    return office.store.run(whole)
