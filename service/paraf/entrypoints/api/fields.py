"""The kinds of field a request may have, with messages of ours instead of a library's.

Knows marshmallow; must not know any call.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from paraf.entrypoints.answers import DEFAULT_LIMIT, MOST_LIMIT
from paraf.language import N_

UNKNOWN = N_("Unknown field.")
_NEEDED = N_("Please fill this in.")
_LONGEST = 10_000
_LARGEST = 2**53 - 1
_MOST_DIGITS = 16


def _says(invalid: str) -> dict[str, Any]:
    return {
        "required": _NEEDED,
        "null": _NEEDED,
        "invalid": invalid,
        "invalid_utf8": invalid,
        "too_large": invalid,
    }


def meaning(msgid: str) -> dict[str, str]:
    """What OpenAPI tells of a field."""
    return {"description": msgid}


class Body(Schema):
    """A JSON body: what it does not name is refused."""

    class Meta:
        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages = {**self.error_messages, "unknown": UNKNOWN}


class Query(Schema):
    """Values after the question mark: what it does not name is not read."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """Text of at most `most` signs."""

    def __init__(self, most: int = _LONGEST, **options: Any) -> None:
        options.setdefault("validate", validate.Length(max=most, error=N_("This text is too long.")))
        super().__init__(error_messages=_says(N_("This must be text.")), **options)


class Choice(Text):
    """One of a few words; `message` names them."""

    def __init__(self, words: tuple[str, ...], message: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(words, error=message), **options)


class Whole(fields.Integer):
    """A whole number; text is not taken for one unless `loose` (a query has only text)."""

    def __init__(
        self, least: int = 0, most: int = _LARGEST, message: str = "", *, loose: bool = False, **options: Any
    ) -> None:
        self.loose = loose
        super().__init__(
            strict=True,
            validate=validate.Range(least, most, error=message or N_("This number is out of range.")),
            error_messages=_says(N_("This must be a whole number.")),
            **options,
        )

    def _validated(self, value: Any) -> int:
        digits = isinstance(value, str) and self.loose and value.isascii() and value.isdecimal()
        if isinstance(value, bool) or (isinstance(value, str) and not digits):
            raise self.make_error("invalid", input=value)
        if digits and len(value) > _MOST_DIGITS:
            raise self.make_error("too_large", input=value)
        return int(super()._validated(int(value) if digits else value))


class Flag(fields.Boolean):
    """True or false."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            truthy={True, "true", "1"},
            falsy={False, "false", "0"},
            error_messages=_says(N_("This must be true or false.")),
            **options,
        )


class Object(fields.Dict):
    """A JSON object whose keys are not named here."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_says(N_("This must be an object.")), **options)


class Page(Query):
    """Which part of a list is wanted."""

    limit = Whole(1, MOST_LIMIT, N_("A number from 1 to 200."), loose=True, load_default=DEFAULT_LIMIT)
    cursor = Text(most=500, load_default=None, metadata=meaning(N_("`next` of the page before.")))
