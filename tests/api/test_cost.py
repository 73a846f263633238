"""What a decision over the API costs: its statements, those of recognising the person included."""

from __future__ import annotations

from cast import DIRJEN_ASPASAF, STAF_AFRIKA
from databases import Counting
from web_service import Service

MOST_STATEMENTS = 12


def test_a_decision_takes_few_statements(either_service: Service, statements: Counting) -> None:
    service = either_service
    staff, head = service.as_person(STAF_AFRIKA), service.as_person(DIRJEN_ASPASAF)
    opened = service.proposed(staff)
    service.written(staff, opened["id"])
    answer = staff.post(f"/tasks/{opened['tasks'][0]['id']}/decide", json={"outcome": "submit"})
    step = answer.get_json()["opened"][0]["id"]
    with statements(service.office.store) as sent:
        answer = head.post(
            f"/tasks/{step}/decide", json={"outcome": "return", "comment": "Lengkapi huruf c."}
        )
    assert answer.status_code == 200, answer.get_json()
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


def test_reading_who_one_is_takes_two_statements(either_service: Service, statements: Counting) -> None:
    staff = either_service.as_person(STAF_AFRIKA)
    staff.get("/me")
    with statements(either_service.office.store) as sent:
        staff.get("/me")
    assert len(sent) <= 2, "\n".join(sent)
