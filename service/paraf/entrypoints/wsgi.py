"""The web application: the gate, the headers, the problems, the API and the pages around one office.

Knows what is registered and in which order; must not know what any call or page does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response

from paraf.config import Settings, load_settings
from paraf.entrypoints import auth, logs, pages, problems, security
from paraf.entrypoints.answers import Json, answer
from paraf.entrypoints.api import register_api
from paraf.errors import ParafError
from paraf.storage import migrate

if TYPE_CHECKING:
    from paraf.usecases.office import Office


def create_app(office: Office) -> Flask:
    """The application that serves this office. It holds no state of a case."""
    web = office.settings.web_folder
    app = Flask("paraf", static_folder=web / "static", template_folder=web / "templates")
    app.extensions["paraf"] = office
    app.config.update(SIGN_IN_PATH="/masuk", PROFILE_PATH="/profil")
    app.json = Json(app)
    logs.install(app)
    security.install(app, office.settings)
    auth.install(app)
    problems.install(app)
    auth.permits(auth.PUBLIC)(app.view_functions["static"])
    app.add_url_rule("/healthz", "health", health)
    app.add_url_rule("/readyz", "ready", ready)
    register_api(app)
    pages.register(app)
    return app


def application(settings: Settings | None = None) -> Flask:
    """The application of these settings (of the environment when None), for gunicorn."""
    from paraf.bootstrap import build_office

    return create_app(build_office(settings or load_settings()))


@auth.permits(auth.PUBLIC)
def health() -> Response:
    """The process answers."""
    return answer({"status": "ok"})


@auth.permits(auth.PUBLIC)
def ready() -> Response:
    """The database answers and has the revision this release needs; otherwise 503."""
    settings = auth.office().settings
    try:
        migrate.check(settings.database, settings.migrations_folder)
    except ParafError as trouble:
        return answer({"status": "not ready", "detail": problems.said(trouble)}, 503, {"Retry-After": "5"})
    return answer({"status": "ready"})
