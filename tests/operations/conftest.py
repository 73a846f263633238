"""What the tests of operations share: a clean environment, and the command line called in process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from operations.calling import Call, Told
from paraf.entrypoints.cli import run


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No PARAF_ variable of the machine reaches a test; data lies in the test's folder."""
    for name in list(os.environ):
        if name.upper().startswith("PARAF_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARAF_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def paraf(capsys: pytest.CaptureFixture[str]) -> Call:
    """`paraf("db", "upgrade")` as a shell would call it."""

    def call(*arguments: object) -> Told:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Told(code, out, err)

    return call
