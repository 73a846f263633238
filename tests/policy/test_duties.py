"""Proposing, taking back, reviewing, reading, and the table of permissions."""

from __future__ import annotations

from dataclasses import replace

import pytest

import cast
from cast import NOON, Player
from offices import on_stage
from paraf.domain import policy, rules
from paraf.domain.posts import SystemRole
from paraf.errors import NotAllowed
from paraf.storage.cases import CaseRow
from paraf.usecases.office import Office
from paraf.usecases.propose import propose
from paraf.usecases.reading import may_see

KNOWN = cast.organisation()
ESELON_I_CASE = {"sop_kind": "mikro", "request_kind": "new", "submitter": "pimpinan_eselon_i"}

# --- proposing ----------------------------------------------------------------------------------

PROPOSERS = [
    (cast.STAF_AFRIKA, "DIT-AFRIKA", "mikro", "new", None),
    (cast.DIR_AFRIKA, "DIT-AFRIKA", "mikro", "change", None),
    (cast.STAF_AFRIKA, "DIT-KONSULER", "mikro", "new", "A1"),
    (cast.DIRJEN_ASPASAF, "DIT-AFRIKA", "mikro", "new", "A1"),
    (cast.STAF_PO, "BPO", "makro", "new", None),
    (cast.REVIEWER, "BPO", "makro", "new", None),
    (cast.STAF_AFRIKA, "DIT-AFRIKA", "makro", "new", "PL 18, 19(3)"),
    (cast.STAF_AFRIKA, "DIT-AFRIKA", "makro", "change", None),
    (cast.KARO_KEUANGAN, "BUM", "mikro", "new", None),  # as Plh.
    (cast.STAF_AHLI, "SAHLI-POLHUKAM", "mikro", "new", None),  # allowed to ask; the table has no route
    (cast.ADMINISTRATOR, "DIT-AFRIKA", "mikro", "new", "A1"),
    (cast.PUBLISHER, "DIT-AFRIKA", "mikro", "new", "A1"),
]


@pytest.mark.parametrize(("person", "unit", "sop_kind", "request_kind", "rule"), PROPOSERS)
def test_a_unit_proposes_through_anybody_appointed_in_it(
    person: Player, unit: str, sop_kind: str, request_kind: str, rule: str | None
) -> None:
    actor = cast.as_actor(person)
    if rule is None:
        hat = policy.may_propose(KNOWN, actor, unit, sop_kind, request_kind, NOON)
        assert KNOWN.positions[hat.position_id].unit_code == unit
        return
    with pytest.raises(NotAllowed) as refused:
        policy.may_propose(KNOWN, actor, unit, sop_kind, request_kind, NOON)
    assert refused.value.rule == rule


# --- taking back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (cast.DIR_AFRIKA, True),
        (cast.DIRJEN_ASPASAF, True),
        (cast.STAF_AFRIKA, False),
        (cast.SEKJEN, False),
        (cast.DIRJEN_ASEAN, False),
        (cast.ADMINISTRATOR, False),
    ],
    ids=lambda x: getattr(x, "login", x),
)
def test_the_submitter_and_the_head_of_the_unit_take_a_proposal_back(person: Player, allowed: bool) -> None:
    actor = cast.as_actor(person)
    if allowed:
        assert policy.may_withdraw(KNOWN, actor, "DIT-AFRIKA", ESELON_I_CASE, NOON)
        return
    with pytest.raises(NotAllowed):
        policy.may_withdraw(KNOWN, actor, "DIT-AFRIKA", ESELON_I_CASE, NOON)


# --- separation of duty -------------------------------------------------------------------------


def test_a_drafter_does_not_review() -> None:
    # AC-39
    policy.may_review(cast.as_actor(cast.REVIEWER), [cast.STAF_PO.id])
    with pytest.raises(NotAllowed) as refused:
        policy.may_review(cast.as_actor(cast.REVIEWER), [cast.STAF_PO.id, cast.REVIEWER.id])
    assert refused.value.rule == "A5; INT-28"


@pytest.mark.parametrize(
    ("person", "drafter", "reviewer", "allowed"),
    [
        (cast.OTHER_PART_REVIEWER, cast.STAF_PO, cast.REVIEWER, True),
        (cast.SECOND_REVIEWER, cast.STAF_PO, cast.REVIEWER, True),  # Bagian Perencanaan drafted
        (cast.REVIEWER, cast.STAF_PO, cast.REVIEWER, False),  # he reviewed
        (cast.SECOND_REVIEWER, cast.REVIEWER, cast.OTHER_PART_REVIEWER, False),  # his part drafted
        (cast.REVIEWER, cast.REVIEWER, cast.OTHER_PART_REVIEWER, False),  # he drafted
    ],
)
def test_biro_pos_own_sop_is_countersigned_by_another_part(
    person: Player, drafter: Player, reviewer: Player, allowed: bool
) -> None:
    actor = cast.as_actor(person)
    hat = next(a for a in actor.appointments if a.position_id.startswith("BPO.reviewer"))
    if allowed:
        policy.may_countersign(KNOWN, actor, hat, [drafter.id], [reviewer.id])
        return
    with pytest.raises(NotAllowed):
        policy.may_countersign(KNOWN, actor, hat, [drafter.id], [reviewer.id])


# --- reading ------------------------------------------------------------------------------------

