"""Coming in and going out, and one's own account.

Knows the sign-in form, the sample accounts it lists in sample mode, and the password form; must not
know how a password is checked or a session kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, g, redirect, request

from paraf.entrypoints import auth
from paraf.entrypoints.auth import PUBLIC, SIGNED_IN, actor, office, permits
from paraf.entrypoints.pages.frame import draw, go, own_path, page, tell, told, words
from paraf.entrypoints.sample import PASSWORD
from paraf.errors import InvalidForm, NotSignedIn, ParafError, TooMany
from paraf.language import N_
from paraf.usecases import sign_in as coming_in

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

PERSONAS = (
    ("staf.konsuler", N_("Drafts an SOP (Eselon I route)")),
    ("dir.konsuler", N_("Signs and ratifies")),
    ("dirjen.protkons", N_("Submits, sets by decree")),
    ("penelaah.ortala", N_("Reviews")),
    ("karo.po", N_("Decides the outcome of the review")),
    ("sekjen", N_("Approves")),
    ("staf.sdm", N_("Drafts (Sekretariat Jenderal)")),
    ("karo.sdm", N_("Submits and ratifies (Sekretariat Jenderal)")),
    ("staf.tokyo", N_("Drafts (Perwakilan)")),
    ("dubes.tokyo", N_("Heads a Perwakilan")),
    ("menteri", N_("Sets an SOP Makro")),
    ("auditor.itjen", N_("Reads histories")),
    ("kapus.tik", N_("Submits, ratifies and sets (Pusat)")),
    ("admin", N_("Keeps the organisation")),
)


@page.get("/masuk")
@permits(PUBLIC)
def sign_in_form() -> AnyResponse:
    auth.look_who_is_there()
    if g.get("actor") is not None:
        return go("pages.home")
    return _door()


@page.post("/masuk")
@permits(PUBLIC)
def sign_in() -> AnyResponse:
    """Come in, and go on to where one was going."""
    login = request.form.get("login", "")
    onward = own_path(request.form.get("onward"))
    try:
        session_id, _ = coming_in.sign_in(
            office(), login, request.form.get("password", ""), request.remote_addr or "", auth.session_id()
        )
    except (NotSignedIn, TooMany, InvalidForm) as refusal:
        return _door(refusal, login)
    response = redirect(onward or "/", 303)
    return auth.start_session(response, session_id)  # type: ignore[arg-type]


def _door(refusal: ParafError | None = None, login: str = "") -> Response:
    say = words()
    settings = office().settings
    return draw(
        "login.html",
        refusal.status if refusal else 200,
        trouble=say(refusal.detail, **refusal.values) if refusal else "",
        login=login,
        onward=own_path(request.values.get("next") or request.values.get("onward")),
        institution=settings.institution,
        accounts=_sample_accounts() if settings.sample else [],
        password=PASSWORD if settings.sample else "",
    )


def _sample_accounts() -> list[dict[str, str]]:
    """The personas of the sample organisation who are there, with the position each holds now."""
    at = office().now()
    with office().store.read() as uow:
        organisation = office().organisation(uow)
    by_login = {person.login: person for person in organisation.people.values() if person.login}
    found = []
    for login, persona in PERSONAS:
        person = by_login.get(login)
        if person is not None:
            held = organisation.appointments_of(person.id, at)
            title = "; ".join(organisation.signing_title(one) for one in held)
            found.append(
                {"login": login, "name": person.name or "", "persona": words()(persona), "title": title}
            )
    return found


@page.post("/keluar")
@permits(SIGNED_IN)
def sign_out() -> AnyResponse:
    session_id = auth.session_id()
    if session_id:
        coming_in.sign_out(office(), session_id)
    return auth.end_session(redirect("/masuk", 303))  # type: ignore[arg-type]


# --- one's own account ------------------------------------------------------------------------


@page.get("/profil")
@permits(SIGNED_IN)
def profile() -> Response:
    return draw("profile.html", errors={}, must_change=actor().must_change_password)


@page.post("/profil/kata-sandi")
@permits(SIGNED_IN)
def change_password() -> AnyResponse:
    """Change the password; every other session of the person ends."""
    new = request.form.get("new_password", "")
    try:
        if new != request.form.get("repeated", ""):
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"repeated": [N_("The two passwords are not the same.")]},
            )
        session_id, _ = coming_in.change_password(
            office(), actor(), request.form.get("old_password", ""), new, request.remote_addr or ""
        )
    except InvalidForm as refusal:
        return draw("profile.html", 422, errors=told(refusal), must_change=actor().must_change_password)
    tell(N_("The password is changed. Every other session and every token has ended."))
    return auth.start_session(go("pages.profile"), session_id)  # type: ignore[arg-type]
