"""Conditions, forms and decision tables as rows: there and back again, and what is told of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraf.engine.condition_rows import (
    OPERATORS,
    ConditionRow,
    read_value,
    rows_of,
    text_of,
    with_values,
    written,
)
from paraf.engine.decision_table import read_table
from paraf.engine.expressions import compile_condition
from paraf.engine.sheet_checks import check_sheet
from paraf.engine.table_sheet import (
    SheetColumn,
    SheetRow,
    TableSheet,
    cell_of,
    chosen_values,
    read_sheet,
    with_column,
    with_column_moved,
    with_row,
    with_row_moved,
    write_sheet,
)  # fmt: skip
from paraf.forms import check_schema
from paraf.forms.field_rows import (
    KINDS,
    PLAIN,
    FieldRow,
    FormSheet,
    choices_of,
    choices_text,
    faults_of,
    sheet_of,
    text_of_sheet,
)  # fmt: skip
from workshop_table.routes import KEYS, WORKFLOWS, shipped

# --- conditions -----------------------------------------------------------------------------------

NAMES = st.sampled_from(["submit_usulan.outcome", "option.paraf", "naskah_complete.round", "a.b"])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
VALUES = st.one_of(st.booleans(), st.integers(-999, 999), WORDS, st.none())


@st.composite
def rows(draw: st.DrawFn) -> tuple[ConditionRow, ...]:
    found = []
    for n in range(draw(st.integers(1, 4))):
        operator = draw(st.sampled_from(OPERATORS))
        values = draw(st.lists(VALUES, min_size=1, max_size=3 if "in" in operator else 1))
        joined = "or" if n == 0 else draw(st.sampled_from(["and", "or"]))
        found.append(ConditionRow(draw(NAMES), operator, tuple(values), joined))
    return tuple(found)


@settings(max_examples=100, deadline=None)
@given(rows())
def test_rows_become_a_condition_that_reads_back_as_the_rows(chosen: tuple[ConditionRow, ...]) -> None:
    text = text_of(chosen)
    condition = compile_condition(text)
    assert rows_of(text) == chosen
    assert compile_condition(written(condition.node)).node == condition.node


@pytest.mark.parametrize("key", KEYS)
def test_every_condition_of_a_shipped_route_can_be_said_in_rows_or_stays_text(key: str) -> None:
    for flow in shipped(key).flows.values():
        if flow.condition:
            node = compile_condition(flow.condition).node
            assert compile_condition(written(node)).node == node
            found = rows_of(flow.condition)
            if found is not None and "not(" not in flow.condition:
                assert compile_condition(text_of(found)).names == compile_condition(flow.condition).names


def test_what_rows_cannot_say_is_left_to_the_text() -> None:
    assert rows_of("(a.b = 1 or a.b = 2) and c.d = 3") is None
    assert rows_of("not(a.b = 1 and c.d = 2)") is None
    assert rows_of("a.b = ") is None
    assert with_values("a.b = ", "a.b", {"x": "y"}) == "a.b = "
    assert with_values('a.b = "x" or c.d = "x"', "a.b", {"x": "y"}) == 'a.b = "y" or c.d = "x"'


def test_values_are_read_as_their_kind() -> None:
    assert [read_value(text, "boolean") for text in ("ya", "Tidak", "TRUE", "")] == [True, False, True, None]
    assert [read_value(text, "number") for text in ("3", "-2", "tiga")] == [3, -2, "tiga"]
    assert read_value("9" * 5_000, "any") == "9" * 5_000
    assert [read_value(text, "text") for text in ("ya", "3", '"kutipan"')] == ["ya", "3", "kutipan"]


# --- forms ----------------------------------------------------------------------------------------

FORMS = sorted((WORKFLOWS / "forms").glob("*.json"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_shipped_form_through_its_rows_is_the_same_to_the_letter(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    sheet = sheet_of(text)
    assert sheet is not None and faults_of(sheet) == {}
    assert text_of_sheet(sheet) == text


FIELD_NAMES = st.from_regex(re.compile(r"[a-z][a-z0-9_]{0,8}", re.ASCII), fullmatch=True)
TITLES = st.text(st.characters(categories=["L", "Nd", "P"]), min_size=1, max_size=20)
CHOICES = st.dictionaries(FIELD_NAMES, TITLES, min_size=1, max_size=3).map(lambda d: tuple(d.items()))


@st.composite
def field_rows(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> FieldRow:
    kind = draw(st.sampled_from(kinds))
    nested = kind in {"rows", "group"}
    parts = (
        draw(st.lists(field_rows(PLAIN), min_size=1, max_size=2, unique_by=lambda r: r.name))
        if nested
        else []
    )
    return FieldRow(
        draw(FIELD_NAMES), draw(TITLES), kind, draw(st.sampled_from(["", "Bantuan."])), draw(st.booleans()),
        kinds != PLAIN and kind in PLAIN and draw(st.booleans()),
        draw(CHOICES) if kind in {"choice", "choices"} else (), tuple(parts),
    )  # fmt: skip


def said(row: FieldRow) -> FieldRow:
    return replace(row, more=None, parts=tuple(said(part) for part in row.parts))


@settings(max_examples=50, deadline=None)
@given(st.lists(field_rows(), min_size=1, max_size=4, unique_by=lambda row: row.name), TITLES)
def test_any_rows_make_a_form_that_reads_back_as_the_rows(found: list[FieldRow], title: str) -> None:
    sheet = FormSheet(title, "", tuple(found))
    assert faults_of(sheet) == {}
    text = text_of_sheet(sheet)
    assert check_schema(json.loads(text)) == []
    again = sheet_of(text)
    assert again is not None
    assert tuple(said(row) for row in again.rows) == tuple(said(row) for row in sheet.rows)
    assert text_of_sheet(again) == text


def test_what_is_wrong_with_a_form_is_told_at_its_field() -> None:
    inner = FieldRow("A", "", "rows", parts=(FieldRow("x", "X", "rows"),))
    sheet = FormSheet("", "", (FieldRow("a", "Satu", "choice"), FieldRow("a", "Dua", "text"), inner))
    assert set(faults_of(sheet)) == {
        "title", "0.name", "0.choices", "1.name", "2.name", "2.title", "2.parts.0.kind", "2.parts.0.parts",
    }  # fmt: skip
    assert sheet_of("{") is None and sheet_of('{"type": "object", "additionalProperties": false}') is not None


@given(CHOICES)
def test_choices_are_typed_one_a_line(choices: tuple[tuple[str, str], ...]) -> None:
    if all("=" not in label for _, label in choices):
        assert choices_of(choices_text(choices)) == choices


# --- decision tables ------------------------------------------------------------------------------


def choose_route() -> TableSheet:
    sheet, findings = read_sheet((WORKFLOWS / "decisions" / "choose_route.dmn").read_bytes())
    assert sheet is not None and findings == () and check_sheet(sheet) == ()
    return sheet


def rules(findings: tuple[object, ...]) -> list[tuple[str, str]]:
    return [(f.rule, f.element) for f in findings]  # type: ignore[attr-defined]


def test_the_shipped_table_is_written_back_to_decide_the_same() -> None:
    content = (WORKFLOWS / "decisions" / "choose_route.dmn").read_bytes()
    sheet = choose_route()
    again = write_sheet(sheet)
    assert read_sheet(again) == (sheet, ())
    before, after = read_table(content), read_table(again)
    assert (before.id, before.name, before.rows) == (after.id, after.name, after.rows)
    assert again.decode().split(">", 2)[2] == content.decode().split(">", 2)[2], (
        "only the head is wrapped otherwise"
    )


def test_two_rows_for_one_case_are_an_error_and_a_case_without_a_row_a_warning() -> None:
    sheet = choose_route()
    assert rules(check_sheet(with_row(sheet, 99, sheet.rows[0]))) == [("overlap", "15")]
    gaps = check_sheet(with_row(sheet, 0, None))
    assert {finding.rule for finding in gaps} == {"gap"} and len(gaps) == 2
    odd = with_row(sheet, 0, replace(sheet.rows[0], cells=('"mikra"', "-", '"eselon_ii_line"')))
    assert ("unknown_value", "1") in rules(check_sheet(odd))


def test_numbers_and_open_lists_are_compared_by_what_can_make_a_difference() -> None:
    columns = (SheetColumn("value.amount", "Nilai", "number"), SheetColumn("kind.of", "Jenis"))
    result = (SheetColumn("to", "Kepada"),)

    def table(*cells: tuple[str, str]) -> TableSheet:
        rows = tuple(SheetRow(cell, (f'"{n}"',)) for n, cell in enumerate(cells))
        return TableSheet("batas", "Batas", "", columns, result, rows)

    assert check_sheet(table(("< 10", "-"), (">= 10", "-"))) == ()
    assert rules(check_sheet(table(("<= 10", "-"), (">= 10", '"a"')))) == [("overlap", "2")]
    assert check_sheet(table(("-", '"a"'), ("-", 'not("a")'))) == ()
    assert rules(check_sheet(table(("-", '"a"'), ("-", 'not("b")')))) == [("overlap", "2")]


def test_a_value_that_is_not_of_its_column_is_told_at_its_row() -> None:
    columns = (SheetColumn("a.n", "Jumlah", "number"), SheetColumn("a.b", "Lengkap", "boolean"))
    results = (SheetColumn("to", "Kepada"), SheetColumn("days", "Hari", "number", (3, 5)))
    rows = (
        SheetRow(('"tiga"', "true"), ('"sekjen"', "3")),
        SheetRow(("< 3", "1"), ("true", "4")),
        SheetRow((">= 3", "false"), ("null", "null")),
    )
    sheet = TableSheet("uji", "Uji", "", columns, results, rows)
    found = {(f.element, f.rule, str(f.values["column"])) for f in check_sheet(sheet) if "column" in f.values}
    assert found == {
        ("1", "wrong_type", "Jumlah"),
        ("2", "wrong_type", "Lengkap"), ("2", "wrong_type", "Kepada"), ("2", "unknown_value", "Hari"),
    }  # fmt: skip


def test_columns_come_move_and_go_with_their_cells() -> None:
    sheet = choose_route()
    urgent = SheetColumn("option.urgent", "Mendesak", "boolean")
    wider = with_column(sheet, "inputs", 99, urgent)
    assert {row.cells[3] for row in wider.rows} == {"-"} and read_table(write_sheet(wider)).inputs[
        3
    ] == urgent.name
    first = with_column_moved(wider, "inputs", 3, True)
    assert [one.name for one in first.inputs[2:]] == ["option.urgent", "proposer_unit_kind"]
    assert first.rows[0].cells == ('"mikro"', "-", "-", '"eselon_ii_line"')
    assert with_column_moved(first, "inputs", 2, False) == wider
    assert with_column_moved(sheet, "outputs", 0, True) == sheet == with_column(wider, "inputs", 3, None)
    given = with_column(sheet, "outputs", 99, SheetColumn("days", "Hari", "number"))
    assert {row.results[-1] for row in given.rows} == {"null"} and with_column(
        given, "outputs", 6, None
    ) == sheet
    named = with_column(sheet, "outputs", 0, replace(sheet.outputs[0], label="Alur"))
    assert named.rows == sheet.rows and named.outputs[0].label == "Alur"


def test_a_table_with_another_hit_policy_is_kept_as_it_is_until_it_is_made_unique() -> None:
    first = replace(choose_route(), policy="FIRST")
    again, findings = read_sheet(write_sheet(first))
    assert again == first and rules(findings) == [("hit_policy", "choose_route_table")]


def test_a_table_too_large_to_compare_is_answered_at_once() -> None:
    columns = tuple(SheetColumn(f"a.c{n}", f"Kolom {n}", "number") for n in range(6))
    rows = tuple(SheetRow(tuple(f"{n}, {n + 1000}, {n + 5000}" for _ in columns), ("1",)) for n in range(130))
    sheet = TableSheet("besar", "Besar", "", columns, (SheetColumn("to", "Kepada", "number"),), rows)
    assert rules(check_sheet(sheet)) == [("not_compared", "")]


def test_words_of_a_table_cannot_break_out_of_their_place() -> None:
    sheet = choose_route()
    nasty = '"><x y="&amp;<!--'
    worded = replace(
        sheet,
        name=nasty,
        documentation="a < b & c",
        outputs=(replace(sheet.outputs[0], label=nasty), *sheet.outputs[1:]),
    )
    again, findings = read_sheet(write_sheet(worded))
    assert again == worded and findings == ()


def test_rows_are_moved_and_cells_list_values() -> None:
    sheet = choose_route()
    moved = with_row_moved(sheet, 3, True)
    assert moved.rows[2] == sheet.rows[3] and with_row_moved(moved, 2, False) == sheet
    assert with_row_moved(sheet, 0, True) == sheet
    assert chosen_values(cell_of(["a", "b"])) == ("a", "b") and chosen_values("-") == ()
    assert chosen_values("> 3") is None and chosen_values("not(1)") is None and chosen_values("((") is None


@pytest.mark.parametrize("content", [b"", b"<x/>", b"<!DOCTYPE x><x/>", b"\xff", b"<definitions/>"])
def test_what_is_no_table_has_findings_and_no_sheet(content: bytes) -> None:
    sheet, findings = read_sheet(content)
    assert sheet is None and findings
