"""The parts a to g of a naskah konsep SOP as data, and how each reads in words.

Knows the parts of `records.md` 2 and the steps of section 4; must not know how a body is read from
JSON (`naskah.py`), what is wrong with it (`format_rules.py`) or how it is drawn (`documents/`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

PARTS = (
    ("a", "deskripsi"),
    ("b", "dasar_hukum"),
    ("c", "ketertautan"),
    ("d", "pihak_terlibat"),
    ("e", "persyaratan_perlengkapan"),
    ("f", "keluaran"),
    ("g", "diagram_alir"),
)
"""Huruf and field of each part, in the order of the regulation."""

SYMBOLS = ("terminator", "process", "decision", "pentagon")
"""The shapes a step may have; the fifth symbol of the regulation is the arrow between them."""

TIME_UNITS = ("menit", "jam", "hari", "minggu")

SOP_KINDS = ("makro", "mikro", "teknis")


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later regulation of the same kind that changed one."""

    number: str | None = None
    year: int | None = None

    def __str__(self) -> str:
        return " ".join(_number_and_year(self.number, self.year))


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One law or regulation: "Peraturan Menteri Luar Negeri", "6", 2017, its title; or only a title."""

    title: str = ""
    kind: str | None = None
    number: str | None = None
    year: int | None = None
    amended_by: tuple[Amendment, ...] = ()
    notes: str | None = None

    def __str__(self) -> str:
        name = " ".join([self.kind or "", *_number_and_year(self.number, self.year)]).strip()
        text = f"{name} tentang {self.title}" if name and self.title else name or self.title
        if not self.amended_by:
            return text
        return f"{text} sebagaimana telah diubah dengan {self.kind or ''} {listed(self.amended_by)}"


def _number_and_year(number: str | None, year: int | None) -> list[str]:
    return ([f"Nomor {number}"] if number else []) + ([f"Tahun {year}"] if year else [])


@dataclass(frozen=True, slots=True)
class LinkedSop:
    """Another SOP this one hangs together with; `none` says that there is no such SOP
    (of `sop_kind`, or of any kind). `sop_id` is an id of the register."""

    title: str = ""
    sop_kind: str | None = None
    sop_id: str | None = None
    none: bool = False

    def __str__(self) -> str:
        if not self.none:
            return self.title
        return f"Tidak ada SOP {self.sop_kind.capitalize()} terkait" if self.sop_kind else "Tidak ada"


@dataclass(frozen=True, slots=True)
class Party:
    """A party involved in doing the work; `unit` is a unit code, None for the proposing unit's own."""

    name: str
    unit: str | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the flow diagram."""

    id: str
    name: str
    label: str | None = None
    unit: str | None = None

    def __str__(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Duration:
    """Standard time. `value` is an integer or a decimal as text ("2.5"); `value_max` makes a range,
    `times` repeats it, `deadline` marks a limit instead of working time."""

    value: int | str
    unit: str
    value_max: int | str | None = None
    times: int | None = None
    deadline: bool = False

    def __str__(self) -> str:
        text = _decimal(self.value)
        text += f"–{_decimal(self.value_max)}" if self.value_max is not None else ""
        text = f"{text} {self.unit}"
        text = f"{self.times} × {text}" if self.times else text
        return f"paling lambat {text}" if self.deadline else text


@dataclass(frozen=True, slots=True)
class Branch:
    when: str
    to: str


@dataclass(frozen=True, slots=True)
class SpecialExecutor:
    """A lane that takes part only under a condition."""

    lane: str
    when: str


@dataclass(frozen=True, slots=True)
class SopStep:
    """One row of the step table. `pelaksana` holds lane ids; `next` None means the row below, an
    empty tuple the end. A `group` is a heading without symbol and lane, its `waktu` holds for the
    rows below it that have none."""

    no: str
    kegiatan: str = ""
    pelaksana: tuple[str, ...] = ()
    symbol: str | None = None
    kelengkapan: str | None = None
    waktu: Duration | None = None
    output: str | None = None
    keterangan: str | None = None
    ya: str | None = None
    tidak: str | None = None
    next: tuple[str, ...] | None = None
    parallel: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    return_to: str | None = None
    group: bool = False
    added: bool = False
    pelaksana_khusus: tuple[SpecialExecutor, ...] = ()
    no_target_reason: str | None = None
    step_id: str | None = None
    cite: str | None = None
    read: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def lanes(self) -> tuple[str, ...]:
        return self.pelaksana + tuple(special.lane for special in self.pelaksana_khusus)


@dataclass(frozen=True, slots=True)
class FlowDiagram:
    """The flow: a step table with lanes; or a drawing kept as an attachment (`file`, its SHA-256);
    or only told in words (`uraian`), which the format rules object to."""

    lanes: tuple[Lane, ...] = ()
    steps: tuple[SopStep, ...] = ()
    file: str | None = None
    uraian: str | None = None

    def __bool__(self) -> bool:
        return bool(self.steps or self.file or self.uraian)

    def lane_name(self, lane_id: str) -> str:
        return next((str(lane) for lane in self.lanes if lane.id == lane_id), lane_id)

    def numbers(self) -> tuple[str, ...]:
        return tuple(step.no for step in self.steps)

    def exits(self) -> dict[str, tuple[str, ...]]:
        """Targets of every row as written: the named ones, else the row below. They may be headings,
        or numbers that do not exist."""
        numbers = self.numbers()
        found: dict[str, tuple[str, ...]] = {}
        for index, step in enumerate(self.steps):
            named = [no for no in (step.ya, step.tidak) if no]
            named += [branch.to for branch in step.branches] + list(step.next or ()) + list(step.parallel)
            if not named and step.next is None:
                named = list(numbers[index + 1 : index + 2])
            found[step.no] = tuple(dict.fromkeys(named))
        return found

    def successors(self) -> dict[str, tuple[str, ...]]:
        """The rows that may follow each row; headings are passed through to the rows they stand for."""
        steps, exits = {step.no: step for step in self.steps}, self.exits()

        def rows_at(no: str, seen: tuple[str, ...]) -> list[str]:
            if no not in steps or no in seen:
                return []
            if not steps[no].group:
                return [no]
            return [row for target in exits[no] for row in rows_at(target, (*seen, no))]

        return {
            no: tuple(dict.fromkeys(row for target in targets for row in rows_at(target, ())))
            for no, targets in exits.items()
        }

    def time_of(self, step: SopStep) -> Duration | None:
        """The step's own time, else that of the nearest group it stands in."""
        if step.waktu is not None:
            return step.waktu
        groups = {other.no: other for other in self.steps if other.group}
        number = step.no
        while "." in number:
            number = number.rpartition(".")[0]
            if number in groups and groups[number].waktu is not None:
                return groups[number].waktu
        return None


