"""Times in a route are strict ISO 8601 (D14: SpiffWorkflow reads "P1.5DT1H" as one hour)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from paraf.engine.clock import (
    BadTime,
    canonical_timer,
    first_due,
    is_working_span,
    next_due,
    read_instant,
    write_instant,
)

FRIDAY = datetime(2026, 1, 30, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "text", "canonical", "due"),
    [
        ("duration", "P3D", "P3D", "2026-02-02T09:00:00.000000Z"),
        ("duration", "P1W", "P7D", "2026-02-06T09:00:00.000000Z"),
        ("duration", "PT36H", "P1DT12H", "2026-01-31T21:00:00.000000Z"),
        ("duration", "P1M", "P1M", "2026-02-28T09:00:00.000000Z"),
        ("duration", "P1Y2M", "P1Y2M", "2027-03-30T09:00:00.000000Z"),
        ("date", "2026-02-05T10:00:00+07:00", "2026-02-05T03:00:00.000000Z", "2026-02-05T03:00:00.000000Z"),
        ("cycle", "R3/P1D", "R3/P1D", "2026-01-31T09:00:00.000000Z"),
        ("cycle", "R/PT90M", "R/PT1H30M", "2026-01-30T10:30:00.000000Z"),
    ],
)
def test_times_that_are_taken(form: str, text: str, canonical: str, due: str) -> None:
    timer = canonical_timer(form, text)
    assert timer.value == canonical
    assert canonical_timer(form, timer.value) == timer
    assert write_instant(first_due(timer, FRIDAY)[0]) == due


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("duration", "P1.5DT1H"),
        ("duration", ""),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "-P1D"),
        ("duration", '"P3D"'),
        ("duration", "3 days"),
        ("duration", "p3d"),
        ("duration", "P0D"),
        ("duration", "PT59S"),
        ("duration", "P1W2D"),
        ("duration", "P99Y"),
        ("duration", "P1D T1H"),
        ("duration", "P٣D"),
        ("date", "2026-02-05"),
        ("date", "2026-02-05T10:00:00"),
        ("date", "P1D"),
        ("date", "2026-02-31T10:00:00Z"),
        ("cycle", "P1D"),
        ("cycle", "R0/P1D"),
        ("cycle", "R3/PT0S"),
        ("cycle", "R/PT1S"),
        ("cycle", "R9999/P1D"),
        ("cycle", "R3/2026-01-01T00:00:00Z/P1D"),
        ("cycle", "R-1/P1D"),
    ],
)
def test_times_that_are_refused(form: str, text: str) -> None:
    with pytest.raises(BadTime):
        canonical_timer(form, text)


def test_after_a_long_stop_missed_cycles_come_once() -> None:
    timer = canonical_timer("cycle", "R5/P1D")
    due, _ = first_due(timer, FRIDAY)
    back = read_instant("2026-02-09T12:00:00Z")
    assert write_instant(next_due(timer, due, back)) == "2026-02-10T09:00:00.000000Z"


def test_working_time_is_days_hours_minutes() -> None:
    assert [text for text in ("P3D", "PT4H", "PT30M", "P1DT2H") if not is_working_span(text)] == []
    assert [
        text for text in ("P1W", "P1M", "PT0M", "P", "3", "PT1.5H", "P3D ") if is_working_span(text)
    ] == []
