"""Nothing is open that is not declared, nothing unsafe is done without the token of the session, and
the text of an address never changes a verdict."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect, text
from werkzeug.routing import Rule

from cast import DIR_AFRIKA, STAF_AFRIKA
from paraf.domain.policy import PERMISSIONS
from paraf.entrypoints.auth import PUBLIC, SAFE, SIGNED_IN, WITH_GIVEN_PASSWORD, permission_of
from web_service import Serve, Service

OPEN = {
    "static",
    "health",
    "ready",
    "api.openapi",
    "api.docs",
    "pages.sign_in",
    "pages.sign_in_form",
}
"""Everything the world may ask for without signing in. A new entry is a decision."""


def unsafe_rules(service: Service) -> Iterator[tuple[str, Rule]]:
    for rule in service.app.url_map.iter_rules():
        for method in sorted(set(rule.methods or ()) - SAFE):
            yield method, rule


def filled(rule: Rule) -> str:
    """The rule as an address, every place filled."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: "1" if found[1] == "int" else "x", rule.rule)


def digest_of(service: Service, apart: frozenset[str] = frozenset({"user_session"})) -> str:
    """Every row of every table but the one that says when a session was last seen."""
    known = hashlib.sha256()
    with service.office.store.engine.connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            if table not in apart:
                rows = connection.execute(text(f'SELECT * FROM "{table}"'))
                known.update(repr([table, sorted(map(repr, rows))]).encode())
    return known.hexdigest()


def test_every_address_declares_what_it_needs(service: Service) -> None:
    declared = {endpoint: permission_of(service.app, endpoint) for endpoint in service.app.view_functions}
    assert [endpoint for endpoint, permission in declared.items() if permission is None] == []
    assert {endpoint for endpoint, permission in declared.items() if permission == PUBLIC} <= OPEN
    assert set(declared.values()) <= {PUBLIC, SIGNED_IN, *PERMISSIONS}


def test_an_undeclared_address_is_open_to_nobody(service: Service) -> None:
    service.app.add_url_rule("/api/v1/lupa", "forgotten", lambda: "terbuka")
    answer = service.as_person(STAF_AFRIKA).get("/lupa")
    assert answer.status_code == 403
    assert "terbuka" not in answer.get_data(as_text=True)


def test_without_signing_in_nothing_is_shown(service: Service) -> None:
    nobody = service.nobody()
    for rule in service.app.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            answer = nobody.send(method, "~" + filled(rule))
            expected = (401,) if rule.rule.startswith("/api/") or method != "GET" else (303,)
            assert answer.status_code in expected, f"{method} {rule.rule}"


def test_no_unsafe_request_of_a_session_passes_without_its_token(service: Service) -> None:
    browser, csrf = service.signed_in(STAF_AFRIKA)
    before = digest_of(service)
    own, foreign = {"X-CSRF-Token": csrf}, {"Origin": "https://jahat.example"}
    for method, rule in unsafe_rules(service):
        if rule.endpoint in OPEN:
            continue
        for headers in (
            {},
            {"X-CSRF-Token": "x"},
            {**own, **foreign},
            {**own, "Origin": "null"},
            {**own, "Sec-Fetch-Site": "cross-site"},
            {**own, "Sec-Fetch-Site": "same-site"},
        ):
            answer = browser.send(method, "~" + filled(rule), headers=headers)
            assert answer.status_code == 403, f"{method} {rule.rule} {headers}"
    assert digest_of(service) == before


def test_signing_in_from_another_site_is_refused(service: Service) -> None:
    for method, rule in unsafe_rules(service):
        if rule.endpoint in OPEN:
            answer = service.nobody().send(
                method, "~" + filled(rule), headers={"Sec-Fetch-Site": "cross-site"}
            )
            assert answer.status_code == 403, rule.rule


