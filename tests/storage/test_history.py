"""What a case wrote can be read, proven and carried on; nobody can change it, not even with SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from cluster import OWNER, Cluster
from databases import Counting, Database
from paraf.domain.facts import GENESIS, Fact, Fault, Sealed, check_chain, check_chains, check_openings
from paraf.errors import Misconfigured, Stale
from paraf.storage.guards import grant_app_role, guards_present
from paraf.storage.migrate import transaction
from paraf.storage.store import Store
from paraf.storage.tables import metadata, reading
from storage.cases import AT, RATNA, carry_on, fact, open_case

FROZEN = ("event", "route_version", "artifact", "route_event", "reading")


@pytest.fixture
def case(store: Store) -> str:
    """A case with three facts, one kept content, the first fact of a route's life, and one reading."""
    case_id = open_case(store)
    with store.write() as uow:
        carry_on(uow, case_id, fact("f1"), fact("f2"), fact("f3"))
        sha256 = uow.routes.keep("application/bpmn+xml", b"<route/>")
        uow.routes.publish(
            "sop_mikro_eselon1",
            name="SOP Mikro",
            sha256=sha256,
            manifest_sha256=sha256,
            effective_from=AT,
            published_at=AT,
        )
        life = uow.route_life.lock("sop_mikro_eselon1")
        uow.route_life.append(life, AT, [Fact("route.published", {"version": 1})])
        uow.connection.execute(insert(reading), READING)
    return case_id


# --- writing and reading


def test_a_command_appends_with_one_statement_whatever_the_number_of_facts(
    store: Store, case: str, statements: Counting
) -> None:
    with store.write() as uow:
        row = uow.cases.lock(case)
        assert row is not None
        with statements(store) as sent:
            uow.history.append(case, row.seq, row.head, AT, [fact(f"f{number}") for number in range(12)])
        assert len(sent) == 1
        assert sent[0].startswith("INSERT INTO event")


def test_typed_words_cost_one_more_statement_and_come_back_with_their_event(
    store: Store, case: str, statements: Counting
) -> None:
    said = Fact("task.decided", {"comment": Sealed("Mohon diperbaiki\x00 \u2013 \u00e9")}, "sign", 1, RATNA)
    with statements(store) as sent, store.write() as uow:
        uow.history.append(case, 3, uow.history.read(case)[-1].hash, AT, [said, said, fact()])
    assert [text for text in sent if text.startswith("INSERT")] == [
        text for text in sent if "INTO event" in text or "INTO opening" in text
    ]
    assert len(sent) == 3

    with store.read() as uow:
        openings = uow.history.openings(case)
        events = [entry.event() for entry in uow.history.read(case)]
        assert [(opening.seq, opening.path) for opening in openings] == [
            (4, "data.comment"),
            (5, "data.comment"),
        ]
        assert uow.history.openings(case, after=4, until=5) == openings[1:]
    assert check_openings(events, openings) is None


def test_a_history_is_read_in_pages_and_is_whole(store: Store, case: str) -> None:
    with store.write() as uow:
        newest = carry_on(uow, case, *(fact(f"f{number}") for number in range(5_000)))
    with store.read() as uow:
        assert uow.history.head(case) == newest
        assert [entry.seq for entry in uow.history.read(case, after=2, limit=2)] == [3, 4]
        assert check_chain(uow.history.walk(case), newest=newest, thorough=True) is None
        assert uow.history.head("nobody's") is None
        assert list(uow.history.walk("nobody's")) == []


def test_every_history_is_walked_case_by_case(store: Store, case: str) -> None:
    others = [open_case(store, f"case-{number}") for number in range(2, 5)]
    with store.write() as uow:
        for other in others:
            carry_on(uow, other, *(fact() for _ in range(1_000)))
    with store.read() as uow:
        walked = list(uow.history.walk_all())
    assert len(walked) == 3_003
    assert [(case_id, seq) for case_id, seq, *_ in walked] == sorted(
        (case_id, seq) for case_id, seq, *_ in walked
    )
    assert [(chain.case_id, chain.facts, chain.fault) for chain in check_chains(walked)] == [
        (one, 3 if one == case else 1_000, None) for one in sorted([case, *others])
    ]


def test_the_same_place_is_never_written_twice(store: Store, case: str) -> None:
    with pytest.raises(Stale), store.write() as uow:
        uow.history.append(case, 2, uow.history.read(case)[1].hash, AT, [fact("other")])
    with store.read() as uow:
        assert len(uow.history.read(case)) == 3


def test_nothing_to_say_writes_nothing(store: Store, case: str, statements: Counting) -> None:
    with store.write() as uow, statements(store) as sent:
        assert uow.history.append(case, 0, GENESIS, AT, []) == (0, GENESIS)
    assert sent == []


