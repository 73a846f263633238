"""The administrator before a browser: signs in, opens the page of a unit, sends its forms.

Knows the forms of the administration pages by their fields; must not know a use case.
"""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from acceptance.scenes import PASSWORD, page, plain
from stage import Stage


def appoint(stage: Stage, login: str, position: str, first_day: str, **more: Any) -> str:
    """Appoint a person to a position from a day on; `more` are further fields of the form (capacity,
    last_day, instrument, on_behalf_of, mandate). Gives the text of the page that follows."""
    unit = position.split(".")[0]
    given = {"capacity": "definitif", "login": login, "position": position, "first_day": first_day, **more}
    return _sent(stage, unit, f"/administrasi/unit/{unit}/pengangkatan", given)


def end_appointment(stage: Stage, login: str, position: str, last_day: str) -> str:
    """End a person's appointment to a position after a day."""
    unit = position.split(".")[0]
    return _sent(
        stage,
        unit,
        f"/administrasi/unit/{unit}/pengangkatan/{_appointment(stage, login, position)}/akhiri",
        {"last_day": last_day},
    )


def add_position(stage: Stage, unit: str, kind: str, title: str) -> str:
    """Add a position to a unit."""
    return _sent(stage, unit, f"/administrasi/unit/{unit}/jabatan", {"kind": kind, "title": title})


def _appointment(stage: Stage, login: str, position: str) -> str:
    with stage.office.store.read() as uow:
        known = stage.office.organisation(uow)
    person = next(one for one in known.people.values() if one.login == login)
    return next(held.id for held in known.appointments_of(person.id) if held.position_id == position)


def _sent(stage: Stage, unit: str, action: str, fields: dict[str, Any]) -> str:
    """Send one of the forms that stand on the page of the unit, as a browser would."""
    browser = _signed_in(stage)
    shown = browser.get(f"/administrasi/unit/{unit}").get_data(as_text=True)
    assert f'action="{action}"' in shown, f"no form to {action}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    answer = browser.post(action, data={"csrf_token": token[1], **fields}, follow_redirects=True)
    said = plain(answer.get_data(as_text=True))
    assert answer.status_code == 200, said
    return said


def _signed_in(stage: Stage) -> FlaskClient:
    page(stage, "admin", "/administrasi")
    browser: FlaskClient = stage.app.test_client()
    answer = browser.post("/masuk", data={"login": "admin", "password": PASSWORD})
    assert answer.status_code == 303, answer.status_code
    return browser
