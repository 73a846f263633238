"""A period as people ask for one: two days, both included, or two instants.

Knows the zone in which a day begins; must not know what happens in the period.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases.office import instant

Period = tuple[str | None, str | None]

_DAY = len("2026-11-21")


def period(first: str | None, last: str | None, zone: tzinfo, fields: tuple[str, str]) -> Period:
    """The instants from which and until which (not included), as tables keep them. A plain day begins
    at midnight in `zone`; a last day is included. Raises InvalidForm naming the field of `fields`."""
    return _instant(first, zone, fields[0], 0), _instant(last, zone, fields[1], 1)


def _instant(text: str | None, zone: tzinfo, field: str, days: int) -> str | None:
    text = (text or "").strip()
    if not text:
        return None
    try:
        if len(text) == _DAY:
            day = date.fromisoformat(text) + timedelta(days=days)
            return instant(datetime(day.year, day.month, day.day, tzinfo=zone))
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise ValueError
        return instant(found)
    except (ValueError, OverflowError):
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={field: [N_("Write an instant with offset, as 2026-11-21T09:00:00+07:00, or a day.")]},
        ) from None
