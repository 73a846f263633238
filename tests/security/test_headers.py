"""The headers of every kind of answer and the attributes of every cookie, as golden values."""

from __future__ import annotations

from flask import Response

from cast import STAF_AFRIKA
from paraf.entrypoints import auth
from paraf.entrypoints.answers import download
from web_service import PNG, Serve, Service, upload

EVERYWHERE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}


def test_every_answer_carries_the_headers(service: Service) -> None:
    staff, nobody = service.as_person(STAF_AFRIKA), service.nobody()
    answers = [
        staff.get("/me"),
        staff.get("/tidak-ada"),
        nobody.get("/me"),
        nobody.get("~/healthz"),
        nobody.get("~/api/v1/docs"),
        nobody.get("~/tidak-ada"),
        nobody.get("~/healthz", headers={"Host": "jahat.example"}),
        staff.post("/tasks/x/decide", json={"outcome": "x" * 3_000_000}),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
        assert len(answer.headers["X-Request-ID"]) == 32
        assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]
        for name in EVERYWHERE:
            assert len(answer.headers.getlist(name)) == 1, name


def test_what_depends_on_the_person_says_so(service: Service) -> None:
    answer = service.as_person(STAF_AFRIKA).get("/me")
    assert answer.headers["Vary"] == "Authorization, Cookie"


def test_static_files_are_kept_for_a_year_under_their_fingerprint(service: Service) -> None:
    nobody = service.nobody()
    plain = nobody.get("~/static/paraf.css")
    assert plain.headers["Cache-Control"] == "public, max-age=300"
    stamped = nobody.get("~/static/paraf.css?v=0123456789ab")
    assert stamped.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert nobody.get("~/static/../templates/base.html").status_code == 404
    assert "max-age" not in nobody.get("~/static/tidak-ada.css?v=1").headers["Cache-Control"]


def test_an_attachment_is_kept_and_never_shown(service: Service) -> None:
    staff = service.as_person(STAF_AFRIKA)
    opened = service.proposed(staff)
    data = {"role": "diagram", "file": upload("Diagram alir é;x.png", PNG)}
    kept = staff.post(f"/proposals/{opened['id']}/attachments", data=data).get_json()
    assert "sha256" in kept, kept
    answer = staff.get(f"/attachments/{kept['sha256']}")
    assert answer.data == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Diagram alir __x.png\"; filename*=UTF-8''Diagram%20alir%20%C3%A9%3Bx.png"
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_file_name_never_leaves_its_header(service: Service) -> None:
    with service.app.test_request_context("/"):
        answer = download(b"", "image/png", 'a"; filename=b\r\nX: y%0d\\.png')
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="a__ filename=b__X: y_0d_.png"; '
        "filename*=UTF-8''a%22%3B%20filename%3Db%0D%0AX%3A%20y%250d%5C.png"
    )


def test_the_session_cookie_over_https(serving: Serve) -> None:
    service = serving(secure_cookies=True)
    with service.app.test_request_context("/", base_url="https://localhost"):
        assert auth.start_session(Response(), "abc").headers["Set-Cookie"] == (
            "__Host-paraf=abc; Secure; HttpOnly; Path=/; SameSite=Lax"
        )
        ended = auth.end_session(Response()).headers["Set-Cookie"]
        assert (
            ended.startswith("__Host-paraf=; Expires=Thu, 01 Jan 1970")
            and "Secure; HttpOnly; Path=/" in ended
        )
    browser, _ = service.signed_in(STAF_AFRIKA)
    assert browser.get("/me", base_url="https://localhost").status_code == 200


def test_the_session_cookie_on_one_machine(service: Service) -> None:
    with service.app.test_request_context("/"):
        cookie = auth.start_session(Response(), "abc").headers["Set-Cookie"]
    assert cookie == "paraf=abc; HttpOnly; Path=/; SameSite=Lax"
    config = service.app.config
    assert config["SESSION_COOKIE_HTTPONLY"] and config["SESSION_COOKIE_SAMESITE"] == "Lax"
