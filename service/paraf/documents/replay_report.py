"""The report of a replay on paper: the diagram, every act with who and by which authority, the times of
the steps, and what the check of the history said.

Knows how the report looks; must not know how facts become words (its maker says them) or what may be
shown to whom. The same rules as for official documents: self-contained, escaped, repeatable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from markupsafe import Markup

from paraf.documents.data import Letterhead
from paraf.documents.render import environment, style

SHEET_RATIO = 1.7
"""Width of a page lying on its side to its height, within the margins and below a heading."""

IN_COMMON = 60
"""What two neighbouring pieces of a picture both show, in its own units: half a step."""

_VIEW = re.compile(r'width="[\d.]+" height="[\d.]+" viewBox="(-?[\d.]+) (-?[\d.]+) ([\d.]+) ([\d.]+)"')


class ReportedPaper(TypedDict):
    title: str
    sha256: str


class ReportedAct(TypedDict, total=False):
    """One fact in words. `at_local` with offset; `signed_as` the position with its capacity; `round`
    the visit of the step when it is not the first; `papers` those the act pinned."""

    seq: int
    at_local: str
    sentence: str
    who: str
    signed_as: str
    on_behalf_of: str
    instrument: str
    reason: str
    round: int
    number: str
    papers: list[ReportedPaper]
    hash: str


class ReportedTime(TypedDict, total=False):
    """One row of the table of times, in words; `level` from 0 (no standard) to 5."""

    name: str
    rounds: int
    used: str
    longest: str
    standard: str
    level: int
    level_words: str


class ReportData(TypedDict, total=False):
    """`header` rows are label and value in order; `picture` and `heat_picture` are SVG drawn by
    `route_picture`; `verified` says what was checked and found, `limits` what that cannot show."""

    case_number: str
    title: str
    letterhead: Letterhead
    header: list[tuple[str, str]]
    verified: str
    intact: bool
    limits: str
    picture: str
    heat_picture: str
    acts: list[ReportedAct]
    times: list[ReportedTime]
    as_of_local: str
    zone: str
    head: str


def replay_report(data: Mapping[str, Any]) -> str:
    """The report as one HTML file; `pdf()` prints it. `data`: see `ReportData`."""
    words = {
        "data": data,
        "konsep": False,
        "title": f"Laporan Putar Ulang {data.get('case_number') or ''}".strip(),
        "style": style(),
        "sheets": _sheets(data.get("picture") or ""),
        # drawn by our own code with every text escaped
        "heat_picture": Markup(data.get("heat_picture") or ""),  # noqa: S704
    }
    return environment().get_template("replay_report.html").render(words)


def _sheets(picture: str) -> list[Markup]:
    """The picture in pieces from left to right, each as wide as fills a page, with a margin in common:
    a long route on one page could not be read."""
    found = _VIEW.search(picture)
    if found is None:
        return []
    left, top, width, height = (float(number) for number in found.groups())
    count = max(1, int(width / height / SHEET_RATIO))
    step = width / count
    views = []
    for n in range(count):
        begins = max(left, left + n * step - IN_COMMON)
        wide = min(left + width, left + (n + 1) * step + IN_COMMON) - begins
        view = f'width="{wide:g}" height="{height:g}" viewBox="{begins:g} {top:g} {wide:g} {height:g}"'
        # drawn by our own code with every text escaped
        views.append(Markup(picture.replace(found[0], view, 1)))  # noqa: S704
    return views
