"""What may be read of a case that travelled to its end, and by whom: papers, proof, register, routes."""

from __future__ import annotations

import pytest

from cast import AUDITOR, DIR_AFRIKA, KARO_PO, SEKJEN, STAF_AFRIKA, STAF_TOKYO
from pages.conftest import Inside
from paraf.usecases import demo
from web_service import Service

STORY = demo.STORIES[0]


@pytest.fixture
def travelled(service: Service) -> Service:
    """A service on which one SOP has been set."""
    told: list[str] = []
    assert demo.carry(service.office, STORY, told.append), told
    return service


def test_a_case_that_was_set_can_be_read_through_and_proved(travelled: Service, inside: Inside) -> None:
    reader = inside(AUDITOR)
    proposal = reader.open(reader.open("/berkas").link(STORY.title))
    assert "Ditetapkan" in proposal.text
    history = reader.open(proposal.link("Riwayat"))
    assert "ditandatangani" in history.text and "Berkas berakhir: Ditetapkan." in history.text
    assert "Sistem melewati" not in history.text
    assert "Sistem melewati" in reader.open(history.link("Tampilkan semua")).text
    proved = reader.send(history.form("/riwayat"))
    assert "Riwayat utuh" in proved.text
    dossier = reader.open(proposal.link("Dosir"))
    assert "Keputusan" in dossier.text and STORY.title in dossier.text

    # a document in its frame, alone, and as PDF; what it may do is next to nothing
    shown = reader.open(proposal.link("Keputusan"))
    assert "frame-src 'self'" in shown.response.headers["Content-Security-Policy"]
    alone = reader.open(shown.link("Jendela tersendiri"))
    assert "sandbox" in alone.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in alone.response.headers["Content-Security-Policy"]
    printed = reader.open(shown.link("PDF"))
    assert printed.response.data.startswith(b"%PDF")

    # pictures are drawn by the server
    for path in (f"{history.path.partition('/riwayat')[0]}/gambar.svg",):
        assert reader.open(path).response.content_type.startswith("image/svg+xml")


def test_the_register_shows_the_sop_to_everybody_and_its_papers_to_few(
    travelled: Service, inside: Inside
) -> None:
    stranger = inside(STAF_TOKYO)
    register = stranger.open(f"/daftar-sop?q={STORY.title[:20]}")
    entry = stranger.open(register.link(STORY.title))
    assert "Deskripsi" in entry.text and "Catatan daftar" in entry.text
    assert "Lampiran" not in entry.text
    own = inside(STAF_AFRIKA)
    assert "Lampiran" in own.open(entry.path).text


def test_a_copy_is_read_by_a_button_and_counted_before(travelled: Service, inside: Inside) -> None:
    reader = inside(KARO_PO)
    before = reader.open("/tembusan?tab=baru")
    count = before.text.count(STORY.title)
    assert count > 0
    document = reader.send(before.form("/baca"))
    assert document.status == 200 and "SHA-256" in document.text
    assert reader.open("/tembusan?tab=baru").text.count(STORY.title) == count - 1
    assert STORY.title in reader.open("/tembusan").text


def test_attachments_are_downloads_and_only_for_those_who_see_the_case(
    travelled: Service, inside: Inside
) -> None:
    own = inside(DIR_AFRIKA)
    proposal = own.open(own.open("/berkas").link(STORY.title))
    address = proposal.link("naskah")
    file = own.open(address)
    assert file.response.headers["Content-Disposition"].startswith("attachment")
    assert inside(STAF_TOKYO).open(address).status == 404


def test_routes_are_shown_in_words_with_their_exact_bytes(service: Service, inside: Inside) -> None:
    reader = inside(SEKJEN)
    route = reader.open(reader.open("/rute").link("Eselon I"))
    assert "Tanda tangani nota dinas persetujuan" in route.text and "Pasal 37" in route.text
    file = reader.open(route.link("BPMN"))
    assert file.response.data.startswith(b"<?xml") and file.response.get_etag()[0]
    assert reader.open("/rute/tidak_ada").status == 404


def test_the_inbox_is_filtered_by_address(service: Service, inside: Inside) -> None:
    reader = inside(KARO_PO)
    for query in (
        "",
        "?tab=mine",
        "?tab=done",
        "?q=paspor&due=late",
        "?unit=BUM&due=week&route=sop_teknis",
        "?cursor=x",
    ):
        assert reader.open(f"/kotak-masuk{query}").status == 200, query
    assert "Hapus saringan" in reader.open("/kotak-masuk?q=paspor").text
