"""The report of a replay, in words: what the pages show of a case, for paper and for evidence.

Knows how facts, times and the check of the history are said; must not know how the report looks
(`documents/replay_report.py`). The same history gives the same bytes, whoever asks and wherever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from paraf.documents.pdf import pdf
from paraf.documents.replay_report import replay_report
from paraf.domain.calendar import CLOSES, OPENS
from paraf.domain.organisation import Actor
from paraf.errors import StillAtWork
from paraf.language import N_
from paraf.storage.turns import turn
from paraf.usecases import papers, readings
from paraf.usecases.fact_words import ENDS
from paraf.usecases.queries.replay import replay, replay_picture
from paraf.usecases.verify import verification

if TYPE_CHECKING:
    from paraf.usecases.office import Office

MINUTES_A_DAY = (CLOSES.hour - OPENS.hour) * 60
LEVELS = {
    0: N_("without a standard time"),
    1: N_("at most half of the standard time"),
    2: N_("within the standard time"),
    3: N_("at most one and a half times the standard time"),
    4: N_("at most twice the standard time"),
    5: N_("more than twice the standard time"),
}
"""The levels of the heat map (`domain/step_times.py`) in words."""

STATES = {
    "running": N_("Running"),
    "completed": N_("Completed"),
    "withdrawn": N_("Withdrawn"),
    "cancelled": N_("Cancelled"),
    "suspended": N_("Suspended"),
    "incident": N_("Held up by a fault"),
}
INTACT = N_(
    "{n} facts form an unbroken chain, and carrying out the decisions again on version {version} of the route"
    " gives the same course."
)
BROKEN = N_("The first fault is at fact {seq}.")
LIMITS = N_(
    "The check shows any change inside this history. That its newest facts were cut off together with every"
    " row that names them cannot be seen from one case alone; compare the digest of the newest fact with one"
    " that was kept elsewhere."
)
ERASED = N_("The reason was erased with the data of its author.")


@dataclass(frozen=True, slots=True)
class Report:
    """The report as self-contained HTML, with the number of its case."""

    number: str
    html: str


@dataclass(frozen=True, slots=True)
class Printed:
    """The report on paper: the name of its file and its bytes."""

    filename: str
    content: bytes


def printed_report(office: Office, actor: Actor, instance_id: str) -> Printed:
    """The report of a case one may see, as PDF. Raises NotFound for any other, and StillAtWork while
    another one is printed for the same person: it costs seconds."""
    with turn(office.settings.files, f"report {actor.person_id}") as mine:
        if not mine:
            raise StillAtWork(N_("Another report is being printed for you. Please wait until it has come."))
        made = report(office, actor, instance_id)
        readings.note(office, actor, "report", instance_id=instance_id)
        return Printed(f"putar-ulang-{made.number}.pdf", pdf(made.html))


def report(office: Office, actor: Actor, instance_id: str) -> Report:
    """The report of a case one may see, as of its newest fact."""
    told = replay(office, actor, instance_id, as_of_newest=True)
    verdict = verification(office, actor, instance_id)
    head, say = told["case"], office.language.translate
    zone = office.settings.zone
    end = say(ENDS[head["end"]]) if head["end"] in ENDS else None
    data: dict[str, Any] = {
        "case_number": head["number"],
        "title": head["title"],
        "letterhead": {"lines": [office.settings.institution]},
        "header": [
            (say(N_("Proposing unit")), head["unit"]["name"]),
            (say(N_("Route")), f"{head['route_name']}, {say(N_('version {n}'), n=head['route_version'])}"),
            (say(N_("State")), end or say(STATES[head["state"]])),
            (say(N_("Facts")), str(len(told["facts"]))),
        ],
        "verified": _verified(office, head, verdict),
        "intact": bool(verdict["intact"]),
        "limits": say(LIMITS),
        "picture": replay_picture(office, actor, instance_id),
        "heat_picture": replay_picture(office, actor, instance_id, heat=True, as_of_newest=True),
        "acts": [_act(office, one, zone) for one in told["facts"] if not one["quiet"]],
        "times": [_time(office, one) for one in told["heat"]],
        "as_of_local": _local(told["facts"][-1]["at"], zone) if told["facts"] else "",
        "zone": zone,
        "head": told["head"],
    }
    return Report(head["number"], replay_report(data))


def _verified(office: Office, head: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
    say = office.language.translate
    if verdict["intact"]:
        return say(INTACT, n=verdict["facts"], version=head["route_version"])
    fault = verdict["first_fault"]
    return f"{say(BROKEN, seq=fault['seq'])} {fault['reason']}"


def _act(office: Office, one: Mapping[str, Any], zone: str) -> dict[str, Any]:
    say = office.language.translate
    erased = N_("erased person")
    return {
        "seq": one["seq"],
        "at_local": _local(one["at"], zone),
        "sentence": one["sentence"],
        "who": one["who"] or (say(erased) if one["actor"] else ""),
        "signed_as": one["signed_as"],
        "on_behalf_of": one["on_behalf_of"],
        "instrument": one["instrument"],
        "reason": say(ERASED) if one["reason_erased"] else one["reason"],
        "round": one["round"] if one["outcome"] else None,
        "number": one["number"],
        "papers": [
            {"title": papers.title_of(paper["kind"]), "sha256": paper["sha256"]} for paper in one["documents"]
        ],
        "hash": one["hash"],
    }


def _time(office: Office, one: Mapping[str, Any]) -> dict[str, Any]:
    say = office.language.translate
    level = one["level"] or 0
    return {
        "name": one["name"],
        "rounds": one["rounds"],
        "used": office_time(office, one["minutes"]),
        "longest": office_time(office, one["longest"]),
        "standard": office_time(office, one["allowed"]) if one["allowed"] is not None else "",
        "level": level,
        "level_words": say(LEVELS[level]),
    }


def office_time(office: Office, minutes: int) -> str:
    """Office minutes as people say them: `2 hari kerja 3 jam kerja`."""
    say = office.language.translate
    days, rest = divmod(minutes, MINUTES_A_DAY)
    hours, left = divmod(rest, 60)
    told = [
        say(text, n=n)
        for text, n in (
            (N_("{n} working days"), days),
            (N_("{n} working hours"), hours),
            (N_("{n} minutes"), left if not days else 0),
        )
        if n
    ]
    return " ".join(told) or say(N_("less than a minute"))


def _local(at: str, zone: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).astimezone(ZoneInfo(zone)).isoformat()
