"""What a browser posted, as the form it means.

Knows flat names ("catatan.0.text") and that a browser sends only text; must not judge the values
(`validation.py`): what cannot be read as its type stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from paraf.forms.schema import Schema, ready

Posted = Mapping[str, str | Sequence[str]]

ROWS = 500  # more rows than this in one list are not read
_YES = frozenset({"1", "on", "true", "yes", "ya"})
_NOTHING = object()


def parse_posted(schema: Schema, posted: Posted, prefix: str = "") -> dict[str, Any]:
    """The form as JSON: empty fields left out, blank rows dropped, an unticked box is false.

    `posted` maps names to text, or to several texts for a group of boxes; names the form does not
    have are ignored (a page posts its token and its button too)."""
    found = _object(ready(schema), posted, prefix)
    return found if isinstance(found, dict) else {}


def _read(part: Schema, posted: Posted, name: str) -> Any:
    kind = part.get("type")
    if kind == "object":
        found = _object(part, posted, f"{name}.")
        return found if found else _NOTHING
    if kind == "array":
        return _list(part, posted, name)
    if kind == "boolean":
        return _text(posted.get(name, "")).lower() in _YES
    text = _text(posted.get(name, ""))
    if not text:
        return _NOTHING
    if kind == "integer" and re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    return text


def _text(value: str | Sequence[str]) -> str:
    if not isinstance(value, str):
        value = value[-1] if value else ""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _object(part: Schema, posted: Posted, prefix: str) -> dict[str, Any]:
    values = {
        name: _read(field, posted, f"{prefix}{name}") for name, field in part.get("properties", {}).items()
    }
    return {name: value for name, value in values.items() if value is not _NOTHING}


def _list(part: Schema, posted: Posted, name: str) -> Any:
    items = part["items"]
    if items.get("type") == "string" and name in posted:
        given = posted[name]
        return [text for text in map(_text, [given] if isinstance(given, str) else given) if text]
    pattern = re.compile(re.escape(name) + r"\.(\d{1,4})(?:\.|$)")
    numbers = sorted({int(found[1]) for key in posted if (found := pattern.match(key))})[:ROWS]
    rows = []
    for number in numbers:
        row = _read(items, posted, f"{name}.{number}")
        # an unticked box alone does not make a row
        if row is not _NOTHING and (
            not isinstance(row, dict) or any(value is not False for value in row.values())
        ):
            rows.append(row)
    return rows if rows else _NOTHING
