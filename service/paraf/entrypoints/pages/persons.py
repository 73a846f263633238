"""The administration of persons: the directory, accounts, temporary passwords, roles in the system.

Knows the forms of an administrator; must not know how a password is made or what closing ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.domain import policy
from paraf.domain.organisation import SystemRole
from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.admin import choices, filled, given_fields, sentence
from paraf.entrypoints.pages.frame import after, cursor_of, draw, go, page, tell, told
from paraf.errors import InvalidForm, NotAllowed, NotFound, RuleBroken
from paraf.language import N_
from paraf.usecases import accounts, administer, queries
from paraf.usecases.erase_person import erase_person, hindrance

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

PAGE_SIZE = 50
ROLES = {
    SystemRole.ADMINISTRATOR: N_("Administrator: keeps the organisation"),
    SystemRole.PROCESS_OWNER: N_("Process owner: draws routes"),
    SystemRole.PUBLISHER: N_("Publisher: publishes routes"),
    SystemRole.AUDITOR: N_("Auditor: reads histories"),
    SystemRole.OPERATOR: N_("Operator: mends held-up cases"),
}


@page.get("/administrasi/orang")
@permits("administration.read")
def persons() -> Response:
    q = request.args.get("q", "").strip()
    found = queries.people(office(), actor(), q=q, after=after(), limit=PAGE_SIZE)
    return draw(
        "admin/persons.html",
        section="admin",
        items=found["items"],
        next=cursor_of(found["next"]),
        q=q,
        closed=_closed_accounts(),
        errors={},
        given={},
        may_edit=policy.may(actor(), "person.edit"),
    )


@page.post("/administrasi/orang")
@permits("person.edit")
def add_person() -> AnyResponse:
    """Add a person; the temporary password is shown this once."""
    given = given_fields("login", "name", "nip", "email")
    try:
        made = accounts.add_person(
            office(), actor(), given["login"], given["name"], **filled(given, "nip", "email")
        )
    except InvalidForm as refusal:
        return draw(
            "admin/persons.html", 422, section="admin", items=[], next=None, q="", closed=[],
            errors=told(refusal), given=given, may_edit=True,
        )  # fmt: skip
    return _person(made["login"], temporary=made["temporary_password"])


@page.get("/administrasi/orang/<login>")
@permits("administration.read")
def person(login: str) -> Response:
    return _person(login)


@page.post("/administrasi/orang/<login>")
@permits("person.edit")
def edit_person(login: str) -> AnyResponse:
    given = given_fields("name", "nip", "email")
    try:
        accounts.edit_person(
            office(), actor(), login, given["name"], given["nip"] or None, given["email"] or None
        )
    except InvalidForm as refusal:
        return _person(login, 422, errors=told(refusal))
    tell(N_("{name} is saved."), name=given["name"])
    return go("pages.person", login=login)


@page.post("/administrasi/orang/<login>/kata-sandi")
@permits("account.edit")
def reset_password(login: str) -> Response:
    return _person(login, temporary=accounts.reset_password(office(), actor(), login))


@page.post("/administrasi/orang/<login>/tutup")
@permits("account.edit")
def disable(login: str) -> AnyResponse:
    return _carried_out(
        lambda: accounts.disable(office(), actor(), login), N_("The account is closed."), login
    )


@page.post("/administrasi/orang/<login>/buka")
@permits("account.edit")
def enable(login: str) -> AnyResponse:
    return _carried_out(
        lambda: accounts.enable(office(), actor(), login), N_("The account is open again."), login
    )


@page.post("/administrasi/orang/<login>/peran")
@permits("system_role.grant")
def grant_roles(login: str) -> AnyResponse:
    roles = request.form.getlist("role")
    return _carried_out(
        lambda: accounts.grant_system_roles(office(), actor(), login, roles),
        N_("The roles in the system are saved."),
        login,
    )


@page.get("/administrasi/orang/<login>/hapus-data")
@permits("person.erase")
def erasing(login: str) -> Response:
    """What erasing a person's data means, and the form that asks for it once more."""
    return _erasing(login)


@page.post("/administrasi/orang/<login>/hapus-data")
@permits("person.erase")
def erase(login: str) -> AnyResponse:
    """Erase the data of a person whose account name was typed once more."""
    try:
        if request.form.get("repeated", "").strip() != login:
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"repeated": [N_("Write the account name exactly as it stands above.")]},
            )
        erased = erase_person(office(), actor(), login)
    except (InvalidForm, NotAllowed, RuleBroken) as refusal:
        return _erasing(login, refusal.status, told(refusal))
    tell(
        N_("The data of {login} are erased; {n} typed texts can no longer be read."),
        login=login,
        n=erased["texts"],
    )
    return go("pages.persons")


def _erasing(login: str, status: int = 200, errors: dict[str, list[str]] | None = None) -> Response:
    with office().store.read() as uow:
        account = administer.account_of(uow, login)
        known = office().organisation(uow)
    if account is None or account.erased_at is not None:
        raise NotFound(N_("There is no such person."))
    refusal = hindrance(known, actor(), account, office().now())
    return draw(
        "admin/erase.html",
        status,
        section="admin",
        account=account,
        hindrance=sentence(refusal) if refusal else "",
        errors=errors or {},
    )


def _person(
    login: str, status: int = 200, *, temporary: str = "", errors: dict[str, list[str]] | None = None
) -> Response:
    at = office().now()
    with office().store.read() as uow:
        account = administer.account_of(uow, login)
        organisation = office().organisation(uow)
    if account is None or account.erased_at is not None:
        raise NotFound(N_("There is no such person."))
    return draw(
        "admin/person.html",
        status,
        section="admin",
        account=account,
        appointments=[
            {
                "held": held,
                "title": organisation.signing_title(held),
                "unit": organisation.unit_of_position(held.position_id),
            }
            for held in organisation.appointments
            if held.person_id == account.id and (held.valid_to is None or held.valid_to > at)
        ],
        temporary=temporary,
        errors=errors or {},
        roles=choices(ROLES),
        may_edit=policy.may(actor(), "person.edit"),
        may_erase=policy.may(actor(), "person.erase"),
    )


def _closed_accounts() -> list[Any]:
    with office().store.read() as uow:
        organisation = office().organisation(uow)
    return sorted(
        (p for p in organisation.people.values() if p.disabled and p.name), key=lambda p: p.name or ""
    )


def _carried_out(act: Callable[[], Any], done: str, login: str) -> AnyResponse:
    try:
        act()
        tell(done)
    except (InvalidForm, NotAllowed) as refusal:
        tell(sentence(refusal), "red")
    return go("pages.person", login=login)
