"""Passwords: how they are hashed, checked, chosen and made up.

Knows argon2id and its price in memory; must not know persons, sessions or requests. At most
`AT_ONCE` hashes are worked out at a time in one process, so that a flood of attempts cannot take
the memory of the decisions.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from paraf.errors import InvalidForm, TooMany
from paraf.language import N_

AT_ONCE = 4
PATIENCE_S = 5.0
SHORTEST, LONGEST = 12, 200
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike in print

_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_turns = threading.BoundedSemaphore(AT_ONCE)
_nobody: list[str] = []


def hash_password(password: str) -> str:
    """The argon2id text to store."""
    with _Turn():
        return _HASHER.hash(_normal(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one. Without a stored one it takes as long and is False, so
    that the time does not tell who has an account."""
    if not _nobody:
        _nobody.append(hash_password("nobody has this password"))
    with _Turn():
        try:
            _HASHER.verify(stored or _nobody[0], _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def check_choice(password: str, login: str) -> None:
    """Refuse a password that is easy to guess, naming why."""
    text = _normal(password)
    problem = None
    if len(text) < SHORTEST:
        problem = N_("At least 12 characters.")
    elif len(text) > LONGEST:
        problem = N_("At most 200 characters.")
    elif login.casefold() in text.casefold():
        problem = N_("The password must not contain your login.")
    elif len(set(text)) < 5:
        problem = N_("At least five different characters.")
    if problem is not None:
        raise InvalidForm(N_("This password cannot be used."), errors={"new_password": [problem]})


def temporary_password(randomness: Callable[[int], bytes]) -> str:
    """A password to be handed over once: sixteen letters in four groups (79 bits)."""
    letters: list[str] = []
    while len(letters) < 16:
        # a byte beyond the last whole round would favour the first letters
        letters += [LETTERS[b % len(LETTERS)] for b in randomness(32) if b < 256 - 256 % len(LETTERS)]
    text = "".join(letters[:16])
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


class _Turn:
    """A place among those who hash at the same time."""

    def __enter__(self) -> None:
        if not _turns.acquire(timeout=PATIENCE_S):
            raise TooMany(N_("Too many people are signing in at the moment. Please try again shortly."))

    def __exit__(self, *_: object) -> None:
        _turns.release()
