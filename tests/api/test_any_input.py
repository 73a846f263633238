"""Whatever is sent, the answer is one that is published: never a failure of the server."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import pytest

from cast import ADMINISTRATOR, DIR_AFRIKA, STAF_AFRIKA
from paraf.entrypoints.api import CALLS
from web_service import Client, Service

TEXTS = (
    "", " ", "x", "0", "-1", "null", "submit", "return", "2026-11-23", "é\u0301\u202e🙂", "' OR 1=1 --", "%", "_", "\\",
    "../../etc/passwd", "{0.__class__}", "{{7*7}}", "<script>", "\r\nX: y", "\x7f\x1b", "9" * 40, "x" * 5_000, "\ufffe",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2**31, 2**53 - 1, 2**62, 1.5, -0.0, 1e300)
PUBLISHED = {200, 201, 304, 400, 401, 403, 404, 405, 409, 413, 422}
ROUNDS = 25


def anything(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(8 if depth < 3 else 6)
    if kind < 3:
        return chance.choice(TEXTS)
    if kind < 6:
        return chance.choice((*NUMBERS, True, False, None))
    if kind == 6:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(TEXTS): anything(chance, depth + 1) for _ in range(chance.randrange(4))}


def known_ids(service: Service, staff: Client) -> dict[str, tuple[str, ...]]:
    """Ids that are there, so that random requests reach further than the first question."""
    opened = service.proposed(staff)
    return {
        "task_id": (opened["tasks"][0]["id"],),
        "proposal_id": (opened["id"],),
        "instance_id": (opened["instance_id"],),
        "key": ("sop_mikro_eselon1",),
        "version": ("1", "0", "2147483648", "9" * 30),
    }


def filled(path: str, chance: random.Random, known: dict[str, tuple[str, ...]]) -> str:
    def fill(found: re.Match[str]) -> str:
        there = known.get(found[2], ())
        if found[1] == "int":
            return chance.choice(there)
        return chance.choice((*there * 20, *TEXTS))

    return re.sub(r"<(?:(\w+):)?(\w+)>", fill, path)


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[call.name for call in CALLS])
def test_any_input_has_a_published_answer(either_service: Service, number: int) -> None:
    call, chance = CALLS[number], random.Random(number)
    people = [either_service.as_person(player) for player in (STAF_AFRIKA, DIR_AFRIKA, ADMINISTRATOR)]
    known = known_ids(either_service, people[0])
    for _ in range(ROUNDS):
        fields = list((call.body or call.query).fields) if (call.body or call.query) else []
        given = {name: anything(chance) for name in fields if chance.random() < 0.7}
        if chance.random() < 0.1:
            given[chance.choice(TEXTS)] = anything(chance)
        options: dict[str, Any] = {}
        if call.upload:
            options["data"] = {
                "role": chance.choice(("softcopy", *TEXTS)),
                "file": (_file(chance), chance.choice(TEXTS)),
            }
        elif call.method == "GET":
            options["query_string"] = {name: str(value) for name, value in given.items()}
        else:
            options["json"] = given
        client = chance.choice(people)
        key = chance.choice((None, "kunci", chance.choice(TEXTS).strip() or None))
        if key is not None and not key.isprintable():
            key = None
        path = filled(call.path, chance, known)
        answer = client.send(call.method, path, key=key if key is None or key.isascii() else None, **options)
        assert answer.status_code in PUBLISHED, (
            f"{call.method} {path} {given}: {answer.get_data(as_text=True)}"
        )


def _file(chance: random.Random) -> io.BytesIO:
    return io.BytesIO(chance.randbytes(chance.randrange(200)))
