"""A history proves itself: whoever changes a byte of it, cuts it or swaps it is named by number."""

from __future__ import annotations

import hashlib
import json
import random
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraf.domain.facts import (
    GENESIS,
    LARGEST,
    Built,
    Entry,
    Fact,
    Fault,
    Opening,
    Sealed,
    build_events,
    canonical,
    check_chain,
    check_openings,
    composed,
    event_hash,
)
from paraf.errors import InvalidForm

AT = "2026-11-21T02:50:13.123456Z"
RATNA = "0193a8c2-5f1e-7c44-9d20-6a1f0e6b7c01"
PAPERS: dict[str, Any] = {"position": "afrika.direktur", "outcome": "sign", "comment": Sealed("Setuju.")}


def _history(rounds: int = 3) -> Built:
    """A draft is decided and handed on, several times."""
    facts = [
        Fact("task.decided", PAPERS, "sign_usulan", 1, RATNA, "definitif"),
        Fact("element.passed", {"flow": "f2"}, "gw_sign_usulan", 1),
        Fact("task.opened", {"role": "sekjen", "positions": ["sekjen"]}, "sign_keputusan", 1),
    ]
    return build_events(0, GENESIS, AT, facts * rounds)


# --- the canonical form


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    value = {"b": [True, False, None], "a": '\u20ac$\u000f\nA\'B"\\\\"/', "Z": -1, "c": {}}
    assert canonical(value) == (
        b'{"Z":-1,"a":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/","b":[true,false,null],"c":{}}'
    )


@pytest.mark.parametrize(
    "unfit",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        "e\u0301",
        "\ud800",
        {"kunci\u00e9": 1},
        {1: "a"},
        b"bytes",
        {"set"},
        object(),
        MappingProxyType({}),
        Sealed("unsealed"),
    ],
)
def test_what_another_reader_might_read_differently_is_refused(unfit: Any) -> None:
    for value in (unfit, [unfit], {"a": {"b": [unfit]}}):
        with pytest.raises(InvalidForm):
            canonical(value)


def test_the_greatest_numbers_are_kept() -> None:
    assert canonical([LARGEST, -LARGEST, 0]) == b"[9007199254740991,-9007199254740991,0]"


def test_nesting_without_end_is_refused() -> None:
    value: Any = []
    for _ in range(5_000):
        value = [value]
    with pytest.raises(InvalidForm, match="nested"):
        canonical(value)


def test_a_named_text_is_its_text() -> None:
    class Outcome(StrEnum):
        SIGN = "sign"

    assert canonical({"outcome": Outcome.SIGN}) == b'{"outcome":"sign"}'


_SCALARS = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text().map(composed)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcz_09", max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(_VALUES)
def test_any_value_that_is_accepted_reads_back_the_same(value: Any) -> None:
    try:
        content = canonical(value)
    except InvalidForm:
        return
    assert json.loads(content) == value
    assert canonical(json.loads(content)) == content


# --- building


def test_an_event_is_hashed_exactly_as_it_is_served() -> None:
    built = _history()
    head = GENESIS
    for entry in built.entries:
        event = entry.event()
        assert event["prev_hash"] == head
        head = event.pop("hash")
        content = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert hashlib.sha256(content).hexdigest() == head == event_hash(event) == entry.hash
    assert (built.seq, built.head) == (9, head)


def test_an_event_carries_only_what_it_has_to_say() -> None:
    decided, passed, _ = (entry.event() for entry in _history(1).entries)
    assert passed == {
        "seq": 2,
        "at": AT,
        "type": "element.passed",
        "element_id": "gw_sign_usulan",
        "visit": 1,
        "data": {"flow": "f2"},
        "prev_hash": decided["hash"],
        "hash": passed["hash"],
    }
    assert decided["actor"] == RATNA
    assert decided["capacity"] == "definitif"
    assert "on_behalf_of" not in decided


def test_typed_words_stay_out_of_the_event_and_open_only_with_their_salt() -> None:
    words = {"sesuai": True, "notes": [Sealed("cafe\u0301"), Sealed("Nama: Ratna", person="0193-other")]}
    built = build_events(4, "ab" * 32, AT, [Fact("task.decided", {"form": words}, actor=RATNA)])
    [entry] = built.entries

    assert "Ratna" not in entry.body
    assert "caf" not in entry.body
    assert built.openings[0] == Opening(5, "data.form.notes.0", RATNA, built.openings[0].salt, '"caf\u00e9"')
    assert built.openings[1].person_id == "0193-other"
    salts = {opening.salt for opening in built.openings}
    assert len(salts) == 2
    assert {len(salt or "") for salt in salts} == {64}
    assert check_openings([entry.event()], built.openings) is None


