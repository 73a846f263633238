"""The desk on which a paper of a case is written: everything its text is made from.

Knows how a case, its draft, its reviews and its officials become the `data` of a document
(`documents/data.py`); must not know when a paper is made, signed or sent (`papers.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from paraf.domain import format_rules
from paraf.domain import naskah as naskah_rules
from paraf.domain.calendar import moment
from paraf.domain.organisation import Appointment, Organisation
from paraf.domain.posts import PERWAKILAN_KINDS
from paraf.domain.route import Element
from paraf.storage.cases import CaseRow
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told, decisions, latest, tell

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

FINAL_ACTS = ("penetapan", "pengesahan", "persetujuan", "tanda_tangan")
ADDRESSEES = {"usulan": "addressee", "nota_dinas_rekomendasi": "menteri", "nota_dinas_sekjen": "menteri"}
"""To whom a paper goes that no delivery of the route names (20(6)b, INT-21)."""

FORM_FIELDS = ("letter_kind", "hal", "lampiran", "sifat", "klasifikasi", "derajat", "isi")
DECREE_FIELDS = ("tentang", "menimbang", "mengingat", "diktum")
RECORDS = frozenset({"kertas_kerja_reviu", "catatan_koreksi", "notula"})
"""Papers that Biro PO keeps and nobody signs."""

REVIEWED = ("kertas_kerja_reviu", "catatan_koreksi", "notula", "persetujuan_sop")
DISCUSSED = ("discuss_", "decide_open_points")
HURUF = {"kriteria_a": "a", "kriteria_b": "b", "kriteria_c": "c"}


class Desk:
    """What one case offers to its papers. `current` is the decision being taken, not yet a fact."""

    def __init__(
        self,
        office: Office,
        uow: UnitOfWork,
        case: CaseRow,
        route: ShelvedRoute,
        organisation: Organisation,
        at: str,
        current: Told | None = None,
    ) -> None:
        self.office, self.uow, self.case, self.route = office, uow, case, route
        self.organisation, self.at, self.current = organisation, at, current
        self.constants: dict[str, Any] = json.loads(case.pinned)["case"]

    @cached_property
    def _stored(self) -> str:
        """The current version of the draft as stored; an empty body before the first."""
        if not self.case.naskah_version:
            return "{}"
        row = self.uow.cases.naskah(self.case.proposal_id, self.case.naskah_version)
        return str(row["body"]) if row else "{}"

    @cached_property
    def naskah(self) -> Mapping[str, Any]:
        """The body of the current version of the draft."""
        body: Mapping[str, Any] = json.loads(self._stored)
        return body

    @property
    def draft(self) -> naskah_rules.Naskah:
        """The current version of the draft, read."""
        return naskah_rules.read_stored(self._stored)

    @cached_property
    def history(self) -> list[Told]:
        """The case as told so far, the decision being taken last."""
        told = tell(self.uow, self.case.id)
        return [*told, self.current] if self.current else told

    def data(self, kind: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """The data of a konsep of this kind; `form` is what its drafter worded himself."""
        signer = self.signer(kind)
        data: dict[str, Any] = {
            "case_number": self.case.number,
            "route_key": self.route.key,
            "letterhead": {"lines": self.letterhead(kind)},
            "sop": self._sop(),
            "tempat": self.place(signer),
            "dari": self._titles([signer] if signer else [])[0] if signer else "",
            "yth": self._titles(self.receivers(kind, "deliver_document")),
            "tembusan": self._titles(self.receivers(kind, "send_tembusan")),
        }
        if signer:
            data["signature"] = self._unsigned(signer)
        if kind in REVIEWED or kind.startswith(("nota_dinas", "berita")):
            data["review"] = self._review()
        if kind.startswith("keputusan") or kind in ("pengesahan_sop", "usulan"):
            data["naskah"] = dict(self.naskah)
        if kind.startswith("keputusan"):
            data["keputusan"] = {name: form[name] for name in DECREE_FIELDS if form.get(name)}
        if kind == "notula":
            data |= self._meeting(form)
        data.update({name: form[name] for name in FORM_FIELDS if form.get(name)})
        return data

    def _meeting(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """The discussion as its chair recorded it; he also signs the notula as its keeper."""
        chair = self.current.data["position"] if self.current else None
        title = self.organisation.title(chair) if chair else ""
        name = self.organisation.name_of(self.current.actor) if self.current else None
        return {
            "meeting": {
                "tanggal": form.get("tanggal") or "",
                "tempat": form.get("tempat") or "",
                "peserta": list(form.get("peserta") or []),
                "pimpinan": title,
                "pembahasan": [line for line in str(form.get("notula") or "").splitlines() if line.strip()],
            },
            "signature": {"position_title": title, "name": name or ""},
        }

    # --- who

    def signer(self, kind: str) -> str | None:
        """The position that signs papers of this kind on this route; None when nobody does."""
        for element in self.route.compiled.route.elements.values():
            if any(use.kind == kind and use.act in FINAL_ACTS for use in element.documents):
                found = self.organisation.resolve(
                    element.role or "", self.case.unit_code, self.constants, None, self.at
                )
                return found[0] if found else None
        return None

    def receivers(self, kind: str, operation: str) -> list[str]:
        """Positions that the route delivers papers of this kind to, or sends copies of it."""
        found: list[str] = []
        for element in self.route.compiled.route.elements.values():
            done = element.operation
            if done is not None and done.name == operation and done.kind == kind:
                found.extend(self.positions_of(done.to or ""))
        if not found and operation == "deliver_document" and kind in ADDRESSEES:
            found = self.positions_of(ADDRESSEES[kind])
        return list(dict.fromkeys(found))

    def positions_of(self, to: str) -> list[str]:
        """Position ids of a role, or of every member of a set; a set may be empty here. A copy for
        Biro PO reaches its head and its reviewers."""
        unit, case = self.case.unit_code, self.constants
        if to in self.organisation.SETS:
            parties = naskah_rules.units_in(self.draft)
            members = self.organisation.members(to, unit, parties, case, self.at, may_be_empty=True)
            return list(
                dict.fromkeys(
                    position
                    for item in members
                    for position in self.organisation.resolve("item", unit, case, item, self.at)
                )
            )
        roles = ("kepala_biro_po", "reviewer_biro_po") if to == "kepala_biro_po" else (to,)
        return list(
            dict.fromkeys(
                p for role in roles for p in self.organisation.resolve(role, unit, case, None, self.at)
            )
        )

    def _titles(self, positions: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self.organisation.title(p) for p in positions))

    def letterhead(self, kind: str) -> list[str]:
        """Institution first, then the signing unit under the units above it."""
        signer = self.signer(kind)
        if signer is None and kind in RECORDS:
            signer = next(iter(self.positions_of("kepala_biro_po")), None)
        unit = self.organisation.unit_of_position(signer) if signer else None
        code = unit.code if unit else self.case.unit_code
        names = [above.name for above in self.organisation.chain(code) if above.kind != "kementerian"]
        institution = self.office.settings.institution
        return [institution, *(name for name in reversed(names) if name != institution)]

    def place(self, position: str | None) -> str:
        """Where a position signs: the seat of its Perwakilan as its name says, else the Ministry's."""
        unit = self.organisation.unit_of_position(position) if position else None
        if unit is not None and unit.kind in PERWAKILAN_KINDS:
            return unit.name.rpartition(", ")[2].rpartition(" RI ")[2]
        return self.office.settings.place

    def _unsigned(self, position: str) -> dict[str, Any]:
        return {
            "position_title": self.organisation.title(position),
            "zone": self.organisation.zone_of(position),
        }

    def signature(self, appointment: Appointment, name: str | None, nip: str | None) -> dict[str, Any]:
        """The signature block of a person who signs now, by this appointment."""
        zone = self.organisation.zone_of(appointment.position_id)
        block: dict[str, Any] = {
            "position_title": self.organisation.title(appointment.position_id),
            "capacity_label": appointment.printed_label,
            "name": name or "",
            "nip": nip or "",
            "at_local": self.local(zone).isoformat(timespec="seconds"),
            "zone": zone,
            "place": self.place(appointment.position_id),
        }
        return block

    def local(self, zone: str) -> datetime:
        """The instant of the command in a zone."""
        return moment(self.at).astimezone(ZoneInfo(zone))

    # --- what

    def _sop(self) -> dict[str, Any]:
        unit = self.organisation.units[self.case.unit_code]
        head: dict[str, Any] = {
            "title": self.case.title,
            "sop_kind": self.case.sop_kind,
            "request_kind": self.case.request_kind,
            "unit_name": unit.name,
            "version": self.case.naskah_version,
            "sha256": self.case.naskah_sha256,
            "tanggal_pembuatan": self.local(unit.zone).date().isoformat(),
        }
        if self.case.sop_in_force:
            earlier = self.uow.register.one(self.case.sop_in_force)
            if earlier is not None:
                head["in_force"], head["in_force_number"] = earlier["title"], earlier["number"] or ""
        return head

    def _review(self) -> dict[str, Any]:
        """The newest review with its criteria, notes, and what discussion and decision made of it."""
        reviewed = latest(self.history, "review_", "test_and_review")
        if reviewed is None:
            return {}
        form = reviewed.data.get("form") or {}
        notes = [dict(note) for note in form.get("catatan") or [] if isinstance(note, Mapping)]
        outcome = latest(self.history, "decide_review_outcome")
        reviewer: dict[str, Any] = {}
        if reviewed.data.get("position"):
            reviewer = {
                "position_title": self.organisation.title(reviewed.data["position"]),
                "name": self.organisation.name_of(reviewed.actor) or "",
            }
        flow = self.draft
        return {
            "round": reviewed.visit,
            "tanggal": moment(reviewed.at).astimezone(ZoneInfo(self.office.settings.zone)).date().isoformat(),
            "reviewer": reviewer,
            "kriteria": [
                {
                    "huruf": huruf,
                    "hasil": form.get(name) or "",
                    "catatan": form.get(f"catatan_{huruf}") or form.get(f"{name}_catatan") or "",
                }
                for name, huruf in HURUF.items()
            ],
            "catatan": self._discussed(notes, reviewed.seq),
            "findings": [
                self.office.language.translate(found.sentence, **dict(found.values))
                for found in format_rules.findings(flow)
            ],
            "outcome": outcome.data["outcome"]
            if outcome and outcome.seq > reviewed.seq
            else ("conform" if (reviewed.data.get("context") or {}).get("all_conform") else "adjust"),
            "ringkasan": form.get("ringkasan") or "",
        }

    def _discussed(self, notes: Sequence[Mapping[str, Any]], since: int) -> list[dict[str, Any]]:
        """The notes as their discussion left them: what each party, Biro PO and at last Sekjen wrote
        on a point. The reason for not agreeing is that side's position on a point without one (INT-03)."""
        points = {(note.get("huruf"), note.get("text")): dict(note) for note in notes}
        for told in decisions(self.history):
            if told.seq <= since or not (told.element_id or "").startswith(DISCUSSED):
                continue
            for point in (told.data.get("form") or {}).get("pokok_terbuka") or []:
                said = {name: text for name, text in point.items() if text}
                points.setdefault((point.get("huruf"), point.get("text")), {}).update(said)
            side = "pendapat_pengusul" if told.data.get("item") else "pendapat_biro_po"
            if told.data.get("outcome") == "disagree" and told.data.get("comment"):
                for known in points.values():
                    known.setdefault(side, told.data["comment"])
        return list(points.values())


def drafted_kinds(element: Element) -> list[str]:
    """Kinds of paper this step drafts."""
    return [use.kind for use in element.documents if use.act == "konsep"]
