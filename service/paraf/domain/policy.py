"""Who may do what, here and now: one table of permissions, and the authority of an office.

Knows the rules A1-A6 and P1-P6 of organisation.md and conventions 3 and 8; must not know rows or
requests. The pages draw their buttons from the same questions that the commands ask. A refusal is
a sentence with its rule, never a bare no.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from paraf.domain.calendar import last_day, local_date, long_date
from paraf.domain.organisation import (
    Actor,
    Appointment,
    Capacity,
    Organisation,
    PositionKind,
    SystemRole,
    UnitKind,
)
from paraf.domain.posts import precedence
from paraf.domain.route import Context
from paraf.errors import NotAllowed
from paraf.language import N_

ACTS: Mapping[str, str] = {
    "submit": "pengajuan usulan",
    "paraf": "paraf",
    "tanda_tangan": "tanda tangan",
    "persetujuan": "persetujuan",
    "pengesahan": "pengesahan",
    "penetapan": "penetapan",
    "pertimbangan": "pertimbangan",
    "withdraw": "penarikan usulan",
}
"""The acts of records.md 8.4, and the two that begin and take back a case, each with its term in
the letters of the office. A mandate lists these keys."""

ROUTINE_ACTS = frozenset({None, "paraf"})
"""What every capacity may do: review, draft, forward, and paraf."""

NEVER_DECIDE = frozenset({SystemRole.ADMINISTRATOR, SystemRole.OPERATOR, SystemRole.AUDITOR})
"""Who hands out authority, mends cases or audits them decides none, whatever else he is appointed to."""

# --- authority at a task ----------------------------------------------------------------------


def authority_for(
    organisation: Organisation,
    actor: Actor,
    positions: Sequence[str],
    act: str | None,
    outcome: str,
    case: Context,
    at: str,
    chosen: str | None = None,
    cite: str | None = None,
) -> Appointment:
    """The appointment by which `actor` may give `outcome` at a task offered to `positions`.

    `act` is the act the outcome does (a key of ACTS) or None; `chosen` is the position he picked
    when several fit, otherwise definitif goes before Plt. and Plh. Appointments are taken from
    `organisation`, so that one ended a moment ago no longer counts. `cite` is the article behind the
    step, named when somebody else must act. Raises NotAllowed with a sentence and its rule.
    """
    _refuse_system_roles(actor)
    if chosen is not None and chosen not in positions:
        raise NotAllowed(
            N_("This task is not offered to the position {title}."),
            title=organisation.title(chosen),
            rule="A6",
        )
    wanted = positions if chosen is None else (chosen,)
    mine = [a for a in organisation.appointments_of(actor.person_id) if a.position_id in wanted]
    in_order = {position: place for place, position in enumerate(wanted)}
    held = sorted(
        (a for a in mine if a.in_force(at)), key=lambda a: (precedence(a)[0], in_order[a.position_id])
    )
    if not held:
        raise _not_holder(organisation, mine, positions, at, cite)
    refusals = []
    for appointment in held:
        refusal = _capacity_refusal(organisation, appointment, act, outcome, case)
        if refusal is None:
            return appointment
        refusals.append(refusal)
    raise refusals[0]


def standing_claim(
    organisation: Organisation, assignee: str | None, positions: Sequence[str], at: str
) -> str | None:
    """Who holds a task, as long as he is appointed to one of its positions and may come in. A claim
    of somebody whose appointment has lapsed or whose account is closed holds nobody up (P4)."""
    if assignee is None or organisation.is_disabled(assignee):
        return None
    held = organisation.appointments_of(assignee, at)
    return assignee if any(a.position_id in positions for a in held) else None


def _refuse_system_roles(actor: Actor) -> None:
    if actor.has_role(SystemRole.AUDITOR):
        raise NotAllowed(N_("An auditor reads everything and changes nothing."), rule="A1")
    if actor.system_roles & NEVER_DECIDE:
        raise NotAllowed(N_("An administrator or operator of the system decides no task."), rule="A1")


def _not_holder(
    organisation: Organisation,
    mine: Sequence[Appointment],
    positions: Sequence[str],
    at: str,
    cite: str | None,
) -> NotAllowed:
    """Why nothing fits: an appointment that has ended, one still to begin, or another's office."""
    ended = [a for a in mine if a.valid_to is not None and a.valid_to <= at]
    if ended:
        latest = max(ended, key=lambda a: a.valid_to or "")
        return NotAllowed(
            N_("Your appointment as {title} ended on {date}."),
            title=organisation.signing_title(latest),
            date=last_day(latest.valid_to or at, organisation.zone_of(latest.position_id)),
            rule="P6",
        )
    if mine:
        first = min(mine, key=lambda a: a.valid_from)
        return NotAllowed(
            N_("Your appointment as {title} begins on {date}."),
            title=organisation.signing_title(first),
            date=long_date(local_date(first.valid_from, organisation.zone_of(first.position_id))),
            rule="P2",
        )
    if not positions:
        return NotAllowed(N_("No position is entitled to this task at present."), rule=cite or "A1")
    return NotAllowed(
        N_("Only the holder of this position may do this: {titles}."),
        titles="; ".join(organisation.title(position) for position in positions),
        rule=f"{cite}; A1" if cite else "A1",
    )


