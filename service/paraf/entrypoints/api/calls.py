"""One call of the API: declared once, and from that checked, carried out and published.

Knows how a declaration becomes a view and an entry of the OpenAPI page; must not know what any
call does. The table `CALLS` is the whole API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from paraf.entrypoints import answers
from paraf.entrypoints.api.fields import UNKNOWN
from paraf.entrypoints.auth import SIGNED_IN, permits
from paraf.entrypoints.problems import unknown_fields
from paraf.errors import InvalidForm
from paraf.language import N_

BASE = "/api/v1"
blueprint = Blueprint("api", __name__, url_prefix=BASE)

Given = dict[str, Any]
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What is published of one call. `media_type` tells of answers that are not JSON; `upload` that
    the body is multipart."""

    method: str
    path: str
    name: str
    group: str
    summary: str
    permission: str
    body: Schema | None
    query: Schema | None
    answer: Schema | None
    status: int
    refuses: tuple[int, ...]
    media_type: str
    upload: bool


CALLS: list[Call] = []


def call(
    method: str,
    path: str,
    permission: str = SIGNED_IN,
    *,
    group: str,
    summary: str,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    answer: type[Schema] | None = None,
    status: int = 200,
    refuses: tuple[int, ...] = (),
    media_type: str = "application/json",
    upload: bool = False,
) -> Callable[[View], View]:
    """Declare a call. The view gets the values of the path by name, then `given`: the checked body
    or query when there is one. It gives JSON-ready data, or a whole Response."""
    body_schema, query_schema = (kind() if kind else None for kind in (body, query))

    def declare(view: View) -> View:
        def carry_out(**path_values: Any) -> Response:
            if body_schema is not None:
                path_values["given"] = loaded(body_schema, answers.json_body())
            elif query_schema is not None:
                path_values["given"] = loaded(query_schema, request.args.to_dict())
            result = view(**path_values)
            return result if isinstance(result, Response) else answers.answer(result, status)

        permits(permission, uploads=upload)(carry_out)
        blueprint.add_url_rule(path, view.__name__, carry_out, methods=[method])
        CALLS.append(
            Call(
                method,
                path,
                view.__name__,
                group,
                summary,
                permission,
                body_schema,
                query_schema,
                answer() if answer else None,
                status,
                refuses,
                media_type,
                upload,
            )
        )
        return view

    return declare


def loaded(schema: Schema, given: Mapping[str, Any]) -> Given:
    """The values as the schema reads them. Raises UnknownField or InvalidForm, both per field."""
    try:
        return dict(schema.load(given))
    except ValidationError as fault:
        errors = _flat(fault.messages_dict)
    unknown = [name for name, messages in errors.items() if UNKNOWN in messages]
    if unknown:
        raise unknown_fields(unknown)
    raise InvalidForm(N_("Some fields need your attention."), errors=errors)


def _flat(messages: Mapping[Any, Any], above: str = "") -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for name, told in messages.items():
        path = f"{above}{name}"
        if isinstance(told, Mapping):
            flat.update(_flat(told, f"{path}."))
        else:
            flat[path] = [str(one) for one in told]
    return flat
