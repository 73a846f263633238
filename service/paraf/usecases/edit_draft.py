"""A process owner edits a draft by its table: each edit is one save over the revision that was seen.

Knows how a draft's file becomes a route and goes back; must not know what an edit does to a route
(`engine/route_edits.py` and its neighbours) or pages. It is drawn anew in the examiner's bounded
process: a tangled one must not hold up a web server. A draft that is faulty is edited as far as it can
be read; one that cannot be read as a route is left alone.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.domain.route import Finding, Route
from paraf.engine import lane_edits, route_edits, step_edits
from paraf.engine.route_file import parse_route
from paraf.engine.tidy import rewritten, still_fits
from paraf.errors import InvalidForm, RuleBroken
from paraf.language import N_
from paraf.usecases import draft_route
from paraf.usecases.condition_fields import condition_names
from paraf.usecases.examiner import examiner
from paraf.usecases.step_fields import with_fields

if TYPE_CHECKING:
    from paraf.usecases.office import Office
    from paraf.usecases.once import Once

MOST_UNDONE = 4 * 1024 * 1024
"""The largest earlier state that is taken back, in bytes once unpacked."""
MOST_DIGITS = 18
"""A longer number is kept as text."""
_PARTS = ("bpmn", "forms", "tables")


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with its file read: `route` is None when it cannot be read as one; `forms` and
    `tables` are those it may name, its own before the shared."""

    draft: Mapping[str, Any]
    route: Route | None
    findings: tuple[Finding, ...]
    forms: Mapping[str, str]
    tables: Mapping[str, str]


def opened(office: Office, actor: Actor, draft_id: str) -> OpenDraft:
    """The draft as editors see it. Raises NotFound."""
    draft = draft_route.read(office, actor, draft_id)
    route, findings = parse_route(draft["bpmn"].encode())
    forms = draft_route.with_shared_forms(office, draft["forms"])
    tables = draft_route.with_shared_tables(office, draft["tables"])
    return OpenDraft(draft, route, findings, forms, tables)


def edit(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    change: Callable[[Route, int], Route],
    once: Once | None = None,
) -> dict[str, Any]:
    """Make one edit: `change` gets the route and the greatest flow number ever used. Gives what `save`
    gives and "before", the packed state that `undo` takes. Raises Stale, InvalidForm."""

    def rewrite(found: OpenDraft) -> bytes | None:
        if found.route is None:
            raise RuleBroken(N_("This draft cannot be read as a route yet. Its findings say why."))
        changed = change(found.route, found.draft["highest_flow"])
        # two mappings with the same members are equal in any order; the order is what one may have changed
        if changed == found.route and [*changed.elements] == [*found.route.elements]:
            return None
        content = rewritten(found.draft["bpmn"].encode(), changed)
        if still_fits(found.route, changed):
            return content
        return examiner().drawn(content, f"{changed.key}.bpmn")

    return _saved(office, actor, draft_id, revision, rewrite, once)


def _saved(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    rewrite: Callable[[OpenDraft], bytes | None],
    once: Once | None,
) -> dict[str, Any]:
    """Save what `rewrite` makes of the draft's file, None for nothing new. A draft that is at another
    revision is left to the save: it answers an edit that was sent twice, and refuses an edit of what
    somebody saved over, with who and when."""
    policy.require(actor, "route.draft")
    found = opened(office, actor, draft_id)
    content = rewrite(found) if found.draft["revision"] == revision else None
    saved = draft_route.save(office, actor, draft_id, revision, content, once=once)
    return {**saved, "before": packed(found.draft) if content is not None else ""}


# --- the sentences of the table -------------------------------------------------------------------


def add_step(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    given: Mapping[str, str],
    once: Once | None = None,
) -> dict[str, Any]:
    """Add a step, an end or a parallel branch: {name, kind, lane, place: before/after/beside/free,
    anchor, id?}."""

    def change(route: Route, highest: int) -> Route:
        name, kind, lane = given.get("name", ""), given.get("kind", ""), given.get("lane") or None
        place, anchor, own = given.get("place", ""), given.get("anchor", ""), given.get("id", "")
        if not name:
            raise InvalidForm(_ATTENTION, errors={"name": [N_("A step needs a name.")]})
        if place == "free" and kind == "end":
            return lane_edits.add_end(route, name, lane, own)
        if place == "beside":
            return route_edits.add_parallel(route, anchor, kind, name, lane, own, highest)
        if place not in {"before", "after"}:
            raise InvalidForm(_ATTENTION, errors={"place": [N_("Please choose where the step stands.")]})
        return route_edits.add_step(
            route, kind, name, lane, anchor=anchor, before=place == "before", step_id=own, highest=highest
        )

    return edit(office, actor, draft_id, revision, change, once)


