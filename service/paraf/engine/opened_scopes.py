"""Sub-processes that are drawn open: what they hold stands inside their shape, and the rest makes room.

Knows coordinates; must not know how a drawing finds its places (`layout.py`). Everything right of the
right edge of an open shape moves to the right, everything below its lower edge moves down; lines stay
at the edges they left and reached, so that what was right-angled stays so.
"""

from __future__ import annotations

from collections.abc import Mapping

from paraf.domain.route import Box, Geometry, Route

AROUND = 30
"""Between the edge of an open shape and what it holds; its name stands in the upper strip."""
Point = tuple[float, float]


class _Cuts:
    """Along one axis: behind which edges everything moves, and by how much."""

    def __init__(self) -> None:
        self._by: dict[float, float] = {}

    def grow(self, edge: float, by: float) -> None:
        """A shape with this edge grows; of several the one that grows most counts."""
        self._by[edge] = max(self._by.get(edge, 0.0), by)

    def moved(self, at: float) -> float:
        return at + sum(by for edge, by in self._by.items() if edge < at)


def with_room(route: Route, whole: Geometry, inside: Mapping[str, Geometry]) -> Geometry:
    """The drawing `whole` with the shapes named in `inside` opened for the drawings they hold."""
    sizes = {name: _size(whole.boxes[name], held) for name, held in inside.items()}
    across, down = _Cuts(), _Cuts()
    for name, (width, height) in sizes.items():
        box = whole.boxes[name]
        across.grow(box.x + box.width, width - box.width)
        down.grow(box.y + box.height, height - box.height)

    def moved(x: float, y: float) -> Point:
        return across.moved(x), down.moved(y)

    boxes: dict[str, Box] = {}
    for name, box in whole.boxes.items():
        x, y = moved(box.x, box.y)
        if name in route.elements:
            boxes[name] = Box(x, y, *sizes.get(name, (box.width, box.height)))
        else:  # the pool and its lanes grow
            far_x, far_y = moved(box.x + box.width, box.y + box.height)
            boxes[name] = Box(x, y, far_x - x, far_y - y)
    for name in route.elements:
        host = route.elements[name].attached_to or ""
        if host in sizes and name in boxes:
            boxes[name] = _at_border(whole.boxes[name], whole.boxes[host], boxes[host])
    lines = {}
    for name, line in whole.lines.items():
        flow, points = route.flows[name], [moved(*point) for point in line]
        for end, shape in ((0, flow.source), (-1, flow.target)):
            points[end] = _at_edge(line[end], points[end], whole.boxes[shape], boxes[shape])
        lines[name] = tuple(points)
    labels = {n: Box(*moved(box.x, box.y), box.width, box.height) for n, box in whole.labels.items()}
    for name, held in inside.items():
        if held.boxes:
            x, y, _, _ = _extent(held)
            part = _shifted(held, boxes[name].x + AROUND - x, boxes[name].y + AROUND - y)
            boxes |= part.boxes
            lines |= part.lines
            labels |= part.labels
    return Geometry(boxes, lines, labels)


def _size(box: Box, held: Geometry) -> tuple[float, float]:
    if not held.boxes:
        return box.width, box.height
    left, top, right, bottom = _extent(held)
    return max(box.width, right - left + 2 * AROUND), max(box.height, bottom - top + 2 * AROUND)


def _extent(part: Geometry) -> tuple[float, float, float, float]:
    areas = [*part.boxes.values(), *part.labels.values()]
    xs = [x for box in areas for x in (box.x, box.x + box.width)]
    ys = [y for box in areas for y in (box.y, box.y + box.height)]
    for line in part.lines.values():
        xs += [x for x, _ in line]
        ys += [y for _, y in line]
    return min(xs), min(ys), max(xs), max(ys)


def _at_edge(before: Point, moved: Point, old: Box, new: Box) -> Point:
    """Where the end of a line stands at the edge of its shape."""
    x, y = moved
    if before[0] in (old.x, old.x + old.width):
        x = new.x if before[0] == old.x else new.x + new.width
    if before[1] in (old.y, old.y + old.height):
        y = new.y if before[1] == old.y else new.y + new.height
    return x, y


def _at_border(event: Box, old: Box, new: Box) -> Box:
    """An event at the border of a shape that has grown: as far from its nearest edges as before."""
    x, y = event.x + event.width / 2, event.y + event.height / 2
    x = new.x + new.width + x - old.x - old.width if x >= old.x + old.width else new.x + x - old.x
    y = new.y + new.height + y - old.y - old.height if y >= old.y + old.height else new.y + y - old.y
    return Box(x - event.width / 2, y - event.height / 2, event.width, event.height)


def lowered(part: Geometry, by: float) -> Geometry:
    """A drawing further down."""
    return _shifted(part, 0.0, by)


def _shifted(part: Geometry, right: float, down: float) -> Geometry:
    def box(one: Box) -> Box:
        return Box(one.x + right, one.y + down, one.width, one.height)

    return Geometry(
        {name: box(one) for name, one in part.boxes.items()},
        {name: tuple((x + right, y + down) for x, y in line) for name, line in part.lines.items()},
        {name: box(one) for name, one in part.labels.items()},
    )
