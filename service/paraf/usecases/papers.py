"""Papers of a case: drafted, signed and numbered inside the command that decides, pinned by digest.

Knows when a konsep is made, what a signature adds to it and how an SOP enters the register; must
not know what stands in a text (`desk.py`) or how it is laid out (`documents/`). A signature renders
the konsep again with number, date and signature block; the fact holds both digests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.documents import wording
from paraf.documents.render import kind_title, render
from paraf.domain.facts import canonical_text, digest
from paraf.domain.organisation import Appointment, Organisation
from paraf.domain.route import Element, Outcome
from paraf.errors import RuleBroken
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases.desk import RECORDS, Desk, drafted_kinds
from paraf.usecases.forms_of_step import FilledForm
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office
    from paraf.usecases.progress import Progress

NUMBERED = ("usulan", "nota_dinas", "berita", "keputusan", "pengesahan_sop")
"""Kinds (or beginnings of kinds) that take a number when they are signed."""

SIGNING = frozenset({"sign", "approve", "submit"})


def title_of(kind: str) -> str:
    """The name of a kind of paper, in Indonesian."""
    return kind_title(kind)


# --- what a decision refers to ---------------------------------------------------------------


def read_for(progress: Progress, element: Element) -> list[dict[str, str]]:
    """The papers a decision rests on, by digest: the newest of each kind that the step signs or may
    send back to its drafter (38(6): Sekjen approves on the konsep Keputusan; INT-13)."""
    kinds = [use.kind for use in element.documents if use.act != "konsep"]
    elements = progress.route.compiled.route.elements
    for outcome in element.outcomes:
        for target in outcome.to:
            kinds.extend(drafted_kinds(elements[target]))
    found = []
    for kind in dict.fromkeys(kinds):
        row = newest(progress, kind)
        if row is not None:
            found.append({"kind": kind, "sha256": row["sha256"]})
    return found


def newest(progress: Progress, kind: str) -> Mapping[str, Any] | None:
    """The newest paper of a kind in this case, made earlier or in this very command."""
    if kind not in progress.papers:
        progress.papers[kind] = progress.uow.cases.newest_document(progress.case.id, kind)
    return progress.papers[kind]


def digest_of(progress: Progress, kind: str) -> str | None:
    """The digest of the newest paper of a kind: what is delivered and copied."""
    row = newest(progress, kind)
    return row["sha256"] if row is not None else None


# --- making and signing -----------------------------------------------------------------------


def act_on(
    progress: Progress,
    element: Element,
    outcome: Outcome,
    filled: FilledForm,
    visit: int,
    appointment: Appointment,
    closes: bool,
) -> None:
    """What this outcome does to the papers of the step: draft, initial or sign. Of a step that many
    take part in, who `closes` it writes the paper; a discussion also leaves its mark on the record
    of the review (37(5)a: discussed Kertas Kerja Reviu and notula)."""
    for use in element.documents:
        if use.act == "konsep" and (closes if element.each else outcome.id == "done"):
            make_konsep(progress, use.kind, element.id, visit, filled.values)
            if use.kind == "notula":
                _write_record_again(progress, element.id, visit)
        elif use.act == "paraf" and outcome.id == "paraf":
            _sign(progress, use.kind, "paraf", element.id, visit, filled, appointment)
        elif use.act not in ("konsep", "paraf") and outcome.id in SIGNING:
            _sign(progress, use.kind, use.act, element.id, visit, filled, appointment)


def _write_record_again(progress: Progress, element: str, visit: int) -> None:
    for candidate in progress.route.compiled.route.elements.values():
        kind = candidate.operation.kind if candidate.operation else None
        if kind in RECORDS and candidate.operation and candidate.operation.name == "generate_document":
            make_konsep(progress, str(kind), element, visit, {})


def make_konsep(
    progress: Progress, kind: str, element: str, visit: int, form: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a new version of a paper and its fact."""
    desk = progress.desk()
    before = newest(progress, kind)
    version = before["version"] + 1 if before is not None else 1
    row = _lay_down(progress, kind, version, "konsep", desk.data(kind, form), None, element, visit)
    fact = {
        "kind": kind,
        "version": version,
        "sha256": row["sha256"],
        "data_sha256": digest(row["data"].encode()),
    }
    progress.add("document.made", fact, element, visit)
    return row


