"""Conditions on the flows of a route: a small subset of FEEL, compiled once to closures.

Knows literals, `name.name`, comparisons, `in`, `and`, `or` and `not()`; must not know routes, cases
or where values come from. Text never reaches Python's own evaluator: it is parsed by the grammar
below, bounded in length, nodes and depth, and turned into nested closures.

Truth has three values as in FEEL: a missing name is null, a comparison that makes no sense is
null, and a flow is taken only when its condition is `True`.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from paraf.domain.route import Scalar
from paraf.language import N_

MAX_LENGTH: Final = 1000
MAX_NODES: Final = 200
MAX_DEPTH: Final = 25

Value = str | int | bool | Decimal | None
Scope = Mapping[str, Mapping[str, Scalar]] | Mapping[str, Mapping[str, Value]]
Closure = Callable[[Scope], Value]
# ("value", v) | ("name", "a.b") | ("and"|"or", n...) | ("not", n) | (op, left, right) | ("in", left, values)
Node = tuple[object, ...]

GRAMMAR: Final = r"""
    condition: either
    tests: "-" -> any_value
         | test ("," test)* -> any_of
         | NOT "(" test ("," test)* ")" -> none_of
    output: literal
    test: literal | OPERATOR literal -> compare

    either: both (OR both)*
    both: claim (AND claim)*
    claim: term
         | term OPERATOR term -> compared
         | term IN "(" literal ("," literal)* ")" -> listed
    ?term: literal | PATH -> name | NOT "(" either ")" -> negated | "(" either ")" -> grouped
    literal: STRING | NUMBER | TRUE | FALSE | NULL

    OPERATOR: "!=" | "<=" | ">=" | "=" | "<" | ">"
    AND.2: /and\b/
    OR.2: /or\b/
    NOT.2: /not\b/
    IN.2: /in\b/
    TRUE.2: /true\b/
    FALSE.2: /false\b/
    NULL.2: /null\b/
    PATH: /[A-Za-z_][A-Za-z0-9_]{0,99}\.[A-Za-z_][A-Za-z0-9_]{0,99}(?![A-Za-z0-9_.])/
    NUMBER: /-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?(?![0-9A-Za-z_.])/
    STRING: /"([^"\\\x00-\x1f]|\\["\\])*"/
    %ignore /[ \t\r\n]+/
"""
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARSER: Final = Lark(
    GRAMMAR, parser="lalr", start=["condition", "tests", "output"], maybe_placeholders=False
)


class ExpressionError(ValueError):
    """A text that is no condition. `message` is a msgid, `position` the offset of the fault."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(f"{message} ({position})")
        self.message = message
        self.position = position


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A compiled text. Calling it with {"element": {"field": value}} gives its value; a flow is
    taken when that value `is True`. `names` are the dotted names it reads."""

    text: str
    names: frozenset[str]
    node: Node
    _run: Closure

    def __call__(self, scope: Scope) -> Value:
        return self._run(scope)

    def literals(self) -> Iterator[tuple[str, str, Value]]:
        """Every (name, operator, literal) that a name is compared with; "in" gives one per member."""
        yield from _compared_literals(self.node)


def compile_condition(text: str) -> Condition:
    """Read a condition. Raises ExpressionError with the position of the first fault."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(N_("The condition is too long"), MAX_LENGTH)
    return _compiled(text)


@functools.lru_cache(maxsize=4096)
def _compiled(text: str) -> Condition:
    node = _node(_parse(text, "condition"), itertools.count(1), 0)
    return Condition(text, frozenset(_names(node)), node, _closure(node))


def _parse(text: str, start: str) -> Tree[Token]:
    _refuse_deep(text)
    try:
        return _PARSER.parse(text, start=start)
    except UnexpectedInput as fault:
        raise ExpressionError(N_("The condition cannot be read"), _position(fault, len(text))) from None


def _position(fault: Any, end: int) -> int:
    found = fault.pos_in_stream
    return found if isinstance(found, int) and found >= 0 else end


def _refuse_deep(text: str) -> None:
    depth = 0
    for position, letter in enumerate(_QUOTED.sub(lambda found: "_" * len(found.group()), text)):
        depth += (letter == "(") - (letter == ")")
        if depth > MAX_DEPTH:
            raise ExpressionError(N_("The condition is nested too deeply"), position)


def literal_value(token: Token | str) -> Value:
    """The value a literal of the grammar stands for."""
    text = str(token)
    if text.startswith('"'):
        return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    words: dict[str, Value] = {"true": True, "false": False, "null": None}
    if text in words:
        return words[text]
    return Decimal(text) if "." in text else int(text)


def _node(tree: Tree[Token], counter: Iterator[int], depth: int) -> Node:
    if next(counter) > MAX_NODES:
        raise ExpressionError(N_("The condition has too many parts"), 0)
    parts = [
        part
        for part in tree.children
        if isinstance(part, Tree) or part.type not in {"AND", "OR", "NOT", "IN"}
    ]

    def inner(part: Tree[Token] | Token) -> Node:
        return _node(cast("Tree[Token]", part), counter, depth + 1)

    match tree.data:
        case "either" | "both" if len(parts) > 1:
            return ("or" if tree.data == "either" else "and", *(inner(part) for part in parts))
        case "condition" | "either" | "both" | "claim" | "grouped":
            return inner(parts[0])
        case "negated":
            return ("not", inner(parts[0]))
        case "compared":
            return (str(parts[1]), inner(parts[0]), inner(parts[2]))
        case "listed":
            return ("in", inner(parts[0]), tuple(inner(part)[1] for part in parts[1:]))
        case "name":
            return ("name", str(parts[0]))
        case _:
            return ("value", literal_value(cast("Token", parts[0])))


def _names(node: Node) -> Iterator[str]:
    match node:
        case ("name", name):
            yield str(name)
        case ("in", subject, _):
            yield from _names(subject)  # type: ignore[arg-type]
        case ("value", _):
            return
        case (_, *parts):
            for part in parts:
                yield from _names(part)  # type: ignore[arg-type]


def _compared_literals(node: Node) -> Iterator[tuple[str, str, Value]]:
    match node:
        case ("name", str(name)):
            yield name, "=", True
        case ("in", ("name", str(name)), tuple(values)):
            for value in values:
                yield name, "in", value
        case (("=" | "!=" | "<" | "<=" | ">" | ">=") as operator, ("name", str(name)), ("value", value)):
            yield name, str(operator), value  # type: ignore[misc]
        case (("=" | "!=" | "<" | "<=" | ">" | ">=") as operator, ("value", value), ("name", str(name))):
            yield name, _MIRRORED[str(operator)], value  # type: ignore[misc]
        case (("and" | "or" | "not"), *parts):
            for part in parts:
                yield from _compared_literals(part)  # type: ignore[arg-type]


_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def same(left: Value, right: Value) -> bool:
    """FEEL equality: a boolean is no number, a text is no number, null equals null only."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(left, str) and isinstance(right, str) and left == right
    return left == right


def ordered(operator: str, left: Value, right: Value) -> bool | None:
    """`<`, `<=`, `>`, `>=` between two numbers or two texts; anything else is null."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return None
    if isinstance(left, str) != isinstance(right, str):
        return None
    below = left < right  # type: ignore[operator]
    if operator == "<":
        return below
    if operator == ">=":
        return not below
    above = left > right  # type: ignore[operator]
    return above if operator == ">" else not above


def _closure(node: Node) -> Closure:
    match node[0]:
        case "value":
            value: Value = node[1]  # type: ignore[assignment]
            return lambda scope: value
        case "name":
            head, _, tail = str(node[1]).partition(".")

            def read(scope: Scope) -> Value:
                found = scope.get(head)
                return None if found is None else found.get(tail)

            return read
        case "and" | "or":
            return _connected([_closure(part) for part in node[1:]], node[0] == "or")  # type: ignore[arg-type]
        case "not":
            inner = _closure(node[1])  # type: ignore[arg-type]

            def negate(scope: Scope) -> Value:
                found = inner(scope)
                return not found if isinstance(found, bool) else None

            return negate
        case "in":
            subject = _closure(node[1])  # type: ignore[arg-type]
            members: tuple[Value, ...] = node[2]  # type: ignore[assignment]

            def listed(scope: Scope) -> Value:
                value = subject(scope)
                return any(same(value, member) for member in members)

            return listed
    operator, left, right = str(node[0]), _closure(node[1]), _closure(node[2])  # type: ignore[arg-type]
    if operator == "=":
        return lambda scope: same(left(scope), right(scope))
    if operator == "!=":
        return lambda scope: not same(left(scope), right(scope))
    return lambda scope: ordered(operator, left(scope), right(scope))


def _connected(parts: list[Closure], decides: bool) -> Closure:
    def connect(scope: Scope) -> Value:
        clear = True
        for part in parts:
            found = part(scope)
            if found is decides:
                return decides
            clear = clear and isinstance(found, bool)
        return (not decides) if clear else None

    return connect


Test = Callable[[Value], bool]


@functools.lru_cache(maxsize=4096)
def compile_test(text: str) -> Test:
    """Read one cell of a decision table: `-`, literals, comparisons, comma lists, `not(...)`.
    Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(N_("The cell is too long"), MAX_LENGTH)
    tree = _parse(text.strip(), "tests")
    if tree.data == "any_value":
        return lambda value: True
    tests = [_test(part) for part in tree.children if isinstance(part, Tree)]
    if len(tests) > MAX_NODES:
        raise ExpressionError(N_("The cell has too many parts"), 0)
    if tree.data == "none_of":
        return lambda value: not any(test(value) for test in tests)
    return lambda value: any(test(value) for test in tests)


def comparisons(text: str) -> tuple[bool, tuple[tuple[str, Value], ...]]:
    """What a cell compares with: whether the whole is negated, and (operator, value) each; none for
    "-". Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(N_("The cell is too long"), MAX_LENGTH)
    tree = _parse(text.strip(), "tests")
    tests = [part for part in tree.children if isinstance(part, Tree)]
    found = tuple(
        (str(part.children[0]) if part.data == "compare" else "=", _literal_in(part.children[-1]))
        for part in tests
    )
    return tree.data == "none_of", found


def _test(tree: Tree[Token]) -> Test:
    literal = tree.children[-1]
    expected = _literal_in(literal)
    operator = str(tree.children[0]) if tree.data == "compare" else "="
    if operator == "=":
        return lambda value: same(value, expected)
    if operator == "!=":
        return lambda value: not same(value, expected)
    return lambda value: ordered(operator, value, expected) is True


def read_literal(text: str) -> Value:
    """The value of a single literal. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(N_("The cell is too long"), MAX_LENGTH)
    return _literal_in(_parse(text.strip(), "output").children[0])


def _literal_in(tree: Tree[Token] | Token) -> Value:
    return literal_value(cast("Token", cast("Tree[Token]", tree).children[0]))
