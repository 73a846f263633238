"""Signs that no honest text holds, bodies made to exhaust their reader, and headers that are no headers:
each is refused with a sentence, alike on both databases, and nothing is written."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cast import STAF_AFRIKA
from web_service import Client, Service, upload

CONTROL = ("\0", "\x01", "\x08", "\x0b", "\x1b", "\x1f", "\x7f")
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def staff(service: Service) -> Client:
    return service.as_person(STAF_AFRIKA)


def header(**changes: Any) -> dict[str, Any]:
    return {"title": "Rapat", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA", **changes}


# --- control signs ------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", CONTROL, ids=ascii)
def test_no_json_text_holds_a_control_sign(service: Service, staff: Client, sign: str) -> None:
    for body in (header(title=f"a{sign}b"), {**header(), f"x{sign}": 1}):
        answer = staff.post("/proposals", json=body)
        assert answer.status_code == 422
        assert answer.get_json()["detail"].startswith("Isi permintaan memuat tanda kendali")
    assert staff.get("/instances").get_json()["items"] == []


def test_lines_and_tabs_are_text(service: Service, staff: Client) -> None:
    opened = service.proposed(staff)
    kept = staff.put(f"/proposals/{opened['id']}/naskah", json={"deskripsi": "Baris\r\n\tmasuk"})
    assert kept.status_code == 200


def test_no_form_holds_a_control_sign(either_service: Service) -> None:
    browser, csrf = either_service.signed_in(STAF_AFRIKA)
    opened = either_service.proposed(either_service.as_person(STAF_AFRIKA))
    task = opened["tasks"][0]["id"]
    posts = {
        "/usulan/baru": header(title="a\0b"),
        f"/usulan/{opened['id']}/naskah": {"deskripsi": "a\0b", "base_version": "0"},
        f"/usulan/{opened['id']}/tarik": {"reason": "a\0b"},
        f"/usulan/{opened['id']}/lampiran": {"role": "softcopy", "berkas": upload("a\x01.pdf", PDF)},
        f"/tugas/{task}/keputusan": {"outcome": "submit", "comment": "a\0b"},
        f"/tugas/{task}/serahkan": {"person": "a\0"},
        f"/tugas/{task}/lepas": {"x\0y": "1"},
        "/profil/kata-sandi": {"old_password": "a\0", "new_password": "b\0", "repeated": "b\0"},
    }
    for path, data in posts.items():
        answer = browser.post(f"~{path}", data={"csrf_token": csrf, **data})
        assert answer.status_code == 422, path
        assert "tanda kendali" in answer.get_data(as_text=True), path
    shown = either_service.as_person(STAF_AFRIKA).get(f"/proposals/{opened['id']}").get_json()
    assert (shown["state"], shown["naskah"]["version"], shown["attachments"]) == ("running", 0, [])


@pytest.mark.parametrize("field", ["login", "password", "onward"])
def test_nobody_comes_in_with_a_control_sign(either_service: Service, field: str) -> None:
    data = {"login": "staf.afrika", "password": "salah", field: "a\0b"}
    assert either_service.nobody().post("~/masuk", data=data).status_code == 422


def test_no_file_name_and_no_role_holds_a_control_sign(either_service: Service) -> None:
    staff = either_service.as_person(STAF_AFRIKA)
    opened = either_service.proposed(staff)
    for role, name in (("softcopy\0", "a.pdf"), ("softcopy", "a\0.pdf"), ("softcopy", "a\x1f.pdf")):
        data = {"role": role, "file": upload(name, PDF)}
        assert staff.post(f"/proposals/{opened['id']}/attachments", data=data).status_code == 422


@pytest.mark.parametrize("query", ["q=a%00b", "q=%01", "q=%1b[2J", "%00=1", "route=%7f"])
def test_no_address_asks_with_a_control_sign(service: Service, staff: Client, query: str) -> None:
    assert staff.get(f"/tasks?{query}").status_code == 400


# --- bodies made to exhaust ---------------------------------------------------------------------


@pytest.mark.parametrize("depth", [65, 400, 600, 1_000, 100_000])
@pytest.mark.parametrize("leaf", ['"a"', '"\\u0000"', "1"])
def test_a_body_nested_too_deeply(service: Service, staff: Client, depth: int, leaf: str) -> None:
    opened = service.proposed(staff)
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        body = f'{{"deskripsi":{opening * depth}{leaf}{closing * depth}}}'
        answer = staff.put(
            f"/proposals/{opened['id']}/naskah", data=body.encode(), content_type="application/json"
        )
        assert answer.status_code == 422
        assert answer.get_json()["detail"].startswith("Isi permintaan")


@pytest.mark.parametrize("number", ["9" * 17, "9" * 5_000])
@pytest.mark.parametrize("path", ["/tasks", "/tembusan", "/instances", "/people", "/sops"])
def test_a_limit_of_many_digits(service: Service, staff: Client, path: str, number: str) -> None:
    answer = staff.get(f"{path}?limit={number}")
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["limit"]


@pytest.mark.parametrize("key", [["x", "y"], ["", "y"], ["²", "y"], ["2x", "y"], ["\x01", "y"]])
def test_a_cursor_of_copies_that_is_not_ours(service: Service, staff: Client, key: list[str]) -> None:
    word = base64.urlsafe_b64encode(json.dumps(key).encode()).rstrip(b"=").decode()
    answer = staff.get(f"/tembusan?cursor={word}")
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["cursor"]
    browser, _ = service.signed_in(STAF_AFRIKA)
    assert browser.get(f"~/tembusan?cursor={word}").status_code in (200, 422)


# --- where a request comes from -----------------------------------------------------------------


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://]", "null", "//[", "http://a]b["])
def test_an_origin_that_is_none(service: Service, origin: str) -> None:
    browser, csrf = service.signed_in(STAF_AFRIKA)
    headers = {"Origin": origin, "X-CSRF-Token": csrf}
    assert browser.post("/proposals", json=header(), headers=headers).status_code == 403
    door = service.nobody().post("~/masuk", data={"login": "a", "password": "b"}, headers={"Origin": origin})
    assert door.status_code == 403


@pytest.mark.parametrize("onward", ["/\t/[", "//[", "http://[", "/\t/jahat.example"])
def test_one_is_led_nowhere_strange_after_signing_in(service: Service, onward: str) -> None:
    nobody = service.nobody()
    assert nobody.get("~/masuk", query_string={"next": onward}).status_code == 200
    answer = nobody.post("~/masuk", data={"login": "a", "password": "b", "onward": onward})
    assert answer.status_code == 401
    assert "jahat" not in answer.get_data(as_text=True)
