"""A step that decides by a table of its route: what follows in the case, and the proof of it afterwards."""

from __future__ import annotations

from dataclasses import replace

from acceptance.test_changes_of_routes import publish
from paraf.domain.route import Element, Kind, Route
from paraf.engine.route_file import read_route
from paraf.engine.table_sheet import SheetColumn, SheetRow, TableSheet, write_sheet
from paraf.engine.write_route import write_route
from stage import Person, Stage

TABLE, STEP = "simpan", "decide_keeping"
_COLUMNS = (
    SheetColumn("decide_need.outcome", "Kebutuhan", "string", ("approve", "reject")),
    SheetColumn("case.sop_kind", "Jenis SOP"),
)


def deciding(route: Route) -> Route:
    """`sop_teknis` with a step that decides by a table whether the SOP is kept."""
    elements, flows = dict(route.elements), dict(route.flows)
    lane = "lane_drafter"
    elements[STEP] = Element(
        STEP, Kind.RULE, "Tentukan penyimpanan", "Menurut tabel.", lane=lane, decision=TABLE
    )
    elements["gw_keep"] = Element(
        "gw_keep", Kind.EXCLUSIVE, "Disimpan?", "Menurut tabel.", lane=lane, default_flow="f22"
    )
    signed = next(flow for flow in flows.values() if flow.target == "keep_sop_teknis")
    flows[signed.id] = replace(signed, target=STEP)
    flows["f20"] = replace(signed, id="f20", source=STEP, target="gw_keep", condition=None, name="")
    for name, target, condition in (("f21", "keep_sop_teknis", f"{STEP}.keep = true"), ("f22", "kept", None)):
        flows[name] = replace(
            signed, id=name, source="gw_keep", target=target, condition=condition, name=name
        )
    return replace(route, elements=elements, flows=flows)


def published(stage: Stage, *rows: SheetRow) -> Person:
    """The owner, once the route with this table is in force."""
    owner = stage.person("pemilik.proses")
    draft = owner.post("/drafts", {"key": "sop_teknis"}).ok()
    sheet = TableSheet(
        TABLE, "Penyimpanan", "", _COLUMNS, (SheetColumn("keep", "Disimpan", "boolean"),), rows
    )
    body = {
        "revision": draft["revision"],
        "bpmn": write_route(deciding(read_route(draft["bpmn"].encode()))).decode(),
        "tables": {**draft["tables"], TABLE: write_sheet(sheet).decode()},
    }
    saved = owner.put(f"/drafts/{draft['id']}", body).ok()
    publish(stage, draft | {"revision": saved["revision"]}).ok()
    return owner


def test_the_table_decides_by_what_was_decided_before_and_the_case_proves_it(any_stage: Stage) -> None:
    stage = any_stage
    owner = published(
        stage,
        SheetRow(('"approve"', '"teknis"'), ("false",)),
        SheetRow(('"approve"', 'not("teknis")'), ("true",)),
        SheetRow(('"reject"', "-"), ("true",)),
    )
    case = stage.propose("staf.konsuler", "DIT-KONSULER", kind="teknis")
    case.carry_to("end")
    assert case.seen()["end"] == "kept" and case.verified()
    facts = case.events()
    assert "keep_sop_teknis" not in {fact["element_id"] for fact in facts if "element_id" in fact}
    signed = next(f for f in facts if f["type"] == "task.decided" and f["element_id"] == "ratify_sop_teknis")
    assert signed["data"]["answers"] == {TABLE: {"keep": False}}

    # another route that is published takes no copy of it along
    other = owner.post("/drafts", {"key": "sop_mikro_pusat"}).ok()
    publish(stage, _renamed(owner, other)).ok()
    assert TABLE not in owner.post("/drafts", {"key": "sop_mikro_pusat"}).ok()["tables"]


def _renamed(owner: Person, draft: dict[str, object]) -> dict[str, object]:
    bpmn = str(draft["bpmn"]).replace("Tanda tangani", "Bubuhkan tanda tangan", 1)
    saved = owner.put(f"/drafts/{draft['id']}", {"revision": draft["revision"], "bpmn": bpmn}).ok()
    return draft | {"revision": saved["revision"]}


def test_a_case_no_row_is_for_is_held_up_in_words_and_left_as_it_was(stage: Stage) -> None:
    published(stage, SheetRow(('"approve"', '"makro"'), ("true",)))
    case = stage.propose("staf.konsuler", "DIT-KONSULER", kind="teknis")
    case.carry_to("ratify_sop_teknis")
    before = len(case.events())
    task = case.task("ratify_sop_teknis")
    login = case.actors(task)[0]
    refused = stage.person(login).decide(task["id"], "sign", form={})
    assert refused.status == 422 and "Tidak tepat satu baris" in refused["detail"], refused.body
    assert len(case.events()) == before and case.open_elements() == ["ratify_sop_teknis"]
