"""A bundle as the product hands it out: by page, by the API and at the command line; the same bytes each
time, to those who see the case, with a trace when an auditor takes it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.conftest import Exhibit, bundled
from paraf.documents import evidence_file
from paraf.documents.evidence_file import MANIFEST, Bundle, Unreadable, packed, part
from paraf.domain.facts import digest
from paraf.errors import TooLarge
from paraf.usecases import evidence
from paraf.usecases.verify_evidence import verify_evidence
from stage import Answer

FRONT = ("PETUNJUK.txt", "periksa.py", "ringkasan.pdf", "fakta.jsonl", "bukaan.json")


def test_the_same_state_gives_the_same_bytes(exhibit: Exhibit) -> None:
    assert bundled(exhibit.stage, exhibit.case) == exhibit.content


def test_what_is_in_it(exhibit: Exhibit, tmp_path: Path) -> None:
    path = tmp_path / "bukti.zip"
    path.write_bytes(exhibit.content)
    with Bundle(path) as bundle:
        assert bundle.names[: len(FRONT) + 1] == [MANIFEST, *FRONT]
        assert bundle.is_as_written()
        listed = json.loads(bundle.content(MANIFEST) or b"")
        assert listed["files"] == {name: digest(content) for name, content in exhibit.files.items()}
    folders = {name.split("/")[0] for name in exhibit.files if "/" in name}
    assert folders == {"rute", "dokumen", "naskah", "lampiran"}
    assert exhibit.files["ringkasan.pdf"].startswith(b"%PDF")
    told = exhibit.files["PETUNJUK.txt"].decode()
    for word in ("python3 periksa.py", "paraf evidence verify", "YANG TIDAK DAPAT TERLIHAT"):
        assert word in told
    lines = exhibit.files["fakta.jsonl"].split(b"\n")[:-1]
    assert len(lines) == len(exhibit.case.events())
    assert all(digest(line[8:-75]) == json.loads(line)["hash"] for line in lines), "exactly as hashed"


def test_the_api_hands_it_to_those_who_see_the_case(exhibit: Exhibit) -> None:
    path = f"/instances/{exhibit.case.id}/evidence"
    got = exhibit.stage.person("karo.po").get(path)
    assert got.status == 200 and got.body == exhibit.content
    assert got.headers["Content-Type"] == "application/zip"
    assert got.headers["Content-Length"] == str(len(exhibit.content))
    assert f'filename="bukti-{exhibit.case.number}.zip"' in got.headers["Content-Disposition"]
    exhibit.stage.person("staf.tokyo").get(path).refused(404)
    exhibit.stage.person("karo.po").get("/instances/tidak-ada/evidence").refused(404)


def test_what_an_auditor_takes_is_recorded(exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "_summary", lambda *_: None)  # printing it takes longer than all the rest
    stage = exhibit.stage

    def recorded() -> int:
        with stage.office.store.read() as uow:
            rows = uow.readings.page(
                people=None, instance_id=exhibit.case.id, since=None, until=None, after=None, limit=100
            )
        return sum(row["what"] == "evidence" for row in rows)

    before = recorded()
    stage.person("karo.po").get(f"/instances/{exhibit.case.id}/evidence").ok()
    assert recorded() == before, "Biro PO reads it by its own office"
    stage.person("auditor.itjen").get(f"/instances/{exhibit.case.id}/evidence").ok()
    assert recorded() == before + 1


def test_one_bundle_is_made_at_a_time_for_one_person(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, stage = f"/instances/{exhibit.case.id}/evidence", exhibit.stage
    meanwhile: list[Answer] = []

    def print_it(*_: object) -> None:
        monkeypatch.setattr(evidence, "_summary", lambda *_: None)
        meanwhile.extend(stage.person(login).get(path) for login in ("karo.po", "auditor.itjen"))

    monkeypatch.setattr(evidence, "_summary", print_it)
    stage.person("karo.po").get(path).ok()
    told, other = meanwhile
    refused = told.refused(429)
    assert refused["type"] == "urn:paraf:problem:too_many" and "sedang disusun" in refused["detail"]
    assert told.headers["Retry-After"] == "5"
    assert other.status == 200, "nobody waits for somebody else"
    stage.person("karo.po").get(path).ok()


def test_a_case_too_large_for_a_bundle_is_told_before_its_files_are_read(
    exhibit: Exhibit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_summary", lambda *_: None)
    monkeypatch.setattr(exhibit.stage.office.files, "as_stored", lambda _: pytest.fail("a file was read"))
    without_files = sum(len(one) for name, one in exhibit.files.items() if not name.startswith("lampiran/"))
    monkeypatch.setattr(evidence_file, "MOST_BYTES", without_files - len(exhibit.files["ringkasan.pdf"]))
    with pytest.raises(TooLarge):
        evidence.bundle_of(exhibit.stage.office, exhibit.case.id)


def _paraf(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "paraf.entrypoints.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path), **environment},
    )


def _url(exhibit: Exhibit) -> str:
    return f"sqlite:///{exhibit.stage.office.store.url.database}"


def test_the_command_line_writes_and_checks(exhibit: Exhibit, tmp_path: Path) -> None:
    told = _paraf(
        tmp_path,
        *("evidence", "export", exhibit.case.number, "-o", "bukti.zip"),
        PARAF_MODE="sample",
        PARAF_DATABASE_URL=_url(exhibit),
        PARAF_DATA_DIR=str(exhibit.stage.office.settings.data_dir),
    )
    assert told.returncode == 0, told.stderr
    assert (tmp_path / "bukti.zip").read_bytes() == exhibit.content
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".zip"] == ["bukti.zip"]
    # nothing but the file: a database and a mode that do not exist are never asked
    nowhere = {"PARAF_DATABASE_URL": "postgresql://nowhere.invalid/none", "PARAF_MODE": "none"}
    told = _paraf(tmp_path, "evidence", "verify", "bukti.zip", "--head", exhibit.digest(), **nowhere)
    assert told.returncode == 0, told.stderr
    assert exhibit.case.number in told.stdout and exhibit.digest() in told.stdout and told.stderr == ""
    other = bytearray(exhibit.content)
    other[exhibit.content.index(b'"seq":7,')] ^= 1
    (tmp_path / "lain.zip").write_bytes(other)
    told = _paraf(tmp_path, "evidence", "verify", "lain.zip", **nowhere)
    assert told.returncode == 1
    assert told.stdout.startswith("lain.zip 7 ") and "nomor 7" in told.stderr
    assert _paraf(tmp_path, "evidence", "verify", "bukti.zip", "--head", "0" * 64, **nowhere).returncode == 1
    (tmp_path / "teks.zip").write_text("bukan zip")
    told = _paraf(tmp_path, "evidence", "verify", "teks.zip", **nowhere)
    assert told.returncode == 1 and "tidak dapat dibaca sebagai berkas zip" in told.stdout


def test_a_case_that_is_not_there_is_refused_in_a_sentence(exhibit: Exhibit, tmp_path: Path) -> None:
    told = _paraf(
        tmp_path,
        *("evidence", "export", "U-1999-000001", "-o", "bukti.zip"),
        PARAF_MODE="sample",
        PARAF_DATABASE_URL=_url(exhibit),
        PARAF_DATA_DIR=str(exhibit.stage.office.settings.data_dir),
    )
    assert told.returncode == 1 and told.stderr.count("\n") == 1 and not (tmp_path / "bukti.zip").exists()


def test_a_bundle_has_a_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(evidence_file, "MOST_BYTES", 100_000)
    with pytest.raises(TooLarge):
        packed([part("a", b"x" * 100_000)])
    path = tmp_path / "big.zip"
    path.write_bytes(b"PK" + b"x" * 100_000)
    with pytest.raises(Unreadable):
        Bundle(path)
    assert not verify_evidence(path).intact


def test_an_index_of_very_many_files_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such an index costs far more memory than its own size, whatever its end says of their number."""
    monkeypatch.setattr(evidence_file.zipfile, "ZipFile", lambda *_: pytest.fail("the index was read"))
    path, size = tmp_path / "index.zip", 3_000_000

    def end(told: int, comment: bytes = b"") -> bytes:
        return b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, told, 0, len(comment)) + comment

    larger = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)
    for tail in (end(size), larger + end(0), end(0, b"abc"), b"PK\x05\x06"):
        path.write_bytes(b"x" * size + tail)
        with pytest.raises(Unreadable):
            Bundle(path)


def test_a_bundle_names_each_file_once_and_plainly() -> None:
    for parts in ([part("../a", b"")], [part("a", b""), part("a", b"")], [part("a b", b"")]):
        with pytest.raises(ValueError, match="plainly"):
            packed(parts)


def test_an_altered_case_still_gives_a_bundle(exhibit: Exhibit) -> None:
    """Whatever somebody wrote into the facts: what is stored goes out as it is stored."""
    from paraf.domain.facts import Entry

    events = list(evidence._readable([Entry(1, "not json", "x"), Entry(2, "[]", "x"), Entry(3, '{"seq":3}', "x")]))
    assert events == []
    assert evidence.lines([Entry(1, "not json", "x")]) == b'{"body":not json,"hash":"x"}\n'
