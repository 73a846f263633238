"""The public holidays that working time leaves out.

Knows the calendar library; `domain/calendar` gets the dates as plain data. Joint leave that moves
by decree is added by the office through the settings, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import holidays


def national_holidays(years: Iterable[int]) -> Mapping[date, str]:
    """The Indonesian public holidays of these years, each date with its Indonesian name."""
    return dict(holidays.country_holidays("ID", years=list(years), language="id").items())
