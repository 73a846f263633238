"""Erasing a person: no name is left anywhere, and every history still verifies."""

from __future__ import annotations

from sqlalchemy import select

from paraf.domain.facts import Fact, Sealed, check_chain, check_openings
from paraf.storage.store import Store
from paraf.storage.tables import metadata
from paraf.usecases.erase_person import erase_person
from paraf.usecases.office import Office
from storage.cases import AT, RATNA, carry_on, open_case


def everything_stored(store: Store) -> str:
    with store.read() as uow:
        return "\n".join(
            str(tuple(row))
            for table in metadata.sorted_tables
            for row in uow.connection.execute(select(table))
        )


def test_no_name_is_left_and_the_chain_still_verifies(office: Office) -> None:
    case = open_case(office.store)
    words = Fact("task.decided", {"comment": Sealed("Saya, Ratna Wibisono, menyetujui.")}, "sign", 1, RATNA)
    with office.store.write() as uow:
        uow.people.update(RATNA, nip="197801012003122001", email="ratna@contoh.id")
        newest = carry_on(uow, case, words)
        uow.idempotency.keep(RATNA, "key", "0" * 64, '{"name": "Ratna Wibisono"}', AT)
        for key, answer in {
            "named": '{"assignee": {"name": "Ratna Wibisono"}}',
            "by id": f'{{"assignee": {{"id": "{RATNA}", "name": "Ratna W."}}}}',
            "another": '{"assignee": {"name": "Sekar Ayu"}}',
        }.items():
            uow.idempotency.keep("colleague", key, "0" * 64, answer, AT)
    assert "Ratna" in everything_stored(office.store)

    assert erase_person(office, None, "ratna") == {"id": RATNA, "texts": 1}

    left = everything_stored(office.store)
    for trace in ("Ratna", "ratna", "Wibisono", "19780101", "contoh.id"):
        assert trace not in left
    with office.store.read() as uow:
        assert uow.idempotency.find("colleague", "another") is not None
        entries, openings = uow.history.read(case), uow.history.openings(case)
    assert entries[-1].event()["actor"] == RATNA
    assert check_chain(entries, newest=newest, thorough=True) is None
    assert check_openings([entry.event() for entry in entries], openings) is None
