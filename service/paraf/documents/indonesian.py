"""Dates, times and numbers in Indonesian words, as official documents write them.

Knows the language's own forms; must not know what a date or a number stands for.
"""

from __future__ import annotations

import datetime

_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
_DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
_UNITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()
_ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def long_date(text: str | None) -> str:
    """ "2026-11-21" (or an instant) as "21 November 2026"; "" for nothing."""
    if not text:
        return ""
    day = datetime.date.fromisoformat(text[:10])
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_and_date(text: str | None) -> str:
    """ "2026-11-21" as "Sabtu, 21 November 2026"."""
    if not text:
        return ""
    return f"{_DAYS[datetime.date.fromisoformat(text[:10]).weekday()]}, {long_date(text)}"


def date_and_time(text: str | None, zone: str | None = None, zone_label: str | None = None) -> str:
    """A local instant as "21 November 2026 pukul 09.50.13 WIB"; elsewhere "... waktu setempat (UTC+9)"."""
    if not text:
        return ""
    at = datetime.datetime.fromisoformat(text)
    label = zone_label or _ZONES.get(zone or "")
    if label is None:
        label = "" if at.utcoffset() is None else f"waktu setempat ({_offset(at)})"
    return f"{long_date(text)} pukul {at:%H.%M.%S} {label}".rstrip()


def _offset(at: datetime.datetime) -> str:
    minutes = int((at.utcoffset() or datetime.timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f".{rest:02d}" if rest else "")


def number_words(number: int) -> str:
    """A whole number in words: 1 "satu", 21 "dua puluh satu", 1000 "seribu"."""
    if number < 0:
        return f"minus {number_words(-number)}"
    if number < 12:
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    for size, name in ((10**9, "miliar"), (10**6, "juta"), (1000, "ribu"), (100, "ratus"), (10, "puluh")):
        if number >= size:
            head, rest = divmod(number, size)
            one = head == 1 and size in (1000, 100)
            words = f"se{name}" if one else f"{number_words(head)} {name}"
            return f"{words} {number_words(rest)}" if rest else words
    return str(number)


def ordinal(number: int) -> str:
    """A diktum's name: 1 "KESATU", 2 "KEDUA", 12 "KEDUA BELAS"."""
    return f"KE{number_words(number)}".upper()


def capital_words(text: str) -> str:
    """Upper case, as titles of a Keputusan are written."""
    return text.upper()
