"""Every small change of a route that somebody could make by mistake or on purpose, and a witness.

Knows how a route is mutated as data and how random cases are played on the bare token game; must not
know the rules that find faults: it is what they are measured against.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from paraf.domain.moves import Ended, Passed
from paraf.domain.route import Element, Flow, Kind, Outcome, Route
from paraf.engine.token_game import Game, Refused

AT = "2026-11-21T02:00:00.000000Z"
Mutant = tuple[str, Route]


def mutants(route: Route) -> Iterator[Mutant]:
    """(what was done, the mutated route) for every element and flow of a route."""
    lanes = [lane.id for lane in route.lanes]
    for element in route.elements.values():
        yield from _of_element(route, element, lanes)
    targets = [e.id for e in route.elements.values() if e.kind is not Kind.START]
    for number, flow in enumerate(route.flows.values()):
        yield from _of_flow(route, flow, targets[(number * 7 + 3) % len(targets)])


def _of_element(route: Route, element: Element, lanes: Sequence[str]) -> Iterator[Mutant]:
    rest = {name: e for name, e in route.elements.items() if name != element.id}
    around = {n: f for n, f in route.flows.items() if element.id not in (f.source, f.target)}
    yield f"drop {element.id}", replace(route, elements=rest, flows=around)
    into, out = route.incoming(element.id), route.outgoing(element.id)
    if into and out:
        bridged = {f.id: replace(f, target=out[0].target) for f in into}
        flows = {n: bridged.get(n, f) for n, f in route.flows.items() if f not in out}
        yield f"skip {element.id}", replace(route, elements=rest, flows=flows)
    other = next((lane for lane in lanes if lane != element.lane), None)
    if other:
        yield f"move {element.id}", _with(route, replace(element, lane=other))
    yield f"rename {element.id}", _with(route, replace(element, name=f"{element.name} baru"))
    yield f"new id {element.id}", _renamed(route, element.id, f"{element.id}_x")
    swapped = {Kind.PARALLEL: Kind.EXCLUSIVE, Kind.EXCLUSIVE: Kind.PARALLEL}.get(element.kind)
    if swapped:
        yield f"swap {element.id}", _with(route, replace(element, kind=swapped, answer=None))
    if element.is_person:
        more = (*element.outcomes, Outcome("other", "Lainnya"))
        yield f"outcome more {element.id}", _with(route, replace(element, outcomes=more))
        for outcome in element.outcomes:
            fewer = tuple(one for one in element.outcomes if one is not outcome)
            yield f"outcome less {element.id} {outcome.id}", _with(route, replace(element, outcomes=fewer))


def _of_flow(route: Route, flow: Flow, target: str) -> Iterator[Mutant]:
    rest = {name: f for name, f in route.flows.items() if name != flow.id}
    yield f"drop {flow.id}", replace(route, flows=rest)
    if target != flow.target:
        yield f"turn {flow.id} to {target}", replace(
            route, flows={**route.flows, flow.id: replace(flow, target=target)}
        )
    task = Element("added", Kind.USER, "Tambahan", "Tambahan", lane=route.elements[flow.source].lane,
                   role="sekjen", outcomes=(Outcome("done", "Selesai"),))  # fmt: skip
    added = {flow.id: replace(flow, target="added"), "f_added": Flow("f_added", "added", flow.target)}
    yield f"add on {flow.id}", replace(
        route, elements={**route.elements, "added": task}, flows={**route.flows, **added}
    )
    extra = Flow("f_extra", flow.source, target)
    yield f"fork {flow.id}", replace(route, flows={**route.flows, "f_extra": extra})
    if flow.condition:
        for what, text in (
            ("not", f"not({flow.condition})"),
            ("none", None),
            ("first", flow.condition.split(" or ")[0].replace("(", "").replace(")", "")),
            ("true", "true"),
            ("other", flow.condition.replace("submit", "return").replace("sign", "return")),
        ):
            if text != flow.condition:
                changed = {**route.flows, flow.id: replace(flow, condition=text)}
                yield f"recondition {what} {flow.id}", replace(route, flows=changed)


def _with(route: Route, element: Element) -> Route:
    return replace(route, elements={**route.elements, element.id: element})


def _renamed(route: Route, old: str, new: str) -> Route:
    elements = {new if n == old else n: replace(e, id=new) if n == old else e for n, e in route.elements.items()}
    flows = {
        n: replace(f, source=new if f.source == old else f.source, target=new if f.target == old else f.target)
        for n, f in route.flows.items()
    }
    return replace(route, elements=elements, flows=flows)


# --- the witness ----------------------------------------------------------------------------------


class Anything:
    """Answers and sets by chance."""

    def __init__(self, choose: random.Random) -> None:
        self.choose = choose

    def answer(self, name: str) -> Mapping[str, Any]:
        whole = self.choose.random() < 0.7
        return {"complete": whole, "round": self.choose.choice([0, 1, 2]), "current": whole}

    def members(self, set_name: str) -> Sequence[str]:
        return ["U1", "U2", "U3"][: self.choose.randint(1, 3)]


def fault_of_a_walk(route: Route, seed: int, steps: int = 120) -> str | None:
    """Play one random case; what went wrong in it, "endless" when it did not end, or None."""
    choose = random.Random(seed)
    given = Anything(choose)
    case = {"proposer_is_biro_po": choose.random() < 0.5, "from_perwakilan": choose.random() < 0.5}
    game = Game(route)
    try:
        moves = game.start(AT, case, given)
        for _ in range(steps):
            if any(isinstance(move, Ended) for move in moves):
                return None
            ends = {Kind.END}
            if any(isinstance(m, Passed) and route.elements[m.element].kind in ends for m in moves):
                return "work left"
            moves = _one_step(route, game, choose, given)
    except Refused as refused:
        return str(refused)
    except (KeyError, StopIteration, IndexError) as broken:
        return f"unplayable {broken!r}"
    return "endless"


def _one_step(route: Route, game: Game, choose: random.Random, given: Anything) -> Any:
    tasks = game.open_tasks()
    waiting = [task for task in tasks if not task.closer or len([t for t in tasks if t.element == task.element]) == 1]
    task = choose.choice(waiting)
    element = route.elements[task.element]
    root = next(iter(game.state["scopes"].values()))["contexts"]
    known = {**root, "case": game.state["case"], "option": game.state["option"]}
    offered = [
        outcome
        for outcome in element.outcomes
        if not (task.closer and outcome.role) and _is_offered(outcome, known)
    ]
    if not offered:
        raise Refused(f"{element.id} offers nothing")
    outcome = choose.choice(offered)
    context = {
        "outcome": outcome.id,
        "return_to": choose.choice(outcome.to) if outcome.to else None,
        "all_conform": choose.random() < 0.5,
    }
    return game.complete(AT, task.element, task.visit, context, given)


def _is_offered(outcome: Outcome, known: Mapping[str, Any]) -> bool:
    from paraf.engine.token_words import is_true

    return outcome.when is None or is_true(outcome.when, known)
