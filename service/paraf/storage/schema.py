"""The form every table of Paraf is written in: names of keys and indexes, strict types on SQLite.

Knows how a table is declared; must not know any table (`tables.py`, `workshop_tables.py`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: SchemaItem, **options: Any) -> Table[Any]:
    made: Table[Any] = Table(name, metadata, *parts, sqlite_strict=True, **options)
    return made
