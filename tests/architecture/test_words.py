"""Whatever a user can be told is there in Indonesian, once, with the same places to fill.

Knows marked texts in code and templates and the catalogue files; must not know who says them.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "web" / "translations" / "id").glob("*.po"))
MARKS = {"N_", "_", "say", "translate", "gettext"}


def marked_in_code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "service" / "paraf").rglob("*.py")):
        if "_share" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"):
                continue
            assert len(node.args) == 1 and isinstance(node.args[0], ast.Constant), (
                f"{path.name}:{node.lineno}"
            )
            yield str(node.args[0].value), f"{path.relative_to(ROOT)}:{node.lineno}"


def marked_in_templates() -> Iterator[tuple[str, str]]:
    reader = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    for path in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for line, _, words in reader.extract_translations(path.read_text(encoding="utf-8"), sorted(MARKS)):
            for word in words if isinstance(words, tuple) else (words,):
                if word:
                    yield word, f"{path.relative_to(ROOT)}:{line}"


def indonesian() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="id"):
                if message.id and isinstance(message.id, str):
                    found.setdefault(message.id, set()).add(str(message.string or ""))
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


WORDS = indonesian()


@pytest.mark.parametrize("source", [marked_in_code, marked_in_templates], ids=["code", "templates"])
def test_every_marked_text_has_its_indonesian(source: object) -> None:
    assert callable(source)
    missing = sorted(f"{where}: {msgid}" for msgid, where in source() if not any(WORDS.get(msgid, ())))
    assert not missing, "\n".join(missing)


def test_one_text_has_one_translation() -> None:
    torn = {msgid: sorted(texts) for msgid, texts in WORDS.items() if len(texts) > 1}
    assert not torn


def test_translations_fill_the_same_places() -> None:
    wrong = [
        msgid
        for msgid, texts in WORDS.items()
        for text in texts
        if "{" in msgid and text and places(text) != places(msgid)
    ]
    assert not wrong


def test_translations_are_polite_sentences_without_short_forms() -> None:
    short = re.compile(r"\b(yg|utk|dgn|tdk|krn|kamu|dll\.|dsb\.)\b", re.IGNORECASE)
    assert not [text for texts in WORDS.values() for text in texts if short.search(text)]
