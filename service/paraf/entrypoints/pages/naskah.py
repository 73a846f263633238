"""The draft of an SOP: writing its parts a to g, its versions, its attachments.

Knows the editor and how versions are laid side by side; must not know what makes a draft complete.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import Response, request, send_file

from paraf.documents.flow_picture import flow_picture
from paraf.domain import naskah as naskah_rules
from paraf.domain import rules
from paraf.entrypoints import security
from paraf.entrypoints.auth import SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages import naskah_form
from paraf.entrypoints.pages.case_words import IDENTITY
from paraf.entrypoints.pages.filled import after_button
from paraf.entrypoints.pages.frame import draw, go, page, same_form_once, tell, told, whole, words
from paraf.entrypoints.pages.words import LETTERS, PARTS, ROLES, SOP_KINDS
from paraf.errors import (
    InvalidForm,
    NotAllowed,
    OnHold,
    ParafError,
    TooLarge,
    TooMany,
    VersionChanged,
    WrongFileType,
)
from paraf.language import N_
from paraf.usecases import draft, queries, readings

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

SYMBOLS = (
    ("process", N_("Box: activity")),
    ("decision", N_("Diamond: decision")),
    ("terminator", N_("Capsule: beginning or end")),
    ("pentagon", N_("Pentagon: goes on on another page")),
)
ATTACHMENTS = "lampiran"
"""The place on the editor that shows what became of an attachment."""
TIME_UNITS = (("menit", N_("minutes")), ("jam", N_("hours")), ("hari", N_("days")), ("minggu", N_("weeks")))


# --- writing --------------------------------------------------------------------------------


@page.get("/usulan/<proposal_id>/naskah")
@permits(SIGNED_IN)
def edit_naskah(proposal_id: str) -> AnyResponse:
    shown = queries.proposal(office(), actor(), proposal_id)
    if not shown["may"]["edit"]:
        if shown["naskah"]["version"]:
            return go("pages.naskah_version", proposal_id=proposal_id, version=shown["naskah"]["version"])
        raise NotAllowed(N_("The draft cannot be changed now: no drafting or revision task is open for you."))
    return _editor(shown, shown["naskah"])


@page.post("/usulan/<proposal_id>/naskah")
@permits("naskah.save")
def save_naskah(proposal_id: str) -> AnyResponse:
    """Save a version, or change rows as a named button asks and show the editor again."""
    shown = queries.proposal(office(), actor(), proposal_id)
    posted = request.form.to_dict(flat=False)
    changed = after_button(posted)
    fields = posted if changed is None else changed
    drawn = naskah_form.body_of(fields, shown["naskah"], shown["sop_kind"], keep_origin=True)
    if changed is not None:
        return _editor(shown, drawn, blank_step=naskah_form.inserted_after(posted))
    body = naskah_form.body_of(fields, shown["naskah"], shown["sop_kind"])
    try:
        saved = draft.save_naskah(
            office(),
            actor(),
            proposal_id,
            body,
            base_version=whole(request.form, "base_version") or 0,
            once=same_form_once(),
        )
    except (VersionChanged, OnHold) as race:
        return _editor(shown, drawn, race.status, trouble=words()(race.detail, **race.values))
    except InvalidForm as refusal:
        return _editor(shown, drawn, 422, errors=told(refusal))
    tell(N_("Version {n} of the draft is saved."), n=saved["version"])
    if "lalu" in request.form and shown["drafting_task"]:
        return go("pages.task", task_id=shown["drafting_task"])
    return go("pages.edit_naskah", proposal_id=proposal_id)


def _editor(
    shown: dict[str, Any],
    body: dict[str, Any],
    status: int = 200,
    *,
    errors: dict[str, list[str]] | None = None,
    trouble: str = "",
    blank_step: int | None = None,
) -> Response:
    say = words()
    return draw(
        "naskah.html",
        status,
        section="cases",
        proposal=shown,
        body=naskah_form.shown(body, blank_step),
        places={path: _place(path) for path in errors or {} if path},
        lanes=naskah_form.lane_names(body),
        base_version=shown["naskah"]["version"],
        errors=errors or {},
        trouble=trouble,
        changed=request.method == "POST",
        lacking=_lacking(shown["missing"]),
        symbols=[(key, say(label)) for key, label in SYMBOLS],
        time_units=[(key, say(label)) for key, label in TIME_UNITS],
        sop_kinds=[(key, say(label)) for key, label in SOP_KINDS.items()],
        rule=rules.completeness_rule(shown["route_key"]),
        roles=[(key, say(label)) for key, label in ROLES.items()],
        units=[(unit["code"], unit["name"]) for unit in queries.units(office(), actor())],
    )


def _lacking(missing: list[dict[str, str]]) -> dict[str, list[str]]:
    """What the draft still lacks, by part, in the reader's words."""
    lacking: dict[str, list[str]] = {}
    for one in missing:
        lacking.setdefault(one["field"], []).append(words()(one["sentence"]))
    return lacking


