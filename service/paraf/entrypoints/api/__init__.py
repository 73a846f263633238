"""The API for programs: every call of the contract, one file per noun."""

from __future__ import annotations

from flask import Flask

from paraf.entrypoints.api import (  # noqa: F401 - importing a file puts its calls into the table
    audit,
    cases,
    copies,
    directory,
    drafts,
    evidence,
    files,
    openapi,
    proposals,
    register,
    repairs,
    routes,
    tasks,
)
from paraf.entrypoints.api.calls import CALLS, blueprint

__all__ = ["CALLS", "register_api"]


def register_api(app: Flask) -> None:
    """Put every call into the application."""
    app.register_blueprint(blueprint)
