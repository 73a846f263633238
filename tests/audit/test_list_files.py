"""The found list as CSV and XLSX: what a spreadsheet gets, and what it must never carry out."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime

import pytest

from cast import AUDITOR, KARO_PO, STAF_AFRIKA
from paraf.documents.case_list import Cell, csv_file, xlsx_file
from paraf.usecases.queries import audit
from web_service import Service

HEADER = ["Nomor", "Judul"]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", ' =HYPERLINK("http://jahat")', "＝1+1")


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_in_a_csv_begins_a_formula(formula: str) -> None:
    (_, (first, _)) = rows_of(csv_file(HEADER, [[formula, "Rapat"]]))
    assert first == f"'{formula}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_nor_where_a_spreadsheet_splits_lines_at_semicolons(formula: str) -> None:
    (_, (first, _)) = rows_of(csv_file(HEADER, [[f'Rapat;{formula};"{formula}', "Rapat"]]))
    assert first == f"Rapat;'{formula};'\"{formula}"


def test_a_csv_has_its_mark_and_keeps_every_text() -> None:
    texts: list[Cell] = [
        'Rapat "besar", kecil',
        "dua\r\nbaris",
        "Rp10 - 20",
        None,
        7,
        datetime(2026, 11, 23, 9, 5),
    ]
    data = csv_file(["a"] * 6, [texts])
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == 3
    assert rows_of(data)[1] == [
        'Rapat "besar", kecil',
        "dua\r\nbaris",
        "Rp10 - 20",
        "",
        "7",
        "2026-11-23 09:05:00",
    ]


def test_a_workbook_holds_texts_and_dates_and_no_formula() -> None:
    data = xlsx_file("Berkas", HEADER, [[formula, datetime(2026, 11, 23, 9, 5)] for formula in FORMULAS])
    assert data == xlsx_file(
        "Berkas", HEADER, [[formula, datetime(2026, 11, 23, 9, 5)] for formula in FORMULAS]
    )
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "<hyperlink" not in sheet
        assert not [name for name in book.namelist() if "external" in name.lower() or "vba" in name.lower()]
    assert sheet.count('t="inlineStr"') == len(HEADER) + len(FORMULAS)
    assert sheet.count("<v>") == len(FORMULAS)
    assert re.search(r'<autoFilter ref="A1:B9"', sheet)


@pytest.fixture
def three_cases(either_service: Service) -> Service:
    staff = either_service.as_person(STAF_AFRIKA)
    for title in ("=cmd|' /C calc'!A0", "Rapat Kedua", "Rapat Ketiga"):
        either_service.proposed(staff, title=title)
        either_service.clock.pass_by(hours=1)
    return either_service


def test_the_found_list_is_taken_along(three_cases: Service) -> None:
    browser, _ = three_cases.signed_in(AUDITOR)
    answer = browser.get("~/audit/berkas.csv?sort=started")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="berkas-2026-11-23.csv"')
    header, *lines = rows_of(answer.data)
    assert header[:3] == ["Nomor", "Judul", "Unit pengusul"] and len(header) == 13
    assert [line[1] for line in lines] == ["'=cmd|' /C calc'!A0", "Rapat Kedua", "Rapat Ketiga"]
    assert lines[0][6:8] == ["Berjalan", "2026-11-23 12:00:00"]
    assert [line[1] for line in rows_of(browser.get("~/audit/berkas.csv?q=ketiga").data)[1:]] == [
        "Rapat Ketiga"
    ]
    book = browser.get("~/audit/berkas.xlsx")
    assert book.mimetype.endswith("spreadsheetml.sheet") and zipfile.is_zipfile(io.BytesIO(book.data))


def test_a_file_tells_where_it_was_cut(three_cases: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_EXPORTED", 2)
    browser, _ = three_cases.signed_in(AUDITOR)
    lines = rows_of(browser.get("~/audit/berkas.csv").data)
    assert len(lines) == 4
    assert lines[-1] == ["Daftar berakhir di sini: satu unduhan memuat paling banyak 2 berkas."]


def test_pages_of_a_file_follow_one_another(three_cases: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_PAGE", 1)
    browser, _ = three_cases.signed_in(KARO_PO)
    assert len(rows_of(browser.get("~/audit/berkas.csv").data)) == 4


def test_who_does_not_read_everything_gets_no_file(service: Service) -> None:
    browser, _ = service.signed_in(STAF_AFRIKA)
    assert [browser.get(f"~/audit/berkas.{kind}").status_code for kind in ("csv", "xlsx")] == [403, 403]
