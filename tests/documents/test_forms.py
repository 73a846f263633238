"""Forms of steps: checked, drawn, and read back from what a browser posted.

The story: a reviewer fills in the review form, forgets a note, and tries again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paraf.forms import check_schema, engine_fields, fields, parse_posted, schema_digest, validate
from paraf.forms.schema import place_in_words
from paraf.forms.validation import REQUIRED, UNKNOWN
from paraf.language import Language

REVIEW: dict[str, Any] = {
    "type": "object",
    "title": "Hasil reviu",
    "additionalProperties": False,
    "required": ["kriteria_a", "tanggal", "catatan"],
    "$defs": {
        "hasil": {
            "type": "string",
            "enum": ["sesuai", "tidak"],
            "x-labels": ["Sesuai", "Tidak sesuai"],
            "x-engine": True,
        }
    },
    "properties": {
        "kriteria_a": {"$ref": "#/$defs/hasil", "title": "Kriteria a", "description": "Tugas dan fungsi"},
        "tanggal": {"type": "string", "format": "date", "title": "Tanggal reviu"},
        "ringkasan": {"type": "string", "title": "Ringkasan", "maxLength": 2000},
        "nomor": {"type": "string", "title": "Nomor", "maxLength": 60},
        "halaman": {"type": "integer", "title": "Halaman", "minimum": 1, "maximum": 500},
        "lengkap": {"type": "boolean", "title": "Lengkap", "x-engine": True},
        "berkas": {"type": "string", "format": "sha256", "title": "Berkas"},
        "peserta": {"type": "array", "title": "Peserta", "items": {"type": "string", "maxLength": 200}},
        "catatan": {
            "type": "array",
            "title": "Catatan",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["huruf", "text"],
                "properties": {
                    "huruf": {"type": "string", "title": "Huruf", "enum": list("abcdefg")},
                    "text": {"type": "string", "title": "Catatan"},
                    "selesai": {"type": "boolean", "title": "Selesai"},
                },
            },
        },
    },
}
FILLED = {
    "kriteria_a": "sesuai",
    "tanggal": "2020-03-02",
    "catatan": [{"huruf": "g", "text": "Urutkan kolom."}],
}


def test_a_right_form_has_nothing_to_say() -> None:
    assert check_schema(REVIEW) == []
    assert validate(REVIEW, FILLED) == {}
    assert engine_fields(REVIEW, FILLED | {"lengkap": False}) == {"kriteria_a": "sesuai", "lengkap": False}


def test_every_fault_is_told_at_its_field_in_one_pass() -> None:
    told = validate(
        REVIEW,
        {
            "kriteria_a": "mungkin",
            "tanggal": "2020-02-30",
            "halaman": 0,
            "lengkap": "ya",
            "berkas": "ABC",
            "warna": "biru",
            "catatan": [{"huruf": "g", "text": "  "}, {"huruf": "g", "text": "Ya", "tebal": True}],
        },
    )
    assert set(told) == {
        "kriteria_a",
        "tanggal",
        "halaman",
        "lengkap",
        "berkas",
        "warna",
        "catatan.0.text",
        "catatan.1.tebal",
    }
    assert told["catatan.0.text"] == [REQUIRED]
    assert told["warna"] == told["catatan.1.tebal"] == [UNKNOWN]


def test_a_task_handed_back_need_not_be_filled_in_but_must_not_be_wrong() -> None:
    assert validate(REVIEW, {}, partial=True) == {}
    assert set(validate(REVIEW, {})) == {"kriteria_a", "tanggal", "catatan"}
    assert set(validate(REVIEW, {"tanggal": "kemarin"}, partial=True)) == {"tanggal"}


@pytest.mark.parametrize("form", [None, [], "x", 7])
def test_something_else_than_a_form_is_refused(form: object) -> None:
    assert validate(REVIEW, form)


def test_a_posted_page_becomes_the_form_it_means() -> None:
    posted = {
        "csrf": "abc",
        "outcome": "done",
        "kriteria_a": "sesuai",
        "tanggal": "2020-03-02",
        "ringkasan": " baris satu\r\nbaris dua ",
        "nomor": "",
        "halaman": "12",
        "peserta.0": "Biro PO",
        "peserta.1": "",
        "catatan.0.huruf": "g",
        "catatan.0.text": "Urutkan kolom.",
        "catatan.1.huruf": "",
        "catatan.1.text": "",
        "catatan.7.huruf": "c",
        "catatan.7.text": "Sebutkan SOP Makro.",
        "catatan.7.selesai": "on",
    }
    form = parse_posted(REVIEW, posted)
    assert form == {
        "kriteria_a": "sesuai",
        "tanggal": "2020-03-02",
        "ringkasan": "baris satu\nbaris dua",
        "halaman": 12,
        "lengkap": False,
        "peserta": ["Biro PO"],
        "catatan": [
            {"huruf": "g", "text": "Urutkan kolom.", "selesai": False},
            {"huruf": "c", "text": "Sebutkan SOP Makro.", "selesai": True},
        ],
    }
    assert validate(REVIEW, form) == {}
    assert parse_posted(REVIEW, {"form.halaman": "dua belas"}, "form.")["halaman"] == "dua belas"
    assert parse_posted(REVIEW, {"peserta": ["A", " ", "B"]})["peserta"] == ["A", "B"]


def test_a_drawn_form_shows_what_was_typed_and_what_is_wrong() -> None:
    form = FILLED | {"tanggal": "kemarin", "catatan": [{"huruf": "g", "text": ""}]}
    drawn = {field.name: field for field in fields(REVIEW, form, validate(REVIEW, form))}
    assert [field.type for field in drawn.values()] == [
        "choice",
        "date",
        "multiline",
        "text",
        "integer",
        "boolean",
        "sha256",
        "texts",
        "rows",
    ]
    assert drawn["kriteria_a"].required and drawn["kriteria_a"].description == "Tugas dan fungsi"
    assert [(option.value, option.label, option.chosen) for option in drawn["kriteria_a"].options] == [
        ("sesuai", "Sesuai", True),
        ("tidak", "Tidak sesuai", False),
    ]
    assert drawn["tanggal"].value == "kemarin" and drawn["tanggal"].errors
    rows = drawn["catatan"].rows
    assert [field.name for field in rows[0]] == ["catatan.0.huruf", "catatan.0.text", "catatan.0.selesai"]
    assert rows[0][1].errors and len(rows) == 2  # one more, blank
    assert drawn["catatan"].parts[0].name == "catatan.{n}.huruf"
    full = {"catatan": [{"huruf": "a", "text": "x"}] * 3}
    assert len({field.name: field for field in fields(REVIEW, full)}["catatan"].rows) == 3


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "number", "title": "x"}, "reviu.x memerlukan salah satu tipe ini"),
        ({"type": "string"}, "reviu.x memerlukan judul"),
        ({"$ref": "https://example.org/x.json", "title": "x"}, "https://example.org/x.json"),
        ({"$ref": "#/$defs/none", "title": "x"}, "#/$defs/none"),
        ({"type": "string", "title": "x", "oneOf": []}, "kata kunci oneOf"),
        ({"type": "string", "title": "x", "format": "uri"}, "Format reviu.x"),
        ({"type": "string", "title": "x", "enum": ["a"], "x-labels": []}, "(x-labels) pada reviu.x"),
        ({"type": "object", "title": "x", "properties": {}}, "(additionalProperties: false)"),
        ({"type": "array", "title": "x", "items": {"type": "integer"}}, "Daftar reviu.x[] "),
        (
            {"type": "array", "title": "x", "items": {"type": "string"}, "x-engine": True},
            "x-engine, bukan reviu.x",
        ),
    ],
)
def test_a_schema_outside_the_subset_is_refused_in_words(part: dict[str, Any], words: str) -> None:
    schema = {"type": "object", "additionalProperties": False, "properties": {"x": part}}
    say = Language(Path(__file__).resolve().parents[2] / "web" / "translations").translate
    told = [
        say(fault.message, place=place_in_words("reviu", fault.place), **fault.values)
        for fault in check_schema(schema)
    ]
    assert any(words in sentence for sentence in told), told


def test_a_schema_that_is_none_is_refused() -> None:
    assert (
        check_schema([]) and check_schema({"type": "string"}) and check_schema({"type": "object", "x": {1}})
    )


def test_unknown_fields_are_refused_even_when_the_schema_forgot_to() -> None:
    open_schema = {"type": "object", "properties": {"x": {"type": "string", "title": "x"}}}
    assert validate(open_schema, {"y": 1}) == {"y": [UNKNOWN]}


def test_the_digest_of_a_schema_is_that_of_its_meaning() -> None:
    turned = dict(reversed(REVIEW.items()))
    assert schema_digest(turned) == schema_digest(REVIEW)
    assert schema_digest(REVIEW | {"title": "Lain"}) != schema_digest(REVIEW)
