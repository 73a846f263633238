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
_MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""Right, down, left, up."""


@dataclass(frozen=True, slots=True)
class Port:
    """A place where a line may leave or enter a box: where it stands, in which direction (index of
    `_MOVES`) it leaves, and what using it costs."""

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
    """Finds one path after another; each keeps away from those found before."""

    def __init__(
        self, xs: Sequence[int], ys: Sequence[int], shapes: Mapping[str, Shape], closed: frozenset[int]
    ) -> None:
        """`xs` and `ys` are nominal places of the tracks, ascending; no line runs along a vertical
        track in `closed`."""
        self.closed = closed
        self.xs = xs
        self.ys = ys
        self.owner: dict[Vertex, str] = {}
        for name, shape in shapes.items():
            for i in range(shape.left, shape.right + 1):
                for j in range(shape.top, shape.bottom + 1):
                    self.owner[i, j] = name
        self.edges: dict[tuple[Vertex, bool], list[Wish]] = {}
        self.passes: dict[Vertex, list[tuple[Wish, bool, bool]]] = {}
        self.found: dict[str, tuple[Vertex, ...]] = {}

    def find_all(self, wishes: Sequence[Wish], rounds: int = 2) -> dict[str, tuple[Vertex, ...]]:
        """Every path by the name of its wish, as corners only. The shortest are found first; each
        further round lifts every line once and lays it again among all the others."""
        ordered = sorted(wishes, key=lambda wish: (not self._straight(wish), self._distance(wish), wish.name))
        for wish in ordered:
            self._lay(wish, self._path(wish))
        for _ in range(rounds - 1):
            for wish in reversed(ordered):
                self._lift(wish)
                self._lay(wish, self._path(wish))
        return {wish.name: _corners(self.found[wish.name]) for wish in wishes}

    @staticmethod
    def _straight(wish: Wish) -> bool:
        """Whether the middles of both boxes lie on one track."""
        (a, b), (c, d) = wish.leaves[0].vertex, wish.enters[0].vertex
        return a == c or b == d

    def _distance(self, wish: Wish) -> int:
        (a, b), (c, d) = wish.leaves[0].vertex, wish.enters[0].vertex
        return abs(self.xs[a] - self.xs[c]) + abs(self.ys[b] - self.ys[d])

    # --- one path ---------------------------------------------------------------------------------

    def _path(self, wish: Wish) -> tuple[Vertex, ...]:
        goals: dict[tuple[Vertex, int], int] = {}
        for port in wish.enters:
            goals[port.vertex, (port.heading + 2) % 4] = port.cost
        targets = sorted({vertex for vertex, _ in goals})
        left, right = min(self.xs[i] for i, _ in targets), max(self.xs[i] for i, _ in targets)
        top, bottom = min(self.ys[j] for _, j in targets), max(self.ys[j] for _, j in targets)
        best: dict[tuple[Vertex, int], int] = {}
        origin: dict[tuple[Vertex, int], tuple[Vertex, int] | None] = {}
        queue: list[tuple[int, int, int, tuple[Vertex, int]]] = []
        count = 0
        for port in wish.leaves:
            state = (port.vertex, port.heading)
            best[state] = port.cost
            origin[state] = None
            queue.append((port.cost, count, port.cost, state))
            count += 1
        heapq.heapify(queue)
        closed: set[tuple[Vertex, int]] = set()
        own = (wish.source, wish.target)
        while queue:
            _, _, cost, state = heapq.heappop(queue)
            if state in closed:
                continue
            closed.add(state)
            vertex, heading = state
            if vertex == (-1, -1):
                return self._trace(origin, state)
            if state in goals:
                end = ((-1, -1), heading)
                total = cost + goals[state]
                if total < best.get(end, total + 1):
                    best[end], origin[end] = total, state
                    heapq.heappush(queue, (total, count, total, end))
                    count += 1
            for turn in (heading, (heading + 1) % 4, (heading + 3) % 4):
                if turn != heading and (origin[state] is None or self.owner.get(vertex) in own):
                    continue
                step = self._step(wish, vertex, heading, turn, own)
                if step is None:
                    continue
                following, price = step
                reached = (following, turn)
                total = cost + price
                if reached in closed or total >= best.get(reached, total + 1):
                    continue
                best[reached], origin[reached] = total, state
                x, y = self.xs[following[0]], self.ys[following[1]]
                away = max(left - x, x - right, 0) + max(top - y, y - bottom, 0)
                heapq.heappush(queue, (total + away, count, total, reached))
                count += 1
        raise ValueError(f"no path for {wish.name}")

    def _step(
        self, wish: Wish, vertex: Vertex, heading: int, turn: int, own: tuple[str, str]
    ) -> tuple[Vertex, int] | None:
        dx, dy = _MOVES[turn]
        following = (vertex[0] + dx, vertex[1] + dy)
        if not (0 <= following[0] < len(self.xs) and 0 <= following[1] < len(self.ys)):
            return None
        holder = self.owner.get(following)
        if holder is not None and holder not in own:
            return None
        across = dx != 0
        if not across and vertex[0] in self.closed:
            return None
        price = abs(self.xs[following[0]] - self.xs[vertex[0]]) + abs(
            self.ys[following[1]] - self.ys[vertex[1]]
        )
        bends = turn != heading
        if bends:
            price += CORNER
        price += self._meeting(wish, vertex, across, bends)
        edge = (min(vertex, following), across)
        for other in self.edges.get(edge, ()):
            price += _sharing(wish, other)
        return following, price

    def _meeting(self, wish: Wish, vertex: Vertex, across: bool, bends: bool) -> int:
        price = 0
        for other, other_across, other_bends in self.passes.get(vertex, ()):
            kin = _kin(wish, other)
            if bends or other_bends:
                price += 0 if kin else TOUCHED
            elif across != other_across:
                price += CROSSING
        return price

    @staticmethod
    def _trace(
        origin: Mapping[tuple[Vertex, int], tuple[Vertex, int] | None], state: tuple[Vertex, int]
    ) -> tuple[Vertex, ...]:
        path: list[Vertex] = []
        here = origin[state]
        while here is not None:
            path.append(here[0])
            here = origin[here]
        return tuple(reversed(path))

    # --- what is laid -----------------------------------------------------------------------------

    def _lay(self, wish: Wish, path: tuple[Vertex, ...]) -> None:
        self.found[wish.name] = path
        for edge in _edges(path):
            self.edges.setdefault(edge, []).append(wish)
        for vertex, across, bends in _passes(path):
            self.passes.setdefault(vertex, []).append((wish, across, bends))

    def _lift(self, wish: Wish) -> None:
        path = self.found.pop(wish.name)
        for edge in _edges(path):
            self.edges[edge].remove(wish)
        for vertex, across, bends in _passes(path):
            self.passes[vertex].remove((wish, across, bends))


def _sharing(one: Wish, other: Wish) -> int:
    if one.target == other.target:
        return SHARED_AT_END
    return SHARED_AT_START if one.source == other.source else OVERLAID


def _kin(one: Wish, other: Wish) -> bool:
    return one.source == other.source or one.target == other.target


def _edges(path: Sequence[Vertex]) -> list[tuple[Vertex, bool]]:
    return [(min(a, b), a[0] != b[0]) for a, b in zip(path, path[1:], strict=False)]


def _passes(path: Sequence[Vertex]) -> list[tuple[Vertex, bool, bool]]:
    found = []
    for before, vertex, after in zip(path, path[1:], path[2:], strict=False):
        across = vertex[0] != before[0]
        found.append((vertex, across, across != (after[0] != vertex[0])))
    return found


def _corners(path: Sequence[Vertex]) -> tuple[Vertex, ...]:
    kept = [path[0]]
    kept += [vertex for vertex, _, bends in _passes(path) if bends]
    return (*kept, path[-1])
