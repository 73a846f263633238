"""The workshop of routes, the reading of auditors, repairs: drafts, the life of a route, four eyes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from paraf.storage.guards import guard_rows, guard_tables, unguard_tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("route_event", "reading")


def upgrade() -> None:
    op.add_column("route_version", sa.Column("way", sa.Text(), nullable=False, server_default="publish"))
    op.add_column("route_version", sa.Column("of_version", sa.Integer(), nullable=True))
    op.create_table(
        "route",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_route")),
        sqlite_strict=True,
    )
    op.create_table(
        "route_event",
        sa.Column("route_key", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["route_key"], ["route.key"], name=op.f("fk_route_event_route_key")),
        sa.PrimaryKeyConstraint("route_key", "seq", name=op.f("pk_route_event")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "route_draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("route_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False, server_default="publish"),
        sa.Column("of_version", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("forms", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("tables", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_route_draft_created_by")),
        sa.ForeignKeyConstraint(["updated_by"], ["person.id"], name=op.f("fk_route_draft_updated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_draft")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_route_draft_route_key"), "route_draft", ["route_key"], unique=False)
    op.create_index("ix_route_draft_state_updated", "route_draft", ["state", "updated_at"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sqlite_strict=True,
    )
    op.create_index("ix_reading_person_at", "reading", ["person_id", "at"], unique=False)
    op.create_index("ix_reading_instance_at", "reading", ["instance_id", "at"], unique=False)
    op.create_table(
        "repair",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_repair_instance_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_repair_asked_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_repair_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_repair_instance_id"), "repair", ["instance_id"], unique=False)
    op.create_index("ix_repair_state_asked", "repair", ["state", "asked_at"], unique=False)
    connection = op.get_bind()
    guard_tables(connection, FROZEN)
    guard_rows(connection, "route_event", ("route_key", "seq"))
    guard_rows(connection, "reading", ("id",))


def downgrade() -> None:
    connection = op.get_bind()
    unguard_tables(connection, FROZEN)
    op.drop_index("ix_repair_state_asked", table_name="repair")
    op.drop_index(op.f("ix_repair_instance_id"), table_name="repair")
    op.drop_table("repair")
    op.drop_index("ix_reading_instance_at", table_name="reading")
    op.drop_index("ix_reading_person_at", table_name="reading")
    op.drop_table("reading")
    op.drop_index("ix_route_draft_state_updated", table_name="route_draft")
    op.drop_index(op.f("ix_route_draft_route_key"), table_name="route_draft")
    op.drop_table("route_draft")
    op.drop_table("route_event")
    op.drop_table("route")
    op.drop_column("route_version", "of_version")
    op.drop_column("route_version", "way")
