"""Finds where the lines of a drawing run: right-angled paths over a grid of free tracks.

Knows boxes, tracks and what makes a line hard to read (length, corners, crossings, sharing a
track); must not know routes, lanes or labels. Deterministic: ties are broken by the order in which
vertices were reached, never by memory addresses.

Coordinates here are indexes of tracks. What a track measures in the drawing is decided afterwards,
when it is known which tracks are used.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Vertex = tuple[int, int]
"""(index of the vertical track, index of the horizontal track)"""

CORNER = 45
CROSSING = 55
SHARED_AT_START = 75
SHARED_AT_END = 5
"""A piece shared with another line out of the same step, or into the same step: the first is hard
to tell apart, the second reads as a merge."""
TOUCHED = 500
OVERLAID = 4000
BARRED = 10**9
"""More than any path costs: a step that cannot be made."""


@dataclass(frozen=True, slots=True)
class Port:
    """A place where a line may leave or enter a box: where it stands, in which direction (0 right, 1
    down, 2 left, 3 up) it leaves, and what using it costs."""

    vertex: Vertex
    heading: int
    cost: int


@dataclass(frozen=True, slots=True)
class Wish:
    """One line to be found, from any of its source's ports to any of its target's."""

    name: str
    source: str
    target: str
    leaves: tuple[Port, ...]
    enters: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a box covers, in indexes of tracks, borders included."""

    left: int
    top: int
    right: int
    bottom: int


