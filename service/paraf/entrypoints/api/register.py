"""The register of SOPs in force and superseded."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, read_cursor
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Flag, Page, Text
from paraf.entrypoints.auth import actor, office
from paraf.language import N_
from paraf.usecases import queries

GROUP = N_("Register of SOPs")


class SopsQuery(Page):
    in_force = Flag(load_default=None)
    unit, q = Text(200), Text(200)


@call(
    "GET",
    "/sops",
    "sop.read",
    group=GROUP,
    summary=N_("SOPs with number, instrument and dates"),
    query=SopsQuery,
    answer=shapes.SopPage,
)
def sops(given: Given) -> Response:
    after = read_cursor(given.pop("cursor"), 2)
    return listing(queries.sops(office(), actor(), after=after, **given))


@call(
    "GET",
    "/sops/<sop_id>",
    "sop.read",
    group=GROUP,
    summary=N_("One SOP with its documents"),
    answer=shapes.SopDossier,
    refuses=(404,),
)
def sop(sop_id: str) -> Any:
    return queries.sop(office(), actor(), sop_id)
