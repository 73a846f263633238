"""Drafts of routes: begun, read, saved, given up; findings and a tidy drawing of what is drawn."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

import orjson
from flask import Response, request
from marshmallow import fields

from paraf.entrypoints.answers import answer, once
from paraf.entrypoints.api import workshop_shapes as shapes
from paraf.entrypoints.api.calls import BASE, Given, call
from paraf.entrypoints.api.fields import Body, Object, Query, Text, Whole, meaning
from paraf.entrypoints.auth import actor, office
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases import draft_findings, draft_route, queries
from paraf.usecases import publish_draft as publishing

GROUP = N_("The workshop of routes")
_BPMN = meaning(N_("BPMN 2.0 as text, at most 1 MiB."))
_FORMS = meaning(N_("Forms by name: JSON Schema as text. Replaces all forms of the draft."))
_TABLES = meaning(N_("Decision tables by name: DMN as text. Replaces all tables of the draft."))


def Bpmn(**options: Any) -> fields.String:  # noqa: N802 - a kind of field, like Text
    return Text(most=draft_route.MOST_BYTES, metadata=_BPMN, **options)


class WordsQuery(Query):
    draft = Text(200, load_default=None)


@call(
    "GET",
    "/workshop/words",
    "workshop.read",
    group=GROUP,
    summary=N_("What a route is drawn from: roles, forms, documents, operations, sets, answers"),
    query=WordsQuery,
    answer=shapes.WorkshopWords,
    refuses=(404,),
)
def workshop_words(given: Given) -> Any:
    return queries.workshop_words(office(), actor(), given["draft"])


class DraftsQuery(Query):
    key = Text(100, load_default=None)


@call(
    "GET",
    "/drafts",
    "workshop.read",
    group=GROUP,
    summary=N_("Open drafts, the one saved last first"),
    query=DraftsQuery,
    answer=shapes.DraftList,
)
def drafts(given: Given) -> Any:
    return draft_route.drafts(office(), actor(), given["key"])


class DraftBody(Body):
    key = Text(100, allow_none=True, metadata=meaning(N_("Route key; read off an imported file if left out.")))
    name = Text(draft_route.MOST_NAME, allow_none=True)
    from_version = Whole(1, allow_none=True)
    bpmn = Bpmn(allow_none=True)
    file = Text(
        most=draft_route.MOST_BYTES * 2,
        allow_none=True,
        metadata=meaning(N_("An imported file, Base64; kept byte for byte.")),
    )


@call(
    "POST",
    "/drafts",
    "route.draft",
    group=GROUP,
    summary=N_("Begin a draft: from a version, from a file, or from nothing"),
    body=DraftBody,
    answer=shapes.Draft,
    status=201,
    refuses=(403, 404, 413, 422),
)
def create_draft(given: Given) -> Response:
    made = draft_route.create(
        office(),
        actor(),
        given.get("key"),
        given.get("from_version"),
        _content(given),
        given.get("name"),
        once(),
    )
    return answer(made, 201, {"Location": f"{BASE}/drafts/{made['id']}"})


@call(
    "GET",
    "/drafts/<draft_id>",
    "workshop.read",
    group=GROUP,
    summary=N_("A draft with its file, forms and tables"),
    answer=shapes.Draft,
    refuses=(404,),
)
def draft(draft_id: str) -> Any:
    return draft_route.read(office(), actor(), draft_id)


class SaveBody(Body):
    revision = Whole(1, required=True, metadata=meaning(N_("The revision you started from.")))
    bpmn = Bpmn(allow_none=True)
    forms = Object(allow_none=True, metadata=_FORMS)
    tables = Object(allow_none=True, metadata=_TABLES)


@call(
    "PUT",
    "/drafts/<draft_id>",
    "route.draft",
    group=GROUP,
    summary=N_("Save a draft over the revision you started from"),
    body=SaveBody,
    answer=shapes.DraftSaved,
    refuses=(403, 404, 409, 413, 422),
)
def save_draft(draft_id: str, given: Given) -> Any:
    return draft_route.save(
        office(),
        actor(),
        draft_id,
        given["revision"],
        _content(given),
        given.get("forms"),
        given.get("tables"),
        once(),
    )


class DiscardBody(Body):
    revision = Whole(1, allow_none=True)


@call(
    "POST",
    "/drafts/<draft_id>/discard",
    "route.draft",
    group=GROUP,
    summary=N_("Give a draft up"),
    body=DiscardBody,
    answer=shapes.DraftGivenUp,
    refuses=(403, 404, 409),
)
def discard_draft(draft_id: str, given: Given) -> Any:
    return draft_route.discard(office(), actor(), draft_id, given.get("revision"), once())


class ContentBody(Body):
    bpmn = Bpmn(allow_none=True)
    forms = Object(allow_none=True, metadata=_FORMS)
    tables = Object(allow_none=True, metadata=_TABLES)


@call(
    "POST",
    "/drafts/<draft_id>/findings",
    "workshop.read",
    group=GROUP,
    summary=N_("Every finding of a draft, or of what it would be with the content given"),
    body=ContentBody,
    answer=shapes.Findings,
    refuses=(404, 413, 422),
)
def draft_findings_call(draft_id: str, given: Given) -> Any:
    return draft_findings.findings(
        office(), actor(), draft_id, _content(given), given.get("forms"), given.get("tables")
    )


class TidyBody(Body):
    bpmn = Bpmn(required=True)


@call(
    "POST",
    "/drafts/<draft_id>/tidy",
    "workshop.read",
    group=GROUP,
    summary=N_("The same route drawn anew; ids stay"),
    body=TidyBody,
    answer=shapes.Tidied,
    refuses=(404, 413, 422),
)
def tidy_draft(draft_id: str, given: Given) -> Any:
    return draft_findings.tidy(office(), actor(), draft_id, given["bpmn"].encode())


@call(
    "GET",
    "/drafts/<draft_id>/changes",
    "workshop.read",
    group=GROUP,
    summary=N_("What a draft changes of the version in force, in words"),
    answer=shapes.Comparison,
    refuses=(404,),
)
def draft_changes(draft_id: str) -> Any:
    return queries.compare_draft(office(), actor(), draft_id)


class PublishBody(Body):
    revision = Whole(1, required=True, metadata=meaning(N_("The revision you looked at.")))
    note = Text(required=True, metadata=meaning(N_("Why this version is published.")))
    password = Text(1000, required=True, metadata=meaning(N_("Your password, once more.")))
    effective_from = Text(
        10, allow_none=True, metadata=meaning(N_("A day of the institution; now if left out."))
    )
    override_reason = Text(
        allow_none=True, metadata=meaning(N_("Why a demand of the regulation is set aside."))
    )
    after = Whole(
        0,
        allow_none=True,
        metadata=meaning(N_("The newest version you saw; that from which the draft was begun if left out.")),
    )


@call(
    "POST",
    "/drafts/<draft_id>/publish",
    "route.publish",
    group=GROUP,
    summary=N_("Publish the draft of another person as the next version"),
    body=PublishBody,
    answer=shapes.PublishedVersion,
    refuses=(403, 404, 409, 422, 429),
)
def publish_draft(draft_id: str, given: Given) -> Any:
    password = given.pop("password")
    # What is kept of a repeated request holds no digest of a password.
    sent = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
    wish = publishing.Wish(
        revision=given["revision"],
        note=given["note"],
        from_day=given.get("effective_from"),
        override_reason=given.get("override_reason"),
        after=given.get("after"),
    )
    return publishing.publish_draft(
        office(), actor(), draft_id, wish, password, request.remote_addr or "", once(sent)
    )


def _content(given: Given) -> bytes | None:
    """The file of a body, given as text or byte for byte."""
    if given.get("file") is not None:
        try:
            return b64decode(given["file"], validate=True)
        except (binascii.Error, ValueError):
            raise InvalidForm(
                N_("Some fields need your attention."), errors={"file": [N_("This is not Base64.")]}
            ) from None
    return None if given.get("bpmn") is None else str(given["bpmn"]).encode()
