"""The replay as page, data, picture and report: what was at each moment, who could do it, what was read."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import Any

import pytest

from audit.conftest import Archive, carried
from cast import AUDITOR, DIRJEN_ASEAN, DIRJEN_ASPASAF, OPERATOR, SECOND_OPERATOR, STAF_AFRIKA
from offices import on_stage
from pages.conftest import Reader
from paraf.usecases import administer, erase_person, queries, repairs
from paraf.usecases.queries.replay import moment
from paraf.usecases.replay_report import report
from web_service import Service


def told_of(archive: Archive, title: str) -> dict[str, Any]:
    answer = archive.stage.person("auditor.itjen").get(f"/instances/{archive.cases[title].id}/replay")
    return dict(answer.ok())


def test_the_replay_is_the_history_fact_by_fact(archive: Archive) -> None:
    for title, events in archive.histories.items():
        told = told_of(archive, title)
        assert [(f["seq"], f["at"], f["type"], f["hash"]) for f in told["facts"]] == [
            (e["seq"], e["at"], e["type"], e["hash"]) for e in events
        ]
        assert told["head"] == events[-1]["hash"]
        pinned = events[0]["data"]
        assert told["route"] == {
            "key": pinned["route_key"], "version": pinned["route_version"], "sha256": pinned["route_sha256"],
        }  # fmt: skip
        assert "<bpmn:definitions" in told["bpmn"]


def test_a_return_by_one_and_an_act_by_another_in_his_place(archive: Archive) -> None:
    facts = told_of(archive, "Bravo")["facts"]
    (acted,) = [f for f in facts if f["outcome"] == "submit" and f["capacity"] == "plh"]
    assert acted["signed_as"] == "Plh. Kepala Biro Umum"
    assert (acted["who"], acted["on_behalf_of"]) == ("Juwita Bimasakya", "Larasati Ekaputra")
    (returned,) = [f for f in facts if f["outcome"] == "return"]
    assert returned["reason"] == "Halaman terakhir tidak ada." and not returned["reason_erased"]
    again = facts[-1]
    while again["type"] != "task.opened":
        again = facts[again["seq"] - 2]
    assert again["round"] == 2 and again["element_id"] == "submit_usulan"


def test_a_history_that_cannot_be_read_is_told_in_words(service: Service) -> None:
    case_id = carried(service)
    stranger = sqlite3.connect(service.office.store.url.database or "")
    stranger.execute("DROP TRIGGER event_no_update")
    stranger.execute("UPDATE event SET body = '{}' WHERE instance_id = ? AND seq = 3", (case_id,))
    stranger.commit()
    stranger.close()
    auditor = service.as_person(AUDITOR)
    told = auditor.get(f"/instances/{case_id}/replay")
    assert told.status_code == 500 and "Halaman buktinya" in told.get_json()["detail"]
    proof = auditor.get(f"/instances/{case_id}/verification").get_json()
    assert not proof["intact"] and proof["first_fault"]["seq"] == 3


def test_who_held_a_position_is_told_as_of_the_moment(service: Service) -> None:
    case_id = carried(service)
    office, auditor = service.office, on_stage(service.office, AUDITOR)
    before = queries.replay(office, auditor, case_id)
    opened = next(
        f for f in before["facts"] if f["type"] == "task.opened" and f["element_id"] == "submit_usulan"
    )
    head = "DJASPASAF.pimpinan"
    # years later somebody else leads the Ditjen; the replay goes on to tell who led it then
    service.clock.pass_by(days=400)
    with office.store.read() as uow:
        (held,) = office.organisation(uow).appointments_to(head)
    administer.end_appointment(office, None, held.id, service.office.now()[:10])
    after = queries.replay(office, auditor, case_id)
    for told in (before, after):
        (task,) = moment(told, opened["seq"])["open"]
        (position,) = task["positions"]
        assert position["title"] == "Direktur Jenderal Asia Pasifik dan Afrika"
        assert [one["name"] for one in position["holders"]] == [DIRJEN_ASPASAF.name]
    assert after["positions"][head]["holders"][0]["to"] is not None


def test_documents_drafts_and_files_belong_to_their_moment(finished: tuple[Service, str]) -> None:
    service, case_id = finished
    told = queries.replay(service.office, on_stage(service.office, AUDITOR), case_id)
    seen = [len(moment(told, k)["documents"]) for k in range(1, len(told["facts"]) + 1)]
    assert seen[0] == 0 and seen == sorted(seen) and seen[-1] == len(told["documents"]) > 5
    for fact in told["facts"]:
        if fact["type"] in ("document.made", "document.signed"):
            newest = moment(told, fact["seq"])["documents"][-1]
            assert newest["seq"] == fact["seq"]
            assert newest["id"] == fact["document_id"]
    saved = next(f["seq"] for f in told["facts"] if f["type"] == "naskah.saved")
    assert [one["version"] for one in moment(told, saved)["drafts"]] == [1]
    assert moment(told, 0)["seq"] == 1 and moment(told, 10**6)["seq"] == len(told["facts"])


def test_what_was_erased_is_told_as_erased(service: Service) -> None:
    staff = service.as_person(STAF_AFRIKA)
    opened = service.proposed(staff)
    reason = "Alasan yang hendak dihapus."
    assert staff.post(f"/proposals/{opened['id']}/withdraw", json={"reason": reason}).status_code in (
        200,
        403,
    )
    head = service.as_person(DIRJEN_ASPASAF)
    service.written(staff, opened["id"])
    assert (
        staff.post(f"/tasks/{opened['tasks'][0]['id']}/decide", json={"outcome": "submit"}).status_code == 200
    )
    (task,) = head.get("/tasks").get_json()["items"]
    body = {"outcome": "return", "comment": reason}
    assert head.post(f"/tasks/{task['id']}/decide", json=body).status_code == 200
    auditor = on_stage(service.office, AUDITOR)
    told = queries.replay(service.office, auditor, opened["instance_id"])
    (returned,) = [f for f in told["facts"] if f["outcome"] == "return"]
    assert returned["reason"] == reason
    assert reason in report(service.office, auditor, opened["instance_id"]).html
    with service.office.store.read() as uow:
        known = service.office.organisation(uow)
    for held in known.appointments_of(on_stage(service.office, DIRJEN_ASPASAF).person_id):
        administer.end_appointment(service.office, None, held.id, "2026-11-22")
    erase_person.erase_person(service.office, None, DIRJEN_ASPASAF.login)
    told = queries.replay(service.office, auditor, opened["instance_id"])
    (returned,) = [f for f in told["facts"] if f["outcome"] == "return"]
    assert (returned["reason"], returned["reason_erased"], returned["who"]) == (None, True, None)
    assert returned["actor"] is not None
    browser, _ = service.signed_in(AUDITOR)
    page = browser.get(f"~/berkas/{opened['instance_id']}/putar?langkah={returned['seq']}").get_data(
        as_text=True
    )
    assert "Alasan telah dihapus bersama data penulisnya." in page and reason not in page
    assert DIRJEN_ASPASAF.name not in page and "orang yang datanya dihapus" in page
    html = report(service.office, auditor, opened["instance_id"]).html
    assert reason not in html and DIRJEN_ASPASAF.name not in html


def test_every_moment_has_a_page_without_any_script(finished: tuple[Service, str]) -> None:
    service, case_id = finished
    reader = Reader(*service.signed_in(AUDITOR))
    page = reader.open(f"/berkas/{case_id}/putar?langkah=1")
    newest = page.link("Langkah terakhir")
    assert newest.endswith("langkah=" + str(page.html.count("data-seq=")))
    seen = 1
    while page.link("Maju satu langkah") != page.path and seen < 12:
        assert page.html.count('aria-current="step"') == 1
        assert f"gambar.svg?langkah={seen}" in page.link("Gambar pada saat ini")
        page = reader.open(page.link("Maju satu langkah"))
        seen += 1
    page = reader.open(newest)
    assert page.link("Maju satu langkah") == newest
    assert "Tidak ada langkah yang terbuka" in page.text and "Keputusan Pimpinan Unit" in page.text
    assert reader.open(f"/berkas/{case_id}/putar?langkah=999999").status == 200
    assert reader.open(f"/berkas/{case_id}/putar?langkah=x").status == 200


def test_the_picture_of_a_moment_shows_what_was_open_and_where_it_stood(
    finished: tuple[Service, str],
) -> None:
    service, case_id = finished
    auditor = on_stage(service.office, AUDITOR)
    told = queries.replay(service.office, auditor, case_id)
    for fact in told["facts"][2::9]:
        drawn = queries.replay_picture(service.office, auditor, case_id, fact["seq"])
        found = re.findall(r'class="step [^"]*\bstep-open\b[^"]*" data-element="([^"]+)"', drawn)
        assert set(found) == {told["tasks"][place]["element_id"] for place in fact["open"]}
        assert drawn.count('class="here"') == bool(fact["element_id"])
    warm = queries.replay_picture(service.office, auditor, case_id, heat=True)
    assert set(re.findall(r'step-heat\d" data-element="([^"]+)"', warm)) == {
        h["element_id"] for h in told["heat"]
    }


def test_the_report_tells_every_act_and_is_the_same_again(finished: tuple[Service, str]) -> None:
    service, case_id = finished
    auditor = on_stage(service.office, AUDITOR)
    made = report(service.office, auditor, case_id)
    service.clock.pass_by(days=90)
    assert report(service.office, on_stage(service.office, DIRJEN_ASPASAF), case_id).html == made.html
    told = queries.replay(service.office, auditor, case_id)
    for fact in told["facts"]:
        if not fact["quiet"]:
            assert f"Fakta {fact['hash'][:16]}" in made.html
            for value in filter(None, (fact["who"], fact["on_behalf_of"], fact["number"])):
                assert str(value) in made.html
        for paper in fact["documents"]:
            assert paper["sha256"][:16] in made.html
    assert (
        "rantai yang tidak terputus" in made.html
        and "tidak dapat terlihat dari satu berkas saja" in made.html
    )
    drawn = re.findall(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"', made.html)
    *pieces, heat = [float(width) / float(height) for width, height in drawn]
    assert heat > 3 and len(pieces) > 1, "a long route is cut into pieces that fill a page"
    assert max(pieces) < 2.6
    assert not re.search(r"https?://(?!www\.w3\.org)", made.html) and "<script" not in made.html
    browser, _ = service.signed_in(AUDITOR)
    printed = browser.get(f"~/berkas/{case_id}/putar/laporan.pdf")
    assert printed.mimetype == "application/pdf" and printed.data.startswith(b"%PDF")


def test_one_report_is_printed_at_a_time_for_one_person(
    finished: tuple[Service, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, case_id = finished
    browser, other = service.signed_in(AUDITOR)[0], service.signed_in(STAF_AFRIKA)[0]
    path, meanwhile = f"~/berkas/{case_id}/putar/laporan.pdf", []

    def print_it(_: str) -> bytes:
        monkeypatch.setattr("paraf.usecases.replay_report.pdf", lambda _: b"%PDF")
        meanwhile.extend(one.get(path) for one in (browser, other))
        return b"%PDF"

    monkeypatch.setattr("paraf.usecases.replay_report.pdf", print_it)
    assert browser.get(path).status_code == 200
    told, elsewhere = meanwhile
    assert told.status_code == 429 and "sedang dicetak" in told.get_data(as_text=True)
    assert elsewhere.status_code == 200, "nobody waits for somebody else"
    assert browser.get(path).status_code == 200


def test_who_does_not_see_the_case_sees_no_replay(finished: tuple[Service, str]) -> None:
    service, case_id = finished
    browser, _ = service.signed_in(DIRJEN_ASEAN)
    for tail in ("putar", "putar/gambar.svg", "putar/laporan.pdf"):
        assert browser.get(f"~/berkas/{case_id}/{tail}").status_code == 404, tail
    assert service.as_person(DIRJEN_ASEAN).get(f"/instances/{case_id}/replay").status_code == 404
    assert service.as_person(STAF_AFRIKA).get(f"/instances/{case_id}/replay").status_code == 200


def data_of(page: str) -> dict[str, Any]:
    """What the island reads in the page."""
    (text,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert "<" not in text
    return dict(json.loads(text))


def test_the_data_of_the_page_hold_no_markup_and_every_word(service: Service) -> None:
    title = "Usulan </script><!-- <script>"
    opened = service.proposed(service.as_person(STAF_AFRIKA), title=title)
    browser, _ = service.signed_in(AUDITOR)
    answer = browser.get(f"~/berkas/{opened['instance_id']}/putar")
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    assert title not in page and page.count("</script>") == page.count("<script") == 3
    data = data_of(page)
    assert all(data["words"].values()) and "Step" not in " ".join(data["words"].values())
    assert set(data["signs"]) == {"open", "done", "returned", "passed"}


def test_a_repair_is_told_with_who_asked_for_it(service: Service) -> None:
    case_id = service.proposed(service.as_person(STAF_AFRIKA))["instance_id"]
    asker, second = (on_stage(service.office, one) for one in (OPERATOR, SECOND_OPERATOR))
    asked = repairs.ask(service.office, asker, case_id, "suspend", "Sedang diperiksa.")
    repairs.carry_out(service.office, second, asked["id"])
    browser, _ = service.signed_in(AUDITOR)
    page = browser.get(f"~/berkas/{case_id}/putar").get_data(as_text=True)
    told = data_of(page)["facts"][-1]
    assert (told["who"], told["asked_by"]) == (SECOND_OPERATOR.name, OPERATOR.name)
    assert f"diminta oleh {OPERATOR.name}" in page


def test_the_drawing_of_the_page_is_marked_as_the_facts_say(finished: tuple[Service, str]) -> None:
    service, case_id = finished
    browser, _ = service.signed_in(AUDITOR)
    newest = len(queries.replay(service.office, on_stage(service.office, AUDITOR), case_id)["facts"])
    for k in (1, 9, newest // 2, newest):
        page = browser.get(f"~/berkas/{case_id}/putar?langkah={k}").get_data(as_text=True)
        expected: dict[str, str] = {}
        for fact in data_of(page)["facts"][:k]:
            expected |= {name: state for name, state, _ in fact.get("changes", [])}
        told = re.findall(r'class="step \w+ step-(\w+)[^"]*" data-element="([^"]+)"', page)
        steps = {name: state for state, name in told}
        ways = re.findall(r'class="way way-walked" data-flow="([^"]+)"', page)
        assert steps | dict.fromkeys(ways, "walked") == expected, k
