"""A command repeated with the same Idempotency-Key is carried out once and answered alike.

Knows the stored answers; must not know what the commands do. The key is taken before the work, in
the same transaction: a second request with it waits for the first and then finds its answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from paraf.errors import KeyReused
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork

Once = tuple[str, str]
"""(Idempotency-Key, SHA-256 of the request)."""


def earlier_answer(uow: UnitOfWork, person_id: str, once: Once | None, at: str) -> Any | None:
    """The stored answer of the same request, or None after taking the key for this one."""
    if once is None:
        return None
    key, request_sha256 = once
    if uow.idempotency.take(person_id, key, request_sha256, at):
        return None
    stored = uow.idempotency.find(person_id, key)
    if stored is None or stored.request_sha256 != request_sha256:
        raise KeyReused(N_("This Idempotency-Key was already used for a different request."))
    return json.loads(stored.answer)


def keep_answer(uow: UnitOfWork, person_id: str, once: Once | None, answer: Any) -> None:
    """Store the answer beside the work; both are there or neither."""
    if once is not None:
        uow.idempotency.answer(person_id, once[0], json.dumps(answer, ensure_ascii=False))
