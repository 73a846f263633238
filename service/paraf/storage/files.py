"""Attachments on disk, each under its own SHA-256.

Knows folders, digests and how a file becomes durable; must not know what an attachment is for.
A file appears whole or not at all; the same content is kept once.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from paraf.errors import Corrupt, NotFound, TooLarge, Unavailable
from paraf.language import N_

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 256 * 1024


class KeptFile(NamedTuple):
    """What was kept: digest, and size in bytes."""

    sha256: str
    size: int


class Files:
    """The store of attachments in `folder`; `most` is the size limit in bytes unless a call says so."""

    def __init__(self, folder: Path, most: int = 20 * 1024 * 1024) -> None:
        self._folder = Path(folder)
        self._most = most

    def keep(self, data: bytes, most: int | None = None) -> KeptFile:
        """Keep this content; durable on return. Raises TooLarge, or Unavailable when the disk is full."""
        self._refuse_large(len(data), most)
        sha256 = hashlib.sha256(data).hexdigest()

        def write(file: BinaryIO) -> str:
            file.write(data)
            return sha256

        if not self.exists(sha256):
            self._settle(write)
        return KeptFile(sha256, len(data))

    def keep_stream(self, stream: BinaryIO, most: int | None = None) -> KeptFile:
        """Keep what the stream gives, without holding it in memory. Raises as `keep` does."""
        size = 0

        def write(file: BinaryIO) -> str:
            nonlocal size
            known = hashlib.sha256()
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                self._refuse_large(size, most)
                known.update(chunk)
                file.write(chunk)
            return known.hexdigest()

        return KeptFile(self._settle(write), size)

    def exists(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The content, compared with its digest. Raises NotFound, or Corrupt when it differs."""
        try:
            data = self._place(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(N_("The file is not there.")) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Corrupt(N_("The stored file {digest} does not match its digest."), digest=sha256)
        return data

    def stream(self, sha256: str) -> Iterator[bytes]:
        """The content in pieces, for large files. Raises NotFound at once; a file that differs from
        its digest raises Corrupt in place of its last piece."""
        try:
            file = self._place(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound(N_("The file is not there.")) from error
        return _pieces(file, sha256)

    def _place(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise NotFound(N_("The file is not there."))
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _refuse_large(self, size: int, most: int | None) -> None:
        limit = self._most if most is None else most
        if size > limit:
            raise TooLarge(
                N_("The file is larger than {limit} megabytes."), limit=max(1, limit // (1024 * 1024))
            )

    def _settle(self, write: Callable[[BinaryIO], str]) -> str:
        """Write beside the final place, make it durable, then give it the name `write` tells."""
        arriving = self._folder / "arriving"
        try:
            arriving.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=arriving)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    sha256 = write(file)
                    file.flush()
                    os.fsync(file.fileno())
                place = self._place(sha256)
                place.parent.mkdir(parents=True, exist_ok=True)
                os.chmod(name, 0o440)
                os.replace(name, place)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(name)
                raise
            for folder in (place.parent, place.parent.parent, self._folder):
                _make_durable(folder)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise Unavailable(
                    N_("The storage of the server is full. Nothing was saved. Please tell the administrator.")
                ) from error
            raise
        return sha256


def _pieces(file: BinaryIO, sha256: str) -> Iterator[bytes]:
    known = hashlib.sha256()
    with file:
        ahead = file.read(_CHUNK)
        while ahead:
            known.update(ahead)
            piece, ahead = ahead, file.read(_CHUNK)
            if not ahead and known.hexdigest() != sha256:
                raise Corrupt(N_("The stored file {digest} does not match its digest."), digest=sha256)
            yield piece


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
