"""How a state looks in the picture of a route: fill, frame, dashes, and a sign beside the colour.

Knows the words and the look of states; must not know where a step stands (`route_picture.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from paraf.domain.route import Box

INK = "#1f2933"
STATES = {
    "done": "selesai",
    "open": "sedang berjalan",
    "passed": "sudah dilalui",
    "returned": "dikembalikan",
    "heat0": "tanpa waktu baku",
    "heat1": "paling lama setengah waktu baku",
    "heat2": "dalam waktu baku",
    "heat3": "paling lama satu setengah kali waktu baku",
    "heat4": "paling lama dua kali waktu baku",
    "heat5": "lebih dari dua kali waktu baku",
    "added": "ditambahkan",
    "removed": "dihapus",
    "changed": "diubah",
}
# state: (fill, frame, width of the frame, dashes)
LOOK = {
    "": ("#ffffff", "#52606d", 1.2, None),
    "passed": ("#eef2f6", "#52606d", 1.2, None),
    "done": ("#e3f1e7", "#2d6a42", 1.6, None),
    "open": ("#fff3d1", "#8a5a00", 3.0, None),
    "returned": ("#fde8e4", "#a13b22", 2.0, "6 3"),
    "heat0": ("#f4f6f8", "#52606d", 1.2, "3 3"),
    "heat1": ("#e8f3ea", "#2d6a42", 1.2, None),
    "heat2": ("#fff8e1", "#7a6a2a", 1.4, None),
    "heat3": ("#ffe3b8", "#8a5a00", 1.8, None),
    "heat4": ("#ffc78a", "#8f4300", 2.4, None),
    "heat5": ("#fba566", "#7d2a12", 3.2, None),
    "added": ("#e3f1e7", "#2d6a42", 2.4, None),
    "removed": ("#fde8e4", "#a13b22", 2.4, "6 3"),
    "changed": ("#fff3d1", "#8a5a00", 2.4, "1 3"),
}
FLOW_LOOK = {
    "": ("#52606d", 1.2, None),
    "walked": ("#2d6a42", 1.6, None),
    "added": ("#2d6a42", 2.4, None),
    "removed": ("#a13b22", 2.2, "6 3"),
    "changed": ("#8a5a00", 2.2, "1 3"),
}
"""State of a flow: (colour, width, dashes)."""
_SIGNS = {
    "added": "M{x} {y} m-5 0 h10 m-5 -5 v10",
    "removed": "M{x} {y} m-5 0 h10",
    "changed": "M{x} {y} m-4 4 l1 -3 l6 -6 l2 2 l-6 6 z",
}


def mark(state: str, box: Box) -> Iterator[str]:
    """The sign in the corner of a step that says its state without colour."""
    x, y = box.x + box.width - 13, box.y + 13
    if state == "done":
        yield (
            f'<path class="mark" d="M{number(x - 5)} {number(y)} l4 4 l7 -8" fill="none" stroke="#2d6a42"'
            f' stroke-width="2.2"/>'
        )
    elif state == "open":
        yield f'<circle class="mark" cx="{number(x)}" cy="{number(y)}" r="4.5" fill="#8a5a00"/>'
    elif state == "returned":
        yield (
            f'<path class="mark" d="M{number(x + 5)} {number(y + 4)} a5 5 0 1 0 -9 -5 m-2 -5 v6 h6" fill="none"'
            f' stroke="#a13b22" stroke-width="1.8"/>'
        )
    elif state.startswith("heat") and state != "heat0":
        yield (
            f'<text class="mark" x="{number(x + 4)}" y="{number(y + 3)}" font-size="11" font-weight="bold"'
            f' text-anchor="middle" fill="{INK}">{state[-1]}</text>'
        )
    elif state in _SIGNS:
        yield (
            f'<circle class="mark" cx="{number(x)}" cy="{number(y)}" r="8" fill="{LOOK[state][1]}"/>'
            f'<path class="mark" d="{_SIGNS[state].format(x=number(x), y=number(y))}" fill="none"'
            f' stroke="#ffffff" stroke-width="2"/>'
        )


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
