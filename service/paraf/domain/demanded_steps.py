"""The steps that the text demands of each approval route, with article and sentence.

Knows for every shipped key who must submit, review, approve, ratify and set, and what must be
delivered or copied to whom (routes.md 2.0-2.6); must not know flows or how a route is read. A step
that a reading (INT) added may be taken out without a word; these may not (AC-101).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from paraf.domain.route import Element, Kind
from paraf.language import N_

SUBMIT, REVIEW, DISCUSS, DRAFT, APPROVE, RATIFY, SET, DELIVER, COPY, RECORD = (
    "submit", "review", "discuss", "draft", "approve", "ratify", "set", "deliver", "copy", "record",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Duty:
    """One demanded step. `part` is what it does, `paper` the kind of document (None where any or none
    will do), `who` the role that acts or receives. With `always` no case may come to its setting
    without it; a discussion is due only when something must be adjusted."""

    part: str
    article: str
    who: str
    paper: str | None = None
    always: bool = True


SENTENCES: Final[Mapping[str, str]] = {
    SUBMIT: N_("{article} demands that {who} submits the proposal"),
    REVIEW: N_("{article} demands that Biro PO reviews the draft"),
    DISCUSS: N_("{article} demands that the notes are discussed with the proposing unit"),
    DRAFT: N_("{article} demands that Biro PO drafts the decree"),
    APPROVE: N_("{article} demands that {who} approves before the SOP is ratified or set"),
    RATIFY: N_("{article} demands that {who} signs and ratifies the SOP before it is set"),
    SET: N_("{article} demands that {who} sets the SOP"),
    DELIVER: N_("{article} demands that this paper is delivered to {who}: {paper}"),
    COPY: N_("{article} demands a copy of this paper for {who}: {paper}"),
    RECORD: N_("{article} demands the record of the review: {paper}"),
}


def _mikro(pasal: int, head: str, addressee: str, copied: str, record: str) -> tuple[Duty, ...]:
    """What the four Mikro articles have in common."""
    return (
        Duty(SUBMIT, f"PL {pasal}(1)", head, "usulan"),
        Duty(DELIVER, f"PL {pasal}(1)", addressee, "usulan"),
        Duty(COPY, f"PL {pasal}(1)", copied, "usulan"),
        Duty(REVIEW, f"PL {pasal}(3)-(4)", "reviewer_biro_po"),
        Duty(RECORD, f"PL {pasal}(5)a", "reviewer_biro_po", record),
        Duty(DISCUSS, f"PL {pasal}(5)a", "parties", always=False),
    )


def _approved(pasal: int, by: str, paper: str, told: str) -> tuple[Duty, ...]:
    """The approval by a paper that is delivered to whoever asked for it."""
    article = f"PL {pasal}(5)b"
    return Duty(APPROVE, article, by, paper), Duty(DELIVER, article, told, paper)


def _in_force(article: str, ratifies: str, sets: str, set_by: str = "") -> tuple[Duty, ...]:
    """The ratification and the setting; `set_by` is the article of the setting where it is another."""
    return Duty(RATIFY, article, ratifies, "pengesahan_sop"), Duty(SET, set_by or article, sets)


DUTIES: Final[Mapping[str, tuple[Duty, ...]]] = {
    "sop_mikro_eselon1": (
        *_mikro(37, "pimpinan_eselon_i", "sekjen", "kepala_biro_po", "kertas_kerja_reviu"),
        *_approved(37, "sekjen", "nota_dinas_persetujuan", "pimpinan_eselon_i"),
        *_in_force("PL 37(6)", "pimpinan_eselon_ii", "pimpinan_eselon_i", "PL 37(7)"),
    ),
    "sop_mikro_setjen": (
        *_mikro(38, "pimpinan_eselon_ii", "kepala_biro_po", "sekjen", "catatan_koreksi"),
        Duty(DRAFT, "PL 38(5)b", "reviewer_biro_po", "keputusan_sekjen"),
        Duty(APPROVE, "PL 38(6)", "sekjen", "persetujuan_sop"),
        *_in_force("PL 38(6)", "pimpinan_eselon_ii", "sekjen"),
    ),
    "sop_mikro_pusat": (
        *_mikro(39, "kepala_pusat", "kepala_biro_po", "sekjen", "catatan_koreksi"),
        *_approved(39, "kepala_biro_po", "nota_dinas_persetujuan", "kepala_pusat"),
        Duty(COPY, "PL 39(5)b", "sekjen", "nota_dinas_persetujuan"),
        *_in_force("PL 39(6)", "kepala_pusat", "kepala_pusat"),
    ),
    "sop_mikro_perwakilan": (
        *_mikro(40, "kepala_perwakilan", "sekjen", "kepala_biro_po", "kertas_kerja_reviu"),
        *_approved(40, "sekjen", "berita_persetujuan", "kepala_perwakilan"),
        *_in_force("PL 40(6)", "kepala_perwakilan", "kepala_perwakilan"),
    ),
    "sop_makro_development": (
        Duty(REVIEW, "PL 19(1)", "reviewer_biro_po"),
        Duty(SET, "PL 19(4)", "menteri"),
    ),
    "sop_makro_change": (
        Duty(SUBMIT, "PL 20(2)", "submitter", "usulan"),
        Duty(DELIVER, "PL 20(2)", "sekjen", "usulan"),
        Duty(COPY, "PL 20(2)", "related_heads", "usulan"),
        Duty(COPY, "PL 20(2)", "kepala_biro_po", "usulan"),
        Duty(REVIEW, "PL 20(4)-(5)", "reviewer_biro_po"),
        Duty(RECORD, "PL 20(6)a", "reviewer_biro_po", "kertas_kerja_reviu"),
        Duty(DISCUSS, "PL 20(6)a", "parties"),
        Duty(APPROVE, "PL 20(6)b", "sekjen", "nota_dinas_rekomendasi"),
        Duty(SET, "PL 20(7)", "menteri"),
    ),
}

_ACTS: Final[Mapping[str, frozenset[str]]] = {
    SUBMIT: frozenset({"tanda_tangan"}),
    DRAFT: frozenset({"konsep"}),
    APPROVE: frozenset({"tanda_tangan", "persetujuan"}),
    RATIFY: frozenset({"pengesahan"}),
    SET: frozenset({"penetapan"}),
}
_OPERATIONS: Final[Mapping[str, str]] = {
    DELIVER: "deliver_document",
    COPY: "send_tembusan",
    RECORD: "generate_document",
}


def fulfils(element: Element, duty: Duty) -> bool:
    """Whether this step does what the duty asks, by the person it asks for."""
    if duty.part in _OPERATIONS:
        operation = element.operation
        return (
            operation is not None
            and operation.name == _OPERATIONS[duty.part]
            and operation.kind == duty.paper
            and (duty.part == RECORD or operation.to == duty.who)
        ) or _sent_by_hand(element, duty)
    if not element.is_person:
        return False
    if duty.part == REVIEW:
        by_closer = element.each is not None and element.each.closer == duty.who
        return is_review(element) and (element.role == duty.who or by_closer)
    if duty.part == DISCUSS:
        return element.each is not None and element.each.members == duty.who and not is_review(element)
    return element.role == duty.who and acts(element, duty.part, duty.paper)


def _sent_by_hand(element: Element, duty: Duty) -> bool:
    """PL 40(5)b: Biro PO itself sends the berita; a step of a person named for it does as well."""
    return (
        duty.part == DELIVER
        and element.is_person
        and element.id.startswith("send_")
        and (element.id.endswith(duty.paper or ""))
    )


def acts(element: Element, part: str, paper: str | None = None) -> bool:
    """Whether a step signs, drafts, ratifies or sets (a paper of this kind)."""
    return any(use.act in _ACTS[part] and paper in (None, use.kind) for use in element.documents)


def is_review(element: Element) -> bool:
    """Whether a step is the review of the draft, or its testing and review (PL 19(1); INT-41)."""
    return element.kind is Kind.USER and element.id.startswith(("review_", "test_and_review"))
