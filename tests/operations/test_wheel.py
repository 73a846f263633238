"""The image's content without the image: the wheel alone, outside the checkout, becomes a server.

The libraries are those of this environment, installed from the same lock; the package, its pages,
routes and migrations come from the wheel only.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from operations.calling import ROOT, environment, serving


def run(*command: object, cwd: Path, env: dict[str, str] | None = None) -> str:
    told = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """The wheel of this checkout."""
    build = "import sys; from hatchling.cli import hatchling; sys.exit(hatchling())"
    run(sys.executable, "-c", build, "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT)
    (found,) = (tmp_path / "dist").glob("*.whl")
    return found


@pytest.mark.slow
def test_the_wheel_alone_becomes_a_server(wheel: Path, tmp_path: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "web/templates/",
        "web/static/",
        "web/translations/id/",
        "workflows/",
        "migrations/versions/",
    ):
        assert any(name.startswith(f"paraf/_share/{part}") for name in names), part
    assert not [name for name in names if "node_modules" in name or name.endswith((".pyc", ".sqlite3"))]

    venv, away = tmp_path / "venv", tmp_path / "away"
    away.mkdir()
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=away)
    site = next((venv / "lib").glob("python3*")) / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)
    # A path line, not a site folder: an editable install of the checkout is not followed from here.
    (site / "libraries.pth").write_text(str(Path(httpx.__file__).parents[1]), encoding="utf-8")
    paraf = (str(venv / "bin" / "python"), "-m", "paraf.entrypoints.cli")
    settings = environment(data_dir=tmp_path / "data", mode="sample")
    del settings["PYTHONPATH"]

    where = run(paraf[0], "-c", "import paraf; print(paraf.__file__)", cwd=away, env=settings)
    assert where.startswith(str(venv))
    run(*paraf, "db", "upgrade", cwd=away, env=settings)
    run(*paraf, "sample", cwd=away, env=settings)
    token = run(*paraf, "token", "issue", "staf.afrika", cwd=away, env=settings).strip()
    with serving(settings, paraf, away) as served:
        assert httpx.get(f"{served.address}/healthz").status_code == 200
        page = httpx.get(f"{served.address}/", follow_redirects=True)
        styles = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
        assert page.status_code == 200 and styles
        assert httpx.get(served.address + styles[0]).status_code == 200
        me = httpx.get(f"{served.address}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 200 and me.json()["login"] == "staf.afrika"


def test_the_wheel_asks_for_exactly_what_is_locked(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
    wanted = re.findall(r"^Requires-Dist: (\S+?)(?:\[\w+\])?==(\S+)", text, re.MULTILINE)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(wanted) > 20
    for name, version in wanted:
        assert re.search(
            rf"^{re.escape(name)}(\[\w+\])?=={re.escape(version)}[ ;]", lock, re.MULTILINE | re.IGNORECASE
        )
        assert importlib.metadata.version(name) == version
