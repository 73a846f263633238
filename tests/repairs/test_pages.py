"""Repairs before a browser without any script: asking, answering, and what the unit reads of it."""

from __future__ import annotations

import pytest

from cast import (
    ADMINISTRATOR,
    AUDITOR,
    DIR_AFRIKA,
    DIRJEN_ASPASAF,
    OPERATOR,
    SECOND_OPERATOR,
    STAF_AFRIKA,
    Player,
)
from offices import on_stage
from pages.conftest import Inside, inside
from paraf.entrypoints import pages
from paraf.usecases import repairs
from repairs.conftest import REASON
from travel import MIKRO, acts, set_out, take
from web_service import Service, either_service, service, serving

__all__ = ["either_service", "inside", "service", "serving"]


def test_from_the_search_to_the_answer(service: Service, inside: Inside) -> None:
    journey = set_out(service.office, MIKRO)
    with service.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None
    operator = inside(OPERATOR)
    start = operator.open("/perbaikan")
    assert "Tidak ada berkas yang tertahan." in start.text
    assert operator.open("/perbaikan?nomor=U-1900-000001").status == 404
    found = operator.open(f"/perbaikan?nomor={case.number.lower()}")
    assert case.number in found.text and case.title not in found.text
    form = found.form(f"/perbaikan/berkas/{case.id}")
    assert "Silakan memilih tindakan yang diminta." in operator.send(form, reason=REASON).text
    assert "Alasan wajib diisi" in operator.send(form, choice="suspend").text
    mine = operator.send(form, choice="suspend", reason=REASON)
    assert "Orang lain yang melaksanakan atau menolaknya" in mine.text
    assert "Laksanakan" not in mine.text, "who asked is offered no answer"

    second = inside(SECOND_OPERATOR)
    waiting = second.open(second.open("/perbaikan").link(case.number))
    assert "Keadaan: dari Berjalan menjadi Ditangguhkan." in waiting.text
    answer = waiting.form("/laksanakan")
    assert "Berkas telah ditangguhkan." in second.send(answer).text
    again = second.send(answer, once="another-key-of-this-form")
    assert again.status == 409
    assert "sudah melaksanakan perbaikan ini" in again.text

    writer = inside(STAF_AFRIKA)
    for path in (f"/usulan/{case.proposal_id}", f"/berkas/{case.id}/riwayat"):
        shown = writer.open(path).text
        assert REASON in shown and OPERATOR.name in shown and SECOND_OPERATOR.name in shown, path
    assert "Ditangguhkan" in writer.open("/kotak-masuk").text


def test_what_was_written_is_kept_when_the_case_is_held_up(service: Service, inside: Inside) -> None:
    journey = set_out(service.office, MIKRO)
    take(service.office, next(acts(service.office, journey)))
    with service.office.store.read() as uow:
        [task] = uow.tasks.open_of_case(journey.instance_id)
    head = inside(DIRJEN_ASPASAF)
    form = head.open(f"/tugas/{task.id}").form("/keputusan")
    _carried_out(service, journey.instance_id, "suspend")
    words = "Mohon dilengkapi dasar hukumnya."
    refused = head.send(form, outcome="return", comment=words)
    assert refused.status == 409
    assert "Berkas sedang ditangguhkan." in refused.text
    kept = refused.form("/keputusan")
    assert kept.fields["comment"] == [words]
    _carried_out(service, journey.instance_id, "resume")
    assert head.send(kept, outcome="submit").status == 200


def test_a_draft_written_while_the_case_is_held_up_is_kept(service: Service, inside: Inside) -> None:
    journey = set_out(service.office, MIKRO)
    writer = inside(STAF_AFRIKA)
    form = writer.open(f"/usulan/{journey.proposal_id}/naskah").form("/naskah")
    _carried_out(service, journey.instance_id, "suspend")
    refused = writer.send(
        form, path=f"/usulan/{journey.proposal_id}/naskah", deskripsi="Uraian yang panjang."
    )
    assert refused.status == 409
    assert "Berkas sedang ditangguhkan." in refused.text and "Uraian yang panjang." in refused.html


