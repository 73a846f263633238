"""What is published is what is served: every call, its permission, its fields, its refusals."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import orjson

from paraf.entrypoints.api import CALLS
from paraf.entrypoints.auth import permission_of
from web_service import BASE, Service

CONTRACT = {
    ("GET", "/me"),
    ("GET", "/people"),
    ("GET", "/tembusan"),
    ("POST", "/tembusan/{}/read"),
    ("GET", "/sops"),
    ("POST", "/proposals"),
    ("PUT", "/proposals/{}/naskah"),
    ("POST", "/proposals/{}/attachments"),
    ("POST", "/proposals/{}/withdraw"),
    ("GET", "/proposals/{}"),
    ("GET", "/tasks"),
    ("GET", "/tasks/{}"),
    ("POST", "/tasks/{}/claim"),
    ("POST", "/tasks/{}/release"),
    ("POST", "/tasks/{}/decide"),
    ("GET", "/instances"),
    ("GET", "/instances/{}"),
    ("GET", "/instances/{}/events"),
    ("GET", "/instances/{}/verification"),
    ("GET", "/routes"),
    ("GET", "/routes/{}/versions"),
    ("GET", "/routes/{}/versions/{}/bpmn"),
}


def test_every_call_of_the_contract_is_there(service: Service) -> None:
    spec = service.nobody().get("~/api/v1/openapi.json").get_json()
    published = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, methods in spec["paths"].items()
        for method in methods
    }
    assert published >= CONTRACT
    assert len(published) == len(CALLS)
    assert ("GET", "/instances/{}/evidence") in published


def test_what_is_served_is_published_and_the_other_way_round(service: Service) -> None:
    spec = service.nobody().get("~/api/v1/openapi.json").get_json()
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule[len(BASE) :]))
        for rule in service.app.url_map.iter_rules()
        if rule.rule.startswith(BASE) and rule.endpoint not in {"api.openapi", "api.docs"}
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(m.upper(), path) for path, methods in spec["paths"].items() for m in methods}
    assert served == described
    for methods in spec["paths"].values():
        for operation in methods.values():
            declared = permission_of(service.app, f"api.{operation['operationId']}")
            assert operation["x-permission"] == declared
            assert "401" in operation["responses"]


def test_the_description_holds_together(service: Service) -> None:
    answer = service.nobody().get("~/api/v1/openapi.json")
    spec = answer.get_json()
    assert spec["openapi"] == "3.1.0"
    wanted = set(re.findall(r'"#/components/schemas/(\w+)"', answer.get_data(as_text=True)))
    assert wanted <= set(spec["components"]["schemas"])
    body = spec["components"]["schemas"]["DecideBody"]
    assert body["required"] == ["outcome"] and body["additionalProperties"] is False
    again = service.nobody().get("~/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_description_is_in_indonesian(service: Service) -> None:
    spec = service.nobody().get("~/api/v1/openapi.json").get_data(as_text=True)
    assert "Memutuskan tugas dan meneruskan berkas usulan" in spec
    for english in ("Decide a task", "Not signed in", "Last event you saw"):
        assert english not in spec


def test_the_page_names_every_call_and_runs_nothing(service: Service) -> None:
    page = service.nobody().get("~/api/v1/docs")
    text = page.get_data(as_text=True)
    assert page.status_code == 200 and page.content_type.startswith("text/html")
    for call in CALLS:
        assert re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", call.path) in text
    assert "<script" not in text and "style=" not in text and "http://" not in text and "https://" not in text


def test_answers_are_plain_json(service: Service) -> None:
    assert orjson.loads(service.nobody().get("~/healthz").data) == {"status": "ok"}


def test_ready_means_the_database_has_the_right_revision(service: Service) -> None:
    assert service.nobody().get("~/readyz").get_json() == {"status": "ready"}
    with closing(sqlite3.connect(service.database.url.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE alembic_version SET version_num = 'lain'")
        database.commit()
    answer = service.nobody().get("~/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "not ready"
    assert answer.headers["Retry-After"] == "5"
