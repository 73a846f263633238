"""Finding a case: what the search gives is what the histories say, in every order, on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from audit.conftest import Archive, decided

Test = Callable[[Mapping[str, Any]], bool]


def test_an_acting_official_is_found_by_name(archive: Archive) -> None:
    assert archive.titles(person="Juwita", capacity="acting") == ["Bravo"]
    (found,) = archive.find(person="Juwita", capacity="plh")
    (act,) = found["acts"]
    assert act["signed_as"] == "Plh. Kepala Biro Umum"
    assert (act["element_id"], act["outcome"], act["who"]) == ("submit_usulan", "submit", "Juwita Bimasakya")
    assert (found["decisions"], found["returns"], found["acting"]) == (3, 1, 1)
    assert archive.titles(person="Juwita", capacity="plt") == []


def test_all_conditions_hold_for_one_and_the_same_decision(archive: Archive) -> None:
    # in Bravo somebody returned and somebody else acted as Plh., but nobody returned as Plh.
    assert archive.titles(outcome="return", unit="BUM") == ["Bravo"]
    assert archive.titles(outcome="return", capacity="acting") == []


def test_who_only_wrote_is_found_by_name_alone(archive: Archive) -> None:
    assert archive.titles(person="staf.amerika2") == ["Charlie"]
    assert archive.titles(person="staf.amerika2", outcome="submit") == []
    assert archive.titles(person=archive.person_id("staf.amerika2")) == ["Charlie"]
    assert archive.titles(person="tidak ada orang bernama begini") == []


def test_units_below_are_searched_too(archive: Archive) -> None:
    assert archive.titles(unit="DJASPASAF", sort="title") == ["Alfa", "Delta"]
    assert archive.titles(unit="SETJEN", sort="title") == ["Bravo", "Echo"]
    assert archive.titles(unit="TIDAK-ADA") == []


def test_states_ends_routes_and_returns(archive: Archive) -> None:
    assert archive.titles(state="withdrawn") == ["Delta"]
    assert archive.titles(end="set") == ["Alfa"]
    assert archive.titles(route="sop_mikro_setjen", sort="title") == ["Bravo", "Echo"]
    assert archive.titles(route="sop_mikro_setjen", version=2) == []
    assert archive.titles(returned="true", sort="title") == ["Bravo", "Echo"]
    assert archive.titles(returned="false", sort="title") == ["Alfa", "Charlie", "Delta"]
    assert archive.titles(q="rav") == ["Bravo"]
    assert archive.titles(q=archive.cases["Echo"].number.lower()) == ["Echo"]


@pytest.mark.parametrize(
    "sort", ["-started", "started", "-ended", "ended", "number", "-number", "title", "-title"]
)
def test_every_order_is_paged_without_gaps_or_doubles(archive: Archive, sort: str) -> None:
    name = {"started": "started_at", "ended": "ended_at"}.get(sort.removeprefix("-"), sort.removeprefix("-"))
    found = archive.find(sort=sort)
    values = [one[name] for one in found]
    assert values == sorted(values, reverse=sort.startswith("-"))
    expected = {"Alfa", "Delta"} if "ended" in sort else set(archive.cases)
    assert {one["title"] for one in found} == expected and len(found) == len(expected)


def test_any_search_gives_what_the_histories_say(archive: Archive) -> None:
    chance = random.Random("mencari")
    acts = [event for events in archive.histories.values() for event in decided(events)]
    found_some = 0
    for _ in range(60):
        act = chance.choice(acts)
        tests: list[Test] = []
        asked: dict[str, Any] = {}
        for name, value, test in (
            ("person", act["actor"], lambda e, v: e["actor"] == v),
            ("position", act["data"]["position"], lambda e, v: e["data"]["position"] == v),
            ("outcome", chance.choice([act["data"]["outcome"], "return"]), lambda e, v: e["data"]["outcome"] == v),
            ("capacity", chance.choice([act["capacity"], "plh"]), lambda e, v: e["capacity"] == v),
            ("acted_from", act["at"], lambda e, v: e["at"] >= v),
            ("acted_until", act["at"], lambda e, v: e["at"] < v),
        ):  # fmt: skip
            if chance.random() < 0.45:
                asked[name] = value
                tests.append(lambda e, test=test, value=value: test(e, value))
        if set(asked) <= {"person"}:
            continue
        expected = {
            title
            for title, events in archive.histories.items()
            if any(all(test(event) for test in tests) for event in decided(events))
        }
        assert set(archive.titles(**asked)) == expected, asked
        found_some += bool(expected)
    assert found_some > 15


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("capacity=direktur", "capacity"),
        ("state=selesai", "state"),
        ("sort=umur", "sort"),
        ("started_from=besok", "started_from"),
        ("acted_until=2026-11-23T10:00:00", "acted_until"),
        ("version=x", "version"),
        ("cursor=x", "cursor"),
    ],
)
def test_what_cannot_be_asked_is_told_by_its_field(sqlite_archive: Archive, query: str, field: str) -> None:
    refused = sqlite_archive.stage.person("auditor.itjen").get(f"/audit/cases?{query}").refused(422)
    assert list(refused["errors"]) == [field]


def test_a_day_that_ends_a_period_belongs_to_it(archive: Archive) -> None:
    day = archive.histories["Charlie"][0]["at"][:10]
    assert archive.titles(started_from=day, started_until=day) == ["Charlie"]


def test_only_who_reads_everything_searches_everything(archive: Archive) -> None:
    for login in ("staf.afrika", "dirjen.aspasaf", "admin", "operator", "pemilik.proses"):
        archive.stage.person(login).get("/audit/cases").refused(403, "not_allowed")
    for login in ("karo.po", "menteri", "auditor2.itjen"):
        assert len(archive.find(login=login)) == len(archive.cases)


def test_a_search_costs_few_statements_however_many_it_finds(archive: Archive, statements: Any) -> None:
    store = archive.stage.office.store
    auditor = archive.stage.person("auditor.itjen")
    costs = []
    for limit in (1, 5):
        auditor.get(f"/audit/cases?outcome=submit&limit={limit}").ok()
        with statements(store) as sent:
            auditor.get(f"/audit/cases?outcome=submit&limit={limit}").ok()
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 10, costs
