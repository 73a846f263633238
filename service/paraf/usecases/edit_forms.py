"""A process owner edits the forms of a draft: fields in rows, kept in the draft, for this route only.

Knows which forms a draft may name and which steps use them; must not know pages or JSON Schema's
words (`forms/field_rows.py`). A shared form that is changed here becomes the draft's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.engine.route_limits import WORD
from paraf.errors import InvalidForm, NotFound
from paraf.forms import check_schema, fields
from paraf.forms.field_rows import (
    FieldRow,
    FormSheet,
    choices_of,
    choices_text,
    faults_of,
    sheet_of,
    text_of_sheet,
)
from paraf.language import N_
from paraf.usecases import draft_route
from paraf.usecases.edit_draft import OpenDraft, opened, packed

if TYPE_CHECKING:
    from paraf.forms import Field
    from paraf.usecases.office import Office
    from paraf.usecases.once import Once

_ATTENTION = N_("Some fields need your attention.")


def draft_forms(office: Office, actor: Actor, draft_id: str) -> dict[str, Any]:
    """Every form the draft may name: {name, title, own, shared, used_by: [(step, name)]}, those in use
    first."""
    found = opened(office, actor, draft_id)
    shared = draft_route.with_shared_forms(office, {})
    listed = [
        {
            "name": name,
            "title": _title(text, name),
            "own": name in found.draft["forms"] and found.draft["forms"][name] != shared.get(name),
            "shared": name in shared,
            "used_by": used_by(found, name),
        }
        for name, text in found.forms.items()
    ]
    listed.sort(key=lambda form: (not form["used_by"], form["title"]))
    missing = sorted(
        {e.form for e in found.route.elements.values() if e.form} - found.forms.keys()
        if found.route
        else set()
    )
    return {"draft": found.draft, "forms": listed, "missing": missing}


def _title(text: str, name: str) -> str:
    try:
        title = json.loads(text).get("title")
    except (ValueError, AttributeError, RecursionError):
        title = None
    return title if isinstance(title, str) and title else name


def used_by(found: OpenDraft, name: str) -> list[tuple[str, str]]:
    """The steps of the draft that have this form: id and name."""
    if found.route is None:
        return []
    return [(e.id, e.name or e.id) for e in found.route.elements.values() if e.form == name]


def draft_form(office: Office, actor: Actor, draft_id: str, name: str) -> dict[str, Any]:
    """One form: {draft, name, text, values, used_by, own}; `values` are the rows as a page edits them,
    None where the form says more than rows can. Raises NotFound."""
    found = opened(office, actor, draft_id)
    text = found.forms.get(name)
    if text is None:
        raise NotFound(N_("There is no such form in this draft."))
    sheet = sheet_of(text)
    shared = draft_route.with_shared_forms(office, {})
    return {
        "draft": found.draft,
        "name": name,
        "text": text,
        "values": values_of(sheet) if sheet is not None else None,
        "used_by": used_by(found, name),
        "own": name in found.draft["forms"] and text != shared.get(name),
        "shared": name in shared,
    }


def begin_form(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    title: str,
    once: Once | None = None,
) -> dict[str, Any]:
    """Begin a form of this route with one field. Raises InvalidForm, Stale."""
    policy.require(actor, "route.draft")
    found = opened(office, actor, draft_id)
    errors = {}
    if not WORD.fullmatch(name) or name in found.forms:
        errors["name"] = [N_("A form is called by a lower case word that no other form has.")]
    if not title:
        errors["title"] = [N_("A form needs a title.")]
    if errors:
        raise InvalidForm(_ATTENTION, errors=errors)
    first = FormSheet(title, "", (FieldRow("catatan", "Catatan", "multiline"),))
    return _kept(office, actor, found, revision, name, text_of_sheet(first), once)


def save_form(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    name: str,
    values: Mapping[str, Any],
    once: Once | None = None,
) -> dict[str, Any]:
    """Save the rows of a form in the draft. Raises InvalidForm per field, Stale."""
    policy.require(actor, "route.draft")
    found = opened(office, actor, draft_id)
    sheet = sheet_from(values, found.forms.get(name, ""))
    faults = faults_of(sheet)
    if faults:
        raise InvalidForm(_ATTENTION, errors=faults)
    return _kept(office, actor, found, revision, name, text_of_sheet(sheet), once)


def save_form_text(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, text: str, once: Once | None = None
) -> dict[str, Any]:
    """Save a form that was written as text. Raises InvalidForm, Stale."""
    policy.require(actor, "route.draft")
    found = opened(office, actor, draft_id)
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidForm(_ATTENTION, errors={"text": [N_("This is no readable JSON.")]}) from None
    if check_schema(schema):
        raise InvalidForm(_ATTENTION, errors={"text": [N_("This form says something forms cannot say.")]})
    return _kept(office, actor, found, revision, name, text, once)


def remove_form(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, once: Once | None = None
) -> dict[str, Any]:
    """Take the draft's own form away; a shared one of that name is used again."""
    policy.require(actor, "route.draft")
    return _kept(office, actor, opened(office, actor, draft_id), revision, name, None, once)


