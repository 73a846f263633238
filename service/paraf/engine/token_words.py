"""Conditions and times as the token game reads them: plain, and apart from the engine's own.

Knows the FEEL subset of conditions and canonical ISO 8601 timers of a checked route; must not know
`expressions.py` or `clock.py`, whose second opinion it is. Standard library only.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from paraf.domain.route import Timer

_WORD = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_]\w*\.\w+|-?\d+(?:\.\d+)?|[a-z]+|!=|<=|>=|[=<>(),])')
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def is_true(text: str, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a condition holds; null and nonsense do not."""
    words = _WORD.findall(text)

    def either() -> Any:
        found = [both()]
        while words and words[0] == "or":
            words.pop(0)
            found.append(both())
        return _connect(found, True)

    def both() -> Any:
        found = [claim()]
        while words and words[0] == "and":
            words.pop(0)
            found.append(claim())
        return _connect(found, False)

    def claim() -> Any:
        left = term()
        if words and words[0] in _OPERATORS:
            return _compare(words.pop(0), left, term())
        if words and words[0] == "in":
            del words[:2]
            found = []
            while words[0] != ")":
                found.append(_compare("=", left, term()))
                words[:1] = [] if words[0] == "," else words[:1]
            words.pop(0)
            return any(found)
        return left

    def term() -> Any:
        word = words.pop(0)
        if word in ("not", "("):
            if word == "not":
                words.pop(0)
            found = either()
            words.pop(0)
            return found if word == "(" else not found if isinstance(found, bool) else None
        if word.startswith('"'):
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        if word[0] in "-0123456789":
            return float(word) if "." in word else int(word)
        head, tail = word.split(".")
        return known.get(head, {}).get(tail)

    return either() is True


def _connect(found: list[Any], decides: bool) -> Any:
    if len(found) == 1:
        return found[0]
    if decides in [f for f in found if isinstance(f, bool)]:
        return decides
    return (not decides) if all(isinstance(f, bool) for f in found) else None


def _compare(operator: str, left: Any, right: Any) -> bool | None:
    def kind(value: Any) -> str:
        return "number" if type(value) in (int, float) else type(value).__name__

    if operator in ("=", "!="):
        return (kind(left) == kind(right) and left == right) == (operator == "=")
    if kind(left) != kind(right) or kind(left) not in ("number", "str"):
        return None
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _after(span: str, start: datetime) -> datetime:
    date, _, time = span[1:].partition("T")
    part = {unit: int(n) for n, unit in re.findall(r"(\d+)([YMD])", date)}
    clock = {unit: int(n) for n, unit in re.findall(r"(\d+)([HMS])", time)}
    years, month = divmod(start.month - 1 + part.get("Y", 0) * 12 + part.get("M", 0), 12)
    year, month = start.year + years, month + 1
    start = start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
    return start + timedelta(
        days=part.get("D", 0), hours=clock.get("H", 0), minutes=clock.get("M", 0), seconds=clock.get("S", 0)
    )


def first_due(timer: Timer, at: str) -> tuple[str, int | None]:
    if timer.form == "date":
        return timer.value, 1
    times, _, span = timer.value.rpartition("/")
    left = (int(times[1:]) if times[1:] else None) if timer.form == "cycle" else 1
    return _written(_after(span, instant(at))), left


def next_due(timer: Timer, due: str, at: str) -> str:
    span, following = timer.value.rpartition("/")[2], instant(due)
    while True:
        following = _after(span, following)
        if following > instant(at):
            return _written(following)
