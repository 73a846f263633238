"""A bundle that was altered in any way is named by both verifiers, with its first bad fact.

Two kinds of forger: one who changes bytes of the file, and one who has every tool, packs the bundle anew
and writes a manifest that fits. `TEST_TAMPERING=1` tries every file and every fact instead of a sample,
`TEST_TAMPERING=2` every byte of the front of the zip as well.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from evidence.authors import Author
from evidence.conftest import Exhibit, Look
from paraf.documents.evidence_file import MANIFEST
from paraf.domain.facts import GENESIS, canonical_text, digest
from paraf.usecases import evidence

WHOLE = int(os.environ.get("TEST_TAMPERING", "0"))
FREE = ("PETUNJUK.txt", "periksa.py", "ringkasan.pdf")
"""Files that no fact speaks of: a forger who writes the manifest anew may change them."""

Facts = list[dict[str, Any]]


def sampled(things: list[Any], most: int, seed: str) -> list[Any]:
    """A sample that is the same in every run; everything when the whole is asked for."""
    return things if WHOLE or len(things) <= most else random.Random(seed).sample(things, most)


def facts_of(exhibit: Exhibit) -> Facts:
    return [json.loads(line)["body"] for line in exhibit.files[evidence.FACTS].decode().split("\n")[:-1]]


def written(facts: Facts, hashes: list[str] | None = None) -> bytes:
    """Facts as lines, each with the hash it has now, or with those given."""
    bodies = [canonical_text(fact) for fact in facts]
    kept = hashes or [digest(body.encode()) for body in bodies]
    return "".join(
        f'{{"body":{body},"hash":"{sha256}"}}\n' for body, sha256 in zip(bodies, kept, strict=True)
    ).encode()


def sealed_anew(facts: Facts) -> bytes:
    """Facts numbered, linked and hashed anew, as by somebody with every tool."""
    head = GENESIS
    for seq, fact in enumerate(facts, 1):
        fact["seq"], fact["prev_hash"] = seq, head
        head = digest(canonical_text(fact).encode())
    return written(facts)


def other_than(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return "b" + value[1:] if value[:1] == "a" else "a" + value[1:]
        case list():
            return [*value, "x"]
        case dict():
            return {**value, "x": "y"}
    return "x"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a fact."""
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


def changed(fact: dict[str, Any], path: tuple[Any, ...]) -> None:
    held: Any = fact
    for name in path[:-1]:
        held = held[name]
    held[path[-1]] = other_than(held[path[-1]])


def test_an_honest_bundle_is_intact_for_both(exhibit: Exhibit, look: Look) -> None:
    assert not look(exhibit.content).both
    assert look(exhibit.content).words == ("", "")
    assert look(exhibit.content, exhibit.digest()).words == ("", "")
    assert look(dict(exhibit.files)).words == ("", "")


# --- bytes of the file ------------------------------------------------------------------------


def test_a_flipped_byte_anywhere_is_noticed(exhibit: Exhibit, look: Look) -> None:
    content, chance = exhibit.content, random.Random("bytes")
    places = list(range(len(content))) if WHOLE > 1 else chance.sample(range(len(content)), 60)
    places += [0, 5, 10, 14, 18, 26, 29, len(content) - 1, len(content) - 12, len(content) - 3]
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        assert look(bytes(flipped)).both, place


