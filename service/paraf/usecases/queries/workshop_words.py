"""The closed lists a route is drawn from: roles, forms, documents, operations, sets, answers.

Knows where each list is kept and its words; must not know how it is offered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.documents.data import KINDS
from paraf.documents.render import kind_title
from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.engine import route_limits as limits
from paraf.language import N_
from paraf.usecases import draft_route

if TYPE_CHECKING:
    from paraf.usecases.office import Office

ROLES = {
    "menteri": N_("Minister for Foreign Affairs"),
    "sekjen": N_("Secretary General"),
    "kepala_biro_po": N_("Head of the Bureau of Planning and Organisation"),
    "reviewer_biro_po": N_("Reviewer of the Bureau of Planning and Organisation"),
    "drafter": N_("Drafters of the proposing unit"),
    "pimpinan_unit": N_("Head of the proposing unit"),
    "pimpinan_eselon_ii": N_("Head of the Eselon II unit"),
    "kepala_pusat": N_("Head of the centre"),
    "kepala_perwakilan": N_("Head of the mission"),
    "pimpinan_eselon_i": N_("Head of the Eselon I unit"),
    "sekretaris_eselon_i": N_("Secretary of the Eselon I unit"),
    "submitter": N_("Who submits the proposal"),
    "addressee": N_("To whom the proposal is addressed"),
    "tim_penyusun_sop": N_("SOP drafting team"),
    "item": N_("Each member of the set"),
}
OPERATIONS = {
    "generate_document": N_("Make a document"),
    "deliver_document": N_("Deliver a document"),
    "send_tembusan": N_("Send copies (tembusan)"),
    "start_process": N_("Enter the SOP in the register and begin a process"),
}
SETS = {
    "related_heads": N_("Each head of a related unit"),
    "related_units": N_("Each related unit"),
    "parties": N_("Each party involved"),
    "participating_heads": N_("Each head of a participating unit"),
}
ANSWERS = {
    "naskah_complete": N_("Is the draft complete?"),
    "hardcopy_current": N_("Is the printed draft the current one?"),
}
OUTCOMES = {
    "submit": N_("Submit"),
    "approve": N_("Approve"),
    "return": N_("Return"),
    "reject": N_("Refuse"),
    "withdraw": N_("Take back"),
    "paraf": N_("Initial (paraf)"),
    "sign": N_("Sign"),
    "conform": N_("In order"),
    "adjust": N_("Needs adjustment"),
    "agree": N_("Agree"),
    "disagree": N_("Disagree"),
    "done": N_("Done"),
}


def workshop_words(office: Office, actor: Actor, draft_id: str | None = None) -> dict[str, Any]:
    """Every list with its words; the forms are those of the draft, if one is named, over the shared."""
    policy.require(actor, "workshop.read")
    say = office.language.translate
    own: Mapping[str, str] = draft_route.read(office, actor, draft_id)["forms"] if draft_id else {}
    with office.store.read() as uow:
        units = office.organisation(uow).units.values()
        routes = [
            {"key": row.route_key, "name": row.name} for row in uow.routes.effective_versions(office.now())
        ]

    def listed(words: Mapping[str, str], ids: Any) -> list[dict[str, Any]]:
        return [{"id": one, "label": say(words[one]) if one in words else one} for one in ids]

    def role_words(role: str) -> str:
        return say(ROLES[role]) if role in ROLES else role

    return {
        "roles": listed(ROLES, sorted(limits.ROLES, key=role_words)),
        "units": [{"code": unit.code, "name": unit.name} for unit in units],
        "forms": [_form(name, text) for name, text in draft_route.with_shared_forms(office, own).items()],
        "documents": [{"id": kind, "label": kind_title(kind)} for kind in sorted(KINDS, key=kind_title)],
        "acts": [{"id": act, "label": policy.ACTS.get(act, act).capitalize()} for act in sorted(limits.ACTS)],
        "operations": [
            {"id": name, "label": say(OPERATIONS[name]), "needs": sorted(needs)}
            for name, needs in limits.OPERATIONS.items()
        ],
        "sets": listed(SETS, sorted(limits.SETS)),
        "answers": [
            {
                "id": name,
                "label": say(ANSWERS[name]),
                "fields": [{"name": field, "type": kind} for field, kind in fields.items()],
            }
            for name, fields in limits.ANSWERS.items()
        ],
        "outcomes": [
            {"id": one, "label": say(label), "comment_required": one in limits.COMMENT_REQUIRED}
            for one, label in OUTCOMES.items()
        ],
        "routes": routes,
    }


def _form(name: str, text: str) -> dict[str, Any]:
    """A form's title and fields; `engine` marks a field that conditions may read."""
    try:
        schema = json.loads(text)
        properties = schema["properties"].items()
        fields = [
            {
                "name": field,
                "title": str(part.get("title") or field),
                "type": str(part.get("type", "")),
                "engine": part.get("x-engine") is True,
                "values": [str(value) for value in part.get("enum", [])],
            }
            for field, part in properties
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {"name": name, "title": name, "fields": []}
    return {"name": name, "title": str(schema.get("title") or name), "fields": fields}
