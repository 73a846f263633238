"""Random routes of the whole profile, written as BPMN files, and a player that tries both readings.

Knows how to draw nested forks, choices, loops, sub-processes, multi-instances, boundary events and
races; a route is given by its seed alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.drawing import HEAD, OUTCOMES, each, extension, person, timer
from paraf.domain.moves import Move
from paraf.domain.route import Context, Kind, Route
from paraf.engine import spiff
from paraf.engine.compiled import CompiledRoute
from paraf.engine.token_game import Game, Refused
from paraf.errors import ParafError

SETS = ("parties", "related_heads")
TABLES = ("table_a", "table_b")
DECIDED = ("a", "b")


class Drawing:
    """One random route. `xml` is the file's text; with `ruled`, tables decide some of its steps."""

    def __init__(self, seed: int, depth: int = 4, ruled: bool = False) -> None:
        self.random = random.Random(seed)
        self.ruled = ruled
        self.rules: list[list[str]] = [[]]
        self.count = 0
        self.bodies: list[list[str]] = [[]]
        self.persons: list[list[str]] = [[]]
        self.asked: list[set[str]] = [set()]
        self.roots: list[str] = ['<bpmn:message id="msg" name="letter"/>']
        self.codes = 0
        self.codes_inside: list[list[str]] = [[]]
        self.forks = [0]
        start, end = self.node('<bpmn:startEvent id="{id}"/>'), self.node('<bpmn:endEvent id="{id}"/>')
        leave = start
        for _ in range(self.random.randint(1, 3)):
            entry, after = self.block(depth)
            self.flow(leave, entry)
            leave = after
        self.flow(leave, end)
        body = "".join(self.bodies.pop())
        option = extension('<paraf:option name="fast" value="true"/>')
        self.xml = (
            f'{HEAD}{"".join(self.roots)}\n<bpmn:process id="random" isExecutable="true">{option}\n'
            f"{body}</bpmn:process>\n</bpmn:definitions>\n"
        )

    # Pieces ------------------------------------------------------------------------------------

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def node(self, text: str, prefix: str = "n") -> str:
        node_id = self.name(prefix)
        self.bodies[-1].append(text.replace("{id}", node_id) + "\n")
        return node_id

    def flow(
        self, source: str, target: str, condition: str | None = None, flow_id: str | None = None
    ) -> None:
        flow_id = flow_id or self.name("f")
        inside = ""
        if condition:
            words = condition.replace("&", "&amp;").replace("<", "&lt;")
            inside = f"<bpmn:conditionExpression>{words}</bpmn:conditionExpression>"
        self.bodies[-1].append(
            f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inside}'
            "</bpmn:sequenceFlow>\n"
        )

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def block(self, depth: int) -> tuple[str, str]:
        draws = [self.task, self.task, self.service]
        if depth > 0:
            draws += [self.sequence, self.sequence, self.fork, self.fork, self.choice, self.loop, self.loop]
            draws += [self.sub, self.race, self.way_out]
        return self.random.choice(draws)(depth)

    def sequence(self, depth: int) -> tuple[str, str]:
        first, leave = self.block(depth - 1)
        for _ in range(self.random.randint(1, 2)):
            entry, after = self.block(depth - 1)
            self.flow(leave, entry)
            leave = after
        return first, leave

    def rule(self) -> tuple[str, str]:
        table = extension(f'<paraf:decision ref="{self.random.choice(TABLES)}"/>')
        node = self.node(f'<bpmn:businessRuleTask id="{{id}}">{table}</bpmn:businessRuleTask>', "d")
        self.rules[-1].append(node)
        return node, node

    def service(self, depth: int) -> tuple[str, str]:
        if self.ruled and self.chance(0.6):
            return self.rule()
        node = self.node(
            '<bpmn:serviceTask id="{id}">'
            + extension('<paraf:operation name="start_process" key="next"/>')
            + "</bpmn:serviceTask>",
            "s",
        )
        return node, node

    def task(self, depth: int) -> tuple[str, str]:
        node = self.name("t")
        inside, role = "", "drafter"
        if self.chance(0.3):
            inside = each(node, self.random.choice(SETS), self.chance(0.5), self.chance(0.3))
            role = "item"
        self.bodies[-1].append(person(node, inside=inside, role=role))
        self.persons[-1].append(node)
        return self.bordered(node, depth, 0.35)

    def bordered(self, node: str, depth: int, share: float) -> tuple[str, str]:
        leave = node
        while self.chance(share):
            interrupting = self.chance(0.5)
            if interrupting:
                when = timer("timeDuration", self.random.choice(["P1D", "PT5H", "P1M"]))
            else:
                when = self.random.choice(
                    [timer("timeDuration", "P2D"), timer("timeCycle", "R2/P1D"), timer("timeCycle", "R/PT8H")]
                )
            leave = self.border(node, leave, when, interrupting, depth)
            share /= 2
        return node, leave

    def border(self, node: str, leave: str, when: str, interrupting: bool, depth: int) -> str:
        event = self.node(
            f'<bpmn:boundaryEvent id="{{id}}" attachedToRef="{node}" '
            f'cancelActivity="{str(interrupting).lower()}">{when}</bpmn:boundaryEvent>',
            "b",
        )
        entry, after = self.block(depth - 2)
        self.flow(event, entry)
        if interrupting and (self.forks[-1] or self.chance(0.8)):
            merge = self.node('<bpmn:exclusiveGateway id="{id}"/>', "m")
            self.flow(leave, merge)
            self.flow(after, merge)
            return merge
        self.flow(after, self.node('<bpmn:endEvent id="{id}"/>', "e"))
        return leave

    def fork(self, depth: int) -> tuple[str, str]:
        fork = self.node('<bpmn:parallelGateway id="{id}"/>', "fork")
        join = self.node('<bpmn:parallelGateway id="{id}"/>', "join")
        for _ in range(self.random.randint(2, 3)):
            self.forks[-1] += 1
            entry, leave = self.block(depth - 1)
            self.forks[-1] -= 1
            self.flow(fork, entry)
            self.flow(leave, join)
        return fork, join

    def condition(self) -> str:
        claims = [
            'case.kind = "mikro"',
            "option.fast",
            "not(case.big)",
            'case.size >= 3 and case.kind in ("mikro","makro")',
        ]
        for node in self.random.sample(self.persons[-1], min(3, len(self.persons[-1]))):
            outcome = self.random.choice(OUTCOMES)
            claims += [
                f'{node}.outcome = "{outcome}"',
                f'not({node}.outcome = "{outcome}")',
                f"{node}.{outcome} > 1",
                f"{node}.mark = null or {node}.mark &lt;= 5".replace("&lt;", "<"),
            ]
        for node in self.random.sample(self.rules[-1], min(2, len(self.rules[-1]))):
            claims += [f'{node}.decided = "{self.random.choice(DECIDED)}"', f"{node}.count > 1"] * 2
        if "naskah_complete" in self.asked[-1]:
            claims += ["naskah_complete.complete = true", "naskah_complete.round > 1"] * 2
        if "hardcopy_current" in self.asked[-1]:
            claims += ["hardcopy_current.current"] * 2
        return " or ".join(self.random.sample(claims, self.random.choice([1, 1, 2])))

    def gateway(self, default: str) -> str:
        answer = ""
        if self.chance(0.35):
            name = self.random.choice(["naskah_complete", "hardcopy_current"])
            self.asked[-1].add(name)
            answer = extension(f'<paraf:answer name="{name}"/>')
        return self.node(
            f'<bpmn:exclusiveGateway id="{{id}}" default="{default}">{answer}</bpmn:exclusiveGateway>', "x"
        )

    def choice(self, depth: int) -> tuple[str, str]:
        default = self.name("f")
        gateway = self.gateway(default)
        merge = self.node('<bpmn:exclusiveGateway id="{id}"/>', "m")
        for number in range(2):
            condition = None if number == 0 else self.condition()
            entry, leave = self.block(depth - 1)
            self.flow(gateway, entry, condition, default if number == 0 else None)
            self.flow(leave, merge)
        return gateway, merge

    def loop(self, depth: int) -> tuple[str, str]:
        entry, leave = self.block(depth - 1)
        task = self.name("t")
        self.bodies[-1].append(person(task))
        self.persons[-1].append(task)
        self.flow(leave, task)
        default = self.name("f")
        gateway = self.gateway(default)
        self.flow(task, gateway)
        condition = (
            f'{task}.outcome = "return"'
            if self.chance(0.6)
            else f'{task}.outcome != "submit" and ({self.condition()})'
        )
        self.flow(gateway, entry if self.chance(0.5) else task, condition)
        merge = self.node('<bpmn:exclusiveGateway id="{id}"/>', "m")
        self.flow(gateway, merge, None, default)
        head = self.node('<bpmn:exclusiveGateway id="{id}"/>', "h")
        self.flow(head, entry)
        return head, merge

    def sub(self, depth: int) -> tuple[str, str]:
        node = self.name("sub")
        inside = each(node, self.random.choice(SETS), False, self.chance(0.3)) if self.chance(0.4) else ""
        self.bodies.append([])
        self.persons.append([])
        self.rules.append([])
        self.asked.append(set())
        self.codes_inside.append([])
        self.forks.append(0)
        start, end = self.node('<bpmn:startEvent id="{id}"/>'), self.node('<bpmn:endEvent id="{id}"/>')
        entry, leave = self.block(depth - 1)
        self.flow(start, entry)
        self.flow(leave, end)
        body = "".join(self.bodies.pop())
        self.persons.pop()
        self.rules.pop()
        self.asked.pop()
        codes = self.codes_inside.pop()
        self.forks.pop()
        self.bodies[-1].append(f'<bpmn:subProcess id="{node}">{inside}\n{body}</bpmn:subProcess>\n')
        _, after = self.bordered(node, depth, 0.4)
        for code in codes:
            kind = code.split("_")[0]
            interrupting = kind == "error" or self.chance(0.5)
            definition = f'<bpmn:{kind}EventDefinition {kind}Ref="{code}"/>'
            after = self.border(node, after, definition, interrupting, depth)
        return node, after

    def race(self, depth: int) -> tuple[str, str]:
        gateway = self.node('<bpmn:eventBasedGateway id="{id}"/>', "r")
        merge = self.node('<bpmn:exclusiveGateway id="{id}"/>', "m")
        for when in (timer("timeDuration", "P1D"), '<bpmn:messageEventDefinition messageRef="msg"/>'):
            event = self.node(
                f'<bpmn:intermediateCatchEvent id="{{id}}">{when}</bpmn:intermediateCatchEvent>', "c"
            )
            entry, leave = self.block(depth - 2)
            self.flow(gateway, event)
            self.flow(event, entry)
            self.flow(leave, merge)
        return gateway, merge

    def way_out(self, depth: int) -> tuple[str, str]:
        """A choice of which one flow ends the process: plainly, for all tokens, or with a code."""
        default = self.name("f")
        gateway = self.gateway(default)
        entry, leave = self.block(depth - 1)
        self.flow(gateway, entry, None, default)
        definition = "<bpmn:terminateEventDefinition/>" if self.forks[-1] or self.chance(0.3) else ""
        if len(self.bodies) > 1 and self.chance(0.7):
            kind = "error" if self.forks[-1] else self.random.choice(["error", "escalation"])
            self.codes += 1
            code = f"{kind}_{self.codes}"
            self.roots.append(f'<bpmn:{kind} id="{code}" name="{code}" {kind}Code="{code}"/>')
            self.codes_inside[-1].append(code)
            definition = f'<bpmn:{kind}EventDefinition {kind}Ref="{code}"/>'
        end = self.node(f'<bpmn:endEvent id="{{id}}">{definition}</bpmn:endEvent>', "e")
        self.flow(gateway, end, self.condition())
        return gateway, leave


