"""Sentences inside answers, put into the reader's words before they leave.

Knows where queries leave a message id with its values; must not know what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paraf.entrypoints.auth import office

_SENTENCES = ("missing", "findings")


def in_words(found: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with `missing` and `findings` as sentences."""
    return {
        **found,
        **{name: [_sentence(item) for item in found[name]] for name in _SENTENCES if found.get(name)},
    }


def refusal(why: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Why something is not offered, as `{detail, rule}`."""
    if why is None:
        return None
    detail = office().language.translate(why["detail"], **why.get("values", {}))
    return {"detail": detail, "rule": why.get("rule")}


def _sentence(item: Any) -> Any:
    if not isinstance(item, Mapping) or "sentence" not in item:
        return item
    values = item.get("values") or {}
    rest = {name: value for name, value in item.items() if name != "values"}
    return {**rest, "sentence": office().language.translate(item["sentence"], **values)}
