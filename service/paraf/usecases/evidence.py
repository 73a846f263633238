"""A case goes out of the house: everything that proves it, in one file that needs no server.

Knows which contents the facts of a case name and where they are kept; must not know zip files
(`documents/evidence_file.py`) or whether anything of it is true (`verify_evidence.py`). What is stored is
put in as it is stored: a bundle of a case that somebody altered shows the alteration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from paraf.documents import evidence_words
from paraf.documents.evidence_file import Packed, Part, is_name, packed, part, refuse_larger
from paraf.documents.pdf import pdf
from paraf.domain.case_rows import fold
from paraf.domain.facts import Entry, Opening, canonical, digest
from paraf.domain.organisation import Actor, SystemRole
from paraf.errors import NotFound, ParafError, Stale, StillAtWork, Unavailable
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.storage.turns import turn
from paraf.usecases import readings
from paraf.usecases.reading import visible_case
from paraf.usecases.replay_report import report
from paraf.usecases.verify import UNREADABLE
from paraf.usecases.verify_contents import Drafts

if TYPE_CHECKING:
    from paraf.storage.files import Files
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

FACTS, OPENINGS = "fakta.jsonl", "bukaan.json"
ROUTE, ROUTE_MANIFEST = "rute/route.bpmn", "rute/manifest.json"
LIFE_FACTS, LIFE_OPENINGS = "rute/riwayat.jsonl", "rute/bukaan.json"
SUMMARY = "ringkasan.pdf"
DOCUMENTS, ATTACHMENTS, DRAFTS, ROUTE_PARTS = "dokumen", "lampiran", "naskah", "rute"
ENDINGS = {"forms": ".json", "tables": ".dmn", "called": ".bpmn", "rules": "", "templates": ""}
"""The parts of a route version by their name in its manifest, and how their files end."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/vnd.oasis.opendocument.text": ".odt",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
}
_TRIES = 3
_EVERYTHING_SEEN = Actor("", "", "", frozenset({SystemRole.AUDITOR}))
"""Whose eyes the summary is written for: it says the same to everybody who may have the bundle."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bundle to be handed out: the name of its file and its bytes."""

    filename: str
    packed: Packed


def evidence(office: Office, actor: Actor, instance_id: str) -> Evidence:
    """The bundle of a case one may see. Raises NotFound for any other, TooLarge for a case whose files
    are more than a bundle holds, and StillAtWork while another one is made for the same person: it
    costs seconds."""
    with office.store.read() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
    with turn(office.settings.files, f"evidence {actor.person_id}") as mine:
        if not mine:
            raise StillAtWork(N_("Another evidence bundle is being made for you. Please wait until it has come."))
        readings.note(office, actor, "evidence", instance_id=case.id)
        return bundle_of(office, case.id)


def bundle_of(office: Office, name: str) -> Evidence:
    """The bundle of a case by id or number, the same whoever asks. Raises NotFound, TooLarge, and Stale
    for a case that goes on all the while. The bytes change when the case goes on, when its route is
    published or withdrawn anew (the life of the route travels with it), when somebody's words are
    erased, and with the version of Paraf; never otherwise."""
    for _ in range(_TRIES):
        with office.store.snapshot() as uow:
            found = uow.cases.by_id(name) or uow.cases.by_number(name)
            if found is None:
                raise NotFound(N_("There is no such case."))
            case = found
        summary = _summary(office, case)
        with office.store.snapshot() as uow:
            now = uow.cases.by_id(case.id)
            if now is not None and (now.seq, now.head) == (case.seq, case.head):
                parts = _Gathering(office, uow, now).parts(summary)
                return Evidence(f"bukti-{_plain(case.number)}.zip", packed(parts))
    raise Stale(N_("The case has moved on meanwhile. Please read it again."))


def _plain(number: str) -> str:
    return number if is_name(number) else "berkas"


def _summary(office: Office, case: CaseRow) -> bytes | None:
    """The readable summary; None when what is stored cannot be read as a case any more."""
    try:
        return pdf(report(office, _EVERYTHING_SEEN, case.id).html)
    except Unavailable:
        raise
    except (ParafError, *UNREADABLE):
        return None


