"""Everything there is to say about a route before it is published, all at once.

Knows which questions are asked of a route, its forms and tables, and what the organisation answers;
must not know pages, or how a hostile file is kept from doing harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain.route import Finding, Route
from paraf.engine.route_file import parse_route
from paraf.language import Language

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

REGULATION = "regulation"
"""The rule id of a warning of the text (AC-101): publishing over it needs a written reason."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `decided` is False when the soundness check did not come to an end; `bound`
    then names why (a msgid). `route` is what could be read, or None."""

    findings: tuple[Finding, ...]
    decided: bool
    bound: str | None
    route: Route | None

    @property
    def has_errors(self) -> bool:
        """Whether anything keeps the route from being published."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def needs_reason(self) -> bool:
        """Whether the text demands something the route does not do (AC-101)."""
        return any(finding.rule == REGULATION for finding in self.findings)


def report(
    office: Office,
    uow: UnitOfWork,
    content: bytes,
    forms: Mapping[str, str],
    tables: Mapping[str, str],
    key: str | None,
) -> Report:
    """Every finding of a route file with its forms and tables (name -> text). `key` is the key it is
    drawn for, None for a new route. Never raises for what the file says."""
    route, findings = parse_route(content, "route.bpmn")
    return Report(findings, False, None, route)


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