def test_words_that_were_changed_are_noticed_and_words_that_were_erased_are_not_a_fault() -> None:
    built = _history(1)
    events = [entry.event() for entry in built.entries]
    [opening] = built.openings
    changed = Opening(1, opening.path, RATNA, opening.salt, '"Tidak setuju."')
    assert check_openings(events, [changed]) == Fault(
        1, "The words kept with the event are not those it commits to."
    )
    assert check_openings(events, []) == Fault(1, "The words kept with the event are not complete.")
    assert check_openings(events, [Opening(1, opening.path, RATNA, None, None)]) is None


def test_words_of_nobody_are_a_defect() -> None:
    with pytest.raises(ValueError, match="nobody is named"):
        build_events(0, GENESIS, AT, [Fact("incident.raised", {"reason": Sealed("?")})])


# --- checking


def test_a_whole_chain_has_no_fault() -> None:
    built = _history()
    assert check_chain(built.entries, newest=(built.seq, built.head), thorough=True) is None
    assert check_chain([], newest=(0, GENESIS)) is None
    later = built.entries[4:]
    assert check_chain(later, seq=4, head=built.entries[3].hash) is None


def test_every_single_byte_of_a_history_is_watched() -> None:
    entries = _history(1).entries
    for place, entry in enumerate(entries):
        content = entry.body.encode()
        for index in range(len(content)):
            flipped = content[:index] + bytes([content[index] ^ 1]) + content[index + 1 :]
            forged = list(entries)
            forged[place] = Entry(entry.seq, flipped.decode("utf-8", "surrogateescape"), entry.hash)
            fault = check_chain(forged)
            assert fault is not None
            assert fault.seq == entry.seq


def test_a_forged_event_with_a_fitting_hash_breaks_the_next_link() -> None:
    entries = list(_history().entries)
    body = entries[3].body.replace('"sign"', '"reject"')
    entries[3] = Entry(4, body, hashlib.sha256(body.encode()).hexdigest())
    assert check_chain(entries) == Fault(5, "The event does not follow from the one before it.")


def test_a_cut_tail_a_gap_and_a_swap_are_noticed() -> None:
    built = _history()
    newest = (built.seq, built.head)
    entries = built.entries
    assert check_chain(entries[:-2], newest=newest) == Fault(8, "The newest events are missing.")
    assert check_chain([], newest=newest) == Fault(1, "The newest events are missing.")
    assert check_chain(entries[1:]) == Fault(1, "The event is missing or out of order.")
    assert check_chain([*entries[:2], *entries[3:]]) == Fault(3, "The event is missing or out of order.")
    assert check_chain([entries[1], entries[0], *entries[2:]]) == Fault(
        1, "The event is missing or out of order."
    )
    assert check_chain(entries, newest=(5, entries[4].hash)) == Fault(
        5, "The case names another event as its newest."
    )
    assert check_chain(entries, newest=(9, "0" * 64)) == Fault(
        9, "The case names another event as its newest."
    )


def test_a_text_inside_an_event_cannot_pretend_to_be_its_end() -> None:
    words = ',"prev_hash":"' + "f" * 64 + '","seq":77,"type":"task.decided"}'
    built = build_events(0, GENESIS, AT, [Fact("task.decided", {"note": words, "position": words})])
    assert check_chain(built.entries, thorough=True) is None
    [entry] = built.entries
    wrong = entry.body.replace(f'"prev_hash":"{GENESIS}"', f'"prev_hash":"{"f" * 64}"')
    assert check_chain([Entry(1, wrong, hashlib.sha256(wrong.encode()).hexdigest())]) == Fault(
        1, "The event does not follow from the one before it."
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda event: json.dumps(event, sort_keys=True),
        lambda event: json.dumps(dict(reversed(event.items())), separators=(",", ":")),
        lambda event: json.dumps(event | {"more": 1.5}, sort_keys=True, separators=(",", ":")),
        lambda event: "[" * 3_000 + json.dumps(event, sort_keys=True, separators=(",", ":")),
        lambda event: "not json",
    ],
)
def test_an_event_in_another_form_is_no_event_even_with_a_fitting_hash(write: Any) -> None:
    event = _history().entries[0].event()
    del event["hash"]
    body = write(event)
    entry = Entry(1, body, hashlib.sha256(body.encode()).hexdigest())
    assert check_chain([entry], thorough=True) == Fault(1, "The event is not in its canonical form.")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**9))
def test_any_reordering_is_noticed(seed: int) -> None:
    entries = list(_history().entries)
    random.Random(seed).shuffle(entries)
    fault = check_chain(entries)
    assert (fault is None) == (entries == _history_order(entries))


def _history_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.seq)
