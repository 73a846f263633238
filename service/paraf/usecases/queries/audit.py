"""An auditor finds a case: by what it is called, where it runs, and by who did what in it, in which
capacity and when; the found list as rows for a file.

Knows how names become ids and who may search everything; must not know SQL or the format of a file.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor, Organisation, SystemRole
from paraf.errors import InvalidForm, NotAllowed
from paraf.language import N_
from paraf.storage.case_search import ACTING, SORTS, Tally, Wanted
from paraf.storage.cases import CaseRow, TaskRow
from paraf.usecases import readings
from paraf.usecases.fact_words import ENDS, signed_as
from paraf.usecases.queries import parts
from paraf.usecases.queries.case_page import STATES

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

NEWEST = "-started"
"""The order of a list when none is asked for: a name of `SORTS`, with `-` for the highest first."""

ORDERS = tuple(sign + name for name in SORTS for sign in ("-", ""))
CAPACITIES = ("definitif", *ACTING)
SHOWN_ACTS = 3
MOST_EXPORTED = 10_000
"""A file holds at most this many cases; whoever needs more narrows the search."""

UNKNOWN = "?"
"""What is kept of a search for a unit, route, end or outcome of a name that nothing has."""

_PAGE = 500
_PERIODS = ("started", "ended", "acted")
_NAMED = 5
_MOST_NAMED = 1_000
"""A part of a name that fits more persons or positions than this is no search for one of them."""

OUTCOMES = {
    "submit": N_("Submitted"),
    "approve": N_("Approved"),
    "return": N_("Returned"),
    "reject": N_("Rejected"),
    "withdraw": N_("Withdrawn"),
    "paraf": N_("Initialled"),
    "sign": N_("Signed"),
    "conform": N_("Conforming"),
    "adjust": N_("To be adjusted"),
    "agree": N_("Agreed"),
    "disagree": N_("Disagreed"),
    "done": N_("Done"),
}
"""The outcomes of the contract, as a search names them."""


def reads_everything(office: Office, actor: Actor) -> bool:
    """Whether this person reads every case: auditors, Biro PO, the Ministry's own head."""
    at = office.now()
    with office.store.read() as uow:
        return policy.reading_scope(office.organisation(uow), actor, at).everything


