"""The kinds of field a request may have, with messages of ours instead of a library's.

Knows marshmallow; must not know any call.
"""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from paraf.entrypoints.answers import DEFAULT_LIMIT, MOST_LIMIT
from paraf.language import N_

UNKNOWN = N_("Unknown field.")
_NEEDED = N_("Please fill this in.")
_LONGEST = 10_000


class Body(Schema):
    """A JSON body: what it does not name is refused."""

    error_messages: ClassVar[dict[str, str]] = {"unknown": UNKNOWN}

    class Meta:
        unknown = RAISE


class Query(Schema):
    """Values after the question mark: what it does not name is not read."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """Text of at most `most` signs."""

    default_error_messages: ClassVar[dict[str, str]] = {
        "required": _NEEDED,
        "null": _NEEDED,
        "invalid": N_("This must be text."),
        "invalid_utf8": N_("This must be text."),
    }

    def __init__(self, most: int = _LONGEST, **options: Any) -> None:
        options.setdefault("validate", validate.Length(max=most, error=N_("This text is too long.")))
        super().__init__(**options)


class Choice(Text):
    """One of a few words; `message` names them."""

    def __init__(self, words: tuple[str, ...], message: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(words, error=message), **options)


class Whole(fields.Integer):
    """A whole number; text is not taken for one unless `loose` (a query has only text)."""

    default_error_messages: ClassVar[dict[str, str]] = {
        "required": _NEEDED,
        "null": _NEEDED,
        "invalid": N_("This must be a whole number."),
        "too_large": N_("This must be a whole number."),
    }

    def __init__(self, least: int = 0, most: int = 2**53 - 1, message: str = "", *, loose: bool = False, **options: Any) -> None:
        error = message or N_("This number is out of range.")
        self.loose = loose
        super().__init__(strict=True, validate=validate.Range(least, most, error=error), **options)

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or (isinstance(value, str) and not (self.loose and value.strip().isdecimal())):
            raise self.make_error("invalid", input=value)
        return int(super()._validated(int(value) if isinstance(value, str) else value))


class Flag(fields.Boolean):
    """True or false."""

    default_error_messages: ClassVar[dict[str, str]] = {
        "required": _NEEDED,
        "null": _NEEDED,
        "invalid": N_("This must be true or false."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={"true", "1"}, falsy={"false", "0"}, **options)


class Object(fields.Dict):
    """A JSON object whose keys are not named here."""

    default_error_messages: ClassVar[dict[str, str]] = {
        "required": _NEEDED,
        "null": _NEEDED,
        "invalid": N_("This must be an object."),
    }


class Page(Query):
    """Which part of a list is wanted."""

    limit = Whole(1, MOST_LIMIT, N_("A number from 1 to 200."), loose=True, load_default=DEFAULT_LIMIT)
    cursor = Text(most=500, load_default=None, metadata={"description": N_("`next` of the page before.")})
