"""A second person publishes a draft: four eyes, once more the password, the very revision he saw.

The beats: may he publish, is it another's draft, what do the findings say, is it he himself; then in
one transaction the draft, the route and the tables of all routes are locked, the draft, its day and the
newest version are asked again, and contents, version, fact and draft are written together. The findings
are not made again: they hold for this revision and for the routes it starts, and both are asked again.
A retirement publishes nothing new and is not examined. A refusal, or an interruption anywhere, leaves
what is in force.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.calendar import local_date, long_date, start_of_day
from paraf.domain.facts import Sealed, composed
from paraf.domain.organisation import Actor
from paraf.domain.route import Route
from paraf.errors import BrokenRoute, InvalidForm, NotAllowed, RuleBroken, VersionChanged
from paraf.language import N_
from paraf.storage.drafts import DraftRow
from paraf.storage.routes import RouteVersion
from paraf.usecases import draft_findings, draft_route, route_life
from paraf.usecases.draft_bundle import keep_draft
from paraf.usecases.once import Once, earlier_answer, keep_answer
from paraf.usecases.route_findings import Report, report
from paraf.usecases.sign_in import confirm_password

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

MOST_WORDS = 2000
_ATTENTION = N_("Some fields need your attention.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a publisher asks for. `revision` is the one he saw and `after` the newest version he saw
    (None: the one the draft was begun from); `from_day` is a day of the institution, None for now;
    `override_reason` is why a demand of the text is set aside."""

    revision: int
    note: str
    from_day: str | None = None
    override_reason: str | None = None
    after: int | None = None


def publish_draft(
    office: Office,
    actor: Actor,
    draft_id: str,
    wish: Wish,
    password: str,
    address: str,
    once: Once | None = None,
) -> dict[str, Any]:
    """Publish a draft as the next version of its route. `address` is where the request came from.

    Raises NotAllowed for an author, Stale or VersionChanged when something moved, BrokenRoute with
    every finding, RuleBroken when the text demands what the route leaves out and no reason is given,
    InvalidForm per field, TooMany for too many wrong passwords, Unavailable when too many files are being
    examined: nothing was published, and the same request may be sent again."""
    policy.require(actor, "route.publish")
    wish = _checked(wish)
    with office.store.read() as uow:
        answered = earlier_answer(uow, actor.person_id, once)
        if answered is not None:
            return dict(answered)
        row = draft_route.found(uow.drafts.one(draft_id))
        _refuse(office, uow, actor, row, wish)
        _effective_from(office, uow, row, wish, office.now())
        asked = None if row.way == "retire" else draft_findings.question_of(office, uow, row)
    examined = None if asked is None else _sound(report(asked), wish)
    confirm_password(office, actor, password, address)
    return office.store.run(lambda uow: _publish(office, uow, actor, draft_id, wish, examined, once))


def _publish(
    office: Office,
    uow: UnitOfWork,
    actor: Actor,
    draft_id: str,
    wish: Wish,
    examined: tuple[Route, Report] | None,
    once: Once | None,
) -> dict[str, Any]:
    row = draft_route.found(uow.drafts.lock(draft_id))
    life = uow.route_life.lock(row.route_key)
    uow.routes.hold_tables()
    at = office.now()
    answered = earlier_answer(uow, actor.person_id, once)
    if answered is not None:
        return dict(answered)
    _refuse(office, uow, actor, row, wish)
    effective_from = _effective_from(office, uow, row, wish, at) or at
    newest = uow.routes.newest_number(row.route_key)
    route_sha256, manifest_sha256 = keep_draft(office, uow, row, examined, at, effective_from)
    if row.way == "publish":
        _refuse_unchanged(uow, row, newest, manifest_sha256)
    version = uow.routes.publish(
        row.route_key,
        name=examined[0].name if examined is not None and row.way == "publish" else row.name,
        sha256=route_sha256,
        manifest_sha256=manifest_sha256,
        effective_from=effective_from,
        published_at=at,
        published_by=actor.person_id,
        way=row.way,
        of_version=row.of_version,
        after=newest,
    )
    data: dict[str, Any] = {
        "draft": row.id,
        "revision": row.revision,
        "base_version": row.base_version,
        "authors": json.loads(row.authors),
        "note": Sealed(wish.note),
    }
    if examined is not None:
        data["findings"] = len(examined[1].findings)
    if wish.override_reason:
        data["override"] = Sealed(wish.override_reason)
    life = route_life.append(
        office, uow, life, at, version, route_life.fact_of(version, actor.person_id, data)
    )
    uow.drafts.update(row.id, {"state": "published", "published_version": version.version})
    answer = {
        "draft": row.id,
        "key": version.route_key,
        "version": version.version,
        "way": version.way,
        "of_version": version.of_version,
        "sha256": version.sha256,
        "manifest_sha256": version.manifest_sha256,
        "effective_from": version.effective_from,
        "published_at": version.published_at,
        "seq": life.seq,
        "hash": life.head,
    }
    keep_answer(uow, actor.person_id, once, answer, at)
    return answer


