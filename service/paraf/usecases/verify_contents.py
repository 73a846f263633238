"""What the facts name by digest is still what is stored: papers, versions of the draft, files.

Knows how the digest of a draft follows its attachments through a history; must not know the chain
or the engine (`verify.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain import naskah as naskah_rules
from paraf.domain.facts import Fault, canonical, check_openings, digest
from paraf.language import N_
from paraf.storage.cases import CaseRow

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork

PAPER = N_("A document of the case no longer has the digest its fact names.")
DRAFT = N_("A version of the draft no longer has the digest its fact names.")


def contents_fault(uow: UnitOfWork, case: CaseRow, events: Sequence[Mapping[str, Any]]) -> Fault | None:
    """The first fact whose paper, draft or words are no longer what it says; None when all are."""
    drafts = _Drafts(uow, case.proposal_id)
    for event in events:
        data = event["data"]
        match event["type"]:
            case "document.made" | "document.signed":
                content = uow.cases.content(data["sha256"])
                if content is None or digest(content) != data["sha256"]:
                    return Fault(event["seq"], PAPER)
            case "attachment.added":
                drafts.attach(data["role"], data["sha256"])
            case "attachment.removed":
                drafts.remove(data["role"], data["sha256"])
            case "naskah.saved":
                if drafts.digest(data["version"]) != data["sha256"]:
                    return Fault(event["seq"], DRAFT)
            case "task.decided" if "naskah" in data:
                if drafts.digest(data["naskah"]["version"]) != data["naskah"]["sha256"]:
                    return Fault(event["seq"], DRAFT)
            case _:
                pass
    return check_openings(events, uow.history.openings(case.id))


class _Drafts:
    """Digests of the versions of a draft with the attachments of that moment."""

    def __init__(self, uow: UnitOfWork, proposal_id: str) -> None:
        self._uow, self._proposal_id = uow, proposal_id
        self._attached: list[tuple[str, str]] = []
        self._bodies: dict[int, naskah_rules.Naskah | None] = {}
        self._digests: dict[tuple[int, tuple[str, ...]], str | None] = {}

    def attach(self, role: str, sha256: str) -> None:
        """A new softcopy or diagram takes the place of the one before."""
        if role != "supporting":
            self._attached = [held for held in self._attached if held[0] != role]
        self._attached.append((role, sha256))

    def remove(self, role: str, sha256: str) -> None:
        if (role, sha256) in self._attached:
            self._attached.remove((role, sha256))

    def digest(self, version: int) -> str | None:
        """The digest of this version now; None when its text is not there."""
        attached = tuple(sorted(sha256 for _, sha256 in self._attached))
        key = (version, attached)
        if key not in self._digests:
            body = self._body(version)
            self._digests[key] = (
                None if body is None else naskah_rules.naskah_digest(body, attached, canonical)
            )
        return self._digests[key]

    def _body(self, version: int) -> naskah_rules.Naskah | None:
        if version not in self._bodies:
            row = self._uow.cases.naskah(self._proposal_id, version)
            self._bodies[version] = naskah_rules.normalise(json.loads(row["body"])) if row else None
        return self._bodies[version]
