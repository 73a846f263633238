"""The way of every arrow in an SOP's flow diagram.

Knows the table's geometry and the exits of the steps; must not know SVG (`flow_picture.py`).
Lanes have gutters between them. An arrow to the next row leaves below; every other arrow leaves at
the side and runs in a gutter; all arrive from above, so no line crosses a symbol. An arrow to
another sheet ends in a connector (the pentagon) and goes on from its twin there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paraf.documents.flow_layout import Layout, Row, symbol_width
from paraf.domain.sop_parts import FlowDiagram

ENTRY = 6.0  # an arrow arrives along this line below the top of its row
TRACK = 4.0  # between two lines in one gutter
CONNECTOR = 13.0
BEND, TIP = 3.5, 7.5  # where a line to a connector turns, and where it ends

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A word at the beginning of an arrow; `leftwards` text ends at the point."""

    text: str
    at: Point
    leftwards: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line on one sheet, by its corners."""

    sheet: int
    points: tuple[Point, ...]
    dashed: bool = False
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Connector:
    """A pentagon: the drawing goes on at the same mark on sheet `other`."""

    sheet: int
    at: Point
    mark: str
    other: int


@dataclass(frozen=True, slots=True)
class _Edge:
    source: int
    target: int
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class _Leaving:
    """How an arrow leaves its symbol: its first corners, then the gutter it runs in (None: straight
    down its own lane)."""

    points: tuple[Point, ...]
    gutter: int | None
    label: Label | None


def draw_ways(layout: Layout, diagram: FlowDiagram) -> tuple[list[Arrow], list[Connector]]:
    """All arrows and connectors of all sheets."""
    ways = _Ways(layout, diagram)
    for index in range(len(layout.rows)):
        ways.leave(index)
    return ways.arrows, ways.connectors


class _Ways:
    """Draws arrow by arrow and remembers which tracks and places are taken."""

    def __init__(self, layout: Layout, diagram: FlowDiagram) -> None:
        self.layout = layout
        self.rows = layout.rows
        self.lanes = {column.name: index for index, column in enumerate(layout.columns.lanes)}
        self.exits = diagram.exits()
        self.successors = diagram.successors()
        self.index = {row.step.no: index for index, row in enumerate(layout.rows)}
        self.half = symbol_width(layout.columns) / 2
        self.arrows: list[Arrow] = []
        self.connectors: list[Connector] = []
        self.tracks: dict[tuple[int, int], list[tuple[float, float, int, int]]] = {}
        self.slots: dict[tuple[int, bool], list[float]] = {}

    def leave(self, index: int) -> None:
        """Every arrow that leaves this row; the one to the row below first."""
        taken: set[str] = set()
        for edge in sorted(self._edges(index), key=lambda edge: edge.target != self._below(index)):
            source, target = self.rows[edge.source], self.rows[edge.target]
            leaving = self._leaving(edge, taken)
            if source.sheet == target.sheet:
                way = [*leaving.points]
                if leaving.gutter is not None:
                    x = self._track(source.sheet, leaving.gutter, way[-1][1], target.top + ENTRY, edge.target)
                    way += [(x, way[-1][1]), (x, target.top + ENTRY)]
                else:
                    way.append((way[-1][0], target.top + ENTRY))
                self._add(edge, source.sheet, [*way, *self._arrival(edge)], leaving.label)
            else:
                self._over(edge, leaving)

    # --- which arrows there are -------------------------------------------------------------------

    def _edges(self, index: int) -> Iterator[_Edge]:
        step = self.rows[index].step
        if not self._lanes(index):
            return
        labels = {branch.to: branch.when for branch in step.branches}
        labels |= {step.ya or "": "Ya", step.tidak or "": "Tidak"}
        for no in self.exits[step.no]:
            for target in self._rows_at(no):
                yield _Edge(index, target, labels.get(no, ""))
        for target in self._rows_at(step.return_to or ""):
            yield _Edge(index, target, "", True)

    def _rows_at(self, no: str) -> list[int]:
        """The row of this number; of a heading, the rows it stands for."""
        index = self.index.get(no)
        if index is None:
            return []
        rows = self.successors[no] if self.rows[index].step.group else (no,)
        return [self.index[row] for row in rows if self._lanes(self.index[row])]

    def _below(self, index: int) -> int | None:
        rest = range(index + 1, len(self.rows))
        return next((i for i in rest if self._lanes(i)), None)

    def _lanes(self, index: int) -> list[int]:
        step = self.rows[index].step
        return [] if step.group else [self.lanes[lane] for lane in step.lanes() if lane in self.lanes]

    # --- the way of one arrow ---------------------------------------------------------------------

    def _leaving(self, edge: _Edge, taken: set[str]) -> _Leaving:
        source = self.rows[edge.source]
        lanes, goal = self._lanes(edge.source), self._lanes(edge.target)[0]
        if edge.target == self._below(edge.source) and "below" not in taken and not edge.dashed:
            taken.add("below")
            start = (self._centre(lanes[0]), source.middle + source.half_height)
            return _Leaving((start,), None, _label(edge, (start[0] + 3, start[1] + 7.5), False))
        side = "left" if goal < lanes[0] else "right"
        other = "right" if side == "left" else "left"
        side = other if side in taken and other not in taken else side
        taken.add(side)
        outer, sign = (min(lanes), -1) if side == "left" else (max(lanes), 1)
        start = (self._centre(outer) + sign * self.half, source.middle)
        label = _label(edge, (start[0] + sign * 1.5, start[1] - 2.5), side == "left")
        return _Leaving((start,), outer if side == "left" else outer + 1, label)

    def _arrival(self, edge: _Edge) -> list[Point]:
        target = self.rows[edge.target]
        x = self._centre(self._lanes(edge.target)[0])
        return [(x, target.top + ENTRY), (x, target.middle - target.half_height)]

    def _over(self, edge: _Edge, leaving: _Leaving) -> None:
        """The two halves of an arrow that goes on on another sheet, each with its connector."""
        source, target = self.rows[edge.source], self.rows[edge.target]
        down = target.sheet > source.sheet
        mark = _mark(len(self.connectors) // 2 + 1)
        # out: to the end of this sheet
        x, y = leaving.points[-1]
        limit = self._end(source.sheet, down)
        way = [*leaving.points]
        if leaving.gutter is not None:
            x = self._track(source.sheet, leaving.gutter, y, limit, -1 - edge.target)
            way.append((x, y))
        way += self._to_connector(source.sheet, x, down, mark, target.sheet)
        self._add(edge, source.sheet, way, leaving.label)
        # in: from the end of the other sheet
        arrival = self._arrival(edge)
        first = next(row for i, row in enumerate(self.rows) if row.sheet == target.sheet and self._lanes(i))
        x = arrival[0][0]
        if not (down and first is target):
            limit = self._end(target.sheet, not down)
            x = self._track(target.sheet, self._lanes(edge.target)[0], limit, arrival[0][1], edge.target)
        way = self._to_connector(target.sheet, x, not down, mark, source.sheet)[::-1]
        self._add(edge, target.sheet, [*way, (x, arrival[0][1]), *arrival], None)

    def _to_connector(self, sheet: int, x: float, below: bool, mark: str, other: int) -> list[Point]:
        """The corners from the gutter at `x` to a new connector below (or above) the rows."""
        sign = 1 if below else -1
        end, slot = self._end(sheet, below), self._slot(sheet, below, x)
        tip = end + sign * TIP
        self.connectors.append(Connector(sheet, (slot, tip + sign * CONNECTOR / 2), mark, other))
        return [(x, end + sign * BEND), (slot, end + sign * BEND), (slot, tip)]

    def _add(self, edge: _Edge, sheet: int, way: list[Point], label: Label | None) -> None:
        points = tuple(point for i, point in enumerate(way) if i == 0 or point != way[i - 1])
        self.arrows.append(Arrow(sheet, points, edge.dashed, label))

    # --- places -----------------------------------------------------------------------------------

    def _centre(self, lane: int) -> float:
        column = self.layout.columns.lanes[lane]
        return column.x + column.width / 2

    def _end(self, sheet: int, below: bool) -> float:
        rows: list[Row] = [row for row in self.rows if row.sheet == sheet]
        return rows[-1].top + rows[-1].height if below else rows[0].top

    def _track(self, sheet: int, gutter: int, y1: float, y2: float, target: int) -> float:
        """The x of a free track in the gutter left of lane `gutter`; arrows to one target share one."""
        low, high = min(y1, y2), max(y1, y2)
        used = self.tracks.setdefault((sheet, gutter), [])
        track = next((track for _, _, track, to in used if to == target), None)
        if track is None:
            busy = {track for a, b, track, _ in used if a < high + 2 and low - 2 < b}
            track = next(number for number in range(len(busy) + 1) if number not in busy)
        used.append((low, high, track, target))
        columns = self.layout.columns.lanes
        room = columns[0].width / 2 - self.half - 2
        if gutter == 0:
            return columns[0].x + min(4 + TRACK * track, room)
        if gutter == len(columns):
            return columns[-1].x + columns[-1].width - min(4 + TRACK * track, room)
        offset = min(3 + TRACK * (track // 2), room)
        return columns[gutter].x + (-offset if track % 2 else offset)

    def _slot(self, sheet: int, below: bool, x: float) -> float:
        """A free place for a connector near `x`; the last one tried when all are taken."""
        taken = self.slots.setdefault((sheet, below), [])
        step = CONNECTOR + 21
        places = [x + sign * number * step for number in range(8) for sign in (1, -1)]
        free = [place for place in places if all(abs(place - other) >= step for other in taken)]
        taken.append(free[0] if free else places[-1])
        return taken[-1]


def _label(edge: _Edge, at: Point, leftwards: bool) -> Label | None:
    return Label(edge.label, at, leftwards) if edge.label else None


def _mark(number: int) -> str:
    """1 "A", 26 "Z", 27 "AA"."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
