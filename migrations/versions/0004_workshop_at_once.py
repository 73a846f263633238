"""The workshop at once: the lock of publishers, and what is remembered of a draft beside its content."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publishing",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_publishing")),
        sqlite_strict=True,
    )
    op.add_column("route_draft", sa.Column("highest_flow", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("route_draft", sa.Column("errors", sa.Integer(), nullable=True))
    op.add_column("route_draft", sa.Column("warnings", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("route_draft", "warnings")
    op.drop_column("route_draft", "errors")
    op.drop_column("route_draft", "highest_flow")
    op.drop_table("publishing")
