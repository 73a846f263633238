"""A step that decides by a table, made from the step table alone: its row, its form, and what can be asked of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cast import PROCESS_OWNER
from paraf.domain.route import Element, Kind
from paraf.engine.table_sheet import SheetColumn, SheetRow, TableSheet, write_sheet
from paraf.errors import InvalidForm
from paraf.language import Language
from paraf.usecases.condition_fields import ConditionName, condition_names
from paraf.usecases.step_fields import fields_of, with_fields
from web_service import Service
from workshop_table.conftest import Inside, begun, kept
from workshop_table.routes import WORKFLOWS, shipped
from workshop_table.test_decision_tables import STEP, begin, found, listed, with_step
from workshop_table.test_table_pages import press, route_of, table

SHEET = TableSheet(
    "simpan", "Penyimpanan", "",
    (SheetColumn("case.sop_kind", "Jenis"),),
    (
        SheetColumn("place", "Tempat", "string", ("unit", "arsip")),
        SheetColumn("years", "Tahun", "number"),
        SheetColumn("keep", "Disimpan", "boolean"),
    ),
    tuple(SheetRow((cell,), ('"unit"', years, "true")) for cell, years in
          (('"mikro"', "5"), ('"makro"', "10"), ('"teknis"', "5"), ("null", "null"))),
)  # fmt: skip
TABLES = {"simpan": write_sheet(SHEET).decode(), "rusak": "<x/>"}


def of_step(beside: Element | None = None, table: str | None = "simpan") -> list[ConditionName]:
    route = with_step(shipped("sop_teknis"), table)
    names = condition_names(route, {}, TABLES, Language(WORKFLOWS.parent / "web" / "translations"), beside)
    return [one for one in names if one.name.startswith(f"{STEP}.")]


def test_a_condition_is_offered_what_a_table_gives_with_the_values_it_can_have() -> None:
    step = "Tentukan penyimpanan"
    assert of_step() == [
        ConditionName(
            f"{STEP}.place",
            f"Keputusan “Tempat” pada: {step}",
            "text",
            (("unit", "unit"), ("arsip", "arsip")),
        ),
        ConditionName(
            f"{STEP}.years", f"Keputusan “Tahun” pada: {step}", "number", (("5", "5"), ("10", "10"))
        ),
        ConditionName(f"{STEP}.keep", f"Keputusan “Disimpan” pada: {step}", "boolean"),
    ]
    inside = Element("gw_inside", Kind.EXCLUSIVE, scope="part")
    assert of_step(inside) == of_step(table=None) == of_step(table="rusak") == of_step(table="tiada") == []


def test_the_form_of_a_deciding_step_takes_a_table_of_the_draft_and_no_other() -> None:
    route = with_step(shipped("sop_teknis"), "simpan")
    assert with_fields(route, STEP, fields_of(route, STEP), (), 0, TABLES) == route
    for name, tables in (("tiada", TABLES), ("choose_route", {**TABLES, "choose_route": ""})):
        with pytest.raises(InvalidForm) as refused:
            with_fields(route, STEP, {**fields_of(route, STEP), "decision": name}, (), 0, tables)
        assert set(refused.value.errors) == {"decision"}
    freed = with_fields(route, STEP, {**fields_of(route, STEP), "decision": ""}, (), 0, TABLES)
    assert freed.elements == {**route.elements, STEP: replace(route.elements[STEP], decision=None)}


def test_a_deciding_step_is_added_given_its_table_led_on_by_it_and_removed_without_a_script(
    service: Service, inside: Inside
) -> None:
    draft = begun(service, "sop_teknis")
    reader, address = inside(PROCESS_OWNER), table(draft)
    where = {"lane": "lane_drafter", "anchor": "keep_sop_teknis", "place": "before", "id": STEP}
    added = press(reader, reader.open(address), "add", name="Tentukan penyimpanan", kind="rule", **where)
    assert added.status == 200 and route_of(service, draft).elements[STEP].kind is Kind.RULE, added.text
    assert (STEP, "no_decision") in found(service, draft) and "Bagian diagram" not in added.text
    assert begin(service, reader, draft, step="").status == 200

    form = reader.open(f"{address}/{STEP}")
    assert '<option value="simpan">Penyimpanan</option>' in form.html and "choose_route" not in form.html
    assert press(reader, form, "change", **{"form.decision": "choose_route"}).status == 422
    done = press(reader, form, "change", **{"form.decision": "simpan"})
    assert done.status == 200 and "Menurut tabel: Penyimpanan" in done.text and found(service, draft) == []

    where = {"lane": "lane_drafter", "anchor": STEP, "place": "after", "id": "check_keeping"}
    press(reader, done, "add", name="Disimpan?", kind="check", **where)
    choice = reader.open(f"{address}/check_keeping")
    assert f'<option value="{STEP}.result">' in choice.html
    asked = reader.open(listed(draft, "simpan")).html
    assert 'value="case.sop_kind"' in asked and f'value="{STEP}.result"' not in asked, (
        "a table asks not itself"
    )
    fields = {
        "form.branches.0.condition.rows.0.name": f"{STEP}.result",
        "form.branches.0.condition.rows.0.value": "unit",
        "form.branches.1.target": "kept",
        "form.branches.1.default": "true",
    }
    led = press(reader, choice, "change", **fields)
    route = route_of(service, draft)
    assert led.status == 200 and {flow.condition for flow in route.outgoing("check_keeping")} == {
        f'{STEP}.result = "unit"', None,
    }  # fmt: skip
    gone = press(reader, led, "remove", STEP)
    assert gone.status == 200 and STEP not in route_of(service, draft).elements
    assert "simpan" in kept(service, draft["id"])["tables"], "the table stays for another step"
