"""A person signs in and out, and is recognised with every request after that.

Sessions and tokens live in the database under the SHA-256 of their id, so that ending one ends it
for every process. An attempt is counted before the password is looked at: two processes share one
count. What went wrong is never told: not whether the login exists, nor whether it is disabled.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from paraf.domain.calendar import instant_text
from paraf.domain.organisation import Actor
from paraf.errors import InvalidForm, NotFound, NotSignedIn, TooMany
from paraf.language import N_
from paraf.storage.people import Account
from paraf.storage.trouble import Contention
from paraf.usecases import passwords

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

LIMIT = 20
"""Bad attempts for one login from one address within the window: whoever sits elsewhere and guesses
shuts himself out, not the person."""
LOGIN_LIMIT = 100
"""Bad attempts for one login from anywhere."""
ADDRESS_LIMIT = 100
"""Bad attempts from one address: a whole ministry may stand behind one."""
WINDOW = timedelta(minutes=15)
TOUCH_AFTER = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated request is answered alike (`once.py`)."""
TOKEN_PREFIX = "paraf_"  # noqa: S105 - marks a leaked token as one of ours


def sign_in(
    office: Office, login: str, password: str, address: str, previous: str | None = None
) -> tuple[str, str]:
    """A new session: (session id, CSRF token). `previous` is the session the browser came with; it
    ends. Raises NotSignedIn for whatever is wrong, TooMany after 20 bad attempts from this address."""
    login = normal_login(login)
    account, attempt = _count_attempt(office, login, address)
    if not passwords.fits(password, _usable_hash(account)):
        raise NotSignedIn(N_("The login or the password is not right."))
    renewed = passwords.hash_password(password) if passwords.is_outdated(_hash_of(account)) else None
    return office.store.run(lambda uow: _let_in(office, uow, _known(account), attempt, previous, renewed))


def session_actor(office: Office, session_id: str) -> tuple[Actor, str] | None:
    """The person of a live session and its CSRF token, in one statement; None when it is over."""
    now = office.clock()
    at, digest = instant_text(now), _sha256(session_id)
    with office.store.read() as uow:
        found = uow.people.by_session(digest, at, *_limits(office, now))
    if found is None:
        return None
    if found.seen_at < instant_text(now - TOUCH_AFTER):
        _touch(office, digest, at)
    return found.actor, found.csrf


def token_actor(office: Office, token: str) -> Actor | None:
    """The person of a bearer token, in one statement; None when it is unknown or has expired."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    with office.store.read() as uow:
        return uow.people.by_token(_sha256(token), office.now())


def sign_out(office: Office, session_id: str) -> None:
    """End the session. Ending it twice is no error."""
    office.store.run(lambda uow: uow.people.close_session(_sha256(session_id)))


def change_password(office: Office, actor: Actor, old: str, new: str, address: str = "") -> tuple[str, str]:
    """Set a new password. Every session and token of the person ends; the answer is a fresh session."""
    account, attempt = _count_attempt(office, actor.login, address)
    if not passwords.fits(old, _usable_hash(account)):
        raise InvalidForm(
            N_("The present password is not right."),
            errors={"old_password": [N_("The present password is not right.")]},
        )
    if old == new:
        raise InvalidForm(
            N_("This password cannot be used."), errors={"new_password": [N_("Choose another password.")]}
        )
    passwords.check_choice(new, actor.login)
    renewed = passwords.hash_password(new)

    def change(uow: UnitOfWork) -> tuple[str, str]:
        uow.people.close_sessions(actor.person_id)
        uow.people.revoke_tokens(actor.person_id)
        session = _let_in(office, uow, _known(account), attempt, None, renewed)
        uow.people.update(actor.person_id, must_change_password=0)
        _note(office, uow, "password.changed", actor.person_id, actor.person_id)
        return session

    return office.store.run(change)


def confirm_password(office: Office, actor: Actor, password: str, address: str) -> None:
    """Whoever is signed in shows once more that it is he. A wrong password counts like any bad attempt
    to sign in. Raises InvalidForm at `password`, TooMany."""
    account, attempt = _count_attempt(office, actor.login, address)
    if not passwords.fits(password, _usable_hash(account)):
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={"password": [N_("The present password is not right.")]},
        )
    office.store.run(lambda uow: uow.people.forget_attempts(attempt.ids, attempt.pair))


def issue_token(office: Office, login: str, days: int | None = None) -> str:
    """A bearer token of the person, shown only now; `days` is how long it is good for."""
    token = TOKEN_PREFIX + _secret(office)

    def issue(uow: UnitOfWork) -> str:
        account = uow.people.by_login(normal_login(login))
        if account is None or account.disabled_at is not None:
            raise NotFound(N_("There is no active person with the login {login}."), login=login)
        now = office.clock()
        until = instant_text(now + timedelta(days=days or office.settings.token_days))
        uow.people.add_token(_sha256(token), account.id, instant_text(now), until)
        _note(office, uow, "token.issued", None, account.id)
        return token

    return office.store.run(issue)


def normal_login(login: str) -> str:
    """Logins are lower case; blanks around one are a slip."""
    return login.strip().lower()


# --- attempts ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The rows of one attempt; `pair` is the login tried from its address."""

    ids: tuple[str, ...]
    pair: str


