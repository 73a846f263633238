"""Where the table of an SOP's flow diagram stands: columns, rows and sheets, in points.

Knows steps and how much room their words take; must not know the ways of the arrows
(`flow_ways.py`) or SVG (`flow_picture.py`). Rows are steps, lanes are columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paraf.documents.text_width import lines, width
from paraf.domain.sop_parts import FlowDiagram, SopStep

TEXT, HEAD, HEAD_MIN = 7.0, 7.2, 4.8  # font sizes
LEADING = 8.4
PAD = 4.0
SYMBOL_W, SYMBOL_H, DIAMOND_H = 44.0, 20.0, 28.0
ROW_MIN = 52.0
STRIP = 24.0  # room for connectors above and below the rows of a sheet
CAPTION = 11.0  # "Lembar 2 dari 3"
WIDTH = 780.0  # of the table, unless many lanes need more
NO_W = 22.0


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    title: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Columns:
    """The table's columns from left to right; `lanes` are those of the executors."""

    no: Column
    kegiatan: Column
    lanes: tuple[Column, ...]
    quality: tuple[Column, ...]
    keterangan: Column
    width: float

    def all(self) -> tuple[Column, ...]:
        return (self.no, self.kegiatan, *self.lanes, *self.quality, self.keterangan)


@dataclass(slots=True)
class Row:
    """One step on its sheet. `texts` holds the lines of each text column."""

    step: SopStep
    texts: dict[str, tuple[str, ...]]
    height: float
    top: float = 0.0
    sheet: int = 0

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def half_height(self) -> float:
        return (DIAMOND_H if self.step.symbol == "decision" else SYMBOL_H) / 2


@dataclass(slots=True)
class Layout:
    columns: Columns
    head_height: float
    head_size: float
    lane_titles: tuple[tuple[str, ...], ...]
    rows: list[Row]
    heights: list[float]

    def centre(self, lane: str) -> float:
        column = next((c for c in self.columns.lanes if c.name == lane), self.columns.lanes[0])
        return column.x + column.width / 2


def lay_out(diagram: FlowDiagram, sheet_height: float | None = None) -> Layout:
    """Everything in its place. `sheet_height` is that of a sheet of the usual width, and grows with
    a table of many lanes; None puts all rows on one sheet."""
    columns = _columns(diagram)
    if sheet_height is not None:
        sheet_height *= columns.width / (WIDTH + 1)
    head_size = _head_size(columns)
    titles = tuple(lines(column.title, head_size, column.width - 3, True) for column in columns.lanes)
    head = 16 + max([1, *map(len, titles)]) * LEADING + 6
    rows = [_row(diagram, step, columns) for step in diagram.steps]
    if sheet_height is not None and head + sum(row.height for row in rows) + 1 <= sheet_height:
        sheet_height = None
    heights = _place(rows, head, sheet_height)
    return Layout(columns, head, head_size, titles, rows, heights)


def _head_size(columns: Columns) -> float:
    """The font size at which the longest word of the lanes' titles still fits."""
    words = [(word, lane.width - 3) for lane in columns.lanes for word in lane.title.split()]
    fitting = [HEAD * room / wide for word, room in words if (wide := width(word, HEAD, True)) > room]
    return max(HEAD_MIN, min(fitting, default=HEAD))


def _columns(diagram: FlowDiagram) -> Columns:
    count = max(1, len(diagram.lanes))
    lane_width = min(74.0, max(40.0, 310 / count))
    remarks = any(step.keterangan for step in diagram.steps)
    shares = {
        "kegiatan": 39,
        "kelengkapan": 21,
        "waktu": 10,
        "output": 20,
        "keterangan": 13 if remarks else 8,
    }
    room = max(WIDTH - NO_W - lane_width * count, 420.0)
    size = {name: room * share / sum(shares.values()) for name, share in shares.items()}
    x = 0.5

    def column(name: str, title: str, width: float) -> Column:
        nonlocal x
        made = Column(name, title, x, width)
        x += width
        return made

    number = column("no", "No.", NO_W)
    activity = column("kegiatan", "Kegiatan", size["kegiatan"])
    lanes = tuple(column(lane.id, str(lane), lane_width) for lane in diagram.lanes)
    lanes = lanes or (column("", "Pelaksana", lane_width),)
    quality = tuple(
        column(name, title, size[name])
        for name, title in (("kelengkapan", "Kelengkapan"), ("waktu", "Waktu"), ("output", "Output"))
    )
    return Columns(
        number, activity, lanes, quality, column("keterangan", "Ket.", size["keterangan"]), x + 0.5
    )


def _row(diagram: FlowDiagram, step: SopStep, columns: Columns) -> Row:
    texts = {
        "no": step.no,
        "kegiatan": step.kegiatan,
        "kelengkapan": step.kelengkapan or "",
        "waktu": str(step.waktu) if step.waktu else "",
        "output": step.output or "",
        "keterangan": step.keterangan or "",
    }
    broken = {}
    for column in columns.all():
        if column.name in texts and column not in columns.lanes:
            room = column.width - 2 * PAD
            if step.group and column.name == "kegiatan":
                room += sum(lane.width for lane in columns.lanes)
            size = TEXT - 1 if column.name == "no" and len(step.no) > 3 else TEXT
            broken[column.name] = lines(texts[column.name], size, room, step.group)
    tallest = max(len(found) for found in broken.values()) * LEADING + 2 * PAD
    return Row(step, broken, tallest + 2 if step.group else max(tallest, ROW_MIN))


def _place(rows: Sequence[Row], head: float, sheet_height: float | None) -> list[float]:
    """Give every row its sheet and its top; the height of each sheet. Connectors have room above the
    rows of every sheet but the first and below those of every sheet but the last."""
    sheet, y = 0, head
    heights = []
    for index, row in enumerate(rows):
        # a heading goes with the row below it
        needed = row.height + (rows[index + 1].height if row.step.group and index + 1 < len(rows) else 0)
        first = not index or rows[index - 1].sheet != sheet
        if sheet_height and not first and y + needed + STRIP > sheet_height:
            heights.append(y + STRIP)
            sheet, y = sheet + 1, head + STRIP
        row.sheet, row.top = sheet, y
        y += row.height
    return [*heights, y + (CAPTION if heights else 1)]


def symbol_width(columns: Columns) -> float:
    return min(SYMBOL_W, columns.lanes[0].width * 0.6)
