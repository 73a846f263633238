"""A form that was not sent as it was drawn: the page says so, and nothing is done."""

from __future__ import annotations

import base64

import pytest

from cast import STAF_AFRIKA
from pages.conftest import Inside
from web_service import Service

NO_NUMBER = ("abc", "-1", "1.5", "²", "٣", "9" * 10, "9" * 5_000)
NO_KEY = ("k" * 5_000, "kunci\u00e9", "a\nb")


@pytest.fixture
def opened(service: Service) -> dict[str, str]:
    """A proposal of the reader with its open drafting task."""
    made = service.proposed(service.as_person(STAF_AFRIKA))
    return {"proposal": made["id"], "task": made["tasks"][0]["id"]}


@pytest.mark.parametrize("seq", NO_NUMBER)
def test_the_number_of_a_page_is_a_number(
    service: Service, inside: Inside, opened: dict[str, str], seq: str
) -> None:
    page = inside(STAF_AFRIKA).post(f"/tugas/{opened['task']}/keputusan", outcome="submit", seq=seq)
    assert page.status == 422 and "bilangan bulat" in page.text


@pytest.mark.parametrize("version", NO_NUMBER)
def test_the_version_one_began_with_is_a_number(
    service: Service, inside: Inside, opened: dict[str, str], version: str
) -> None:
    reader = inside(STAF_AFRIKA)
    page = reader.post(f"/usulan/{opened['proposal']}/naskah", deskripsi="Isi", base_version=version)
    assert page.status == 422 and "Isi" in page.html
    shown = service.as_person(STAF_AFRIKA).get(f"/proposals/{opened['proposal']}").get_json()
    assert shown["naskah"]["version"] == 0


@pytest.mark.parametrize("key", NO_KEY)
def test_the_key_of_a_form_is_one_of_ours(
    service: Service, inside: Inside, opened: dict[str, str], key: str
) -> None:
    reader = inside(STAF_AFRIKA)
    path = f"/usulan/{opened['proposal']}"
    for page in (
        reader.post(f"{path}/tarik", reason="Salah", once=key),
        reader.post(f"{path}/naskah", deskripsi="Isi", base_version="0", once=key),
        reader.post(f"/tugas/{opened['task']}/keputusan", outcome="submit", seq="0", once=key),
    ):
        assert page.status == 422
        assert key not in page.html, "the page drawn again has a key that can be sent"
    shown = service.as_person(STAF_AFRIKA).get(f"/proposals/{opened['proposal']}").get_json()
    assert (shown["state"], shown["naskah"]["version"]) == ("running", 0)


@pytest.mark.parametrize("number", NO_NUMBER)
def test_an_address_asks_with_a_number(
    service: Service, inside: Inside, opened: dict[str, str], number: str
) -> None:
    reader, staff = inside(STAF_AFRIKA), service.as_person(STAF_AFRIKA)
    service.written(staff, opened["proposal"])
    assert reader.open(f"/usulan/{opened['proposal']}/naskah/1?banding={number}").status == 422
    assert reader.open(f"/rute/sop_mikro_eselon1?version={number}").status == 422
    assert reader.open(f"/usulan/{opened['proposal']}/naskah/1?banding=").status == 200


@pytest.mark.parametrize(
    "key", ['["a\\u0000", "b"]', '["\\ud800", "b"]', "[1, [2]]", '["a"]', "{}", "[" * 3_000, "\xff"]
)
def test_a_damaged_cursor_starts_the_list_anew(either_service: Service, key: str) -> None:
    browser, _ = either_service.signed_in(STAF_AFRIKA)
    word = base64.urlsafe_b64encode(key.encode("latin-1")).decode()
    for path in ("/berkas", "/tembusan", "/kotak-masuk", "/kotak-masuk?tab=done", "/daftar-sop"):
        joined = "&" if "?" in path else "?"
        answer = browser.get(f"~{path}{joined}cursor={word}")
        assert answer.status_code in (200, 422), path


@pytest.mark.parametrize("number", ["9" * 5_000, "٣", "²", "99999"])
def test_rows_with_impossible_numbers_are_no_rows(
    service: Service, inside: Inside, opened: dict[str, str], number: str
) -> None:
    reader = inside(STAF_AFRIKA)
    path = f"/usulan/{opened['proposal']}/naskah"
    row = {"dasar_hukum.0.asal": number, "dasar_hukum.0.title": "Peraturan"}
    assert reader.post(path, base_version="0", **row).status == 200
    assert reader.post(path, hapus=f"dasar_hukum.{number}", **row).status == 200
