"""The forms of a draft: which there are, and the editor of one with its preview.

Knows the rows of the editor and their buttons; must not know JSON Schema. The preview is drawn by the
very parts that draw the page of a task.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import draw, go, page, tell, told, whole, words
from paraf.entrypoints.pages.step_form import once_of_edit
from paraf.entrypoints.pages.words import slug
from paraf.errors import InvalidForm, Stale
from paraf.forms import check_schema, fields, parse_posted
from paraf.forms.field_rows import KINDS, PLAIN
from paraf.language import N_
from paraf.usecases import edit_draft, edit_forms

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse


def _text(kind: str = "string") -> dict[str, Any]:
    return {"type": kind, "title": kind}


def _object(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "title": "row", "additionalProperties": False, "properties": parts}


_PLAIN = {
    **{name: _text() for name in ("was", "name", "title", "kind", "help", "choices")},
    "required": _text("boolean"),
    "engine": _text("boolean"),
}
_PARTS = {"type": "array", "title": "parts", "items": _object(**_PLAIN)}
_ROWS = {"type": "array", "title": "rows", "items": _object(**_PLAIN, parts=_PARTS)}
_FORM = _object(title=_text(), description=_text(), rows=_ROWS)


@page.get("/bengkel/draf/<draft_id>/formulir")
@permits("workshop.read")
def draft_forms(draft_id: str) -> Response:
    """Every form the draft may use, those in use first."""
    return _forms(draft_id)


@page.post("/bengkel/draf/<draft_id>/formulir")
@permits("route.draft")
def begin_form(draft_id: str) -> AnyResponse:
    """Begin a form that is this route's own."""
    name, title = (request.form.get(part, "").strip() for part in ("name", "title"))
    revision = whole(request.form, "revision") or 0
    try:
        edit_forms.begin_form(office(), actor(), draft_id, revision, name, title, once_of_edit())
    except (InvalidForm, Stale) as refusal:
        return _forms(draft_id, refusal.status, told(refusal))
    tell(N_("The form is begun."))
    return go("pages.draft_form", draft_id=draft_id, name=name)


def _forms(draft_id: str, status: int = 200, errors: dict[str, list[str]] | None = None) -> Response:
    shown = edit_forms.draft_forms(office(), actor(), draft_id)
    return draw(
        "workshop/forms.html",
        status,
        section="workshop",
        **shown,
        may_edit=_may_edit(shown["draft"]),
        errors=errors or {},
        given=request.form,
    )


@page.get("/bengkel/draf/<draft_id>/formulir/<name>")
@permits("workshop.read")
def draft_form(draft_id: str, name: str) -> Response:
    """One form with its rows and its preview."""
    return _form(draft_id, name)


@page.post("/bengkel/draf/<draft_id>/formulir/<name>")
@permits("route.draft")
def change_form(draft_id: str, name: str) -> AnyResponse:
    """Save a form, look at it before saving, or add, move and take away rows."""
    act, values = request.form.get("act", ""), _posted()
    if act in {"preview", ""}:
        return _form(draft_id, name, values=_with_buttons(values))
    revision = whole(request.form, "revision") or 0
    common = (office(), actor(), draft_id, revision)
    before = ""
    try:
        if act == "undo":
            edit_draft.undo(*common, request.form.get("before", ""), once_of_edit())
            tell(N_("The change is taken back."))
        elif act == "remove":
            edit_forms.remove_form(*common, name, once_of_edit())
            tell(N_("The form of this draft is gone."))
            return go("pages.draft_forms", draft_id=draft_id)
        elif act == "text":
            text = request.form.get("text", "")
            before = edit_forms.save_form_text(*common, name, text, once_of_edit())["before"]
            tell(N_("The form is saved."))
        else:
            values = _filled(values)
            before = edit_forms.save_form(*common, name, values, once_of_edit())["before"]
            tell(N_("The form is saved."))
    except (InvalidForm, Stale) as refusal:
        return _form(draft_id, name, refusal.status, told(refusal), values if act == "save" else None)
    return _form(draft_id, name, before=before)


def _posted() -> dict[str, Any]:
    posted = {name: request.form.getlist(name) for name in request.form if name.isascii()}
    return dict(parse_posted(_FORM, posted, "isi."))


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """The values without rows that nobody has named."""

    def named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [row for row in rows if row.get("name") or row.get("title")]
        return [{**row, "parts": named(row["parts"])} if "parts" in row else row for row in kept]

    return {**values, "rows": named(values.get("rows") or [])}


def _with_buttons(values: dict[str, Any]) -> dict[str, Any]:
    """The rows after the button of one of them: a new row, a row less, a row moved."""
    rows = list(values.get("rows") or [])
    for act in ("hapus", "naik", "turun"):
        number = request.form.get(act, "").removeprefix("isi.rows.")
        if not (number.isascii() and number.isdecimal() and int(number) < len(rows)):
            continue
        place = int(number)
        other = place - 1 if act == "naik" else place + 1
        if act == "hapus":
            del rows[place]
        elif 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    if request.form.get("tambah"):
        rows.append({"kind": "text"})
    return {**values, "rows": rows}


def _form(
    draft_id: str,
    name: str,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    values: dict[str, Any] | None = None,
    before: str = "",
) -> Response:
    shown = edit_forms.draft_form(office(), actor(), draft_id, name)
    if values is not None:
        shown["values"] = values
    say = words()
    stale = status == Stale.status
    return draw(
        "workshop/form.html",
        status,
        section="workshop",
        **shown,
        kinds=[(kind, say(label)) for kind, label in KINDS.items()],
        plain_kinds=[(kind, say(KINDS[kind])) for kind in PLAIN],
        preview=edit_forms.preview(shown["values"], shown["text"]) if shown["values"] else _drawn(shown["text"]),
        may_edit=_may_edit(shown["draft"]),
        errors=errors or {},
        places={field: f"#isi-{slug(field)}" if field in {"title", "description"} else f"#isi-rows-{slug(field)}"
                for field in errors or {}},
        revision=shown["draft"]["revision"] if stale or values is None
        else request.form.get("revision", shown["draft"]["revision"]),
        before=before,
    )  # fmt: skip


def _drawn(text: str) -> list[Any]:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [] if check_schema(schema) else fields(schema)


def _may_edit(draft: dict[str, Any]) -> bool:
    return policy.may(actor(), "route.draft") and draft["state"] == "open" and draft["way"] == "publish"