def test_a_repair_that_no_longer_fits_says_so(service: Service, inside: Inside) -> None:
    journey = set_out(service.office, MIKRO)
    asker = on_stage(service.office, OPERATOR)
    asked = repairs.ask(service.office, asker, journey.instance_id, "suspend", REASON)
    administrator = inside(ADMINISTRATOR)
    page = administrator.open(f"/perbaikan/berkas/{journey.instance_id}")
    refused = administrator.send(page.form("/tolak"), answer="")
    assert refused.status == 422 and "Alasan wajib diisi" in refused.text
    done = administrator.send(page.form("/tolak"), answer="Tidak perlu.")
    assert "Perbaikan ditolak. Berkas tetap seperti semula." in done.text and "Tidak perlu." in done.text
    operator = inside(OPERATOR)
    assert operator.post(f"/perbaikan/{asked['id']}/tarik").status == 409


def test_a_cancellation_that_the_case_has_left_behind_offers_no_button(
    service: Service, inside: Inside
) -> None:
    journey = set_out(service.office, MIKRO)
    repairs.ask(service.office, on_stage(service.office, OPERATOR), journey.instance_id, "cancel", REASON)
    take(service.office, next(acts(service.office, journey)))
    page = inside(SECOND_OPERATOR).open(f"/perbaikan/berkas/{journey.instance_id}")
    assert "tidak dapat lagi dilaksanakan" in page.text and "Berkas sudah bergerak" in page.text
    assert "/laksanakan" not in page.html and "/tolak" in page.html


def test_every_request_that_waits_is_shown_page_by_page(
    service: Service, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.repairs, "PAGE_SIZE", 2)
    monkeypatch.setattr(pages.repairs, "MOST_HELD", 1)
    asker, numbers = on_stage(service.office, OPERATOR), set()
    for minute in range(3):
        journey = set_out(service.office, MIKRO)
        service.clock.pass_by(minutes=minute)
        asked = repairs.ask(service.office, asker, journey.instance_id, "suspend", REASON)
        numbers.add(asked["instance"]["number"])
    second = inside(SECOND_OPERATOR)
    first = second.open("/perbaikan")
    there = {number for number in numbers if number in first.text}
    rest = second.open(first.link("Halaman berikutnya"))
    assert len(there) == 2 and numbers - there == {number for number in numbers if number in rest.text}
    assert "Paling banyak 1 berkas" not in first.text
    _carried_out(service, set_out(service.office, MIKRO).instance_id, "suspend")
    assert "Paling banyak 1 berkas tercantum di sini." in second.open("/perbaikan").text


@pytest.mark.parametrize("player", [STAF_AFRIKA, DIR_AFRIKA])
def test_the_room_is_closed_to_the_units(service: Service, inside: Inside, player: Player) -> None:
    assert inside(player).open("/perbaikan").status == 403
    assert "/perbaikan" not in inside(player).open("/berkas").html


def test_auditors_look_and_leave_a_note(service: Service, inside: Inside) -> None:
    journey = set_out(service.office, MIKRO)
    auditor = inside(AUDITOR)
    page = auditor.open(f"/perbaikan/berkas/{journey.instance_id}")
    assert page.status == 200 and "Minta perbaikan" not in page.text
    with service.office.store.read() as uow:
        seen = uow.readings.page(
            people=None, instance_id=journey.instance_id, since=None, until=None, after=None, limit=5
        )
    assert [row["what"] for row in seen] == ["case"]


def _carried_out(service: Service, instance_id: str, kind: str) -> None:
    asker, second = on_stage(service.office, OPERATOR), on_stage(service.office, SECOND_OPERATOR)
    asked = repairs.ask(service.office, asker, instance_id, kind, REASON)
    repairs.carry_out(service.office, second, asked["id"])
