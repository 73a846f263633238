"""What the facts name by digest is still what is stored: papers, versions of the draft, files.

Knows how a draft's digest is made from its text and files; must not know the chain or the engine
(`verify.py`), nor rows (`verify_rows.py`). What cannot be read counts as not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraf.domain import naskah as naskah_rules
from paraf.domain.case_rows import CaseTold
from paraf.domain.facts import Fault, canonical, digest
from paraf.errors import ParafError
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.storage.files import Files
    from paraf.storage.unit_of_work import UnitOfWork

PAPER = N_("A document of the case no longer has the digest its fact names.")
DRAFT = N_("A version of the draft no longer has the digest its fact names.")
FILE = N_("The attached file {sha256} on the disk is missing or is no longer the one its fact names.")


class Drafts:
    """The stored versions of a draft, each read once. None stands for what is not there or cannot be
    read as a draft."""

    def __init__(self, uow: UnitOfWork, proposal_id: str) -> None:
        self._uow, self._proposal_id = uow, proposal_id
        self._bodies: dict[int, naskah_rules.Naskah | None] = {}
        self._digests: dict[tuple[int, tuple[str, ...]], str | None] = {}

    def digest(self, version: int, files: tuple[str, ...]) -> str | None:
        """The digest of this version with these files (sorted digests)."""
        key = (version, files)
        if key not in self._digests:
            body = self.body(version)
            try:
                found = naskah_rules.naskah_digest(body, files, canonical) if body else None
            except ParafError:
                found = None
            self._digests[key] = found
        return self._digests[key]

    def body(self, version: int) -> naskah_rules.Naskah | None:
        """The draft of this version."""
        if version not in self._bodies:
            row = self._uow.cases.naskah(self._proposal_id, version)
            try:
                self._bodies[version] = naskah_rules.read_stored(row["body"]) if row else None
            except (ParafError, ValueError, RecursionError):
                self._bodies[version] = None
        return self._bodies[version]


def contents_fault(uow: UnitOfWork, told: CaseTold, drafts: Drafts) -> Fault | None:
    """The first fact whose paper or draft is no longer what it says; None when all are."""
    for named in told.named:
        if drafts.digest(named.version, named.files) != named.sha256:
            return Fault(named.seq, DRAFT)
    for paper in told.papers:
        content = uow.cases.content(paper.sha256)
        if content is None or digest(content) != paper.sha256:
            return Fault(paper.seq, PAPER)
    return None


def files_fault(files: Files, told: CaseTold) -> Fault | None:
    """The first attachment of the draft whose file on the disk is not the one its fact names."""
    for file in told.present_files():
        try:
            files.read(file.sha256)
        except (ParafError, OSError):
            return Fault(file.seq, FILE, {"sha256": file.sha256})
    return None
