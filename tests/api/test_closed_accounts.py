"""An account is closed: whoever cannot come in holds no task up, and is handed none."""

from __future__ import annotations

from typing import Any

import pytest

from cast import DIR_AFRIKA, KARO_PO, STAF_AFRIKA, player
from paraf.usecases import accounts
from web_service import Client, Service

COLLEAGUE = player("staf2.afrika")


@pytest.fixture
def opened(either_service: Service) -> dict[str, Any]:
    """A proposal whose draft its proposer holds."""
    return either_service.proposed(either_service.as_person(STAF_AFRIKA))


def held_by(client: Client, task: str) -> str | None:
    holder = client.get(f"/tasks/{task}").get_json()["assignee"]
    return holder["name"] if holder else None


def test_closing_an_account_frees_what_it_holds_and_says_so(
    either_service: Service, opened: dict[str, Any]
) -> None:
    task, colleague = opened["tasks"][0]["id"], either_service.as_person(COLLEAGUE)
    assert held_by(colleague, task) == STAF_AFRIKA.name
    assert colleague.get("/tasks?mine=true").get_json()["items"] == []
    assert colleague.post(f"/tasks/{task}/claim").status_code == 409

    accounts.disable(either_service.office, None, STAF_AFRIKA.login)

    assert held_by(colleague, task) is None
    assert [one["id"] for one in colleague.get("/tasks?mine=true").get_json()["items"]] == [task]
    assert colleague.get("/tasks").get_json()["counts"]["open"] == 1
    told = either_service.as_person(KARO_PO).get(f"/instances/{opened['instance_id']}/events").get_json()
    released = told["items"][-1]
    assert (released["type"], released.get("actor")) == ("task.released", None)
    assert released["data"] == {"position": "DIT-AFRIKA.staf", "reason": "organisation"}
    saved = colleague.put(f"/proposals/{opened['id']}/naskah", json={"deskripsi": "Lanjut."})
    assert saved.status_code == 200
    proof = colleague.get(f"/instances/{opened['instance_id']}/verification").get_json()
    assert proof["intact"], proof


def test_a_claim_of_a_closed_account_holds_nobody_up(either_service: Service, opened: dict[str, Any]) -> None:
    """As a case may stand that was held when an earlier release closed the account."""
    task, colleague = opened["tasks"][0]["id"], either_service.as_person(COLLEAGUE)
    with either_service.office.store.write() as uow:
        account = uow.people.by_login(STAF_AFRIKA.login)
        assert account is not None
        uow.people.update(account.id, disabled_at=either_service.office.now())
        uow.organisation.bump()
    assert [one["id"] for one in colleague.get("/tasks?mine=true").get_json()["items"]] == [task]
    assert colleague.get("/tasks").get_json()["counts"]["open"] == 1
    assert held_by(colleague, task) is None
    assert colleague.post(f"/tasks/{task}/claim").status_code == 200
    told = either_service.as_person(KARO_PO).get(f"/instances/{opened['instance_id']}/events").get_json()
    assert [one["type"] for one in told["items"][-2:]] == ["task.released", "task.claimed"]


def test_no_task_is_handed_to_a_closed_account(either_service: Service, opened: dict[str, Any]) -> None:
    task, staff = opened["tasks"][0]["id"], either_service.as_person(STAF_AFRIKA)
    with either_service.office.store.read() as uow:
        colleague = uow.people.by_login(COLLEAGUE.login)
    assert colleague is not None
    accounts.disable(either_service.office, None, COLLEAGUE.login)
    answer = staff.post(f"/tasks/{task}/hand-over", json={"person_id": colleague.id})
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["person_id"]
    browser, _ = either_service.signed_in(STAF_AFRIKA)
    page = browser.get(f"~/tugas/{task}").get_data(as_text=True)
    assert DIR_AFRIKA.name in page and COLLEAGUE.name not in page.split("serahkan", 1)[1]
    accounts.enable(either_service.office, None, COLLEAGUE.login)
    assert staff.post(f"/tasks/{task}/hand-over", json={"person_id": colleague.id}).status_code == 200
