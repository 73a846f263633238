"""A process owner draws: a draft of a route is begun, saved again and again, given up.

Knows who may draw, from what a draft begins and that nobody's save is overwritten; must not know
BPMN, nor what publishing asks (`publish_draft.py`). A draft may be as unfinished or broken as it
likes; the findings say what is still missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraf.domain import policy
from paraf.domain.calendar import long_moment
from paraf.domain.facts import composed
from paraf.domain.organisation import Actor, Organisation
from paraf.engine.first_route import first_route
from paraf.errors import InvalidForm, NotFound, Stale, TooLarge
from paraf.language import N_
from paraf.storage.drafts import DraftHeading, DraftRow
from paraf.storage.routes import RouteVersion
from paraf.usecases.flow_numbers import highest_in, highest_published
from paraf.usecases.once import Once, carried_out_once

if TYPE_CHECKING:
    from paraf.storage.unit_of_work import UnitOfWork
    from paraf.usecases.office import Office

MOST_BYTES = 1024 * 1024
"""The largest route file."""
MOST_PARTS = 100
"""The most forms, and the most decision tables, of one draft."""
MOST_PART_BYTES = 128 * 1024
"""The largest form or decision table."""
MOST_NAME = 200
KEY = re.compile(r"[a-z][a-z0-9_]{2,59}")
_ATTENTION = N_("Some fields need your attention.")
_PROCESS = re.compile(r"""<(?:[\w.-]{1,40}:)?process\b[^<>]{0,4000}>""")
_ATTRIBUTE = r"""(?<![\w:.-]){name}\s*=\s*(?:"([^"<]{{0,400}})"|'([^'<]{{0,400}})')"""


# --- beginning --------------------------------------------------------------------------------


