"""The form of a step, filled: checked, sealed where a person typed, and what conditions may read.

Knows which form a step has and what a decision must fill; must not know tasks or facts' order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from paraf.domain.facts import Sealed
from paraf.domain.route import Element, Outcome, Scalar
from paraf.errors import InvalidForm
from paraf.forms.validation import engine_fields, validate
from paraf.language import N_
from paraf.usecases.shelf import ShelvedRoute

CRITERIA = ("kriteria_a", "kriteria_b", "kriteria_c")
TURNED_DOWN = frozenset({"return", "reject", "withdraw"})
"""Outcomes that hand a task back or end it: what the form asks of a finished step is not due."""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """`values` as given, `sealed` as a fact carries them, `engine` the scalars conditions read; `comment`
    is the reason beside them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)
    engine: Mapping[str, Scalar] = field(default_factory=dict)
    return_to: str | None = None
    comment: str | None = None


def fill(
    route: ShelvedRoute, element: Element, outcome: Outcome, form: Mapping[str, Any], comment: str | None
) -> FilledForm:
    """Check the reason, the step to return to and the form together, so that whoever left out two things
    is told of both. Raises InvalidForm with a message per field."""
    values = dict(form)
    asked = values.pop("return_to", None)
    refusals: list[InvalidForm] = []
    with _noting(refusals):
        comment = _comment(outcome, comment)
    with _noting(refusals):
        asked = _return_to(outcome, asked)
    with _noting(refusals):
        filled = _filled(route, element, outcome, values)
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={name: told for refusal in refusals for name, told in refusal.errors.items()},
            element_id=element.id,
            rule="; ".join(refusal.rule for refusal in refusals if refusal.rule) or None,
        )
    return replace(filled, return_to=asked, comment=comment)


@contextmanager
def _noting(refusals: list[InvalidForm]) -> Iterator[None]:
    try:
        yield
    except InvalidForm as refusal:
        refusals.append(refusal)


def _comment(outcome: Outcome, comment: str | None) -> str | None:
    text = (comment or "").strip()
    if not text and outcome.comment == "required":
        raise InvalidForm(
            N_("Please give the reason."),
            errors={"comment": [N_("A reason is required for this decision.")]},
            rule="INT-02",
        )
    if len(text) > 10_000:
        raise InvalidForm(
            N_("The reason is too long."), errors={"comment": [N_("At most 10,000 characters.")]}
        )
    return text or None


def _filled(route: ShelvedRoute, element: Element, outcome: Outcome, values: dict[str, Any]) -> FilledForm:
    schema = route.forms.get(element.form) if element.form else None
    if schema is None:
        if values:
            raise InvalidForm(
                N_("This step has no form."),
                errors={f"form.{name}": [N_("Unknown field.")] for name in sorted(values)},
            )
        return FilledForm()
    errors = validate(schema, values, partial=outcome.id in TURNED_DOWN)
    if errors:
        raise InvalidForm(
            N_("Some fields need your attention."),
            errors={f"form.{name}": messages for name, messages in errors.items()},
            element_id=element.id,
            rule="; ".join(element.cites) or None,
        )
    engine = dict(engine_fields(schema, values))
    if all(name in values for name in CRITERIA):
        engine["all_conform"] = all(values[name] == "sesuai" for name in CRITERIA)
    return FilledForm(values, _sealed(schema, values), engine)


def _return_to(outcome: Outcome, asked: object) -> str | None:
    if not outcome.to:
        if asked is not None:
            raise InvalidForm(
                N_("This decision goes back to no step."), errors={"form.return_to": [N_("Unknown field.")]}
            )
        return None
    if asked is None and len(outcome.to) == 1:
        return outcome.to[0]
    if asked not in outcome.to:
        raise InvalidForm(
            N_("Please choose the step to return to."),
            errors={"form.return_to": [N_("Choose one of the steps offered.")]},
        )
    return str(asked)


def _sealed(schema: Mapping[str, Any], value: Any) -> Any:
    """The value with every text a person typed sealed; choices, dates, digests stay plain."""
    kind = schema.get("type")
    if kind == "object" and isinstance(value, Mapping):
        parts = schema.get("properties", {})
        return {name: _sealed(parts.get(name, {}), part) for name, part in value.items()}
    if kind == "array" and isinstance(value, list):
        return [_sealed(schema.get("items", {}), part) for part in value]
    if isinstance(value, str) and "enum" not in schema and schema.get("format") not in ("date", "sha256"):
        return Sealed(value)
    return value
