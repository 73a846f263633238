"""Cases that never were: honest histories on random routes, written as bundles without a database.

Knows how the facts of a case follow from an engine's moves, and what a bundle holds; a case is given by
its seed alone. It is suspended and resumed, timers fire, files and drafts come in, words are sealed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.random_routes import Drawing, Given
from paraf.documents import evidence_words
from paraf.documents.evidence_file import packed, part
from paraf.domain.facts import GENESIS, Built, Entry, Fact, Opening, Sealed, build_events, canonical, digest
from paraf.domain.moves import Ended, Opened, Passed, Step
from paraf.engine import spiff
from paraf.engine.compiled import CompiledRoute, compile_route
from paraf.errors import ParafError
from paraf.usecases import evidence

PEOPLE = ("01", "02", "03")
CASE = "01939f00-0000-7000-8000-000000000001"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A bundle of these files with a manifest that fits them, as a forger with all the tools has it."""
    return b"".join(packed([part(name, content) for name, content in files.items()]).pieces)


class Author:
    """One honest case. `files` are the files of its bundle, `entries` its facts."""

    def __init__(self, seed: int, steps: int = 14) -> None:
        self.chance = random.Random(f"author {seed}")
        self.xml = Drawing(seed, ruled=seed % 2 == 1).xml.encode()
        self.route: CompiledRoute = compile_route(self.xml)
        self.now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
        self.entries: list[Entry] = []
        self.openings: list[Opening] = []
        self.files: dict[str, bytes] = {}
        self.attached: dict[str, str] = {}
        self.version = 0
        self.state = b""
        self._seed = seed
        self._live(steps)
        self._bundle()

    # --- living

    def _at(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _write(self, *facts: Fact) -> None:
        head = self.entries[-1].hash if self.entries else GENESIS
        built: Built = build_events(len(self.entries), head, self._at(), facts, self.chance.randbytes)
        self.entries += built.entries
        self.openings += built.openings

    def _live(self, steps: int) -> None:
        choose = self.chance
        case = {
            "kind": choose.choice(["mikro", "makro"]),
            "big": choose.random() < 0.5,
            "size": choose.randint(0, 5),
            "sop_kind": "mikro",
            "request_kind": "new",
        }
        step = self._begun(case, 0)
        for turn in range(1, 1_000):  # a set that was empty, a way without end: other answers, another route
            if step is not None:
                break
            if turn % 10 == 0:
                self.xml = Drawing(self._seed + turn * 100_000, ruled=self._seed % 2 == 1).xml.encode()
                self.route = compile_route(self.xml)
            step = self._begun(case, turn)
        assert step is not None, "no route begins"
        self._write(Fact("instance.started", self._started(case, step), actor="01"), *self._followed(step))
        for number in range(steps):
            if not self._goes_on(number):
                return
        if choose.random() < 0.3:
            self._end(choose.choice(["instance.withdrawn", "instance.cancelled"]))

    def _begun(self, case: Mapping[str, Any], turn: int) -> Step | None:
        given = Given(f"author {self._seed} start {turn}")
        return self._tried(lambda: spiff.start(self.route, CASE, self._at(), case, given))

    def _tried(self, act: Any) -> Step | None:
        try:
            step: Step = act()
        except ParafError:
            return None
        self.state = step.state
        return step

    def _started(self, case: Mapping[str, Any], step: Step) -> dict[str, Any]:
        manifest = canonical({"key": "random", "route": digest(self.xml), "forms": {}, "called": {}})
        self.files["rute/manifest.json"], self.files["rute/route.bpmn"] = manifest, self.xml
        return {
            "route_key": "random",
            "route_version": 1,
            "route_sha256": digest(self.xml),
            "manifest_sha256": digest(manifest),
            "engine_version": spiff.ENGINE_VERSION,
            "proposal_id": "p",
            "number": "U-2026-000001",
            "case": dict(case),
            "option": self.route.route.option_values(),
            "title": Sealed("Judul usulan"),
            **self._asked(step),
        }

    def _asked(self, step: Step) -> dict[str, Any]:
        answers = {name: dict(answer) for name, answer in step.answers.items()}
        each = {name: list(members) for name, members in step.each.items()}
        return ({"answers": answers} if answers else {}) | ({"each": each} if each else {})

    def _followed(self, step: Step) -> list[Fact]:
        facts = []
        for move in step.moves:
            match move:
                case Passed():
                    data = {"flow": move.flow} if move.flow else {}
                    facts.append(Fact("element.passed", data, move.element, move.visit))
                case Opened():
                    item = {} if move.item is None else {"item": move.item}
                    told = {"role": "drafter", "positions": ["P"], **item}
                    facts.append(Fact("task.opened", told, move.element, move.visit))
                case Ended():
                    facts.append(Fact("instance.ended", {"end": move.end, "state": "completed"}))
                case _:
                    pass
        return facts

    def _goes_on(self, number: int) -> bool:
        """One step more; False when nobody and nothing is waited for."""
        choose, given = self.chance, Given(f"author {self._seed} {number}")
        tasks, timers = spiff.open_tasks(self.route, self.state), spiff.armed_timers(self.route, self.state)
        if not tasks and not timers:
            return False
        self.now += timedelta(minutes=choose.randint(1, 900))
        self._meanwhile()
        if timers and (not tasks or choose.random() < 0.25):
            armed = choose.choice(timers)
            if armed.due:
                self.now = max(self.now, datetime.fromisoformat(armed.due))
            step = self._tried(
                lambda: spiff.fire(
                    self.route, CASE, self._at(), self.state, armed.element, armed.number, given
                )
            )
            if step is None:
                return False
            fact = Fact("timer.fired", self._asked(step), armed.element, armed.number)
        else:
            task = choose.choice([t for t in tasks if not t.closer] or tasks)
            element = self.route.route.elements[task.element]
            context: dict[str, Any] = {"outcome": choose.choice([o.id for o in element.outcomes])}
            if choose.random() < 0.5:
                context["mark"] = choose.randint(0, 9)
            step = self._tried(
                lambda: spiff.complete(
                    self.route, CASE, self._at(), self.state, task.element, task.visit, context, given
                )
            )
            if step is None:
                return False
            data = {
                "position": "P",
                "outcome": context["outcome"],
                "context": context,
                "comment": Sealed("Alasan secukupnya."),
                **({} if task.item is None else {"item": task.item}),
                **self._asked(step),
            }
            fact = Fact("task.decided", data, task.element, task.visit, actor=choose.choice(PEOPLE))
        self._write(fact, *self._followed(step))
        return True

    def _end(self, kind: str) -> None:
        if not spiff.open_tasks(self.route, self.state):
            return
        self.state = spiff.cancel(self.route, CASE, self._at(), self.state).state
        data: dict[str, Any] = {"state": kind.partition(".")[2], "reason": Sealed("Ditunda.")}
        if kind == "instance.cancelled":
            data |= {"repair": "r2", "asked_by": "02"}
        person = {"reason": Sealed("Ditunda.", "02")} if "asked_by" in data else {}
        self._write(Fact(kind, {**data, **person}, actor="01"))

    def _meanwhile(self) -> None:
        """What happens beside the decisions: drafts, files, papers, a suspension."""
        choose = self.chance
        if choose.random() < 0.3:
            content = f"lampiran {choose.random()}".encode()
            self.files[f"lampiran/{digest(content)}"] = content
            self.attached["softcopy"] = digest(content)
            data = {"role": "softcopy", "sha256": digest(content), "size": len(content)}
            self._write(Fact("attachment.added", {**data, "media_type": "application/pdf"}, actor="01"))
        if choose.random() < 0.3:
            self.version += 1
            draft = canonical(
                {"attachments": sorted(self.attached.values()), "parts": {"deskripsi": f"{choose.random()}"}}
            )
            self.files[f"naskah/versi-{self.version}-{digest(draft)}.json"] = draft
            self._write(Fact("naskah.saved", {"version": self.version, "sha256": digest(draft)}, actor="01"))
        if choose.random() < 0.3:
            html, data_text = f"<p>{choose.random()}</p>".encode(), f'{{"n":"{choose.random()}"}}'.encode()
            self.files[f"dokumen/{digest(html)}.html"] = html
            self.files[f"dokumen/{digest(data_text)}.json"] = data_text
            told = {"kind": "notula", "version": len(self.entries), "sha256": digest(html)}
            self._write(Fact("document.made", {**told, "data_sha256": digest(data_text)}, "n1", 1))
        if choose.random() < 0.15:
            for kind, state in (("suspended", "suspended"), ("resumed", "running")):
                told = {"state": state, "repair": "r1", "asked_by": "02", "reason": Sealed("Diperiksa.", "02")}
                self._write(Fact(f"instance.{kind}", told, actor="01"))

    # --- the bundle

    def _bundle(self) -> None:
        front = {
            evidence_words.INSTRUCTIONS: evidence_words.instructions(),
            evidence_words.VERIFIER: evidence_words.verifier(),
            evidence.FACTS: evidence.lines(self.entries),
            evidence.OPENINGS: evidence.opened(self.openings),
        }
        self.files = front | self.files

    def zip(self) -> bytes:
        """The bundle, byte for byte."""
        return zipped(self.files)

