"""The forms of the steps: valid, in Indonesian, and asking what the text asks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from paraf.forms.schema import check_schema
from paraf.forms.validation import validate
from routes.walking import KEYS, WORKFLOWS, route

FORMS = sorted((WORKFLOWS / "forms").glob("*.json"))


def form(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WORKFLOWS / "forms" / f"{name}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_form_is_a_schema_paraf_can_draw(file: Any) -> None:
    schema = json.loads(file.read_text("utf-8"))
    assert check_schema(schema) == []
    assert schema["title"] and schema["description"]
    assert schema["additionalProperties"] is False


def test_every_form_named_exists_and_every_form_is_used() -> None:
    named = {element.form for key in KEYS for element in route(key).elements.values() if element.form}
    assert named == {file.stem for file in FORMS}


def test_a_review_answers_all_three_criteria() -> None:
    # AC-22
    schema = form("review")
    assert set(validate(schema, {"kriteria_a": "sesuai", "kriteria_b": "sesuai"})) == {"kriteria_c"}
    whole = {
        "kriteria_a": "sesuai",
        "kriteria_b": "tidak_sesuai",
        "kriteria_b_catatan": "Nama belum tepat.",
        "kriteria_c": "sesuai",
        "catatan": [{"huruf": "a", "text": "Ringkas."}],
    }
    assert validate(schema, whole) == {}
    assert "catatan.0.huruf" in validate(schema, {**whole, "catatan": [{"huruf": "h", "text": "Ringkas."}]})


def test_a_receipt_tells_where_when_and_who() -> None:
    # INT-09
    assert set(validate(form("hardcopy_receipt"), {})) == {"tempat", "tanggal", "penerima"}
    assert set(validate(form("hardcopy_by_pouch"), {})) == {"tanggal"}


def test_a_return_asks_no_finished_receipt() -> None:
    assert validate(form("hardcopy_receipt"), {}, partial=True) == {}


def test_open_points_carry_both_positions_and_a_decision() -> None:
    # AC-25
    point = {"huruf": "d", "text": "Pihak", "pendapat_pengusul": "Perlu", "pendapat_biro_po": "Tidak perlu"}
    assert validate(form("discussion"), {"pokok_terbuka": [point]}) == {}
    assert validate(form("open_points"), {"pokok_terbuka": [{**point, "keputusan": "Tidak perlu"}]}) == {}
    assert validate(form("discussion"), {"pokok_terbuka": [{**point, "lain": "x"}]}) != {}


def test_the_review_record_is_the_same_on_every_route() -> None:
    # AC-40, INT-12
    reviews = {
        element.form
        for key in KEYS
        for element in route(key).elements.values()
        if element.id.startswith("review_")
    }
    assert reviews == {"review"}
