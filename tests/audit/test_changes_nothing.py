"""An auditor reads everything and changes nothing: every unsafe address refuses him."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from cast import AUDITOR, STAF_AFRIKA
from paraf.entrypoints.auth import SAFE
from paraf.usecases import administer
from security.test_gate import OPEN, digest_of, filled
from web_service import PASSWORD, Service, upload

HIS_OWN = {"pages.sign_out", "pages.change_password", "pages.verify"}
"""Signing out, his own password; and the check of a history, which only reads."""

RECORDS = frozenset({"user_session", "reading"})


@pytest.fixture
def opened(service: Service) -> dict[str, Any]:
    """A proposal that its unit has just opened."""
    return service.proposed(service.as_person(STAF_AFRIKA))


def test_every_unsafe_address_refuses_an_auditor(service: Service, opened: dict[str, Any]) -> None:
    browser, csrf = service.signed_in(AUDITOR)
    known = {
        "task_id": opened["tasks"][0]["id"],
        "proposal_id": opened["id"],
        "instance_id": opened["instance_id"],
        "key": "sop_mikro_eselon1",
        "code": "ITJEN",
    }
    before = digest_of(service, RECORDS)
    asked = 0
    for rule in service.app.url_map.iter_rules():
        if rule.endpoint in OPEN | HIS_OWN:
            continue
        path = filled(rule)
        for name, value in known.items():
            path = path if f"<{name}>" not in rule.rule else _with(rule.rule, name, value)
        for method in sorted(set(rule.methods or ()) - SAFE):
            body: dict[str, Any] = (
                {"json": {}} if path.startswith("/api/") else {"data": {"csrf_token": csrf}}
            )
            answer = browser.send(method, "~" + path, headers={"X-CSRF-Token": csrf}, **body)
            assert answer.status_code in (403, 404, 422), f"{method} {path}: {answer.status_code}"
            asked += 1
    assert asked > 50
    assert digest_of(service, RECORDS) == before


def _with(rule: str, name: str, value: str) -> str:
    return re.sub(
        r"<(?:(\w+):)?\w+>", lambda found: "1" if found[1] else "x", rule.replace(f"<{name}>", value)
    )


def test_what_is_well_formed_is_refused_by_his_role_and_nothing_else(
    service: Service, opened: dict[str, Any]
) -> None:
    auditor, proposal, task = service.as_person(AUDITOR), opened["id"], opened["tasks"][0]["id"]
    header = {"title": "Audit", "sop_kind": "mikro", "request_kind": "new", "unit_id": "ITJEN"}
    file = {"role": "softcopy", "file": upload("a.pdf", b"%PDF-")}
    before = digest_of(service, RECORDS | {"api_token"})
    for answer in (
        auditor.post("/proposals", json=header),
        auditor.put(f"/proposals/{proposal}/naskah", json=service.naskah()),
        auditor.post(f"/proposals/{proposal}/withdraw", json={"reason": "Ditarik."}),
        auditor.post(f"/proposals/{proposal}/attachments", data=file),
        auditor.post(f"/tasks/{task}/claim"),
        auditor.post(f"/tasks/{task}/decide", json={"outcome": "submit"}),
    ):  # fmt: skip
        assert answer.status_code == 403, answer.get_json()
        assert answer.get_json()["type"] == "urn:paraf:problem:not_allowed"
    assert digest_of(service, RECORDS | {"api_token"}) == before


def test_an_office_given_to_an_auditor_gives_him_no_act(service: Service) -> None:
    """Even as staff of the proposing unit he proposes nothing and takes no task (conventions 8)."""
    administer.appoint(service.office, None, AUDITOR.login, "DIT-AFRIKA.staf", "definitif", "2026-11-23")
    opened = service.proposed(service.as_person(STAF_AFRIKA))
    task = opened["tasks"][0]["id"]
    assert service.as_person(STAF_AFRIKA).post(f"/tasks/{task}/release").status_code == 200
    auditor = service.as_person(AUDITOR)
    header = {"title": "Audit", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}
    for answer in (auditor.post("/proposals", json=header), auditor.post(f"/tasks/{task}/claim")):
        assert answer.status_code == 403


@pytest.mark.parametrize("by", ["session", "token"])
def test_a_post_of_auditors_makes_an_auditor_without_any_role(service: Service, by: str) -> None:
    """His room is open to him, and no act is (organisation.md 2, conventions 8)."""
    with service.office.store.engine.begin() as connection:
        change = text("UPDATE person SET system_roles = '[]' WHERE login = :login")
        assert connection.execute(change, {"login": AUDITOR.login}).rowcount == 1
    administer.appoint(service.office, None, AUDITOR.login, "DIT-AFRIKA.staf", "definitif", "2026-11-23")
    if by == "session":
        browser, csrf = service.signed_in(AUDITOR)
        page = browser.get("~/kotak-masuk").get_data(as_text=True)
        assert 'href="/audit"' in page and "Usulan baru" not in page
        given = {"csrf_token": csrf, "title": "Audit", "sop_kind": "mikro", "request_kind": "new"}
        assert browser.post("~/usulan/baru", data={**given, "unit_id": "DIT-AFRIKA"}).status_code == 403
    else:
        auditor = service.as_person(AUDITOR)
        assert auditor.get("/me").get_json()["roles"] == ["auditor"]
        header = {"title": "Audit", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}
        assert auditor.post("/proposals", json=header).status_code == 403


def test_his_own_session_and_password_are_his(service: Service) -> None:
    browser, csrf = service.signed_in(AUDITOR)
    new = "kata-sandi-lain-yang-panjang"
    words = {"old_password": PASSWORD, "new_password": new, "repeated": new}
    answer = browser.post("~/profil/kata-sandi", data={"csrf_token": csrf, **words})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profil")
    page = browser.get("~/profil").get_data(as_text=True)
    own = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert own is not None
    assert browser.post("~/keluar", data={"csrf_token": own[1]}).status_code == 303
    assert browser.get("~/kotak-masuk").headers["Location"].startswith("/masuk")