def _capacity_refusal(
    organisation: Organisation, appointment: Appointment, act: str | None, outcome: str, case: Context
) -> NotAllowed | None:
    """What the capacity does not allow (P1, conventions 3), or None. Returning is always allowed."""
    if outcome == "return" or act in ROUTINE_ACTS:
        return None
    title = organisation.signing_title(appointment)
    found = organisation.positions.get(appointment.position_id)
    if found is not None and found.kind == PositionKind.ANGGOTA:
        return NotAllowed(
            N_("A member of a team drafts and discusses, but has no authority for {act}."),
            act=ACTS.get(act or "", act),
            rule="A1",
        )
    if appointment.capacity == Capacity.DEFINITIF:
        return None
    if act == "penetapan" and case.get("sop_kind") == "makro":
        return NotAllowed(
            N_("Setting an SOP Makro is not delegated: {title} may not do it."), title=title, rule="P1"
        )
    if appointment.capacity == Capacity.PLH and act not in appointment.mandate:
        return NotAllowed(
            N_("Your mandate as {title} does not include {act}."),
            title=title,
            act=ACTS.get(act or "", act),
            rule="P1",
        )
    return None


def hat_in_unit(organisation: Organisation, actor: Actor, unit_code: str, at: str) -> Appointment | None:
    """The appointment by which a person belongs to the unit now; definitif first."""
    held = (
        a
        for a in organisation.appointments_of(actor.person_id, at)
        if (p := organisation.positions.get(a.position_id)) and p.unit_code == unit_code
    )
    return min(held, key=precedence, default=None)


def may_propose(
    organisation: Organisation, actor: Actor, unit_code: str, sop_kind: str, request_kind: str, at: str
) -> Appointment:
    """Any appointment in U proposes for U; a new SOP Makro is opened by Biro PO alone (PL 18, 19(3))."""
    _refuse_system_roles(actor)
    found = organisation.units.get(unit_code)
    name = found.name if found else unit_code
    hat = hat_in_unit(organisation, actor, unit_code, at)
    if hat is None:
        raise NotAllowed(N_("Only somebody appointed in {unit} may propose for it."), unit=name, rule="A1")
    if sop_kind == "makro" and request_kind == "new" and not organisation.is_biro_po(unit_code):
        raise NotAllowed(
            N_("A new SOP Makro is opened by Biro Perencanaan dan Organisasi, not by {unit}."),
            unit=name,
            rule="PL 18, 19(3)",
        )
    return hat


def may_withdraw(
    organisation: Organisation, actor: Actor, unit_code: str, case: Context, at: str
) -> Appointment:
    """The submitter of the case or the head of U takes it back."""
    submitters = organisation.resolve("submitter", unit_code, case, None, at)
    heads = organisation.resolve("pimpinan_unit", unit_code, case, None, at)
    positions = tuple(dict.fromkeys((*submitters, *heads)))
    return authority_for(organisation, actor, positions, "withdraw", "withdraw", case, at)


# --- separation of duty -----------------------------------------------------------------------


def may_review(actor: Actor, drafters: Collection[str]) -> None:
    """Refuse whoever saved or handed on a version of the draft (A5). `drafters` are person ids."""
    if actor.person_id in drafters:
        raise NotAllowed(N_("You took part in the draft; another person reviews it."), rule="A5; INT-28")


def may_countersign(
    organisation: Organisation,
    actor: Actor,
    appointment: Appointment,
    drafters: Collection[str],
    reviewers: Collection[str],
) -> None:
    """Biro PO's own SOP: neither drafter nor reviewer, and of another part of the bureau than the
    drafters (INT-28)."""
    may_review(actor, drafters)
    if actor.person_id in reviewers:
        raise NotAllowed(N_("You reviewed the draft; another person countersigns it."), rule="INT-28")
    own = organisation.positions.get(appointment.position_id)
    drafting = {
        position.part
        for person_id in drafters
        for held in organisation.appointments_of(person_id)
        if (position := organisation.positions.get(held.position_id))
        and organisation.is_biro_po(position.unit_code)
    }
    if own is not None and own.part is not None and own.part in drafting:
        raise NotAllowed(
            N_("{part} wrote the draft; somebody of another part of the bureau countersigns."),
            part=own.part,
            rule="INT-28",
        )


