"""Hostile and honest files: what is refused, in one sentence, and what must not be refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from paraf.domain.attachment_check import LONGEST_NAME, check, clean_name
from paraf.errors import WrongFileType
from paraf.usecases.demo_papers import softcopy
from web_service import PNG

PDF = softcopy("Naskah konsep")
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xda\x00\x08\x01\x01\0\0\x3f\0\x12\x34\xff\xd9"
TYPES = '<?xml version="1.0" encoding="UTF-8"?><Types><Override ContentType="application/xml"/></Types>'
RELATIONS = '<?xml version="1.0"?><Relationships>{}</Relationships>'
ODT = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": b"<office:document-content><office:scripts/><text:p>macro: bukan</text:p></office:document-content>",
    "META-INF/manifest.xml": b"<manifest:manifest/>",
}


def packed(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", compression) as archive:
        for name, content in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else compression
            archive.writestr(name, content, stored)
    return kept.getvalue()


def docx(**more: bytes | str) -> bytes:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(""),
        "word/document.xml": "<w:document><w:t>Naskah DDE</w:t></w:document>",
    }
    return packed({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


def relation(kind: str, target: str, mode: str = 'TargetMode="External"') -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return RELATIONS.format(f'<Relationship Id="r1" Type="{base}/{kind}" Target="{target}" {mode}/>')


def pdf_with(content: bytes) -> bytes:
    return PDF.replace(b"1 0 obj\n", b"1 0 obj\n" + content, 1)


def compressed_objects(content: bytes, name: bytes = b"/ObjStm", filters: bytes = b"/FlateDecode") -> bytes:
    body = zlib.compress(content)
    head = b"9 0 obj\n<< /Type %s /N 1 /First 4 /Filter %s /Length %d >>\nstream\n" % (
        name,
        filters,
        len(body),
    )
    return PDF.replace(b"%%EOF", head + body + b"\nendstream\nendobj\n%%EOF")


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("naskah.pdf", PDF, "application/pdf"),
        ("NASKAH.PDF", PDF, "application/pdf"),
        ("surat.exe.pdf", PDF, "application/pdf"),
        ("objek.pdf", compressed_objects(b"1 0 << /Type /Font >>"), "application/pdf"),
        ("alir.png", PNG, "image/png"),
        ("foto.jpeg", JPG, "image/jpeg"),
        ("naskah.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            "tautan.docx",
            docx(**{"word___rels__document.xml.rels": relation("hyperlink", "https://kemlu.example")}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "data.xlsx",
            packed({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<workbook/>"}),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("naskah.odt", packed(ODT), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_honest_files_are_taken(name: str, data: bytes, media_type: str) -> None:
    assert check(name, data) == media_type


HOSTILE = {
    "a program": ("a.exe", b"MZ\x90"),
    "a page": ("a.html", b"<html>"),
    "a drawing that runs": ("a.svg", b"<svg onload=alert(1)>"),
    "no extension": ("a", PDF),
    "only an extension": (".pdf", b"<html>"),
    "a page named pdf": ("a.pdf", b"<html>%PDF-1.7 %%EOF"),
    "a pdf named page": ("a.pdf.html", PDF),
    "a picture named pdf": ("a.pdf", PNG),
    "a pdf named docx": ("a.docx", PDF),
    "an empty file": ("a.pdf", b""),
    "a pdf cut short": ("a.pdf", PDF[:200]),
    "javascript": ("a.pdf", pdf_with(b"<< /S /JavaScript /JS (app.alert) >>")),
    "javascript in hex": ("a.pdf", pdf_with(b"<< /S /J#61va#53cript >>")),
    "launch": ("a.pdf", pdf_with(b"<</S/Launch/F(cmd.exe)>>")),
    "an embedded file": ("a.pdf", pdf_with(b"<< /Type /EmbeddedFile >>")),
    "xfa": ("a.pdf", pdf_with(b"<< /XFA [] >>")),
    "encryption": ("a.pdf", pdf_with(b"<< /Encrypt 5 0 R >>")),
    "javascript in compressed objects": ("a.pdf", compressed_objects(b"1 0 << /S /JavaScript >>")),
    "the same under a hidden name": ("a.pdf", compressed_objects(b"1 0 << /S /JavaScript >>", b"/Obj#53tm")),
    "objects in a filter unknown": ("a.pdf", compressed_objects(b"x", filters=b"/LZWDecode")),
    "objects in two filters": ("a.pdf", compressed_objects(b"x", filters=b"[/ASCII85Decode /FlateDecode]")),
    "objects that are no stream": ("a.pdf", compressed_objects(b"x").replace(b"\x78\x9c", b"\x00\x00")),
    "a bomb of objects": ("a.pdf", compressed_objects(b"\0" * (70 * 1024 * 1024))),
    "a pdf that is an archive": ("a.pdf", PDF + packed({"x.txt": "x"})[-100:]),
    "a picture that is an archive": ("a.jpg", JPG[:-2] + packed({"x": "x"}) + b"\xff\xd9"),
    "a picture with a page behind": ("a.png", PNG + b"<html>"),
    "a picture cut short": ("a.png", PNG[:-5]),
    "a flood of pixels": ("a.png", PNG[:16] + struct.pack(">II", 100_000, 100_000) + PNG[24:]),
    "a jpg without picture": ("a.jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9"),
    "an archive named docx": ("a.docx", packed({"x.txt": "x"})),
    "a docx named xlsx": ("a.xlsx", docx()),
    "a docx named odt": ("a.odt", docx()),
    "a docx behind a page": ("a.docx", b"<html>" + docx()),
    "macros": ("a.docx", docx(word__vbaProject_bin="x", **{"word/vbaProject.bin": b"x"})),
    "macros by type": (
        "a.docx",
        docx(**{"[Content_Types].xml": TYPES.replace("application/xml", "x.macroEnabled.main+xml")}),
    ),
    "an ole object": ("a.docx", docx(**{"word/embeddings/oleObject1.bin": b"x"})),
    "an activex control": ("a.docx", docx(**{"word/activeX/activeX1.xml": "<ax/>"})),
    "an archive inside": ("a.docx", docx(**{"word/media/x.zip": b"PK"})),
    "a template from elsewhere": (
        "a.docx",
        docx(**{"word/_rels/settings.xml.rels": relation("attachedTemplate", "http://jahat.example/x.dotm")}),
    ),
    "the same in entities": (
        "a.docx",
        docx(
            **{
                "word/_rels/settings.xml.rels": relation(
                    "attachedTemplate", "http://x", 'TargetMode="&#69;xternal"'
                )
            }
        ),
    ),
    "a picture from elsewhere": (
        "a.docx",
        docx(**{"word/_rels/document.xml.rels": relation("image", "http://jahat.example/x.png")}),
    ),
    "a dde field": (
        "a.docx",
        docx(**{"word/document.xml": "<w:instrText>DD</w:instrText><w:instrText>EAUTO c:\\x</w:instrText>"}),
    ),
    "a dde link": (
        "a.xlsx",
        packed(
            {
                "[Content_Types].xml": TYPES,
                "xl/workbook.xml": "<workbook/>",
                "xl/externalLinks/externalLink1.xml": "<ddeLink/>",
            }
        ),
    ),
    "an entity": (
        "a.docx",
        docx(**{"word/document.xml": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x/>'}),
    ),
    "another encoding": ("a.docx", docx(**{"word/document.xml": "<w:document/>".encode("utf-16")})),
    "a declared encoding": (
        "a.docx",
        docx(**{"word/document.xml": '<?xml version="1.0" encoding="UTF-7"?><x/>'}),
    ),
    "a way out": ("a.docx", docx(**{"../../etc/cron.d/x": "x"})),
    "a whole path": ("a.docx", docx(**{"/etc/passwd": "x"})),
    "a bomb": ("a.docx", docx(**{"word/media/a.bin": b"\0" * 150_000_000})),
    "two thousand parts": ("a.docx", docx(**{f"word/{n}.txt": "" for n in range(2_001)})),
    "a script": ("a.odt", packed({**ODT, "Basic/Standard/Module1.xml": "x"})),
    "an event": ("a.odt", packed({**ODT, "content.xml": "<script:event-listener/>"})),
    "a link that runs": ("a.odt", packed({**ODT, "content.xml": '<a xlink:href="macro:///x"/>'})),
    "a section from elsewhere": (
        "a.odt",
        packed({**ODT, "content.xml": '<text:section-source xlink:href="http://x"/>'}),
    ),
    "a locked odt": ("a.odt", packed({**ODT, "META-INF/manifest.xml": "<manifest:encryption-data/>"})),
    "an odt of another kind": (
        "a.odt",
        packed({**ODT, "mimetype": b"application/vnd.oasis.opendocument.graphics"}),
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused(kind: str) -> None:
    with pytest.raises(WrongFileType) as refusal:
        check(*HOSTILE[kind])
    assert refusal.value.detail.endswith(".")


def test_a_link_in_an_archive_is_refused() -> None:
    kept = io.BytesIO(docx())
    with zipfile.ZipFile(kept, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(WrongFileType):
        check("a.docx", kept.getvalue())


def test_a_part_twice_in_an_archive_is_refused() -> None:
    kept = io.BytesIO(docx())
    with zipfile.ZipFile(kept, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("word/document.xml", "lain")
    with pytest.raises(WrongFileType):
        check("a.docx", kept.getvalue())


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    honest = docx(**{"word/a.txt": b"a" * 50_000})
    directory = honest.rindex(b"PK\x01\x02")
    lying = honest[: directory + 24] + struct.pack("<I", 10) + honest[directory + 28 :]
    with pytest.raises(WrongFileType):
        check("a.docx", lying)


def test_any_bytes_end_in_a_verdict() -> None:
    whole = {"pdf": PDF, "docx": docx(), "png": PNG, "jpg": JPG, "odt": packed(ODT)}
    for kind, data in whole.items():
        for at in range(0, len(data), max(1, len(data) // 60)):
            for changed in (data[:at], data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]):
                try:
                    check(f"a.{kind}", changed)
                except WrongFileType:
                    continue


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\naskah.pdf", "naskah.pdf"),
        ("naskah\u202efdp.exe", "naskahfdp.exe"),
        ("naskah\0.pdf", "naskah.pdf"),
        ("naskah\r\nX: y.pdf", "naskahX: y.pdf"),
        ("  dua   kata .pdf ", "dua kata .pdf"),
        ("Resume\u0301.pdf", "Resum\u00e9.pdf"),
        ("...", "berkas"),
        ("", "berkas"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_long_names_keep_their_extension() -> None:
    name = clean_name("n" * 500 + ".pdf")
    assert len(name) == LONGEST_NAME and name.endswith(".pdf")
