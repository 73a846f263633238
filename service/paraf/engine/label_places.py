"""Finds where the words beside gateways, events and flows stand, so that none lie on another thing.

Knows boxes, lines and text sizes; must not know how boxes and lines came about.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from paraf.domain.lettering import block
from paraf.domain.route import Box, Kind, Route

SIZE = 11.0
FLOW_WIDTH = 88.0
NARROW_WIDTH = 54.0
NAME_WIDTH = 96.0
_NAMED_OUTSIDE = frozenset({
    Kind.START, Kind.MESSAGE_START, Kind.END, Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END,
    Kind.EXCLUSIVE, Kind.PARALLEL, Kind.EVENT_BASED,
})  # fmt: skip
_UNSEEN = frozenset({Kind.PARALLEL})
"""Their symbol says enough; their name is for readers of the text."""

Point = tuple[float, float]
Line = Sequence[Point]
Piece = tuple[float, float, float, float]
"""A straight piece of a line: its left, top, right and bottom."""


def place_labels(route: Route, boxes: Mapping[str, Box], lines: Mapping[str, Line]) -> dict[str, Box]:
    """Boxes for the words of gateways, events and flows, by id."""
    shapes = [boxes[name] for name in route.elements]
    lanes = [boxes[lane.id] for lane in route.lanes]
    pieces = [(min(a, c), min(b, d), max(a, c), max(b, d))
              for line in lines.values() for (a, b), (c, d) in pairwise(line)]  # fmt: skip
    labels: dict[str, Box] = {}

    def choose(name: str, candidates: Iterable[tuple[float, Box]]) -> None:
        least, taken = math.inf, (*shapes, *labels.values())
        for wish, box in candidates:
            # nothing costs less than its wish, and of equals the first is chosen
            price = wish + _trouble(box, taken, pieces, lanes) if wish < least else math.inf
            if price < least:
                least, labels[name] = price, box

    for element in route.elements.values():
        if element.name and element.kind in _NAMED_OUTSIDE and element.kind not in _UNSEEN:
            choose(element.id, _around(boxes[element.id], *_size(element.name, NAME_WIDTH)))
    for flow in route.flows.values():
        if flow.name:
            line = lines[flow.id]
            siblings = [lines[other.id] for other in route.outgoing(flow.source) if other.id != flow.id]
            apart = max((_together(line, other) for other in siblings), default=0.0)
            wide, narrow = _size(flow.name, FLOW_WIDTH), _size(flow.name, NARROW_WIDTH)
            folded = ((wish + 12, box) for wish, box in _along(line, apart, *narrow))
            places = [*_along(line, apart, *wide), *(folded if narrow != wide else ())]
            # two lines that run as one to their end have no place of their own
            choose(flow.id, places or [*_along(line, 0.0, *wide), (0.0, _box(*line[0], *wide))])
    return labels


def _size(words: str, width: float) -> tuple[float, float]:
    wide, tall = block(words, SIZE, width)
    return math.ceil(wide) + 4, math.ceil(tall)


def _together(line: Line, other: Line) -> float:
    """How far two lines out of one shape run as one."""
    gone = 0.0
    for (a, b), (c, d) in zip(
        zip(line, line[1:], strict=False), zip(other, other[1:], strict=False), strict=False
    ):
        one, two = _heading(a, b), _heading(c, d)
        if a != c or one != two:
            return gone
        long, its = _long(a, b), _long(c, d)
        gone += min(long, its)
        if long != its:
            return gone
    return gone


def _heading(a: Point, b: Point) -> tuple[int, int]:
    return (b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])


def _long(a: Point, b: Point) -> float:
    return abs(b[0] - a[0]) + abs(b[1] - a[1])


def _along(line: Line, apart: float, wide: float, tall: float) -> Iterator[tuple[float, Box]]:
    """Places beside a line, those near its start first, none where it still runs with another."""
    gone = 0.0
    for n, ((x, y), (to_x, to_y)) in enumerate(zip(line, line[1:], strict=False)):
        long = _long((x, y), (to_x, to_y))
        level = y == to_y
        need = wide if level else tall
        first = max(apart - gone, 0.0) + (4.0 if n == 0 else 8.0)
        gone += long
        if first >= long:
            continue
        steps = [first, first + 8.0]
        steps += [
            first + more for more in (20.0, 45.0, 80.0, 120.0, 180.0, 260.0) if first + more + need < long
        ]
        for step in steps:
            wish = gone - long + step + n * 10
            if level:
                start = x + step if to_x > x else x - step - wide
                yield wish, _box(start, y - tall - 3, wide, tall)
                yield wish + 4, _box(start, y + 3, wide, tall)
            else:
                start = y + step if to_y > y else y - step - tall
                yield wish, _box(x + 4, start, wide, tall)
                yield wish + 4, _box(x - wide - 4, start, wide, tall)


def _around(box: Box, wide: float, tall: float) -> Iterator[tuple[float, Box]]:
    """Places around a shape: over and under its middle, then its four corners."""
    middle = box.x + box.width / 2
    right, left = box.x + box.width, box.x - wide
    above, below = box.y - tall - 3, box.y + box.height + 3
    inward = 12 if box.width > 40 else 2
    yield 0, _box(middle - wide / 2, above, wide, tall)
    yield 1, _box(middle - wide / 2, below, wide, tall)
    for far in (0, 10, 22):
        yield 6 + far, _box(middle + 5, above - far, wide, tall)
        yield 6 + far, _box(middle - wide - 5, above - far, wide, tall)
        yield 7 + far, _box(middle + 5, below + far, wide, tall)
        yield 7 + far, _box(middle - wide - 5, below + far, wide, tall)
    for x, outward in ((right - inward, 0), (left + inward, 0)):
        yield 12 + outward, _box(x, above + inward, wide, tall)
        yield 13 + outward, _box(x, below - inward, wide, tall)


def _box(x: float, y: float, wide: float, tall: float) -> Box:
    return Box(float(round(x)), float(round(y)), wide, tall)


def _trouble(box: Box, others: Sequence[Box], pieces: Sequence[Piece], lanes: Sequence[Box]) -> float:
    trouble = 1000.0 * sum(overlap(box, other, 1) for other in others)
    left, top, right, bottom = box.x - 1, box.y - 1, box.x + box.width + 1, box.y + box.height + 1
    trouble += 300.0 * sum(a < right and c > left and b < bottom and d > top for a, b, c, d in pieces)
    inside = any(lane.y <= box.y and box.y + box.height <= lane.y + lane.height for lane in lanes)
    first = min(lane.x for lane in lanes) + 30
    return trouble + (0.0 if inside else 60.0) + (500.0 if box.x < first else 0.0)


def overlap(one: Box, other: Box, room: float = 0.0) -> bool:
    """Whether two boxes lie on each other, or closer than `room`."""
    return (
        one.x < other.x + other.width + room
        and other.x < one.x + one.width + room
        and one.y < other.y + other.height + room
        and other.y < one.y + one.height + room
    )


def crosses(box: Box, start: tuple[float, float], end: tuple[float, float], room: float = 0.0) -> bool:
    """Whether a right-angled piece of a line runs through a box, or closer by than `room`."""
    (a, b), (c, d) = start, end
    return (
        min(a, c) < box.x + box.width + room
        and max(a, c) > box.x - room
        and min(b, d) < box.y + box.height + room
        and max(b, d) > box.y - room
    )
