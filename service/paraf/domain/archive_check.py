"""Office files are ZIP archives: whether one is whole, bounded, and holds nothing that runs.

Knows ZIP, OOXML and ODF packages as far as safety asks; must not know what a document says. No XML
is parsed here: parts are searched as text, and what cannot be searched is refused.
"""

from __future__ import annotations

import html
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from paraf.errors import WrongFileType
from paraf.language import N_

MOST_ENTRIES = 2_000
MOST_BYTES = 200 * 1024 * 1024
MOST_RATIO = 100
_SMALL = 1024 * 1024
_MOST_SEARCHED = 64 * 1024 * 1024

NOT_WHOLE = N_("The file is damaged or is not {kind}. Please save it again.")
TOO_MUCH = N_("The file unpacks to more than is accepted.")
HIDDEN = N_("The file is built in an unusual way and cannot be accepted. Please save it again.")
PROTECTED = N_("The file is protected by a password. Please save it without protection.")
MACRO = N_("The file holds macros. Please save it without macros.")
EMBEDDED = N_("The file holds another file or program inside it. Please take it out.")
FETCHES = N_("The file fetches content from elsewhere. Please put the content into the file itself.")

_NESTED = re.compile(r"\.(zip|7z|rar|gz|tar|jar|exe|dll|js|vbs|ps1|bat|cmd|scr|hta|docm|xlsm|dotm)$", re.I)
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>", re.I)
_INSTRUCTION = re.compile(r"<w:instrText\b[^>]*>([^<]*)|<w:fldSimple\b[^>]*w:instr=[\"']([^\"']*)", re.I)


def check_docx(data: bytes) -> None:
    """Raises WrongFileType unless `data` is a Word document without macros, OLE, DDE or fetching."""
    with _opened(data, "DOCX") as archive:
        texts = _office(archive, "DOCX", "word/document.xml")
        for text in texts:
            fields = "".join(one or other for one, other in _INSTRUCTION.findall(text))
            if re.search(r"\bDDE(AUTO)?\b", html.unescape(fields), re.I):
                raise WrongFileType(FETCHES)


def check_xlsx(data: bytes) -> None:
    """Raises WrongFileType unless `data` is a workbook without macros, OLE, DDE or outside links."""
    with _opened(data, "XLSX") as archive:
        for text in _office(archive, "XLSX", "xl/workbook.xml"):
            if re.search(r"<(?:\w+:)?(ddeLink|oleLink)\b", text):
                raise WrongFileType(FETCHES)


def check_odt(data: bytes) -> None:
    """Raises WrongFileType unless `data` is an ODF text without scripts, OLE, DDE or outside links."""
    with _opened(data, "ODT") as archive:
        names = archive.namelist()
        first = archive.infolist()[0]
        if (
            first.filename != "mimetype"
            or first.compress_type != zipfile.ZIP_STORED
            or archive.read(first) != b"application/vnd.oasis.opendocument.text"
            or not {"content.xml", "META-INF/manifest.xml"} <= set(names)
        ):
            raise WrongFileType(NOT_WHOLE, kind="ODT")
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise WrongFileType(MACRO)
        for text in _texts(archive):
            if re.search(r"<manifest:encryption-data\b", text):
                raise WrongFileType(PROTECTED)
            if re.search(r"<script:|href\s*=\s*[\"'](vnd\.sun\.star\.script|macro):", text):
                raise WrongFileType(MACRO)
            if "application/vnd.sun.star.oleobject" in text or "<draw:object-ole" in text:
                raise WrongFileType(EMBEDDED)
            if re.search(r"<(text:section-source|text:dde-connection|office:dde-source)\b", text):
                raise WrongFileType(FETCHES)


def _office(archive: zipfile.ZipFile, kind: str, main_part: str) -> list[str]:
    """The texts of an OOXML package after the checks that both kinds share."""
    names = set(archive.namelist())
    if not {"[Content_Types].xml", main_part} <= names:
        raise WrongFileType(NOT_WHOLE, kind=kind)
    lower = [name.lower() for name in names]
    if any("vbaproject" in name or "vbadata" in name or "macrosheets/" in name for name in lower):
        raise WrongFileType(MACRO)
    if any("/embeddings/" in name or "/activex/" in name or "oleobject" in name for name in lower):
        raise WrongFileType(EMBEDDED)
    texts = list(_texts(archive))
    for text in texts:
        if re.search(r"macroEnabled|vnd\.ms-office\.vbaProject", text):
            raise WrongFileType(MACRO)
        for relation in map(html.unescape, _RELATION.findall(text)):
            outside = re.search(r"TargetMode\s*=\s*[\"']\s*External", relation, re.I)
            link = re.search(r"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", relation)
            if outside and not link:
                raise WrongFileType(FETCHES)
    return texts


def _opened(data: bytes, kind: str) -> zipfile.ZipFile:
    """The archive after looking at its directory, and at every byte it unpacks to."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, IndexError):
        raise WrongFileType(NOT_WHOLE, kind=kind) from None
    if not entries:
        raise WrongFileType(NOT_WHOLE, kind=kind)
    _check_directory(data, entries)
    try:
        _unpack(archive, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise WrongFileType(NOT_WHOLE, kind=kind) from None
    return archive


def _check_directory(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise WrongFileType(TOO_MUCH)
    if len({entry.filename for entry in entries}) != len(entries):
        raise WrongFileType(HIDDEN)
    if data[:4] != b"PK\x03\x04" or min(entry.header_offset for entry in entries) != 0:
        raise WrongFileType(HIDDEN)
    taken = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < taken:
            raise WrongFileType(HIDDEN)
        taken = entry.header_offset + 30 + entry.compress_size
        if entry.flag_bits & 0x1:
            raise WrongFileType(PROTECTED)
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or "\0" in name:
            raise WrongFileType(HIDDEN)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise WrongFileType(HIDDEN)
        if _NESTED.search(name):
            raise WrongFileType(EMBEDDED)
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise WrongFileType(TOO_MUCH)


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once, counting: sizes in a directory may lie, checksums do not."""
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as part:
            while chunk := part.read(_SMALL):
                unpacked += len(chunk)
                if unpacked > MOST_BYTES:
                    raise WrongFileType(TOO_MUCH)


def _texts(archive: zipfile.ZipFile) -> Iterator[str]:
    """The XML parts as text. One that declares entities or another encoding is refused."""
    searched = 0
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        searched += entry.file_size
        if searched > _MOST_SEARCHED:
            raise WrongFileType(TOO_MUCH)
        try:
            text = archive.read(entry).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise WrongFileType(HIDDEN) from None
        declared = re.match(r"\s*<\?xml[^>]*\bencoding\s*=\s*[\"']([^\"']*)", text)
        if declared and declared[1].lower() not in ("utf-8", "us-ascii", "ascii"):
            raise WrongFileType(HIDDEN)
        if "<!DOCTYPE" in text or "<!ENTITY" in text or "\0" in text:
            raise WrongFileType(HIDDEN)
        yield text
