"""Facts and the chain that binds them: the canonical form, digests, and sealed words.

Knows how a fact is written, hashed and checked; must not know where it is kept or what it means.
An event is hashed exactly as it is served, without its own hash. The case is not named in it: event
1 pins the proposal and the route, and every later event holds on to it by `prev_hash`.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paraf.errors import InvalidForm
from paraf.language import N_

GENESIS = "0" * 64
"""`prev_hash` of event 1."""

LARGEST = 2**53 - 1
"""The largest whole number, up or down, that every JSON reader keeps exactly."""

_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode
_MOST_NESTED = 32

# Keys stand sorted, so that an event always ends like this; a quote inside a text is escaped and
# cannot imitate it.
_END = re.compile(
    r',"prev_hash":"([0-9a-f]{64})","seq":([1-9][0-9]*),"type":"[a-z_.]+"(?:,"visit":[0-9]+)?\}\Z'
)
_TAIL = re.compile(r'[a-z_.]+"(?:,"visit":[0-9]+)?\}\Z')


@dataclass(frozen=True, slots=True)
class Sealed:
    """Words a person typed. The event carries a commitment only; the words and their salt are kept
    beside it and can be erased. `person` is whose words they are, the fact's actor unless given."""

    value: Any
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in a case, before it has a number, a time and a hash."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    element_id: str | None = None
    visit: int | None = None
    actor: str | None = None
    capacity: str | None = None
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is kept: `body` is the canonical JSON of the event without its hash."""

    seq: int
    body: str
    hash: str

    def event(self) -> dict[str, Any]:
        """The event as it is served."""
        served: dict[str, Any] = json.loads(self.body)
        served["hash"] = self.hash
        return served


@dataclass(frozen=True, slots=True)
class Opening:
    """The words behind a commitment: `path` is its place in the event, as in `data.form.notes.0`;
    `salt` is hex, `value` canonical JSON. Both are None once erased."""

    seq: int
    path: str
    person_id: str
    salt: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Built:
    """Events ready to be kept, with the number and hash of the newest."""

    seq: int
    head: str
    entries: list[Entry]
    openings: list[Opening]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event that does not hold, and why: a msgid and the values that fill it."""

    seq: int
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


# --- the canonical form ------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """RFC 8785 for what facts may hold: ASCII keys, NFC strings, whole numbers below 2^53, booleans,
    null, objects, arrays. Raises InvalidForm for anything else, before anything is hashed."""
    return canonical_text(value).encode()


def canonical_text(value: Any) -> str:
    """`canonical` as text."""
    _refuse_unfit(value, 0)
    return _encode(value)


def _refuse_unfit(value: Any, depth: int) -> None:
    kind = type(value)
    if kind is str:
        if not value.isascii():
            _refuse_unfit_text(value)
    elif kind is dict:
        if depth > _MOST_NESTED:
            raise InvalidForm(N_("The content is nested too deeply to be recorded."))
        for key, member in value.items():
            if type(key) is not str or not key.isascii():
                raise InvalidForm(N_("A field name may only hold plain letters: {name}."), name=repr(key))
            _refuse_unfit(member, depth + 1)
    elif kind is list or kind is tuple:
        if depth > _MOST_NESTED:
            raise InvalidForm(N_("The content is nested too deeply to be recorded."))
        for member in value:
            _refuse_unfit(member, depth + 1)
    elif kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise InvalidForm(N_("A number is too large to be recorded; write it as text."))
    elif value is not None and kind is not bool:
        _refuse_unfit_kind(value)


def _refuse_unfit_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidForm(N_("A text holds characters that cannot be recorded.")) from error
    if not unicodedata.is_normalized("NFC", value):
        raise InvalidForm(N_("A text is not in the composed form (Unicode NFC)."))


def _refuse_unfit_kind(value: Any) -> None:
    if isinstance(value, str):
        return _refuse_unfit_text(str.__str__(value))  # a named constant is its text
    if isinstance(value, float):
        raise InvalidForm(N_("A number with a fraction cannot be recorded; write it as text."))
    raise InvalidForm(N_("A value of the kind {kind} cannot be recorded."), kind=type(value).__name__)


def composed(value: Any) -> Any:
    """The same value with every text in the composed form (NFC), as what people type is kept."""
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {composed(key): composed(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [composed(member) for member in value]
    return value


def digest(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def event_hash(event: Mapping[str, Any]) -> str:
    """The hash of an event, served or not: SHA-256 of its canonical JSON without `hash`."""
    return digest(canonical({name: value for name, value in event.items() if name != "hash"}))


# --- sealed words ------------------------------------------------------------------------------


def commitment(salt: bytes, value: str) -> str:
    """What an event says of sealed words; `value` is their canonical JSON."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def opens(committed: str, salt: str, value: str) -> bool:
    """Whether these words and this salt (hex) are the ones behind a commitment."""
    try:
        return commitment(bytes.fromhex(salt), value) == committed
    except ValueError:
        return False


