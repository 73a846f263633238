"""SOPs set before Paraf enter the register without a route, marked as transitional (INT-36).

Knows the file of earlier SOPs and what the register asks; must not know who may propose a change
of one. An SOP is known again by its instrument and title, so loading a file twice adds nothing.
"""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paraf.domain import calendar
from paraf.errors import InvalidForm
from paraf.language import N_

if TYPE_CHECKING:
    from paraf.domain.organisation import Organisation
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

_REGISTER = uuid.UUID("6f0d0d5a-4b52-5c1e-9a35-2f6b1f6f7a10")
"""Namespace of the ids of earlier SOPs."""
MOST_BYTES = 2 * 1024 * 1024

Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Instrument(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal[
        "keputusan_menteri",
        "keputusan_sekjen",
        "keputusan_eselon1",
        "keputusan_kepala_pusat",
        "keputusan_kepala_perwakilan",
    ]
    number: Text
    date: date


class _EarlierSop(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text
    sop_kind: Literal["makro", "mikro", "teknis"]
    unit: Text
    number: Text | None = None
    owner: Text | None = None
    instrument: _Instrument
    effective_from: date
    parties: tuple[Text, ...] = Field(default=(), max_length=200)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    sops: tuple[_EarlierSop, ...] = Field(min_length=1, max_length=10_000)


def load_earlier_sops(office: Office, content: bytes) -> tuple[int, int]:
    """Enter the SOPs of a YAML file; gives how many were added and how many were there already.
    Raises InvalidForm naming the entry; then nothing is entered."""
    file = _read(content)
    return office.store.run(lambda uow: _load(office, uow, file))


def _load(office: Office, uow: UnitOfWork, file: _File) -> tuple[int, int]:
    organisation = office.organisation(uow)
    added = 0
    for place, entry in enumerate(file.sops, 1):
        _refuse_unknown_units(organisation, entry, place)
        row = _row(entry, office.settings.zone)
        if uow.register.one(row["id"]) is None:
            uow.register.insert(row)
            added += 1
    return added, len(file.sops) - added


def sop_id(instrument_number: str, title: str) -> str:
    """The register id of an earlier SOP: the same for the same instrument and title."""
    return str(uuid.uuid5(_REGISTER, f"{instrument_number}\n{title}"))


def _row(entry: _EarlierSop, zone: str) -> dict[str, Any]:
    return {
        "id": sop_id(entry.instrument.number, entry.title),
        "number": entry.number,
        "title": entry.title,
        "sop_kind": entry.sop_kind,
        "unit_code": entry.unit,
        "status": "transitional",
        "instrument_kind": entry.instrument.kind,
        "instrument_number": entry.instrument.number,
        "set_at": calendar.start_of_day(entry.instrument.date, zone),
        "effective_from": calendar.start_of_day(entry.effective_from, zone),
        "owner_unit": entry.owner or entry.unit,
        "parties": json.dumps(sorted(entry.parties)),
    }


def _refuse_unknown_units(organisation: Organisation, entry: _EarlierSop, place: int) -> None:
    for code in (entry.unit, *([entry.owner] if entry.owner else ()), *entry.parties):
        if code not in organisation.units:
            raise InvalidForm(
                N_("SOP number {place} of the file names the unit {code}, which does not exist."),
                place=place,
                code=code,
            )


def _read(content: bytes) -> _File:
    if len(content) > MOST_BYTES:
        raise InvalidForm(N_("The file is too large."))
    try:
        return _File.model_validate(yaml.safe_load(content))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise InvalidForm(N_("The file is not readable YAML.")) from None
    except ValidationError as fault:
        where = fault.errors()[0]["loc"]
        place = where[1] + 1 if len(where) > 1 and isinstance(where[1], int) else 1
        field = ".".join(str(part) for part in where[2:]) or "sops"
        raise InvalidForm(
            N_("SOP number {place} of the file is not right at {field}."), place=place, field=field
        ) from None
