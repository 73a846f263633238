"""What the demonstration puts into drafts, files and forms: invented, plausible, whole.

Knows the parts of a draft and the JSON Schema subset of forms; must not know cases or decisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paraf.documents.wording import REGULATION
from paraf.domain.organisation import Organisation

FAVOURABLE = ("sesuai", "setuju", "sepakat", "ya", "lengkap")
TEXT = "Telah diperiksa dan sesuai dengan naskah konsep."
WORDED = {"penerima": "Tata Usaha Biro Perencanaan dan Organisasi"}
"""What a field of this name says when it is required and nothing is proposed."""
CHECKER = {"Biro": "Kepala Bagian", "Pusat": "Kepala Bidang", "Kedutaan": "Kepala Fungsi"}
"""Who checks what staff prepare, by the first word of the unit's name; elsewhere a Kepala Subdirektorat."""


def naskah(
    organisation: Organisation, title: str, unit: str, parties: Sequence[str], sop_kind: str
) -> dict[str, Any]:
    """A whole draft, parts a to g. The lanes are posts of the unit, or the units of `parties`."""
    checker = CHECKER.get(organisation.units[unit].name.split()[0], "Kepala Subdirektorat")
    named = [(code.lower().replace("-", "_"), organisation.units[code].name, code) for code in parties]
    lanes = (
        [{"id": lane, "name": name, "unit": code} for lane, name, code in named]
        if sop_kind == "makro"
        else [{"id": "staf", "name": "Staf"}, {"id": "pemeriksa", "name": checker}]
    )
    first, last = lanes[0]["id"], lanes[-1]["id"]
    return {
        "deskripsi": f"SOP ini mengatur {title[:1].lower()}{title[1:]}, sejak permintaan diterima"
        " sampai hasil disampaikan.",
        "dasar_hukum": [
            {
                "kind": "Peraturan Menteri Luar Negeri",
                "number": "6",
                "year": 2017,
                "title": REGULATION.partition(" tentang ")[2],
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
                    "1",
                    "Menerima permintaan dan mencatatnya pada agenda kerja",
                    (first, "terminator", "Disposisi pimpinan", "Agenda kerja"),
                    (15, "menit"),
                ),
                _step(
                    "2",
                    "Menyiapkan konsep bahan menurut permintaan",
                    (first, "process", "Agenda kerja", "Konsep bahan"),
                    (2, "jam"),
                ),
                _step(
                    "3",
                    "Memeriksa konsep bahan. Jika setuju, meneruskannya untuk disampaikan. Jika tidak setuju,"
                    " mengembalikannya untuk diperbaiki",
                    (
                        last,
                        "decision",
                        "Konsep bahan",
                        "Bahan yang disetujui atau konsep bahan dengan catatan",
                    ),
                    (1, "jam"),
                )
                | {"ya": "4", "tidak": "2"},
                _step(
                    "4",
                    "Menyampaikan bahan dan melaporkan hasil pelaksanaan",
                    (last, "terminator", "Bahan yang disetujui", "Laporan hasil pelaksanaan"),
                    (30, "menit"),
                )
                | {"next": []},
            ],
        },
    }


def _step(no: str, kegiatan: str, how: tuple[str, str, str, str], waktu: tuple[int, str]) -> dict[str, Any]:
    lane, symbol, kelengkapan, output = how
    return {
        "no": no,
        "kegiatan": kegiatan,
        "pelaksana": [lane],
        "symbol": symbol,
        "kelengkapan": kelengkapan,
        "waktu": {"value": waktu[0], "unit": waktu[1]},
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
            values[name] = WORDED.get(name) or _value(schema["properties"][name], today)
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
