"""Decision tables of a draft: begun for a step, their columns, and what Paraf's own table must keep."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cast import AUDITOR, PROCESS_OWNER
from databases import Database
from paraf.domain.route import Element, Kind, Route
from paraf.engine.decision_table import read_table
from paraf.engine.write_route import write_route
from web_service import Service, serve
from workshop_table.conftest import Inside, begun, kept
from workshop_table.routes import shipped
from workshop_table.test_table_pages import press

STEP = "decide_keeping"


def with_step(route: Route, table: str | None = None) -> Route:
    """`sop_teknis` with a step that decides by a table before its end."""
    elements, flows = dict(route.elements), dict(route.flows)
    elements[STEP] = Element(
        STEP, Kind.RULE, "Tentukan penyimpanan", "Menurut tabel.", lane="lane_drafter", decision=table
    )
    flows["f10"] = replace(flows["f9"], id="f10", source=STEP)
    flows["f9"] = replace(flows["f9"], target=STEP)
    return replace(route, elements=elements, flows=flows)


@pytest.fixture(scope="module")
def service(furnished_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all the drafts of this file: none of them is published."""
    folder = tmp_path_factory.mktemp("tables")
    path = folder / "paraf.sqlite3"
    shutil.copyfile(furnished_sqlite, path)
    running = serve(Database("sqlite", f"sqlite:///{path}"), folder)
    yield running
    running.office.store.close()


@pytest.fixture
def deciding(service: Service) -> dict[str, Any]:
    """A draft of `sop_teknis` whose new step decides by no table yet."""
    draft = begun(service, "sop_teknis")
    bpmn = write_route(with_step(shipped("sop_teknis"))).decode()
    body = {"revision": draft["revision"], "bpmn": bpmn}
    return draft | service.as_person(PROCESS_OWNER).put(f"/drafts/{draft['id']}", json=body).get_json()


def listed(draft: dict[str, Any], name: str = "") -> str:
    return f"/bengkel/draf/{draft['id']}/keputusan" + (f"/{name}" if name else "")


def begin(service: Service, reader: Any, draft: dict[str, Any], **wish: str) -> Any:
    wish = {
        "name": "simpan",
        "title": "Penyimpanan",
        "asks": "ratify_sop_teknis.outcome",
        "step": STEP,
        **wish,
    }
    revision = str(kept(service, draft["id"])["revision"])
    return reader.post(listed(draft), act="begin", revision=revision, **wish)


def found(service: Service, draft: dict[str, Any]) -> list[tuple[str, str]]:
    told = service.as_person(PROCESS_OWNER).post(f"/drafts/{draft['id']}/findings", json={}).get_json()
    return [(one["element"], one["rule"]) for one in told["findings"]]


def test_a_table_is_begun_for_a_step_and_taken_away_when_no_step_asks_it(
    service: Service, inside: Inside, deciding: dict[str, Any]
) -> None:
    reader = inside(PROCESS_OWNER)
    page = reader.open(listed(deciding))
    assert page.status == 200 and "Tentukan penyimpanan" in page.text and "Dipakai bersama" in page.text
    wrong = {"name": "choose_route", "title": "", "asks": "tidak.ada", "step": "ratify_sop_teknis"}
    refused = begin(service, reader, deciding, **wrong)
    assert refused.status == 422
    for field in ("name", "title", "asks", "step"):
        assert f'id="table-new-{field}-salah"' in refused.html, field
    begun_page = begin(service, reader, deciding)
    assert begun_page.status == 200 and begun_page.path.endswith("/keputusan/simpan"), begun_page.text
    table = read_table(kept(service, deciding["id"])["tables"]["simpan"].encode())
    assert (table.inputs, table.outputs) == (("ratify_sop_teknis.outcome",), ("result",))
    assert 'ref="simpan"' in kept(service, deciding["id"])["bpmn"] and found(service, deciding) == []

    page = reader.open(listed(deciding))
    assert 'value="remove"' not in page.html, "its step decides by it, and every route shares the other"
    fields = {"act": "remove", "revision": str(kept(service, deciding["id"])["revision"])}
    for name in ("simpan", "choose_route"):
        assert reader.post(listed(deciding), name=name, **fields).status == 422
    plain = write_route(with_step(shipped("sop_teknis"))).decode()
    body = {"revision": int(fields["revision"]), "bpmn": plain}
    assert service.as_person(PROCESS_OWNER).put(f"/drafts/{deciding['id']}", json=body).status_code == 200
    done = press(reader, reader.open(listed(deciding)), "remove")
    assert done.status == 200 and "simpan" not in kept(service, deciding["id"])["tables"]
    assert press(reader, done, "undo").status == 200 and "simpan" in kept(service, deciding["id"])["tables"]


