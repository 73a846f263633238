"""The pages: what people see and post in a browser, one file per noun."""

from __future__ import annotations

from flask import Flask

from paraf.entrypoints.pages import (
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
from paraf.entrypoints.pages import (
    register as sop_register,
)
from paraf.entrypoints.pages.frame import page

FILES = (
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
    sop_register,
    step_table,
    table_editor,
    task,
    workshop,
)
"""Every file of pages; reading one registers its addresses."""


def register(app: Flask) -> None:
    """Give the application every page."""
    app.register_blueprint(page)
