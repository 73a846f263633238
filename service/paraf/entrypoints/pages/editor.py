"""The diagram of a draft: the page around the editor that runs in the browser.

Knows which draft is drawn and whether its reader may change it; must not know BPMN. What the editor
reads and saves goes through the API, with the session of this page.
"""

from __future__ import annotations

from flask import Response, g, url_for

from paraf.domain import policy
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, page
from paraf.usecases import draft_route


@page.get("/bengkel/draf/<draft_id>")
@permits("workshop.read")
def draft_editor(draft_id: str) -> Response:
    """The editor; whoever may not draw reads the diagram and its findings."""
    draft = draft_route.read(office(), actor(), draft_id)
    return draw(
        "workshop/editor.html",
        section="workshop",
        draft=draft,
        may_edit=policy.may(actor(), "route.draft"),
        draft_address=url_for("api.draft", draft_id=draft_id),
        words_address=url_for("api.workshop_words", draft=draft_id),
        csrf=g.get("csrf") or "",
    )
