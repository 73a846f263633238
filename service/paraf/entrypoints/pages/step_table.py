"""The step table of a draft: the twin of the diagram editor for the keyboard, the reader and the phone.

Knows the table, the form of one step and their buttons; must not know how an edit changes a route. An
edit answers with the table itself, which carries the state before it so that it can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.engine.edit_parts import id_from
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages import step_form
from paraf.entrypoints.pages.frame import draw, page, tell, told, whole, words
from paraf.entrypoints.pages.words import slug
from paraf.errors import InvalidForm, NotFound, RuleBroken, Stale
from paraf.language import N_
from paraf.usecases import edit_draft
from paraf.usecases.queries import draft_table as query

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

KINDS = {
    "user": N_("Step of a person"),
    "service": N_("Step of the system"),
    "rule": N_("Step that decides by a table"),
    "check": N_("Choice"),
    "end": N_("End"),
}
PLACES = {
    "before": N_("Before it"),
    "after": N_("After it"),
    "beside": N_("At the same time as it"),
    "free": N_("Nowhere yet (an end)"),
}
DONE = {
    "add": N_("The step is in the draft."),
    "change": N_("The step is saved."),
    "remove": N_("The step is gone; what led to it leads on."),
    "up": N_("The step has moved."),
    "down": N_("The step has moved."),
    "undo": N_("The change is taken back."),
    "tidy": N_("The diagram is laid out anew."),
    "heading": N_("The name of the route is saved."),
    "option": N_("The options are saved."),
    "lane": N_("The lanes are saved."),
}


@page.get("/bengkel/draf/<draft_id>/tabel")
@permits("workshop.read")
def draft_table(draft_id: str) -> Response:
    """The steps in order, with where each outcome leads and the findings beside them."""
    return _table(draft_id)


@page.post("/bengkel/draf/<draft_id>/tabel")
@permits("route.draft")
def change_table(draft_id: str) -> AnyResponse:
    """One edit: the button that was pressed says which."""
    act, step = request.form.get("act", ""), request.form.get("step", "")
    row = step_form.row_button()
    if act == "change" and row is not None:
        return _step(draft_id, step, fields=step_form.with_row_changed(row))
    made = _edits(draft_id).get(act)
    if made is None:
        raise InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    try:
        saved = made()
    except InvalidForm as refusal:
        if act == "change":
            return _step(draft_id, step, 422, told(refusal), step_form.posted_step())
        return _table(draft_id, 422, told(refusal), act)
    except (Stale, RuleBroken) as refusal:
        problem = words()(refusal.detail, **refusal.values)
        if act == "change" and isinstance(refusal, Stale):
            return _step(draft_id, step, 409, {"": [problem]}, step_form.posted_step())
        return _table(draft_id, refusal.status, {"": [problem]}, act)
    tell(DONE[act.partition("-")[0]])
    added = (
        request.form.get("id", "").strip() or id_from(request.form.get("name", "")) if act == "add" else ""
    )
    return _table(draft_id, before=str(saved.get("before") or ""), made=added)


@page.get("/bengkel/draf/<draft_id>/tabel/<step>")
@permits("workshop.read")
def draft_step(draft_id: str, step: str) -> Response:
    """Everything one step says, as a form."""
    return _step(draft_id, step)


def _edits(draft_id: str) -> dict[str, Callable[[], dict[str, Any]]]:
    """What each button does."""
    form = request.form
    revision = whole(form, "revision") or 0
    common = (office(), actor(), draft_id, revision)
    step, once = form.get("step", ""), step_form.once_of_edit()
    given = {name: form.get(name, "").strip() for name in form}

    def lane(act: str) -> Callable[[], dict[str, Any]]:
        return lambda: edit_draft.change_lanes(*common, act, given, once)

    def move(up: bool) -> Callable[[], dict[str, Any]]:
        return lambda: edit_draft.move_step(*common, step, up, form.getlist("among"), once)

    return {
        "add": lambda: edit_draft.add_step(*common, given, once),
        "change": lambda: edit_draft.change_step(*common, step, step_form.posted_step(), once),
        "remove": lambda: edit_draft.remove_step(*common, step, once),
        "up": move(True),
        "down": move(False),
        "lane-add": lane("add"),
        "lane-change": lane("change"),
        "lane-up": lane("up"),
        "lane-down": lane("down"),
        "lane-remove": lane("remove"),
        "option-set": lambda: edit_draft.change_option(*common, "set", given, once),
        "option-remove": lambda: edit_draft.change_option(*common, "remove", given, once),
        "heading": lambda: edit_draft.change_heading(
            *common, given.get("name", ""), given.get("documentation", ""), once
        ),
        "tidy": lambda: edit_draft.tidy_draft(*common, once),
        "undo": lambda: edit_draft.undo(*common, form.get("before", ""), once),
    }


def _table(
    draft_id: str,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    act: str = "",
    before: str = "",
    made: str = "",
) -> Response:
    shown = query.draft_table(office(), actor(), draft_id)
    say = words()
    may_edit = _may_edit(shown["draft"])
    before_it = request.args.get("sebelum")
    beside = {
        "anchor": before_it or request.args.get("sesudah", ""),
        "place": "before" if before_it else "after",
    }
    return draw(
        "workshop/table.html",
        status,
        section="workshop",
        **shown,
        sorts={sort: say(label) for sort, label in query.SORTS.items()},
        kinds=[(kind, say(label)) for kind, label in KINDS.items()],
        places=[(place, say(label)) for place, label in PLACES.items()],
        roles=step_form.roles(draft_id),
        may_edit=may_edit,
        errors=errors or {},
        act=act,
        given=request.form if errors else beside,
        step_pairs=[(row["id"], row["name"]) for row in shown["rows"]],
        lane_pairs=[(lane["id"], lane["name"]) for lane in shown["lanes"]],
        before=before,
        made=made if any(row["id"] == made for row in shown["rows"]) else "",
    )


def _step(
    draft_id: str,
    step: str,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    fields: dict[str, Any] | None = None,
) -> Response:
    shown = query.draft_step(office(), actor(), draft_id, step)
    if shown is None:
        raise NotFound(N_("There is no such step in this draft."))
    if fields is not None:
        shown["fields"] = {**shown["fields"], **step_form.blanks(shown["sort"]), **fields}
    revision = request.form.get("revision") if fields is not None and status != 409 else None
    return draw(
        "workshop/step.html",
        status,
        section="workshop",
        step=step,
        **shown,
        **step_form.word_choices(shown["words"]),
        revision=revision or shown["draft"]["revision"],
        may_edit=_may_edit(shown["draft"]),
        errors=errors or {},
        places={field: f"#form-{slug(field)}" for field in errors or {}},
    )


def _may_edit(draft: Mapping[str, Any]) -> bool:
    return policy.may(actor(), "route.draft") and draft["state"] == "open" and draft["way"] == "publish"
