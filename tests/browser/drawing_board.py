"""The editor as a hand at the mouse finds it: shapes by their ids, lines by their course, fields by their key.

Knows the marks bpmn-js and the panel leave in the page; must not know what is being tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from cast import PROCESS_OWNER
from paraf.domain.route import Geometry, Route
from paraf.engine.route_file import parse_route, read_route
from paraf.usecases import draft_route, sign_in
from web_service import Service

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
ESELON_1 = "sop_mikro_eselon1"
_A_TURN = "() => new Promise((done) => setTimeout(done))"
_A_FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))"
_ON_LINE = """([id, share]) => {
  const line = document.querySelector(`[data-element-id="${id}"] .djs-visual > path`);
  const at = line.getPointAtLength(line.getTotalLength() * share), to = line.getScreenCTM();
  return [at.x * to.a + to.e, at.y * to.d + to.f];
}"""


def begun(service: Service, key: str = ESELON_1, content: bytes | None = None) -> dict[str, Any]:
    """A draft of the process owner."""
    with service.office.store.read() as uow:
        account = uow.people.by_login(PROCESS_OWNER.login)
    assert account is not None
    token = sign_in.issue_token(service.office, PROCESS_OWNER.login)
    actor = sign_in.token_actor(service.office, token)
    assert actor is not None
    return draft_route.create(service.office, actor, key=key, content=content)


def without_lines(route: Route) -> Route:
    """The route without line numbers and without the numbers of its drawing."""
    return replace(
        route,
        elements={name: replace(element, line=0) for name, element in route.elements.items()},
        flows={name: replace(flow, line=0) for name, flow in route.flows.items()},
        geometry=Geometry(),
    )


class Board:
    """The editor of one draft on an open page."""

    def __init__(self, page: Any, draft_id: str) -> None:
        self.page, self.draft_id = page, draft_id
        page.goto(f"/bengkel/draf/{draft_id}")
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("#penyunting[data-ready=yes]")

    def shape(self, element_id: str) -> Any:
        return self.page.locator(f'[data-element-id="{element_id}"]').first

    def choose(self, element_id: str) -> None:
        """Choose an element through the search, as one does in a large diagram."""
        self.page.locator("[data-do=search]").click()
        search = self.page.get_by_label("Cari dalam diagram").last
        search.press_sequentially(element_id)
        self.page.locator(f".djs-search-result[data-result-id='{element_id}']").click()
        self.page.wait_for_selector(f"#penyunting-sifat[data-about='{element_id}']", state="attached")

    def drop(self, entry: str, on_flow: str, share: float = 0.5) -> None:
        """Draw a new element from the palette onto a line."""
        mouse = self.page.mouse
        source = self.page.locator(f"[data-action='{entry}']").bounding_box()
        x, y = self.page.evaluate(_ON_LINE, [on_flow, share])
        mouse.move(source["x"] + 20, source["y"] + 20)
        mouse.down()
        mouse.move(x - 30, y - 20, steps=6)
        mouse.move(x, y, steps=4)
        mouse.up()

    def field(self, key: str) -> Any:
        """A field of the panel, which is drawn anew a turn after each change."""
        self.page.evaluate(_A_TURN)
        return self.page.locator(f"#penyunting-sifat [data-key='{key}']")

    def write(self, key: str, text: str) -> None:
        """Fill in a field and leave it."""
        field = self.field(key)
        field.fill(text)
        field.blur()

    def fold_out(self, part: str) -> None:
        self.page.evaluate(_A_TURN)
        box = self.page.locator(f"#penyunting-sifat details[data-part={part}]")
        if box.get_attribute("open") is None:
            box.locator("summary").first.click()
        expect(box).to_have_attribute("open", "")

    def dismiss(self) -> None:
        """Close a menu of the canvas by Escape, which it hears only once it has been painted."""
        menu = self.page.locator(".djs-popup")
        menu.wait_for()
        for _ in range(100):
            self.page.keyboard.press("Escape")
            self.page.evaluate(_A_FRAME)
            if not menu.count():
                return
        raise AssertionError("the menu stays open")

    def saved(self) -> None:
        """Wait until nothing is unsaved; a change that comes only after an answer is awaited by `saving`."""
        self.page.wait_for_selector("#penyunting-simpanan[data-state=saved]")

    @contextmanager
    def saving(self) -> Iterator[None]:
        """What is done inside changes the draft, now or in a moment; the block ends when that is saved."""
        self.saved()
        with self.page.expect_response(lambda answer: answer.request.method == "PUT"):
            yield
        self.saved()

    @contextmanager
    def checking(self, words: str) -> Iterator[None]:
        """The block ends when the findings have come of a file that holds these words."""

        def asked(answer: Any) -> bool:
            sent = answer.request.post_data
            return bool(answer.url.endswith("/findings") and words in (sent or ""))

        with self.page.expect_response(asked):
            yield

    def findings(self) -> list[str]:
        """The sentences of the findings, once they are there."""
        self.page.wait_for_function(
            "() => { const box = document.getElementById('penyunting-temuan');"
            " return box.childElementCount && !box.hasAttribute('aria-busy'); }"
        )
        return list(self.page.locator("#penyunting-temuan .finding").all_inner_texts())

    def exported(self) -> Route:
        """The route in the file the editor gives away."""
        with self.page.expect_download() as download:
            self.page.locator("[data-do=export]").click()
        return read_route(Path(download.value.path()).read_bytes())

    def stored(self, service: Service) -> Route:
        """The route as the server keeps it, finished or not."""
        with service.office.store.read() as uow:
            row = uow.drafts.one(self.draft_id)
        assert row is not None
        route, _ = parse_route(row.content)
        assert route is not None
        return route
