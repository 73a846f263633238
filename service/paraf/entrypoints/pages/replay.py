"""A case played again on its diagram: the page with what its island reads, the picture of any moment,
and the report.

Knows how a moment is put in words; must not know how facts become moments (`queries/replay.py`). The
page is whole without a script: every moment has an address of its own. The island finds in the page
all it needs, drawing and data, so that it can play as soon as the page is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import Response, request, url_for
from markupsafe import Markup

from paraf.entrypoints import security
from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages import case_words
from paraf.entrypoints.pages.frame import draw, page, words
from paraf.entrypoints.pages.naskah import svg
from paraf.entrypoints.pages.words import STATES, Words
from paraf.language import N_
from paraf.usecases import queries, readings
from paraf.usecases.replay_report import ERASED, LEVELS, office_time, printed_report

TONES = {
    **dict.fromkeys(("approve", "sign", "conform", "paraf", "agree"), "green"),
    **dict.fromkeys(("return", "adjust", "disagree"), "amber"),
    **dict.fromkeys(("reject", "withdraw"), "red"),
}
SCRIPT_WORDS = {
    "step": N_("Step {n} of {all}: {what}"),
    "first": N_("First step"),
    "back": N_("Step back"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "next": N_("Next step"),
    "last": N_("Last step"),
    "speed": N_("Speed"),
    "place": N_("Step of the replay"),
    "follow": N_("Follow the step"),
    "heat": N_("Heat map of times"),
    "fit": N_("Fit to the window"),
    "diagram": N_("Diagram of the case; the arrow keys move it"),
    "open_after": N_("Open after this"),
    "nothing_open": N_("No step is open."),
    "papers": N_("Documents of this moment"),
    "no_papers": N_("No document had been made yet."),
    "drafts": N_("Versions of the draft"),
    "draft": N_("Version {n}"),
    "files": N_("Attachments"),
    "on_behalf": N_("on behalf of {name}"),
    "asked_by": N_("asked for by {name}"),
    "instrument": N_("Instrument: {number}"),
    "held_by": N_("held by {name}"),
    "due": N_("due {day}"),
    "vacant": N_("position vacant"),
    "erased": ERASED,
    "erased_form": N_("Part of what was filled in was erased with the data of its author."),
    "erased_person": N_("erased person"),
    "to": N_("to: {step}"),
    "on_draft": N_("on version {n} of the draft"),
    "filled_in": N_("What was filled in"),
    "round": N_("round {n}"),
    "state": N_("State of the case"),
    "read_it": N_("Read it"),
    "times": N_("{n} times"),
}


@page.get("/berkas/<instance_id>/putar")
@permits(SIGNED_IN)
def replay(instance_id: str) -> Response:
    """The case at one moment, `langkah`; the last without one."""
    told = queries.replay_page(office(), actor(), instance_id, _wanted())
    readings.note(office(), actor(), "replay", instance_id=instance_id)
    say, seen = words(), told["moment"]
    times = _Times(say)
    facts = [_fact(say, one, times) for one in told["facts"]]
    heat = [_heat(say, one) for one in told["heat"]]
    return draw(
        "audit/replay.html",
        section="cases",
        case=told["case"],
        acts=list(_acts(facts)),
        moment={**seen, "fact": facts[seen["seq"] - 1]},
        heat=heat,
        levels=[(level, say(text)) for level, text in LEVELS.items()],
        as_of=told["as_of"],
        picture=Markup(told["picture"]),  # noqa: S704 - drawn by Paraf, every name in it escaped
        data=_embedded(_data(say, told, facts, heat)),
    )


_ROOMS = (("low", 3), ("middle", 8), ("high", 16))


def _acts(facts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The facts by what was done at one instant. `short` is its time, where it is more than proof;
    `room` says how high it will be at most, so that what is out of view keeps its place unseen."""
    for _, same in groupby(facts, key=itemgetter("at")):
        own = list(same)
        lines = sum(1 if one["quiet"] else 3 for one in own)
        yield {
            "short": next((one["short"] for one in own if not one["quiet"]), ""),
            "room": next((name for name, most in _ROOMS if lines <= most), "tall"),
            "facts": own,
        }