def audit_cases(
    office: Office,
    actor: Actor,
    asked: Mapping[str, Any],
    *,
    sort: str = NEWEST,
    after: tuple[str, str] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Cases that meet what is asked (`wanted_from`), each with counts of its decisions and the first
    decisions that fit. Raises NotAllowed for whoever does not read everything."""
    order, descending = _order(sort)
    with office.store.read() as uow:
        organisation = _allowed(office, uow, actor)
        wanted = wanted_from(organisation, asked)
        rows = uow.case_search.page(wanted, order, descending, after, limit + 1)
        page = rows[:limit]
        ids = [case.id for case in page]
        tallies = uow.case_search.tallies(ids)
        found: dict[str, list[TaskRow]] = {}
        if wanted.asks_of_a_decision or wanted.people is not None:
            for one in uow.case_search.decisions(wanted, ids):
                found.setdefault(one.instance_id, []).append(one)
        items = [
            _item(office, uow, organisation, case, tallies.get(case.id), found.get(case.id, []))
            for case in page
        ]
    last = page[-1] if len(rows) > limit else None
    return {"items": items, "next": _key(last, order) if last else None}


def exported(
    office: Office, actor: Actor, asked: Mapping[str, Any], *, sort: str = NEWEST
) -> Iterator[dict[str, Any]]:
    """The found list, at most MOST_EXPORTED cases, read in pages so that memory stays flat. The right
    is asked before the first row."""
    _order(sort)
    with office.store.read() as uow:
        _allowed(office, uow, actor)
    return _pages(office, actor, asked, sort)


def _pages(office: Office, actor: Actor, asked: Mapping[str, Any], sort: str) -> Iterator[dict[str, Any]]:
    after, given = None, 0
    while given < MOST_EXPORTED:
        page = audit_cases(
            office, actor, asked, sort=sort, after=after, limit=min(_PAGE, MOST_EXPORTED - given)
        )
        yield from page["items"]
        given += len(page["items"])
        after = page["next"]
        if after is None:
            return
    yield {"cut": True}


def _allowed(office: Office, uow: UnitOfWork, actor: Actor) -> Organisation:
    organisation = office.organisation(uow)
    if not policy.reading_scope(organisation, actor, office.now()).everything:
        raise NotAllowed(
            N_("Searching all cases is for auditors and for Biro Perencanaan dan Organisasi."),
            rule="case.read",
        )
    return organisation


def _order(sort: str) -> tuple[str, bool]:
    if sort not in ORDERS:
        raise InvalidForm(
            N_("Some fields need your attention."), errors={"sort": [N_("There is no such order.")]}
        )
    return sort.removeprefix("-"), sort.startswith("-")


def wanted_from(organisation: Organisation, asked: Mapping[str, Any]) -> Wanted:
    """What is asked, with names as ids: `q`, `person` (part of a name, a login or an id), `position`
    (part of a title or an id), `unit` (its code; units below it too), `route`, `version`, `state`,
    `end`, `outcome`, `capacity` (`acting` for both kinds), `returned`, and periods of instants
    `started`, `ended`, `acted` as pairs. Raises InvalidForm for values that cannot be."""
    errors: dict[str, list[str]] = {}
    capacity = asked.get("capacity") or None
    if capacity and capacity not in (*CAPACITIES, "acting"):
        errors["capacity"] = [N_("There is no such capacity.")]
    if asked.get("state") and asked["state"] not in STATES:
        errors["state"] = [N_("There is no such state.")]
    people = _people(organisation, (asked.get("person") or "").strip())
    positions = _positions(organisation, (asked.get("position") or "").strip())
    for field, ids in (("person", people), ("position", positions)):
        if ids is not None and len(ids) > _MOST_NAMED:
            errors[field] = [N_("This fits too many; please write more of it.")]
    if errors:
        raise InvalidForm(N_("Some fields need your attention."), errors=errors)
    unit = asked.get("unit") or None
    return Wanted(
        text=(asked.get("q") or "").strip() or None,
        people=people,
        positions=positions,
        units=sorted(organisation.units_below(unit)) if unit else None,
        route_key=asked.get("route") or None,
        route_version=asked.get("version"),
        state=asked.get("state") or None,
        end_id=asked.get("end") or None,
        outcome=asked.get("outcome") or None,
        capacities=(ACTING if capacity == "acting" else (capacity,)) if capacity else None,
        returned=asked.get("returned"),
        started=asked.get("started") or (None, None),
        ended=asked.get("ended") or (None, None),
        acted=asked.get("acted") or (None, None),
    )


def asked_in_short(office: Office, kind: str, asked: Mapping[str, Any]) -> str:
    """What a list was asked for, as it is kept for ever: persons by their random ids, free words left
    out, so that an erasure leaves nothing to read. Of a name that is none, UNKNOWN is kept."""
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        wanted = wanted_from(organisation, asked)
        routes = uow.routes.keys() if wanted.route_key else ()
    told = [
        f"{name}={value}"
        for name, value in (
            ("route", _of(wanted.route_key, routes)),
            ("version", wanted.route_version),
            ("unit", _of(asked.get("unit"), organisation.units)),
            ("state", wanted.state),
            ("end", _of(wanted.end_id, ENDS)),
            ("outcome", _of(wanted.outcome, OUTCOMES)),
            ("capacity", asked.get("capacity")),
            ("returned", None if wanted.returned is None else str(wanted.returned).lower()),
            ("person", ",".join(wanted.people[:_NAMED]) if wanted.people else None),
            ("position", ",".join(wanted.positions[:_NAMED]) if wanted.positions else None),
            *((name, "..".join(at or "" for at in getattr(wanted, name))) for name in _PERIODS),
        )
        if value and value != ".."
    ]
    return " ".join([kind, *(["q"] if wanted.text else []), *told])


def note_search(office: Office, actor: Actor, where: str, asked: Mapping[str, Any]) -> None:
    """Record that an auditor looked through the cases, with what he asked for; its pages within a
    minute are one look. `where` is the list: `audit`, or `cases` for what everybody has."""
    if actor.has_role(SystemRole.AUDITOR):
        readings.note(office, actor, "search", asked_in_short(office, where, asked))


def _of(name: str | None, known: Container[str]) -> str | None:
    """The name if it is one of these."""
    return name if not name or name in known else UNKNOWN


def _people(organisation: Organisation, text: str) -> list[str] | None:
    if not text:
        return None
    if text in organisation.people:
        return [text]
    part = text.casefold()
    return sorted(
        person.id
        for person in organisation.people.values()
        if part in (person.name or "").casefold() or part == (person.login or "").casefold()
    )


def _positions(organisation: Organisation, text: str) -> list[str] | None:
    if not text:
        return None
    if text in organisation.positions:
        return [text]
    part = text.casefold()
    return sorted(one.id for one in organisation.positions.values() if part in one.title.casefold())


def _key(case: CaseRow, order: str) -> tuple[str, str]:
    if order == "title":
        return case.title, case.proposal_id
    value = {"started": case.started_at, "ended": case.ended_at or "", "number": case.number}[order]
    return value, case.id


def _item(
    office: Office,
    uow: UnitOfWork,
    organisation: Organisation,
    case: CaseRow,
    tally: Tally | None,
    acts: list[TaskRow],
) -> dict[str, Any]:
    shelved = office.shelf.take(uow, case.route_key, case.route_version)
    elements = shelved.compiled.route.elements
    told = []
    for task in acts[:SHOWN_ACTS]:
        element = elements.get(task.element_id)
        outcome = element.outcome(task.outcome) if element and task.outcome else None
        title = organisation.title(task.assignee_position) if task.assignee_position else None
        told.append(
            {
                "element_id": task.element_id,
                "name": element.name if element else task.element_id,
                "outcome": task.outcome,
                "outcome_label": outcome.label if outcome else task.outcome,
                "who": organisation.name_of(task.decided_by),
                "capacity": task.capacity,
                "position": task.assignee_position,
                "signed_as": signed_as({"capacity": task.capacity, "position_title": title}),
                "at": task.closed_at,
            }
        )
    return {
        **parts.case_head(organisation, shelved, case),
        "decisions": tally.decisions if tally else 0,
        "returns": tally.returns if tally else 0,
        "acting": tally.acting if tally else 0,
        "acts": told,
        "acts_in_all": len(acts),
    }
