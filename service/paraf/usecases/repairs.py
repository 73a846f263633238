"""A stuck case is repaired by two persons: one asks with a reason, another carries it out or refuses.

Knows who may ask, who may answer, and when a request no longer fits the case; must not know what each
kind of repair does (`repair_effects.py`). Asking changes nothing in the case. Answering locks the case
first, so that of two answers, or a repair and a decision, the second sees what the first one did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy, standing
from paraf.domain.organisation import Actor
from paraf.errors import AlreadyDecided, InvalidForm, NotAllowed, NotFound, Stale
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases import repair_effects
from paraf.usecases.once import Once, carried_out_once

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

MOST_WORDS = 2_000
ANSWERED = {
    "done": N_("{who} has already carried out this repair."),
    "refused": N_("{who} has already refused this repair."),
    "taken_back": N_("{who} has taken back this repair."),
}
_PASSING = frozenset({"task.claimed", "task.released", "tembusan.read"})
"""Facts that change nothing of what a repair does."""


def ask(
    office: Office,
    actor: Actor,
    instance_id: str,
    kind: str,
    reason: str,
    data: Mapping[str, Any] | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Ask for a repair of the case. `data` of `set_right` is {what: "facts"} or {what: "offer",
    task_id, role}. Refused when it is not possible now, or when another repair waits for its answer."""
    policy.require(actor, "repair.ask")
    if kind not in standing.REPAIRS:
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={"kind": [N_("Choose suspend, resume, cancel or set_right.")]},
        )
    wanted = _wanted(kind, data or {})
    text = _reason(reason)
    return carried_out_once(
        office,
        actor,
        once,
        lambda uow: _ask(office, uow, actor, instance_id, kind, text, wanted),
        lambda uow: uow.cases.lock(instance_id),
    )


def _ask(
    office: Office,
    uow: UnitOfWork,
    actor: Actor,
    instance_id: str,
    kind: str,
    reason: str,
    data: Mapping[str, Any],
) -> dict[str, Any]:
    case = _locked(uow, instance_id)
    at = office.now()
    waiting = uow.repairs.asked_of(case.id)
    if waiting is not None:
        raise Stale(
            N_("Another repair of this case waits for its answer."),
            present={"repair": waiting["id"], "kind": waiting["kind"]},
        )
    repair_effects.foresee(office, uow, case, kind, data, at)
    row = {
        "id": office.new_id(),
        "instance_id": case.id,
        "kind": kind,
        "reason": reason,
        "data": json.dumps(data, sort_keys=True),
        "seq": case.seq,
        "state": "asked",
        "asked_by": actor.person_id,
        "asked_at": at,
    }
    uow.repairs.insert(row)
    return _answer(row, case, case.state, case.seq)


def carry_out(
    office: Office, actor: Actor, repair_id: str, seq: int | None = None, once: Once | None = None
) -> dict[str, Any]:
    """Carry out what another person asked for. A case that has moved on is told (Stale): for cancelling
    since the request, for setting right since `seq`, the newest fact the second person saw. Suspending
    and resuming ask only how the case stands now."""
    return carried_out_once(
        office,
        actor,
        once,
        lambda uow: _carry_out(office, uow, actor, repair_id, seq),
        lambda uow: _case_of(uow, actor, repair_id),
    )


def _carry_out(
    office: Office, uow: UnitOfWork, actor: Actor, repair_id: str, seen: int | None
) -> dict[str, Any]:
    case = _case_of(uow, actor, repair_id)
    at = office.now()
    row = _asked(uow, actor, repair_id)
    if row["kind"] == "set_right" and seen is not None:
        _refuse_if_moved_on(uow, case, row, seen)
    foreseen = foreseen_now(office, uow, case, row, at)
    seq = repair_effects.carry(office, uow, case, foreseen, row, actor, at)
    return _answer({**row, "state": "done"}, case, foreseen.after, seq)


def foreseen_now(
    office: Office, uow: UnitOfWork, case: CaseRow, row: Mapping[str, Any], at: str
) -> repair_effects.Foreseen:
    """What carrying out this request would do now; the page asks it, and the command under its lock.
    Raises Stale when the case has moved on since a cancellation was asked for, and what `foresee` does."""
    if row["kind"] == "cancel":
        _refuse_if_moved_on(uow, case, row, row["seq"])
    return repair_effects.foresee(office, uow, case, row["kind"], json.loads(row["data"]), at)


