"""What is wrong with a draft, and the same draft drawn tidily.

Knows how a draft's file, forms and tables are put together before they are looked at; must not know
the rules a route is held against.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.domain.route import Finding
from paraf.engine.route_file import parse_route
from paraf.engine.tidy import tidy as drawn_anew
from paraf.language import Language
from paraf.usecases import draft_route

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def findings(
    office: Office,
    actor: Actor,
    draft_id: str,
    content: bytes | None = None,
    forms: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Every finding of a draft as `{findings, decided, bound}`; what is given stands in for what is
    saved, so that an editor may ask before it saves."""
    policy.require(actor, "workshop.read")
    draft_route.checked(content, forms, tables)
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
    return _report(office, row.content if content is None else content)


def _report(office: Office, content: bytes) -> dict[str, Any]:
    _, found = parse_route(content)
    return {
        "findings": [as_json(finding, office.language) for finding in found],
        "decided": True,
        "bound": None,
    }


def as_json(finding: Finding, language: Language) -> dict[str, Any]:
    return {
        "element": finding.element,
        "line": finding.line,
        "severity": finding.severity,
        "rule": finding.rule,
        "message": language.translate(finding.message, **finding.values),
        "path": [],
    }


def tidy(office: Office, actor: Actor, draft_id: str, content: bytes) -> dict[str, Any]:
    """The route of `content` drawn anew as `{bpmn}`; ids stay. A file with faults is drawn as far as
    it can be read. Raises BrokenRoute with the findings when nothing can be read."""
    policy.require(actor, "workshop.read")
    draft_route.refuse_too_large(content)
    with office.store.read() as uow:
        row = draft_route.found(uow.drafts.one(draft_id))
    return {"bpmn": drawn_anew(content, f"{row.route_key}.bpmn").decode()}
