"""One task: what to read, where the case stands, and the decision.

Knows how a decision is drawn and posted; must not know what a decision does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for

from paraf import forms
from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages import case_words
from paraf.entrypoints.pages.filled import after_button
from paraf.entrypoints.pages.frame import draw, go, page, said, same_form_once, tell, told, whole, words
from paraf.entrypoints.pages.words import current_papers
from paraf.errors import (
    AlreadyDecided,
    HeldByOther,
    IncompleteNaskah,
    InvalidForm,
    OnHold,
    ParafError,
    RuleBroken,
    Stale,
)
from paraf.language import N_
from paraf.usecases import hold, queries, readings
from paraf.usecases.decide import decide as decide_task

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

FORM = "form."
NOTE = ("catatan", "multiline")
"""The plain note of a form, which the page leaves out: the comment beside the decision is the one note."""
FORMAT_CRITERION = "kriteria_c"
"""The field of a review that judges the format of the draft."""


@page.get("/tugas/<task_id>")
@permits(SIGNED_IN)
def task(task_id: str) -> Response:
    shown = queries.task(office(), actor(), task_id)
    readings.note(office(), actor(), "task", task_id, shown["instance_id"])
    return _drawn(shown, values=shown.get("prefilled") or {})


@page.post("/tugas/<task_id>/keputusan")
@permits("task.decide")
def decide(task_id: str) -> AnyResponse:
    """Take the decision; a refusal shows the same page with what was filled in and what is wrong."""
    shown = queries.task(office(), actor(), task_id)
    posted = request.form.to_dict(flat=False)
    changed = after_button(posted)
    schema = shown.get("form")
    values = forms.parse_posted(schema, changed or posted, FORM) if schema else {}
    if changed is not None:
        return _drawn(shown, values=values)
    outcome = request.form.get("outcome", "")
    return_to = request.form.get(f"return_to.{outcome}")
    try:
        if not outcome:
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"outcome": [N_("Please choose a decision.")]},
            )
        decide_task(
            office(),
            actor(),
            task_id,
            outcome,
            comment=request.form.get("comment", "").strip() or None,
            form={**values, "return_to": return_to} if return_to else values,
            seq=whole(request.form, "seq") or 0,
            position=request.form.get("position") or None,
            once=same_form_once(),
        )
    except (InvalidForm, IncompleteNaskah, RuleBroken) as refusal:
        return _drawn(shown, refusal.status, values=values, errors=told(refusal))
    except (Stale, AlreadyDecided, HeldByOther) as race:
        fresh = queries.task(office(), actor(), task_id)
        return _drawn(fresh, race.status, values=values, trouble=_trouble(race))
    except OnHold as held:
        # the form stays: once the case goes on, the same page may be sent again
        kept = {**shown, "may": {**shown["may"], "decide": True}}
        return _drawn(kept, held.status, values=values, trouble=_trouble(held))
    label = next((one["label"] for one in shown["outcomes"] if one["id"] == outcome), outcome)
    tell(N_("{step}: the decision “{outcome}” is recorded."), step=shown["name"], outcome=label)
    return go("pages.inbox")


@page.post("/tugas/<task_id>/serahkan")
@permits("task.claim")
def hand_over(task_id: str) -> AnyResponse:
    """Hand the task to a colleague it is offered to as well."""
    reason = request.form.get("reason", "").strip() or None
    hold.hand_over(office(), actor(), task_id, request.form.get("person", ""), reason)
    tell(N_("The task is handed over."))
    return go("pages.inbox")


def _drawn(
    shown: dict[str, Any],
    status: int = 200,
    *,
    values: dict[str, Any],
    errors: dict[str, list[str]] | None = None,
    trouble: dict[str, str] | None = None,
) -> Response:
    errors = errors or {}
    schema = shown.get("form")
    beside = {name.removeprefix(FORM): sentences for name, sentences in errors.items()}
    drafting = shown.get("edits") == "naskah" and shown["may"]["decide"]
    fields = forms.fields(schema, values, beside, 1 if "tambah" in request.form else None) if schema else []
    fields = [field for field in fields if (field.name, field.type) != NOTE]
    return draw(
        "task.html",
        status,
        section="inbox",
        task=shown,
        fields=fields,
        errors=errors,
        names=dict(_names(fields)),
        trouble=trouble,
        chosen=_chosen(),
        written=case_words.answers(words(), {"form_schema": schema, "form": values}) if trouble else [],
        papers=current_papers(shown["documents"]),
        findings=shown["findings"]
        if drafting or FORMAT_CRITERION in (schema or {}).get("properties", {})
        else None,
        why=said(shown["may"].get("why")),
        edit_url=url_for("pages.edit_naskah", proposal_id=shown["proposal"]["id"]) if drafting else None,
    )


def _names(fields: Iterable[forms.Field]) -> Iterator[tuple[str, str]]:
    """What each field is called, by the name it is posted under; a part of a row with the row's number."""
    for field in fields:
        yield FORM + field.name, field.title
        yield from _names(field.parts if field.type == "group" else ())
        for number, row in enumerate(field.rows, 1):
            for name, title in _names(row):
                yield name, f"{field.title} {number}, {title}" if title else f"{field.title} {number}"


def _chosen() -> dict[str, str]:
    outcome = request.form.get("outcome", "")
    return {
        "outcome": outcome,
        "position": request.form.get("position", ""),
        "return_to": request.form.get(f"return_to.{outcome}", ""),
        "comment": request.form.get("comment", ""),
    }


def _trouble(race: ParafError) -> dict[str, str]:
    """What a lost race says; the page adds where what was written here is now."""
    say = words()
    return {"title": say(race.title), "words": say(race.detail, **race.values)}
