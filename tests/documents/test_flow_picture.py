"""The flow of an SOP as a picture: every step and exit drawn, lines that cross no symbol, sheets that
hang together."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree

from paper_data import sample
from paraf.documents.dossier import dossier
from paraf.documents.flow_layout import lay_out, symbol_width
from paraf.documents.flow_picture import SHEET_HEIGHT, flow_picture, flow_sheets
from paraf.documents.flow_ways import draw_ways
from paraf.documents.indonesian import date_and_time, day_and_date, long_date, number_words, ordinal
from paraf.documents.text_width import lines, width
from paraf.domain.naskah import normalise
from paraf.domain.sop_parts import FlowDiagram

NAMES = ("invented_legalisasi_dokumen_v2", "invented_splp_kbri", "polhukam_sop_ap", "panrb_konsinyering")
SVG = "{http://www.w3.org/2000/svg}"


def flow(name: str) -> FlowDiagram:
    return normalise(sample(name)).diagram_alir


def long_flow(steps: int) -> FlowDiagram:
    rows: list[dict[str, Any]] = [
        {"kegiatan": f"Memeriksa berkas bagian {n}", "pelaksana": f"Petugas {n % 4}", "symbol": "process"}
        for n in range(1, steps + 1)
    ]
    rows[0]["symbol"] = rows[-1]["symbol"] = "terminator"
    rows[steps // 2] |= {"symbol": "decision", "ya": str(steps - 1), "tidak": "2"}
    return normalise({"diagram_alir": rows}).diagram_alir


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_drawn_with_its_words(name: str) -> None:
    diagram = flow(name)
    root = etree.fromstring(flow_picture(diagram))
    text = " ".join(element.text or "" for element in root.iter(f"{SVG}text"))
    for step in diagram.steps:
        assert step.kegiatan.split()[0] in text
        assert step.no in text.split()
    assert text.count("Ya") >= sum(1 for step in diagram.steps if step.ya)
    capsules = [element for element in root.iter(f"{SVG}rect") if element.get("rx")]
    assert len(capsules) == 2


@pytest.mark.parametrize("diagram", [*map(flow, NAMES), long_flow(60)], ids=[*NAMES, "60 steps"])
@pytest.mark.parametrize("height", [None, SHEET_HEIGHT])
def test_no_line_crosses_a_symbol(diagram: FlowDiagram, height: float | None) -> None:
    layout = lay_out(diagram, height)
    arrows, connectors = draw_ways(layout, diagram)
    half = symbol_width(layout.columns) / 2 - 0.5
    boxes = [
        (row.sheet, layout.centre(lane) - half, row.middle - row.half_height + 0.5, layout.centre(lane) + half,
         row.middle + row.half_height - 0.5)
        for row in layout.rows
        for lane in row.step.lanes()
    ]  # fmt: skip
    for arrow in arrows:
        for (x1, y1), (x2, y2) in zip(arrow.points, arrow.points[1:], strict=False):
            assert x1 == x2 or y1 == y2
            for sheet, left, top, right, bottom in boxes:
                if sheet == arrow.sheet:
                    beside = max(x1, x2) <= left or min(x1, x2) >= right
                    assert beside or max(y1, y2) <= top or min(y1, y2) >= bottom
    exits = sum(len(targets) for targets in diagram.successors().values())
    exits += sum(1 for step in diagram.steps if step.return_to)
    assert len(arrows) - len(connectors) // 2 == exits


def test_a_long_flow_goes_on_through_pentagons_in_pairs() -> None:
    diagram = long_flow(60)
    layout = lay_out(diagram, SHEET_HEIGHT)
    _, connectors = draw_ways(layout, diagram)
    assert len(layout.heights) > 3 and max(layout.heights) <= SHEET_HEIGHT
    pairs: dict[str, list[tuple[int, int]]] = {}
    for connector in connectors:
        pairs.setdefault(connector.mark, []).append((connector.sheet, connector.other))
    assert pairs
    for (sheet, other), (back, here) in pairs.values():
        assert (sheet, other) == (here, back)
    sheets = flow_sheets(diagram)
    assert len(sheets) == len(layout.heights)
    assert all(f"Lembar {n} dari {len(sheets)}" in sheet for n, sheet in enumerate(sheets, 1))


def test_a_short_flow_needs_no_pentagon() -> None:
    diagram = flow("panrb_konsinyering")
    assert len(flow_sheets(diagram)) == 1
    assert draw_ways(lay_out(diagram, SHEET_HEIGHT), diagram)[1] == []


def test_a_draft_under_way_can_be_drawn_too() -> None:
    assert flow_picture({}) == "" and flow_sheets({"file": "ab" * 32}) == []
    for steps in (
        [{"kegiatan": "Menyusun"}],
        [{"kegiatan": "Menyusun", "pelaksana": "Staf", "symbol": "awan", "next": ["9"]}],
        [{"no": "1", "group": True, "kegiatan": "Kelompok"}],
        [{"no": "1", "pelaksana": ["A", "B"], "symbol": "decision", "ya": "1", "tidak": "1"}],
        [{"kegiatan": "kata" * 200, "pelaksana": "x" * 200, "output": "y" * 500}],
    ):
        etree.fromstring(flow_picture({"steps": steps}))


def test_hostile_words_stay_words_in_the_picture() -> None:
    hostile = "</text><script>alert(1)</script>&\"'"
    drawn = flow_picture(
        {"lanes": [hostile], "steps": [{"kegiatan": hostile, "pelaksana": hostile, "output": hostile}]}
    )
    root = etree.fromstring(drawn)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "title",
        "rect",
        "path",
        "text",
    }
    assert not re.search(r"<script|\sid=|\sstyle=|href", drawn)


def test_a_line_of_text_keeps_to_its_column() -> None:
    text = "Memverifikasi tanda tangan, stiker, dan/atau stempel pada dokumen dengan spesimen " + "x" * 90
    broken = lines(text, 7.0, 120.0)
    assert all(width(line, 7.0) <= 120.0 for line in broken)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")


# --- dates and numbers in words -------------------------------------------------------------------


def test_dates_and_numbers_read_as_an_office_writes_them() -> None:
    assert long_date("2026-11-21") == "21 November 2026" and long_date(None) == ""
    assert day_and_date("2020-03-05") == "Kamis, 5 Maret 2020"
    at = "2026-11-21T02:50:13.123456+00:00"
    assert date_and_time(at) == "21 November 2026 pukul 02.50.13 waktu setempat (UTC)"
    assert date_and_time("2026-11-21T09:50:13+07:00", "Asia/Jakarta").endswith("WIB")
    assert date_and_time("2026-11-21T08:20:13+05:30").endswith("(UTC+5.30)")
    words = {1: "satu", 11: "sebelas", 15: "lima belas", 21: "dua puluh satu", 100: "seratus", 1250: "seribu dua ratus lima puluh"}  # fmt: skip  # noqa: E501
    assert {number: number_words(number) for number in words} == words
    assert [ordinal(number) for number in (1, 2, 12)] == ["KESATU", "KEDUA", "KEDUA BELAS"]


# --- the dossier ----------------------------------------------------------------------------------


def test_a_dossier_tells_the_case_in_order() -> None:
    html = dossier(
        {
            "case_number": "U-2020-000123",
            "title": "SOP Mikro <b>Legalisasi</b>",
            "sop": {"title": "Legalisasi", "sop_kind": "mikro", "version": 2},
            "header": [("Unit pengusul", "Direktorat Konsuler")],
            "facts": [
                {
                    "seq": 1,
                    "at_local": "2020-03-01T09:00:00+07:00",
                    "zone": "Asia/Jakarta",
                    "text": "Perkara dibuka",
                },
                {
                    "seq": 2,
                    "step": "Ajukan usulan",
                    "text": "Dikembalikan",
                    "capacity": "Plh.",
                    "who": "Raka W.",
                },
            ],
            "documents": [
                {"title": "Nota Dinas", "nomor": "12", "tanggal": "2020-03-05", "sha256": "ab" * 32}
            ],
            "attachments": [{"filename": "naskah.docx", "role": "softcopy", "sha256": "cd" * 32}],
            "naskah": sample(),
        }
    )
    assert "&lt;b&gt;" in html and "Perkara dibuka" in html and "Plh. Raka W." in html
    assert html.index("Perkara dibuka") < html.index("Dikembalikan") < html.index("naskah.docx")
    assert "e. Persyaratan dan perlengkapan" in html and "<svg" in html
    assert "Belum ada peristiwa" in dossier({})
