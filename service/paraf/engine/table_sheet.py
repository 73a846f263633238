"""A decision table as a sheet that is edited: columns with their words and values, and rows.

Knows how a DMN 1.3 file is read into a sheet and written back, and how columns and rows come, go and
move; must not know what is decided, what rows contradict each other (`sheet_checks.py`) or who edits.
What decides a case is read by `decision_table.py` from the very bytes written here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from paraf.domain.route import Finding
from paraf.engine.condition_rows import literal
from paraf.engine.decision_table import DMN, table_findings
from paraf.engine.expressions import ExpressionError, Value, comparisons, read_literal
from paraf.engine.findings import Findings
from paraf.engine.xml_file import XmlRefused, read_xml

UNIQUE: Final = "UNIQUE"
"""The one hit policy that decides: exactly one row applies, or the decision is refused."""
_EMPTY: Final = {"inputs": "-", "outputs": "null"}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: `name` is what conditions and callers use, `label` its words, `type` string, number or
    boolean, `values` the only values it may have (empty: any)."""

    name: str
    label: str = ""
    type: str = "string"
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: cells and results as the file writes them, in the order of the columns, and a remark."""

    cells: tuple[str, ...]
    results: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A whole table. `id` is that of the decision, `file_name` what the file calls itself, `policy` its
    hit policy: only a table that is UNIQUE decides."""

    id: str
    name: str
    documentation: str
    inputs: tuple[SheetColumn, ...]
    outputs: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    file_name: str = ""
    policy: str = UNIQUE

    def columns(self, side: str) -> tuple[SheetColumn, ...]:
        """Its "inputs" or "outputs"."""
        return self.outputs if side == "outputs" else self.inputs


def read_sheet(content: bytes, file: str = "table.dmn") -> tuple[TableSheet | None, tuple[Finding, ...]]:
    """The sheet of a file, as far as it can be read, and every fault that keeps it from deciding. Never
    raises."""
    try:
        root = read_xml(content)
    except XmlRefused as refused:
        findings = Findings(file)
        findings.error(refused.line, "", refused.rule, refused.message, **refused.values)
        return None, findings.all()
    faults = table_findings(content, file)
    decision = root.find(_tag("decision"))
    table = None if decision is None else decision.find(_tag("decisionTable"))
    if decision is None or table is None:
        return None, faults
    inputs = tuple(_input(part) for part in table.iterfind(_tag("input")))
    outputs = tuple(_output(part) for part in table.iterfind(_tag("output")))
    rows = tuple(
        SheetRow(
            _cells(rule, "inputEntry", len(inputs), "-"),
            _cells(rule, "outputEntry", len(outputs), "null"),
            "; ".join(note for note in _texts(rule, "annotationEntry") if note),
        )
        for rule in table.iterfind(_tag("rule"))
    )
    described = decision.find(_tag("description"))
    words = "" if described is None else " ".join((described.text or "").split())
    table_id = decision.get("id") or ""
    named, called = decision.get("name") or table_id, root.get("name") or ""
    policy = table.get("hitPolicy") or UNIQUE
    return TableSheet(table_id, named, words, inputs, outputs, rows, called, policy), faults


def _tag(name: str) -> str:
    return f"{{{DMN}}}{name}"


def _texts(node: etree._Element, name: str) -> list[str]:
    return [
        "".join(text.text or "" for text in part.iterfind(_tag("text"))).strip()
        for part in node.iterfind(_tag(name))
    ]


def _cells(rule: etree._Element, name: str, count: int, empty: str) -> tuple[str, ...]:
    found = [text or empty for text in _texts(rule, name)][:count]
    return (*found, *[empty] * (count - len(found)))


def _input(part: etree._Element) -> SheetColumn:
    expression = part.find(_tag("inputExpression"))
    name = "" if expression is None else (expression.findtext(_tag("text")) or "").strip()
    kind = "string" if expression is None else expression.get("typeRef") or "string"
    return SheetColumn(name, part.get("label") or name, kind, _values(part, "inputValues"))


