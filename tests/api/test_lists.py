"""Lists: pages by an opaque cursor, bounded, filtered, complete and without doubles."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cast import STAF_AFRIKA
from travel import MIKRO, set_out
from web_service import Client, Service


@pytest.fixture
def staff(either_service: Service) -> Client:
    return either_service.as_person(STAF_AFRIKA)


def walk(client: Client, path: str) -> list[str]:
    """Every id of a list, page by page."""
    ids, cursor = [], ""
    while True:
        page = client.get(path + cursor).get_json()
        ids += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return ids
        cursor = f"&cursor={page['next']}"


def test_pages_follow_one_another_without_gaps_or_doubles(either_service: Service, staff: Client) -> None:
    opened = [either_service.proposed(staff, title=f"Rapat {n}") for n in range(5)]
    tasks = walk(staff, "/tasks?limit=2")
    assert sorted(tasks) == sorted(one["tasks"][0]["id"] for one in opened)
    cases = walk(staff, "/instances?limit=2")
    assert sorted(cases) == sorted(one["instance_id"] for one in opened)
    assert walk(staff, "/instances?limit=2&q=rapat+3") == [opened[3]["instance_id"]]


def test_the_directory_is_whole(staff: Client) -> None:
    by_pages = walk(staff, "/people?limit=7")
    assert len(by_pages) == len(set(by_pages))
    assert by_pages == walk(staff, "/people?limit=200")
    (head,) = staff.get("/people?position=DIT-AFRIKA.pimpinan").get_json()["items"]
    assert head["appointments"][0]["capacity"] in {"definitif", "plt", "plh"}
    assert [unit["code"] for unit in staff.get("/units?own=true").get_json()["items"]] == ["DIT-AFRIKA"]


def test_a_task_that_cannot_be_read_takes_no_inbox_away(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = set_out(service.office, MIKRO), set_out(service.office, MIKRO)
    with service.office.store.engine.begin() as connection:
        change = text("UPDATE task SET positions = '[' WHERE instance_id = :case")
        assert connection.execute(change, {"case": broken.instance_id}).rowcount == 1
    shown = service.as_person(STAF_AFRIKA).get("/tasks")
    assert shown.status_code == 200
    cases = [item["instance_id"] for item in shown.get_json()["items"]]
    assert whole.instance_id in cases and broken.instance_id not in cases
    browser, _ = service.signed_in(STAF_AFRIKA)
    assert browser.get("~/kotak-masuk").status_code == 200
    [told, _again] = [record for record in caplog.records if record.name == "paraf.inbox"]
    assert told.levelname == "ERROR" and "U-2026-" in told.case  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "", "٣"])
def test_a_limit_is_a_number_from_1_to_200(staff: Client, limit: str) -> None:
    answer = staff.get(f"/tasks?limit={limit}")
    assert answer.status_code == 422
    assert "limit" in answer.get_json()["errors"]


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WzFd", "bnVsbA", "W1tdLFtdXQ", "%FF", "W10=" * 200, "WyJcdTAwMDAiLCIiXQ"]
)
@pytest.mark.parametrize("path", ["/tasks", "/tembusan", "/instances", "/people", "/sops"])
def test_a_cursor_that_is_not_ours(service: Service, path: str, cursor: str) -> None:
    answer = service.as_person(STAF_AFRIKA).get(f"{path}?cursor={cursor}")
    assert answer.status_code == 422
    assert "cursor" in answer.get_json()["errors"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("due_before=2026-12-01", 200),
        ("due_before=2026-12-01T00:00:00%2B07:00", 200),
        ("due_before=2026-12-01T00:00:00Z", 200),
        ("due_before=2026-12-01T00:00:00", 422),
        ("due_before=besok", 422),
        ("due_before=0001-01-01", 422),
        ("state=done", 200),
        ("state=semua", 422),
        ("sort=name", 422),
        ("mine=false", 200),
        ("mine=mungkin", 422),
        ("n=7", 200),
        ("q=%25", 200),
        ("q=a%00b", 400),
    ],
)
def test_filters_of_the_inbox(service: Service, query: str, status: int) -> None:
    assert service.as_person(STAF_AFRIKA).get(f"/tasks?{query}").status_code == status


def test_only_tasks_due_before_an_instant(either_service: Service, staff: Client) -> None:
    either_service.proposed(staff)
    (task,) = staff.get("/tasks").get_json()["items"]
    if task["due_at"] is None:
        assert staff.get("/tasks?due_before=2026-12-31").get_json()["items"] == []
    assert staff.get("/tasks?due_before=2020-01-01").get_json()["items"] == []


@pytest.mark.parametrize(
    "cursor", ["Wy0xXQ", "WzIxNDc0ODM2NDhd", "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "W3RydWVd", "WyJ4Il0"]
)
def test_a_cursor_of_events_is_a_number(either_service: Service, staff: Client, cursor: str) -> None:
    opened = either_service.proposed(staff)
    answer = staff.get(f"/instances/{opened['instance_id']}/events?cursor={cursor}")
    assert answer.status_code == 422
