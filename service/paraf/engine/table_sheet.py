"""A decision table as a sheet that is edited: columns with their words and values, rows, checks.

Knows how a DMN 1.3 file is read into a sheet and written back, and what makes rows contradict each
other or leave a gap; must not know what is decided or who edits. What decides a case is read by
`decision_table.py` from the very bytes written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from paraf.domain.route import Finding
from paraf.engine.condition_rows import literal
from paraf.engine.decision_table import DMN, table_findings
from paraf.engine.expressions import ExpressionError, Value, comparisons, compile_test, read_literal
from paraf.engine.findings import Findings
from paraf.engine.xml_file import XmlRefused, read_xml
from paraf.language import N_

MOST_CASES: Final = 20_000
MOST_PAIRS: Final = 300
"""More rows than this are not compared in pairs, and the sheet says so."""
_ELSE: Final = "\x00another value"


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
    """A whole table. `id` is that of the decision, `file_name` what the file calls itself."""

    id: str
    name: str
    documentation: str
    inputs: tuple[SheetColumn, ...]
    outputs: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    file_name: str = ""


def read_sheet(content: bytes, file: str = "table.dmn") -> tuple[TableSheet | None, tuple[Finding, ...]]:
    """The sheet of a file, as far as it can be read, and every finding of it. Never raises."""
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
    sheet = TableSheet(
        table_id, decision.get("name") or table_id, words, inputs, outputs, rows, root.get("name") or ""
    )
    return sheet, (*faults, *(check_sheet(sheet, file) if not faults else ()))


def _tag(name: str) -> str:
    return f"{{{DMN}}}{name}"


def _texts(node: etree._Element, name: str) -> list[str]:
    return [(part.findtext(_tag("text")) or "").strip() for part in node.iterfind(_tag(name))]


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
    """The sheet as a DMN 1.3 file with one UNIQUE decision table; the same bytes for the same sheet."""
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
        f'  <decisionTable {_own(f"{sheet.id}_table")} hitPolicy="UNIQUE" preferredOrientation="Rule-as-Row">',
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


# --- checking -------------------------------------------------------------------------------------


def check_sheet(sheet: TableSheet, file: str = "table.dmn") -> tuple[Finding, ...]:
    """What is wrong between the rows of a readable sheet: two rows for one case (error), a case
    without a row, a value its column does not have (warnings). `element` is the row's number."""
    findings: list[Finding] = []

    def add(severity: str, rule: str, where: int | str, message: str, **values: object) -> None:
        findings.append(Finding(file, 0, str(where), severity, rule, message, values))

    masks: list[list[int]] = []
    domains = [_domain(sheet, n) for n in range(len(sheet.inputs))]
    for number, row in enumerate(sheet.rows, 1):
        tests = [compile_test(cell) for cell in row.cells]
        masks.append(
            [
                sum(1 << k for k, value in enumerate(domain) if test(value))
                for test, domain in zip(tests, domains, strict=True)
            ]
        )
        for column, cell in zip((*sheet.inputs, *sheet.outputs), (*row.cells, *row.results), strict=True):
            for value in _foreign(column, cell):
                add(
                    "warning",
                    "unknown_value",
                    number,
                    N_("Row {row}: {value} is none of the values of {column}."),
                    row=number,
                    value=literal(value),
                    column=column.label or column.name,
                )
    if len(masks) > MOST_PAIRS:
        text = N_("The table has too many rows to compare each with each: {rows}.")
        add("warning", "not_compared", "", text, rows=len(masks))
    else:
        for (first, one), (second, other) in combinations(enumerate(masks, 1), 2):
            if all(a & b for a, b in zip(one, other, strict=True)):
                both = _first_case(sheet, domains, [a & b for a, b in zip(one, other, strict=True)])
                text = N_("Rows {first} and {second} both apply when {case}.")
                add("error", "overlap", second, text, first=first, second=second, case=both)
    for case in islice(_gaps(sheet, domains, masks), 5):
        add("warning", "gap", "", N_("No row applies when {case}."), case=case)
    return tuple(findings)


def _foreign(column: SheetColumn, cell: str) -> list[Value]:
    if not column.values:
        return []
    try:
        found = [value for operator, value in comparisons(cell)[1] if operator in {"=", "!="}]
    except ExpressionError:
        return []
    return [value for value in found if value is not None and value not in column.values]


def _domain(sheet: TableSheet, place: int) -> list[Value]:
    """Every value of a column that can make a difference."""
    column = sheet.inputs[place]
    if column.values:
        return list(column.values)
    known: dict[str, Value] = {repr(None): None}
    for row in sheet.rows:
        for _, value in comparisons(row.cells[place])[1]:
            near: list[Value] = [value]
            if isinstance(value, int) and not isinstance(value, bool):
                near = [value - 1, value, value + 1]
            known |= {repr(one): one for one in near}
    if column.type == "boolean":
        known |= {repr(True): True, repr(False): False}
    elif column.type == "string":
        known[repr(_ELSE)] = _ELSE
    return list(known.values())


def _gaps(sheet: TableSheet, domains: Sequence[Sequence[Value]], masks: Sequence[Sequence[int]]) -> list[str]:
    """Cases no row is for, where every input has a closed list of values and they can be counted."""
    if not all(column.values or column.type == "boolean" for column in sheet.inputs):
        return []
    cases = 1
    for domain in domains:
        cases *= len(domain)
    if not 0 < cases <= MOST_CASES:
        return []
    found = []
    for case in product(*(range(len(domain)) for domain in domains)):
        if any(domain[k] is None for domain, k in zip(domains, case, strict=True)):
            continue
        if not any(all(mask >> k & 1 for mask, k in zip(row, case, strict=True)) for row in masks):
            found.append(_words(sheet, [domain[k] for domain, k in zip(domains, case, strict=True)]))
    return found


def _first_case(sheet: TableSheet, domains: Sequence[Sequence[Value]], common: Sequence[int]) -> str:
    picked = [domain[(mask & -mask).bit_length() - 1] for domain, mask in zip(domains, common, strict=True)]
    return _words(sheet, picked)


def _words(sheet: TableSheet, values: Sequence[Value]) -> str:
    return ", ".join(
        f"{column.label or column.name} = {'...' if value == _ELSE else literal(value)}"
        for column, value in zip(sheet.inputs, values, strict=True)
    )


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
