"""Small files in the manner of other tools, drawn by hand: what a newcomer will drag into the editor.

Knows which rules must speak up about each; the texts lie in the folder `foreign`.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "foreign"


def text(name: str) -> str:
    """The text of one file."""
    return (FOLDER / f"{name}.bpmn").read_text(encoding="utf-8")


# name -> (bytes, rules that must be among the findings)
FILES: dict[str, tuple[bytes, set[str]]] = {
    "Camunda 7": (
        text("camunda_7").encode(),
        {"unknown_attribute", "foreign_extension", "unknown_element", "bad_condition", "no_role",
         "no_condition", "no_operation"},
    ),
    "Camunda 8": (text("camunda_8").encode(), {"unknown_element", "foreign_extension", "no_outcome"}),
    "Bizagi": (text("bizagi").encode(), {"one_process", "one_pool", "unknown_element"}),
    "Bizagi with a byte order mark": (b"\xef\xbb\xbf" + text("bizagi").encode(), {"one_process"}),
    "Bizagi in UTF-16": (text("bizagi").replace("utf-8", "utf-16").encode("utf-16"), {"encoding"}),
    "Signavio": (text("signavio").encode(), {"bad_id", "unknown_attribute", "unknown_element"}),
    "Visual Paradigm": (text("visual_paradigm").encode(), {"bad_id", "unknown_attribute"}),
    "Eclipse": (text("eclipse").encode(), {"unknown_element", "unknown_attribute", "bad_each"}),
    "XPDL": (text("xpdl").encode(), {"not_bpmn"}),
    "a decision table": (text("dmn_instead").encode(), {"not_bpmn"}),
    "only a drawing": (text("only_a_drawing").encode(), {"one_process"}),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), {"encoding"}),
    "a web page": (b"<!DOCTYPE html><html><body>no</body></html>", {"doctype"}),
    "nothing": (b"", {"not_xml"}),
}  # fmt: skip
