"""The pages: what people see and post in a browser, one file per noun."""

from __future__ import annotations

from flask import Blueprint

from paraf.entrypoints.pages import inbox, task
from paraf.entrypoints.pages.frame import page

__all__ = ["blueprint", "inbox", "task"]


def blueprint() -> Blueprint:
    """Every page, ready to be registered by the application."""
    return page
