"""An attachment is kept once, whole, under its digest, and noticed when somebody changes it."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from paraf.errors import Corrupt, NotFound, TooLarge, Unavailable
from paraf.storage.files import Files

LETTER = b"%PDF-1.7 Surat pengantar " * 40_000
SHA256 = hashlib.sha256(LETTER).hexdigest()


def _all_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_comes_back_as_it_was_and_stands_once(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    assert not files.exists(SHA256)
    assert files.keep(LETTER) == (SHA256, len(LETTER))
    assert files.keep(LETTER) == (SHA256, len(LETTER))
    assert files.keep_stream(io.BytesIO(LETTER)) == (SHA256, len(LETTER))
    assert files.read(SHA256) == b"".join(files.stream(SHA256)) == LETTER
    assert _all_files(tmp_path) == [tmp_path / "files" / SHA256[:2] / SHA256[2:4] / SHA256]


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    kept = files.keep(b"")
    assert files.read(kept.sha256) == b"".join(files.stream(kept.sha256)) == b""


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, SHA256[:-1], SHA256 + "\n", "0" * 64])
def test_only_digests_of_kept_files_are_found(tmp_path: Path, name: str) -> None:
    files = Files(tmp_path)
    files.keep(LETTER)
    with pytest.raises(NotFound):
        files.read(name)
    with pytest.raises(NotFound):
        files.stream(name)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.keep(LETTER)
    [path] = _all_files(tmp_path)
    path.unlink()
    path.write_bytes(LETTER[:-1] + b"?")
    with pytest.raises(Corrupt):
        files.read(SHA256)
    given = []
    with pytest.raises(Corrupt):
        given.extend(files.stream(SHA256))
    assert sum(len(piece) for piece in given) < len(LETTER)


def test_a_file_that_is_too_large_leaves_no_trace(tmp_path: Path) -> None:
    files = Files(tmp_path, most=1024)
    with pytest.raises(TooLarge):
        files.keep(LETTER)
    with pytest.raises(TooLarge):
        files.keep_stream(io.BytesIO(LETTER))
    assert _all_files(tmp_path) == []
    assert files.keep(LETTER, most=len(LETTER)).size == len(LETTER)


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files = Files(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="full"):
        files.keep(LETTER)
    assert _all_files(tmp_path) == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        Files(tmp_path).keep_stream(Broken(LETTER))
    assert _all_files(tmp_path) == []
