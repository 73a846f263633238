"""The zip of an evidence bundle: how it is written, byte for byte, and how a foreign one is read.

Knows the format of zip files and the manifest of a bundle; must not know what its files mean. A bundle
has one form only: files stored as they are, one after the other, without dates or marks of a host, the
manifest first. The same files give the same bytes, and a byte that was changed anywhere shows.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from paraf.domain.facts import canonical
from paraf.errors import Corrupt, TooLarge
from paraf.language import N_

FORMAT = "paraf-bukti-1"
MANIFEST = "manifest.json"
MOST_BYTES = 1024**3
"""The largest bundle, written or read."""
MOST_FILES = 5_000

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}){0,3}")
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_SIZE, _END_SIZE = 30, 22
_LARGER, _LARGER_SIZE = b"PK\x06\x07", 20
_MOST_INDEXED = 46 + 4 * 120 + 3
"""The most that the index of a bundle says of one file: its headers and the longest name."""
_VERSION, _UNIX, _FIRST_DAY, _MODE = 20, 3, 33, 0o600 << 16

NO_ZIP = N_("The file is not a bundle: it cannot be read as a zip file.")
NOT_AS_WRITTEN = N_("The zip file is no longer put together as Paraf wrote it.")
TOO_LARGE = N_("The bundle is larger than {limit} megabytes.")
BAD_NAME = N_("The bundle holds a file with a name that Paraf never gives: {name}.")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a bundle to be written; `read` gives its bytes when their turn has come."""

    name: str
    size: int
    sha256: str
    read: Callable[[], bytes]


def part(name: str, content: bytes) -> Part:
    """A file whose bytes are at hand."""
    return Part(name, len(content), hashlib.sha256(content).hexdigest(), lambda: content)


def is_name(name: str) -> bool:
    """Whether a file of a bundle may have this name: plain, relative, at most four folders deep."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle ready to be sent: its size in bytes, and its bytes piece by piece."""

    size: int
    pieces: Iterator[bytes]


def packed(parts: Sequence[Part]) -> Packed:
    """The zip of these files, the manifest before them. Raises TooLarge beyond MOST_BYTES, before the
    first byte is given. Each file is read when its turn has come."""
    listed = {one.name: one.sha256 for one in parts}
    whole = [part(MANIFEST, canonical({"files": listed, "format": FORMAT})), *parts]
    if len(listed) != len(parts) or not all(is_name(name) for name in listed):
        raise ValueError("a bundle names each of its files once, and plainly")
    size = sum(_LOCAL_SIZE + 46 + 2 * len(one.name) + one.size for one in whole) + 22
    if len(whole) > MOST_FILES:
        raise too_large()
    refuse_larger(size)
    return Packed(size, _pieces(whole))


def refuse_larger(size: int) -> None:
    """Raise TooLarge when so many bytes are more than a bundle holds."""
    if size > MOST_BYTES:
        raise too_large()


def too_large() -> TooLarge:
    return TooLarge(TOO_LARGE, limit=MOST_BYTES // 1024**2)


def _pieces(parts: Sequence[Part]) -> Iterator[bytes]:
    index, place = b"", 0
    for one in parts:
        content = one.read()
        if len(content) != one.size:
            raise Corrupt(N_("A file of the bundle changed while it was written."))
        described = _described(one.name, content)
        yield _LOCAL + described + one.name.encode()
        yield content
        index += _indexed(one.name, described, place)
        place += _LOCAL_SIZE + len(one.name) + len(content)
    yield index + _ending(len(parts), len(index), place)


def _described(name: str, content: bytes) -> bytes:
    """What both headers of a file say of it: nothing but its checksum and its length."""
    size = len(content)
    return struct.pack("<5H3L2H", _VERSION, 0, 0, 0, _FIRST_DAY, crc32(content), size, size, len(name), 0)


def _indexed(name: str, described: bytes, place: int) -> bytes:
    made_by = struct.pack("<BB", _VERSION, _UNIX)
    return _CENTRAL + made_by + described + struct.pack("<3H2L", 0, 0, 0, _MODE, place) + name.encode()


def _ending(count: int, index_size: int, place: int) -> bytes:
    return _END + struct.pack("<4H2LH", 0, 0, count, count, index_size, place, 0)


# --- reading ----------------------------------------------------------------------------------


class Unreadable(Corrupt):
    """A file that cannot even be opened as a bundle."""


class Bundle:
    """A bundle that somebody brought. Nothing of it is trusted: names are checked, sizes bounded by the
    size of the file itself, nothing is ever unpacked to the disk. `names` are in the order of the zip.
    To be used as a context manager; one file at a time is read."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises Unreadable when it is no zip, or one that Paraf never writes."""
        self._file: BinaryIO = path.open("rb")
        try:
            self._entries = self._listed(path.stat().st_size)
        except BaseException:
            self._file.close()
            raise

    def _listed(self, size: int) -> dict[str, tuple[int, int]]:
        if size > MOST_BYTES:
            raise Unreadable(TOO_LARGE, limit=MOST_BYTES // 1024**2)
        if self._index_size(size) > MOST_FILES * _MOST_INDEXED:
            raise Unreadable(NOT_AS_WRITTEN)
        try:
            with zipfile.ZipFile(self._file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, EOFError) as error:
            raise Unreadable(NO_ZIP) from error
        if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > size:
            raise Unreadable(NOT_AS_WRITTEN)
        if len({one.filename for one in entries}) != len(entries):
            raise Unreadable(NOT_AS_WRITTEN)
        for one in entries:
            if not is_name(one.filename):
                raise Unreadable(BAD_NAME, name=ascii(one.filename[:60]))
            if not 0 <= one.header_offset <= size - one.file_size:
                raise Unreadable(NOT_AS_WRITTEN)
        return {one.filename: (one.header_offset, one.file_size) for one in entries}

    def _index_size(self, size: int) -> int:
        """The size of the index as the end of the file gives it, for an index is read whole. Raises
        Unreadable for an end that Paraf never writes: a comment, or the marks of a larger format."""
        self._file.seek(max(size - _LARGER_SIZE - _END_SIZE, 0))
        tail = self._file.read()
        end = tail[-_END_SIZE:]
        if len(end) < _END_SIZE or not end.startswith(_END):
            raise Unreadable(NO_ZIP)
        if tail.startswith(_LARGER):
            raise Unreadable(NOT_AS_WRITTEN)
        return int.from_bytes(end[12:16], "little")

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def content(self, name: str) -> bytes | None:
        """The bytes of a file as they lie in the zip, whatever its headers say of them; None when
        there is no such file."""
        if name not in self._entries:
            return None
        place, size = self._entries[name]
        self._file.seek(place + _LOCAL_SIZE + len(name))
        return self._file.read(size)

    def digests(self) -> dict[str, str]:
        """The SHA-256 of every file."""
        return {name: hashlib.sha256(self.content(name) or b"").hexdigest() for name in self._entries}

    def is_as_written(self) -> bool:
        """Whether the zip is, byte for byte, what Paraf writes for these files in this order."""
        self._file.seek(0)
        index, place = b"", 0
        for name, (_, size) in self._entries.items():
            content = self.content(name) or b""
            described = _described(name, content)
            self._file.seek(place)
            if self._file.read(_LOCAL_SIZE + len(name)) != _LOCAL + described + name.encode():
                return False
            if len(content) != size:
                return False
            index += _indexed(name, described, place)
            place += _LOCAL_SIZE + len(name) + size
        self._file.seek(place)
        return self._file.read() == index + _ending(len(self._entries), len(index), place)
