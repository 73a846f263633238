"""Repairs as clients meet them: every call, what it shows to whom, what it refuses."""

from __future__ import annotations

from typing import Any

from cast import (
    ADMINISTRATOR,
    AUDITOR,
    DIR_AFRIKA,
    OPERATOR,
    PROCESS_OWNER,
    SECOND_OPERATOR,
    STAF_AFRIKA,
)
from repairs.conftest import REASON
from web_service import TITLE, Client, Service, either_service, service, serving

__all__ = ["either_service", "service", "serving"]


def asked(by: Client, instance_id: str, kind: str = "suspend", **more: Any) -> dict[str, Any]:
    answer = by.post("/repairs", json={"instance_id": instance_id, "kind": kind, "reason": REASON, **more})
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def test_the_whole_way_of_a_repair(either_service: Service) -> None:
    service = either_service
    staff, operator = service.as_person(STAF_AFRIKA), service.as_person(OPERATOR)
    second = service.as_person(SECOND_OPERATOR)
    opened = service.proposed(staff)
    made = asked(operator, opened["instance_id"])
    assert made["state"] == "asked" and made["instance"]["state"] == "running"

    seen = second.get(f"/instances/{opened['instance_id']}/condition").get_json()
    assert seen["verification"]["intact"] and seen["number"] == opened["number"]
    assert (seen["effect"]["before"], seen["effect"]["after"]) == ("running", "suspended")
    assert [task["name"] for task in seen["tasks"]] == ["Susun naskah konsep SOP Mikro"]
    (item,) = second.get("/repairs?state=asked").get_json()["items"]
    assert item["id"] == made["id"] and item["reason"] == REASON

    done = second.post(f"/repairs/{made['id']}/carry-out", json={"seq": seen["seq"]})
    assert done.status_code == 200
    assert done.get_json()["instance"]["state"] == "suspended"
    for mine in (
        staff.get(f"/instances/{opened['instance_id']}").get_json(),
        staff.get(f"/proposals/{opened['id']}").get_json(),
        staff.get(f"/tasks/{opened['tasks'][0]['id']}").get_json(),
    ):
        held = mine["held"]
        assert (held["state"], held["reason"]) == ("suspended", REASON)
        assert (held["asked_by"], held["who"]) == (OPERATOR.name, SECOND_OPERATOR.name)
    (task,) = staff.get("/tasks").get_json()["items"]
    assert task["case_state"] == "suspended"

    refused = staff.post(f"/tasks/{task['id']}/decide", json={"outcome": "submit"})
    assert refused.status_code == 409
    problem = refused.get_json()
    assert problem["type"] == "urn:paraf:problem:on_hold"
    assert problem["detail"].startswith("Berkas sedang ditangguhkan.")
    assert problem["present"] == {"state": "suspended"}


def test_an_operator_sees_a_case_from_outside_only(service: Service) -> None:
    opened = service.proposed(service.as_person(STAF_AFRIKA))
    operator = service.as_person(OPERATOR)
    outside = operator.get(f"/instances/{opened['instance_id']}/condition")
    assert TITLE not in outside.get_data(as_text=True)
    assert STAF_AFRIKA.name in outside.get_data(as_text=True), "who holds a task is no content"
    for path in (
        f"/instances/{opened['instance_id']}",
        f"/instances/{opened['instance_id']}/events",
        f"/proposals/{opened['id']}",
        f"/tasks/{opened['tasks'][0]['id']}",
    ):
        assert operator.get(path).status_code == 404, path


