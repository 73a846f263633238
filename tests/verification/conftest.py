"""Cases with much in them, on either database, for tests that change what is stored of them.

A change is made in a transaction that is undone after the proof has looked at it; so one office
serves all tests of a database.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from conftest import DATABASES
from paraf.usecases.verify import Verdict, verify_case
from random_people import open_case
from stage import PDF, Case, Stage, furnish

FOUND_WANTING = {
    "kriteria_a": "sesuai",
    "kriteria_b": "tidak_sesuai",
    "kriteria_c": "sesuai",
    "catatan": [{"huruf": "b", "text": "Lengkapi dasar hukum."}],
}


class UndoneError(Exception):
    """Ends a transaction without keeping it."""


@dataclass
class Archive:
    """A stage with three cases: one under way, one that was set, one that was taken back."""

    stage: Stage
    running: Case
    done: Case
    withdrawn: Case

    def after(self, case: Case, *changes: str, rerun: bool = False) -> Verdict:
        """What the proof says of a case after these changes, which are then undone. `:case` and
        `:proposal` are its ids, `:other` is the other case's."""
        other = self.done if case is self.running else self.running
        values = {"case": case.id, "proposal": case.proposal_id, "other": other.id}
        verdict = None
        try:
            with self.stage.office.store.write() as uow:
                for change in changes:
                    wanted = {name: value for name, value in values.items() if f":{name}" in change}
                    assert uow.connection.execute(text(change), wanted).rowcount > 0, change
                verdict = verify_case(self.stage.office, uow, case.id, rerun)
                raise UndoneError
        except UndoneError:
            assert verdict is not None
            return verdict

    def says(self, verdict: Verdict) -> str:
        """The fault in English, filled."""
        assert verdict.fault is not None, "the change went unnoticed"
        return verdict.fault.reason.format(**verdict.fault.values)


def _under_way(stage: Stage) -> Case:
    """Reviewed twice, discussed, approved, ratified; the decree waits. A copy is read, a file replaced."""
    case = stage.propose("staf.konsuler", "DIT-KONSULER")
    writer = stage.person("staf.konsuler")
    extra = writer.attach(case.proposal_id, "supporting", "lampiran.pdf", PDF + b"%extra\n").ok()
    case.write()
    writer.attach(case.proposal_id, "softcopy", "naskah.pdf", PDF + b"%another\n").ok()
    writer.ask("DELETE", f"/proposals/{case.proposal_id}/attachments/{extra['id']}").ok()
    writer.attach(case.proposal_id, "supporting", "lampiran.pdf", PDF + b"%more\n").ok()
    case.carry_to("review_naskah_konsep")
    case.act("review_naskah_konsep", "done", FOUND_WANTING)
    case.act("decide_review_outcome", "adjust", comment="Perlu penyesuaian.")
    case.carry_to("revise_naskah_konsep")
    case.write()
    case.carry_to("draft_nota_dinas_persetujuan")
    reader = stage.person("karo.po")
    for copy in reader.get("/tembusan").ok()["items"]:
        reader.post(f"/tembusan/{copy['id']}/read").ok()
    case.carry_to("set_sop_keputusan_eselon1")
    waiting = case.task("set_sop_keputusan_eselon1")
    stage.person(case.actors(waiting)[0]).post(f"/tasks/{waiting['id']}/claim").ok()
    return case


@pytest.fixture(scope="module", params=DATABASES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The archive, once on each database."""
    folder: Path = tmp_path_factory.mktemp("archive")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "paraf.sqlite3")
        url, drop = f"sqlite:///{folder / 'paraf.sqlite3'}", None
    else:
        cluster: Any = request.getfixturevalue("cluster")
        url = cluster.create("paraf_archive", request.getfixturevalue("postgresql_template"))
        drop = cluster
    furnish(url, folder)
    stage = Stage(url, folder)
    running = _under_way(stage)
    done = open_case(stage, "sop_makro_change").carry_to("end")
    withdrawn = stage.propose("staf.tokyo", "KBRI-TOKYO").carry_to("review_naskah_konsep")
    taker = stage.person("dubes.tokyo")
    taker.post(f"/proposals/{withdrawn.proposal_id}/withdraw", {"reason": "Ditunda."}).ok()
    yield Archive(stage, running, done, withdrawn)
    stage.close()
    if drop is not None:
        drop.drop("paraf_archive")
