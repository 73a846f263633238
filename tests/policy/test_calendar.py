"""Working time: office hours, weekends, holidays, and the words for what is left."""

from __future__ import annotations

from datetime import date

import pytest

from paraf.domain import calendar
from paraf.usecases.holidays import national_holidays

HOLIDAYS = {date(2026, 12, 25), date(2026, 12, 24)}
FRIDAY_9 = "2026-11-20T02:00:00.000000Z"  # 09:00 in Jakarta
FRIDAY_15 = "2026-11-20T08:00:00.000000Z"
SATURDAY = "2026-11-21T03:00:00.000000Z"
JAKARTA, TOKYO, NEW_YORK = "Asia/Jakarta", "Asia/Tokyo", "America/New_York"

TARGETS = [
    (FRIDAY_9, "P1D", JAKARTA, "2026-11-23T09:00:00.000000Z"),
    (FRIDAY_9, "P3D", JAKARTA, "2026-11-25T09:00:00.000000Z"),
    (SATURDAY, "P1D", JAKARTA, "2026-11-23T09:00:00.000000Z"),
    ("2026-12-23T02:00:00.000000Z", "P1D", JAKARTA, "2026-12-28T09:00:00.000000Z"),  # over Christmas
    (FRIDAY_9, "PT4H", JAKARTA, "2026-11-20T06:00:00.000000Z"),
    (FRIDAY_15, "PT4H", JAKARTA, "2026-11-23T04:00:00.000000Z"),
    (FRIDAY_15, "PT90M", JAKARTA, "2026-11-23T01:30:00.000000Z"),
    (FRIDAY_15, "PT1H", JAKARTA, "2026-11-20T09:00:00.000000Z"),  # ends as the office closes
    ("2026-11-20T15:00:00.000000Z", "PT1H", JAKARTA, "2026-11-23T02:00:00.000000Z"),  # at night
    ("2026-11-19T22:00:00.000000Z", "PT1H", JAKARTA, "2026-11-20T02:00:00.000000Z"),  # before opening
    (FRIDAY_9, "P1D", TOKYO, "2026-11-23T07:00:00.000000Z"),
    ("2026-11-20T03:00:00.000000Z", "P1D", NEW_YORK, "2026-11-20T21:00:00.000000Z"),  # still Thursday there
    ("2026-11-20T02:00:00.000000Z", "PT20H", JAKARTA, "2026-11-24T06:00:00.000000Z"),
]


@pytest.mark.parametrize(("at", "working", "zone", "due"), TARGETS)
def test_a_target_falls_in_working_time(at: str, working: str, zone: str, due: str) -> None:
    assert calendar.add_working(at, working, zone, HOLIDAYS) == due


@pytest.mark.parametrize("text", ["", "P", "P0D", "PT0H", "P1W", "P1DT1H", "PT1.5H", "-P1D", "P3D ", "R/P1D"])
def test_other_durations_are_no_working_time(text: str) -> None:
    assert not calendar.is_working_time(text)
    with pytest.raises(ValueError, match="not a working time"):
        calendar.add_working(FRIDAY_9, text, JAKARTA, HOLIDAYS)


LEFT = [
    (FRIDAY_9, "2026-11-25T09:00:00.000000Z", ("ahead", 3)),
    (FRIDAY_9, "2026-11-20T09:00:00.000000Z", ("today", 0)),
    (FRIDAY_9, "2026-11-22T09:00:00.000000Z", ("ahead", 0)),  # a Sunday
    ("2026-11-20T10:00:00.000000Z", "2026-11-20T09:00:00.000000Z", ("overdue", 0)),
    ("2026-11-22T02:00:00.000000Z", "2026-11-20T09:00:00.000000Z", ("overdue", 2)),
]


@pytest.mark.parametrize(("at", "due", "left"), LEFT)
def test_what_is_left_is_told_in_days(at: str, due: str, left: tuple[str, int]) -> None:
    told = calendar.remaining(at, due, JAKARTA, HOLIDAYS)
    assert (told.state, told.days) == left


def test_instants_and_dates_are_written_the_same_way_everywhere() -> None:
    assert calendar.instant_text(calendar.moment(FRIDAY_9)) == FRIDAY_9
    assert calendar.start_of_day(date(2026, 6, 1), JAKARTA) == "2026-05-31T17:00:00.000000Z"
    assert calendar.last_day("2026-05-31T17:00:00.000000Z", JAKARTA) == "31 Mei 2026"
    assert calendar.local_date("2026-11-20T20:00:00.000000Z", TOKYO) == date(2026, 11, 21)


def test_the_public_holidays_of_indonesia_are_known() -> None:
    known = national_holidays([2026])
    assert known[date(2026, 8, 17)].startswith("Hari Kemerdekaan")
    assert date(2026, 8, 18) not in known
