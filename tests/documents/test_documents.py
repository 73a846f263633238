"""Official documents: what must stand in each, the same bytes everywhere, nothing from outside."""

from __future__ import annotations

import copy
import json
import re
import socket
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from paper_data import PAPERS, ROOT, digests
from paraf.documents.data import KINDS
from paraf.documents.pdf import FetchRefusedError, Refusing, pdf
from paraf.documents.render import _sources, kind_title, render, style_digest, template_digest
from paraf.documents.wording import standard_text, subject
from paraf.domain.facts import canonical

ACT = "tanda_tangan"
STANDS_IN = {
    "usulan": [
        "NOTA DINAS",
        "Pasal 37 ayat (1) dan ayat (3)",
        "10 kegiatan, 5 pelaksana",
        "Raka Wiryawan Putra",
    ],
    "kertas_kerja_reviu": ["KERTAS KERJA REVIU", "Perlu penyesuaian", "Tidak sesuai", "g. Diagram alir"],
    "catatan_koreksi": ["CATATAN KOREKSI DAN MASUKAN", "Penamaan telah tepat."],
    "notula": ["NOTULA", "Kamis, 5 Maret 2020", "Naskah diperbaiki menjadi versi 2."],
    "persetujuan_sop": ["LEMBAR PERSETUJUAN", "Telah sesuai", "Menyetujui,"],
    "nota_dinas_persetujuan": ["NOTA DINAS", "Menindaklanjuti", "Plt. Sekretaris Jenderal", "disetujui"],
    "nota_dinas_rekomendasi": ["kami merekomendasikan", "Butir yang belum disepakati", "Belum ada."],
    "nota_dinas_sekjen": ["Pasal 19", "Mohon arahan"],
    "berita_persetujuan": ["BERITA", "Klasifikasi", "Segera", "Pasal 40 ayat (5) huruf b"],
    "keputusan_eselon_i": [
        "Menimbang",
        "Mengingat",
        "MEMUTUSKAN",
        "KESATU",
        "KETIGA",
        "Ditetapkan di Jakarta",
    ],
    "keputusan_sekjen": ["KEPUTUSAN SEKRETARIS JENDERAL", "LAMPIRAN"],
    "keputusan_kepala_pusat": ["KEPUTUSAN KEPALA PUSAT PENDIDIKAN DAN PELATIHAN", "Pasal 39 ayat (6)"],
    "keputusan_kepala_perwakilan": ["KEDUTAAN BESAR RI KUALA LUMPUR", "Kuasa Usaha Ad Interim", "(UTC+8)"],
    "keputusan_menteri": [
        "DENGAN RAHMAT TUHAN YANG MAHA ESA",
        "dicabut dan dinyatakan tidak berlaku",
        "KEEMPAT",
    ],
    "pengesahan_sop": ["Disahkan oleh", "Kualifikasi pelaksana", "Peringatan", "OT.01/12/2020", "Mutu baku"],
}