def create(
    office: Office,
    actor: Actor,
    key: str | None = None,
    from_version: int | None = None,
    content: bytes | None = None,
    name: str | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Begin a draft and give it as `read` does.

    From `content`, a file that is kept as it came however foreign it is; from a version of the route
    `key` (the one in force unless `from_version` names another); from nothing when there is no such
    route yet: one lane, one step. Raises InvalidForm per field, TooLarge, NotFound for a version.
    """
    policy.require(actor, "route.draft")
    key, name = (key or "").strip(), str(composed((name or "").strip()))
    if content is not None:
        refuse_too_large(content)
        text = text_of(content)
        key = key or _attribute(text, "id")
        name = name or _attribute(text, "name")
    if not KEY.fullmatch(key):
        raise InvalidForm(
            _ATTENTION,
            errors={"key": [N_("A key is 3 to 60 small letters, digits and underscores, a letter first.")]},
        )
    if len(name) > MOST_NAME:
        raise InvalidForm(_ATTENTION, errors={"name": [N_("This text is too long.")]})

    def begin(uow: UnitOfWork) -> dict[str, Any]:
        base = _base(office, uow, key, from_version)
        forms, tables = parts_of(uow, base)
        if content is not None:
            drawn = content
        elif base is not None:
            drawn = _kept(uow, base)
        else:
            if not name:
                raise InvalidForm(_ATTENTION, errors={"name": [N_("Please name the new route.")]})
            drawn = first_route(key, name, office.language.translate)
        row = new_draft(office, actor, key, name or (base.name if base else key), base, drawn)
        row = replace(row, forms=json.dumps(forms), tables=json.dumps(tables))
        uow.drafts.insert(row)
        return told(office, uow, row)

    return carried_out_once(office, actor, once, begin, lambda uow: None)


def propose_change(
    office: Office, actor: Actor, key: str, way: str, of_version: int | None = None, once: Once | None = None
) -> dict[str, Any]:
    """Begin a draft that retires a route ("retire") or brings back version `of_version` ("restore").
    Nothing in it can be changed; another person publishes it. Raises NotFound, InvalidForm."""
    policy.require(actor, "route.draft")

    def begin(uow: UnitOfWork) -> dict[str, Any]:
        base = _base(office, uow, key, None)
        wanted = base if of_version is None else uow.routes.version(key, of_version)
        if base is None or wanted is None or (way == "restore" and wanted.way == "retire"):
            raise NotFound(N_("There is no such version of the route."))
        if way == "retire" and base.way == "retire":
            raise InvalidForm(N_("This route is retired already."))
        if way == "restore" and wanted.manifest_sha256 == base.manifest_sha256 and base.way != "retire":
            raise InvalidForm(
                N_("Version {version} has the content that is in force already."), version=wanted.version
            )
        row = new_draft(office, actor, key, wanted.name, base, _kept(uow, wanted))
        forms, tables = parts_of(uow, wanted)
        row = replace(row, way=way, of_version=of_version, forms=json.dumps(forms), tables=json.dumps(tables))
        uow.drafts.insert(row)
        return told(office, uow, row)

    return carried_out_once(office, actor, once, begin, lambda uow: None)


def new_draft(
    office: Office, actor: Actor, key: str, name: str, base: RouteVersion | None, content: bytes
) -> DraftRow:
    """A draft at its first revision, written by `actor` now."""
    at = office.now()
    return DraftRow(
        id=office.new_id(),
        route_key=key,
        name=name,
        base_version=base.version if base else None,
        way="publish",
        of_version=None,
        state="open",
        revision=1,
        content=content,
        forms="{}",
        tables="{}",
        authors=json.dumps([actor.person_id]),
        created_by=actor.person_id,
        created_at=at,
        updated_by=actor.person_id,
        updated_at=at,
        highest_flow=highest_in(content),
    )


def _base(office: Office, uow: UnitOfWork, key: str, wanted: int | None) -> RouteVersion | None:
    """The version to begin from: the one asked for, else the newest. None for a new route."""
    if wanted is not None:
        found = uow.routes.version(key, wanted)
        if found is None:
            raise NotFound(N_("There is no such version of the route."))
        return found
    newest = uow.routes.newest_number(key)
    standing = uow.routes.standing_version(key, office.now())
    return standing or (uow.routes.version(key, newest) if newest else None)


def parts_of(uow: UnitOfWork, version: RouteVersion | None) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of the forms and of the decision tables of a version, by name."""
    if version is None:
        return {}, {}
    manifest = json.loads(uow.routes.content(version.manifest_sha256) or b"{}")
    forms, tables = (
        {
            name: (uow.routes.content(sha256) or b"").decode()
            for name, sha256 in sorted(manifest.get(part, {}).items())
        }
        for part in ("forms", "tables")
    )
    return forms, tables


def _kept(uow: UnitOfWork, version: RouteVersion) -> bytes:
    return uow.routes.content(version.sha256) or b""


# --- reading ----------------------------------------------------------------------------------


def drafts(office: Office, actor: Actor, key: str | None = None) -> dict[str, Any]:
    """Every open draft without its contents, the one saved last first."""
    policy.require(actor, "workshop.read")
    with office.store.read() as uow:
        organisation = office.organisation(uow)
        rows = uow.drafts.open(key)
    return {"items": [heading(organisation, row) for row in rows], "next": None}


def read(office: Office, actor: Actor, draft_id: str) -> dict[str, Any]:
    """The whole draft. Raises NotFound."""
    policy.require(actor, "workshop.read")
    with office.store.read() as uow:
        return told(office, uow, found(uow.drafts.one(draft_id)))


def file_of(office: Office, actor: Actor, draft_id: str) -> tuple[bytes, str]:
    """The file of a draft byte for byte, and the key of its route. Raises NotFound."""
    policy.require(actor, "workshop.read")
    with office.store.read() as uow:
        row = found(uow.drafts.one(draft_id))
    return row.content, row.route_key


def found(row: DraftRow | None) -> DraftRow:
    """The draft, or NotFound."""
    if row is None:
        raise NotFound(N_("There is no such draft."))
    return row


def heading(organisation: Organisation, row: DraftHeading) -> dict[str, Any]:
    """What a list tells of a draft."""
    return {
        "id": row.id,
        "route_key": row.route_key,
        "name": row.name,
        "base_version": row.base_version,
        "way": row.way,
        "of_version": row.of_version,
        "state": row.state,
        "revision": row.revision,
        "authors": [_named(organisation, person_id) for person_id in json.loads(row.authors)],
        "created_at": row.created_at,
        "updated_by": _named(organisation, row.updated_by),
        "updated_at": row.updated_at,
        "published_version": row.published_version,
    }


def told(office: Office, uow: UnitOfWork, row: DraftRow) -> dict[str, Any]:
    """A draft as the editors and the API read it. `highest_flow` is the greatest number of a flow that
    it or any published version of its route has ever used."""
    return {
        **heading(office.organisation(uow), row),
        "highest_flow": max(row.highest_flow, highest_published(uow, row.route_key)),
        "bpmn": text_of(row.content),
        "forms": json.loads(row.forms),
        "tables": json.loads(row.tables),
    }


def _named(organisation: Organisation, person_id: str) -> dict[str, Any]:
    return {"id": person_id, "name": organisation.name_of(person_id)}


# --- saving -----------------------------------------------------------------------------------


def save(
    office: Office,
    actor: Actor,
    draft_id: str,
    revision: int,
    content: bytes | None = None,
    forms: Mapping[str, str] | None = None,
    tables: Mapping[str, str] | None = None,
    once: Once | None = None,
) -> dict[str, Any]:
    """Save what is given over revision `revision`; `forms` and `tables` replace all of theirs, what is
    None stays. A save that changes nothing is no new revision. Gives `{id, revision, updated_at}`.
    Raises Stale when somebody saved meanwhile or the draft is open no more, InvalidForm, TooLarge."""
    policy.require(actor, "route.draft")
    values = checked(content, forms, tables)

    def keep(uow: UnitOfWork) -> dict[str, Any]:
        row = found(uow.drafts.one(draft_id))
        refuse_unless_open(row)
        refuse_unless_fresh(office, office.organisation(uow), row, revision)
        if row.way != "publish":
            raise InvalidForm(
                N_("A draft that retires a route or brings back a version is not edited. Begin a new draft.")
            )
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        if not changed:
            return {"id": row.id, "revision": row.revision, "updated_at": row.updated_at}
        at = office.now()
        authors = json.loads(row.authors)
        if actor.person_id not in authors:
            authors.append(actor.person_id)
        uow.drafts.update(
            row.id,
            {
                **changed,
                # what was drawn before the number was kept is counted from its content
                "highest_flow": max(row.highest_flow, *map(highest_in, (row.content, values.get("content", b"")))),
                **dict.fromkeys(("errors", "warnings")),
                "revision": row.revision + 1,
                "authors": json.dumps(authors),
                "updated_by": actor.person_id,
                "updated_at": at,
            },
        )
        return {"id": row.id, "revision": row.revision + 1, "updated_at": at}

    return carried_out_once(office, actor, once, keep, lambda uow: uow.drafts.lock(draft_id))


def discard(
    office: Office, actor: Actor, draft_id: str, revision: int | None = None, once: Once | None = None
) -> dict[str, Any]:
    """Give a draft up; it can be read no more in the list, but is kept. Raises Stale."""
    policy.require(actor, "route.draft")

    def give_up(uow: UnitOfWork) -> dict[str, Any]:
        row = found(uow.drafts.one(draft_id))
        refuse_unless_open(row)
        if revision is not None:
            refuse_unless_fresh(office, office.organisation(uow), row, revision)
        at = office.now()
        uow.drafts.update(row.id, {"state": "discarded", "updated_by": actor.person_id, "updated_at": at})
        return {"id": row.id, "state": "discarded"}

    return carried_out_once(office, actor, once, give_up, lambda uow: uow.drafts.lock(draft_id))


def refuse_unless_open(row: DraftRow) -> None:
    """Raises Stale for a draft that was published or given up."""
    if row.state == "published":
        raise Stale(
            N_("This draft has been published as version {version}."),
            version=row.published_version,
            present={"state": row.state, "version": row.published_version},
        )
    if row.state != "open":
        raise Stale(N_("This draft has been given up."), present={"state": row.state})


def refuse_unless_fresh(office: Office, organisation: Organisation, row: DraftRow, revision: int) -> None:
    """Raises Stale, with who saved and when, unless `revision` is the newest."""
    if row.revision == revision:
        return
    raise Stale(
        N_(
            "{name} saved this draft on {when}; that is revision {revision}. Nothing has been overwritten: "
            "please look at the newest revision first."
        ),
        name=organisation.name_of(row.updated_by) or office.language.translate(N_("Somebody")),
        when=long_moment(row.updated_at, office.settings.zone),
        revision=row.revision,
        present={
            "revision": row.revision,
            "updated_by": _named(organisation, row.updated_by),
            "updated_at": row.updated_at,
        },
    )


# --- what may be kept -------------------------------------------------------------------------


def refuse_too_large(content: bytes) -> None:
    """Raises TooLarge for a route file above 1 MiB."""
    if len(content) > MOST_BYTES:
        raise TooLarge(N_("The file is larger than 1 MiB."))


def with_shared_forms(office: Office, own: Mapping[str, str]) -> dict[str, str]:
    """The forms a draft may name: its own before those every route shares, by name."""
    shared = {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((office.workflows / "forms").glob("*.json"))
    }
    return dict(sorted({**shared, **own}.items()))


def with_shared_tables(office: Office, own: Mapping[str, str]) -> dict[str, str]:
    """The decision tables a draft may name: its own before those every route shares, by name."""
    shared = {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((office.workflows / "decisions").glob("*.dmn"))
    }
    return dict(sorted({**shared, **own}.items()))


def text_of(content: bytes) -> str:
    """A route file as text; what is not UTF-8 is shown as far as it can be read."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace")


def checked(
    content: bytes | None, forms: Mapping[str, str] | None, tables: Mapping[str, str] | None
) -> dict[str, Any]:
    """The columns of what is given, within its limits. Raises TooLarge, InvalidForm per part."""
    values: dict[str, Any] = {}
    if content is not None:
        refuse_too_large(content)
        values["content"] = content
    for part, texts in (("forms", forms), ("tables", tables)):
        if texts is None:
            continue
        errors = _part_errors(part, texts)
        if errors:
            raise InvalidForm(_ATTENTION, errors=errors)
        values[part] = json.dumps(dict(sorted(texts.items())))
    return values


def _part_errors(part: str, texts: Mapping[str, Any]) -> dict[str, list[str]]:
    if len(texts) > MOST_PARTS:
        return {part: [N_("There are too many of them.")]}
    errors: dict[str, list[str]] = {}
    for name, text in texts.items():
        path = f"{part}.{name}"
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
            errors[path] = [N_("A name is small letters, digits and underscores, a letter first.")]
        elif not isinstance(text, str):
            errors[path] = [N_("This must be text.")]
        elif len(text.encode()) > MOST_PART_BYTES:
            errors[path] = [N_("This text is too long.")]
        elif part == "forms" and _holds_half_a_sign(text):
            errors[path] = [N_("This is no readable JSON.")]
    return errors


def _holds_half_a_sign(form: str) -> bool:
    """Whether a form escapes half of a sign (a lone surrogate): no page and no answer can say it."""
    try:
        json.dumps(json.loads(form), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def _attribute(text: str, name: str) -> str:
    """An attribute of the process of a file, read off its text; "" when it cannot be seen."""
    tag = _PROCESS.search(text)
    value = re.search(_ATTRIBUTE.format(name=name), tag[0]) if tag else None
    return "" if value is None else (value[1] or value[2] or "").strip()
