"""The body of a naskah konsep, read from JSON: lenient in shape, strict in keys, bounded in size.

Knows which shapes a part may be written in; must not know whether the draft is complete
(`naskah.py`) or well formed (`format_rules.py`): a draft under way may lack anything.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from paraf.domain.body_reading import (
    LONG_TEXT,
    NOT_A_NUMBER,
    SAYS_NONE,
    SHORT_TEXT,
    BodyReading,
)
from paraf.domain.sop_parts import (
    PARTS,
    SOP_KINDS,
    TIME_UNITS,
    Amendment,
    Branch,
    Duration,
    FlowDiagram,
    Identity,
    Lane,
    LegalBasis,
    LinkedSop,
    Naskah,
    Party,
    SopStep,
    SpecialExecutor,
)
from paraf.errors import InvalidForm, UnknownField
from paraf.language import N_

LANES, STEPS = 40, 500
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SPOKEN_TIME = re.compile(r"(\d+(?:[.,]\d+)?)\s*(menit|jam|hari|minggu)")
_SYMBOL_NAMES = {
    "capsule": "terminator",
    "kapsul": "terminator",
    "start": "terminator",
    "end": "terminator",
    "box": "process",
    "kotak": "process",
    "diamond": "decision",
    "belah_ketupat": "decision",
    "segi_lima": "pentagon",
    "off_page": "pentagon",
}

NOT_A_SHA256 = N_("Please give the SHA-256 of an attached file here.")
NOT_A_UNIT_OF_TIME = N_("Time is counted in menit, jam, hari or minggu.")
NOT_A_SOP_KIND = N_("The kind of SOP is makro, mikro or teknis.")
SAME_NUMBER = N_("Another step already has this number.")
SAME_LANE = N_("Another lane already has this id.")
NO_SUCH_LANE = N_("No lane of the diagram has this name.")


@functools.lru_cache(maxsize=128)
def read_stored(text: str) -> Naskah:
    """The draft of a stored body (JSON text). A version never changes, so it is read once."""
    return normalise(json.loads(text))


def normalise(body: Mapping[str, Any]) -> Naskah:
    """Read a body. Any part may be missing; entries may be plain text or objects.

    Raises UnknownField for keys nobody knows, InvalidForm for values of a wrong type or size; both
    carry every fault, by its path ("diagram_alir.steps.3.waktu.unit")."""
    reading = _Reading()
    naskah = reading.naskah(body)
    if reading.unknown:
        raise UnknownField(N_("The draft holds fields that are not known here."), errors=reading.unknown)
    if reading.faults:
        raise InvalidForm(N_("Some fields of the draft need your attention."), errors=reading.faults)
    return naskah


_Pair = TypeVar("_Pair", Branch, SpecialExecutor)


class _Reading(BodyReading):
    """One pass over the body of a draft."""

    def naskah(self, body: Any) -> Naskah:
        held = self.keys(body, "", [name for _, name in PARTS] + ["identitas"]) or {}
        return Naskah(
            deskripsi=self.text(held.get("deskripsi"), "deskripsi", LONG_TEXT),
            dasar_hukum=self.legal_bases(held.get("dasar_hukum")),
            ketertautan=self.linked_sops(held.get("ketertautan")),
            pihak_terlibat=self.parties(held.get("pihak_terlibat")),
            persyaratan_perlengkapan=self.entries(
                held.get("persyaratan_perlengkapan"), "persyaratan_perlengkapan"
            ),
            keluaran=self.entries(held.get("keluaran"), "keluaran"),
            diagram_alir=self.diagram(held.get("diagram_alir"), "diagram_alir"),
            identitas=self.identity(held.get("identitas")),
        )

    def legal_bases(self, value: Any) -> tuple[LegalBasis, ...]:
        found = []
        for index, item in enumerate(self.items(value, "dasar_hukum")):
            path = f"dasar_hukum.{index}"
            if isinstance(item, str):
                found.append(LegalBasis(self.text(item, path)))
                continue
            held = self.keys(item, path, LegalBasis.__dataclass_fields__) or {}
            amendments = []
            for position, amended in enumerate(self.items(held.get("amended_by"), f"{path}.amended_by")):
                inner = f"{path}.amended_by.{position}"
                by = self.keys(amended, inner, Amendment.__dataclass_fields__) or {}
                number = self.short(by.get("number"), f"{inner}.number")
                amendments.append(Amendment(number, self.year(by.get("year"), f"{inner}.year")))
            found.append(
                LegalBasis(
                    title=self.text(held.get("title"), f"{path}.title"),
                    kind=self.short(held.get("kind"), f"{path}.kind"),
                    number=self.short(held.get("number"), f"{path}.number"),
                    year=self.year(held.get("year"), f"{path}.year"),
                    amended_by=tuple(amendments),
                    notes=self.text(held.get("notes"), f"{path}.notes") or None,
                )
            )
        return tuple(basis for basis in found if basis != LegalBasis())

    def linked_sops(self, value: Any) -> tuple[LinkedSop, ...]:
        path = "ketertautan"
        if isinstance(value, str) or isinstance(value, Mapping):
            value = [value]
        found = []
        for index, item in enumerate(self.items(value, path)):
            here = f"{path}.{index}"
            if isinstance(item, str):
                title = self.text(item, here)
                found.append(LinkedSop(none=True) if SAYS_NONE.fullmatch(title.lower()) else LinkedSop(title))
                continue
            held = self.keys(item, here, {"sop_kind", "title", "sop_id", "none"}) or {}
            kind = self.short(held.get("sop_kind"), f"{here}.sop_kind")
            kind = kind.lower() if kind else None
            if kind is not None and kind not in SOP_KINDS:
                self.fault(f"{here}.sop_kind", NOT_A_SOP_KIND)
            none = self.truth(held.get("none"), f"{here}.none")
            found.append(
                LinkedSop(
                    title="" if none else self.text(held.get("title"), f"{here}.title"),
                    sop_kind=kind,
                    sop_id=None if none else self.short(held.get("sop_id"), f"{here}.sop_id"),
                    none=none,
                )
            )
        return tuple(link for link in found if link.none or link.title or link.sop_id)

    def parties(self, value: Any) -> tuple[Party, ...]:
        found = []
        for index, item in enumerate(self.items(value, "pihak_terlibat")):
            path = f"pihak_terlibat.{index}"
            if isinstance(item, str):
                found.append(Party(self.text(item, path, SHORT_TEXT)))
                continue
            held = self.keys(item, path, {"name", "unit"}) or {}
            unit = self.short(held.get("unit"), f"{path}.unit")
            name = self.text(held.get("name"), f"{path}.name", SHORT_TEXT)
            found.append(Party(name or unit or "", unit))
        return tuple(party for party in found if party.name)

    def identity(self, value: Any) -> Identity:
        if value is None:
            return Identity()
        names = ("peringatan", "kualifikasi_pelaksana", "pencatatan_pendataan")
        held = self.keys(value, "identitas", names) or {}
        return Identity(*(self.entries(held.get(name), f"identitas.{name}") for name in names))

    # --- the flow diagram -----------------------------------------------------------------------

    def diagram(self, value: Any, path: str) -> FlowDiagram:
        if value is None:
            return FlowDiagram()
        if isinstance(value, str):
            text = self.text(value, path, LONG_TEXT)
            return FlowDiagram(file=text) if _SHA256.fullmatch(text) else FlowDiagram(uraian=text or None)
        if isinstance(value, list | tuple):
            value = {"steps": value}
        held = self.keys(value, path, {"lanes", "steps", "file", "uraian"}) or {}
        file = self.short(held.get("file"), f"{path}.file")
        if file is not None and not _SHA256.fullmatch(file):
            self.fault(f"{path}.file", NOT_A_SHA256)
        lanes = self.lanes(held.get("lanes"), f"{path}.lanes")
        lanes, steps = self.steps(held.get("steps"), lanes, f"{path}.steps")
        uraian = self.text(held.get("uraian"), f"{path}.uraian", LONG_TEXT) or None
        return FlowDiagram(lanes, steps, file, uraian)

    def lanes(self, value: Any, path: str) -> tuple[Lane, ...]:
        found: dict[str, Lane] = {}
        for index, item in enumerate(self.items(value, path, LANES)):
            here = f"{path}.{index}"
            item = {"name": item} if isinstance(item, str) else item
            held = self.keys(item, here, Lane.__dataclass_fields__) or {}
            label = self.short(held.get("label"), f"{here}.label")
            name = self.text(held.get("name"), f"{here}.name", SHORT_TEXT) or label or ""
            lane_id = self.short(held.get("id"), f"{here}.id") or _slug(name)
            if not lane_id:
                continue
            if lane_id in found:
                self.fault(f"{here}.id", SAME_LANE)
            unit = self.short(held.get("unit"), f"{here}.unit")
            found[lane_id] = Lane(lane_id, name or lane_id, label, unit)
        return tuple(found.values())

    def steps(
        self, rows: Any, lanes: tuple[Lane, ...], path: str
    ) -> tuple[tuple[Lane, ...], tuple[SopStep, ...]]:
        """The rows, and the lanes: those given, else one for every executor named."""
        known = {key: lane.id for lane in reversed(lanes) for key in (lane.name, lane.label, lane.id) if key}
        unnamed: dict[str, Lane] = {}

        def lane_of(name: str, here: str) -> str:
            if name not in known and lanes:
                self.fault(here, NO_SUCH_LANE)
            elif name not in known:
                unnamed.setdefault(name, Lane(_slug(name) or name, name))
                known[name] = unnamed[name].id
            return known.get(name, name)

        steps: dict[str, SopStep] = {}
        for index, row in enumerate(self.items(rows, path, STEPS)):
            here = f"{path}.{index}"
            step = self.step(row, here, str(len(steps) + 1), lane_of)
            if step is None:
                continue
            if step.no in steps:
                self.fault(f"{here}.no", SAME_NUMBER)
            steps[step.no] = step
        return lanes or tuple(unnamed.values()), tuple(steps.values())

    def step(self, row: Any, path: str, number: str, lane_of: Callable[[str, str], str]) -> SopStep | None:
        held = self.keys(row, path, SopStep.__dataclass_fields__)
        if not held:
            return None

        def text(name: str) -> str | None:
            return self.text(held.get(name), f"{path}.{name}") or None

        def target(name: str) -> str | None:
            return self.short(held.get(name), f"{path}.{name}")

        def several(name: str) -> tuple[str, ...]:
            value = held.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool):
                value = [value]
            items = enumerate(self.items(value, f"{path}.{name}"))
            return tuple(filter(None, [self.text(item, f"{path}.{name}.{i}") for i, item in items]))

        specials = [
            SpecialExecutor(lane_of(special.lane, f"{path}.pelaksana_khusus"), special.when)
            for special in self.pairs(held, path, "pelaksana_khusus", SpecialExecutor)
        ]
        symbol = self.short(held.get("symbol"), f"{path}.symbol")
        symbol = re.sub(r"[\s-]+", "_", symbol.lower()) if symbol else None
        return SopStep(
            no=self.short(held.get("no"), f"{path}.no") or number,
            kegiatan=self.text(held.get("kegiatan"), f"{path}.kegiatan"),
            pelaksana=tuple(dict.fromkeys(lane_of(n, f"{path}.pelaksana") for n in several("pelaksana"))),
            symbol=_SYMBOL_NAMES.get(symbol, symbol) if symbol else None,
            kelengkapan=text("kelengkapan"),
            waktu=self.duration(held.get("waktu"), f"{path}.waktu"),
            output=text("output"),
            keterangan=text("keterangan"),
            ya=target("ya"),
            tidak=target("tidak"),
            next=several("next") if held.get("next") is not None else None,
            parallel=several("parallel"),
            branches=tuple(self.pairs(held, path, "branches", Branch)),
            return_to=target("return_to"),
            group=self.truth(held.get("group"), f"{path}.group"),
            added=self.truth(held.get("added"), f"{path}.added"),
            pelaksana_khusus=tuple(specials),
            no_target_reason=text("no_target_reason"),
            step_id=self.short(held.get("step_id"), f"{path}.step_id"),
            cite=text("cite"),
            read=several("read"),
            notes=several("notes"),
        )

    def pairs(self, row: Mapping[str, Any], path: str, name: str, make: type[_Pair]) -> list[_Pair]:
        """A list of objects of two texts each."""
        known = make.__dataclass_fields__
        found = []
        for index, item in enumerate(self.items(row.get(name), f"{path}.{name}")):
            here = f"{path}.{name}.{index}"
            held = self.keys(item, here, known) or {}
            texts = {key: self.text(held.get(key), f"{here}.{key}") for key in known}
            if any(texts.values()):
                found.append(make(**texts))
        return found

    def duration(self, value: Any, path: str) -> Duration | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            spoken = _SPOKEN_TIME.fullmatch(value.strip().lower())
            if not spoken:
                self.fault(path, NOT_A_UNIT_OF_TIME)
                return None
            value = {"value": spoken[1], "unit": spoken[2]}
        held = self.keys(value, path, Duration.__dataclass_fields__)
        if held is None or not any(v not in (None, "", False) for v in held.values()):
            return None
        if held.get("value") in (None, ""):
            self.fault(f"{path}.value", NOT_A_NUMBER)
            return None
        unit = self.short(held.get("unit"), f"{path}.unit")
        if unit not in TIME_UNITS:
            self.fault(f"{path}.unit", NOT_A_UNIT_OF_TIME)
            return None
        amount = self.quantity(held["value"], f"{path}.value")
        highest, times = held.get("value_max"), held.get("times")
        most = None if highest in (None, "") else self.quantity(highest, f"{path}.value_max")
        often = None if times in (None, "") else self.quantity(times, f"{path}.times")
        if isinstance(often, str):
            self.fault(f"{path}.times", NOT_A_NUMBER)
        deadline = self.truth(held.get("deadline"), f"{path}.deadline")
        if amount is None or isinstance(often, str):
            return None
        return Duration(amount, unit, most, often, deadline)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
