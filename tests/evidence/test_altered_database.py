"""Somebody with every right on the database alters it: the proof of the case, the proof of everything and
the bundle handed out afterwards all name the same first bad fact, and so does the verifier in it.

On SQLite a stranger opens the file; on PostgreSQL a superuser lifts the triggers.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from conftest import DATABASES
from evidence.conftest import bundled
from evidence.stand_alone import found_by_script
from paraf.domain.facts import GENESIS, canonical_text, digest
from paraf.usecases import evidence
from paraf.usecases.verify import verify_all, verify_case, verify_routes
from paraf.usecases.verify_evidence import verify_evidence
from random_people import open_case
from stage import Stage, furnish


class Vault:
    """A stage with two finished cases, and a way past every guard that is taken back afterwards."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.folder = stage, folder
        self.case = open_case(stage, "sop_mikro_perwakilan").carry_to("end")
        self.other = open_case(stage, "sop_teknis").carry_to("end")

    @contextmanager
    def altered(self, *tables: str) -> Iterator[Connection]:
        """Whoever owns the database: guards are gone, and every row of `tables` is put back at the end."""
        owner = create_engine(self.stage.office.store.url)
        with owner.begin() as raw:
            _lift(raw)
            kept = {name: raw.execute(text(f'SELECT * FROM "{name}"')).mappings().all() for name in tables}
        try:
            with owner.begin() as raw:
                _unbound(raw)
                yield raw
            self._look_anew()
        finally:
            with owner.begin() as raw:
                _unbound(raw)
                for name, rows in kept.items():
                    raw.execute(text(f'DELETE FROM "{name}"'))
                    for row in rows:
                        columns = ", ".join(f'"{one}"' for one in row)
                        places = ", ".join(f":{one}" for one in row)
                        raw.execute(text(f'INSERT INTO "{name}" ({columns}) VALUES ({places})'), dict(row))
            owner.dispose()
            self._look_anew()

    def _look_anew(self) -> None:
        self.stage.office.shelf.__init__()  # type: ignore[misc]  # another process reads it anew

    def found(self) -> list[int | None]:
        """The first bad fact by the proof of the case, by the proof of everything, by the check of a
        bundle handed out now, and by the verifier that lies in it."""
        office = self.stage.office
        with office.store.snapshot() as uow:
            one = verify_case(office, uow, self.case.id, rerun=True).fault
        every = {verdict.instance_id: verdict.fault for verdict in verify_all(office, rerun=True)}
        path = self.folder / "bundle.zip"
        path.write_bytes(bundled(self.stage, self.case))
        bundle, script = verify_evidence(path).fault, found_by_script(path)
        assert every[self.other.id] is None or every[self.case.id] is not None
        whole = every[self.case.id]
        return [fault.seq if fault else None for fault in (one, whole, bundle)] + [script[0] if script else None]


def _lift(raw: Connection) -> None:
    if raw.dialect.name == "sqlite":
        for (name,) in raw.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            raw.exec_driver_sql(f'DROP TRIGGER "{name}"')


def _unbound(raw: Connection) -> None:
    if raw.dialect.name == "sqlite":
        raw.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        raw.exec_driver_sql("SET LOCAL session_replication_role = replica")
        tables = ("event", "artifact", "route_version", "route_event")
        for name in tables:
            raw.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER ALL")


@pytest.fixture(scope="module", params=DATABASES)
def vault(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder: Path = tmp_path_factory.mktemp("vault")
    drop: Any = None
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "paraf.sqlite3")
        url = f"sqlite:///{folder / 'paraf.sqlite3'}"
    else:
        drop = request.getfixturevalue("cluster")
        url = drop.create("paraf_vault", request.getfixturevalue("postgresql_template"))
    furnish(url, folder)
    stage = Stage(url, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence, "_summary", lambda *_: None)  # printing it takes longer than all the rest
        yield Vault(stage, folder)
    stage.close()
    if drop is not None:
        drop.drop("paraf_vault")


Events = list[dict[str, Any]]


def _read(raw: Connection, case_id: str) -> Events:
    rows = raw.execute(text("SELECT body FROM event WHERE instance_id = :id ORDER BY seq"), {"id": case_id})
    return [json.loads(row[0]) for row in rows]