def _wanted() -> int | None:
    text = request.args.get("langkah", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


def _embedded(data: Mapping[str, Any]) -> Markup:
    """Data as JSON inside a page: no value can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no sign of markup is left in it


def _data(
    say: Words, told: Mapping[str, Any], facts: list[dict[str, Any]], heat: list[dict[str, Any]]
) -> dict[str, Any]:
    """Everything the island shows, in the reader's words and zone."""
    case = told["case"]
    return {
        "facts": [_lean({name: one[name] for name in _PLAYED}) for one in facts],
        "tasks": [
            _lean(
                {
                    **{name: one[name] for name in ("name", "item_title", "round", "offered", "held")},
                    "due": say.day(one["due_at"]) if one["due_at"] else None,
                }
            )
            for one in told["tasks"]
        ],
        "positions": told["positions"],
        "documents": [
            {
                "seq": one["seq"],
                "title": one["title"],
                "act": "" if one["record"] and one["act"] == "konsep" else _act(say, one["act"]),
                "number": one["number"],
                "url": url_for("pages.document", document_id=one["id"]),
            }
            for one in told["documents"]
        ],
        "drafts": [
            {
                "at": one["at"],
                "n": one["version"],
                "url": url_for(
                    "pages.naskah_version", proposal_id=case["proposal_id"], version=one["version"]
                ),
            }
            for one in told["drafts"]
        ],
        "files": [
            {
                "from": one["added_at"],
                "to": one["removed_at"],
                "name": one["filename"],
                "url": url_for("pages.attachment", sha256=one["sha256"]),
            }
            for one in told["files"]
        ],
        "heat": {one["element_id"]: {"level": one["level"], "words": one["beside"]} for one in heat},
        "signs": told["signs"],
        "states": {key: say(text) for key, text in STATES.items()},
        "words": {key: say(text) for key, text in SCRIPT_WORDS.items()},
    }


@page.get("/berkas/<instance_id>/putar/gambar.svg")
@permits(SIGNED_IN)
def replay_picture(instance_id: str) -> Response:
    """The diagram at the moment `langkah`, or by the time of each step with `panas=1`."""
    text = request.args.get("langkah", "")
    seq = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
    heat = request.args.get("panas") == "1"
    drawn = queries.replay_picture(office(), actor(), instance_id, seq, heat=heat)
    readings.note(office(), actor(), "replay", instance_id=instance_id)
    return svg(drawn)


@page.get("/berkas/<instance_id>/putar/laporan.pdf")
@permits(SIGNED_IN)
def replay_report(instance_id: str) -> Response:
    """The whole replay on paper, made on the server: the same for everybody."""
    made = printed_report(office(), actor(), instance_id)
    response = Response(made.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{made.filename}"'
    response.headers["Content-Security-Policy"] = security.FILE_CSP.replace("; sandbox", "")
    return response


# --- in words ---------------------------------------------------------------------------------


_PLAYED = (
    *("seq", "type", "at", "moment", "sentence", "element", "round", "who", "signed_as", "behalf", "asked_by"),
    *("instrument", "outcome", "label", "tone", "to", "item", "reason", "reason_erased", "form_erased"),
    *("answers", "draft", "number", "url", "state", "open", "changes"),
)
"""What the island reads of a fact; the rest stands in the list of the page."""


class _Times(dict[str, tuple[str, str]]):
    """Instants in full and in short, each written once: many facts share the instant of their command."""

    def __init__(self, say: Words) -> None:
        super().__init__()
        self._say = say

    def __missing__(self, at: str) -> tuple[str, str]:
        told = self[at] = self._say.moment(at), self._say.short_moment(at)
        return told


def _fact(say: Words, one: Mapping[str, Any], times: _Times) -> dict[str, Any]:
    """A fact as page and island show it."""
    moment_words, short = times[one["at"]]
    return {
        "seq": one["seq"],
        "type": one["type"],
        "quiet": one["quiet"],
        "at": one["at"],
        "moment": moment_words,
        "short": short,
        "sentence": one["sentence"],
        "element": one["element_id"],
        "round": one["round"] or 1,
        "who": one["who"] or (say(SCRIPT_WORDS["erased_person"]) if one["actor"] else None),
        "signed_as": one["signed_as"],
        "behalf": one["on_behalf_of"],
        "asked_by": one["asked_by"],
        "instrument": one["instrument"],
        "outcome": one["outcome"],
        "label": one["outcome_label"],
        "tone": TONES.get(one["outcome"] or "", ""),
        "to": (one["return_to"] or {}).get("name"),
        "item": one["item_title"],
        "reason": one["reason"],
        "reason_erased": one["reason_erased"],
        "form_erased": one["form_erased"],
        "answers": case_words.answers(say, one),
        "draft": one["naskah_version"],
        "number": one["number"],
        "url": url_for("pages.document", document_id=one["document_id"]) if one["document_id"] else None,
        "state": one["state"],
        "open": one["open"],
        "changes": one["changes"],
    }


def _lean(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: a long case is read by a phone as well."""
    return {name: value for name, value in values.items() if value not in (None, "", False, [])}


def _act(say: Words, act: str) -> str:
    return str(say.filters()["act_words"](act))


def _heat(say: Words, one: Mapping[str, Any]) -> dict[str, Any]:
    used = office_time(office(), one["minutes"])
    standard = say.duration(one["standard"]) if one["standard"] else ""
    return {
        **one,
        "used": used,
        "longest_words": office_time(office(), one["longest"]),
        "allowed_words": office_time(office(), one["allowed"]) if one["allowed"] is not None else "",
        "standard_words": standard,
        "level": one["level"] or 0,
        "level_words": say(LEVELS[one["level"] or 0]),
        "beside": f"{used} / {office_time(office(), one['allowed'])}" if one["allowed"] is not None else used,
    }
