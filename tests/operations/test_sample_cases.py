"""A new sample installation shows an office at work: every desk finds what a real one would find."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from databases import Database
from paraf.config import Settings
from paraf.domain.format_rules import findings
from paraf.domain.naskah import normalise
from paraf.entrypoints.sample import ORGANISATION, prepare, working
from paraf.usecases import demo, demo_papers, queries, walk
from paraf.usecases.load_organisation import load
from paraf.usecases.office import Office
from paraf.usecases.verify import verify_all

TUESDAY = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
"""Half past ten in Jakarta on a working day; the sample's Plh. of Biro Umum is in office."""


def furnished(database: Database, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=database.url, mode="sample")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A sample installation that was prepared for the first time this Tuesday; only read here."""
    folder = tmp_path_factory.mktemp("sample")
    path = folder / "paraf.sqlite3"
    shutil.copyfile(sqlite_template, path)
    settings = furnished(Database("sqlite", f"sqlite:///{path}"), folder)
    prepare(settings, lambda line: None, lambda: TUESDAY)
    with working(settings, lambda: TUESDAY) as prepared:
        yield prepared


def desk(office: Office, login: str) -> dict[tuple[str, str], str]:
    """What lies in the inbox of this login: (unit, step) and how far its target is."""
    page = queries.inbox(office, walk.person(office, login))
    return {(i["proposal"]["unit"]["code"], i["element_id"]): i["due"]["state"] for i in page["items"]}


def case_of(office: Office, unit: str, title: str = "") -> dict[str, Any]:
    auditor = walk.person(office, "auditor.itjen")
    rows = queries.instances(office, auditor, limit=100)["items"]
    found = next(row for row in rows if row["unit"]["code"] == unit and title in row["title"])
    return queries.instance(office, auditor, found["id"])


def test_every_desk_finds_its_work(office: Office) -> None:
    assert desk(office, "sekjen") == {
        ("BKEU", "approve_sop"): "overdue",
        ("KBRI-TOKYO", "sign_berita_persetujuan"): "today",
    }
    assert desk(office, "karo.po") == {("DIT-INFOMED", "decide_review_outcome"): "ahead"}
    assert desk(office, "penelaah.ortala") == {
        ("DIT-KONSULER", "review_naskah_konsep"): "ahead",
        ("DJASPASAF", "discuss_kertas_kerja_reviu"): "ahead",
    }
    assert desk(office, "penelaah.evaluasi").keys() > desk(office, "penelaah.ortala").keys()
    assert desk(office, "staf.konsuler") == {("DIT-KONSULER", "prepare_naskah_konsep"): "ahead"}
    assert desk(office, "dirjen.protkons") == {("DJASPASAF", "discuss_kertas_kerja_reviu"): "ahead"}
    assert desk(office, "kapus.diklat") == {("PUSDIKLAT", "submit_usulan"): "ahead"}
    assert desk(office, "dirjen.amerop") == {}, "he has answered"
    assert desk(office, "auditor.itjen") == {}, "he reads and decides nothing"


def test_a_target_passed_two_working_days_ago(office: Office) -> None:
    item = queries.inbox(office, walk.person(office, "sekjen"))["items"][0]
    assert item["due_at"] == "2026-11-20T09:00:00.000000Z", "Friday's close of office; today is Tuesday"
    assert item["due"]["words"] == "Lewat 4 hari"


def test_the_acting_head_finds_the_work_of_the_absent_one(office: Office) -> None:
    item = queries.inbox(office, walk.person(office, "karo.keuangan"))["items"][0]
    assert item["element_id"] == "submit_usulan"
    assert item["proposal"]["unit"]["code"] == "BUM"
    assert item["on_behalf_of"]["name"] == walk.person(office, "karo.umum").name


def test_the_second_review_shows_what_the_three_notes_changed(office: Office) -> None:
    reviewer = walk.person(office, "penelaah.ortala")
    inbox = queries.inbox(office, reviewer)["items"]
    task = next(item for item in inbox if item["element_id"] == "review_naskah_konsep")
    page = queries.task(office, reviewer, task["id"])
    assert (page["changes"]["from_version"], page["changes"]["to_version"]) == (1, 2)
    assert page["changes"]["items"]
    assert page["may"]["decide"]


def test_one_is_set_one_withdrawn_one_sent_back_one_barely_begun(office: Office) -> None:
    done = case_of(office, "DIT-ASIA-TIMUR")
    assert (done["state"], done["end"]) == ("completed", "set")
    register = queries.sops(office, walk.person(office, "karo.po"), in_force=True)["items"]
    assert "Penyiapan Bahan Pertemuan Bilateral Kawasan Asia Timur" in {sop["title"] for sop in register}
    assert case_of(office, "DIT-HAM")["state"] == "withdrawn"
    sent_back = case_of(office, "DIT-PROTOKOL")
    again = sent_back["tasks"][0]
    assert (again["element_id"], again["visit"]) == ("draft_nota_dinas_persetujuan", 2)
    page = queries.task(office, walk.person(office, "penelaah.evaluasi"), again["id"])
    reason = next(told for told in page["decisions"] if told["outcome"] == "return")
    assert "redaksi" in reason["comment"]
    begun = queries.proposal(
        office,
        walk.person(office, "staf.konsuler"),
        case_of(office, "DIT-KONSULER", "Surat Keterangan")["proposal_id"],
    )
    assert [part["huruf"] for part in begun["missing"]] == ["e", "f", "g", ""]


def test_some_copies_are_read_and_some_are_not(office: Office) -> None:
    for login in ("karo.po", "sekjen"):
        copies = queries.tembusan_list(office, walk.person(office, login))["items"]
        assert {copy["read_at"] is None for copy in copies} == {True, False}, login


def test_every_case_is_intact_and_lies_in_the_past(office: Office) -> None:
    verdicts = list(verify_all(office, rerun=True))
    assert len(verdicts) == 11
    assert all(verdict.intact and verdict.rerun for verdict in verdicts), verdicts
    auditor = walk.person(office, "auditor.itjen")
    for verdict in verdicts:
        told = queries.events(office, auditor, verdict.instance_id, limit=200)["items"]
        instants = [event["at"] for event in told]
        assert instants == sorted(instants)
        assert instants[-1] < office.now()


def test_preparing_again_adds_nothing(database: Database, tmp_path: Path) -> None:
    settings = furnished(database, tmp_path)
    told: list[str] = []
    prepare(settings, told.append)
    assert told[-1] == "11 berkas contoh disiapkan."
    before = everything(settings)
    told.clear()
    prepare(settings, told.append)
    assert told == []
    assert everything(settings) == before


def everything(settings: Settings) -> list[tuple[str, str, int]]:
    with working(settings) as office, office.store.read() as uow:
        cases = [uow.cases.by_id(case_id) for case_id in uow.cases.all_ids()]
    return [(case.number, case.head, case.seq) for case in cases if case is not None]


def test_an_office_that_worked_before_gets_no_sample_cases(sqlite_database: Database, tmp_path: Path) -> None:
    settings = furnished(sqlite_database, tmp_path)
    with working(settings) as office:
        load(office, office.workflows / ORGANISATION)
    prepare(settings, lambda line: None)
    assert everything(settings) == []


@pytest.mark.parametrize(
    "day",
    [
        datetime(2026, 11, 21, 5, 0, tzinfo=UTC),  # a Saturday
        datetime(2026, 11, 24, 10, 0, tzinfo=UTC),  # after hours
        datetime(2027, 1, 3, 17, 30, tzinfo=UTC),  # half an hour into Monday, after the holidays
    ],
    ids=["weekend", "evening", "night of the new year"],
)
def test_on_any_day_nothing_lies_in_the_future(
    sqlite_database: Database, tmp_path: Path, day: datetime
) -> None:
    settings = furnished(sqlite_database, tmp_path)
    prepare(settings, lambda line: None, lambda: day)
    with working(settings, lambda: day) as office:
        assert set(desk(office, "sekjen").values()) in ({"overdue", "today"}, {"overdue", "ahead"})
        auditor = walk.person(office, "auditor.itjen")
        for case in queries.instances(office, auditor, limit=100)["items"]:
            told = queries.events(office, auditor, case["id"], limit=200)["items"]
            assert all(event["at"] < office.now() for event in told)


def test_the_drafts_of_the_demonstration_have_no_findings(office: Office) -> None:
    known = walk.organisation(office)
    for story in demo.STORIES:
        body = demo_papers.naskah(known, story.title, story.unit, story.parties, story.sop_kind)
        assert findings(normalise(body)) == [], story.title
