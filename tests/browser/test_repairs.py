"""Repairs in a browser: two persons, both sizes, light and dark, by keyboard, without barriers."""

from __future__ import annotations

import importlib.resources
from typing import Any

import pytest

from browser.conftest import Enter
from cast import DIRJEN_ASPASAF, OPERATOR, SECOND_OPERATOR
from offices import on_stage
from paraf.usecases import repairs
from travel import MIKRO, acts, set_out, take
from web_service import Service

REASON = "Naskah memuat data yang tidak boleh disebarluaskan."
BARRIERS = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html.slice(0, 160)).join(' | ')}`);
}"""


def is_sound(page: Any) -> None:
    """The page fits its window and the checker finds no barrier on it."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    checker = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(checker)
    assert page.evaluate(BARRIERS) == [], page.url


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
    operator.keyboard.press("Enter")
    operator.get_by_role("heading", name=case.number).wait_for()
    operator.get_by_role("radio", name="Tangguhkan berkas").focus()
    operator.keyboard.press("Space")
    operator.get_by_label("Alasan").fill(REASON)
    is_sound(operator)
    operator.get_by_role("button", name="Minta").click()
    assert "Perbaikan telah diminta" in operator.get_by_role("status").inner_text()

    second = enter(SECOND_OPERATOR, size, scheme=scheme)
    second.goto("/perbaikan")
    second.get_by_role("link", name=case.number).first.click()
    is_sound(second)
    second.get_by_role("button", name="Laksanakan").click()
    assert "Berkas telah ditangguhkan." in second.get_by_role("status").inner_text()
    is_sound(second)

    head = enter(DIRJEN_ASPASAF, size, scheme=scheme)
    head.goto("/kotak-masuk")
    assert head.get_by_text("Ditangguhkan", exact=True).is_visible()
    assert head.get_by_role("button", name="Ambil").count() == 0
    is_sound(head)
    head.get_by_role("link", name=MIKRO.title).first.click()
    assert head.get_by_text(REASON).is_visible()
    assert head.get_by_role("button", name="Kirim keputusan").count() == 0
    is_sound(head)

    asker, answerer = on_stage(service.office, OPERATOR), on_stage(service.office, SECOND_OPERATOR)
    asked = repairs.ask(service.office, asker, journey.instance_id, "resume", REASON)
    repairs.carry_out(service.office, answerer, asked["id"])
    head.reload()
    assert head.get_by_role("button", name="Kirim keputusan").is_visible()
