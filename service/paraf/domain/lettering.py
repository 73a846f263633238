"""How wide words are when drawn, and where they break.

Knows the advance widths of a common sans-serif face, rounded up to be on the safe side; must not
know what is drawn. Used by everything that draws without a browser, so that labels get the same
lines in a route file and in its picture.
"""

from __future__ import annotations

LINE_HEIGHT = 1.2
"""Distance of two lines, in font sizes."""

# Thousandths of the font size.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 230),
    **dict.fromkeys("ft.,:;!I/\\[]() -", 300),
    **dict.fromkeys('r“”"*', 370),
    **dict.fromkeys("cksvxyzJ", 520),
    **dict.fromkeys("abdeghnopqu0123456789L_?+<>=", 575),
    **dict.fromkeys("FTZABEKPSVXY&", 680),
    **dict.fromkeys("CDHNRUwGOQ", 770),
    **dict.fromkeys("mM%W@", 930),
}
_OTHER = 600


def width_of(words: str, size: float) -> float:
    """The width of one line of text at font size `size`, in the unit of `size`."""
    return sum(_WIDTHS.get(letter, _OTHER) for letter in words) * size / 1000


def wrapped(words: str, size: float, width: float) -> list[str]:
    """The lines of a text that is at most `width` wide; a single longer word stands alone."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def block(words: str, size: float, width: float) -> tuple[float, float]:
    """Width and height of a text wrapped to `width`."""
    lines = wrapped(words, size, width)
    return max((width_of(line, size) for line in lines), default=0.0), len(lines) * size * LINE_HEIGHT
