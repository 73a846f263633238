"""A real Chromium before a real server: what only a browser can tell of the pages.

The browser is the system's (`CHROMIUM`, else the one on the path); without one these tests fail, and
`-m "not browser"` leaves them out. Every message on its console, a breach of the Content-Security-Policy
above all, fails the test.

TEST_SLOWNESS=4 makes the browser four times slower and every answer come in two halves, each two tenths of a
second late: a test that looks too early falls.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from browser.visitor import follow_by_key
from cast import Player
from web_service import PASSWORD, Service, either_service, service, serving

__all__ = ["either_service", "service", "serving"]

BROWSERS = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium", "google-chrome"]
SIZES = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
PATIENCE_MS = 30_000
SLOWNESS = float(os.environ.get("TEST_SLOWNESS", "0"))

Enter = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, started once."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail(
            f"No browser was found ({', '.join(BROWSERS)}). Install the package chromium, name a Chromium in"
            ' CHROMIUM, or leave these tests out with -m "not browser".',
            pytrace=False,
        )
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def slowed(app: Any) -> Any:
    """The application behind a bad line: a page is begun long before it is whole."""

    def answer(environ: Any, start_response: Any) -> Iterator[bytes]:
        time.sleep(SLOWNESS / 20)
        whole = Response.from_app(app, environ, buffered=True)
        start_response(whole.status, whole.headers.to_wsgi_list())
        body = whole.get_data()
        yield body[:64]
        time.sleep(SLOWNESS / 20)
        yield body[64:]

    return answer


@contextmanager
def listening(service: Service) -> Iterator[str]:
    """The address of the service on a port of its own."""
    app = slowed(service.app) if SLOWNESS else service.app
    server = make_server("127.0.0.1", 0, app, threaded=True)
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


def at_the_door(context: Any, player: Player) -> Any:
    """A new page, signed in as this person."""
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    if SLOWNESS:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWNESS})
    page.goto("/masuk")
    page.locator("input[name=login]:visible").fill(player.login)
    page.locator("input[name=password]:visible").fill(PASSWORD)
    follow_by_key(page)
    assert page.url.endswith("/kotak-masuk")
    return page


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
        opened.append(context)
        context.on("console", lambda message: heard.append(f"{message.page.url}: {message.text}"))
        context.on("weberror", lambda error: heard.append(f"{error.page.url}: {error.error}"))
        return at_the_door(context, player)

    yield come_in
    for context in opened:
        context.close()
    expected = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    refusals = [line for line in heard if not any(words in line for words in expected)]
    assert refusals == []
