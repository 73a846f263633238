"""Tables of the workshop of routes, of what auditors open, and of repairs.

Knows columns, keys and indexes; must not know what they mean to a command. The rules for types are
those of `tables.py`, which names every table.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Text

from paraf.storage.schema import table as _table

# one row per route key: the lock of its life, and the newest fact of it
route = _table(
    "route",
    Column("key", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", Text, nullable=False),
)

# the life of a route: who published what from when, with whom; the same chain as a case's history
route_event = _table(
    "route_event",
    Column("route_key", Text, ForeignKey("route.key"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("route_key", "seq"),
    sqlite_with_rowid=False,
)

# one row, "tables": whoever publishes holds it, for every publication may bring the decision tables
# that all routes share
publishing = _table("publishing", Column("name", Text, primary_key=True))

# a route being drawn; `revision` counts its saves and guards each of them
route_draft = _table(
    "route_draft",
    Column("id", Text, primary_key=True),
    Column("route_key", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    # the version it was begun from, None for a new route
    Column("base_version", Integer),
    # what it will be: "publish" a content, "restore" that of an earlier version, "retire" the route
    Column("way", Text, nullable=False, server_default="publish"),
    # the version whose content is restored
    Column("of_version", Integer),
    # "open", "published" or "discarded"
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    # forms and decision tables that the draft changes: JSON object, name to text
    Column("forms", Text, nullable=False, server_default="{}"),
    Column("tables", Text, nullable=False, server_default="{}"),
    # everybody who saved it: JSON list of person ids; none of them may publish it
    Column("authors", Text, nullable=False),
    Column("created_by", Text, ForeignKey("person.id"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_by", Text, ForeignKey("person.id"), nullable=False),
    Column("updated_at", Text, nullable=False),
    # the version it became
    Column("published_version", Integer),
    # the greatest number of a flow f<n> that any revision of it has used
    Column("highest_flow", Integer, nullable=False, server_default="0"),
    # how many faults and warnings its newest revision was found to have; None until it was examined
    Column("errors", Integer),
    Column("warnings", Integer),
    Index("ix_route_draft_state_updated", "state", "updated_at"),
)

# what somebody who reads everything has opened; `subject` is the id of a case, a document or a route
reading = _table(
    "reading",
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("instance_id", Text),
    Index("ix_reading_at", "at", "id"),
    Index("ix_reading_person_at", "person_id", "at"),
    Index("ix_reading_instance_at", "instance_id", "at"),
)

# a repair asked for by one person and carried out, or refused, by another
repair = _table(
    "repair",
    Column("id", Text, primary_key=True),
    Column("instance_id", Text, ForeignKey("instance.id"), nullable=False, index=True),
    # "suspend", "resume", "cancel" or "set_right"
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # what is to be set right: JSON object
    Column("data", Text, nullable=False, server_default="{}"),
    # the newest fact of the case when it was asked for
    Column("seq", Integer, nullable=False),
    # "asked", "done", "refused" or "taken_back"
    Column("state", Text, nullable=False),
    Column("asked_by", Text, ForeignKey("person.id"), nullable=False),
    Column("asked_at", Text, nullable=False),
    Column("answered_by", Text, ForeignKey("person.id")),
    Column("answered_at", Text),
    Column("answer", Text),
    Index("ix_repair_state_asked", "state", "asked_at"),
)
