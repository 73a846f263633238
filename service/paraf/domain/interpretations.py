"""How Paraf reads the text where it is silent or ambiguous: one sentence for every INT that is cited.

Knows what is left open and what was chosen. None of it is text of a regulation; must not know who asks.
"""

from __future__ import annotations

from paraf.language import N_

INTERPRETATIONS = {
    "INT-01": N_(
        "The text names nobody who checks completeness. Chosen: a draft without one of the parts a to g "
        "or without its softcopy cannot be submitted."
    ),
    "INT-02": N_(
        "The text has no word for returning. Chosen: a draft that needs adjusting is discussed, revised "
        "by its unit and reviewed again, as often as needed."
    ),
    "INT-03": N_(
        "The text says nothing of parties that do not agree. Chosen: the open points go up to the "
        "Sekretaris Jenderal, on a change of an SOP Makro to the Menteri."
    ),
    "INT-04": N_(
        "The text knows approval only. Chosen: whoever approves may return, or refuse for good with a reason."
    ),
    "INT-05": N_(
        "The text sets no deadlines. Chosen: target times only remind; nothing is ever approved by lapse "
        "of time."
    ),
    "INT-06": N_(
        "The text does not say who convenes the discussion. Chosen: Biro PO invites, keeps the minutes "
        "and closes it."
    ),
    "INT-07": N_(
        "The text names no kind of covering letter. Chosen: a nota dinas inside the Ministry, a berita or"
        " surat from a Perwakilan."
    ),
    "INT-08": N_(
        "The text names now the unit, now its head as the one who submits. Chosen: the head signs; staff "
        "only prepare."
    ),
    "INT-09": N_(
        "The text demands hardcopy and softcopy without saying to whom they go, or what holds if they "
        "differ. Chosen: Biro PO receives the hardcopy and confirms that it equals the softcopy; whether "
        "it may be replaced by an electronic one is an option."
    ),
    "INT-10": N_(
        "The text leaves open what starts the review. Chosen: the copy sent to Biro PO is enough; waiting"
        " for a disposisi is an option."
    ),
    "INT-11": N_(
        "The text can be read so that a record of the review is kept only when something needs adjusting."
        " Chosen: it is always kept, the discussion only when needed."
    ),
    "INT-12": N_(
        "The text calls the record of the review by two names. Chosen: one form, with the title of its route."
    ),
    "INT-13": N_(
        "The text names no document for the approval of the Sekretaris Jenderal. Chosen: a decision "
        "recorded on the konsep Keputusan."
    ),
    "INT-14": N_(
        "The text leaves open who approves the SOP of a Pusat. Chosen: Kepala Biro PO approves and signs."
    ),
    "INT-15": N_(
        "The text speaks of Eselon II where a Pusat is meant. Chosen: the Pusat and its head, of the same"
        " rank."
    ),
    "INT-16": N_("The text speaks of “a Keputusan” only. Chosen: a Keputusan Kepala Pusat."),
    "INT-17": N_("Pasal 40 ayat (4) says SOP Makro by a slip. Chosen: SOP Mikro."),
    "INT-18": N_(
        "The text distinguishes ratifying from setting. Chosen: two acts, each recorded; approved, "
        "ratified and set must be one identical version."
    ),
    "INT-19": N_("The text names no instrument of the Menteri. Chosen: a Keputusan Menteri Luar Negeri."),
    "INT-20": N_(
        "The text lists the pengesahan of an SOP Makro without saying by whom. Chosen: the heads of the "
        "units in its flow agree before the Menteri sets it."
    ),
    "INT-21": N_(
        "The text does not say how a new SOP Makro reaches the Menteri. Chosen: by a nota dinas of the "
        "Sekretaris Jenderal that Biro PO drafts, as on a change."
    ),
    "INT-22": N_(
        "The text lets any unit propose a change of an SOP Makro but only some heads submit it. Chosen: a"
        " unit submits through the head above it, a Pusat by its own head."
    ),
    "INT-23": N_(
        "The text does not define which heads are related. Chosen: those of the Eselon I units named in "
        "part d or in the flow."
    ),
    "INT-24": N_(
        "The text says nothing of a Menteri who does not set. Chosen: return with a reason, or an end "
        "without setting; the SOP in force stays in force."
    ),
    "INT-26": N_(
        "The text regulates the change of an SOP Makro only. Chosen: an SOP Mikro is changed by the route"
        " of a new one and supersedes the old one."
    ),
    "INT-27": N_(
        "The text demands no number, register or copies after the Keputusan. Chosen: a number, an entry "
        "in the register and a copy to Biro PO."
    ),
    "INT-28": N_(
        "The text lets Biro PO review its own SOP. Chosen: drafter and reviewer are different persons, "
        "and another official countersigns the review."
    ),
    "INT-29": N_(
        "The text names three Pusat. Chosen: any other Pusat belongs to its Eselon I unit and takes the "
        "route of that unit."
    ),
    "INT-30": N_(
        "The text does not say how a revised draft comes back. Chosen: straight to Biro PO without a new "
        "proposal, with notice to the head who submitted."
    ),
    "INT-31": N_(
        "The text does not speak of paraf. Chosen: the level below the signer puts his paraf first, as an"
        " option of the route."
    ),
    "INT-32": N_(
        "The text does not say who drafts the Keputusan. Chosen: the secretariat of the Eselon I unit, "
        "the Pusat or the Perwakilan that sets the SOP."
    ),
    "INT-33": N_(
        "The text leaves a gap between SOP Mikro and SOP Makro. Chosen: an SOP with more than one Eselon "
        "II unit, Pusat or Perwakilan in its flow is an SOP Makro."
    ),
    "INT-34": N_(
        "The text says little of the SOP Teknis. Chosen: the head of the unit signs it; no approval and "
        "no Keputusan are needed."
    ),
    "INT-35": N_(
        "The text gives some units no route. Chosen: a part below Eselon II takes the route of its Eselon"
        " II unit; a Perwakilan is one unit."
    ),
    "INT-36": N_(
        "The text keeps earlier SOPs in force. Chosen: they are registered without a route, with their "
        "own date and instrument."
    ),
    "INT-41": N_(
        "The text gives neither content nor actor of testing and review. Chosen: the drafting unit, for "
        "an SOP Makro Biro PO with its team and the units."
    ),
}
"""Interpretation -> what the text leaves open, and what was chosen."""
