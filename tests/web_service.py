"""The service as a client meets it: the sample organisation on a real database, a real application.

Only the clock stands still. `as_person` gives somebody of the cast a bearer token, `signed_in` a
browser's session. Every JSON answer is held against the shape published for it.
"""

from __future__ import annotations

import functools
import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from cast import Player
from databases import Database
from offices import Clock
from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.entrypoints.api import CALLS
from paraf.entrypoints.wsgi import create_app
from paraf.usecases import demo_papers, passwords, sign_in
from paraf.usecases.office import Office

BASE = "/api/v1"
PASSWORD = "kata-sandi-yang-panjang"
TITLE = "Penyiapan Bahan Rapat"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a"
    "49444154789c636000000002000148afa4710000000049454e44ae426082"
)


@dataclass
class Client:
    """One person's way in. `headers` go with every request."""

    http: FlaskClient
    headers: dict[str, str]

    def send(self, method: str, path: str, *, key: str | None = None, **options: Any) -> TestResponse:
        """`path` is below /api/v1 unless it begins with `~`: then it is whole."""
        headers = {**self.headers, **options.pop("headers", {})}
        if key is not None:
            headers["Idempotency-Key"] = key
        address = path[1:] if path.startswith("~") else BASE + path
        response = self.http.open(address, method=method, headers=headers, buffered=True, **options)
        if address.startswith(BASE):
            check_shape(method, address[len(BASE) :], response)
        return response

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.send("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self.send("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.send("DELETE", path, **options)


@dataclass
class Service:
    """One installation with its application, and shortcuts along the first steps of a case."""

    office: Office
    app: Flask
    clock: Clock
    database: Database

    def as_person(self, player: Player) -> Client:
        token = sign_in.issue_token(self.office, player.login)
        return Client(self.app.test_client(use_cookies=False), {"Authorization": f"Bearer {token}"})

    def nobody(self) -> Client:
        return Client(self.app.test_client(), {})

    def signed_in(self, player: Player) -> tuple[Client, str]:
        """A browser with a session of this person, and the session's CSRF token."""
        with self.office.store.write() as uow:
            account = uow.people.by_login(player.login)
            assert account is not None
            uow.people.update(account.id, password_hash=password_hash(), must_change_password=0)
        session_id, csrf = sign_in.sign_in(self.office, player.login, PASSWORD, "192.0.2.1")
        browser = self.app.test_client()
        secure = self.office.settings.cookies_secure
        browser.set_cookie("__Host-paraf" if secure else "paraf", session_id, secure=secure)
        return Client(browser, {}), csrf

    def proposed(self, by: Client, unit: str = "DIT-AFRIKA", **changes: Any) -> dict[str, Any]:
        """A proposal just opened."""
        header = {"title": TITLE, "sop_kind": "mikro", "request_kind": "new", "unit_id": unit}
        answer = by.post("/proposals", json={**header, **changes})
        assert answer.status_code == 201, answer.get_json()
        return dict(answer.get_json())

    def naskah(self, unit: str = "DIT-AFRIKA") -> dict[str, Any]:
        """A whole draft, parts a to g."""
        with self.office.store.read() as uow:
            organisation = self.office.organisation(uow)
        return demo_papers.naskah(organisation, TITLE, unit, (), "mikro")

    def written(self, by: Client, proposal_id: str) -> None:
        """The whole draft saved, with its softcopy."""
        saved = by.put(f"/proposals/{proposal_id}/naskah", json=self.naskah())
        assert saved.status_code == 200, saved.get_json()
        data = {"role": "softcopy", "file": upload("naskah.pdf", demo_papers.softcopy(TITLE))}
        kept = by.post(f"/proposals/{proposal_id}/attachments", data=data)
        assert kept.status_code == 201, kept.get_json()


@functools.cache
def password_hash() -> str:
    """The hash of PASSWORD, worked out once: it is slow on purpose."""
    return passwords.hash_password(PASSWORD)


def upload(name: str, data: bytes) -> tuple[io.BytesIO, str]:
    """A file of a multipart body."""
    return io.BytesIO(data), name


# --- shapes -----------------------------------------------------------------------------------

_RULES = [
    (call, re.compile(re.sub(r"<int:\w+>", r"\\d+", re.sub(r"<\w+>", r"[^/]+", call.path)))) for call in CALLS
]
OPTIONAL = {"first_fault", "counts", "opened", "documents", "attachments"}


def check_shape(method: str, path: str, response: TestResponse) -> None:
    """A success is of the published status and shape; a refusal is a published problem."""
    path = path.partition("?")[0]
    call = next((call for call, rule in _RULES if call.method == method and rule.fullmatch(path)), None)
    if call is None or response.status_code == 304:
        return
    if response.status_code >= 400:
        problem = response.get_json()
        assert response.content_type == "application/problem+json", response.data
        assert problem["type"].startswith("urn:paraf:problem:")
        assert problem["status"] == response.status_code
        assert problem["title"] and problem["detail"]
        return
    assert response.status_code == call.status
    if call.answer is not None:
        answer = response.get_json()
        wrong = call.answer.validate(answer)
        assert not wrong, f"{method} {path}: {wrong}"
        lacking = set(call.answer.fields) - set(answer) - OPTIONAL
        assert not lacking, f"{method} {path} lacks {lacking}"


# --- fixtures ---------------------------------------------------------------------------------

Serve = Callable[..., Service]


class Compiled(BytecodeCache):
    """Templates, compiled once for all the applications of a run."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def serve(database: Database, folder: Path, **settings: Any) -> Service:
    """The application on this database."""
    clock = Clock()
    known = {"mode": "sample", "data_dir": folder, "database_url": database.url}
    office = build_office(Settings(**{**known, **settings}), clock)
    app = create_app(office)
    app.jinja_env.bytecode_cache = Compiled()
    return Service(office, app, clock, database)


@pytest.fixture
def either_service(furnished: Database, tmp_path: Path) -> Iterator[Service]:
    """The service, once on each database."""
    running = serve(furnished, tmp_path)
    yield running
    running.office.store.close()


@pytest.fixture
def serving(furnished_sqlite: Path, tmp_path: Path) -> Iterator[Serve]:
    """`serving(secure_cookies=True)`: the service on SQLite, with settings of its own."""
    started: list[Service] = []

    def start(**settings: Any) -> Service:
        path = tmp_path / "paraf.sqlite3"
        shutil.copyfile(furnished_sqlite, path)
        started.append(serve(Database("sqlite", f"sqlite:///{path}"), tmp_path, **settings))
        return started[-1]

    yield start
    for running in started:
        running.office.store.close()


@pytest.fixture
def service(serving: Serve) -> Service:
    """The service on SQLite, for tests to which the database is all one."""
    return serving()
