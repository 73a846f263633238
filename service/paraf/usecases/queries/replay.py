"""A case played again from its facts: the pinned diagram, every fact with the moment it made, the
tasks, papers and holders of that moment, and how long each step took.

Knows what belongs to a moment; must not know how it is drawn (`pages/replay.py`, the island
`web/src/replay`, `documents/replay_report.py`). The history is the truth here: no row but those that
facts name is read, and names and holders come from the organisation, which keeps who held what when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from paraf.documents.picture_states import STATES
from paraf.documents.played_picture import PLAYED, played_svg
from paraf.documents.route_picture import route_svg
from paraf.domain import moments as course_of_facts
from paraf.domain.moments import Passage, Span
from paraf.domain.organisation import Actor, Organisation
from paraf.domain.route import Element, Kind, Route
from paraf.domain.step_times import step_times
from paraf.errors import Corrupt
from paraf.language import N_
from paraf.storage.cases import CaseRow
from paraf.usecases import fact_words
from paraf.usecases.queries import parts
from paraf.usecases.queries.case_page import told_entry
from paraf.usecases.reading import visible_case
from paraf.usecases.reexecute import UNREADABLE
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.telling import Told, tell

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

QUIET = frozenset({"element.passed", "task.claimed", "task.released", "tembusan.read"})
"""Facts that prove the course but are no act a reader looks for."""

BRANCHING = N_("the branching after “{step}”")
FORK, JOIN = N_("the division into parallel ways"), N_("the meeting of the parallel ways")
START, END = N_("the beginning"), N_("the end")
UNNAMED = N_("a step of the system")


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever cannot be read of a history is told as such: somebody may have written anything."""
    try:
        yield
    except UNREADABLE as fault:
        raise Corrupt(
            N_("The history of this case cannot be read as one. The page of its proof says where it does not hold.")
        ) from fault


@_readable()
def replay(office: Office, actor: Actor, instance_id: str, *, as_of_newest: bool = False) -> dict[str, Any]:
    """The whole replay of a case one may see, JSON-ready, sentences in the office's language. What is
    still open is timed until now, or with `as_of_newest` until the newest fact.

    `facts` come in order, each with `open` (indexes into `tasks`), `state` of the case after it and
    `changes` (element or flow id, its state from now on, times entered). `documents`, `drafts` and
    `files` belong to a moment from their `seq` or `at` on. `positions` holds who held each position
    when. `heat` is the time of each step beside its standard.
    """
    return _played(office, actor, instance_id, as_of_newest)[0]


@_readable()
def replay_page(office: Office, actor: Actor, instance_id: str, seq: int | None) -> dict[str, Any]:
    """The replay as its page needs it, from one reading: `replay` with the `moment` after fact `seq`
    (None: the newest), the drawing to be marked from moment to moment (`documents/played_picture.py`)
    in `picture`, and the words for the states of a step in `signs`."""
    told, route, passage = _played(office, actor, instance_id, False)
    seen = moment(told, len(told["facts"]) if seq is None else seq)
    states, entered = passage.states(seen["seq"])
    _, most = passage.states(len(passage.moments))
    return {
        **told,
        "moment": seen,
        "picture": played_svg(route, states, entered, seen["fact"]["element_id"], most),
        "signs": {state: STATES[state] for state in PLAYED},
    }


def _played(
    office: Office, actor: Actor, instance_id: str, as_of_newest: bool
) -> tuple[dict[str, Any], Route, Passage]:
    now = office.now()
    with office.store.snapshot() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
        organisation = office.organisation(uow)
        shelved = office.shelf.take(uow, case.route_key, case.route_version)
        told = tell(uow, case.id)
        papers = uow.cases.documents(case.id)
        drafts = uow.cases.naskah_versions(case.proposal_id)
        files = uow.cases.all_attachments(case.proposal_id)
        bpmn = _bpmn(uow, shelved)
    at = told[-1].at if as_of_newest and told else now
    route = shelved.compiled.route
    passage = _passage(told, route)
    spans = list(passage.spans.values())
    places = {span.key: number for number, span in enumerate(spans)}
    rounds = {span.key: span.round for span in spans}
    head = parts.case_head(organisation, shelved, case)
    by_digest = {row["sha256"]: row for row in papers}
    facts = []
    for fact, moment in zip(told, passage.moments, strict=True):
        entry = told_entry(organisation, shelved, by_digest, fact)
        entry["name"] = known_as(office, route, fact.element_id)
        facts.append(
            {
                **_fact(office, organisation, head, entry, fact),
                "round": rounds.get((fact.element_id or "", fact.visit or 0)),
                "state": moment.state,
                "open": [places[key] for key in moment.open],
                "changes": [list(change) for change in moment.changes],
            }
        )
    whole = {
        "case": head,
        "route": {"key": shelved.key, "version": shelved.version, "sha256": shelved.sha256},
        "bpmn": bpmn,
        "facts": facts,
        "tasks": [_task(office, organisation, route, span) for span in spans],
        "documents": [parts.paper(row) for row in papers],
        "drafts": [
            {"version": row["version"], "sha256": row["sha256"], "at": row["saved_at"]}
            for row in reversed(drafts)
        ],
        "files": [{**parts.attachment(row), "removed_at": row["removed_at"]} for row in files],
        "positions": _holders(organisation, spans, told),
        "heat": [
            {
                **asdict(one),
                "name": known_as(office, route, one.element_id),
                "standard": _standard(route, one.element_id),
            }
            for one in step_times(
                spans, route, _zones(organisation, case), office.holidays, at, passage.held()
            )
        ],
        "as_of": case.ended_at or at,
        "head": told[-1].hash if told else None,
    }
    return whole, route, passage


