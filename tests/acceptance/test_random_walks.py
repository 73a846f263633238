"""Random people take random allowed decisions on every route: there is always a way on, no sequence
rule is ever broken, and every history proves itself.

TEST_WALKS sets the number of walks per route (2 by default).
"""

from __future__ import annotations

import os
import random

import pytest

from paraf.domain.rules import broken_rules
from random_people import OPENINGS, decide_something, open_case
from stage import Stage, flow

WALKS = int(os.environ.get("TEST_WALKS", "2"))
MOST_DECISIONS = 45


@pytest.mark.parametrize("walk", range(WALKS))
@pytest.mark.parametrize("route_key", OPENINGS)
def test_a_random_walk_finds_a_way_on_and_proves_itself(stage: Stage, route_key: str, walk: int) -> None:
    chance = random.Random(f"{route_key}-{walk}")
    case = open_case(stage, route_key)
    for _ in range(MOST_DECISIONS):
        if case.seen()["state"] != "running":
            break
        stage.clock.move(hours=chance.choice([1, 7, 30]))
        decide_something(chance, case)
    else:
        case.carry_to("end")
    events = case.events()
    assert case.seen()["state"] in ("completed", "withdrawn"), flow(events)
    assert broken_rules(route_key, events) == [], flow(events)
    assert case.verified(), flow(events)
