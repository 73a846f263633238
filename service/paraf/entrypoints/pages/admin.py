"""The administration of the organisation: units, their positions, and who is appointed to them.

Knows the forms of an administrator; must not know what a change does to open tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.domain.organisation import Capacity, Organisation, PositionKind, UnitKind
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, go, page, tell, told, words
from paraf.entrypoints.pages.words import CAPACITIES
from paraf.errors import InvalidForm, NotAllowed, NotFound, ParafError, RuleBroken
from paraf.language import N_
from paraf.usecases import administer, queries

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

UNIT_KINDS = {
    UnitKind.ESELON_I: N_("Eselon I unit"),
    UnitKind.SETJEN: N_("Sekretariat Jenderal"),
    UnitKind.ESELON_II: N_("Eselon II unit"),
    UnitKind.SEKRETARIAT_ESELON_I: N_("Secretariat of an Eselon I unit"),
    UnitKind.BIRO_PO: N_("Biro Perencanaan dan Organisasi"),
    UnitKind.PUSAT: N_("Pusat"),
    UnitKind.PERWAKILAN_DIPLOMATIK: N_("Diplomatic mission"),
    UnitKind.PERWAKILAN_KONSULER: N_("Consular mission"),
    UnitKind.TIM_PENYUSUN_SOP: N_("SOP drafting team"),
    UnitKind.UNIT_LUAR: N_("Unit outside the Ministry"),
}
POSITION_KINDS = {
    PositionKind.PIMPINAN: N_("Head"),
    PositionKind.STAF: N_("Drafting staff"),
    PositionKind.REVIEWER: N_("Reviewer"),
    PositionKind.ANGGOTA: N_("Member of a team"),
    PositionKind.AUDITOR: N_("Auditor"),
    PositionKind.LAINNYA: N_("Other"),
}
ACTS = {
    "submit": N_("submits proposals"),
    "paraf": N_("initials"),
    "tanda_tangan": N_("signs"),
    "pengesahan": N_("ratifies"),
    "penetapan": N_("sets by decree"),
    "persetujuan": N_("approves"),
    "pertimbangan": N_("gives a considered opinion"),
}


def choices(table: dict[Any, str]) -> list[tuple[str, str]]:
    return [(str(key), words()(label)) for key, label in table.items()]


# --- units and positions ----------------------------------------------------------------------


@page.get("/administrasi")
@permits("administration.read")
def units() -> Response:
    """Every unit, by its place in the tree."""
    return draw("admin/units.html", section="admin", units=_tree(), **_unit_choices(), errors={}, given={})


@page.post("/administrasi/unit")
@permits("unit.edit")
def save_unit() -> AnyResponse:
    given = given_fields("code", "name", "kind", "parent", "zone", "alias", "last_day")
    try:
        saved = administer.save_unit(
            office(), actor(), given["code"].upper(), given["name"], given["kind"], given["parent"] or None,
            **filled(given, "zone", "alias", "last_day"),
        )  # fmt: skip
    except InvalidForm as refusal:
        return draw(
            "admin/units.html", 422, section="admin", units=_tree(), **_unit_choices(),
            errors=told(refusal), given=given,
        )  # fmt: skip
    tell(N_("{name} is saved."), name=saved["name"])
    return go("pages.unit", code=saved["code"])


@page.get("/administrasi/unit/<code>")
@permits("administration.read")
def unit(code: str) -> Response:
    return _unit(code)


@page.post("/administrasi/unit/<code>/jabatan")
@permits("position.edit")
def save_position(code: str) -> AnyResponse:
    given = given_fields("kind", "title", "position_id", "part", "last_day")
    try:
        saved = administer.save_position(
            office(), actor(), code, given["kind"], given["title"],
            **filled(given, "position_id", "part", "last_day"),
        )  # fmt: skip
    except InvalidForm as refusal:
        return _unit(code, 422, told(refusal), given)
    tell(N_("{name} is saved."), name=saved["title"])
    return go("pages.unit", code=code)


@page.post("/administrasi/unit/<code>/pengangkatan")
@permits("appointment.edit")
def appoint(code: str) -> AnyResponse:
    """Appoint a person to a position of this unit: definitive, Plt. or Plh."""
    given = given_fields(
        "login", "position", "capacity", "first_day", "last_day", "instrument", "label", "on_behalf_of"
    )
    try:
        administer.appoint(
            office(), actor(), given["login"], given["position"], given["capacity"], given["first_day"],
            mandate=request.form.getlist("mandate"),
            **filled(given, "last_day", "instrument", "label", "on_behalf_of"),
        )  # fmt: skip
    except (InvalidForm, NotAllowed) as refusal:
        return _unit(code, refusal.status, told(refusal), given)
    tell(N_("The appointment is made. Open tasks follow it."))
    return go("pages.unit", code=code)


@page.post("/administrasi/unit/<code>/pengangkatan/<appointment_id>/akhiri")
@permits("appointment.edit")
def end_appointment(code: str, appointment_id: str) -> AnyResponse:
    try:
        administer.end_appointment(office(), actor(), appointment_id, request.form.get("last_day", ""))
        tell(N_("The appointment ends on the day given."))
    except (InvalidForm, RuleBroken) as refusal:
        tell(sentence(refusal), "red")
    return go("pages.unit", code=code)


def _unit(
    code: str,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    at = office().now()
    with office().store.read() as uow:
        organisation = office().organisation(uow)
    found = organisation.unit(code)
    if found is None:
        raise NotFound(N_("There is no such unit."))
    positions = [
        {
            "position": position,
            "holders": [
                {
                    "held": held,
                    "name": organisation.name_of(held.person_id),
                    "title": organisation.signing_title(held),
                }
                for held in organisation.appointments
                if held.position_id == position.id and (held.valid_to is None or held.valid_to > at)
            ],
        }
        for position in organisation.positions.values()
        if position.unit_code == code
    ]
    return draw(
        "admin/unit.html",
        status,
        section="admin",
        unit=found,
        above=organisation.unit(found.parent_code) if found.parent_code else None,
        positions=positions,
        people=[
            (person.login, f"{person.name} ({person.login})")
            for person in sorted(organisation.people.values(), key=lambda one: one.name or "")
            if person.login and person.name and not person.disabled
        ],
        errors=errors or {},
        given=given or {},
        acts=[(act, words()(ACTS.get(act, act))) for act in policy.ACTS],
        capacities=[(str(key), words()(CAPACITIES[key])) for key in Capacity],
        position_kinds=choices(POSITION_KINDS),
        may_edit=policy.may(actor(), "position.edit"),
        **_unit_choices(),
    )


def _tree() -> list[dict[str, Any]]:
    """Units in force with their depth, children under their parents."""
    at = office().now()
    with office().store.read() as uow:
        organisation = office().organisation(uow)
    in_force = [unit for unit in organisation.units.values() if organisation.unit(unit.code, at)]
    below: dict[str | None, list[Any]] = {}
    for one in in_force:
        below.setdefault(one.parent_code, []).append(one)
    listed: list[dict[str, Any]] = []

    def walk(parent: str | None, depth: int) -> None:
        for one in below.get(parent, []):
            listed.append({"unit": one, "depth": min(depth, 4)})
            walk(one.code, depth + 1)

    walk(None, 0)
    return listed


def _unit_choices() -> dict[str, Any]:
    return {
        "unit_kinds": choices(UNIT_KINDS),
        "may_edit_units": policy.may(actor(), "unit.edit"),
        "all_units": [(one["code"], one["name"]) for one in queries.units(office(), actor())],
    }


# --- what was changed -------------------------------------------------------------------------


@page.get("/administrasi/catatan")
@permits("administration.read")
def admin_notes() -> Response:
    """The newest notes of the administration: who changed what, when, and whom or what it concerns."""
    with office().store.read() as uow:
        organisation = office().organisation(uow)
    notes = [
        {**note, "who": organisation.name_of(note.get("actor")), "about": _about(organisation, note)}
        for note in administer.events(office(), actor())
    ]
    return draw("admin/notes.html", section="admin", notes=notes)


def _about(organisation: Organisation, note: Mapping[str, Any]) -> str:
    """The unit, position and person that a note concerns; "" where it names none, or who was erased."""
    data = note["data"]
    if note["type"] in ("unit.saved", "position.saved"):
        return str(data.get("name") or data.get("title"))
    person = data.get("person_id") or data.get("person") or data.get("id")
    if note["type"] == "appointment.ended":
        person = next((a.person_id for a in organisation.appointments if a.id == data["id"]), None)
    position = organisation.title(data["position_id"]) if "position_id" in data else None
    return " · ".join(filter(None, (organisation.name_of(person), position)))


# --- the forms --------------------------------------------------------------------------------


def given_fields(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in names}


def filled(given: dict[str, str], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if given[name]}


def sentence(refusal: ParafError) -> str:
    return next(iter(told(refusal).values()))[0]
