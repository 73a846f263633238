"""A fact of a history as a sentence: the same words on every page, in every report and summary.

Knows the facts of conventions 6; must not know requests, templates or the reader's rights. `say`
translates a msgid and fills its places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from paraf.language import N_

Say = Callable[..., str]

ENDS = {
    "set": N_("Set"),
    "withdrawn": N_("Withdrawn"),
    "not_approved": N_("Not approved"),
    "not_set": N_("Not set"),
    "not_needed": N_("Not needed"),
    "kept": N_("Kept by the unit"),
}
ACTS = {
    "konsep": N_("draft"),
    "paraf": N_("initialled"),
    "tanda_tangan": N_("signed"),
    "pengesahan": N_("ratified"),
    "penetapan": N_("set by decree"),
    "persetujuan": N_("approved"),
    "pertimbangan": N_("considered opinion"),
}
ROLES = {
    "softcopy": N_("Softcopy of the draft"),
    "diagram": N_("Flow diagram"),
    "supporting": N_("Supporting document"),
}
CAPACITY_LABELS = {"plt": "Plt.", "plh": "Plh."}
FACTS = {
    "instance.started": N_("The case began on the route {route}, version {version}."),
    "naskah.saved": N_("Version {version} of the draft was saved."),
    "attachment.added": N_("{role} was attached."),
    "attachment.removed": N_("{role} was removed."),
    "task.opened": N_("{step} was opened for {positions}."),
    "task.claimed": N_("{step} was taken."),
    "task.released": N_("{step} was released."),
    "task.reassigned": N_("{step} was handed over."),
    "task.decided": N_("{step}: {outcome}."),
    "element.passed": N_("The system passed {step}."),
    "document.made": N_("{document} was drafted."),
    "document.signed": N_("{document} was {act}."),
    "document.delivered": N_("{document} was delivered to {receivers}."),
    "tembusan.sent": N_("A copy of {document} was sent to {receivers}."),
    "tembusan.read": N_("The copy of {document} was read."),
    "instance.ended": N_("The case ended: {end}."),
    "instance.withdrawn": N_("The proposal was withdrawn."),
    "instance.suspended": N_("The case was suspended."),
    "instance.resumed": N_("The case was resumed."),
    "instance.cancelled": N_("The case was cancelled."),
    "instance.set_right": N_("The case was set right from its facts."),
    "incident.raised": N_("A fault held up the case."),
    "timer.fired": N_("The target of {step} has passed."),
}
RECORD_MADE = N_("{document} was made.")
OFFERED = N_("{step} was offered to {positions}.")
OFFER_MENDED = N_("The case was set right: an open task is offered anew.")


def sentence(say: Say, entry: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    """One fact of the history as a sentence."""
    data = entry.get("data") or {}
    decision = entry.get("decision") or {}
    values = {
        "step": entry.get("name") or entry.get("element_id") or "",
        "route": case.get("route_name", ""),
        "version": data.get("version") or data.get("route_version") or "",
        "role": say(ROLES.get(data.get("role", ""), str(data.get("role", "")))),
        "positions": ", ".join(entry.get("positions") or []) or say(N_("a vacant position")),
        "outcome": decision.get("outcome_label", ""),
        "document": entry.get("document_title") or "",
        "act": say(ACTS.get(data.get("act", ""), str(data.get("act", "")))),
        "receivers": ", ".join(entry.get("receivers") or [str(data.get("to") or "")]),
        "end": say(ENDS.get(data.get("end", ""), str(data.get("end", "")))),
    }
    known = FACTS.get(str(entry["type"]))
    if entry.get("record") and entry["type"] == "document.made":
        known = RECORD_MADE
    if entry["type"] == "task.reassigned" and data.get("positions"):
        known = OFFERED
    if entry["type"] == "instance.set_right" and data.get("what") == "offer":
        known = OFFER_MENDED
    return say(known, **values) if known else str(entry["type"])


def signed_as(entry: Mapping[str, Any]) -> str:
    """The position behind a fact with its capacity: `Plh. Kepala Biro Keuangan`."""
    label = CAPACITY_LABELS.get(entry.get("capacity") or "", "")
    return " ".join(part for part in (label, entry.get("position_title")) if part)
