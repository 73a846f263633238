"""Reads an organisation file: units, positions and persons, each entry with its line.

Knows the YAML form that `workflows/organisation/kemlu.yaml` explains at its head; must not know
the database. A broken file is refused with file, line and entry, before anything is written.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from paraf.domain.calendar import start_of_day
from paraf.domain.organisation import Capacity, Position, PositionKind, SystemRole, Unit, UnitKind
from paraf.domain.policy import ACTS
from paraf.errors import InvalidForm
from paraf.language import N_

LARGEST_FILE = 5_000_000


@dataclass(frozen=True, slots=True)
class Holding:
    """One appointment as the file names it: persons by login."""

    login: str
    position_id: str
    capacity: str
    valid_from: str
    valid_to: str | None
    label: str | None
    instrument: str | None
    mandate: tuple[str, ...]
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """One person as the file names him."""

    login: str
    name: str
    nip: str | None
    email: str | None
    system_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrganisationFile:
    """What a file says. Units stand parents before children."""

    units: tuple[Unit, ...]
    positions: tuple[Position, ...]
    persons: tuple[Named, ...]
    holdings: tuple[Holding, ...]


class _Entry(dict[Hashable, Any]):
    """A mapping of the file that knows the line it begins on."""

    line = 0


class _Loader(yaml.SafeLoader):
    pass


def _mapping(loader: _Loader, node: yaml.MappingNode) -> _Entry:
    entry = _Entry(loader.construct_mapping(node, deep=True))
    entry.line = node.start_mark.line + 1
    if len(entry) != len(node.value):
        raise yaml.constructor.ConstructorError(
            None, None, "a key stands twice in one entry", node.start_mark
        )
    return entry


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_organisation(path: Path) -> OrganisationFile:
    """The organisation a file describes. Raises InvalidForm naming file, line and entry."""
    return _Reader(path.name).read(_content(path))


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidForm(N_("The file {file} cannot be read."), file=str(path)) from error
    if len(content) > LARGEST_FILE:
        raise InvalidForm(N_("The file {file} is too large."), file=path.name)
    return content


class _Reader:
    """Reads one file; keeps what it has seen, so that a reference can be checked where it stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.units: dict[str, Unit] = {}
        self.positions: dict[str, Position] = {}
        self.persons: dict[str, Named] = {}
        self.effective = date.min
        self.zone = ""

    def read(self, content: bytes) -> OrganisationFile:
        try:
            whole = yaml.load(content, Loader=_Loader)  # noqa: S506 - a SafeLoader with line numbers
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            raise InvalidForm(
                N_("{where}: this is not readable YAML ({problem})."),
                where=f"{self.file}:{mark.line + 1 if mark else 1}",
                problem=getattr(error, "problem", None) or type(error).__name__,
            ) from error
        if not isinstance(whole, _Entry):
            raise InvalidForm(N_("{where}: the file names no units."), where=f"{self.file}:1")
        self._known(whole, "", {"effective", "zone", "units", "positions", "persons"})
        self.effective = self._date(whole, "", "effective") or date(1, 1, 2)
        self.zone = self._zone(whole, "", "Asia/Jakarta")
        for entry in self._list(whole, "units"):
            self._unit(entry)
        for entry in self._list(whole, "positions"):
            self._position(entry)
        ordered = self._parents_first(whole)
        people = self._list(whole, "persons")
        for entry in people:
            self._person(entry)
        holdings = tuple(holding for entry in people for holding in self._holdings(entry))
        return OrganisationFile(
            ordered, tuple(self.positions.values()), tuple(self.persons.values()), holdings
        )

    # --- entries

    def _unit(self, entry: _Entry) -> None:
        code = self._text(entry, "", "code")
        self._known(
            entry,
            code,
            {"code", "name", "alias", "kind", "parent", "zone", "head", "staff", "from", "through"},
        )
        self._new(entry, code, code in self.units)
        zone = self._zone(entry, code, self.zone)
        valid_from, valid_to = self._period(entry, code, zone)
        self.units[code] = Unit(
            code=code,
            name=self._text(entry, code, "name"),
            kind=self._one_of(entry, code, "kind", UnitKind),
            parent_code=self._optional(entry, code, "parent"),
            zone=zone,
            alias=self._optional(entry, code, "alias"),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for key, kind in (("head", PositionKind.PIMPINAN), ("staff", PositionKind.STAF)):
            title = self._optional(entry, code, key)
            if title is not None:
                position = f"{code}.{kind}"
                self.positions[position] = Position(position, code, kind, title, None, valid_from, valid_to)

    def _position(self, entry: _Entry) -> None:
        position = self._text(entry, "", "id")
        self._known(entry, position, {"id", "unit", "kind", "title", "part", "from", "through"})
        self._new(entry, position, position in self.positions)
        unit = self._unit_named(entry, position, self._text(entry, position, "unit"))
        if not position.startswith(f"{unit.code}."):
            raise self._broken(
                entry,
                position,
                N_("{where}: the id must begin with the code of its unit, {unit}."),
                unit=unit.code,
            )
        valid_from, valid_to = self._period(entry, position, unit.zone)
        self.positions[position] = Position(
            id=position,
            unit_code=unit.code,
            kind=self._one_of(entry, position, "kind", PositionKind),
            title=self._text(entry, position, "title"),
            part=self._optional(entry, position, "part"),
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def _person(self, entry: _Entry) -> None:
        login = self._text(entry, "", "login").lower()
        self._known(entry, login, {"login", "name", "nip", "email", "holds", "system_roles"})
        self._new(entry, login, login in self.persons)
        roles = entry.get("system_roles", [])
        if not isinstance(roles, list) or any(role not in set(SystemRole) for role in roles):
            raise self._broken(
                entry,
                login,
                N_("{where}: {key} may only be: {allowed}."),
                key="system_roles",
                allowed=", ".join(SystemRole),
            )
        self.persons[login] = Named(
            login=login,
            name=self._text(entry, login, "name"),
            nip=self._optional(entry, login, "nip"),
            email=self._optional(entry, login, "email"),
            system_roles=tuple(sorted(roles)),
        )

    def _holdings(self, person: _Entry) -> Iterator[Holding]:
        login = str(person["login"]).lower()
        holds = person.get("holds", [])
        if not isinstance(holds, list):
            raise self._broken(person, login, N_("{where}: {key} must be a list."), key="holds")
        for held in holds:
            entry = held if isinstance(held, _Entry) else self._plain(person, held)
            yield self._holding(entry, login)

    def _plain(self, person: _Entry, position: object) -> _Entry:
        entry = _Entry({"position": position})
        entry.line = person.line
        return entry

    def _holding(self, entry: _Entry, login: str) -> Holding:
        self._known(
            entry,
            login,
            {"position", "capacity", "label", "instrument", "from", "through", "mandate", "on_behalf_of"},
        )
        position = self.positions.get(self._text(entry, login, "position"))
        if position is None:
            raise self._broken(
                entry, login, N_("{where}: there is no position {position}."), position=entry["position"]
            )
        capacity = (
            self._one_of(entry, login, "capacity", Capacity) if "capacity" in entry else Capacity.DEFINITIF
        )
        instrument = self._optional(entry, login, "instrument")
        if capacity != Capacity.DEFINITIF and (instrument is None or "through" not in entry):
            raise self._broken(
                entry, login, N_("{where}: a Plt. or Plh. needs an instrument and a last day (through).")
            )
        mandate = entry.get("mandate", [])
        if not isinstance(mandate, list) or any(act not in ACTS for act in mandate):
            raise self._broken(
                entry,
                login,
                N_("{where}: {key} may only be: {allowed}."),
                key="mandate",
                allowed=", ".join(ACTS),
            )
        absent = self._optional(entry, login, "on_behalf_of")
        if absent is not None and absent not in self.persons:
            raise self._broken(entry, login, N_("{where}: there is no person {login}."), login=absent)
        valid_from, valid_to = self._period(entry, login, self.units[position.unit_code].zone)
        return Holding(
            login=login,
            position_id=position.id,
            capacity=capacity,
            valid_from=valid_from,
            valid_to=valid_to,
            label=self._optional(entry, login, "label"),
            instrument=instrument,
            mandate=tuple(mandate),
            on_behalf_of=absent,
        )

    def _parents_first(self, whole: _Entry) -> tuple[Unit, ...]:
        lines = {entry["code"]: entry for entry in self._list(whole, "units")}
        ordered: dict[str, Unit] = {}

        def place(code: str, below: tuple[str, ...]) -> None:
            unit, entry = self.units[code], lines[code]
            if code in below:
                raise self._broken(entry, code, N_("{where}: the unit stands above itself."))
            if unit.parent_code is not None:
                place(self._unit_named(entry, code, unit.parent_code).code, (*below, code))
            ordered.setdefault(code, unit)

        for code in self.units:
            place(code, ())
        return tuple(ordered.values())

    # --- values

    def _broken(self, entry: _Entry, name: str, sentence: str, **values: object) -> InvalidForm:
        where = f"{self.file}:{entry.line or 1} {name}".rstrip()
        return InvalidForm(sentence, where=where, **values)  # type: ignore[arg-type]

    def _list(self, whole: _Entry, key: str) -> list[_Entry]:
        found = whole.get(key) or []
        if not isinstance(found, list) or not all(isinstance(entry, _Entry) for entry in found):
            raise self._broken(whole, "", N_("{where}: {key} must be a list."), key=key)
        return found

    def _known(self, entry: _Entry, name: str, keys: set[str]) -> None:
        unknown = sorted(str(key) for key in entry if key not in keys)
        if unknown:
            raise self._broken(entry, name, N_("{where}: the key {key} is not known."), key=unknown[0])

    def _new(self, entry: _Entry, name: str, known: bool) -> None:
        if known:
            raise self._broken(entry, name, N_("{where}: this entry stands twice."))

    def _text(self, entry: _Entry, name: str, key: str) -> str:
        value = self._optional(entry, name, key)
        if value is None:
            raise self._broken(entry, name, N_("{where}: {key} is missing."), key=key)
        return value

    def _optional(self, entry: _Entry, name: str, key: str) -> str | None:
        value = entry.get(key)
        if value is None:
            return None
        if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
            raise self._broken(entry, name, N_("{where}: {key} must be a text."), key=key)
        return str(value).strip()

    def _one_of(self, entry: _Entry, name: str, key: str, allowed: type[StrEnum]) -> str:
        value = entry.get(key)
        if value not in set(allowed):
            raise self._broken(
                entry, name, N_("{where}: {key} may only be: {allowed}."), key=key, allowed=", ".join(allowed)
            )
        return str(value)

    def _unit_named(self, entry: _Entry, name: str, code: str) -> Unit:
        if code not in self.units:
            raise self._broken(entry, name, N_("{where}: there is no unit {unit}."), unit=code)
        return self.units[code]

    def _zone(self, entry: _Entry, name: str, default: str) -> str:
        zone = self._optional(entry, name, "zone") or default
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise self._broken(entry, name, N_("{where}: there is no time zone {zone}."), zone=zone) from None
        return zone

    def _date(self, entry: _Entry, name: str, key: str) -> date | None:
        value = entry.get(key)
        if value is not None and type(value) is not date:
            raise self._broken(entry, name, N_("{where}: {key} must be a date like 2026-03-31."), key=key)
        return value

    def _period(self, entry: _Entry, name: str, zone: str) -> tuple[str, str | None]:
        first = self._date(entry, name, "from") or self.effective
        last = self._date(entry, name, "through")
        if last is not None and last < first:
            raise self._broken(entry, name, N_("{where}: the last day is before the first."))
        after = start_of_day(last + timedelta(days=1), zone) if last is not None else None
        return start_of_day(first, zone), after
