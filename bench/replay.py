"""The replay page in Chromium: how soon a case of 500 facts can be played, and what one step costs.

Knows how the page says that it is ready; must not know how it draws. The browser is the system's
(`CHROMIUM`, else /usr/bin/chromium). Times are the browser's own, from the start of the navigation and
around the event of a key with the layout that follows it.
"""

from __future__ import annotations

import gzip
import logging
import os
import statistics
import threading
from typing import Any

from ground import ROOT, stage, told
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from paraf.usecases import passwords, sign_in
from stage import Stage

FACTS, RUNS, THROTTLE = 500, 5, 4
READY_MS, STEP_MS, SCRIPT_KB = 1500, 16, 80
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "kata-sandi-untuk-mengukur"  # noqa: S105 - of a database that lives as long as the run

WATCH = """
new MutationObserver((_, observer) => {
  if (document.querySelector('[data-ready]')) { window.readyAt = performance.now(); observer.disconnect(); }
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });
"""
STEPS = """(keys) => keys.map((key) => {
  const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  document.body.getBoundingClientRect();
  return performance.now() - began;
})"""


def long_case(standing: Stage) -> str:
    """A case sent back and handed on again until its history has FACTS facts."""
    case = standing.propose("staf.keuangan", "BKEU", title="Berkas dengan banyak putaran")
    case.carry_to("submit_usulan")
    while case.seen()["seq"] < FACTS:
        standing.clock.move(hours=4)
        case.act("submit_usulan", "return", comment="Perbaiki lagi.")
        case.act("prepare_naskah_konsep", "submit")
    return case.id


def signed_in(standing: Stage, login: str) -> str:
    """A session of this person."""
    with standing.office.store.write() as uow:
        account = uow.people.by_login(login)
        uow.people.update(
            account.id if account else "",
            password_hash=passwords.hash_password(PASSWORD),
            must_change_password=0,
        )
    return sign_in.sign_in(standing.office, login, PASSWORD, "192.0.2.1")[0]


def measure(browser: Any, address: str, session: str, case: str, throttle: int) -> tuple[float, list[float]]:
    """(ms until ready, ms of each step) of one visit with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "paraf", "value": session, "url": address}])
    page = context.new_page()
    page.add_init_script(WATCH)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    page.goto(f"{address}/berkas/{case}/putar?langkah=1")
    page.wait_for_function("() => window.readyAt")
    ready = float(page.evaluate("window.readyAt"))
    steps = [float(one) for one in page.evaluate(STEPS, ["ArrowRight"] * (FACTS // 2) + ["ArrowLeft"] * 50)]
    context.close()
    return ready, steps


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    script = (ROOT / "web" / "static" / "built" / "replay.js").read_bytes()
    size = len(gzip.compress(script, 9)) / 1000
    told("replay page, script in kB gzip", "", size, SCRIPT_KB)
    with stage("sqlite") as standing, sync_playwright() as driver:
        case, session = long_case(standing), signed_in(standing, "auditor.itjen")
        server = make_server("127.0.0.1", 0, standing.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        address = f"http://127.0.0.1:{server.server_port}"
        measure(browser, address, session, case, 1)  # the server's own first time
        for throttle in (1, THROTTLE):
            visits = [measure(browser, address, session, case, throttle) for _ in range(RUNS)]
            ready = statistics.median(visit[0] for visit in visits)
            steps = sorted(one for visit in visits for one in visit[1])
            usual, slow = statistics.median(steps), steps[int(len(steps) * 0.95)]
            note = f"{FACTS} facts, CPU {throttle}x slower, median of {RUNS}"
            told("replay page, ms until ready", "chromium", ready, READY_MS, note)
            told("replay page, ms of a step", "chromium", usual, STEP_MS, f"95 of 100 within {slow:.1f} ms")
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
