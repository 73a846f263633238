"""Persons and their ways in: passwords, sessions, tokens, bad attempts, erasure.

Knows the rows; must not know how a password is checked or what a limit is (`usecases/sign_in.py`).
Whoever holds a session or a token is found in one statement, with his appointments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, or_, select, update

from paraf.domain.organisation import Actor
from paraf.domain.posts import PositionKind, SystemRole, precedence
from paraf.storage.organisation import APPOINTMENT_COLUMNS, appointment_of
from paraf.storage.sending import Ready, ask
from paraf.storage.tables import (
    api_token,
    appointment,
    attachment,
    idempotency,
    person,
    position,
    sign_in_attempt,
    user_session,
)


@dataclass(frozen=True, slots=True)
class Account:
    """A person as signing in and administration need one."""

    id: str
    login: str | None
    name: str | None
    nip: str | None
    email: str | None
    password_hash: str | None
    must_change_password: bool
    system_roles: frozenset[str]
    disabled_at: str | None
    erased_at: str | None


@dataclass(frozen=True, slots=True)
class SessionFound:
    """A live session: whose it is, its CSRF token, and when it was last used."""

    actor: Actor
    csrf: str
    seen_at: str


_ACCOUNT_COLUMNS = (
    person.c.id,
    person.c.login,
    person.c.name,
    person.c.nip,
    person.c.email,
    person.c.password_hash,
    person.c.must_change_password,
    person.c.system_roles,
    person.c.disabled_at,
    person.c.erased_at,
)
_BY_LOGIN = Ready(select(*_ACCOUNT_COLUMNS).where(person.c.login == bindparam("login")))
_BY_ID = Ready(select(*_ACCOUNT_COLUMNS).where(person.c.id == bindparam("id")))
_NAME = select(person.c.name).where(person.c.id == bindparam("id"))

_ACTOR_COLUMNS = (
    person.c.id,
    person.c.login,
    person.c.name,
    person.c.system_roles,
    person.c.must_change_password,
)
_ACTOR_WIDTH = len(_ACTOR_COLUMNS)
_KIND = _ACTOR_WIDTH + len(APPOINTMENT_COLUMNS)
_POST = position.c.id == appointment.c.position_id
_IN_FORCE = and_(
    appointment.c.person_id == person.c.id,
    appointment.c.valid_from <= bindparam("at"),
    (appointment.c.valid_to.is_(None)) | (appointment.c.valid_to > bindparam("at")),
)
_BY_TOKEN = Ready(
    select(*_ACTOR_COLUMNS, *APPOINTMENT_COLUMNS, position.c.kind)
    .select_from(
        api_token.join(person, person.c.id == api_token.c.person_id)
        .outerjoin(appointment, _IN_FORCE)
        .outerjoin(position, _POST)
    )
    .where(
        api_token.c.token_sha256 == bindparam("sha256"),
        (api_token.c.expires_at.is_(None)) | (api_token.c.expires_at > bindparam("at")),
        person.c.disabled_at.is_(None),
    )
)
_BY_SESSION: Select[Any] = (
    select(
        *_ACTOR_COLUMNS, *APPOINTMENT_COLUMNS, position.c.kind, user_session.c.csrf, user_session.c.seen_at
    )
    .select_from(
        user_session.join(person, person.c.id == user_session.c.person_id)
        .outerjoin(appointment, _IN_FORCE)
        .outerjoin(position, _POST)
    )
    .where(
        user_session.c.id_sha256 == bindparam("sha256"),
        user_session.c.seen_at > bindparam("idle_since"),
        user_session.c.created_at > bindparam("oldest"),
        person.c.disabled_at.is_(None),
    )
)
_TOUCH = (
    update(user_session)
    .where(user_session.c.id_sha256 == bindparam("sha256"))
    .values(seen_at=bindparam("at"))
)
_ATTEMPTS = (
    select(sign_in_attempt.c.subject, func.count())
    .where(sign_in_attempt.c.subject.in_(bindparam("subjects", expanding=True)))
    .where(sign_in_attempt.c.at > bindparam("since"))
    .group_by(sign_in_attempt.c.subject)
)


def _actor(rows: Sequence[Sequence[Any]]) -> Actor:
    first = rows[0]
    held = (
        appointment_of(row[_ACTOR_WIDTH:_KIND])
        for row in rows
        if row[_ACTOR_WIDTH] is not None
    )
    # whoever holds a post of auditors reads everything and changes nothing, like who was given the role
    audits = {SystemRole.AUDITOR} if any(row[_KIND] == PositionKind.AUDITOR for row in rows) else set()
    return Actor(
        person_id=first[0],
        login=first[1] or "",
        name=first[2] or "",
        system_roles=frozenset(json.loads(first[3])) | audits,
        appointments=tuple(sorted(held, key=precedence)),
        must_change_password=bool(first[4]),
    )


class People:
    """The repository of persons on one connection; every method is one statement unless it says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- accounts

    def name(self, person_id: str) -> str | None:
        return self._connection.execute(_NAME, {"id": person_id}).scalar()

    def by_login(self, login: str) -> Account | None:
        return self._account(_BY_LOGIN, {"login": login})

    def by_id(self, person_id: str) -> Account | None:
        return self._account(_BY_ID, {"id": person_id})

    def _account(self, statement: Ready, values: Mapping[str, str]) -> Account | None:
        rows = ask(self._connection, statement, values)
        if not rows:
            return None
        login, name, nip, email, password_hash, must_change, roles, disabled_at, erased_at = rows[0][1:]
        return Account(
            rows[0][0],
            login,
            name,
            nip,
            email,
            password_hash,
            bool(must_change),
            frozenset(json.loads(roles)),
            disabled_at,
            erased_at,
        )

    def update(self, person_id: str, **columns: object) -> None:
        """Set the columns given."""
        self._connection.execute(update(person).where(person.c.id == person_id).values(**columns))

    def set_first_passwords(self, password_hash: str) -> int:
        """Set this hash for everybody who has a login and no password yet; how many it were."""
        waiting = person.c.password_hash.is_(None) & person.c.login.is_not(None)
        statement = update(person).where(waiting, person.c.disabled_at.is_(None))
        return self._connection.execute(statement.values(password_hash=password_hash)).rowcount

    # --- sessions

    def open_session(self, sha256: str, person_id: str, csrf: str, at: str) -> None:
        values = {"id_sha256": sha256, "person_id": person_id, "csrf": csrf, "created_at": at, "seen_at": at}
        self._connection.execute(insert(user_session), values)

    def by_session(self, sha256: str, at: str, idle_since: str, oldest: str) -> SessionFound | None:
        values = {"sha256": sha256, "at": at, "idle_since": idle_since, "oldest": oldest}
        rows = self._connection.execute(_BY_SESSION, values).all()
        return SessionFound(_actor(rows), rows[0][-2], rows[0][-1]) if rows else None

    def touch_session(self, sha256: str, at: str) -> None:
        self._connection.execute(_TOUCH, {"sha256": sha256, "at": at})

    def close_session(self, sha256: str) -> None:
        self._connection.execute(delete(user_session).where(user_session.c.id_sha256 == sha256))

    def close_sessions(self, person_id: str) -> None:
        self._connection.execute(delete(user_session).where(user_session.c.person_id == person_id))

    def drop_old_sessions(self, oldest: str) -> None:
        self._connection.execute(delete(user_session).where(user_session.c.created_at <= oldest))

    # --- tokens

    def add_token(self, sha256: str, person_id: str, at: str, expires_at: str | None) -> None:
        values = {"token_sha256": sha256, "person_id": person_id, "created_at": at, "expires_at": expires_at}
        self._connection.execute(insert(api_token), values)

    def by_token(self, sha256: str, at: str) -> Actor | None:
        rows = ask(self._connection, _BY_TOKEN, {"sha256": sha256, "at": at})
        return _actor(rows) if rows else None

    def revoke_tokens(self, person_id: str) -> None:
        self._connection.execute(delete(api_token).where(api_token.c.person_id == person_id))

    # --- what one person may do too often

    def files_attached(self, person_id: str, since: str) -> int:
        """How many files the person has attached after `since`, taken off again or not."""
        statement = select(func.count()).where(
            attachment.c.added_by == person_id, attachment.c.added_at > since
        )
        return int(self._connection.execute(statement).scalar_one())

    def attempts(self, subjects: Sequence[str], since: str) -> dict[str, int]:
        """How many attempts each subject has made after `since`; subjects without any are absent."""
        rows = self._connection.execute(_ATTEMPTS, {"subjects": list(subjects), "since": since})
        return {row[0]: row[1] for row in rows}

    def add_attempts(self, attempt_ids: Sequence[str], subjects: Sequence[str], at: str) -> None:
        rows = [
            {"id": attempt_id, "subject": subject, "at": at}
            for attempt_id, subject in zip(attempt_ids, subjects, strict=True)
        ]
        self._connection.execute(insert(sign_in_attempt), rows)

    def forget_attempts(self, attempt_ids: Sequence[str], subject: str | None = None) -> None:
        """These attempts, and all of the subject."""
        gone = sign_in_attempt.c.id.in_(attempt_ids) | (sign_in_attempt.c.subject == subject)
        self._connection.execute(delete(sign_in_attempt).where(gone))

    def drop_old_attempts(self, before: str) -> None:
        self._connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at <= before))

    # --- erasure

    def erase(self, person_id: str, at: str) -> None:
        """Five statements: the person is an id without a name, with no way in, and the answers kept
        for repeated requests that are his or name him are gone. What was typed is erased by
        `History.erase_words_of`."""
        name = self.name(person_id)
        naming = [idempotency.c.answer.contains(part, autoescape=True) for part in (person_id, name) if part]
        self.update(
            person_id,
            login=None,
            name=None,
            nip=None,
            email=None,
            password_hash=None,
            system_roles="[]",
            disabled_at=at,
            erased_at=at,
        )
        self.close_sessions(person_id)
        self.revoke_tokens(person_id)
        his = idempotency.c.person_id == person_id
        self._connection.execute(delete(idempotency).where(or_(his, *naming)))
