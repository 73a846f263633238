"""Who is asking, and may this address be asked by them at all: deny unless declared.

Knows the bearer token, the session cookie, the CSRF token and the permission each view declares;
must not know what a view does. The gate looks at the matched view, never at the text of the
address. The use cases ask the finer questions again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.entrypoints.security import allow_upload, refuse_odd_form
from paraf.errors import NotAllowed, NotSignedIn
from paraf.language import N_
from paraf.usecases import sign_in

if TYPE_CHECKING:
    from paraf.usecases.office import Office

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
WITH_GIVEN_PASSWORD = frozenset({"pages.profile", "pages.change_password", "pages.sign_out"})
"""All that a session may ask for while its password is still the one an administrator gave."""
_LONGEST_TOKEN = 200


class MustChangePassword(NotAllowed):
    """The password is still the one an administrator gave; the pages lead to where it is changed."""


# --- declaring --------------------------------------------------------------------------------


def permits(permission: str, *, uploads: bool = False) -> Callable[[View], View]:
    """Declare what a view needs: PUBLIC, SIGNED_IN, or a permission of `policy.PERMISSIONS`. A view
    that declares nothing is refused to everybody. `uploads` lets the request carry a file."""
    if permission not in {PUBLIC, SIGNED_IN} and permission not in policy.PERMISSIONS:
        raise LookupError(f"no such permission: {permission}")

    def declare(view: View) -> View:
        view.permission, view.uploads = permission, uploads  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What the view behind an endpoint declares, None for nothing."""
    return getattr(app.view_functions.get(endpoint), "permission", None)


# --- asking -----------------------------------------------------------------------------------


def office() -> Office:
    """The office this application serves."""
    return cast("Office", current_app.extensions["paraf"])


def actor() -> Actor:
    """The person asking. Raises NotSignedIn."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise NotSignedIn(N_("Please sign in first."))
    return found


# --- the gate ---------------------------------------------------------------------------------


def install(app: Flask) -> None:
    """Put the gate before every view."""
    app.before_request(_gate)


def _gate() -> None:
    if request.routing_exception is not None or request.endpoint is None:
        return
    permission = permission_of(current_app, request.endpoint)
    if permission is None:
        raise NotAllowed(N_("This address is not open to anybody."))
    uploads = getattr(current_app.view_functions[request.endpoint], "uploads", False)
    if uploads:
        allow_upload(office().settings.upload_limit)
    has_form = uploads or request.blueprint != "api"
    unsafe = request.method not in SAFE
    if permission == PUBLIC:
        if unsafe and not from_own_pages():
            raise _not_from_here()
        if has_form:
            refuse_odd_form()
        return
    bearer = request.headers.get("Authorization")
    if bearer is not None:
        g.actor = _by_token(bearer)
    else:
        g.actor = _by_session(unsafe)
        if g.actor.must_change_password and request.endpoint not in WITH_GIVEN_PASSWORD:
            raise MustChangePassword(N_("Please choose a password of your own first."))
    if permission != SIGNED_IN:
        policy.require(g.actor, permission)
    if has_form:
        refuse_odd_form()


def _by_token(header: str) -> Actor:
    scheme, _, token = header.partition(" ")
    token = token.strip()
    found = None
    if scheme.lower() == "bearer" and 0 < len(token) <= _LONGEST_TOKEN and token.isascii():
        found = sign_in.token_actor(office(), token)
    if found is None:
        raise NotSignedIn(N_("The token is not valid or has expired."))
    return found


def _by_session(unsafe: bool) -> Actor:
    found = _session()
    if found is None:
        raise NotSignedIn(N_("Please sign in first."))
    person, g.csrf = found
    if unsafe:
        given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
        if not hmac.compare_digest(given.encode(), g.csrf.encode()):
            raise NotAllowed(
                N_("The page was open too long or the request came from elsewhere. Please try again.")
            )
        if not from_own_pages():
            raise _not_from_here()
    return person


def look_who_is_there() -> None:
    """On a public page: set the person of the session, if there is one. Refuses nobody."""
    found = _session()
    if found is not None:
        g.actor, g.csrf = found


def _session() -> tuple[Actor, str] | None:
    given = session_id()
    return sign_in.session_actor(office(), given) if given and len(given) <= _LONGEST_TOKEN else None


def from_own_pages() -> bool:
    """Whether the browser says that the request comes from our own pages. A client that is no
    browser says nothing and is believed: the token decides about it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    schemes = {request.scheme, "https"} if office().settings.cookies_secure else {request.scheme}
    return parts.netloc == request.host and parts.scheme in schemes


def _not_from_here() -> NotAllowed:
    return NotAllowed(N_("The request came from another site and was refused."))


# --- the session cookie -----------------------------------------------------------------------


def cookie_name() -> str:
    """`__Host-` binds the cookie to this very host; browsers take it over HTTPS only."""
    return "__Host-paraf" if office().settings.cookies_secure else "paraf"


def start_session(response: Response, session_id: str) -> Response:
    """Hand the browser its session; a session cookie that ends with the browser."""
    response.set_cookie(
        cookie_name(),
        session_id,
        path="/",
        secure=office().settings.cookies_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def session_id() -> str | None:
    """The session this request came with."""
    return request.cookies.get(cookie_name())


def end_session(response: Response) -> Response:
    """Take the session cookie back."""
    response.delete_cookie(
        cookie_name(), path="/", secure=office().settings.cookies_secure, httponly=True, samesite="Lax"
    )
    return response
