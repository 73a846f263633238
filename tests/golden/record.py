"""Records golden histories on the stage: `PYTHONPATH=service:tests python tests/golden/record.py`.

Random people decide freely for a while, then the case is carried to the end its story wants. A
history that is there already is left as it is: it tells what the engine meant when it was recorded.
"""

from __future__ import annotations

import gzip
import random
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from golden.histories import FOLDER, Golden
from paraf.storage import migrate
from random_people import decide_something, open_case
from stage import ROOT, Case, Stage, furnish

LARGEST = 60_000
ATTEMPTS = 200


@dataclass(frozen=True)
class Story:
    """A history to record. `freely`: decisions left to chance; `end`: where it must come to;
    `again`: steps that must be decided more than once; `takes_back`: who withdraws it at last."""

    name: str
    route_key: str
    end: str
    freely: int
    again: int = 0
    takes_back: str | None = None


STORIES = (
    Story("sop_mikro_eselon1", "sop_mikro_eselon1", "set", 16, again=3),
    Story("sop_mikro_setjen", "sop_mikro_setjen", "set", 16, again=3),
    Story("sop_mikro_pusat", "sop_mikro_pusat", "set", 16, again=3),
    Story("sop_mikro_perwakilan", "sop_mikro_perwakilan", "set", 16, again=3),
    Story("sop_makro_development", "sop_makro_development", "set", 16, again=2),
    Story("sop_makro_change", "sop_makro_change", "set", 16, again=2),
    Story("sop_teknis", "sop_teknis", "kept", 8, again=2),
    Story("sop_mikro_setjen-rejected", "sop_mikro_setjen", "not_approved", 40),
    Story("sop_mikro_eselon1-withdrawn", "sop_mikro_eselon1", "withdrawn", 40, again=1),
    Story("sop_mikro_pusat-taken_back", "sop_mikro_pusat", "withdrawn", 12, takes_back="kapus.diklat"),
    Story("sop_makro_change-not_set", "sop_makro_change", "not_set", 60),
)


def record(story: Story, furnished: Path, folder: Path) -> Golden:
    """Try seeds until the story comes out as wanted, and small enough."""
    for seed in range(ATTEMPTS):
        place = folder / f"{story.name}-{seed}"
        place.mkdir()
        shutil.copyfile(furnished, place / "paraf.sqlite3")
        stage = Stage(f"sqlite:///{place / 'paraf.sqlite3'}", place)
        try:
            golden = _live(story, stage, random.Random(f"{story.name} {seed}"))
        finally:
            stage.close()
        if golden is not None:
            return golden
    raise SystemExit(f"{story.name}: no seed tells this story")


def _live(story: Story, stage: Stage, chance: random.Random) -> Golden | None:
    case = open_case(stage, story.route_key)
    for _ in range(story.freely):
        if case.seen()["state"] != "running":
            break
        stage.clock.move(hours=chance.choice([1, 7, 30]))
        decide_something(chance, case, withdrawing=story.end == "withdrawn")
    if case.seen()["state"] == "running":
        _come_to_the_end(story, case)
    assert case.verified()
    events = case.events()
    golden = Golden(story.name, case.id, _keep_route(events[0]["data"]), events)
    wanted = golden.end == story.end and _decided_again(events) >= story.again
    return golden if wanted and len(golden.written().encode()) < LARGEST else None


def _come_to_the_end(story: Story, case: Case) -> None:
    if story.takes_back is None:
        case.carry_to("end")
        return
    unit_head = case.stage.person(story.takes_back)
    unit_head.post(f"/proposals/{case.proposal_id}/withdraw", {"reason": "Ditunda."}).ok()


def _decided_again(events: list[dict[str, Any]]) -> int:
    """How many decisions were a step's second or later, members of one meeting apart."""
    return sum(
        event["visit"] > 1 and "item" not in event["data"]
        for event in events
        if event["type"] == "task.decided"
    )


def _keep_route(pinned: Mapping[str, Any]) -> str:
    """Keep the route's bytes, packed, under their digest."""
    content = (ROOT / "workflows" / pinned["route_key"] / "route.bpmn").read_bytes()
    name = f"{pinned['route_key']}-{pinned['route_sha256'][:12]}.bpmn.gz"
    (FOLDER / name).write_bytes(gzip.compress(content, mtime=0))
    return name


def main() -> None:
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        furnished = folder / "furnished.sqlite3"
        migrate.upgrade(f"sqlite:///{furnished}", ROOT / "migrations")
        furnish(f"sqlite:///{furnished}", folder)
        for story in STORIES:
            path = FOLDER / f"{story.name}.json"
            if not path.exists():
                path.write_text(record(story, furnished, folder).written(), encoding="utf-8")
                print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