def change_step(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    step_id: str,
    fields: Mapping[str, Any],
    once: Once | None = None,
) -> dict[str, Any]:
    """Set everything a step's form shows (`step_fields.py`). Raises InvalidForm per field."""
    found = opened(office, actor, draft_id)

    def change(route: Route, highest: int) -> Route:
        beside = route.elements.get(step_id)
        names = condition_names(route, found.forms, found.tables, office.language, beside)
        return with_fields(route, step_id, fields, names, highest, found.tables)

    return edit(office, actor, draft_id, revision, change, once)


def remove_step(
    office: Office, actor: Actor, draft_id: str, revision: int, step_id: str, once: Once | None = None
) -> dict[str, Any]:
    """Take a step away and mend what hung on it."""
    return edit(
        office,
        actor,
        draft_id,
        revision,
        lambda r, highest: route_edits.remove_step(r, step_id, highest),
        once,
    )


def move_step(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    step_id: str,
    up: bool,
    among: list[str],
    once: Once | None = None,
) -> dict[str, Any]:
    """Move a step up or down in the order of reading and drawing."""

    def change(route: Route, highest: int) -> Route:
        return step_edits.move_in_order(route, step_id, up, among)

    return edit(office, actor, draft_id, revision, change, once)


def change_lanes(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    act: str,
    given: Mapping[str, str],
    once: Once | None = None,
) -> dict[str, Any]:
    """Add, change, move or remove a lane: `act` is add, change, up, down or remove."""
    lane, name, role = given.get("lane", ""), given.get("name", "").strip(), given.get("role") or None
    acts: dict[str, Callable[[Route, int], Route]] = {
        "add": lambda route, _: lane_edits.add_lane(route, name, role),
        "change": lambda route, _: lane_edits.change_lane(route, lane, name, role),
        "up": lambda route, _: lane_edits.move_lane(route, lane, True),
        "down": lambda route, _: lane_edits.move_lane(route, lane, False),
        "remove": lambda route, _: lane_edits.remove_lane(route, lane),
    }
    if act not in acts:
        raise InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    return edit(office, actor, draft_id, revision, acts[act], once)


def change_option(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    act: str,
    given: Mapping[str, str],
    once: Once | None = None,
) -> dict[str, Any]:
    """Set or remove an option of the version: `act` is set or remove."""
    name = given.get("name", "").strip()

    def change(route: Route, highest: int) -> Route:
        if act == "remove":
            return lane_edits.remove_option(route, name)
        typed = given.get("value", "").strip()
        words = {"ya": True, "true": True, "tidak": False, "false": False}
        number = typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
        value = words.get(typed.lower(), int(typed) if number else typed)
        return lane_edits.set_option(
            route, name, value, given.get("cite", "").strip(), given.get("words", "").strip()
        )

    return edit(office, actor, draft_id, revision, change, once)


def change_heading(
    office: Office, actor: Actor, draft_id: str, revision: int, name: str, documentation: str,
    once: Once | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Set the name of the route and what it says of itself."""
    return edit(
        office, actor, draft_id, revision,
        lambda route, _: lane_edits.set_name(route, name.strip(), " ".join(documentation.split())), once,
    )  # fmt: skip


def tidy_draft(
    office: Office, actor: Actor, draft_id: str, revision: int, once: Once | None = None
) -> dict[str, Any]:
    """Lay the diagram of a draft out anew; ids and content stay. Raises BrokenRoute, Stale."""
    return _saved(
        office,
        actor,
        draft_id,
        revision,
        lambda found: examiner().drawn(found.draft["bpmn"].encode(), f"{found.draft['route_key']}.bpmn"),
        once,
    )


# --- taking back ----------------------------------------------------------------------------------


def packed(draft: Mapping[str, Any]) -> str:
    """The contents of a draft as a page can carry them along, to be taken back to."""
    body = json.dumps({part: draft[part] for part in _PARTS}, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(gzip.compress(body, mtime=0)).decode()


def undo(
    office: Office, actor: Actor, draft_id: str, revision: int, before: str, once: Once | None = None
) -> dict[str, Any]:
    """Save what the draft held before the newest edit, as a new revision. `before` comes from `edit`.
    Raises InvalidForm for anything else, Stale when somebody saved meanwhile."""
    state = _unpacked(before)
    return draft_route.save(
        office, actor, draft_id, revision, state["bpmn"].encode(), state["forms"], state["tables"], once=once
    )


def _unpacked(before: str) -> dict[str, Any]:
    unreadable = InvalidForm(N_("This page was not sent as it was drawn. Please send it again."))
    try:
        raw = base64.urlsafe_b64decode(before.encode("ascii"))
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            body = file.read(MOST_UNDONE + 1)
        state = json.loads(body) if len(body) <= MOST_UNDONE else None
        json.dumps(state, ensure_ascii=False).encode()  # refuses half a sign, which no page can show
    except (ValueError, binascii.Error, zlib.error, OSError, EOFError, RecursionError):
        raise unreadable from None
    if not isinstance(state, dict) or set(state) != set(_PARTS) or not isinstance(state["bpmn"], str):
        raise unreadable
    if not all(isinstance(state[part], dict) for part in ("forms", "tables")):
        raise unreadable
    return state


_ATTENTION = N_("Some fields need your attention.")
