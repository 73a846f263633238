"""An installation upgrades: the whole schema or none of it, on both databases, and back again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from databases import MIGRATIONS, Database
from paraf.errors import Misconfigured, Unavailable
from paraf.storage import guards, migrate
from paraf.storage.store import Store
from paraf.storage.tables import FROZEN, metadata


def _tables(url: str) -> set[str]:
    with migrate.transaction(url, writes=False) as connection:
        return set(inspect(connection).get_table_names())


def test_an_empty_database_gets_exactly_the_tables_of_this_release(empty_database: Database) -> None:
    assert migrate.current(empty_database.url) is None
    with pytest.raises(Misconfigured, match="empty"):
        migrate.check(empty_database.url, MIGRATIONS)

    assert migrate.upgrade(empty_database.url, MIGRATIONS) == migrate.expected(MIGRATIONS)

    migrate.check(empty_database.url, MIGRATIONS)
    with migrate.transaction(empty_database.url, writes=False) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        assert compare_metadata(context, metadata) == []
        assert guards.guards_present(connection, FROZEN)


def test_the_second_upgrade_changes_nothing(database: Database) -> None:
    before = _tables(database.url)
    migrate.upgrade(database.url, MIGRATIONS)
    assert _tables(database.url) == before


def test_a_downgrade_leaves_nothing_behind(database: Database) -> None:
    assert migrate.downgrade(database.url, MIGRATIONS, "base") is None
    assert _tables(database.url) == {"alembic_version"}
    migrate.upgrade(database.url, MIGRATIONS)
    migrate.check(database.url, MIGRATIONS)


def test_every_column_is_constrained_alike_on_both_databases(database: Database) -> None:
    with migrate.transaction(database.url, writes=False) as connection:
        found = inspect(connection)
        for table in metadata.tables.values():
            columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
            assert columns == {column.name: column.nullable for column in table.columns}
            key = found.get_pk_constraint(table.name)
            assert key["constrained_columns"] == [column.name for column in table.primary_key]
            assert key["name"] == f"pk_{table.name}"


def _with_a_broken_revision(folder: Path) -> Path:
    """This release's revisions and one more that makes a table, then fails."""
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    head = migrate.expected(MIGRATIONS)
    (copy / "versions" / "9999_broken.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision = '9999', '{head}'\nbranch_labels = depends_on = None\n"
        "def upgrade():\n"
        "    op.create_table('half_done', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    op.execute('INSERT INTO no_such_table VALUES (1)')\n"
        "def downgrade():\n    pass\n"
    )
    return copy


def test_a_revision_that_fails_leaves_nothing_of_itself(empty_database: Database, tmp_path: Path) -> None:
    folder = _with_a_broken_revision(tmp_path)
    with pytest.raises(Exception, match="no_such_table"):
        migrate.upgrade(empty_database.url, folder)
    assert _tables(empty_database.url) == set()

    migrate.upgrade(empty_database.url, MIGRATIONS)
    with pytest.raises(Exception, match="no_such_table"):
        migrate.upgrade(empty_database.url, folder)
    assert "half_done" not in _tables(empty_database.url)
    migrate.check(empty_database.url, MIGRATIONS)


def test_an_upgrade_that_is_killed_leaves_nothing_and_can_be_done_again(
    empty_database: Database, tmp_path: Path
) -> None:
    marker = tmp_path / "half-way"
    folder = _with_a_broken_revision(tmp_path)
    broken = folder / "versions" / "9999_broken.py"
    stuck = f"__import__('pathlib').Path({str(marker)!r}).touch(); __import__('time').sleep(60)"
    broken.write_text(broken.read_text().replace("op.execute('INSERT INTO no_such_table VALUES (1)')", stuck))
    upgrading = _upgrade_beside(empty_database.url, folder)
    while not marker.exists():
        assert upgrading.poll() is None
        time.sleep(0.02)
    upgrading.kill()
    upgrading.wait()

    assert _tables(empty_database.url) == set()
    migrate.upgrade(empty_database.url, MIGRATIONS)
    migrate.check(empty_database.url, MIGRATIONS)


def _upgrade_beside(url: str, folder: Path) -> subprocess.Popen[bytes]:
    """An upgrade in a process of its own."""
    script = (
        "import sys; from pathlib import Path; from paraf.storage import migrate; "
        "migrate.upgrade(sys.argv[1], Path(sys.argv[2]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, url, str(folder)],
        env={"PYTHONPATH": str(MIGRATIONS.parent / "service"), "PATH": "/usr/bin"},
    )


def test_a_database_of_a_newer_release_is_refused(database: Database) -> None:
    with migrate.transaction(database.url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from_the_future'")
    with pytest.raises(Misconfigured, match="from_the_future"):
        migrate.check(database.url, MIGRATIONS)
    with pytest.raises(Misconfigured, match="from_the_future"):
        migrate.upgrade(database.url, MIGRATIONS)


def test_two_upgrades_at_once_give_one_schema(empty_database: Database) -> None:
    started = [_upgrade_beside(empty_database.url, MIGRATIONS) for _ in range(2)]
    assert [process.wait(60) for process in started] == [0, 0]
    migrate.check(empty_database.url, MIGRATIONS)


def test_a_folder_without_revisions_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="holds no database revisions"):
        migrate.upgrade(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path)


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(Unavailable):
        migrate.current("postgresql://paraf@127.0.0.1:1/paraf")


@pytest.mark.parametrize("url", ["mysql://localhost/paraf", "sqlite://", "sqlite:///:memory:"])
def test_any_other_database_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="SQLite file or PostgreSQL"):
        Store(url)
