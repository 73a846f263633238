"""Who has no part in a case does nothing in it: 404 when he reads, 403 when he acts, and no trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cast import DIRJEN_ASEAN, KARO_PO, STAF_AFRIKA, STAF_KEUANGAN, Player
from paraf.usecases import demo_papers
from web_service import TITLE, Client, Serve, Service, upload

PDF = demo_papers.softcopy(TITLE)


@pytest.fixture
def opened(either_service: Service) -> dict[str, Any]:
    """A proposal of Direktorat Afrika."""
    return either_service.proposed(either_service.as_person(STAF_AFRIKA))


def attach(client: Client, proposal: str, data: bytes = PDF, **options: Any) -> Any:
    form = {"role": "softcopy", "file": upload("naskah.pdf", data)}
    return client.post(f"/proposals/{proposal}/attachments", data=form, **options)


def kept(service: Service) -> list[Path]:
    return [path for path in service.office.settings.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize("stranger", [DIRJEN_ASEAN, STAF_KEUANGAN], ids=lambda one: one.login)
def test_acting_on_a_case_of_others_is_403(
    either_service: Service, opened: dict[str, Any], stranger: Player
) -> None:
    either_service.written(either_service.as_person(STAF_AFRIKA), opened["id"])
    client, proposal = either_service.as_person(stranger), opened["id"]
    (own,) = either_service.as_person(STAF_AFRIKA).get(f"/proposals/{proposal}").get_json()["attachments"]
    before = kept(either_service)
    for answer in (
        client.put(f"/proposals/{proposal}/naskah", json={"deskripsi": "Lain."}),
        client.post(f"/proposals/{proposal}/withdraw", json={"reason": "Lain."}),
        attach(client, proposal, PDF + b"%lain\n"),
        client.delete(f"/proposals/{proposal}/attachments/{own['id']}"),
        client.delete(f"/proposals/{proposal}/attachments/tidak-ada"),
    ):
        assert answer.status_code == 403
        assert STAF_AFRIKA.name not in answer.get_data(as_text=True)
    assert client.get(f"/proposals/{proposal}").status_code == 404
    assert kept(either_service) == before


def test_acting_on_what_is_not_there_is_404(either_service: Service) -> None:
    client = either_service.as_person(STAF_AFRIKA)
    for answer in (
        client.put("/proposals/tidak-ada/naskah", json={"deskripsi": "Lain."}),
        client.post("/proposals/tidak-ada/withdraw", json={"reason": "Lain."}),
        attach(client, "tidak-ada"),
        client.delete("/proposals/tidak-ada/attachments/x"),
    ):
        assert answer.status_code == 404
    assert kept(either_service) == []


def test_a_reader_who_does_not_draft_leaves_no_file(either_service: Service, opened: dict[str, Any]) -> None:
    """Biro PO reads every case; the draft of another unit is not its own."""
    answer = attach(either_service.as_person(KARO_PO), opened["id"])
    assert answer.status_code == 403
    assert kept(either_service) == []


def test_an_upload_repeated_with_its_key_is_answered_alike_when_the_task_is_over(
    either_service: Service, opened: dict[str, Any]
) -> None:
    staff = either_service.as_person(STAF_AFRIKA)
    either_service.written(staff, opened["id"])
    first = attach(staff, opened["id"], PDF + b"%2\n", key="lampiran")
    task = opened["tasks"][0]["id"]
    assert staff.post(f"/tasks/{task}/decide", json={"outcome": "submit"}).status_code == 200
    again = attach(staff, opened["id"], PDF + b"%2\n", key="lampiran")
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert attach(staff, opened["id"], PDF + b"%3\n", key="lampiran").status_code == 422
    assert attach(staff, opened["id"], PDF + b"%3\n").status_code == 403


def test_one_person_attaches_so_many_files_within_an_hour(serving: Serve) -> None:
    service = serving(uploads_per_hour=3)
    staff = service.as_person(STAF_AFRIKA)
    opened = service.proposed(staff)
    for number in range(3):
        assert attach(staff, opened["id"], PDF + f"%{number}\n".encode()).status_code == 201
    before = kept(service)
    answer = attach(staff, opened["id"], PDF + b"%x\n")
    assert answer.status_code == 429
    assert answer.get_json()["detail"].startswith("Anda telah melampirkan 3 berkas")
    browser, csrf = service.signed_in(STAF_AFRIKA)
    data = {"csrf_token": csrf, "role": "softcopy", "berkas": upload("a.pdf", PDF + b"%y\n")}
    told = browser.post(f"~/usulan/{opened['id']}/lampiran", data=data, follow_redirects=True)
    assert "melampirkan 3 berkas" in told.get_data(as_text=True)
    assert kept(service) == before
    service.clock.pass_by(hours=1, seconds=1)
    assert attach(staff, opened["id"], PDF + b"%x\n").status_code == 201


def test_a_file_changed_on_the_disk_is_not_given_out(service: Service) -> None:
    staff = service.as_person(STAF_AFRIKA)
    opened = service.proposed(staff)
    service.written(staff, opened["id"])
    (path,) = kept(service)
    path.unlink()
    path.write_bytes(b"diganti")
    browser, _ = service.signed_in(STAF_AFRIKA)
    for answer in (staff.get(f"/attachments/{path.name}"), browser.get(f"~/lampiran/{path.name}")):
        assert answer.status_code == 500
        assert "bukan lagi berkas yang dilampirkan" in answer.get_data(as_text=True)
        assert b"diganti" not in answer.data
    assert attach(staff, opened["id"]).status_code == 201
    assert staff.get(f"/attachments/{path.name}").data == PDF
