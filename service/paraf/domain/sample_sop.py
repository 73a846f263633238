"""A sample SOP file (workflows/samples/*.yaml, already read) as the body of a naskah konsep.

Knows the shape of the sample files; must not know where they lie or what becomes of the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paraf.domain.sop_parts import PARTS

_WORKING_NOTES = frozenset({"notes", "read", "cite", "step_id"})


def sample_naskah(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The parts a to g, and the identity fields beside them, as `PUT /proposals/{id}/naskah` takes them."""
    parts = sample["naskah_konsep"]
    body = {name: parts[name]["value"] for _, name in PARTS if parts[name]["value"]}
    body["diagram_alir"] = {
        "lanes": [dict(lane) for lane in sample["lanes"]],
        "steps": [
            {key: value for key, value in step.items() if key not in _WORKING_NOTES and value is not None}
            for step in sample["steps"]
        ],
    }
    identity = {
        name: sample["identitas"][name]
        for name in ("peringatan", "kualifikasi_pelaksana", "pencatatan_pendataan")
        if sample["identitas"].get(name)
    }
    return {**body, "identitas": identity} if identity else body
