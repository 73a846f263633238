"""The subset of JSON Schema 2020-12 a step's form may use, checked and made ready.

Knows the keywords and how a schema is closed and its own references filled in; must not know values
(`validation.py`), pages (`drawing.py`) or where schemas are kept.

A form is an object of named fields. A field is text, an integer, a yes/no, a choice (`enum`, labels
in `x-labels`), a date, the SHA-256 of a file, a list of texts or of objects, or an object of such.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

Schema = Mapping[str, Any]

KEYWORDS = frozenset(
    "$schema $id $defs $ref type title description properties required additionalProperties items enum"
    " format pattern minLength maxLength minimum maximum minItems maxItems default"
    " x-labels x-engine x-multiline".split()
)
TYPES = frozenset({"object", "array", "string", "integer", "boolean"})
FORMATS = frozenset({"date", "sha256"})
DEPTH = 6


def check_schema(schema: Any) -> list[str]:
    """Every fault that keeps a schema from being used, each as "place: what is wrong"; empty when fine."""
    if not isinstance(schema, Mapping):
        return ["#: a form is a JSON object"]
    try:
        json.dumps(schema)
        filled = _filled(schema, schema, ())
    except (TypeError, ValueError) as fault:
        return [f"#: {fault}"]
    faults = [] if schema.get("type") == "object" else ["#: a form is of type object"]
    return faults + list(_faults(filled, "#", 0)) + list(_defs(schema))


def _defs(schema: Schema) -> Iterator[str]:
    for name, part in schema.get("$defs", {}).items():
        if not isinstance(part, Mapping):
            yield f"#/$defs/{name}: not an object"


def _faults(part: Any, place: str, depth: int) -> Iterator[str]:
    if not isinstance(part, Mapping):
        yield f"{place}: not an object"
        return
    for keyword in part.keys() - KEYWORDS:
        yield f"{place}: keyword {keyword} is not used in forms"
    kind = part.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        yield f"{place}: type is one of {', '.join(sorted(TYPES))}"
        return
    if depth > DEPTH:
        yield f"{place}: nested too deep"
        return
    if place != "#" and not place.endswith("/items") and not part.get("title"):
        yield f"{place}: a field has a title"
    if part.get("format") not in (None, *FORMATS) or ("format" in part and kind != "string"):
        yield f"{place}: format is date or sha256, of a string"
    if "enum" in part and not (isinstance(part["enum"], list) and part["enum"]):
        yield f"{place}: enum is a list of values"
    if "x-labels" in part and not _labels_fit(part):
        yield f"{place}: x-labels has one label for each value of enum"
    if part.get("x-engine") and (
        kind in ("object", "array") or place.count("/properties/") != 1 or "/items" in place
    ):
        yield f"{place}: x-engine marks a plain field of the form itself"
    if kind == "object":
        yield from _object_faults(part, place, depth)
    elif kind == "array":
        items = part.get("items")
        yield from _faults(items, f"{place}/items", depth + 1)
        if isinstance(items, Mapping) and items.get("type") not in ("object", "string"):
            yield f"{place}/items: a list holds objects or texts"


def _object_faults(part: Schema, place: str, depth: int) -> Iterator[str]:
    properties = part.get("properties", {})
    if not isinstance(properties, Mapping):
        yield f"{place}: properties is an object"
        return
    if part.get("additionalProperties") is not False:
        yield f"{place}: additionalProperties is false"
    for name in part.get("required", ()):
        if name not in properties:
            yield f"{place}: required names {name}, which is no field"
    for name, field in properties.items():
        if not name.isidentifier() or not name.isascii():
            yield f"{place}/properties/{name}: a field name is a lower snake_case word"
        yield from _faults(field, f"{place}/properties/{name}", depth + 1)


def _labels_fit(part: Schema) -> bool:
    values, labels = part.get("enum", []), part["x-labels"]
    if isinstance(labels, Mapping):
        return set(labels) == {str(value) for value in values}
    return isinstance(labels, list) and len(labels) == len(values)


def _filled(part: Any, root: Schema, seen: tuple[str, ...]) -> Any:
    """The schema with its own references put in place; raises ValueError for any other reference."""
    if isinstance(part, list):
        return [_filled(item, root, seen) for item in part]
    if not isinstance(part, Mapping):
        return part
    if "$ref" in part:
        target = part["$ref"]
        if not isinstance(target, str) or not target.startswith("#/$defs/"):
            raise ValueError(f"$ref {target!r} leads outside the form")
        name = target.removeprefix("#/$defs/")
        if target in seen or name not in root.get("$defs", {}):
            raise ValueError(f"$ref {target!r} leads nowhere")
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return {**_filled(root["$defs"][name], root, (*seen, target)), **_filled(beside, root, seen)}
    return {key: _filled(value, root, seen) for key, value in part.items() if key != "$defs"}


def _closed(part: Any) -> Any:
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, Mapping):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed["additionalProperties"] = False
    return closed


def schema_digest(schema: Schema) -> str:
    """SHA-256 (hex) of a schema, the same however its keys are ordered."""
    text = json.dumps(_plain(schema), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _plain(value) for key, value in part.items()}
    return [_plain(item) for item in part] if isinstance(part, list | tuple) else part


class Published(dict[str, Any]):
    """A schema that never changes any more, so that its text is made once."""

    @functools.cached_property
    def text(self) -> str:
        return json.dumps(self, ensure_ascii=False)


def source(schema: Schema) -> str:
    """The schema as text with its fields in the order they were written: the key of every cache."""
    if isinstance(schema, Published):
        return schema.text
    try:
        return json.dumps(schema, ensure_ascii=False)
    except TypeError:  # a schema already made ready is a read-only mapping
        return json.dumps(_plain(schema), ensure_ascii=False)


def ready(schema: Schema) -> Schema:
    """The schema closed against unknown properties, its own references filled in."""
    return made_ready(source(schema))


@functools.lru_cache(maxsize=256)
def made_ready(text: str) -> Schema:
    """`ready` for the text that `source` gives."""
    root = json.loads(text)
    return MappingProxyType(_closed(_filled(root, root, ())))
