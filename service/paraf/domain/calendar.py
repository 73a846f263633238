"""Working time: when a target falls due, and how far away it is in the words of an office.

Knows office hours, working days and instants as text; must not know where holidays come from
(`bootstrap.py`) or what happens when a target passes: nothing is ever decided by lapse
of time (INT-05).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from paraf.language import N_

OPENS, CLOSES = time(8), time(16)
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)

_WORKING = re.compile(r"P(?:(?P<days>[1-9]\d{0,3})D|T(?P<hours>[1-9]\d{0,3})H|T(?P<minutes>[1-9]\d{0,4})M)")


def instant_text(moment: datetime) -> str:
    """An aware datetime as facts and tables keep it: UTC, six digits, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(at: str) -> datetime:
    """The aware datetime of an instant text."""
    return datetime.fromisoformat(at)


def local_date(at: str, zone: str) -> date:
    """The date on the wall of an office in `zone`."""
    return moment(at).astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> str:
    """The instant at which `day` begins in `zone`."""
    return instant_text(datetime.combine(day, time(0), ZoneInfo(zone)))


def long_date(day: date) -> str:
    """A date as Indonesian letters write it: 31 Mei 2017."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_moment(at: str, zone: str) -> str:
    """An instant on the wall of an office in `zone`: 31 Mei 2017 14.05."""
    here = moment(at).astimezone(ZoneInfo(zone))
    return f"{long_date(here.date())} {here:%H.%M}"


def last_day(valid_to: str, zone: str) -> str:
    """The last day of a period that ends before `valid_to`, written out."""
    return long_date(local_date(instant_text(moment(valid_to) - timedelta(microseconds=1)), zone))


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def is_working_time(text: str) -> bool:
    """Whether `text` is PnD, PTnH or PTnM with n of at least 1."""
    return bool(_WORKING.fullmatch(text))


def add_working(at: str, working: str, zone: str, holidays: Collection[date]) -> str:
    """The instant after `working` time (PnD, PTnH, PTnM) in an office in `zone`.

    `P3D` ends when the office closes on the third working day after the local date of `at`. Hours
    and minutes count only while the office is open. Raises ValueError for any other duration.
    """
    parts = _WORKING.fullmatch(working)
    if parts is None:
        raise ValueError(f"not a working time: {working}")
    here = moment(at).astimezone(ZoneInfo(zone))
    if parts["days"]:
        day = _working_days_on(here.date(), int(parts["days"]), holidays)
        return instant_text(datetime.combine(day, CLOSES, ZoneInfo(zone)))
    left = timedelta(hours=int(parts["hours"] or 0), minutes=int(parts["minutes"] or 0))
    return instant_text(_office_hours_on(here, left, holidays))


def _working_days_on(day: date, count: int, holidays: Collection[date]) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def _office_hours_on(here: datetime, left: timedelta, holidays: Collection[date]) -> datetime:
    zone = here.tzinfo
    while True:
        opens = datetime.combine(here.date(), OPENS, zone)
        closes = datetime.combine(here.date(), CLOSES, zone)
        start = max(here, opens)
        if is_working_day(here.date(), holidays) and start < closes:
            if start + left <= closes:
                return start + left
            left -= closes - start
        here = datetime.combine(here.date() + timedelta(days=1), time(0), zone)


def worked(start: str, end: str, zone: str, holidays: Collection[date]) -> timedelta:
    """The office hours between two instants in an office in `zone`; nothing when `end` comes first."""
    here, last = (moment(at).astimezone(ZoneInfo(zone)) for at in (start, end))
    found, day = timedelta(0), here.date()
    while day <= last.date():
        if is_working_day(day, holidays):
            opens = datetime.combine(day, OPENS, ZoneInfo(zone))
            closes = datetime.combine(day, CLOSES, ZoneInfo(zone))
            found += max(min(last, closes) - max(here, opens), timedelta(0))
        day += timedelta(days=1)
    return found


@dataclass(frozen=True, slots=True)
class Remaining:
    """How far a target is: `state` is "overdue", "today" or "ahead"; `days` are calendar days for
    an overdue target and working days for one ahead. `sentence` is a msgid filled with `days`."""

    state: str
    days: int
    sentence: str


def remaining(at: str, due: str, zone: str, holidays: Collection[date]) -> Remaining:
    """What a reader in `zone` is told about the target `due` at the instant `at`."""
    today, last = local_date(at, zone), local_date(due, zone)
    if at > due:
        days = (today - last).days
        return Remaining("overdue", days, N_("{days} days overdue") if days else N_("Overdue since today"))
    if today == last:
        return Remaining("today", 0, N_("Today"))
    days, day = 0, today
    while day < last:
        day += timedelta(days=1)
        days += is_working_day(day, holidays)
    return Remaining("ahead", days, N_("{days} working days") if days else N_("Before the next working day"))
