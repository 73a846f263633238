"""A person proposes an SOP: the table picks the route and a case starts on its effective version.

The beats: may he propose for this unit, which route, the pinned start, the engine's first step,
the facts, the answer. One transaction; a refusal leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain import policy, route_choice
from paraf.domain.facts import Sealed
from paraf.domain.organisation import Actor, Organisation
from paraf.engine import spiff
from paraf.errors import InvalidForm, NoRoute, RuleBroken
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.storage.register import LIVE
from paraf.usecases import papers
from paraf.usecases.once import Once, earlier_answer, keep_answer
from paraf.usecases.progress import Progress

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office
    from paraf.usecases.shelf import ShelvedRoute

ZEROS = "0" * 64
KINDS = ("makro", "mikro", "teknis")
REQUESTS = ("new", "change")
MOST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a proposal, as given and checked."""

    title: str
    sop_kind: str
    request_kind: str
    unit_id: str
    sop_in_force: str | None = None


def propose(
    office: Office, actor: Actor, header: Mapping[str, Any], once: Once | None = None
) -> dict[str, Any]:
    """Open a case. Raises InvalidForm per field, NotAllowed for another unit, NoRoute with the rule."""
    return office.store.run(lambda uow: _propose(office, uow, actor, _checked(header), once))


def _propose(
    office: Office, uow: UnitOfWork, actor: Actor, header: Header, once: Once | None
) -> dict[str, Any]:
    at = office.now()
    answered = earlier_answer(uow, actor.person_id, once)
    if answered is not None:
        return dict(answered)
    organisation = office.organisation(uow)
    if header.unit_id not in organisation.units:
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"unit_id": [N_("There is no such unit.")]}
        )
    policy.may_propose(organisation, actor, header.unit_id, header.sop_kind, header.request_kind, at)
    changed = _sop_in_force(uow, header)
    table, table_sha256 = office.shelf.table(uow, route_choice.CHOOSE_ROUTE, at)
    choice = route_choice.choose(
        table.decide, organisation, header.unit_id, header.sop_kind, header.request_kind, at
    )
    route = office.shelf.effective(uow, choice.route_key, at)
    if route is None:
        if uow.routes.standing_version(choice.route_key, at) is not None:
            raise NoRoute(
                N_("The route {route} is retired; no new case begins on it. Ask the process owner."),
                route=choice.route_key,
                rule=choice.cite,
            )
        raise NoRoute(
            N_("The route {route} has not been published yet."), route=choice.route_key, rule=choice.cite
        )
    case, row, progress = _open(office, uow, actor, organisation, header, choice, route, at)
    progress.add(
        "instance.started",
        {
            "route_key": route.key,
            "route_version": route.version,
            "route_sha256": route.sha256,
            "manifest_sha256": route.manifest_sha256,
            "engine_version": spiff.ENGINE_VERSION,
            "proposal_id": row.proposal_id,
            "number": row.number,
            "unit": row.unit_code,
            "title": Sealed(row.title),
            **({"sop_in_force": changed["id"]} if changed else {}),
            "choice": {"table_sha256": table_sha256, "inputs": dict(choice.inputs), "row": choice.row},
            "case": case,
            "option": route.compiled.route.option_values(),
        },
    )
    progress.take(spiff.start(route.compiled, row.id, at, case, progress))
    _hold_first_draft(progress, actor)
    uow.cases.insert_proposal(
        {
            "id": row.proposal_id,
            "title": row.title,
            "sop_kind": row.sop_kind,
            "request_kind": row.request_kind,
            "unit_code": row.unit_code,
            "sop_in_force": changed["id"] if changed else None,
            "created_by": actor.person_id,
            "created_at": at,
        }
    )
    uow.cases.insert_instance(
        {
            "id": row.id,
            "number": row.number,
            "proposal_id": row.proposal_id,
            "route_key": route.key,
            "route_version": route.version,
            "unit_code": row.unit_code,
            "state": "running",
            "started_at": at,
            "pinned": row.pinned,
            "seq": 0,
            "head": ZEROS,
            "engine_state": b"",
            "naskah_version": 0,
            "naskah_complete": 0,
        }
    )
    progress.write()
    answer = {
        "id": row.proposal_id,
        "title": row.title,
        "sop_kind": row.sop_kind,
        "request_kind": row.request_kind,
        "unit_id": row.unit_code,
        "sop_in_force": row.sop_in_force,
        "route_key": route.key,
        "route_version": route.version,
        "instance_id": row.id,
        "number": row.number,
        "state": "running",
        "created_at": at,
        "tasks": [{"id": task["id"], "element_id": task["element_id"]} for task in progress.opened],
    }
    keep_answer(uow, actor.person_id, once, answer, at)
    return answer