def test_with_its_token_a_session_may_act(service: Service) -> None:
    browser, csrf = service.signed_in(STAF_AFRIKA)
    header = {"title": "Rapat", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}
    headers = {"X-CSRF-Token": csrf, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/proposals", json=header, headers=headers).status_code == 201


def test_reading_changes_nothing(service: Service) -> None:
    """Nobody's but an auditor's, whose reading is recorded (`tests/audit/test_readings.py`)."""
    browser, _ = service.signed_in(STAF_AFRIKA)
    service.proposed(service.as_person(STAF_AFRIKA))
    service.clock.pass_by(minutes=5)
    before = digest_of(service)
    for rule in service.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            browser.get("~" + filled(rule))
    assert digest_of(service) == before


@pytest.mark.parametrize(
    "variant",
    ["{0};x", "{0};.css", "{0}/", "{0}/.", "/{0}", "//{0}", "{0}%2f", "{0}%2f..", "{0}?x=/healthz", "/healthz/..{0}",
     "/static/..{0}", "/static/%2e%2e{0}", "{0}%00", "{0}%0d%0aX: y", "{0}.json", "{0}#healthz"],
)  # fmt: skip
def test_the_text_of_an_address_never_opens_a_door(service: Service, variant: str) -> None:
    nobody, stranger = service.nobody(), service.as_person(DIR_AFRIKA)
    for path in ("/api/v1/me", "/api/v1/instances"):
        answer = nobody.get("~" + variant.format(path))
        assert answer.status_code in {400, 401, 404}, variant
        assert b"items" not in answer.data
    opened = service.proposed(service.as_person(STAF_AFRIKA))
    hidden = f"/api/v1/tasks/{opened['tasks'][0]['id']}/claim"
    answer = stranger.post("~" + variant.format(hidden))
    assert answer.status_code in {400, 404, 405, 409}
    assert service.as_person(STAF_AFRIKA).get("/tasks").get_json()["items"][0]["assignee"]


def test_a_session_ends(service: Service) -> None:
    browser, _ = service.signed_in(STAF_AFRIKA)
    for _ in range(3):
        service.clock.pass_by(minutes=29)
        assert browser.get("/me").status_code == 200
    service.clock.pass_by(minutes=31)
    assert browser.get("/me").status_code == 401


def test_a_session_ends_after_eight_hours_however_busy(service: Service) -> None:
    browser, _ = service.signed_in(STAF_AFRIKA)
    for _ in range(19):
        service.clock.pass_by(minutes=25)
        assert browser.get("/me").status_code == 200
    service.clock.pass_by(minutes=25)
    assert browser.get("/me").status_code == 401


@pytest.mark.parametrize(
    "host", ["jahat.example", "localhost.jahat.example", "jahat.example:80", "", "a b", "localhost@jahat"]
)
def test_another_host_name_is_refused(service: Service, host: str) -> None:
    answer = service.nobody().get("~/healthz", headers={"Host": host})
    assert answer.status_code == 400
    assert b"jahat" not in answer.data


def test_forwarded_headers_are_believed_only_from_a_configured_proxy(serving: Serve) -> None:
    forged = {
        "X-Forwarded-Host": "jahat.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "10.0.0.9",
    }
    plain = serving().nobody().get("~/healthz", headers=forged)
    assert plain.status_code == 200 and "Strict-Transport-Security" not in plain.headers
    behind = serving(trusted_proxies=1, trusted_hosts=("paraf.example",)).nobody()
    assert behind.get("~/healthz", headers=forged).status_code == 400
    good = behind.get("~/healthz", headers={**forged, "X-Forwarded-Host": "paraf.example"})
    assert good.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_session_of_another_person_is_no_token(service: Service) -> None:
    browser, _ = service.signed_in(STAF_AFRIKA)
    _, other_csrf = service.signed_in(DIR_AFRIKA)
    answer = browser.post("/proposals", json={}, headers={"X-CSRF-Token": other_csrf})
    assert answer.status_code == 403


def test_a_password_given_by_an_administrator_opens_only_its_own_change(service: Service) -> None:
    browser, csrf = service.signed_in(STAF_AFRIKA)
    with service.office.store.write() as uow:
        account = uow.people.by_login(STAF_AFRIKA.login)
        assert account is not None
        uow.people.update(account.id, must_change_password=1)
    refused = browser.get("/tasks")
    assert refused.status_code == 403
    assert refused.get_json()["detail"] == "Silakan pilih kata sandi Anda sendiri terlebih dahulu."
    led = browser.get("~/kotak-masuk")
    assert (led.status_code, led.headers["Location"]) == (303, "/profil")
    assert browser.get("~/profil").status_code == 200
    assert browser.post("~/keluar", data={"csrf_token": csrf}).status_code == 303
    assert browser.get("~/profil").status_code == 303


def test_signing_in_leads_on_to_where_one_was_going(service: Service) -> None:
    asked = service.nobody().get("~/kotak-masuk?tab=offered")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/masuk?next=%2Fkotak-masuk%3Ftab%3Doffered"


def test_the_endpoints_open_with_a_given_password_are_there(service: Service) -> None:
    assert set(service.app.view_functions) >= WITH_GIVEN_PASSWORD
