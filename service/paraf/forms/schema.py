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
from typing import Any, NamedTuple

from paraf.language import N_

Schema = Mapping[str, Any]

KEYWORDS = frozenset(
    "$schema $id $defs $ref type title description properties required additionalProperties items enum"
    " format pattern minLength maxLength minimum maximum minItems maxItems default"
    " x-labels x-engine x-multiline".split()
)
TYPES = frozenset({"object", "array", "string", "integer", "boolean"})
FORMATS = frozenset({"date", "sha256"})
DEPTH = 6
_OBJECT = N_("{place} is a JSON object of the type object")


class SchemaFault(NamedTuple):
    """What is wrong at a place: a JSON pointer ("#/properties/x"), a sentence (msgid) that names it as
    {place}, and the other values of the sentence."""

    place: str
    message: str
    values: Mapping[str, str] = MappingProxyType({})


class _Refers(Exception):
    """A reference that cannot be filled in."""

    def __init__(self, message: str, ref: object) -> None:
        super().__init__(message)
        self.fault = SchemaFault("#", message, {"ref": str(ref)})


def check_schema(schema: Any) -> list[SchemaFault]:
    """Every fault that keeps a schema from being used; empty when fine."""
    if not isinstance(schema, Mapping):
        return [SchemaFault("#", _OBJECT)]
    try:
        json.dumps(schema)
        filled = _filled(schema, schema, ())
    except _Refers as refers:
        return [refers.fault]
    except (TypeError, ValueError):
        return [SchemaFault("#", N_("{place} cannot be read as JSON"))]
    faults = [] if schema.get("type") == "object" else [SchemaFault("#", _OBJECT)]
    return faults + list(_faults(filled, "#", 0)) + list(_defs(schema))


def _defs(schema: Schema) -> Iterator[SchemaFault]:
    for name, part in schema.get("$defs", {}).items():
        if not isinstance(part, Mapping):
            yield SchemaFault(f"#/$defs/{name}", _OBJECT)


def _faults(part: Any, place: str, depth: int) -> Iterator[SchemaFault]:
    if not isinstance(part, Mapping):
        yield SchemaFault(place, _OBJECT)
        return
    for keyword in part.keys() - KEYWORDS:
        yield SchemaFault(
            place,
            N_("{place} uses the keyword {keyword}, which forms do not know"),
            {"keyword": str(keyword)},
        )
    kind = part.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        yield SchemaFault(
            place, N_("{place} needs one of these types: {types}"), {"types": ", ".join(sorted(TYPES))}
        )
        return
    if depth > DEPTH:
        yield SchemaFault(place, N_("{place} is nested too deep"))
        return
    if place != "#" and not place.endswith("/items") and not part.get("title"):
        yield SchemaFault(place, N_("{place} needs a title"))
    if part.get("format") not in (None, *FORMATS) or ("format" in part and kind != "string"):
        yield SchemaFault(place, N_("The format of {place} is date or sha256, and of a text only"))
    if "enum" in part and not (isinstance(part["enum"], list) and part["enum"]):
        yield SchemaFault(place, N_("The choices (enum) of {place} are a list with at least one value"))
    if "x-labels" in part and not _labels_fit(part):
        yield SchemaFault(place, N_("The labels (x-labels) of {place} are one for each of its choices"))
    if part.get("x-engine") and (
        kind in ("object", "array") or place.count("/properties/") != 1 or "/items" in place
    ):
        yield SchemaFault(place, N_("Only a plain field of the form itself is marked x-engine, not {place}"))
    if kind == "object":
        yield from _object_faults(part, place, depth)
    elif kind == "array":
        items = part.get("items")
        yield from _faults(items, f"{place}/items", depth + 1)
        if isinstance(items, Mapping) and items.get("type") not in ("object", "string"):
            yield SchemaFault(f"{place}/items", N_("The list {place} holds objects or texts only"))


def _object_faults(part: Schema, place: str, depth: int) -> Iterator[SchemaFault]:
    properties = part.get("properties", {})
    if not isinstance(properties, Mapping):
        yield SchemaFault(place, N_("The fields (properties) of {place} are a JSON object"))
        return
    if part.get("additionalProperties") is not False:
        yield SchemaFault(place, N_("{place} says that it has no other fields (additionalProperties: false)"))
    for name in part.get("required", ()):
        if name not in properties:
            yield SchemaFault(
                place, N_("{place} demands the field {field}, which it does not have"), {"field": str(name)}
            )
    for name, field in properties.items():
        if not name.isidentifier() or not name.isascii():
            yield SchemaFault(
                f"{place}/properties/{name}",
                N_("The field {place} is called by a word of letters, digits and _"),
            )
        yield from _faults(field, f"{place}/properties/{name}", depth + 1)


def place_in_words(form: str, place: str) -> str:
    """A JSON pointer as the path of a field in a form of this name: "review.notes[].text"."""
    return form + place.removeprefix("#").replace("/properties/", ".").replace("/items", "[]")


def _labels_fit(part: Schema) -> bool:
    values, labels = part.get("enum", []), part["x-labels"]
    if isinstance(labels, Mapping):
        return set(labels) == {str(value) for value in values}
    return isinstance(labels, list) and len(labels) == len(values)


def _filled(part: Any, root: Schema, seen: tuple[str, ...]) -> Any:
    """The schema with its own references put in place; raises _Refers for any other reference."""
    if isinstance(part, list):
        return [_filled(item, root, seen) for item in part]
    if not isinstance(part, Mapping):
        return part
    if "$ref" in part:
        target = part["$ref"]
        if not isinstance(target, str) or not target.startswith("#/$defs/"):
            raise _Refers(N_("{place} refers outside itself: {ref}"), target)
        name = target.removeprefix("#/$defs/")
        if target in seen or name not in root.get("$defs", {}):
            raise _Refers(N_("{place} refers to nothing that it has: {ref}"), target)
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