Randomness = Callable[[int], bytes]


class _Sealing:
    """Replaces the sealed words of one fact by commitments, gathering what opens them."""

    def __init__(self, seq: int, actor: str | None, randomness: Randomness, openings: list[Opening]) -> None:
        self._seq, self._actor = seq, actor
        self._randomness, self._openings = randomness, openings

    def seal(self, value: Any, path: str) -> Any:
        kind = type(value)
        if kind is str or kind is int or value is None or kind is bool:
            return value
        if isinstance(value, Mapping):
            return {
                key: member if type(member) is str else self.seal(member, f"{path}.{key}")
                for key, member in value.items()
            }
        if kind is list or kind is tuple:
            return [
                member if type(member) is str else self.seal(member, f"{path}.{index}")
                for index, member in enumerate(value)
            ]
        if kind is Sealed:
            return self._commit(value, path)
        return value

    def _commit(self, sealed: Sealed, path: str) -> dict[str, str]:
        person = sealed.person or self._actor
        if person is None:
            raise ValueError(f"nobody is named whose words are sealed at {path}")
        words = canonical_text(composed(sealed.value))
        salt = self._randomness(32)
        self._openings.append(Opening(self._seq, path, person, salt.hex(), words))
        return {"sc": commitment(salt, words)}


# --- building and checking ---------------------------------------------------------------------


def build_events(
    prev_seq: int,
    prev_hash: str,
    at: str,
    facts: Sequence[Fact],
    randomness: Randomness = secrets.token_bytes,
) -> Built:
    """The events that carry on a chain whose newest event is `prev_seq` with `prev_hash` (0 and
    GENESIS for a new case). `at` is the one instant of the command. Raises InvalidForm when a fact
    holds what cannot be recorded."""
    entries: list[Entry] = []
    openings: list[Opening] = []
    seq, head = prev_seq, prev_hash
    for fact in facts:
        seq += 1
        event: dict[str, Any] = {
            "at": at,
            "data": _Sealing(seq, fact.actor, randomness, openings).seal(fact.data, "data"),
            "prev_hash": head,
            "seq": seq,
            "type": fact.type,
        }
        if fact.element_id is not None:
            event["element_id"] = fact.element_id
        if fact.visit is not None:
            event["visit"] = fact.visit
        if fact.actor is not None:
            event["actor"] = fact.actor
        if fact.capacity is not None:
            event["capacity"] = fact.capacity
        if fact.on_behalf_of is not None:
            event["on_behalf_of"] = fact.on_behalf_of
        body = canonical_text(event)
        head = hashlib.sha256(body.encode()).hexdigest()
        entries.append(Entry(seq, body, head))
    return Built(seq, head, entries, openings)


def check_chain(
    entries: Iterable[Entry],
    *,
    seq: int = 0,
    head: str = GENESIS,
    newest: tuple[int, str] | None = None,
    thorough: bool = False,
) -> Fault | None:
    """The first fault of a chain, or None when it is whole.

    Entries come in order, carrying on after event `seq` with hash `head`. `newest`
    is the number and hash that the case itself says it has come to, so that a cut tail is seen.
    `thorough` also reads every body and compares it with its canonical form, at a tenth of the speed;
    without it the digests and links are proven, and the body is taken for the JSON it was written as.
    """
    sha256, end = hashlib.sha256, _END.search
    for entry in entries:
        number, body, hash_ = entry.seq, entry.body, entry.hash
        seq += 1
        if number != seq:
            return Fault(seq, N_("The event is missing or out of order."))
        try:
            content = body.encode()
        except UnicodeEncodeError:
            return Fault(seq, N_("The event is not in its canonical form."))
        if sha256(content).hexdigest() != hash_:
            return Fault(seq, N_("The event does not match its hash."))
        found = end(body)
        if found is None:
            return Fault(seq, N_("The event is not in its canonical form."))
        linked, named = found.groups()
        if linked != head:
            return Fault(seq, N_("The event does not follow from the one before it."))
        if named != str(seq):
            return Fault(seq, N_("The event carries another number than its place."))
        if thorough and not _is_canonical(body):
            return Fault(seq, N_("The event is not in its canonical form."))
        head = hash_
    if newest is not None and newest != (seq, head):
        if newest[0] > seq:
            return Fault(seq + 1, N_("The newest events are missing."))
        return Fault(newest[0], N_("The case names another event as its newest."))
    return None