def _sign(
    progress: Progress,
    kind: str,
    act: str,
    element: str,
    visit: int,
    filled: FilledForm,
    appointment: Appointment,
) -> None:
    before = konsep = newest(progress, kind)
    if konsep is None or konsep["act"] not in ("konsep", "paraf"):
        konsep = make_konsep(progress, kind, element, visit, filled.values)
    desk = progress.desk()
    data: dict[str, Any] = json.loads(konsep["data"])
    person = progress.organisation.people.get(progress.actor["actor"] or "")
    block = desk.signature(appointment, person.name if person else None, person.nip if person else None)
    number = None
    if act == "paraf":
        data["parafs"] = [*data.get("parafs", []), block]
    else:
        if filled.values.get("tempat"):
            block["place"] = data["tempat"] = str(filled.values["tempat"])
        data["signature"] = block
        data["tanggal"] = block["at_local"][:10]
        if kind.startswith(NUMBERED) and not _joint(progress, kind):
            number = data["nomor"] = _number(progress, kind, appointment, data["tanggal"])
        if kind == "pengesahan_sop":
            data.setdefault("sop", {}).update(number=number, tanggal_efektif=data["tanggal"])
            if _joint(progress, kind) and before is not None:
                data["parafs"] = _earlier_signatures(before)
        if act == "penetapan":
            _refer_to_ratification(progress, data, appointment)
    row = _lay_down(progress, kind, konsep["version"], act, data, number, element, visit)
    fact: dict[str, Any] = {
        "kind": kind,
        "version": konsep["version"],
        "sha256": row["sha256"],
        "data_sha256": digest(row["data"].encode()),
        "act": act,
        "konsep_sha256": konsep["sha256"],
    }
    if number is not None:
        fact["number"] = number
    progress.add("document.signed", fact, element, visit)


def _joint(progress: Progress, kind: str) -> bool:
    """An SOP Makro is ratified by every unit that takes part; its number comes with the setting."""
    return kind == "pengesahan_sop" and progress.case.sop_kind == "makro"