def test_erasing_a_persons_words_leaves_the_chain_whole(store: Store, case: str) -> None:
    words = Fact("task.decided", {"comment": Sealed("Saya, Ratna, menyetujui.")}, "sign", 1, RATNA)
    with store.write() as uow:
        newest = carry_on(uow, case, words)
    with store.write() as uow:
        assert uow.history.erase_words_of(RATNA) == 1
    with store.read() as uow:
        entries = uow.history.read(case)
        openings = uow.history.openings(case)
    assert [(opening.salt, opening.value) for opening in openings] == [(None, None)]
    assert check_chain(entries, newest=newest, thorough=True) is None
    assert check_openings([entry.event() for entry in entries], openings) is None


# --- the battery: every way we know to change what is written

BATTERY = (
    "UPDATE {table} SET {column} = 'x'",
    "UPDATE {table} SET {column} = {column}",
    "UPDATE {table} SET {column} = 'x' WHERE 1 = 0",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE {column} = 'nothing'",
)
ON_SQLITE = (
    "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "UPDATE OR REPLACE {table} SET {column} = 'x'",
    "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {column} = 'x'",
    "DROP TABLE {table}",
    "DROP TRIGGER {table}_no_update",
    "DROP TRIGGER {table}_no_delete",
    "DROP TRIGGER {table}_no_replace",
    "ALTER TABLE {table} RENAME TO elsewhere",
    "ALTER TABLE {table} DROP COLUMN {column}",
    "ALTER TABLE {table} ADD COLUMN more TEXT",
    "CREATE TEMP TRIGGER sly AFTER INSERT ON person BEGIN DELETE FROM {table}; END",
    "CREATE TRIGGER sly AFTER INSERT ON person BEGIN DELETE FROM {table}; END",
    "CREATE TEMP TABLE {table} (body TEXT)",
    "PRAGMA writable_schema = ON",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA trusted_schema = ON",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "DELETE FROM sqlite_master WHERE name = '{table}_no_update'",
    "UPDATE sqlite_master SET sql = '' WHERE name = '{table}'",
    "INSERT INTO sqlite_master SELECT * FROM sqlite_master",
    "ATTACH DATABASE ':memory:' AS beside",
    "SELECT load_extension('anything')",
)
ON_POSTGRESQL = (
    "TRUNCATE {table}",
    "TRUNCATE {table} CASCADE",
    "TRUNCATE instance, artifact CASCADE",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = 'x'",
    "MERGE INTO {table} USING unit ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
    "SET session_replication_role = replica; UPDATE {table} SET {column} = 'x'",
)
COLUMNS = {
    "event": "body",
    "route_version": "name",
    "artifact": "media_type",
    "route_event": "body",
    "reading": "what",
}
KEYS = {
    "event": "instance_id, seq",
    "route_version": "route_key, version",
    "artifact": "sha256",
    "route_event": "route_key, seq",
    "reading": "id",
}
READING = {"id": "reading-1", "at": AT, "person_id": RATNA, "what": "case", "subject": "case-1"}


def _all_rows(store: Store) -> list[object]:
    with store.read() as uow:
        tables = [uow.connection.exec_driver_sql(f"SELECT * FROM {table}") for table in FROZEN]
        return [[tuple(row) for row in table] for table in tables]


@pytest.mark.parametrize("table", FROZEN)
def test_no_statement_changes_what_is_frozen(store: Store, case: str, table: str) -> None:
    before = _all_rows(store)
    for statement in (*BATTERY, *(ON_SQLITE if store.is_sqlite else ON_POSTGRESQL)):
        text = statement.format(table=table, column=COLUMNS[table], key=KEYS[table])
        if table == "artifact" and ("REPLACE INTO" in text or "ON CONFLICT" in text and store.is_sqlite):
            continue  # the same content again is let through, see below
        with pytest.raises(DBAPIError), store.write() as uow:
            uow.connection.exec_driver_sql(text)
            pytest.fail(f"was let through: {text}")
        assert _all_rows(store) == before, text
    with transaction(store.url.render_as_string(hide_password=False), writes=False) as connection:
        assert guards_present(connection, FROZEN)


def test_another_content_never_takes_the_place_of_one_that_is_kept(store: Store, case: str) -> None:
    before = _all_rows(store)
    with store.write() as uow:
        uow.routes.keep("text/html", b"<route/>")
    assert _all_rows(store) == before
    if store.is_sqlite:
        forged = "REPLACE INTO artifact SELECT sha256, media_type, x'00' FROM artifact"
        with pytest.raises(IntegrityError, match="artifact is never changed"), store.write() as uow:
            uow.connection.exec_driver_sql(forged)
        assert _all_rows(store) == before


def test_a_stranger_with_the_file_in_hand_meets_the_triggers(sqlite_store: Store) -> None:
    """Any SQLite shell opens the file without our settings and authorizer."""
    case_id = open_case(sqlite_store)
    with sqlite_store.write() as uow:
        carry_on(uow, case_id, fact("f1"), fact("f2"))
    stranger = sqlite3.connect(sqlite_store.url.database or "")
    try:
        for statement in (
            "UPDATE event SET body = 'x'",
            "DELETE FROM event",
            "REPLACE INTO event SELECT instance_id, seq, 'x', hash FROM event",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="event is never changed"):
                stranger.execute(statement)
    finally:
        stranger.close()


