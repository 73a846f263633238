"""What the calls for repairs answer, as published in OpenAPI.

Knows the shape of every answer about repairs; must not know how it is made.
"""

from __future__ import annotations

from marshmallow import fields

from paraf.entrypoints.api.fields import meaning
from paraf.entrypoints.api.shapes import (
    HeldSince,
    Named,
    Refusal,
    Shape,
    Unit,
    many,
    maybe,
    moment,
    one,
    text,
    whole,
)
from paraf.language import N_


class RouteName(Shape):
    key, version, name = text(), whole(), text()


class OutsideCase(Shape):
    id, number, state = text(), text(), text()
    unit, route = one(Unit), one(RouteName)


class Repair(Shape):
    id, instance, kind = text(), one(OutsideCase), text(N_("suspend, resume, cancel or set_right."))
    what = maybe(N_("Of set_right: facts or offer."))
    reason, seq = text(), whole()
    state = text(N_("asked, done, refused or taken_back."))
    asked_by, asked_at = one(Named), moment()
    answered_by, answered_at, answer = one(Named, allow_none=True), moment(allow_none=True), maybe()


class RepairPage(Shape):
    items, next = many(Repair), maybe(N_("Cursor of the next page."))


class RepairedCase(Shape):
    id, number, state = text(), text(), text()


class RepairAnswer(Shape):
    id, kind, state, instance, seq = text(), text(), text(), one(RepairedCase), whole()


class OfferTarget(Shape):
    role, way = text(), text(N_("drawn: as the route says; above: the head of a unit above."))
    titles = fields.List(text())


class StuckTask(Shape):
    id, element_id, visit, name = text(), text(), whole(), text()
    opened_at, due_at, assignee = moment(), moment(allow_none=True), maybe()
    targets = many(OfferTarget)


class FaultFound(Shape):
    seq, reason = whole(), text()


class RepairProof(Shape):
    intact, facts = fields.Boolean(), whole()
    fault = one(FaultFound, allow_none=True)


class RepairEffect(Shape):
    before, after = text(), maybe()
    found = fields.List(text(), metadata=meaning(N_("What is stored otherwise than the history gives.")))
    titles = fields.List(text())
    why = one(Refusal, allow_none=True)


class CaseCondition(OutsideCase):
    started_at, ended_at, seq = moment(), moment(allow_none=True), whole()
    held, verification = one(HeldSince, allow_none=True), one(RepairProof)
    tasks = fields.List(
        fields.Nested(StuckTask),
        allow_none=True,
        metadata=meaning(N_("Null when what is stored of them cannot be read.")),
    )
    repairs, effect = many(Repair), one(RepairEffect, allow_none=True)
    possible = fields.List(text())
