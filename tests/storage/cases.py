"""A case to hang a history on, with the least that its rows need."""

from __future__ import annotations

from sqlalchemy import insert

from paraf.domain.facts import GENESIS, Fact
from paraf.storage.store import Store
from paraf.storage.tables import counter, instance, person, proposal, unit
from paraf.storage.unit_of_work import UnitOfWork

AT = "2026-11-21T02:50:13.123456Z"
RATNA = "0193a8c2-5f1e-7c44-9d20-6a1f0e6b7c01"


def open_case(store: Store, case_id: str = "case-1") -> str:
    """Direktorat Afrika proposes an SOP; gives the case's id."""
    with store.write() as uow:
        known = uow.connection.exec_driver_sql("SELECT count(*) FROM unit").scalar_one()
        if not known:
            uow.connection.execute(
                insert(unit).values(
                    code="AFR",
                    name="Direktorat Afrika",
                    kind="direktorat",
                    zone="Asia/Jakarta",
                    valid_from=AT,
                )
            )
            uow.connection.execute(insert(person).values(id=RATNA, login="ratna", name="Ratna Wibisono"))
        uow.connection.execute(
            insert(proposal).values(
                id=f"proposal-{case_id}",
                title="Layanan Visa Diplomatik",
                sop_kind="mikro",
                request_kind="new",
                unit_code="AFR",
                created_by=RATNA,
                created_at=AT,
            )
        )
        uow.connection.execute(
            insert(instance).values(
                id=case_id,
                number=f"U-2026-{case_id}",
                proposal_id=f"proposal-{case_id}",
                route_key="sop_mikro_eselon1",
                route_version=1,
                unit_code="AFR",
                state="running",
                started_at=AT,
                pinned="{}",
                seq=0,
                head=GENESIS,
                engine_state=b"",
                naskah_version=0,
                naskah_complete=0,
            )
        )
    return case_id


def fact(flow: str = "f1") -> Fact:
    return Fact("element.passed", {"flow": flow}, "gw_sign_usulan", 1)


def carry_on(uow: UnitOfWork, case_id: str, *facts: Fact) -> tuple[int, str]:
    """Append to a case as a command does: lock it, append, note the new head."""
    case = uow.cases.lock(case_id)
    assert case is not None
    seq, head = uow.history.append(case_id, case.seq, case.head, AT, facts)
    uow.cases.update(case_id, {"seq": seq, "head": head})
    return seq, head


def counted(uow: UnitOfWork) -> int:
    """What all counters come to: the smallest thing that a command can have changed."""
    return int(uow.connection.exec_driver_sql("SELECT coalesce(sum(value), 0) FROM counter").scalar_one())


def set_counter(uow: UnitOfWork, kind: str, value: int) -> None:
    uow.connection.execute(insert(counter).values(kind=kind, unit_code="AFR", year=2026, value=value))