@_readable()
def moment(told: Mapping[str, Any], seq: int) -> dict[str, Any]:
    """One moment of a replay: its fact, the tasks open after it with whoever held their positions
    then, the papers, versions and files there were. A number outside the history is its nearest."""
    facts: Sequence[Mapping[str, Any]] = told["facts"]
    number = min(max(seq, 1), len(facts))
    fact = facts[number - 1]
    at = fact["at"]
    return {
        "seq": number,
        "of": len(facts),
        "fact": fact,
        "open": [_open_task(told, told["tasks"][place], number, at) for place in fact["open"]],
        "documents": [one for one in told["documents"] if one["seq"] <= number],
        "drafts": [one for one in told["drafts"] if one["at"] <= at],
        "files": [
            one
            for one in told["files"]
            if one["added_at"] <= at and (one["removed_at"] is None or one["removed_at"] > at)
        ],
    }


def _open_task(told: Mapping[str, Any], task: Mapping[str, Any], seq: int, at: str) -> dict[str, Any]:
    offered = next(one["positions"] for one in reversed(task["offered"]) if one["seq"] <= seq)
    holder = next((one for one in reversed(task["held"]) if one["seq"] <= seq), None)
    return {
        **{name: task[name] for name in ("element_id", "name", "visit", "round", "item_title", "due_at", "opened_at")},
        "holder": holder["name"] if holder else None,
        "positions": [
            {
                "title": told["positions"][position]["title"],
                "holders": [
                    one
                    for one in told["positions"][position]["holders"]
                    if one["from"] <= at and (one["to"] is None or one["to"] > at)
                ],
            }
            for position in offered
        ],
    }


@_readable()
def replay_picture(
    office: Office,
    actor: Actor,
    instance_id: str,
    seq: int | None = None,
    *,
    heat: bool = False,
    as_of_newest: bool = False,
) -> str:
    """The diagram after fact `seq` (None: the newest) as SVG; with `heat`, by the time of each step."""
    now = office.now()
    with office.store.snapshot() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
        organisation = office.organisation(uow)
        shelved = office.shelf.take(uow, case.route_key, case.route_version)
        told = tell(uow, case.id)
    route = shelved.compiled.route
    passage = _passage(told, route)
    if heat:
        at = told[-1].at if as_of_newest and told else now
        zones, spans = _zones(organisation, case), list(passage.spans.values())
        times = step_times(spans, route, zones, office.holidays, at, passage.held())
        states = {one.element_id: f"heat{one.level or 0}" for one in times}
        return route_svg(route, states, {one.element_id: one.rounds for one in times})
    number = len(told) if seq is None else min(max(seq, 1), len(told))
    states, entered = passage.states(number)
    states = {
        name: course_of_facts.PASSED if state == course_of_facts.WALKED else state
        for name, state in states.items()
    }
    people = {
        name: entered[name] for name in entered if name in route.elements and route.elements[name].is_person
    }
    here = told[number - 1].element_id if told else None
    return route_svg(route, states, people, here=here)


# --- parts ------------------------------------------------------------------------------------


def _passage(told: Sequence[Told], route: Route) -> Passage:
    return course_of_facts.passage(
        (
            {
                "seq": fact.seq,
                "at": fact.at,
                "type": fact.type,
                "element_id": fact.element_id,
                "visit": fact.visit,
                "actor": fact.actor,
                "data": fact.data,
            }
            for fact in told
        ),
        route,
    )