def _checked(header: Mapping[str, Any]) -> Header:
    errors: dict[str, list[str]] = {}
    title = str(header.get("title") or "").strip()
    if not title:
        errors["title"] = [N_("Please give a title.")]
    elif len(title) > MOST_TITLE:
        errors["title"] = [N_("The title is too long (at most 300 characters).")]
    if header.get("sop_kind") not in KINDS:
        errors["sop_kind"] = [N_("Choose makro, mikro or teknis.")]
    if header.get("request_kind") not in REQUESTS:
        errors["request_kind"] = [N_("Choose new or change.")]
    if not header.get("unit_id"):
        errors["unit_id"] = [N_("Please choose the proposing unit.")]
    if errors:
        raise InvalidForm(N_("Some fields need your attention."), errors=errors)
    return Header(
        title=title,
        sop_kind=str(header["sop_kind"]),
        request_kind=str(header["request_kind"]),
        unit_id=str(header["unit_id"]),
        sop_in_force=header.get("sop_in_force") or None,
    )


def _sop_in_force(uow: UnitOfWork, header: Header) -> Mapping[str, Any] | None:
    """The SOP a change is about. A change of SOP Makro needs one already set (20(1))."""
    rule = "PL 20(1)" if header.sop_kind == "makro" else "INT-26"
    if header.request_kind != "change":
        if header.sop_in_force is not None:
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"sop_in_force": [N_("Only a change names the SOP it changes.")]},
            )
        return None
    if header.sop_in_force is None:
        if header.sop_kind == "makro":
            raise RuleBroken(
                N_("A change of an SOP Makro must name the SOP Makro in force that it changes."),
                rule=rule,
                errors={"sop_in_force": [N_("Please choose the SOP in force.")]},
            )
        return None
    found = uow.register.one(header.sop_in_force)
    papers.refuse_unless_in_force(header.sop_kind, found is not None and found["status"] in LIVE)
    if found is not None and found["sop_kind"] != header.sop_kind:
        raise RuleBroken(
            N_("The SOP in force is of another kind than this proposal."),
            rule=rule,
            errors={"sop_in_force": [N_("Choose an SOP of the same kind.")]},
        )
    if found is not None and header.sop_kind != "makro" and found["unit_code"] != header.unit_id:
        raise RuleBroken(
            N_("Only the unit that wrote an SOP proposes its change."),
            rule=rule,
            errors={"sop_in_force": [N_("Choose an SOP of the proposing unit.")]},
        )
    return found


def _open(
    office: Office,
    uow: UnitOfWork,
    actor: Actor,
    organisation: Organisation,
    header: Header,
    choice: route_choice.Choice,
    route: ShelvedRoute,
    at: str,
) -> tuple[dict[str, Any], CaseRow, Progress]:
    """The case row as it will stand, with the constants conditions read, and its progress."""
    kind = organisation.unit_kind_for_route(header.unit_id, at)
    case = {
        "sop_kind": header.sop_kind,
        "request_kind": header.request_kind,
        "proposer_unit_kind": kind,
        "proposer_is_biro_po": organisation.is_biro_po(header.unit_id),
        "submitter": choice.submitter,
        "addressee": choice.addressee,
        "from_perwakilan": kind == "perwakilan",
    }
    pinned = {"case": case, "option": route.compiled.route.option_values()}
    year = int(at[:4])
    row = CaseRow(
        id=office.new_id(),
        number=f"U-{year}-{uow.cases.next_number('case', '', year):06d}",
        proposal_id=office.new_id(),
        route_key=route.key,
        route_version=route.version,
        unit_code=header.unit_id,
        state="running",
        end_id=None,
        started_at=at,
        ended_at=None,
        pinned=json.dumps(pinned, sort_keys=True),
        seq=0,
        head=ZEROS,
        engine_state=b"",
        naskah_version=0,
        naskah_sha256=None,
        naskah_complete=0,
        handed_version=None,
        hardcopy_version=None,
        approved_sha256=None,
        ratified_sha256=None,
        review_round=0,
        drafters="[]",
        reviewers="[]",
        title=header.title,
        sop_kind=header.sop_kind,
        request_kind=header.request_kind,
        sop_in_force=header.sop_in_force,
        created_by=actor.person_id,
        created_at=at,
        organisation_revision=organisation.revision,
    )
    capacity = policy.hat_in_unit(organisation, actor, header.unit_id, at)
    names = {
        "actor": actor.person_id,
        "capacity": capacity.capacity if capacity else None,
        "on_behalf_of": capacity.on_behalf_of if capacity else None,
    }
    return case, row, Progress(office, uow, row, route, organisation, at, names)


def _hold_first_draft(progress: Progress, actor: Actor) -> None:
    """Who opens a case holds its first drafting task, if it is offered to him."""
    mine = {appointment.position_id for appointment in actor.appointments}
    for row in progress.opened:
        element = progress.route.compiled.route.elements[row["element_id"]]
        positions = [p for p in json.loads(row["positions"]) if p in mine]
        if element.edits and positions:
            progress.add("task.claimed", {"position": positions[0]}, row["element_id"], row["visit"])
            row["assignee"], row["assignee_position"] = actor.person_id, positions[0]
