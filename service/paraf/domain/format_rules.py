"""The format rules F1 to F10 of a branching flow diagram, checked over the step table (records.md 5).

Knows what the regulation says a diagram looks like; must not judge content. A finding never stops a
draft: it is laid before the reviewer under criterion c. Texts are read with word lists, so F4, F5
and F9 are careful: they speak only when they are sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from paraf.domain.sop_parts import SYMBOLS, FlowDiagram, Naskah, SopStep, listed
from paraf.language import N_

CITES = {
    "F1": "BSSN II.B; II.B.3",
    "F2": "BSSN II.B.3 a-e",
    "F3": "BSSN II.B.3",
    "F4": "BSSN II.B.3",
    "F5": "BSSN II.B.3",
    "F6": "BSSN II.B.3",
    "F7": "PAN Kons.; POL",
    "F8": "BSSN II.B.3.a; LKIK B",
    "F9": "BSSN Gb. 3",
    "F10": "BSSN II.B.3.e",
}

_ACTIVE = re.compile(r"(me|ber)[a-z]{3,}")
_NOT_VERBS = frozenset(
    "berita berkas beras berapa berbagai bersama berdasarkan meja media medali medis mekanisme memo"
    " memorandum menteri menko merek mesin metode meterai menu menit mei melalui mengenai menurut"
    " meskipun mereka".split()
)
_OTHER_VERBS = frozenset("hadir ikut masuk".split())
_POSTS = (
    "kepala|kabag|kabid|kabiro|karo|kasubag|kasubbag|kasubbid|kasubid|kasubdit|kasi|kasie|direktur|deputi"
    "|asdep|sekretaris|sesditjen|sesmenko|menteri|menko|wamen|dirjen|sekjen|irjen|inspektur|staf|pegawai"
    "|petugas|pejabat|analis|arsiparis|operator|bendahara|pimpinan|tim|fungsional|pemeriksa|pengelola"
    "|verifikator|atase|konsul|duta|panitia|ketua|koordinator|pelaksana|biro|bagian|subbagian|direktorat"
)
_STARTS_WITH_POST = re.compile(rf"({_POSTS})\b", re.IGNORECASE)
_BY_POST = re.compile(rf"\boleh\s+({_POSTS})\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = frozenset(
    "yang untuk dengan dari pada oleh atau dan telah sudah akan sebagai dalam secara serta hasil setelah"
    " kepada terkait tersebut bahan bila belum".split()
)


@dataclass(frozen=True, slots=True)
class FormatFinding:
    """One finding. `where` is "lanes", "diagram" or the number of a step; `sentence` a msgid filled
    from `values`; `criterion` and `huruf` say where the reviewer's note belongs."""

    rule: str
    where: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)
    criterion: str = "c"
    huruf: str = "g"

    @property
    def cite(self) -> str:
        return CITES.get(self.rule, "")


def findings(naskah: Naskah | FlowDiagram) -> list[FormatFinding]:
    """All findings, rule by rule, step by step. A diagram kept as a drawing has none: a person looks."""
    diagram = naskah.diagram_alir if isinstance(naskah, Naskah) else naskah
    if not diagram.steps:
        if diagram.uraian and not diagram.file:
            return [FormatFinding("F1", "diagram", _TOLD_ONLY)]
        return []
    checks = (_f1, _f2, _f3, _f4, _f5, _f6, _f7, _f8, _f9, _f10)
    return [finding for check in checks for finding in check(diagram)]


