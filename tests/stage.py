"""The stage: the whole product on one database, with the sample organisation and the shipped routes.

Tests and benchmarks step onto it as persons of the cast and speak to the public API only. The clock
is the stage's own; everything else is real. `furnish` prepares a database once; a test works on a copy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient

from paraf.bootstrap import build_office
from paraf.config import Settings, load_settings
from paraf.domain.sample_sop import sample_naskah
from paraf.entrypoints.wsgi import create_app
from paraf.usecases import load_organisation, publish_routes, register_sop, sign_in
from paraf.usecases.office import Office

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "workflows" / "samples"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09.00 in Jakarta."""

PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\n"
    b"endobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
)
GOOD = ("submit", "conform", "agree", "sign", "approve", "paraf", "done")
"""Outcomes that carry a case on towards its decree."""

RECEIVED = {
    "tempat": "Jakarta",
    "tanggal": "2026-11-23",
    "penerima": "Tata Usaha",
    "sama_dengan_softcopy": True,
}
FORMS: Mapping[str, Mapping[str, Any]] = {
    "record_hardcopy": RECEIVED,
    "record_hardcopy_revised": RECEIVED,
    "review_": {"kriteria_a": "sesuai", "kriteria_b": "sesuai", "kriteria_c": "sesuai"},
}
"""What a step's form needs when all is well, by the beginning of its id."""


class Clock:
    """A clock that stands still between requests unless it is moved."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def set(self, at: datetime) -> None:
        self.now = at


def settings_for(database_url: str, folder: Path) -> Settings:
    """Settings of a stage: sample mode, its own folder."""
    return load_settings(
        mode="sample",
        database_url=database_url,
        data_dir=folder,
        secure_cookies=False,
        uploads_per_hour=10_000,
    )


def furnish(database_url: str, folder: Path) -> None:
    """Load the sample organisation, publish the shipped routes, register the earlier SOPs."""
    clock = Clock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC))
    office = build_office(settings_for(database_url, folder), clock=clock)
    load_organisation.load(office, ROOT / "workflows" / "organisation" / "kemlu.yaml")
    for file in publish_routes.shipped_routes(office):
        publish_routes.publish(office, file)
    register_sop.load_earlier_sops(office, (SAMPLES / "earlier_sops.yaml").read_bytes())
    office.store.close()


@dataclass
class Answer:
    """What the API said: its status, its JSON, its headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def ok(self) -> Any:
        """The body of a request that went well; the refusal otherwise, for the test's report."""
        assert self.status in (200, 201, 204), (self.status, self.body)
        return self.body

    def refused(self, status: int, problem: str | None = None) -> Any:
        """The problem of a request that was refused with this status."""
        assert self.status == status, (self.status, self.body)
        assert self.headers["Content-Type"].startswith("application/problem+json")
        if problem is not None:
            assert self.body["type"] == f"urn:paraf:problem:{problem}", self.body
        assert self.body["detail"], "a refusal is a sentence"
        return self.body