def _fact(
    office: Office, organisation: Organisation, head: Mapping[str, Any], entry: Mapping[str, Any], fact: Told
) -> dict[str, Any]:
    decision = entry.get("decision") or {}
    data = fact.data
    reason = data.get("comment") or data.get("reason")
    return {
        "seq": fact.seq,
        "at": fact.at,
        "type": fact.type,
        "quiet": fact.type in QUIET,
        "sentence": fact_words.sentence(office.language.translate, entry, head),
        "element_id": fact.element_id,
        "visit": fact.visit,
        "name": entry["name"],
        "cites": entry["cites"],
        "flow": data.get("flow"),
        "actor": fact.actor,
        "who": entry["who"],
        "position": data.get("position"),
        "position_title": entry["position_title"],
        "signed_as": fact_words.signed_as(entry),
        "capacity": fact.capacity,
        "on_behalf_of": entry["on_behalf_of"],
        "asked_by": entry.get("asked_by"),
        "instrument": decision.get("instrument"),
        "outcome": decision.get("outcome"),
        "outcome_label": decision.get("outcome_label"),
        "return_to": decision.get("return_to"),
        "item_title": organisation.item_title(data["item"]) if data.get("item") else None,
        "reason": reason if isinstance(reason, str) and reason != "organisation" else None,
        "reason_erased": bool({"data.comment", "data.reason"} & set(fact.erased)),
        "form": decision.get("form") or {},
        "form_schema": decision.get("form_schema"),
        "form_erased": any(path.startswith("data.form.") for path in fact.erased),
        "naskah_version": decision.get("naskah_version")
        or (data.get("version") if fact.type == "naskah.saved" else None),
        "document_id": entry.get("document_id"),
        "document_title": entry.get("document_title"),
        "number": data.get("number") if fact.type == "document.signed" else None,
        "receivers": entry.get("receivers") or [],
        "documents": [
            {"kind": one["kind"], "sha256": one["sha256"]}
            for one in data.get("documents", ())
            if "sha256" in one
        ],
        "hash": fact.hash,
    }


def _task(office: Office, organisation: Organisation, route: Route, span: Span) -> dict[str, Any]:
    element = route.elements.get(span.element_id)
    outcome = element.outcome(span.outcome) if element and span.outcome else None
    return {
        "element_id": span.element_id,
        "visit": span.visit,
        "round": span.round,
        "name": known_as(office, route, span.element_id),
        "item_title": organisation.item_title(span.item) if span.item else None,
        "opened_seq": span.opened_seq,
        "opened_at": span.opened_at,
        "closed_seq": span.closed_seq,
        "closed_at": span.closed_at,
        "due_at": span.due_at,
        "outcome_label": outcome.label if outcome else span.outcome,
        "offered": [{"seq": seq, "positions": list(positions)} for seq, positions in span.offered],
        "held": [
            {"seq": seq, "name": organisation.name_of(person), "position": position}
            for seq, person, position in span.held
        ],
    }


def _holders(organisation: Organisation, spans: Sequence[Span], told: Sequence[Told]) -> dict[str, Any]:
    """Every position a task was offered to, with whoever held it while the case ran."""
    began = told[0].at if told else ""
    wanted = dict.fromkeys(
        position for span in spans for _, positions in span.offered for position in positions
    )
    return {
        position: {
            "title": organisation.title(position),
            "holders": [
                {
                    "name": organisation.name_of(held.person_id),
                    "capacity": held.capacity,
                    "label": held.printed_label,
                    "from": held.valid_from,
                    "to": held.valid_to,
                }
                for held in organisation.appointments_to(position)
                if held.valid_to is None or held.valid_to > began
            ],
        }
        for position in wanted
    }


def _zones(organisation: Organisation, case: CaseRow) -> Any:
    """The zone of the office a task was offered to; that of the proposing unit when of no one."""
    own = organisation.units[case.unit_code].zone
    return lambda positions: organisation.zone_of(positions[0]) if positions else own


def _standard(route: Route, element_id: str) -> str | None:
    due = route.elements[element_id].due
    return due.working if due else None


def known_as(office: Office, route: Route, element_id: str | None) -> str | None:
    """An element as people call it: its name, or what it is when the drawing gives it none."""
    element = route.elements.get(element_id or "")
    if element is None:
        return element_id
    if element.name:
        return element.name
    msgid, values = _unnamed(route, element)
    return office.language.translate(msgid, **values)


def _unnamed(route: Route, element: Element) -> tuple[str, dict[str, str]]:
    if element.kind is Kind.PARALLEL:
        return (FORK if len(route.outgoing(element.id)) > 1 else JOIN), {}
    if element.kind in (Kind.EXCLUSIVE, Kind.EVENT_BASED):
        before = (route.elements[flow.source].name for flow in route.incoming(element.id))
        step = next((name for name in before if name), "")
        return (BRANCHING, {"step": step}) if step else (UNNAMED, {})
    if element.kind in (Kind.START, Kind.MESSAGE_START):
        return START, {}
    return (END if "End" in element.kind.value else UNNAMED), {}


def _bpmn(uow: UnitOfWork, shelved: ShelvedRoute) -> str:
    content = uow.routes.content(shelved.sha256)
    if content is None:
        raise Corrupt(N_("The published content {digest} is missing."), digest=shelved.sha256)
    return content.decode()
