"""Documents over the API: the exact text, its PDF, and nobody else's."""

from __future__ import annotations

import hashlib

from cast import DIRJEN_ASEAN, DIRJEN_ASPASAF, KARO_PO, STAF_AFRIKA
from paraf.usecases import demo_papers
from web_service import Service


def submitted(service: Service) -> str:
    """A case handed to Sekjen and Biro PO by the head of the Eselon I unit; gives its id."""
    staff, head = service.as_person(STAF_AFRIKA), service.as_person(DIRJEN_ASPASAF)
    opened = service.proposed(staff)
    service.written(staff, opened["id"])
    first = staff.post(f"/tasks/{opened['tasks'][0]['id']}/decide", json={"outcome": "submit"}).get_json()
    step = head.get(f"/tasks/{first['opened'][0]['id']}").get_json()
    form = demo_papers.filled(step["form"], step["prefilled"], "2026-11-23")
    answer = head.post(
        f"/tasks/{step['id']}/decide", json={"outcome": "submit", "form": form, "seq": step["seq"]}
    )
    assert answer.status_code == 200, answer.get_json()
    return str(opened["instance_id"])


def test_the_text_of_a_document_is_what_was_hashed(service: Service) -> None:
    case = submitted(service)
    head = service.as_person(DIRJEN_ASPASAF)
    document = head.get(f"/instances/{case}").get_json()["documents"][-1]

    page = head.get(f"/documents/{document['id']}")
    assert page.content_type == "text/html; charset=utf-8"
    assert hashlib.sha256(page.data).hexdigest() == document["sha256"]
    assert page.headers["ETag"] == f'"{document["sha256"]}"'
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and policy.endswith("sandbox") and "script-src" not in policy
    again = head.get(f"/documents/{document['id']}", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304

    pdf = head.get(f"/documents/{document['id']}.pdf")
    assert pdf.data.startswith(b"%PDF-") and pdf.content_type == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("attachment; ")

    stranger = service.as_person(DIRJEN_ASEAN)
    for path in (f"/documents/{document['id']}", f"/documents/{document['id']}.pdf"):
        assert stranger.get(path).status_code == 404


def test_a_copy_is_read_once(either_service: Service) -> None:
    case = submitted(either_service)
    reader = either_service.as_person(KARO_PO)
    copies = reader.get("/tembusan?unread=true").get_json()["items"]
    copy = next(one for one in copies if one["instance_id"] == case)

    first = reader.post(f"/tembusan/{copy['id']}/read", key="baca").get_json()
    again = reader.post(f"/tembusan/{copy['id']}/read").get_json()
    assert first == again and first["read_at"]
    assert copy["id"] not in {one["id"] for one in reader.get("/tembusan?unread=true").get_json()["items"]}
    facts = reader.get(f"/instances/{case}/events?limit=200").get_json()["items"]
    assert [fact["type"] for fact in facts].count("tembusan.read") == 1
    stranger = either_service.as_person(DIRJEN_ASEAN)
    assert stranger.post(f"/tembusan/{copy['id']}/read").status_code == 404


def test_a_file_of_another_case_is_not_there(service: Service) -> None:
    submitted(service)
    digest = hashlib.sha256(demo_papers.softcopy("Penyiapan Bahan Rapat")).hexdigest()
    assert service.as_person(STAF_AFRIKA).get(f"/attachments/{digest}").status_code == 200
    assert service.as_person(DIRJEN_ASEAN).get(f"/attachments/{digest}").status_code == 404
