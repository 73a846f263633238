"""The draft of a case: saving its parts as numbered versions, attaching and removing files.

Knows who may write the draft (the holder of an open drafting or revision task) and when a change
makes a new version: the text always, an attachment once the version has been handed on. The digest
of a version covers its parts and the digests of its attachments; a decision pins it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from paraf.domain import attachment_check, policy, standing
from paraf.domain import naskah as naskah_rules
from paraf.domain.facts import canonical
from paraf.domain.organisation import Actor, Appointment
from paraf.errors import HeldByOther, InvalidForm, NotAllowed, NotFound, TooLarge, TooMany, VersionChanged
from paraf.language import N_
from paraf.storage.cases import CaseRow, TaskRow
from paraf.usecases import decision_rules
from paraf.usecases.decide import facts_actor
from paraf.usecases.incidents import watching
from paraf.usecases.office import instant
from paraf.usecases.once import Once, carried_out_once, earlier_answer, keep_answer
from paraf.usecases.progress import Progress
from paraf.usecases.reading import may_see

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

ROLES = ("softcopy", "diagram", "supporting")


def save_naskah(
    office: Office,
    actor: Actor,
    proposal_id: str,
    body: Mapping[str, Any],
    base_version: int | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Save the parts a-g whole, as the next numbered version. `base_version` is the version the
    writer started from; another one is refused (VersionChanged) and nothing is overwritten."""
    with watching(office, lambda uow: uow.cases.lock_by_proposal(proposal_id)):
        return office.store.run(lambda uow: _save(office, uow, actor, proposal_id, body, base_version, once))


def _save(
    office: Office,
    uow: UnitOfWork,
    actor: Actor,
    proposal_id: str,
    body: Mapping[str, Any],
    base_version: int | None,
    once: Once | None,
) -> dict[str, Any]:
    progress, answered = _writing(office, uow, actor, proposal_id, once)
    if answered is not None:
        return answered
    naskah = naskah_rules.normalise(body)
    case = progress.case
    if base_version is not None and base_version != case.naskah_version:
        raise VersionChanged(
            N_(
                "The draft has changed in the meantime: version {now} is the newest. Nothing was overwritten."
            ),
            now=case.naskah_version,
            present={"version": case.naskah_version},
        )
    attachments = uow.cases.attachments(proposal_id)
    missing = _new_version(progress, actor, naskah, attachments)
    answer = _version_answer(progress, naskah, missing, progress.write())
    keep_answer(uow, actor.person_id, once, answer, progress.at)
    return answer


def attach(
    office: Office,
    actor: Actor,
    proposal_id: str,
    role: str,
    filename: str,
    data: bytes,
    once: Once | None = None,
) -> dict[str, Any]:
    """Store a file by its SHA-256 and attach it. A new softcopy or diagram takes the place of the
    one before. Raises TooLarge, WrongFileType, TooMany, or InvalidForm for an unknown role.

    Nothing is kept for somebody who may not attach it. A file whose command fails after that stays
    on the disk without a row; the next attempt uses it."""
    if role not in ROLES:
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={"role": [N_("Choose softcopy, diagram or supporting.")]},
        )
    if len(data) > office.settings.upload_limit:
        raise TooLarge(
            N_("The file is larger than {most} MB."), most=office.settings.upload_limit // 1_048_576
        )
    with office.store.read() as uow:
        answered = _before_keeping(office, uow, actor, proposal_id, once)
    if answered is not None:
        return answered
    media_type = attachment_check.check(filename, data)
    sha256 = office.files.keep(data, office.settings.upload_limit).sha256
    return office.store.run(
        lambda uow: _attach(
            office, uow, actor, proposal_id, role, filename, sha256, len(data), media_type, once
        )
    )


def _before_keeping(
    office: Office, uow: UnitOfWork, actor: Actor, proposal_id: str, once: Once | None
) -> dict[str, Any] | None:
    """Ask what the command will ask again under its lock; the answer to a repeated request."""
    case = uow.cases.by_proposal(proposal_id)
    now = office.clock()
    progress = _in_sight(office, uow, actor, case, instant(now))
    answered = earlier_answer(uow, actor.person_id, once)
    if answered is not None:
        return dict(answered)
    _drafting_task(uow, actor, progress, progress.at)
    most = office.settings.uploads_per_hour
    if uow.people.files_attached(actor.person_id, instant(now - timedelta(hours=1))) >= most:
        raise TooMany(
            N_("You have attached {most} files within an hour. Please wait before attaching another."),
            most=most,
        )
    return None


