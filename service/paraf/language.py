"""Words for people: English message ids, the Indonesian catalogue by default.

Knows the catalogue files; must not know who asks or why. `N_` only marks a text for the
catalogue; `translate` looks it up when it is shown.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

DEFAULT_LANGUAGE = "id"


def N_(msgid: str) -> str:  # noqa: N802 - the field's usual name for "mark, do not translate"
    """Mark `msgid` for the catalogue and give it back unchanged."""
    return msgid


@functools.cache
def _catalogue(folder: Path, language: str) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and isinstance(message.id, str) and message.string:
                    words[message.id] = str(message.string)
    return words


class Language:
    """One language's words. `folder` holds `<language>/*.po`; "en" needs no files."""

    def __init__(self, folder: Path, language: str = DEFAULT_LANGUAGE) -> None:
        self.code = language
        self._words: Mapping[str, str] = {} if language == "en" else _catalogue(folder, language)

    def translate(self, msgid: str, **values: object) -> str:
        """The text in this language, with `{name}` places filled from `values`."""
        text = self._words.get(msgid, msgid)
        return text.format(**values) if values else text
