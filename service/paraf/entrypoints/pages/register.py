"""The register of SOPs: in force and superseded, with the document set of each.

Knows the search of the register; must not know how an SOP comes into it.
"""

from __future__ import annotations

from flask import Response, request

from paraf.entrypoints.auth import actor, office, permits
from paraf.entrypoints.pages.frame import after, cursor_of, draw, page
from paraf.usecases import queries

PAGE_SIZE = 50


@page.get("/daftar-sop")
@permits("sop.read")
def register() -> Response:
    """One page of the register, by title; those in force unless asked for all."""
    chosen = {name: request.args.get(name, "").strip() for name in ("q", "unit", "status")}
    in_force = {"": True, "ended": False, "all": None}.get(chosen["status"], True)
    found = queries.sops(
        office(),
        actor(),
        in_force=in_force,
        unit=chosen["unit"],
        q=chosen["q"],
        after=after(),
        limit=PAGE_SIZE,
    )
    return draw(
        "register.html",
        section="register",
        items=found["items"],
        next=cursor_of(found["next"]),
        chosen=chosen,
        filtered=any(chosen.values()),
        units=[(unit["code"], unit["name"]) for unit in queries.units(office(), actor())],
    )


@page.get("/daftar-sop/<sop_id>")
@permits("sop.read")
def sop(sop_id: str) -> Response:
    return draw("sop.html", section="register", sop=queries.sop(office(), actor(), sop_id))
