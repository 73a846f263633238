"""What the API answers an auditor: found cases, replays, readings.

Knows the shape of these answers; must not know how they are made (`shapes.py` has the rules).
"""

from __future__ import annotations

from marshmallow import fields

from paraf.entrypoints.api.fields import meaning
from paraf.entrypoints.api.shapes import (
    Named,
    Paper,
    Shape,
    Unit,
    digest,
    many,
    maybe,
    moment,
    one,
    text,
    whole,
)
from paraf.language import N_


class FoundAct(Shape):
    element_id, name = text(), text()
    outcome, outcome_label, who = maybe(), maybe(), maybe(N_("Null after an erasure."))
    capacity, position, signed_as, at = maybe(), maybe(), text(), moment(allow_none=True)


class FoundCase(Shape):
    id, number, title, proposal_id = text(), text(), text(), text()
    unit, sop_kind, request_kind = one(Unit), text(), text()
    route_key, route_name, route_version = text(), text(), whole()
    state, end = text(), maybe()
    started_at, ended_at = moment(), moment(allow_none=True)
    seq = whole()
    decisions, returns, acting = whole(), whole(), whole()
    acts = many(FoundAct)
    acts_in_all = whole()


class FoundPage(Shape):
    items, next = many(FoundCase), maybe()


class Reading(Shape):
    id, at, person = text(), moment(), one(Named)
    what, subject = text(), text()
    instance_id, number = maybe(), maybe()


class ReadingPage(Shape):
    items, next = many(Reading), maybe()


class ReplayedCase(Shape):
    id, number, title, state = text(), text(), text(), text()


class PinnedRoute(Shape):
    key, version, sha256 = text(), whole(), digest()


class ReplayedFact(Shape):
    seq, at, type, sentence = whole(), moment(), text(), text()
    element_id, visit, round, name = maybe(), whole(allow_none=True), whole(allow_none=True), maybe()
    actor, who, signed_as, capacity, on_behalf_of = maybe(), maybe(), text(), maybe(), maybe()
    asked_by = maybe(N_("Who asked for a repair; null for every other fact."))
    outcome, outcome_label, reason = maybe(), maybe(), maybe()
    reason_erased = fields.Boolean()
    document_id = maybe()
    state = text(N_("State of the case after this fact."))
    open = fields.List(whole(), metadata=meaning(N_("Places in `tasks` of the tasks open after this fact.")))
    changes = fields.List(
        fields.List(fields.Raw()),
        metadata=meaning(N_("Element or flow, its state from now on, times entered so far.")),
    )
    hash = digest()


class ReplayedOffer(Shape):
    seq, positions = whole(), fields.List(text())


class ReplayedHold(Shape):
    seq, name, position = whole(), maybe(), maybe()


class ReplayedTask(Shape):
    element_id, visit, round, name, item_title = text(), whole(), whole(), maybe(), maybe()
    opened_seq, opened_at = whole(), moment()
    closed_seq, closed_at, due_at = whole(allow_none=True), moment(allow_none=True), moment(allow_none=True)
    outcome_label = maybe()
    offered, held = many(ReplayedOffer), many(ReplayedHold)


class StepTime(Shape):
    element_id, name = text(), maybe()
    rounds, minutes, longest = whole(), whole(), whole()
    allowed, standard, late = whole(allow_none=True), maybe(), whole()
    running = fields.Boolean()
    level = whole(allow_none=True)


class Replay(Shape):
    case, route = one(ReplayedCase), one(PinnedRoute)
    bpmn = text(N_("The diagram of the pinned version, as published."))
    facts, tasks, documents, heat = many(ReplayedFact), many(ReplayedTask), many(Paper), many(StepTime)
    positions = fields.Dict(metadata=meaning(N_("Position -> title and who held it when.")))
    as_of, head = moment(), digest(allow_none=True)
