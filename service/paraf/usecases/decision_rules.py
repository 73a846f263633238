"""What the regulation asks of one decision, beyond its form.

Knows which outcomes a step offers now, the acts they are, whom A5 and INT-28 keep apart, and the
order of review, approval, ratification and setting (routes.md 2.0); must not know how a decision
is stored. `check` refuses; `note` keeps what later decisions will ask.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import naskah as naskah_rules
from paraf.domain import policy, rules, sop_kind
from paraf.domain.organisation import Actor, Appointment, Organisation, UnitKind
from paraf.domain.posts import ESELON_II_KINDS, PERWAKILAN_KINDS
from paraf.domain.route import Context, Element, Outcome
from paraf.engine import spiff
from paraf.engine.expressions import compile_condition
from paraf.errors import IncompleteNaskah, InvalidForm, RuleBroken
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.storage.register import LIVE
from paraf.usecases import papers
from paraf.usecases.forms_of_step import FilledForm

if TYPE_CHECKING:
    from paraf.usecases.progress import Progress

ACTING = frozenset({"sign", "approve", "paraf", "submit", "reject"})
"""Outcomes by which a step's signature act is done (or, for `reject`, refused with its authority)."""

STILL_OPEN = N_("The discussion can be closed only after every party has answered. Still open: {units}.")

COUNTERSIGNING = "countersign_review_outcome"
"""The step by which another part of Biro PO looks at the review of the bureau's own SOP (INT-28)."""

ACT_ORDER = ("paraf", "tanda_tangan", "persetujuan", "pengesahan", "penetapan")


def offered(
    element: Element, outcome_id: str, pinned: Mapping[str, Any], state: bytes | None = None
) -> Outcome:
    """The outcome of that name, if the step offers it now. Raises InvalidForm otherwise."""
    outcome = element.outcome(outcome_id)
    if outcome is None or not is_offered(outcome, pinned, state):
        raise InvalidForm(
            N_("This step does not offer the decision “{outcome}”."),
            errors={"outcome": [N_("Choose one of the decisions offered.")]},
            element_id=element.id,
            rule="; ".join(element.cites) or None,
            outcome=outcome.label if outcome else outcome_id,
        )
    return outcome


def is_offered(outcome: Outcome, pinned: Mapping[str, Any], state: bytes | None) -> bool:
    """Whether the outcome's `when` holds; it reads options, case constants and earlier decisions."""
    if outcome.when is None:
        return True
    condition = compile_condition(outcome.when)
    contexts: dict[str, Context] = {"case": pinned["case"], "option": pinned["option"]}
    if state is not None and any(name.split(".")[0] not in contexts for name in condition.names):
        contexts = {**spiff.contexts(state), **contexts}
    return bool(condition(contexts))


def holds_by_constants(outcome: Outcome, pinned: Mapping[str, Any]) -> bool:
    """Whether options and case constants alone do not rule the outcome out (for lists)."""
    condition = compile_condition(outcome.when or "true")
    if any(name.split(".")[0] not in ("case", "option") for name in condition.names):
        return True
    return bool(condition({"case": pinned["case"], "option": pinned["option"]}))


def act_of(element: Element, outcome: Outcome) -> str | None:
    """The weightiest act this outcome does: an act of records.md 8.4, `submit` (signing the usulan;
    handing a draft on inside the unit is no act), or None."""
    if outcome.id not in ACTING:
        return None
    acts = [use.act for use in element.documents if use.act in ACT_ORDER]
    if outcome.id == "submit":
        return "submit" if acts else None
    return max(acts, key=ACT_ORDER.index, default=None)


def keeps_duties_apart(element: Element, closer: bool) -> bool:
    """Whether the step is a review or its countersigning, which A5 and INT-28 ask of other persons."""
    return element.id == COUNTERSIGNING or rules.reviews(element, closer)


def separate_duties(
    organisation: Organisation,
    actor: Actor,
    appointment: Appointment,
    case: CaseRow,
    task: TaskRow,
    element: Element,
) -> None:
    """A5 and INT-28: who saved or handed on a version neither reviews it nor decides its review."""
    if element.id == COUNTERSIGNING:
        policy.may_countersign(
            organisation, actor, appointment, json.loads(case.drafters), json.loads(case.reviewers)
        )
    elif rules.reviews(element, bool(task.closer)):
        policy.may_review(actor, json.loads(case.drafters))


def check(
    progress: Progress,
    task: TaskRow,
    element: Element,
    outcome: Outcome,
    filled: FilledForm,
    actor: Actor,
) -> None:
    """Refuse what the step or the text does not allow now; nothing has happened yet."""
    if outcome.id == "submit":
        _whole_draft(progress)
        _changes_what_is_in_force(progress)
    if element.id.startswith("record_hardcopy"):
        _receipt(progress, outcome, filled)
    if task.closer:
        _closer_is_last(progress, task)
    act = act_of(element, outcome)
    if outcome.id != "reject" and act in ("pengesahan", "penetapan"):
        _in_order(progress, element, act)


def _whole_draft(progress: Progress) -> None:
    case = progress.case
    if not case.naskah_complete:
        missing = missing_in(
            case,
            progress.draft(),
            progress.uow.cases.attachments(case.proposal_id),
        )
        raise IncompleteNaskah(
            N_("The draft cannot be handed on yet. Missing: {parts}."),
            errors={part.field: [part.sentence] for part in missing},
            rule=rules.completeness_rule(case.route_key),
            parts=", ".join(_named(part) for part in missing),
        )
    sop_kind.check_kind(case.sop_kind, progress.draft(), case.unit_code, _place_in(progress))


