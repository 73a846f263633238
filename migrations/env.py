"""How a revision is run: on the connection it is given, or on the database of the settings.

`paraf.storage.migrate` gives a connection inside a transaction that it commits itself.
"""

from __future__ import annotations

from alembic import context

from paraf.storage import migrate
from paraf.storage.tables import metadata


def run(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        # SQLite's DDL is as transactional as PostgreSQL's once BEGIN is ours
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from paraf.config import Settings

    with migrate.transaction(Settings().database) as connection:
        run(connection)
