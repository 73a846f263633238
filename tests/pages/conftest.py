"""The pages as a browser without any script meets them: sessions, forms, redirects."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cast import Player
from web_service import Client, Service, either_service, service, serving

__all__ = ["either_service", "service", "serving"]

Inside = Callable[[Player], "Reader"]


@dataclass
class Page:
    """What came back: status, address, and the text a reader sees."""

    response: TestResponse
    path: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """The words of the page, without marks, in one line."""
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", self.html, flags=re.S)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))

    def link(self, words: str) -> str:
        """The address behind the first link with these words."""
        for href, label in re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', self.html, flags=re.S):
            if words in re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", label))):
                return unescape(href)
        raise AssertionError(f"no link {words!r} on {self.path}")

    def form(self, action: str) -> Form:
        """The form that is sent to an address ending with `action` ("": to the page itself), as filled
        in by the server."""
        found = _Forms(self.html).forms
        for form in found:
            address = form.action.partition("?")[0]
            if address.endswith(action) if action else not address:
                return form
        raise AssertionError(f"no form to {action!r} on {self.path}: {[one.action for one in found]}")


@dataclass
class Form:
    """One form: where it goes and its fields; `buttons` are the named ones."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **values: Any) -> dict[str, Any]:
        """The fields with some changed; `__` stands for a dot, None takes a field away."""
        sent: dict[str, Any] = dict(self.fields)
        for name, value in values.items():
            sent[name.replace("__", ".")] = value
        return {name: value for name, value in sent.items() if value is not None}


class _Forms(HTMLParser):
    """Reads forms as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._text = ""
        self._select: tuple[str, list[str]] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "form":
            self._form = Form(given.get("action") or "")
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input" and name and given.get("type") not in ("file",):
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self._form.fields.setdefault(name, []).append(value)
        elif tag == "button" and name:
            self._form.buttons.append((name, value))
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select" and name:
            self._select = (name, [])
        elif tag == "option" and self._select is not None:
            if "selected" in given or not self._select[1]:
                self._select[1][:] = [value]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self._form is not None and tag == "textarea" and self._area is not None:
            self._form.fields[self._area] = [self._text.removeprefix("\n")]
            self._area = None
        elif self._form is not None and tag == "select" and self._select is not None:
            self._form.fields[self._select[0]] = list(self._select[1])
            self._select = None
        elif tag == "form":
            self._form = None


@dataclass
class Reader:
    """Somebody of the cast before a browser."""

    client: Client
    csrf: str

    def open(self, path: str) -> Page:
        """Read a page, going on where it leads."""
        return self._follow(self.client.get(f"~{path}"), path)

    def send(self, form: Form, path: str = "", **values: Any) -> Page:
        """Send a form as a browser does and go on where it leads."""
        address = form.action or path
        response = self.client.post(f"~{address}", data=form.filled(**values))
        return self._follow(response, address)

    def post(self, path: str, **values: Any) -> Page:
        """Post without having read the page, with the session's token."""
        response = self.client.post(f"~{path}", data={"csrf_token": self.csrf, **values})
        return self._follow(response, path)

    def _follow(self, response: TestResponse, path: str) -> Page:
        hops = 0
        while response.status_code in (301, 302, 303) and hops < 5:
            path = response.headers["Location"]
            response = self.client.get(f"~{path}")
            hops += 1
        return Page(response, path)


@pytest.fixture
def inside(service: Service) -> Inside:
    """`inside(KARO_PO)`: that person signed in before a browser."""

    def enter(player: Player) -> Reader:
        client, csrf = service.signed_in(player)
        return Reader(client, csrf)

    return enter
