"""Is a filled form right? One sentence (msgid) for every field that is not.

Knows schemas and values; must not know tasks, people or pages.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from paraf.forms.schema import Schema, made_ready, ready, source
from paraf.language import N_

Scalar = str | int | bool | None

REQUIRED = N_("Please fill in this field.")
UNKNOWN = N_("Unknown field.")
SENTENCES = {
    "enum": N_("Please choose one of the options offered."),
    "minLength": N_("This text is too short."),
    "maxLength": N_("This text is too long."),
    "minimum": N_("This number is too small."),
    "maximum": N_("This number is too large."),
    "minItems": N_("Please add more rows here."),
    "maxItems": N_("This list is too long."),
    "pattern": N_("This text does not have the expected form."),
}
TYPES = {
    "string": N_("Please write text here."),
    "integer": N_("Please give a whole number here."),
    "boolean": N_("Please answer with true or false here."),
    "array": N_("Please give a list here."),
    "object": N_("Please give named fields here."),
}
FORMATS = {
    "date": N_("Please give a date as year-month-day, such as 2020-02-24."),
    "sha256": N_("Please attach the file first; its digest has 64 hexadecimal characters."),
}
WRONG = N_("This value does not fit here.")

_checker = FormatChecker(formats=())


@_checker.checks("date")
def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


@_checker.checks("sha256")
def _is_sha256(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[0-9a-f]{64}", value) is not None


def validate(schema: Schema, form: Any, partial: bool = False) -> dict[str, list[str]]:
    """Sentences by field path ("catatan.0.text"); empty when the form is right.

    `partial` lets required fields stay empty (a task handed back); what is filled in must be right.
    A required text of blanks only counts as empty."""
    form = _thawed(form)
    faults: dict[str, list[str]] = {}
    for error in _validator(source(schema)).iter_errors(form):
        for path, sentence in _told(error):
            told = faults.setdefault(path, [])
            if sentence not in told:
                told.append(sentence)
    if partial:
        return {path: told for path, told in faults.items() if told != [REQUIRED]}
    return faults | {path: [REQUIRED] for path in _blank(ready(schema), form, "")}


def engine_fields(schema: Schema, form: Mapping[str, Any]) -> dict[str, Scalar]:
    """The plain fields marked `x-engine` that are filled in: what conditions of the route may read."""
    return {
        name: form[name]
        for name, field in ready(schema).get("properties", {}).items()
        if field.get("x-engine") and name in form
    }


@functools.lru_cache(maxsize=256)
def _validator(text: str) -> Draft202012Validator:
    return Draft202012Validator(dict(made_ready(text)), format_checker=_checker)


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _thawed(item) for key, item in value.items()}
    return [_thawed(item) for item in value] if isinstance(value, list | tuple) else value


def _told(error: ValidationError) -> list[tuple[str, str]]:
    path = [str(part) for part in error.absolute_path]
    keyword = str(error.validator)
    wanted: Any = error.validator_value
    held: Any = error.instance
    if keyword == "required":
        return [(".".join([*path, name]), REQUIRED) for name in wanted if name not in held]
    if keyword == "additionalProperties":
        schema: Any = error.schema
        return [(".".join([*path, str(name)]), UNKNOWN) for name in held if name not in schema["properties"]]
    if keyword == "type":
        sentence = TYPES.get(str(wanted), WRONG)
    elif keyword == "format":
        sentence = FORMATS.get(str(wanted), WRONG)
    else:
        sentence = SENTENCES.get(keyword, WRONG)
    return [(".".join(path), sentence)]


def _blank(schema: Schema, value: Any, path: str) -> list[str]:
    """Paths of required texts that hold blanks only."""
    if isinstance(value, list):
        items = schema.get("items", {})
        return [found for i, item in enumerate(value) for found in _blank(items, item, f"{path}{i}.")]
    if not isinstance(value, dict):
        return []
    found = []
    for name, field in schema.get("properties", {}).items():
        inner = value.get(name)
        if isinstance(inner, str) and not inner.strip() and name in schema.get("required", ()):
            found.append(f"{path}{name}")
        found += _blank(field, inner, f"{path}{name}.")
    return found
