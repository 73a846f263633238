"""Two readings of a route, the engine's and the token game's, must never differ.

Hundreds of random routes are played with random decisions, saved and loaded at every step. A longer
run takes `TEST_ROUTES=5000`; a seed that fails is replayed alone with `TEST_SEED=<n>`.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from engine.random_routes import Disagreement, Drawing, play
from paraf.engine import spiff_case, spiff_specs
from paraf.engine.compiled import compile_route, compiled_from
from paraf.engine.route_file import findings_of, read_route

ROUTES = int(os.environ.get("TEST_ROUTES", "400"))
ONLY = os.environ.get("TEST_SEED")


def _drawing(seed: int) -> Drawing:
    return Drawing(seed, depth=2 + seed % 4, ruled=seed % 2 == 1)


@pytest.mark.timeout(900)
def test_engine_and_token_game_agree_on_random_routes() -> None:
    seeds = [int(ONLY)] if ONLY else range(ROUTES)
    disagreements: list[str] = []
    tally: Counter[str] = Counter()
    for seed in seeds:
        try:
            tally.update(play(compile_route(_drawing(seed).xml.encode()), seed))
        except Disagreement as difference:
            disagreements.append(f"seed {seed}: {difference}")
    print(f"{len(list(seeds))} routes: {dict(tally)}")
    assert disagreements == []
    assert ONLY or tally["ended"] > ROUTES // 2
    assert ONLY or tally["fired"] > ROUTES // 4
    assert ONLY or tally["ruled"] > ROUTES // 2


def test_random_routes_are_valid_and_cover_the_profile() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(200):
        xml = _drawing(seed).xml.encode()
        assert [f for f in findings_of(xml) if f.severity == "error"] == []
        for element in read_route(xml).elements.values():
            kinds[element.kind] += 1
            if element.each:
                kinds[f"each {element.kind} {'in turn' if element.each.sequential else 'together'}"] += 1
            if element.attached_to:
                kinds[f"border {(element.code or 'timer').split(':')[0]} {element.interrupting}"] += 1
            if element.answer:
                kinds["answer"] += 1
    expected = {
        "userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "eventBasedGateway", "subProcess",
        "terminateEndEvent", "errorEndEvent", "escalationEndEvent", "timerCatchEvent", "messageCatchEvent",
        "each userTask together", "each userTask in turn", "each subProcess together",
        "each subProcess in turn",
        "border timer True", "border timer False", "border error True", "border escalation True",
        "border escalation False", "answer", "businessRuleTask",
    }  # fmt: skip
    assert expected <= set(kinds), expected - set(kinds)


@pytest.mark.parametrize(
    ("spec", "method"),
    [("Parallel", "_update_hook"), ("CaseWorkflow", "_forget"), ("BorderClosed", "_update_hook")],
)
def test_the_game_notices_when_a_remedy_is_taken_out(
    monkeypatch: pytest.MonkeyPatch, spec: str, method: str
) -> None:
    broken = getattr(spiff_case if spec == "CaseWorkflow" else spiff_specs, spec)
    monkeypatch.setattr(
        broken, method, lambda *args, **kwargs: None if method == "_forget" else True, raising=True
    )
    for seed in range(150):
        route = read_route(_drawing(seed).xml.encode())
        try:
            play(compiled_from(route, "0" * 64), seed)
        except Exception:
            return
    pytest.fail("no route noticed")
