"""Parts that several pages show alike: a case's head, a position, a decision, a paper, an attachment.

Knows how each is put into JSON-ready words; must not know which page asks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from paraf.domain import naskah as naskah_rules
from paraf.domain import policy
from paraf.domain.organisation import Organisation
from paraf.storage.cases import CaseRow, TaskRow
from paraf.usecases import decision_rules, papers
from paraf.usecases.desk import RECORDS
from paraf.usecases.queries.inbox import due_words
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def case_head(organisation: Organisation, route: ShelvedRoute, case: CaseRow) -> dict[str, Any]:
    """What every page of a case says at its top."""
    unit = organisation.units[case.unit_code]
    return {
        "id": case.id,
        "number": case.number,
        "title": case.title,
        "proposal_id": case.proposal_id,
        "unit": {"code": unit.code, "name": unit.name},
        "sop_kind": case.sop_kind,
        "request_kind": case.request_kind,
        "route_key": case.route_key,
        "route_name": route.name,
        "route_version": case.route_version,
        "state": case.state,
        "end": case.end_id,
        "started_at": case.started_at,
        "ended_at": case.ended_at,
        "seq": case.seq,
    }


def position(organisation: Organisation, position_id: str, at: str) -> dict[str, Any]:
    """A position with whoever holds it at the instant; `vacant` when nobody does."""
    holders = organisation.holders(position_id, at)
    return {
        "id": position_id,
        "title": organisation.title(position_id),
        "vacant": not holders,
        "holders": [
            {
                "id": held.person_id,
                "name": organisation.name_of(held.person_id),
                "capacity": held.capacity,
                "label": held.printed_label,
            }
            for held in holders
        ],
    }


def as_held(organisation: Organisation, task: TaskRow, at: str) -> TaskRow:
    """The task with whoever holds it now: a claim of somebody who has left holds nobody up (P4)."""
    if task.state != "open":
        return task
    claimant = policy.standing_claim(organisation, task.assignee, json.loads(task.positions), at)
    return task if claimant == task.assignee else replace(task, assignee=None, assignee_position=None)


def holder(organisation: Organisation, person_id: str | None) -> dict[str, Any] | None:
    """Who holds a task, or None."""
    return {"id": person_id, "name": organisation.name_of(person_id)} if person_id else None


def decision(organisation: Organisation, route: ShelvedRoute, fact: Told) -> dict[str, Any]:
    """One decision in words: step, who, in which position and capacity, what and why."""
    element = route.compiled.route.elements.get(fact.element_id or "")
    outcome = element.outcome(fact.data["outcome"]) if element else None
    returned = fact.data.get("return_to")
    target = route.compiled.route.elements.get(returned) if returned else None
    return {
        "seq": fact.seq,
        "at": fact.at,
        "element_id": fact.element_id,
        "visit": fact.visit,
        "name": element.name if element else fact.element_id,
        "outcome": fact.data["outcome"],
        "outcome_label": outcome.label if outcome else fact.data["outcome"],
        "who": organisation.name_of(fact.actor),
        "position": fact.data.get("position"),
        "position_title": organisation.title(fact.data["position"]) if fact.data.get("position") else None,
        "capacity": fact.capacity,
        "instrument": fact.data.get("instrument"),
        "on_behalf_of": organisation.name_of(fact.on_behalf_of),
        "item": fact.data.get("item"),
        "item_title": organisation.item_title(fact.data["item"]) if fact.data.get("item") else None,
        "comment": fact.data.get("comment"),
        "return_to": {"id": returned, "name": target.name if target else returned} if returned else None,
        "naskah_version": (fact.data.get("naskah") or {}).get("version"),
        "form": fact.data.get("form") or {},
        "form_schema": route.forms.get(element.form) if element and element.form else None,
    }


def paper(row: Mapping[str, Any]) -> dict[str, Any]:
    """One document as lists show it."""
    return {
        "id": row["id"],
        "kind": row["kind"],
        "title": papers.title_of(row["kind"]),
        "act": row["act"],
        "record": row["kind"] in RECORDS,
        "version": row["version"],
        "number": row["number"],
        "element_id": row["element_id"],
        "made_at": row["made_at"],
        "sha256": row["sha256"],
        "seq": row["seq"],
    }


def attachment(row: Mapping[str, Any]) -> dict[str, Any]:
    """One attached file as lists show it."""
    return {
        "id": row["id"],
        "role": row["role"],
        "filename": row["filename"],
        "sha256": row["sha256"],
        "size": row["size"],
        "media_type": row["media_type"],
        "added_at": row["added_at"],
    }


def changes(old: naskah_rules.Naskah, new: naskah_rules.Naskah) -> list[dict[str, Any]]:
    """What changed between two versions of a draft, part by part."""
    return [asdict(change) for change in naskah_rules.changes(old, new)]


def missing(
    case: CaseRow, body: Mapping[str, Any], attachments: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """What the draft still lacks, as msgids with their huruf and field."""
    return [
        {"huruf": part.huruf, "field": part.field, "sentence": part.sentence}
        for part in decision_rules.missing_in(case, naskah_rules.normalise(body), attachments)
    ]


def steps(
    office: Office,
    organisation: Organisation,
    case: CaseRow,
    steps_of_route: Sequence[Mapping[str, Any]],
    at: str,
) -> list[dict[str, Any]]:
    """The steps of a case with who did them or whom they wait for."""
    shown = []
    for step in steps_of_route:
        own: Sequence[TaskRow] = step["tasks"]
        newest = own[-1] if own else None
        entry = {name: value for name, value in step.items() if name != "tasks"}
        entry["who"] = organisation.name_of(newest.decided_by) if newest else None
        entry["at"] = newest.closed_at if newest else None
        entry["due_at"] = newest.due_at if newest and newest.state == "open" else None
        entry["rounds"] = len({task.opened_at for task in own})
        if newest is not None and newest.state == "open":
            entry["due"] = due_words(office, organisation, case.unit_code, newest.due_at, at)
            entry["waiting_for"] = [
                position(organisation, position_id, at)
                for task in own
                if task.state == "open"
                for position_id in json.loads(task.positions)
            ]
            entry["parties"] = _parties(organisation, own, at)
        shown.append(entry)
    return shown


def _parties(organisation: Organisation, own: Sequence[TaskRow], at: str) -> list[dict[str, Any]]:
    """The copies of a step that were opened together with whom each waits for; [] for a single one."""
    newest = [task for task in own if task.opened_at == own[-1].opened_at]
    if len(newest) == 1:
        return []
    return [
        {
            "title": organisation.item_title(task.item) if task.item else None,
            "state": task.state,
            "who": organisation.name_of(task.decided_by),
            "at": task.closed_at,
            "waiting_for": [position(organisation, p, at) for p in json.loads(task.positions)]
            if task.state == "open"
            else [],
        }
        for task in sorted(newest, key=lambda task: task.visit)
    ]
