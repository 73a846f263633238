"""A visitor without a mouse: what he wants is reached by Tab, filled in by typing, sent by Enter.

Knows keys and where the focus is; must not know any page.
"""

from __future__ import annotations

from typing import Any

from browser.visitor import follow_by_key


class Keyboard:
    """The keyboard before an open page. Elements are named by selectors."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element that has the focus is this one."""
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    def write(self, selector: str, words: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words) if words else self.page.keyboard.press("Delete")

    def choose(self, selector: str, value: str) -> None:
        self.tab_to(selector)
        self.page.keyboard.press("Home")
        for _ in range(200):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{selector} does not offer {value}")

    def press(self, selector: str, key: str = "Enter") -> None:
        """A key on what stays on this page."""
        self.tab_to(selector)
        self.page.keyboard.press(key)

    def follow(self, selector: str) -> None:
        """Enter on a button or a link that leads to another page, until that is loaded."""
        self.tab_to(selector)
        follow_by_key(self.page)
