"""Authority belongs to a position for a time: who may do which act, with which hat, until when."""

from __future__ import annotations

import pytest

import cast
from cast import NOON, Player
from paraf.domain import policy
from paraf.domain.organisation import Appointment, Organisation
from paraf.errors import NotAllowed

MIKRO = {"sop_kind": "mikro", "submitter": "pimpinan_eselon_i"}
MAKRO = {"sop_kind": "makro", "request_kind": "change"}
SEKJEN = "SETJEN.pimpinan"
MENTERI = "KEMLU.pimpinan"
APRIL_15 = "2026-04-15T03:00:00.000000Z"
FIRST_OF_MARCH = "2026-02-28T17:00:00.000000Z"  # midnight in Jakarta
FIRST_OF_JUNE = "2026-05-31T17:00:00.000000Z"


def acting(
    person: Player, position: str, capacity: str, *, mandate: tuple[str, ...] = (), **more: str | None
) -> Appointment:
    """An acting appointment from 1 March to 31 May 2026, Jakarta days."""
    return Appointment(
        id=f"acting-{person.login}",
        person_id=person.id,
        position_id=position,
        capacity=capacity,
        instrument="SPRIN/0001/III/2026",
        valid_from=FIRST_OF_MARCH,
        valid_to=FIRST_OF_JUNE,
        mandate=mandate,
        label=more.get("label"),
    )


@pytest.fixture
def vacant_setjen() -> Organisation:
    """Nobody is Sekjen; the Direktur Jenderal ASEAN is Plt., the Kepala Biro Keuangan Plh."""
    return cast.with_appointments(
        cast.organisation(),
        acting(cast.DIRJEN_ASEAN, SEKJEN, "plt"),
        acting(cast.KARO_KEUANGAN, SEKJEN, "plh", mandate=("tanda_tangan",)),
        without=[cast.SEKJEN],
    )


def ask(
    known: Organisation,
    person: Player,
    positions: tuple[str, ...],
    act: str | None,
    outcome: str = "sign",
    case: dict[str, str] = MIKRO,
    at: str = APRIL_15,
    chosen: str | None = None,
) -> Appointment:
    actor = cast.as_actor(person, known, at)
    return policy.authority_for(known, actor, positions, act, outcome, case, at, chosen)


def refusal(*given: object, **more: object) -> NotAllowed:
    with pytest.raises(NotAllowed) as refused:
        ask(*given, **more)  # type: ignore[arg-type]
    return refused.value


# --- AC-95, AC-96: a Plt. Sekjen from 1 March to 31 May -----------------------------------------

INSTANTS = [
    ("2026-02-28T16:59:59.999999Z", "P2"),
    (FIRST_OF_MARCH, None),
    (APRIL_15, None),
    ("2026-05-31T16:59:59.999999Z", None),
    (FIRST_OF_JUNE, "P6"),
    ("2026-06-01T03:00:00.000000Z", "P6"),
]


@pytest.mark.parametrize(("at", "rule"), INSTANTS)
def test_an_acting_official_signs_from_the_first_to_the_last_day(
    vacant_setjen: Organisation, at: str, rule: str | None
) -> None:
    if rule is None:
        used = ask(vacant_setjen, cast.DIRJEN_ASEAN, (SEKJEN,), "persetujuan", at=at)
        assert used.instrument == "SPRIN/0001/III/2026"
        assert vacant_setjen.signing_title(used) == "Plt. Sekretaris Jenderal"
    else:
        assert refusal(vacant_setjen, cast.DIRJEN_ASEAN, (SEKJEN,), "persetujuan", at=at).rule == rule


def test_the_refusal_tells_the_last_day(vacant_setjen: Organisation) -> None:
    late = refusal(vacant_setjen, cast.DIRJEN_ASEAN, (SEKJEN,), "persetujuan", at=FIRST_OF_JUNE)
    assert str(late) == "Your appointment as Plt. Sekretaris Jenderal ended on 31 Mei 2026."
    early = refusal(
        vacant_setjen, cast.DIRJEN_ASEAN, (SEKJEN,), "persetujuan", at="2026-02-01T03:00:00.000000Z"
    )
    assert str(early) == "Your appointment as Plt. Sekretaris Jenderal begins on 1 Maret 2026."


# --- what each capacity may do ------------------------------------------------------------------

