"""What changed between two versions of a naskah konsep: part by part, entry by entry, step by step.

Knows how to find the same entry or step again after others moved; must not know how the answer is
shown or who last saw which version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from paraf.domain.sop_parts import PARTS, FlowDiagram, Naskah, SopStep, listed

ALIKE = 0.5  # two texts at least so alike are one entry rewritten, not one gone and one new


@dataclass(frozen=True, slots=True)
class Change:
    """`part` is the field (deskripsi .. diagram_alir, identitas); `what` is added, removed or changed;
    `where` the step number, lane or sub-field, "" for the part itself; `field` the column of a step;
    `before` and `after` are words, None where there was or is nothing."""

    part: str
    what: str
    where: str = ""
    field: str = ""
    before: str | None = None
    after: str | None = None


def changes(old: Naskah, new: Naskah) -> list[Change]:
    """Every difference, in the order of the parts; empty when the drafts say the same."""
    found: list[Change] = []
    for _, part in PARTS:
        before, after = getattr(old, part), getattr(new, part)
        if before == after:
            continue
        if isinstance(before, str):
            found.append(_change(part, before, after))
        elif isinstance(before, FlowDiagram):
            found += _diagram(before, after)
        else:
            found += _entries(part, [_words(item) for item in before], [_words(item) for item in after])
    for name in ("peringatan", "kualifikasi_pelaksana", "pencatatan_pendataan"):
        found += _entries("identitas", getattr(old.identitas, name), getattr(new.identitas, name), name)
    return found


def _words(item: Any) -> str:
    unit = getattr(item, "unit", None)
    return f"{item} ({unit})" if unit else str(item)


def _change(part: str, before: str | None, after: str | None, where: str = "", field: str = "") -> Change:
    before, after = before or None, after or None
    what = "added" if before is None else "removed" if after is None else "changed"
    return Change(part, what, where, field, before, after)


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Entries of two lists that belong together, by equal text first, by likeness second."""
    pairs: list[tuple[int | None, int | None]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
            continue
        left, right = list(range(i1, i2)), list(range(j1, j2))
        while left and right:
            if SequenceMatcher(None, old[left[0]], new[right[0]]).ratio() >= ALIKE or len(left) == len(right):
                pairs.append((left.pop(0), right.pop(0)))
            elif len(left) > len(right):
                pairs.append((left.pop(0), None))
            else:
                pairs.append((None, right.pop(0)))
        pairs += [(i, None) for i in left] + [(None, j) for j in right]
    return pairs


def _entries(part: str, old: Sequence[str], new: Sequence[str], where: str = "") -> list[Change]:
    if old != new and sorted(old) == sorted(new):
        return [Change(part, "changed", where, "", listed(old), listed(new))]
    found = []
    for i, j in _pairs(old, new):
        before, after = None if i is None else old[i], None if j is None else new[j]
        if before != after:
            found.append(_change(part, before, after, where))
    return found


def _diagram(old: FlowDiagram, new: FlowDiagram) -> list[Change]:
    part = "diagram_alir"
    found = []
    for name in ("file", "uraian"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(_change(part, before, after, name))
    lanes_before, lanes_after = ([_words(lane) for lane in diagram.lanes] for diagram in (old, new))
    found += _entries(part, lanes_before, lanes_after, "lanes")
    pairs = _pairs([step.kegiatan for step in old.steps], [step.kegiatan for step in new.steps])
    renumbered = {old.steps[i].no: new.steps[j].no for i, j in pairs if i is not None and j is not None}
    for i, j in pairs:
        if i is None and j is not None:
            found.append(Change(part, "added", new.steps[j].no, "", None, new.steps[j].kegiatan))
        elif j is None and i is not None:
            found.append(Change(part, "removed", old.steps[i].no, "", old.steps[i].kegiatan, None))
        elif i is not None and j is not None:
            before = _columns(old, old.steps[i], renumbered)
            after = _columns(new, new.steps[j], {})
            found += [
                _change(part, before.get(name), after.get(name), new.steps[j].no, name)
                for name in after
                if before.get(name) != after.get(name)
            ]
    return found


def _columns(diagram: FlowDiagram, step: SopStep, renumbered: dict[str, str]) -> dict[str, str | None]:
    """The columns of a step in words; targets by the numbers of the new version."""

    def to(no: str | None) -> str | None:
        return renumbered.get(no, no) if no else None

    return {
        "kegiatan": step.kegiatan,
        "pelaksana": listed(diagram.lane_name(lane) for lane in step.lanes()),
        "symbol": step.symbol,
        "kelengkapan": step.kelengkapan,
        "waktu": str(step.waktu) if step.waktu else None,
        "output": step.output,
        "keterangan": step.keterangan,
        "ya": to(step.ya),
        "tidak": to(step.tidak),
        "next": ", ".join(to(no) or "" for no in step.next) if step.next is not None else None,
        "parallel": ", ".join(to(no) or "" for no in step.parallel) or None,
        "branches": "; ".join(f"{branch.when}: {to(branch.to)}" for branch in step.branches) or None,
        "return_to": to(step.return_to),
    }
