"""Conditions without code: rows of name, comparison and value, and the text they stand for.

Knows how a condition is put together and taken apart; must not know which names a route has
(`step_ways.py`) or who chooses them. What rows cannot say stays text: `rows_of` gives None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from paraf.engine.expressions import ExpressionError, Node, Value, compile_condition

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "not in")
_TIGHT = {"or": 0, "and": 1}


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One claim: `name` is dotted ("submit_usulan.outcome"), `values` has one member but for "in" and
    "not in". `joined` is "and" or "or" to the row before; "and" binds tighter, as when read aloud."""

    name: str
    operator: str
    values: tuple[Value, ...]
    joined: str = "and"


def rows_of(text: str) -> tuple[ConditionRow, ...] | None:
    """The rows a condition stands for; None when it is nested deeper than rows go, or is no
    condition at all."""
    try:
        node = compile_condition(text).node
    except ExpressionError:
        return None
    rows: list[ConditionRow] = []
    for part in _parts(node, "or"):
        for n, claim in enumerate(_parts(part, "and")):
            row = _row(claim, "and" if n else "or")
            if row is None:
                return None
            rows.append(row)
    return tuple(rows)


def text_of(rows: Sequence[ConditionRow]) -> str:
    """The condition that rows stand for; "" for none."""
    pieces: list[str] = []
    for n, row in enumerate(rows):
        pieces += [row.joined] if n else []
        pieces.append(_claim(row))
    return " ".join(pieces)


def written(node: Node) -> str:
    """The text of a compiled condition, with no more brackets than it needs."""
    return _written(node, 0)


def literal(value: Value) -> str:
    """A value as a condition writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def with_values(text: str, name: str, change: Mapping[Value, Value]) -> str:
    """The condition with what `name` is compared with exchanged (a step that another took the place
    of); the very text when nothing is."""

    def exchange(node: Node) -> Node:
        match node:
            case ("in", ("name", str(found)), tuple(values)) if found == name:
                return ("in", node[1], tuple(change.get(value, value) for value in values))
            case (str(operator), ("name", str(found)), ("value", value)) if found == name:
                new = change.get(cast("Value", value), cast("Value", value))
                return (operator, node[1], ("value", new))
        return node

    return _changed(text, exchange)


def without_claims(text: str, names: Callable[[str], bool]) -> str | None:
    """The condition without the claims about names that are gone; None when nothing is left."""
    node = compile_condition(text).node
    ways = []
    for way in _parts(node, "or"):
        claims = [claim for claim in _parts(way, "and") if not any(names(n) for n in names_in(claim))]
        if claims:
            ways.append(_together("and", claims))
    return written(_together("or", ways)) if ways else None


def names_in(node: Node) -> set[str]:
    """The dotted names below a node."""
    if node[0] == "name":
        return {str(node[1])}
    return {
        name for part in node[1:] if isinstance(part, tuple) and node[0] != "value" for name in _named(part)
    }


def _named(part: tuple[object, ...]) -> set[str]:
    return names_in(part) if part and isinstance(part[0], str) else set()


def _together(word: str, nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else (word, *nodes)


def parts_of(node: Node, word: str) -> tuple[Node, ...]:
    """What "and" or "or" joins at the top of a condition; the node itself when nothing is joined."""
    return _parts(node, word)


def _parts(node: Node, word: str) -> tuple[Node, ...]:
    if node[0] != word:
        return (node,)
    parts = cast("tuple[Node, ...]", node[1:])
    return tuple(inner for part in parts for inner in _parts(part, word))


def _row(node: Node, joined: str) -> ConditionRow | None:
    match node:
        case ("name", str(name)):
            return ConditionRow(name, "=", (True,), joined)
        case ("not", ("name", str(name))):
            return ConditionRow(name, "=", (False,), joined)
        case ("in", ("name", str(name)), tuple(values)):
            return ConditionRow(name, "in", values, joined)
        case ("not", ("in", ("name", str(name)), tuple(values))):
            return ConditionRow(name, "not in", values, joined)
        case (("=" | "!=" | "<" | "<=" | ">" | ">=") as operator, ("name", str(name)), ("value", value)):
            return ConditionRow(name, str(operator), (cast("Value", value),), joined)
    return None


def _claim(row: ConditionRow) -> str:
    if row.operator in {"in", "not in"}:
        listed = f"{row.name} in ({', '.join(literal(value) for value in row.values)})"
        return f"not({listed})" if row.operator == "not in" else listed
    return f"{row.name} {row.operator} {literal(row.values[0])}"


def _written(node: Node, tight: int) -> str:
    match node:
        case ("name", str(name)):
            return name
        case ("value", value):
            return literal(cast("Value", value))
        case ("not", inner):
            return f"not({_written(cast('Node', inner), 0)})"
        case ("in", subject, tuple(values)):
            return (
                f"{_written(cast('Node', subject), 2)} in ({', '.join(literal(value) for value in values)})"
            )
        case (("and" | "or") as word, *parts):
            own = _TIGHT[str(word)]
            text = f" {word} ".join(_written(cast("Node", part), own + 1) for part in parts)
            return f"({text})" if own < tight else text
        case (operator, left, right):
            return f"{_written(cast('Node', left), 2)} {operator} {_written(cast('Node', right), 2)}"
    raise ValueError(f"no condition: {node!r}")


def _changed(text: str, exchange: Callable[[Node], Node]) -> str:
    def walk(node: Node) -> Node:
        if node[0] in {"and", "or", "not"}:
            return (node[0], *(walk(cast("Node", part)) for part in node[1:]))
        return exchange(node)

    try:
        node = compile_condition(text).node
    except ExpressionError:
        return text
    changed = walk(node)
    return text if changed == node else written(changed)


def read_value(text: str, kind: str) -> Value:
    """What a person typed as a value of this kind ("boolean", "number", "text" or "any"): yes and no
    in either language, whole numbers, anything else as text; nothing at all is null."""
    typed = text.strip()
    if not typed:
        return None
    if kind in {"boolean", "any"} and typed.lower() in _WORDS:
        return _WORDS[typed.lower()]
    if kind in {"number", "any"} and _WHOLE.fullmatch(typed):
        return int(typed)
    if kind == "number":
        try:
            return Decimal(typed)
        except ArithmeticError:
            return typed
    return typed.removeprefix('"').removesuffix('"')


_WHOLE = re.compile(r"-?[0-9]{1,1000}")
_WORDS = {"ya": True, "yes": True, "true": True, "tidak": False, "no": False, "false": False}
