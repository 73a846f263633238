"""Whoever draws may send anything: files are examined in a child process with bounds, and it may die.

Knows how children are kept warm, asked, and put an end to; must not know any rule (`route_
examination.py`). An examination takes at most two seconds and 512 MB; what is not done by then is a
finding of its own. A child serves one request at a time and many one after another; it is started
without environment and ends with this process. After a fork nothing of the parent's is used.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, Final

from paraf.domain.route import Finding, PathStep
from paraf.errors import BrokenRoute, Unavailable
from paraf.language import N_
from paraf.usecases.examination_child import HEAD
from paraf.usecases.route_examination import Examined

SECONDS: Final = 1.9
SOUNDNESS_SECONDS: Final = 1.0
START_SECONDS: Final = 20.0
MOST_CHILDREN: Final = 2
MOST_REQUESTS: Final = 500
"""After so many a child makes room for a fresh one."""

DRAWING_SECONDS: Final = 8.0
TOO_TANGLED: Final = N_("The route is too large or too tangled to be drawn anew; its drawing stays as it is")
TOO_HEAVY: Final = N_("The file could not be examined within two seconds and 512 MB, and was put aside")


class Lost(Exception):
    """The child is gone or too slow."""


class Child:
    """One child process, alive from its start to `end`."""

    def __init__(self) -> None:
        self.served = 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-X", "utf8", "-m", "paraf.usecases.examination_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            close_fds=True,
        )
        try:
            self._receive(time.monotonic() + START_SECONDS)
        except Lost:
            self.end()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to a request. Raises Lost when it does not come in time."""
        self.served += 1
        until = time.monotonic() + seconds
        text = json.dumps(request).encode()
        self._send(f"{len(text):0{HEAD}d}".encode() + text, until)
        return self._receive(until)

    def end(self) -> None:
        """Put an end to the process."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._process.wait()

    def _send(self, content: bytes, until: float) -> None:
        if self._process.stdin is None:
            raise Lost
        descriptor = self._process.stdin.fileno()
        os.set_blocking(descriptor, False)
        left = memoryview(content)
        while left:
            if not _ready(descriptor, select.POLLOUT, until):
                raise Lost
            try:
                left = left[os.write(descriptor, left) :]
            except OSError as broken:
                raise Lost from broken

    def _receive(self, until: float) -> dict[str, Any]:
        size = int(self._read(HEAD, until))
        found: dict[str, Any] = json.loads(self._read(size, until))
        return found

    def _read(self, size: int, until: float) -> bytes:
        if self._process.stdout is None:
            raise Lost
        descriptor = self._process.stdout.fileno()
        parts: list[bytes] = []
        while size > 0:
            ready = _ready(descriptor, select.POLLIN, until)
            part = os.read(descriptor, min(size, 1 << 20)) if ready else b""
            if not part:
                raise Lost
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _ready(descriptor: int, event: int, until: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, event)
    return bool(poll.poll(max(0.0, until - time.monotonic()) * 1000))


class Examiner:
    """The children of this process. Any number of threads may ask at once."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.pid = os.getpid()
        self._free: list[Child] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_CHILDREN)

    def examine(
        self,
        content: bytes,
        forms: Mapping[str, str],
        tables: Mapping[str, str],
        called: Mapping[str, str],
        key: str | None,
    ) -> Examined:
        """As `route_examination.examine`, within the bounds. Raises Unavailable when every child is
        busy for too long."""
        request = {
            "content": base64.b64encode(content).decode(),
            "forms": dict(forms),
            "tables": dict(tables),
            "called": dict(called),
            "key": key,
            "file": "route.bpmn",
            "seconds": SOUNDNESS_SECONDS,
        }
        answer = self._ask(request, self.seconds)
        if answer is None:
            return Examined(
                (Finding("route.bpmn", 1, "", "error", "too_heavy", TOO_HEAVY),), False, TOO_HEAVY
            )
        return unpacked(answer)

    def drawn(self, content: bytes, file: str) -> bytes:
        """The route laid out anew (`engine.tidy`), within bounds of its own. Raises BrokenRoute for what
        cannot be read or would take too long, Unavailable as above."""
        request = {"drawing": base64.b64encode(content).decode(), "file": file}
        answer = self._ask(request, DRAWING_SECONDS)
        if answer is None:
            raise BrokenRoute(TOO_TANGLED, (Finding(file, 1, "", "error", "too_heavy", TOO_TANGLED),))
        if "drawn" not in answer:
            raise BrokenRoute(
                N_("The route file {file} cannot be drawn"), unpacked(answer).findings, file=file
            )
        return base64.b64decode(answer["drawn"])

    def _ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        """A child's answer, None when it took more than it may."""
        if not self._places.acquire(timeout=2 * self.seconds):
            raise Unavailable(N_("Too many routes are being examined at once. Please try again shortly."))
        try:
            return self._answer(request, seconds)
        finally:
            self._places.release()

    def _answer(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        try:
            child = self._take()
        except Lost as lost:
            raise Unavailable(N_("Routes cannot be examined at present.")) from lost
        try:
            answer = child.ask(request, seconds)
        except Lost:
            child.end()
            return None
        if child.served >= MOST_REQUESTS:
            child.end()
        else:
            with self._lock:
                self._free.append(child)
        return answer

    def _take(self) -> Child:
        with self._lock:
            if self._free:
                return self._free.pop()
        return Child()

    def close(self) -> None:
        """End the children that are idle; a process that was forked leaves those of its parent alone."""
        if self.pid != os.getpid():
            return
        with self._lock:
            free, self._free = self._free, []
        for child in free:
            child.end()


def unpacked(answer: Mapping[str, Any]) -> Examined:
    """What a child found, as it was before `packed`."""
    findings = tuple(
        Finding(file, line, element, severity, rule, message, values, tuple(PathStep(*step) for step in path))
        for file, line, element, severity, rule, message, values, path in answer["findings"]
    )
    roles = tuple((role, element, line) for role, element, line in answer["roles"])
    return Examined(findings, answer["decided"], answer["bound"], roles)


_examiner: Examiner | None = None
_made = threading.Lock()


def examiner() -> Examiner:
    """The examiner of this process; a process that was forked makes its own."""
    global _examiner
    with _made:
        if _examiner is None or _examiner.pid != os.getpid():
            _examiner = Examiner()
            atexit.register(_examiner.close)
        return _examiner
