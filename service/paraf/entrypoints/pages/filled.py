"""What a browser posted: rows added, taken away and moved by named buttons, without any script.

Knows the flat names of fields (`form.catatan.0.teks`); must not know what the fields mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Posted = dict[str, list[str]]
BUTTONS = ("tambah", "sisip", "hapus", "naik", "turun")


def after_button(posted: Mapping[str, list[str]]) -> Posted | None:
    """The fields as the pressed row button leaves them, or None when another button was pressed.

    `tambah` names a list (a blank row always stands at its end), `hapus`, `naik` and `turun` a row
    by its list and number; so does `sisip`, whose blank row the page draws after it."""
    pressed = next((button for button in BUTTONS if button in posted), None)
    if pressed is None:
        return None
    kept = {name: values for name, values in posted.items() if name not in BUTTONS}
    place, _, number = posted[pressed][-1].rpartition(".")
    if pressed in ("tambah", "sisip") or not re.fullmatch(r"\d{1,4}", number):
        return kept
    row = int(number)
    if pressed == "hapus":
        return {name: values for name, values in kept.items() if _row_of(name, place) != row}
    other = row - 1 if pressed == "naik" else row + 1
    return _swapped(kept, place, row, other) if other >= 0 else kept


def _row_of(name: str, place: str) -> int | None:
    found = re.match(re.escape(place) + r"\.(\d{1,4})(?:\.|$)", name)
    return int(found[1]) if found else None


def _swapped(posted: Posted, place: str, row: int, other: int) -> Posted:
    present = {_row_of(name, place) for name in posted}
    if not {row, other} <= present:
        return posted
    trade = {row: other, other: row}
    start = len(place) + 1
    moved: Posted = {}
    for name, values in posted.items():
        number = _row_of(name, place)
        if number in trade:
            name = f"{place}.{trade[number]}{name[start + len(str(number)) :]}"
        moved[name] = values
    return moved