class _Gathering:
    """One walk over what is stored of a case. Files are named once, by the first who asks, and counted
    as they come: a case that is too large is told before all of it is in memory."""

    def __init__(self, office: Office, uow: UnitOfWork, case: CaseRow) -> None:
        self._office, self._uow, self._case = office, uow, case
        self._parts: dict[str, Part] = {}
        self._size = 0

    def parts(self, summary: bytes | None) -> list[Part]:
        """Every file in the order it is written."""
        entries = self._uow.history.read(self._case.id)
        self._put(evidence_words.INSTRUCTIONS, evidence_words.instructions())
        self._put(evidence_words.VERIFIER, evidence_words.verifier())
        self._put(SUMMARY, summary)
        self._put(FACTS, lines(entries))
        self._put(OPENINGS, opened(self._uow.history.openings(self._case.id)))
        events = list(_readable(entries))
        self._route(events)
        self._documents(events)
        self._drafts(events)
        self._attachments(events)
        return list(self._parts.values())

    def _put(self, name: str, content: bytes | None) -> None:
        if content is not None and is_name(name) and name not in self._parts:
            self._count(len(content))
            self._parts[name] = part(name, content)

    def _count(self, size: int) -> None:
        self._size += size
        refuse_larger(self._size)

    def _kept(self, name: str, sha256: Any) -> None:
        """A published content, as it is kept under its digest."""
        if isinstance(sha256, str):
            self._put(name, self._uow.routes.content(sha256))

    def _route(self, events: Sequence[Mapping[str, Any]]) -> None:
        row = self._uow.routes.version(self._case.route_key, self._case.route_version)
        if row is not None:
            manifest = self._uow.routes.content(row.manifest_sha256)
            self._put(ROUTE_MANIFEST, manifest)
            self._kept(ROUTE, row.sha256)
            for kind, contents in _mapping(manifest).items():
                for name, sha256 in contents.items() if isinstance(contents, dict) else ():
                    wanted = f"{ROUTE_PARTS}/{kind}/{name}{ENDINGS.get(kind, '')}"
                    self._kept(wanted if is_name(wanted) else f"{ROUTE_PARTS}/{kind}/{sha256}", sha256)
        table = events[0]["data"].get("choice", {}).get("table_sha256") if events else None
        if isinstance(table, str) and table not in {one.sha256 for one in self._parts.values()}:
            self._kept(f"{ROUTE_PARTS}/{table}.dmn", table)
        life = self._uow.route_life.read(self._case.route_key)
        if life:
            self._put(LIFE_FACTS, lines(life))
            self._put(LIFE_OPENINGS, opened(self._uow.route_life.openings(self._case.route_key)))

    def _documents(self, events: Sequence[Mapping[str, Any]]) -> None:
        data = {row["seq"]: row["data"] for row in self._uow.cases.documents(self._case.id)}
        for event in events:
            if event["type"] in ("document.made", "document.signed"):
                told = event["data"]
                self._kept(f"{DOCUMENTS}/{told.get('sha256')}.html", told.get("sha256"))
                if event["seq"] in data:
                    self._put(f"{DOCUMENTS}/{told.get('data_sha256')}.json", data[event["seq"]].encode())

    def _drafts(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Each version a fact names, as it is hashed: its parts with the digests of its files."""
        try:
            route = self._office.shelf.take(self._uow, self._case.route_key, self._case.route_version)
            named = fold(events, route.compiled.route).named
        except (ParafError, *UNREADABLE):
            return
        drafts = Drafts(self._uow, self._case.proposal_id)
        for one in named:
            body = drafts.body(one.version)
            if body is not None:
                content = canonical({"attachments": sorted(one.files), "parts": body.body()})
                self._put(f"{DRAFTS}/versi-{one.version}-{one.sha256}.json", content)

    def _attachments(self, events: Sequence[Mapping[str, Any]]) -> None:
        files = self._office.files
        for event in events:
            sha256 = event["data"].get("sha256")
            if event["type"] != "attachment.added" or not isinstance(sha256, str):
                continue
            name = f"{ATTACHMENTS}/{sha256}{_TYPES.get(event['data'].get('media_type'), '')}"
            if name in self._parts or not is_name(name):
                continue
            self._count(files.size(sha256) or 0)
            content = files.as_stored(sha256)
            if content is not None:
                again = partial(_stored, files, sha256)
                self._parts[name] = Part(name, len(content), digest(content), again)


def _stored(files: Files, sha256: str) -> bytes:
    return files.as_stored(sha256) or b""


def lines(entries: Sequence[Entry]) -> bytes:
    """Facts exactly as hashed, one a line: `{"body":FACT,"hash":"DIGEST"}`."""
    return "".join(f'{{"body":{entry.body},"hash":"{entry.hash}"}}\n' for entry in entries).encode(
        "utf-8", "surrogatepass"
    )


def opened(openings: Sequence[Opening]) -> bytes:
    """What opens the sealed words: `SEQ PATH` -> salt, words, person; null once erased."""
    return canonical({f"{one.seq} {one.path}": [one.salt, one.value, one.person_id] for one in openings})


def _readable(entries: Sequence[Entry]) -> Iterator[Mapping[str, Any]]:
    """The facts that can be read as facts; what somebody broke stays in the lines as it is."""
    for entry in entries:
        try:
            event = json.loads(entry.body)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and isinstance(event.get("data"), dict):
            if isinstance(event.get("type"), str) and event.get("seq") == entry.seq:
                yield event


def _mapping(content: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
