"""A proposal: opening one, finding cases, where one is and when it will be done, taking it back.

Knows the header form and the search; must not know which route a proposal takes or why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages.frame import after, cursor_of, draw, go, page, same_form_once, tell, told, words
from paraf.entrypoints.pages.words import STATES
from paraf.errors import InvalidForm, NoRoute, NotAllowed, ParafError, RuleBroken
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases.propose import propose as open_proposal
from paraf.usecases.queries.audit import note_search, reads_everything
from paraf.usecases.withdraw import withdraw as take_back

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

HEADER = ("title", "sop_kind", "request_kind", "unit_id", "sop_in_force")
KINDS = (
    ("mikro", N_("SOP Mikro"), N_("Inside one Eselon II unit or one Perwakilan, with several executors.")),
    ("makro", N_("SOP Makro"), N_("Across several Eselon II units, Pusat or Perwakilan.")),
    ("teknis", N_("SOP Teknis"), N_("Detailed steps for one person or one team.")),
)
REQUESTS = (
    ("new", N_("New SOP"), N_("There is no SOP for this work yet.")),
    ("change", N_("Change"), N_("Changes an SOP that is in force.")),
)
PAGE_SIZE = 25
MOST_OFFERED = 200


# --- opening --------------------------------------------------------------------------------


@page.get("/usulan/baru")
@permits("proposal.create")
def propose() -> Response:
    return _header({"request_kind": "new", "sop_kind": "mikro"})


@page.post("/usulan/baru")
@permits("proposal.create")
def propose_now() -> AnyResponse:
    """Open the case; a refusal by the table or the policy is told with its rule."""
    header = {name: request.form.get(name, "").strip() for name in HEADER}
    given: dict[str, Any] = {name: value for name, value in header.items() if value}
    if header["request_kind"] != "change":
        given.pop("sop_in_force", None)
    try:
        made = open_proposal(office(), actor(), given, once=same_form_once())
    except InvalidForm as refusal:
        return _header(header, 422, errors=told(refusal))
    except (NoRoute, NotAllowed, RuleBroken) as refusal:
        return _header(header, refusal.status, refusal=refusal)
    tell(N_("The proposal is open. Write the draft, then hand it on."))
    return go("pages.edit_naskah", proposal_id=made["id"])


def _header(
    header: dict[str, str],
    status: int = 200,
    *,
    errors: dict[str, list[str]] | None = None,
    refusal: ParafError | None = None,
) -> Response:
    say = words()
    in_force = queries.sops(office(), actor(), in_force=True, limit=MOST_OFFERED)["items"]
    return draw(
        "propose.html",
        status,
        section="cases",
        header=header,
        errors=errors or {},
        refusal={"words": say(refusal.detail, **refusal.values), "rule": refusal.rule} if refusal else None,
        units=[(unit["code"], unit["name"]) for unit in queries.units(office(), actor(), own=True)],
        kinds=[(key, say(label), say(hint)) for key, label, hint in KINDS],
        requests=[(key, say(label), say(hint)) for key, label, hint in REQUESTS],
        sops=[(sop["id"], " · ".join(filter(None, (sop["title"], sop["number"])))) for sop in in_force],
    )


# --- finding --------------------------------------------------------------------------------


@page.get("/berkas")
@permits("case.read")
def cases() -> Response:
    """Every case the reader may see, newest first."""
    say = words()
    chosen = {name: request.args.get(name, "").strip() for name in ("q", "route", "unit", "state")}
    if chosen["state"] not in STATES:
        chosen["state"] = ""
    found = queries.instances(office(), actor(), **chosen, after=after(), limit=PAGE_SIZE)
    note_search(office(), actor(), "cases", chosen)
    return draw(
        "cases.html",
        section="cases",
        items=found["items"],
        next=cursor_of(found["next"]),
        chosen=chosen,
        filtered=any(chosen.values()),
        wide=reads_everything(office(), actor()),
        routes=[(one["key"], one["name"]) for one in queries.routes(office(), actor())["items"]],
        units=[(unit["code"], unit["name"]) for unit in queries.units(office(), actor())],
        states=[(key, say(label)) for key, label in STATES.items()],
    )


# --- one proposal -----------------------------------------------------------------------------


@page.get("/usulan/<proposal_id>")
@permits(SIGNED_IN)
def proposal(proposal_id: str) -> Response:
    shown = _shown(proposal_id)
    readings.note(office(), actor(), "case", proposal_id=proposal_id)
    return shown


@page.get("/berkas/<instance_id>")
@permits(SIGNED_IN)
def case(instance_id: str) -> AnyResponse:
    """The address by the case's id leads to its one page."""
    return go("pages.proposal", proposal_id=queries.instance(office(), actor(), instance_id)["proposal_id"])


@page.post("/usulan/<proposal_id>/tarik")
@permits("proposal.withdraw")
def withdraw(proposal_id: str) -> AnyResponse:
    reason = request.form.get("reason", "").strip()
    try:
        take_back(office(), actor(), proposal_id, reason, once=same_form_once())
    except InvalidForm as refusal:
        return _shown(proposal_id, 422, errors=told(refusal), reason=reason)
    tell(N_("The proposal is withdrawn."))
    return go("pages.proposal", proposal_id=proposal_id)


def _shown(
    proposal_id: str, status: int = 200, *, errors: dict[str, list[str]] | None = None, reason: str = ""
) -> Response:
    shown = queries.proposal(office(), actor(), proposal_id)
    return draw("proposal.html", status, section="cases", proposal=shown, errors=errors or {}, reason=reason)
