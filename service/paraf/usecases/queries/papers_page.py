"""Papers: a document as it was made, an attached file, the copies sent to my positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraf.domain.facts import digest
from paraf.domain.organisation import Actor
from paraf.errors import Corrupt, InvalidForm, NotFound
from paraf.language import N_
from paraf.usecases import papers
from paraf.usecases.queries import parts
from paraf.usecases.reading import may_see, visible_case

if TYPE_CHECKING:
    from paraf.usecases.office import Office

UNREAD, READ = "0", "1"
"""What a key of the list of copies begins with."""


def document(office: Office, actor: Actor, document_id: str) -> dict[str, Any]:
    """A document with its exact text. Raises Corrupt when the text no longer has its digest."""
    with office.store.read() as uow:
        row = uow.cases.document(document_id)
        if row is None:
            raise NotFound(N_("There is no such document."))
        case = visible_case(office, uow, actor, uow.cases.by_id(row["instance_id"]))
        content = uow.cases.content(row["sha256"])
    if content is None or digest(content) != row["sha256"]:
        raise Corrupt(N_("The stored text of this document does not match its digest."))
    return {
        **parts.paper(row),
        "html": content.decode(),
        "instance_id": case.id,
        "proposal_id": case.proposal_id,
        "number_of_case": case.number,
        "title_of_case": case.title,
    }


def attachment_file(office: Office, actor: Actor, sha256: str) -> dict[str, Any]:
    """An attached file by its digest: filename, media_type, and `open()` giving its bytes."""
    at = office.now()
    with office.store.read() as uow:
        for row in uow.cases.attachment_owner(sha256):
            case = uow.cases.by_proposal(row["proposal_id"])
            if case is not None and may_see(office, uow, actor, case, at):
                return {
                    **parts.attachment(row),
                    "instance_id": case.id,
                    "open": lambda: office.files.read(sha256),
                }
    raise NotFound(N_("There is no such file, or it is not yours to see."))


def tembusan_list(
    office: Office,
    actor: Actor,
    *,
    unread: bool | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Copies for information and deliveries to my positions, unread first; they are only read."""
    if after is not None and after[0][:1] not in (UNREAD, READ):
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"cursor": [N_("This cursor is not one of ours.")]}
        )
    positions = sorted({appointment.position_id for appointment in actor.appointments})
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        rows = uow.copies.page(positions, unread, after, limit + 1) if positions else []
        documents: dict[str, list[Any]] = {}
        for row in rows:
            if row["instance_id"] not in documents:
                documents[row["instance_id"]] = list(uow.cases.documents(row["instance_id"]))
    page = rows[:limit]
    items = []
    for row in page:
        paper = next((d for d in documents[row["instance_id"]] if d["sha256"] == row["sha256"]), None)
        unit = organisation.units.get(row["unit_code"])
        items.append(
            {
                "id": row["id"],
                "way": row["way"],
                "kind": row["kind"],
                "title": papers.title_of(row["kind"]),
                "document_id": paper["id"] if paper else None,
                "sha256": row["sha256"],
                "instance_id": row["instance_id"],
                "proposal": {
                    "id": row["proposal"],
                    "title": row["title"],
                    "number": row["number"],
                    "unit": {"code": row["unit_code"], "name": unit.name if unit else row["unit_code"]},
                },
                "position": {
                    "id": row["position_id"],
                    "title": organisation.title(row["position_id"]),
                },
                "sent_at": row["sent_at"],
                "read_at": row["read_at"],
                "read_by": organisation.name_of(row["read_by"]),
            }
        )
    last = page[-1] if len(rows) > limit else None
    rank = READ if last and last["read_at"] else UNREAD
    return {"items": items, "next": (rank + last["sent_at"], last["id"]) if last else None}
