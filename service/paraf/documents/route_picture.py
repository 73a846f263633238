"""The picture of a route as SVG text: where a case stands, for pages, mails and paper.

Knows the geometry a `Route` carries, the look of BPMN shapes and the words for states; must not
know how a case moves or how a route file is read. The text is self-contained and calm under a
strict content policy: no script, no `style`, only presentation attributes and classes, so that a
page may restyle `.step-open` and friends and a mail program still shows the same thing.

A state is never told by colour alone: a step done carries a tick, an open one a thick frame and a
dot, a returned one a dashed frame and an arrow back; each group has a `<title>` that says it in
words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from paraf.documents.picture_states import FLOW_LOOK, LOOK, STATES, mark
from paraf.documents.picture_states import number as _n
from paraf.domain.lettering import LINE_HEIGHT, width_of, wrapped
from paraf.domain.route import Box, Element, Flow, Kind, Route

_INK, _FAINT, _PAPER = "#1f2933", "#7b8794", "#ffffff"
_START = frozenset({Kind.START, Kind.MESSAGE_START})
_END = frozenset({Kind.END, Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END})
_CATCH = frozenset({Kind.TIMER_CATCH, Kind.MESSAGE_CATCH, Kind.BOUNDARY})
_GATEWAY = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.EVENT_BASED})
_STRIP = 30.0
_FONT = "Arial, Helvetica, sans-serif"
_REACH = (400.0, 190.0)
"""How far around its step a cropped picture shows, across and down; no shape is cut in half."""


def route_svg(
    route: Route,
    states: Mapping[str, str],
    visits: Mapping[str, int] | None = None,
    focus: str | None = None,
    here: str | None = None,
) -> str:
    """The drawing with the state of each element ("done", "open", "passed", "returned", "heat0" to
    "heat5" for its time beside the standard, or "added", "removed", "changed" beside another version;
    anything else is not reached). A flow id among `states`
    marks the way a choice took. `visits` above 1 are shown as a count. With `focus`, only the part
    around that element is shown, with the names of its lanes; `here` gets a second frame."""
    return "\n".join(Picture(route, states, visits or {}, focus, here).lines()) + "\n"


class Picture:
    """One drawing; `played_picture.py` draws the same in another way where a case is played."""

    def __init__(
        self,
        route: Route,
        states: Mapping[str, str],
        visits: Mapping[str, int],
        focus: str | None,
        here: str | None = None,
    ) -> None:
        self.route = route
        self.states = {name: state for name, state in states.items() if state in STATES}
        self.visits = visits
        self.here = here
        self.boxes = route.geometry.boxes
        self.focus = focus if focus in route.elements and focus in self.boxes else None
        self.view = self._around(self.focus) if self.focus else self._whole()

    # --- what is shown ----------------------------------------------------------------------------

    def _whole(self) -> Box:
        boxes = list(self.boxes.values()) or [Box(0, 0, 200, 100)]
        left, top = min(b.x for b in boxes), min(b.y for b in boxes)
        right, bottom = max(b.x + b.width for b in boxes), max(b.y + b.height for b in boxes)
        return Box(left - 2, top - 2, right - left + 4, bottom - top + 4)

    def _around(self, name: str) -> Box:
        here = self.boxes[name]
        x, y = here.x + here.width / 2, here.y + here.height / 2
        left, right, top, bottom = x - _REACH[0], x + _REACH[0], y - _REACH[1], y + _REACH[1]
        lanes = {lane.id for lane in self.route.lanes} | {self.route.pool}
        drawn = [box for other, box in self.boxes.items() if other not in lanes]
        drawn += self.route.geometry.labels.values()
        before = None
        while before != (left, right, top, bottom):
            before = left, right, top, bottom
            for box in drawn:
                if box.x < right and left < box.x + box.width and box.y < bottom and top < box.y + box.height:
                    left, right = min(left, box.x - 8), max(right, box.x + box.width + 8)
                    top, bottom = min(top, box.y - 8), max(bottom, box.y + box.height + 8)
        whole = self._whole()
        left = max(left - _STRIP, whole.x)
        top = max(top, whole.y)
        right = min(right, whole.x + whole.width)
        bottom = min(bottom, whole.y + whole.height)
        return Box(left, top, right - left, bottom - top)

    # --- the text ---------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        view, key = self.view, self.route.key
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="route-picture" role="img"'
            f' aria-labelledby="title-{key} desc-{key}" width="{_n(view.width)}" height="{_n(view.height)}"'
            f' viewBox="{_n(view.x)} {_n(view.y)} {_n(view.width)} {_n(view.height)}"'
            f' font-family="{_FONT}" font-size="12">'
        )
        yield f'<title id="title-{key}">{escape(self.route.name)}</title>'
        yield f'<desc id="desc-{key}">{escape(self._told())}</desc>'
        yield "<defs>"
        for state, (colour, _, _) in FLOW_LOOK.items():
            if state in ("", "walked") or state in self.states.values():
                yield from self._arrow(f"arrow-{state}" if state else "arrow", colour)
        yield "</defs>"
        yield from self._sheet()
        yield from self._lanes()
        for flow in self.route.flows.values():
            yield from self._flow(flow)
        for element in self.route.elements.values():
            if element.id in self.boxes:
                yield from self._step(element)
        for flow in self.route.flows.values():
            yield from self._flow_words(flow)
        if self.focus:
            yield from self._strips()
        yield "</svg>"

    def _sheet(self) -> Iterator[str]:
        view = self.view
        yield (
            f'<rect class="sheet" x="{_n(view.x)}" y="{_n(view.y)}" width="{_n(view.width)}"'
            f' height="{_n(view.height)}" fill="{_PAPER}"/>'
        )

    def _told(self) -> str:
        lanes = ", ".join(lane.name for lane in self.route.lanes)
        parts = [f"Diagram alir dengan lajur: {lanes}." if lanes else "Diagram alir."]
        for state in ("open", "returned", "done", "heat5", "heat4", "heat3", "added", "removed", "changed"):
            names = [
                element.name
                for element in self.route.elements.values()
                if self.states.get(element.id) == state and element.name and element.kind not in _GATEWAY
            ]
            if names:
                parts.append(f"{STATES[state].capitalize()}: {'; '.join(names)}.")
        return " ".join(parts)

    def _arrow(self, name: str, colour: str) -> Iterator[str]:
        yield (
            f'<marker id="{name}-{self.route.key}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
            f' markerHeight="7" orient="auto"><path d="M0 1 L10 5 L0 9 z" fill="{colour}"/></marker>'
        )

    # --- lanes ------------------------------------------------------------------------------------

    def _lanes(self) -> Iterator[str]:
        pool = self.boxes.get(self.route.pool or "")
        for n, lane in enumerate(self.route.lanes):
            box = self.boxes.get(lane.id)
            if box is None:
                continue
            fill = "#f4f6f8" if lane.role is None else ("#ffffff" if n % 2 else "#fcfcfd")
            yield f'<g class="lane" data-lane="{lane.id}">'
            yield f"<title>{escape(lane.name)}</title>"
            yield _rect(box, fill, "#9aa5b1", 1)
            yield _rect(Box(box.x, box.y, _STRIP, box.height), "#e9edf1", "#9aa5b1", 1)
            yield from _upright(lane.name, box.x + _STRIP / 2, box.y + box.height / 2, box.height - 8)
            yield "</g>"
        if pool is not None:
            yield '<g class="pool">'
            yield _rect(Box(pool.x, pool.y, _STRIP, pool.height), "#dfe5ea", "#9aa5b1", 1)
            yield _rect(pool, "none", "#7b8794", 1.2)
            yield from _upright(
                self.route.name, pool.x + _STRIP / 2, pool.y + pool.height / 2, pool.height - 8, 13
            )
            yield "</g>"

    def _strips(self) -> Iterator[str]:
        """The names of the lanes again, at the left of a cropped picture."""
        view = self.view
        for lane in self.route.lanes:
            box = self.boxes.get(lane.id)
            if box is None or view.x <= box.x + _STRIP:
                continue
            top, bottom = max(box.y, view.y), min(box.y + box.height, view.y + view.height)
            if bottom - top < 30:
                continue
            yield f'<g class="lane-name" data-lane="{lane.id}">'
            yield _rect(Box(view.x, top, _STRIP, bottom - top), "#e9edf1", "#9aa5b1", 1)
            yield from _upright(lane.name, view.x + _STRIP / 2, (top + bottom) / 2, bottom - top - 6)
            yield "</g>"

    # --- flows ------------------------------------------------------------------------------------

    def _walked(self, flow: Flow) -> bool:
        """Out of a choice only the flow that is itself in `states`; elsewhere both ends tell."""
        if self.route.elements[flow.source].kind is Kind.EXCLUSIVE:
            return flow.id in self.states
        return self.states.get(flow.source) in ("done", "passed") and flow.target in self.states

    def _flow(self, flow: Flow) -> Iterator[str]:
        points = self.route.geometry.lines.get(flow.id)
        if not points:
            return
        state = self.states.get(flow.id, "")
        if state not in FLOW_LOOK:
            state = "walked" if self._walked(flow) else ""
        colour, wide, dashes = FLOW_LOOK[state]
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield (
            f'<path class="flow{f" flow-{state}" if state else ""}" data-flow="{flow.id}"'
            f' d="{path_data(points)}" fill="none" stroke="{colour}" stroke-width="{wide}"{dash}'
            f' marker-end="url(#arrow{f"-{state}" if state else ""}-{self.route.key})"/>'
        )

    def _flow_words(self, flow: Flow) -> Iterator[str]:
        box = self.route.geometry.labels.get(flow.id)
        if box is not None and flow.name:
            yield (
                f'<rect class="flow-paper" x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}"'
                f' height="{_n(box.height)}" rx="2" fill="{_PAPER}" fill-opacity="0.82"/>'
            )
            yield from _words(
                flow.name,
                box.x + box.width / 2,
                box.y + box.height / 2,
                box.width,
                11,
                "flow-words",
                "#3e4c59",
            )

    # --- steps ------------------------------------------------------------------------------------

    def _step(self, element: Element) -> Iterator[str]:
        state = self.states.get(element.id, "")
        fill, frame, wide, dashes = self._look(state)
        box = self.boxes[element.id]
        kind = "gateway" if element.kind in _GATEWAY else "event" if self._is_event(element) else "task"
        yield self._opening(element, kind, state, box)
        yield f"<title>{escape(self._said(element, state))}</title>"
        if element.id == self.here:
            wider = Box(box.x - 6, box.y - 6, box.width + 12, box.height + 12)
            yield _rect(wider, "none", "#164e8c", 2.5, None, 11).replace('class="shape"', 'class="here"')
        if kind == "gateway":
            yield from self._gateway(element, box, fill, frame, wide, dashes)
        elif kind == "event":
            yield from self._event(element, box, fill, frame, wide, dashes)
        else:
            yield from self._task(element, box, fill, frame, wide, dashes)
        label = self.route.geometry.labels.get(element.id)
        if label is not None and element.name:
            middle = label.x + label.width / 2
            yield from _words(element.name, middle, label.y + label.height / 2, label.width, 11, "name", _INK)
        if kind == "task":
            yield from self._marks(state, box)
        yield from self._counted(element, box)
        yield "</g>"

    def _look(self, state: str) -> tuple[str, str, float, str | None]:
        return LOOK[state]

    def _opening(self, element: Element, kind: str, state: str, box: Box) -> str:
        classes = f"step {kind}" + (f" step-{state}" if state else "")
        classes += " step-focus" if element.id == self.focus else ""
        return f'<g class="{classes}" data-element={quoteattr(element.id)}>'

    def _marks(self, state: str, box: Box) -> Iterator[str]:
        yield from mark(state, box)

    def _counted(self, element: Element, box: Box) -> Iterator[str]:
        count = self.visits.get(element.id, 0)
        if count > 1:
            yield count_sign(f"{count}×", count, box)

    @staticmethod
    def _is_event(element: Element) -> bool:
        return element.kind in _START or element.kind in _END or element.kind in _CATCH

    def _said(self, element: Element, state: str) -> str:
        said = element.name or element.id
        if state:
            said += f" ({STATES[state]})"
        count = self.visits.get(element.id, 0)
        return f"{said}, {count} kali" if count > 1 else said

    def _task(
        self, element: Element, box: Box, fill: str, frame: str, wide: float, dashes: str | None
    ) -> Iterator[str]:
        yield _rect(box, fill, frame, wide, dashes, 8)
        x, y = box.x, box.y
        if element.is_person:
            yield (
                f'<path class="sign" d="M{_n(x + 7)} {_n(y + 18)} a5.5 5.5 0 0 1 11 0 z" fill="none"'
                f' stroke="{_FAINT}"/><circle cx="{_n(x + 12.5)}" cy="{_n(y + 9)}" r="3" fill="none"'
                f' stroke="{_FAINT}"/>'
            )
        elif element.kind is Kind.SERVICE:
            yield (
                f'<circle class="sign" cx="{_n(x + 12.5)}" cy="{_n(y + 12)}" r="4.5" fill="none"'
                f' stroke="{_FAINT}" stroke-width="2.4" stroke-dasharray="2.2 1.4"/>'
            )
        if element.each is not None:
            middle, foot = box.x + box.width / 2, box.y + box.height
            bars = "".join(f"M{_n(middle + d)} {_n(foot - 12)} v8 " for d in (-4, 0, 4))
            yield f'<path class="sign" d="{bars.strip()}" stroke="{_INK}" stroke-width="1.6"/>'
        tall = box.height - (12 if element.each is not None else 0)
        yield from _words(
            element.name or element.id, x + box.width / 2, y + tall / 2, box.width - 26, 12, "name", _INK
        )

    def _event(
        self, element: Element, box: Box, fill: str, frame: str, wide: float, dashes: str | None
    ) -> Iterator[str]:
        x, y, r = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
        stroke = 3.2 if element.kind in _END else wide
        yield _circle(x, y, r, fill, frame, stroke, dashes)
        if element.kind in _CATCH:
            yield _circle(x, y, r - 3, "none", frame, 1, None)
        if element.timer is not None:
            yield f'<path d="M{_n(x)} {_n(y - 7)} v7 l5 3" fill="none" stroke="{_INK}" stroke-width="1.4"/>'

    def _gateway(
        self, element: Element, box: Box, fill: str, frame: str, wide: float, dashes: str | None
    ) -> Iterator[str]:
        x, y, r = box.x + box.width / 2, box.y + box.height / 2, box.width / 2
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield (
            f'<path class="shape" d="M{_n(x)} {_n(y - r)} L{_n(x + r)} {_n(y)} L{_n(x)} {_n(y + r)}'
            f' L{_n(x - r)} {_n(y)} z" fill="{fill}" stroke="{frame}" stroke-width="{_n(min(wide, 2))}"{dash}/>'
        )
        signs = {
            Kind.EXCLUSIVE: f"M{_n(x - 7)} {_n(y - 7)} l14 14 m0 -14 l-14 14",
            Kind.PARALLEL: f"M{_n(x - 10)} {_n(y)} h20 m-10 -10 v20",
        }
        sign = signs.get(element.kind)
        if sign:
            yield f'<path class="sign" d="{sign}" stroke="{_INK}" stroke-width="2.4" fill="none"/>'
        else:
            yield _circle(x, y, r / 2, "none", _INK, 1.2, None)


# --- strokes --------------------------------------------------------------------------------------


def count_sign(words: str, most: int, box: Box) -> str:
    """The count at the foot of a step, with room for the count `most`."""
    wide = max(20.0, width_of(f"{most}×", 11) + 10)
    x, y = box.x + box.width - wide + 8, box.y + box.height - 9
    if box.width < 60:
        x, y = box.x - wide / 2, box.y - 4
    return (
        f'<g class="visits"><rect x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="17" rx="8.5"'
        f' fill="{_INK}"/><text x="{_n(x + wide / 2)}" y="{_n(y + 12.5)}" font-size="11"'
        f' text-anchor="middle" fill="#ffffff">{words}</text></g>'
    )


def _rect(
    box: Box, fill: str, stroke: str, wide: float, dashes: str | None = None, round_by: float = 0
) -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    corner = f' rx="{_n(round_by)}"' if round_by else ""
    return (
        f'<rect class="shape" x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
        f'{corner} fill="{fill}" stroke="{stroke}" stroke-width="{_n(wide)}"{dash}/>'
    )


def _circle(x: float, y: float, r: float, fill: str, stroke: str, wide: float, dashes: str | None) -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<circle class="shape" cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}" fill="{fill}" stroke="{stroke}"'
        f' stroke-width="{_n(wide)}"{dash}/>'
    )


def _words(words: str, x: float, y: float, wide: float, size: float, name: str, colour: str) -> Iterator[str]:
    """A block of centred lines around a middle point."""
    lines = wrapped(words, size, wide)
    first = y - (len(lines) - 1) * size * LINE_HEIGHT / 2 + size * 0.36
    yield f'<text class="{name}" font-size="{_n(size)}" text-anchor="middle" fill="{colour}">'
    for n, line in enumerate(lines):
        yield f'<tspan x="{_n(x)}" y="{_n(first + n * size * LINE_HEIGHT)}">{escape(line)}</tspan>'
    yield "</text>"


def _upright(words: str, x: float, y: float, room: float, size: float = 12) -> Iterator[str]:
    """Lines of text that read upwards, at most two; what does not fit is cut with an ellipsis."""
    lines = wrapped(words, size, room)
    if len(lines) > 2:
        size = size - 1.5
        lines = wrapped(words, size, room)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]}…"]
    first = x - (len(lines) - 1) * size * 1.1 / 2 + size * 0.36
    for n, line in enumerate(lines):
        at = f"{_n(first + n * size * 1.1)} {_n(y)}"
        yield (
            f'<text class="lane-words" font-size="{_n(size)}" text-anchor="middle" fill="{_INK}"'
            f' transform="translate({at}) rotate(-90)">{escape(line)}</text>'
        )


def path_data(points: tuple[tuple[float, float], ...], by: float = 5) -> str:
    """A right-angled line with softened corners, as path data."""
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        into = _toward(here, before, by)
        out = _toward(here, after, by)
        parts.append(f"L{_n(into[0])} {_n(into[1])} Q{_n(here[0])} {_n(here[1])} {_n(out[0])} {_n(out[1])}")
    parts.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return " ".join(parts)


def _toward(start: tuple[float, float], end: tuple[float, float], by: float) -> tuple[float, float]:
    across, down = end[0] - start[0], end[1] - start[1]
    long = max(abs(across) + abs(down), 0.001)
    part = min(by, long / 2) / long
    return start[0] + across * part, start[1] + down * part
