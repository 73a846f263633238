"""The token game: what a route means, in plain Python, without an engine.

Knows how tokens move through a `Route`; must not know SpiffWorkflow, XML, databases or the rest of
Paraf. The standard library, `token_words.py` and the word lists `domain/route.py` and
`domain/moves.py` are all it needs, so that anybody can read it and run it on an evidence bundle. The
engine (`spiff.py`) must make the same moves in the same order; where the two differ, a release stops.

The rules:
1. A token goes as far as it can by itself before the next one moves. The flows of a parallel
   gateway are taken in the order of the file.
2. A token on a join is counted at once. When one has come on every flow the join passes.
3. A task waits for its person. A multi-instance opens one task (or sub-process) per member of its
   set, in turn or together, the closer last; it is done when all are done.
4. An interrupting event takes its host away with everything inside; a non-interrupting event sends
   out one more token. An error or escalation rings the event at the border of its sub-process.
5. A process is over when it has no token left. Only then does the token of its host move on.
6. Conditions see the latest decision of each element of the same process, never another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from paraf.domain.moves import Closed, Ended, Inputs, Move, Opened, Passed
from paraf.domain.route import Context, Element, Flow, Kind, Route, Scalar
from paraf.engine.token_words import first_due, instant, is_true, next_due

PERSONS = (Kind.USER, Kind.MANUAL)
ENDS = (Kind.END, Kind.TERMINATE, Kind.ERROR_END, Kind.ESCALATION_END)
State = dict[str, Any]


class Refused(ValueError):
    """The route does not allow this step; the game's state must not be used any further."""


