"""Everything there is to say about a route before it is published, all at once.

Knows which questions are asked of a route, its forms and tables, and what the organisation answers;
must not know pages, or how a hostile file is kept from doing harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from paraf.domain.organisation import Organisation, is_role
from paraf.domain.route import Finding, Route
from paraf.engine.regulation_paths import RULE
from paraf.engine.route_file import parse_route
from paraf.language import N_, Language
from paraf.usecases.examiner import examiner
from paraf.usecases.route_examination import in_order

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

REGULATION = RULE
"""The rule id of a warning of the text (AC-101): publishing over it needs a written reason."""

MOST_CALLED: Final = 20
_CALLS: Final = re.compile(rb"""calledElement\s*=\s*["']([A-Za-z_][A-Za-z0-9_]{0,99})["']""")
_GIVEN_BY_CASE: Final = frozenset({"submitter", "addressee", "item"})
_THE_SAME_EVERYWHERE: Final = frozenset(
    {"menteri", "sekjen", "biro_po", "kepala_biro_po", "reviewer_biro_po", "tim_penyusun_sop"}
)


@dataclass(frozen=True, slots=True)
class Question:
    """All that an examination asks for, gathered: a route file with its forms and tables (name -> text),
    the routes it starts (key -> text), the key it is drawn for (None for a new route), and who holds
    which position at this instant."""

    content: bytes
    forms: Mapping[str, str]
    tables: Mapping[str, str]
    called: Mapping[str, str]
    key: str | None
    organisation: Organisation
    at: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `decided` is False when the soundness check did not come to an end; `bound`
    then says why (a msgid). `called` are the routes it starts, as they were examined."""

    findings: tuple[Finding, ...]
    decided: bool
    bound: str | None
    content: bytes
    called: Mapping[str, str]

    @property
    def too_heavy(self) -> bool:
        """Whether the examination did not come to an end, which may be the fault of the moment."""
        return any(finding.rule == "too_heavy" for finding in self.findings)

    @property
    def route(self) -> Route | None:
        """What could be read of the file; None when nothing could, or not within the bounds."""
        return None if self.too_heavy else parse_route(self.content)[0]

    @property
    def has_errors(self) -> bool:
        """Whether anything keeps the route from being published."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def needs_reason(self) -> bool:
        """Whether the text demands something the route does not do (AC-101)."""
        return any(finding.rule == REGULATION for finding in self.findings)


def question(
    office: Office,
    uow: UnitOfWork,
    content: bytes,
    forms: Mapping[str, str],
    tables: Mapping[str, str],
    key: str | None,
) -> Question:
    """What `report` asks about this file now. Nothing is examined yet: that takes its time, and needs no
    transaction to be open."""
    at = office.now()
    return Question(content, forms, tables, called(uow, content, at), key, office.organisation(uow), at)


def report(asked: Question) -> Report:
    """Every finding of a route file with its forms and tables. Within two seconds; never raises for what
    the file says. Raises Unavailable when too many files are being examined."""
    examined = examiner().examine(asked.content, asked.forms, asked.tables, asked.called, asked.key)
    vacant = _vacant(asked.organisation, examined.roles, asked.at)
    findings = in_order([*examined.findings, *vacant])
    return Report(findings, examined.decided, examined.bound, asked.content, asked.called)


def called(uow: UnitOfWork, content: bytes, at: str) -> dict[str, str]:
    """The published routes that the file may start, and those that they start, by key."""
    found: dict[str, str] = {}
    waiting = [content]
    while waiting:
        for key in sorted({key.decode() for key in _CALLS.findall(waiting.pop())} - set(found))[:MOST_CALLED]:
            version = uow.routes.effective_version(key, at)
            text = uow.routes.content(version.sha256) if version else None
            if text is not None and len(found) < MOST_CALLED:
                found[key] = text.decode()
                waiting.append(text)
    return found


def _vacant(
    organisation: Organisation, roles: Iterable[tuple[str, str, int]], at: str
) -> Iterator[Finding]:
    """A warning for each role that nobody holds at present, whatever unit proposes."""
    for role, element, line in roles:
        if role in _GIVEN_BY_CASE or not is_role(role):
            continue
        if not _is_held(organisation, role, at):
            yield Finding(
                "route.bpmn", line, element, "warning", "vacant_role",
                N_("Nobody holds the role {name} at present"), {"name": role},
            )  # fmt: skip


def _is_held(organisation: Organisation, role: str, at: str) -> bool:
    units = sorted(organisation.units)
    if role in _THE_SAME_EVERYWHERE or "(" in role:
        units = units[:1]
    return any(
        not organisation.is_vacant(organisation.resolve(role, unit, {}, None, at), at)
        for unit in units
        if organisation.unit(unit, at) is not None or len(units) == 1
    )


def as_json(finding: Finding, language: Language) -> dict[str, Any]:
    """A finding for the API, the pages and the editor, in words."""
    return {
        "element": finding.element,
        "line": finding.line,
        "severity": finding.severity,
        "rule": finding.rule,
        "message": language.translate(finding.message, **finding.values),
        "path": [
            {"element": step.element, "flow": step.flow, "outcome": step.outcome} for step in finding.path
        ],
    }
