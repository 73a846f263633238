"""Builds the office of one process from its settings.

Knows which store, files, words and clock are real; must not know HTTP or the command line. Tests
build the same office with another clock and other randomness.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from paraf.config import Settings
from paraf.storage.files import Files
from paraf.storage.store import Store
from paraf.usecases.office import Office, system_clock
from paraf.usecases.shelf import Shelf


class Holidays(Mapping[date, str]):
    """Public holidays of Indonesia with the office's own days (joint leave); a year is worked out
    when it is first asked for, so that the answer never depends on today."""

    def __init__(self, extra: tuple[str, ...] = ()) -> None:
        self._extra = {date.fromisoformat(day): "Hari libur instansi" for day in extra}
        self._years: dict[int, Mapping[date, str]] = {}
        self._lock = threading.Lock()

    def __getitem__(self, day: date) -> str:
        return self._extra.get(day) or self._year(day.year)[day]

    def __iter__(self) -> Iterator[date]:
        yield from self._extra
        for days in self._years.values():
            yield from days

    def __len__(self) -> int:
        return len(self._extra) + sum(len(days) for days in self._years.values())

    def _year(self, year: int) -> Mapping[date, str]:
        known = self._years.get(year)
        if known is None:
            from paraf.usecases.holidays import national_holidays  # half a second, for targets only

            with self._lock:
                known = self._years[year] = national_holidays([year])
        return known


def build_office(
    settings: Settings,
    clock: Callable[[], datetime] = system_clock,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Office:
    """The office on the database and files of `settings`; opens no connection yet."""
    settings.files.mkdir(parents=True, exist_ok=True)
    return Office(
        store=Store(settings.database),
        settings=settings,
        language=settings.words(),
        files=Files(settings.files, settings.upload_limit),
        shelf=Shelf(),
        holidays=Holidays(settings.extra_holidays),
        workflows=settings.workflows_folder,
        clock=clock,
        randomness=randomness,
    )
