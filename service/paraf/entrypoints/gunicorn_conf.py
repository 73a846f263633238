"""How the web server runs: processes, threads and limits, from the settings.

Knows gunicorn's options; must not know the application. SQLite has one writer, so there one
process with threads serves; PostgreSQL gets processes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paraf.config import Settings
from paraf.entrypoints import logs

GRACE_SECONDS = 20
SLOWEST_REQUEST_SECONDS = 60


def options(settings: Settings) -> dict[str, Any]:
    """gunicorn's options by name."""
    processes = settings.processes or (1 if settings.on_sqlite else 2)
    return {
        "bind": f"[{settings.host}]:{settings.port}"
        if ":" in settings.host
        else f"{settings.host}:{settings.port}",
        "worker_class": "gthread",
        "workers": processes,
        "threads": settings.threads or 8,
        "timeout": SLOWEST_REQUEST_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 5,
        # Several processes take turns at being made anew, so that a slow leak stays small.
        "max_requests": 20_000 if processes > 1 else 0,
        "max_requests_jitter": 2_000 if processes > 1 else 0,
        "limit_request_line": 4094,
        "limit_request_fields": 64,
        "limit_request_field_size": 8190,
        # Nobody's word about the client's address or scheme is taken; a trusted proxy is counted
        # by PARAF_TRUSTED_PROXIES in the application.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "proxy_allow_ips": "",
        "accesslog": None,
        "errorlog": "-",
        "loglevel": settings.log_level,
        "logconfig_dict": _log_config(settings),
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108 - heartbeat files only
        "proc_name": "paraf",
        "control_socket_disable": True,
    }


def _log_config(settings: Settings) -> dict[str, Any]:
    level = settings.log_level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": logs.JsonLines}},
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
        },
        "root": {"level": level, "handlers": ["lines"]},
        "loggers": {
            "gunicorn.error": {
                "level": "WARNING" if level == "INFO" else level,
                "handlers": [],
                "propagate": True,
            },
            # These tell every step of drawing a PDF.
            "weasyprint": {"level": "WARNING"},
            "weasyprint.progress": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