CAPACITIES = [
    # capacity, mandate, act, outcome, sop_kind, allowed
    ("definitif", (), "penetapan", "sign", "makro", True),
    ("definitif", (), "persetujuan", "approve", "mikro", True),
    ("plt", (), None, "conform", "mikro", True),
    ("plt", (), "paraf", "paraf", "mikro", True),
    ("plt", (), "submit", "submit", "mikro", True),
    ("plt", (), "tanda_tangan", "sign", "mikro", True),
    ("plt", (), "persetujuan", "approve", "mikro", True),
    ("plt", (), "pengesahan", "sign", "mikro", True),
    ("plt", (), "penetapan", "sign", "mikro", True),
    ("plt", (), "penetapan", "sign", "makro", False),
    ("plt", (), "penetapan", "return", "makro", True),
    ("plt", (), "tanda_tangan", "sign", "makro", True),
    ("plh", (), None, "conform", "mikro", True),
    ("plh", (), "paraf", "paraf", "mikro", True),
    ("plh", (), "persetujuan", "return", "mikro", True),
    ("plh", (), "persetujuan", "approve", "mikro", False),
    ("plh", (), "persetujuan", "reject", "mikro", False),
    ("plh", (), "submit", "submit", "mikro", False),
    ("plh", (), "penetapan", "sign", "mikro", False),
    ("plh", ("penetapan",), "penetapan", "sign", "mikro", True),
    ("plh", ("penetapan",), "penetapan", "sign", "makro", False),
    ("plh", ("tanda_tangan",), "pengesahan", "sign", "mikro", False),
    ("plh", ("submit",), "submit", "submit", "mikro", True),
]


@pytest.mark.parametrize(("capacity", "mandate", "act", "outcome", "sop_kind", "allowed"), CAPACITIES)
def test_each_capacity_has_its_acts(
    capacity: str, mandate: tuple[str, ...], act: str | None, outcome: str, sop_kind: str, allowed: bool
) -> None:
    known = cast.with_appointments(
        cast.organisation(),
        acting(cast.DIRJEN_ASEAN, MENTERI, capacity, mandate=mandate),
        without=[cast.MENTERI],
    )
    given = (known, cast.DIRJEN_ASEAN, (MENTERI,), act, outcome, {"sop_kind": sop_kind})
    if allowed:
        assert ask(*given).capacity == capacity
    else:
        assert refusal(*given).rule == "P1"


def test_a_kuasa_usaha_is_a_plt_with_a_printed_label_of_his_own() -> None:
    known = cast.with_appointments(
        cast.organisation(),
        acting(cast.STAF_TOKYO, "KBRI-TOKYO.pimpinan", "plt", label="Kuasa Usaha a.i."),
        without=[cast.DUBES_TOKYO],
    )
    used = ask(known, cast.STAF_TOKYO, ("KBRI-TOKYO.pimpinan",), "penetapan")
    assert known.signing_title(used) == "Kuasa Usaha a.i. Duta Besar LBBP RI di Tokyo"


def test_membership_of_a_team_drafts_but_signs_nothing() -> None:
    known = cast.organisation()
    team = ("TIM-PENYUSUN-SOP.anggota",)
    assert ask(known, cast.STAF_PO, team, None, "submit", at=NOON)
    assert refusal(known, cast.STAF_PO, team, "persetujuan", "approve", at=NOON).rule == "A1"


# --- whose office it is -------------------------------------------------------------------------

ANOTHER_OFFICE = [
    (cast.DIR_PROTOKOL, "DIT-KONSULER.pimpinan"),  # A1: the head of another unit
    (cast.DIRJEN_ASEAN, "DJASPASAF.pimpinan"),  # AC-31
    (cast.KONJEN_JEDDAH, "KBRI-TOKYO.pimpinan"),  # AC-50
    (cast.DIRJEN_PROTKONS, "PUSDIKLAT.pimpinan"),  # AC-44
    (cast.KARO_PO, SEKJEN),  # AC-27
    (cast.SEKJEN, MENTERI),  # AC-55
    (cast.DIR_AFRIKA, "DJASPASAF.pimpinan"),  # AC-19: his own superior's act
    (cast.STAF_AFRIKA, "DIT-AFRIKA.pimpinan"),
    (cast.PROCESS_OWNER, SEKJEN),
    (cast.PUBLISHER, SEKJEN),
]


