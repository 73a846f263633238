"""Starts the web server after looking whether it can do its work.

Knows the start-up checks and gunicorn; must not know pages or the API. A start that would fail
later fails now, with one sentence.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication

from paraf.bootstrap import build_office
from paraf.config import Settings
from paraf.entrypoints import gunicorn_conf
from paraf.errors import Misconfigured
from paraf.language import N_
from paraf.storage import migrate
from paraf.usecases import sample_accounts

if TYPE_CHECKING:
    from flask import Flask

_log = logging.getLogger("paraf.serve")


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our options; every process builds its own application and connections."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_conf.options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from paraf.entrypoints.wsgi import application

        return application(self._settings)


def serve(settings: Settings) -> None:
    """Check and serve until told to stop. Raises Misconfigured before anything is opened."""
    check(settings)
    os.umask(0o027)
    _Server(settings).run()


def check(settings: Settings) -> None:
    """The folders can be written, the key is at hand, the database is at this version's revision."""
    for folder in {settings.data_dir, settings.files}:
        _writable(folder)
    settings.secret()
    if settings.mode == "production" and not settings.cookies_secure:
        _log.warning("cookies travel without HTTPS", extra={"kind": "secure_cookies"})
    migrate.check(settings.database, settings.migrations_folder)
    if not settings.sample:
        _refuse_sample_accounts(settings)


def _refuse_sample_accounts(settings: Settings) -> None:
    """Everybody knows the password of sample accounts: a database that had them stays a sample."""
    office = build_office(settings)
    try:
        if sample_accounts.were_opened(office):
            raise Misconfigured(
                N_("This database holds sample accounts, which everybody knows; it runs in sample mode only.")
            )
    finally:
        office.store.close()


def _writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        raise Misconfigured(N_("The folder {folder} cannot be written."), folder=folder) from None


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the pages."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{settings.port}/"
