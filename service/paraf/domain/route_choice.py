"""Which route a proposal takes: what the decision table is asked, and what its row means.

Knows the columns of `choose_route` (organisation.md 3); must not know how a table is read or
evaluated. A row without a route is a refusal with its article, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from paraf.domain.organisation import Organisation
from paraf.domain.route import Scalar
from paraf.errors import NoRoute
from paraf.language import N_

CHOOSE_ROUTE: Final = "choose_route"
"""The table that gives each proposal its route. It is asked before there is a case: no step asks it."""
INPUTS: Final = ("sop_kind", "request_kind", "proposer_unit_kind")
"""All that the table is told: a column that asks for more would never be answered."""
OUTPUTS: Final = ("route_key", "cite", "submitter", "addressee", "refusal")
"""What is read of its answer; a table without one of them could not be used."""


class DecidedRow(Protocol):
    """The one row that fits; `index` counts from 1 as the table is drawn."""

    @property
    def index(self) -> int: ...

    @property
    def outputs(self) -> Mapping[str, Scalar]: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """The route of a proposal. `submitter` and `addressee` are roles; `inputs` and `row` are what
    the facts keep of the choice."""

    route_key: str
    cite: str
    submitter: str | None
    addressee: str | None
    inputs: Mapping[str, Scalar]
    row: int


REFUSED = frozenset({None, "", "refused"})


def inputs_of(
    organisation: Organisation, unit_code: str, sop_kind: str, request_kind: str, at: str
) -> dict[str, Scalar]:
    """What the table is asked."""
    return {
        "sop_kind": sop_kind,
        "request_kind": request_kind,
        "proposer_unit_kind": organisation.unit_kind_for_route(unit_code, at),
    }


def choose(
    decide: Callable[[Mapping[str, Scalar]], DecidedRow],
    organisation: Organisation,
    unit_code: str,
    sop_kind: str,
    request_kind: str,
    at: str,
) -> Choice:
    """The route for this proposal by the table `decide`. Raises NoRoute with the article."""
    inputs = inputs_of(organisation, unit_code, sop_kind, request_kind, at)
    row = decide(inputs)
    route_key = row.outputs.get("route_key")
    cite = _text(row.outputs.get("cite"))
    if route_key in REFUSED:
        raise _refusal(organisation, unit_code, inputs, cite, _text(row.outputs.get("refusal")))
    return Choice(
        route_key=str(route_key),
        cite=cite or "",
        submitter=_text(row.outputs.get("submitter")),
        addressee=_text(row.outputs.get("addressee")),
        inputs=inputs,
        row=row.index,
    )


def _refusal(
    organisation: Organisation,
    unit_code: str,
    inputs: Mapping[str, Scalar],
    cite: str | None,
    reason: str | None,
) -> NoRoute:
    """The table's own reason and article; a unit outside the line is also INT-35."""
    unit = organisation.units.get(unit_code)
    outside = inputs["proposer_unit_kind"] == "other" and "INT-35" not in (cite or "")
    return NoRoute(
        N_("{unit} has no route for this proposal. {reason}"),
        unit=unit.name if unit else unit_code,
        reason=reason or "",
        rule="; ".join(article for article in (cite, "INT-35" if outside else None) if article),
    )


def _text(value: Scalar) -> str | None:
    return str(value) if value not in (None, "") else None
