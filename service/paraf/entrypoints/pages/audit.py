"""The auditor's room: finding a case, the found list as a file, and what auditors have opened.

Knows the search form and how the found list is written; must not know how a case is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from flask import Response, request

from paraf.documents.case_list import Cell, csv_file, xlsx_file
from paraf.domain import policy
from paraf.entrypoints.answers import download
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import after, cursor_of, draw, page, told, whole, words
from paraf.entrypoints.pages.words import CAPACITIES, ENDS, STATES, Words
from paraf.entrypoints.periods import period
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases.queries import audit as search
from paraf.usecases.queries.readings_log import readings_log

PAGE_SIZE = 25
ASKED = (
    "q",
    "person",
    "position",
    "unit",
    "route",
    "version",
    "state",
    "end",
    "outcome",
    "capacity",
    "returned",
)
"""What the search form asks besides its periods, by the names the API has for it."""

PERIODS = {
    "started": ("started_from", "started_until"),
    "ended": ("ended_from", "ended_until"),
    "acted": ("acted_from", "acted_until"),
}
ORDERS = (
    ("-started", N_("Newest first")),
    ("started", N_("Oldest first")),
    ("-ended", N_("Ended last first")),
    ("ended", N_("Ended first first")),
    ("number", N_("By number")),
    ("title", N_("By title")),
)
ACTING_CHOICE = N_("Acting, Plt. or Plh.")
HEADINGS = (
    N_("Number"),
    N_("Title"),
    N_("Proposing unit"),
    N_("Kind of SOP"),
    N_("Route"),
    N_("Version"),
    N_("State"),
    N_("Began"),
    N_("Ended"),
    N_("Decisions"),
    N_("Returns"),
    N_("Decisions by acting officials"),
    N_("Decisions that fit"),
)
FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


# --- finding --------------------------------------------------------------------------------


@page.get("/audit")
@permits("case.read")
def audit() -> Response:
    """The search and what it finds; the address keeps everything."""
    say = words()
    chosen = _chosen()
    errors: dict[str, list[str]] = {}
    try:
        found = search.audit_cases(
            office(), actor(), _asked(chosen, say), sort=chosen["sort"], after=after(), limit=PAGE_SIZE
        )
        search.note_search(office(), actor(), "audit", _asked(chosen, say))
    except InvalidForm as refusal:
        found, errors = {"items": [], "next": None}, told(refusal)
    asked_for = [name for name in chosen if name != "sort" and chosen[name]]
    return draw(
        "audit/cases.html",
        422 if errors else 200,
        section="audit",
        items=found["items"],
        next=cursor_of(found["next"]),
        chosen=chosen,
        errors=errors,
        filtered=bool(asked_for),
        more=any(name not in ("q", "person", "unit", "state") for name in asked_for),
        orders=[(key, say(label)) for key, label in ORDERS],
        routes=[(one["key"], one["name"]) for one in queries.routes(office(), actor())["items"]],
        units=[(unit["code"], unit["name"]) for unit in queries.units(office(), actor())],
        states=[(key, say(label)) for key, label in STATES.items()],
        ends=[(key, say(label)) for key, label in ENDS.items()],
        outcomes=[(key, say(label)) for key, label in search.OUTCOMES.items()],
        capacities=[
            ("acting", say(ACTING_CHOICE)),
            *((key, say(label)) for key, label in CAPACITIES.items()),
        ],
        most=format_decimal(search.MOST_EXPORTED, locale=say.language.code),
        may_read_log=policy.may(actor(), "reading.read"),
        query={name: value for name, value in chosen.items() if value},
    )


@page.get("/audit/berkas.csv")
@permits("case.read")
def audit_csv() -> Response:
    """The found list, whole up to a bound that the file itself tells."""
    header, lines = _file("csv")
    return _sent("csv", csv_file(header, lines))


@page.get("/audit/berkas.xlsx")
@permits("case.read")
def audit_xlsx() -> Response:
    """The same as a workbook."""
    header, lines = _file("xlsx")
    return _sent("xlsx", xlsx_file(words()(N_("Found cases")), header, lines))


def _file(kind: str) -> tuple[list[str], Iterator[list[Cell]]]:
    """Header and lines of the list that this address asks for; that it was taken is noted first."""
    say, chosen = words(), _chosen()
    asked = _asked(chosen, say)
    rows = search.exported(office(), actor(), asked, sort=chosen["sort"])
    readings.note(office(), actor(), "list", search.asked_in_short(office(), kind, asked))
    return [say(name) for name in HEADINGS], _lines(say, rows)


def _sent(kind: str, data: bytes) -> Response:
    day = office().now()[:10]
    return download(data, FILES[kind], f"berkas-{day}.{kind}")


def _chosen() -> dict[str, str]:
    """What the address asks for, as text."""
    names = (*ASKED, *(name for pair in PERIODS.values() for name in pair))
    chosen = {name: request.args.get(name, "").strip()[:200] for name in names}
    sort = request.args.get("sort", "")
    return {**chosen, "sort": sort if sort in search.ORDERS else search.NEWEST}


def _asked(chosen: dict[str, str], say: Words) -> dict[str, Any]:
    asked: dict[str, Any] = {name: chosen[name] for name in ASKED if chosen[name]}
    asked["version"] = whole(chosen, "version")
    asked["returned"] = {"ya": True, "tidak": False}.get(chosen["returned"])
    for name, pair in PERIODS.items():
        asked[name] = period(chosen[pair[0]], chosen[pair[1]], say.zone, pair)
    return asked


def _lines(say: Words, rows: Iterator[dict[str, Any]]) -> Iterator[list[Cell]]:
    state_words, end_words, kind_words = (
        say.filters()[name] for name in ("state_words", "end_words", "kind_words")
    )
    for one in rows:
        if one.get("cut"):
            yield [
                say(
                    N_("The list ends here: a file holds at most {n} cases."),
                    n=format_decimal(search.MOST_EXPORTED, locale=say.language.code),
                )
            ]
            return
        state = (
            end_words(one["end"]) if one["state"] == "completed" and one["end"] else state_words(one["state"])
        )
        yield [
            one["number"],
            one["title"],
            one["unit"]["name"],
            kind_words(one["sop_kind"]),
            one["route_name"],
            one["route_version"],
            state,
            _local(say, one["started_at"]),
            _local(say, one["ended_at"]) if one["ended_at"] else None,
            one["decisions"],
            one["returns"],
            one["acting"],
            "; ".join(
                f"{act['name']}: {act['outcome_label']}, {act['who'] or say(N_('erased person'))},"
                f" {act['signed_as']}, {say.moment(act['at'])}"
                for act in one["acts"]
            ),
        ]


def _local(say: Words, at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(say.zone)


# --- what was opened ------------------------------------------------------------------------


@page.get("/audit/catatan", endpoint="readings")
@permits("reading.read")
def readings_page() -> Response:
    """What auditors opened: by person, case and period, newest first."""
    say = words()
    chosen = {
        name: request.args.get(name, "").strip()[:200]
        for name in ("person", "number", "opened_from", "opened_until")
    }
    errors: dict[str, list[str]] = {}
    try:
        found = readings_log(
            office(),
            actor(),
            person=chosen["person"],
            number=chosen["number"],
            opened=period(
                chosen["opened_from"], chosen["opened_until"], say.zone, ("opened_from", "opened_until")
            ),
            after=after(),
            limit=PAGE_SIZE * 2,
        )
    except InvalidForm as refusal:
        found, errors = {"items": [], "next": None}, told(refusal)
    return draw(
        "audit/readings.html",
        422 if errors else 200,
        section="audit",
        items=[
            {**one, "what_words": say(readings.WHAT.get(one["what"], one["what"]))} for one in found["items"]
        ],
        next=cursor_of(found["next"]),
        chosen=chosen,
        errors=errors,
        filtered=any(chosen.values()),
        may_open=policy.may(actor(), "audit.read"),
    )
