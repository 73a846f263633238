"""What an official document is rendered from: the shape of `data` for every kind.

Knows fields only. Every field may be absent, None or empty: the document then leaves it out, or
leaves a dotted space where a konsep is to be filled in. All texts are plain text, never markup or
templates. Instants are local RFC 3339 text with offset; dates are `2026-11-21`.
"""

from __future__ import annotations

from typing import Any, TypedDict

KINDS = (
    "usulan",
    "kertas_kerja_reviu",
    "catatan_koreksi",
    "notula",
    "persetujuan_sop",
    "nota_dinas_persetujuan",
    "nota_dinas_rekomendasi",
    "nota_dinas_sekjen",
    "berita_persetujuan",
    "keputusan_eselon_i",
    "keputusan_sekjen",
    "keputusan_kepala_pusat",
    "keputusan_kepala_perwakilan",
    "keputusan_menteri",
    "pengesahan_sop",
)

UNSIGNED = frozenset({"konsep", "paraf"})
"""Acts before the signature: the paper is still marked KONSEP."""


class Signature(TypedDict, total=False):
    """Who signed or initialled. On a konsep only the title and capacity are shown.

    `capacity_label` is printed before the title when it is "Plt." or "Plh."; any other label
    ("Kuasa Usaha Ad Interim") stands in place of the title. `on_behalf_of_title` prints "a.n." and
    that title above. `zone` is an IANA name; `zone_label` ("WIB") overrides the one derived."""

    position_title: str
    capacity_label: str
    on_behalf_of_title: str
    name: str
    nip: str
    at_local: str
    zone: str
    zone_label: str
    place: str


class Letterhead(TypedDict, total=False):
    """`lines`: institution first, then unit; `address`: one line below them; `emblem`: an outline
    {view_box: "0 0 100 100", paths: [SVG path data]} of the institution's own emblem."""

    lines: list[str]
    address: str
    emblem: dict[str, Any]


class SopHead(TypedDict, total=False):
    """The SOP the case is about. `sop_kind` makro, mikro, teknis; `request_kind` new, change;
    `in_force` the title of the SOP that a change replaces, `in_force_number` its number;
    `version` and `sha256` of the naskah konsep; `number`, and the dates of the identity block."""

    title: str
    sop_kind: str
    request_kind: str
    unit_name: str
    version: int
    sha256: str
    in_force: str
    in_force_number: str
    number: str
    tanggal_pembuatan: str
    tanggal_revisi: str
    tanggal_efektif: str


class Reference(TypedDict, total=False):
    """An earlier document a letter answers: `what` "nota dinas", "berita" ...; `by` its signer's title."""

    what: str
    by: str
    nomor: str
    tanggal: str
    hal: str


class Criterion(TypedDict, total=False):
    """`huruf` a, b, c; `hasil` sesuai or tidak (or tidak_sesuai); `catatan` the reviewer's note."""

    huruf: str
    hasil: str
    catatan: str


class Note(TypedDict, total=False):
    """A note of the review. `huruf` of the part, `status` terbuka, diterima, ditolak (or open,
    accepted, rejected), `tanggapan` the answer, `keputusan` the decision of INT-03."""

    huruf: str
    text: str
    status: str
    tanggapan: str
    pendapat_pengusul: str
    keputusan: str


class Review(TypedDict, total=False):
    """`outcome` conform or adjust; `findings` sentences of the format rules, already in words;
    `reviewer` is shown as "Pereviu" even before anybody signs."""

    round: int
    tanggal: str
    reviewer: Signature
    kriteria: list[Criterion]
    catatan: list[Note]
    findings: list[str]
    outcome: str
    ringkasan: str


class Meeting(TypedDict, total=False):
    tanggal: str
    waktu: str
    tempat: str
    pimpinan: str
    notulis: str
    peserta: list[str]
    agenda: str
    pembahasan: list[str]
    kesimpulan: list[str]


class Decree(TypedDict, total=False):
    """Own wording of a Keputusan; each list, when not empty, replaces the standard wording."""

    tentang: str
    menimbang: list[str]
    mengingat: list[str]
    diktum: list[str]
    salinan: list[str]


class DocumentData(TypedDict, total=False):
    """The whole. Used by kind:

    all: case_number, route_key, letterhead, sop, nomor, tanggal, tempat, signature, parafs, tembusan
    letters (usulan, nota_dinas_*, berita_*): yth, dari, hal, lampiran, sifat, isi, referensi;
        usulan also letter_kind (nota_dinas, surat, berita; by default berita on the route of a
        Perwakilan, else nota_dinas); berita also klasifikasi, derajat;
        usulan lists naskah's parts; nota_dinas_rekomendasi and _sekjen show review.catatan still open
    kertas_kerja_reviu, catatan_koreksi: review
    notula: meeting, review.catatan
    persetujuan_sop: review, isi
    keputusan_*: keputusan, naskah (its Lampiran), pengesahan (signature on the SOP)
    pengesahan_sop: naskah; its signature is `signature`, `parafs` are those who ratified before

    `isi` is the text a drafter wrote, paragraphs parted by line breaks; when empty the standard
    wording of `wording.standard_text` stands there."""

    case_number: str
    route_key: str
    letter_kind: str
    letterhead: Letterhead
    sop: SopHead
    nomor: str
    tanggal: str
    tempat: str
    yth: list[str]
    dari: str
    hal: str
    lampiran: str
    sifat: str
    klasifikasi: str
    derajat: str
    isi: str
    referensi: Reference
    tembusan: list[str]
    naskah: dict[str, Any]
    review: Review
    meeting: Meeting
    keputusan: Decree
    pengesahan: Signature
    signature: Signature
    parafs: list[Signature]
