"""A form as rows that are edited: one row a field, and the JSON Schema those rows make.

Knows the kinds of field a person chooses from and how each is written in the subset
(`schema.py`); must not know drafts or pages. What a row does not show (limits, patterns) is kept
with its field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paraf.forms.schema import Schema, check_schema
from paraf.language import N_

KINDS: Mapping[str, str] = {
    "text": N_("One line of text"),
    "multiline": N_("Text of several lines"),
    "integer": N_("Whole number"),
    "boolean": N_("Yes or no"),
    "choice": N_("One of several choices"),
    "choices": N_("Several of several choices"),
    "date": N_("Date"),
    "sha256": N_("Attached file"),
    "texts": N_("List of texts"),
    "rows": N_("List of rows"),
    "group": N_("Group of fields"),
}
"""The kinds of field, with their words."""
PLAIN = ("text", "multiline", "integer", "boolean", "choice", "date", "sha256")
"""The kinds that stand in the rows of a list and in a group."""
MOST_FIELDS = 100
ONE_LINE, LONG, MANY = 200, 8000, 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_OWN = frozenset({"type", "format", "title", "description", "enum", "x-labels", "x-engine"})
"""The words of a field that its row shows; the others stay with it."""


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field. `choices` are (value, label); `parts` the fields of a row of a list or of a group;
    `engine` lets conditions of the route read it; `more` is what the schema says besides."""

    name: str
    title: str
    kind: str
    help: str = ""
    required: bool = False
    engine: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    parts: tuple[FieldRow, ...] = ()
    more: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A whole form: its title, what it is for, its fields in order."""

    title: str
    description: str
    rows: tuple[FieldRow, ...]


def sheet_of(text: str) -> FormSheet | None:
    """The rows of a form's text; None when it is no form of the subset, or refers to parts of itself
    (such a form is edited as text)."""
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if check_schema(schema) or "$ref" in text or schema.get("$defs"):
        return None
    if any(isinstance(value, int | bool) for value in _every_choice(schema)):
        return None
    return FormSheet(schema.get("title", ""), schema.get("description", ""), _rows(schema))


def _every_choice(part: Any) -> list[Any]:
    if isinstance(part, Mapping):
        own = list(part.get("enum", ())) if isinstance(part.get("enum"), list) else []
        return own + [value for inner in part.values() for value in _every_choice(inner)]
    return []


def _rows(schema: Schema) -> tuple[FieldRow, ...]:
    required = schema.get("required", ())
    return tuple(_row(name, part, name in required) for name, part in schema.get("properties", {}).items())


def _row(name: str, part: Schema, required: bool) -> FieldRow:
    kind = kind_of(part)
    held = part.get("items", {}) if kind in {"choices", "rows", "texts"} else part
    labels = held.get("x-labels", {})
    values = [str(value) for value in held.get("enum", ())]
    if not isinstance(labels, Mapping):
        labels = dict(zip(values, labels, strict=False))
    return FieldRow(
        name=name,
        title=part.get("title", ""),
        kind=kind,
        help=part.get("description", ""),
        required=required,
        engine=bool(part.get("x-engine")),
        choices=tuple((value, str(labels.get(value, value))) for value in values),
        parts=_rows(held) if kind in {"rows", "group"} else (),
        more={word: value for word, value in part.items() if word not in _OWN},
    )


def kind_of(part: Schema) -> str:
    """What kind of field a part of a schema is, in the words of `KINDS`."""
    kind = part.get("type")
    if "enum" in part:
        return "choice"
    if kind == "object":
        return "group"
    if kind == "array":
        items = part.get("items", {})
        return "choices" if "enum" in items else "rows" if items.get("type") == "object" else "texts"
    if kind == "string":
        if part.get("format") in {"date", "sha256"}:
            return str(part["format"])
        long = part.get("maxLength", ONE_LINE + 1) > ONE_LINE and "pattern" not in part
        return "multiline" if part.get("x-multiline", long) else "text"
    return str(kind)


# --- writing --------------------------------------------------------------------------------------


def text_of_sheet(sheet: FormSheet) -> str:
    """The form as the text a version keeps: JSON, two blanks a level, fields in their order."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": sheet.title,
        **({"description": sheet.description} if sheet.description else {}),
        **_object(sheet.rows),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _object(rows: Sequence[FieldRow]) -> dict[str, Any]:
    required = [row.name for row in rows if row.required]
    return {
        "type": "object",
        "properties": {row.name: _field(row) for row in rows},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _field(row: FieldRow) -> dict[str, Any]:
    more = dict(row.more or {})
    listed = {"enum": [value for value, _ in row.choices], "x-labels": [label for _, label in row.choices]}
    said: dict[str, Any] = {"title": row.title} | ({"description": row.help} if row.help else {})
    marks: dict[str, Any] = {"x-engine": True} if row.engine and row.kind in PLAIN else {}
    match row.kind:
        case "integer" | "boolean":
            kept = {"minimum", "maximum", "default"} if row.kind == "integer" else {"default"}
            return {"type": row.kind, **said, **_kept(more, kept), **marks}
        case "choice":
            return {"type": "string", **said, **listed, **_kept(more, {"default"}), **marks}
        case "date" | "sha256":
            return {"type": "string", "format": row.kind, **said, **marks}
        case "choices":
            items: dict[str, Any] = {"type": "string", **listed}
            return {"type": "array", **said, "items": items, **_list_limits(more)}
        case "texts":
            held = more.get("items", {})
            plain = held.get("type") == "string" and "enum" not in held
            held = held if plain else {"type": "string", "maxLength": 500}
            return {"type": "array", **said, "items": held, **_list_limits(more)}
        case "rows":
            return {"type": "array", **said, "items": _object(row.parts), **_list_limits(more)}
        case "group":
            return {"type": "object", **said, **{k: v for k, v in _object(row.parts).items() if k != "type"}}
        case "multiline":
            limits = _kept(more, {"minLength", "maxLength", "pattern", "default"})
            told = (
                "x-multiline" not in more
                and limits.get("maxLength", 0) > ONE_LINE
                and "pattern" not in limits
            )
            lines = {} if told else {"x-multiline": True}
            return {"type": "string", **said, "maxLength": LONG, **limits, **lines, **marks}
    limits = _kept(more, {"minLength", "maxLength", "pattern", "default"})
    if limits.get("maxLength", 0) > ONE_LINE and "pattern" not in limits:
        return {"type": "string", **said, **limits, "x-multiline": False, **marks}
    return {"type": "string", **said, "maxLength": ONE_LINE, **limits, **marks}


def _kept(more: Mapping[str, Any], words: set[str]) -> dict[str, Any]:
    return {word: more[word] for word in more if word in words}


def _list_limits(more: Mapping[str, Any]) -> dict[str, Any]:
    return {"maxItems": MANY, **_kept(more, {"minItems", "maxItems"})}


def faults_of(sheet: FormSheet) -> dict[str, list[str]]:
    """Sentences (msgids) by the path of what is wrong ("3.name", "3.parts.0.title"); empty when fine."""
    faults: dict[str, list[str]] = {}
    if not sheet.title:
        faults["title"] = [N_("A form needs a title.")]
    if len(sheet.rows) > MOST_FIELDS:
        faults[""] = [N_("A form has at most 100 fields.")]
    _check(sheet.rows, "", faults, inner=False)
    if not faults and check_schema(json.loads(text_of_sheet(sheet))):
        faults[""] = [N_("This form says something forms cannot say.")]
    return faults


def _check(rows: Sequence[FieldRow], prefix: str, faults: dict[str, list[str]], inner: bool) -> None:
    names = [row.name for row in rows]
    for n, row in enumerate(rows):
        at = f"{prefix}{n}"
        if not _NAME.fullmatch(row.name) or names.count(row.name) > 1:
            faults[f"{at}.name"] = [
                N_("A field is called by a lower case word of letters, digits and _, once only.")
            ]
        if not row.title:
            faults[f"{at}.title"] = [N_("A field needs a title.")]
        if row.kind not in KINDS or (inner and row.kind not in PLAIN):
            faults[f"{at}.kind"] = [N_("Please choose what kind of field it is.")]
        values = [value for value, _ in row.choices]
        if row.kind in {"choice", "choices"} and (not values or len(set(values)) < len(values)):
            faults[f"{at}.choices"] = [N_("Please give the choices, one a line, each once.")]
        if row.kind in {"rows", "group"}:
            if not row.parts:
                faults[f"{at}.parts"] = [N_("Please give the fields of a row.")]
            _check(row.parts, f"{at}.parts.", faults, inner=True)


def choices_of(text: str) -> tuple[tuple[str, str], ...]:
    """Choices as a person types them: one a line, "value = label" or the label alone."""
    found = []
    for line in text.splitlines():
        value, sign, label = (part.strip() for part in line.partition("="))
        if value:
            found.append((value, label if sign and label else value) if sign else (_word(value), value))
    return tuple(found)


def choices_text(choices: Sequence[tuple[str, str]]) -> str:
    """Choices as a person reads and changes them: the other way of `choices_of`."""
    return "\n".join(label if _word(label) == value else f"{value} = {label}" for value, label in choices)


def _word(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_") or label
