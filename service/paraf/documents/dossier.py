"""The printable dossier of a case: what it is about, what happened in order, its papers, its draft.

Knows how a dossier looks; must not know how facts become words (its maker says them) or what may be
shown to whom. The same rules as for official documents: self-contained, escaped, repeatable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from paraf.documents.data import Letterhead, SopHead
from paraf.documents.render import environment, sop_words, style
from paraf.domain.naskah import Naskah, normalise


class DossierFact(TypedDict, total=False):
    """One line of the history, already in words. `at_local` with offset; `zone` an IANA name;
    `who` person and position, `capacity` "Plt." and the like, `hash` of the fact."""

    seq: int
    at_local: str
    zone: str
    zone_label: str
    step: str
    text: str
    who: str
    capacity: str
    comment: str
    hash: str


class DossierPaper(TypedDict, total=False):
    title: str
    nomor: str
    tanggal: str
    act: str
    version: int
    sha256: str


class DossierFile(TypedDict, total=False):
    filename: str
    role: str
    size: str
    sha256: str


class DossierData(TypedDict, total=False):
    """`header` rows are label and value in order. `verified` is what a check of the chain said, in
    words; `route` names route, version and digest; `printed_at_local` is when it was asked for."""

    case_number: str
    title: str
    letterhead: Letterhead
    sop: SopHead
    header: list[tuple[str, str]]
    route: str
    verified: str
    facts: list[DossierFact]
    documents: list[DossierPaper]
    attachments: list[DossierFile]
    naskah: dict[str, Any]
    printed_at_local: str
    zone: str


def dossier(data: Mapping[str, Any]) -> str:
    """The dossier as one HTML file; `pdf()` prints it. `data`: see `DossierData`."""
    naskah = normalise(data["naskah"]) if data.get("naskah") else Naskah()
    words = {
        "data": data,
        "konsep": False,
        "title": f"Berkas Perkara {data.get('case_number') or ''}".strip(),
        "style": style(),
        "sop": sop_words(naskah, data),
    }
    return environment().get_template("dossier.html").render(words)
