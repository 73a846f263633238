"""Several people at the same moment: acts that begin together, and what came of each.

Knows threads; must not know what is raced or who ought to win.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from paraf.errors import ParafError


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Let them start at one moment; gives each one's answer or refusal, in their order. Anything else
    that one of them raised is raised."""
    line = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        line.wait()
        try:
            results[place] = acts[place]()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ParafError):
            raise result
    return results


def refusals(results: Sequence[Any]) -> list[ParafError]:
    """Those that were told no."""
    return [result for result in results if isinstance(result, ParafError)]