def refuse(
    office: Office, actor: Actor, repair_id: str, reason: str, once: Once | None = None
) -> dict[str, Any]:
    """Refuse what another person asked for, with a reason. The case stays as it is."""
    text = _reason(reason)

    def command(uow: UnitOfWork) -> dict[str, Any]:
        case = _case_of(uow, actor, repair_id)
        row = _asked(uow, actor, repair_id)
        uow.repairs.answer(repair_id, "refused", actor.person_id, office.now(), text)
        return _answer({**row, "state": "refused"}, case, case.state, case.seq)

    return carried_out_once(office, actor, once, command, lambda uow: _case_of(uow, actor, repair_id))


def take_back(office: Office, actor: Actor, repair_id: str, once: Once | None = None) -> dict[str, Any]:
    """Take back what one has asked for oneself."""
    policy.require(actor, "repair.ask")

    def command(uow: UnitOfWork) -> dict[str, Any]:
        case = _case_of(uow, actor, repair_id)
        row = _unanswered(uow, repair_id)
        if row["asked_by"] != actor.person_id:
            raise NotAllowed(N_("Only who asked for a repair takes it back."), rule="repair.ask")
        uow.repairs.answer(repair_id, "taken_back", actor.person_id, office.now())
        return _answer({**row, "state": "taken_back"}, case, case.state, case.seq)

    return carried_out_once(office, actor, once, command, lambda uow: _case_of(uow, actor, repair_id))


# --- the case and the request ---------------------------------------------------------------------


def _locked(uow: UnitOfWork, instance_id: str) -> CaseRow:
    case = uow.cases.lock(instance_id)
    if case is None:
        raise NotFound(N_("There is no such case."))
    return case


def _case_of(uow: UnitOfWork, actor: Actor, repair_id: str) -> CaseRow:
    """The case of a repair, locked, for somebody who works on repairs."""
    policy.require(actor, "repair.answer")
    row = uow.repairs.one(repair_id)
    if row is None:
        raise NotFound(N_("There is no such repair."))
    return _locked(uow, row["instance_id"])


def _unanswered(uow: UnitOfWork, repair_id: str) -> Mapping[str, Any]:
    # read again, locked: somebody may just have answered, or be erasing what was typed in it
    row = uow.repairs.lock(repair_id)
    if row is None:
        raise NotFound(N_("There is no such repair."))
    if row["state"] != "asked":
        who = uow.people.name(row["answered_by"]) if row["answered_by"] else None
        raise AlreadyDecided(
            ANSWERED[row["state"]], who=who or "—", present={"state": row["state"], "answered_by": who}
        )
    return row


def _asked(uow: UnitOfWork, actor: Actor, repair_id: str) -> Mapping[str, Any]:
    row = _unanswered(uow, repair_id)
    if row["asked_by"] == actor.person_id:
        raise NotAllowed(
            N_("You asked for this repair yourself; another person answers it."), rule="repair.answer"
        )
    return row


def _refuse_if_moved_on(uow: UnitOfWork, case: CaseRow, row: Mapping[str, Any], since: int) -> None:
    newer = [json.loads(entry.body)["type"] for entry in uow.history.read(case.id, after=since)]
    if any(kind not in _PASSING for kind in newer):
        raise Stale(
            N_("The case has moved on since this repair was asked for or looked at. Please read it again."),
            seq=case.seq,
            present={"seq": case.seq, "state": case.state, "asked_at_seq": row["seq"]},
        )


# --- what is given --------------------------------------------------------------------------------


def _reason(reason: str) -> str:
    text = (reason or "").strip()
    if not text:
        raise InvalidForm(N_("Please give the reason."), errors={"reason": [N_("A reason is required.")]})
    if len(text) > MOST_WORDS:
        raise InvalidForm(N_("The reason is too long."), errors={"reason": [N_("At most 2,000 characters.")]})
    return text


def _wanted(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a repair keeps of its request."""
    if kind != "set_right":
        return {}
    what = data.get("what")
    if what not in repair_effects.WHAT:
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"what": [N_("Choose facts or offer.")]}
        )
    if what == "facts":
        return {"what": what}
    return {"what": what, "task_id": str(data.get("task_id") or ""), "role": str(data.get("role") or "")}


def _answer(row: Mapping[str, Any], case: CaseRow, state: str, seq: int) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "state": row["state"],
        "instance": {"id": case.id, "number": case.number, "state": state},
        "seq": seq,
    }
