"""A real Chromium before a real server: what only a browser can tell of the pages.

The browser is the system's (`CHROMIUM`, else /usr/bin/chromium); without one these tests are skipped.
Every message on its console, a breach of the Content-Security-Policy above all, fails the test.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from cast import Player
from web_service import PASSWORD, Service, either_service, service, serving

__all__ = ["either_service", "service", "serving"]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}

Enter = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, started once."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def listening(service: Service) -> Iterator[str]:
    """The address of the service on a port of its own."""
    server = make_server("127.0.0.1", 0, service.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    """The service on a port of its own."""
    with listening(service) as found:
        yield found


@pytest.fixture
def enter(chromium: Any, service: Service, address: str) -> Iterator[Enter]:
    """`enter(STAF_AFRIKA, "phone", scheme="dark", script=False)`: a page of that person, signed in."""
    opened: list[Any] = []
    heard: list[str] = []

    def come_in(player: Player, size: str = "desk", scheme: str = "light", script: bool = True) -> Any:
        service.signed_in(player)  # gives the account its password
        context = chromium.new_context(
            base_url=address,
            viewport=SIZES[size],
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
        page.goto("/masuk")
        page.get_by_label("Nama akun").fill(player.login)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url("**/kotak-masuk")
        return page

    yield come_in
    for context in opened:
        context.close()
    expected = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    refusals = [line for line in heard if not any(words in line for words in expected)]
    assert refusals == []
