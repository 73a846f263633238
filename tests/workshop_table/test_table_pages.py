"""The step table in a browser without a script: rows, edits, refusals, taking back."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any

import pytest

from cast import AUDITOR, PROCESS_OWNER, PUBLISHER, STAF_AFRIKA
from pages.conftest import Form
from paraf.domain.route import Route
from paraf.engine.route_file import parse_route
from web_service import Service
from workshop_table.conftest import Inside, Page, Reader, begun, kept
from workshop_table.routes import shipped
from workshop_table.test_drawing_drafts import UNUSUAL

NEW = "paraf_sekretariat_eselon_i"
ADD = {
    "name": "Paraf Sekretariat Eselon I",
    "kind": "user",
    "lane": "lane_sekretaris_eselon_i",
    "anchor": "submit_usulan",
    "place": "before",
}


def table(draft: dict[str, Any]) -> str:
    return f"/bengkel/draf/{draft['id']}/tabel"


def route_of(service: Service, draft: dict[str, Any]) -> Route:
    route, _ = parse_route(kept(service, draft["id"])["bpmn"].encode())
    assert route is not None
    return route


def form_with(page: Page, act: str, step: str | None = None) -> Form:
    """The form of the page that carries this act (and step)."""
    from pages.conftest import _Forms

    for form in _Forms(page.html).forms:
        acts = [*form.fields.get("act", []), *(value for name, value in form.buttons if name == "act")]
        if act in acts and (step is None or form.fields.get("step") == [step]):
            return form
    raise AssertionError(f"no form for {act!r} {step!r}")


def press(reader: Reader, page: Page, act: str, step: str | None = None, **values: Any) -> Page:
    """Press a button of the page: its form as drawn, with some fields filled in."""
    form = form_with(page, act, step)
    sent = {**form.filled(**values), "act": act}
    address = form.action.partition("#")[0].removesuffix("?") or page.path.partition("?")[0]
    return reader._follow(reader.client.post(f"~{address}", data=sent), address)


def test_the_table_shows_every_step_with_where_it_leads(inside: Inside, draft: dict[str, Any]) -> None:
    page = inside(PROCESS_OWNER).open(table(draft))
    assert page.status == 200
    for element in shipped("sop_mikro_eselon1").elements.values():
        shown = f'id="langkah-{element.id}"' in page.html
        assert shown == (not element.id.startswith("gw_")), element.id
    assert "Tanda tangani dan sampaikan menuju Kirim bersamaan" in page.text
    assert "Kembalikan kepada penyusun kembali ke Susun naskah konsep SOP Mikro" in page.text


SHOWN = (
    "start", "prepare_naskah_konsep", "check_naskah_complete", "submit_usulan", "fork_usulan", "join_usulan",
    "deliver_usulan_sekjen", "discuss_kertas_kerja_reviu", "sign_nota_dinas_persetujuan", "start_penerapan", "set",
)  # fmt: skip
"""One step of every kind."""


def test_a_step_saved_as_it_was_shown_is_no_new_revision(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    for element in SHOWN:
        page = reader.open(f"{table(draft)}/{element}")
        assert page.status == 200
        done = press(reader, page, "change")
        assert done.status == 200, done.text[:2000]
        assert kept(service, draft["id"])["revision"] == draft["revision"], element


def test_a_step_is_added_filled_in_and_taken_back(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = press(reader, reader.open(table(draft)), "add", **ADD)
    assert page.status == 200 and "Langkah telah ditambahkan" in page.text
    assert f'id="langkah-{NEW}"' in page.html and "menuju Paraf Sekretariat Eselon I" in page.text
    step = reader.open(f"{table(draft)}/{NEW}")
    done = press(reader, step, "change", **{
        "form.due_value": "2", "form.form": "paraf", "form.documentation": "Paraf sebelum disampaikan.",
        "form.outcomes.0.id": "paraf", "form.outcomes.0.label": "Bubuhkan paraf",
        "form.outcomes.1.id": "return", "form.outcomes.1.label": "Kembalikan", "form.outcomes.1.returns": "true",
        "form.outcomes.1.ways.0.target": "prepare_naskah_konsep", "form.outcomes.1.ways.0.label": "Dikembalikan",
    })  # fmt: skip
    assert done.status == 200, done.text
    route = route_of(service, draft)
    found = route.elements[NEW]
    assert (found.form, found.due and found.due.working, found.role) == (
        "paraf",
        "P2D",
        "sekretaris_eselon_i",
    )
    assert [(o.id, o.comment, o.to) for o in found.outcomes] == [
        ("paraf", "optional", ()), ("return", "required", ("prepare_naskah_konsep",)),
    ]  # fmt: skip
    assert {flow.target for flow in route.outgoing(f"gw_{NEW}")} == {"submit_usulan", "prepare_naskah_konsep"}
    assert route.geometry.boxes.keys() >= route.elements.keys()
    undone = press(reader, done, "undo")
    assert undone.status == 200 and "diurungkan" in undone.text
    assert f"gw_{NEW}" not in route_of(service, draft).elements
    assert kept(service, draft["id"])["revision"] == draft["revision"] + 3


def test_a_form_sent_twice_edits_once(either_service: Service) -> None:
    draft = begun(either_service)
    reader = Reader(*either_service.signed_in(PROCESS_OWNER))
    sent = {**form_with(reader.open(table(draft)), "down", "submit_usulan").fields, "act": "down"}
    for _ in range(2):
        assert reader.client.post(f"~{table(draft)}", data=sent).status_code == 200
    assert kept(either_service, draft["id"])["revision"] == draft["revision"] + 1
    other = {**sent, "act": "up"}
    refused = reader.client.post(f"~{table(draft)}", data=other)
    assert refused.status_code == 409, (
        "going back and pressing another button is another edit, of an old page"
    )
    assert kept(either_service, draft["id"])["revision"] == draft["revision"] + 1


def test_an_edit_of_an_older_revision_is_refused_with_who_saved(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    old, step = reader.open(table(draft)), reader.open(f"{table(draft)}/submit_usulan")
    press(reader, old, "down", "submit_usulan")
    after = kept(service, draft["id"])["bpmn"]
    late = press(reader, old, "remove", "submit_usulan")
    assert late.status == 409 and "Gayatri" in late.text
    refused = press(reader, step, "change", **{"form.name": "Nama yang saya tulis"})
    assert refused.status == 409 and 'value="Nama yang saya tulis"' in refused.html
    assert kept(service, draft["id"])["bpmn"] == after
    again = press(reader, refused, "change")
    assert again.status == 200, "looked at and sent again, it is saved over the newest revision"
    assert route_of(service, draft).elements["submit_usulan"].name == "Nama yang saya tulis"


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = press(reader, reader.open(table(draft)), "add", **{**ADD, "name": "", "anchor": "start"})
    assert page.status == 422 and "Langkah memerlukan nama" in page.text
    page = press(reader, reader.open(f"{table(draft)}/submit_usulan"), "change", **{
        "form.name": "", "form.due_value": "tiga", "form.outcomes.0.id": "Bukan Kata",
        "form.outcomes.1.when.text": "option.paraf = ",
    })  # fmt: skip
    assert page.status == 422
    for place in ("form-name", "form-due_value", "form-outcomes-0-id", "form-outcomes-1-when"):
        assert f'id="{place}-salah"' in page.html, place
    assert "option.paraf =" in page.html
    assert kept(service, draft["id"])["revision"] == draft["revision"]


def test_a_condition_is_chosen_without_code_and_its_text_is_shown(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    address = f"{table(draft)}/check_paraf_required"
    page = reader.open(address)
    assert "<code" in page.html and "not(option.paraf)" in page.html
    done = press(reader, page, "change", **{
        "form.branches.0.condition.rows.1.joined": "or",
        "form.branches.0.condition.rows.1.name": "naskah_complete.round",
        "form.branches.0.condition.rows.1.operator": ">=", "form.branches.0.condition.rows.1.value": "2",
        "form.branches.1.condition.rows.1.name": "naskah_complete.round",
        "form.branches.1.condition.rows.1.operator": "<", "form.branches.1.condition.rows.1.value": "2",
    })  # fmt: skip
    assert done.status == 200, done.text
    route = route_of(service, draft)
    assert {flow.condition for flow in route.outgoing("check_paraf_required")} == {
        "option.paraf = true or naskah_complete.round >= 2",
        "option.paraf = false and naskah_complete.round < 2",
    }
    wrong = press(
        reader, reader.open(address), "change", **{"form.branches.0.condition.text": "option.paraf and"}
    )
    assert wrong.status == 422 and 'id="form-branches-0-condition-salah"' in wrong.html


def test_rows_are_added_and_taken_away_without_a_script(inside: Inside, draft: dict[str, Any]) -> None:
    reader = inside(PROCESS_OWNER)
    page = reader.open(f"{table(draft)}/submit_usulan")
    form = form_with(page, "change")
    sent = {**form.filled(**{"form.name": "Belum disimpan"}), "act": "change"}
    more = reader.client.post(f"~{table(draft)}", data={**sent, "tambah": "form.outcomes"})
    html = more.get_data(as_text=True)
    assert more.status_code == 200 and "form.outcomes.2.label" in html and "Belum disimpan" in html
    less = reader.client.post(f"~{table(draft)}", data={**sent, "hapus": "form.outcomes.0"})
    html = less.get_data(as_text=True)
    assert "form.outcomes.1.label" not in html and "Kembalikan kepada penyusun" in html


def test_lanes_options_and_the_heading_are_edited(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = press(reader, reader.open(table(draft)), "lane-add", name="Menteri Luar Negeri", role="menteri")
    page = press(reader, page, "heading", name="Rute baru", documentation="Untuk uji.")
    page = press(
        reader, page, "option-set", name="paraf", value="tidak", cite="INT-31", words="Paraf diperlukan"
    )
    assert page.status == 200
    route = route_of(service, draft)
    assert route.lanes[-1].id == "lane_menteri" and route.options["paraf"].value is False
    assert (route.name, route.documentation) == ("Rute baru", "Untuk uji.")
    page = press(reader, page, "tidy")
    assert page.status == 200 and route_of(service, draft).geometry == route.geometry


def test_a_faulty_draft_is_shown_with_its_findings_and_edited(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    text = draft["bpmn"].replace('<paraf:form ref="review"/>', '<paraf:form ref="tidak_ada"/>')
    broken = text.replace(
        "option.paraf</bpmn:conditionExpression>", "option.paraf and</bpmn:conditionExpression>", 1
    )
    assert broken != text != draft["bpmn"]
    saved = service.as_person(PROCESS_OWNER).put(
        f"/drafts/{draft['id']}", json={"revision": draft["revision"], "bpmn": broken}
    )
    assert saved.status_code == 200, saved.get_json()
    reader = inside(PROCESS_OWNER)
    page = reader.open(table(draft))
    row = re.search(r'id="langkah-check_paraf_required".*?</tr>', page.html, re.DOTALL)
    assert row is not None and "row-findings" in row[0]
    mended = press(reader, reader.open(f"{table(draft)}/check_paraf_required"), "change", **{
        "form.branches.0.condition.text": "option.paraf",
    })  # fmt: skip
    assert mended.status == 200
    row = re.search(r'id="langkah-check_paraf_required".*?</tr>', mended.html, re.DOTALL)
    assert row is not None and "row-findings" not in row[0]


def test_a_file_that_is_no_route_is_told_with_its_findings_and_left_alone(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    owner = service.as_person(PROCESS_OWNER)
    for content in ("<html/>", "bukan xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'):
        revision = kept(service, draft["id"])["revision"]
        assert (
            owner.put(f"/drafts/{draft['id']}", json={"revision": revision, "bpmn": content}).status_code
            == 200
        )
        reader = inside(PROCESS_OWNER)
        page = reader.open(table(draft))
        assert page.status == 200 and "row-findings" in page.html
        answer = reader.post(table(draft), act="add", **{**ADD, "revision": str(revision + 1)})
        assert answer.status == 422
        assert kept(service, draft["id"])["bpmn"] == content
        assert reader.open(f"{table(draft)}/start").status == 404


def test_who_may_not_draw_reads_the_table_and_changes_nothing(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    for player in (PUBLISHER, AUDITOR):
        reader = inside(player)
        page = reader.open(table(draft))
        assert page.status == 200 and 'name="act"' not in page.html
        assert reader.open(f"{table(draft)}/submit_usulan").status == 200
        assert reader.post(table(draft), act="add", **ADD, revision="1").status == 403
    assert inside(STAF_AFRIKA).open(table(draft)).status == 403
    assert kept(service, draft["id"])["revision"] == draft["revision"]


def _packed(state: dict[str, Any], damage: bytes = b"") -> str:
    raw = gzip.compress(json.dumps(state).encode(), mtime=0)
    return base64.urlsafe_b64encode(raw[:12] + damage + raw[12 + len(damage) :]).decode()


@pytest.mark.parametrize(
    "before",
    [
        *("", "x", "eJw=", "////", "H4sIAAAAAAAA", "a" * 5_000),
        _packed({"bpmn": "<a/>" * 50, "forms": {}, "tables": {}}, damage=b"\xff" * 8),
        _packed({"bpmn": "\ud800", "forms": {}, "tables": {}}),
        _packed({"bpmn": "<a/>", "forms": {"a": "\ud800"}, "tables": {}}),
    ],
)
def test_only_what_the_page_gave_is_taken_back(
    service: Service, inside: Inside, draft: dict[str, Any], before: str
) -> None:
    page = inside(PROCESS_OWNER).post(
        table(draft), act="undo", revision=str(draft["revision"]), before=before
    )
    assert page.status == 422
    assert kept(service, draft["id"])["revision"] == draft["revision"]


def test_odd_forms_are_refused_in_words(service: Service, inside: Inside, draft: dict[str, Any]) -> None:
    reader = inside(PROCESS_OWNER)
    for sent in (
        {"act": "add", "revision": "abc"},
        {"act": "terbang", "revision": "1"},
        {},
        {"act": "remove", "step": "tidak_ada", "revision": str(draft["revision"])},
        {"act": "lane-remove", "lane": "x", "revision": str(draft["revision"])},
        {"act": "change", "step": "tidak_ada", "revision": str(draft["revision"]), "form.name": "x"},
        {"act": "option-set", "name": "Bukan kata", "revision": str(draft["revision"])},
        {"act": "option-set", "name": "Bukan", "value": "9" * 5_000, "revision": str(draft["revision"])},
    ):
        page = reader.post(table(draft), **sent)
        assert page.status in (404, 422), sent
    assert kept(service, draft["id"])["revision"] == draft["revision"]
    assert begun(service)["id"] != draft["id"]


def test_a_draft_of_unusual_parts_is_shown_whole_and_saved_step_by_step_unharmed(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    owner = service.as_person(PROCESS_OWNER)
    text = UNUSUAL.decode().replace('id="route"', f'id="{draft["route_key"]}"')
    saved = owner.put(f"/drafts/{draft['id']}", json={"revision": draft["revision"], "bpmn": text})
    assert saved.status_code == 200
    reader = inside(PROCESS_OWNER)
    page = reader.open(table(draft))
    for element in route_of(service, draft).elements:
        assert f'id="langkah-{element}"' in page.html
        done = press(reader, reader.open(f"{table(draft)}/{element}"), "change")
        assert done.status == 200, done.text
    assert kept(service, draft["id"])["bpmn"] == text
    named = press(reader, reader.open(f"{table(draft)}/late"), "change", **{"form.name": "Terlambat"})
    assert named.status == 200
    again = route_of(service, draft)
    assert again.elements["late"].name == "Terlambat" and again.elements["say"].scope == "discuss"
    assert again.geometry.boxes.keys() >= again.elements.keys()
