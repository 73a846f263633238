"""A process owner publishes routes: pinned by digest, numbered, and refused when a part is missing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import Database
from operations.calling import ROOT
from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.errors import BrokenRoute
from paraf.usecases.office import Office
from paraf.usecases.publish_routes import publish, shipped_routes

KEY = "sop_mikro_setjen"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """An office with workflows of its own, free to be changed."""
    shutil.copytree(ROOT / "workflows", tmp_path / "workflows")
    office = build_office(Settings(data_dir=tmp_path / "data", database_url=database.url))  # type: ignore[arg-type]
    office.workflows = tmp_path / "workflows"
    yield office
    office.store.close()


def route(office: Office) -> Path:
    return office.workflows / KEY / "route.bpmn"


def test_a_version_is_a_manifest_of_everything_it_relies_on(office: Office) -> None:
    published = publish(office, route(office), note="pertama")
    with office.store.read() as uow:
        version = uow.routes.version(KEY, 1)
        assert version is not None
        text = uow.routes.content(version.manifest_sha256)
        assert text is not None
        manifest = json.loads(text)
        for part in ("forms", "tables", "rules", "templates", "called"):
            for digest in manifest[part].values():
                content = uow.routes.content(digest)
                assert content is not None and hashlib.sha256(content).hexdigest() == digest
    assert published.new and published.version == 1 and version.note == "pertama"
    assert manifest["route"] == published.sha256 == hashlib.sha256(route(office).read_bytes()).hexdigest()
    assert hashlib.sha256(text).hexdigest() == version.manifest_sha256
    assert "choose_route" in manifest["tables"] and "sign" in manifest["forms"] and manifest["templates"]
    assert text == json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_same_again_is_no_new_version_and_a_changed_form_is(office: Office) -> None:
    publish(office, route(office))
    assert not publish(office, route(office)).new
    own = office.workflows / KEY / "forms"
    own.mkdir(exist_ok=True)
    form = json.loads((office.workflows / "forms" / "sign.json").read_text(encoding="utf-8"))
    (own / "sign.json").write_text(json.dumps(form | {"title": "Tanda tangan"}), encoding="utf-8")
    again = publish(office, route(office))
    assert again.new and again.version == 2
    with office.store.read() as uow:
        assert uow.routes.newest_number(KEY) == 2


def test_every_shipped_route_can_be_published(office: Office) -> None:
    published = [publish(office, file) for file in shipped_routes(office)]
    assert {one.key for one in published} >= {
        "sop_mikro_eselon1", "sop_mikro_setjen", "sop_mikro_pusat", "sop_mikro_perwakilan",
        "sop_makro_development", "sop_makro_change", "sop_teknis",
    }  # fmt: skip


def test_a_missing_form_is_a_finding_and_nothing_is_published(office: Office) -> None:
    (office.workflows / "forms" / "sign.json").unlink()
    with pytest.raises(BrokenRoute) as refusal:
        publish(office, route(office))
    assert all(finding.values == {"name": "sign"} for finding in refusal.value.findings)  # type: ignore[attr-defined]
    with office.store.read() as uow:
        assert uow.routes.newest_number(KEY) == 0
