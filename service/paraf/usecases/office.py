"""The running office: everything a use case may ask of the world, in one hand.

Knows the ports (store, clock, ids, shelf of routes, files); must not know HTTP or the command
line. Built once per process by `bootstrap.py`; it holds no state of a case.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paraf.domain.organisation import Organisation
from paraf.language import Language
from paraf.storage.files import Files
from paraf.storage.store import Store
from paraf.usecases.shelf import Shelf

if TYPE_CHECKING:
    from paraf.config import Settings
    from paraf.storage.unit_of_work import UnitOfWork


def system_clock() -> datetime:
    return datetime.now(UTC)


def instant(at: datetime) -> str:
    """An instant as facts and tables keep it: UTC, six digits, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def make_id(at: datetime, randomness: bytes) -> str:
    """A UUIDv7 (RFC 9562, 5.7) from an instant and ten random bytes."""
    milliseconds = int(at.timestamp() * 1000) & 0xFFFFFFFFFFFF
    value = (milliseconds << 80) | int.from_bytes(randomness, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass
class Office:
    """The ports of one process. `holidays` maps a date to its name, `randomness` makes n bytes."""

    store: Store
    settings: Settings
    language: Language
    files: Files
    shelf: Shelf
    holidays: Mapping[date, str]
    workflows: Path
    clock: Callable[[], datetime] = system_clock
    randomness: Callable[[int], bytes] = secrets.token_bytes
    _organisation: Organisation | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> str:
        """The instant of a command; ask once per command."""
        return instant(self.clock())

    def new_id(self) -> str:
        return make_id(self.clock(), self.randomness(10))

    def organisation(self, uow: UnitOfWork, revision: int | None = None) -> Organisation:
        """The organisation as of `revision` (as read with the case; asked of the database when
        None), loaded anew only when it has changed."""
        if revision is None:
            revision = uow.organisation.revision()
        known = self._organisation
        if known is not None and known.revision == revision:
            return known
        loaded = uow.organisation.load()
        with self._lock:
            self._organisation = loaded
        return loaded
