"""A form as a page draws it: fields in order, with their words, choices, values and sentences.

Knows schemas, values and the kinds of input; must not know HTML or who fills the form in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paraf.forms.schema import Schema, ready

ONE_LINE = 200  # a text that may be longer than this is written on several lines


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: `value` is posted, `label` is read."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `type` is text, multiline, integer, boolean, choice, choices (several), date, sha256,
    texts (a list of texts), rows (a list of objects) or group (an object).

    `name` is what the page posts ("catatan.0.text"). `value` is what stands in it, "" when empty. A
    group has its fields in `parts`. A list has one tuple of fields for each row in `rows` (blank ones
    at the end, to be filled in) and one more in `parts`, whose names hold "{n}" for the row number."""

    name: str
    type: str
    title: str
    description: str = ""
    required: bool = False
    value: Any = ""
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    parts: tuple[Field, ...] = ()
    rows: tuple[tuple[Field, ...], ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    pattern: str | None = None


def fields(
    schema: Schema,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    blank_rows: int | None = 1,
) -> list[Field]:
    """The fields of a form. `errors` is what `validate` gave (or its translation), by path. Each list
    ends with `blank_rows` empty rows; None means one where the list is empty and none elsewhere."""
    return list(_parts(ready(schema), values or {}, errors or {}, "", blank_rows))


def _parts(
    schema: Schema, values: Any, errors: Mapping[str, Sequence[str]], prefix: str, blank_rows: int | None
) -> tuple[Field, ...]:
    held = values if isinstance(values, Mapping) else {}
    required = schema.get("required", ())
    return tuple(
        _field(
            part, f"{prefix}{name}", held.get(name, part.get("default")), name in required, errors, blank_rows
        )
        for name, part in schema.get("properties", {}).items()
    )


def _field(
    part: Schema,
    name: str,
    value: Any,
    required: bool,
    errors: Mapping[str, Sequence[str]],
    blank_rows: int | None,
) -> Field:
    kind = _kind(part)
    told = tuple(errors.get(name, ()))
    parts: tuple[Field, ...] = ()
    rows: tuple[tuple[Field, ...], ...] = ()
    if kind == "group":
        parts = _parts(part, value, errors, f"{name}.", blank_rows)
    elif kind in ("rows", "texts"):
        filled = list(value) if isinstance(value, list | tuple) else []
        most = part.get("maxItems")
        wanted = len(filled) + (blank_rows if blank_rows is not None else int(not filled))
        wanted = max(wanted, part.get("minItems", 0))
        filled += [None] * ((min(wanted, most) if most is not None else wanted) - len(filled))
        rows = tuple(
            _row(part["items"], f"{name}.{n}", item, errors, blank_rows) for n, item in enumerate(filled)
        )
        parts = _row(part["items"], name + ".{n}", None, {}, blank_rows)
    return Field(
        name=name,
        type=kind,
        title=part.get("title", ""),
        description=part.get("description", ""),
        required=required,
        value="" if value is None else value,
        errors=told,
        options=_options(part if "enum" in part else part.get("items", {}), value),
        parts=parts,
        rows=rows,
        minimum=part.get("minimum"),
        maximum=part.get("maximum"),
        max_length=part.get("maxLength"),
        pattern=part.get("pattern"),
    )


def _row(
    item: Schema, name: str, value: Any, errors: Mapping[str, Sequence[str]], blank_rows: int | None
) -> tuple[Field, ...]:
    if item.get("type") == "object":
        return _parts(item, value, errors, f"{name}.", blank_rows)
    return (_field(item, name, value, False, errors, blank_rows),)


def _kind(part: Schema) -> str:
    kind = part.get("type")
    if "enum" in part:
        return "choice"
    if kind == "object":
        return "group"
    if kind == "array":
        if "enum" in part["items"]:
            return "choices"
        return "rows" if part["items"].get("type") == "object" else "texts"
    if kind == "string":
        if "format" in part:
            return str(part["format"])
        long = part.get("maxLength", ONE_LINE + 1) > ONE_LINE and "pattern" not in part
        return "multiline" if part.get("x-multiline", long) else "text"
    return str(kind)


def _options(part: Schema, value: Any) -> tuple[Option, ...]:
    values, labels = part.get("enum", ()), part.get("x-labels", ())
    if not isinstance(labels, Mapping):
        labels = dict(zip(map(str, values), labels, strict=False))
    chosen = value if isinstance(value, list | tuple) else [value]
    return tuple(Option(str(item), str(labels.get(str(item), item)), item in chosen) for item in values)