# --- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadingScope:
    """Which cases a person may read: all of them, or those of these units, and whatever his
    positions had or have a task or copy in, or he himself acted in."""

    everything: bool
    units: frozenset[str]
    positions: tuple[str, ...]
    person_id: str


def audits(organisation: Organisation, actor: Actor, at: str) -> bool:
    """Whether somebody reads everything as an auditor: by role, or by a position of that kind now."""
    return actor.has_role(SystemRole.AUDITOR) or any(
        found.kind == PositionKind.AUDITOR
        for held in organisation.appointments_of(actor.person_id, at)
        if (found := organisation.positions.get(held.position_id))
    )


def reading_scope(organisation: Organisation, actor: Actor, at: str) -> ReadingScope:
    """U and the units above it, Biro PO, and auditors read a case (conventions 8)."""
    held = organisation.appointments_of(actor.person_id, at)
    positions = tuple(dict.fromkeys(a.position_id for a in held))
    own = {organisation.positions[p].unit_code for p in positions if p in organisation.positions}
    everything = audits(organisation, actor, at) or any(
        organisation.is_biro_po(code) or organisation.units[code].kind == UnitKind.KEMENTERIAN
        for code in own
        if code in organisation.units
    )
    units: set[str] = set().union(*(organisation.units_below(code) for code in own)) if own else set()
    return ReadingScope(everything, frozenset(units), positions, actor.person_id)


# --- the table of permissions -----------------------------------------------------------------

Predicate = Callable[[Actor], bool]


def _role(*roles: str) -> Predicate:
    return lambda actor: any(role in actor.system_roles for role in roles)


def _acting(*roles: str) -> Predicate:
    """A role that changes something. An auditor changes nothing, whatever else he was given."""
    return lambda actor: not actor.has_role(SystemRole.AUDITOR) and _role(*roles)(actor)


def _in_office(actor: Actor) -> bool:
    # whoever holds nothing now is told why by the functions above, with the article
    return not actor.system_roles & NEVER_DECIDE


def _anyone(actor: Actor) -> bool:
    return True


_ADMINISTRATOR = _acting(SystemRole.ADMINISTRATOR)

PERMISSIONS: Mapping[str, Predicate] = {
    # what an office does in a case; the case itself is asked by the functions above
    "proposal.create": _in_office,
    "proposal.withdraw": _in_office,
    "naskah.save": _in_office,
    "attachment.add": _in_office,
    "task.claim": _in_office,
    "task.decide": _in_office,
    "tembusan.read": _in_office,
    # what everybody who is signed in may look at
    "case.read": _anyone,
    "directory.read": _anyone,
    "route.read": _anyone,
    "sop.read": _anyone,
    # the software's own roles
    "workshop.read": _role(
        SystemRole.PROCESS_OWNER, SystemRole.PUBLISHER, SystemRole.ADMINISTRATOR, SystemRole.AUDITOR
    ),
    "route.draft": _acting(SystemRole.PROCESS_OWNER),
    "route.publish": _acting(SystemRole.PUBLISHER),
    "sop.load": _acting(SystemRole.PROCESS_OWNER),
    "history.verify": _anyone,
    "repair.read": _role(SystemRole.OPERATOR, SystemRole.ADMINISTRATOR, SystemRole.AUDITOR),
    "repair.ask": _acting(SystemRole.OPERATOR),
    "repair.answer": _acting(SystemRole.OPERATOR, SystemRole.ADMINISTRATOR),
    "unit.edit": _ADMINISTRATOR,
    "position.edit": _ADMINISTRATOR,
    "person.edit": _ADMINISTRATOR,
    "person.erase": _ADMINISTRATOR,
    "appointment.edit": _ADMINISTRATOR,
    "account.edit": _ADMINISTRATOR,
    "system_role.grant": _ADMINISTRATOR,
    "audit.read": _role(SystemRole.AUDITOR),
    "reading.read": _role(SystemRole.ADMINISTRATOR, SystemRole.AUDITOR),
    "administration.read": _role(SystemRole.ADMINISTRATOR, SystemRole.AUDITOR),
}
"""`<noun>.<verb>` -> who may ask at all. A permission that is not listed is refused."""


def may(actor: Actor, permission: str) -> bool:
    """Whether the table gives the permission; the page asks this to draw a button."""
    predicate = PERMISSIONS.get(permission)
    return predicate is not None and predicate(actor)


def require(actor: Actor, permission: str) -> None:
    """Refuse unless the table gives the permission; the command asks this first."""
    if not may(actor, permission):
        raise NotAllowed(N_("Your role in the system does not allow this."), rule=permission)
