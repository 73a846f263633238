"""Repairs in a browser: two persons, both sizes, light and dark, by keyboard, without barriers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import Enter
from browser.visitor import follow, follow_by_key, is_sound
from cast import DIRJEN_ASPASAF, OPERATOR, SECOND_OPERATOR
from offices import on_stage
from paraf.usecases import repairs
from travel import MIKRO, acts, set_out, take
from web_service import Service

pytestmark = pytest.mark.browser
REASON = "Naskah memuat data yang tidak boleh disebarluaskan."


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light")])
def test_a_case_is_suspended_and_resumed_by_two_persons(
    service: Service, enter: Enter, size: str, scheme: str
) -> None:
    journey = set_out(service.office, MIKRO)
    take(service.office, next(acts(service.office, journey)))
    with service.office.store.read() as uow:
        case = uow.cases.by_id(journey.instance_id)
    assert case is not None

    operator = enter(OPERATOR, size, scheme=scheme)
    operator.goto("/perbaikan")
    is_sound(operator)
    operator.get_by_label("Nomor berkas").fill(case.number)
    follow_by_key(operator)
    expect(operator.get_by_role("heading", name=case.number)).to_be_visible()
    operator.get_by_role("radio", name="Tangguhkan berkas").focus()
    operator.keyboard.press("Space")
    operator.get_by_label("Alasan").fill(REASON)
    is_sound(operator)
    follow(operator.get_by_role("button", name="Minta"))
    expect(operator.get_by_role("status")).to_contain_text("Perbaikan telah diminta")

    second = enter(SECOND_OPERATOR, size, scheme=scheme)
    second.goto("/perbaikan")
    follow(second.get_by_role("link", name=case.number).first)
    is_sound(second)
    follow(second.get_by_role("button", name="Laksanakan"))
    expect(second.get_by_role("status")).to_contain_text("Berkas telah ditangguhkan.")
    is_sound(second)

    head = enter(DIRJEN_ASPASAF, size, scheme=scheme)
    expect(head.get_by_text("Ditangguhkan", exact=True)).to_be_visible()
    expect(head.get_by_role("button", name="Ambil")).to_have_count(0)
    is_sound(head)
    follow(head.get_by_role("link", name=MIKRO.title).first)
    expect(head.get_by_text(REASON)).to_be_visible()
    expect(head.get_by_role("button", name="Kirim keputusan")).to_have_count(0)
    is_sound(head)

    asker, answerer = on_stage(service.office, OPERATOR), on_stage(service.office, SECOND_OPERATOR)
    asked = repairs.ask(service.office, asker, journey.instance_id, "resume", REASON)
    repairs.carry_out(service.office, answerer, asked["id"])
    head.reload()
    expect(head.get_by_role("button", name="Kirim keputusan")).to_be_visible()
