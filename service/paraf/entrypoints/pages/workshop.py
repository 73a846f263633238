"""The workshop of routes: which there are, what is being drawn, and where a draft is begun.

Knows what the list shows and the ways a draft begins; must not know how one is edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, go, page, same_form_once, tell, told, whole
from paraf.errors import InvalidForm, TooLarge
from paraf.language import N_
from paraf.usecases import draft_route
from paraf.usecases.queries import workshop as workshop_query

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse


@page.get("/bengkel")
@permits("workshop.read")
def workshop() -> Response:
    return _list()


def _list(status: int = 200, errors: dict[str, list[str]] | None = None) -> Response:
    return draw(
        "workshop/list.html",
        status,
        section="workshop",
        shown=workshop_query.workshop(office(), actor()),
        errors=errors or {},
        given=request.form if request.method == "POST" else {},
    )


@page.post("/bengkel/draf")
@permits("route.draft", uploads=True)
def begin_draft() -> AnyResponse:
    """Begin a draft from a version, from a file, or from nothing, and go to its editor."""
    files = request.files.getlist("file")
    content = files[0].read() if files and files[0].filename else None
    try:
        made = draft_route.create(
            office(),
            actor(),
            request.form.get("key"),
            whole(request.form, "version"),
            content,
            request.form.get("name"),
            same_form_once() if content is None else None,
        )
    except (InvalidForm, TooLarge) as refusal:
        return _list(refusal.status, told(refusal))
    return go("pages.draft_editor", draft_id=made["id"])


@page.post("/bengkel/draf/<draft_id>/buang")
@permits("route.draft")
def discard_draft(draft_id: str) -> AnyResponse:
    """Give a draft up."""
    draft_route.discard(office(), actor(), draft_id, whole(request.form, "revision"))
    tell(N_("The draft was given up."))
    return go("pages.workshop")
