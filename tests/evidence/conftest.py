"""Bundles of real cases, as the product hands them out, and both verifiers beside one another.

A case is carried along once for all tests of a run on SQLite; on PostgreSQL bundles are asked for by the
tests of the database itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence.authors import zipped
from evidence.stand_alone import found_by_script
from paraf.documents.evidence_file import MANIFEST, Bundle
from paraf.usecases import evidence
from paraf.usecases.verify_evidence import verify_evidence
from random_people import open_case
from stage import Case, Stage, furnish


@dataclass
class Exhibit:
    """A bundle of a finished case: its bytes, its files without the manifest, and another case's files."""

    stage: Stage
    case: Case
    content: bytes
    files: Mapping[str, bytes]
    other: Mapping[str, bytes]

    def digest(self) -> str:
        """The digest of the newest fact, as somebody notes it down."""
        return self.files[evidence.FACTS].decode().rstrip("\n")[-66:-2]


def files_of(content: bytes, folder: Path) -> dict[str, bytes]:
    """The files of a bundle without its manifest."""
    path = folder / "read.zip"
    path.write_bytes(content)
    with Bundle(path) as bundle:
        return {name: bundle.content(name) or b"" for name in bundle.names if name != MANIFEST}


def bundled(stage: Stage, case: Case) -> bytes:
    """The bundle of a case as the product writes it."""
    return b"".join(evidence.bundle_of(stage.office, case.id).packed.pieces)


@pytest.fixture(scope="session")
def exhibit(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Exhibit]:
    folder = tmp_path_factory.mktemp("exhibit")
    shutil.copyfile(sqlite_template, folder / "paraf.sqlite3")
    url = f"sqlite:///{folder / 'paraf.sqlite3'}"
    furnish(url, folder)
    stage = Stage(url, folder)
    case = open_case(stage, "sop_mikro_eselon1")
    case.carry_to("submit_usulan")
    case.act("submit_usulan", "return", comment="Lengkapi dasar hukumnya.")
    case.carry_to("end")
    other = open_case(stage, "sop_teknis").carry_to("end")
    content = bundled(stage, case)
    yield Exhibit(stage, case, content, files_of(content, folder), files_of(bundled(stage, other), folder))
    stage.close()


@dataclass(frozen=True)
class Found:
    """What both verifiers say of one file: the numbers of the first bad fact, None when all is well."""

    product: int | None
    script: int | None
    words: tuple[str, str]

    @property
    def both(self) -> bool:
        return self.product is not None and self.script is not None


Look = Callable[..., Found]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Let both verifiers look at a bundle, given as bytes or as files that a forger packs anew."""

    def looked(content: bytes | Mapping[str, bytes], head: str | None = None) -> Found:
        path = tmp_path / "bundle.zip"
        path.write_bytes(content if isinstance(content, bytes) else zipped(content))
        verdict, script = verify_evidence(path, head), found_by_script(path, head)
        return Found(
            verdict.fault.seq if verdict.fault else None,
            script[0] if script else None,
            (verdict.fault.reason if verdict.fault else "", script[1] if script else ""),
        )

    return looked
