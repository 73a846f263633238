"""What the demonstration puts into drafts, files and forms: invented, plausible, whole.

Knows the parts of a draft and the JSON Schema subset of forms; must not know cases or decisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paraf.domain.organisation import Organisation

FAVOURABLE = ("sesuai", "setuju", "sepakat", "ya", "lengkap")
TEXT = "Telah diperiksa dan sesuai dengan naskah konsep."


def naskah(
    organisation: Organisation, title: str, unit: str, parties: Sequence[str], sop_kind: str
) -> dict[str, Any]:
    """A whole draft, parts a to g. The lanes are posts of the unit, or the units of `parties`."""
    named = [(code.lower().replace("-", "_"), organisation.units[code].name, code) for code in parties]
    lanes = (
        [{"id": lane, "name": name, "unit": code} for lane, name, code in named]
        if sop_kind == "makro"
        else [{"id": "staf", "name": "Staf"}, {"id": "kasubdit", "name": "Kepala Subdirektorat"}]
    )
    first, last = lanes[0]["id"], lanes[-1]["id"]
    return {
        "deskripsi": f"SOP ini mengatur {title}, sejak permintaan diterima sampai hasil disampaikan.",
        "dasar_hukum": [
            {
                "kind": "Peraturan Menteri Luar Negeri",
                "number": "6",
                "year": 2017,
                "title": "Pedoman Penyusunan Peta Bisnis Proses dan Standar Operasional Prosedur",
            }
        ],
        "ketertautan": [{"sop_kind": "makro", "none": True}],
        "pihak_terlibat": [
            {"name": lane["name"], **({"unit": lane["unit"]} if "unit" in lane else {})} for lane in lanes
        ],
        "persyaratan_perlengkapan": ["Disposisi pimpinan", "Komputer dengan akses jaringan kementerian"],
        "keluaran": ["Laporan hasil pelaksanaan"],
        "diagram_alir": {
            "lanes": lanes,
            "steps": [
                _step(
                    "1", "Menerima permintaan", first, "terminator", "Disposisi", 15, "menit", "Agenda kerja"
                ),
                _step("2", "Menyiapkan bahan", first, "process", "Agenda kerja", 2, "jam", "Konsep bahan"),
                _step("3", "Memeriksa konsep bahan", last, "decision", "Konsep bahan", 1, "jam", "Catatan")
                | {"ya": "4", "tidak": "2"},
                _step("4", "Menyampaikan bahan", last, "terminator", "Bahan", 30, "menit", "Tanda terima")
                | {"next": []},
            ],
        },
    }


def _step(
    no: str, kegiatan: str, lane: str, symbol: str, kelengkapan: str, value: int, unit: str, output: str
) -> dict[str, Any]:
    return {
        "no": no,
        "kegiatan": kegiatan,
        "pelaksana": [lane],
        "symbol": symbol,
        "kelengkapan": kelengkapan,
        "waktu": {"value": value, "unit": unit},
        "output": output,
    }


def softcopy(title: str) -> bytes:
    """A one-page PDF that names the draft."""
    text = title.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    content = b"BT /F1 14 Tf 72 760 Td (Naskah konsep: " + text + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    data, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    )


def filled(schema: Mapping[str, Any] | None, given: Mapping[str, Any], today: str) -> dict[str, Any]:
    """The form filled so that the case goes on: what is proposed is kept, what is required added."""
    if schema is None:
        return {}
    values = dict(given)
    for name in schema.get("required", ()):
        if name not in values:
            values[name] = _value(schema["properties"][name], today)
    return values


def _value(schema: Mapping[str, Any], today: str) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return next((choice for choice in FAVOURABLE if choice in schema["enum"]), schema["enum"][0])
    match schema.get("type"):
        case "boolean":
            return True
        case "integer":
            return schema.get("minimum", 1)
        case "array":
            return [_value(schema["items"], today) for _ in range(schema.get("minItems", 0))]
        case "object":
            return filled(schema, {}, today)
        case _:
            return today if schema.get("format") == "date" else TEXT
