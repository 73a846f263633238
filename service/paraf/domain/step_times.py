"""How long each step really took, beside its standard time: what the heat map and its table show.

Knows working time and the rounds of a step; must not know how they are drawn. A standard of days ends
when the office closes, so real and standard time are both measured in the same office hours from the
same opening: a step is within its standard exactly if it was decided by its target. While a case is
held up nobody can work on it, so that time is no part of what a step used. A target reminds and decides
nothing (INT-05); neither does this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from paraf.domain import calendar
from paraf.domain.moments import Span, rounds
from paraf.domain.route import Route

BOUNDS = (0.5, 1.0, 1.5, 2.0)
"""Where one level of heat ends and the next begins, as a part of the standard time."""

LEVELS = len(BOUNDS) + 1


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step of a person: how many rounds, office minutes used in all and in the longest, the
    minutes its standard allowed for the same rounds (None without a standard), how many rounds went
    past it, whether one still runs, and the level of heat from 1 (at most half) to 5 (more than
    twice); None without a standard."""

    element_id: str
    rounds: int
    minutes: int
    longest: int
    allowed: int | None
    late: int
    running: bool
    level: int | None


def step_times(
    spans: Sequence[Span],
    route: Route,
    zone_of: Callable[[Sequence[str]], str],
    holidays: Collection[date],
    until: str,
    held: Sequence[tuple[str, str | None]] = (),
) -> list[StepTime]:
    """The times of every step that was opened, in the order of the route. `zone_of` gives the zone of
    the office a task was offered to, by its positions; what still runs is measured until `until`.
    `held` are the times, from and until (None: still), in which the case was held up."""
    by_element = rounds(spans)
    told = []
    for element in route.elements.values():
        own = by_element.get(element.id)
        if own is None:
            continue
        standard = element.due.working if element.due else None
        used: list[int] = []
        allowed: list[int] = []
        late = 0
        for copies in own:
            zone = zone_of(copies[0].offered[0][1])
            began = copies[0].opened_at
            ended = max(span.closed_at or until for span in copies)
            idle = [(max(began, since), min(ended, to or ended)) for since, to in held]
            waited = sum(_minutes(*pause, zone, holidays) for pause in idle)
            used.append(_minutes(began, ended, zone, holidays) - waited)
            if standard is not None:
                target = calendar.add_working(began, standard, zone, holidays)
                allowed.append(_minutes(began, target, zone, holidays))
                late += ended > target and (not waited or used[-1] > allowed[-1])
        told.append(
            StepTime(
                element_id=element.id,
                rounds=len(own),
                minutes=sum(used),
                longest=max(used),
                allowed=sum(allowed) if standard is not None else None,
                late=late,
                running=any(span.closed_seq is None for span in own[-1]),
                level=_level(sum(used), sum(allowed)) if standard is not None else None,
            )
        )
    return told


def _minutes(start: str, end: str, zone: str, holidays: Collection[date]) -> int:
    return calendar.worked(start, end, zone, holidays) // timedelta(minutes=1)


def _level(used: int, allowed: int) -> int:
    part = used / max(allowed, 1)
    return 1 + sum(part > bound for bound in BOUNDS)
