"""Bytes of tables and indexes per decision of finished cases, without naskah, documents and files.

Both databases are packed (VACUUM) before they are weighed, so that space a later case would use again
does not count. Forty cases are carried to their end on a database whose size before is taken off. Left out: `naskah`,
`attachment`, and the texts and data of documents (`artifact`, `document`).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import ground
from sqlalchemy import text

CASES = 40
LEFT_OUT = ("naskah", "attachment", "artifact", "document")


def main() -> None:
    for kind in ground.KINDS:
        with ground.stage(kind) as stage:
            before = _bytes(stage, kind)
            decisions = 0
            for number in range(CASES):
                case = stage.propose("staf.konsuler", "DIT-KONSULER", title=f"Pelayanan {number}")
                case.carry_to("end")
                decisions += sum(e["type"] == "task.decided" for e in case.events())
            grown = (_bytes(stage, kind) - before) / decisions
            note = f"{grown:.0f} bytes, {decisions} decisions"
            ground.told("bytes per decision / 8,000", kind, grown / 8000, 1.0, note)


def _bytes(stage: ground.Stage, kind: str) -> int:
    """Bytes in use by all tables and their indexes except those left out."""
    if kind == "sqlite":
        return _sqlite_bytes(Path(str(stage.office.store.url.database)))
    owner = stage.office.store.engine.execution_options(isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("VACUUM FULL"))
        rows = connection.execute(
            text(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        )
        return sum(size for name, size in rows if name not in LEFT_OUT)


def _sqlite_bytes(path: Path) -> int:
    """The size of a packed copy without the tables left out."""
    copy = path.with_suffix(".copy")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA foreign_keys = OFF")
        for name in LEFT_OUT:
            target.execute(f"DROP TABLE {name}")
        target.commit()
        target.execute("VACUUM")
    size = copy.stat().st_size
    copy.unlink()
    return size


if __name__ == "__main__":
    main()