def _kept(
    office: Office,
    actor: Actor,
    found: OpenDraft,
    revision: int,
    name: str,
    text: str | None,
    once: Once | None,
) -> dict[str, Any]:
    forms = {key: value for key, value in found.draft["forms"].items() if key != name}
    if text is not None:
        forms[name] = text
    saved = draft_route.save(office, actor, str(found.draft["id"]), revision, forms=forms, once=once)
    return {**saved, "before": packed(found.draft) if forms != found.draft["forms"] else ""}


# --- rows as a page edits them --------------------------------------------------------------------


def values_of(sheet: FormSheet) -> dict[str, Any]:
    """A form as plain values: {title, description, rows: [{name, title, kind, ...}]}."""
    return {
        "title": sheet.title,
        "description": sheet.description,
        "rows": [_row_values(row) for row in sheet.rows],
    }


def _row_values(row: FieldRow) -> dict[str, Any]:
    return {
        "was": row.name,
        "name": row.name,
        "title": row.title,
        "kind": row.kind,
        "help": row.help,
        "required": row.required,
        "engine": row.engine,
        "choices": choices_text(row.choices),
        "parts": [_row_values(part) for part in row.parts],
    }


def sheet_from(values: Mapping[str, Any], text: str) -> FormSheet:
    """The form that values stand for; what rows do not show is taken from the form as it is kept."""
    kept = sheet_of(text)
    rows = _rows_from(values.get("rows") or (), kept.rows if kept else ())
    return FormSheet(str(values.get("title") or ""), str(values.get("description") or ""), rows)


def _rows_from(values: Any, kept: tuple[FieldRow, ...]) -> tuple[FieldRow, ...]:
    before = {row.name: row for row in kept}
    rows = []
    for value in values:
        if not (value.get("name") or value.get("title")):
            continue
        old = before.get(str(value.get("was") or ""))
        more = old.more if old is not None else None
        row = FieldRow(
            name=str(value.get("name") or ""),
            title=str(value.get("title") or ""),
            kind=str(value.get("kind") or "text"),
            help=str(value.get("help") or ""),
            required=bool(value.get("required")),
            engine=bool(value.get("engine")),
            choices=choices_of(str(value.get("choices") or "")),
            parts=_rows_from(value.get("parts") or (), old.parts if old else ()),
            more=more,
        )
        if row.kind not in {"choice", "choices"}:
            row = replace(row, choices=())
        rows.append(row)
    return tuple(rows)


def preview(values: Mapping[str, Any], text: str) -> list[Field]:
    """The fields as the page of a task draws them; none where the form is faulty."""
    sheet = sheet_from(values, text)
    if faults_of(sheet):
        return []
    return fields(json.loads(text_of_sheet(sheet)))
