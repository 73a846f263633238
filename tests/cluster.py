"""A private PostgreSQL cluster for tests: made in a temporary folder, on a free port, thrown away.

Runs as an unprivileged user (PostgreSQL refuses root), without fsync unless durability is tested.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from glob import glob
from pathlib import Path

import psycopg

OWNER = "paraf"


class PostgreSQLMissingError(Exception):
    """The server's programs are not installed."""


def programs() -> Path:
    """The folder with initdb and postgres."""
    beside = shutil.which("postgres")
    packaged = sorted(glob("/usr/lib/postgresql/*/bin"), key=lambda name: int(name.split("/")[-2]))
    for folder in [*reversed(packaged), *([os.path.dirname(os.path.realpath(beside))] if beside else [])]:
        if all(os.access(f"{folder}/{name}", os.X_OK) for name in ("initdb", "postgres", "pg_ctl")):
            return Path(folder)
    raise PostgreSQLMissingError("the server programs were not found; install the package postgresql")


def free_port() -> int:
    """A free port below those the system gives to clients, which could take it while a server is down."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Cluster:
    """One server. `durable` keeps fsync on, as an installation would."""

    def __init__(self, durable: bool = False) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="paraf-cluster-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._as: dict[str, object] = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(self.folder)}
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "max_connections": "120",
            "shared_buffers": "64MB",
        }
        if not durable:
            self._settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        self._run("initdb", "-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers; after a crash it may need another try."""
        for _ in range(3):
            if self._started():
                return
            time.sleep(0.5)
        raise RuntimeError((self.folder / "log").read_text())

    def _started(self) -> bool:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self.programs / "postgres"),
                    *("-D", str(self.data), "-p", str(self.port)),
                    *(part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")),
                ],
                env=self._environment,
                cwd="/",
                stdout=log,
                stderr=log,
                **self._as,  # type: ignore[arg-type]
            )
        while self.process.poll() is None:
            try:
                psycopg.connect(self.address("postgres")).close()
                return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` ends sessions politely, `immediate` is a crash."""
        if self.process is not None and self.process.poll() is None:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w")
            self.process.wait()

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str, role: str = OWNER) -> str:
        """For psycopg."""
        return f"host=127.0.0.1 port={self.port} user={role} dbname={database}"

    def url(self, database: str, role: str = OWNER) -> str:
        """For Paraf."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str | None = None) -> str:
        """Make a database, as a copy of `template` if given; gives its URL."""
        self.execute(f'CREATE DATABASE "{database}"' + (f' TEMPLATE "{template}"' if template else ""))
        return self.url(database)

    def drop(self, database: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True,
            env=self._environment,
            cwd="/",
            stdout=subprocess.DEVNULL,
            **self._as,  # type: ignore[call-overload]
        )
