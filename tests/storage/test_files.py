"""An attachment is kept once, whole, under its digest, and noticed when somebody changes it."""

from __future__ import annotations

import errno
import hashlib
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
    assert files.keep(LETTER) == (SHA256, len(LETTER))
    assert files.keep(LETTER) == (SHA256, len(LETTER))
    assert files.read(SHA256) == LETTER
    assert _all_files(tmp_path) == [tmp_path / "files" / SHA256[:2] / SHA256[2:4] / SHA256]


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    kept = files.keep(b"")
    assert files.read(kept.sha256) == b""


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, SHA256[:-1], SHA256 + "\n", "0" * 64])
def test_only_digests_of_kept_files_are_found(tmp_path: Path, name: str) -> None:
    files = Files(tmp_path)
    files.keep(LETTER)
    with pytest.raises(NotFound):
        files.read(name)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.keep(LETTER)
    [path] = _all_files(tmp_path)
    path.unlink()
    path.write_bytes(LETTER[:-1] + b"?")
    with pytest.raises(Corrupt, match=SHA256):
        files.read(SHA256)


@pytest.mark.parametrize("swapped", [LETTER[:-1] + b"?", b"", LETTER + b"x"])
def test_a_changed_file_is_replaced_when_the_same_is_kept_again(tmp_path: Path, swapped: bytes) -> None:
    files = Files(tmp_path)
    files.keep(LETTER)
    [path] = _all_files(tmp_path)
    path.unlink()
    path.write_bytes(swapped)
    assert files.keep(LETTER) == (SHA256, len(LETTER))
    assert files.read(SHA256) == LETTER
    assert _all_files(tmp_path) == [path]


def test_a_file_that_is_too_large_leaves_no_trace(tmp_path: Path) -> None:
    files = Files(tmp_path, most=1024)
    with pytest.raises(TooLarge):
        files.keep(LETTER)
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
