"""Random people on the stage: each takes one decision he may take, with a form that fits it.

Random walks are made of them, and the golden histories. `withdrawing` lets them also take a proposal
back where a step offers it.
"""

from __future__ import annotations

import random
from typing import Any

from stage import DRAFTS, FORMS, Case, Stage

OPENINGS: dict[str, dict[str, str]] = {
    "sop_mikro_eselon1": {"login": "staf.konsuler", "unit": "DIT-KONSULER"},
    "sop_mikro_setjen": {"login": "staf.keuangan", "unit": "BKEU"},
    "sop_mikro_pusat": {"login": "staf.diklat", "unit": "PUSDIKLAT"},
    "sop_mikro_perwakilan": {"login": "staf.tokyo", "unit": "KBRI-TOKYO"},
    "sop_makro_development": {"login": "staf.po", "unit": "BPO", "kind": "makro"},
    "sop_makro_change": {
        "login": "staf.konsuler",
        "unit": "DIT-KONSULER",
        "kind": "makro",
        "request": "change",
    },
    "sop_teknis": {"login": "staf.tokyo", "unit": "KBRI-TOKYO", "kind": "teknis"},
}
"""Who opens a case of each route, and how."""


def open_case(stage: Stage, route_key: str) -> Case:
    """A new case on this route."""
    opening = dict(OPENINGS[route_key])
    if opening.get("request") == "change":
        sops = stage.person("karo.po").get("/sops?in_force=true&limit=200").ok()["items"]
        opening["sop_in_force"] = next(sop["id"] for sop in sops if sop["sop_kind"] == "makro")
    case = stage.propose(opening.pop("login"), opening.pop("unit"), **opening)
    assert case.route_key == route_key
    return case


def decide_something(chance: random.Random, case: Case, withdrawing: bool = False) -> None:
    """One allowed decision by one person who may take it; there must be one."""
    tasks = case.open_tasks()
    assert tasks, "a running case waits for somebody"
    chance.shuffle(tasks)
    for task in tasks:
        logins = case.actors(task)
        chance.shuffle(logins)
        for login in logins:
            person = case.stage.person(login)
            shown = person.get(f"/tasks/{task['id']}").ok()
            offers = [offer for offer in shown["offers"] if offer["may"]]
            if not shown["may"]["decide"] or not offers:
                continue
            if shown["edits"] == "naskah" and (chance.random() < 0.4 or not case.complete()):
                case.write(_some_draft(chance, case), by=login)
                shown = person.get(f"/tasks/{task['id']}").ok()
            staying = [offer for offer in offers if withdrawing or offer["id"] != "withdraw"]
            offer = chance.choice(staying or offers)
            got = person.decide(
                task["id"],
                offer["id"],
                _some_form(chance, task["element_id"], offer),
                seq=shown["seq"],
                comment="Alasan secukupnya.",
            )
            if got.status == 200:
                return
            # a closer who is too early, a hardcopy that fits the other answer: somebody else goes on
            assert got.status == 422 and got.body["type"].endswith("rule_broken"), got.body
    raise AssertionError(("nobody can go on", case.open_elements()))


def _some_draft(chance: random.Random, case: Case) -> dict[str, Any]:
    words = {"deskripsi": f"Uraian ke-{chance.randrange(10**6)} tentang proses kegiatan."}
    return {**DRAFTS[case.sop_kind](), **words}


def _some_form(chance: random.Random, element: str, offer: dict[str, Any]) -> dict[str, Any]:
    form = next((dict(f) for start, f in FORMS.items() if element.startswith(start)), {})
    if element.startswith("review_") and chance.random() < 0.5:
        form["kriteria_b"] = "tidak_sesuai"
        form["catatan"] = [{"huruf": "b", "text": "Lengkapi dasar hukum."}]
    if offer["to"]:
        form = {"return_to": chance.choice(offer["to"])["id"]}
    return form
