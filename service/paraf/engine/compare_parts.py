"""Forms and decision tables of two versions laid side by side, field by field and row by row.

Knows JSON Schemas of forms and DMN tables as text; must not know routes or databases. A part that
cannot be read is compared as a whole: a difference is never lost.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from paraf.domain.route_changes import ADDED, CHANGED, REMOVED, Change
from paraf.engine.decision_table import DecisionTable, read_table
from paraf.errors import BrokenRoute

_ASPECTS: dict[str, tuple[str, ...]] = {
    "label": ("title",),
    "documentation": ("description",),
    "type": ("type", "format", "x-multiline"),
    "choices": ("enum", "x-labels"),
    "limits": ("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"),
    "value": ("default",),
    "engine": ("x-engine",),
}


def compare_parts(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Every difference between two sets of forms (JSON) or tables (DMN), each name -> text."""
    changes: list[Change] = []
    for name in [*after, *(gone for gone in before if gone not in after)]:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        text = new if new is not None else old or ""
        group = "table" if text.lstrip("\ufeff \t\r\n").startswith("<") else "form"
        where = f"{group}s/{name}"
        if old is None or new is None:
            changes.append(Change(ADDED if old is None else REMOVED, where, group, None, None, name))
            continue
        found = list(_tables(where, name, old, new) if group == "table" else _forms(where, name, old, new))
        changes += found
    return tuple(changes)


def _whole(where: str, name: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Change(CHANGED, where, "content", None, None, name)


# --- forms ----------------------------------------------------------------------------------------


def _forms(where: str, name: str, old: str, new: str) -> Iterator[Change]:
    before, after = _schema(old), _schema(new)
    if before is None or after is None:
        yield from _whole(where, name, old, new)
        return
    found = list(_fields(where, name, before, after))
    yield from found
    if not found and before != after:
        yield from _whole(where, name, old, new)


def _schema(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("properties", {}), dict) else None


def _fields(where: str, name: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    yield from _aspects(where, name, before, after)
    old, new = before.get("properties", {}), after.get("properties", {})
    for field in [*new, *(gone for gone in old if gone not in new)]:
        words = f"{name}: {field}"
        if field not in old or field not in new:
            kind = ADDED if field not in old else REMOVED
            told = _title(new.get(field, old.get(field)), field)
            was, now = (None, told) if kind == ADDED else (told, None)
            yield Change(kind, where, "field", was, now, name)
            continue
        due, still_due = field in _list(before, "required"), field in _list(after, "required")
        if due != still_due:
            yield Change(CHANGED, where, "required", _json(due), _json(still_due), words)
        if old[field] != new[field]:
            yield from _field(where, words, old[field], new[field])
    kept, now_kept = [f for f in old if f in new], [f for f in new if f in old]
    if kept != now_kept:
        yield Change(CHANGED, where, "order", ", ".join(kept), ", ".join(now_kept), name)


def _field(where: str, words: str, old: object, new: object) -> Iterator[Change]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield Change(CHANGED, where, "content", _json(old), _json(new), words)
        return
    found = list(_aspects(where, words, old, new))
    rest = {key for keys in _ASPECTS.values() for key in keys}
    if {k: v for k, v in old.items() if k not in rest} != {k: v for k, v in new.items() if k not in rest}:
        found.append(Change(CHANGED, where, "content", _json(old), _json(new), words))
    yield from found


def _aspects(where: str, words: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for what, keys in _ASPECTS.items():
        was = {key: old[key] for key in keys if key in old}
        now = {key: new[key] for key in keys if key in new}
        if was != now:
            yield Change(CHANGED, where, what, _values(was), _values(now), words)


def _values(values: dict[str, Any]) -> str | None:
    if not values:
        return None
    if len(values) == 1:
        only = next(iter(values.values()))
        return only if isinstance(only, str) else _json(only)
    return ", ".join(f"{key}: {_json(value)}" for key, value in values.items())


def _title(field: object, name: str) -> str:
    return str(field.get("title") or name) if isinstance(field, dict) else name


def _list(schema: dict[str, Any], key: str) -> list[Any]:
    found = schema.get(key, [])
    return found if isinstance(found, list) else []


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- decision tables ------------------------------------------------------------------------------


def _tables(where: str, name: str, old: str, new: str) -> Iterator[Change]:
    try:
        before, after = read_table(old.encode(), name), read_table(new.encode(), name)
    except BrokenRoute:
        yield from _whole(where, name, old, new)
        return
    if before.name != after.name:
        yield Change(CHANGED, where, "label", before.name, after.name, name)
    first, second = [*before.inputs, *before.outputs], [*after.inputs, *after.outputs]
    for column in second:
        if column not in first:
            yield Change(ADDED, where, "column", None, column, name)
    for column in first:
        if column not in second:
            yield Change(REMOVED, where, "column", column, None, name)
    if first != second and sorted(first) == sorted(second):
        yield Change(CHANGED, where, "order", ", ".join(first), ", ".join(second), name)
    yield from _rows(where, name, _lines(before), _lines(after))


def _rows(where: str, name: str, old: list[str], new: list[str]) -> Iterator[Change]:
    for op, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        pairs = min(b - a, d - c) if op == "replace" else 0
        for n in range(pairs):
            yield Change(CHANGED, where, "row", old[a + n], new[c + n], f"{name}: {c + n + 1}")
        for n in range(a + pairs, b):
            yield Change(REMOVED, where, "row", old[n], None, f"{name}: {n + 1}")
        for n in range(c + pairs, d):
            yield Change(ADDED, where, "row", None, new[n], f"{name}: {n + 1}")


def _lines(table: DecisionTable) -> list[str]:
    """Each row as one line of text: inputs, outputs and its remark."""
    lines = []
    for row in table.rows:
        cells = [f"{name} {text or '-'}" for name, text in zip(table.inputs, table.cells(row.index), strict=True)]
        results = [f"{name} = {_json(value)}" for name, value in row.outputs.items()]
        note = f" ({row.annotation})" if row.annotation else ""
        lines.append(f"{'; '.join(cells)} → {'; '.join(results)}{note}")
    return lines
