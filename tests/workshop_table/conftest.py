"""Drafts of the shipped routes before a browser without a script."""

from __future__ import annotations

from typing import Any

import pytest

from cast import PROCESS_OWNER
from pages.conftest import Inside, Page, Reader, inside
from web_service import Service, either_service, service, serving

__all__ = ["Inside", "Page", "Reader", "either_service", "inside", "service", "serving"]

KEY = "sop_mikro_eselon1"


def begun(service: Service, key: str = KEY, **given: Any) -> dict[str, Any]:
    """A draft begun from the version in force."""
    answer = service.as_person(PROCESS_OWNER).post("/drafts", json={"key": key, **given})
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def kept(service: Service, draft_id: str) -> dict[str, Any]:
    """The draft as the API tells it."""
    return dict(service.as_person(PROCESS_OWNER).get(f"/drafts/{draft_id}").get_json())


@pytest.fixture
def draft(service: Service) -> dict[str, Any]:
    return begun(service)
