"""A decision table read from a DMN 1.3 file: one row decides, or the decision is refused.

Knows tables with hit policy UNIQUE; must not know what is decided. Cells are `-`, literals,
comparisons, comma lists and `not(...)` of `expressions.py`; outputs are literals. SpiffWorkflow's
own tables take the first of several hits without a word, and evaluate cells as Python.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from paraf.domain.route import Finding, Scalar
from paraf.engine.expressions import ExpressionError, Test, Value, compile_test, read_literal
from paraf.engine.findings import Findings
from paraf.engine.xml_file import XmlRefused, line_of, namespace_and_name, read_xml
from paraf.errors import BrokenRoute, NoRoute
from paraf.language import N_

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
MAX_ROWS = 1_000
MAX_COLUMNS = 30
_PARTS = frozenset({"input", "output", "rule", "annotation", "description"})


@dataclass(frozen=True, slots=True)
class Row:
    """The row that decided: `index` counts from 1, `annotation` is its citation or remark."""

    index: int
    outputs: Mapping[str, Scalar]
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    tests: tuple[Test, ...]
    row: Row
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table with the names of its inputs and outputs, in the order of its columns."""

    id: str
    name: str
    sha256: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[_Rule, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(rule.row for rule in self.rules)

    def cells(self, index: int) -> tuple[str, ...]:
        """The input cells of row `index` (from 1) as written."""
        return self.rules[index - 1].texts

    def decide(self, inputs: Mapping[str, Scalar]) -> Row:
        """The one row that fits. A missing input is null. Raises NoRoute, with the rows, when none
        or several fit."""
        values: list[Value] = [inputs.get(name) for name in self.inputs]
        hits = [
            rule.row
            for rule in self.rules
            if all(test(value) for test, value in zip(rule.tests, values, strict=True))
        ]
        if len(hits) == 1:
            return hits[0]
        if not hits:
            raise NoRoute(N_("No row of the table {table} fits"), table=self.id, rows=())
        rows = tuple(row.index for row in hits)
        raise NoRoute(N_("Several rows of the table {table} fit: {rows}"), table=self.id, rows=rows)


def read_table(content: bytes, file: str = "table.dmn") -> DecisionTable:
    """Read the one decision table of a DMN file. Raises BrokenRoute with every fault."""
    findings = Findings(file)
    table = None
    try:
        table = _TableReader(read_xml(content), findings).read(hashlib.sha256(content).hexdigest())
    except XmlRefused as refused:
        findings.error(refused.line, "", refused.rule, refused.message, **refused.values)
    if table is None or findings.has_errors:
        found = findings.all()
        raise BrokenRoute(
            N_("The decision table {file} has {count} faults"), found, file=file, count=len(found)
        )
    return table


def table_findings(content: bytes, file: str = "table.dmn") -> tuple[Finding, ...]:
    """Every fault of a DMN file. Never raises."""
    try:
        read_table(content, file)
    except BrokenRoute as broken:
        return tuple(f for f in broken.findings if isinstance(f, Finding))
    return ()


class _TableReader:
    def __init__(self, root: etree._Element, findings: Findings) -> None:
        self.root = root
        self.findings = findings

    def read(self, sha256: str) -> DecisionTable | None:
        decisions = list(self.root.iterfind(f"{{{DMN}}}decision"))
        tables = [table for decision in decisions for table in self.parts(decision, "decisionTable")]
        if namespace_and_name(self.root) != (DMN, "definitions") or len(decisions) != 1 or len(tables) != 1:
            self.fault(self.root, "one_table", N_("A DMN file holds exactly one decision table (DMN 1.3)"))
            return None
        decision, table = decisions[0], tables[0]
        for element in self.root.iter(f"{{{DMN}}}*"):
            if namespace_and_name(element)[1] in {
                "businessKnowledgeModel",
                "context",
                "invocation",
                "functionDefinition",
            }:
                self.fault(element, "unknown_element", N_("Only a decision table is read"))
        if table.get("hitPolicy", "UNIQUE") != "UNIQUE":
            self.fault(table, "hit_policy", N_("The hit policy must be UNIQUE"))
        for part in table:
            if namespace_and_name(part)[1] not in _PARTS:
                self.fault(part, "unknown_element", N_("Only a decision table is read"))
        inputs = tuple(self.input_name(part) for part in self.parts(table, "input"))
        outputs = tuple(self.output_name(part) for part in self.parts(table, "output"))
        if not inputs or not outputs or len(inputs) + len(outputs) > MAX_COLUMNS:
            self.fault(
                table, "columns", N_("A table has inputs and outputs, at most {limit}"), limit=MAX_COLUMNS
            )
        for name in sorted({name for name in (*inputs, *outputs) if (*inputs, *outputs).count(name) > 1}):
            self.fault(table, "columns", N_("The column {name} is misnamed or given twice"), name=name)
        written = list(self.parts(table, "rule"))
        if not 1 <= len(written) <= MAX_ROWS:
            self.fault(table, "rows", N_("A table has between 1 and {limit} rows"), limit=MAX_ROWS)
        rules = tuple(
            self.rule(rule, index, inputs, outputs) for index, rule in enumerate(written[:MAX_ROWS], 1)
        )
        table_id = decision.get("id", "")
        return DecisionTable(table_id, decision.get("name") or table_id, sha256, inputs, outputs, rules)

    def rule(
        self, rule: etree._Element, index: int, inputs: tuple[str, ...], outputs: tuple[str, ...]
    ) -> _Rule:
        cells = [self.text(cell) for cell in self.parts(rule, "inputEntry")]
        results = [self.text(cell) for cell in self.parts(rule, "outputEntry")]
        if len(cells) != len(inputs) or len(results) != len(outputs):
            self.fault(rule, "columns", N_("Row {row} has another number of cells than the table"), row=index)
        tests = tuple(self.test(rule, index, cell) for cell in cells)
        values = {name: self.output(rule, index, text) for name, text in zip(outputs, results, strict=False)}
        notes = [self.text(note) for note in self.parts(rule, "annotationEntry")]
        notes += [(note.text or "").strip() for note in self.parts(rule, "description")]
        return _Rule(tests, Row(index, values, "; ".join(note for note in notes if note)), tuple(cells))

    def test(self, rule: etree._Element, index: int, cell: str) -> Test:
        try:
            return compile_test(cell or "-")
        except ExpressionError as fault:
            self.fault(
                rule,
                "bad_cell",
                N_("Row {row} has a cell that cannot be read: {cell}"),
                row=index,
                cell=cell[:80],
                position=fault.position,
            )
            return compile_test("-")

    def output(self, rule: etree._Element, index: int, cell: str) -> Scalar:
        try:
            value = read_literal(cell)
        except ExpressionError as fault:
            self.fault(
                rule,
                "bad_cell",
                N_("Row {row} has a cell that cannot be read: {cell}"),
                row=index,
                cell=cell[:80],
                position=fault.position,
            )
            return None
        if value is None or isinstance(value, (str, bool, int)):
            return value
        self.fault(rule, "bad_cell", N_("Row {row} gives a fraction: {cell}"), row=index, cell=cell[:80])
        return None

    def input_name(self, part: etree._Element) -> str:
        expressions = list(self.parts(part, "inputExpression"))
        return self.column(part, self.text(expressions[0]) if len(expressions) == 1 else "")

    def output_name(self, part: etree._Element) -> str:
        return self.column(part, part.get("name") or "")

    def column(self, part: etree._Element, name: str) -> str:
        if not name.replace("_", "a").replace(".", "a").isalnum() or not name.isascii() or name[0].isdigit():
            self.fault(part, "columns", N_("The column {name} is misnamed or given twice"), name=name)
        return name

    def parts(self, element: etree._Element, name: str) -> Iterator[etree._Element]:
        return element.iterfind(f"{{{DMN}}}{name}")

    def text(self, cell: etree._Element) -> str:
        return "".join((part.text or "") for part in self.parts(cell, "text")).strip()

    def fault(self, node: etree._Element, rule: str, message: str, **values: object) -> None:
        self.findings.error(line_of(node), node.get("id", ""), rule, message, **values)
