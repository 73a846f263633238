"""The register of SOPs: in force, superseded, transitional, with the document set of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation
from paraf.errors import NotFound
from paraf.language import N_
from paraf.storage.register import LIVE
from paraf.usecases.queries import parts
from paraf.usecases.reading import may_see

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def sops(
    office: Office,
    actor: Actor,
    *,
    in_force: bool | None = None,
    unit: str | None = None,
    q: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """One page of the register, by title."""
    policy.require(actor, "sop.read")
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        rows = uow.register.page(
            in_force=in_force,
            unit_code=unit or None,
            text=(q or "").strip() or None,
            after=after,
            limit=limit + 1,
        )
    page = rows[:limit]
    return {
        "items": [_entry(organisation, row) for row in page],
        "next": (page[-1]["title"], page[-1]["id"]) if len(rows) > limit else None,
    }


def sop(office: Office, actor: Actor, sop_id: str) -> dict[str, Any]:
    """One SOP with its documents, the text that was set, and its predecessor. Its documents are
    shown to whoever may see the case behind it; the text that was set to everybody."""
    policy.require(actor, "sop.read")
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        row = uow.register.one(sop_id)
        if row is None:
            raise NotFound(N_("There is no such SOP in the register."))
        entry = _entry(organisation, row)
        case = uow.cases.by_id(row["instance_id"]) if row["instance_id"] else None
        if case is not None:
            naskah = uow.cases.naskah(case.proposal_id, case.naskah_version)
            entry["naskah"] = json.loads(naskah["body"]) if naskah else None
            if may_see(office, uow, actor, case, office.now()):
                entry["documents"] = [parts.paper(d) for d in uow.cases.documents(case.id)]
                entry["attachments"] = [parts.attachment(a) for a in uow.cases.attachments(case.proposal_id)]
                entry["case"] = {"id": case.id, "number": case.number, "proposal_id": case.proposal_id}
        before = uow.register.one(row["supersedes"]) if row["supersedes"] else None
        entry["supersedes"] = _entry(organisation, before) if before else None
        return entry


def _entry(organisation: Organisation, row: Mapping[str, Any]) -> dict[str, Any]:
    unit = organisation.units.get(row["unit_code"])
    owner = organisation.units.get(row["owner_unit"] or "")
    return {
        "id": row["id"],
        "number": row["number"],
        "title": row["title"],
        "sop_kind": row["sop_kind"],
        "unit": {"code": row["unit_code"], "name": unit.name if unit else row["unit_code"]},
        "owner": {"code": owner.code, "name": owner.name} if owner else None,
        "status": row["status"],
        "in_force": row["status"] in LIVE,
        "instrument": {"kind": row["instrument_kind"], "number": row["instrument_number"]},
        "set_at": row["set_at"],
        "effective_from": row["effective_from"],
        "ended_at": row["ended_at"],
        "parties": json.loads(row["parties"]),
        "instance_id": row["instance_id"],
        "naskah_sha256": row["naskah_sha256"],
    }
