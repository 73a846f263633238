"""Every refusal Paraf can utter, each with the one decision its catcher needs.

An error carries an English message id (see `language.py`) and the values that fill it; the ways
in translate it and turn it into an answer. A refused command has changed nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar

from paraf.language import N_


class ParafError(Exception):
    """The base: `problem` is the id after `urn:paraf:problem:`, `status` the HTTP status, `retry_after`
    the seconds after which the same request may do better."""

    problem: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = N_("Something went wrong on our side")
    retry_after: ClassVar[int | None] = None

    def __init__(
        self,
        detail: str,
        *,
        errors: dict[str, list[str]] | None = None,
        element_id: str | None = None,
        seq: int | None = None,
        rule: str | None = None,
        present: dict[str, Any] | None = None,
        **values: object,
    ) -> None:
        """`detail` is a msgid filled from `values`; `errors` maps a field to msgids; `rule` is the
        article or INT behind the refusal; `present` tells the state that made a request stale."""
        super().__init__(detail.format(**values) if values else detail)
        self.detail = detail
        self.values = values
        self.errors = errors or {}
        self.element_id = element_id
        self.seq = seq
        self.rule = rule
        self.present = present


class NotSignedIn(ParafError):
    problem, status, title = "not_signed_in", 401, N_("You are not signed in")


class NotAllowed(ParafError):
    problem, status, title = "not_allowed", 403, N_("You may not do this")


class NotFound(ParafError):
    problem, status, title = "not_found", 404, N_("Not found")


class Stale(ParafError):
    problem, status, title = "stale", 409, N_("The page is out of date")


class AlreadyDecided(ParafError):
    problem, status, title = "already_decided", 409, N_("This task has already been decided")


class OnHold(ParafError):
    """The case is suspended or held up by a fault; `present` tells in which state it stands."""

    problem, status, title = "on_hold", 409, N_("The case is held up")


class HeldByOther(ParafError):
    problem, status, title = "held_by_other", 409, N_("Somebody else holds this task")


class VersionChanged(ParafError):
    problem, status, title = "version_changed", 409, N_("The version has changed")


class InvalidForm(ParafError):
    problem, status, title = "invalid_form", 422, N_("Some fields need your attention")


class UnknownField(ParafError):
    problem, status, title = "unknown_field", 422, N_("There is an unknown field")


class IncompleteNaskah(ParafError):
    problem, status, title = "incomplete_naskah", 422, N_("The draft is not complete yet")


class NoRoute(ParafError):
    problem, status, title = "no_route", 422, N_("No route fits this proposal")


class RuleBroken(ParafError):
    problem, status, title = "rule_broken", 422, N_("The regulation does not allow this")


class KeyReused(ParafError):
    problem, status, title = "key_reused", 422, N_("This Idempotency-Key was used for another request")


class TooLarge(ParafError):
    problem, status, title = "too_large", 413, N_("The file or request is too large")


class WrongFileType(ParafError):
    problem, status, title = "wrong_file_type", 422, N_("This kind of file is not accepted")


class TooMany(ParafError):
    problem, status, title = "too_many", 429, N_("Too many attempts")


class StillAtWork(TooMany):
    """What this person asked for before is still being made."""

    title, retry_after = N_("Your last request is still being carried out"), 5


class BrokenRoute(ParafError):
    """A route file that cannot be used; `findings` lists every fault with file, line, element."""

    problem, status, title = "broken_route", 422, N_("The route file has faults")

    def __init__(self, detail: str, findings: tuple[object, ...] = (), **values: Any) -> None:
        super().__init__(detail, **values)
        self.findings = findings


class Unavailable(ParafError):
    """The database cannot serve the command now. Nothing is known to be done; a request that
    carried an Idempotency-Key may be sent again with the same key."""

    problem, status, title = "unavailable", 503, N_("The service is busy")
    retry_after = 2


class Misconfigured(ParafError):
    """A setting that stops the start; the command line prints it as one sentence."""

    problem, status, title = "misconfigured", 500, N_("The settings are not right")


class Corrupt(ParafError):
    """Stored data that does not match its own digest or chain; the case becomes an incident."""

    problem, status, title = "corrupt", 500, N_("Stored data does not match its digest")
