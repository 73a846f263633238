"""The picture of a route on which a page plays a case: drawn once, then marked from moment to moment.

Knows which signs a step may come to carry and what a page needs to find, frame and follow it; must not
know facts. Every step is drawn as not reached, with all its signs and its count inside; classes alone
say the state of the moment (`step-open`, `many`, `way-walked`), so that changing a class changes the
picture (`web/src/replay/replay.css` has the looks). Of each step `data-box` is its place in the
picture (x, y, width, height, in units of the drawing) and `data-name` its name; of each way
`data-source` and `data-target` are its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import quoteattr

from paraf.documents.picture_states import FLOW_LOOK, LOOK, mark, number
from paraf.documents.route_picture import Picture, count_sign, path_data
from paraf.domain.moments import DONE, OPEN, PASSED, RETURNED, WALKED
from paraf.domain.route import Box, Element, Flow, Kind, Route

_SIGNED = (DONE, OPEN, RETURNED)
PLAYED = (*_SIGNED, PASSED)
"""The states a step may be played in."""


def played_svg(
    route: Route,
    states: Mapping[str, str],
    times: Mapping[str, int],
    here: str | None,
    most: Mapping[str, int],
) -> str:
    """The drawing at one moment: the state of each element and way, how often each was entered so
    far, the element to be framed, and the counts that the last moment shows."""
    return "\n".join(_Played(route, states, times, here, most).lines())


class _Played(Picture):
    """A picture that holds every sign it may come to show."""

    def __init__(
        self,
        route: Route,
        states: Mapping[str, str],
        times: Mapping[str, int],
        here: str | None,
        most: Mapping[str, int],
    ) -> None:
        persons = {name: times.get(name, 0) for name, element in route.elements.items() if element.is_person}
        super().__init__(route, states, persons, None, here)
        self.walked = {name for name, state in states.items() if state == WALKED}
        self.most = most

    def _sheet(self) -> Iterator[str]:
        """None: the page is the sheet."""
        return iter(())

    def _look(self, state: str) -> tuple[str, str, float, str | None]:
        return LOOK[""]

    def _opening(self, element: Element, kind: str, state: str, box: Box) -> str:
        classes = f"step {kind}" + (f" step-{state}" if state else "")
        classes += " choice" if element.kind in (Kind.EXCLUSIVE, Kind.EVENT_BASED) else ""
        classes += " many" if self.visits.get(element.id, 0) > 1 else ""
        left, top = box.x - self.view.x, box.y - self.view.y
        place = " ".join(map(number, (left, top, box.width, box.height)))
        return (
            f'<g class="{classes}" data-element={quoteattr(element.id)}'
            f' data-name={quoteattr(element.name or element.id)} data-box="{place}">'
        )

    def _marks(self, state: str, box: Box) -> Iterator[str]:
        for one in _SIGNED:
            yield f'<g class="of-{one}">{"".join(mark(one, box))}</g>'

    def _counted(self, element: Element, box: Box) -> Iterator[str]:
        most = self.most.get(element.id, 0)
        if element.is_person and most > 1:
            yield count_sign(f"{max(self.visits[element.id], 1)}×", most, box)

    def _flow(self, flow: Flow) -> Iterator[str]:
        points = self.route.geometry.lines.get(flow.id)
        if not points:
            return
        colour, wide, _ = FLOW_LOOK[""]
        walked = flow.id in self.walked
        yield (
            f'<path class="way{" way-walked" if walked else ""}" data-flow="{flow.id}"'
            f' data-source="{flow.source}" data-target="{flow.target}" d="{path_data(points)}" fill="none"'
            f' stroke="{colour}" stroke-width="{wide}"'
            f' marker-end="url(#arrow{"-walked" if walked else ""}-{self.route.key})"/>'
        )