@dataclass(frozen=True, slots=True)
class Chain:
    """What one case of many came to: the number of its facts and the hash of the newest one, up to its
    first fault."""

    case_id: str
    facts: int
    head: str
    fault: Fault | None


def check_chains(rows: Iterable[tuple[str, int, str, str]]) -> Iterator[Chain]:
    """The chains of very many facts in one walk: rows are (case, number, body, hash), by case and number.
    The same question as `check_chain` asks of one case, without an object for each fact; where a fact
    does not hold, `check_chain` says why."""
    sha256, tail = hashlib.sha256, _TAIL.match
    case, seq, head = "", 0, GENESIS
    fault: Fault | None = None
    for case_id, number, body, hash_ in rows:
        if case_id != case:
            if case:
                yield Chain(case, seq, head, fault)
            case, seq, head, fault = case_id, 0, GENESIS, None
        if fault is not None:
            continue
        start = f',"prev_hash":"{head}","seq":{seq + 1},"type":"'
        place = body.rfind(',"prev_hash":"')
        try:
            holds = (
                number == seq + 1
                and body.startswith(start, place)
                and sha256(body.encode()).hexdigest() == hash_
                and tail(body, place + len(start)) is not None
            )
        except UnicodeEncodeError:
            holds = False
        if not holds:
            fault = check_chain((Entry(number, body, hash_),), seq=seq, head=head)
        if fault is None:
            seq, head = number, hash_
    if case:
        yield Chain(case, seq, head, fault)


def _is_canonical(body: str) -> bool:
    try:
        return canonical_text(json.loads(body)) == body
    except (ValueError, RecursionError, InvalidForm):
        return False


def check_openings(
    events: Iterable[Mapping[str, Any]],
    openings: Iterable[Opening],
    erased: Collection[str] | None = None,
) -> Fault | None:
    """The first event whose kept words are not the ones it commits to, or whose words are gone
    without a trace; words that were erased are no fault. With `erased`, the persons whose data was
    erased, only theirs may be gone, and words must be kept as those of who asked for a repair, of the
    event's actor otherwise."""
    kept: dict[int, dict[str, Opening]] = {}
    for opening in openings:
        kept.setdefault(opening.seq, {})[opening.path] = opening
    for event in events:
        committed = dict(commitments(event["data"]))
        found = kept.pop(event["seq"], {})
        if committed.keys() != found.keys():
            return Fault(event["seq"], N_("The words kept with the event are not complete."))
        for path, opening in found.items():
            author = event["data"].get("asked_by") or event.get("actor")
            if erased is not None and opening.person_id != author:
                return Fault(event["seq"], N_("The words of the event are kept as those of somebody else."))
            if opening.salt is None or opening.value is None:
                if erased is not None and opening.person_id not in erased:
                    return Fault(event["seq"], N_("Words are gone although their author was not erased."))
                continue
            if not opens(committed[path], opening.salt, opening.value):
                return Fault(event["seq"], N_("The words kept with the event are not those it commits to."))
    if kept:
        return Fault(min(kept), N_("Words are kept with an event that is not there."))
    return None


def commitments(data: Any, path: str = "data") -> Iterator[tuple[str, str]]:
    """(path, commitment) of every sealed value inside the data of an event."""
    if isinstance(data, Mapping):
        committed = data.get("sc")
        if len(data) == 1 and isinstance(committed, str):
            yield path, committed
            return
        for key, member in data.items():
            yield from commitments(member, f"{path}.{key}")
    elif isinstance(data, list):
        for index, member in enumerate(data):
            yield from commitments(member, f"{path}.{index}")
