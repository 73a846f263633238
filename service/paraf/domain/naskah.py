"""A naskah konsep SOP: complete or not, its digest, its units, and what changed.

Knows what the regulation wants before a draft may be handed on; must not know who saves it, where
it is stored, or the format rules of the flow (`format_rules.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from paraf.domain.naskah_changes import Change, changes
from paraf.domain.naskah_shape import normalise, read_stored
from paraf.domain.sop_parts import PARTS, Naskah
from paraf.language import N_

__all__ = [
    "Change",
    "MissingPart",
    "Naskah",
    "changes",
    "missing_parts",
    "naskah_digest",
    "normalise",
    "read_stored",
    "units_in",
]


@dataclass(frozen=True, slots=True)
class MissingPart:
    """What keeps a draft from being handed on: huruf a to g, or "" for what goes with it; the field;
    a sentence (msgid)."""

    huruf: str
    field: str
    sentence: str


_EMPTY = {
    "deskripsi": N_("Part a is still missing: the description of the process (deskripsi)."),
    "dasar_hukum": N_("Part b is still missing: at least one legal basis (dasar hukum)."),
    "ketertautan": N_("Part c is still missing: linked SOPs (ketertautan), or that there are none."),
    "pihak_terlibat": N_("Part d is still missing: at least one party involved (pihak yang terlibat)."),
    "persyaratan_perlengkapan": N_(
        "Part e is still missing: requirements and equipment (persyaratan dan perlengkapan),"
        " or that there are none."
    ),
    "keluaran": N_("Part f is still missing: at least one output (keluaran)."),
    "diagram_alir": N_("Part g is still missing: the flow diagram (diagram alir)."),
}
NO_MAKRO = N_("Part c of an SOP Mikro names at least one SOP Makro, or says that there is none.")
NO_DIAGRAM_FILE = N_("Part g names a drawing that is not attached to this proposal.")
NO_SOFTCOPY = N_("The softcopy of the draft has not been attached yet.")
NO_SOP_IN_FORCE = N_("A change names the SOP in force that it changes.")


def missing_parts(
    naskah: Naskah,
    has_softcopy: bool,
    sop_kind: str = "mikro",
    request_kind: str = "new",
    sop_in_force: str | None = None,
    diagram_files: Collection[str] | None = None,
) -> list[MissingPart]:
    """What is missing before the draft may be handed on (records.md 2; INT-01), in the order a to g.

    Of an SOP Teknis only its steps are wanted: Pasal 52 names neither parts nor a softcopy.
    `diagram_files` are the SHA-256 of attached drawings; None leaves that unchecked."""
    body = naskah.body()
    if sop_kind == "teknis":
        return [] if body.get("diagram_alir") else [MissingPart("g", "diagram_alir", _EMPTY["diagram_alir"])]
    missing = [MissingPart(huruf, name, _EMPTY[name]) for huruf, name in PARTS if not body.get(name)]
    links = naskah.ketertautan
    said = any(link.none or link.sop_kind in ("makro", None) for link in links)
    if sop_kind == "mikro" and links and not said:
        missing.append(MissingPart("c", "ketertautan", NO_MAKRO))
    file = naskah.diagram_alir.file
    if file and not naskah.diagram_alir.steps and diagram_files is not None and file not in diagram_files:
        missing.append(MissingPart("g", "diagram_alir", NO_DIAGRAM_FILE))
    missing.sort(key=lambda part: part.huruf)
    if not has_softcopy:
        missing.append(MissingPart("", "softcopy", NO_SOFTCOPY))
    if sop_kind == "makro" and request_kind == "change" and not sop_in_force:
        missing.append(MissingPart("", "sop_in_force", NO_SOP_IN_FORCE))
    return missing


def naskah_digest(naskah: Naskah, attachments: Collection[str], canonical: Callable[[Any], bytes]) -> str:
    """SHA-256 (hex) over the parts and the digests of the attachments that belong to this version."""
    return hashlib.sha256(canonical({"parts": naskah.body(), "attachments": sorted(attachments)})).hexdigest()


def units_in(naskah: Naskah) -> list[str]:
    """Unit codes named by the parties and the lanes, each once, in order of appearance."""
    named = [party.unit for party in naskah.pihak_terlibat]
    named += [lane.unit for lane in naskah.diagram_alir.lanes]
    return list(dict.fromkeys(unit for unit in named if unit))
