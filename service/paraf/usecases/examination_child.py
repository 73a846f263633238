"""The process in which a file that nobody trusts is examined: small, bounded, and without a secret.

Knows how a request comes in and an answer goes out (a length in eight digits, then JSON) and the
bounds it sets itself; must not know the parent's affairs: it is started without environment, opens no
file and no connection. It ends when its input does. Run as `python -m`, see `examiner.py`.
"""

from __future__ import annotations

import base64
import json
import resource
import sys
from typing import Any, BinaryIO, Final

from paraf.domain.route import Finding
from paraf.engine.tidy import tidy
from paraf.errors import BrokenRoute
from paraf.usecases.route_examination import Examined, examine

MEMORY: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 2
DRAWING_SECONDS: Final = 8
HEAD: Final = 8


def main() -> None:
    """Say ready, then answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    came, goes = sys.stdin.buffer, sys.stdout.buffer
    send(goes, {"ready": True})
    while (request := receive(came)) is not None:
        drawing = "drawing" in request
        _bound_cpu(DRAWING_SECONDS if drawing else CPU_SECONDS)
        send(goes, _drawn(request["drawing"], request["file"]) if drawing else _answer(request))


def _bound_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _drawn(content: str, file: str) -> dict[str, Any]:
    """The same route laid out anew, or what keeps it from being read."""
    try:
        drawn = tidy(base64.b64decode(content), file)
    except BrokenRoute as refusal:
        found = tuple(finding for finding in refusal.findings if isinstance(finding, Finding))
        return packed(Examined(found, False, None))
    return {"drawn": base64.b64encode(drawn).decode()}


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    return packed(
        examine(
            base64.b64decode(request["content"]),
            request["forms"],
            request["tables"],
            request["called"],
            request["key"],
            file=request["file"],
            seconds=request["seconds"],
        )
    )


def packed(examined: Examined) -> dict[str, Any]:
    """What was found as plain data for the way back."""
    return {
        "decided": examined.decided,
        "bound": examined.bound,
        "roles": [list(role) for role in examined.roles],
        "findings": [
            [
                finding.file,
                finding.line,
                finding.element,
                finding.severity,
                finding.rule,
                finding.message,
                {name: _plain(value) for name, value in finding.values.items()},
                [[step.element, step.flow, step.outcome] for step in finding.path],
            ]
            for finding in examined.findings
        ],
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Write one message."""
    text = json.dumps(message).encode()
    stream.write(f"{len(text):0{HEAD}d}".encode() + text)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """Read one message, None at the end."""
    head = stream.read(HEAD)
    if len(head) < HEAD:
        return None
    found: dict[str, Any] = json.loads(stream.read(int(head)))
    return found


if __name__ == "__main__":
    main()
