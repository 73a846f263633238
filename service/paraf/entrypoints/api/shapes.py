"""What the API answers, as published in OpenAPI: names, types, meaning.

Knows the shape of every answer; must not know how it is made. Answers are written as the use cases
give them; the tests hold them against these shapes.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from paraf.entrypoints.api.fields import meaning
from paraf.language import N_


class Shape(Schema):
    """An answer. Further members may be added within a version; the named ones stay."""

    class Meta:
        unknown = EXCLUDE


def text(told: str = "", **options: Any) -> fields.String:
    return fields.String(metadata=meaning(told) if told else {}, **options)


def maybe(told: str = "") -> fields.String:
    """Text or null."""
    return text(told, allow_none=True)


def moment(*, allow_none: bool = False) -> fields.String:
    """An instant: RFC 3339 with offset."""
    return fields.String(allow_none=allow_none, metadata={"format": "date-time"})


def digest(*, allow_none: bool = False) -> fields.String:
    """A SHA-256 in 64 hexadecimal digits."""
    return fields.String(allow_none=allow_none, metadata={"pattern": "^[0-9a-f]{64}$"})


def whole(*, allow_none: bool = False) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=allow_none)


def one(shape: type[Schema], *, allow_none: bool = False) -> fields.Nested:
    return fields.Nested(shape, allow_none=allow_none)


def many(shape: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(shape))


# --- small parts ------------------------------------------------------------------------------


class Unit(Shape):
    code, name = text(), text()


class UnitEntry(Unit):
    kind, parent, route_kind = text(), maybe(), maybe()


class Post(Shape):
    id, title = text(), text()


class Named(Shape):
    id, name = text(N_("Random id of a person.")), maybe(N_("Null after an erasure."))


class Holding(Shape):
    position, unit = one(Post), one(Unit, allow_none=True)
    capacity = text(N_("definitif, plt or plh."))
    label = maybe(N_("As printed before the signature."))
    instrument = maybe()
    valid_from, valid_to = moment(), moment(allow_none=True)
    on_behalf_of = maybe()


class Person(Shape):
    id, login, name = text(), maybe(), maybe()
    appointments = many(Holding)


class Me(Person):
    roles = fields.List(text(), metadata=meaning(N_("Roles in the system; none of them decides a task.")))


class Held(Shape):
    id, state, assignee, seq = text(), text(), one(Named, allow_none=True), whole()


class Paper(Shape):
    id, kind, title, act = text(), text(), text(), text()
    version, number, element_id = whole(), maybe(), text()
    made_at, sha256, seq = moment(), digest(), whole()


class Attachment(Shape):
    id, role, filename = text(), text(N_("softcopy, diagram or supporting.")), text()
    sha256, size, media_type = digest(), whole(), text()


class Attached(Attachment):
    version, seq = whole(), whole()


class Missing(Shape):
    huruf, field, sentence = text(N_("Letter a to g, or empty.")), text(), text()


class HeldSince(Shape):
    state, at, who, asked_by = text(), moment(), maybe(), maybe()
    reason = maybe(N_("Null after an erasure."))


# --- tasks ------------------------------------------------------------------------------------


class TaskProposal(Shape):
    id, title, unit = text(), text(), one(Unit)


class TaskEntry(Shape):
    id, instance_id, element_id, visit, name = text(), text(), text(), whole(), text()
    proposal = one(TaskProposal)
    position = one(Post, allow_none=True)
    on_behalf_of = one(Named)
    assignee = one(Named, allow_none=True)
    state = text(N_("open or done."))
    case_state = text()
    due_at, created_at = moment(allow_none=True), moment()
    outcomes = fields.List(text())


class Counts(Shape):
    open, late, unread_tembusan, most = whole(), whole(), whole(), whole()


class TaskPage(Shape):
    items, next = many(TaskEntry), maybe(N_("Cursor of the next page."))
    counts = one(Counts)


class Refusal(Shape):
    detail, rule = text(), maybe()


class Target(Shape):
    id, name = text(), text()


class Offer(Shape):
    id, label = text(), text()
    comment = text(N_("required or optional."))
    to = many(Target)
    may = fields.Boolean()
    why = one(Refusal, allow_none=True)


class Decision(Shape):
    seq, at, element_id, visit, name = whole(), moment(), text(), whole(), maybe()
    outcome, outcome_label, who, capacity = text(), text(), maybe(), maybe()
    comment = fields.Raw(allow_none=True)


class Task(Shape):
    held = one(HeldSince, allow_none=True)
    id, instance_id, element_id, visit, name = text(), text(), text(), whole(), text()
    state, outcome = text(), maybe()
    proposal = one(TaskProposal)
    assignee = one(Named, allow_none=True)
    due_at, created_at = moment(allow_none=True), moment()
    seq = fields.Integer(
        strict=True, metadata=meaning(N_("Last event that concerns the task; send it with the decision."))
    )
    outcomes = fields.List(text())
    offers = many(Offer)
    form = fields.Dict(allow_none=True, metadata=meaning(N_("JSON Schema of `form`.")))
    documents, attachments, decisions = many(Paper), many(Attachment), many(Decision)
    naskah = fields.Dict()
    missing = many(Missing)


class OpenedTask(Shape):
    id, element_id = text(), text()


class CaseNow(Shape):
    id, number, state, end = text(), text(), text(), maybe()


class Decided(Shape):
    id, instance_id, proposal_id, element_id = text(), text(), text(), text()
    state, outcome, seq = text(), text(), whole()
    instance = one(CaseNow)
    opened = many(OpenedTask)


# --- proposals --------------------------------------------------------------------------------


class Proposed(Shape):
    id, title, sop_kind, request_kind, unit_id = text(), text(), text(), text(), text()
    sop_in_force, route_key, route_version = maybe(), text(), whole()
    instance_id, number, state, created_at = text(), text(), text(), moment()
    tasks = many(OpenedTask)


class NaskahSaved(Shape):
    version, sha256, complete, seq = whole(), digest(), fields.Boolean(), whole()
    missing = many(Missing)


class VersionEntry(Shape):
    version, sha256, saved_at, saved_by = whole(), digest(), moment(), one(Named)


class Proposal(Shape):
    held = one(HeldSince, allow_none=True)
    id, title, sop_kind, request_kind, unit_id = text(), text(), text(), text(), text()
    route_key, instance_id, number, state, created_at = text(), text(), text(), text(), moment()
    naskah = fields.Dict()
    complete = fields.Boolean()
    missing, versions, attachments, documents = (
        many(Missing),
        many(VersionEntry),
        many(Attachment),
        many(Paper),
    )


class NaskahVersion(Shape):
    proposal_id, version, newest, sha256 = text(), whole(), whole(), digest()
    saved_at, saved_by, naskah = moment(), one(Named), fields.Dict()


class Removed(Shape):
    id, removed, seq = text(), fields.Boolean(), whole()


class Withdrawn(Shape):
    id, instance_id, number, state, seq = text(), text(), text(), text(), whole()


# --- cases and their history ------------------------------------------------------------------


class OpenStep(Shape):
    task_id, element_id, name, due_at = text(), text(), text(), moment(allow_none=True)


class CaseHead(Shape):
    id, number, title, proposal_id = text(), text(), text(), text()
    unit, sop_kind, request_kind = one(Unit), text(), text()
    route_key, route_version = text(), whole()
    state = text(N_("running, completed, withdrawn, cancelled, suspended or incident."))
    end = maybe(N_("Element id of the end reached."))
    started_at, ended_at, seq = moment(), moment(allow_none=True), whole()


class CaseEntry(CaseHead):
    open_steps = many(OpenStep)


class CasePage(Shape):
    items, next = many(CaseEntry), maybe()


class CaseTask(Shape):
    id, element_id, visit, name = text(), text(), whole(), text()
    due_at, created_at = moment(allow_none=True), moment()
    assignee = one(Named, allow_none=True)


class Case(CaseHead):
    held = one(HeldSince, allow_none=True)
    tasks, documents = many(CaseTask), many(Paper)


class Event(Shape):
    seq, at, type = whole(), moment(), text()
    element_id, visit, actor, capacity, on_behalf_of = text(), whole(), maybe(), maybe(), maybe()
    data = fields.Dict()
    prev_hash, hash = digest(), digest()


class EventPage(Shape):
    items, next = many(Event), maybe()
    opened = fields.Dict(metadata=meaning(N_("What sealed values say: seq -> path -> salt and value.")))


class Fault(Shape):
    seq, reason = whole(allow_none=True), text()


class Verification(Shape):
    intact, rerun = fields.Boolean(), fields.Boolean()
    first_fault = one(Fault, allow_none=True)


# --- register, directory, routes --------------------------------------------------------------


class UnitList(Shape):
    items, next = many(UnitEntry), maybe()


class People(Shape):
    items, next = many(Person), maybe()


class Tembusan(Shape):
    id, way, kind, title, document_id = text(), text(), text(), text(), maybe()
    sha256, instance_id, position = digest(allow_none=True), text(), one(Post)
    sent_at, read_at, read_by = moment(), moment(allow_none=True), maybe()


class TembusanPage(Shape):
    items, next = many(Tembusan), maybe()


class TembusanRead(Shape):
    id, read_at = text(), moment()


class Instrument(Shape):
    kind, number = maybe(), maybe()


class Sop(Shape):
    id, number, title, sop_kind, unit = text(), maybe(), text(), text(), one(Unit)
    owner, status, in_force = one(Unit, allow_none=True), text(), fields.Boolean()
    instrument, set_at = one(Instrument), maybe()
    effective_from, ended_at, instance_id = maybe(), maybe(), maybe()


class SopPage(Shape):
    items, next = many(Sop), maybe()


class SopDossier(Sop):
    documents, attachments = many(Paper), many(Attachment)


class Route(Shape):
    key, name, version = text(), text(), whole(allow_none=True)
    sha256, effective_from = digest(allow_none=True), moment(allow_none=True)
    retired = fields.Boolean(metadata=meaning(N_("No new case begins on it; running ones go on.")))


class RouteList(Shape):
    items, next = many(Route), maybe()


class RouteVersion(Shape):
    key, version, name = text(), whole(), text()
    sha256, manifest_sha256 = digest(), digest()
    effective_from, published_at, published_by, note = moment(), moment(), maybe(), maybe()
    way, of_version = text(N_("publish, restore (of_version) or retire.")), whole(allow_none=True)


class RouteVersionList(Shape):
    items, next = many(RouteVersion), maybe()


class Problem(Shape):
    """RFC 9457."""

    type, title, status, detail = text("urn:paraf:problem:<id>"), text(), whole(), text()
    errors = fields.Dict(keys=text(), values=fields.List(text()), metadata=meaning(N_("Field -> messages.")))
    element_id, seq, rule = text(), whole(), text(N_("Article of the regulation, or INT number."))
    present = fields.Dict(metadata=meaning(N_("The state that made the request stale.")))
