"""The operator reads the log: one JSON line each, enough to find a request, nobody's name in it."""

from __future__ import annotations

import json
import logging
import re
from types import SimpleNamespace

import pytest
from flask import Flask, g

from paraf.entrypoints import logs


@pytest.fixture
def app() -> Flask:
    app = Flask("office")
    logs.install(app)

    @app.get("/cases/<number>")
    def case(number: str) -> str:
        g.actor = SimpleNamespace(person_id="0192-ab", name="Bagas Wanabakti", login="staf.afrika")
        return number

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(logs.JsonLines().format(record)) for record in caplog.records]


def test_a_request_is_told_by_route_and_person_id_only(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "paraf.request"):
        answer = app.test_client().get("/cases/U-2026-000123?q=rahasia", headers={"X-Request-ID": "mine"})
    (line,) = lines(caplog)
    assert line["route"] == "/cases/<number>" and line["status"] == 200 and line["person_id"] == "0192-ab"
    assert isinstance(line["ms"], float)
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert not re.search("Bagas|staf.afrika|rahasia|000123", json.dumps(line))


def test_health_checks_and_unknown_addresses_stay_quiet_about_addresses(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "paraf.request"):
        app.test_client().get("/healthz")
        app.test_client().get("/../etc/passwd")
    (line,) = lines(caplog)
    assert line["route"] is None and line["status"] == 404


def test_a_line_stays_one_line_and_names_an_error_without_its_data() -> None:
    try:
        raise ValueError("password=rahasia")
    except ValueError as error:
        record = logging.LogRecord(
            "paraf",
            logging.ERROR,
            __file__,
            1,
            "failed for %s",
            ("a\r\nb",),
            (ValueError, error, error.__traceback__),
        )
    told = logs.JsonLines().format(record)
    assert "\n" not in told and "\r" not in told
    line = json.loads(told)
    assert line["error"] == "ValueError" and "rahasia" not in told
    assert line["where"][0].startswith("test_logs.py:")