READERS = [
    (cast.STAF_AFRIKA, True),
    (cast.DIR_AFRIKA, True),
    (cast.DIRJEN_ASPASAF, True),  # a unit above
    (cast.MENTERI, True),
    (cast.REVIEWER, True),
    (cast.KARO_PO, True),
    (cast.AUDITOR, True),
    (cast.SES_ASPASAF, False),  # a sister unit
    (cast.DIRJEN_ASEAN, False),
    (cast.SEKJEN, False),  # until he has a task or a copy
    (cast.STAF_TOKYO, False),
    (cast.ADMINISTRATOR, False),
    (cast.PUBLISHER, False),
    (cast.PROCESS_OWNER, False),
    (cast.OPERATOR, False),
]


@pytest.fixture
def case_of_afrika(office: Office) -> CaseRow:
    """A case of Direktorat Afrika in which only its drafters have a task."""
    header = {"title": "Rapat", "sop_kind": "mikro", "request_kind": "new", "unit_id": "DIT-AFRIKA"}
    opened = propose(office, on_stage(office, cast.STAF_AFRIKA), header)
    with office.store.read() as uow:
        found = uow.cases.by_proposal(opened["id"])
    assert found is not None
    return found


def reads(office: Office, person: Player, case: CaseRow) -> bool:
    with office.store.read() as uow:
        return may_see(office, uow, on_stage(office, person), case, office.now())


def test_a_case_is_read_by_its_line_biro_po_and_auditors(office: Office, case_of_afrika: CaseRow) -> None:
    found = {person.login: reads(office, person, case_of_afrika) for person, _ in READERS}
    assert found == {person.login: allowed for person, allowed in READERS}


def test_who_has_or_had_a_task_or_a_copy_reads_on(office: Office, case_of_afrika: CaseRow) -> None:
    case = case_of_afrika.id
    with office.store.write() as uow:
        (task,) = uow.tasks.open_of_case(case)
        copy = {"id": "copy", "instance_id": case, "kind": "nota_dinas", "sha256": None, "way": "tembusan"}
        sent = {"sent_at": office.now(), "read_at": None, "read_by": None, "read_position": None}
        uow.copies.insert([{**copy, **sent, "position_id": "SETJEN.pimpinan"}])
        tokyo = on_stage(office, cast.STAF_TOKYO)
        uow.tasks.close(
            task.id, office.now(), "submit", tokyo.person_id, "DIT-AFRIKA.staf", case_of_afrika.seq
        )
    assert reads(office, cast.SEKJEN, case_of_afrika)  # by the copy
    assert reads(office, cast.STAF_TOKYO, case_of_afrika)  # he decided once
    assert not reads(office, cast.DIRJEN_ASEAN, case_of_afrika)


# --- the table ----------------------------------------------------------------------------------

ONLY = {
    "route.draft": {"pemilik.proses"},
    "route.publish": {"penerbit"},
    "sop.load": {"pemilik.proses"},
    "repair.read": {"operator", "admin", "auditor.itjen"},
    "repair.ask": {"operator"},
    "repair.answer": {"operator", "admin"},
    "workshop.read": {"pemilik.proses", "penerbit", "admin", "auditor.itjen"},
    "unit.edit": {"admin"},
    "position.edit": {"admin"},
    "person.edit": {"admin"},
    "person.erase": {"admin"},
    "appointment.edit": {"admin"},
    "account.edit": {"admin"},
    "system_role.grant": {"admin"},
    "administration.read": {"admin", "auditor.itjen"},
    "audit.read": {"auditor.itjen"},
    "reading.read": {"admin", "auditor.itjen"},
}
ACTS_OF_OFFICE = {
    "proposal.create",
    "proposal.withdraw",
    "naskah.save",
    "attachment.add",
    "task.claim",
    "task.decide",
    "tembusan.read",
}
EVERYBODY = {"case.read", "directory.read", "route.read", "sop.read", "history.verify"}
ASKING = [
    cast.STAF_AFRIKA,
    cast.SEKJEN,
    cast.ADMINISTRATOR,
    cast.PROCESS_OWNER,
    cast.PUBLISHER,
    cast.OPERATOR,
    cast.AUDITOR,
]


def test_every_permission_has_a_verdict_here() -> None:
    assert set(policy.PERMISSIONS) == set(ONLY) | ACTS_OF_OFFICE | EVERYBODY


@pytest.mark.parametrize("permission", sorted(policy.PERMISSIONS))
def test_the_table_gives_each_permission_to_its_roles(permission: str) -> None:
    allowed = {person.login for person in ASKING if policy.may(cast.as_actor(person), permission)}
    everybody = {person.login for person in ASKING}
    if permission in EVERYBODY:
        assert allowed == everybody
    elif permission in ACTS_OF_OFFICE:
        assert allowed == everybody - {"admin", "operator", "auditor.itjen"}
    else:
        assert allowed == ONLY[permission]


def test_an_auditor_changes_nothing_whatever_else_he_was_given() -> None:
    auditor = replace(cast.as_actor(cast.AUDITOR), system_roles=frozenset(SystemRole))
    allowed = {permission for permission in policy.PERMISSIONS if policy.may(auditor, permission)}
    assert {one for one in allowed if not one.endswith(".read")} == {"history.verify"}


def test_what_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(NotAllowed):
        policy.require(cast.as_actor(cast.ADMINISTRATOR), "case.delete")


@pytest.mark.parametrize("ask", [rules.completeness_rule, rules.order_rule])
def test_every_route_names_the_article_behind_a_refusal(ask: object) -> None:
    assert callable(ask)
    assert ask("sop_mikro_eselon1").startswith("PL 37")
    assert ask("sop_mikro_perwakilan").startswith("PL 40")
    assert ask("unknown").startswith("INT-")