class Game:
    """One case of one route. `state` is plain data that goes through JSON unharmed; a game made
    from it goes on where the other stopped."""

    def __init__(
        self, route: Route, called: Mapping[str, Route] | None = None, state: State | None = None
    ) -> None:
        self.routes = {route.key: route, **{k: r for k, r in (called or {}).items() if k != route.key}}
        self.route = route
        self.elements: dict[str, Element] = {
            e.id: e for r in self.routes.values() for e in r.elements.values()
        }
        self.out: dict[str, list[Flow]] = {e: [] for e in self.elements}
        self.into: dict[str, list[Flow]] = {e: [] for e in self.elements}
        self.events: dict[str, list[Element]] = {e: [] for e in self.elements}
        for flow in (f for r in self.routes.values() for f in r.flows.values()):
            self.out[flow.source].append(flow)
            self.into[flow.target].append(flow)
        for element in self.elements.values():
            if element.attached_to:
                self.events[element.attached_to].append(element)
        self.place = {e: n for n, e in enumerate(self.elements)}
        self.state: State = state or {}
        self.moves: list[Move] = []

    # The commands; each gives its moves -----------------------------------------------------------

    def start(self, at: str, case: Context, inputs: Inputs) -> tuple[Move, ...]:
        options = {name: option.value for name, option in self.route.options.items()}
        self.state = {
            "case": dict(case),
            "option": options,
            "visits": {},
            "armed": {},
            "last": 0,
            "over": False,
            "tasks": [],
            "arrivals": [],
            "timers": [],
            "hosts": {},
            "scopes": {},
        }
        self._begin(at, inputs)
        self._push(self._open_scope(None, self.route, None, None))
        return self._follow()

    def complete(
        self, at: str, element: str, visit: int, context: Context, inputs: Inputs
    ) -> tuple[Move, ...]:
        self._begin(at, inputs)
        task = next((t for t in self.state["tasks"] if (t["element"], t["visit"]) == (element, visit)), None)
        if task is None:
            raise Refused(f"{element} {visit} is not open")
        host = self.state["hosts"][task["host"]]
        if task["closer"] and sum(t["host"] == task["host"] for t in self.state["tasks"]) > 1:
            raise Refused("the closer comes last")
        self.state["tasks"].remove(task)
        if self.elements[element].each and context.get("outcome"):
            outcome = context["outcome"]
            host["counts"][outcome] = host["counts"].get(outcome, 0) + 1
        host["context"] = {**context, **host["counts"]}
        self._one_done(task["host"])
        return self._follow()

    def fire(self, at: str, element: str, number: int, inputs: Inputs) -> tuple[Move, ...]:
        self._begin(at, inputs)
        timer = next((t for t in self.awaited() if (t["element"], t["number"]) == (element, number)), None)
        if timer is None or (timer["due"] and instant(timer["due"]) > instant(at)):
            raise Refused(f"{element} {number} is not due")
        self.stack.append(("ring", timer))
        return self._follow()

    def cancel(self) -> tuple[Move, ...]:
        self._begin("", None)
        gone = list(self.state["tasks"])
        self._take_away(set(self.state["scopes"]), set(self.state["hosts"]))
        self._report_closed(gone)
        self.state["over"] = True
        return tuple(self.moves)

    def open_tasks(self) -> list[Opened]:
        tasks = sorted(self.state["tasks"], key=lambda t: (self.place[t["element"]], t["visit"]))
        return [Opened(t["element"], t["visit"], t["item"], t["closer"]) for t in tasks]

    def awaited(self) -> list[State]:
        """The timers and messages that can be fired; errors and escalations come from inside."""
        found = [(t, self.elements[t["element"]]) for t in self.state["timers"]]
        return [t for t, element in found if element.timer or element.kind is Kind.MESSAGE_CATCH]

    # Tokens on their way --------------------------------------------------------------------------

    def _begin(self, at: str, inputs: Inputs | None) -> None:
        self.at, self.inputs = at, cast(Inputs, inputs)
        self.moves = []
        self.answers: dict[str, dict[str, Scalar]] = {}
        self.sets: dict[str, list[str]] = {}
        self.stack: list[tuple[Any, ...]] = []
        self.end = ""

    def _follow(self) -> tuple[Move, ...]:
        for _ in range(10_000):
            if not self.stack:
                if self.state["over"]:
                    self.moves.append(Ended(self.end))
                elif not self.state["tasks"] and not self.awaited():
                    raise Refused("nobody and nothing is waited for")
                return tuple(self.moves)
            what, *rest = self.stack.pop()
            getattr(self, f"_{what}")(*rest)
        raise Refused("too many steps")

    def _push(self, *items: tuple[Any, ...]) -> None:
        self.stack.extend(reversed(items))

    def _leave(self, element: str, scope: str, flows: list[Flow] | None = None) -> None:
        items = []
        for flow in self.out[element] if flows is None else flows:
            if self.elements[flow.target].kind is not Kind.PARALLEL or self._joined(flow, scope):
                items.append(("reach", flow.target, scope))
        self._push(*items)

    def _joined(self, flow: Flow, scope: str) -> bool:
        arrivals: list[list[str]] = self.state["arrivals"]
        arrivals.append([scope, flow.id])
        needed = [[scope, into.id] for into in self.into[flow.target]]
        if any(arrival not in arrivals for arrival in needed):
            return False
        for arrival in needed:
            arrivals.remove(arrival)
        return True

    def _reach(self, element_id: str, scope: str) -> None:
        element = self.elements[element_id]
        if element.kind in PERSONS or element.kind in (Kind.SUBPROCESS, Kind.CALL):
            self._enter(element, scope)
        elif element.kind in (Kind.TIMER_CATCH, Kind.MESSAGE_CATCH):
            self._arm(element, scope, None, None)
        elif element.kind is Kind.EXCLUSIVE:
            flow = self._choose(element, scope)
            self._pass(element_id, flow.id)
            self._leave(element_id, scope, [flow])
        elif element.kind is Kind.EVENT_BASED:
            self._pass(element_id)
            race = self._new()
            for flow in self.out[element_id]:
                self._arm(self.elements[flow.target], scope, None, race)
        elif element.kind in ENDS:
            self._reach_end(element, scope)
        else:
            if element.kind is Kind.RULE:
                self.state["scopes"][scope]["contexts"][element_id] = self._ask(element.decision or "")
            self._pass(element_id)
            self._leave(element_id, scope)

    def _pass(self, element: str, flow: str | None = None) -> None:
        self.moves.append(Passed(element, self._count(element), flow))

    # Ends and processes ---------------------------------------------------------------------------

    def _reach_end(self, element: Element, scope: str) -> None:
        self._pass(element.id)
        if self.state["scopes"][scope]["host"] is None:
            self.end = element.id
        self._push(("finish", scope))
        if element.kind is Kind.TERMINATE:
            gone = [task for task in self.state["tasks"] if self._is_inside(task["scope"], scope)]
            inside = {s for s in self.state["scopes"] if s != scope and self._is_inside(s, scope)}
            self._take_away(inside, set(), emptied=scope)
            self._report_closed(gone)
        elif element.code:
            host = self.state["scopes"][scope]["host"]
            for timer in self.state["timers"]:
                if timer["host"] == host and self.elements[timer["element"]].code == element.code:
                    self._push(("ring", timer))
                    break

    def _finish(self, scope: str) -> None:
        """The process of `scope` is over if no token is left in it."""
        state = self.state
        if scope not in state["scopes"] or any(
            item[0] == "reach" and item[2] == scope for item in self.stack
        ):
            return
        held = [*state["tasks"], *state["timers"], *state["hosts"].values()]
        if any(h["scope"] == scope for h in held) or any(a[0] == scope for a in state["arrivals"]):
            return
        if any(item[0] == "open" and item[1]["scope"] == scope for item in self.stack):
            return
        host = state["scopes"].pop(scope)["host"]
        if host is None:
            state["over"] = True
        else:
            self._one_done(host)

    def _open_scope(
        self, host: str | None, route: Route, within: str | None, item: str | None
    ) -> tuple[Any, ...]:
        scope = self._new()
        self.state["scopes"][scope] = {"host": host, "contexts": {}, "item": item}
        starts = (Kind.START, Kind.MESSAGE_START)
        begin = next(e for e in route.elements.values() if e.scope == within and e.kind in starts)
        return "reach", begin.id, scope

    # Tasks, sub-processes, multi-instances --------------------------------------------------------

    def _enter(self, element: Element, scope: str) -> None:
        host_id = self._new()
        host: State = {"element": element.id, "scope": scope, "running": 0, "counts": {}, "context": None}
        self.state["hosts"][host_id] = host
        if element.each:
            host["counts"] = {outcome.id: 0 for outcome in element.outcomes}
            host["items"] = [[member, False] for member in self._members(element.each.members)]
            host["items"] += [[None, True]] if element.each.closer else []
        else:
            host["items"] = [[self.state["scopes"][scope]["item"], False]]
        together = 1 if element.each and element.each.sequential else len(host["items"])
        self._push(*[self._open_next(host_id) for _ in range(together)])
        for event in self.events[element.id]:
            self._arm(event, scope, host_id, None)

    def _open_next(self, host_id: str) -> tuple[Any, ...]:
        host = self.state["hosts"][host_id]
        element = self.elements[host["element"]]
        item, closer = host["items"].pop(0)
        host["running"] += 1
        if element.kind is Kind.SUBPROCESS:
            return self._open_scope(host_id, self._route_of(element), element.id, item)
        if element.kind is Kind.CALL:
            return self._open_scope(host_id, self.routes[element.called or ""], None, item)
        return "open", {
            "element": element.id,
            "item": item,
            "closer": closer,
            "host": host_id,
            "scope": host["scope"],
        }

    def _open(self, task: State) -> None:
        task["visit"] = self._count(task["element"])
        self.state["tasks"].append(task)
        self.moves.append(Opened(task["element"], task["visit"], task["item"], task["closer"]))

    def _one_done(self, host_id: str) -> None:
        host = self.state["hosts"][host_id]
        host["running"] -= 1
        if host["items"] and not host["running"]:
            self._push(self._open_next(host_id))
        elif not host["running"]:
            del self.state["hosts"][host_id]
            self.state["timers"] = [t for t in self.state["timers"] if t["host"] != host_id]
            if host["context"] is not None:
                self.state["scopes"][host["scope"]]["contexts"][host["element"]] = host["context"]
            self._leave(host["element"], host["scope"])

    # Events ---------------------------------------------------------------------------------------

    def _arm(self, element: Element, scope: str, host: str | None, race: str | None) -> None:
        self.state["armed"][element.id] = number = self.state["armed"].get(element.id, 0) + 1
        due, left = first_due(element.timer, self.at) if element.timer else (None, None)
        timer = {"element": element.id, "number": number, "due": due, "left": left}
        self.state["timers"].append({**timer, "scope": scope, "host": host, "race": race})

    def _ring(self, timer: State) -> None:
        if timer not in self.state["timers"]:
            return
        element = self.elements[timer["element"]]
        self._pass(element.id)
        if element.kind is not Kind.BOUNDARY:
            race = timer["race"]
            self.state["timers"] = [
                t for t in self.state["timers"] if t is not timer and (race is None or t["race"] != race)
            ]
        elif element.interrupting:
            gone = [t for t in self.state["tasks"] if self._within_host(t, timer["host"])]
            inside = {s for s in self.state["scopes"] if self._is_inside_host(s, timer["host"])}
            self._take_away(inside, {timer["host"]})
            self._report_closed(gone)
        elif element.timer:
            timer["left"] = None if timer["left"] is None else timer["left"] - 1
            if timer["left"] == 0:
                self.state["timers"].remove(timer)
            else:
                timer["due"] = next_due(element.timer, timer["due"], self.at)
        self._leave(element.id, timer["scope"])

    def _take_away(self, scopes: set[str], hosts: set[str], emptied: str | None = None) -> None:
        """Remove these processes and hosts, and every token in them; `emptied` loses its tokens only."""
        state = self.state
        lost = scopes | ({emptied} if emptied else set())
        hosts = hosts | {h for h, host in state["hosts"].items() if host["scope"] in lost}
        state["tasks"] = [t for t in state["tasks"] if t["scope"] not in lost and t["host"] not in hosts]
        state["timers"] = [t for t in state["timers"] if t["scope"] not in lost and t["host"] not in hosts]
        state["arrivals"] = [a for a in state["arrivals"] if a[0] not in lost]
        state["hosts"] = {h: host for h, host in state["hosts"].items() if h not in hosts}
        state["scopes"] = {s: scope for s, scope in state["scopes"].items() if s not in scopes}
        self.stack = [
            i
            for i in self.stack
            if not (i[0] == "reach" and i[2] in lost)
            and not (i[0] == "open" and (i[1]["scope"] in lost or i[1]["host"] in hosts))
        ]

    def _report_closed(self, tasks: list[State]) -> None:
        for task in sorted(tasks, key=lambda t: (self.place[t["element"]], t["visit"])):
            self.moves.append(Closed(task["element"], task["visit"]))

    def _within_host(self, task: State, host: str) -> bool:
        return task["host"] == host or self._is_inside_host(task["scope"], host)

    def _is_inside_host(self, scope: str, host: str) -> bool:
        at: str | None = self.state["scopes"][scope]["host"]
        return at is not None and (at == host or self._is_inside_host(self.state["hosts"][at]["scope"], host))

    def _is_inside(self, scope: str, outer: str) -> bool:
        host = self.state["scopes"][scope]["host"]
        return scope == outer or (
            host is not None and self._is_inside(self.state["hosts"][host]["scope"], outer)
        )

    # Answers and choices --------------------------------------------------------------------------

    def _choose(self, element: Element, scope: str) -> Flow:
        contexts = self.state["scopes"][scope]["contexts"]
        if element.answer:
            contexts[element.answer] = self._ask(element.answer)
        flows = self.out[element.id]
        if len(flows) == 1:
            return flows[0]
        known = {**contexts, "case": self.state["case"], "option": self.state["option"]}
        for flow in flows:
            if flow.condition and flow.id != element.default_flow and is_true(flow.condition, known):
                return flow
        for flow in flows:
            if flow.id == element.default_flow:
                return flow
        raise Refused(f"no way on from {element.id}")

    def _ask(self, name: str) -> dict[str, Scalar]:
        if name not in self.answers:
            self.answers[name] = dict(self.inputs.answer(name))
        return dict(self.answers[name])

    def _members(self, name: str) -> list[str]:
        if name not in self.sets:
            self.sets[name] = list(self.inputs.members(name))
            if not 0 < len(set(self.sets[name])) == len(self.sets[name]) <= 200:
                raise Refused(f"{name} cannot be asked")
        return self.sets[name]

    def _route_of(self, element: Element) -> Route:
        return next(r for r in self.routes.values() if element.id in r.elements)

    def _count(self, element: str) -> int:
        self.state["visits"][element] = visit = self.state["visits"].get(element, 0) + 1
        return int(visit)

    def _new(self) -> str:
        self.state["last"] += 1
        return str(self.state["last"])
