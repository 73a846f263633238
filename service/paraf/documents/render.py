"""An official document as one self-contained HTML file, the same bytes for the same data anywhere.

Knows the templates and how data become the words in them; must not know cases, tables or settings.
No scripts, no outside references, no inline style attributes: the one style sheet has a fixed
digest (`style_digest`) that a Content-Security-Policy can name.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from typing import Any

import orjson
from jinja2 import ChainableUndefined, Environment, PackageLoader, Template
from markupsafe import Markup

from paraf.documents import indonesian, wording
from paraf.documents.data import KINDS, UNSIGNED
from paraf.documents.flow_picture import flow_sheets
from paraf.domain.naskah import Naskah, normalise, read_stored

DECREES = {
    "keputusan_sekjen": "Sekretaris Jenderal",
    "keputusan_menteri": "Menteri Luar Negeri Republik Indonesia",
}
INSTITUTION = "Kementerian Luar Negeri Republik Indonesia"
_PREFIXED = ("Plt.", "Plh.", "Pj.", "a.n.", "u.b.")
_TITLES = {
    "usulan": "Usulan",
    "kertas_kerja_reviu": "Kertas Kerja Reviu",
    "catatan_koreksi": "Catatan Koreksi dan Masukan",
    "notula": "Notula",
    "persetujuan_sop": "Lembar Persetujuan",
    "nota_dinas_persetujuan": "Nota Dinas Persetujuan",
    "nota_dinas_rekomendasi": "Nota Dinas Rekomendasi",
    "nota_dinas_sekjen": "Nota Dinas Sekretaris Jenderal",
    "berita_persetujuan": "Berita Persetujuan",
    "keputusan_eselon_i": "Keputusan Pimpinan Unit Organisasi Eselon I",
    "keputusan_sekjen": "Keputusan Sekretaris Jenderal",
    "keputusan_kepala_pusat": "Keputusan Kepala Pusat",
    "keputusan_kepala_perwakilan": "Keputusan Kepala Perwakilan",
    "keputusan_menteri": "Keputusan Menteri Luar Negeri",
    "pengesahan_sop": "Standar Operasional Prosedur",
}


def kind_title(kind: str) -> str:
    """The document's name in lists: "Nota Dinas Persetujuan"."""
    return _TITLES.get(kind, kind.replace("_", " ").capitalize())


def render(kind: str, act: str, data: Mapping[str, Any]) -> str:
    """The document of `kind` as HTML. The acts "konsep" and "paraf" show KONSEP, no number and an
    empty signature block; any other act (records.md 8.4) shows number, date and signature.
    `data`: see `DocumentData`."""
    if kind not in KINDS:
        raise KeyError(kind)
    naskah = read_stored(_key(data["naskah"])) if data.get("naskah") else Naskah()
    words: dict[str, Any] = {
        "data": data,
        "konsep": act in UNSIGNED,
        "title": f"{kind_title(kind)} {wording.sop_name(data.get('sop') or {})}",
        "style": style(),
        "subject": wording.subject(kind, data),
        "standard_text": wording.standard_text(kind, data),
        "naskah_summary": lambda _: _summary(naskah),
    }
    if kind.startswith("keputusan_"):
        words["decree"] = _decree(kind, data)
    if kind.startswith("keputusan_") or kind == "pengesahan_sop":
        words["sop"] = sop_words(naskah, data)
    return str(_template(kind).render(words))


def _key(naskah: Any) -> str:
    """The draft as text, alike for equal drafts: one that was read is read no more."""
    return orjson.dumps(naskah, option=orjson.OPT_SORT_KEYS).decode()


def template_digest(kind: str) -> str:
    """SHA-256 (hex) over everything the look of this kind comes from; part of a route's manifest."""
    digest = hashlib.sha256()
    for name in sorted({"style.css", *_sources(f"{kind}.html")}):
        digest.update(name.encode() + b"\0" + _source(name).encode() + b"\0")
    return digest.hexdigest()


def style_digest() -> str:
    """The style sheet's digest as a Content-Security-Policy writes it: "sha256-...="."""
    return f"sha256-{base64.b64encode(hashlib.sha256(str(style()).encode()).digest()).decode()}"


