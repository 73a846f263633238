"""What the queries answer, written out by hand: one case on its way, as the pages receive it.

Persons are invented. The shapes are those of the contract with the extra keys the pages show.
"""

from __future__ import annotations

from typing import Any

SHA = "3f1c9a77d02be4518a6f0c1d2e3b4a5968778695a4b3c2d1e0f00112233445566"
NOW = "2026-11-20T03:00:00.000000Z"

ME: dict[str, Any] = {
    "id": "p-ratna",
    "login": "ratna.wibisono",
    "name": "Ratna Wibisono",
    "system_roles": ["administrator"],
    "zone": "Asia/Jakarta",
    "appointments": [
        {
            "position_id": "BPO-reviewer",
            "position": {"id": "BPO-reviewer", "title": "Analis Tata Laksana Biro Perencanaan dan Organisasi"},
            "unit": {"code": "BPO", "name": "Biro Perencanaan dan Organisasi"},
            "capacity": "definitif",
            "label": None,
        },
        {
            "position_id": "BPO-kepala",
            "position": {"id": "BPO-kepala", "title": "Kepala Biro Perencanaan dan Organisasi"},
            "unit": {"code": "BPO", "name": "Biro Perencanaan dan Organisasi"},
            "capacity": "plh",
            "label": "Plh.",
        },
    ],
}

UNITS = {
    "DITASTIM": "Direktorat Asia Timur",
    "DITKONS": "Direktorat Konsuler",
    "BSDM": "Biro Sumber Daya Manusia",
    "PUSTIK": "Pusat Teknologi Informasi dan Komunikasi",
    "KBRI-TOKYO": "Kedutaan Besar Republik Indonesia di Tokyo",
    "DITHUK": "Direktorat Hukum dan Perjanjian Politik dan Keamanan",
}


def unit(code: str) -> dict[str, str]:
    return {"code": code, "name": UNITS[code]}


def due(at: str, words: str, tone: str) -> dict[str, str]:
    return {"at": at, "words": words, "tone": tone}


_INBOX = (
    ("Legalisasi Dokumen untuk Digunakan di Luar Negeri", "DITKONS", "Reviu naskah konsep", "2026-11-18T09:00:00Z", "Lewat 2 hari kerja", "red", "Reviewer"),
    ("Penerbitan Surat Perjalanan Laksana Paspor", "KBRI-TOKYO", "Reviu naskah konsep", "2026-11-20T09:00:00Z", "Hari ini", "amber", "Reviewer"),
    ("Penyusunan Posisi Delegasi pada Pertemuan Bilateral", "DITASTIM", "Catat penerimaan hardcopy", "2026-11-23T09:00:00Z", "1 hari kerja lagi", "amber", "Reviewer"),
    ("Pengelolaan Mutasi Pegawai ke Perwakilan", "BSDM", "Putuskan hasil reviu", "2026-11-25T09:00:00Z", "3 hari kerja lagi", "blue", "Kepala"),
    ("Pemulihan Layanan Surat Elektronik Dinas", "PUSTIK", "Susun konsep nota dinas persetujuan", "2026-11-27T09:00:00Z", "5 hari kerja lagi", "blue", "Reviewer"),
    ("Permintaan Pandangan Hukum atas Rancangan Perjanjian Internasional di Bidang Pertahanan", "DITHUK", "Bahas Kertas Kerja Reviu", "2026-12-02T09:00:00Z", "8 hari kerja lagi", "green", "Reviewer"),
    ("Pendaftaran Kelahiran Warga Negara Indonesia di Luar Negeri", "KBRI-TOKYO", "Catat penerimaan hardcopy", None, None, None, "Reviewer"),
)

INBOX: dict[str, Any] = {
    "items": [
        {
            "id": f"task-{n}",
            "instance_id": f"case-{n}",
            "number": f"U-2026-{120 + n:06d}",
            "element_id": "review_naskah_konsep",
            "name": step,
            "proposal": {"id": f"prop-{n}", "title": title, "unit": unit(code)},
            "position": {
                "id": "BPO-reviewer",
                "title": "Plh. Kepala Biro PO" if who == "Kepala" else "Analis Tata Laksana Biro PO",
            },
            "assignee": {"id": "p-ratna", "name": "Ratna Wibisono"}
            if n in (0, 3)
            else {"id": "p-yoga", "name": "Yoga Pranata"}
            if n == 2
            else None,
            "due_at": at,
            "due": due(at, words or "", tone or "") if at else None,
            "created_at": "2026-11-12T02:00:00Z",
        }
        for n, (title, code, step, at, words, tone, who) in enumerate(_INBOX)
    ],
    "next": "abc",
    "tallies": {"mine": 2, "offered": 7},
}

