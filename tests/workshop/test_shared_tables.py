"""The decision tables of all routes: a change rules from its day on, whatever is published besides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cast import PROCESS_OWNER, PUBLISHER
from paraf.domain.facts import digest
from paraf.usecases import shared_tables
from paraf.usecases.publish_routes import publish as publish_file
from web_service import Service, either_service, service, serving
from workshop.test_publishing_drafts import renamed, wish, with_password

__all__ = ["either_service", "service", "serving"]

TABLE, MONDAY, LATER = "choose_route", "2026-11-30", "2026-12-31T00:00:00.000000Z"


def begin(service: Service, key: str, table: str | None = None) -> dict[str, Any]:
    """A draft with a new label and, if given, another text of the table of all routes."""
    owner = service.as_person(PROCESS_OWNER)
    draft = dict(owner.post("/drafts", json={"key": key}).get_json())
    body: dict[str, Any] = {"revision": 1, "bpmn": renamed(draft["bpmn"])}
    if table is not None:
        body["tables"] = {**draft["tables"], TABLE: table}
    draft["revision"] = owner.put(f"/drafts/{draft['id']}", json=body).get_json()["revision"]
    return draft


def ruling(service: Service, at: str | None = None) -> str:
    with service.office.store.read() as uow:
        shelved = service.office.shelf.table(uow, TABLE, at or service.office.now())[1]
        assert shared_tables.in_force(uow, at or service.office.now())[TABLE] == shelved
    return shelved


def other(text: str) -> str:
    """The same table with another remark."""
    assert "Tiga Pusat" in text
    return text.replace("Tiga Pusat", "Ketiga Pusat", 1)


def test_a_change_published_for_a_day_rules_from_then_on(either_service: Service, tmp_path: Path) -> None:
    service = either_service
    office, publisher = service.office, with_password(service, PUBLISHER)
    before = ruling(service)
    text = service.as_person(PROCESS_OWNER).post("/drafts", json={"key": "sop_teknis"}).get_json()["tables"][TABLE]
    changed = digest(other(text).encode())
    first = begin(service, "sop_mikro_eselon1", other(text))
    answer = publisher.post(f"/drafts/{first['id']}/publish", json=wish(first, effective_from=MONDAY))
    assert answer.status_code == 200, answer.get_json()

    second = begin(service, "sop_mikro_pusat")
    assert publisher.post(f"/drafts/{second['id']}/publish", json=wish(second)).status_code == 200
    third = begin(service, "sop_mikro_setjen")
    later = wish(third, effective_from="2026-12-02")
    assert publisher.post(f"/drafts/{third['id']}/publish", json=later).status_code == 200
    assert (ruling(service), ruling(service, LATER)) == (before, changed)

    file = tmp_path / "route.bpmn"
    shipped = office.workflows / "sop_mikro_perwakilan" / "route.bpmn"
    file.write_text(renamed(shipped.read_text(encoding="utf-8")), encoding="utf-8")
    assert publish_file(office, file, effective_from="2026-12-03T00:00:00.000000Z").new
    assert ruling(service, LATER) == changed, "the console brings no older table back"


def test_a_change_that_a_later_version_would_undo_is_refused(service: Service) -> None:
    publisher = with_password(service, PUBLISHER)
    waiting = begin(service, "sop_mikro_pusat")
    assert (
        publisher.post(
            f"/drafts/{waiting['id']}/publish", json=wish(waiting, effective_from="2026-12-02")
        ).status_code
        == 200
    )
    draft = begin(service, "sop_mikro_eselon1", other(waiting["tables"][TABLE]))
    refused = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft, effective_from=MONDAY))
    assert refused.status_code == 409
    assert "2 Desember 2026" in refused.get_json()["detail"], refused.get_json()
    taken = publisher.post(f"/drafts/{draft['id']}/publish", json=wish(draft, effective_from="2026-12-02"))
    assert taken.status_code == 200, taken.get_json()
