"""The first steps of a case, as a client takes them: every call of the contract once, on each database."""

from __future__ import annotations

import hashlib
import json

from cast import DIR_AFRIKA, DIRJEN_ASPASAF, STAF_AFRIKA
from web_service import TITLE, Service


def test_a_proposal_travels_from_draft_to_the_head_of_the_unit(either_service: Service) -> None:
    service = either_service
    staff = service.as_person(STAF_AFRIKA)

    me = staff.get("/me").get_json()
    assert me["login"] == STAF_AFRIKA.login
    assert {held["unit"]["code"] for held in me["appointments"]} == {"DIT-AFRIKA"}
    assert me["appointments"][0]["capacity"] == "definitif"
    (found,) = staff.get(f"/people?login={DIR_AFRIKA.login}").get_json()["items"]
    assert found["name"] == DIR_AFRIKA.name

    # the staff proposes, and holds the drafting task
    opened = service.proposed(staff)
    assert opened["route_key"] == "sop_mikro_eselon1"
    (task,) = staff.get("/tasks?state=open&mine=true&sort=due").get_json()["items"]
    assert task["proposal"]["id"] == opened["id"] and task["proposal"]["title"] == TITLE
    assert task["assignee"]["name"] == STAF_AFRIKA.name
    assert task["outcomes"] == ["submit"]

    # the draft, in numbered versions
    service.written(staff, opened["id"])
    proposal = staff.get(f"/proposals/{opened['id']}").get_json()
    assert proposal["complete"] and proposal["missing"] == []
    assert proposal["naskah"]["version"] == len(proposal["versions"])
    assert [one["role"] for one in proposal["attachments"]] == ["softcopy"]
    first = staff.get(f"/proposals/{opened['id']}/naskah/1").get_json()
    assert first["naskah"]["deskripsi"] == service.naskah()["deskripsi"]

    # handed on
    seen = staff.get(f"/tasks/{task['id']}").get_json()
    decided = staff.post(
        f"/tasks/{task['id']}/decide", json={"outcome": "submit", "seq": seen["seq"], "form": {}}
    )
    assert decided.status_code == 200, decided.get_json()
    assert decided.get_json()["instance"]["state"] == "running"
    assert staff.get("/tasks").get_json()["items"] == []
    (done,) = staff.get("/tasks?state=done").get_json()["items"]
    assert done["id"] == task["id"]

    # the next step waits for somebody else, who finds it in the inbox
    (step,) = decided.get_json()["opened"]
    case = staff.get(f"/instances/{opened['instance_id']}").get_json()
    assert case["number"] == opened["number"] and case["state"] == "running"
    assert [one["element_id"] for one in case["tasks"]] == [step["element_id"]]
    holder = service.as_person(DIRJEN_ASPASAF)
    (waiting,) = holder.get("/tasks").get_json()["items"]
    assert waiting["id"] == step["id"]
    held = holder.post(f"/tasks/{step['id']}/claim").get_json()
    assert held["assignee"]["name"] == DIRJEN_ASPASAF.name
    assert holder.post(f"/tasks/{step['id']}/release", json={}).get_json()["assignee"] is None
    page = holder.get(f"/tasks/{step['id']}").get_json()
    assert page["outcomes"] == [offer["id"] for offer in page["offers"]] == ["submit", "return"]

    # found by whoever may see it, and proved
    (listed,) = holder.get("/instances?q=rapat&state=running&route=sop_mikro_eselon1").get_json()["items"]
    assert listed["id"] == opened["instance_id"] and listed["open_steps"][0]["task_id"] == step["id"]
    proof = holder.get(f"/instances/{opened['instance_id']}/verification").get_json()
    assert proof["intact"] and proof["rerun"]


def test_the_history_is_served_as_it_was_hashed(either_service: Service) -> None:
    staff = either_service.as_person(STAF_AFRIKA)
    opened = either_service.proposed(staff)
    either_service.written(staff, opened["id"])

    events, cursor = [], ""
    while True:
        page = staff.get(f"/instances/{opened['instance_id']}/events?limit=3{cursor}").get_json()
        assert len(page["items"]) <= 3
        events += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "instance.started"
    before = "0" * 64
    for event in events:
        claimed = event.pop("hash")
        body = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert event["prev_hash"] == before
        assert hashlib.sha256(body.encode()).hexdigest() == claimed
        before = claimed


def test_a_proposal_is_taken_back_with_a_reason(either_service: Service) -> None:
    head = either_service.as_person(DIR_AFRIKA)
    opened = either_service.proposed(either_service.as_person(STAF_AFRIKA))
    path = f"/proposals/{opened['id']}/withdraw"

    assert head.post(path, json={"reason": " "}).status_code == 422
    ended = head.post(path, json={"reason": "Digabung dengan usulan lain."})
    assert ended.status_code == 200 and ended.get_json()["state"] == "withdrawn"

    again = head.post(path, json={"reason": "Sekali lagi."})
    assert again.status_code == 409
    assert again.get_json()["present"] == {"state": "withdrawn"}


def test_routes_are_published_byte_for_byte(service: Service) -> None:
    staff = service.as_person(STAF_AFRIKA)
    keys = {route["key"]: route for route in staff.get("/routes").get_json()["items"]}
    route = keys["sop_mikro_eselon1"]
    (version,) = staff.get("/routes/sop_mikro_eselon1/versions").get_json()["items"]
    assert version["sha256"] == route["sha256"]

    path = f"/routes/sop_mikro_eselon1/versions/{version['version']}/bpmn"
    answer = staff.get(path)
    assert hashlib.sha256(answer.data).hexdigest() == version["sha256"]
    assert answer.headers["ETag"] == f'"{version["sha256"]}"'
    again = staff.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    assert staff.get("/routes/sop_mikro_eselon1/versions/99/bpmn").status_code == 404
    assert staff.get("/routes/tidak_ada/versions").status_code == 404


def test_the_register_lists_sops_in_force(service: Service) -> None:
    staff = service.as_person(STAF_AFRIKA)
    page = staff.get("/sops?in_force=true&limit=1").get_json()
    assert len(page["items"]) == 1
    found = page["items"][0]
    assert found["in_force"] is True
    assert staff.get(f"/sops/{found['id']}").get_json()["title"] == found["title"]
    assert staff.get("/sops?q=tidak+ada+judul+seperti+ini").get_json()["items"] == []
