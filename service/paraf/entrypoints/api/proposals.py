"""Proposals: opening a case, its draft in numbered versions, its files, taking it back."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, request
from marshmallow import fields

from paraf.entrypoints.answers import answer, once
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import BASE, Given, call
from paraf.entrypoints.api.fields import Body, Choice, Object, Text, Whole, meaning
from paraf.entrypoints.api.words import in_words
from paraf.entrypoints.auth import actor, office
from paraf.entrypoints.problems import unknown_fields
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases import draft, queries, readings
from paraf.usecases.propose import KINDS, REQUESTS
from paraf.usecases.propose import propose as propose_case
from paraf.usecases.withdraw import withdraw as withdraw_proposal

GROUP = N_("Proposals and drafts")


class ProposalBody(Body):
    title = Text(300, required=True)
    sop_kind = Choice(KINDS, N_("Choose makro, mikro or teknis."), required=True)
    request_kind = Choice(REQUESTS, N_("Choose new or change."), required=True)
    unit_id = Text(200, required=True)
    sop_in_force = Text(200, allow_none=True, metadata=meaning(N_("Id from the register, for a change.")))


@call(
    "POST",
    "/proposals",
    "proposal.create",
    group=GROUP,
    summary=N_("Propose an SOP: the decision table picks the route and a case begins"),
    body=ProposalBody,
    answer=shapes.Proposed,
    status=201,
    refuses=(422,),
)
def propose(given: Given) -> Response:
    made = propose_case(office(), actor(), given, once=once())
    return answer(made, 201, {"Location": f"{BASE}/proposals/{made['id']}"})


@call(
    "GET",
    "/proposals/<proposal_id>",
    "case.read",
    group=GROUP,
    summary=N_("Header, draft, versions and attachments of a proposal"),
    answer=shapes.Proposal,
    refuses=(404,),
)
def proposal(proposal_id: str) -> Any:
    found = queries.proposal(office(), actor(), proposal_id)
    readings.note(office(), actor(), "case", proposal_id=proposal_id)
    return in_words(found)


class NaskahBody(Body):
    """The parts a to g; `draft` reads what is inside each of them."""

    deskripsi = fields.Raw(allow_none=True, metadata=meaning(N_("a. Description: text.")))
    dasar_hukum = fields.Raw(allow_none=True, metadata=meaning(N_("b. Legal bases: list.")))
    ketertautan = fields.Raw(allow_none=True, metadata=meaning(N_("c. Linked SOPs: list.")))
    pihak_terlibat = fields.Raw(allow_none=True, metadata=meaning(N_("d. Parties involved: list.")))
    persyaratan_perlengkapan = fields.Raw(
        allow_none=True, metadata=meaning(N_("e. Requirements and equipment: list."))
    )
    keluaran = fields.Raw(allow_none=True, metadata=meaning(N_("f. Outputs: list.")))
    diagram_alir = fields.Raw(
        allow_none=True, metadata=meaning(N_("g. Flow diagram: lanes and steps, or an attached drawing."))
    )
    identitas = Object(allow_none=True, metadata=meaning(N_("Identity block of the SOP document.")))
    base_version = Whole(
        allow_none=True, metadata=meaning(N_("Version you started from; another one is refused."))
    )


@call(
    "PUT",
    "/proposals/<proposal_id>/naskah",
    "naskah.save",
    group=GROUP,
    summary=N_("Save the whole draft as its next numbered version"),
    body=NaskahBody,
    answer=shapes.NaskahSaved,
    refuses=(403, 404, 409, 422),
)
def save_naskah(proposal_id: str, given: Given) -> Any:
    base_version = given.pop("base_version", None)
    return in_words(draft.save_naskah(office(), actor(), proposal_id, given, base_version, once()))


@call(
    "GET",
    "/proposals/<proposal_id>/naskah/<int:version>",
    "case.read",
    group=GROUP,
    summary=N_("One version of the draft, readable for ever"),
    answer=shapes.NaskahVersion,
    refuses=(404,),
)
def naskah_version(proposal_id: str, version: int) -> Any:
    found = queries.naskah_version(office(), actor(), proposal_id, version)
    readings.note(office(), actor(), "draft", f"{proposal_id}/{version}", proposal_id=proposal_id)
    return in_words(found)


@call(
    "POST",
    "/proposals/<proposal_id>/attachments",
    "attachment.add",
    group=GROUP,
    summary=N_("Attach a file (PDF, DOCX, XLSX, ODT, PNG or JPG)"),
    answer=shapes.Attached,
    status=201,
    refuses=(403, 404, 409, 413, 422, 429),
    upload=True,
)
def attach(proposal_id: str) -> Any:
    unknown = sorted((set(request.form) - {"role"}) | (set(request.files) - {"file"}))
    if unknown:
        raise unknown_fields(unknown)
    files = request.files.getlist("file")
    if len(files) != 1 or not files[0].filename:
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"file": [N_("Please send exactly one file.")]}
        )
    role, name, data = request.form.get("role", ""), files[0].filename, files[0].read()
    # The digest of the parts, not of the body: every sending draws another multipart boundary.
    sent = "\n".join((role, name, hashlib.sha256(data).hexdigest())).encode()
    return draft.attach(office(), actor(), proposal_id, role, name, data, once=once(sent))


@call(
    "DELETE",
    "/proposals/<proposal_id>/attachments/<attachment_id>",
    "attachment.add",
    group=GROUP,
    summary=N_("Take a file off the draft"),
    body=Body,
    answer=shapes.Removed,
    refuses=(403, 404, 409),
)
def remove_attachment(proposal_id: str, attachment_id: str, given: Given) -> Any:
    return draft.remove_attachment(office(), actor(), proposal_id, attachment_id, once=once())


class WithdrawBody(Body):
    reason = Text(required=True)


@call(
    "POST",
    "/proposals/<proposal_id>/withdraw",
    "proposal.withdraw",
    group=GROUP,
    summary=N_("Take a proposal back, with a reason, while nothing is set"),
    body=WithdrawBody,
    answer=shapes.Withdrawn,
    refuses=(403, 404, 409, 422),
)
def withdraw(proposal_id: str, given: Given) -> Any:
    return withdraw_proposal(office(), actor(), proposal_id, given["reason"], once=once())