def _write(raw: Connection, case_id: str, events: Events, hashes: list[str] | None = None) -> None:
    raw.execute(text("DELETE FROM event WHERE instance_id = :id"), {"id": case_id})
    for place, event in enumerate(events, 1):
        body = canonical_text(event)
        sha256 = hashes[place - 1] if hashes else digest(body.encode())
        raw.execute(
            text("INSERT INTO event (instance_id, seq, body, hash) VALUES (:id, :seq, :body, :hash)"),
            {"id": case_id, "seq": place, "body": body, "hash": sha256},
        )


def _sealed_anew(raw: Connection, case_id: str, events: Events) -> None:
    head = GENESIS
    for seq, event in enumerate(events, 1):
        event["seq"], event["prev_hash"] = seq, head
        head = digest(canonical_text(event).encode())
    _write(raw, case_id, events)
    raw.execute(
        text("UPDATE instance SET seq = :seq, head = :head WHERE id = :id"),
        {"seq": len(events), "head": head, "id": case_id},
    )


def test_untouched_nothing_is_named(vault: Vault) -> None:
    assert vault.found() == [None] * 4
    assert [fault for _, fault in verify_routes(vault.stage.office) if fault] == []


def _flip(events: Events, raw: Connection) -> int:
    events[11]["at"] = "2020-01-01T00:00:00.000000Z"
    return 12


def _drop(events: Events, raw: Connection) -> int:
    del events[11]
    return 12


def _reorder(events: Events, raw: Connection) -> int:
    events.insert(11, events.pop(12))
    return 12


def _double(events: Events, raw: Connection) -> int:
    events.insert(11, events[10])
    return 12


def _behead(events: Events, raw: Connection) -> int:
    del events[:2]
    return 1


CHAINS: dict[str, Callable[[Events, Connection], int]] = {
    "a fact changed": _flip,
    "a fact dropped": _drop,
    "two in another order": _reorder,
    "a fact twice": _double,
    "the first facts dropped": _behead,
}


@pytest.mark.parametrize("change", CHAINS)
def test_facts(vault: Vault, change: str) -> None:
    with vault.altered("event") as raw:
        events = _read(raw, vault.case.id)
        rows = raw.execute(
            text("SELECT hash FROM event WHERE instance_id = :id ORDER BY seq"), {"id": vault.case.id}
        )
        hashes = {event["seq"]: row[0] for event, row in zip(events, rows, strict=True)}
        seq = CHAINS[change](events, raw)
        _write(raw, vault.case.id, events, [hashes[event["seq"]] for event in events])
        raw.commit()
        assert vault.found() == [seq] * 4


def test_facts_of_another_case(vault: Vault) -> None:
    with vault.altered("event") as raw:
        events, other = _read(raw, vault.case.id), _read(raw, vault.other.id)
        events[14] = other[14]
        _write(raw, vault.case.id, events)
        raw.commit()
        assert vault.found() == [15] * 4


def test_all_facts_of_another_case(vault: Vault) -> None:
    """The bundle is then one of the other case as far as its facts go; what lies beside them is not."""
    with vault.altered("event", "instance") as raw:
        _sealed_anew(raw, vault.case.id, _read(raw, vault.other.id))
        raw.commit()
        found = vault.found()
        assert all(seq == 1 for seq in found), found


def test_the_newest_facts_cut_off(vault: Vault) -> None:
    with vault.altered("event") as raw:
        events = _read(raw, vault.case.id)
        _write(raw, vault.case.id, events[:-3])
        raw.commit()
        case, every, bundle, script = vault.found()
        assert (case, every) == (len(events) - 3,) * 2, "the case row names another fact"
        assert bundle is not None and script is not None, "the end of the course is missing"


def test_a_decision_rewritten_with_all_hashes(vault: Vault) -> None:
    with vault.altered("event", "instance") as raw:
        events = _read(raw, vault.case.id)
        decided = [event for event in events if event["type"] == "task.decided"][-1]
        decided["data"]["outcome"] = decided["data"]["context"]["outcome"] = "return"
        decided["data"]["context"]["return_to"] = "draft_usulan"
        _sealed_anew(raw, vault.case.id, events)
        raw.commit()
        assert all(seq is not None and seq > 0 for seq in vault.found())


