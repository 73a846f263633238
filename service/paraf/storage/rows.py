"""Many rows in one statement, with the text of the statement made once.

Knows how an INSERT of n rows is written for each driver; must not know what the rows mean. The
usual `insert().values([...])` is compiled anew each time, which costs more than running it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from paraf.storage.sending import tell_text

_MOST_PARAMETERS = 30_000
_PLACE = {"qmark": "?", "format": "%s", "pyformat": "%s"}


@lru_cache(maxsize=1024)
def _statement(place: str, table: str, columns: tuple[str, ...], rows: int, end: str) -> str:
    row = f"({', '.join([place] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}{end}"  # noqa: S608


def insert_rows(
    connection: Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    unless_there: bool = False,
) -> None:
    """Insert the rows; one statement unless they carry more than 30,000 values. `table` and
    `columns` are names of `tables.py`, never anything from outside. `unless_there` passes over a row
    whose place is taken."""
    end = " ON CONFLICT DO NOTHING" if unless_there else ""
    place = _PLACE[connection.dialect.paramstyle]
    for part in _parts(rows, max(1, _MOST_PARAMETERS // len(columns))):
        values = tuple(value for row in part for value in row)
        tell_text(connection, _statement(place, table, columns, len(part), end), values)


def _parts(rows: Sequence[Sequence[Any]], most: int) -> Iterator[Sequence[Sequence[Any]]]:
    for start in range(0, len(rows), most):
        yield rows[start : start + most]
