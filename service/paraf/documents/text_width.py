"""How wide a text runs in the sans-serif of our drawings, and where its lines break.

Knows the advance widths of the common sans-serif metrics (Helvetica and the fonts cut to match it);
must not know what is drawn. Widths are in units of the font size.
"""

from __future__ import annotations

import functools

_WIDTHS = {
    222: "ijl",
    191: "'",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_WIDTH = {letter: size / 1000 for size, letters in _WIDTHS.items() for letter in letters}
_LATIN, _WIDE = 0.6, 1.0  # letters not listed: accented Latin, then anything wider
MARGIN = 1.05  # room for a font that runs a little wider


def width(text: str, size: float, bold: bool = False) -> float:
    """The length of one line, with some room to spare."""
    units = sum(_WIDTH.get(letter) or (_LATIN if ord(letter) < 0x2000 else _WIDE) for letter in text)
    return units * size * MARGIN * (1.07 if bold else 1.0)


@functools.lru_cache(maxsize=4096)
def lines(text: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
    """The text broken into lines no longer than `room`; a word too long is cut."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if width(longer, size, bold) <= room:
                line = longer
                continue
            if line:
                found.append(line)
            while width(word, size, bold) > room and len(word) > 1:
                cut = len(word) - 1
                while cut > 1 and width(word[:cut], size, bold) > room:
                    cut -= 1
                found.append(word[:cut])
                word = word[cut:]
            line = word
        if line:
            found.append(line)
    return tuple(found)
