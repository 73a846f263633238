"""A draft is begun from anything, saved over what one saw and nothing else, and never lost."""

from __future__ import annotations

import random
from base64 import b64encode

import pytest

from cast import AUDITOR, PROCESS_OWNER, PUBLISHER, STAF_AFRIKA
from paraf.usecases import examiner
from web_service import Service, either_service, service, serving

__all__ = ["either_service", "service", "serving"]

KEY = "sop_mikro_eselon1"


def test_a_draft_begins_from_the_version_in_force_with_its_forms_and_tables(either_service: Service) -> None:
    owner = either_service.as_person(PROCESS_OWNER)
    made = owner.post("/drafts", json={"key": KEY})
    assert made.status_code == 201, made.get_json()
    draft = made.get_json()
    published = owner.get(f"/routes/{KEY}/versions/1/bpmn").get_data(as_text=True)
    assert draft["bpmn"] == published
    assert draft["base_version"] == draft["revision"] == 1
    assert "sign" in draft["forms"] and "choose_route" in draft["tables"]
    assert owner.get(f"/drafts/{draft['id']}").get_json() == draft
    assert [one["id"] for one in owner.get("/drafts").get_json()["items"]] == [draft["id"]]
    found = owner.post(f"/drafts/{draft['id']}/findings", json={}).get_json()
    assert found["findings"] == []


def test_a_new_route_begins_whole(service: Service) -> None:
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"key": "sop_baru", "name": "SOP Baru"}).get_json()
    assert owner.post(f"/drafts/{draft['id']}/findings", json={}).get_json()["findings"] == []
    tidied = owner.post(f"/drafts/{draft['id']}/tidy", json={"bpmn": draft["bpmn"]})
    assert tidied.get_json() == {"bpmn": draft["bpmn"]}


def test_a_save_over_an_older_revision_is_told_who_saved_and_when(either_service: Service) -> None:
    owner = either_service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"key": KEY}).get_json()
    path = f"/drafts/{draft['id']}"
    changed = draft["bpmn"].replace("Tanda tangani", "Bubuhkan tanda tangan", 1)
    saved = owner.put(path, json={"revision": 1, "bpmn": changed})
    assert saved.get_json()["revision"] == 2
    assert owner.put(path, json={"revision": 2, "bpmn": changed}).get_json()["revision"] == 2
    late = owner.put(path, json={"revision": 1, "forms": {}})
    assert late.status_code == 409
    problem = late.get_json()
    assert "23 November 2026 12.00" in problem["detail"]
    assert problem["present"]["revision"] == 2
    now = owner.get(path).get_json()
    assert now["bpmn"] == changed and now["forms"] == draft["forms"]


def test_a_foreign_file_is_kept_as_it_came(service: Service) -> None:
    owner = service.as_person(PROCESS_OWNER)
    foreign = b'<?xml version="1.0"?>\r\n<definitions><process id="beli_barang" name="Beli"/></definitions>'
    made = owner.post("/drafts", json={"file": b64encode(foreign).decode()})
    assert made.status_code == 201, made.get_json()
    draft = made.get_json()
    assert (draft["route_key"], draft["name"]) == ("beli_barang", "Beli")
    with service.office.store.read() as uow:
        row = uow.drafts.one(draft["id"])
    assert row is not None and row.content == foreign
    assert owner.post(f"/drafts/{draft['id']}/findings", json={}).get_json()["findings"]
    large = owner.post("/drafts", json={"key": "besar", "file": b64encode(b"x" * (1024 * 1024 + 1)).decode()})
    assert large.status_code == 413
    unnamed = owner.post("/drafts", json={"bpmn": "<x/>"})
    assert unnamed.status_code == 422 and "key" in unnamed.get_json()["errors"]


def test_what_a_part_may_be(service: Service) -> None:
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"key": KEY}).get_json()
    path = f"/drafts/{draft['id']}"
    for parts in (
        {"forms": {"Nama Formulir": "{}"}},
        {"tables": {"a": 1}},
        {"forms": {"a": "x" * 200_000}},
        {"forms": {"a": '{"title": "\\ud800"}'}},
    ):
        refused = owner.put(path, json={"revision": 1, **parts})
        assert refused.status_code == 422, parts
        assert owner.post(f"{path}/findings", json=parts).status_code == 422, parts
    assert owner.put(path, json={"revision": 1, "nama": "x"}).status_code == 422
    assert owner.get(path).get_json()["revision"] == 1


def test_only_a_process_owner_draws_and_others_of_the_workshop_read(service: Service) -> None:
    draft = service.as_person(PROCESS_OWNER).post("/drafts", json={"key": KEY}).get_json()
    path = f"/drafts/{draft['id']}"
    for reader in (PUBLISHER, AUDITOR):
        client = service.as_person(reader)
        assert client.get(path).status_code == 200
        assert client.put(path, json={"revision": 1, "forms": {}}).status_code == 403
        assert client.post("/drafts", json={"key": KEY}).status_code == 403
    stranger = service.as_person(STAF_AFRIKA)
    assert stranger.get(path).status_code == 403 and stranger.get("/drafts").status_code == 403


def test_a_draft_given_up_is_open_no_more(service: Service) -> None:
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"key": KEY}).get_json()
    path = f"/drafts/{draft['id']}"
    assert owner.post(f"{path}/discard", json={"revision": 2}).status_code == 409
    assert owner.post(f"{path}/discard", json={}).get_json()["state"] == "discarded"
    assert owner.put(path, json={"revision": 1, "forms": {}}).status_code == 409
    assert owner.get("/drafts").get_json()["items"] == []


def test_the_words_of_the_workshop_are_whole(service: Service) -> None:
    words = service.as_person(PROCESS_OWNER).get("/workshop/words").get_json()
    assert {one["id"] for one in words["roles"]} >= {"sekjen", "pimpinan_unit"}
    assert all(one["label"] != one["id"] for one in words["roles"])
    form = next(one for one in words["forms"] if one["name"] == "review_outcome")
    assert form["fields"]


def tangled(steps: int, flows: int) -> str:
    """A file whose lines lead everywhere."""
    chance = random.Random(7)
    nodes = "".join(f'<bpmn:userTask id="t{n}" name="Langkah {n}"/>' for n in range(steps))
    ways = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="t{chance.randrange(steps)}"'
        f' targetRef="t{chance.randrange(steps)}"/>'
        for n in range(flows)
    )
    return (
        '<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">'
        f'<bpmn:process id="kusut"><bpmn:startEvent id="s"/>{nodes}{ways}</bpmn:process></bpmn:definitions>'
    )


def test_a_tangle_is_not_drawn_for_ever(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers in words after the bound, and goes on answering."""
    patience = examiner.DRAWING_SECONDS
    monkeypatch.setattr(examiner, "DRAWING_SECONDS", 0.05)
    owner = service.as_person(PROCESS_OWNER)
    draft = owner.post("/drafts", json={"bpmn": tangled(60, 120)}).get_json()
    refused = owner.post(f"/drafts/{draft['id']}/tidy", json={"bpmn": draft["bpmn"]})
    assert refused.status_code == 422 and refused.get_json()["findings"]
    monkeypatch.setattr(examiner, "DRAWING_SECONDS", patience)
    small = owner.post("/drafts", json={"key": "sop_baru", "name": "SOP Baru"}).get_json()
    assert owner.post(f"/drafts/{small['id']}/tidy", json={"bpmn": small["bpmn"]}).status_code == 200
    broken = owner.post(f"/drafts/{small['id']}/tidy", json={"bpmn": "<x"})
    assert broken.status_code == 422 and broken.get_json()["findings"]