class Given:
    """The answers and sets of one step, equal for whoever asks."""

    def __init__(self, seed: str) -> None:
        choose = random.Random(seed)
        self.answers: dict[str, dict[str, Any]] = {
            "naskah_complete": {"complete": choose.random() < 0.5, "round": choose.randint(0, 3)},
            "hardcopy_current": {"current": choose.random() < 0.5},
        }
        self.sets = {
            "parties": [f"U{n}" for n in range(choose.randint(1, 3))],
            "related_heads": [f"H{n}" for n in range(choose.randint(1, 3) if choose.random() < 0.95 else 0)],
        }
        self.known: list[str] = []
        for table in TABLES:
            self.answers[table] = {"decided": choose.choice([*DECIDED, None]), "count": choose.randint(0, 3)}

    def answer(self, name: str) -> Context:
        return self.answers[name]

    def look_up(self, table: str, known: Mapping[str, Context]) -> Context:
        self.known.append(json.dumps([table, known], sort_keys=True))
        return self.answers[table]

    def members(self, set_name: str) -> Sequence[str]:
        return self.sets[set_name]


class RuledGame(Game):
    """The token game, noting what each table would be told."""

    def __init__(self, route: Route, state: Any = None) -> None:
        super().__init__(route, state=state)
        self.known: list[str] = []

    def _reach(self, element_id: str, scope: str) -> None:
        element = self.elements[element_id]
        if element.kind is Kind.RULE:
            contexts = self.state["scopes"][scope]["contexts"]
            known = {**contexts, "case": self.state["case"], "option": self.state["option"]}
            self.known.append(json.dumps([element.decision, known], sort_keys=True))
        super()._reach(element_id, scope)


