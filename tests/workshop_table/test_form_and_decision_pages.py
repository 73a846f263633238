"""The form editor and the decision tables in a browser without a script."""

from __future__ import annotations

import json
from typing import Any

from cast import AUDITOR, PROCESS_OWNER
from paraf.engine.decision_table import read_table
from web_service import Service
from workshop_table.conftest import Inside, kept
from workshop_table.test_table_pages import press


def forms(draft: dict[str, Any], name: str = "") -> str:
    return f"/bengkel/draf/{draft['id']}/formulir" + (f"/{name}" if name else "")


def decision(draft: dict[str, Any], name: str = "choose_route") -> str:
    return f"/bengkel/draf/{draft['id']}/keputusan/{name}"


def test_forms_are_listed_with_the_steps_that_use_them(inside: Inside, draft: dict[str, Any]) -> None:
    page = inside(PROCESS_OWNER).open(forms(draft))
    assert page.status == 200 and "Tabel keputusan" in page.text
    assert "Catat penerimaan hardcopy ; Catat hardcopy perbaikan" in page.text.replace(
        "hardcopy;", "hardcopy ;"
    )
    assert "Dipakai bersama" in page.text


def test_a_form_of_this_route_is_begun_shaped_looked_at_and_saved(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    refused = reader.send(reader.open(forms(draft)).form(""), forms(draft), name="Bukan Kata", title="")
    assert refused.status == 422 and 'id="form-new-name-salah"' in refused.html
    page = reader.send(refused.form(""), forms(draft), name="paraf_sekretariat", title="Paraf Sekretariat")
    assert page.status == 200 and page.path.endswith("/formulir/paraf_sekretariat")
    rows = {
        "isi.rows.0.name": "keadaan", "isi.rows.0.title": "Keadaan berkas", "isi.rows.0.kind": "choice",
        "isi.rows.0.required": "true", "isi.rows.0.engine": "true",
        "isi.rows.0.choices": "Lengkap\nkurang = Masih kurang",
    }  # fmt: skip
    before = kept(service, draft["id"])
    shown = press(reader, page, "preview", **rows)
    assert shown.status == 200 and "Masih kurang" in shown.text and "Keadaan berkas (wajib)" in shown.text
    assert kept(service, draft["id"]) == before, "looking saves nothing"
    done = press(reader, shown, "save")
    assert done.status == 200, done.text
    schema = json.loads(kept(service, draft["id"])["forms"]["paraf_sekretariat"])
    assert schema["properties"] == {
        "keadaan": {
            "type": "string", "title": "Keadaan berkas", "enum": ["lengkap", "kurang"],
            "x-labels": ["Lengkap", "Masih kurang"], "x-engine": True,
        }
    }  # fmt: skip
    assert schema["required"] == ["keadaan"] and schema["additionalProperties"] is False
    undone = press(reader, done, "undo")
    assert undone.status == 200 and "catatan" in kept(service, draft["id"])["forms"]["paraf_sekretariat"]


def test_rows_of_a_form_are_added_moved_and_removed_without_a_script(
    inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = reader.open(forms(draft, "hardcopy_receipt"))
    sent = {name: value for name, value in page.form("").filled().items() if name != "act"}
    address = f"~{forms(draft, 'hardcopy_receipt')}"

    def pressed(**button: str) -> str:
        answer = reader.client.post(address, data={**sent, **button})
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    assert "isi.rows.6.name" in pressed(tambah="isi.rows")
    assert 'name="isi.rows.0.was" value="tanggal"' in pressed(turun="isi.rows.0")
    assert 'name="isi.rows.0.was" value="tanggal"' in pressed(hapus="isi.rows.0")
    assert 'name="isi.rows.0.was" value="tempat"' in pressed(naik="isi.rows.0")


def test_a_shared_form_that_is_changed_becomes_the_routes_own_and_can_be_given_back(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = reader.open(forms(draft, "sign"))
    assert "langkah memakai formulir ini" in page.text
    shared = kept(service, draft["id"])["forms"]["sign"]
    unchanged = press(reader, page, "save")
    assert unchanged.status == 200 and kept(service, draft["id"])["revision"] == draft["revision"]
    done = press(reader, page, "save", **{"isi.title": "Tanda tangan dan cap"})
    assert done.status == 200 and "Diubah untuk alur ini" in reader.open(forms(draft)).text
    assert json.loads(kept(service, draft["id"])["forms"]["sign"])["title"] == "Tanda tangan dan cap"
    back = press(reader, done, "remove")
    assert back.status == 200
    assert kept(service, draft["id"])["forms"].get("sign", shared) == shared


def test_a_form_that_is_wrong_is_told_at_its_field(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = press(reader, reader.open(forms(draft, "sign")), "save", **{
        "isi.title": "", "isi.rows.0.name": "Bukan kata", "isi.rows.0.kind": "choice", "isi.rows.0.choices": "",
    })  # fmt: skip
    assert page.status == 422
    for place in ("isi-title", "isi-rows-0-name", "isi-rows-0-choices"):
        assert f'id="{place}-salah"' in page.html, place
    assert kept(service, draft["id"])["revision"] == draft["revision"]
    assert reader.open(forms(draft, "tidak_ada")).status == 404
    stale = press(reader, page, "save", **{"isi.title": "Judul", "isi.rows.0.name": "a", "isi.rows.0.kind": "text",
                                           "revision": "99"})  # fmt: skip
    assert stale.status == 409 and 'value="Judul"' in stale.html


def test_a_form_beyond_rows_is_edited_as_text(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    part = {"type": "string", "title": "Nama"}
    schema = {"type": "object", "title": "Uji", "additionalProperties": False, "$defs": {"nama": part},
              "properties": {"a": {"$ref": "#/$defs/nama"}}}  # fmt: skip
    owner = service.as_person(PROCESS_OWNER)
    saved = owner.put(f"/drafts/{draft['id']}", json={
        "revision": draft["revision"], "forms": {**draft["forms"], "uji": json.dumps(schema)},
    })  # fmt: skip
    assert saved.status_code == 200
    reader = inside(PROCESS_OWNER)
    page = reader.open(forms(draft, "uji"))
    assert page.status == 200 and "disunting sebagai teks" in page.text
    for wrong in ("{", '{"type": "array"}', '{"type": "object", "script": 1}'):
        refused = press(reader, page, "text", text=wrong)
        assert refused.status == 422 and 'id="isi-text-salah"' in refused.html
    done = press(reader, page, "text", text=json.dumps({**schema, "title": "Lain"}))
    assert done.status == 200 and json.loads(kept(service, draft["id"])["forms"]["uji"])["title"] == "Lain"


# --- decision tables ------------------------------------------------------------------------------


def table_of(service: Service, draft: dict[str, Any]) -> Any:
    return read_table(kept(service, draft["id"])["tables"]["choose_route"].encode())


def test_a_table_is_read_tried_and_says_that_all_routes_share_it(
    inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = reader.open(decision(draft))
    assert page.status == 200 and "dipakai bersama oleh semua alur" in page.text
    tried = "?coba=1&in.sop_kind=mikro&in.request_kind=new&in.proposer_unit_kind=pusat"
    page = reader.open(decision(draft) + tried)
    assert "Baris 3 memutuskan." in page.text and "kepala_pusat" in page.text
    assert "Tidak ada baris yang berlaku." in reader.open(decision(draft) + "?coba=1&in.sop_kind=mikro").text
    for odd in ("?baris=-1", "?baris=999", "?baris=x", "?coba=1&in.=x", "?baris=99999999999"):
        assert reader.open(decision(draft) + odd).status == 200, odd
    assert reader.open(decision(draft, "tidak_ada")).status == 404


def test_a_row_is_changed_by_ticking_values_and_checked_against_the_others(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = reader.open(decision(draft) + "?baris=2")
    done = press(reader, page, "row")
    assert done.status == 200 and kept(service, draft["id"])["revision"] == draft["revision"]
    done = press(reader, page, "row", **{
        "in.1.chosen": ["new"], "out.1": "PL 39; INT-29", "remark": "Hanya yang baru.",
    })  # fmt: skip
    assert done.status == 200, done.text
    assert table_of(service, draft).cells(3) == ('"mikro"', '"new"', '"pusat"')
    assert "Tidak ada baris yang berlaku bila Jenis SOP" in done.text, "a gap is a warning beside the table"
    wider = press(
        reader, reader.open(decision(draft) + "?baris=0"), "row", **{"in.2.chosen": [], "in.2.text": "-"}
    )
    assert wider.status == 200 and "sama-sama berlaku" in wider.text
    wrong = press(reader, reader.open(decision(draft) + "?baris=0"), "row", **{"in.0.text": '"mikro'})
    assert wrong.status == 422 and 'id="cells-0-salah"' in wrong.html
    undone = press(reader, wider, "undo")
    assert undone.status == 200 and "sama-sama berlaku" not in undone.text


def test_rows_are_added_moved_and_removed_and_columns_named(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = press(reader, reader.open(decision(draft) + "?baris=baru"), "row", **{
        "in.0.chosen": ["teknis"], "in.2.chosen": ["pusat"], "out.0": "sop_teknis", "out.1": "PL 52",
    })  # fmt: skip
    assert page.status == 200 and len(table_of(service, draft).rows) == 15
    page = press(reader, page, "up", place="14")
    assert table_of(service, draft).cells(14) == ('"teknis"', "-", '"pusat"')
    page = press(reader, page, "remove", place="13")
    assert len(table_of(service, draft).rows) == 14
    page = press(reader, page, "column", side="inputs", place="0", name="sop_kind", label="Macam SOP",
                 type="string", values="makro\nmikro\nteknis\nlain")  # fmt: skip
    assert page.status == 200 and "Macam SOP" in page.text
    assert [row.outputs for row in table_of(service, draft).rows] == [
        row.outputs for row in read_table(draft["tables"]["choose_route"].encode()).rows
    ]


def test_a_table_of_another_editor_that_cannot_be_read_is_left_alone(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    tables = {**draft["tables"], "rusak": "<definitions/>", "entitas": "<!DOCTYPE x><x/>"}
    saved = service.as_person(PROCESS_OWNER).put(
        f"/drafts/{draft['id']}", json={"revision": draft["revision"], "tables": tables}
    )
    assert saved.status_code == 200
    for name in ("rusak", "entitas"):
        reader = inside(PROCESS_OWNER)
        page = reader.open(decision(draft, name))
        assert page.status == 200 and "tidak dapat dibaca sebagai tabel keputusan" in page.text
        assert reader.post(decision(draft, name), act="remove", place="0", revision="2").status == 422
    assert kept(service, draft["id"])["tables"] == tables


def test_auditors_read_forms_and_tables_and_change_nothing(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(AUDITOR)
    for address in (forms(draft), forms(draft, "sign"), decision(draft)):
        page = reader.open(address)
        assert page.status == 200 and 'name="act" value="save"' not in page.html
        assert reader.post(address, act="save", revision="1").status == 403
