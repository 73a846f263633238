"""Repairs: what is held up, what was asked for, and a stuck case with what may be done about it.

Knows the forms of an operator and of the second person; must not know what a repair does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import (
    after,
    cursor_of,
    draw,
    go,
    page,
    said,
    same_form_once,
    tell,
    told,
    whole,
    words,
)
from paraf.errors import InvalidForm, ParafError
from paraf.language import N_
from paraf.usecases import queries, readings, repair_words
from paraf.usecases import repairs as mending
from paraf.usecases.queries.repairs_page import MOST_HELD

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

PAGE_SIZE = 25
DONE = {
    "suspend": N_("The case is suspended."),
    "resume": N_("The case goes on."),
    "cancel": N_("The case is cancelled."),
    "set_right": N_("The case is set right."),
}


@page.get("/perbaikan")
@permits("repair.read")
def repairs() -> AnyResponse:
    """Cases held up, repairs that wait for an answer, and those that have it."""
    number = request.args.get("nomor", "").strip()
    if number:
        found = queries.find_case(office(), actor(), number)
        if found is not None:
            return go("pages.repair_case", instance_id=found)
    asked = queries.repairs(office(), actor(), state="asked", after=after("asked"), limit=PAGE_SIZE)
    given = queries.answered(office(), actor(), after(), PAGE_SIZE)
    return draw(
        "repairs/list.html",
        404 if number else 200,
        section="repairs",
        number=number,
        held=queries.held_cases(office(), actor()),
        most_held=MOST_HELD,
        asked=asked["items"],
        asked_next=cursor_of(asked["next"]),
        items=given["items"],
        next=cursor_of(given["next"]),
        **_words(),
    )


@page.get("/perbaikan/berkas/<instance_id>")
@permits("repair.read")
def repair_case(instance_id: str) -> Response:
    """A case from outside: where it stands, what may be asked for, what waits for an answer."""
    readings.note(office(), actor(), "case", instance_id, instance_id)
    return _case(instance_id)


@page.post("/perbaikan/berkas/<instance_id>")
@permits("repair.ask")
def ask_repair(instance_id: str) -> AnyResponse:
    """Ask for a repair; the choice names the kind, and the task and position of an offer."""
    chosen, reason = request.form.get("choice", ""), request.form.get("reason", "").strip()
    kind, _, rest = chosen.partition(" ")
    what, task_id, role = (*rest.split(" "), "", "")[:3]
    data = {"what": what, "task_id": task_id, "role": role} if what else {}
    try:
        if not kind:
            raise InvalidForm(
                N_("Some fields need your attention."),
                errors={"choice": [N_("Please choose what is to be done.")]},
            )
        mending.ask(office(), actor(), instance_id, kind, reason, data, once=same_form_once())
    except ParafError as refusal:
        if refusal.status not in (409, 422):
            raise
        return _case(instance_id, refusal.status, told(refusal), {"choice": chosen, "reason": reason})
    tell(N_("The repair is asked for. Another person carries it out or refuses it."))
    return go("pages.repair_case", instance_id=instance_id)


@page.post("/perbaikan/<repair_id>/laksanakan")
@permits("repair.answer")
def carry_out_repair(repair_id: str) -> AnyResponse:
    seq = whole(request.form, "seq")
    done = _answered(
        request.form.get("case", ""),
        lambda: mending.carry_out(office(), actor(), repair_id, seq, once=same_form_once()),
    )
    if isinstance(done, Response):
        return done
    tell(DONE[done["kind"]])
    return go("pages.repair_case", instance_id=done["instance"]["id"])


@page.post("/perbaikan/<repair_id>/tolak")
@permits("repair.answer")
def refuse_repair(repair_id: str) -> AnyResponse:
    reason = request.form.get("answer", "").strip()
    done = _answered(
        request.form.get("case", ""),
        lambda: mending.refuse(office(), actor(), repair_id, reason, once=same_form_once()),
        answer=reason,
    )
    if isinstance(done, Response):
        return done
    tell(N_("The repair is refused. The case stays as it is."))
    return go("pages.repair_case", instance_id=done["instance"]["id"])


@page.post("/perbaikan/<repair_id>/tarik")
@permits("repair.ask")
def take_back_repair(repair_id: str) -> AnyResponse:
    done = mending.take_back(office(), actor(), repair_id, once=same_form_once())
    tell(N_("The repair is taken back."))
    return go("pages.repair_case", instance_id=done["instance"]["id"])


def _answered(instance_id: str, command: Any, **given: str) -> dict[str, Any] | Response:
    """What the command gave, or the page of its case with what was wrong."""
    try:
        answer: dict[str, Any] = command()
    except ParafError as refusal:
        if refusal.status not in (409, 422) or not instance_id:
            raise
        errors = told(refusal)
        return _case(instance_id, refusal.status, {_ANSWER.get(f, f): e for f, e in errors.items()}, given)
    return answer


_ANSWER = {"reason": "answer"}
"""The field of the answer's form that a refusal means."""


def _case(
    instance_id: str,
    status: int = 200,
    errors: Mapping[str, list[str]] | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    shown = queries.condition(office(), actor(), instance_id)
    say, effect = words(), shown["effect"]
    names = {task["element_id"]: task["name"] for task in shown["tasks"] or []}
    return draw(
        "repairs/case.html",
        status,
        section="repairs",
        case=shown,
        asked=next((one for one in shown["repairs"] if one["state"] == "asked"), None),
        why=said(effect["why"]) if effect else "",
        found=repair_words.found_in_words(say, effect["found"], names) if effect else [],
        step=names.get(effect["task"], "") if effect else "",
        choices=_choices(shown) if shown["may_ask"] else [],
        errors=errors or {},
        given=given or {},
        **_words(),
    )


def _choices(shown: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What may be asked for now: value, name, what it does."""
    say = words()
    found = []
    for kind in shown["possible"]:
        if kind != "set_right":
            found.append((kind, say(repair_words.KINDS[kind]), say(repair_words.MEANINGS[kind])))
    if "set_right" in shown["possible"] and not shown["verification"]["intact"]:
        meaning = say(repair_words.MEANINGS["set_right"])
        found.append(("set_right facts", say(repair_words.KINDS["set_right"]), meaning))
    for task in shown["tasks"] or []:
        for target in task["targets"]:
            label = say(
                N_("Offer “{step}” to {positions}"), step=task["name"], positions=", ".join(target["titles"])
            )
            value = f"set_right offer {task['id']} {target['role']}"
            found.append((value, label, say(repair_words.WAYS[target["way"]])))
    return found


def _words() -> dict[str, Any]:
    say = words()
    return {
        "kind_names": {kind: say(name) for kind, name in repair_words.KINDS.items()},
        "answer_names": {state: say(name) for state, name in repair_words.ANSWERS.items()},
    }