@dataclass(frozen=True, slots=True)
class Identity:
    """What the identity block of the SOP holds beside the parts a to g (BSSN II.B.2 j, k, m); the
    regulation does not demand it ("paling sedikit"), so it may stay empty."""

    peringatan: tuple[str, ...] = ()
    kualifikasi_pelaksana: tuple[str, ...] = ()
    pencatatan_pendataan: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.peringatan or self.kualifikasi_pelaksana or self.pencatatan_pendataan)


@dataclass(frozen=True, slots=True)
class Naskah:
    """One version of a draft. `persyaratan_perlengkapan` may hold the one entry "Tidak ada"."""

    deskripsi: str = ""
    dasar_hukum: tuple[LegalBasis, ...] = ()
    ketertautan: tuple[LinkedSop, ...] = ()
    pihak_terlibat: tuple[Party, ...] = ()
    persyaratan_perlengkapan: tuple[str, ...] = ()
    keluaran: tuple[str, ...] = ()
    diagram_alir: FlowDiagram = FlowDiagram()
    identitas: Identity = Identity()

    def body(self) -> dict[str, Any]:
        """JSON-ready; empty parts and fields are left out. `normalise(body())` gives this again."""
        return dict(_plain(self))

    def parts(self) -> dict[str, Any]:
        """As `body()`, but every part a to g is there, empty where nothing is written yet."""
        empty: dict[str, Any] = {name: [] for _, name in PARTS}
        return empty | {"deskripsi": "", "diagram_alir": {}} | self.body()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    kept: dict[str, Any] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        # an empty `next` ends the flow; any other empty value says nothing
        ends_flow = isinstance(value, SopStep) and field.name == "next" and item == ()
        if ends_flow or (item is not None and item != "" and item != () and item is not False):
            plain = _plain(item)
            if plain != {}:
                kept[field.name] = plain
    return kept


def _decimal(value: int | str) -> str:
    return str(value).replace(".", ",")


def listed(items: Iterable[object]) -> str:
    """Words in a row the Indonesian way: "A", "A dan B", "A, B, dan C"."""
    words = [str(item) for item in items]
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"