# --- what is asked ----------------------------------------------------------------------------


def refuse_author(actor: Actor, authors: Any) -> None:
    """Raises NotAllowed for whoever saved the draft (security A2)."""
    if actor.person_id in authors:
        raise NotAllowed(
            N_("You took part in this draft; another person publishes it (four eyes)."), rule="A2"
        )


def _refuse(office: Office, uow: UnitOfWork, actor: Actor, row: DraftRow, wish: Wish) -> None:
    draft_route.refuse_unless_open(row)
    refuse_author(actor, json.loads(row.authors))
    draft_route.refuse_unless_fresh(office, office.organisation(uow), row, wish.revision)
    newest = uow.routes.newest_number(row.route_key)
    seen = (row.base_version or 0) if wish.after is None else wish.after
    if seen != newest and wish.after is None:
        raise VersionChanged(
            N_(
                "Version {version} of this route was published after this draft was begun. Please compare, "
                "then give {version} as the newest version you saw (after)."
            ),
            version=newest,
            present={"version": newest},
        )
    if seen != newest:
        raise VersionChanged(
            N_("Version {version} of this route was published meanwhile. Please compare once more."),
            version=newest,
            present={"version": newest},
        )


def _sound(found: Report, wish: Wish) -> tuple[Route, Report]:
    """The route that was examined, and what was found. Raises BrokenRoute, RuleBroken."""
    route = found.route
    if found.has_errors or route is None:
        errors = tuple(one for one in found.findings if one.severity == "error")
        raise BrokenRoute(
            N_("The draft has {count} faults; nothing was published."), errors, count=len(errors)
        )
    if found.needs_reason and not wish.override_reason:
        raise RuleBroken(
            N_("The text demands what this route leaves out. Publishing it needs a written reason."),
            errors={"override_reason": [N_("Please write why the demand of the text is set aside.")]},
        )
    return route, found


def _refuse_unchanged(uow: UnitOfWork, row: DraftRow, newest: int, manifest_sha256: str) -> None:
    latest = uow.routes.version(row.route_key, newest) if newest else None
    if latest is not None and latest.way != "retire" and latest.manifest_sha256 == manifest_sha256:
        raise InvalidForm(N_("This draft changes nothing: it is version {version}."), version=newest)


def _checked(wish: Wish) -> Wish:
    note = str(composed(wish.note.strip()))
    reason = str(composed((wish.override_reason or "").strip())) or None
    errors: dict[str, list[str]] = {}
    if not note:
        errors["note"] = [N_("Please say why this version is published.")]
    for name, words in (("note", note), ("override_reason", reason or "")):
        if len(words) > MOST_WORDS:
            errors[name] = [N_("This text is too long.")]
    if errors:
        raise InvalidForm(_ATTENTION, errors=errors)
    return replace(wish, note=note, override_reason=reason)


def _effective_from(office: Office, uow: UnitOfWork, row: DraftRow, wish: Wish, at: str) -> str | None:
    """The instant from which the version is in force; None for now. A retirement begins no earlier
    than the last version still to come, which would otherwise bring the route back."""
    zone = office.settings.zone
    today, day = local_date(at, zone), _day(wish.from_day)
    if day is not None and day < today:
        raise InvalidForm(_ATTENTION, errors={"effective_from": [N_("This day has passed already.")]})
    begins = None if day is None or day == today else start_of_day(day, zone)
    if row.way == "retire":
        coming = [one for one in uow.routes.versions(row.route_key) if one.effective_from > (begins or at)]
        if coming:
            last = max(coming, key=_beginning)
            raise InvalidForm(
                N_("Version {version} comes into force on {day}; the route is retired from then on."),
                version=last.version,
                day=long_date(local_date(last.effective_from, zone)),
                errors={"effective_from": [N_("Choose the day on which the last version begins, or later.")]},
            )
    return begins


def _beginning(version: RouteVersion) -> str:
    return version.effective_from


def _day(text: str | None) -> date | None:
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        raise InvalidForm(
            _ATTENTION, errors={"effective_from": [N_("This must be a date, as in 2026-11-30.")]}
        ) from None
