"""A command repeated with the same Idempotency-Key is carried out once and answered alike.

Knows the stored answers; must not know what the commands do. The key is taken before the work, in
the same transaction: a second request with it waits for the first and then finds its answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.errors import KeyReused
from paraf.language import N_
from paraf.storage.idempotency import StoredAnswer

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

Once = tuple[str, str]
"""(Idempotency-Key, SHA-256 of the request)."""


def earlier_answer(uow: UnitOfWork, person_id: str, once: Once | None, at: str) -> Any | None:
    """The stored answer of the same request, or None after taking the key for this one."""
    if once is None or uow.idempotency.take(person_id, *once, at):
        return None
    return _answer_of(uow.idempotency.find(person_id, once[0]), once)


def known_answer(uow: UnitOfWork, person_id: str, once: Once | None) -> Any | None:
    """The stored answer of the same request, or None; for a look that takes no key."""
    if once is None:
        return None
    stored = uow.idempotency.find(person_id, once[0])
    return None if stored is None else _answer_of(stored, once)


def _answer_of(stored: StoredAnswer | None, once: Once) -> Any:
    if stored is None or stored.request_sha256 != once[1]:
        raise KeyReused(N_("This Idempotency-Key was already used for a different request."))
    return json.loads(stored.answer)


def keep_answer(uow: UnitOfWork, person_id: str, once: Once | None, answer: Any) -> None:
    """Store the answer beside the work; both are there or neither."""
    if once is not None:
        uow.idempotency.answer(person_id, once[0], json.dumps(answer, ensure_ascii=False))


def carried_out_once(
    office: Office,
    actor: Actor,
    once: Once | None,
    command: Callable[[UnitOfWork], dict[str, Any]],
    lock: Callable[[UnitOfWork], object],
) -> dict[str, Any]:
    """Carry out a command in a transaction of its own, or give the stored answer of the same request.

    `lock` takes the case before the key is taken, as every command does, so that two commands never
    hold one and wait for the other."""

    def whole(uow: UnitOfWork) -> dict[str, Any]:
        lock(uow)
        answered = earlier_answer(uow, actor.person_id, once, office.now())
        if answered is not None:
            return dict(answered)
        answer = command(uow)
        keep_answer(uow, actor.person_id, once, answer)
        return answer

    return office.store.run(whole)
