"""What tests say about a database: its kind, its URL, and how statements are counted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from paraf.storage.store import Store

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@dataclass(frozen=True)
class Database:
    """A database of one test: `kind` is sqlite or postgresql, `url` what Paraf is given."""

    kind: str
    url: str


Counting = Callable[[Store], AbstractContextManager[list[str]]]
"""`with statements(store) as sent:` gathers every statement sent, BEGIN and COMMIT apart."""