def _place(path: str) -> str:
    """Where in the editor a field stands: `diagram_alir.steps.4.waktu.value` -> `g. Diagram alir, langkah 5`."""
    say = words()
    part, *rest = path.split(".")
    label = (
        f"{LETTERS[part]}. {say(PARTS[part])}"
        if part in PARTS
        else say(IDENTITY.get((rest or [""])[0], part))
    )
    number = next((int(piece) + 1 for piece in rest if piece.isdecimal()), None)
    if number is None:
        return label
    row = say(N_("step {no}"), no=number) if "steps" in rest else say(N_("row {no}"), no=number)
    return f"{label}, {row}"


# --- reading --------------------------------------------------------------------------------


@page.get("/usulan/<proposal_id>/naskah/<int:version>")
@permits(SIGNED_IN)
def naskah_version(proposal_id: str, version: int) -> Response:
    """One version to read, with what changed against the one before or a chosen one."""
    against = whole(request.args, "banding")
    shown = queries.naskah_version(office(), actor(), proposal_id, version, compared_to=against)
    readings.note(office(), actor(), "draft", f"{proposal_id}/{version}", proposal_id=proposal_id)
    return draw("naskah_version.html", section="cases", shown=shown)


@page.get("/usulan/<proposal_id>/naskah/<int:version>/gambar.svg")
@permits(SIGNED_IN)
def naskah_picture(proposal_id: str, version: int) -> Response:
    """The flow diagram of a version, drawn with the five symbols."""
    shown = queries.naskah_version(office(), actor(), proposal_id, version)
    readings.note(office(), actor(), "draft", f"{proposal_id}/{version}", proposal_id=proposal_id)
    drawn = flow_picture(naskah_rules.normalise(shown["naskah"]).diagram_alir)
    return svg(drawn)


def svg(drawn: str) -> Response:
    """A drawing as an answer of its own: shown as a picture, it may style itself and nothing else."""
    response = Response(drawn, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = security.DOCUMENT_CSP
    return response


# --- attachments ----------------------------------------------------------------------------


@page.post("/usulan/<proposal_id>/lampiran")
@permits("attachment.add", uploads=True)
def attach(proposal_id: str) -> AnyResponse:
    security.allow_upload(office().settings.upload_limit)
    file = request.files.get("berkas")
    try:
        if file is None or not file.filename:
            raise InvalidForm(N_("Please choose a file first."))
        draft.attach(office(), actor(), proposal_id, request.form.get("role", ""), file.filename, file.read())
    except (InvalidForm, OnHold, TooLarge, TooMany, WrongFileType) as refusal:
        tell(_first_sentence(refusal), "red", ATTACHMENTS)
    else:
        tell(N_("{name} is attached."), place=ATTACHMENTS, name=file.filename)
    return go("pages.edit_naskah", proposal_id=proposal_id, _anchor="lampiran")


def _first_sentence(refusal: ParafError) -> str:
    return next(iter(told(refusal).values()))[0]


@page.post("/usulan/<proposal_id>/lampiran/<attachment_id>/hapus")
@permits("attachment.add")
def detach(proposal_id: str, attachment_id: str) -> AnyResponse:
    draft.remove_attachment(office(), actor(), proposal_id, attachment_id)
    tell(N_("The attachment is taken off the draft."), place=ATTACHMENTS)
    return go("pages.edit_naskah", proposal_id=proposal_id, _anchor="lampiran")


@page.get("/lampiran/<sha256>")
@permits(SIGNED_IN)
def attachment(sha256: str) -> Response:
    """An attached file, always as a download: it never runs in our pages."""
    found = queries.attachment_file(office(), actor(), sha256)
    readings.note(office(), actor(), "attachment", sha256, found["instance_id"])
    content = found["open"]()
    response = send_file(
        io.BytesIO(content) if isinstance(content, bytes) else content,
        mimetype=found["media_type"],
        as_attachment=True,
        download_name=found["filename"],
    )
    response.headers["Content-Security-Policy"] = security.FILE_CSP
    response.headers["Cache-Control"] = "no-store"
    return response
