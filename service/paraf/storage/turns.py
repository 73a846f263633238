"""Work that one person has done once at a time, whichever process of the host does it.

Knows a lock on a file, which ends with its process; must not know what the work is or how a refusal is said.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: Path, name: str) -> Iterator[bool]:
    """Whether nobody has the turn of this name; if so it is held until the block ends. Nobody waits.
    `folder` keeps an empty file for each name."""
    place = folder / "turns"
    place.mkdir(parents=True, exist_ok=True)
    with (place / hashlib.sha256(name.encode()).hexdigest()).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
