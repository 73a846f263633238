"""What holds on every route: a return has its reason, the history tells all and stays as it was
written, a changed route is a new version.

Scenarios AC-94, AC-98 and AC-99; AC-95 to AC-97 are in `test_change_of_holders.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from lxml import etree
from sqlalchemy.exc import DBAPIError

from acceptance.scenes import ahead, page, plain, says_why, tasks_of, unchanged
from paraf.engine.write_route import draw_step_table
from paraf.usecases.publish_routes import publish
from stage import RECEIVED, ROOT, Case, Stage, draft, facts, flow, makro_draft

PARAF = "{urn:paraf:bpmn:1}"
REASON = "Dasar hukum pada bagian b belum lengkap."
NOT_CONFORM = {
    "kriteria_a": "sesuai",
    "kriteria_b": "tidak_sesuai",
    "kriteria_c": "sesuai",
    "catatan": [{"huruf": "b", "text": REASON}],
}
OPENINGS: Mapping[str, dict[str, str]] = {
    "sop_mikro_eselon1": {"login": "staf.konsuler", "unit": "DIT-KONSULER"},
    "sop_mikro_setjen": {"login": "staf.po", "unit": "BPO"},
    "sop_mikro_pusat": {"login": "staf.diklat", "unit": "PUSDIKLAT"},
    "sop_mikro_perwakilan": {"login": "staf.tokyo", "unit": "KBRI-TOKYO"},
    "sop_makro_development": {"login": "staf.po", "unit": "BPO", "kind": "makro"},
    "sop_makro_change": {
        "login": "staf.konsuler",
        "unit": "DIT-KONSULER",
        "kind": "makro",
        "request": "change",
    },
    "sop_teknis": {"login": "staf.tokyo", "unit": "KBRI-TOKYO", "kind": "teknis"},
}


def open_case(stage: Stage, route_key: str) -> Case:
    """A case on this route."""
    opening = dict(OPENINGS[route_key])
    if opening.get("request") == "change":
        sops = stage.person("karo.po").get("/sops?in_force=true&limit=200").ok()["items"]
        opening["sop_in_force"] = next(sop["id"] for sop in sops if sop["sop_kind"] == "makro")
    case = stage.propose(opening.pop("login"), opening.pop("unit"), **opening)
    assert case.route_key == route_key
    return case


# --- AC-94: a return has its reason -----------------------------------------------------------


def returning_steps(stage: Stage, route_key: str) -> set[str]:
    """Steps from which an official may return, as the published drawing has them."""
    drawn = stage.person("auditor.itjen").get(f"/routes/{route_key}/versions/1/bpmn").ok()
    return {
        str(element.get("id"))
        for element in etree.fromstring(drawn).iter()
        if any(outcome.get("id") == "return" for outcome in element.findall(f"*/{PARAF}outcome"))
    }


def return_without_reason(case: Case, element: str) -> None:
    """Whoever may return here tries to do so without a word, and with blanks."""
    task = case.task(element)
    for login in case.actors(task):
        official = case.stage.person(login)
        offers = official.get(f"/tasks/{task['id']}").ok()["offers"]
        back = next(offer for offer in offers if offer["id"] == "return")
        if not back["may"]:
            continue
        assert back["comment"] == "required"
        form = {"return_to": back["to"][-1]["id"]}
        for silence in ({}, {"comment": None}, {"comment": "  \n"}):
            with unchanged(case):
                problem = official.decide(task["id"], "return", form, **silence).refused(422, "invalid_form")
            says_why(problem, "INT-02")
            assert "comment" in problem["errors"]
        return
    raise AssertionError(("nobody may return", element))


@pytest.mark.acceptance("AC-94")
@pytest.mark.parametrize("route_key", OPENINGS)
def test_nobody_returns_without_a_reason(stage: Stage, route_key: str) -> None:
    """An official returns without a reason: refused, at every step of every route."""
    case = open_case(stage, route_key)
    waiting = returning_steps(stage, route_key)
    assert waiting
    while case.carry_to(*waiting, "end").seen()["state"] == "running":
        element = next(step for step in case.open_elements() if step in waiting)
        return_without_reason(case, element)
        waiting.discard(element)
        case.act(element)
    assert waiting <= {"record_hardcopy_revised"}, "without an adjustment nobody asks for that hardcopy"
    assert not [step for step in flow(case.events()) if step.endswith(":return")]


@pytest.mark.acceptance("AC-94")
@pytest.mark.parametrize(
    "route_key", [key for key in OPENINGS if key not in ("sop_makro_development", "sop_teknis")]
)
def test_nobody_returns_a_revised_hardcopy_without_a_reason(stage: Stage, route_key: str) -> None:
    """After an adjustment: the hardcopy of the revised version is returned without a reason: refused."""
    case = open_case(stage, route_key)
    adjusted(case)
    case.carry_to("record_hardcopy_revised")
    return_without_reason(case, "record_hardcopy_revised")
    case.act(
        "record_hardcopy_revised", "return", {**RECEIVED, "return_to": "revise_naskah_konsep"}, comment=REASON
    )
    assert case.open_elements() == ["revise_naskah_konsep"]


def adjusted(case: Case) -> None:
    """The case is reviewed, found wanting, discussed and written anew."""
    if case.sop_kind == "mikro":
        case.carry_to("review_naskah_konsep")
        case.act("review_naskah_konsep", "done", NOT_CONFORM)
        case.act("decide_review_outcome", "adjust", comment=REASON)
        if "countersign_review_outcome" in case.open_elements():
            case.act("countersign_review_outcome", "sign")
    else:
        case.carry_to("discuss_kertas_kerja_reviu")
        while "discuss_kertas_kerja_reviu" in case.open_elements():
            parties = [task["item"] for task in case.open_tasks() if task["item"]]
            item = min(parties, default=None)
            case.act("discuss_kertas_kerja_reviu", "adjust", item=item, comment=REASON)
    case.carry_to("revise_naskah_konsep")
    made = draft() if case.sop_kind == "mikro" else makro_draft()
    case.write({**made, "deskripsi": "Naskah yang telah disesuaikan dengan catatan."})
    case.act("revise_naskah_konsep", "submit", by=case.proposer)


# --- AC-98: the history tells all and stays ---------------------------------------------------


@pytest.fixture
def finished(any_stage: Stage) -> Case:
    """A case of Biro Keuangan that was returned three times on its way to the Keputusan."""
    case = any_stage.propose("staf.keuangan", "BKEU", title="Pengelolaan Uang Persediaan")
    case.carry_to("submit_usulan")
    case.act("submit_usulan", "return", by="karo.keuangan", comment="Uraian tugas belum tepat.")
    adjusted(case)
    case.carry_to("approve_sop")
    case.act(
        "approve_sop",
        "return",
        {"return_to": "draft_keputusan_sekjen"},
        by="sekjen",
        comment="Perbaiki diktum.",
    )
    case.carry_to("set_sop_keputusan_sekjen")
    case.act("set_sop_keputusan_sekjen", "return", by="sekjen", comment="Perbaiki tajuk Keputusan.")
    case.carry_to("end")
    return case


@pytest.mark.acceptance("AC-98")
def test_the_auditor_reads_who_did_what_when_and_why(any_stage: Stage, finished: Case) -> None:
    """Finished case: the auditor opens the history: each step who, position, capacity, when, version,
    document, and the reason for each return."""
    auditor = any_stage.person("auditor.itjen")
    answer = auditor.get(f"/instances/{finished.id}/events?limit=200").ok()
    events, opened = answer["items"], answer["opened"]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1)) and answer["next"] is None
    people = {one["id"]: one for one in auditor.get("/people?limit=200").ok()["items"]}
    decided = facts(events, "task.decided")
    for event in decided:
        assert people.get(event["actor"], {}).get("name"), "who"
        assert event["data"]["position"] and event["capacity"] == "definitif" and event["at"]
        assert event["data"]["naskah"]["version"] >= 1
    signing = [e for e in decided if e["data"]["outcome"] in ("sign", "paraf", "approve")]
    assert signing and all(
        any(f["type"] == "document.signed" and f["element_id"] == e["element_id"] for f in events[e["seq"] :])
        for e in signing
    )
    papers = {d["sha256"] for d in finished.seen("auditor.itjen")["documents"]}
    named = {d["sha256"] for e in decided for d in e["data"]["documents"]}
    assert named and named <= papers

    returns = [e for e in decided if e["data"]["outcome"] == "return"]
    assert [opened[str(e["seq"])]["data.comment"]["value"] for e in returns] == [
        "Uraian tugas belum tepat.",
        "Perbaiki diktum.",
        "Perbaiki tajuk Keputusan.",
    ]
    told = plain(page(any_stage, "auditor.itjen", f"/berkas/{finished.id}/riwayat"))
    for words in (
        "Juwita Bimasakya", "Kepala Biro Keuangan", "Perbaiki diktum.", "Perbaiki tajuk Keputusan.", "versi 2",
        "Keputusan Sekretaris Jenderal", "Hendra Yudapranata", REASON,
    ):  # fmt: skip
        assert words in told, words
    for document in finished.seen("auditor.itjen")["documents"]:
        text = auditor.get(f"/documents/{document['id']}").ok()
        assert sha256(text).hexdigest() == document["sha256"]


@pytest.mark.acceptance("AC-98")
def test_nothing_in_the_history_can_be_altered(any_stage: Stage, finished: Case) -> None:
    """Neither through the door nor with the hand in the database; who takes the guards away is found
    out by verification."""
    auditor = any_stage.person("auditor.itjen")
    address = f"/instances/{finished.id}/events"
    before = finished.events()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert auditor.ask(method, address, {}).status == 405
    for statement in (
        "UPDATE event SET body = 'x'",
        "UPDATE event SET hash = hash",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq > 1",
    ):
        with pytest.raises(DBAPIError), any_stage.office.store.write() as uow:
            uow.connection.exec_driver_sql(statement)
    assert finished.events() == before and finished.verified()

    returned = next(e for e in before if e["type"] == "task.decided" and e["data"]["outcome"] == "return")
    with without_guards(any_stage) as execute:
        execute(
            "UPDATE event SET body = replace(body, '\"return\"', '\"submit\"')", finished.id, returned["seq"]
        )
    verdict = auditor.get(f"/instances/{finished.id}/verification").ok()
    assert not verdict["intact"] and verdict["first_fault"]["seq"] == returned["seq"]
    assert "sidik" in verdict["first_fault"]["reason"].lower()


class Execute(Protocol):
    """Run a statement on one event of a case."""

    def __call__(self, statement: str, case_id: str, seq: int) -> None: ...


@contextmanager
def without_guards(stage: Stage) -> Iterator[Execute]:
    """The hand of somebody who owns the database itself and takes the guards away."""
    url = stage.office.store.url
    if stage.office.store.is_sqlite:
        with closing(sqlite3.connect(url.database or "")) as owner:
            owner.execute("DROP TRIGGER event_no_update")
            yield (
                lambda statement, *key: (
                    owner.execute(f"{statement} WHERE instance_id = ? AND seq = ?", key) and None
                )
            )
            owner.commit()
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as owner_of_all:
        owner_of_all.execute("ALTER TABLE event DISABLE TRIGGER event_frozen")

        def execute(statement: str, case_id: str, seq: int) -> None:
            owner_of_all.execute(f"{statement} WHERE instance_id = %s AND seq = %s", (case_id, seq))

        yield execute


# --- AC-99: a changed route is a new version --------------------------------------------------


@pytest.mark.acceptance("AC-99")
def test_a_stricter_route_is_for_new_cases_only(stage: Stage, tmp_path: Path) -> None:
    """The process owner makes INT-10 stricter and publishes: running cases go on under their version,
    new cases use the new one, both can be read."""
    key = "sop_mikro_eselon1"
    running = open_case(stage, key)
    running.carry_to("submit_usulan")

    table = (ROOT / "workflows" / key / "steps.toml").read_text("utf-8")
    stricter = table.replace(
        'name = "review_starts"\nvalue = "tembusan"', 'name = "review_starts"\nvalue = "disposisi"'
    )
    assert stricter != table
    changed = tmp_path / "route.bpmn"
    changed.write_bytes(draw_step_table(stricter))
    stage.clock.move(hours=1)
    with stage.office.store.read() as uow:
        publisher = uow.people.by_login("penerbit")
    assert publisher is not None
    published = publish(stage.office, changed, by=publisher.id, note="Reviu menunggu disposisi Sekjen.")
    assert (published.version, published.new) == (2, True)

    new = open_case(stage, key)
    for case, version, follows in ((running, 1, "record_hardcopy"), (new, 2, "record_disposisi")):
        case.carry_to("submit_usulan")
        case.act("submit_usulan", "submit", by="dirjen.protkons")
        assert case.seen()["route_version"] == version
        assert case.open_elements() == [follows]
    assert tasks_of(stage, "sekjen", running) == []
    assert tasks_of(stage, "sekjen", new) == ["record_disposisi"]
    ahead(new, "penelaah.ortala", "record_hardcopy", "PL 37(1)")
    assert facts(new.events(), "instance.started")[0]["data"]["option"]["review_starts"] == "disposisi"
    assert facts(running.events(), "instance.started")[0]["data"]["option"]["review_starts"] == "tembusan"

    _both_versions_can_be_read(stage, key, changed.read_bytes())
    for case in (running, new):
        case.carry_to("end")
        assert case.seen()["end"] == "set" and case.verified()
    assert "record_disposisi:done" in flow(new.events())
    assert "record_disposisi:done" not in flow(running.events())


def _both_versions_can_be_read(stage: Stage, key: str, newest: bytes) -> None:
    reader = stage.person("auditor.itjen")
    versions = reader.get(f"/routes/{key}/versions").ok()["items"]
    assert [one["version"] for one in versions] == [2, 1]
    assert versions[0]["published_by"] and versions[0]["note"] == "Reviu menunggu disposisi Sekjen."
    shipped = (ROOT / "workflows" / key / "route.bpmn").read_bytes()
    for one, content in zip(versions, (newest, shipped), strict=True):
        address = f"/routes/{key}/versions/{one['version']}/bpmn"
        answer = reader.get(address)
        digest = sha256(content).hexdigest()
        assert answer.ok() == content and one["sha256"] == digest
        assert answer.headers["ETag"] == f'"{digest}"'
        again = reader.ask("GET", address, **{"If-None-Match": f'"{digest}"'})
        assert again.status == 304
        shown = page(stage, "auditor.itjen", f"/rute/{key}?version={one['version']}")
        assert "Beri disposisi kepada Biro PO" in plain(shown)
