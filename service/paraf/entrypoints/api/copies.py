"""Tembusan: copies sent to my positions; they are read, never decided."""

from __future__ import annotations

from typing import Any

from flask import Response

from paraf.entrypoints.answers import listing, once, read_cursor
from paraf.entrypoints.api import shapes
from paraf.entrypoints.api.calls import Given, call
from paraf.entrypoints.api.fields import Body, Flag, Page
from paraf.entrypoints.auth import actor, office
from paraf.language import N_
from paraf.usecases import queries
from paraf.usecases.read_tembusan import read_tembusan

GROUP = N_("Copies for information")


class TembusanQuery(Page):
    unread = Flag(load_default=None)


@call(
    "GET",
    "/tembusan",
    "tembusan.read",
    group=GROUP,
    summary=N_("Copies sent to my positions, unread first"),
    query=TembusanQuery,
    answer=shapes.TembusanPage,
)
def tembusan(given: Given) -> Response:
    after = read_cursor(given.pop("cursor"), 2)
    return listing(queries.tembusan_list(office(), actor(), after=after, **given))


@call(
    "POST",
    "/tembusan/<tembusan_id>/read",
    "tembusan.read",
    group=GROUP,
    summary=N_("Mark a copy as read"),
    body=Body,
    answer=shapes.TembusanRead,
    refuses=(404,),
)
def read(tembusan_id: str, given: Given) -> Any:
    return read_tembusan(office(), actor(), tembusan_id, once=once())
