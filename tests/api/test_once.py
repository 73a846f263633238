"""The same request sent twice counts once; a key is never lent to another request."""

from __future__ import annotations

from typing import Any

import pytest

from cast import DIR_AFRIKA, STAF_AFRIKA
from paraf.usecases import demo_papers
from web_service import TITLE, Client, Service, upload

HEADER = {"title": TITLE, "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}


@pytest.fixture
def staff(either_service: Service) -> Client:
    return either_service.as_person(STAF_AFRIKA)


def test_proposing_twice_with_one_key_opens_one_case(staff: Client) -> None:
    first = staff.post("/proposals", json=HEADER, key="usulan-1")
    again = staff.post("/proposals", json=HEADER, key="usulan-1")
    assert first.status_code == again.status_code == 201
    assert first.get_json() == again.get_json()
    assert len(staff.get("/instances").get_json()["items"]) == 1

    other = staff.post("/proposals", json={**HEADER, "title": "Lain"}, key="usulan-1")
    assert other.status_code == 422
    assert other.get_json()["type"] == "urn:paraf:problem:key_reused"


def test_a_key_belongs_to_one_person(either_service: Service, staff: Client) -> None:
    head = either_service.as_person(DIR_AFRIKA)
    mine = staff.post("/proposals", json=HEADER, key="k").get_json()
    theirs = head.post("/proposals", json=HEADER, key="k").get_json()
    assert mine["id"] != theirs["id"]


def test_a_refused_request_does_not_use_up_its_key(staff: Client) -> None:
    assert staff.post("/proposals", json={**HEADER, "unit_id": "TIDAK-ADA"}, key="k").status_code == 422
    assert staff.post("/proposals", json=HEADER, key="k").status_code == 201


def test_every_unsafe_call_of_a_case_may_be_repeated(either_service: Service, staff: Client) -> None:
    opened = staff.post("/proposals", json=HEADER, key="1").get_json()
    task, path = opened["tasks"][0]["id"], f"/proposals/{opened['id']}"
    softcopy = demo_papers.softcopy(TITLE)

    def attach() -> Any:
        data = {"role": "softcopy", "file": upload("naskah.pdf", softcopy)}
        return staff.post(f"{path}/attachments", data=data, key="3")

    naskah = either_service.naskah()
    for send in (
        lambda: staff.put(f"{path}/naskah", json=naskah, key="2"),
        attach,
        lambda: staff.post(f"/tasks/{task}/release", key="4"),
        lambda: staff.post(f"/tasks/{task}/claim", json={}, key="5"),
        lambda: staff.post(f"/tasks/{task}/decide", json={"outcome": "submit"}, key="6"),
    ):
        first, again = send(), send()
        assert first.status_code == again.status_code < 300, first.get_json()
        assert first.get_json() == again.get_json()
    assert len(staff.get(path).get_json()["versions"]) == 1


def test_the_same_key_on_another_address_is_another_request(staff: Client) -> None:
    opened = staff.post("/proposals", json=HEADER, key="k").get_json()
    answer = staff.post(f"/tasks/{opened['tasks'][0]['id']}/release", key="k")
    assert answer.get_json()["type"] == "urn:paraf:problem:key_reused"


@pytest.mark.parametrize("key", [" ", "x" * 201, "kunci-é".encode().decode("latin-1")])
def test_a_key_has_a_shape(staff: Client, key: str) -> None:
    answer = staff.post("/proposals", json=HEADER, key=key)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.get_json()["errors"]
