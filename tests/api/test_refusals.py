"""Every refusal says in Indonesian what is wrong, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cast import (
    ADMINISTRATOR,
    AUDITOR,
    DIR_AFRIKA,
    DIRJEN_ASEAN,
    DIRJEN_ASPASAF,
    STAF_AFRIKA,
    STAF_AHLI,
    STAF_KEUANGAN,
)
from web_service import Client, Service

DECIDE = {"outcome": "submit", "form": {}}


@pytest.fixture
def staff(service: Service) -> Client:
    return service.as_person(STAF_AFRIKA)


@pytest.fixture
def opened(service: Service, staff: Client) -> dict[str, Any]:
    """A proposal of Direktorat Afrika with its open drafting task."""
    return service.proposed(staff)


@pytest.fixture
def task(opened: dict[str, Any]) -> str:
    return str(opened["tasks"][0]["id"])


def test_nobody_is_not_signed_in(service: Service) -> None:
    answer = service.nobody().get("/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json()["type"] == "urn:paraf:problem:not_signed_in"
    assert answer.get_json()["detail"] == "Silakan masuk terlebih dahulu."


@pytest.mark.parametrize(
    "header", ["Bearer paraf_salah", "Bearer ", "Basic YTpi", "paraf_x", "Bearer " + "x" * 5000]
)
def test_a_wrong_token_is_refused_even_beside_a_session(service: Service, header: str) -> None:
    browser, _ = service.signed_in(STAF_AFRIKA)
    assert browser.get("/me").status_code == 200
    answer = browser.get("/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.get_json()["detail"] == "Token tidak sah atau sudah kedaluwarsa."


def test_a_token_ends(service: Service, staff: Client) -> None:
    assert staff.get("/me").status_code == 200
    service.clock.pass_by(days=91)
    assert staff.get("/me").status_code == 401


def test_unknown_fields_are_named(staff: Client, task: str) -> None:
    answer = staff.post(f"/tasks/{task}/decide", json={**DECIDE, "person_id": "x", "state": "done"})
    assert answer.status_code == 422
    assert answer.get_json()["type"] == "urn:paraf:problem:unknown_field"
    assert answer.get_json()["errors"] == {
        "person_id": ["Isian tidak dikenal."],
        "state": ["Isian tidak dikenal."],
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "outcome"),
        ({"outcome": None}, "outcome"),
        ({"outcome": 7}, "outcome"),
        ({"outcome": ["submit"]}, "outcome"),
        ({"outcome": "x" * 101}, "outcome"),
        ({"outcome": "submit", "seq": "3"}, "seq"),
        ({"outcome": "submit", "seq": True}, "seq"),
        ({"outcome": "submit", "seq": -1}, "seq"),
        ({"outcome": "submit", "seq": 2**53}, "seq"),
        ({"outcome": "submit", "form": []}, "form"),
        ({"outcome": "submit", "comment": "x" * 10_001}, "comment"),
    ],
)
def test_every_field_has_its_message(staff: Client, task: str, body: dict[str, Any], field: str) -> None:
    answer = staff.post(f"/tasks/{task}/decide", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["type"] == "urn:paraf:problem:invalid_form"
    assert list(answer.get_json()["errors"]) == [field]
    assert answer.get_json()["errors"][field][0][-1] == "."


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'"submit"', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"outcome":"submit","comment":"a\\u0000b"}', "application/json"),
        (b"[" * 5000 + b"]" * 5000, "application/json"),
        (b"outcome=submit", "application/x-www-form-urlencoded"),
        (b'{"outcome":"submit"}', "text/plain"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(staff: Client, task: str, raw: bytes, kind: str) -> None:
    answer = staff.post(f"/tasks/{task}/decide", data=raw, content_type=kind)
    assert answer.status_code == 422
    assert answer.get_json()["detail"].startswith("Isi permintaan")


def test_an_outcome_that_is_not_offered(staff: Client, task: str) -> None:
    answer = staff.post(f"/tasks/{task}/decide", json={"outcome": "approve"})
    assert answer.status_code == 422
    assert "outcome" in answer.get_json()["errors"]


def test_handing_on_an_incomplete_draft_names_each_missing_part(staff: Client, task: str) -> None:
    answer = staff.post(f"/tasks/{task}/decide", json=DECIDE)
    assert answer.status_code == 422
    assert answer.get_json()["type"] == "urn:paraf:problem:incomplete_naskah"
    missing = answer.get_json()["errors"]
    assert {"deskripsi", "dasar_hukum", "diagram_alir", "softcopy"} <= set(missing)
    assert missing["softcopy"][0].startswith("Softcopy")


def test_a_stale_seq_is_told_with_the_present_one(
    service: Service, staff: Client, opened: dict[str, Any], task: str
) -> None:
    seen = staff.get(f"/tasks/{task}").get_json()["seq"]
    service.written(staff, opened["id"])
    answer = staff.post(f"/tasks/{task}/decide", json={**DECIDE, "seq": seen})
    assert answer.status_code == 409
    problem = answer.get_json()
    assert problem["type"] == "urn:paraf:problem:stale"
    assert problem["seq"] == problem["present"]["seq"] > seen


def test_deciding_twice_names_who_was_first(
    service: Service, staff: Client, opened: dict[str, Any], task: str
) -> None:
    service.written(staff, opened["id"])
    assert staff.post(f"/tasks/{task}/decide", json=DECIDE).status_code == 200
    answer = staff.post(f"/tasks/{task}/decide", json=DECIDE)
    assert answer.status_code == 409
    problem = answer.get_json()
    assert problem["type"] == "urn:paraf:problem:already_decided"
    assert problem["present"]["decided_by"] == STAF_AFRIKA.name
    assert STAF_AFRIKA.name in problem["detail"]


def test_claiming_what_another_holds_names_the_holder(service: Service, task: str) -> None:
    head = service.as_person(DIR_AFRIKA)
    answer = head.post(f"/tasks/{task}/claim")
    assert answer.status_code == 409
    assert answer.get_json()["type"] == "urn:paraf:problem:held_by_other"
    assert answer.get_json()["present"] == {"holder": STAF_AFRIKA.name}


def test_a_return_needs_a_reason(service: Service, staff: Client, opened: dict[str, Any], task: str) -> None:
    service.written(staff, opened["id"])
    step = staff.post(f"/tasks/{task}/decide", json=DECIDE).get_json()["opened"][0]
    head = service.as_person(DIRJEN_ASPASAF)
    answer = head.post(f"/tasks/{step['id']}/decide", json={"outcome": "return", "comment": "  "})
    assert answer.status_code == 422
    assert "comment" in answer.get_json()["errors"]


def test_another_version_of_the_draft_is_not_overwritten(
    service: Service, staff: Client, opened: dict[str, Any]
) -> None:
    path = f"/proposals/{opened['id']}/naskah"
    assert staff.put(path, json={**service.naskah(), "base_version": 0}).status_code == 200
    answer = staff.put(path, json={"deskripsi": "Lain.", "base_version": 0})
    assert answer.status_code == 409
    assert answer.get_json()["type"] == "urn:paraf:problem:version_changed"
    assert answer.get_json()["present"] == {"version": 1}


def test_fields_inside_the_draft_are_named_by_their_path(staff: Client, opened: dict[str, Any]) -> None:
    path = f"/proposals/{opened['id']}/naskah"
    answer = staff.put(path, json={"deskripsi": "Ringkas.", "dasar_hukum": [{"judul": "x"}]})
    assert answer.status_code == 422
    assert answer.get_json()["type"] == "urn:paraf:problem:unknown_field"
    assert list(answer.get_json()["errors"]) == ["dasar_hukum.0.judul"]
    assert staff.put(path, json={"sha256": "0" * 64}).get_json()["errors"] == {
        "sha256": ["Isian tidak dikenal."]
    }


def test_no_route_tells_the_rule(service: Service) -> None:
    answer = service.as_person(STAF_AHLI).post(
        "/proposals",
        json={"title": "Telaah", "sop_kind": "mikro", "request_kind": "new", "unit_id": "SAHLI-POLHUKAM"},
    )
    assert answer.status_code == 422
    assert answer.get_json()["rule"]


def test_the_header_of_a_proposal_is_checked(staff: Client) -> None:
    answer = staff.post("/proposals", json={"title": "x" * 301, "sop_kind": "besar", "unit_id": "DIT-AFRIKA"})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"title", "sop_kind", "request_kind"}


def test_proposing_for_another_unit(service: Service) -> None:
    answer = service.as_person(STAF_KEUANGAN).post(
        "/proposals",
        json={"title": "Rapat", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"},
    )
    assert answer.status_code == 403


def test_strangers_see_nothing_and_may_do_nothing(
    service: Service, opened: dict[str, Any], task: str
) -> None:
    stranger = service.as_person(DIRJEN_ASEAN)
    for path in (
        f"/proposals/{opened['id']}",
        f"/proposals/{opened['id']}/naskah/1",
        f"/instances/{opened['instance_id']}",
        f"/instances/{opened['instance_id']}/events",
        f"/instances/{opened['instance_id']}/verification",
        f"/tasks/{task}",
    ):
        assert stranger.get(path).status_code == 404, path
    assert stranger.get("/instances").get_json()["items"] == []
    assert stranger.post(f"/tasks/{task}/decide", json=DECIDE).status_code == 403
    assert stranger.post(f"/tasks/{task}/claim").status_code == 403


def test_an_auditor_reads_and_decides_nothing(service: Service, opened: dict[str, Any], task: str) -> None:
    auditor = service.as_person(AUDITOR)
    assert auditor.get(f"/instances/{opened['instance_id']}/events").status_code == 200
    answer = auditor.post(f"/tasks/{task}/decide", json=DECIDE)
    assert answer.status_code == 403
    assert service.as_person(ADMINISTRATOR).post(f"/tasks/{task}/claim").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/proposals/tidak-ada",
        "/tasks/tidak-ada",
        "/instances/tidak-ada",
        "/documents/tidak-ada",
        "/documents/tidak-ada.pdf",
        "/attachments/" + "0" * 64,
        "/attachments/..",
        "/sops/tidak-ada",
        "/tidak/ada",
    ],
)
def test_what_is_not_there_is_404(staff: Client, path: str) -> None:
    answer = staff.get(path)
    assert answer.status_code == 404
    assert answer.get_json()["type"] == "urn:paraf:problem:not_found"


def test_a_method_that_an_address_does_not_know(staff: Client) -> None:
    answer = staff.delete("/me")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert answer.get_json()["detail"] == "Alamat ini tidak menerima metode DELETE."


def test_a_body_beyond_the_limit(staff: Client, task: str) -> None:
    answer = staff.post(f"/tasks/{task}/decide", json={"outcome": "submit", "comment": "x" * 3_000_000})
    assert answer.status_code == 413
    assert answer.get_json()["type"] == "urn:paraf:problem:too_large"


def test_a_failure_tells_its_number_and_nothing_of_the_inside(
    service: Service, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down() -> str:
        raise RuntimeError("SELECT secret FROM /srv/paraf/db")

    monkeypatch.setattr(service.office, "now", break_down)
    answer = service.nobody().get("~/api/v1/me", headers=staff.headers)
    assert answer.status_code == 500
    problem = answer.get_json()
    assert (
        problem["request_id"] == answer.headers["X-Request-ID"] and problem["request_id"] in problem["detail"]
    )
    assert b"secret" not in answer.data and b"Traceback" not in answer.data and b"/srv" not in answer.data
