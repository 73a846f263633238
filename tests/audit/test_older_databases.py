"""A database from before this release: the upgrade fills in what the facts always said."""

from __future__ import annotations

from sqlalchemy import text

from cast import STAF_AFRIKA
from databases import MIGRATIONS
from paraf.storage import migrate
from paraf.usecases import demo
from travel import acts, set_out, take
from web_service import Service


def test_the_capacity_of_earlier_decisions_comes_from_their_facts(either_service: Service) -> None:
    office = either_service.office
    journey = set_out(office, demo.STORIES[0], STAF_AFRIKA)
    for _ in range(3):
        take(office, next(acts(office, journey)))
    asked = text("SELECT element_id, visit, state, capacity FROM task ORDER BY element_id, visit")
    with office.store.engine.connect() as connection:
        before = connection.execute(asked).all()
    office.store.close()
    url = either_service.database.url
    migrate.downgrade(url, MIGRATIONS, "0002")
    migrate.upgrade(url, MIGRATIONS)
    with office.store.engine.connect() as connection:
        after = connection.execute(asked).all()
    assert after == before
    assert {row[3] for row in after if row[2] == "done"} == {"definitif"}
    assert {row[3] for row in after if row[2] == "open"} == {None}