class Words(HTMLParser):
    """The text of a document and what it refers to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def said(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text))


def test_every_kind_has_a_paper_here() -> None:
    assert set(PAPERS) == set(STANDS_IN) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_paper_says_what_it_must(kind: str) -> None:
    said = Words(render(kind, ACT, PAPERS[kind])).said
    for words in STANDS_IN[kind]:
        assert words.lower() in said.lower(), words
    assert "KONSEP" not in said
    assert "Ditandatangani secara elektronik pada 11 Maret 2020" in said
    assert PAPERS[kind]["signature"]["name"] in said
    assert "U-2020-000123" in said


@pytest.mark.parametrize("act", ["konsep", "paraf"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_konsep_has_no_number_no_date_and_no_signature(kind: str, act: str) -> None:
    said = Words(render(kind, act, PAPERS[kind])).said
    assert "KONSEP" in said
    assert PAPERS[kind]["nomor"] not in said.replace("nomor 00012/OT/03/2020/05", "")
    assert "Ditandatangani secara elektronik" not in said
    assert "Bagas Prakoso" in said  # whoever initialled it already


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_with_nothing_known_yet_can_be_drawn(kind: str) -> None:
    for act in ("konsep", ACT):
        said = Words(render(kind, act, {})).said
        assert "None" not in said and "Undefined" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_may_be_missing(kind: str) -> None:
    whole = PAPERS[kind]
    for name in whole:
        render(kind, ACT, {key: value for key, value in whole.items() if key != name})
        render(kind, ACT, whole | {name: None})


def test_plh_and_mandate_are_printed_before_the_title() -> None:
    data = copy.deepcopy(PAPERS["nota_dinas_persetujuan"])
    data["signature"] |= {"capacity_label": "", "on_behalf_of_title": "Menteri Luar Negeri"}
    assert (
        "a.n. Menteri Luar Negeri Sekretaris Jenderal,"
        in Words(render("nota_dinas_persetujuan", ACT, data)).said
    )


@pytest.mark.parametrize(("form", "words"), [("surat", "Sifat : Biasa"), ("berita", "Klasifikasi : Biasa")])
def test_a_perwakilan_writes_a_letter_or_a_berita(form: str, words: str) -> None:
    data = PAPERS["usulan"] | {
        "letter_kind": form,
        "tempat": "Kuala Lumpur",
        "route_key": "sop_mikro_perwakilan",
    }
    said = Words(render("usulan", ACT, data)).said
    assert words in said and "Pasal 40 ayat (1)" in said and "10 kegiatan" in said


def test_a_perwakilan_writes_a_berita_unless_it_says_otherwise() -> None:
    data = PAPERS["usulan"] | {"route_key": "sop_mikro_perwakilan"}
    assert "BERITA" in Words(render("usulan", ACT, data)).said.upper().split("NOMOR")[0]
    assert "NOTA DINAS" in Words(render("usulan", ACT, data | {"letter_kind": "nota_dinas"})).said.upper()


def test_a_regulation_is_recalled_once() -> None:
    said = Words(render("keputusan_eselon_i", ACT, PAPERS["keputusan_eselon_i"])).said
    recalled = said.split("Mengingat")[1].split("MEMUTUSKAN")[0]
    assert recalled.count("Peraturan Menteri Luar Negeri Nomor 6 Tahun 2017") == 1
    assert "Nomor 13 Tahun 2019" in recalled


def test_own_words_take_the_place_of_the_standard_wording() -> None:
    data = PAPERS["nota_dinas_persetujuan"] | {"isi": "Paragraf pertama.\n\nParagraf kedua.", "hal": "Izin"}
    said = Words(render("nota_dinas_persetujuan", ACT, data)).said
    assert "Paragraf pertama." in said and "Menindaklanjuti" not in said and "Izin" in said
    decree = PAPERS["keputusan_eselon_i"] | {
        "keputusan": {"diktum": ["Menetapkan saja."], "tentang": "Hal Lain"}
    }
    said = Words(render("keputusan_eselon_i", ACT, decree)).said
    assert "Menetapkan saja." in said and "KEDUA" not in said and "HAL LAIN" in said


def test_the_opening_text_of_a_form_is_the_text_of_the_paper() -> None:
    for kind in ("usulan", "nota_dinas_persetujuan", "berita_persetujuan", "nota_dinas_rekomendasi"):
        text = standard_text(kind, PAPERS[kind])
        assert text.split("\n")[0] in Words(render(kind, ACT, PAPERS[kind])).said
        assert render(kind, ACT, PAPERS[kind] | {"isi": text}) == render(kind, ACT, PAPERS[kind])
    assert standard_text("keputusan_menteri", {}) == ""
    assert subject("usulan", PAPERS["nota_dinas_sekjen"]).startswith("Usulan perubahan SOP Makro")


# --- the same bytes everywhere --------------------------------------------------------------------


def test_two_processes_write_the_same_bytes() -> None:
    code = "import json, paper_data; print(json.dumps(paper_data.digests()))"
    for seed in ("0", "4711"):
        told = subprocess.run(
            [sys.executable, "-c", code],
            env={
                "PYTHONPATH": f"{ROOT / 'service'}:{ROOT / 'tests'}",
                "PYTHONHASHSEED": seed,
                "LC_ALL": "C",
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert json.loads(told) == digests()


def test_data_that_went_through_the_database_give_the_same_bytes() -> None:
    for kind, data in PAPERS.items():
        stored = json.loads(canonical(data))
        assert render(kind, ACT, stored) == render(kind, ACT, data)


def test_a_changed_template_would_be_seen() -> None:
    assert len({template_digest(kind) for kind in KINDS}) > 8
    assert {"usulan_surat.html", "letter.html", "base.html", "parts.html"} <= _sources("usulan.html")
    assert all(re.fullmatch("[0-9a-f]{64}", template_digest(kind)) for kind in KINDS)
    assert all(kind_title(kind) for kind in KINDS)


# --- nothing from outside, nothing active ---------------------------------------------------------

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}\"'&"


def poisoned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {
            "symbol",
            "at_local",
            "tanggal",
            "zone",
            "sop_kind",
            "unit",
            "no",
            "pelaksana",
            "id",
            "route_key",
        }
        kept |= {"ya", "tidak", "next", "letter_kind", "year", "tanggal_pembuatan", "value", "kind", "lane"}
        return {key: item if key in kept else poisoned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_stay_words(kind: str) -> None:
    html = render(kind, ACT, poisoned(PAPERS[kind]))
    parsed = Words(html)
    tags = {tag for tag, _ in parsed.tags}
    assert not tags & {"script", "img", "iframe", "object", "link", "form", "a"}
    assert not [name for _, attributes in parsed.tags for name in attributes if name.startswith("on")]
    assert "49" not in parsed.said.replace("1449", "")
    assert "alert(1)" in parsed.said


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_needs_nothing_but_itself(kind: str) -> None:
    html = render(kind, ACT, PAPERS[kind])
    parsed = Words(html)
    for tag, attributes in parsed.tags:
        assert tag not in {"script", "link", "img", "base", "iframe"}
        assert not {"src", "href", "style", "srcset", "xlink:href"} & set(attributes)
    assert "url(" not in html and "@import" not in html
    assert html.count("<style>") == 1
    style = html.split("<style>")[1].split("</style>")[0]
    assert style_digest().startswith("sha256-") and len(style) > 1000


def test_the_printer_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert pdf(render("nota_dinas_persetujuan", ACT, PAPERS["nota_dinas_persetujuan"])).startswith(b"%PDF-")


def test_the_printer_refuses_to_fetch() -> None:
    with pytest.raises(FetchRefusedError):
        Refusing().fetch("http://127.0.0.1/")
    printed = pdf(
        '<p>x</p><img src="file:///etc/passwd"><link rel=stylesheet href="http://127.0.0.1:9/x.css">'
    )
    assert printed.startswith(b"%PDF-") and b"root:" not in printed


@pytest.mark.parametrize("kind", ["usulan", "keputusan_kepala_perwakilan", "pengesahan_sop"])
def test_a_paper_prints(kind: str) -> None:
    printed = pdf(render(kind, ACT, PAPERS[kind]))
    assert printed.startswith(b"%PDF-") and printed.rstrip().endswith(b"%%EOF")
    assert len(printed) > 5000