COPIES: dict[str, Any] = {
    "items": [
        {
            "id": f"copy-{n}",
            "kind": kind,
            "name": name,
            "title": title,
            "number": f"U-2026-{130 + n:06d}",
            "unit": unit("BSDM"),
            "instance_id": f"case-{n}",
            "document_id": "doc-1",
            "position": {"id": "BPO-kepala", "title": "Kepala Biro PO"},
            "sent_at": at,
            "read_at": read,
            "way": "tembusan",
        }
        for n, (kind, name, title, at, read) in enumerate(
            (
                ("usulan", "Usulan SOP Mikro", "Penempatan Staf Setempat pada Perwakilan", "2026-11-19T03:10:00Z", None),
                ("usulan", "Usulan SOP Mikro", "Legalisasi Dokumen untuk Digunakan di Luar Negeri", "2026-11-17T08:40:00Z", None),
                ("keputusan_eselon_i", "Keputusan Direktur Jenderal", "Penyusunan Bahan Kunjungan Kenegaraan", "2026-11-10T02:00:00Z", "2026-11-11T02:00:00Z"),
            )
        )
    ],
    "next": None,
    "unread": 2,
}

DOCUMENTS: list[dict[str, Any]] = [
    {"id": "doc-1", "kind": "usulan", "title": "Usulan SOP Mikro: Legalisasi Dokumen", "act": "tanda_tangan", "number": "ND-014/DJPROTKONS/XI/2026", "made_at": "2026-11-12T04:11:00Z", "sha256": SHA},
    {"id": "doc-2", "kind": "kertas_kerja_reviu", "title": "Kertas Kerja Reviu, putaran 1", "act": "konsep", "number": None, "made_at": "2026-11-14T07:30:00Z", "sha256": SHA},
]

ATTACHMENTS: list[dict[str, Any]] = [
    {"id": "att-1", "role": "softcopy", "filename": "naskah-konsep-legalisasi-v2.pdf", "size": 1_260_412, "media_type": "application/pdf", "sha256": SHA, "added_at": "2026-11-18T02:00:00Z"},
    {"id": "att-2", "role": "supporting", "filename": "daftar-spesimen-tanda-tangan.xlsx", "size": 48_211, "media_type": "application/vnd.ms-excel", "sha256": SHA, "added_at": "2026-11-11T02:00:00Z"},
]

STEPS: list[dict[str, Any]] = [
    {"id": "prepare_naskah_konsep", "name": "Siapkan naskah konsep", "lane": "Unit Eselon II penyusun", "state": "done", "who": "Sari Maheswari", "at": "2026-11-11T08:12:00Z", "visits": 2},
    {"id": "submit_usulan", "name": "Ajukan usulan", "lane": "Pimpinan Eselon I", "state": "done", "who": "Bagas Wirayuda", "at": "2026-11-12T04:11:00Z", "visits": 1},
    {"id": "record_hardcopy", "name": "Catat penerimaan hardcopy", "lane": "Biro PO", "state": "done", "who": "Yoga Pranata", "at": "2026-11-13T02:20:00Z", "visits": 1},
    {"id": "review_naskah_konsep", "name": "Reviu naskah konsep", "lane": "Biro PO", "state": "open", "who": "Ratna Wibisono", "due_at": "2026-11-18T09:00:00Z", "visits": 2},
    {"id": "decide_review_outcome", "name": "Putuskan hasil reviu", "lane": "Kepala Biro PO", "state": "ahead", "standard": "P2D"},
    {"id": "sign_nota_dinas_persetujuan", "name": "Tanda tangani nota dinas persetujuan", "lane": "Sekretaris Jenderal", "state": "ahead", "standard": "P3D"},
    {"id": "sign_and_ratify_sop", "name": "Tanda tangani dan sahkan SOP", "lane": "Pimpinan Eselon II penyusun", "state": "ahead"},
    {"id": "set_sop_keputusan_eselon1", "name": "Tetapkan dengan Keputusan", "lane": "Pimpinan Eselon I", "state": "ahead"},
]

