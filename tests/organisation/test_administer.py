"""The administrator at work: posts, persons, appointments, accounts, and what is noted of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from organisation_stage import Clock, found_by_token, organisation_of
from paraf.domain import policy
from paraf.domain.organisation import Actor
from paraf.errors import InvalidForm, NotAllowed, NotFound, RuleBroken
from paraf.usecases import accounts, administer
from paraf.usecases.erase_person import erase_person
from paraf.usecases.office import Office
from paraf.usecases.sign_in import issue_token, sign_in, token_actor

MIKRO = {"sop_kind": "mikro"}
ActorOf = Callable[[str], Actor]


@pytest.fixture
def admin(loaded: Office, actor_of: ActorOf) -> Actor:
    return actor_of("admin")


def test_a_new_unit_with_head_and_holder_can_propose(loaded: Office, admin: Actor, actor_of: ActorOf) -> None:
    administer.save_unit(
        loaded,
        admin,
        "KJRI-OSAKA",
        "Konsulat Jenderal RI Osaka",
        "perwakilan_konsuler",
        "KEMLU",
        "Asia/Tokyo",
    )
    head = administer.save_position(loaded, admin, "KJRI-OSAKA", "pimpinan", "Konsul Jenderal RI Osaka")
    assert head["id"] == "KJRI-OSAKA.pimpinan"
    added = accounts.add_person(loaded, admin, "konjen.osaka", "Wening Adiwangsa")
    session, _ = sign_in(loaded, "konjen.osaka", added["temporary_password"], "192.0.2.1")
    assert session
    administer.appoint(loaded, admin, "konjen.osaka", head["id"], "definitif", "2026-11-23")
    known = organisation_of(loaded)
    at = loaded.now()
    assert known.unit_kind_for_route("KJRI-OSAKA", at) == "perwakilan"
    assert policy.may_propose(known, actor_of("konjen.osaka"), "KJRI-OSAKA", "mikro", "new", at)


def test_a_new_holder_takes_over_from_the_day_after(
    loaded: Office, admin: Actor, actor_of: ActorOf, clock: Clock
) -> None:
    # AC-97
    old = actor_of("dir.afrika").appointments[0]
    ended = administer.end_appointment(loaded, admin, old.id, "2026-11-23")
    assert ended["last_day"] == "23 November 2026"
    administer.appoint(loaded, admin, "staf2.afrika", old.position_id, "definitif", "2026-11-24")
    known, offered = organisation_of(loaded), (old.position_id,)
    today, tomorrow = loaded.now(), "2026-11-23T17:00:00.000000Z"
    before, after = actor_of("dir.afrika"), actor_of("staf2.afrika")
    assert policy.authority_for(known, before, offered, "pengesahan", "sign", MIKRO, today)
    with pytest.raises(NotAllowed):
        policy.authority_for(known, after, offered, "pengesahan", "sign", MIKRO, today)
    assert policy.authority_for(known, after, offered, "pengesahan", "sign", MIKRO, tomorrow)
    with pytest.raises(NotAllowed) as refused:
        policy.authority_for(known, before, offered, "pengesahan", "sign", MIKRO, tomorrow)
    assert refused.value.rule == "P6"
    clock.pass_by(days=2)
    with pytest.raises(RuleBroken):
        administer.end_appointment(loaded, admin, old.id, "2026-11-30")


def test_an_acting_official_is_appointed_with_instrument_and_mandate(loaded: Office, admin: Actor) -> None:
    made = administer.appoint(
        loaded,
        admin,
        "staf.tokyo",
        "KBRI-TOKYO.pimpinan",
        "plh",
        "2026-11-20",
        "2026-12-04",
        instrument="SPRIN-PLH/9",
        label="Kuasa Usaha a.i.",
        mandate=["submit"],
        on_behalf_of="dubes.tokyo",
    )
    known = organisation_of(loaded)
    assert (made["valid_from"], made["valid_to"]) == (
        "2026-11-19T15:00:00.000000Z",
        "2026-12-04T15:00:00.000000Z",
    )
    acting = next(a for a in known.holders("KBRI-TOKYO.pimpinan", loaded.now()) if a.capacity == "plh")
    assert known.signing_title(acting).startswith("Kuasa Usaha a.i. Duta Besar")


REFUSED = [
    ({"login": "siapa"}, "login"),
    ({"position_id": "TIDAK.ada"}, "position"),
    ({"capacity": "raja"}, "capacity"),
    ({"capacity": "plt"}, "instrument"),
    ({"capacity": "plt", "instrument": "S/1"}, "last_day"),
    ({"mandate": ["semua"]}, "mandate"),
    ({"on_behalf_of": "siapa"}, "on_behalf_of"),
    ({"first_day": "besok"}, "first_day"),
    ({"first_day": "2026-12-01", "last_day": "2026-11-30"}, "last_day"),
    ({"position_id": "DIT-AFRIKA.pimpinan"}, "position"),  # there is a head already
]


@pytest.mark.parametrize(("wrong", "field"), REFUSED)
def test_a_wrong_appointment_is_refused_by_field(
    sample: Office, wrong: dict[str, object], field: str
) -> None:
    right: dict[str, object] = {
        "login": "staf.tokyo",
        "position_id": "DIT-AFRIKA.staf",
        "capacity": "definitif",
        "first_day": "2026-11-23",
    }
    with pytest.raises(InvalidForm) as refused:
        administer.appoint(sample, found_by_token(sample, "admin"), **(right | wrong))  # type: ignore[arg-type]
    assert field in refused.value.errors
    assert organisation_of(sample).revision == 1


UNITS = [
    ({"code": "dit afrika"}, "code"),
    ({"name": "  "}, "name"),
    ({"name": "x" * 301}, "name"),
    ({"kind": "kingdom"}, "kind"),
    ({"parent": None}, "parent"),
    ({"parent": "NOWHERE"}, "parent"),
    ({"code": "DJASEAN", "parent": "DIT-MITRA-WICARA"}, "parent"),
    ({"zone": "Asia/Edo"}, "zone"),
    ({"last_day": "nanti"}, "last_day"),
]


@pytest.mark.parametrize(("wrong", "field"), UNITS)
def test_a_wrong_unit_is_refused_by_field(sample: Office, wrong: dict[str, object], field: str) -> None:
    right: dict[str, object] = {
        "code": "DIT-BARU",
        "name": "Direktorat Baru",
        "kind": "eselon_ii",
        "parent": "DJASEAN",
    }
    with pytest.raises(InvalidForm) as refused:
        administer.save_unit(sample, found_by_token(sample, "admin"), **(right | wrong))  # type: ignore[arg-type]
    assert field in refused.value.errors


def test_a_unit_has_one_head_and_may_have_more_posts_of_other_kinds(sample: Office) -> None:
    admin = found_by_token(sample, "admin")
    with pytest.raises(InvalidForm):
        administer.save_position(sample, admin, "BPO", "pimpinan", "Kepala Kedua")
    more = administer.save_position(
        sample, admin, "BPO", "staf", "Staf Bagian Evaluasi", part="Bagian Evaluasi"
    )
    assert more["id"] == "BPO.staf-2"
    changed = administer.save_position(
        sample, admin, "BPO", "staf", "Staf Bagian Pelaporan", position_id="BPO.staf-2"
    )
    assert changed["title"] == "Staf Bagian Pelaporan"
    with pytest.raises(NotFound):
        administer.save_position(sample, admin, "BPO", "staf", "Staf", position_id="BPO.staf-9")


EVERYTHING = [
    lambda office, actor: administer.save_unit(office, actor, "X", "X", "eselon_ii", "SETJEN"),
    lambda office, actor: administer.save_position(office, actor, "BPO", "staf", "Staf"),
    lambda office, actor: administer.appoint(office, actor, "sekjen", "BPO.staf", "definitif", "2026-11-23"),
    lambda office, actor: administer.end_appointment(office, actor, "any", "2026-11-23"),
    lambda office, actor: accounts.add_person(office, actor, "baru", "Baru"),
    lambda office, actor: accounts.edit_person(office, actor, "sekjen", "Baru", None, None),
    lambda office, actor: accounts.reset_password(office, actor, "sekjen"),
    lambda office, actor: accounts.disable(office, actor, "sekjen"),
    lambda office, actor: accounts.enable(office, actor, "sekjen"),
    lambda office, actor: accounts.grant_system_roles(office, actor, "sekjen", ["publisher"]),
    lambda office, actor: erase_person(office, actor, "sekjen"),
]


def test_nobody_else_administers(sample: Office) -> None:
    for login in ("sekjen", "penerbit", "pemilik.proses", "operator", "auditor.itjen"):
        actor = found_by_token(sample, login)
        for act in EVERYTHING:
            with pytest.raises(NotAllowed):
                act(sample, actor)
    assert organisation_of(sample).revision == 1


def test_an_administrator_does_nothing_to_himself(sample: Office) -> None:
    admin = found_by_token(sample, "admin")
    for act in (
        lambda: administer.appoint(sample, admin, "admin", "BPO.staf", "definitif", "2026-11-23"),
        lambda: accounts.disable(sample, admin, "admin"),
        lambda: accounts.grant_system_roles(sample, admin, "admin", ["publisher"]),
        lambda: erase_person(sample, admin, "admin"),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("login", "name", "roles", "field"),
    [
        ("sekjen", "Orang Lain", [], "login"),
        ("Ada Spasi", "Orang Lain", [], "login"),
        ("", "Orang Lain", [], "login"),
        ("orang.baru", "", [], "name"),
        ("orang.baru", "Orang Baru", ["king"], "system_roles"),
    ],
)
def test_a_wrong_person_is_refused_by_field(
    sample: Office, login: str, name: str, roles: list[str], field: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        accounts.add_person(sample, found_by_token(sample, "admin"), login, name, system_roles=roles)
    assert field in refused.value.errors


def test_every_act_is_noted_without_names(
    loaded: Office, admin: Actor, actor_of: ActorOf, clock: Clock
) -> None:
    added = accounts.add_person(
        loaded, admin, "orang.baru", "Galuh Tirtakencana", nip="1987", email="g@contoh.id"
    )
    clock.pass_by(minutes=1)
    accounts.edit_person(loaded, admin, "orang.baru", "Galuh T.", "1988", None)
    clock.pass_by(minutes=1)
    accounts.grant_system_roles(loaded, admin, "orang.baru", ["publisher"])
    clock.pass_by(minutes=1)
    accounts.reset_password(loaded, admin, "orang.baru")
    notes = administer.events(loaded, actor_of("auditor.itjen"))
    acts = [note for note in notes if note["actor"] == admin.person_id]
    assert [note["type"] for note in reversed(acts)] == [
        "person.added",
        "person.edited",
        "system_roles.granted",
        "password.reset",
    ]
    assert acts[1]["data"] == {"id": added["id"], "before": [], "after": ["publisher"]}
    for secret in ("Galuh", "1987", "contoh.id", "orang.baru", added["temporary_password"]):
        assert secret not in str(acts)
    with pytest.raises(NotAllowed):
        administer.events(loaded, actor_of("sekjen"))


def test_the_snapshot_of_the_office_follows_every_change(loaded: Office, admin: Actor) -> None:
    def title() -> str:
        with loaded.store.read() as uow:
            return loaded.organisation(uow).title("BKEU.staf")

    assert title() == "Staf Biro Keuangan"
    administer.save_position(
        loaded, admin, "BKEU", "staf", "Pelaksana Biro Keuangan", position_id="BKEU.staf"
    )
    assert title() == "Pelaksana Biro Keuangan"


def test_an_erased_person_has_left_no_name_and_no_way_in(
    loaded: Office, admin: Actor, actor_of: ActorOf
) -> None:
    token = issue_token(loaded, "staf2.afrika")
    person = actor_of("staf2.afrika")
    with pytest.raises(RuleBroken):
        erase_person(loaded, admin, "staf2.afrika")
    administer.end_appointment(loaded, admin, person.appointments[0].id, "2026-11-22")
    assert erase_person(loaded, admin, "staf2.afrika") == {"id": person.person_id, "texts": 0}
    assert token_actor(loaded, token) is None
    known = organisation_of(loaded)
    assert known.name_of(person.person_id) is None
    with loaded.store.read() as uow:
        account = uow.people.by_id(person.person_id)
    assert account is not None
    assert (account.login, account.name, account.nip, account.email, account.password_hash) == (None,) * 5
    with pytest.raises(NotFound):
        accounts.enable(loaded, admin, "staf2.afrika")
