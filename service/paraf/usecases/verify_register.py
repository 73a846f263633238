"""The register entry of a case is laid beside its facts.

Knows what an SOP that was set leaves in the register, and what it ends there; must not know other rows
of the case (`verify_rows.py`). Numbers come from the signed paper, whose data its fact pins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain import naskah as naskah_rules
from paraf.domain.case_rows import CaseTold, EntryTold
from paraf.domain.facts import Fault
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases.verify_contents import Drafts

if TYPE_CHECKING:
    from paraf.domain.organisation import Organisation
    from paraf.domain.route import Route
    from paraf.storage.unit_of_work import UnitOfWork

SOP = N_("The SOP stands in the register with another value in “{column}” than its history gives.")
NO_SOP = N_("The SOP that was set does not stand in the register.")
MORE_SOP = N_("The register holds an SOP of this case, which the history does not know.")
EARLIER = N_("The SOP that this one took the place of is not ended in the register as the history says.")


@dataclass(frozen=True, slots=True)
class Registered:
    """The register's entry of a case, the entry it took the place of, and entries that took its own."""

    entry: Mapping[str, Any] | None
    earlier: Mapping[str, Any] | None
    successors: Sequence[Mapping[str, Any]]


def registered(uow: UnitOfWork, case: CaseRow) -> Registered:
    """Read what the register says of a case."""
    entry = uow.register.of_case(case.id)
    return Registered(
        entry=entry,
        earlier=uow.register.one(case.sop_in_force) if case.sop_in_force else None,
        successors=uow.proof.successors(entry["id"]) if entry else (),
    )


def register_differences(
    sop: Registered,
    case: CaseRow,
    told: CaseTold,
    route: Route,
    stored_papers: Sequence[Mapping[str, Any]],
    drafts: Drafts,
    organisation: Organisation,
) -> Iterator[Fault]:
    """What the register says otherwise than the history of the case."""
    entered = told.entry
    if entered is None:
        if sop.entry is not None:
            yield Fault(told.last_seq, MORE_SOP)
        return
    if sop.entry is None:
        yield Fault(entered.seq, NO_SOP)
        return
    expected = {
        **_from_paper(entered, told, route, stored_papers),
        **_from_draft(told, drafts),
        "title": case.title,
        "sop_kind": told.proposal["sop_kind"][1],
        "unit_code": told.proposal["unit_code"][1],
        "set_at": entered.at,
        "effective_from": entered.at,
        "supersedes": told.proposal["sop_in_force"][1],
        **_standing(sop),
        **_owner(entered, told, organisation),
    }
    for column, value in expected.items():
        if sop.entry[column] != value:
            yield Fault(entered.seq, SOP, {"column": column})
    ended = sop.earlier
    if expected["supersedes"] is not None and (
        ended is None or (ended["status"], ended["ended_at"]) != ("superseded", entered.at)
    ):
        yield Fault(entered.seq, EARLIER)


def _from_paper(
    entered: EntryTold, told: CaseTold, route: Route, stored_papers: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The instrument: the newest decree before the entry, or the ratified SOP where there is none."""
    decree = next(
        (
            use.kind
            for element in route.elements.values()
            for use in element.documents
            if use.act == "penetapan"
        ),
        None,
    )
    newest = {paper.kind: paper for paper in told.papers if paper.seq < entered.seq}
    instrument = newest.get(decree or "") or newest.get("pengesahan_sop")
    if instrument is None:
        return {"number": None, "instrument_kind": None, "instrument_number": None}
    row = next((row for row in stored_papers if row["seq"] == instrument.seq), None)
    return {
        "number": json.loads(row["data"])["sop"].get("number") if row is not None else None,
        "instrument_kind": instrument.kind,
        "instrument_number": instrument.number,
    }


def _from_draft(told: CaseTold, drafts: Drafts) -> dict[str, Any]:
    newest = told.drafts[-1] if told.drafts else None
    body = drafts.body(newest.version) if newest else None
    units = naskah_rules.units_in(body) if body is not None else []
    return {
        "naskah_sha256": drafts.digest(newest.version, newest.files) if newest else None,
        "parties": json.dumps(sorted({told.proposal["unit_code"][1], *units})),
    }


def _standing(sop: Registered) -> dict[str, Any]:
    """In force until another case took its place, at the instant that case says."""
    ended = next((row["set_at"] for row in sop.successors), None)
    return {"status": "in_force" if ended is None else "superseded", "ended_at": ended}


def _owner(entered: EntryTold, told: CaseTold, organisation: Organisation) -> dict[str, str]:
    """Who carries out penerapan: the unit, or for an SOP Makro the bureau that was sent its copy."""
    if told.proposal["sop_kind"][1] != "makro":
        return {"owner_unit": told.proposal["unit_code"][1]}
    head = next((copy.position_id for copy in told.copies if copy.seq > entered.seq), None)
    bureau = organisation.unit_of_position(head) if head else None
    return {"owner_unit": bureau.code} if bureau else {}