def test_who_removes_the_guards_is_still_found_out(sqlite_store: Store) -> None:
    """Prevention ends where somebody owns the file; the chain does not."""
    case_id = open_case(sqlite_store)
    with sqlite_store.write() as uow:
        newest = carry_on(uow, case_id, fact("f1"), fact("f2"), fact("f3"))
    stranger = sqlite3.connect(Path(sqlite_store.url.database or ""))
    stranger.execute("DROP TRIGGER event_no_update")
    stranger.execute("UPDATE event SET body = replace(body, 'f2', 'f9') WHERE seq = 2")
    stranger.commit()
    stranger.close()
    with sqlite_store.read() as uow:
        assert check_chain(uow.history.walk(case_id), newest=newest) == Fault(
            2, "The event does not match its hash."
        )
    with transaction(f"sqlite:///{sqlite_store.url.database}", writes=False) as connection:
        assert not guards_present(connection, FROZEN)


# --- the roles of PostgreSQL


@pytest.fixture
def roles(cluster: Cluster) -> Iterator[None]:
    for role in ("paraf_app", "paraf_auditor"):
        cluster.execute(f"CREATE ROLE {role} LOGIN")
    yield
    cluster.execute("REASSIGN OWNED BY paraf_app, paraf_auditor TO paraf")
    for role in ("paraf_app", "paraf_auditor"):
        cluster.execute(f"DROP ROLE {role}")


def test_the_applications_role_can_work_but_cannot_touch_the_guards(
    postgresql_database: Database, cluster: Cluster, roles: None
) -> None:
    owner = Store(postgresql_database.url)
    case_id = open_case(owner)
    with owner.write() as uow:
        grant_app_role(uow.connection, "paraf_app")
        grant_app_role(uow.connection, "paraf_auditor", auditor=True)
    owner.close()

    app = Store(postgresql_database.url.replace(f"//{OWNER}@", "//paraf_app@"))
    with app.write() as uow:
        carry_on(uow, case_id, fact("f1"))
    for statement in (
        "ALTER TABLE event DISABLE TRIGGER event_frozen",
        "DROP TRIGGER event_frozen ON event",
        "DROP TABLE event",
        "UPDATE event SET body = 'x'",
        "DELETE FROM event",
        "TRUNCATE event",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = 'x'",
    ):
        with pytest.raises(DBAPIError), app.write() as uow:
            uow.connection.exec_driver_sql(statement)
            pytest.fail(f"was let through: {statement}")
    app.close()

    auditor = Store(postgresql_database.url.replace(f"//{OWNER}@", "//paraf_auditor@"))
    with auditor.read() as uow:
        assert len(uow.history.read(case_id)) == 1
    with pytest.raises(DBAPIError), auditor.write() as uow:
        uow.history.append(case_id, 1, "0" * 64, AT, [fact()])
    auditor.close()

    with psycopg.connect(cluster.address(postgresql_database.url.rsplit("/", 1)[1])) as connection:
        connection.execute("DROP OWNED BY paraf_app, paraf_auditor")


SECRETS = {
    "person": {"password_hash", "must_change_password"},
    "user_session": {"id_sha256", "person_id", "csrf", "created_at", "seen_at"},
    "api_token": {"token_sha256", "person_id", "created_at", "expires_at"},
    "sign_in_attempt": {"id", "subject", "at"},
    "idempotency": {"person_id", "key", "request_sha256", "status", "answer", "at"},
}
"""What an auditor must not read: passwords, ways in, and answers given to somebody else."""


def test_an_auditors_role_reads_everything_but_secrets(
    postgresql_database: Database, cluster: Cluster, roles: None
) -> None:
    owner = Store(postgresql_database.url)
    open_case(owner)
    with owner.write() as uow:
        uow.connection.exec_driver_sql("GRANT SELECT ON person, api_token TO paraf_auditor")  # of old
        grant_app_role(uow.connection, "paraf_auditor", auditor=True)
    owner.close()

    auditor = Store(postgresql_database.url.replace(f"//{OWNER}@", "//paraf_auditor@"))
    hidden: dict[str, set[str]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            try:
                with auditor.read() as uow:
                    uow.connection.execute(select(column).limit(1))
            except DBAPIError:
                hidden.setdefault(table.name, set()).add(column.name)
    assert hidden == SECRETS
    with auditor.read() as uow:
        known = uow.organisation.load()
        assert [person.name for person in known.people.values()] == ["Ratna Wibisono"]
    auditor.close()

    with psycopg.connect(cluster.address(postgresql_database.url.rsplit("/", 1)[1])) as connection:
        connection.execute("DROP OWNED BY paraf_app, paraf_auditor")


def test_roles_are_of_postgresql_only(sqlite_store: Store) -> None:
    with pytest.raises(Misconfigured), sqlite_store.read() as uow:
        grant_app_role(uow.connection, "paraf_app")
