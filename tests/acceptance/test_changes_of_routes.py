"""A route is changed in the workshop by two persons: from a Monday on, and over a demand of the text.

Scenarios AC-99 and AC-101, drawn and published through the API as the workshop does.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from acceptance.scenes import page, plain
from paraf.engine.write_route import draw_step_table
from paraf.usecases.passwords import hash_password
from stage import Answer, Case, Person, Stage

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "kata-sandi-penerbit"


def publisher(stage: Stage, login: str = "penerbit") -> Person:
    """A publisher with a password of his own."""
    with stage.office.store.write() as uow:
        account = uow.people.by_login(login)
        assert account is not None
        uow.people.update(account.id, password_hash=hash_password(PASSWORD), must_change_password=0)
    return stage.person(login)


def drawn(stage: Stage, key: str, table: str) -> dict[str, Any]:
    """A draft of the process owner with the route of this step table."""
    owner = stage.person("pemilik.proses")
    draft: dict[str, Any] = owner.post("/drafts", {"key": key}).ok()
    bpmn = draw_step_table(table).decode()
    saved = owner.put(f"/drafts/{draft['id']}", {"revision": draft["revision"], "bpmn": bpmn}).ok()
    return draft | {"revision": saved["revision"]}


def publish(stage: Stage, draft: dict[str, Any], **more: Any) -> Answer:
    body = {"revision": draft["revision"], "note": "Disesuaikan.", "password": PASSWORD, **more}
    return publisher(stage).post(f"/drafts/{draft['id']}/publish", body)


def step_table(key: str) -> str:
    return (ROOT / "workflows" / key / "steps.toml").read_text("utf-8")


@pytest.mark.acceptance("AC-99")
def test_from_monday_on_new_cases_take_the_new_version(stage: Stage) -> None:
    """The owner makes INT-10 stricter and a publisher publishes it from Monday: what began before goes
    on as it began, what begins on Monday takes it, both can be read and compared."""
    key = "sop_mikro_eselon1"
    stricter = step_table(key).replace(
        'name = "review_starts"\nvalue = "tembusan"', 'name = "review_starts"\nvalue = "disposisi"'
    )
    draft = drawn(stage, key, stricter)
    published = publish(stage, draft, effective_from="2026-11-30").ok()
    assert published["effective_from"] == "2026-11-29T17:00:00.000000Z"

    running = stage.propose("staf.konsuler", "DIT-KONSULER")
    assert running.seen()["route_version"] == 1
    stage.clock.set(datetime(2026, 11, 29, 16, 59, tzinfo=UTC))
    sunday = stage.propose("staf.konsuler", "DIT-KONSULER")
    stage.clock.set(datetime(2026, 11, 30, 2, 0, tzinfo=UTC))
    monday = stage.propose("staf.konsuler", "DIT-KONSULER")

    for case, version, follows in (
        (running, 1, "record_hardcopy"),
        (sunday, 1, "record_hardcopy"),
        (monday, 2, "record_disposisi"),
    ):
        case.carry_to("submit_usulan")
        case.act("submit_usulan", "submit", by="dirjen.protkons")
        assert case.seen()["route_version"] == version
        assert case.open_elements() == [follows]
    _say_so(running, monday)
    for case in (running, monday):
        case.carry_to("end")
        assert case.seen()["end"] == "set" and case.verified()

    reader = stage.person("auditor.itjen")
    differences = reader.get(f"/routes/{key}/compare?from=1&to=2").ok()["changes"]
    assert [(one["kind"], one["what"], one["before"], one["after"]) for one in differences] == [
        ("changed", "value", "tembusan", "disposisi")
    ]
    life = reader.get(f"/routes/{key}/history").ok()
    assert life["verified"] and [one["type"] for one in life["items"]] == ["route.published"] * 2


def _say_so(running: Case, monday: Case) -> None:
    """The pages of a case name its version, and the one new cases take."""
    for case, said in ((running, True), (monday, False)):
        proof = f"/berkas/{case.id}/bukti"
        assert proof in page(case.stage, "karo.po", f"/usulan/{case.proposal_id}")
        for path in (f"/usulan/{case.proposal_id}", f"/berkas/{case.id}/riwayat", proof):
            words = plain(page(case.stage, "karo.po", path))
            assert ("versi terbaru 2 berlaku sejak 30 Nov 2026" in words) is said, path


@pytest.mark.acceptance("AC-101")
def test_a_demand_of_the_text_is_set_aside_only_with_a_reason(stage: Stage) -> None:
    """The owner removes the step in which the Eselon II head ratifies before the Sekjen sets: warned,
    with the article; without a reason nothing is published, with one it is, and the reason is kept."""
    key = "sop_mikro_setjen"
    table = step_table(key)
    table = re.sub(r'\[\[step\]\]\nid = "sign_and_ratify_sop"\n.*?(?=\n\[\[step\]\])', "", table, flags=re.S)
    table = table.replace('next = "sign_and_ratify_sop"', 'next = "set_sop_keputusan_sekjen"')
    table = table.replace('f51 = "gw_approve_sop -> sign_and_ratify_sop"', "")
    table = table.replace(
        'f55 = "sign_and_ratify_sop -> set_sop_keputusan_sekjen"',
        'f60 = "gw_approve_sop -> set_sop_keputusan_sekjen"',
    )
    draft = drawn(stage, key, table)
    owner = stage.person("pemilik.proses")
    found = owner.post(f"/drafts/{draft['id']}/findings").ok()["findings"]
    assert [one for one in found if one["severity"] == "error"] == []
    demands = [one for one in found if one["rule"] == "regulation"]
    assert demands and all(one["severity"] == "warning" for one in demands)
    assert any("38 ayat (6)" in one["message"] or "38(6)" in one["message"] for one in demands), demands

    refused = publish(stage, draft).refused(422, "rule_broken")
    assert set(refused["errors"]) == {"override_reason"}
    reader = stage.person("auditor.itjen")
    assert len(reader.get(f"/routes/{key}/versions").ok()["items"]) == 1
    reason = "Menunggu perubahan Permenlu; disetujui Sekretaris Jenderal."
    published = publish(stage, draft, override_reason=reason).ok()
    assert published["version"] == 2

    life = reader.get(f"/routes/{key}/history").ok()
    told = life["items"][-1]
    assert set(told["data"]["override"]) == {"sc"} and told["data"]["findings"] >= len(demands)
    assert life["opened"][str(told["seq"])]["data.override"]["value"] == reason
    removed = [
        one["element"]
        for one in reader.get(f"/routes/{key}/compare?from=1&to=2").ok()["changes"]
        if one["kind"] == "removed" and one["what"] == "element"
    ]
    assert removed == ["sign_and_ratify_sop"]