# --- templates ----------------------------------------------------------------------------------


class _Templates(Environment):
    """Looks a name up in a mapping first: nearly all that the templates read are mappings, and an
    attribute that is not there costs an exception each time."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@functools.cache
def environment() -> Environment:
    """One environment for every template of the package: escaping on, nothing reloaded."""
    env = _Templates(
        loader=PackageLoader("paraf.documents"),
        autoescape=True,
        undefined=ChainableUndefined,
        auto_reload=False,
        finalize=lambda value: "" if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals = {
        "criteria": _criteria,
        "date_and_time": indonesian.date_and_time,
        "day_and_date": indonesian.day_and_date,
        "digest_lines": lambda text: " ".join(str(text or "")[i : i + 16] for i in range(0, 64, 16)),
        "full_title": full_title,
        "kind_name": lambda sop: wording.kind_name(sop or {}),
        "long_date": indonesian.long_date,
        "long_kind_name": lambda sop: wording.long_kind_name(sop or {}),
        "open_notes": _open_notes,
        "ordinal": indonesian.ordinal,
        "part_name": _part_name,
        "review_outcome": _outcome,
        "sop_name": lambda sop: wording.sop_name(sop or {}),
        "split": lambda text: [line.strip() for line in str(text or "").split("\n") if line.strip()],
        "status": _status,
        "upper": lambda text: str(text).upper(),
    }
    return env


@functools.cache
def _template(kind: str) -> Template:
    return environment().get_template(f"{kind}.html")


@functools.cache
def _source(name: str) -> str:
    loader = environment().loader
    assert loader is not None  # noqa: S101 - set two functions above
    return loader.get_source(environment(), name)[0]


@functools.cache
def style() -> Markup:
    """The one style sheet of every document."""
    return Markup(_source("style.css"))  # noqa: S704 - the package's own file, no value in it


def _sources(name: str) -> set[str]:
    """The template and every template it names, be it in a condition."""
    found, waiting = set(), [name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += re.findall(r'"([a-z_]+\.html)"', _source(name))
    return found


# --- words the templates ask for ------------------------------------------------------------------


def full_title(by: Mapping[str, Any] | None) -> str:
    """ "Plt. Sekretaris Jenderal"; a label of another kind ("Kuasa Usaha Ad Interim") stands alone."""
    if not by:
        return ""
    title, label = str(by.get("position_title") or ""), str(by.get("capacity_label") or "")
    if not label or label.lower() == "definitif":
        return title
    return f"{label} {title}".rstrip() if label in _PREFIXED else label


def _criteria(given: Any) -> list[dict[str, str]]:
    by_letter = {str(item.get("huruf")): item for item in given or []}
    results = {"sesuai": "Sesuai", "tidak": "Tidak sesuai", "tidak_sesuai": "Tidak sesuai"}
    rows = []
    for letter, name in wording.CRITERIA.items():
        item = by_letter.get(letter, {})
        result = str(item.get("hasil") or "")
        rows.append(
            {
                "huruf": letter,
                "name": name,
                "result": results.get(result, result),
                "note": str(item.get("catatan") or ""),
            }
        )
    return rows


_STATUS = {
    "terbuka": "Terbuka",
    "open": "Terbuka",
    "diterima": "Diterima",
    "accepted": "Diterima",
    "ditolak": "Ditolak",
    "rejected": "Ditolak",
}


def _status(status: Any) -> str:
    return _STATUS.get(str(status or "terbuka"), str(status))


def _open_notes(notes: Any) -> list[Any]:
    return [note for note in notes or [] if _status(note.get("status")) == "Terbuka"]


def _part_name(letter: Any) -> str:
    name = wording.PART_NAMES.get(str(letter or ""))
    return f"{letter}. {name}" if name else str(letter or "-")


def _outcome(review: Any) -> str:
    review = review or {}
    results = [row["result"] for row in _criteria(review.get("kriteria"))]
    if review.get("outcome"):
        conform = review["outcome"] in ("conform", "sesuai")
    elif all(results):
        conform = all(result == "Sesuai" for result in results)
    else:
        return "…………"
    return "Telah sesuai" if conform else "Perlu penyesuaian"


def _summary(naskah: Naskah) -> list[dict[str, str]]:
    flow = naskah.diagram_alir
    counted = {
        "b": (len(naskah.dasar_hukum), "peraturan"),
        "c": (len([link for link in naskah.ketertautan if not link.none]), "SOP terkait"),
        "d": (len(naskah.pihak_terlibat), "pihak"),
        "e": (len(naskah.persyaratan_perlengkapan), "butir"),
        "f": (len(naskah.keluaran), "keluaran"),
    }
    content = {
        letter: f"{number} ({indonesian.number_words(number)}) {name}"
        for letter, (number, name) in counted.items()
        if number
    }
    content["a"] = naskah.deskripsi if len(naskah.deskripsi) <= 200 else f"{naskah.deskripsi[:199]}…"
    if any(link.none for link in naskah.ketertautan) and "c" not in content:
        content["c"] = "Tidak ada"
    if flow.steps:
        steps = len([step for step in flow.steps if not step.group])
        content["g"] = f"{steps} kegiatan, {len(flow.lanes)} pelaksana"
    elif flow:
        content["g"] = "Gambar terlampir" if flow.file else "Uraian"
    return [
        {"huruf": letter, "name": name, "content": content.get(letter) or "-"}
        for letter, name in wording.PART_NAMES.items()
    ]


def _decree(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    own = data.get("keputusan") or {}
    signature = data.get("signature") or {}
    head = str(signature.get("on_behalf_of_title") or signature.get("position_title") or "")
    maker = DECREES.get(kind) or head or kind_title(kind).removeprefix("Keputusan ")
    # the titles of a Menteri and of a Kepala Perwakilan say by themselves where they sit
    alone = kind in ("keputusan_menteri", "keputusan_kepala_perwakilan")
    naskah = data.get("naskah") or {}
    recalled = [str(basis) for basis in normalise({"dasar_hukum": naskah.get("dasar_hukum")}).dasar_hukum]
    known = {basis.split(" tentang ")[0] for basis in wording.RECALLED}
    recalling = [
        *wording.RECALLED,
        *(basis for basis in recalled if basis.split(" tentang ")[0] not in known),
    ]
    return {
        "maker": maker,
        "institution": "" if alone else INSTITUTION,
        "about": own.get("tentang") or wording.about(data),
        "considering": own.get("menimbang") or wording.considerations(kind, data),
        "recalling": own.get("mengingat") or _ended(recalling),
        "clauses": own.get("diktum") or wording.clauses(kind, data, maker),
    }


def _ended(items: list[str]) -> list[str]:
    return [f"{item};" for item in items[:-1]] + [f"{item}." for item in items[-1:]]


def sop_words(naskah: Naskah, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates of an SOP document ask for: its parts in words, its flow as sheets."""
    head = data.get("sop") or {}
    lines = (data.get("letterhead") or {}).get("lines") or [INSTITUTION]
    unit = head.get("unit_name")
    owner = [*lines, *([unit] if unit and str(unit).lower() not in " ".join(lines).lower() else [])]
    made = str(head.get("tanggal_pembuatan") or data.get("tanggal") or "")
    flow = naskah.diagram_alir
    return {
        "owner": owner,
        "year": made[:4],
        "description": naskah.deskripsi,
        "legal": [str(basis) for basis in naskah.dasar_hukum],
        "links": [str(link) for link in naskah.ketertautan],
        "parties": [str(party) for party in naskah.pihak_terlibat],
        "equipment": list(naskah.persyaratan_perlengkapan),
        "outputs": list(naskah.keluaran),
        "warnings": list(naskah.identitas.peringatan),
        "skills": list(naskah.identitas.kualifikasi_pelaksana),
        "records": list(naskah.identitas.pencatatan_pendataan),
        # drawn by our own code with every text escaped
        "flow": [Markup(sheet) for sheet in flow_sheets(flow)],  # noqa: S704
        "flow_words": flow.uraian,
        "flow_file": flow.file,
    }