class Disagreement(AssertionError):
    """Engine and token game say different things."""


def play(route: CompiledRoute, seed: int, steps: int = 40) -> dict[str, int]:
    """Play a route with random decisions on the engine (restored from bytes at every step) and on the
    token game (restored from JSON at every step). Raises Disagreement at the first difference."""
    choose = random.Random(f"play {seed}")
    now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    case: dict[str, Any] = {
        "kind": choose.choice(["mikro", "makro"]),
        "big": choose.random() < 0.5,
        "size": choose.randint(0, 5),
    }
    tally = {"ruled": 0, "steps": 0, "moves": 0, "refused": 0, "ended": 0, "fired": 0, "closed": 0, "largest": 0}
    state, plain = b"", ""

    def both(run_engine: Any, run_game: Any) -> tuple[Move, ...] | None:
        nonlocal state, plain
        game = RuledGame(route.route, state=json.loads(plain) if plain else None)
        given.known.clear()
        try:
            moves = run_game(game)
        except Refused:
            moves = None
        try:
            step = run_engine()
        except ParafError as refusal:
            if moves is not None:
                raise Disagreement(f"engine refuses ({refusal}), game moves {moves}") from refusal
            tally["refused"] += 1
            return None
        if moves != step.moves:
            raise Disagreement(f"engine {step.moves}\n  game {moves}")
        if game.answers != step.answers:
            raise Disagreement(f"answers: engine {step.answers}, game {game.answers}")
        if game.known != given.known:
            raise Disagreement(f"tables are told: engine {given.known}, game {game.known}")
        state, plain = step.state, json.dumps(game.state)
        tally["ruled"] += len(game.known)
        tally["moves"] += len(step.moves)
        tally["closed"] += sum(type(move).__name__ == "Closed" for move in step.moves)
        tally["largest"] = max(tally["largest"], len(state))
        tally["ended"] += step.ended is not None
        return step.moves

    def text() -> str:
        return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    given = Given(f"{seed} start")
    if (
        both(
            lambda: spiff.start(route, f"case-{seed}", text(), case, given),
            lambda game: game.start(text(), case, given),
        )
        is None
    ):
        return tally
    for number in range(steps):
        tasks = spiff.open_tasks(route, state)
        timers = spiff.armed_timers(route, state)
        game = Game(route.route, state=json.loads(plain))
        if game.open_tasks() != tasks:
            raise Disagreement(f"open: engine {tasks}, game {game.open_tasks()}")
        waiting = sorted((t["element"], t["number"], t["due"]) for t in game.awaited())
        if waiting != sorted((t.element, t.number, t.due) for t in timers):
            raise Disagreement(f"timers: engine {timers}, game {waiting}")
        if not tasks and not timers:
            break
        tally["steps"] += 1
        given = Given(f"{seed} {number}")
        now += timedelta(minutes=choose.randint(1, 900))
        if timers and (not tasks or choose.random() < 0.25):
            armed = choose.choice(timers)
            if armed.due and choose.random() < 0.9:
                now = max(now, datetime.fromisoformat(armed.due))
            tally["fired"] += 1
            both(
                lambda a=armed, given=given: spiff.fire(
                    route, f"case-{seed}", text(), state, a.element, a.number, given
                ),
                lambda game, a=armed, given=given: game.fire(text(), a.element, a.number, given),
            )
            continue
        task = (
            choose.choice([t for t in tasks if not t.closer] if choose.random() < 0.9 else tasks)
            if not all(t.closer for t in tasks)
            else choose.choice(tasks)
        )
        outcomes = [o.id for o in route.route.elements[task.element].outcomes]
        late = number > steps * 0.6
        outcome = "submit" if late and choose.random() < 0.8 else choose.choice(outcomes)
        context: dict[str, Any] = {"outcome": outcome}
        if choose.random() < 0.5:
            context["mark"] = choose.randint(0, 9)
        both(
            lambda t=task, c=context, given=given: spiff.complete(
                route, f"case-{seed}", text(), state, t.element, t.visit, c, given
            ),
            lambda game, t=task, c=context, given=given: game.complete(text(), t.element, t.visit, c, given),
        )
    if state:
        game = Game(route.route, state=json.loads(plain))
        stopped = spiff.cancel(route, f"case-{seed}", text(), state)
        if game.cancel() != stopped.moves or spiff.open_tasks(route, stopped.state):
            raise Disagreement(f"cancelled: engine {stopped.moves}, game {game.moves}")
    return tally
