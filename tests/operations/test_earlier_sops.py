"""The clerk registers SOPs that were set before Paraf (INT-36): once, whole, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import Database
from operations.calling import EARLIER, KEMLU
from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.errors import InvalidForm
from paraf.usecases.load_organisation import load
from paraf.usecases.office import Office
from paraf.usecases.register_sop import load_earlier_sops, sop_id


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    office = build_office(Settings(data_dir=tmp_path, database_url=database.url))  # type: ignore[arg-type]
    load(office, KEMLU)
    yield office
    office.store.close()


def test_an_earlier_sop_stands_in_the_register_with_its_own_instrument(office: Office) -> None:
    assert load_earlier_sops(office, EARLIER.read_bytes()) == (3, 0)
    assert load_earlier_sops(office, EARLIER.read_bytes()) == (0, 3)
    title = "Penanganan Kunjungan Kerja Kepala Negara ke Luar Negeri"
    with office.store.read() as uow:
        row = uow.register.one(sop_id("04/B/OT/V/2015/01", title))
    assert row is not None
    assert (row["status"], row["sop_kind"], row["owner_unit"]) == ("transitional", "makro", "BPO")
    assert row["set_at"] == "2015-05-17T17:00:00.000000Z"  # midnight in Jakarta
    assert json.loads(row["parties"]) == ["DJAMEROP", "DJASPASAF", "DJPROTKONS"]
    assert row["instance_id"] is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"sops: [", "not readable YAML"),
        (b"\xff\xfe\x00", "not readable YAML"),
        (b"- a", "not right at"),
        (b"sops: [{title: A, sop_kind: mega}]", "not right at"),
        (b"!!python/object/apply:os.system ['true']", "not readable YAML"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(office: Office, content: bytes, told: str) -> None:
    with pytest.raises(InvalidForm, match=told):
        load_earlier_sops(office, content)


def test_an_unknown_unit_leaves_nothing_behind(office: Office) -> None:
    text = EARLIER.read_text(encoding="utf-8").replace("unit: BKEU", "unit: ATLANTIS")
    with pytest.raises(InvalidForm, match="ATLANTIS"):
        load_earlier_sops(office, text.encode())
    with office.store.read() as uow:
        assert not uow.register.page(in_force=None, unit_code=None, text=None, after=None, limit=10)