CONTENTS: dict[str, tuple[str, Callable[[Events, Any], str]]] = {
    "the route": ("route", lambda events, manifest: str(events[0]["data"]["route_sha256"])),
    "the manifest": ("route", lambda events, manifest: str(events[0]["data"]["manifest_sha256"])),
    "a form": ("route", lambda events, manifest: str(next(iter(manifest["forms"].values())))),
    "a table": ("route", lambda events, manifest: str(next(iter(manifest["tables"].values())))),
    "a document": (
        "paper",
        lambda events, manifest: str(
            next(event for event in events if event["type"] == "document.signed")["data"]["sha256"]
        ),
    ),
}


@pytest.mark.parametrize("change", CONTENTS)
@pytest.mark.parametrize("way", ["changed", "swapped"])
def test_published_contents(vault: Vault, change: str, way: str) -> None:
    kind, of = CONTENTS[change]
    with vault.altered("artifact") as raw:
        events = _read(raw, vault.case.id)
        (manifest,) = raw.execute(
            text("SELECT content FROM artifact WHERE sha256 = :sha"),
            {"sha": events[0]["data"]["manifest_sha256"]},
        ).one()
        sha256 = of(events, json.loads(bytes(manifest)))
        (content,) = raw.execute(
            text("SELECT content FROM artifact WHERE sha256 = :sha"), {"sha": sha256}
        ).one()
        other = bytes(content)[:-1] + b" "
        if way == "swapped":
            (found,) = raw.execute(
                text("SELECT content FROM artifact WHERE sha256 <> :sha ORDER BY sha256 LIMIT 1"), {"sha": sha256}
            ).one()
            other = bytes(found)
        raw.execute(
            text("UPDATE artifact SET content = :content WHERE sha256 = :sha"), {"content": other, "sha": sha256}
        )
        raw.commit()
        wanted = 1 if kind == "route" else next(e["seq"] for e in events if sha256 in json.dumps(e))
        assert vault.found() == [wanted] * 4
        if kind == "route":
            named = [key for key, fault in verify_routes(vault.stage.office) if fault]
            assert vault.case.route_key in named


def test_the_version_row_of_a_route(vault: Vault) -> None:
    with vault.altered("route_version") as raw:
        raw.execute(
            text(
                "UPDATE route_version SET sha256 = (SELECT sha256 FROM route_version WHERE route_key = :other),"
                " manifest_sha256 = (SELECT manifest_sha256 FROM route_version WHERE route_key = :other)"
                " WHERE route_key = :key"
            ),
            {"key": vault.case.route_key, "other": vault.other.route_key},
        )
        raw.commit()
        assert vault.found() == [1] * 4
        assert [key for key, fault in verify_routes(vault.stage.office) if fault] == [vault.case.route_key]


def test_the_life_of_a_route(vault: Vault) -> None:
    with vault.altered("route_event") as raw:
        raw.execute(
            text("UPDATE route_event SET body = replace(body, :old, :new) WHERE route_key = :key"),
            {"key": vault.case.route_key, "old": '"version":1', "new": '"version":2'},
        )
        raw.commit()
        assert [key for key, fault in verify_routes(vault.stage.office) if fault] == [vault.case.route_key]
        case, every, bundle, script = vault.found()
        assert bundle == 0


def test_words_and_drafts(vault: Vault) -> None:
    with vault.altered("opening") as raw:
        raw.execute(
            text("UPDATE opening SET value = '\"Lain\"' WHERE instance_id = :id AND seq = 1"), {"id": vault.case.id}
        )
        raw.commit()
        assert vault.found() == [1] * 4
    with vault.altered("naskah") as raw:
        saved = next(event for event in _read(raw, vault.case.id) if event["type"] == "naskah.saved")
        raw.execute(
            text("UPDATE naskah SET body = replace(body, 'a', 'e') WHERE proposal_id = :id AND version = 1"),
            {"id": vault.case.proposal_id},
        )
        raw.commit()
        assert vault.found() == [saved["seq"]] * 4


def test_a_file_on_the_disk(vault: Vault) -> None:
    with vault.stage.office.store.read() as uow:
        attached = next(
            entry.event() for entry in uow.history.read(vault.case.id) if '"attachment.added"' in entry.body
        )
    (file,) = Path(vault.stage.office.settings.data_dir).rglob(attached["data"]["sha256"])
    whole = file.read_bytes()
    file.chmod(0o600)
    try:
        for content in (whole[:-1] + b"x", b""):
            file.write_bytes(content)
            assert vault.found() == [attached["seq"]] * 4
    finally:
        file.write_bytes(whole)
    assert vault.found() == [None] * 4
