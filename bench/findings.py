"""Findings and soundness beside what nobody can go below: parsing the file, and walking it bare.

For a route of about a hundred elements all findings are timed in the warm child process as the
workshop asks for them, beside lxml parsing the same bytes. The soundness check of each shipped route,
and of six branches of ten steps, is timed beside the bare token game making as many steps as the
search looked at states.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import ground
from lxml import etree

from paraf.domain.route import Element, Kind, Outcome, Route
from paraf.engine.route_file import read_route
from paraf.engine.soundness import check_soundness
from paraf.engine.token_game import Game
from paraf.engine.write_route import write_route
from paraf.usecases.examiner import Examiner
from paraf.usecases.route_examination import examine
from soundness.mutants import AT
from soundness.test_examiner import hostile
from soundness.test_soundness import six_ways

REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 9
WORKFLOWS = ground.ROOT / "workflows"


def main() -> None:
    forms = {path.stem: path.read_text(encoding="utf-8") for path in (WORKFLOWS / "forms").glob("*.json")}
    tables = {path.stem: path.read_text(encoding="utf-8") for path in (WORKFLOWS / "decisions").glob("*.dmn")}
    content = a_hundred_elements()
    examiner = Examiner()
    try:
        examiner.examine(content, forms, tables, {}, None)
        took = _median(lambda: examiner.examine(content, forms, tables, {}, None))
        found = examiner.examine(content, forms, tables, {}, None)
    finally:
        examiner.close()
    bare = _median(lambda: etree.fromstring(content))
    begun = time.process_time()
    for _ in range(REPEATS):
        examine(content, forms, tables, {}, None)
    cpu = (time.process_time() - begun) / REPEATS
    elements = len(read_route(content).elements)
    note = f"{elements} elements, {len(found.findings)} findings, decided {found.decided}"
    _told("findings of a route", took, 0.3, f"{note}; lxml parse alone {bare * 1000:.1f} ms")
    _told("the same, CPU", cpu, 0.3, "in one process, without the way to the child and back")
    _hostile()
    for path in sorted(WORKFLOWS.glob("*/route.bpmn")):
        _sound(path.parent.name, read_route(path.read_bytes()), 2.0)
    _sound("six branches of ten steps", read_route(six_ways(6, 10)), 30.0)
    _sound("the same, each reading the first", read_route(six_ways(6, 10, meeting=True)), 30.0)


def _hostile() -> None:
    """The slowest of the hostile files of the tests, asked of a warm child with the bounds of the product."""
    examiner = Examiner()
    try:
        examiner.examine(a_hundred_elements(), {}, {}, {}, None)
        times = {}
        for name, (content, _) in hostile().items():
            begun = time.perf_counter()
            examiner.examine(content, {}, {}, {}, None)
            times[name] = time.perf_counter() - begun
    finally:
        examiner.close()
    slowest = max(times, key=lambda name: times[name])
    _told("hostile files", times[slowest], 2.0, f"the slowest of {len(times)}: {slowest}")


def _sound(name: str, route: Route, bound: float) -> None:
    begun = time.perf_counter()
    sound = check_soundness(route, seconds=0.95 * bound)
    took = time.perf_counter() - begun
    steps, walked = _bare_walk(route, max(200, min(sound.states, 5_000)))
    verdict = f"{sound.states} states" if sound.decided else f"not decided: {sound.bound}"
    per_state = took / max(1, sound.states) / (walked / steps)
    _told(f"soundness of {name}", took, bound, f"{verdict}; a state costs {per_state:.1f} bare steps")


def _bare_walk(route: Route, steps: int) -> tuple[int, float]:
    """(steps made, seconds) of random cases on the token game itself."""
    made, seed = 0, 0
    begun = time.perf_counter()
    while made < steps:
        game = Game(route)
        game.start(AT, {}, _Given())
        made += 1
        choose = random.Random(seed)  # noqa: S311
        seed += 1
        while not game.state["over"] and made < steps:
            tasks = [t for t in game.open_tasks() if not t.closer or len(game.open_tasks()) == 1]
            task = choose.choice(tasks)
            element = route.elements[task.element]
            outcomes = [o for o in element.outcomes if not (task.closer and o.role)]
            outcome = choose.choice(outcomes)
            context = {"outcome": outcome.id, "return_to": outcome.to[0] if outcome.to else None}
            game.complete(AT, task.element, task.visit, context, _Given())
            made += 1
    return made, time.perf_counter() - begun


class _Given:
    def answer(self, name: str) -> dict[str, object]:
        return {"complete": True, "round": 1, "current": True}

    def members(self, set_name: str) -> list[str]:
        return ["U1", "U2"]


def a_hundred_elements() -> bytes:
    """The longest shipped route with more steps before its last ends: about a hundred elements."""
    route = read_route((WORKFLOWS / "sop_mikro_eselon1" / "route.bpmn").read_bytes())
    elements, flows = dict(route.elements), dict(route.flows)
    last = next(flow for flow in flows.values() if flow.target == "set")
    before, lane = last.source, route.elements["sign_and_ratify_sop"].lane
    for number in range(58):
        step = f"more_{number}"
        elements[step] = Element(
            step, Kind.USER, f"Langkah {number}", "Langkah tambahan.", lane=lane, role="sekjen",
            form="sign", outcomes=(Outcome("sign", "Tanda tangani"),),
        )  # fmt: skip
        flows[f"m{number}"] = replace(last, id=f"m{number}", source=before, target=step)
        before = step
    flows[last.id] = replace(last, source=before)
    return write_route(replace(route, elements=elements, flows=flows))


def _median(measured: Callable[[], object]) -> float:
    return ground.median_of(measured, REPEATS, time.perf_counter)


def _told(name: str, took: float, bound: float, note: str) -> None:
    ground.told(name, f"{took * 1000:.0f} ms", took / bound, 1.0, note)


if __name__ == "__main__":
    main()
