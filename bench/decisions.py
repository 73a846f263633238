"""One decision over HTTP, measured in the same rounds as the bare limits.

A plain decision records the receipt of a hardcopy (authentication, form, history, idempotency); a
signing one submits a usulan (number, document, delivery, tembusan). gunicorn runs one sync worker.
`--limits DIR` names the folder of the bare-limit program; its `run.py` does the measuring.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import ground
from sqlalchemy import event

from cluster import free_port
from paraf.usecases import sign_in
from paraf.usecases.office import system_clock
from stage import RECEIVED, Case, Stage

ROWS = {"sqlite": "SQLite TRUNCATE FULL", "postgresql": "PostgreSQL"}
SIGNER, RECEIVER = "dirjen.protkons", "penelaah.ortala"


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--limits", type=Path)
    given.add_argument("--quick", action="store_true")
    options = given.parse_args()
    need = 606 if options.quick else 1506
    with ExitStack() as open_:
        cases: list[str] = []
        for kind in ground.KINDS:
            home = open_.enter_context(ground.folder())
            url = open_.enter_context(ground.database(kind, home))
            plain, signing, tokens = _prepare(kind, url, home, need)
            pid, port = _serve(open_, url, home)
            for name, tasks, token, body in (
                ("plain", plain, tokens[RECEIVER], {"outcome": "conform", "form": RECEIVED}),
                ("signing", signing, tokens[SIGNER], {"outcome": "submit"}),
            ):
                path = home / f"{name}.jsonl"
                path.write_text("".join(_line(task, token, body) for task in tasks), encoding="utf-8")
                cases += ["--case", f"paraf {name}, {kind}", str(pid), str(port), "--requests", str(path)]
                for row in ("with SpiffWorkflow state", "UPDATE+INSERT+commit"):
                    cases += ["--against", f"{row}, {ROWS[kind]} | sync w1"]
                if kind == "postgresql":
                    cases += ["--db-pid", _postmaster(url)]
        if options.limits is None:
            print("without --limits nothing is compared; prepared", len(cases) // 8, "cases")
            return
        quick = ["--quick"] if options.quick else []
        program = str(options.limits / "run.py")
        subprocess.run([sys.executable, program, *quick, *cases], check=True)  # noqa: S603


def _prepare(kind: str, url: str, home: Path, need: int) -> tuple[list[str], list[str], dict[str, str]]:
    """Task ids at the plain and at the signing step, and the tokens of who takes them."""
    stage = Stage(url, home)
    stage.office.clock = system_clock  # sessions and tokens are judged by the server's own clock
    plain: list[str] = []
    signing: list[str] = []
    started = time.monotonic()
    for number in range(2 * need):
        case = stage.propose("staf.konsuler", "DIT-KONSULER", title=f"Pelayanan {number}")
        case.write()
        opened = _decide(stage, "staf.konsuler", _drafting(case), "submit")
        if number % 2:
            signing.append(opened)
        else:
            plain.append(_decide(stage, SIGNER, opened, "submit"))
    _count_statements(stage, plain.pop(), kind)
    tokens = {login: sign_in.issue_token(stage.office, login) for login in (SIGNER, RECEIVER)}
    stage.close()
    print(f"{kind}: prepared {2 * need} cases in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return [*plain, plain[0]][:need], signing[:need], tokens


def _drafting(case: Case) -> str:
    return str(case.task("prepare_naskah_konsep")["id"])


def _decide(stage: Stage, login: str, task_id: str, outcome: str) -> str:
    """Decide and give the id of the task that follows."""
    return str(stage.person(login).decide(task_id, outcome).ok()["opened"][0]["id"])


def _count_statements(stage: Stage, task_id: str, kind: str) -> None:
    sent: list[str] = []
    commits: list[object] = []
    receiver = stage.person(RECEIVER)  # his token is issued before anything is counted
    engine = stage.office.store.engine  # what it hears, its reading twin has told it
    event.listen(engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    event.listen(engine, "commit", commits.append)
    receiver.ask(
        "POST",
        f"/tasks/{task_id}/decide",
        {"outcome": "conform", "form": RECEIVED},
        **{"Idempotency-Key": "count"},
    ).ok()
    ground.told(
        "SQL statements per decision / 12", kind, len(sent) / 12, 1.0, f"{len(sent)}, {len(commits)} commit"
    )


def _serve(open_: ExitStack, url: str, home: Path) -> tuple[int, int]:
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PARAF_")},
        "PARAF_MODE": "sample",
        "PARAF_DATA_DIR": str(home),
        "PARAF_DATABASE_URL": url,
        "PYTHONPATH": str(ground.ROOT / "service"),
        "PARAF_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "sync", "-b", f"127.0.0.1:{port}",
               "--log-level", "warning", "paraf.entrypoints.wsgi:application()"]  # fmt: skip
    server = subprocess.Popen(command, env=environment)  # noqa: S603
    open_.callback(lambda: (server.terminate(), server.wait(20)))
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server.pid, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("gunicorn did not start")


def _postmaster(url: str) -> str:
    from sqlalchemy import create_engine, text

    with create_engine(url.replace("postgresql://", "postgresql+psycopg://")).connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    return (Path(folder) / "postmaster.pid").read_text().splitlines()[0]


def _line(task: str, token: str, body: dict[str, object]) -> str:
    return (
        json.dumps(
            {
                "method": "POST",
                "path": f"/api/v1/tasks/{task}/decide",
                "body": body,
                "headers": {"Authorization": f"Bearer {token}", "Idempotency-Key": task},
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