def _output(part: etree._Element) -> SheetColumn:
    name = part.get("name") or ""
    values = _values(part, "outputValues")
    return SheetColumn(name, part.get("label") or name, part.get("typeRef") or "string", values)


def _values(part: etree._Element, name: str) -> tuple[Value, ...]:
    text = "".join(_texts(part, name))
    try:
        negated, found = comparisons(text) if text else (False, ())
    except ExpressionError:
        return ()
    return () if negated else tuple(value for operator, value in found if operator == "=")


# --- writing --------------------------------------------------------------------------------------


def write_sheet(sheet: TableSheet) -> bytes:
    """The sheet as a DMN 1.3 file with one decision table; the same bytes for the same sheet."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<definitions xmlns={quoteattr(DMN)}"
        ' xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"'
        ' xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"'
        f" id={quoteattr(sheet.id + '_file')} name={quoteattr(sheet.file_name or sheet.name)}"
        ' namespace="urn:paraf:decisions">',
        f" <decision id={quoteattr(sheet.id)} name={quoteattr(sheet.name)}>",
        *([f"  <description>{escape(sheet.documentation)}</description>"] if sheet.documentation else []),
        f"  <variable {_own(f'{sheet.id}_result')} name={quoteattr(sheet.id)}/>",
        f"  <decisionTable {_own(f'{sheet.id}_table')} hitPolicy={quoteattr(sheet.policy)}"
        ' preferredOrientation="Rule-as-Row">',
    ]
    for column in sheet.inputs:
        lines += _input_lines(column)
    for column in sheet.outputs:
        lines += _output_lines(column)
    lines.append('   <annotation name="Keterangan"/>')
    for number, row in enumerate(sheet.rows, 1):
        lines += _row_lines(sheet, number, row)
    lines += ["  </decisionTable>", " </decision>", *_picture(sheet.id), "</definitions>"]
    return ("\n".join(lines) + "\n").encode()


def _own(name: str) -> str:
    return f"id={quoteattr(name)}"


def _id(name: str) -> str:
    return name.replace(".", "_")


def _input_lines(column: SheetColumn) -> list[str]:
    name = _id(column.name)
    kind = quoteattr(column.type)
    lines = [
        f"   <input {_own(f'input_{name}')} label={quoteattr(column.label)}>",
        f"    <inputExpression {_own(f'expression_{name}')} typeRef={kind}>{_text(column.name)}</inputExpression>",
    ]
    if column.values:
        lines.append(f"    <inputValues {_own(f'values_{name}')}>{_text(_list(column.values))}</inputValues>")
    return [*lines, "   </input>"]


def _output_lines(column: SheetColumn) -> list[str]:
    name = _id(column.name)
    said = f"label={quoteattr(column.label)} name={quoteattr(column.name)} typeRef={quoteattr(column.type)}"
    if not column.values:
        return [f"   <output {_own(f'output_{name}')} {said}/>"]
    values = f"    <outputValues {_own(f'output_values_{name}')}>{_text(_list(column.values))}</outputValues>"
    return [f"   <output {_own(f'output_{name}')} {said}>", values, "   </output>"]


def _row_lines(sheet: TableSheet, number: int, row: SheetRow) -> list[str]:
    rule = f"rule_{number}"
    lines = [f"   <rule {_own(rule)}>"]
    for column, cell in zip(sheet.inputs, row.cells, strict=True):
        lines.append(f'    <inputEntry id="{rule}_{_id(column.name)}">{_text(cell)}</inputEntry>')
    for column, result in zip(sheet.outputs, row.results, strict=True):
        lines.append(f'    <outputEntry id="{rule}_{_id(column.name)}">{_text(result)}</outputEntry>')
    return [*lines, f"    <annotationEntry>{_text(row.remark)}</annotationEntry>", "   </rule>"]


def _text(words: str) -> str:
    return f"<text>{escape(words)}</text>"


def _list(values: Sequence[Value]) -> str:
    return ", ".join(literal(value) for value in values)


def _picture(table_id: str) -> list[str]:
    return [
        " <dmndi:DMNDI>",
        '  <dmndi:DMNDiagram id="diagram">',
        f"   <dmndi:DMNShape {_own(f'{table_id}_shape')} dmnElementRef={quoteattr(table_id)}>"
        '<dc:Bounds x="160" y="100" width="180" height="80"/></dmndi:DMNShape>',
        "  </dmndi:DMNDiagram>",
        " </dmndi:DMNDI>",
    ]


# --- editing --------------------------------------------------------------------------------------


def chosen_values(cell: str) -> tuple[Value, ...] | None:
    """The values a cell lists, () for any value; None when it says more than a list."""
    try:
        negated, found = comparisons(cell or "-")
    except ExpressionError:
        return None
    if negated or any(operator != "=" for operator, _ in found):
        return None
    return tuple(value for _, value in found)


def cell_of(values: Sequence[Value]) -> str:
    """The cell that lists values; any value for none."""
    return _list(values) if values else "-"


def result_value(cell: str) -> Value:
    """What a result stands for; null for one that cannot be read."""
    try:
        return read_literal(cell)
    except ExpressionError:
        return None


def with_row(sheet: TableSheet, place: int, row: SheetRow | None) -> TableSheet:
    """The sheet with the row at `place` (from 0) exchanged, or added at the end, or taken away (None)."""
    rows = list(sheet.rows)
    rows[place : place + 1] = [] if row is None else [row]
    return replace(sheet, rows=tuple(rows))


def with_row_moved(sheet: TableSheet, place: int, up: bool) -> TableSheet:
    """The sheet with a row exchanged with the one over or under it."""
    rows, other = list(sheet.rows), place - 1 if up else place + 1
    if 0 <= place < len(rows) and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return replace(sheet, rows=tuple(rows))


def with_column(sheet: TableSheet, side: str, place: int, column: SheetColumn | None) -> TableSheet:
    """The sheet with the column at `place` (from 0) of "inputs" or "outputs" exchanged, or added at the
    end, or taken away with its cells (None). A new column asks for anything, and gives nothing."""
    columns = sheet.columns(side)
    rows = sheet.rows
    if column is None or place >= len(columns):
        added = () if column is None else (_EMPTY[side],)

        def changed(cells: tuple[str, ...]) -> tuple[str, ...]:
            return (*cells[:place], *added, *cells[place + 1 :])

        rows = _each_row(sheet, side, changed)
    new = (*columns[:place], *(() if column is None else (column,)), *columns[place + 1 :])
    return _with(sheet, side, new, rows)


def with_column_moved(sheet: TableSheet, side: str, place: int, up: bool) -> TableSheet:
    """The sheet with a column and its cells exchanged with the one before or after it."""
    columns, other = sheet.columns(side), place - 1 if up else place + 1
    if not (0 <= place < len(columns) and 0 <= other < len(columns)):
        return sheet
    order = list(range(len(columns)))
    order[place], order[other] = other, place
    rows = _each_row(sheet, side, lambda cells: tuple(cells[n] for n in order))
    return _with(sheet, side, tuple(columns[n] for n in order), rows)


def _each_row(
    sheet: TableSheet, side: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> tuple[SheetRow, ...]:
    if side == "outputs":
        return tuple(replace(row, results=change(row.results)) for row in sheet.rows)
    return tuple(replace(row, cells=change(row.cells)) for row in sheet.rows)


def _with(
    sheet: TableSheet, side: str, columns: tuple[SheetColumn, ...], rows: tuple[SheetRow, ...]
) -> TableSheet:
    if side == "outputs":
        return replace(sheet, outputs=columns, rows=rows)
    return replace(sheet, inputs=columns, rows=rows)
