"""The flow diagram of an SOP (diagram alir bercabang) as SVG: lanes as columns, steps as rows.

Knows how the five symbols look; must not know where they stand (`flow_layout.py`,
`flow_ways.py`). Capsule, box,
diamond, arrow, and the pentagon only where the drawing goes on on another sheet (BSSN II.B.3).
The SVG stands alone: no ids, no style, no references; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from paraf.documents.flow_layout import (
    DIAMOND_H,
    HEAD,
    LEADING,
    PAD,
    SYMBOL_H,
    TEXT,
    Column,
    Layout,
    Row,
    lay_out,
    symbol_width,
)
from paraf.documents.flow_ways import CONNECTOR, Arrow, Connector, Label, draw_ways
from paraf.documents.text_width import MARGIN, width
from paraf.domain.naskah import normalise
from paraf.domain.sop_parts import FlowDiagram

SHEET_HEIGHT = 506.0  # of a landscape A4 with its heading, in points
INK, RULE, SHADE = "#000", "#999", "#eee"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def flow_picture(diagram: FlowDiagram | Mapping[str, Any]) -> str:
    """The whole flow as one SVG, for the screen; "" when there are no steps."""
    flow = _flow(diagram)
    if not flow.steps:
        return ""
    layout = lay_out(flow)
    return _sheet(layout, *draw_ways(layout, flow), 0)


def flow_sheets(diagram: FlowDiagram | Mapping[str, Any]) -> list[str]:
    """The flow as SVG sheets for landscape A4, none when there are no steps."""
    flow = _flow(diagram)
    if not flow.steps:
        return []
    layout = lay_out(flow, SHEET_HEIGHT)
    arrows, connectors = draw_ways(layout, flow)
    return [_sheet(layout, arrows, connectors, number) for number in range(len(layout.heights))]


def _flow(diagram: FlowDiagram | Mapping[str, Any]) -> FlowDiagram:
    return diagram if isinstance(diagram, FlowDiagram) else normalise({"diagram_alir": diagram}).diagram_alir


def _sheet(layout: Layout, arrows: list[Arrow], connectors: list[Connector], number: int) -> str:
    columns, height = layout.columns, layout.heights[number]
    rows = [row for row in layout.rows if row.sheet == number]
    bottom = rows[-1].top + rows[-1].height
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(columns.width)} {_n(height)}" role="img"'
        f' font-family="{FONT}" font-size="{TEXT}" fill="{INK}" stroke="none">',
        f"<title>Diagram alir, langkah {escape(rows[0].step.no)} sampai dengan"
        f" {escape(rows[-1].step.no)}</title>",
        f'<rect width="{_n(columns.width)}" height="{_n(height)}" fill="#fff"/>',
    ]
    out += _head(layout)
    out += _rules(layout, rows, bottom)
    for row in rows:
        out += _texts(layout, row)
    for arrow in arrows:
        if arrow.sheet == number:
            out += _arrow(arrow)
    for row in rows:
        out += _symbols(layout, row)
    for connector in connectors:
        if connector.sheet == number:
            out += _connector(*connector.at, connector.mark, connector.other)
    if len(layout.heights) > 1:
        caption = f"Lembar {number + 1} dari {len(layout.heights)}"
        right = _n(columns.width - 1)
        out.append(f'<text x="{right}" y="{_n(height - 3)}" text-anchor="end" font-size="6">{caption}</text>')
    return "".join([*out, "</svg>"])


# --- the table ----------------------------------------------------------------------------------


def _head(layout: Layout) -> list[str]:
    columns, height = layout.columns, layout.head_height
    out = [f'<rect x="0.5" y="0.5" width="{_n(columns.width - 1)}" height="{_n(height)}" fill="{SHADE}"/>']
    for column in (columns.no, columns.kegiatan, columns.keterangan):
        out += [_box(column.x, 0.5, column.width, height), _title(column.title, column, height / 2 + 2.5)]
    for group, title in ((columns.lanes, "Pelaksana"), (columns.quality, "Mutu baku")):
        span = sum(column.width for column in group)
        out += [_box(group[0].x, 0.5, span, 15.5), _centred(title, group[0].x + span / 2, 11)]
    for column in columns.quality:
        out += [
            _box(column.x, 16, column.width, height - 15.5),
            _title(column.title, column, height / 2 + 10.5),
        ]
    for column, titles in zip(columns.lanes, layout.lane_titles, strict=True):
        out.append(_box(column.x, 16, column.width, height - 15.5))
        y = 16 + (height - 15.5) / 2 + 2.5 - (len(titles) - 1) * LEADING / 2
        for i, line in enumerate(titles):
            out.append(_centred(line, column.x + column.width / 2, y + i * LEADING, layout.head_size))
    return out


def _rules(layout: Layout, rows: list[Row], bottom: float) -> list[str]:
    columns = layout.columns
    top = rows[0].top
    right = columns.width - 0.5
    # a rule between two rows, the frame, and the columns; lanes are not ruled inside a heading
    out = [
        f'<path d="M0.5 {_n(row.top)}H{_n(right)}" stroke="{RULE}" stroke-width="0.5"/>' for row in rows[1:]
    ]
    for column in columns.all()[1:]:
        inside = column in columns.lanes
        for row in rows:
            if not (inside and row.step.group):
                ink = RULE if inside and column is not columns.lanes[0] else INK
                out.append(
                    f'<path d="M{_n(column.x)} {_n(row.top)}v{_n(row.height)}" stroke="{ink}"'
                    ' stroke-width="0.5"/>'
                )
    out.append(_box(0.5, top, right - 0.5, bottom - top))
    return out


def _texts(layout: Layout, row: Row) -> list[str]:
    out = []
    columns = layout.columns
    for column in (columns.no, columns.kegiatan, *columns.quality, columns.keterangan):
        found = row.texts[column.name]
        centred = column.name in ("no", "waktu")
        x = column.x + (column.width / 2 if centred else PAD)
        size = TEXT - 1 if column.name == "no" and len(row.step.no) > 3 else TEXT
        attributes = (' text-anchor="middle"' if centred else "") + (
            ' font-weight="bold"' if row.step.group else ""
        )
        attributes += f' font-size="{size}"' if size != TEXT else ""
        y = row.top + PAD + TEXT * 0.9
        for i, line in enumerate(found):
            out.append(f'<text x="{_n(x)}" y="{_n(y + i * LEADING)}"{attributes}>{escape(line)}</text>')
    return out


def _box(x: float, y: float, w: float, h: float) -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="none" stroke="{INK}"'
        ' stroke-width="0.7"/>'
    )


def _title(text: str, column: Column, y: float) -> str:
    return _centred(text, column.x + column.width / 2, y)


def _centred(text: str, x: float, y: float, size: float = HEAD) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="middle" font-size="{_n(size)}" font-weight="bold">'
        f"{escape(text)}</text>"
    )


# --- the five symbols ---------------------------------------------------------------------------


def _symbols(layout: Layout, row: Row) -> list[str]:
    out: list[str] = []
    places = [(lane, False) for lane in row.step.pelaksana]
    places += [(special.lane, True) for special in row.step.pelaksana_khusus]
    known = {column.name for column in layout.columns.lanes}
    xs = sorted(layout.centre(lane) for lane, _ in places if lane in known)
    if row.step.group or not xs:
        return out
    if len(xs) > 1:  # several act together
        out.append(
            f'<path d="M{_n(xs[0])} {_n(row.middle)}H{_n(xs[-1])}" stroke="{INK}" stroke-width="0.8"/>'
        )
    for lane, special in places:
        if lane in known:
            out.append(
                _symbol(
                    row.step.symbol, layout.centre(lane), row.middle, symbol_width(layout.columns), special
                )
            )
    return out


def _symbol(symbol: str | None, x: float, y: float, w: float, special: bool) -> str:
    pen = f'fill="#fff" stroke="{INK}" stroke-width="0.9"' + (' stroke-dasharray="2.5 2"' if special else "")
    h = SYMBOL_H
    if symbol == "decision":
        h = DIAMOND_H
        return (
            f'<path d="M{_n(x)} {_n(y - h / 2)}L{_n(x + w / 2)} {_n(y)}L{_n(x)} {_n(y + h / 2)}'
            f'L{_n(x - w / 2)} {_n(y)}Z" {pen}/>'
        )
    if symbol == "pentagon":
        return _pentagon(x, y, min(w, 20), pen)
    if symbol == "terminator":
        h = min(h, w * 0.55)
    shape = f'<rect x="{_n(x - w / 2)}" y="{_n(y - h / 2)}" width="{_n(w)}" height="{_n(h)}"'
    if symbol == "terminator":
        return f'{shape} rx="{_n(h / 2)}" {pen}/>'
    if symbol == "process":
        return f"{shape} {pen}/>"
    mark = f'<text x="{_n(x)}" y="{_n(y + 3)}" text-anchor="middle" font-size="9">?</text>'
    return f'{shape} fill="#fff" stroke="{INK}" stroke-width="0.7" stroke-dasharray="1.5 1.5"/>{mark}'


def _pentagon(x: float, y: float, size: float, pen: str) -> str:
    half = size / 2
    return (
        f'<path d="M{_n(x - half)} {_n(y - half)}H{_n(x + half)}V{_n(y + half / 3)}L{_n(x)} {_n(y + half)}'
        f'L{_n(x - half)} {_n(y + half / 3)}Z" {pen}/>'
    )


def _connector(x: float, y: float, mark: str, other: int) -> list[str]:
    pen = f'fill="#fff" stroke="{INK}" stroke-width="0.8"'
    return [
        _pentagon(x, y, CONNECTOR, pen),
        f'<text x="{_n(x)}" y="{_n(y + 1.4)}" text-anchor="middle" font-size="5.6">{mark}</text>',
        f'<text x="{_n(x + CONNECTOR / 2 + 1)}" y="{_n(y + 1.6)}" font-size="4.8">lembar {other + 1}</text>',
    ]


def _arrow(arrow: Arrow) -> list[str]:
    way = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in arrow.points)
    dash = ' stroke-dasharray="3 2"' if arrow.dashed else ""
    (_, before), (x, y) = arrow.points[-2:]
    back = -4.2 if y > before else 4.2
    return [
        f'<path d="{way}" fill="none" stroke="{INK}" stroke-width="0.8"{dash}/>',
        f'<path d="M{_n(x)} {_n(y)}l-2 {_n(back)}h4Z"/>',
        *(_label(arrow.label) if arrow.label else []),
    ]


def _label(label: Label) -> list[str]:
    text = label.text if len(label.text) <= 22 else f"{label.text[:21]}…"
    (x, y), size = label.at, 5.8
    wide = width(text, size) / MARGIN
    left, anchor = (x - wide, ' text-anchor="end"') if label.leftwards else (x, "")
    return [
        f'<rect x="{_n(left)}" y="{_n(y - 5)}" width="{_n(wide)}" height="5.8" fill="#fff"/>',
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}"{anchor}>{escape(text)}</text>',
    ]


def _n(number: float) -> str:
    """A coordinate with at most two decimals, always written the same way."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