def _attach(
    office: Office,
    uow: UnitOfWork,
    actor: Actor,
    proposal_id: str,
    role: str,
    filename: str,
    sha256: str,
    size: int,
    media_type: str,
    once: Once | None,
) -> dict[str, Any]:
    progress, answered = _writing(office, uow, actor, proposal_id, once)
    if answered is not None:
        return answered
    present = uow.cases.attachments(proposal_id)
    same = next((row for row in present if row["role"] == role and row["sha256"] == sha256), None)
    attachment_id = same["id"] if same else office.new_id()
    if same is None:
        for row in present:
            if row["role"] == role and role != "supporting":
                uow.cases.remove_attachment(row["id"], progress.at)
        uow.cases.insert_attachment(
            {
                "id": attachment_id,
                "proposal_id": proposal_id,
                "role": role,
                "sha256": sha256,
                "size": size,
                "media_type": media_type,
                "filename": attachment_check.clean_name(filename),
                "added_by": actor.person_id,
                "added_at": progress.at,
                "from_version": progress.case.naskah_version,
            }
        )
        progress.add(
            "attachment.added", {"role": role, "sha256": sha256, "size": size, "media_type": media_type}
        )
        _follow_attachments(progress, actor)
    seq = progress.write() if progress.facts else progress.case.seq
    answer = {
        "id": attachment_id,
        "role": role,
        "sha256": sha256,
        "size": size,
        "media_type": media_type,
        "filename": attachment_check.clean_name(filename),
        "version": progress.changes.get("naskah_version", progress.case.naskah_version),
        "seq": seq,
    }
    keep_answer(uow, actor.person_id, once, answer, progress.at)
    return answer


def remove_attachment(
    office: Office, actor: Actor, proposal_id: str, attachment_id: str, once: Once | None = None
) -> dict[str, Any]:
    """Take an attachment off the draft; earlier versions and facts keep naming it."""
    return carried_out_once(
        office,
        actor,
        once,
        lambda uow: _remove(office, uow, actor, proposal_id, attachment_id),
        lambda uow: uow.cases.lock_by_proposal(proposal_id),
    )


def _remove(
    office: Office, uow: UnitOfWork, actor: Actor, proposal_id: str, attachment_id: str
) -> dict[str, Any]:
    progress, _ = _writing(office, uow, actor, proposal_id, None)
    row = next((row for row in uow.cases.attachments(proposal_id) if row["id"] == attachment_id), None)
    if row is None:
        raise NotFound(N_("There is no such attachment."))
    uow.cases.remove_attachment(attachment_id, progress.at)
    progress.add("attachment.removed", {"role": row["role"], "sha256": row["sha256"]})
    _follow_attachments(progress, actor)
    return {"id": attachment_id, "removed": True, "seq": progress.write()}


def _writing(
    office: Office, uow: UnitOfWork, actor: Actor, proposal_id: str, once: Once | None
) -> tuple[Progress, dict[str, Any] | None]:
    """The locked case ready to be written by this person, or the answer to a repeated request."""
    case = uow.cases.lock_by_proposal(proposal_id)
    at = office.now()
    progress = _in_sight(office, uow, actor, case, at)
    answered = earlier_answer(uow, actor.person_id, once)
    if answered is not None:
        return progress, dict(answered)
    task, appointment = _drafting_task(uow, actor, progress, at)
    progress.actor = facts_actor(actor, appointment)
    progress.concerns_open_tasks = True
    if task.assignee != actor.person_id:
        progress.end_lapsed_claim(task)
        progress.add("task.claimed", {"position": appointment.position_id}, task.element_id, task.visit)
        uow.tasks.hold(task.id, actor.person_id, appointment.position_id)
    return progress, None