FORM: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kriteria_a", "kriteria_b", "kriteria_c"],
    "properties": {
        "kriteria_a": {"type": "string", "title": "a. Kesesuaian dengan tugas dan fungsi serta peraturan perundang-undangan", "enum": ["sesuai", "tidak_sesuai"]},
        "kriteria_b": {"type": "string", "title": "b. Ketepatan konsepsi dan penamaan", "enum": ["sesuai", "tidak_sesuai"]},
        "kriteria_c": {"type": "string", "title": "c. Kesesuaian format naskah SOP", "enum": ["sesuai", "tidak_sesuai"]},
        "catatan": {
            "type": "array",
            "title": "Catatan koreksi dan masukan",
            "items": {
                "type": "object",
                "properties": {
                    "bagian": {"type": "string", "title": "Bagian", "enum": list("abcdefg")},
                    "teks": {"type": "string", "title": "Catatan"},
                },
            },
        },
    },
}

TASK: dict[str, Any] = {
    "id": "task-0",
    "instance_id": "case-0",
    "element_id": "review_naskah_konsep",
    "name": "Reviu naskah konsep",
    "state": "open",
    "documentation": "Periksa naskah konsep terhadap tiga kriteria. Setiap catatan menyebut bagian naskah yang dimaksud.",
    "cites": ["Pasal 37 ayat (3)", "Pasal 37 ayat (4)"],
    "case": {"number": "U-2026-000120", "title": _INBOX[0][0], "unit": unit("DITKONS"), "route_name": "SOP Mikro unit Eselon I", "route_version": 1},
    "proposal": {"id": "prop-0", "title": _INBOX[0][0], "unit": unit("DITKONS")},
    "assignee": {"id": "p-ratna", "name": "Ratna Wibisono"},
    "due": due("2026-11-18T09:00:00Z", "Lewat 2 hari kerja", "red"),
    "seq": 21,
    "documents": DOCUMENTS,
    "attachments": ATTACHMENTS,
    "naskah": {"version": 2, "saved_at": "2026-11-18T02:04:00Z", "saved_by": {"id": "p-sari", "name": "Sari Maheswari"}, "sha256": SHA},
    "changes": [
        {"label": "b. Dasar hukum", "lines": [{"was": None, "now": "Peraturan Menteri Hukum dan HAM Nomor 6 Tahun 2022 tentang Layanan Legalisasi Apostille"}]},
        {"label": "g. Diagram alir, langkah 4", "lines": [{"was": "Memverifikasi spesimen tanda tangan (2 hari)", "now": "Memverifikasi spesimen tanda tangan pejabat (1 hari)"}]},
    ],
    "decisions": [
        {"element_id": "submit_usulan", "name": "Ajukan usulan", "outcome": "submit", "outcome_label": "Ajukan", "who": {"name": "Bagas Wirayuda"}, "position_title": "Direktur Jenderal Protokol dan Konsuler", "capacity": "definitif", "label": None, "at": "2026-11-12T04:11:00Z", "comment": None, "form": None},
        {"element_id": "decide_review_outcome", "name": "Putuskan hasil reviu", "outcome": "adjust", "outcome_label": "Perlu penyesuaian", "who": {"name": "Dimas Hartawan"}, "position_title": "Kepala Biro Perencanaan dan Organisasi", "capacity": "plh", "label": "Plh.", "at": "2026-11-14T08:02:00Z", "comment": "Dasar hukum apostille belum dicantumkan; waktu langkah 4 tidak sejalan dengan standar pelayanan.", "form": [["Kriteria a", "Tidak sesuai"], ["Kriteria b", "Sesuai"], ["Kriteria c", "Sesuai"]]},
    ],
    "steps": STEPS,
    "form": FORM,
    "outcomes": [
        {"id": "done", "label": "Selesai reviu", "comment": "optional", "to": []},
        {"id": "return", "label": "Kembalikan", "comment": "required", "to": [{"id": "submit_usulan", "name": "Ajukan usulan"}, {"id": "record_hardcopy", "name": "Catat penerimaan hardcopy"}]},
    ],
    "hats": [
        {"position_id": "BPO-reviewer", "title": "Analis Tata Laksana Biro Perencanaan dan Organisasi", "capacity": "definitif", "label": None},
        {"position_id": "BPO-kepala", "title": "Kepala Biro Perencanaan dan Organisasi", "capacity": "plh", "label": "Plh."},
    ],
    "may": {"claim": False, "release": True, "decide": True, "why": None},
    "picture_url": "/static/contoh.svg",
}
