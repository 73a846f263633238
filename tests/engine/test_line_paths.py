"""Lines of a drawing: the one laid last is the cheapest among the others, by prices counted plainly."""

from __future__ import annotations

import heapq
import random
from itertools import pairwise
from typing import Any

import pytest

from paraf.engine.line_paths import (
    CORNER,
    CROSSING,
    OVERLAID,
    SHARED_AT_END,
    SHARED_AT_START,
    TOUCHED,
    PathFinder,
    Port,
    Shape,
    Vertex,
    Wish,
)  # fmt: skip

MOVES = ((1, 0), (0, 1), (-1, 0), (0, -1))


def drawn(seed: int) -> tuple[list[int], list[int], dict[str, Shape], list[Wish]]:
    """Nine boxes in three rows and lines between them at random."""
    chance = random.Random(seed)
    xs, ys = ([0] * 16, [0] * 16)
    for places in (xs, ys):
        for n in range(1, 16):
            places[n] = places[n - 1] + chance.choice((10, 10, 22, 40))
    middles = {f"box{n}": (2 + 5 * (n % 3), 2 + 5 * (n // 3)) for n in range(9)}
    shapes = {name: Shape(i - 1, j - 1, i + 1, j + 1) for name, (i, j) in middles.items()}
    wishes = []
    for n in range(14):
        source, target = chance.sample(sorted(middles), 2)
        leaves, enters = (
            tuple(Port(middles[end], heading, cost) for heading, cost in enumerate(costs))
            for end, costs in ((source, (0, 25, 90, 25)), (target, (90, 30, 0, 30)))
        )
        wishes.append(Wish(f"line{n}", source, target, leaves, enters))
    return xs, ys, shapes, wishes


class Plain:
    """What a line costs among others, and the least it can cost, without any saving of work."""

    def __init__(self, xs: list[int], ys: list[int], shapes: dict[str, Shape], wish: Wish) -> None:
        self.xs, self.ys, self.wish = xs, ys, wish
        self.owner = {
            (i, j): name
            for name, shape in shapes.items()
            for i in range(shape.left, shape.right + 1)
            for j in range(shape.top, shape.bottom + 1)
        }
        self.own = {wish.source, wish.target}
        self.shared: dict[frozenset[Vertex], int] = {}
        self.passed: dict[Vertex, list[tuple[int, bool, bool]]] = {}

    def beside(self, other: Wish, path: list[Vertex]) -> None:
        """Another line that lies already."""
        kin = other.source == self.wish.source or other.target == self.wish.target
        price = (
            SHARED_AT_END if other.target == self.wish.target else SHARED_AT_START if kin else OVERLAID
        )  # fmt: skip
        for a, b in pairwise(path):
            self.shared[frozenset((a, b))] = self.shared.get(frozenset((a, b)), 0) + price
        for a, b, c in zip(path, path[1:], path[2:], strict=False):
            before, after = heading(a, b), heading(b, c)
            self.passed.setdefault(b, []).append((before % 2, before != after, kin))

    def step(self, at: Vertex, before: int, turn: int) -> tuple[Vertex, int] | None:
        i, j = at[0] + MOVES[turn][0], at[1] + MOVES[turn][1]
        bends = turn != before
        if not (0 <= i < len(self.xs) and 0 <= j < len(self.ys)) or self.owner.get((i, j), None) not in {
            None, *self.own,
        }:  # fmt: skip
            return None
        if bends and self.owner.get(at) in self.own:
            return None
        price = abs(self.xs[i] - self.xs[at[0]]) + abs(self.ys[j] - self.ys[at[1]]) + CORNER * bends
        for way, bent, kin in self.passed.get(at, ()):
            if bends or bent:
                price += 0 if kin else TOUCHED
            elif way != turn % 2:
                price += CROSSING
        return (i, j), price + self.shared.get(frozenset((at, (i, j))), 0)

    def cost(self, path: list[Vertex]) -> int:
        first, last = heading(path[0], path[1]), heading(path[-2], path[-1])
        total = next(port.cost for port in self.wish.leaves if port.heading == first)
        total += next(port.cost for port in self.wish.enters if (port.heading + 2) % 4 == last)
        before = first
        for a, b in pairwise(path):
            made = self.step(a, before, heading(a, b))
            assert made is not None, "a line runs where none may"
            total, before = total + made[1], heading(a, b)
        return total

    def least(self) -> int:
        queue: list[tuple[int, Any]] = [(port.cost, (port.vertex, port.heading)) for port in self.wish.leaves]
        goals = {(port.vertex, (port.heading + 2) % 4): port.cost for port in self.wish.enters}
        done: set[Any] = set()
        while queue:
            total, state = heapq.heappop(queue)
            if state is None:
                return total
            if state in done:
                continue
            done.add(state)
            if state in goals:
                heapq.heappush(queue, (total + goals[state], None))
            at, before = state
            for turn in range(4):
                made = self.step(at, before, turn) if (turn - before) % 4 != 2 else None
                if made is not None:
                    heapq.heappush(queue, (total + made[1], (made[0], turn)))
        raise AssertionError("no way at all")


def heading(a: Vertex, b: Vertex) -> int:
    return MOVES.index(((b[0] > a[0]) - (b[0] < a[0]), (b[1] > a[1]) - (b[1] < a[1])))


def every_vertex(corners: tuple[Vertex, ...]) -> list[Vertex]:
    path = [corners[0]]
    for end in corners[1:]:
        dx, dy = MOVES[heading(path[-1], end)]
        while path[-1] != end:
            path.append((path[-1][0] + dx, path[-1][1] + dy))
    return path


@pytest.mark.parametrize("seed", range(6))
def test_the_line_laid_last_is_the_cheapest_among_all_others(seed: int) -> None:
    xs, ys, shapes, wishes = drawn(seed)
    finder = PathFinder(xs, ys, shapes, frozenset())
    found = {name: every_vertex(path) for name, path in finder.find_all(wishes).items()}
    # the second round lifts and lays the shortest line last
    last = min(wishes, key=lambda wish: (not finder._straight(wish), finder._distance(wish), wish.name))
    plain = Plain(xs, ys, shapes, last)
    for other in wishes:
        if other.name != last.name:
            plain.beside(other, found[other.name])
    assert plain.cost(found[last.name]) == plain.least()


def test_no_line_runs_along_a_closed_track() -> None:
    xs, ys, shapes, wishes = drawn(3)
    free = PathFinder(xs, ys, shapes, frozenset()).find_all(wishes)
    upright = {a[0] for path in free.values() for a, b in pairwise(path) if a[0] == b[0]}
    closed = frozenset(upright & {0, 4, 5, 9, 10, 14, 15})
    assert closed, "these lines use tracks between the boxes"
    kept = frozenset(sorted(closed)[:1])
    again = PathFinder(xs, ys, shapes, kept).find_all(wishes)
    assert not kept & {a[0] for path in again.values() for a, b in pairwise(path) if a[0] == b[0]}
