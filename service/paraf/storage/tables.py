"""Every table of Paraf, the same on SQLite and PostgreSQL.

Knows columns, keys and indexes; must not know what they mean to a command. Types are only TEXT,
INTEGER and BLOB (SQLite STRICT): times are UTC text `2026-11-21T02:50:13.123456Z`, which sorts as
it reads; ids are UUIDv7 text; truth values are 0 and 1; JSON is text.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    literal_column,
)

from paraf.storage import schema, workshop_tables

metadata = schema.metadata
_table = schema.table

NO_DUE = "9999"  # `inbox.due_at` of a task without a target: sorts after every real instant

# --- organisation ---------------------------------------------------------------------------

unit = _table(
    "unit",
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("alias", Text),
    Column("kind", Text, nullable=False),
    Column("parent_code", Text, ForeignKey("unit.code")),
    Column("zone", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
)

position = _table(
    "position",
    Column("id", Text, primary_key=True),
    Column("unit_code", Text, ForeignKey("unit.code"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("part", Text),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
)

person = _table(
    "person",
    Column("id", Text, primary_key=True),
    Column("login", Text, unique=True),
    Column("name", Text),
    Column("nip", Text),
    Column("email", Text),
    Column("password_hash", Text),
    Column("must_change_password", Integer, nullable=False, server_default="0"),
    Column("system_roles", Text, nullable=False, server_default="[]"),
    Column("disabled_at", Text),
    Column("erased_at", Text),
)

appointment = _table(
    "appointment",
    Column("id", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("position_id", Text, ForeignKey("position.id"), nullable=False, index=True),
    Column("capacity", Text, nullable=False),
    Column("label", Text),
    Column("instrument", Text),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("mandate", Text, nullable=False, server_default="[]"),
    Column("on_behalf_of", Text, ForeignKey("person.id")),
)

organisation_revision = _table(
    "organisation_revision",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)

organisation_event = _table(
    "organisation_event",
    Column("id", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text),
    Column("type", Text, nullable=False),
    Column("data", Text, nullable=False),
)

# --- signing in -----------------------------------------------------------------------------

user_session = _table(
    "user_session",
    Column("id_sha256", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("csrf", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
)

api_token = _table(
    "api_token",
    Column("token_sha256", Text, primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
)

sign_in_attempt = _table(
    "sign_in_attempt",
    Column("id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("ix_sign_in_attempt_subject_at", "subject", "at"),
)

idempotency = _table(
    "idempotency",
    Column("person_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("request_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Text, nullable=False, index=True),
    PrimaryKeyConstraint("person_id", "key"),
)

# --- routes ---------------------------------------------------------------------------------

artifact = _table(
    "artifact",
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

route_version = _table(
    "route_version",
    Column("route_key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", Text, ForeignKey("artifact.sha256"), nullable=False),
    Column("manifest_sha256", Text, ForeignKey("artifact.sha256"), nullable=False),
    Column("name", Text, nullable=False),
    Column("effective_from", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("published_by", Text),
    Column("note", Text),
    # "publish" a new content, "restore" that of an earlier version, "retire" the route
    Column("way", Text, nullable=False, server_default="publish"),
    # the version whose content is restored
    Column("of_version", Integer),
    PrimaryKeyConstraint("route_key", "version"),
)

route, route_event, publishing = workshop_tables.route, workshop_tables.route_event, workshop_tables.publishing
route_draft, reading, repair = workshop_tables.route_draft, workshop_tables.reading, workshop_tables.repair

# --- cases ----------------------------------------------------------------------------------

proposal = _table(
    "proposal",
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("sop_kind", Text, nullable=False),
    Column("request_kind", Text, nullable=False),
    Column("unit_code", Text, ForeignKey("unit.code"), nullable=False),
    Column("sop_in_force", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("ix_proposal_title", "title", "id"),
)

instance = _table(
    "instance",
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("proposal_id", Text, ForeignKey("proposal.id"), nullable=False, unique=True),
    Column("route_key", Text, nullable=False),
    Column("route_version", Integer, nullable=False),
    Column("unit_code", Text, ForeignKey("unit.code"), nullable=False),
    Column("state", Text, nullable=False),
    Column("end_id", Text),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    # the pinned start of the case: canonical JSON {case, option}
    Column("pinned", Text, nullable=False),
    # the newest fact, and the engine's cache that belongs to it
    Column("seq", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("engine_state", LargeBinary, nullable=False),
    # what the commands ask of the draft, kept beside the case so that a decision reads one row
    Column("naskah_version", Integer, nullable=False),
    Column("naskah_sha256", Text),
    Column("naskah_complete", Integer, nullable=False),
    # the version last handed on: from then on a change makes a new version
    Column("handed_version", Integer),
    Column("hardcopy_version", Integer),
    Column("approved_sha256", Text),
    Column("ratified_sha256", Text),
    Column("review_round", Integer, nullable=False, server_default="0"),
    # persons who saved or handed on a version of the draft (A5): JSON list of person ids
    Column("drafters", Text, nullable=False, server_default="[]"),
    # persons who reviewed (INT-28): JSON list of person ids
    Column("reviewers", Text, nullable=False, server_default="[]"),
    Index("ix_instance_unit_started", "unit_code", "started_at"),
    Index("ix_instance_started", "started_at", "id"),
    Index("ix_instance_state_started", "state", "started_at"),
    Index("ix_instance_route_started", "route_key", "started_at"),
    Index("ix_instance_ended", "ended_at", "id"),
)

naskah = _table(
    "naskah",
    Column("proposal_id", Text, ForeignKey("proposal.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
    PrimaryKeyConstraint("proposal_id", "version"),
)

attachment = _table(
    "attachment",
    Column("id", Text, primary_key=True),
    Column("proposal_id", Text, ForeignKey("proposal.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    Column("from_version", Integer, nullable=False),
    Column("removed_at", Text),
    Index("ix_attachment_added_by_at", "added_by", "added_at"),
)

task = _table(
    "task",
    Column("id", Text, primary_key=True),
    Column("instance_id", Text, ForeignKey("instance.id"), nullable=False),
    Column("element_id", Text, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("item", Text),
    Column("closer", Integer, nullable=False, server_default="0"),
    Column("role", Text, nullable=False),
    Column("positions", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("assignee", Text),
    Column("assignee_position", Text),
    Column("opened_at", Text, nullable=False),
    Column("opened_seq", Integer, nullable=False),
    Column("due_at", Text),
    # newest fact that concerns the task (conventions 8)
    Column("seq", Integer, nullable=False),
    Column("closed_at", Text),
    Column("outcome", Text),
    Column("decided_by", Text),
    # in which capacity it was decided: definitif, plt or plh
    Column("capacity", Text),
    UniqueConstraint("instance_id", "element_id", "visit"),
    Index(
        "ix_task_open",
        "instance_id",
        sqlite_where=literal_column("state = 'open'"),
        postgresql_where=literal_column("state = 'open'"),
    ),
    Index("ix_task_decided_by", "decided_by", "closed_at"),
    Index("ix_task_assignee_position", "assignee_position", "closed_at"),
    Index(
        "ix_task_acting",
        "capacity",
        "closed_at",
        sqlite_where=literal_column("capacity <> 'definitif'"),
        postgresql_where=literal_column("capacity <> 'definitif'"),
    ),
)

# one row per open task and position it is offered to; gone when the task closes
inbox = _table(
    "inbox",
    Column("position_id", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("task_id", Text, ForeignKey("task.id"), nullable=False),
    Column("assignee", Text),
    PrimaryKeyConstraint("position_id", "due_at", "task_id"),
    Index("ix_inbox_task_id", "task_id"),
    sqlite_with_rowid=False,
)

event = _table(
    "event",
    Column("instance_id", Text, ForeignKey("instance.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    # canonical JSON of the fact without its hash, exactly as hashed
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("instance_id", "seq"),
    sqlite_with_rowid=False,
)

opening = _table(
    "opening",
    Column("instance_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("person_id", Text, nullable=False, index=True),
    Column("salt", Text),
    Column("value", Text),
    PrimaryKeyConstraint("instance_id", "seq", "path"),
    sqlite_with_rowid=False,
)

document = _table(
    "document",
    Column("id", Text, primary_key=True),
    Column("instance_id", Text, ForeignKey("instance.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("sha256", Text, ForeignKey("artifact.sha256"), nullable=False),
    Column("number", Text),
    Column("element_id", Text, nullable=False),
    Column("visit", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("made_at", Text, nullable=False),
    # what the text was rendered from (JSON), so that a signature renders the same konsep again
    Column("data", Text, nullable=False),
    UniqueConstraint("instance_id", "kind", "version", "act"),
)

tembusan = _table(
    "tembusan",
    Column("id", Text, primary_key=True),
    Column("instance_id", Text, ForeignKey("instance.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("sha256", Text),
    Column("position_id", Text, nullable=False),
    Column("sent_at", Text, nullable=False),
    Column("read_at", Text),
    Column("read_by", Text),
    Column("read_position", Text),
    # delivery to an addressee ("delivered") or a copy for information ("tembusan")
    Column("way", Text, nullable=False),
    Index("ix_tembusan_position", "position_id", "sent_at"),
)

counter = _table(
    "counter",
    Column("kind", Text, nullable=False),
    Column("unit_code", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "unit_code", "year"),
)

sop = _table(
    "sop",
    Column("id", Text, primary_key=True),
    Column("number", Text),
    Column("title", Text, nullable=False),
    Column("sop_kind", Text, nullable=False),
    Column("unit_code", Text, ForeignKey("unit.code"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("instrument_kind", Text),
    Column("instrument_number", Text),
    Column("set_at", Text),
    Column("effective_from", Text),
    Column("ended_at", Text),
    Column("owner_unit", Text),
    Column("instance_id", Text, unique=True),
    Column("supersedes", Text),
    Column("naskah_sha256", Text),
    Column("parties", Text, nullable=False, server_default="[]"),
)

FROZEN = frozenset({"event", "route_version", "artifact", "route_event", "reading"})
"""Tables in which nothing is ever changed or removed; guarded by triggers on both databases."""
