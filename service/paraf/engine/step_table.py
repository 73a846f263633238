"""Reads a route written as a table of steps (`workflows/<key>/steps.toml`) into a `Route`.

Knows the words of the table and how outcomes become gateways and flows; must not know geometry
(`layout.py`) or XML (`write_route.py`).

A step names where each of its outcomes leads. Where they lead to more than one place the gateway
`gw_<step>` is drawn behind it. Flow ids stand in the table itself, under `[flows]`, because they
are kept for ever: a flow that disappears takes its number with it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from paraf.domain.route import (
    DocumentUse,
    Due,
    Each,
    Element,
    Finding,
    Flow,
    Kind,
    Lane,
    Operation,
    Outcome,
    Route,
    RouteOption,
)
from paraf.errors import BrokenRoute
from paraf.language import N_

COMMENT_REQUIRED = frozenset({"return", "reject", "disagree", "adjust", "withdraw"})
"""Outcomes that need a written reason unless the table says otherwise."""

_KINDS = {
    "start": Kind.START,
    "end": Kind.END,
    "user": Kind.USER,
    "service": Kind.SERVICE,
    "check": Kind.EXCLUSIVE,
    "fork": Kind.PARALLEL,
    "join": Kind.PARALLEL,
}
_ROUTE_WORDS = frozenset({"key", "name", "documentation", "pool", "option", "lane", "step", "flows"})
_STEP_WORDS = frozenset({
    "id", "kind", "lane", "label", "documentation", "cites", "role", "form", "due", "edits", "answer",
    "documents", "operation", "each", "closer", "outcomes", "branches", "question", "via", "next",
})  # fmt: skip
_OUTCOME_WORDS = frozenset({"id", "label", "result", "results", "comment", "when", "role", "next", "to"})
_FLOW_ID = re.compile(r"f[1-9][0-9]*")


def read_step_table(text: str, file: str = "steps.toml") -> Route:
    """The route of a step table, without geometry. Raises BrokenRoute listing every fault."""
    return _Reader(text, file).route()


def number_flows(text: str) -> str:
    """The same table with a number given to every flow that has none. Numbers once given stay."""
    reader = _Reader(text, "steps.toml")
    reader.links()
    missing = [link for link in reader.drawn if link not in reader.flow_ids]
    if not missing:
        return text
    highest = max((int(flow_id[1:]) for flow_id in reader.given), default=0)
    lines = [f'f{highest + n} = "{source} -> {target}"' for n, (source, target) in enumerate(missing, 1)]
    head = "" if reader.given else "\n[flows]\n"
    return text.rstrip("\n") + "\n" + head + "\n".join(lines) + "\n"


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.faults: list[Finding] = []
        try:
            self.table: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise BrokenRoute(
                N_("{file} is not a readable table: {fault}"), file=file, fault=str(fault)
            ) from fault
        self.steps: dict[str, dict[str, Any]] = {}
        for step in self.table.get("step", []):
            if step.get("id") in self.steps:
                self._fault(step["id"], N_("This step id is used twice"))
            self.steps[step.get("id", "")] = step
        self.lanes = {lane["id"]: lane for lane in self.table.get("lane", [])}
        self.given: dict[str, str] = dict(self.table.get("flows", {}))
        self.flow_ids = self._flow_ids()
        self.drawn: dict[tuple[str, str], Flow] = {}

    def route(self) -> Route:
        self._check_words()
        elements = self._elements()
        self.links()
        flows: dict[str, Flow] = {}
        for link, flow in self.drawn.items():
            for end in link:
                if end not in elements:
                    self._fault(
                        link[0], N_("The step leads to {target}, which is not in the table"), target=end
                    )
            if link not in self.flow_ids:
                self._fault(link[0], N_("The flow to {target} has no number under [flows]"), target=link[1])
            flow_id = self.flow_ids.get(link, "")
            flows[flow_id] = Flow(flow_id, flow.source, flow.target, flow.condition, flow.name)
        if self.faults:
            raise BrokenRoute(N_("The step table has faults"), findings=tuple(self.faults))
        return Route(
            key=self.table["key"],
            name=self.table["name"],
            documentation=self.table["documentation"],
            options={
                o["name"]: RouteOption(o["name"], o["value"], o.get("cite"), o.get("documentation", ""))
                for o in self.table.get("option", [])
            },
            lanes=tuple(
                Lane(f"lane_{lane['id']}", lane["name"], lane.get("role")) for lane in self.lanes.values()
            ),
            elements=elements,
            flows=dict(sorted(flows.items(), key=lambda item: int(item[0][1:]))),
            pool=self.table.get("pool", "pool"),
        )

    # --- elements ---------------------------------------------------------------------------------

    def _elements(self) -> dict[str, Element]:
        elements: dict[str, Element] = {}
        late = self._late_gateways()
        for step in self.steps.values():
            element = self._element(step)
            elements[element.id] = element
            due = [step] if self._branches(step) and "via" not in step else []
            for before in (*due, *late.get(step["id"], ())):
                gateway = self._gateway(self._element(before), before)
                elements[gateway.id] = gateway
        return elements

    def _late_gateways(self) -> dict[str, list[dict[str, Any]]]:
        """Steps whose gateway comes later (`via`), by the last step that leads to that gateway."""
        late: dict[str, list[dict[str, Any]]] = {}
        for step in self.steps.values():
            if "via" not in step:
                continue
            leading = [s["id"] for s in self.steps.values() if f"gw_{step['id']}" in _led_to(s)]
            late.setdefault(leading[-1] if leading else step["id"], []).append(step)
        return late

    def _element(self, step: Mapping[str, Any]) -> Element:
        lane = self.lanes.get(step.get("lane", ""))
        kind = _KINDS.get(step.get("kind", ""))
        if lane is None:
            self._fault(step["id"], N_("The lane {lane} is not in the table"), lane=step.get("lane", ""))
        if kind is None:
            self._fault(step["id"], N_("The kind {kind} is not known"), kind=step.get("kind", ""))
        each = step.get("each")
        operation = step.get("operation")
        due = step.get("due")
        return Element(
            id=step["id"],
            kind=kind or Kind.USER,
            name=step.get("label", ""),
            documentation=step.get("documentation", ""),
            lane=f"lane_{step.get('lane', '')}",
            role=step.get("role") or (lane or {}).get("role"),
            cites=tuple(step.get("cites", ())),
            form=step.get("form"),
            due=Due(due, "INT-05") if due else None,
            documents=tuple(DocumentUse(d["kind"], d["act"]) for d in step.get("documents", ())),
            outcomes=tuple(_outcome(o) for o in step.get("outcomes", ())),
            each=Each(each, step.get("closer")) if each else None,
            edits=step.get("edits"),
            answer=step.get("answer"),
            operation=Operation(**operation) if operation else None,
        )

    @staticmethod
    def _gateway(element: Element, step: Mapping[str, Any]) -> Element:
        return Element(
            id=f"gw_{element.id}",
            kind=Kind.EXCLUSIVE,
            name=step.get("question", ""),
            documentation=f"Percabangan menurut hasil langkah “{element.name}”.",
            lane=element.lane,
            role=element.role if element.role != "item" else None,
            cites=element.cites,
        )

    # --- flows ------------------------------------------------------------------------------------

    def links(self) -> None:
        """Fills `drawn`: every flow by its two ends, in the order of the table."""
        self.drawn = {}
        for step in self.steps.values():
            source = step["id"]
            if step.get("kind") == "check":
                for branch in step.get("branches", ()):
                    self._link(source, branch["next"], branch["when"], branch.get("label", ""))
                continue
            branches = self._branches(step)
            if not branches:
                for target in _targets(step):
                    self._link(source, target, None, "")
                continue
            self._link(source, step.get("via", f"gw_{source}"), None, "")
            for target, condition, name in branches:
                self._link(f"gw_{source}", target, condition, name)

    def _link(self, source: str, target: str, condition: str | None, name: str) -> None:
        known = self.drawn.get((source, target))
        if known is not None:
            condition = f"{known.condition} or {condition}"
            name = known.name if name in known.name.split(" / ") else f"{known.name} / {name}"
        self.drawn[source, target] = Flow("", source, target, condition, name)

    @staticmethod
    def _branches(step: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(target, condition, label) per branch of a person's step, empty when it leads one way."""
        if step.get("kind") == "check":
            return []
        if "branches" in step:
            return [(b["next"], b["when"], b.get("label", "")) for b in step["branches"]]
        found: list[tuple[str, str, str]] = []
        for outcome in step.get("outcomes", ()):
            name = outcome.get("result", "")
            if "to" in outcome:
                names = outcome.get("results", [name] * len(outcome["to"]))
                for target, said in zip(outcome["to"], names, strict=True):
                    found.append((target, f'{step["id"]}.return_to = "{target}"', said))
                continue
            here = f'{step["id"]}.outcome = "{outcome["id"]}"'
            following = outcome.get("next", [])
            for way in [following] if isinstance(following, str) else following:
                if isinstance(way, str):
                    found.append((way, here, name))
                else:
                    found.append((way["next"], f"({here} and {way['when']})", way.get("result", name)))
        return found if len({target for target, _, _ in found}) > 1 else []

    def _flow_ids(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for flow_id, link in self.given.items():
            source, arrow, target = str(link).partition(" -> ")
            if not arrow or not _FLOW_ID.fullmatch(flow_id):
                self._fault(flow_id, N_('A flow is written as f1 = "source -> target"'))
            found[source, target] = flow_id
        return found

    # --- faults -----------------------------------------------------------------------------------

    def _check_words(self) -> None:
        self._unknown("", self.table, _ROUTE_WORDS)
        for word in ("key", "name", "documentation"):
            if not self.table.get(word):
                self._fault("", N_("The word {word} is missing"), word=word)
        for step in self.steps.values():
            self._unknown(step.get("id", ""), step, _STEP_WORDS)
            for outcome in step.get("outcomes", ()):
                self._unknown(step.get("id", ""), outcome, _OUTCOME_WORDS)

    def _unknown(self, element: str, entry: Mapping[str, Any], words: Iterable[str]) -> None:
        for word in sorted(set(entry) - set(words)):
            self._fault(element, N_("The word {word} is not known here"), word=word)

    def _fault(self, element: str, message: str, **values: object) -> None:
        self.faults.append(Finding(self.file, 0, element, "error", "step_table", message, values))


def _outcome(entry: Mapping[str, Any]) -> Outcome:
    default = "required" if entry["id"] in COMMENT_REQUIRED else "optional"
    return Outcome(
        id=entry["id"],
        label=entry["label"],
        comment=entry.get("comment", default),
        to=tuple(entry.get("to", ())),
        when=entry.get("when"),
        role=entry.get("role"),
    )


def _led_to(step: Mapping[str, Any]) -> set[str]:
    ways = [*step.get("branches", ()), *step.get("outcomes", ())]
    return {way["next"] for way in ways if isinstance(way.get("next"), str)}


def _targets(step: Mapping[str, Any]) -> list[str]:
    """Where a step leads that leads one way only: its `next`, or what all its outcomes share."""
    following = step.get("next")
    if isinstance(following, str):
        return [following]
    if following is not None:
        return list(following)
    found: list[str] = []
    for outcome in step.get("outcomes", ()):
        found += list(outcome["to"]) if "to" in outcome else [outcome["next"]] if "next" in outcome else []
    return list(dict.fromkeys(found))
