"""What auditors open is recorded, on both databases; nobody else's reading is, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from cast import ADMINISTRATOR, AUDITOR, KARO_PO, STAF_AFRIKA, Player
from paraf.errors import Unavailable
from paraf.language import N_
from paraf.usecases import administer, demo, erase_person
from paraf.usecases.readings import WHAT
from security.test_gate import digest_of, filled
from travel import acts, set_out, take
from web_service import Service

RECORDS = frozenset({"user_session", "reading"})


@dataclass
class Opened:
    """A case under way with something to open of every kind."""

    service: Service
    proposal: str
    case: str
    document: str
    attachment: str
    task: str

    def look(self, *paths: str, by: Player = AUDITOR) -> list[TestResponse]:
        """Read each address of the API, or with `~` of the pages, a second after the other."""
        client, (browser, _) = self.service.as_person(by), self.service.signed_in(by)
        answers = []
        for path in paths:
            self.service.clock.pass_by(seconds=1)
            answers.append((browser if path.startswith("~") else client).get(path))
        return answers

    def log(self, **asked: str) -> list[dict[str, Any]]:
        administrator = self.service.as_person(ADMINISTRATOR)
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        found: list[dict[str, Any]] = administrator.get(f"/audit/readings?{query}").get_json()["items"]
        return found

    def seen(self) -> list[str]:
        return [one["what"] for one in reversed(self.log())]


@pytest.fixture
def opened(either_service: Service) -> Opened:
    office = either_service.office
    journey = set_out(office, demo.STORIES[0])
    for _ in range(3):
        take(office, next(acts(office, journey)))
    with office.store.read() as uow:
        document = uow.cases.documents(journey.instance_id)[0]["id"]
        attachment = uow.cases.attachments(journey.proposal_id)[0]["sha256"]
        task = uow.tasks.open_of_case(journey.instance_id)[0].id
    return Opened(either_service, journey.proposal_id, journey.instance_id, document, attachment, task)


def test_each_thing_opened_is_one_row(opened: Opened) -> None:
    opened.look(
        f"/instances/{opened.case}",
        f"/instances/{opened.case}/events",
        f"/instances/{opened.case}/verification",
        f"/instances/{opened.case}/replay",
        f"/tasks/{opened.task}",
        f"/documents/{opened.document}",
        f"/attachments/{opened.attachment}",
        f"/proposals/{opened.proposal}/naskah/1",
        f"~/berkas/{opened.case}/riwayat",
        f"~/berkas/{opened.case}/dossier",
    )
    assert opened.seen() == [
        "case", "events", "verification", "replay", "task", "document", "attachment", "draft", "history", "dossier",
    ]  # fmt: skip
    first = opened.log()[-1]
    assert first["person"]["name"] == AUDITOR.name
    assert (first["subject"], first["instance_id"], first["number"][:2]) == (opened.case, opened.case, "U-")
    assert set(opened.seen()) <= set(WHAT)


def test_a_page_and_what_it_is_made_of_is_one_look(opened: Opened) -> None:
    answers = opened.look(
        f"~/usulan/{opened.proposal}",
        f"~/berkas/{opened.case}/gambar.svg",
        f"~/dokumen/{opened.document}",
        f"~/dokumen/{opened.document}/isi",
        f"~/dokumen/{opened.document}/cetak.pdf",
        f"~/berkas/{opened.case}/putar",
        f"~/berkas/{opened.case}/putar/gambar.svg?langkah=3",
    )
    assert {answer.status_code for answer in answers} == {200}
    assert opened.seen() == ["case", "document", "replay"]


def test_a_second_look_within_a_minute_is_the_same_look(opened: Opened) -> None:
    for seconds in (0, 58, 1):
        opened.service.clock.pass_by(seconds=seconds)
        opened.look(f"/instances/{opened.case}")
    assert opened.seen() == ["case", "case"]


def test_a_search_is_a_reading_with_what_was_asked_for(opened: Opened) -> None:
    opened.look(
        "/audit/cases?unit=DIT-AFRIKA&outcome=return",
        "/audit/cases?unit=DIT-AFRIKA&outcome=return&limit=1",
        "~/audit?q=Bagas&state=running",
        "/instances?route=sop_mikro_eselon1",
        "~/berkas",
        "~/audit?capacity=none",
    )
    assert [one["subject"] for one in reversed(opened.log())] == [
        "audit unit=DIT-AFRIKA outcome=return",
        "audit q state=running",
        "cases route=sop_mikro_eselon1",
        "cases",
    ]
    assert set(opened.seen()) == {"search"}
    assert "Pencarian berkas" in opened.look("~/audit/catatan")[0].get_data(as_text=True)
    opened.look("/audit/cases", "~/berkas", by=KARO_PO)
    assert len(opened.log()) == 4, "Biro PO searches by its own office"


def test_what_was_typed_into_a_search_is_not_kept_for_ever(opened: Opened) -> None:
    name = STAF_AFRIKA.name.replace(" ", "%20")
    opened.look(f"~/audit/berkas.csv?unit={name}&route={name}&end={name}&outcome={name}")
    opened.look(f"/instances?unit={name}&route={name}&q={name}")
    assert [one["subject"] for one in reversed(opened.log())] == [
        "csv route=? unit=? end=? outcome=?",
        "cases q route=? unit=?",
    ]


def test_who_reads_by_an_office_of_his_own_leaves_nothing(opened: Opened) -> None:
    for player in (STAF_AFRIKA, KARO_PO):
        (answer,) = opened.look(f"/instances/{opened.case}", by=player)
        assert answer.status_code == 200
    assert opened.seen() == []
    # an auditor whose own unit proposes reads its case as one of the unit
    with opened.service.office.store.write() as uow:
        uow.connection.execute(text("UPDATE instance SET unit_code = 'ITJEN'"))
    opened.look(f"/instances/{opened.case}")
    assert opened.seen() == []


def test_what_is_refused_is_not_recorded(opened: Opened) -> None:
    answers = opened.look("/instances/tidak-ada", "/documents/tidak-ada", "~/berkas/tidak-ada/putar")
    assert {answer.status_code for answer in answers} == {404}
    assert opened.seen() == []


def test_every_address_read_by_an_auditor_writes_readings_and_nothing_else(opened: Opened) -> None:
    browser, _ = opened.service.signed_in(AUDITOR)
    ids = {
        "instance_id": opened.case,
        "proposal_id": opened.proposal,
        "document_id": opened.document,
        "sha256": opened.attachment,
        "task_id": opened.task,
        "key": "sop_mikro_eselon1",
    }
    opened.service.clock.pass_by(minutes=5)
    before = digest_of(opened.service, apart=RECORDS)
    opened_well = 0
    for rule in opened.service.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            path = rule.rule
            for name, value in ids.items():
                path = path.replace(f"<{name}>", value)
            answer = browser.get("~" + filled(type(rule)(path)))
            assert answer.status_code < 500, path
            opened_well += answer.status_code == 200
    assert digest_of(opened.service, apart=RECORDS) == before
    assert opened_well > 30
    assert {"case", "history", "replay", "report", "dossier", "document", "attachment", "draft"} <= set(
        opened.seen()
    )


def test_a_reading_that_cannot_be_recorded_is_refused(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = opened.service.as_person(AUDITOR)

    def busy(_: object) -> None:
        raise Unavailable(N_("The database is busy at the moment. Nothing was saved. Please try again."))

    with monkeypatch.context() as patched:
        patched.setattr(opened.service.office.store, "run", busy)
        answer = client.get(f"/documents/{opened.document}")
        assert answer.status_code == 503
        assert b"KEMENTERIAN" not in answer.data
    assert client.get(f"/documents/{opened.document}").status_code == 200


def test_a_reading_is_never_changed_or_removed(opened: Opened) -> None:
    opened.look(f"/instances/{opened.case}")
    store = opened.service.office.store
    for statement in ("UPDATE reading SET at = '2020'", "DELETE FROM reading"):
        with (
            pytest.raises(DBAPIError, match="never changed|not authorized"),
            store.engine.begin() as connection,
        ):
            connection.execute(text(statement))
    assert opened.seen() == ["case"]


def test_an_erasure_leaves_only_the_random_id(opened: Opened) -> None:
    opened.look(f"/instances/{opened.case}")
    name = AUDITOR.name.split()[0]
    opened.look(f"~/audit/berkas.csv?person={AUDITOR.login}&q={name}")
    (listed, looked) = opened.log()
    person = looked["person"]["id"]
    assert f"person={person}" in listed["subject"] and listed["subject"].startswith("csv q ")
    office = opened.service.office
    with office.store.read() as uow:
        held = office.organisation(uow).appointments_of(person)
    for appointment in held:
        administer.end_appointment(office, None, appointment.id, "2026-11-22")
    erase_person.erase_person(office, None, AUDITOR.login)
    with office.store.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM reading")).all())
    assert person in kept and not any(part in kept for part in (*AUDITOR.name.split(), AUDITOR.login))
    assert [one["person"] for one in opened.log()] == [{"id": person, "name": None}] * 2


def test_the_log_is_found_by_person_case_and_period(opened: Opened) -> None:
    opened.look(f"/instances/{opened.case}")
    opened.service.clock.pass_by(days=3)
    opened.look(f"/documents/{opened.document}")
    newest, oldest = opened.log()
    assert (newest["what"], oldest["what"]) == ("document", "case")
    assert opened.log(person=AUDITOR.login) == [newest, oldest]
    assert opened.log(person="staf.afrika") == []
    assert opened.log(number=oldest["number"].lower()) == [newest, oldest]
    assert opened.log(number="U-1999-000001") == []
    assert opened.log(opened_from="2026-11-24") == [newest]
    assert opened.log(opened_until="2026-11-23") == [oldest]
    page = opened.service.as_person(ADMINISTRATOR).get("/audit/readings?limit=1").get_json()
    rest = (
        opened.service.as_person(ADMINISTRATOR)
        .get(f"/audit/readings?limit=1&cursor={page['next']}")
        .get_json()
    )
    assert [*page["items"], *rest["items"]] == [newest, oldest] and rest["next"] is None


def test_only_auditors_and_administrators_read_the_log(opened: Opened) -> None:
    for player in (STAF_AFRIKA, KARO_PO):
        assert opened.service.as_person(player).get("/audit/readings").status_code == 403
    browser, _ = opened.service.signed_in(AUDITOR)
    opened.look(f"/instances/{opened.case}")
    page = browser.get("~/audit/catatan").get_data(as_text=True)
    assert AUDITOR.name in page and "Yang dibuka auditor" in page
