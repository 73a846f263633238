"""A bundle of evidence is checked: without a database, without a network, by what lies in it alone.

Knows what the facts of a case promise and where a bundle keeps it; must not know how a bundle is made
(`evidence.py`) or its bytes (`documents/evidence_file.py`). The first fact that does not hold is named;
what no fact speaks of (the zip itself, the manifest, a file too many) counts as number 0. Whoever writes
everything anew, hashes and all, is seen only by a digest that was kept elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paraf.documents import evidence_words
from paraf.documents.evidence_file import FORMAT, MANIFEST, NOT_AS_WRITTEN, Bundle, Unreadable
from paraf.domain import rules, standing
from paraf.domain.case_rows import CaseTold, fold
from paraf.domain.facts import Entry, Fault, Opening, canonical, check_chain, check_openings
from paraf.engine.compiled import CompiledRoute, compile_route
from paraf.errors import ParafError
from paraf.language import N_
from paraf.usecases import evidence as files
from paraf.usecases.reexecute import UNREADABLE, Engine, TokenGame, lived_again

_LINE = re.compile(r'\{"body":(.*),"hash":"([0-9a-f]{64})"\}', re.DOTALL)
_CASE_ID = "00000000-0000-7000-8000-000000000000"
"""A bundle needs no id of its case: the engine's own ids are made from this one here."""

OUTSIDE = 0
"""The number of a fault that no fact speaks of."""

MISSING = N_("The bundle lacks the file {name}.")
LISTED = N_("The file {name} is not the one the manifest of the bundle lists.")
NO_MANIFEST = N_("The manifest of the bundle cannot be read.")
MORE = N_("The bundle holds the file {name}, which no fact names.")
MISPLACED = N_("The file {name} does not hold what its name says.")
LINE = N_("The line of this fact is not written as facts are.")
ROUTE = N_("The route version in the bundle is not the one this case started on.")
ROUTE_PART = N_("A form, table or template of the route version is missing in the bundle or was changed.")
ROUTE_BROKEN = N_("The route in the bundle cannot be read as a route.")
OPTIONS = N_("The options in the first fact are not those of the route.")
PAPER = N_("A document named by this fact is missing in the bundle or was changed.")
FILE = N_("An attachment named by this fact is missing in the bundle or was changed.")
DRAFT = N_("A version of the draft named by this fact is missing in the bundle or was changed.")
TABLE = N_("The table that chose the route is missing in the bundle or was changed.")
OPENED = N_("The words kept with the facts cannot be read.")
LIFE = N_("The life of the route in the bundle does not hold at its fact {seq}: {reason}")
LIFE_OTHER = N_("The life of the route in the bundle does not tell of the version this case started on.")
OUTCOME = N_("The outcome of this decision is not what was given to the route.")
HEAD = N_("The newest fact is not the one whose digest you kept.")
NOT_A_CASE = N_("What is in the bundle cannot be read as a case.")

_UNTOLD = frozenset(
    {
        evidence_words.INSTRUCTIONS,
        evidence_words.VERIFIER,
        files.SUMMARY,
        files.FACTS,
        files.OPENINGS,
        files.LIFE_FACTS,
        files.LIFE_OPENINGS,
    }
)
"""Files that no fact names by digest; there are no others."""


@dataclass(frozen=True, slots=True)
class EvidenceVerdict:
    """What was found: the number of the case and of its facts, the digest of the newest one, and the
    first fault. `reruns` says how often every decision was carried out again."""

    number: str
    facts: int
    head: str
    reruns: int
    fault: Fault | None

    @property
    def intact(self) -> bool:
        return self.fault is None


def verify_evidence(path: Path, head: str | None = None) -> EvidenceVerdict:
    """Check a bundle; with `head`, that its newest fact has this digest. Nothing but the file is read.
    A file that is no bundle at all is a fault of number 0."""
    try:
        with Bundle(path) as bundle:
            return _Check(bundle).verdict(head)
    except Unreadable as error:
        return EvidenceVerdict("", 0, "", 0, Fault(OUTSIDE, error.detail, error.values))


