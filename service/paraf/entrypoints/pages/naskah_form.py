"""The editor's fields as a draft body and back: flat names, rows with their origin, renumbering.

Knows which columns of a part the editor shows and keeps what it does not show (amendments,
branches, notes) from the row it came from; must not know whether a draft is complete or right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paraf.forms import parse_posted

NONE_SAID = "Tidak ada"
_MOST_DIGITS = 4
"""Of the number of a row."""


def _rows(**columns: str) -> dict[str, Any]:
    parts = {name: {"type": kind, "title": name} for name, kind in columns.items()}
    item = {"type": "object", "additionalProperties": False, "properties": parts}
    return {"type": "array", "title": "rows", "items": item}


def _list() -> dict[str, Any]:
    return {"type": "array", "title": "list", "items": {"type": "string"}}


def _text(kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "title": kind}


def _group(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "title": "group", "additionalProperties": False, "properties": parts}


STEPS = _rows(
    asal="string",
    no="string",
    kegiatan="string",
    symbol="string",
    kelengkapan="string",
    output="string",
    keterangan="string",
    ya="string",
    tidak="string",
)
STEPS["items"]["properties"] |= {
    "pelaksana": _list(),
    "waktu": _group(value=_text(), unit=_text()),
}
EDITOR = _group(
    deskripsi=_text(),
    dasar_hukum=_rows(asal="string", kind="string", number="string", year="integer", title="string"),
    ketertautan=_rows(asal="string", sop_kind="string", title="string"),
    tanpa_kaitan=_text("boolean"),
    pihak_terlibat=_rows(asal="string", name="string", unit="string"),
    persyaratan_perlengkapan=_list(),
    tanpa_persyaratan=_text("boolean"),
    keluaran=_list(),
    diagram_alir=_group(
        lanes=_rows(asal="string", id="string", name="string", unit="string"),
        steps=STEPS,
        file=_text(),
        uraian=_text(),
    ),
    identitas=_group(peringatan=_list(), kualifikasi_pelaksana=_list(), pencatatan_pendataan=_list()),
)
LISTS = ("dasar_hukum", "ketertautan", "pihak_terlibat")


def body_of(
    posted: Mapping[str, list[str]],
    stored: Mapping[str, Any],
    sop_kind: str = "mikro",
    *,
    keep_origin: bool = False,
) -> dict[str, Any]:
    """The body to save: what the form says, completed with what the editor does not show. With
    `keep_origin` each row still says which stored row it came from, to be drawn again."""
    body = parse_posted(EDITOR, posted)
    for name in LISTS:
        body[name] = _with_origin(body.get(name, []), stored.get(name, []), keep_origin)
    if body.pop("tanpa_kaitan", False):
        none: dict[str, Any] = {"none": True, **({"sop_kind": "makro"} if sop_kind == "mikro" else {})}
        body["ketertautan"] += [link for link in stored.get("ketertautan", []) if link.get("none")] or [none]
    if body.pop("tanpa_persyaratan", False) and not body.get("persyaratan_perlengkapan"):
        body["persyaratan_perlengkapan"] = [NONE_SAID]
    diagram = body.get("diagram_alir", {})
    kept = stored.get("diagram_alir", {})
    diagram["lanes"] = _with_origin(diagram.get("lanes", []), kept.get("lanes", []), keep_origin)
    steps = [step for step in diagram.get("steps", []) if set(step) - {"asal", "symbol", "no", "waktu"}]
    for step in steps:
        if not step.get("waktu", {}).get("value"):
            step.pop("waktu", None)
    diagram["steps"] = renumbered(_with_origin(steps, kept.get("steps", []), keep_origin))
    body["diagram_alir"] = {name: part for name, part in diagram.items() if part}
    return body


def _with_origin(rows: list[dict[str, Any]], stored: list[Any], keep: bool) -> list[dict[str, Any]]:
    """Each row with the columns of its stored row that the editor does not show."""
    whole = []
    for row in rows:
        origin = row.pop("asal", "")
        number = int(origin) if origin.isdecimal() and len(origin) <= _MOST_DIGITS else len(stored)
        held = stored[number] if number < len(stored) else {}
        held = held if isinstance(held, Mapping) else {}
        time, before = row.get("waktu"), held.get("waktu", {})
        if time and time.get("value") == str(before.get("value")):
            row["waktu"] = {**before, **time}
        whole.append({name: part for name, part in held.items() if name not in SHOWN} | row)
        if keep and whole[-1]:
            whole[-1]["asal"] = origin
    return [row for row in whole if row]


SHOWN = frozenset({"kind", "number", "year", "title", "sop_kind", "name", "unit", "id", "none"}) | frozenset(
    STEPS["items"]["properties"]
)


def renumbered(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps numbered from 1 in their order, with the targets following, when all numbers are plain."""
    numbers = [str(step.get("no") or "") for step in steps]
    if any(number and not number.isdecimal() for number in numbers) or any(s.get("group") for s in steps):
        return steps
    moved = {old: str(new) for new, old in enumerate(numbers, 1) if old}
    for new, step in enumerate(steps, 1):
        step["no"] = str(new)
        for name in ("ya", "tidak", "return_to"):
            if step.get(name) in moved:
                step[name] = moved[step[name]]
        for name in ("next", "parallel"):
            if isinstance(step.get(name), list):
                step[name] = [moved.get(target, target) for target in step[name]]
    return steps


