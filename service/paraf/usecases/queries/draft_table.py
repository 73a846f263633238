"""A draft as a table of steps: the rows, lanes and options of its page, findings beside their row.

Knows what a reader of the table sees of a route; must not know how it is edited or drawn on a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.domain.route import Element, Flow, Kind, Route
from paraf.engine.route_edits import ENDS, STARTS
from paraf.engine.step_ways import Way, folded, own_gateway, ways_of
from paraf.errors import RuleBroken
from paraf.language import N_
from paraf.usecases import draft_findings
from paraf.usecases.condition_fields import condition_names
from paraf.usecases.draft_tables import tables_to_ask
from paraf.usecases.edit_draft import OpenDraft, opened
from paraf.usecases.queries.workshop_words import workshop_words
from paraf.usecases.step_fields import fields_of

if TYPE_CHECKING:
    from paraf.usecases.office import Office

SORTS = {
    "start": N_("Start"),
    "end": N_("End"),
    "user": N_("Step of a person"),
    "service": N_("Step of the system"),
    "rule": N_("Step that decides by a table"),
    "check": N_("Choice"),
    "fork": N_("Branches begin"),
    "join": N_("Branches meet"),
    "drawn": N_("Part of the diagram"),
}


def sort_of(route: Route, element: Element) -> str:
    """What a row of the table is, in the words of `SORTS`."""
    if element.kind in STARTS:
        return "start"
    if element.kind in ENDS:
        return "end"
    if element.is_person:
        return "user"
    if element.kind is Kind.SERVICE:
        return "service"
    if element.kind is Kind.RULE:
        return "rule"
    if element.kind is Kind.EXCLUSIVE:
        return "check"
    if element.kind is Kind.PARALLEL:
        return "fork" if len(route.outgoing(element.id)) > 1 else "join"
    return "drawn"


def draft_table(office: Office, actor: Actor, draft_id: str) -> dict[str, Any]:
    """The table of a draft: {draft, readable, heading, rows, lanes, options, tables, general}."""
    found = opened(office, actor, draft_id)
    told: list[dict[str, Any]] = draft_findings.findings(office, actor, draft_id)["findings"]
    route = found.route
    if route is None:
        return {
            "draft": found.draft,
            "readable": False,
            "rows": [],
            "lanes": [],
            "options": [],
            "general": told,
        }
    titles = {form["name"]: form["title"] for form in workshop_words(office, actor, draft_id)["forms"]}
    rows = [_row(route, element, titles) for element in listed(route)]
    for n, row in enumerate(rows):
        row["among"] = [near["id"] for near in rows[max(0, n - 1) : n + 2]]
        row["findings"] = [finding for finding in told if finding["element"] in row["covers"]]
    covered = {name for row in rows for name in row["covers"]}
    lanes = [
        {
            "id": lane.id,
            "name": lane.name,
            "role": lane.role or "",
            "steps": sum(element.lane == lane.id for element in route.elements.values()),
        }
        for lane in route.lanes
    ]
    return {
        "draft": found.draft,
        "readable": True,
        "heading": {"name": route.name, "documentation": route.documentation},
        "rows": rows,
        "lanes": lanes,
        "options": list(route.options.values()),
        "tables": dict(tables_to_ask(found)),
        "general": [finding for finding in told if finding["element"] not in covered],
        "foreign": any(finding["rule"] == "foreign_extension" for finding in told),
        "drawn_only": any(row["sort"] == "drawn" for row in rows),
    }


def listed(route: Route) -> list[Element]:
    """The elements that have a row of their own: all but gateways that belong to their step."""
    inside = folded(route)
    return [element for element in route.elements.values() if element.id not in inside]


def _row(route: Route, element: Element, titles: Mapping[str, str]) -> dict[str, Any]:
    gateway = own_gateway(route, element.id)
    out = route.outgoing(gateway.id if gateway else element.id)
    lane = next((lane for lane in route.lanes if lane.id == element.lane), None)
    covers = {element.id, *(flow.id for flow in route.outgoing(element.id)), *(flow.id for flow in out)}
    return {
        "id": element.id,
        "sort": sort_of(route, element),
        "name": element.name or element.id,
        "lane": lane.name if lane else "",
        "role": element.role if element.is_person and lane and element.role != lane.role else "",
        "due": element.due.working if element.due else "",
        "form": titles.get(element.form or "", element.form or ""),
        "form_name": element.form or "",
        "decision": element.decision or "",
        "cites": list(element.cites),
        "each": element.each.members if element.each else "",
        "ways": _ways(route, element, out),
        "covers": covers | ({gateway.id} if gateway else set()),
    }


def _ways(route: Route, element: Element, out: Sequence[Flow]) -> list[dict[str, Any]]:
    ways = ways_of(route, element.id) if element.is_person else None
    if ways is not None:
        return _outcome_ways(route, element, ways)
    gateway = element.kind is Kind.EXCLUSIVE
    return [
        {
            "label": flow.name,
            "condition": flow.condition or "",
            "default": gateway and element.default_flow == flow.id,
            "target": flow.target,
            "target_name": name_of(route, flow.target),
            "returns": False,
        }
        for flow in out
    ]


def _outcome_ways(route: Route, element: Element, ways: Sequence[Way]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for outcome in element.outcomes:
        own = [way for way in ways if way.outcome == outcome.id]
        ends: list[Way | None] = [*own] or [None]
        for way in ends:
            rows.append(
                {
                    "label": outcome.label,
                    "condition": (way.extra or "") if way else "",
                    "default": False,
                    "target": way.target if way else "",
                    "target_name": name_of(route, way.target) if way else "",
                    "returns": bool(way and way.returns),
                }
            )
    return rows


def name_of(route: Route, element_id: str) -> str:
    """What a reader calls an element."""
    found = route.elements.get(element_id)
    return (found.name or found.id) if found else element_id


def draft_step(office: Office, actor: Actor, draft_id: str, step_id: str) -> dict[str, Any] | None:
    """One step with everything its form chooses from; None when the draft has no such step."""
    found = opened(office, actor, draft_id)
    route = found.route
    if route is None or step_id not in route.elements:
        return None
    element = route.elements[step_id]
    gateway = own_gateway(route, step_id)
    told = draft_findings.findings(office, actor, draft_id)["findings"]
    covers = _row(route, element, {})["covers"]
    return {
        "draft": found.draft,
        "sort": sort_of(route, element),
        "title": name_of(route, step_id),
        "fields": fields_of(route, step_id),
        "gateway": gateway.id if gateway else "",
        "findings": [finding for finding in told if finding["element"] in covers],
        **choices(office, actor, found, element),
    }


def route_of(found: OpenDraft) -> Route:
    """The route of a draft that can be read as one. Raises RuleBroken."""
    if found.route is None:
        raise RuleBroken(N_("This draft cannot be read as a route yet. Its findings say why."))
    return found.route


def choices(office: Office, actor: Actor, found: OpenDraft, beside: Element | None = None) -> dict[str, Any]:
    """What a form of the table chooses from: targets, lanes, words of the workshop, condition names."""
    route = route_of(found)
    targets = [(e.id, name_of(route, e.id)) for e in listed(route) if e.kind not in STARTS]
    return {
        "targets": targets,
        "steps": [(e.id, name_of(route, e.id)) for e in listed(route)],
        "lanes": [(lane.id, lane.name) for lane in route.lanes],
        "tables": tables_to_ask(found),
        "words": workshop_words(office, actor, str(found.draft["id"])),
        "names": condition_names(route, found.forms, found.tables, office.language, beside),
    }