def _changes_what_is_in_force(progress: Progress) -> None:
    """Another change may have taken the place of the SOP while this one was being written."""
    case = progress.case
    if case.sop_in_force is not None:
        found = progress.uow.register.one(case.sop_in_force)
        papers.refuse_unless_in_force(case.sop_kind, found is not None and found["status"] in LIVE)


def _place_in(progress: Progress) -> sop_kind.PlaceOf:
    """Where a unit stands: its Eselon II unit, Pusat or Perwakilan, or wider than any of them."""
    kinds = ESELON_II_KINDS | PERWAKILAN_KINDS | {UnitKind.PUSAT}

    def place(code: str) -> sop_kind.Place:
        found = progress.organisation.unit_above(code, kinds, progress.at)
        return sop_kind.Place(code, wider=True) if found is None else sop_kind.Place(found.code)

    return place


def _named(part: naskah_rules.MissingPart) -> str:
    return f"{part.huruf} ({part.field})" if part.huruf else part.field


def missing_in(
    case: CaseRow, naskah: naskah_rules.Naskah, attachments: Sequence[Mapping[str, Any]]
) -> list[naskah_rules.MissingPart]:
    """What a draft with these attachments still lacks, part by part (INT-01)."""
    return naskah_rules.missing_parts(
        naskah,
        has_softcopy=any(row["role"] == "softcopy" for row in attachments),
        sop_kind=case.sop_kind,
        request_kind=case.request_kind,
        sop_in_force=case.sop_in_force,
        diagram_files={row["sha256"] for row in attachments if row["role"] == "diagram"},
    )


def _receipt(progress: Progress, outcome: Outcome, filled: FilledForm) -> None:
    if outcome.id != "conform":
        return
    if filled.values.get("sama_dengan_softcopy") is False:
        raise InvalidForm(
            N_("A hardcopy that differs from the softcopy goes back to the submitter."),
            errors={"form.sama_dengan_softcopy": [N_("Choose “return” when the hardcopy differs.")]},
            rule="INT-09",
        )
    printed, current = filled.values.get("version"), progress.case.naskah_version
    if printed is not None and printed != current:
        raise InvalidForm(
            N_("The hardcopy shows version {printed}, but the softcopy is version {current}."),
            errors={"form.version": [N_("Choose “return” when the hardcopy differs.")]},
            rule="INT-09",
            printed=printed,
            current=current,
        )


def _closer_is_last(progress: Progress, task: TaskRow) -> None:
    others = [
        other
        for other in progress.uow.tasks.open_of_case(progress.case.id)
        if other.element_id == task.element_id and other.id != task.id
    ]
    if others:
        units = ", ".join(progress.organisation.item_title(o.item or "") for o in others)
        raise RuleBroken(
            STILL_OPEN,
            rule="INT-06",
            units=units,
        )


def _in_order(progress: Progress, element: Element, act: str) -> None:
    """No ratification before the approval, no setting before the ratification, one identical
    version through all three (37(6)-(7), 38(6), 39(6), 40(6), 19(4), 20(7); INT-18)."""
    case = progress.case
    if case.sop_kind == "teknis" or (case.sop_kind == "makro" and act == "pengesahan"):
        return  # 52 has no such order; on Makro the units ratify before Sekjen recommends (19(1))
    current = case.naskah_sha256
    both = {use.act for use in element.documents} >= {"pengesahan", "penetapan"}
    if case.approved_sha256 is None:
        raise RuleBroken(
            N_("The SOP has not been approved yet, so it can be neither ratified nor set."),
            rule=rules.order_rule(case.route_key),
        )
    if act == "penetapan" and not both and case.sop_kind == "mikro" and case.ratified_sha256 is None:
        raise RuleBroken(
            N_("The SOP has not been signed and ratified yet, so it cannot be set."),
            rule=rules.order_rule(case.route_key),
        )
    for pinned in (case.approved_sha256, case.ratified_sha256 if act == "penetapan" else None):
        if pinned is not None and pinned != current:
            raise RuleBroken(
                N_("The draft is no longer the version that was approved; it needs a new approval."),
                rule="INT-18",
            )


def note(progress: Progress, task: TaskRow, element: Element, outcome: Outcome, actor: Actor) -> None:
    """Keep beside the case what later decisions will ask."""
    case, changes = progress.case, progress.changes
    if outcome.id == "submit":
        if element.edits:  # signing the usulan is no drafting: the Kepala Biro of INT-28 decides as well
            changes["drafters"] = _with(case.drafters, actor.person_id)
        changes["handed_version"] = case.naskah_version
    if rules.reviews(element, bool(task.closer)) and not element.id.startswith("decide_"):
        changes["reviewers"] = _with(case.reviewers, actor.person_id)
        changes["review_round"] = case.review_round + 1
    if element.id.startswith("record_hardcopy") and outcome.id == "conform":
        changes["hardcopy_version"] = case.naskah_version
    if outcome.id not in ("sign", "approve"):
        return
    uses = {(use.kind, use.act) for use in element.documents}
    if any(kind in rules.APPROVALS and act != "konsep" for kind, act in uses):
        changes["approved_sha256"] = case.naskah_sha256
    if any(act == "pengesahan" for _, act in uses):
        changes["ratified_sha256"] = case.naskah_sha256


def _with(listed: str, person_id: str) -> str:
    people = json.loads(listed)
    return listed if person_id in people else json.dumps([*people, person_id])
