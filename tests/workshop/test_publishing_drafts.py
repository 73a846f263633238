"""Four eyes: who may publish a draft, what is asked of him, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cast import ADMINISTRATOR, AUDITOR, PROCESS_OWNER, PUBLISHER, SECOND_PUBLISHER, Player
from paraf.usecases import route_life
from paraf.usecases.publish_routes import publish as publish_file
from web_service import PASSWORD, Client, Service, either_service, password_hash, service, serving

__all__ = ["either_service", "service", "serving"]

KEY = "sop_mikro_eselon1"
Change = Callable[[str], str]


def renamed(bpmn: str) -> str:
    """A harmless change of a label."""
    assert "Tanda tangani" in bpmn
    return bpmn.replace("Tanda tangani", "Bubuhkan tanda tangan", 1)


def begin(service: Service, change: Change | None = renamed, by: Player = PROCESS_OWNER) -> dict[str, Any]:
    """A draft of the route with one change, saved."""
    owner = service.as_person(by)
    draft = dict(owner.post("/drafts", json={"key": KEY}).get_json())
    if change is not None:
        saved = owner.put(f"/drafts/{draft['id']}", json={"revision": 1, "bpmn": change(draft["bpmn"])})
        draft["revision"] = saved.get_json()["revision"]
    return draft


def with_password(service: Service, player: Player) -> Client:
    with service.office.store.write() as uow:
        account = uow.people.by_login(player.login)
        assert account is not None
        uow.people.update(account.id, password_hash=password_hash(), must_change_password=0)
    return service.as_person(player)


def wish(draft: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {"revision": draft["revision"], "note": "Perbaikan istilah.", "password": PASSWORD, **changes}
    return {name: value for name, value in body.items() if value is not ...}


def verified(service: Service, key: str = KEY) -> bool:
    with service.office.store.snapshot() as uow:
        return route_life.verify(uow, key) is None


def test_a_second_person_publishes_and_the_life_tells_it(either_service: Service) -> None:
    service = either_service
    draft = begin(service)
    publisher = with_password(service, PUBLISHER)
    answer = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert answer.status_code == 200, answer.get_json()
    published = answer.get_json()
    assert (published["version"], published["way"]) == (2, "publish")
    bpmn = publisher.get(f"/routes/{KEY}/versions/2/bpmn")
    assert renamed(draft["bpmn"]) == bpmn.get_data(as_text=True)
    assert bpmn.headers["ETag"] == f'"{published["sha256"]}"'
    newest = publisher.get(f"/routes/{KEY}/versions").get_json()["items"][0]
    assert newest["note"] == "Perbaikan istilah." and newest["published_by"] == PUBLISHER.name
    life = publisher.get(f"/routes/{KEY}/history").get_json()
    assert life["verified"] and [one["type"] for one in life["items"]] == ["route.published"] * 2
    told = life["items"][1]
    assert told["data"]["base_version"] == 1 and len(told["data"]["authors"]) == 1
    assert told["hash"] == published["hash"] and set(told["data"]["note"]) == {"sc"}
    assert life["opened"]["2"]["data.note"]["value"] == "Perbaikan istilah."
    assert publisher.get("/drafts").get_json()["items"] == []
    again = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert again.status_code == 409 and "versi 2" in again.get_json()["detail"]
    assert verified(service)


@pytest.mark.parametrize(
    ("changes", "status", "names"),
    [
        ({"note": "  "}, 422, {"note"}),
        ({"note": ...}, 422, {"note"}),
        ({"password": "salah"}, 422, {"password"}),
        ({"password": ...}, 422, {"password"}),
        ({"revision": 1}, 409, set()),
        ({"after": 0}, 409, set()),
        ({"effective_from": "2026-11-22"}, 422, {"effective_from"}),
        ({"effective_from": "besok"}, 422, {"effective_from"}),
        ({"nama": "x"}, 422, {"nama"}),
    ],
)
def test_what_a_publisher_must_give(
    service: Service, changes: dict[str, Any], status: int, names: set[str]
) -> None:
    draft = begin(service)
    publisher = with_password(service, PUBLISHER)
    answer = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft, **changes))
    assert answer.status_code == status, answer.get_json()
    assert set(answer.get_json().get("errors", {})) == names
    assert len(publisher.get(f"/routes/{KEY}/versions").get_json()["items"]) == 1
    assert publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft)).status_code == 200


@pytest.mark.parametrize("who", [PROCESS_OWNER, ADMINISTRATOR, AUDITOR], ids=lambda who: who.login)
def test_without_the_role_nobody_publishes(service: Service, who: Player) -> None:
    draft = begin(service)
    answer = with_password(service, who).post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert answer.status_code == 403


def test_whoever_saved_a_draft_once_does_not_publish_it(service: Service) -> None:
    """Also not when somebody else saved after him: the second publisher does."""
    with service.office.store.write() as uow:
        account = uow.people.by_login(PUBLISHER.login)
        assert account is not None
        uow.people.update(account.id, system_roles='["process_owner", "publisher"]')
    draft = begin(service, by=PUBLISHER)
    more = service.as_person(PROCESS_OWNER).put(
        f"/drafts/{draft['id']}", json={"revision": 2, "bpmn": renamed(renamed(draft["bpmn"]))}
    )
    draft["revision"] = more.get_json()["revision"]
    refused = with_password(service, PUBLISHER).post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert refused.status_code == 403 and "empat mata" in refused.get_json()["detail"]
    second = with_password(service, SECOND_PUBLISHER)
    assert second.post(f"/drafts/{draft['id']}/publish", json=wish(draft)).status_code == 200


def test_a_draft_with_a_fault_is_refused_with_every_finding(service: Service) -> None:
    draft = begin(service, lambda bpmn: bpmn.replace('targetRef="set"', 'targetRef="nowhere"'))
    publisher = with_password(service, PUBLISHER)
    answer = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert answer.status_code == 422
    problem = answer.get_json()
    assert problem["type"].endswith("broken_route")
    assert all(one["message"] and one["severity"] == "error" for one in problem["findings"])
    assert len(publisher.get(f"/routes/{KEY}/versions").get_json()["items"]) == 1


def test_a_draft_that_changes_nothing_is_no_version(service: Service) -> None:
    draft = begin(service, None)
    answer = with_password(service, PUBLISHER).post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert answer.status_code == 422 and "versi 1" in answer.get_json()["detail"]


def test_wrong_passwords_are_counted_like_those_at_the_door(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paraf.usecases.sign_in.LIMIT", 3)
    draft = begin(service)
    publisher = with_password(service, PUBLISHER)
    path = f"/drafts/{draft['id']}/publish"
    for _ in range(3):
        assert publisher.post(path, json=wish(draft, password="salah")).status_code == 422
    assert publisher.post(path, json=wish(draft)).status_code == 429


def test_a_request_repeated_with_its_key_publishes_once(either_service: Service) -> None:
    draft = begin(either_service)
    publisher = with_password(either_service, PUBLISHER)
    path = f"/drafts/{draft['id']}/publish"
    first = publisher.post(path, json=wish(draft), key="sekali")
    again = publisher.post(path, json=wish(draft), key="sekali")
    assert first.status_code == again.status_code == 200 and first.get_json() == again.get_json()
    assert publisher.post(path, json=wish(draft, note="Lain"), key="sekali").status_code == 422


def test_a_version_from_a_day_is_taken_from_that_day_on(either_service: Service) -> None:
    service = either_service
    draft = begin(service)
    publisher = with_password(service, PUBLISHER)
    path = f"/drafts/{draft['id']}/publish"
    published = publisher.post(path, json=wish(draft, effective_from="2026-11-30")).get_json()
    assert published["effective_from"] == "2026-11-29T17:00:00.000000Z"
    with service.office.store.read() as uow:
        for at, version in (("2026-11-29T16:59:59.999999Z", 1), ("2026-11-29T17:00:00.000000Z", 2)):
            found = uow.routes.effective_version(KEY, at)
            assert found is not None and found.version == version


def test_a_route_is_retired_and_brought_back_by_two_persons(either_service: Service) -> None:
    service = either_service
    owner, publisher = service.as_person(PROCESS_OWNER), with_password(service, PUBLISHER)
    asked = owner.post(f"/routes/{KEY}/retire", json={})
    assert asked.status_code == 201, asked.get_json()
    draft = asked.get_json()
    assert draft["way"] == "retire"
    assert owner.put(f"/drafts/{draft['id']}", json={"revision": 1, "forms": {}}).status_code == 422
    running = service.proposed(service.as_person(_staff()))
    done = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert done.status_code == 200, done.get_json()
    header = {"title": "Rapat", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}
    refused = service.as_person(_staff()).post("/proposals", json=header)
    assert refused.status_code == 422 and "telah dihentikan" in refused.get_json()["detail"]
    seen = service.as_person(_staff()).get(f"/instances/{running['instance_id']}").get_json()
    assert seen["state"] == "running" and seen["route_version"] == 1
    assert owner.post(f"/routes/{KEY}/retire", json={}).status_code == 422

    draft = owner.post(f"/routes/{KEY}/versions/1/restore", json={}).get_json()
    assert (draft["way"], draft["of_version"]) == ("restore", 1)
    back = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft, after=2)).get_json()
    assert (back["version"], back["way"], back["of_version"]) == (3, "restore", 1)
    versions = owner.get(f"/routes/{KEY}/versions").get_json()["items"]
    assert [one["way"] for one in versions] == ["restore", "retire", "publish"]
    assert len({one["sha256"] for one in versions}) == 1
    assert versions[0]["manifest_sha256"] == versions[2]["manifest_sha256"]
    new = service.proposed(service.as_person(_staff()))
    assert new["route_version"] == 3
    assert verified(service)


def test_a_retirement_begins_with_the_last_version_to_come(service: Service) -> None:
    owner, publisher = service.as_person(PROCESS_OWNER), with_password(service, PUBLISHER)
    coming = begin(service)
    publisher.post(f"/drafts/{coming['id']}/publish", json=wish(coming, effective_from="2026-11-30"))
    draft = owner.post(f"/routes/{KEY}/retire", json={}).get_json()
    path = f"/drafts/{draft['id']}/publish"
    early = publisher.post(path, json=wish(draft, after=2))
    assert early.status_code == 422 and "30 November 2026" in early.get_json()["detail"]
    done = publisher.post(path, json=wish(draft, after=2, effective_from="2026-11-30"))
    assert done.status_code == 200
    with service.office.store.read() as uow:
        assert uow.routes.effective_version(KEY, "2026-12-01") is None


def _staff() -> Player:
    from cast import STAF_AFRIKA

    return STAF_AFRIKA


def test_a_draft_does_not_bring_back_an_older_table_that_all_routes_share(service: Service) -> None:
    """Two drafts begin; one changes `choose_route` and is published, then the other, untouched."""
    owner, publisher = service.as_person(PROCESS_OWNER), with_password(service, PUBLISHER)
    other = owner.post("/drafts", json={"key": "sop_mikro_setjen"}).get_json()
    third = owner.post("/drafts", json={"key": "sop_teknis"}).get_json()
    draft = begin(service)
    tables = dict(draft["tables"])
    tables["choose_route"] = tables["choose_route"].replace("</", "\n</", 1)
    draft["revision"] = owner.put(
        f"/drafts/{draft['id']}", json={"revision": 2, "tables": tables}
    ).get_json()["revision"]
    service.clock.pass_by(minutes=1)
    assert publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft)).status_code == 200
    saved = owner.put(f"/drafts/{other['id']}", json={"revision": 1, "bpmn": renamed(other["bpmn"])})
    other["revision"] = saved.get_json()["revision"]
    assert publisher.post(f"/drafts/{other['id']}/publish", json=wish(other)).status_code == 200
    again = owner.post("/drafts", json={"key": "sop_mikro_setjen"}).get_json()
    assert again["tables"]["choose_route"] == tables["choose_route"]

    clash = dict(third["tables"])
    clash["choose_route"] = clash["choose_route"].replace("</", "\n\n</", 1)
    saved = owner.put(f"/drafts/{third['id']}", json={"revision": 1, "tables": clash})
    third["revision"] = saved.get_json()["revision"]
    refused = publisher.post(f"/drafts/{third['id']}/publish", json=wish(third))
    assert refused.status_code == 409 and "choose_route" in refused.get_json()["detail"]


def test_words_of_a_person_who_is_erased_are_gone_and_the_life_holds(either_service: Service) -> None:
    draft = begin(either_service)
    publisher = with_password(either_service, PUBLISHER)
    publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    with either_service.office.store.write() as uow:
        account = uow.people.by_login(PUBLISHER.login)
        assert account is not None
        uow.people.erase(account.id, either_service.office.now())
        assert uow.history.erase_words_of(account.id) == 1
    assert verified(either_service)
    reader = either_service.as_person(PROCESS_OWNER)
    assert reader.get(f"/routes/{KEY}/versions").get_json()["items"][0]["note"] is None


def test_files_at_the_console_leave_a_version_of_the_workshop_in_its_place(service: Service) -> None:
    draft = begin(service)
    publisher = with_password(service, PUBLISHER)
    assert publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft)).status_code == 200
    file = service.office.workflows / KEY / "route.bpmn"
    kept = publish_file(service.office, file)
    assert (kept.kept, kept.new, kept.version) == (True, False, 2)
    over = publish_file(service.office, file, over=True, note="Dipasang ulang.")
    assert (over.kept, over.new, over.version) == (False, True, 3)
    assert verified(service)