@pytest.mark.parametrize(("person", "position"), ANOTHER_OFFICE, ids=lambda x: getattr(x, "login", x))
def test_authority_in_one_office_is_none_in_another(person: Player, position: str) -> None:
    refused = refusal(cast.organisation(), person, (position,), "tanda_tangan", at=NOON)
    assert refused.rule == "A1"
    assert cast.organisation().title(position) in str(refused)


def test_the_refusal_cites_the_article_behind_the_step() -> None:
    # AC-59: a Direktur may not submit a change of SOP Makro himself
    actor = cast.as_actor(cast.DIR_KONSULER)
    with pytest.raises(NotAllowed) as refused:
        policy.authority_for(
            cast.organisation(),
            actor,
            ("DJPROTKONS.pimpinan",),
            "submit",
            "submit",
            MAKRO,
            NOON,
            cite="PL 20(2); INT-22",
        )
    assert refused.value.rule == "PL 20(2); INT-22; A1"
    assert "Direktur Jenderal Protokol dan Konsuler" in str(refused.value)


@pytest.mark.parametrize("person", [cast.ADMINISTRATOR, cast.OPERATOR])
def test_who_hands_out_authority_decides_nothing_even_when_appointed(person: Player) -> None:
    known = cast.with_appointments(cast.organisation(), acting(person, SEKJEN, "definitif"))
    assert "decides no task" in str(refusal(known, person, (SEKJEN,), None, "conform"))


def test_an_auditor_decides_nothing_even_when_appointed() -> None:
    known = cast.with_appointments(cast.organisation(), acting(cast.AUDITOR, SEKJEN, "definitif"))
    assert "changes nothing" in str(refusal(known, cast.AUDITOR, (SEKJEN,), None, "conform"))


def test_a_task_of_a_role_without_positions_belongs_to_nobody() -> None:
    assert refusal(cast.organisation(), cast.SEKJEN, (), None, "done", at=NOON).rule == "A1"


# --- several hats (A6) --------------------------------------------------------------------------


def test_definitif_goes_before_acting_and_the_hat_may_be_chosen() -> None:
    known = cast.organisation()
    offered = ("BUM.pimpinan", "BKEU.pimpinan")
    assert ask(known, cast.KARO_KEUANGAN, offered, None, "done", at=NOON).position_id == "BKEU.pimpinan"
    chosen = ask(known, cast.KARO_KEUANGAN, offered, None, "done", at=NOON, chosen="BUM.pimpinan")
    assert (chosen.position_id, chosen.capacity) == ("BUM.pimpinan", "plh")
    assert chosen.on_behalf_of == cast.KARO_UMUM.id


def test_a_hat_that_the_task_is_not_offered_to_is_refused() -> None:
    refused = refusal(
        cast.organisation(),
        cast.KARO_KEUANGAN,
        ("BUM.pimpinan",),
        None,
        "done",
        at=NOON,
        chosen="BKEU.pimpinan",
    )
    assert refused.rule == "A6"


def test_another_hat_serves_when_the_first_may_not() -> None:
    # definitif as a team member, Plt. as the head: only the second may approve
    known = cast.with_appointments(cast.organisation(), acting(cast.STAF_PO, SEKJEN, "plt"))
    used = ask(known, cast.STAF_PO, ("TIM-PENYUSUN-SOP.anggota", SEKJEN), "persetujuan", "approve")
    assert used.capacity == "plt"


# --- AC-97: the holder changes ------------------------------------------------------------------


def test_the_new_holder_takes_over_and_the_old_claim_lapses() -> None:
    before = cast.organisation()
    offered = ("DIT-AFRIKA.pimpinan",)
    assert policy.standing_claim(before, cast.DIR_AFRIKA.id, offered, NOON) == cast.DIR_AFRIKA.id
    after = cast.with_appointments(
        before, acting(cast.STAF_KONSULER, offered[0], "definitif"), without=[cast.DIR_AFRIKA]
    )
    assert ask(after, cast.STAF_KONSULER, offered, "pengesahan")
    assert policy.standing_claim(after, cast.DIR_AFRIKA.id, offered, APRIL_15) is None
    assert policy.standing_claim(after, None, offered, APRIL_15) is None
    # the request was read before the change; the decision is taken after it
    stale = cast.as_actor(cast.DIR_AFRIKA, before)
    with pytest.raises(NotAllowed):
        policy.authority_for(after, stale, offered, "pengesahan", "sign", MIKRO, APRIL_15)