def inserted_after(posted: Mapping[str, list[str]]) -> int | None:
    """The number of the step after which a blank one was asked for; None when none was."""
    place, _, number = posted.get("sisip", [""])[-1].rpartition(".")
    if place != "diagram_alir.steps" or not re.fullmatch(rf"\d{{1,{_MOST_DIGITS}}}", number):
        return None
    return int(number)


def shown(body: Mapping[str, Any], blank_step: int | None = None) -> dict[str, Any]:
    """A body as the editor draws it: every list with a blank row at its end, and one after the
    step `blank_step`."""
    links = [link for link in body.get("ketertautan", []) if not link.get("none")]
    needs = list(body.get("persyaratan_perlengkapan", []))
    none_needed = [str(one).strip().lower() for one in needs] == [NONE_SAID.lower()]
    diagram = body.get("diagram_alir", {})
    identity = body.get("identitas", {})
    steps = _blank_after(diagram.get("steps", []))
    if blank_step is not None and blank_step < len(steps) - 1:
        steps.insert(blank_step + 1, {})
    return {
        "deskripsi": body.get("deskripsi", ""),
        "dasar_hukum": _blank_after(body.get("dasar_hukum", [])),
        "ketertautan": _blank_after(body.get("ketertautan", []), only=links),
        "tanpa_kaitan": len(links) < len(body.get("ketertautan", [])),
        "pihak_terlibat": _blank_after(body.get("pihak_terlibat", [])),
        "persyaratan_perlengkapan": [*([] if none_needed else needs), ""],
        "tanpa_persyaratan": none_needed,
        "keluaran": [*body.get("keluaran", []), ""],
        "lanes": _blank_after(diagram.get("lanes", [])),
        "steps": steps,
        "file": diagram.get("file", ""),
        "uraian": diagram.get("uraian", ""),
        "identitas": {
            name: [*identity.get(name, []), ""]
            for name in ("peringatan", "kualifikasi_pelaksana", "pencatatan_pendataan")
        },
    }


def _blank_after(rows: list[Any], only: list[Any] | None = None) -> list[dict[str, Any]]:
    numbered = [{"asal": n, **row} for n, row in enumerate(rows) if only is None or row in only]
    return [*numbered, {}]


def lane_names(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The executors a step may name: id and name of each lane."""
    return [
        (str(lane.get("id") or lane_id(lane.get("name", ""))), str(lane.get("label") or lane.get("name")))
        for lane in body.get("diagram_alir", {}).get("lanes", [])
        if lane.get("name") or lane.get("label")
    ]


def lane_id(name: str) -> str:
    """The id of a lane that has only a name yet."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
