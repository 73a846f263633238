"""The auditor takes a case out of the house; then somebody alters the database, and each verifier says where."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.visitor import fits, follow
from cast import AUDITOR
from evidence.stand_alone import SCRIPT
from paraf.usecases import demo
from paraf.usecases.verify import verify_all
from paraf.usecases.verify_evidence import verify_evidence
from travel import acts, set_out, take
from web_service import Service

pytestmark = pytest.mark.browser
STORY = demo.STORIES[0]


@pytest.fixture
def finished(service: Service) -> str:
    """The id of a case that was carried to its decree."""
    journey = set_out(service.office, STORY)
    while (act := next(acts(service.office, journey), None)) is not None:
        take(service.office, act)
    with service.office.store.read() as uow:
        (found,) = uow.cases.all_ids()
    return found


def _script(path: Path, *more: str) -> tuple[int, str]:
    told = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *more], capture_output=True, text=True, timeout=60
    )
    return told.returncode, told.stdout


def _download(page: Any, path: Path) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("link", name="Unduh bundel bukti").click()
    coming.value.save_as(path)
    assert re.fullmatch(r"bukti-U-\d{4}-\d{6}\.zip", coming.value.suggested_filename)
    return path


def _behind(service: Service, *changes: tuple[str, tuple[Any, ...]]) -> None:
    """Whoever holds the file of the database opens it without Paraf's guards."""
    with closing(sqlite3.connect(service.database.url.removeprefix("sqlite:///"))) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        for change, values in changes:
            assert database.execute(change, values).rowcount == 1
        database.commit()


def test_a_bundle_leaves_the_house_and_an_altered_database_is_named(
    service: Service, finished: str, enter: Enter, tmp_path: Path
) -> None:
    page = enter(AUDITOR)
    page.set_default_timeout(60_000)  # a bundle prints its summary
    page.goto(f"/berkas/{finished}/riwayat")
    follow(page.get_by_role("link", name="Bukti", exact=True))
    assert page.url.endswith(f"/berkas/{finished}/bukti")
    expect(page.get_by_role("status")).to_contain_text("Berkas usulan sesuai dengan riwayatnya")
    expect(page.locator(".proof-stages > li")).to_have_count(7)
    expect(page.locator(".proof-stages > li.right")).to_have_count(7)
    head = page.locator(".proof-side code").first.inner_text().strip()
    assert re.fullmatch("[0-9a-f]{64}", head)
    limits = page.locator(".proof-limits").first
    expect(limits).to_contain_text("tidak dapat terlihat dari satu berkas usulan saja")
    whole = _download(page, tmp_path / "whole.zip")
    assert verify_evidence(whole, head).intact
    assert _script(whole, head)[0] == 0
    with service.office.store.read() as uow:
        person = uow.people.by_login(AUDITOR.login)
        assert person is not None
        assert uow.readings.opened_since(person.id, "evidence", finished, "2000")
        entries = uow.history.read(finished)

    signed = next(entry for entry in entries if '"type":"document.signed"' in entry.body)
    other = signed.body.replace('"act":"', '"act":"x')
    _behind(service, ("UPDATE event SET body = ? WHERE instance_id = ? AND seq = ?", (other, finished, signed.seq)))
    page.reload()
    expect(page.get_by_role("status")).to_contain_text(f"nomor {signed.seq}.")
    expect(page.locator(".proof-stages > li.wrong")).to_have_count(1)
    expect(page.locator(".proof-stages > li.unasked")).to_have_count(6)
    (verdict,) = verify_all(service.office)
    assert verdict.fault is not None and verdict.fault.seq == signed.seq
    altered = _download(page, tmp_path / "altered.zip")
    found = verify_evidence(altered)
    assert found.fault is not None and found.fault.seq == signed.seq
    assert _script(altered) == (1, f"Bukti TIDAK utuh, fakta ke-{signed.seq}: isinya tidak sesuai dengan sidiknya\n")
    assert verify_evidence(whole, head).intact, "what left the house is beyond reach"

    _behind(
        service,
        ("UPDATE event SET body = ? WHERE instance_id = ? AND seq = ?", (signed.body, finished, signed.seq)),
        (
            "UPDATE artifact SET content = CAST(content || '<!-- -->' AS BLOB) WHERE sha256 = ?",
            (signed.event()["data"]["sha256"],),
        ),
    )
    page.reload()
    expect(page.get_by_role("status")).to_contain_text(re.compile("dokumen|naskah", re.IGNORECASE))
    altered = _download(page, tmp_path / "altered.zip")
    found = verify_evidence(altered)
    assert found.fault is not None and found.fault.seq == signed.seq
    assert _script(altered)[1].startswith(f"Bukti TIDAK utuh, fakta ke-{signed.seq}: ")


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_proof_fits_every_screen(finished: str, enter: Enter, size: str, scheme: str) -> None:
    page = enter(AUDITOR, size, scheme=scheme, script=scheme == "light")
    page.goto(f"/berkas/{finished}/bukti")
    if scheme == "light":
        assert fits(page)
    expect(page.get_by_role("heading", name="Yang diperiksa")).to_be_visible()
