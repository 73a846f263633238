"""An operator sets Paraf up: what is right is taken, what is wrong is said in one sentence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from paraf.config import Settings, load_settings
from paraf.entrypoints.cli.words import sentence
from paraf.errors import Misconfigured


def refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as refusal:
        load_settings()
    return sentence(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "porta", "nilainya harus bilangan bulat"),
        ("PORT", "0", "nilainya paling kecil 1"),
        ("MODE", "uji", "nilai yang diperbolehkan adalah production, sample"),
        ("SECURE_COOKIES", "x", "nilainya harus true atau false"),
        ("ZONE", "Mars/Olympus", "nilainya bukan nama zona waktu"),
        ("DOCUMENT_NUMBERS", "{", "nilainya harus objek JSON yang memuat pola nomor"),
        ("EXTRA_HOLIDAYS", "besok", "tanggal ditulis seperti 2026-12-31"),
        ("DATABASE_URL", "mysql://host/paraf", "nilainya harus diawali sqlite:/// atau postgresql://"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    assert refused(monkeypatch, f"PARAF_{name}", value) == f"Pengaturan PARAF_{name} tidak benar: {told}."


def test_an_unknown_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(monkeypatch, "PARAF_PROT", "8080")
    assert told == "Pengaturan PARAF_PROT tidak dikenal: periksa ejaannya atau hapus."


def test_there_is_no_debug_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refused(monkeypatch, "PARAF_DEBUG", "1")
    assert told == "Mode debug tidak tersedia: hapus PARAF_DEBUG dari lingkungan proses."


@pytest.mark.parametrize("weak", ["rahasia", "a" * 64, "0123456789" * 3])
def test_a_weak_key_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, weak: str) -> None:
    told = refused(monkeypatch, "PARAF_SECRET_KEY", weak)
    assert "terlalu lemah" in told and weak not in told


@pytest.mark.parametrize("pattern", ['{"*": "{kind}"}', '{"*": "{serial.__class__}"}', '{"*": "{serial} {"}'])
def test_a_number_pattern_names_known_places_only(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    assert "pola nomor harus memuat serial" in refused(monkeypatch, "PARAF_DOCUMENT_NUMBERS", pattern)


def test_without_a_word_the_database_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.database == f"sqlite:///{tmp_path}/data/paraf.sqlite3"
    assert settings.files == tmp_path / "data" / "files"
    assert settings.mode == "production" and settings.cookies_secure and not settings.sample
    assert settings.hosts == ("localhost", "127.0.0.1", "[::1]")


def test_secrets_may_lie_in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "paraf_database_url").write_text("postgresql://paraf:rahasia@db/paraf\n", encoding="utf-8")
    monkeypatch.setenv("PARAF_SECRETS_DIR", str(folder))
    settings = load_settings()
    assert settings.database == "postgresql+psycopg://paraf:rahasia@db/paraf"
    assert "rahasia" not in repr(settings)
    monkeypatch.setenv("PARAF_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(Misconfigured):
        load_settings()


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    made = load_settings().secret()
    path = tmp_path / "data" / "secret-key"
    assert len(made) >= 64 and load_settings().secret() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAF_TRUSTED_HOSTS", "paraf.kemlu.example, 10.1.2.3")
    monkeypatch.setenv("PARAF_EXTRA_HOLIDAYS", "2026-12-24")
    settings = load_settings()
    assert settings.hosts[:2] == ("paraf.kemlu.example", "10.1.2.3")
    assert settings.extra_holidays == ("2026-12-24",)


def test_document_numbers_take_the_most_exact_pattern() -> None:
    settings = Settings(
        document_numbers={"keputusan@BPO": "K-{serial}/{year}", "keputusan_sekjen": "S-{serial}"}
    )
    assert settings.document_number("keputusan", "BPO", 7, 2026, 11) == "K-7/2026"
    assert settings.document_number("keputusan_sekjen", "SETJEN", 7, 2026, 11) == "S-7"
    assert (
        settings.document_number("keputusan_eselon1", "DJAMEROP", 7, 2026, 11) == "KEP-007/DJAMEROP/XI/2026"
    )
    assert settings.document_number("notula", "BPO", 7, 2026, 1) == "007/NOTULA/BPO/I/2026"
