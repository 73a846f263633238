"""Drawing a route beside reading and writing the same file: what the layouter adds to a tidy.

Each shipped route, and one of about a hundred elements, is laid out in one process and timed by its
CPU, beside reading and writing that file without drawing it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import ground
from findings import WORKFLOWS, a_hundred_elements

from paraf.engine.layout import draw
from paraf.engine.route_file import read_route
from paraf.engine.write_route import write_route

REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


def main() -> None:
    files = {path.parent.name: path.read_bytes() for path in sorted(WORKFLOWS.glob("*/route.bpmn"))}
    for name, content in {**files, "more steps before its end": a_hundred_elements()}.items():
        route = read_route(content)
        took = _cpu(lambda route=route: draw(route))
        bare = _cpu(lambda content=content: write_route(read_route(content)))
        size = len(route.elements)
        note = f"{size} elements, {len(route.flows)} lines; reading and writing alone {bare * 1000:.0f} ms"
        bound = 0.3 if size <= 50 else 1.0
        ground.told(f"drawing {name}", f"{took * 1000:.0f} ms", took / bound, 1.0, note)


def _cpu(measured: Callable[[], object]) -> float:
    return ground.median_of(measured, REPEATS, time.process_time)


if __name__ == "__main__":
    main()
