"""Draws a route: where every step, lane, line and label stands.

Knows columns, rows, lanes and the sizes of shapes; must not know XML or SVG. Pure Python and
deterministic: the same route gives the same drawing in every process, and ids are never touched.

Steps stand in the order of the route from left to right, each in its lane. A flow to a step that
stands earlier in the route is a loop back. Lines run on tracks between the shapes
(`line_paths.py`); tracks nobody uses take no room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from paraf.domain.route import Box, Element, Flow, Geometry, Kind, Route
from paraf.engine.drawn_scope import drawable, with_border_events
from paraf.engine.label_places import place_labels
from paraf.engine.line_paths import PathFinder, Port, Shape, Vertex, Wish
from paraf.engine.opened_scopes import lowered, with_room

TASK = (130, 80)
GATEWAY = (50, 50)
EVENT = (36, 36)
HEADER = 30
"""Width of the strip that carries the name of the pool, and of each lane."""
SPARE_X = 4
SPARE_Y = 5
TRACK = 14
MARGIN_X = 16
MARGIN_Y = 20
LANE_LEAST = 130
_SIDE = (40, 22)
"""How far beside its middle a task has further places for lines, across and down."""
_EVENTS = frozenset(
    {Kind.START, Kind.MESSAGE_START, Kind.END, Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END}
)
_GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.EVENT_BASED})


def draw(route: Route) -> Geometry:
    """The drawing of a route, in px from the top left. An unfinished route is drawn as far as it
    goes: a flow that leads nowhere is left out, an element in no lane stands in that of the step
    before it. An event at the border of a step sits where its flow leaves the step. A sub-process that
    was drawn open stays so; what is inside any other is drawn below the whole, for a plane of its own."""
    geometry = _draw_open(route, None)
    boxes, lines, labels = dict(geometry.boxes), dict(geometry.lines), dict(geometry.labels)
    for inner in route.elements.values():
        if inner.kind is not Kind.SUBPROCESS or inner.id in route.geometry.opened:
            continue
        if not any(e.scope == inner.id for e in route.elements.values()):
            continue
        lowest = max((box.y + box.height for box in boxes.values()), default=0.0)
        part = lowered(_draw_open(route, inner.id), lowest + LANE_LEAST)
        boxes |= part.boxes
        lines |= part.lines
        labels |= part.labels
    return Geometry(boxes, lines, labels, route.geometry.opened)


def _draw_open(route: Route, scope: str | None) -> Geometry:
    """The drawing of one scope, with what stands in its open sub-processes."""
    whole = _draw_scope(route, scope)
    opened = [name for name in whole.boxes if name in route.geometry.opened]
    inside = {name: _draw_open(route, name) for name in opened}
    return with_room(route, whole, inside) if inside else whole


def _draw_scope(route: Route, scope: str | None) -> Geometry:
    """The drawing of the process itself, or of what one sub-process holds."""
    plain = drawable(route, scope)
    if not plain.elements:
        return Geometry()
    whole = _draw_plain(plain)
    named = {plain.pool or "pool", *(lane.id for lane in plain.lanes)} - {lane.id for lane in route.lanes}
    if scope is None:
        named -= {plain.pool or "pool"}
    boxes = {name: box for name, box in whole.boxes.items() if name not in named}
    return with_border_events(route, plain, Geometry(boxes, whole.lines, whole.labels))


def _draw_plain(route: Route) -> Geometry:
    places = _places(route)
    grid = _Grid(route, places)
    finder = PathFinder(grid.nominal_xs(), grid.nominal_ys(), grid.shapes(), grid.closed())
    paths = finder.find_all(grid.wishes())
    grid.settle(paths, route)
    boxes = grid.boxes()
    lines = {flow: grid.line(route.flows[flow], path, boxes) for flow, path in paths.items()}
    return Geometry(boxes, lines, place_labels(route, boxes, lines))


def size_of(element: Element) -> tuple[int, int]:
    """Width and height of a shape."""
    return EVENT if element.kind in _EVENTS else GATEWAY if element.kind in _GATEWAYS else TASK


# --- which column, which row ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    column: int
    lane: int
    row: int


def _places(route: Route) -> dict[str, _Place]:
    columns = _columns(route)
    lane_number = {lane.id: n for n, lane in enumerate(route.lanes)}
    places: dict[str, _Place] = {}
    taken: set[tuple[int, int, int]] = set()
    for element in sorted(route.elements.values(), key=lambda e: columns[e.id]):
        column, lane = columns[element.id], lane_number[element.lane or ""]
        wished = _wished_row(route, element, places)
        row = next(row for row in _near(wished) if (column, lane, row) not in taken)
        taken.add((column, lane, row))
        places[element.id] = _Place(column, lane, row)
    return places


def _columns(route: Route) -> dict[str, int]:
    order = {element: n for n, element in enumerate(route.elements)}
    columns: dict[str, int] = {}
    for element in route.elements.values():
        before = [
            flow.source for flow in route.incoming(element.id) if order[flow.source] < order[element.id]
        ]
        columns[element.id] = max(
            (columns[source] + _width(route.elements[source], element) for source in before), default=0
        )
    return columns


def _width(source: Element, target: Element) -> int:
    """A gateway in another lane than the step before it stands right under or over that step."""
    return 0 if target.kind in _GATEWAYS and source.lane != target.lane else 1


def _wished_row(route: Route, element: Element, places: Mapping[str, _Place]) -> int:
    for flow in route.incoming(element.id):
        before = places.get(flow.source)
        if before is not None and route.elements[flow.source].lane == element.lane:
            return before.row
    return 0


def _near(row: int) -> Iterator[int]:
    """Rows to try, the wished one first; below the last of them there is always room."""
    yield from sorted(range(row + 8), key=lambda other: (abs(other - row), other))
    yield from count(row + 8)


# --- tracks ---------------------------------------------------------------------------------------


class _Grid:
    """Tracks of the drawing. Across: a gap of spare tracks, a column of three, a gap, a column ...;
    down the same with rows. A column's middle track runs through the middle of its shapes."""

    def __init__(self, route: Route, places: Mapping[str, _Place]) -> None:
        self.route = route
        self.places = places
        self.columns = 1 + max(place.column for place in places.values())
        rows = [1] * len(route.lanes)
        for place in places.values():
            rows[place.lane] = max(rows[place.lane], place.row + 1)
        self.first_row = [sum(rows[:n]) for n in range(len(rows))]
        self.rows = sum(rows)
        self.lane_of_row = [lane for lane, count in enumerate(rows) for _ in range(count)]
        self.wide = [0] * self.columns
        for name, place in places.items():
            self.wide[place.column] = max(self.wide[place.column], size_of(route.elements[name])[0])
        self.xs: list[float] = []
        self.ys: list[float] = []
        self.borders: list[float] = []

    def middle(self, name: str) -> Vertex:
        place = self.places[name]
        row = self.first_row[place.lane] + place.row
        return place.column * (SPARE_X + 3) + SPARE_X + 1, row * (SPARE_Y + 3) + SPARE_Y + 1

    def nominal_xs(self) -> list[int]:
        xs: list[int] = []
        x = 0
        for width in self.wide:
            xs += [x + 10 * n for n in range(SPARE_X)]
            x += 10 * SPARE_X + width // 2
            xs += [x - _side(width, 0), x, x + _side(width, 0)]
            x += width // 2 + 10
        return [*xs, *(x + 10 * n for n in range(SPARE_X))]

    def nominal_ys(self) -> list[int]:
        ys: list[int] = []
        y = 0
        for _ in range(self.rows):
            ys += [y + 10 * n for n in range(SPARE_Y)]
            y += 10 * SPARE_Y + TASK[1] // 2
            ys += [y - _SIDE[1], y, y + _SIDE[1]]
            y += TASK[1] // 2 + 10
        return [*ys, *(y + 10 * n for n in range(SPARE_Y))]

    def shapes(self) -> dict[str, Shape]:
        shapes = {}
        for name in self.places:
            i, j = self.middle(name)
            wide = 1 if self._is_task(name) else 0
            shapes[name] = Shape(i - wide, j - 1, i + wide, j + 1)
        return shapes

    def closed(self) -> frozenset[int]:
        """In a column without tasks the side tracks would graze the gateways."""
        first = [column * (SPARE_X + 3) + SPARE_X for column, wide in enumerate(self.wide) if wide != TASK[0]]
        return frozenset(track for start in first for track in (start, start + 2))

    def _is_task(self, name: str) -> bool:
        return size_of(self.route.elements[name]) == TASK

    def wishes(self) -> list[Wish]:
        return [
            Wish(
                flow.id,
                flow.source,
                flow.target,
                self._ports(flow.source, (0, 25, 90, 25)),
                self._ports(flow.target, (90, 30, 0, 30)),
            )
            for flow in self.route.flows.values()
        ]

    def _ports(self, name: str, costs: Sequence[int]) -> tuple[Port, ...]:
        i, j = self.middle(name)
        if not self._is_task(name):
            return tuple(Port((i, j), heading, cost) for heading, cost in enumerate(costs))
        ports = []
        for heading, cost in enumerate(costs):
            for side in (0, -1, 1):
                vertex = (i, j + side) if heading % 2 == 0 else (i + side, j)
                ports.append(Port(vertex, heading, cost + (12 if side else 0)))
        return tuple(ports)

    # --- from tracks to px ------------------------------------------------------------------------

    def settle(self, paths: Mapping[str, Sequence[Vertex]], route: Route) -> None:
        """Gives every track its place, now that it is known which are used and for what."""
        upright: set[int] = set()
        level: set[int] = set()
        for path in paths.values():
            for (a, b), (c, _) in zip(path, path[1:], strict=False):
                if a == c:
                    upright.add(a)
                else:
                    level.add(b)
        room = self._label_room(paths, route)
        x = float(2 * HEADER)
        for column in range(self.columns + 1):
            first = column * (SPARE_X + 3)
            used = [n for n in range(first, first + SPARE_X) if n in upright]
            x = self._gap(self.xs, first, SPARE_X, used, x, MARGIN_X, room[column])
            if column < self.columns:
                half, side = self.wide[column] / 2, _side(self.wide[column], 0)
                self.xs += [x + half - side, x + half, x + half + side]
                x += 2 * half
        self.width = x
        y = 0.0
        for row in range(self.rows + 1):
            first = row * (SPARE_Y + 3)
            used = [n for n in range(first, first + SPARE_Y) if n in level]
            start = y
            least = self._least(row)
            y = self._gap(self.ys, first, SPARE_Y, used, y, MARGIN_Y, least)
            if row in (0, self.rows) or self.lane_of_row[row - 1] != self.lane_of_row[row]:
                self.borders.append(self._border(row, used, start, y))
            if row < self.rows:
                half = TASK[1] / 2
                self.ys += [y + half - _SIDE[1], y + half, y + half + _SIDE[1]]
                y += 2 * half

    def _least(self, row: int) -> float:
        """A lane of one row needs room for its name."""
        edge = row in (0, self.rows)
        return (LANE_LEAST - TASK[1]) / (2 if edge else 1)

    def _border(self, row: int, used: Sequence[int], start: float, end: float) -> float:
        if row == 0:
            return start
        if row == self.rows:
            return end
        middle = (start + end) / 2
        lines = [self.ys[n] for n in used]
        if all(abs(line - middle) >= TRACK / 2 for line in lines):
            return middle
        between = [middle + TRACK / 2, middle - TRACK / 2]
        return max(between, key=lambda y: min(abs(line - y) for line in lines))

    @staticmethod
    def _gap(
        tracks: list[float],
        first: int,
        count: int,
        used: Sequence[int],
        start: float,
        margin: int,
        least: float,
    ) -> float:
        """Adds the tracks of one gap; unused ones fall on their neighbours. Returns where it ends."""
        needed = 2 * margin + TRACK * max(0, len(used) - 1)
        size = max(needed, least)
        at = start + (size - TRACK * max(0, len(used) - 1)) / 2
        for n in range(first, first + count):
            tracks.append(at)
            if n in used and n != used[-1]:
                at += TRACK
        return start + size

    def _label_room(self, paths: Mapping[str, Sequence[Vertex]], route: Route) -> list[float]:
        room = [float(2 * MARGIN_X)] * (self.columns + 1)
        for name, path in paths.items():
            words = route.flows[name].name
            if words and path[0][1] == path[1][1]:
                column = self.places[route.flows[name].source].column
                gap = column + 1 if path[1][0] > path[0][0] else column
                longest = max((len(word) for word in words.split()), default=0)
                room[gap] = max(room[gap], 6.2 * min(len(words), max(longest, 12)) + 20)
        return room

    def boxes(self) -> dict[str, Box]:
        boxes = {}
        pool = self.route.pool or "pool"
        boxes[pool] = Box(0, self.borders[0], self.width, self.borders[-1] - self.borders[0])
        for n, lane in enumerate(self.route.lanes):
            top, bottom = self.borders[n], self.borders[n + 1]
            boxes[lane.id] = Box(HEADER, top, self.width - HEADER, bottom - top)
        for name in self.places:
            i, j = self.middle(name)
            width, height = size_of(self.route.elements[name])
            boxes[name] = Box(self.xs[i] - width / 2, self.ys[j] - height / 2, width, height)
        return {name: _moved(box) for name, box in boxes.items()}

    def line(
        self, flow: Flow, path: Sequence[Vertex], boxes: Mapping[str, Box]
    ) -> tuple[tuple[float, float], ...]:
        points = [(_round(self.xs[i]), _round(self.ys[j])) for i, j in path]
        points[0] = _edge_of(boxes[flow.source], points[0], points[1])
        points[-1] = _edge_of(boxes[flow.target], points[-1], points[-2])
        return tuple(points)


def _side(width: int, axis: int) -> int:
    return _SIDE[axis] if width == TASK[0] else width // 2 + 4


def _edge_of(box: Box, inside: tuple[float, float], outside: tuple[float, float]) -> tuple[float, float]:
    """Where a right-angled line from inside a box leaves it."""
    (x, y), (far_x, far_y) = inside, outside
    if x == far_x:
        return x, box.y if far_y < y else box.y + box.height
    return (box.x if far_x < x else box.x + box.width), y


def _moved(box: Box) -> Box:
    return replace(box, x=_round(box.x), y=_round(box.y), width=_round(box.width), height=_round(box.height))


def _round(value: float) -> float:
    return float(round(value))
