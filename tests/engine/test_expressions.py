"""Conditions: the FEEL subset means what FEEL means, and nothing else can be said in it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from paraf.engine.expressions import ExpressionError, compile_condition, compile_test, read_literal
from paraf.engine.token_words import is_true

SCOPE: dict[str, dict[str, Any]] = {
    "sign": {"outcome": "sign", "round": 3, "urgent": True, "note": None, 'text"': "x"},
    "option": {"allow_reject": False},
    "case": {"kind": "mikro", "zero": 0},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('sign.outcome = "sign"', True),
        ('sign.outcome != "sign"', False),
        ('"sign" = sign.outcome', True),
        ("sign.round > 2 and sign.round <= 3", True),
        ("sign.round = 3.0", True),
        ("sign.urgent", True),
        ("sign.urgent = 1", False),
        ("not(option.allow_reject)", True),
        ('case.kind in ("makro", "mikro")', True),
        ("case.zero in (false, null)", False),
        ("nobody.knows", None),
        ("nobody.knows = null", True),
        ("nobody.knows < 3", None),
        ("not(nobody.knows)", None),
        ("sign.round < \"4\"", None),
        ("nobody.knows and false", False),
        ("nobody.knows or sign.urgent", True),
        ("false or nobody.knows", None),
        ('(sign.outcome = "return" or sign.urgent) and not(sign.round = 1)', True),
        ('sign.outcome in ("name", "in", "value")', False),
        (r'case.kind = "a \"b\" \\ c"', False),
    ],
)  # fmt: skip
def test_what_a_condition_says(text: str, value: object) -> None:
    assert compile_condition(text)(SCOPE) is value
    assert is_true(text, SCOPE) is (value is True), "the token game reads it otherwise"


def test_a_condition_names_what_it_reads() -> None:
    condition = compile_condition('a.outcome in ("x", "b.c") and not(d.e) or "f.g" = h.i')
    assert condition.names == {"a.outcome", "d.e", "h.i"}


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("sign", 0),
        ("sign.outcome = ", 13),
        ("sign.outcome == 1", 14),
        ("a.b.c = 1", 0),
        ("a.b + 1 > 2", 4),
        ("len(a.b)", 0),
        ("a.b = 1; a.c", 7),
        ('__import__("os").system("id")', 0),
        ("a.b in ()", 8),
        ("a.b in (a.c)", 8),
        ("a.__class__.__mro__", 0),
        ('a.b = "open', 6),
        ("a.b = 'x'", 6),
        ("lambda: 1", 0),
        ("a.b if a.c else a.d", 4),
        ("a.b = 1e9", 6),
        ("a.b = 0x10", 6),
        ("[x for x in a.b]", 0),
        ("not a.b", 4),
    ],
)
def test_nothing_else_can_be_said(text: str, position: int) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compile_condition(text)
    assert refusal.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "a.b = 1 or " * 90 + "a.b = 1",
        "(" * 26 + "a.b" + ")" * 26,
        "not(" * 26 + "a.b" + ")" * 26,
        " or ".join(["a.b"] * 220),
        "a.b in (" + ",".join(["1"] * 210) + ")",
        "(" * 500,
        ")" * 900,
        '"' * 999,
    ],
)
def test_size_is_bounded_and_refused_without_a_search(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(ExpressionError):
        compile_condition(text)
    assert time.process_time() - begun < 5


@given(some.text(alphabet='ab.()"=!<>,andornotin 01-\\\n', max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_condition_or_a_clear_refusal(text: str) -> None:
    try:
        condition = compile_condition(text)
    except ExpressionError as refusal:
        assert 0 <= refusal.position <= len(text)
    else:
        assert condition({}) in (True, False, None) or isinstance(condition({}), (str, int)) or condition({})


@pytest.mark.parametrize(
    ("cell", "fits", "fails"),
    [
        ("-", ["x", None, 3], []),
        ('"pusat"', ["pusat"], ["perwakilan", None]),
        ('"a", "b"', ["a", "b"], ["c", None]),
        ('not("a", "b")', ["c", None], ["a"]),
        (">= 3", [3, 4], [2, None, "4", True]),
        ("< 3, > 9", [2, 10], [5]),
        ("true", [True], [False, 1, None]),
        ("null", [None], ["", 0]),
    ],
)
def test_cells_of_a_decision_table(cell: str, fits: list[Any], fails: list[Any]) -> None:
    test = compile_test(cell)
    assert [value for value in fits if not test(value)] == []
    assert [value for value in fails if test(value)] == []


def test_a_literal_alone() -> None:
    assert read_literal(' "sop_mikro_pusat" ') == "sop_mikro_pusat"
    assert read_literal("12") == 12
    with pytest.raises(ExpressionError):
        read_literal("1 + 1")
