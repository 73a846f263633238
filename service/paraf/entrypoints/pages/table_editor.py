"""The decision tables of a draft: rows to read, change, move and try.

Knows the form of a row and the buttons beside it; must not know DMN or what a table decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, page, tell, told, whole, words
from paraf.entrypoints.pages.step_form import once_of_edit
from paraf.errors import InvalidForm, ParafError, RuleBroken, Stale
from paraf.language import N_
from paraf.usecases import edit_draft, edit_tables

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

_SAVED = N_("The decision table is saved.")


@page.get("/bengkel/draf/<draft_id>/keputusan/<name>")
@permits("workshop.read")
def draft_decision(draft_id: str, name: str) -> Response:
    """The rows of a table; `baris` opens one to change it, `coba` asks which row decides."""
    return _decision(draft_id, name)


@page.post("/bengkel/draf/<draft_id>/keputusan/<name>")
@permits("route.draft")
def change_decision(draft_id: str, name: str) -> AnyResponse:
    """Save, move or take away a row, or change a column."""
    form, act, once = request.form, request.form.get("act", ""), once_of_edit()
    common = (office(), actor(), draft_id, whole(form, "revision") or 0)
    place = whole(form, "place")
    try:
        if act == "row":
            saved = edit_tables.save_row(*common, name, place, _posted_row(), once)
        elif act in {"up", "down"} and place is not None:
            saved = edit_tables.move_row(*common, name, place, act == "up", once)
        elif act == "remove" and place is not None:
            saved = edit_tables.remove_row(*common, name, place, once)
        elif act == "column":
            column, label, values = (form.get(part, "") for part in ("column", "label", "values"))
            saved = edit_tables.change_column(*common, name, column, label, values, once)
        elif act == "undo":
            saved = edit_draft.undo(*common, form.get("before", ""), once)
        else:
            raise InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    except (InvalidForm, Stale, RuleBroken) as refusal:
        return _refused(draft_id, name, refusal, act == "row")
    tell(_SAVED)
    return _decision(draft_id, name, before=str(saved.get("before") or ""))


def _refused(draft_id: str, name: str, refusal: ParafError, in_row: bool) -> Response:
    row = _posted_row() if in_row else None
    return _decision(draft_id, name, refusal.status, told(refusal), row)


def _posted_row() -> dict[str, Any]:
    count = min(len([key for key in request.form if key.startswith("in.") and key.endswith(".text")]), 30)
    outputs = min(len([key for key in request.form if key.startswith("out.")]), 30)
    return {
        "cells": [
            {
                "chosen": request.form.getlist(f"in.{n}.chosen"),
                "text": request.form.get(f"in.{n}.text", "").strip(),
            }
            for n in range(count)
        ],
        "results": [request.form.get(f"out.{n}", "").strip() for n in range(outputs)],
        "remark": request.form.get("remark", "").strip(),
    }


def _decision(
    draft_id: str,
    name: str,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    row: dict[str, Any] | None = None,
    before: str = "",
) -> Response:
    asked = request.args.to_dict() if request.method == "GET" else {}
    tried = {key.removeprefix("in."): value for key, value in asked.items() if key.startswith("in.")}
    shown = edit_tables.draft_decision(office(), actor(), draft_id, name, tried if "coba" in asked else None)
    draft = shown["draft"]
    wanted = request.form.get("place", "") if row is not None else asked.get("baris", "")
    place = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5 else None
    opened = row is not None or "baris" in asked
    if row is None and place is not None and place < len(shown["rows"]):
        row = shown["rows"][place]
    return draw(
        "workshop/decision.html",
        status,
        section="workshop",
        **shown,
        place=place,
        opened=opened,
        row=row or {"cells": [], "results": [], "remark": ""},
        tried=tried,
        may_edit=policy.may(actor(), "route.draft")
        and draft["state"] == "open"
        and draft["way"] == "publish",
        errors=errors or {},
        places={field: f"#{field.replace('.', '-')}" for field in errors or {}},
        before=before,
        types={
            "string": words()(N_("text")),
            "number": words()(N_("number")),
            "boolean": words()(N_("yes or no")),
        },
    )
