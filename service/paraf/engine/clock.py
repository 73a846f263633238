"""Instants and spans as a route writes them: strict ISO 8601 and nothing looser.

Knows durations, dates and cycles and how to add them to an instant; must not know who waits.
An instant is RFC 3339 text in UTC with six digits, `2026-11-21T02:50:13.123456Z`; the clock itself
is never read here, a command brings its one instant along.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from paraf.domain.route import Timer
from paraf.language import N_

SHORTEST: Final = timedelta(seconds=60)
LONGEST: Final = timedelta(days=3660)
MOST_CYCLES: Final = 1000

_SPAN: Final = re.compile(
    r"P(?=[0-9T])(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?"
)
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})")
_CYCLE: Final = re.compile(r"R(\d{0,4})/(P[0-9A-Z]+)")
_WORKING: Final = re.compile(r"P(?=[0-9T])(?:\d{1,4}D)?(?:T(?=\d)(?:\d{1,4}H)?(?:\d{1,5}M)?)?")


class BadTime(ValueError):
    """A text that is no strict ISO 8601 time. `message` is a msgid."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: months by the calendar, the rest by the clock."""

    months: int
    rest: timedelta

    def after(self, start: datetime) -> datetime:
        """The instant this long after `start`; the day is cut to the length of its month."""
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        day = min(start.day, monthrange(year, month)[1])
        return start.replace(year=year, month=month, day=day) + self.rest


def read_instant(text: str) -> datetime:
    """An RFC 3339 instant as an aware datetime in UTC. Raises BadTime."""
    if not _INSTANT.fullmatch(text):
        raise BadTime(N_("An instant must be written like 2026-11-21T02:50:13Z"))
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise BadTime(N_("There is no such instant")) from None


def write_instant(instant: datetime) -> str:
    """The canonical text of an instant."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_span(text: str) -> Span:
    """A duration such as P3D or PT36H. Fractions, signs and empty durations raise BadTime."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise BadTime(N_("A duration must be written like P3D or PT36H"))
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if weeks and (years or months or days):
        raise BadTime(N_("Weeks cannot be mixed with years, months or days"))
    rest = timedelta(days=weeks * 7 + days, hours=hours, minutes=minutes, seconds=seconds)
    span = Span(years * 12 + months, rest)
    length = timedelta(days=span.months * 30) + rest
    if length < SHORTEST:
        raise BadTime(N_("A timer must run for at least 60 seconds"))
    if length > LONGEST:
        raise BadTime(N_("A timer may run for at most ten years"))
    return span


def canonical_timer(form: str, text: str) -> Timer:
    """The timer an event declares, with its value in canonical form. Raises BadTime."""
    text = text.strip()
    if form == "date":
        return Timer("date", write_instant(read_instant(text)))
    if form == "cycle":
        times, span = read_cycle(text)
        return Timer("cycle", f"R{'' if times is None else times}/{_write_span(span)}")
    return Timer("duration", _write_span(read_span(text)))


def read_cycle(text: str) -> tuple[int | None, Span]:
    """How often (None: without end) and after which span a cycle fires. Raises BadTime."""
    match = _CYCLE.fullmatch(text)
    if not match:
        raise BadTime(N_("A cycle must be written like R3/P1D"))
    times = int(match.group(1)) if match.group(1) else None
    if times is not None and not 1 <= times <= MOST_CYCLES:
        raise BadTime(N_("A cycle must fire between 1 and 1000 times"))
    return times, read_span(match.group(2))


def is_working_span(text: str) -> bool:
    """Whether `text` is working time, PnD, PTnH or PTnM, that is not empty."""
    return bool(_WORKING.fullmatch(text)) and any(int(part) for part in re.findall(r"\d+", text))


def first_due(timer: Timer, armed_at: datetime) -> tuple[datetime, int | None]:
    """When a timer armed at this instant is due first, and how often it still fires (None: no end)."""
    if timer.form == "date":
        return read_instant(timer.value), 1
    if timer.form == "cycle":
        times, span = read_cycle(timer.value)
        return span.after(armed_at), times
    return read_span(timer.value).after(armed_at), 1


def next_due(timer: Timer, due: datetime, at: datetime) -> datetime:
    """The next firing of a cycle: one span later, missed ones in between are left out."""
    _, span = read_cycle(timer.value)
    due = span.after(due)
    while due <= at:
        due = span.after(due)
    return due


def _write_span(span: Span) -> str:
    years, months = divmod(span.months, 12)
    hours, seconds = divmod(span.rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    date = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (span.rest.days, "D")) if n)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    return f"P{date}" + (f"T{time}" if time else "")
