"""How tests call the command line: in this process, or as a server of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cluster import free_port

ROOT = Path(__file__).resolve().parents[2]
KEMLU = ROOT / "workflows" / "organisation" / "kemlu.yaml"
EARLIER = ROOT / "workflows" / "samples" / "earlier_sops.yaml"
ROUTES = sorted(ROOT.glob("workflows/*/route.bpmn"))


@dataclass(frozen=True)
class Told:
    """What a call of the command line left: exit code and both outputs."""

    code: int
    out: str
    err: str


Call = Callable[..., Told]
HERE = (sys.executable, "-m", "paraf.entrypoints.cli")


def environment(**settings: object) -> dict[str, str]:
    """Only what a server needs of this machine, and these PARAF_ settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return (
        kept
        | {"PYTHONPATH": str(ROOT / "service")}
        | {f"PARAF_{name.upper()}": str(value) for name, value in settings.items()}
    )


@dataclass
class Served:
    """A running server: its process, its address and, after the end, what it logged."""

    process: subprocess.Popen[str]
    address: str
    log: str = ""


@contextmanager
def serving(
    settings: Mapping[str, str], command: tuple[str, ...] = HERE, cwd: Path = ROOT
) -> Iterator[Served]:
    """`paraf serve` until the block ends; the server must then stop by itself within its grace."""
    port = free_port()
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port)],
        env=dict(settings), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    served = Served(process, f"http://127.0.0.1:{port}")
    try:
        _wait_until_ready(served)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            served.log += process.communicate(timeout=30)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            served.log += process.communicate()[0]


def _wait_until_ready(served: Served) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if served.process.poll() is not None:
            raise AssertionError(f"the server stopped at once:\n{served.process.communicate()[0]}")
        try:
            if httpx.get(f"{served.address}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server did not become ready")
