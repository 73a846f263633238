"""Whether an uploaded file is what its name says and holds nothing that runs.

Knows six kinds of file by extension, first bytes and structure; must not know who uploads it or
where it is kept. Every refusal is a WrongFileType with one sentence. Archives are looked at in
`archive_check.py`.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator

from paraf.domain.archive_check import check_docx, check_odt, check_xlsx
from paraf.errors import WrongFileType
from paraf.language import N_

LONGEST_NAME = 150
_PIXELS_A_SIDE = 20_000
_INFLATED = 64 * 1024 * 1024

NOT_ALLOWED = N_("Only these kinds of file are accepted: PDF, DOCX, XLSX, ODT, PNG, JPG.")
NOT_WHAT_IT_SAYS = N_("The content of the file is not {kind}, although its name says so.")
MORE_THAN_IT_SAYS = N_("The file holds something else besides {kind}.")
PROGRAM = N_("The PDF holds a program or starts one. Please save it again as a plain PDF.")
EMBEDDED = N_("The PDF holds another file inside it. Please save it again as a plain PDF.")
LOCKED = N_("The PDF is protected by a password. Please save it without protection.")
UNREADABLE = N_("The PDF cannot be checked. Please save it again, for example by printing to PDF.")

_ACTIVE_NAMES = {
    b"/JavaScript": PROGRAM,
    b"/Launch": PROGRAM,
    b"/RichMedia": PROGRAM,
    b"/XFA": N_("The PDF holds an active form (XFA). Please save it again as a plain PDF."),
    b"/EmbeddedFile": EMBEDDED,
    b"/EmbeddedFiles": EMBEDDED,
}
_NAME_END = rb"(?=[\s<>\[\](){}/%]|$)"
_ACTIVE = re.compile(rb"(" + b"|".join(_ACTIVE_NAMES) + rb")" + _NAME_END)
_ENCRYPT = re.compile(rb"/Encrypt" + _NAME_END)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECT_STREAM = re.compile(rb"/ObjStm" + _NAME_END)
_ONE_FILTER = re.compile(rb"/Filter\s*(/FlateDecode(?=[\s/>])|\[\s*/FlateDecode\s*\])")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


def check(filename: str, data: bytes) -> str:
    """The media type of an accepted file. Raises WrongFileType."""
    kind = _KINDS.get(extension(filename))
    if kind is None:
        raise WrongFileType(NOT_ALLOWED, errors={"file": [NOT_ALLOWED]})
    media_type, look = kind
    look(data)
    return media_type


def extension(filename: str) -> str:
    """The last extension in lower case, "" for none."""
    return clean_name(filename).rpartition(".")[2].lower()


def clean_name(filename: str) -> str:
    """A file name fit to be shown and sent: no folders, no invisible or direction-turning signs, at
    most 150 characters with the extension kept."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, last = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME] or "berkas"
    last = last[:10]
    return f"{stem[: LONGEST_NAME - len(last) - 1] or 'berkas'}.{last}"


# --- PDF --------------------------------------------------------------------------------------


def _check_pdf(data: bytes) -> None:
    if not re.match(rb"%PDF-[12]\.\d", data) or b"%%EOF" not in data[-1024:]:
        raise WrongFileType(NOT_WHAT_IT_SAYS, kind="PDF")
    _refuse_archive_behind(data, "PDF")
    _refuse_active(data)
    for content in _object_streams(data):
        _refuse_active(content)


def _refuse_active(content: bytes) -> None:
    plain = _HEX.sub(lambda found: bytes([int(found[1], 16)]), content)
    active = _ACTIVE.search(plain)
    if active is not None:
        raise WrongFileType(_ACTIVE_NAMES[active[1]])
    if _ENCRYPT.search(plain):
        raise WrongFileType(LOCKED)


def _object_streams(data: bytes) -> Iterator[bytes]:
    """The objects that a PDF keeps compressed, where a plain search would miss them."""
    room = _INFLATED
    for found in _STREAM.finditer(data):
        begin = data.rfind(b" obj", max(0, found.start() - 4096), found.start())
        head = data[max(begin, 0) : found.start()]
        head = _HEX.sub(lambda escaped: bytes([int(escaped[1], 16)]), head)
        if not _OBJECT_STREAM.search(head):
            continue
        end = data.find(b"endstream", found.end())
        body = data[found.end() : end if end >= 0 else len(data)]
        if b"/Filter" in head:
            if not _ONE_FILTER.search(head):
                raise WrongFileType(UNREADABLE)
            try:
                body = zlib.decompressobj().decompress(body, room)
            except zlib.error:
                raise WrongFileType(UNREADABLE) from None
        room -= len(body)
        if room <= 0:
            raise WrongFileType(UNREADABLE)
        yield body


# --- pictures ---------------------------------------------------------------------------------


def _check_png(data: bytes) -> None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        raise WrongFileType(NOT_WHAT_IT_SAYS, kind="PNG")
    if max(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) > _PIXELS_A_SIDE:
        raise WrongFileType(N_("The picture is too large: at most 20,000 pixels a side."))
    at = 8
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            break
    else:
        raise WrongFileType(NOT_WHAT_IT_SAYS, kind="PNG")
    if at != len(data):
        raise WrongFileType(MORE_THAN_IT_SAYS, kind="PNG")


def _check_jpg(data: bytes) -> None:
    end = data.rstrip(b"\0")
    if data[:3] != b"\xff\xd8\xff" or end[-2:] != b"\xff\xd9":
        raise WrongFileType(NOT_WHAT_IT_SAYS, kind="JPG")
    at = 2
    while at + 4 <= len(end) and end[at] == 0xFF:
        marker, length = end[at + 1], int.from_bytes(end[at + 2 : at + 4], "big")
        if marker == 0xDA:  # start of scan: the picture itself
            return _refuse_archive_behind(data, "JPG")
        at += 2 + length
    raise WrongFileType(NOT_WHAT_IT_SAYS, kind="JPG")


def _refuse_archive_behind(data: bytes, kind: str) -> None:
    """A file that is at the same time an archive: readers find its directory from the end."""
    directory_end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_600))
    if directory_end >= 0 and b"PK\x01\x02" in data[:directory_end]:
        raise WrongFileType(MORE_THAN_IT_SAYS, kind=kind)


_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS: dict[str, tuple[str, Callable[[bytes], None]]] = {
    "pdf": ("application/pdf", _check_pdf),
    "docx": (f"{_OFFICE}.wordprocessingml.document", check_docx),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", check_xlsx),
    "odt": ("application/vnd.oasis.opendocument.text", check_odt),
    "png": ("image/png", _check_png),
    "jpg": ("image/jpeg", _check_jpg),
    "jpeg": ("image/jpeg", _check_jpg),
}