class _Check:
    """One look through one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._digests = bundle.digests()
        self._have: dict[str, str] = {}
        for name, sha256 in self._digests.items():
            self._have.setdefault(sha256, name)
        self._named: set[str] = set()
        self._places: dict[str, str] = {}
        self._entries: list[Entry] = []
        self._number = ""
        self._place = OUTSIDE
        self._reruns = 0

    def verdict(self, head: str | None) -> EvidenceVerdict:
        """Everything, in the order that names the first bad fact: the chain before what it binds."""
        fault = self._chain_fault()
        if fault is None:
            try:
                fault = self._case_fault() or self._life_fault()
            except ParafError as error:
                fault = Fault(OUTSIDE, error.detail, error.values)
            except UNREADABLE:
                fault = Fault(OUTSIDE, NOT_A_CASE)
        newest = self._entries[-1].hash if self._entries else ""
        if fault is None and head is not None and head != newest:
            fault = Fault(len(self._entries), HEAD)
        fault = fault or self._outside_fault()
        return EvidenceVerdict(self._number, len(self._entries), newest, self._reruns, fault)

    # --- facts

    def _lines(self, name: str) -> tuple[list[Entry], Fault | None]:
        """The facts of a file as they lie there, up to the first line that is none."""
        content = self._bundle.content(name)
        if content is None:
            return [], Fault(OUTSIDE, MISSING, {"name": name})
        entries: list[Entry] = []
        for seq, line in enumerate(content.split(b"\n")[:-1], 1):
            try:
                found = _LINE.fullmatch(line.decode())
            except UnicodeDecodeError:
                found = None
            if found is None:
                return entries, Fault(seq, LINE)
            entries.append(Entry(seq, found[1], found[2]))
        return entries, None if content.endswith(b"\n") else Fault(len(entries) + 1, LINE)

    def _chain_fault(self) -> Fault | None:
        self._entries, broken = self._lines(files.FACTS)
        if not self._entries and broken is None:
            return Fault(1, N_("The case has no history."))
        return check_chain(self._entries, thorough=True) or broken

    def _case_fault(self) -> Fault | None:
        events = [json.loads(entry.body) for entry in self._entries]
        started = events[0]["data"]
        self._number = str(started.get("number") or "")
        route, fault = self._route(started)
        if route is None:
            return fault
        found = [
            *self._found(lambda: self._breaches(events)),
            *self._found(lambda: self._contents(events, fold(self._passing(events), route.route))),
            *self._found(lambda: self._openings(self._passing(events))),
            *self._found(lambda: self._rerun(route, events)),
        ]
        return min(found, key=lambda one: one.seq, default=None)

    def _passing(self, events: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The facts one by one, remembering which one is looked at."""
        for event in events:
            self._place = event["seq"]
            yield event

    def _found(self, check: Callable[[], Iterable[Fault]]) -> list[Fault]:
        """What a check finds; a fact that cannot be read as one is a finding like any other."""
        self._place = OUTSIDE
        try:
            return list(check())
        except ParafError as error:
            return [Fault(self._place, error.detail, error.values)]
        except UNREADABLE:
            return [Fault(self._place, NOT_A_CASE)]

    # --- the route

    def _has(self, sha256: Any) -> bool:
        """Whether a content of this digest lies in the bundle; it is explained from now on."""
        if not isinstance(sha256, str) or sha256 not in self._have:
            return False
        self._named.add(sha256)
        return True

    def _content(self, sha256: Any) -> bytes:
        return self._bundle.content(self._have[sha256]) or b""

    def _route(self, started: Mapping[str, Any]) -> tuple[CompiledRoute | None, Fault | None]:
        if not self._has(started["manifest_sha256"]):
            return None, Fault(1, ROUTE)
        manifest = json.loads(self._content(started["manifest_sha256"]))
        if manifest["route"] != started["route_sha256"] or manifest["key"] != started["route_key"]:
            return None, Fault(1, ROUTE)
        digests = [sha256 for kind in files.ENDINGS for sha256 in manifest.get(kind, {}).values()]
        self._places = {files.ROUTE: manifest["route"], files.ROUTE_MANIFEST: started["manifest_sha256"]}
        for kind, ending in files.ENDINGS.items():
            for name, sha256 in manifest.get(kind, {}).items():
                self._places[f"{files.ROUTE_PARTS}/{kind}/{name}{ending}"] = sha256
        if not self._has(manifest["route"]):
            return None, Fault(1, ROUTE)
        lost = [sha256 for sha256 in digests if not self._has(sha256)]
        if lost:
            return None, Fault(1, ROUTE_PART)
        table = started.get("choice", {}).get("table_sha256")
        if table is not None and not self._has(table):
            return None, Fault(1, TABLE)
        called = {name: self._content(sha256) for name, sha256 in manifest.get("called", {}).items()}
        try:
            route = compile_route(self._content(manifest["route"]), "route.bpmn", called)
        except ParafError:
            return None, Fault(1, ROUTE_BROKEN)
        if dict(started["option"]) != route.route.option_values():
            return None, Fault(1, OPTIONS)
        return route, None

    # --- what the facts promise

    def _breaches(self, events: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
        for breach in rules.broken_rules(events[0]["data"]["route_key"], self._passing(events)):
            yield Fault(breach.seq, breach.message)
        for breach in standing.broken_standing(self._passing(events)):
            yield Fault(breach.seq, breach.message)
        for event in self._passing(events):
            data = event["data"]
            if event["type"] == "task.decided" and data["context"].get("outcome") != data["outcome"]:
                yield Fault(event["seq"], OUTCOME)

    def _contents(self, events: Sequence[Mapping[str, Any]], told: CaseTold) -> Iterator[Fault]:
        for named in told.named:
            self._place = named.seq
            if not self._has(named.sha256) or not self._is_draft(named.sha256, named.files):
                yield Fault(named.seq, DRAFT)
        for paper in told.papers:
            if not self._has(paper.sha256):
                yield Fault(paper.seq, PAPER)
            if paper.data_sha256 is not None and not self._has(paper.data_sha256):
                yield Fault(paper.seq, PAPER)
        for event in self._passing(events):
            data = event["data"]
            if event["type"] == "attachment.added":
                sha256 = data["sha256"]
                if not self._has(sha256) or len(self._content(sha256)) != data["size"]:
                    yield Fault(event["seq"], FILE)
            konsep = data.get("konsep_sha256")
            if konsep is not None and not self._has(konsep):
                yield Fault(event["seq"], PAPER)
            for paper_read in data.get("documents", ()):
                if not self._has(paper_read["sha256"]):
                    yield Fault(event["seq"], PAPER)

    def _is_draft(self, sha256: str, attached: Sequence[str]) -> bool:
        """Whether a content is a draft with these files, in the form that is hashed."""
        draft = json.loads(self._content(sha256))
        return bool(draft["attachments"] == list(attached) and isinstance(draft["parts"], dict))

    def _opened(self, name: str) -> list[Opening]:
        content = self._bundle.content(name)
        if content is None:
            raise Unreadable(MISSING, name=name)
        read = json.loads(content)
        if canonical(read) != content:
            raise Unreadable(OPENED)
        openings = []
        for place, (salt, value, person) in read.items():
            seq, _, path = place.partition(" ")
            openings.append(Opening(int(seq), path, person, salt, value))
        return openings

    def _openings(self, events: Iterable[Mapping[str, Any]]) -> Iterator[Fault]:
        openings = self._opened(files.OPENINGS)
        fault = check_openings(events, openings, _erased(openings))
        if fault is not None:
            yield fault

    def _rerun(self, route: CompiledRoute, events: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
        """Every decision carried out again twice: by the token game, which soon tires of a route that
        multiplies its tokens without a pause, and only after it by the engine, which would not."""
        for player in (TokenGame(route), Engine(route, _CASE_ID)):
            fault = lived_again(route, self._passing(events), player)
            if fault is not None:
                yield fault
                return
            self._reruns += 1

    # --- the life of the route

    def _life_fault(self) -> Fault | None:
        """A route whose life was kept tells of the version the case started on."""
        if files.LIFE_FACTS not in self._digests:
            return None
        entries, broken = self._lines(files.LIFE_FACTS)
        fault = check_chain(entries, thorough=True) or broken
        events = [entry.event() for entry in entries] if fault is None else []
        if fault is None:
            openings = self._opened(files.LIFE_OPENINGS)
            fault = check_openings(events, openings, _erased(openings))
        if fault is not None:
            return Fault(OUTSIDE, LIFE, {"seq": fault.seq, "reason": fault.reason})
        started = json.loads(self._entries[0].body)["data"]
        wanted = (started["route_version"], started["route_sha256"], started["manifest_sha256"])
        told = [
            (one["version"], one["sha256"], one["manifest_sha256"])
            for event in events
            for one in event["data"].get("versions", [event["data"]])
            if "manifest_sha256" in one
        ]
        return None if wanted in told else Fault(OUTSIDE, LIFE_OTHER)

    # --- what no fact speaks of

    def _outside_fault(self) -> Fault | None:
        listed = self._bundle.content(MANIFEST)
        found = {name: sha256 for name, sha256 in self._digests.items() if name != MANIFEST}
        try:
            told = json.loads(listed or b"")["files"]
        except (*UNREADABLE,):
            return Fault(OUTSIDE, NO_MANIFEST)
        if not isinstance(told, dict):
            return Fault(OUTSIDE, NO_MANIFEST)
        for name in sorted({*told, *found}):
            if name not in found:
                return Fault(OUTSIDE, MISSING, {"name": name})
            if told.get(name) != found[name]:
                return Fault(OUTSIDE, LISTED, {"name": name})
        if listed != canonical({"files": found, "format": FORMAT}):
            return Fault(OUTSIDE, NO_MANIFEST)
        for name, sha256 in found.items():
            if name not in _UNTOLD and sha256 not in self._named:
                return Fault(OUTSIDE, MORE, {"name": name})
            if name not in _UNTOLD and sha256 not in name and self._places.get(name) != sha256:
                return Fault(OUTSIDE, MISPLACED, {"name": name})
        return None if self._bundle.is_as_written() else Fault(OUTSIDE, NOT_AS_WRITTEN)


def _erased(openings: Sequence[Opening]) -> frozenset[str]:
    """Whose words are gone from the bundle altogether; a bundle knows no more of an erasure."""
    gone = {one.person_id for one in openings if one.salt is None or one.value is None}
    return frozenset(gone - {one.person_id for one in openings if one.salt is not None})
