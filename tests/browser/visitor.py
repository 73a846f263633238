"""A visitor of the pages: how he comes from one to the next, and what he is owed on each.

Knows when a page has come whole and what stands in people's way; must not know any page.
Every click or key that leads to another page goes through here: whoever looks right after a bare click
may still see the page before it, or one that has only begun.
"""

from __future__ import annotations

import importlib.resources
from functools import cache
from typing import Any

_BARRIERS = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html.slice(0, 160)).join(' | ')}`);
}"""


def follow(way: Any) -> None:
    """Click a link or a button that leads to another page, or to the same one anew, and wait until it is loaded.

    The load of the page is awaited, not its address: a page may write its address anew while it stays, and
    may come again under the address it had.
    """
    with way.page.expect_event("load"):
        way.click()


def follow_by_key(page: Any, key: str = "Enter") -> None:
    """Press a key that leads to another page, and wait until it is loaded."""
    with page.expect_event("load"):
        page.keyboard.press(key)


def fits(page: Any) -> bool:
    """Whether the page is no wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@cache
def _checker() -> str:
    return importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def barriers(page: Any) -> list[str]:
    """What the checker finds on the page that keeps people out: the rule broken and where."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_checker())
    return list(page.evaluate(_BARRIERS))


def is_sound(page: Any) -> None:
    """The page fits its window and has no barrier."""
    assert fits(page), f"wider than its window: {page.url}"
    found = barriers(page)
    assert not found, f"{page.url}: {found}"
