"""Signing in and being recognised: sessions, tokens, bad attempts, and what ends them."""

from __future__ import annotations

import threading

import pytest

from databases import Counting
from organisation_stage import Clock
from paraf.errors import InvalidForm, NotFound, NotSignedIn, TooMany
from paraf.storage.tables import api_token, person, user_session
from paraf.usecases import accounts, passwords
from paraf.usecases.office import Office
from paraf.usecases.sign_in import (
    change_password,
    issue_token,
    session_actor,
    sign_in,
    sign_out,
    token_actor,
)

HERE = "192.0.2.7"
GOOD = "sebuah kata sandi panjang"


@pytest.fixture
def konsuler(loaded: Office) -> Office:
    """The office in which staf.konsuler has chosen a password."""
    return with_password(loaded)


@pytest.fixture
def sample_konsuler(sample: Office) -> Office:
    """The same on SQLite only."""
    return with_password(sample)


def with_password(loaded: Office) -> Office:
    temporary = accounts.reset_password(loaded, None, "staf.konsuler")
    session, _ = sign_in(loaded, "staf.konsuler", temporary, HERE)
    found = session_actor(loaded, session)
    assert found is not None
    assert found[0].must_change_password
    change_password(loaded, found[0], temporary, GOOD)
    return loaded


def test_a_person_signs_in_and_out(konsuler: Office) -> None:
    session, csrf = sign_in(konsuler, " Staf.Konsuler ", GOOD, HERE)
    found = session_actor(konsuler, session)
    assert found is not None
    actor, known_csrf = found
    assert (actor.login, known_csrf, actor.must_change_password) == ("staf.konsuler", csrf, False)
    assert actor.position_ids == ("DIT-KONSULER.staf", "TIM-PENYUSUN-SOP.anggota")
    sign_out(konsuler, session)
    assert session_actor(konsuler, session) is None
    sign_out(konsuler, session)


def test_nothing_in_the_database_lets_anybody_in(konsuler: Office) -> None:
    session, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    token = issue_token(konsuler, "staf.konsuler")
    with konsuler.store.read() as uow:
        sessions = uow.connection.execute(user_session.select()).mappings().all()
        tokens = uow.connection.execute(api_token.select()).mappings().all()
        stored = (
            uow.connection.execute(person.select().where(person.c.login == "staf.konsuler")).mappings().one()
        )
    assert session not in str(sessions)
    assert token not in str(tokens)
    assert stored["password_hash"].startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert session_actor(konsuler, sessions[0]["id_sha256"]) is None


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("staf.konsuler", "salah"),
        ("nobody", GOOD),
        ("dir.konsuler", GOOD),  # an account without a password
        ("", ""),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(sample_konsuler: Office, login: str, password: str) -> None:
    with pytest.raises(NotSignedIn) as refused:
        sign_in(sample_konsuler, login, password, HERE)
    assert str(refused.value) == "The login or the password is not right."


def test_a_session_ends_when_it_is_idle_or_old(sample_konsuler: Office, clock: Clock) -> None:
    session, _ = sign_in(sample_konsuler, "staf.konsuler", GOOD, HERE)
    for _ in range(15):  # seven and a half hours at work
        clock.pass_by(minutes=29, seconds=59)
        assert session_actor(sample_konsuler, session) is not None
    clock.pass_by(minutes=30)
    assert session_actor(sample_konsuler, session) is None

    session, _ = sign_in(sample_konsuler, "staf.konsuler", GOOD, HERE)
    for _ in range(24):
        clock.pass_by(minutes=20)
        found = session_actor(sample_konsuler, session)
    assert found is None  # eight hours are over, however busy


def test_signing_in_again_ends_the_session_the_browser_came_with(konsuler: Office) -> None:
    first, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    second, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE, previous=first)
    assert session_actor(konsuler, first) is None
    assert session_actor(konsuler, second) is not None


