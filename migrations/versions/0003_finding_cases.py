"""Finding a case by who decided in which capacity, and by when it ended: a column and its indexes."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PAGE = 5_000
_ACTING = sa.literal_column("capacity <> 'definitif'")


def upgrade() -> None:
    op.add_column("task", sa.Column("capacity", sa.Text(), nullable=True))
    _fill_from_the_facts(op.get_bind())
    op.create_index("ix_task_assignee_position", "task", ["assignee_position", "closed_at"], unique=False)
    op.create_index(
        "ix_task_acting",
        "task",
        ["capacity", "closed_at"],
        unique=False,
        sqlite_where=_ACTING,
        postgresql_where=_ACTING,
    )
    op.create_index("ix_instance_route_started", "instance", ["route_key", "started_at"], unique=False)
    op.create_index("ix_instance_ended", "instance", ["ended_at", "id"], unique=False)
    op.create_index("ix_proposal_title", "proposal", ["title", "id"], unique=False)
    op.create_index("ix_reading_at", "reading", ["at", "id"], unique=False)


def _fill_from_the_facts(connection: sa.Connection) -> None:
    """The tasks that were decided before this release: their facts say in which capacity."""
    facts = sa.text(
        "SELECT instance_id, seq, body FROM event WHERE (instance_id, seq) > (:id, :seq)"
        " ORDER BY instance_id, seq LIMIT :most"
    )
    tell = sa.text(
        "UPDATE task SET capacity = :capacity"
        " WHERE instance_id = :id AND element_id = :element AND visit = :visit"
    )
    place = ("", 0)
    while page := connection.execute(facts, {"id": place[0], "seq": place[1], "most": _PAGE}).all():
        told = []
        for instance_id, _, body in page:
            fact = json.loads(body)
            if fact["type"] == "task.decided" and fact.get("capacity"):
                told.append(
                    {
                        "id": instance_id,
                        "element": fact["element_id"],
                        "visit": fact["visit"],
                        "capacity": fact["capacity"],
                    }
                )
        if told:
            connection.execute(tell, told)
        place = (page[-1][0], page[-1][1])


def downgrade() -> None:
    op.drop_index("ix_reading_at", table_name="reading")
    op.drop_index("ix_proposal_title", table_name="proposal")
    op.drop_index("ix_instance_ended", table_name="instance")
    op.drop_index("ix_instance_route_started", table_name="instance")
    op.drop_index("ix_task_acting", table_name="task")
    op.drop_index("ix_task_assignee_position", table_name="task")
    op.drop_column("task", "capacity")