def _earlier_signatures(paper: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The signatures on the paper as the last one left it."""
    data = json.loads(paper["data"])
    return [*data.get("parafs", []), *([data["signature"]] if data.get("signature", {}).get("name") else [])]


def _refer_to_ratification(progress: Progress, data: dict[str, Any], appointment: Appointment) -> None:
    """The Keputusan carries the SOP as ratified: its number and the ratifier's signature."""
    ratified = newest(progress, "pengesahan_sop")
    number = ratified["number"] if ratified is not None else None
    if ratified is not None:
        data["pengesahan"] = json.loads(ratified["data"]).get("signature", {})
    if number is None:
        number = _number(progress, "pengesahan_sop", appointment, data["tanggal"])
    data.setdefault("sop", {}).update(number=number, tanggal_efektif=data["tanggal"])


def _family(kind: str, case: Mapping[str, Any]) -> str:
    """The series a paper is numbered in: an office counts its nota dinas together, whatever they are
    about; a Perwakilan's usulan is a berita (INT-07)."""
    if kind == "pengesahan_sop":
        return "sop"
    if kind == "usulan":
        return "berita" if case["from_perwakilan"] else "nota_dinas"
    return next((series for series in ("nota_dinas", "berita", "keputusan") if kind.startswith(series)), kind)


def _number(progress: Progress, kind: str, appointment: Appointment, date: str) -> str:
    """The next number of this kind in the signer's unit and year; the transaction holds the row."""
    unit = progress.organisation.unit_of_position(appointment.position_id)
    code = unit.code if unit else progress.case.unit_code
    year, month = int(date[:4]), int(date[5:7])
    family = _family(kind, progress.pinned["case"])
    serial = progress.uow.cases.next_number(family, code, year)
    return progress.office.settings.document_number(family, code, serial, year, month)


def _lay_down(
    progress: Progress,
    kind: str,
    version: int,
    act: str,
    data: Mapping[str, Any],
    number: str | None,
    element: str,
    visit: int,
) -> dict[str, Any]:
    shown = "dibuat" if act == "konsep" and kind in RECORDS else act
    content = render(kind, shown, data).encode()
    sha256 = digest(content)
    row = {
        "id": progress.office.new_id(),
        "instance_id": progress.case.id,
        "kind": kind,
        "version": version,
        "act": act,
        "sha256": sha256,
        "number": number,
        "element_id": element,
        "visit": visit,
        "seq": progress.next_seq,
        "made_at": progress.at,
        "data": canonical_text(data),
    }
    progress.documents.append(row)
    progress.papers[kind] = row
    progress.contents[sha256] = content
    progress.concerns_open_tasks = True
    return row


# --- the register -----------------------------------------------------------------------------


def refuse_unless_in_force(sop_kind: str, in_force: bool) -> None:
    """A change needs the SOP it changes, set and in force (20(1); on SOP Mikro INT-26)."""
    if not in_force:
        raise RuleBroken(
            N_("Only an SOP that has been set and is in force can be changed."),
            rule="PL 20(1)" if sop_kind == "makro" else "INT-26",
            errors={"sop_in_force": [N_("This SOP is not in force.")]},
        )


def enter_register(progress: Progress, element: str, visit: int) -> None:
    """The SOP that was set is in force: it enters the register, what it changes is superseded, and
    a read copy goes to Biro PO (INT-26, INT-27). An SOP Teknis is only kept by its unit (52(2))."""
    case = progress.case
    if progress.uow.register.of_case(case.id) is not None:
        return
    instrument = _instrument(progress) or newest(progress, "pengesahan_sop")
    number = json.loads(instrument["data"])["sop"].get("number") if instrument is not None else None
    parties = sorted({case.unit_code, *progress.parties()})
    if case.sop_in_force is not None:
        ended = progress.uow.register.end(case.sop_in_force, "superseded", progress.at)
        refuse_unless_in_force(case.sop_kind, ended)
    progress.uow.register.insert(
        {
            "id": progress.office.new_id(),
            "number": number,
            "title": case.title,
            "sop_kind": case.sop_kind,
            "unit_code": case.unit_code,
            "status": "in_force",
            "instrument_kind": instrument["kind"] if instrument is not None else None,
            "instrument_number": instrument["number"] if instrument is not None else None,
            "set_at": progress.at,
            "effective_from": progress.at,
            "owner_unit": _owner(progress),
            "instance_id": case.id,
            "supersedes": case.sop_in_force,
            "naskah_sha256": case.naskah_sha256,
            "parties": json.dumps(parties),
        }
    )
    if instrument is not None and case.sop_kind != "teknis":
        progress.send(
            instrument["kind"],
            instrument["sha256"],
            progress.desk().positions_of("kepala_biro_po"),
            element,
            visit,
            "tembusan.sent",
            "tembusan",
        )


def _instrument(progress: Progress) -> Mapping[str, Any] | None:
    for candidate in progress.route.compiled.route.elements.values():
        for use in candidate.documents:
            if use.act == "penetapan":
                return newest(progress, use.kind)
    return None


def _owner(progress: Progress) -> str:
    """Who carries out penerapan: Biro PO for an SOP Makro (21(3)), otherwise the unit (41(4))."""
    if progress.case.sop_kind == "makro":
        head = progress.desk().positions_of("kepala_biro_po")[0]
        return progress.organisation.positions[head].unit_code
    return progress.case.unit_code


# --- what a form opens with -------------------------------------------------------------------


def proposed_form(
    office: Office,
    uow: UnitOfWork,
    case: CaseRow,
    route: ShelvedRoute,
    element: Element,
    history: list[Told],
    organisation: Organisation,
    at: str,
) -> dict[str, Any]:
    """The values a step's form opens with: the standard wording of the paper it drafts, the notes
    a discussion is about, today's date. Only fields that the form has."""
    schema = route.forms.get(element.form) if element.form else None
    if schema is None:
        return {}
    desk = Desk(office, uow, case, route, organisation, at)
    desk.__dict__["history"] = history
    proposed: dict[str, Any] = {
        "tanggal": desk.local(office.settings.zone).date().isoformat(),
        "tempat": office.settings.place,
        "version": case.naskah_version,
        "versi": case.naskah_version,
    }
    kinds = drafted_kinds(element) or [use.kind for use in element.documents if use.act != "konsep"]
    for kind in kinds:
        data = desk.data(kind, {})
        proposed.setdefault("hal", wording.subject(kind, data))
        proposed.setdefault("isi", wording.standard_text(kind, data))
        if kind.startswith("keputusan"):
            proposed.setdefault("tentang", wording.about(data))
    if element.id.startswith(("discuss_", "decide_open_points")):
        proposed["pokok_terbuka"] = desk.data("kertas_kerja_reviu", {})["review"].get("catatan", [])
    return {name: value for name, value in proposed.items() if name in schema.get("properties", {})}