def test_columns_are_added_renamed_moved_and_removed_without_a_script(
    service: Service, inside: Inside, deciding: dict[str, Any]
) -> None:
    reader, address = inside(PROCESS_OWNER), listed(deciding, "simpan")
    begin(service, reader, deciding)

    def table() -> Any:
        return read_table(kept(service, deciding["id"])["tables"]["simpan"].encode())

    def column(act: str = "column", **given: str) -> Any:
        fields = {"label": "Jenis", "type": "string", "values": "", "side": "inputs", "place": "", **given}
        revision = str(kept(service, deciding["id"])["revision"])
        return reader.post(address, act=act, revision=revision, **fields)

    for given, field in (
        ({"name": "tidak.ada"}, "inputs-new-name"),
        ({"name": "ratify_sop_teknis.outcome"}, "inputs-new-name"),
        ({"name": "case.sop_kind", "type": "date"}, "inputs-new-type"),
        ({"name": "case.sop_kind", "type": "number", "values": "tiga"}, "inputs-new-values"),
        ({"name": "Bukan Kata", "side": "outputs"}, "outputs-new-name"),
        ({"name": "result", "side": "outputs"}, "outputs-new-name"),
    ):
        refused = column(**given)
        assert refused.status == 422 and f'id="{field}-salah"' in refused.html, given
    assert column(name="case.sop_kind", values="makro\nmikro\nteknis").status == 200
    assert table().inputs == ("ratify_sop_teknis.outcome", "case.sop_kind") and table().cells(1) == ("-", "-")
    assert column("column-up", place="1").status == 200
    assert table().inputs == ("case.sop_kind", "ratify_sop_teknis.outcome")
    assert column(name="days", side="outputs", label="Hari", type="number").status == 200
    assert column(name="hari", side="outputs", label="Hari kerja", type="number", place="1").status == 200
    assert table().outputs == ("result", "hari")
    page = reader.open(f"{address}?baris=0")
    done = press(reader, page, "row", **{"out.1": "tiga"})
    assert "tiga" in done.text and "bukan angka" in done.text, "a value that is not of its column"
    assert column("column-remove", place="0").status == 200 and table().inputs == (
        "ratify_sop_teknis.outcome",
    )
    last = column("column-remove", place="0")
    assert last.status == 422 and "tetap memiliki satu kolom" in last.text
    assert column("column-remove", place="7", side="outputs").status == 200
    assert column("column", side="sisi", name="x").status in {400, 422}
    assert table().outputs == ("result", "hari")


def test_the_table_that_picks_the_route_asks_and_gives_what_paraf_knows(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    reader, address = inside(PROCESS_OWNER), listed(draft, "choose_route")

    def column(act: str = "column", **given: str) -> Any:
        fields = {"label": "Baru", "type": "string", "values": "", "side": "inputs", "place": "", **given}
        return reader.post(address, act=act, revision=str(kept(service, draft["id"])["revision"]), **fields)

    more = column(name="case.sop_kind")
    assert more.status == 422 and "Paraf tidak memberi tahu tabel ini" in more.text
    renamed = column(name="alur", side="outputs", place="0")
    assert renamed.status == 422 and "Paraf membaca kolom ini" in renamed.text
    gone = column("column-remove", side="outputs", place="0")
    assert gone.status == 422 and "route_key" in gone.text
    assert kept(service, draft["id"])["revision"] == draft["revision"]
    assert column(name="route_key", label="Alur", side="outputs", place="0").status == 200

    tables = kept(service, draft["id"])["tables"]
    forged = tables["choose_route"].replace("<text>sop_kind</text>", "<text>mood</text>")
    forged = forged.replace('name="cite"', 'name="dasar"')
    body = {"revision": kept(service, draft["id"])["revision"], "tables": {"choose_route": forged}}
    assert service.as_person(PROCESS_OWNER).put(f"/drafts/{draft['id']}", json=body).status_code == 200
    assert {("tables/choose_route", "unknown_name"), ("tables/choose_route", "unknown_field")} <= set(
        found(service, draft)
    )


def test_rows_that_contradict_each_other_and_names_nobody_knows_hold_up_a_publication(
    service: Service, deciding: dict[str, Any]
) -> None:
    owner = service.as_person(PROCESS_OWNER)
    head, tail = kept(service, deciding["id"])["tables"]["choose_route"].split("   <rule id=", 1)
    first = '"rule_1">' + tail.split(">", 1)[1].split("</rule>", 1)[0]
    twice = (
        head
        + "   <rule id="
        + first
        + "</rule>\n   <rule id="
        + first.replace("rule_1", "rule_99")
        + "</rule>\n"
    )
    twice += "  </decisionTable> </decision></definitions>"
    own = twice.replace('id="choose_route"', 'id="simpan"').replace(
        "<text>sop_kind</text>", "<text>tiada.ada</text>"
    )
    bpmn = write_route(with_step(shipped("sop_teknis"), "simpan")).decode()
    body = {"revision": kept(service, deciding["id"])["revision"], "bpmn": bpmn, "tables": {"simpan": own}}
    assert owner.put(f"/drafts/{deciding['id']}", json=body).status_code == 200
    told = found(service, deciding)
    assert ("tables/simpan", "overlap") in told and (STEP, "unknown_name") in told


def test_a_table_with_another_hit_policy_says_so_and_is_made_unique(
    service: Service, inside: Inside, draft: dict[str, Any]
) -> None:
    first = draft["tables"]["choose_route"].replace('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"')
    body = {"revision": draft["revision"], "tables": {**draft["tables"], "choose_route": first}}
    assert service.as_person(PROCESS_OWNER).put(f"/drafts/{draft['id']}", json=body).status_code == 200
    reader = inside(PROCESS_OWNER)
    page = reader.open(listed(draft, "choose_route"))
    assert "kebijakan pemilihan baris yang lain (FIRST)" in page.text
    moved = press(reader, page, "up", place="1")
    assert "(FIRST)" in moved.text, "another edit does not change it unasked"
    done = press(reader, moved, "unique")
    assert done.status == 200 and "Kebijakan pemilihan: UNIQUE" in done.text and "(FIRST)" not in done.text


def test_auditors_see_the_tables_and_their_columns_and_change_nothing(
    inside: Inside, draft: dict[str, Any]
) -> None:
    reader = inside(AUDITOR)
    page = reader.open(listed(draft))
    assert page.status == 200 and 'value="begin"' not in page.html
    assert "Yang ditanyakan tabel" in reader.open(listed(draft, "choose_route")).text
    for act in ("begin", "remove", "undo"):
        assert reader.post(listed(draft), act=act, name="x", revision="1").status == 403
