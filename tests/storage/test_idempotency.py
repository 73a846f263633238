"""A key gives the stored answer of its request, whenever and however often it is asked again."""

from __future__ import annotations

import threading
import time

import pytest

from paraf.errors import NotAllowed
from paraf.storage.store import Store
from paraf.storage.unit_of_work import UnitOfWork
from storage.cases import AT, counted, set_counter


def test_a_key_answers_ever_after(store: Store) -> None:
    with store.write() as uow:
        assert uow.idempotency.find("ratna", "key-1") is None
        uow.idempotency.keep("ratna", "key-1", "a" * 64, '{"ok":true}', AT, 201)
    with store.write() as uow:
        stored = uow.idempotency.find("ratna", "key-1")
        assert stored is not None
        assert (stored.request_sha256, stored.status, stored.answer) == ("a" * 64, 201, '{"ok":true}')
        assert uow.idempotency.find("budi", "key-1") is None
        uow.idempotency.keep("budi", "key-1", "b" * 64, "null", AT)
    with store.write() as uow:
        assert uow.idempotency.forget(AT) == 0
        assert uow.idempotency.forget("2027") == 2
        assert uow.idempotency.find("ratna", "key-1") is None


def test_a_refused_command_leaves_its_key_free(store: Store) -> None:
    with pytest.raises(NotAllowed), store.write() as uow:
        uow.idempotency.keep("ratna", "key-1", "a" * 64, "null", AT)
        raise NotAllowed("No.")
    with store.read() as uow:
        assert uow.idempotency.find("ratna", "key-1") is None


def test_the_same_request_twice_at_once_is_answered_as_the_first_was(store: Store) -> None:
    """The second looks for an answer before the first has one, works in vain, and is carried out again."""
    first_is_at_work, tries, answers = threading.Event(), [], []

    def second() -> None:
        first_is_at_work.wait(5)

        def command(uow: UnitOfWork) -> None:
            found = uow.idempotency.find("ratna", "key-1")
            tries.append(found is not None)
            if found is None:
                set_counter(uow, "second", 1)
                uow.idempotency.keep("ratna", "key-1", "a" * 64, '"in vain"', AT)
            else:
                answers.append(found.answer)

        store.run(command)

    other = threading.Thread(target=second)
    other.start()
    with store.write() as uow:
        uow.idempotency.keep("ratna", "key-1", "a" * 64, '"done"', AT)
        first_is_at_work.set()
        time.sleep(0.2)
    other.join()
    assert answers == ['"done"']
    assert tries == ([True] if store.is_sqlite else [False, True])
    with store.read() as uow:
        assert counted(uow) == 0