_TOLD_ONLY = N_("The flow is only told in words. Please draw it as steps with executors.")
_NO_EXECUTOR = N_("Step {no} has no executor; every step stands in a column of the executors.")
_NO_TARGET = N_("Step {no} leads to step {target}, which does not exist.")
_NOT_REACHED = N_("Step {no} is not reached by the flow.")
_BAD_SYMBOL = N_(
    "Step {no} has the symbol “{symbol}”. Only capsule, box, diamond, arrow and pentagon are used."
)
_NO_SYMBOL = N_("Step {no} has no symbol.")
_LANE_ORDER = N_("The executors are not in the order of the activities. Please use this order: {order}.")
_NO_VERB = N_("Activity {no} does not begin with an active verb.")
_TOO_SHORT = N_("Activity {no} needs a verb, an object and an explanation.")
_EXECUTOR_NAMED = N_(
    "Activity {no} still names the executor. Please begin with an active verb;"
    " the executor stands in his column."
)
_QUALITY_MISSING = N_("The quality standard of activity {no} is not complete: {missing}.")
_ONE_EXIT = N_("The decision in step {no} needs two exits, Ya and Tidak.")
_SAME_EXITS = N_("Both answers of the decision in step {no} lead to the same step.")
_NO_CAPSULE = N_("Step {no} begins or ends the flow and therefore needs the capsule.")
_CAPSULE_INSIDE = N_("Step {no} has the capsule, but the flow neither begins nor ends there.")
_NOT_HANDED_ON = N_("The output of step {no} (“{output}”) is not among what the next step needs.")
_LONELY_PENTAGON = N_("The pentagon in step {no} is used only where the drawing goes on on another page.")


def _steps(diagram: FlowDiagram) -> Iterator[SopStep]:
    return (step for step in diagram.steps if not step.group)


def _found(rule: str, step: SopStep, sentence: str, **values: str) -> FormatFinding:
    return FormatFinding(rule, step.no, sentence, {"no": step.no, **values})