def _in_sight(office: Office, uow: UnitOfWork, actor: Actor, case: CaseRow | None, at: str) -> Progress:
    """The case for somebody who may see it; a stranger learns nothing of it but that."""
    if case is None:
        raise NotFound(N_("There is no such proposal."))
    if not may_see(office, uow, actor, case, at):
        raise NotAllowed(N_("You have no part in this proposal."), rule="A1")
    organisation = office.organisation(uow, case.organisation_revision)
    route = office.shelf.take(uow, case.route_key, case.route_version)
    return Progress(office, uow, case, route, organisation, at, {})


def _drafting_task(uow: UnitOfWork, actor: Actor, progress: Progress, at: str) -> tuple[TaskRow, Appointment]:
    """The open drafting or revision task this person holds or may take."""
    case = progress.case
    standing.refuse_while_held(case.state)
    elements = progress.route.compiled.route.elements
    tasks = [t for t in uow.tasks.open_of_case(case.id) if elements[t.element_id].edits == "naskah"]
    if not tasks:
        raise NotAllowed(
            N_("The draft cannot be changed now: no drafting or revision task is open."), rule="INT-18"
        )
    held_by, refusals = None, []
    for task in tasks:
        positions = json.loads(task.positions)
        claimant = policy.standing_claim(progress.organisation, task.assignee, positions, at)
        chosen = task.assignee_position if claimant == actor.person_id else None
        try:
            appointment = policy.authority_for(
                progress.organisation, actor, positions, None, "claim", progress.pinned["case"], at, chosen
            )
        except NotAllowed as refusal:
            refusals.append(refusal)
            continue
        if claimant in (None, actor.person_id):
            return task, appointment
        held_by = claimant
    if held_by is None:
        raise refusals[0]
    name = uow.people.name(held_by) or "—"
    raise HeldByOther(
        N_("{who} is working on this draft. Ask for it to be handed to you."),
        who=name,
        present={"holder": name},
    )


def _new_version(
    progress: Progress, actor: Actor, naskah: naskah_rules.Naskah, attachments: Any
) -> list[naskah_rules.MissingPart]:
    case = progress.case
    version = case.naskah_version + 1
    sha256 = naskah_rules.naskah_digest(naskah, [row["sha256"] for row in attachments], canonical)
    missing = decision_rules.missing_in(progress.case, naskah, attachments)
    progress.uow.cases.insert_naskah(
        {
            "proposal_id": case.proposal_id,
            "version": version,
            "sha256": sha256,
            "body": json.dumps(naskah.body(), ensure_ascii=False),
            "saved_by": actor.person_id,
            "saved_at": progress.at,
        }
    )
    progress.add("naskah.saved", {"version": version, "sha256": sha256})
    _note_drafter(progress, actor)
    progress.changes.update(naskah_version=version, naskah_sha256=sha256, naskah_complete=int(not missing))
    return missing


def _note_drafter(progress: Progress, actor: Actor) -> None:
    """Who writes the draft or changes its files does not review it (A5)."""
    people = json.loads(progress.case.drafters)
    if actor.person_id not in people:
        progress.changes["drafters"] = json.dumps([*people, actor.person_id])


def _follow_attachments(progress: Progress, actor: Actor) -> None:
    """The digest of the draft follows its attachments; once handed on, as a new version."""
    case = progress.case
    attachments = progress.uow.cases.attachments(case.proposal_id)
    naskah = progress.draft()
    if case.naskah_version and case.naskah_version == case.handed_version:
        _new_version(progress, actor, naskah, attachments)
        return
    progress.changes["naskah_complete"] = int(
        not decision_rules.missing_in(progress.case, naskah, attachments)
    )
    _note_drafter(progress, actor)
    if case.naskah_version:
        sha256 = naskah_rules.naskah_digest(naskah, [row["sha256"] for row in attachments], canonical)
        progress.uow.cases.set_naskah_digest(case.proposal_id, case.naskah_version, sha256)
        progress.changes["naskah_sha256"] = sha256


def _version_answer(
    progress: Progress,
    naskah: naskah_rules.Naskah,
    missing: list[naskah_rules.MissingPart],
    seq: int,
) -> dict[str, Any]:
    return {
        "id": progress.case.proposal_id,
        "version": progress.changes["naskah_version"],
        "sha256": progress.changes["naskah_sha256"],
        "saved_at": progress.at,
        "complete": not missing,
        "missing": [
            {"huruf": part.huruf, "field": part.field, "sentence": part.sentence} for part in missing
        ],
        "seq": seq,
    }
