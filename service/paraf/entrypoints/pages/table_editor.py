"""The decision tables of a draft: begun and taken away; rows and columns to read, change, move and try.

Knows the forms of a row and of a column and the buttons beside them; must not know DMN or what a table
decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, go, page, tell, told, whole, words
from paraf.entrypoints.pages.step_form import once_of_edit
from paraf.errors import InvalidForm, RuleBroken, Stale
from paraf.language import N_
from paraf.usecases import draft_tables, edit_columns, edit_draft, edit_tables

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

_SAVED = N_("The decision table is saved.")
TYPES = {"string": N_("text"), "number": N_("number"), "boolean": N_("yes or no")}
SIDES = {"inputs": N_("What the table asks"), "outputs": N_("What the row gives")}


@page.get("/bengkel/draf/<draft_id>/keputusan")
@permits("workshop.read")
def draft_decisions(draft_id: str) -> Response:
    """Every table the draft may name, and which step decides by it."""
    return _decisions(draft_id)


@page.post("/bengkel/draf/<draft_id>/keputusan")
@permits("route.draft")
def change_decisions(draft_id: str) -> AnyResponse:
    """Begin a table of this route, or take one away that no step asks."""
    form, once = request.form, once_of_edit()
    act, name = form.get("act", ""), form.get("name", "").strip()
    common = (office(), actor(), draft_id, whole(form, "revision") or 0, name)
    try:
        if act == "begin":
            title, asks, step = (form.get(part, "").strip() for part in ("title", "asks", "step"))
            draft_tables.begin_table(*common, title, asks, step, once)
        elif act == "remove":
            saved = draft_tables.remove_table(*common, once)
        elif act == "undo":
            edit_draft.undo(*common[:4], form.get("before", ""), once)
        else:
            raise InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    except (InvalidForm, Stale, RuleBroken) as refusal:
        return _decisions(draft_id, refusal.status, told(refusal), given=form if act == "begin" else {})
    if act == "begin":
        tell(N_("The decision table is begun."))
        return go("pages.draft_decision", draft_id=draft_id, name=name)
    tell(N_("The decision table is taken away.") if act == "remove" else N_("The change is taken back."))
    return _decisions(draft_id, before=str(saved.get("before") or "") if act == "remove" else "")


def _decisions(
    draft_id: str,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    before: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:
    shown = draft_tables.draft_tables(office(), actor(), draft_id)
    return draw(
        "workshop/decisions.html",
        status,
        section="workshop",
        **shown,
        may_edit=_may_edit(shown["draft"]),
        errors=errors or {},
        given=given or {},
        before=before,
    )


@page.get("/bengkel/draf/<draft_id>/keputusan/<name>")
@permits("workshop.read")
def draft_decision(draft_id: str, name: str) -> Response:
    """The rows of a table; `baris` opens one to change it, `coba` asks which row decides."""
    return _decision(draft_id, name)


@page.post("/bengkel/draf/<draft_id>/keputusan/<name>")
@permits("route.draft")
def change_decision(draft_id: str, name: str) -> AnyResponse:
    """Save, move or take away a row or a column, or let exactly one row decide."""
    form, act, once = request.form, request.form.get("act", ""), once_of_edit()
    common = (office(), actor(), draft_id, whole(form, "revision") or 0)
    place = whole(form, "place")
    side = form.get("side", "")
    try:
        if act == "row":
            saved = edit_tables.save_row(*common, name, place, _posted_row(), once)
        elif act in {"up", "down"} and place is not None:
            saved = edit_tables.move_row(*common, name, place, act == "up", once)
        elif act == "remove" and place is not None:
            saved = edit_tables.remove_row(*common, name, place, once)
        elif act == "column" and side in SIDES:
            saved = edit_columns.save_column(*common, name, side, place, _posted_column(), once)
        elif act in {"column-up", "column-down"} and side in SIDES and place is not None:
            saved = edit_columns.move_column(*common, name, side, place, act == "column-up", once)
        elif act == "column-remove" and side in SIDES and place is not None:
            saved = edit_columns.remove_column(*common, name, side, place, once)
        elif act == "unique":
            saved = edit_columns.make_unique(*common, name, once)
        elif act == "undo":
            saved = edit_draft.undo(*common, form.get("before", ""), once)
        else:
            raise InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    except (InvalidForm, Stale, RuleBroken) as refusal:
        row = _posted_row() if act == "row" else None
        column = {**_posted_column(), "side": side, "place": place} if act == "column" else None
        return _decision(draft_id, name, refusal.status, told(refusal), row, column)
    tell(_SAVED)
    return _decision(draft_id, name, before=str(saved.get("before") or ""))


def _posted_column() -> dict[str, str]:
    return {part: request.form.get(part, "") for part in ("name", "label", "type", "values")}


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
    column: dict[str, Any] | None = None,
    before: str = "",
) -> Response:
    asked = request.args.to_dict() if request.method == "GET" else {}
    tried = {key.removeprefix("in."): value for key, value in asked.items() if key.startswith("in.")}
    shown = edit_tables.draft_decision(office(), actor(), draft_id, name, tried if "coba" in asked else None)
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
        may_edit=_may_edit(shown["draft"]),
        errors=errors or {},
        places=_places(errors or {}, column),
        before=before,
        column=column or {},
        sides=[(side, words()(label)) for side, label in SIDES.items()],
        types={kind: words()(label) for kind, label in TYPES.items()},
        names=[(one.name, one.label) for one in edit_columns.names_asked(office(), actor(), draft_id, name)],
    )


def _places(errors: Mapping[str, Any], column: Mapping[str, Any] | None) -> dict[str, str]:
    """Where on the page each field stands: those of a column in its own form."""
    if column is None:
        return {field: f"#{field.replace('.', '-')}" for field in errors}
    number = "new" if column["place"] is None else column["place"]
    return {field: f"#{column['side']}-{number}-{field}" for field in errors}


def _may_edit(draft: Mapping[str, Any]) -> bool:
    return policy.may(actor(), "route.draft") and draft["state"] == "open" and draft["way"] == "publish"
