"""What is wrong between the rows of a decision table that can be read: said in words, at its row.

Knows which rows contradict each other, which case no row is for and which value is not of its column;
must not know how a table is written or edited. What keeps a file from being a table at all is told by
`decision_table.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice
from typing import Final

from paraf.domain.route import Finding
from paraf.engine.condition_rows import literal
from paraf.engine.expressions import ExpressionError, Value, comparisons, compile_test
from paraf.engine.table_sheet import SheetColumn, TableSheet
from paraf.language import N_

MOST_CASES: Final = 20_000
MOST_PAIRS: Final = 300
MOST_TESTS: Final = 200_000
"""More rows than `MOST_PAIRS`, or more to test than this, are not compared, and the sheet says so."""
_ELSE: Final = "\x00another value"
_OTHER_TYPE: Final = {
    "string": N_("Row {row}: {value} is no text, which {column} holds."),
    "number": N_("Row {row}: {value} is no number, which {column} holds."),
    "boolean": N_("Row {row}: {value} is neither yes nor no, which {column} holds."),
}
_KINDS: Final = {"string": (str,), "number": (int, Decimal), "boolean": (bool,)}


def check_sheet(sheet: TableSheet, file: str = "table.dmn") -> tuple[Finding, ...]:
    """Two rows for one case (error), a case without a row, a value its column does not have or of
    another type than it holds (warnings). `element` is the row's number, "" for the whole table. Only
    for a sheet without faults."""
    findings: list[Finding] = []

    def add(severity: str, rule: str, where: int | str, message: str, **values: object) -> None:
        findings.append(Finding(file, 0, str(where), severity, rule, message, values))

    for number, row in enumerate(sheet.rows, 1):
        for column, cell in zip((*sheet.inputs, *sheet.outputs), (*row.cells, *row.results), strict=True):
            for value in _values(cell):
                said = {"row": number, "value": literal(value), "column": column.label or column.name}
                if not _of_type(column, value):
                    add("warning", "wrong_type", number, _OTHER_TYPE[column.type], **said)
                elif column.values and value not in column.values:
                    text = N_("Row {row}: {value} is none of the values of {column}.")
                    add("warning", "unknown_value", number, text, **said)
    domains = [_domain(sheet, n) for n in range(len(sheet.inputs))]
    if len(sheet.rows) > MOST_PAIRS or len(sheet.rows) * sum(map(len, domains)) > MOST_TESTS:
        text = N_("The table has too many rows to compare each with each: {rows}.")
        add("warning", "not_compared", "", text, rows=len(sheet.rows))
        return tuple(findings)
    tests = [[compile_test(cell) for cell in row.cells] for row in sheet.rows]
    fitting = [
        [sum(1 << n for n, row in enumerate(tests) if row[place](value)) for value in domain]
        for place, domain in enumerate(domains)
    ]
    for first, second in combinations(range(len(sheet.rows)), 2):
        both = 1 << first | 1 << second
        case = [next((k for k, rows in enumerate(column) if rows & both == both), None) for column in fitting]
        if None not in case:
            text = N_("Rows {first} and {second} both apply when {case}.")
            words = _words(sheet, [domain[k or 0] for domain, k in zip(domains, case, strict=True)])
            add("error", "overlap", second + 1, text, first=first + 1, second=second + 1, case=words)
    for gap in islice(_gaps(sheet, domains, fitting), 5):
        add("warning", "gap", "", N_("No row applies when {case}."), case=_words(sheet, gap))
    return tuple(findings)


def _values(cell: str) -> list[Value]:
    """What a cell compares with, or gives; nothing is neither."""
    try:
        return [value for _, value in comparisons(cell)[1] if value is not None]
    except ExpressionError:
        return []


def _of_type(column: SheetColumn, value: Value) -> bool:
    kinds = _KINDS.get(column.type)
    return kinds is None or (
        isinstance(value, kinds) and (column.type == "boolean") == isinstance(value, bool)
    )


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


def _gaps(
    sheet: TableSheet, domains: Sequence[Sequence[Value]], fitting: Sequence[Sequence[int]]
) -> Iterator[list[Value]]:
    """Cases no row is for, where every input has a closed list of values and they can be counted."""
    cases = 1
    for column, domain in zip(sheet.inputs, domains, strict=True):
        cases *= len(domain) if column.values or column.type == "boolean" else 0
    if not 0 < cases <= MOST_CASES:
        return

    def walk(place: int, rows: int) -> Iterator[list[Value]]:
        if place == len(domains):
            if not rows:
                yield []
            return
        for value, fits in zip(domains[place], fitting[place], strict=True):
            if value is not None:
                for further in walk(place + 1, rows & fits):
                    yield [value, *further]

    yield from walk(0, (1 << len(sheet.rows)) - 1)


def _words(sheet: TableSheet, values: Sequence[Value]) -> str:
    return ", ".join(
        f"{column.label or column.name} = {'...' if value == _ELSE else literal(value)}"
        for column, value in zip(sheet.inputs, values, strict=True)
    )
