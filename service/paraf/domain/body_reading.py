"""Plain values of a JSON body, read with every fault noted by its path.

Knows text, numbers, lists and objects with known keys; must not know what a body is about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from paraf.language import N_

LONG_TEXT, TEXT, SHORT_TEXT = 20_000, 4_000, 400
ITEMS = 200
# control characters, half surrogates, non-characters, and what would turn the reading direction of
# a text around
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
SAYS_NONE = re.compile(r"tidak ada|nihil|-")

UNKNOWN = N_("This field is not known here.")
NOT_TEXT = N_("Please write text here.")
NOT_A_LIST = N_("Please give a list here.")
NOT_AN_OBJECT = N_("Please give text or an object with named fields here.")
NOT_A_NUMBER = N_("Please give a number greater than zero here.")
NOT_A_YEAR = N_("Please give a year of four digits here.")
NOT_YES_NO = N_("Please answer with true or false here.")
TOO_LONG = N_("This text is too long.")
TOO_MANY_ITEMS = N_("This list is too long.")
BAD_CHARACTER = N_("This text holds a character that cannot be printed.")


class BodyReading:
    """One pass over a body that notes every fault instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}
        self.unknown: dict[str, list[str]] = {}

    def fault(self, path: str, sentence: str) -> None:
        self.faults.setdefault(path or "naskah", []).append(sentence)

    # --- plain values ---------------------------------------------------------------------------

    def text(self, value: Any, path: str, limit: int = TEXT) -> str:
        """Trimmed NFC text; None reads as empty."""
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
            value = str(value)
        if not isinstance(value, str):
            self.fault(path, NOT_TEXT)
            return ""
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if len(text) > limit:
            self.fault(path, TOO_LONG)
            return ""
        if _UNPRINTABLE.search(text):
            self.fault(path, BAD_CHARACTER)
            return ""
        return text

    def short(self, value: Any, path: str) -> str | None:
        return self.text(value, path, SHORT_TEXT) or None

    def truth(self, value: Any, path: str) -> bool:
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(path, NOT_YES_NO)
        return False

    def quantity(self, value: Any, path: str) -> int | str | None:
        """A positive number: an integer, or a decimal as text so that no fraction is ever hashed."""
        if isinstance(value, float) and 0 < value < 10**9:
            value = f"{value:.4f}"
        text = str(value).strip().replace(",", ".") if isinstance(value, int | str) else ""
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", text) or not text.strip("0."):
            self.fault(path, NOT_A_NUMBER)
            return None
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if "." in text else int(text)

    def year(self, value: Any, path: str) -> int | None:
        if value is None or value == "":
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{4}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 1000 <= value <= 9999:
            self.fault(path, NOT_A_YEAR)
            return None
        return value

    def items(self, value: Any, path: str, limit: int = ITEMS) -> Sequence[Any]:
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.fault(path, NOT_A_LIST)
            return ()
        if len(value) > limit:
            self.fault(path, TOO_MANY_ITEMS)
            return ()
        return value

    def keys(self, value: Any, path: str, known: Collection[str]) -> Mapping[str, Any] | None:
        if not isinstance(value, Mapping):
            self.fault(path, NOT_AN_OBJECT)
            return None
        for key in value:
            if key not in known:
                self.unknown.setdefault(f"{path}.{key}" if path else str(key), []).append(UNKNOWN)
        return value

    def entries(self, value: Any, path: str) -> tuple[str, ...]:
        """A list of texts; an entry may also be {text} or {name}. Empty entries are dropped."""
        if isinstance(value, str) and SAYS_NONE.fullmatch(value.strip().lower()):
            return ("Tidak ada",)
        found = []
        for index, item in enumerate(self.items(value, path)):
            here = f"{path}.{index}"
            if isinstance(item, Mapping):
                held = self.keys(item, here, {"text", "name"}) or {}
                item = held.get("text", held.get("name"))
            found.append(self.text(item, here))
        return tuple(text for text in found if text)
