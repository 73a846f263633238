"""The pages: what people see and post in a browser, one file per noun."""

from __future__ import annotations

from flask import Flask

from paraf.entrypoints.pages import (  # noqa: F401 - reading a file registers its addresses
    account,
    admin,
    audit,
    documents,
    editor,
    form_editor,
    history,
    inbox,
    naskah,
    persons,
    proof,
    proposal,
    publishing,
    repairs,
    replay,
    routes,
    step_table,
    table_editor,
    task,
    workshop,
)
from paraf.entrypoints.pages import register as sop_register  # noqa: F401
from paraf.entrypoints.pages.frame import page


def register(app: Flask) -> None:
    """Give the application every page."""
    app.register_blueprint(page)