def test_who_may_see_and_who_may_act(service: Service) -> None:
    opened = service.proposed(service.as_person(STAF_AFRIKA))
    made = asked(service.as_person(OPERATOR), opened["instance_id"])
    for player in (OPERATOR, SECOND_OPERATOR, ADMINISTRATOR, AUDITOR):
        assert service.as_person(player).get("/repairs").status_code == 200, player.login
    for player in (STAF_AFRIKA, DIR_AFRIKA, PROCESS_OWNER):
        client = service.as_person(player)
        assert client.get("/repairs").status_code == 403, player.login
        assert client.get(f"/instances/{opened['instance_id']}/condition").status_code == 403, player.login
    body = {"instance_id": opened["instance_id"], "kind": "suspend", "reason": REASON}
    for player in (AUDITOR, ADMINISTRATOR, STAF_AFRIKA):
        assert service.as_person(player).post("/repairs", json=body).status_code == 403, player.login
    for player in (OPERATOR, AUDITOR, DIR_AFRIKA):
        client = service.as_person(player)
        assert client.post(f"/repairs/{made['id']}/carry-out", json={}).status_code == 403, player.login
        assert client.post(f"/repairs/{made['id']}/refuse", json={"reason": "x"}).status_code == 403
    administrator = service.as_person(ADMINISTRATOR)
    assert administrator.post(f"/repairs/{made['id']}/take-back", json={}).status_code == 403
    assert administrator.post(f"/repairs/{made['id']}/refuse", json={"reason": "Tidak."}).status_code == 200
    again = service.as_person(SECOND_OPERATOR).post(f"/repairs/{made['id']}/carry-out", json={})
    assert again.status_code == 409
    assert again.get_json()["present"] == {"state": "refused", "answered_by": ADMINISTRATOR.name}


def test_odd_requests_are_refused_in_words(service: Service) -> None:
    opened = service.proposed(service.as_person(STAF_AFRIKA))
    operator = service.as_person(OPERATOR)
    case = {"instance_id": opened["instance_id"]}
    for body, status in (
        ({}, 422),
        ({**case, "kind": "suspend"}, 422),
        ({**case, "kind": "suspend", "reason": ""}, 422),
        ({**case, "kind": "melt", "reason": REASON}, 422),
        ({**case, "kind": "suspend", "reason": REASON, "more": 1}, 422),
        ({**case, "kind": "set_right", "reason": REASON}, 422),
        ({**case, "kind": "set_right", "reason": REASON, "what": "melt"}, 422),
        ({**case, "kind": "set_right", "reason": REASON, "what": "facts"}, 409),
        ({**case, "kind": "resume", "reason": REASON}, 409),
        ({"instance_id": "x", "kind": "suspend", "reason": REASON}, 404),
    ):
        answer = operator.post("/repairs", json=body)
        assert answer.status_code == status, (body, answer.get_json())
        assert answer.get_json()["detail"]
    assert operator.get("/repairs?state=melted").status_code == 422
    assert operator.get("/instances/x/condition").status_code == 404
    assert operator.post("/repairs/x/take-back", json={}).status_code == 404
    assert operator.get("/repairs").get_json() == {"items": [], "next": None}


def test_a_key_makes_a_repair_happen_once(service: Service) -> None:
    opened = service.proposed(service.as_person(STAF_AFRIKA))
    operator, second = service.as_person(OPERATOR), service.as_person(SECOND_OPERATOR)
    body = {"instance_id": opened["instance_id"], "kind": "suspend", "reason": REASON}
    first = operator.post("/repairs", json=body, key="k-1")
    assert operator.post("/repairs", json=body, key="k-1").get_json() == first.get_json()
    path = f"/repairs/{first.get_json()['id']}/carry-out"
    done = second.post(path, json={}, key="k-2")
    assert second.post(path, json={}, key="k-2").get_json() == done.get_json()
    other = second.post(path, json={"seq": 1}, key="k-2")
    assert other.status_code == 422


def test_the_list_goes_on_where_it_ended(service: Service) -> None:
    staff, operator = service.as_person(STAF_AFRIKA), service.as_person(OPERATOR)
    for _ in range(3):
        service.clock.pass_by(minutes=1)
        asked(operator, service.proposed(staff)["instance_id"])
    first = operator.get("/repairs?limit=2").get_json()
    rest = operator.get(f"/repairs?limit=2&cursor={first['next']}").get_json()
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["next"] is None
    times = [one["asked_at"] for one in first["items"] + rest["items"]]
    assert times == sorted(times, reverse=True)