def test_twenty_bad_attempts_close_the_door_for_a_while(konsuler: Office, clock: Clock) -> None:
    for _ in range(20):
        with pytest.raises(NotSignedIn):
            sign_in(konsuler, "staf.konsuler", "salah", HERE)
    with pytest.raises(TooMany):
        sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    sign_in_elsewhere = accounts.reset_password(konsuler, None, "staf.afrika")
    assert sign_in(konsuler, "staf.afrika", sign_in_elsewhere, HERE)
    with konsuler.store.read() as uow:
        assert "sign_in.last_attempt" in {event["type"] for event in uow.organisation.events()}
    clock.pass_by(minutes=15, seconds=1)
    assert sign_in(konsuler, "staf.konsuler", GOOD, HERE)


def test_somebody_elsewhere_does_not_shut_a_person_out(konsuler: Office) -> None:
    for _ in range(25):
        with pytest.raises((NotSignedIn, TooMany)):
            sign_in(konsuler, "staf.konsuler", "salah", "198.51.100.3")
    assert sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    with pytest.raises(TooMany):
        sign_in(konsuler, "staf.konsuler", GOOD, "198.51.100.3")


def test_guessing_from_many_addresses_ends_too(
    sample_konsuler: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paraf.usecases.sign_in.LOGIN_LIMIT", 8)
    for number in range(8):
        with pytest.raises(NotSignedIn):
            sign_in(sample_konsuler, "staf.konsuler", "salah", f"198.51.100.{number}")
    with pytest.raises(TooMany):
        sign_in(sample_konsuler, "staf.konsuler", "salah", "198.51.100.99")


def test_many_guesses_at_the_same_moment_share_one_count(
    konsuler: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paraf.usecases.sign_in.LIMIT", 3)
    monkeypatch.setattr(passwords, "fits", lambda _password, _stored: looked_at.append(1))
    looked_at: list[int] = []
    together = threading.Barrier(12)

    def guess() -> None:
        together.wait()
        with pytest.raises((NotSignedIn, TooMany)):
            sign_in(konsuler, "staf.konsuler", "salah", HERE)

    guesses = [threading.Thread(target=guess) for _ in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()
    assert len(looked_at) <= 3


def test_a_good_sign_in_forgets_the_bad_ones(sample_konsuler: Office) -> None:
    for _ in range(2):
        for _ in range(12):
            with pytest.raises(NotSignedIn):
                sign_in(sample_konsuler, "staf.konsuler", "salah", HERE)
        assert sign_in(sample_konsuler, "staf.konsuler", GOOD, HERE)


def test_one_address_cannot_try_many_logins(sample_konsuler: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraf.usecases.sign_in.ADDRESS_LIMIT", 5)
    for number in range(5):
        with pytest.raises(NotSignedIn):
            sign_in(sample_konsuler, f"orang{number}", "salah", HERE)
    with pytest.raises(TooMany):
        sign_in(sample_konsuler, "staf.konsuler", GOOD, HERE)


def test_a_new_password_ends_every_token(konsuler: Office) -> None:
    token = issue_token(konsuler, "staf.konsuler")
    session, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    found = session_actor(konsuler, session)
    assert found is not None
    change_password(konsuler, found[0], GOOD, "kata sandi yang lain lagi")
    assert token_actor(konsuler, token) is None

    token = issue_token(konsuler, "staf.konsuler")
    accounts.reset_password(konsuler, None, "staf.konsuler")
    assert token_actor(konsuler, token) is None


def test_answers_to_repeated_requests_are_forgotten_after_a_week(konsuler: Office, clock: Clock) -> None:
    with konsuler.store.write() as uow:
        uow.idempotency.keep("somebody", "old", "0" * 64, "null", konsuler.now())
    clock.pass_by(days=6)
    with konsuler.store.write() as uow:
        uow.idempotency.keep("somebody", "newer", "0" * 64, "null", konsuler.now())
    sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    with konsuler.store.read() as uow:
        assert uow.idempotency.find("somebody", "old") is not None
    clock.pass_by(days=1, seconds=1)
    sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    with konsuler.store.read() as uow:
        assert uow.idempotency.find("somebody", "old") is None
        assert uow.idempotency.find("somebody", "newer") is not None


def test_a_new_password_ends_every_session(konsuler: Office) -> None:
    session, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    other, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    found = session_actor(konsuler, session)
    assert found is not None
    fresh, _ = change_password(konsuler, found[0], GOOD, "kata sandi yang lain lagi")
    assert session_actor(konsuler, session) is None
    assert session_actor(konsuler, other) is None
    assert session_actor(konsuler, fresh) is not None
    with pytest.raises(NotSignedIn):
        sign_in(konsuler, "staf.konsuler", GOOD, HERE)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("bukan ini", "kata sandi yang lain lagi", "old_password"),
        (GOOD, GOOD, "new_password"),
        (GOOD, "pendek", "new_password"),
        (GOOD, "x" * 201, "new_password"),
        (GOOD, "aaaaaaaaaaaaaaaaaa", "new_password"),
        (GOOD, "punya staf.konsuler 2026", "new_password"),
    ],
)
def test_a_poor_password_is_refused(sample_konsuler: Office, old: str, new: str, field: str) -> None:
    session, _ = sign_in(sample_konsuler, "staf.konsuler", GOOD, HERE)
    found = session_actor(sample_konsuler, session)
    assert found is not None
    with pytest.raises(InvalidForm) as refused:
        change_password(sample_konsuler, found[0], old, new)
    assert list(refused.value.errors) == [field]
    assert session_actor(sample_konsuler, session) is not None


def test_a_disabled_person_is_out_at_once(konsuler: Office) -> None:
    session, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    token = issue_token(konsuler, "staf.konsuler")
    assert token_actor(konsuler, token) is not None
    accounts.disable(konsuler, None, "staf.konsuler")
    assert session_actor(konsuler, session) is None
    assert token_actor(konsuler, token) is None
    with pytest.raises(NotSignedIn):
        sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    with pytest.raises(NotFound):
        issue_token(konsuler, "staf.konsuler")
    accounts.enable(konsuler, None, "staf.konsuler")
    assert sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    assert token_actor(konsuler, token) is None


def test_a_password_reset_while_the_old_one_is_checked_keeps_the_old_one_out(
    konsuler: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = passwords.fits

    def reset_meanwhile(password: str, stored: str | None) -> bool:
        answer = checked(password, stored)
        accounts.reset_password(konsuler, None, "staf.konsuler")
        return answer

    monkeypatch.setattr(passwords, "fits", reset_meanwhile)
    with pytest.raises(NotSignedIn):
        sign_in(konsuler, "staf.konsuler", GOOD, HERE)


def test_a_token_is_good_for_its_days(loaded: Office, clock: Clock) -> None:
    token = issue_token(loaded, "sekjen", days=30)
    assert token.startswith("paraf_")
    clock.pass_by(days=29)
    assert token_actor(loaded, token) is not None
    clock.pass_by(days=1)
    assert token_actor(loaded, token) is None
    assert token_actor(loaded, "paraf_" + "x" * 43) is None
    assert token_actor(loaded, "anything") is None


def test_the_appointments_of_an_actor_are_those_in_force(loaded: Office, clock: Clock) -> None:
    token = issue_token(loaded, "ses.amerop", days=365)
    actor = token_actor(loaded, token)
    assert actor is not None
    assert [(a.position_id, a.capacity) for a in actor.appointments] == [
        ("SETDITJEN-AMEROP.pimpinan", "definitif"),
        ("DIT-AMERIKA-II.pimpinan", "plt"),
    ]
    clock.pass_by(days=150)  # after the last of March
    later = token_actor(loaded, token)
    assert later is not None
    assert later.position_ids == ("SETDITJEN-AMEROP.pimpinan",)


def test_recognising_somebody_costs_one_statement(konsuler: Office, statements: Counting) -> None:
    session, _ = sign_in(konsuler, "staf.konsuler", GOOD, HERE)
    token = issue_token(konsuler, "admin")
    with statements(konsuler.store) as sent:
        found = session_actor(konsuler, session)
        assert found is not None
    assert len(sent) == 1
    with statements(konsuler.store) as sent:
        administrator = token_actor(konsuler, token)
        assert administrator is not None
        assert administrator.system_roles == {"administrator"}
        assert administrator.appointments == ()
    assert len(sent) == 1
