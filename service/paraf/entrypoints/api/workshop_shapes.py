"""What the API answers about drafts, findings and the life of routes, as published in OpenAPI.

Knows the shape of these answers; must not know how they are made. The words for shapes are those
of `shapes.py`.
"""

from __future__ import annotations

from marshmallow import fields

from paraf.entrypoints.api.fields import meaning
from paraf.entrypoints.api.shapes import Named, Shape, digest, many, maybe, moment, one, text, whole
from paraf.language import N_


class DraftEntry(Shape):
    id, route_key, name = text(), text(), text()
    base_version, of_version = whole(allow_none=True), whole(allow_none=True)
    way = text(N_("publish, restore (of_version) or retire."))
    state = text(N_("open, published or discarded."))
    revision = fields.Integer(strict=True, metadata=meaning(N_("Number of saves; guards each of them.")))
    authors = many(Named)
    created_at, updated_by, updated_at = moment(), one(Named), moment()
    published_version = whole(allow_none=True)


class DraftList(Shape):
    items, next = many(DraftEntry), maybe()


class Draft(DraftEntry):
    bpmn = text(N_("BPMN 2.0 as text."))
    forms = fields.Dict(keys=text(), values=text())
    tables = fields.Dict(keys=text(), values=text())
    highest_flow = fields.Integer(
        strict=True, metadata=meaning(N_("The greatest number that a flow f<n> has ever had; it goes up only."))
    )


class DraftSaved(Shape):
    id, revision, updated_at = text(), whole(), moment()


class DraftGivenUp(Shape):
    id, state = text(), text()


class PathPart(Shape):
    element, flow, outcome = text(), maybe(), maybe()


class FindingEntry(Shape):
    element, line = text(N_("Element id, or empty.")), whole()
    severity = text(N_("error, warning or note."))
    rule, message = text(), text()
    path = many(PathPart)


class Findings(Shape):
    findings = many(FindingEntry)
    decided = fields.Boolean(metadata=meaning(N_("Whether soundness was explored to the end.")))
    bound = maybe(N_("What ended the exploration early."))


class Tidied(Shape):
    bpmn = text()


class ChangeEntry(Shape):
    kind = text(N_("added, removed, moved or changed."))
    element, what, name, message = text(), text(), text(), text()
    before, after = maybe(), maybe()


class Side(Shape):
    version, label = whole(allow_none=True), text()


class Comparison(Shape):
    key = text()
    before, after = one(Side, allow_none=True), one(Side)
    changes = many(ChangeEntry)
    readable = fields.Boolean(metadata=meaning(N_("False when a side cannot be read as a route.")))


class PublishedVersion(Shape):
    draft, key, version, way, of_version = text(), text(), whole(), text(), whole(allow_none=True)
    sha256, manifest_sha256 = digest(), digest()
    effective_from, published_at, seq, hash = moment(), moment(), whole(), digest()


class LifeEvent(Shape):
    seq, at, type = whole(), moment(), text()
    actor = maybe()
    data = fields.Dict()
    prev_hash, hash = digest(), digest()


class RouteHistory(Shape):
    items, next = many(LifeEvent), maybe()
    opened = fields.Dict(metadata=meaning(N_("What sealed values say: seq -> path -> salt and value.")))
    verified = fields.Boolean(metadata=meaning(N_("Whether the chain and every version hold.")))


class Labelled(Shape):
    id, label = text(), text()


class FormField(Shape):
    name, title, type = text(), text(), text()
    engine = fields.Boolean(metadata=meaning(N_("Whether conditions may read it.")))
    values = fields.List(text())


class FormWords(Shape):
    name, title = text(), text()
    fields_ = fields.List(fields.Nested(FormField), data_key="fields", attribute="fields")


class OperationWords(Labelled):
    needs = fields.List(text())


class AnswerField(Shape):
    name, type = text(), text()


class AnswerWords(Labelled):
    fields_ = fields.List(fields.Nested(AnswerField), data_key="fields", attribute="fields")


class OutcomeWords(Labelled):
    comment_required = fields.Boolean()


class UnitWords(Shape):
    code, name = text(), text()


class RouteWords(Shape):
    key, name = text(), text()


class WorkshopWords(Shape):
    roles, documents, acts, sets = many(Labelled), many(Labelled), many(Labelled), many(Labelled)
    units, forms, operations = many(UnitWords), many(FormWords), many(OperationWords)
    answers, outcomes, routes = many(AnswerWords), many(OutcomeWords), many(RouteWords)
