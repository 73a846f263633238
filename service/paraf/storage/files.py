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
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from paraf.errors import Corrupt, NotFound, TooLarge, Unavailable
from paraf.language import N_

_DIGEST = re.compile(r"[0-9a-f]{64}")


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
        limit = self._most if most is None else most
        if len(data) > limit:
            raise TooLarge(
                N_("The file is larger than {limit} megabytes."), limit=max(1, limit // (1024 * 1024))
            )
        sha256 = hashlib.sha256(data).hexdigest()
        if not self._is_whole(sha256):
            self._settle(sha256, data)
        return KeptFile(sha256, len(data))

    def exists(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The content, compared with its digest. Raises NotFound, or Corrupt when it differs."""
        try:
            data = self._place(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(N_("The file is not there.")) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Corrupt(
                N_(
                    "The stored file is no longer the one that was attached, so it is not given out. "
                    "Please tell the administrator its digest: {digest}."
                ),
                digest=sha256,
            )
        return data

    def as_stored(self, sha256: str) -> bytes | None:
        """What lies under a digest, whether or not it still has it; None when nothing does. Only for
        evidence: what was changed on the disk goes out as it was found."""
        try:
            return self._place(sha256).read_bytes()
        except (NotFound, OSError):
            return None

    def size(self, sha256: str) -> int | None:
        """Bytes of what lies under a digest; None when nothing does."""
        try:
            return self._place(sha256).stat().st_size
        except (NotFound, OSError):
            return None

    def _place(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise NotFound(N_("The file is not there."))
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _is_whole(self, sha256: str) -> bool:
        """Whether the content is there and still has its digest; a file that was changed is replaced."""
        try:
            with self._place(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def _settle(self, sha256: str, data: bytes) -> None:
        """Write beside the final place, make it durable, then give it its name."""
        arriving = self._folder / "arriving"
        try:
            arriving.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=arriving)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
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


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