def test_every_file_is_watched(exhibit: Exhibit, look: Look) -> None:
    """Each file once with a byte flipped where it lies, its headers and the manifest left alone."""
    for name, content in exhibit.files.items():
        start = exhibit.content.index(content, exhibit.content.index(name.encode() + content[:40]))
        flipped = bytearray(exhibit.content)
        flipped[start + len(content) // 2] ^= 4
        assert look(bytes(flipped)).both, name


def test_what_is_cut_off_or_put_on_is_noticed(exhibit: Exhibit, look: Look) -> None:
    content = exhibit.content
    for other in (content[:-1], content[:-500], content[:100_000], content + b"\n", b"PK" + content, b""):
        assert look(other).both


def test_the_manifest_is_watched(exhibit: Exhibit, look: Look, tmp_path: Any) -> None:
    start = exhibit.content.index(b'{"files"')
    for place in range(start, start + 400, 7):
        flipped = bytearray(exhibit.content)
        flipped[place] ^= 1
        found = look(bytes(flipped))
        assert (found.product, found.script) == (0, 0), (place, found)
    assert MANIFEST not in exhibit.files


# --- facts ------------------------------------------------------------------------------------


def test_every_field_of_every_fact_is_bound(exhibit: Exhibit, look: Look) -> None:
    """One field changed and nothing else: the fact itself is named."""
    facts = facts_of(exhibit)
    hashes = [json.loads(line)["hash"] for line in exhibit.files[evidence.FACTS].decode().split("\n")[:-1]]
    every = [(number, path) for number, fact in enumerate(facts) for path in places(fact)]
    for number, path in sampled(every, 60, "fields"):
        other = json.loads(json.dumps(facts))
        changed(other[number], path)
        found = look({**exhibit.files, evidence.FACTS: written(other, hashes)})
        assert (found.product, found.script) == (number + 1, number + 1), (path, found)


def test_a_fact_hashed_anew_breaks_the_next_one(exhibit: Exhibit, look: Look) -> None:
    facts = facts_of(exhibit)
    for number in sampled(list(range(len(facts) - 1)), 20, "rehashed"):
        other = json.loads(json.dumps(facts))
        other[number]["at"] = "2020-01-01T00:00:00.000000Z"
        found = look({**exhibit.files, evidence.FACTS: written(other)})
        assert (found.product, found.script) == (number + 2, number + 2), (number, found)


def moved(change: Callable[[Facts], object]) -> Callable[[Exhibit], bytes]:
    def told(exhibit: Exhibit) -> bytes:
        facts = facts_of(exhibit)
        change(facts)
        return written(facts)

    return told


CHAINS: dict[str, tuple[Callable[[Exhibit], bytes], int]] = {
    "a fact dropped": (moved(lambda f: f.pop(9)), 10),
    "the first facts dropped": (moved(lambda f: f.__delitem__(slice(0, 3))), 1),
    "two in another order": (moved(lambda f: f.insert(9, f.pop(10))), 10),
    "a fact twice": (moved(lambda f: f.insert(9, f[8])), 10),
    "a fact of another case": (lambda e: _swapped(e, 9), 10),
    "nothing left": (lambda e: b"", 1),
    "a line that is no fact": (lambda e: e.files[evidence.FACTS].replace(b'"seq":10,', b'"seq":10;'), 10),
    "a space": (lambda e: e.files[evidence.FACTS].replace(b'"seq":10,', b'"seq": 10,'), 10),
    "a line cut": (lambda e: e.files[evidence.FACTS][:-30], -1),
}


def _swapped(exhibit: Exhibit, number: int) -> bytes:
    lines = exhibit.files[evidence.FACTS].split(b"\n")
    lines[number] = exhibit.other[evidence.FACTS].split(b"\n")[number]
    return b"\n".join(lines)


@pytest.mark.parametrize("change", CHAINS)
def test_the_chain_names_where_it_breaks(exhibit: Exhibit, look: Look, change: str) -> None:
    alter, seq = CHAINS[change]
    found = look({**exhibit.files, evidence.FACTS: alter(exhibit)})
    wanted = len(facts_of(exhibit)) if seq < 0 else seq
    assert found.both and found.product == wanted, found
    # the script may come to the same place by the fact before, but to no later one
    assert found.script is not None and found.script <= wanted, found


def test_the_end_cut_off_shows_by_the_digest_that_was_kept(exhibit: Exhibit, look: Look) -> None:
    """Openings, papers and files of what was cut are taken away as well: inside the bundle all is well,
    and beside the digest kept elsewhere it is not. The same for a history written anew."""
    author = Author(4)
    cut = author.entries[:-1]
    kept = [one for one in author.openings if one.seq <= len(cut)]
    files = {**author.files, evidence.FACTS: evidence.lines(cut), evidence.OPENINGS: evidence.opened(kept)}
    while look(files).both and len(cut) > 1:  # back to the end of a command
        cut = cut[:-1]
        kept = [one for one in author.openings if one.seq <= len(cut)]
        named = b"".join(entry.body.encode() for entry in cut)
        files = {
            name: content
            for name, content in author.files.items()
            if name.partition("/")[0] not in ("lampiran", "dokumen", "naskah") or digest(content).encode() in named
        }
        files |= {evidence.FACTS: evidence.lines(cut), evidence.OPENINGS: evidence.opened(kept)}
    assert look(files).words == ("", "")
    assert look(files, author.entries[-1].hash).both
    facts = facts_of(exhibit)
    facts[-1]["at"] = "2026-12-31T00:00:00.000000Z"
    anew = {**exhibit.files, evidence.FACTS: sealed_anew(facts)}
    assert look(anew).words == ("", "")
    assert look(anew, exhibit.digest()).both


# --- a forger who hashes everything anew ------------------------------------------------------


def _first(facts: Facts, kind: str, skip: int = 0) -> dict[str, Any]:
    return [fact for fact in facts if fact["type"] == kind][skip]


def _without(facts: Facts, kind: str, skip: int = 0) -> None:
    facts.remove(_first(facts, kind, skip))


FORGED: dict[str, Callable[[Facts], object]] = {
    "another outcome": lambda f: _first(f, "task.decided", 3)["data"]["context"].update(outcome="reject"),
    "another outcome in both places": lambda f: [
        _first(f, "task.decided", -1)["data"].update(outcome="return"),
        _first(f, "task.decided", -1)["data"]["context"].update(outcome="return", return_to="draft_usulan"),
    ],
    "another step decided": lambda f: _first(f, "task.decided", 4).update(element_id="set_sop"),
    "another visit": lambda f: _first(f, "task.decided", 4).update(visit=7),
    "another way at a gateway": lambda f: next(
        fact for fact in f if fact["type"] == "element.passed" and "flow" in fact["data"]
    )["data"].update(flow="f999"),
    "a step that was passed left out": lambda f: _without(f, "element.passed", 2),
    "a decision left out": lambda f: _without(f, "task.decided", 5),
    "a task opened that was not": lambda f: f.insert(-1, dict(_first(f, "task.opened", 1))),
    "the end left out": lambda f: _without(f, "instance.ended"),
    "another end": lambda f: _first(f, "instance.ended")["data"].update(end="not_approved"),
    "another option": lambda f: f[0]["data"]["option"].update(paraf=False, pengesahan=False),
    "another route": lambda f: f[0]["data"].update(route_sha256="0" * 64),
    "another manifest": lambda f: f[0]["data"].update(manifest_sha256="0" * 64),
    "a paper of another digest": lambda f: _first(f, "document.signed")["data"].update(sha256="0" * 64),
    "a file of another digest": lambda f: _first(f, "attachment.added")["data"].update(sha256="0" * 64),
    "a draft of another digest": lambda f: _first(f, "naskah.saved")["data"].update(sha256="0" * 64),
    "other words": lambda f: _first(f, "task.decided", 2)["data"].update(comment={"sc": "0" * 64}),
    "suspended all the while": lambda f: f.insert(
        9,
        {
            "at": f[9]["at"],
            "actor": "a",
            "type": "instance.suspended",
            "data": {"state": "suspended", "repair": "r", "asked_by": "b"},
        },
    ),
}


@pytest.mark.parametrize("change", FORGED)
def test_a_history_written_anew_must_still_be_lived(exhibit: Exhibit, look: Look, change: str) -> None:
    facts = facts_of(exhibit)
    before = json.dumps(facts)
    FORGED[change](facts)
    assert json.dumps(facts) != before
    found = look({**exhibit.files, evidence.FACTS: sealed_anew(facts)})
    assert found.both, found
    assert found.product and found.script, found


# --- contents ---------------------------------------------------------------------------------


def named_by(exhibit: Exhibit, name: str) -> int:
    """The first fact that speaks of a file."""
    sha256 = digest(exhibit.files[name])
    found = [fact["seq"] for fact in facts_of(exhibit) if sha256 in json.dumps(fact)]
    return found[0] if found else 1  # a part of the route is spoken of by the manifest of fact 1


def contents(exhibit: Exhibit) -> list[str]:
    life = (evidence.LIFE_FACTS, evidence.LIFE_OPENINGS)
    return [name for name in exhibit.files if "/" in name and name not in life]


@pytest.mark.parametrize("way", ["changed", "emptied", "taken away", "swapped"])
def test_contents_are_those_the_facts_name(exhibit: Exhibit, look: Look, way: str) -> None:
    names = contents(exhibit)
    for name in sampled(names, 14, f"contents {way}"):
        files = dict(exhibit.files)
        if way == "changed":
            files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
        elif way == "emptied":
            files[name] = b""
        elif way == "taken away":
            del files[name]
        else:
            beside = [one for one in names if one.split("/")[0] == name.split("/")[0] and one != name]
            if not beside:
                continue
            files[name] = files[beside[0]]
        found = look(files)
        wanted = named_by(exhibit, name)
        assert (found.product, found.script) == (wanted, wanted), (way, name, found)


def test_words_are_those_that_were_sealed(exhibit: Exhibit, look: Look) -> None:
    opened = json.loads(exhibit.files[evidence.OPENINGS])
    for place in sampled(sorted(opened), 10, "words"):
        seq = int(place.split()[0])
        salt, value, person = opened[place]
        for other in ([salt, '"Lain"', person], [salt[:-1] + ("0" if salt[-1] != "0" else "1"), value, person], None):
            words = {**opened, place: other}
            if other is None:
                del words[place]
            found = look({**exhibit.files, evidence.OPENINGS: canonical_text(words).encode()})
            assert (found.product, found.script) == (seq, seq), (place, other, found)
    more = {**opened, "5 data.nothing": ["00", '"x"', "p"]}
    assert look({**exhibit.files, evidence.OPENINGS: canonical_text(more).encode()}).both


def test_words_may_be_gone_with_their_author(exhibit: Exhibit, look: Look) -> None:
    opened = json.loads(exhibit.files[evidence.OPENINGS])
    author = next(iter(opened.values()))[2]
    erased = {
        place: [None, None, one[2]] if one[2] == author else one for place, one in sorted(opened.items())
    }
    assert look({**exhibit.files, evidence.OPENINGS: canonical_text(erased).encode()}).words == ("", "")


def test_a_file_too_many_is_noticed(exhibit: Exhibit, look: Look) -> None:
    for name in ("dokumen/sisipan.html", "PUTUSAN.pdf", "rute/forms/sisipan.json"):
        found = look({**exhibit.files, name: b"<p>Sisipan</p>"})
        assert (found.product, found.script) == (0, 0), (name, found)


def test_a_file_holds_what_its_name_says(exhibit: Exhibit, look: Look) -> None:
    """A true document under the name of another one deceives whoever opens it."""
    papers = [name for name in sorted(exhibit.files) if name.startswith("dokumen/") and ".html" in name]
    first, second = papers[:2]
    changed = {**exhibit.files, first: exhibit.files[second], second: exhibit.files[first]}
    assert (look(changed).product, look(changed).script) == (0, 0)
    copied = look({**exhibit.files, f"dokumen/{'a' * 64}.html": exhibit.files[first]})
    assert (copied.product, copied.script) == (0, 0)
    first, second = sorted(name for name in exhibit.files if name.startswith("rute/forms/"))[:2]
    changed = {**exhibit.files, first: exhibit.files[second], second: exhibit.files[first]}
    assert look(changed).product == 0, "the manifest of the route says which form is which"


def test_files_that_no_fact_speaks_of_are_bound_by_the_manifest_alone(exhibit: Exhibit, look: Look) -> None:
    """Said in the instructions: the summary and the instructions prove nothing."""
    for name in FREE:
        assert look({**exhibit.files, name: b"lain"}).words == ("", ""), name


def test_the_life_of_the_route_is_watched(exhibit: Exhibit, look: Look) -> None:
    life = exhibit.files[evidence.LIFE_FACTS]
    for other in (life[:-20] + b"0" * 17 + b'"}\n', life.replace(b'"version":1', b'"version":2'), b""):
        assert look({**exhibit.files, evidence.LIFE_FACTS: other}).product == 0