class PathFinder:
    """Finds one path after another; each keeps away from those found before.

    Vertices are numbered row by row, and a way on from a vertex by four times its number plus the
    heading, so that what a step costs is kept in plain lists: everything laid is priced as a stranger's
    line, and for the time of one search the boxes and the kin of its wish are priced as its own.
    """

    def __init__(
        self, xs: Sequence[int], ys: Sequence[int], shapes: Mapping[str, Shape], closed: frozenset[int]
    ) -> None:
        """`xs` and `ys` are nominal places of the tracks, ascending, with a free track all around the
        shapes; no line runs along a vertical track in `closed`. Ports stand inside their shape."""
        self.xs = xs
        self.ys = ys
        wide, high = len(xs), len(ys)
        self.columns = [*range(wide)] * high
        self.rows = [j for j in range(high) for _ in range(wide)]
        self.beside = (1, wide, -1, -wide)
        self.steps = [step for j in range(high) for i in range(wide) for step in self._lengths(i, j, closed)]
        self.passing = [0] * (2 * wide * high)
        self.bending = [0] * (wide * high)
        self.inside = {name: self._covered(shape) for name, shape in shapes.items()}
        for name in shapes:
            self._close(name, BARRED)
        self.found: dict[str, list[int]] = {}

    def find_all(self, wishes: Sequence[Wish], rounds: int = 2) -> dict[str, tuple[Vertex, ...]]:
        """Every path by the name of its wish, as corners only. The shortest are found first; each
        further round lifts every line once and lays it again among all the others."""
        ordered = sorted(wishes, key=lambda wish: (not self._straight(wish), self._distance(wish), wish.name))
        for wish in ordered:
            self._lay(wish, wishes)
        for _ in range(rounds - 1):
            for wish in reversed(ordered):
                self._weigh(self.found.pop(wish.name), -OVERLAID, -TOUCHED, -CROSSING)
                self._lay(wish, wishes)
        return {wish.name: self._corners(self.found[wish.name]) for wish in wishes}

    @staticmethod
    def _straight(wish: Wish) -> bool:
        """Whether the middles of both boxes lie on one track."""
        (a, b), (c, d) = wish.leaves[0].vertex, wish.enters[0].vertex
        return a == c or b == d

    def _distance(self, wish: Wish) -> int:
        (a, b), (c, d) = wish.leaves[0].vertex, wish.enters[0].vertex
        return abs(self.xs[a] - self.xs[c]) + abs(self.ys[b] - self.ys[d])

    # --- what a step costs ------------------------------------------------------------------------

    def _lengths(self, i: int, j: int, closed: frozenset[int]) -> tuple[int, int, int, int]:
        xs, ys = self.xs, self.ys
        return (
            xs[i + 1] - xs[i] if i + 1 < len(xs) else BARRED,
            ys[j + 1] - ys[j] if j + 1 < len(ys) and i not in closed else BARRED,
            xs[i] - xs[i - 1] if i else BARRED,
            ys[j] - ys[j - 1] if j and i not in closed else BARRED,
        )

    def _covered(self, shape: Shape) -> list[int]:
        wide = len(self.xs)
        rows = range(shape.top, shape.bottom + 1)
        return [j * wide + i for j in rows for i in range(shape.left, shape.right + 1)]

    def _close(self, name: str, price: int) -> None:
        """Put a price on every step to a vertex of this shape."""
        for vertex in self.inside[name]:
            for heading, beside in enumerate(self.beside):
                self.steps[4 * (vertex - beside) + heading] += price

    def _own(self, wish: Wish, sign: int) -> None:
        """Open the boxes of a wish to its line, which does not bend inside them (`sign` -1), or close
        them again (1)."""
        for name in {wish.source, wish.target}:
            self._close(name, sign * BARRED)
            for vertex in self.inside[name]:
                self.bending[vertex] -= sign * BARRED

    def _weigh(self, path: Sequence[int], shared: int, touched: int, crossed: int) -> None:
        """Add to what it costs to share a piece of this path, to touch a corner of it or with one, and
        to cross it."""
        steps, passing, bending = self.steps, self.passing, self.bending
        before = -1
        for vertex, after in pairwise(path):
            heading = self.beside.index(after - vertex)
            steps[4 * vertex + heading] += shared
            steps[4 * after + (heading + 2) % 4] += shared
            if before >= 0:
                bending[vertex] += touched
                if before == heading:
                    passing[2 * vertex + 1 - heading % 2] += crossed
                else:
                    passing[2 * vertex] += touched
                    passing[2 * vertex + 1] += touched
            before = heading

    def _lay(self, wish: Wish, wishes: Sequence[Wish]) -> None:
        kin = [
            (self.found[other.name], SHARED_AT_END if wish.target == other.target else SHARED_AT_START)
            for other in wishes
            if other.name in self.found and (wish.source == other.source or wish.target == other.target)
        ]
        self._own(wish, -1)
        for path, shared in kin:
            self._weigh(path, shared - OVERLAID, -TOUCHED, 0)
        found = self._path(wish)
        for path, shared in kin:
            self._weigh(path, OVERLAID - shared, TOUCHED, 0)
        self._own(wish, 1)
        self.found[wish.name] = found
        self._weigh(found, OVERLAID, TOUCHED, CROSSING)

    # --- one path ---------------------------------------------------------------------------------

    def _path(self, wish: Wish) -> list[int]:
        """The cheapest way, found by A*: what is estimated is the way to the box around the goals. No
        estimate falls below the one it came from, so that each has its list of what was reached with it,
        in order, and a list may grow while it is read."""
        steps, passing, bending = self.steps, self.passing, self.bending
        columns, rows, beside = self.columns, self.rows, self.beside
        goals = {self._state(port, (port.heading + 2) % 4): port.cost for port in wish.enters}
        far_x = _away(self.xs, [port.vertex[0] for port in wish.enters])
        far_y = _away(self.ys, [port.vertex[1] for port in wish.enters])
        end = len(steps)
        best = [BARRED] * (end + 1)
        origin: dict[int, int] = {}
        done = bytearray(end)
        waiting: dict[int, list[int]] = {}
        for port in wish.leaves:
            state = self._state(port, port.heading)
            best[state] = port.cost
            waiting.setdefault(port.cost, []).append(state)
        estimates = [*waiting]
        heapq.heapify(estimates)
        while estimates:
            for state in waiting[heapq.heappop(estimates)]:
                if state == end:
                    return _traced(origin, end)
                if done[state]:
                    continue
                done[state] = 1
                cost, vertex, heading = best[state], state >> 2, state & 3
                straight = cost + passing[2 * vertex + (heading & 1)]
                bent = cost + CORNER + bending[vertex]
                ways = [(heading, straight)]
                if bent < BARRED:
                    ways += [((heading + 1) & 3, bent), ((heading + 3) & 3, bent)]
                if state in goals and cost + goals[state] < best[end]:
                    total = best[end] = cost + goals[state]
                    origin[end] = state
                    if total not in waiting:
                        heapq.heappush(estimates, total)
                    waiting.setdefault(total, []).append(end)
                for turn, price in ways:
                    total = price + steps[4 * vertex + turn]
                    following = vertex + beside[turn]
                    reached = 4 * following + turn
                    if total >= BARRED or total >= best[reached]:
                        continue
                    best[reached], origin[reached] = total, state
                    total += far_x[columns[following]] + far_y[rows[following]]
                    if total not in waiting:
                        heapq.heappush(estimates, total)
                    waiting.setdefault(total, []).append(reached)
        raise ValueError(f"no path for {wish.name}")

    def _state(self, port: Port, heading: int) -> int:
        return 4 * (port.vertex[1] * len(self.xs) + port.vertex[0]) + heading

    def _corners(self, path: Sequence[int]) -> tuple[Vertex, ...]:
        bends = [b for a, b, c in zip(path, path[1:], path[2:], strict=False) if b - a != c - b]
        return tuple((self.columns[vertex], self.rows[vertex]) for vertex in (path[0], *bends, path[-1]))


def _away(places: Sequence[int], goals: Sequence[int]) -> list[int]:
    """How far each place is from those of the goals and what lies between them."""
    low, high = places[min(goals)], places[max(goals)]
    return [max(low - place, place - high, 0) for place in places]


def _traced(origin: Mapping[int, int], end: int) -> list[int]:
    path = []
    while end in origin:
        end = origin[end]
        path.append(end >> 2)
    return path[::-1]
