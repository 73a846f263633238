"""The frame of every page: the blueprint, the reader, the template environment, and notices.

Knows Flask, the office and who is asking; must not know what any one page shows.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    render_template,
    request,
    url_for,
)
from flask import redirect as flask_redirect
from markupsafe import Markup

from paraf.domain import policy
from paraf.entrypoints.answers import is_key, read_cursor, write_cursor
from paraf.entrypoints.auth import CSRF_FIELD, actor, office
from paraf.entrypoints.pages import case_words
from paraf.entrypoints.pages.words import PAIRS, Words
from paraf.errors import InvalidForm
from paraf.language import N_
from paraf.usecases import queries

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from paraf.errors import ParafError
    from paraf.usecases.once import Once

page = Blueprint("pages", __name__)

MENU = (
    ("inbox", "pages.inbox", N_("Inbox")),
    ("cases", "pages.cases", N_("Cases")),
    ("copies", "pages.copies", N_("Copies")),
    ("register", "pages.register", N_("SOP register")),
    ("routes", "pages.routes", N_("Routes")),
)
OPEN_TO_TEMPORARY = frozenset({"pages.profile", "pages.change_password", "pages.sign_out", "pages.sign_in"})
_MOST_DIGITS = 9
ROOMS = (
    ("workshop", "pages.workshop", N_("Workshop"), "workshop.read"),
    ("audit", "pages.audit", N_("Audit"), "audit.read"),
    ("repairs", "pages.repairs", N_("Repairs"), "repair.read"),
    ("admin", "pages.units", N_("Administration"), "administration.read"),
)
"""Rooms that only some may enter: section, endpoint, label, the permission that opens the door."""


# --- who and what ---------------------------------------------------------------------------


def reader() -> dict[str, Any]:
    """The person asking as `GET /me` tells it, once per request."""
    if "reader" not in g:
        g.reader = queries.me(office(), actor())
    return cast("dict[str, Any]", g.reader)


def words() -> Words:
    """The words of this reader: the office's language and the zone of the reader's unit."""
    if "words" not in g:
        g.words = Words(office().language, _zone())
    return cast("Words", g.words)


def _zone() -> str:
    person = g.get("actor")
    if person is None or not person.appointments:
        return office().settings.zone
    with office().store.read() as uow:
        return office().organisation(uow).zone_of(person.appointments[0].position_id)


# --- drawing --------------------------------------------------------------------------------


def draw(template: str, status: int = 200, *, section: str = "", **data: Any) -> Response:
    """The page of this template, never cached: what it shows depends on who looks."""
    response = make_response(render_template(template, section=section, **data), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def tell(msgid: str, tone: str = "green", place: str = "", **values: object) -> None:
    """One sentence at the top of the next page, or at the place on it that shows its own."""
    flash(words()(msgid, **values), f"{tone} {place}".strip())


def notices(place: str = "") -> list[tuple[str, str]]:
    """What was told for the top of this page, or for a place on it: tone and words."""
    told = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [
        (marks.partition(" ")[0], sentence) for marks, sentence in told if marks.partition(" ")[2] == place
    ]


def said(refusal: Any) -> str:
    """A refusal in the reader's words, from `{detail, values, rule}`; "" for none."""
    if not refusal:
        return ""
    if isinstance(refusal, str):
        return words()(refusal)
    sentence = words()(refusal["detail"], **refusal.get("values", {}))
    rule = words().article(refusal.get("rule") or "")
    return f"{sentence} ({rule})" if rule else sentence


def told(refusal: ParafError) -> dict[str, list[str]]:
    """What is wrong with a form, by field, in the reader's words; "" holds what has no field."""
    say = words()
    found = {
        field: [say(sentence, **refusal.values) for sentence in sentences]
        for field, sentences in refusal.errors.items()
    }
    return found or {"": [say(refusal.detail, **refusal.values)]}


def go(endpoint: str, **values: Any) -> AnyResponse:
    """On to another page after something was done (303, so that a reload does not do it again)."""
    return flask_redirect(url_for(endpoint, **values), 303)


def cursor_of(key: Any) -> str | None:
    """The key a list goes on after, as text for an address; None at its end."""
    return None if key is None else write_cursor(key)


def after(name: str = "cursor") -> tuple[str, str] | None:
    """The key in this address under that name; a damaged one starts the list anew."""
    try:
        key = read_cursor(request.args.get(name), 2)
    except InvalidForm:
        return None
    return None if key is None else (key[0], key[1])


def whole(given: Mapping[str, str], name: str) -> int | None:
    """The whole number in a field of a form or an address; None for an empty one. Raises InvalidForm
    for anything else and for what no column holds."""
    text = given.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise InvalidForm(
            N_("Some fields need your attention."), errors={name: [N_("This must be a whole number.")]}
        )
    return int(text)


def same_form_once() -> Once | None:
    """The key that makes a form sent twice count once; a hidden field carries it."""
    key = request.form.get("once", "")
    if not key:
        return None
    if not is_key(key):
        raise InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    sent = {name: request.form.getlist(name) for name in sorted(request.form) if name != CSRF_FIELD}
    body = json.dumps([request.path, sent], ensure_ascii=False, sort_keys=True)
    return key, hashlib.sha256(body.encode()).hexdigest()


def own_path(address: str | None) -> str | None:
    """`address` if it is a path on this server, else None: a sign-in never leads elsewhere."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if not parts.scheme and not parts.netloc else None


def turned(**changes: Any) -> str:
    """This address with some query values changed; None takes one away."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), **changes}
    return url_for(str(request.endpoint), **{k: v for k, v in values.items() if v not in (None, "")})


@cache
def _print_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file with its fingerprint, so that it may be cached for ever."""
    folder = Path(str(current_app.static_folder))
    return url_for("static", filename=name, v=_print_of(folder / name))


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, g.get("csrf") or "")


def once_field() -> Markup:
    sent = request.form.get("once", "")
    key = sent if is_key(sent) else secrets.token_urlsafe(18)
    return Markup('<input type="hidden" name="once" value="{}">').format(key)


@page.before_request
def _password_first() -> AnyResponse | None:
    """Whoever came in with a temporary password chooses one of his own before anything else."""
    person = g.get("actor")
    if person is None or not person.must_change_password or request.endpoint in OPEN_TO_TEMPORARY:
        return None
    return go("pages.profile")


@page.app_context_processor
def _surroundings() -> dict[str, Any]:
    signed_in = g.get("actor") is not None
    rooms = [room[:3] for room in ROOMS if signed_in and policy.may(actor(), room[3])]
    say = words()
    return {
        "language_code": say.language.code,
        "zone_words": say.zone_words if signed_in else "",
        "me": reader() if signed_in else None,
        "menu": [(key, endpoint, say(label)) for key, endpoint, label in (*MENU, *rooms)],
        "sample_mode": office().settings.sample,
    }


@page.record_once
def _template_words(state: Any) -> None:
    """Filters and globals ask for the words of the reader at the moment they are used."""

    def every(say: Words) -> dict[str, Any]:
        return {**say.filters(), **case_words.filters(say)}

    def asked(name: str) -> Any:
        return lambda *values: every(words())[name](*values)

    environment = state.app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    for name in every(Words(state.app.extensions["paraf"].language, "UTC")):
        environment.filters[name] = asked(name)
    environment.filters.update(PAIRS)
    environment.globals.update(
        {
            "_": lambda msgid, **values: words()(msgid, **values),
            "asset": asset,
            "csrf_field": csrf_field,
            "once_field": once_field,
            "notices": notices,
            "turn": turned,
        }
    )
