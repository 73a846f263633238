"""A list of cases as a file for a spreadsheet: CSV and XLSX.

Knows both formats and what a spreadsheet would take for a formula; must not know what the columns mean.
A cell is text or an instant, never anything that is worked out when the file is opened.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter

Cell = str | int | datetime | None

# an office that writes decimals with a comma splits the lines of a CSV file at semicolons
_FORMULA = re.compile(r'(^|;)(?=[ "]*[=+\-@\t\r\n＝＋－＠])')
_WIDEST, _NARROWEST = 60, 10


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV (RFC 4180) in UTF-8 with its mark, as spreadsheets expect it. What would be a formula, in a
    cell or in a part of it behind a semicolon, gets an apostrophe in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([_plain(cell) for cell in header])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, str):
        return _FORMULA.sub(r"\1'", cell)
    return cell


def xlsx_file(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet: a frozen header with a filter, texts as texts, instants as dates. Rows
    are written as they come. Nothing is a formula or a link."""
    kept = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(kept, options) as book:
        # the file says nothing of when it was made: the same list gives the same content
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        bold = book.add_format({"bold": True, "bottom": 1})
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.set_column(column, column, min(max(len(name) + 2, _NARROWEST), _WIDEST))
            sheet.write_string(0, column, name, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(last, column, cell.replace(tzinfo=None), when)
                elif isinstance(cell, int):
                    sheet.write_number(last, column, cell)
                elif cell:
                    sheet.write_string(last, column, cell)
        sheet.autofilter(0, 0, max(last, 1), len(header) - 1)
    return kept.getvalue()
