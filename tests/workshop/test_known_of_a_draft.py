"""What is remembered of a draft beside its content: what was found in it, and the flow numbers it used."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cast import PROCESS_OWNER, PUBLISHER
from engine.drawing import end, file, flow, person, start
from offices import on_stage
from paraf.domain.facts import digest
from paraf.domain.route import Flow
from paraf.engine.edit_parts import new_flow_ids
from paraf.engine.route_file import parse_route
from paraf.errors import Unavailable, VersionChanged
from paraf.storage.trouble import Contention
from paraf.usecases import draft_bundle, draft_findings, edit_draft, flow_numbers
from paraf.usecases.examiner import Examiner
from paraf.usecases.queries.workshop import workshop
from paraf.usecases.route_examination import Examined
from paraf.usecases.route_findings import Report
from web_service import Service, either_service, service, serving
from workshop.test_publishing_drafts import KEY, begin, wish, with_password

__all__ = ["either_service", "service", "serving"]

ADDED = {"name": "Paraf tambahan", "kind": "user", "lane": "lane_sekjen", "place": "after"}


def listed(service: Service, draft: dict[str, Any]) -> tuple[int | None, int | None]:
    """Faults and warnings of a draft as the workshop lists them."""
    shown = workshop(service.office, on_stage(service.office, PROCESS_OWNER))
    drafts = [one for route in shown["routes"] for one in route["drafts"]]
    return next((one["errors"], one["warnings"]) for one in drafts if one["id"] == draft["id"])


def ask(service: Service, draft: dict[str, Any], **given: Any) -> None:
    answer = service.as_person(PUBLISHER).post(f"/drafts/{draft['id']}/findings", json=given)
    assert answer.status_code == 200, answer.get_json()


def test_the_list_tells_what_is_known_and_examines_nothing(
    either_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = either_service
    draft = begin(service)
    ask(service, draft, bpmn=draft["bpmn"].replace('targetRef="set"', 'targetRef="nowhere"'))
    assert listed(service, draft) == (None, None), "what was asked of another content"
    ask(service, draft)
    assert listed(service, draft) == (0, 0)
    faulty = draft["bpmn"].replace('targetRef="set"', 'targetRef="nowhere"')
    service.as_person(PROCESS_OWNER).put(f"/drafts/{draft['id']}", json={"revision": 2, "bpmn": faulty})
    assert listed(service, draft) == (None, None), "saved since"
    ask(service, draft, bpmn=faulty)
    assert (listed(service, draft)[0] or 0) > 0
    with service.office.store.read() as uow:
        assert not {"content", "forms", "tables"} & set(dir(uow.drafts.open()[0])), "headings only"

    def busy(*_: Any) -> Examined:
        raise Unavailable("busy")

    monkeypatch.setattr(Examiner, "examine", busy)
    assert (listed(service, draft)[0] or 0) > 0


def test_what_was_put_aside_or_could_not_be_kept_stays_unknown(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = begin(service)
    with monkeypatch.context() as patched:
        patched.setattr(Examiner, "_ask", lambda *_: None)
        ask(service, draft)
    assert listed(service, draft) == (None, None)

    def refused(trouble: Exception) -> Callable[..., None]:
        def keep(*_: Any) -> None:
            raise trouble

        return keep

    for trouble in (Contention("busy"), Unavailable("full")):
        with monkeypatch.context() as patched:
            patched.setattr("paraf.storage.drafts.Drafts.examined", refused(trouble))
            patched.setattr("paraf.storage.store._PAUSE_S", 0)
            ask(service, draft)
    assert listed(service, draft) == (None, None)


def test_no_transaction_is_open_while_a_file_is_examined(
    either_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = begin(either_service)
    publisher = with_password(either_service, PUBLISHER)
    open_then: list[int] = []
    examine = Examiner.examine

    def watched(self: Examiner, *given: Any) -> Examined:
        open_then.append(either_service.office.store.engine.pool.checkedout())  # type: ignore[attr-defined]
        return examine(self, *given)

    monkeypatch.setattr(Examiner, "examine", watched)
    ask(either_service, draft)
    done = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert done.status_code == 200, done.get_json()
    assert open_then == [0, 0]


# --- flow numbers -----------------------------------------------------------------------------


def highest(bpmn: str) -> int:
    return max(int(number) for number in re.findall(r'sequenceFlow id="f(\d+)"', bpmn))


def test_a_flow_number_once_given_in_a_draft_is_not_given_again(service: Service) -> None:
    office, owner = service.office, on_stage(service.office, PROCESS_OWNER)
    draft = begin(service, None)
    shipped = highest(draft["bpmn"])
    assert draft["highest_flow"] == shipped
    given = {**ADDED, "anchor": "submit_usulan"}
    added = edit_draft.add_step(office, owner, draft["id"], 1, given)
    first = highest(edit_draft.opened(office, owner, draft["id"]).draft["bpmn"])
    assert first > shipped
    undone = edit_draft.undo(office, owner, draft["id"], added["revision"], added["before"])
    taken_back = edit_draft.opened(office, owner, draft["id"]).draft
    assert highest(taken_back["bpmn"]) == shipped and taken_back["highest_flow"] == first
    edit_draft.add_step(office, owner, draft["id"], undone["revision"], given)
    again = edit_draft.opened(office, owner, draft["id"]).draft["bpmn"]
    new = {int(number) for number in re.findall(r'sequenceFlow id="f(\d+)"', again) if int(number) > shipped}
    assert min(new) > first


def test_a_draft_that_is_older_than_the_memory_of_its_numbers_gives_none_again(service: Service) -> None:
    office, owner = service.office, on_stage(service.office, PROCESS_OWNER)
    draft = begin(service, None)
    added = edit_draft.add_step(office, owner, draft["id"], 1, {**ADDED, "anchor": "submit_usulan"})
    used = highest(edit_draft.opened(office, owner, draft["id"]).draft["bpmn"])
    with office.store.write() as uow:
        uow.drafts.update(draft["id"], {"highest_flow": 0})
    edit_draft.undo(office, owner, draft["id"], added["revision"], added["before"])
    taken_back = edit_draft.opened(office, owner, draft["id"]).draft
    assert highest(taken_back["bpmn"]) < used == taken_back["highest_flow"]


def test_a_published_file_is_scanned_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    office, owner = service.office, on_stage(service.office, PROCESS_OWNER)
    draft = begin(service)
    flow_numbers._highest.clear()
    scanned: list[bytes] = []
    scan = flow_numbers.highest_in
    monkeypatch.setattr(flow_numbers, "highest_in", lambda content: scanned.append(content) or scan(content))
    for _ in range(3):
        edit_draft.opened(office, owner, draft["id"])
    assert len(scanned) == 1


def test_numbers_are_seen_however_a_file_is_written() -> None:
    text = "<x id='f7'/><y id = \"f12\" ref=\"f99\"/><z myid=\"f50\" id=\"f0\"/>"
    assert flow_numbers.highest_in(text.encode()) == flow_numbers.highest_in(text.encode("utf-16")) == 12
    assert flow_numbers.highest_in(b"") == 0


def test_beyond_the_greatest_number_no_flow_is_overwritten() -> None:
    route, _ = parse_route(file(start(), person("a"), end(), flow("start", "a"), flow("a", "done")))
    assert route is not None
    last = next(iter(route.flows.values()))
    far = {name: replace(last, id=name) for name in ("f999999999", "f1000000000")}
    assert next(new_flow_ids(replace(route, flows={**route.flows, **far}))) not in far
    assert isinstance(last, Flow)


# --- publishing -------------------------------------------------------------------------------


def test_a_route_is_retired_however_busy_the_examiner_is(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    retired = service.as_person(PROCESS_OWNER).post("/routes/sop_teknis/retire", json={}).get_json()
    draft, publisher = begin(service), with_password(service, PUBLISHER)
    monkeypatch.setattr("paraf.usecases.examiner.MOST_CHILDREN", 0)
    monkeypatch.setattr("paraf.usecases.examiner._examiner", Examiner(seconds=0.01))
    told = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft))
    assert told.status_code == 503 and "coba lagi" in told.get_json()["detail"]
    done = publisher.post(f"/drafts/{retired['id']}/publish", json=wish(retired))
    assert done.status_code == 200, done.get_json()


def test_the_day_is_asked_again_once_the_password_is_right(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, publisher = begin(service), with_password(service, PUBLISHER)
    today = service.office.clock().date().isoformat()
    monkeypatch.setattr(
        "paraf.usecases.publish_draft.confirm_password", lambda *_: service.clock.pass_by(hours=24)
    )
    late = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft, effective_from=today))
    assert late.status_code == 422 and set(late.get_json()["errors"]) == {"effective_from"}


def test_whoever_names_no_newest_version_is_told_to(service: Service) -> None:
    first, second = begin(service), begin(service)
    publisher = with_password(service, PUBLISHER)
    assert publisher.post(f"/drafts/{first['id']}/publish", json=wish(first)).status_code == 200
    told = publisher.post(f"/drafts/{second['id']}/publish", json=wish(second))
    assert told.status_code == 409 and "(after)" in told.get_json()["detail"]
    other = publisher.post(f"/drafts/{second['id']}/publish", json=wish(second, after=7))
    assert other.status_code == 409 and "(after)" not in other.get_json()["detail"]


def test_a_called_route_is_that_which_was_examined(service: Service) -> None:
    content = file(
        start(), '<bpmn:callActivity id="call" calledElement="sop_teknis"/>', end(),
        flow("start", "call"), flow("call", "done"),
    )  # fmt: skip
    route, _ = parse_route(content)
    assert route is not None
    with service.office.store.read() as uow:
        at = service.office.now()
        version = uow.routes.effective_version("sop_teknis", at)
        assert version is not None
        text = (uow.routes.content(version.sha256) or b"").decode()
        found = Report((), True, None, content, {"sop_teknis": text})
        assert draft_bundle._called(uow, route, found, at) == {"sop_teknis": version.sha256}
        with pytest.raises(VersionChanged):
            draft_bundle._called(uow, route, replace(found, called={"sop_teknis": text + "\n"}), at)
    assert digest(text.encode()) == version.sha256


def test_the_page_of_a_busy_moment_says_so(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = begin(service)

    def busy(*_: Any) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(draft_findings, "report", busy)
    client, _ = service.signed_in(PUBLISHER)
    page = client.get(f"~/bengkel/draf/{draft['id']}/terbitkan")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "Silakan coba lagi sebentar lagi" in text and "Tidak ada temuan" not in text
    assert KEY in text or draft["name"] in text