def _f1(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    numbers = set(diagram.numbers())
    for step in _steps(diagram):
        if not step.lanes():
            yield _found("F1", step, _NO_EXECUTOR)
        named = [step.ya, step.tidak, step.return_to, *(step.next or ()), *step.parallel]
        for target in [*named, *(branch.to for branch in step.branches)]:
            if target and target not in numbers:
                yield _found("F1", step, _NO_TARGET, target=target)
    after = diagram.successors()
    first = next((step.no for step in _steps(diagram)), None)
    reached, waiting = set(), [first] if first else []
    while waiting:
        number = waiting.pop()
        if number not in reached:
            reached.add(number)
            waiting += after[number]
    for step in _steps(diagram):
        if step.no not in reached:
            yield _found("F1", step, _NOT_REACHED)


def _f2(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    for step in _steps(diagram):
        if not step.symbol:
            yield _found("F2", step, _NO_SYMBOL)
        elif step.symbol not in SYMBOLS:
            yield _found("F2", step, _BAD_SYMBOL, symbol=step.symbol)


def _f3(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    order = {
        lane: i
        for i, lane in reversed([(i, lane) for i, s in enumerate(diagram.steps) for lane in s.lanes()])
    }
    used = [lane.id for lane in diagram.lanes if lane.id in order]
    wanted = sorted(used, key=lambda lane: order[lane])
    if used != wanted:
        names = listed(diagram.lane_name(lane) for lane in wanted)
        yield FormatFinding("F3", "lanes", _LANE_ORDER, {"order": names})


def _executors(diagram: FlowDiagram) -> re.Pattern[str] | None:
    names = {name for lane in diagram.lanes for name in (lane.label, lane.name) if name}
    if not names:
        return None
    return re.compile(
        "|".join(rf"{re.escape(name)}\b" for name in sorted(names, key=len, reverse=True)), re.I
    )


def _names_executor(text: str, executors: re.Pattern[str] | None) -> bool:
    starts = _STARTS_WITH_POST.match(text) or (executors.match(text) if executors else None)
    return bool(starts or _BY_POST.search(text))


def _f4(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    executors = _executors(diagram)
    for step in _steps(diagram):
        words = re.findall(r"[^\W\d_]+", step.kegiatan.lower())
        if not words or _names_executor(step.kegiatan, executors):
            continue
        first = words[0]
        if first not in _OTHER_VERBS and (not _ACTIVE.fullmatch(first) or first in _NOT_VERBS):
            yield _found("F4", step, _NO_VERB)
        elif len(words) < 2:
            yield _found("F4", step, _TOO_SHORT)


def _f5(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    executors = _executors(diagram)
    for step in _steps(diagram):
        if _names_executor(step.kegiatan, executors):
            yield _found("F5", step, _EXECUTOR_NAMED)


def _f6(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    for step in _steps(diagram):
        given = {
            "kegiatan": step.kegiatan,
            "kelengkapan": step.kelengkapan,
            "waktu": diagram.time_of(step),
            "output": step.output,
        }
        missing = [name for name, value in given.items() if not value]
        if missing:
            yield _found("F6", step, _QUALITY_MISSING, missing=listed(missing))


def _f7(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    for step in _steps(diagram):
        if step.symbol != "decision":
            continue
        if not (step.ya and step.tidak):
            if not step.no_target_reason:
                yield _found("F7", step, _ONE_EXIT)
        elif step.ya == step.tidak:
            yield _found("F7", step, _SAME_EXITS)


def _f8(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    after = diagram.successors()
    first = next((step.no for step in _steps(diagram)), None)
    for step in _steps(diagram):
        at_an_end = step.no == first or not after[step.no]
        if at_an_end and step.symbol in ("process", "decision", "pentagon"):
            yield _found("F8", step, _NO_CAPSULE)
        elif not at_an_end and step.symbol == "terminator":
            yield _found("F8", step, _CAPSULE_INSIDE)


def _f9(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    steps, after = {step.no: step for step in diagram.steps}, diagram.successors()
    for step in _steps(diagram):
        targets = after[step.no]
        needs = [text for to in targets if (text := steps[to].kelengkapan)]
        if not step.output or not needs:
            continue
        made = _content(step.output)
        # a paper that only passes through is handed on as well
        held = made | _content(step.kelengkapan or "")
        if made and not any(held & _content(text) for text in needs):
            yield _found("F9", step, _NOT_HANDED_ON, output=step.output)


def _content(text: str) -> set[str]:
    """The words that carry the meaning, without affixes of the participle (terparaf, paraf)."""
    words = {word for word in _WORD.findall(text.lower()) if word not in _COMMON}
    return words | {word.removeprefix("ter") for word in words if len(word) > 6}


def _f10(diagram: FlowDiagram) -> Iterator[FormatFinding]:
    rows = list(_steps(diagram))
    for i, step in enumerate(rows):
        beside = [rows[j].symbol for j in (i - 1, i + 1) if 0 <= j < len(rows)]
        if step.symbol == "pentagon" and "pentagon" not in beside:
            yield _found("F10", step, _LONELY_PENTAGON)


# --- one part against another -------------------------------------------------------------------

_LANE_NOT_PARTY = N_("{name} is an executor of the flow but not among the parties involved (part d).")
_PARTY_NOT_LANE = N_("{name} is among the parties involved (part d) but has no column in the flow.")
_OUTPUT_NOT_LISTED = N_("The output of the last step (“{output}”) is not among the outputs (part f).")


def part_findings(naskah: Naskah) -> list[FormatFinding]:
    """Where the parts do not say the same (records.md 2, readings of d and f): "D" lanes and parties,
    "F" the last output and part f. Advice for the drafter and the reviewer, beside F1 to F10."""
    diagram, found = naskah.diagram_alir, []
    parties = {party.name.casefold() for party in naskah.pihak_terlibat}
    if diagram.steps and parties:
        for lane in diagram.lanes:
            if lane.name.casefold() not in parties and str(lane).casefold() not in parties:
                found.append(FormatFinding("D", "lanes", _LANE_NOT_PARTY, {"name": lane.name}, "c", "d"))
        names = {name.casefold() for lane in diagram.lanes for name in (lane.name, str(lane))}
        for party in naskah.pihak_terlibat:
            if party.name.casefold() not in names:
                found.append(FormatFinding("D", "parties", _PARTY_NOT_LANE, {"name": party.name}, "c", "d"))
    after = diagram.successors()
    last = [step for step in _steps(diagram) if not after[step.no] and step.output]
    if last and naskah.keluaran:
        listed_words = set().union(*(_content(text) for text in naskah.keluaran))
        for step in last:
            if not _content(step.output or "") & listed_words:
                values = {"output": step.output or ""}
                found.append(FormatFinding("F", step.no, _OUTPUT_NOT_LISTED, values, "c", "f"))
    return found