class Person:
    """Somebody of the cast at the API, with a token."""

    def __init__(self, client: FlaskClient, login: str, token: str) -> None:
        self._client, self.login, self._token = client, login, token

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self._token}", **headers}
        got = self._client.open(f"/api/v1{path}", method=method, json=body, headers=sent)
        is_json = (got.mimetype or "").endswith("json")
        return Answer(got.status_code, got.get_json() if is_json else got.get_data(), dict(got.headers))

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any) -> Answer:
        return self.ask("PUT", path, body)

    def attach(
        self, proposal_id: str, role: str = "softcopy", name: str = "naskah.pdf", data: bytes = PDF
    ) -> Answer:
        from io import BytesIO

        got = self._client.post(
            f"/api/v1/proposals/{proposal_id}/attachments",
            data={"role": role, "file": (BytesIO(data), name)},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        return Answer(got.status_code, got.get_json(), dict(got.headers))

    def decide(
        self, task_id: str, outcome: str, form: Mapping[str, Any] | None = None, **more: Any
    ) -> Answer:
        body: dict[str, Any] = {"outcome": outcome, **more}
        if form:
            body["form"] = dict(form)
        return self.post(f"/tasks/{task_id}/decide", body)

    def tasks(self) -> list[dict[str, Any]]:
        """The inbox, whole."""
        items: list[dict[str, Any]] = self.get("/tasks?state=open&mine=true&limit=200").ok()["items"]
        return items


class Stage:
    """The product and the persons on it."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.clock = Clock()
        self.office: Office = build_office(settings_for(database_url, folder), clock=self.clock)
        self.app = create_app(self.office)
        self._persons: dict[str, Person] = {}

    def close(self) -> None:
        self.office.store.close()

    def person(self, login: str) -> Person:
        if login not in self._persons:
            token = sign_in.issue_token(self.office, login)
            self._persons[login] = Person(self.app.test_client(), login, token)
        return self._persons[login]

    def logins(self, position: Mapping[str, Any]) -> list[str]:
        """Logins of the holders of a position as the API shows it."""
        with self.office.store.read() as uow:
            people = self.office.organisation(uow).people
        return [str(people[holder["id"]].login) for holder in position["holders"]]

    def propose(
        self,
        login: str,
        unit: str,
        *,
        kind: str = "mikro",
        request: str = "new",
        title: str = "Pelayanan Legalisasi Dokumen",
        sop_in_force: str | None = None,
    ) -> Case:
        """Open a case as its proposer; the test goes on with it."""
        header = {"title": title, "sop_kind": kind, "request_kind": request, "unit_id": unit}
        if sop_in_force is not None:
            header["sop_in_force"] = sop_in_force
        opened = self.person(login).post("/proposals", header).ok()
        return Case(self, opened, login)


def draft(sample: str = "invented_legalisasi_dokumen_v2", **parts: Any) -> dict[str, Any]:
    """A complete naskah from the samples; `parts` take the place of its parts, None leaves one out."""
    body = sample_naskah(yaml.safe_load((SAMPLES / f"{sample}.yaml").read_text(encoding="utf-8")))
    body.update(parts)
    return {name: part for name, part in body.items() if part is not None}


MAKRO_UNITS = ("DIT-KONSULER", "DIT-PROTOKOL", "DIT-AFRIKA", "DIT-ASIA-TIMUR", "DIT-HAM")
"""Units of three Ditjen, for the lanes of an SOP Makro."""


def makro_draft(*units: str) -> dict[str, Any]:
    """A complete naskah whose lanes belong to these units."""
    body = draft()
    named = units or MAKRO_UNITS[:3]
    for number, lane in enumerate(body["diagram_alir"]["lanes"]):
        lane["unit"] = named[number % len(named)]
    body["pihak_terlibat"] = [
        {"name": lane["name"], "unit": lane["unit"]} for lane in body["diagram_alir"]["lanes"]
    ]
    return body


def teknis_draft() -> dict[str, Any]:
    """A naskah with one executor."""
    body = draft()
    lane = body["diagram_alir"]["lanes"][0]
    body["diagram_alir"]["lanes"] = [lane]
    for step in body["diagram_alir"]["steps"]:
        step["pelaksana"] = [lane["id"]]
    body["pihak_terlibat"] = [lane["name"]]
    return body


DRAFTS: Mapping[str, Callable[..., dict[str, Any]]] = {"mikro": draft, "makro": makro_draft, "teknis": teknis_draft}


class Case:
    """One case on the stage, seen from its proposer."""

    def __init__(self, stage: Stage, opened: Mapping[str, Any], proposer: str) -> None:
        self.stage, self.proposer = stage, proposer
        self.id: str = opened["instance_id"]
        self.proposal_id: str = opened["id"]
        self.route_key: str = opened["route_key"]
        self.number: str = opened["number"]
        self.sop_kind: str = opened["sop_kind"]

    # --- seeing

    def seen(self, login: str = "karo.po") -> dict[str, Any]:
        """The case as somebody of Biro PO sees it."""
        body: dict[str, Any] = self.stage.person(login).get(f"/instances/{self.id}").ok()
        return body

    def open_tasks(self) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.seen()["tasks"]
        return tasks

    def open_elements(self) -> list[str]:
        return sorted(task["element_id"] for task in self.open_tasks())

    def task(self, element: str, item: str | None = None) -> dict[str, Any]:
        """The open task of this element (and member)."""
        found = [t for t in self.open_tasks() if t["element_id"] == element and item in (None, t["item"])]
        assert found, (element, self.open_elements())
        return found[0]

    def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        after = ""
        while True:
            page = self.stage.person("karo.po").get(f"/instances/{self.id}/events?limit=200{after}").ok()
            events += page["items"]
            if page["next"] is None:
                return events
            after = f"&cursor={page['next']}"

    def documents(self) -> list[tuple[str, str]]:
        """(kind, act) of every paper, in order."""
        return [(d["kind"], d["act"]) for d in self.seen()["documents"]]

    def verified(self) -> bool:
        verdict = self.stage.person("karo.po").get(f"/instances/{self.id}/verification").ok()
        assert verdict["intact"], verdict
        return bool(verdict["rerun"])

    # --- doing

    def write(
        self, naskah: Mapping[str, Any] | None = None, by: str | None = None, softcopy: bool = True
    ) -> Any:
        """Save the draft and attach a softcopy."""
        writer = self.stage.person(by or self.proposer)
        body = naskah or DRAFTS[self.sop_kind]()
        saved = writer.put(f"/proposals/{self.proposal_id}/naskah", body).ok()
        if softcopy:
            data = PDF + f"%{self.number} {saved['version']}\n".encode()
            writer.attach(self.proposal_id, data=data).ok()
        return saved

    def actors(self, task: Mapping[str, Any]) -> list[str]:
        """Logins that may act on a task: its holder, or whoever holds a position it is offered to."""
        with self.stage.office.store.read() as uow:
            people = self.stage.office.organisation(uow).people
        if task["assignee"]:
            return [str(people[task["assignee"]["id"]].login)]
        return [login for position in task["positions"] for login in self.stage.logins(position)]

    def act(
        self,
        element: str,
        outcome: str | None = None,
        form: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        item: str | None = None,
        **more: Any,
    ) -> Any:
        """Decide the open task of an element; without an outcome the one that carries the case on."""
        task = self.task(element, item)
        return self._act(task, outcome, form, by, more)

    def _act(
        self,
        task: Mapping[str, Any],
        outcome: str | None,
        form: Mapping[str, Any] | None,
        by: str | None,
        more: Mapping[str, Any],
    ) -> Any:
        element = task["element_id"]
        if form is None:
            form = next((dict(f) for start, f in FORMS.items() if element.startswith(start)), None)
        refusals = []
        for login in [by] if by else self.actors(task):
            person = self.stage.person(login)
            shown = person.get(f"/tasks/{task['id']}").ok()
            chosen = outcome or next((o for o in GOOD if o in shown["outcomes"]), None)
            assert chosen is not None, (element, shown["outcomes"])
            got = person.decide(task["id"], chosen, form, seq=shown["seq"], **more)
            if got.status == 200:
                return got.body
            refusals.append((login, got.status, got.body))
            if by:
                break
        raise AssertionError((element, outcome, refusals))

    def carry_to(self, *elements: str, most: int = 60) -> Case:
        """Let everybody act well until one of these elements is open (or, for "end", to the end)."""
        for _ in range(most):
            seen = self.seen()
            if seen["state"] != "running":
                assert "end" in elements, seen["state"]
                return self
            tasks = sorted(seen["tasks"], key=lambda t: t["created_at"])
            if any(t["element_id"] in elements for t in tasks):
                return self
            drafting = next((t for t in tasks if self._edits(t)), None)
            if drafting is not None and not self.complete():
                self.write(by=self.actors(drafting)[0])
            # parties before the one who closes
            self._act(min(tasks, key=lambda t: (t["item"] is None, t["created_at"])), None, None, None, {})
        raise AssertionError((elements, self.open_elements()))

    def _edits(self, task: Mapping[str, Any]) -> bool:
        login = self.actors(task)[0]
        shown = self.stage.person(login).get(f"/tasks/{task['id']}").ok()
        return shown["edits"] == "naskah"

    def complete(self) -> bool:
        return bool(self.stage.person("karo.po").get(f"/proposals/{self.proposal_id}").ok()["complete"])


def facts(events: list[dict[str, Any]], type_: str, element: str | None = None) -> list[dict[str, Any]]:
    """The facts of a type (and element), in order."""
    return [e for e in events if e["type"] == type_ and element in (None, e.get("element_id"))]


def flow(events: list[dict[str, Any]]) -> list[str]:
    """`element:outcome` of every decision, in order."""
    return [f"{e['element_id']}:{e['data']['outcome']}" for e in facts(events, "task.decided")]


def pretty(value: Any) -> str:
    """For a failing test's report."""
    return json.dumps(value, indent=1, ensure_ascii=False)
