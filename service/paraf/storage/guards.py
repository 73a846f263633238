"""Triggers that keep frozen rows frozen, on both databases.

Knows how each database refuses a change; must not know what the rows mean. The triggers stop whoever
writes SQL; on SQLite the authorizer of `sqlite.py` keeps a command from removing them, on PostgreSQL
the application's role does not own the tables (`grant_app_role`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from paraf.errors import Misconfigured
from paraf.language import N_
from paraf.storage.tables import FROZEN

_REFUSE = "paraf_refuse_change"


def guard_tables(connection: Connection, tables: Iterable[str]) -> None:
    """Create the guards of these tables; called by migrations, in their transaction."""
    _each(connection, tables, _SQLITE_GUARD if _is_sqlite(connection) else _POSTGRESQL_GUARD)


def unguard_tables(connection: Connection, tables: Iterable[str]) -> None:
    """Remove the guards again; only a downgrade does."""
    _each(connection, tables, _SQLITE_UNGUARD if _is_sqlite(connection) else _POSTGRESQL_UNGUARD)


def guard_rows(connection: Connection, table: str, key: Sequence[str], content: str | None = None) -> None:
    """On SQLite, refuse a row in the place of another one, which REPLACE would put there without a
    DELETE. With `content` the same content in the same place is let through, to be ignored."""
    if not _is_sqlite(connection):
        return
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    if content is not None:
        same += f" AND {content} IS NOT NEW.{content}"
    guard = _SQLITE_NO_REPLACE.replace("{same}", same)
    _each(connection, (table,), (guard,))


def guard_function(connection: Connection) -> None:
    """Create what PostgreSQL's guards call; nothing on SQLite."""
    if not _is_sqlite(connection):
        connection.exec_driver_sql(
            f"CREATE FUNCTION {_REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', "
            "MESSAGE = TG_TABLE_NAME || ' is never changed'; END $$"
        )


def unguard_function(connection: Connection) -> None:
    if not _is_sqlite(connection):
        connection.exec_driver_sql(f"DROP FUNCTION {_REFUSE}()")


def guards_present(connection: Connection, tables: Iterable[str]) -> bool:
    """Whether every one of these tables is guarded, and the guards are on."""
    for table in tables:
        if _is_sqlite(connection):
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM sqlite_master "
                "WHERE type = 'trigger' AND tbl_name = ? AND name IN (?, ?, ?)",
                (table, f"{table}_no_update", f"{table}_no_delete", f"{table}_no_replace"),
            ).scalar_one()
            wanted = 3
        else:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM pg_trigger WHERE tgname = %s AND tgenabled = 'A'",
                (f"{table}_frozen",),
            ).scalar_one()
            wanted = 1
        if found != wanted:
            return False
    return True


def grant_app_role(connection: Connection, role: str, auditor: bool = False) -> None:
    """Give a PostgreSQL role what the application needs and nothing more: no ownership, no DDL, no
    change of frozen tables. An `auditor` may only read, and nothing by which somebody comes in. Run by
    the owner after every upgrade."""
    if _is_sqlite(connection):
        raise Misconfigured(N_("Roles exist on PostgreSQL only."))
    quoted = connection.dialect.identifier_preparer.quote(role)
    tables = [
        row[0]
        for row in connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        )
    ]
    for table in tables:
        name = connection.dialect.identifier_preparer.quote(table)
        connection.exec_driver_sql(f"REVOKE ALL ON {name} FROM {quoted}")
        rights = _READ_BY_AUDITORS.get(table, "SELECT") if auditor else _rights_of_the_application(table)
        if rights is not None:
            connection.exec_driver_sql(f"GRANT {rights} ON {name} TO {quoted}")


def _rights_of_the_application(table: str) -> str:
    if table == "alembic_version":
        return "SELECT"
    return "SELECT, INSERT" if table in FROZEN else "SELECT, INSERT, UPDATE, DELETE"


_READ_BY_AUDITORS: dict[str, str | None] = {
    "person": "SELECT (id, login, name, nip, email, system_roles, disabled_at, erased_at)",
    "user_session": None,
    "api_token": None,
    "sign_in_attempt": None,
    "idempotency": None,
}
"""Tables with secrets: what an auditor reads of them, or None. Every other table is read whole."""

_SQLITE_GUARD = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END",
)
_SQLITE_NO_REPLACE = (
    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
    "BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
)
_SQLITE_UNGUARD = (
    "DROP TRIGGER IF EXISTS {table}_no_update",
    "DROP TRIGGER IF EXISTS {table}_no_delete",
    "DROP TRIGGER IF EXISTS {table}_no_replace",
)
# One statement trigger stops UPDATE, DELETE, TRUNCATE, MERGE and ON CONFLICT DO UPDATE, whether or
# not a row would be touched. ALWAYS: also when a session claims to be a replica.
_POSTGRESQL_GUARD = (
    "CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {_REFUSE}()",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_frozen",
)
_POSTGRESQL_UNGUARD = ("DROP TRIGGER IF EXISTS {table}_frozen ON {table}",)


def _each(connection: Connection, tables: Iterable[str], statements: Iterable[str]) -> None:
    for table in tables:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("{table}", table))


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
