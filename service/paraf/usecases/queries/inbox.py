"""The inbox: what is mine and my positions', most urgent first, and what I have done.

Knows how a page of tasks is listed; must not know how a task is decided. A task whose row cannot be
read is left out and named to the operators; nobody loses his inbox for it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import calendar, policy
from paraf.domain.organisation import Actor, Organisation
from paraf.errors import InvalidForm, ParafError
from paraf.language import N_
from paraf.usecases import decision_rules
from paraf.usecases.verify import UNREADABLE

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

_log = logging.getLogger("paraf.inbox")

MOST_COUNTED = 500
"""Counts stop here: a page says "500+" and costs the same for a hundred thousand tasks."""


def inbox(
    office: Office,
    actor: Actor,
    *,
    state: str = "open",
    mine: bool = True,
    route: str | None = None,
    unit: str | None = None,
    q: str | None = None,
    due_before: str | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """One page: `items`, `next` (the key to go on after, or None), and for open tasks `counts`
    (tasks and late ones, each up to MOST_COUNTED; unread copies)."""
    if state not in ("open", "done"):
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"state": [N_("Choose open or done.")]}
        )
    at = office.now()
    positions = sorted({appointment.position_id for appointment in actor.appointments})
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        if state == "done":
            rows = uow.tasks.decided_by(actor.person_id, after, limit + 1)
            items = _items(office, uow, organisation, rows[:limit], at)
            last = rows[limit - 1] if len(rows) > limit else None
            return {"items": items, "next": (last["closed_at"], last["id"]) if last else None}
        # one row per position: a task offered to two of mine comes twice and is shown once
        rows = uow.tasks.page(
            positions,
            actor.person_id,
            at=at,
            mine=mine,
            limit=limit * 2 + 1,
            after=after,
            route_key=route or None,
            unit_code=unit or None,
            text=(q or "").strip() or None,
            due_before=due_before or None,
        )
        page: dict[str, Mapping[str, Any]] = {}
        for row in rows:
            if row["id"] not in page and len(page) == limit:
                break
            page.setdefault(row["id"], row)
        more = len({row["id"] for row in rows}) > len(page)
        total, late = uow.tasks.counts(positions, actor.person_id, at=at, most=MOST_COUNTED)
        unread = uow.copies.unread(positions, MOST_COUNTED)
        last_row = list(page.values())[-1] if page and more else None
        return {
            "items": _items(office, uow, organisation, list(page.values()), at),
            "next": (last_row["urgency"], last_row["id"]) if last_row is not None else None,
            "counts": {"open": total, "late": late, "unread_tembusan": unread, "most": MOST_COUNTED},
        }


def _items(
    office: Office, uow: UnitOfWork, organisation: Organisation, rows: Sequence[Mapping[str, Any]], at: str
) -> list[dict[str, Any]]:
    items = []
    for row in rows:
        try:
            items.append(_item(office, uow, organisation, row, at))
        except (ParafError, *UNREADABLE) as fault:
            where = f"{row['number']} {row['element_id']} {row['id']}"
            _log.error("a task cannot be read", exc_info=fault, extra={"kind": "task", "case": where})
    return items


def _item(
    office: Office, uow: UnitOfWork, organisation: Organisation, row: Mapping[str, Any], at: str
) -> dict[str, Any]:
    route = office.shelf.take(uow, row["route_key"], row["route_version"])
    element = route.compiled.route.elements[row["element_id"]]
    position = row.get("position_id") or row["assignee_position"]
    unit = organisation.units[row["unit_code"]]
    pinned = json.loads(row["pinned"])
    holder = row["assignee"]
    if row["state"] == "open":
        holder = policy.standing_claim(organisation, holder, json.loads(row["positions"]), at)
    standing_in = (
        next((a.on_behalf_of for a in organisation.holders(position, at) if a.on_behalf_of), None)
        if position
        else None
    )
    item: dict[str, Any] = {
        "id": row["id"],
        "instance_id": row["instance_id"],
        "element_id": row["element_id"],
        "visit": row["visit"],
        "name": element.name,
        "proposal": {
            "id": row["proposal_id"],
            "title": row["title"],
            "unit": {"code": unit.code, "name": unit.name},
            "number": row["number"],
            "sop_kind": row["sop_kind"],
        },
        "route": {"key": row["route_key"], "version": row["route_version"], "name": route.name},
        "position": {"id": position, "title": organisation.title(position)} if position else None,
        "assignee": {"id": holder, "name": organisation.name_of(holder)} if holder else None,
        "state": row["state"],
        "case_state": row["case_state"],
        "outcome": row["outcome"],
        "outcome_label": _label(element.outcome(row["outcome"])) if row["outcome"] else None,
        "due_at": row["due_at"],
        "due": due_words(office, organisation, row["unit_code"], row["due_at"], at),
        "created_at": row["opened_at"],
        "closed_at": row["closed_at"],
        "outcomes": [
            outcome.id
            for outcome in element.outcomes
            if outcome.when is None or decision_rules.holds_by_constants(outcome, pinned)
        ],
    }
    if standing_in:
        item["on_behalf_of"] = {"id": standing_in, "name": organisation.name_of(standing_in)}
    return item


def _label(outcome: Any) -> str | None:
    return outcome.label if outcome else None


def due_words(
    office: Office, organisation: Organisation, unit_code: str, due_at: str | None, at: str
) -> dict[str, Any] | None:
    """How far the target is: {at, state: overdue|today|ahead, days, words}; None without one."""
    if due_at is None:
        return None
    left = calendar.remaining(at, due_at, organisation.units[unit_code].zone, office.holidays)
    words = office.language.translate(left.sentence, days=left.days)
    return {"at": due_at, "state": left.state, "days": left.days, "words": words}