def _count_attempt(office: Office, login: str, address: str) -> tuple[Account | None, _Attempt]:
    """Count this attempt as bad until it proves good. The account, and the attempt.

    It is written before anything is counted: of many at the same moment each sees all that came
    before it. An attempt that is refused unlooked at does not count."""
    pair = f"pair:{_sha256(f'{login} {address}')}"
    most = {pair: LIMIT, f"login:{_sha256(login)}": LOGIN_LIMIT, f"address:{_sha256(address)}": ADDRESS_LIMIT}
    attempt = _Attempt(tuple(office.new_id() for _ in most), pair)
    now = office.clock()
    office.store.run(lambda uow: uow.people.add_attempts(attempt.ids, tuple(most), instant_text(now)))

    def count(uow: UnitOfWork) -> tuple[Account | None, bool]:
        found = uow.people.attempts(tuple(most), instant_text(now - WINDOW))
        account = uow.people.by_login(login)
        if any(found.get(subject, 0) > limit for subject, limit in most.items()):
            uow.people.forget_attempts(attempt.ids)
            return account, False
        if any(found.get(subject, 0) == most[subject] for subject in tuple(most)[:2]):
            _note(office, uow, "sign_in.last_attempt", None, account.id if account else None)
        return account, True

    account, counted = office.store.run(count)
    if not counted:
        raise TooMany(
            N_("Too many attempts to sign in. Please wait {minutes} minutes."),
            minutes=int(WINDOW.total_seconds() // 60),
        )
    return account, attempt


def _let_in(
    office: Office,
    uow: UnitOfWork,
    account: Account,
    attempt: _Attempt,
    previous: str | None,
    renewed: str | None,
) -> tuple[str, str]:
    now = office.clock()
    current = uow.people.by_id(account.id)
    # the account may have been disabled, or its password reset, while this one was being checked
    if current is None or current.disabled_at or current.password_hash != account.password_hash:
        raise NotSignedIn(N_("The login or the password is not right."))
    uow.people.forget_attempts(attempt.ids, attempt.pair)
    uow.people.drop_old_attempts(instant_text(now - WINDOW))
    uow.people.drop_old_sessions(_limits(office, now)[1])
    uow.idempotency.forget(instant_text(now - ANSWERS_KEPT))
    if previous:
        uow.people.close_session(_sha256(previous))
    if renewed is not None:
        uow.people.update(account.id, password_hash=renewed)
    session_id, csrf = _secret(office), _secret(office)
    uow.people.open_session(_sha256(session_id), account.id, csrf, instant_text(now))
    return session_id, csrf


def _usable_hash(account: Account | None) -> str | None:
    return None if account is None or account.disabled_at is not None else account.password_hash


def _hash_of(account: Account | None) -> str:
    return _known(account).password_hash or ""


def _known(account: Account | None) -> Account:
    if account is None:
        raise NotSignedIn(N_("The login or the password is not right."))
    return account


# --- sessions ---------------------------------------------------------------------------------


def _limits(office: Office, now: datetime) -> tuple[str, str]:
    """Sessions unused since the first instant, or begun before the second, are over."""
    settings = office.settings
    return (
        instant_text(now - timedelta(minutes=settings.session_idle_minutes)),
        instant_text(now - timedelta(hours=settings.session_hours)),
    )


def _touch(office: Office, digest: str, at: str) -> None:
    try:
        office.store.run(lambda uow: uow.people.touch_session(digest, at))
    except Contention:
        return  # a busy database costs the session one minute, not the reader his page


def _note(office: Office, uow: UnitOfWork, event_type: str, actor: str | None, person_id: str | None) -> None:
    uow.organisation.record(office.new_id(), office.now(), actor, event_type, {"person": person_id})


def _secret(office: Office) -> str:
    return base64.urlsafe_b64encode(office.randomness(32)).decode().rstrip("=")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
