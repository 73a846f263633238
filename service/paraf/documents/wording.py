"""The standard wording of letters and Keputusan, by kind and route.

Knows the articles a document rests on and the sentences an office writes; must not know markup or
where the data come from. The wording is only an opening: a drafter's own text takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paraf.documents.indonesian import long_date

REGULATION = (
    "Peraturan Menteri Luar Negeri Nomor 6 Tahun 2017 tentang Pengelolaan Bisnis Proses dan Standar"
    " Operasional Prosedur di Kementerian Luar Negeri dan Perwakilan Republik Indonesia"
)
RECALLED = (
    "Undang-Undang Nomor 37 Tahun 1999 tentang Hubungan Luar Negeri",
    "Peraturan Presiden Nomor 56 Tahun 2015 tentang Kementerian Luar Negeri",
    "Peraturan Menteri Luar Negeri Nomor 2 Tahun 2016 tentang Organisasi dan Tata Kerja Kementerian Luar"
    " Negeri",
    REGULATION,
)

_SUBMITTED = {
    "sop_mikro_eselon1": "Pasal 37 ayat (1) dan ayat (3)",
    "sop_mikro_setjen": "Pasal 38 ayat (1)",
    "sop_mikro_pusat": "Pasal 39 ayat (1)",
    "sop_mikro_perwakilan": "Pasal 40 ayat (1) dan ayat (3)",
    "sop_makro_change": "Pasal 20 ayat (1) dan ayat (2)",
}
_APPROVED = {
    "sop_mikro_eselon1": "Pasal 37 ayat (5) huruf b",
    "sop_mikro_setjen": "Pasal 38 ayat (6)",
    "sop_mikro_pusat": "Pasal 39 ayat (5) huruf b",
    "sop_mikro_perwakilan": "Pasal 40 ayat (5) huruf b",
    "sop_makro_change": "Pasal 20 ayat (6) huruf b",
}
_REVIEWED = {
    "sop_mikro_eselon1": "Pasal 37 ayat (4)",
    "sop_mikro_setjen": "Pasal 38 ayat (4)",
    "sop_mikro_pusat": "Pasal 39 ayat (4)",
    "sop_mikro_perwakilan": "Pasal 40 ayat (4)",
    "sop_makro_change": "Pasal 20 ayat (5)",
}
_AFTER_APPROVAL = {
    "sop_mikro_eselon1": (
        "Selanjutnya, sesuai dengan Pasal 37 ayat (6) dan ayat (7), SOP agar ditandatangani dan disahkan oleh"
        " pimpinan unit organisasi Eselon II penyusun dan ditetapkan dengan Keputusan pimpinan unit"
        " organisasi Eselon I."
    ),
    "sop_mikro_pusat": (
        "Selanjutnya, sesuai dengan Pasal 39 ayat (6), SOP agar ditandatangani, disahkan, dan ditetapkan"
        " dengan Keputusan Kepala Pusat."
    ),
    "sop_mikro_perwakilan": (
        "Selanjutnya, sesuai dengan Pasal 40 ayat (6), SOP agar ditandatangani, disahkan, dan ditetapkan"
        " dengan Keputusan Kepala Perwakilan."
    ),
}
_SET = {
    "keputusan_eselon_i": "Pasal 37 ayat (7)",
    "keputusan_sekjen": "Pasal 38 ayat (6)",
    "keputusan_kepala_pusat": "Pasal 39 ayat (6)",
    "keputusan_kepala_perwakilan": "Pasal 40 ayat (6)",
}
CRITERIA = {
    "a": "Kesesuaian SOP dengan tugas dan fungsi serta peraturan perundang-undangan",
    "b": "Ketepatan konsep SOP dalam hal konsepsi dan penamaan",
    "c": "Kesesuaian format naskah SOP",
}
PART_NAMES = {
    "a": "Deskripsi",
    "b": "Dasar hukum",
    "c": "Ketertautan",
    "d": "Pihak-pihak yang terlibat",
    "e": "Persyaratan dan perlengkapan",
    "f": "Keluaran",
    "g": "Diagram alir",
}
SUBJECTS = {
    "usulan": "Usulan {change}{sop}",
    "nota_dinas_persetujuan": "Persetujuan atas {sop}",
    "nota_dinas_rekomendasi": "Rekomendasi perubahan {sop}",
    "nota_dinas_sekjen": "Penyampaian {sop} untuk ditetapkan",
    "berita_persetujuan": "Persetujuan atas {sop}",
    "persetujuan_sop": "Persetujuan atas {sop}",
}


def kind_name(sop: Mapping[str, Any]) -> str:
    """ "SOP Mikro"."""
    kind = str(sop.get("sop_kind") or "")
    return f"SOP {kind.capitalize()}".rstrip()


def sop_name(sop: Mapping[str, Any]) -> str:
    """ "SOP Mikro Pelayanan Legalisasi Dokumen"."""
    return f"{kind_name(sop)} {sop.get('title') or '…'}"


def long_kind_name(sop: Mapping[str, Any]) -> str:
    """ "Standar Operasional Prosedur Mikro", as a Keputusan calls it."""
    kind = str(sop.get("sop_kind") or "")
    return f"Standar Operasional Prosedur {kind.capitalize()}".rstrip()


def is_change(data: Mapping[str, Any]) -> bool:
    return (data.get("sop") or {}).get("request_kind") == "change"


def subject(kind: str, data: Mapping[str, Any]) -> str:
    """The subject (hal) an office would write for this kind of document."""
    change = "perubahan " if is_change(data) else ""
    return SUBJECTS.get(kind, "{sop}").format(sop=sop_name(data.get("sop") or {}), change=change)


def about(data: Mapping[str, Any]) -> str:
    """What a Keputusan is about, without the word "tentang"."""
    sop = data.get("sop") or {}
    change = "Perubahan " if is_change(data) else ""
    return f"Penetapan {change}{long_kind_name(sop)} {sop.get('title') or '…'}"


def standard_text(kind: str, data: Mapping[str, Any]) -> str:
    """The wording a letter of this kind opens with, paragraphs parted by line breaks; "" for kinds
    that have no running text."""
    writer = {
        "usulan": _submission,
        "nota_dinas_persetujuan": _approval,
        "berita_persetujuan": _approval,
        "persetujuan_sop": _recorded_approval,
        "nota_dinas_rekomendasi": _recommendation,
        "nota_dinas_sekjen": _forwarding,
    }.get(kind)
    return "\n".join(writer(data)) if writer else ""


def _by_regulation(articles: Mapping[str, str], data: Mapping[str, Any]) -> str:
    article = articles.get(str(data.get("route_key") or ""))
    return f"{article} {REGULATION}" if article else REGULATION


def _version(data: Mapping[str, Any]) -> str:
    version = (data.get("sop") or {}).get("version")
    return f" versi {version}" if version else ""


def _quoted(data: Mapping[str, Any]) -> str:
    sop = data.get("sop") or {}
    return f"{kind_name(sop)} “{sop.get('title') or '…'}”"


def _drafted_by(data: Mapping[str, Any]) -> str:
    unit = (data.get("sop") or {}).get("unit_name")
    return f" yang disusun oleh {unit}" if unit else ""


def _answering(data: Mapping[str, Any]) -> str:
    """ "Menindaklanjuti nota dinas ... nomor ... tanggal ... hal ...," or nothing."""
    reference = data.get("referensi") or {}
    if not reference:
        return ""
    words = [str(reference.get("what") or "usulan")]
    words += [str(reference["by"])] if reference.get("by") else []
    words += [f"nomor {reference['nomor']}"] if reference.get("nomor") else []
    words += [f"tanggal {long_date(reference['tanggal'])}"] if reference.get("tanggal") else []
    words += [f"hal {reference['hal']}"] if reference.get("hal") else []
    return f"Menindaklanjuti {' '.join(words)}, "


def _submission(data: Mapping[str, Any]) -> Sequence[str]:
    sop = data.get("sop") or {}
    what = f"usulan perubahan {_quoted(data)}" if is_change(data) else f"usulan {_quoted(data)}"
    kind = str(sop.get("sop_kind") or "")
    aim = "reviu dan rekomendasi" if kind == "makro" else "reviu dan persetujuan"
    first = (
        f"Sesuai dengan {_by_regulation(_SUBMITTED, data)}, dengan hormat bersama ini disampaikan {what}"
        f"{_drafted_by(data)} untuk memperoleh {aim}."
    )
    changed = sop.get("in_force")
    number = f" (nomor {sop['in_force_number']})" if sop.get("in_force_number") else ""
    return [
        first,
        *([f"SOP yang diusulkan untuk diubah adalah {changed}{number}."] if changed else []),
        f"Naskah konsep{_version(data)} disampaikan dalam bentuk hardcopy dan softcopy, serta memuat huruf a"
        " sampai dengan huruf g sebagai berikut.",
        "Demikian disampaikan. Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.",
    ]


def _approval(data: Mapping[str, Any]) -> Sequence[str]:
    answering = _answering(data)
    opening = f"{answering}dengan hormat" if answering else "Dengan hormat"
    route = str(data.get("route_key") or "")
    return [
        f"{opening} disampaikan bahwa Biro Perencanaan dan Organisasi telah melakukan reviu dan penelitian"
        f" atas naskah konsep {_quoted(data)}{_version(data)}{_drafted_by(data)} terhadap kriteria"
        f" sebagaimana dimaksud dalam {_by_regulation(_REVIEWED, data)}{_reviewed_as(data)}.",
        f"Berdasarkan hal tersebut dan sesuai dengan {_APPROVED.get(route, 'ketentuan')} peraturan dimaksud,"
        f" {_quoted(data)}{_version(data)} disetujui.",
        *([_AFTER_APPROVAL[route]] if route in _AFTER_APPROVAL else []),
        "Naskah yang disahkan dan ditetapkan agar sama dengan naskah yang disetujui.",
        "Demikian disampaikan. Atas perhatian dan kerja sama Saudara, diucapkan terima kasih.",
    ]


def _reviewed_as(data: Mapping[str, Any]) -> str:
    """The result of the review; after a dispute it is Sekjen who found the draft right (INT-03)."""
    outcome = (data.get("review") or {}).get("outcome") or "conform"
    if outcome == "conform":
        return ", dengan hasil telah sesuai"
    return ", dan pokok yang belum disepakati telah diputus dengan hasil naskah tidak perlu diubah"


def _recorded_approval(data: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"Berdasarkan hasil reviu dan penelitian Biro Perencanaan dan Organisasi atas naskah konsep"
        f" {_quoted(data)}{_version(data)}{_drafted_by(data)}, dan sesuai dengan"
        f" {_by_regulation(_APPROVED, data)}, {_quoted(data)}{_version(data)} disetujui.",
        "SOP ditandatangani dan disahkan terlebih dahulu oleh pimpinan unit organisasi Eselon II penyusun,"
        " dan kemudian ditetapkan dengan Keputusan Sekretaris Jenderal.",
    ]


def _recommendation(data: Mapping[str, Any]) -> Sequence[str]:
    answering = _answering(data)
    opening = f"{answering}dengan hormat" if answering else "Dengan hormat"
    return [
        f"{opening} kami laporkan bahwa Biro Perencanaan dan Organisasi telah melakukan reviu dan"
        f" penelitian atas usulan perubahan {_quoted(data)}{_version(data)}{_drafted_by(data)}, serta telah"
        " mengoordinasikan dan membahasnya bersama pengusul dan unit organisasi terkait lainnya.",
        f"Berdasarkan hasil tersebut dan sesuai dengan {_by_regulation(_APPROVED, data)}, kami"
        f" merekomendasikan agar perubahan {_quoted(data)} dimaksud ditetapkan.",
        "Apabila Ibu/Bapak Menteri berkenan, konsep Keputusan Menteri Luar Negeri terlampir untuk"
        " ditandatangani.",
        "Demikian kami laporkan. Mohon arahan Ibu/Bapak Menteri lebih lanjut.",
    ]


def _forwarding(data: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"Dengan hormat kami laporkan bahwa {_quoted(data)}{_version(data)} telah disusun oleh tim penyusun"
        " SOP bersama unit organisasi terkait di bawah koordinasi Biro Perencanaan dan Organisasi, serta"
        f" telah melalui pengujian, reviu, dan pengesahan sesuai dengan Pasal 19 {REGULATION}.",
        f"Sehubungan dengan hal tersebut, kami mengusulkan agar {_quoted(data)} ditetapkan. Konsep Keputusan"
        " Menteri Luar Negeri terlampir untuk ditandatangani.",
        "Demikian kami laporkan. Mohon arahan Ibu/Bapak Menteri lebih lanjut.",
    ]


def considerations(kind: str, data: Mapping[str, Any]) -> list[str]:
    """MENIMBANG of a Keputusan, huruf a and following."""
    sop = data.get("sop") or {}
    makro = kind == "keputusan_menteri"
    article = _SET.get(kind)
    if makro:
        article = "Pasal 20 ayat (7)" if is_change(data) else "Pasal 19 ayat (4)"
    unit = sop.get("unit_name")
    within = "di Kementerian Luar Negeri dan Perwakilan Republik Indonesia" if makro else f"di {unit or '…'}"
    setting = "perubahan " if is_change(data) else ""
    return [
        f"bahwa untuk mewujudkan tata laksana yang tertib, efektif, dan efisien {within}, diperlukan"
        f" {long_kind_name(sop)} {sop.get('title') or '…'};",
        f"bahwa naskah {kind_name(sop)} {sop.get('title') or '…'} telah direviu oleh Biro Perencanaan dan"
        + " Organisasi"
        + (" dan direkomendasikan oleh Sekretaris Jenderal" if makro else " dan memperoleh persetujuan")
        + f" sesuai dengan ketentuan {REGULATION};",
        f"bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan huruf b, serta sesuai dengan"
        f" {article or 'ketentuan'} peraturan dimaksud, perlu menetapkan {setting}{long_kind_name(sop)}"
        f" {sop.get('title') or '…'};",
    ]


def clauses(kind: str, data: Mapping[str, Any], title: str) -> list[str]:
    """The diktum of a Keputusan: KESATU and following. `title` names the Keputusan's maker."""
    sop = data.get("sop") or {}
    name = f"{long_kind_name(sop)} {sop.get('title') or '…'}"
    makro = kind == "keputusan_menteri"
    who = "unit organisasi di Kementerian Luar Negeri dan Perwakilan Republik Indonesia yang terlibat"
    replaced = sop.get("in_force")
    number = f" nomor {sop['in_force_number']}" if sop.get("in_force_number") else ""
    return [
        f"Menetapkan {'perubahan ' if is_change(data) else ''}{name} sebagaimana tercantum dalam Lampiran"
        f" yang merupakan bagian tidak terpisahkan dari Keputusan {title} ini.",
        f"{kind_name(sop)} sebagaimana dimaksud dalam Diktum KESATU menjadi pedoman bagi"
        f" {who if makro else sop.get('unit_name') or '…'} dalam melaksanakan kegiatan dimaksud.",
        *(
            [
                f"Pada saat Keputusan {title} ini mulai berlaku, {replaced}{number} dicabut dan dinyatakan"
                " tidak berlaku."
            ]
            if replaced
            else []
        ),
        f"Keputusan {title} ini mulai berlaku pada tanggal ditetapkan.",
    ]
