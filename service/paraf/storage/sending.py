"""The statements of a decision, sent straight to the driver.

Knows how a statement becomes text once for each kind of database, and how the driver takes it; must
not know what it says. SQLAlchemy's own way costs each of them more than the database does, and a
decision sends a dozen (bench/decisions.py). Its listeners hear of them all the same, and its errors
are the ones raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.expression import ClauseElement

Row = tuple[Any, ...]


class Ready:
    """A statement whose text is made once for each kind of database. Its values are text, whole
    numbers, bytes and None, which every driver takes and gives as they are."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, Sequence[str] | None, Mapping[str, Any]]] = {}

    def made_for(self, connection: Connection, values: Mapping[str, Any]) -> tuple[str, Any]:
        """The text for this database, and the values as its driver takes them."""
        dialect = connection.dialect
        found = self._texts.get(dialect.name)
        if found is None:
            made: Any = self._statement.compile(dialect=dialect)
            found = self._texts[dialect.name] = (str(made), made.positiontup, made.params)
        text, order, fixed = found
        if order is None:
            return text, {**fixed, **values}
        return text, [values[name] if name in values else fixed[name] for name in order]


def ask(connection: Connection, statement: Ready, values: Mapping[str, Any]) -> list[Row]:
    """The rows that the statement gives."""
    cursor = _sent(connection, *statement.made_for(connection, values))
    rows: list[Row] = cursor.fetchall()
    return rows


def ask_in_turn(connection: Connection, *asked: tuple[Ready, Mapping[str, Any]]) -> list[list[Row]]:
    """The rows of several statements, each seeing what is there when its turn comes: one journey to
    PostgreSQL."""
    with at_once(connection):
        cursors = [_sent(connection, *statement.made_for(connection, values)) for statement, values in asked]
    return [cursor.fetchall() for cursor in cursors]


def tell(connection: Connection, statement: Ready, values: Mapping[str, Any]) -> None:
    """Write what the statement says."""
    _sent(connection, *statement.made_for(connection, values))


def tell_text(connection: Connection, text: str, values: Sequence[Any]) -> None:
    """Write what a text of ours says; `values` stand in its places."""
    _sent(connection, text, values)


def _sent(connection: Connection, text: str, values: Any) -> Any:
    cursor: Any = connection.connection.cursor()
    connection.dispatch.before_cursor_execute(connection, cursor, text, values, None, False)
    with _told(connection, text):
        cursor.execute(text, values)
    return cursor


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """What the block sends to PostgreSQL is answered at its end, in one journey instead of one a
    statement; what goes wrong is raised there at the latest. No answer is read in the block."""
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    with _told(connection), driver.pipeline():
        yield


@contextmanager
def _told(connection: Connection, text: str | None = None) -> Iterator[None]:
    """Raise an error of the driver as SQLAlchemy's; a connection that broke is given up."""
    dialect: Any = connection.dialect
    errors: type[Exception] = dialect.loaded_dbapi.Error
    try:
        yield
    except errors as error:
        broken = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if broken:
            connection.invalidate(error)
        raise DBAPIError.instance(text, None, error, errors, connection_invalidated=broken) from error
