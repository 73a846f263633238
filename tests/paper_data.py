"""Data of one paper of every kind, as a case would give them: the cast of the document tests.

Invented persons: Dirjen Raka Wiryawan Putra submits, Plt. Sekjen Sulastri Anggraini approves, Karo
Bagas Prakoso initials, Dewi Larasati reviews, Direktur Teguh Nugraha ratifies.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from paraf.documents.render import render
from paraf.domain.sample_sop import sample_naskah

ROOT = Path(__file__).resolve().parents[1]


def sample(name: str = "invented_legalisasi_dokumen_v2") -> dict[str, Any]:
    path = ROOT / "workflows" / "samples" / f"{name}.yaml"
    return sample_naskah(yaml.safe_load(path.read_text("utf-8")))


def signer(title: str, name: str, nip: str, **more: str) -> dict[str, str]:
    return {
        "position_title": title,
        "name": name,
        "nip": nip,
        "at_local": "2020-03-11T09:50:13.123456+07:00",
        "zone": "Asia/Jakarta",
        "place": "Jakarta",
        **more,
    }


DIRJEN = signer("Direktur Jenderal Protokol dan Konsuler", "Raka Wiryawan Putra", "19650412 199003 1 002")
SEKJEN = signer("Sekretaris Jenderal", "Sulastri Anggraini", "19660718 199103 2 001", capacity_label="Plt.")
KARO = signer("Kepala Biro Perencanaan dan Organisasi", "Bagas Prakoso", "19700102 199503 1 003")
REVIEWER = signer("Analis Tata Laksana", "Dewi Larasati", "19850521 201012 2 004")
DIREKTUR = signer("Direktur Konsuler", "Teguh Nugraha", "19720909 199703 1 005")
MENTERI = signer("Menteri Luar Negeri", "Arum Kinanthi", "")
CHARGE = signer(
    "Duta Besar Luar Biasa dan Berkuasa Penuh",
    "Ratna Ayu Lestari",
    "19750505 200003 2 006",
    capacity_label="Kuasa Usaha Ad Interim",
    at_local="2020-03-11T10:50:13.123456+08:00",
    zone="Asia/Kuala_Lumpur",
    place="Kuala Lumpur",
)

SOP = {
    "title": "Pelayanan Legalisasi Dokumen",
    "sop_kind": "mikro",
    "request_kind": "new",
    "unit_name": "Direktorat Konsuler",
    "version": 2,
    "sha256": "ab" * 32,
    "number": "OT.01/12/2020",
    "tanggal_pembuatan": "2020-02-24",
}
MAKRO = SOP | {"sop_kind": "makro", "request_kind": "change", "in_force": "SOP Makro Pelayanan Konsuler"}
CASE = {
    "case_number": "U-2020-000123",
    "route_key": "sop_mikro_eselon1",
    "sop": SOP,
    "nomor": "00012/OT/03/2020/05",
    "letterhead": {"lines": ["Kementerian Luar Negeri Republik Indonesia", "Sekretariat Jenderal"]},
    "tembusan": ["Kepala Biro Perencanaan dan Organisasi"],
    "parafs": [KARO],
}
REVIEW = {
    "round": 1,
    "tanggal": "2020-03-02",
    "reviewer": REVIEWER,
    "kriteria": [
        {"huruf": "a", "hasil": "sesuai"},
        {"huruf": "b", "hasil": "sesuai", "catatan": "Penamaan telah tepat."},
        {"huruf": "c", "hasil": "tidak", "catatan": "Urutan kolom."},
    ],
    "catatan": [
        {"huruf": "g", "text": "Urutkan kolom pelaksana.", "status": "diterima", "tanggapan": "Disesuaikan."},
        {"huruf": "c", "text": "Sebutkan SOP Makro.", "status": "terbuka", "pendapat_pengusul": "Belum ada."},
    ],
    "findings": ["Mutu baku kegiatan nomor 4 belum lengkap: waktu."],
}
MEETING = {
    "tanggal": "2020-03-05",
    "waktu": "09.00–11.00 WIB",
    "tempat": "Ruang Rapat Biro PO",
    "pimpinan": "Kepala Biro Perencanaan dan Organisasi",
    "peserta": ["Biro Perencanaan dan Organisasi", "Direktorat Konsuler"],
    "pembahasan": ["Urutan kolom disepakati."],
    "kesimpulan": ["Naskah diperbaiki menjadi versi 2."],
}

PAPERS: dict[str, dict[str, Any]] = {
    "usulan": CASE | {"yth": ["Sekretaris Jenderal"], "signature": DIRJEN, "naskah": sample()},
    "kertas_kerja_reviu": CASE | {"review": REVIEW, "signature": REVIEWER},
    "catatan_koreksi": CASE | {"review": REVIEW, "signature": REVIEWER, "route_key": "sop_mikro_setjen"},
    "notula": CASE | {"meeting": MEETING, "review": REVIEW, "signature": REVIEWER},
    "persetujuan_sop": CASE | {"review": {"outcome": "conform"}, "signature": SEKJEN},
    "nota_dinas_persetujuan": CASE
    | {
        "yth": ["Direktur Jenderal Protokol dan Konsuler"],
        "referensi": {"what": "nota dinas", "nomor": "00012/OT/03/2020/05", "tanggal": "2020-02-25"},
        "signature": SEKJEN,
    },
    "nota_dinas_rekomendasi": CASE
    | {"sop": MAKRO, "route_key": "sop_makro_change", "yth": ["Menteri Luar Negeri"], "review": REVIEW}
    | {"signature": SEKJEN},
    "nota_dinas_sekjen": CASE | {"sop": MAKRO, "yth": ["Menteri Luar Negeri"], "signature": SEKJEN},
    "berita_persetujuan": CASE
    | {"klasifikasi": "Biasa", "derajat": "Segera", "route_key": "sop_mikro_perwakilan"}
    | {"yth": ["Duta Besar LBBP RI Kuala Lumpur"], "signature": SEKJEN},
    "keputusan_eselon_i": CASE | {"naskah": sample(), "signature": DIRJEN, "pengesahan": DIREKTUR},
    "keputusan_sekjen": CASE | {"signature": SEKJEN, "naskah": sample("panrb_konsinyering")},
    "keputusan_kepala_pusat": CASE
    | {
        "signature": signer(
            "Kepala Pusat Pendidikan dan Pelatihan", "Galih Pradipta", "19710303 199803 1 007"
        )
    },
    "keputusan_kepala_perwakilan": CASE
    | {"sop": SOP | {"unit_name": "Kedutaan Besar RI Kuala Lumpur"}, "signature": CHARGE}
    | {"naskah": sample("invented_splp_kbri")},
    "keputusan_menteri": CASE | {"sop": MAKRO, "signature": MENTERI, "naskah": sample("polhukam_sop_ap")},
    "pengesahan_sop": CASE | {"naskah": sample(), "signature": DIREKTUR},
}


def digests() -> dict[str, str]:
    """The digest of every paper, as konsep and signed."""
    return {
        f"{kind} {act}": hashlib.sha256(render(kind, act, data).encode()).hexdigest()
        for kind, data in PAPERS.items()
        for act in ("konsep", "tanda_tangan")
    }
