"""A route is published once for ever: numbered, hashed, and in force from its day on."""

from __future__ import annotations

import hashlib
import threading

import pytest
from sqlalchemy.exc import IntegrityError

from databases import Counting
from paraf.errors import VersionChanged
from paraf.storage.routes import RouteVersion
from paraf.storage.store import Store
from paraf.storage.unit_of_work import UnitOfWork

PUBLISHED = "2026-11-21T02:50:13.123456Z"


def _publish(uow: UnitOfWork, key: str, content: bytes, since: str, after: int | None = None) -> RouteVersion:
    sha256 = uow.routes.keep("application/bpmn+xml", content)
    manifest = uow.routes.keep("application/json", b'{"route":"' + sha256.encode() + b'"}')
    return uow.routes.publish(
        key,
        name="SOP Mikro",
        sha256=sha256,
        manifest_sha256=manifest,
        effective_from=since,
        published_at=PUBLISHED,
        published_by="publisher",
        note="Perbaikan",
        after=after,
    )


def test_the_exact_bytes_come_back(store: Store, statements: Counting) -> None:
    content = bytes(range(256)) * 10
    with store.write() as uow:
        sha256 = uow.routes.keep("application/bpmn+xml", content)
        assert sha256 == hashlib.sha256(content).hexdigest()
        assert uow.routes.keep("application/bpmn+xml", content) == sha256
    with store.read() as uow, statements(store) as sent:
        assert uow.routes.content(sha256) == content
        assert uow.routes.content_with_type(sha256) == ("application/bpmn+xml", content)
        assert uow.routes.content("0" * 64) is None
        assert uow.routes.content_with_type("0" * 64) is None
    assert len(sent) == 4


def test_versions_are_numbered_and_take_force_on_their_day(store: Store) -> None:
    with store.write() as uow:
        first = _publish(uow, "sop_makro", b"1", "2026-01-01")
        assert first.version == 1
        assert _publish(uow, "sop_makro", b"2", "2027-01-01", after=1).version == 2
        assert _publish(uow, "sop_makro", b"3", "2026-06-01").version == 3
        assert _publish(uow, "sop_teknis", b"4", "2026-06-01", after=0).version == 1

    with store.read() as uow:
        in_force = {
            at: found.version if (found := uow.routes.effective_version("sop_makro", at)) else None
            for at in ("2025-12-31", "2026-01-01", "2026-05-31", "2026-06-01", "2027-01-01")
        }
        assert in_force == {
            "2025-12-31": None,
            "2026-01-01": 1,
            "2026-05-31": 1,
            "2026-06-01": 3,
            "2027-01-01": 2,
        }
        assert uow.routes.version("sop_makro", 1) == first
        assert uow.routes.version("sop_makro", 4) is None
        assert [version.version for version in uow.routes.versions("sop_makro")] == [3, 2, 1]
        assert uow.routes.keys() == ["sop_makro", "sop_teknis"]
        assert [(v.route_key, v.version) for v in uow.routes.effective_versions("2026-07-01")] == [
            ("sop_makro", 3),
            ("sop_teknis", 1),
        ]
        assert uow.routes.effective_versions("2025") == []


def test_a_publisher_who_saw_an_older_version_is_told(store: Store) -> None:
    with store.write() as uow:
        _publish(uow, "sop_makro", b"1", PUBLISHED)
    with pytest.raises(VersionChanged) as told, store.write() as uow:
        _publish(uow, "sop_makro", b"2", PUBLISHED, after=0)
    assert told.value.present == {"version": 1}


def test_of_two_publishers_at_once_each_gets_his_own_number(store: Store) -> None:
    together = threading.Barrier(2)
    numbers: list[int] = []
    told: list[VersionChanged] = []

    def publisher(content: bytes) -> None:
        together.wait()
        try:
            numbers.append(store.run(lambda uow: _publish(uow, "sop_makro", content, PUBLISHED).version))
        except VersionChanged as error:
            told.append(error)

    for _ in range(10):
        both = [threading.Thread(target=publisher, args=(name,)) for name in (b"a", b"b")]
        for one in both:
            one.start()
        for one in both:
            one.join()
    with store.read() as uow:
        kept = [version.version for version in uow.routes.versions("sop_makro")]
    assert sorted(numbers) == sorted(kept) == list(range(1, len(kept) + 1))
    assert len(numbers) + len(told) == 20


def test_a_version_names_only_contents_that_are_kept(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as uow:
        uow.routes.publish(
            "sop_makro",
            name="SOP Makro",
            sha256="0" * 64,
            manifest_sha256="0" * 64,
            effective_from=PUBLISHED,
            published_at=PUBLISHED,
        )
