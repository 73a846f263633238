"""The gate of an engine upgrade: finished histories keep their meaning, fact by fact.

Each golden history was recorded once on the route bytes beside it and is never recorded anew to make
a test pass. A route that is drawn anew is another version; its old cases still run on the old bytes.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

import paraf
from golden.histories import FOLDER, Engine, Golden, Player, TokenGame, all_golden, difference, fingerprint
from golden.record import LARGEST
from paraf.domain.facts import Entry, canonical_text, check_chain
from paraf.domain.rules import broken_rules
from paraf.engine import spiff_specs
from paraf.engine.compiled import ENGINE_VERSION, compile_route
from paraf.usecases.shelf import ShelvedRoute
from paraf.usecases.verify import again

GOLDEN = all_golden()
WORKFLOWS = Path(__file__).parents[2] / "workflows"
golden_history = pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)


def named(name: str) -> Golden:
    return next(golden for golden in GOLDEN if golden.name == name)


@pytest.mark.parametrize("player", [Engine, TokenGame])
@golden_history
def test_every_fact_would_be_written_again(golden: Golden, player: Callable[[Golden], Player]) -> None:
    assert difference(golden, player(golden)) is None


@golden_history
def test_the_product_itself_still_proves_it(golden: Golden) -> None:
    pinned, engine = golden.pinned, Engine(golden)
    assert hashlib.sha256(golden.bpmn).hexdigest() == pinned["route_sha256"]
    assert difference(golden, engine) is None
    route = ShelvedRoute(
        key=pinned["route_key"],
        version=pinned["route_version"],
        name="",
        sha256=pinned["route_sha256"],
        manifest_sha256=pinned["manifest_sha256"],
        compiled=compile_route(golden.bpmn),
        forms={},
        tables={},
        table_digests={},
    )
    assert again(route, golden.case_id, golden.events, engine.state) is None
    assert broken_rules(route.key, golden.events) == []


@golden_history
def test_its_chain_is_whole_as_served(golden: Golden) -> None:
    entries = []
    for event in golden.events:
        body = {name: value for name, value in event.items() if name != "hash"}
        entries.append(Entry(event["seq"], canonical_text(body), event["hash"]))
    assert check_chain(entries, thorough=True) is None


def test_other_processes_with_other_hash_seeds_write_the_same_states() -> None:
    here = fingerprint()
    paths = [str(Path(paraf.__file__).parents[1]), str(Path(__file__).parents[1])]
    for seed in ("0", "4711"):
        there = subprocess.run(
            [sys.executable, "-c", "from golden.histories import fingerprint; print(fingerprint())"],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(paths)},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert there.stdout.strip() == here


# --- the gate closes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "method"),
    [
        pytest.param(spiff_specs.Parallel, "_update_hook", id="a join that does not wait"),
        pytest.param(spiff_specs.EachTogether, "children_complete", id="one answer ends the meeting"),
    ],
)
def test_an_engine_that_means_something_else_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, where: type, method: str
) -> None:
    monkeypatch.setattr(where, method, lambda *_: True)
    found = [told for golden in GOLDEN if (told := difference(golden, Engine(golden))) is not None]
    assert found
    assert ".json, fact " in found[0]
    assert f"today's engine ({ENGINE_VERSION})" in found[0]


@pytest.mark.parametrize("player", [Engine, TokenGame])
def test_a_history_that_tells_another_way_is_noticed(player: Callable[[Golden], Player]) -> None:
    golden = named("sop_teknis")
    gateway = next(n for n, event in enumerate(golden.events) if "flow" in event["data"])
    opened = max(n for n, event in enumerate(golden.events) if event["type"] == "task.opened")

    def told(change: Callable[[list[dict[str, Any]]], object]) -> str:
        events = copy.deepcopy(list(golden.events))
        change(events)  # type: ignore[arg-type]
        other = replace(golden, events=events)
        return difference(other, player(other)) or ""

    seq = golden.events[gateway]["seq"]
    assert f"fact {seq} (element.passed" in told(lambda e: e[gateway]["data"].update(flow="f999"))
    assert f"fact {seq} (element.passed" in told(lambda e: e[gateway].update(visit=7))
    assert "makes" in told(lambda e: e.pop(opened))
    assert "makes no further move here" in told(lambda e: e.insert(gateway + 2, e[gateway]))
    assert "goes on with" in told(lambda e: e.pop())
    assert "refuses the step" in told(
        lambda e: next(x for x in e if x["type"] == "task.decided").update(visit=2)
    )


# --- what the folder holds ------------------------------------------------------------------------


def test_every_shipped_route_has_a_history_and_every_turn_is_there() -> None:
    shipped = {path.parent.name for path in WORKFLOWS.glob("*/route.bpmn")}
    assert {golden.pinned["route_key"] for golden in GOLDEN if golden.end in ("set", "kept")} == shipped
    assert {"not_approved", "not_set", "withdrawn"} <= {golden.end for golden in GOLDEN}
    facts = [event for golden in GOLDEN for event in golden.events]
    assert {"instance.withdrawn", "instance.ended"} <= {event["type"] for event in facts}
    decided = [event for event in facts if event["type"] == "task.decided"]
    assert any("item" in event["data"] for event in decided), "no multi-instance"
    assert any(e["element_id"] == "revise_naskah_konsep" and e["visit"] > 1 for e in decided), "no rounds"
    outcomes = {event["data"]["outcome"] for event in decided}
    assert {"return", "reject", "withdraw", "adjust", "disagree"} <= outcomes, outcomes


def test_no_name_stands_in_a_history_and_no_file_is_large() -> None:
    sample = yaml.safe_load((WORKFLOWS / "organisation" / "kemlu.yaml").read_text(encoding="utf-8"))
    words = {person["name"] for person in sample["persons"]}
    words |= {person["login"] for person in sample["persons"] if "." in person["login"]}
    words |= {"Alasan", "Uraian", "Legalisasi"}
    assert len(words) > 100
    for golden in GOLDEN:
        text = (FOLDER / f"{golden.name}.json").read_text(encoding="utf-8")
        assert [word for word in words if word in text] == []
        assert json.loads(text)["events"] == golden.events
    assert max(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < LARGEST
